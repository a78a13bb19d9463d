#include "card/m2m/installation.hpp"

#include "card/isd_p/isd_p.hpp"
#include "spec/saip/profile_element.hpp"
#include "spec/saip/response.hpp"

namespace eider::card::m2m {
namespace {
sgp22::Iccid swapped(const FixedBytes<10>& digits) {
  sgp22::Iccid out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(digits[i] << 4 | digits[i] >> 4);
  return out;
}

// What no installer has said anything about: there is no Profile header, or its ICCID is on the card.
Bytes refused(saip::PeStatusCode status) {
  saip::EuiccResponse response;
  response.peStatus.emplace_back().status = status;
  response.profileInstallationAborted.emplace();
  return der::encode(response);
}
}  // namespace

// There is no metadata in this architecture: the header tells the ICCID.
Status Installation::take_header(ByteView octets) {
  EIDER_TRY(element, saip::decode_element(octets));
  const auto* header = element.as<saip::ProfileHeader>();
  if (!header) return fail_local("a package begins with its header");
  metadata_.iccid = swapped(header->iccid);
  if (state_.find(metadata_.iccid)) return fail_local("the card has a Profile with this ICCID");
  metadata_.profileName = header->profileType.value_or("").substr(0, 64);
  const auto& isd_p = state_.isd_ps.at(instance_);
  const auto own = std::max<std::uint32_t>(isd_p.granted, profile_memory(0, 0, 0));
  installer_ = make_installer(state_, metadata_, own);
  return {};
}

Bytes Installation::failed() {
  over_ = true;
  return installer_ ? installer_->finish().sima_response : refused(saip::PeStatusCode::kInvalidParameter);
}

Result<std::optional<Bytes>> Installation::feed(ByteView part) {
  append(package_, part);
  if (!reader_.feed(part)) return failed();
  while (const auto element = reader_.next()) {
    if (!installer_ && !take_header(element->der)) return failed();
    if (installer_->element(element->der).aborted) return failed();
  }
  if (!installer_ || !installer_->complete()) return std::optional<Bytes>();
  EIDER_TRY(response, complete());
  return response;
}

Result<Bytes> Installation::complete() {
  over_ = true;
  auto report = installer_->finish();
  if (report.error != profile::InstallError::kNone || reader_.pending()) return report.sima_response;
  auto& isd_p = state_.isd_ps.at(instance_);
  IsdPRecord record;
  record.instance = instance_;
  record.metadata = metadata_;
  record.memory = profile_memory(report.facts.memory_bytes, package_.size(), der::encode(metadata_).size());
  const auto room = free_memory(state_) + std::max<std::uint32_t>(isd_p.granted, profile_memory(0, 0, 0));
  const auto limit = isd_p.granted != 0 ? isd_p.granted : room;
  if (record.memory > std::min(limit, room)) return refused(saip::PeStatusCode::kNotEnoughMemory);
  record.ciPKId = state_.personalisation.ciPublicKeys.front().subjectKeyIdentifier;
  isd_p.pol1 = pol1_of(report.facts.header);
  isd_p.connectivity = report.facts.header.connectivityParameters;
  save_uicc(state_, instance_, *installer_, report.facts, package_);
  state_.save_profile_package(instance_, std::move(package_));
  state_.save_profile(record);
  state_.save_isd_p(isd_p);
  state_.profiles[instance_] = std::move(record);
  EIDER_CHECK(state_.commit());
  return report.sima_response;
}

}  // namespace eider::card::m2m
