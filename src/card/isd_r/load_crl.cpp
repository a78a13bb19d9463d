#include "card/isd_r/isd_r.hpp"

namespace eider::card {
namespace {
using CrlError = sgp22::LoadCRLResponseError;
constexpr std::size_t kMaxRevoked = 1024;  // entries of all CIs together

std::int64_t milliseconds(Time t) {
  return t.time_since_epoch().count();
}

CrlRecord& record_of(CrlRecords& crls, ByteView issuer) {
  for (auto& list : crls.lists)
    if (equal(list.issuer, issuer)) return list;
  auto& list = crls.lists.emplace_back();
  list.issuer = *KeyIdentifier::from(issuer);
  list.number = -1;
  return list;
}

sgp22::LoadCRLResponseOk loaded(const CrlRecord& list) {
  std::vector<std::int64_t> missing;
  for (unsigned n = 1; n <= list.segments; ++n)
    if (std::ranges::find(list.processed, n) == list.processed.end()) missing.push_back(n);
  sgp22::LoadCRLResponseOk ok;
  if (!missing.empty()) ok.missingParts = std::move(missing);
  return ok;
}

// Section 5.7.12: expired entries go, those of this CRL or segment come, without doubles.
void merge(CrlRecord& list, const crypto::Crl& crl) {
  const auto now = milliseconds(crl.this_update());
  std::erase_if(list.revoked, [&](const auto& entry) { return entry.expires && *entry.expires < now; });
  for (const auto& entry : crl.entries()) {
    const auto same = [&](const auto& known) { return known.serialNumber == entry.serial; };
    if (std::ranges::any_of(list.revoked, same)) continue;
    RevokedRecord record;
    record.serialNumber = entry.serial;
    if (entry.expires) record.expires = milliseconds(*entry.expires);
    list.revoked.push_back(std::move(record));
  }
}
}  // namespace

Result<sgp22::LoadCRLResponse> load_crl(IsdR& isd_r, const sgp22::LoadCRLRequest& request) {
  auto& state = isd_r.state;
  if (!state.personalisation.rspCapability.test(sgp22::kCrlSupport)) return fail_sw(0x6A88);
  const auto refuse = [](CrlError e) { return sgp22::LoadCRLResponse{e}; };
  const auto crl = crypto::Crl::parse(make_tlv(0x30, request.crl));
  if (!crl) return refuse(CrlError::kInvalidCRLFormat);
  const auto anchor = isd_r.ecasd.anchor(crl->authority_key_identifier());
  if (!anchor) return refuse(CrlError::kVerificationKeyNotFound);
  if (!crl->verify_signed_by(anchor->key)) return refuse(CrlError::kInvalidSignature);

  auto crls = state.crls;
  auto& list = record_of(crls, crl->authority_key_identifier());
  const auto number = static_cast<std::int64_t>(crl->number());
  if (number < list.number) return refuse(CrlError::kFresherCrlAlreadyLoaded);
  const auto segment = static_cast<std::uint16_t>(crl->segment());
  if (number == list.number && std::ranges::find(list.processed, segment) != list.processed.end())
    return sgp22::LoadCRLResponse{loaded(list)};
  if (number > list.number) list.processed.clear();
  list.number = number;
  list.segments = static_cast<std::uint16_t>(crl->segments());
  list.processed.push_back(segment);
  merge(list, *crl);
  std::size_t entries = 0;
  for (const auto& l : crls.lists) entries += l.revoked.size();
  if (entries > kMaxRevoked) return refuse(CrlError::kNotEnoughMemorySpace);

  const auto ok = loaded(list);
  crls.time = std::max(crls.time.value_or(0), milliseconds(crl->this_update()));
  state.crls = std::move(crls);
  state.save_crls();
  EIDER_CHECK(state.commit());
  return sgp22::LoadCRLResponse{ok};
}

}  // namespace eider::card
