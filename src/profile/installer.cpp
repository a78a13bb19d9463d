#include "profile/installer.hpp"

#include "profile/installer_rules.hpp"

namespace eider::profile {

using saip::PeStatusCode;

struct PackageInstaller::State : InstallState {
  saip::EuiccResponse response;
  ElementOutcome abort;
};

der::BitString CardCapabilities::all_services() {
  using S = saip::Service;
  der::BitString bits;
  for (const auto s :
       {S::kUsim, S::kIsim, S::kCsim, S::kMilenage, S::kTuak128, S::kTuak256, S::kUsimTestAlgorithm,
        S::kGbaUsim, S::kGbaIsim, S::kMultipleUsim, S::kMultipleIsim, S::kMultipleCsim, S::kBerTlv,
        S::kDfLink, S::kGetIdentity, S::kProfileAX25519, S::kProfileBP256, S::kEaka})
    bits.set(saip::capability_bit(s));
  return bits;
}

CardCapabilities CardCapabilities::everything() {
  CardCapabilities out;
  for (int i = 0; i < saip::kServiceCount; ++i)
    out.uicc_capability.set(saip::capability_bit(static_cast<saip::Service>(i)));
  out.uicc_capability.set(31);  // IoT minimal profiles
  return out;
}

bool ProfileFacts::ust_service(int n) const {
  const auto i = static_cast<std::size_t>(n - 1);
  return n > 0 && i / 8 < ust.size() && (ust[i / 8] >> i % 8 & 1) != 0;
}

PackageInstaller::PackageInstaller(CardCapabilities capabilities, InstallLimits limits, MetadataFacts facts)
    : state_(std::make_unique<State>()) {
  state_->image = FileSystemImage(limits.memory_bytes);
  state_->capabilities = std::move(capabilities);
  state_->limits = limits;
  state_->metadata = std::move(facts);
}
PackageInstaller::~PackageInstaller() = default;
PackageInstaller::PackageInstaller(PackageInstaller&&) noexcept = default;
PackageInstaller& PackageInstaller::operator=(PackageInstaller&&) noexcept = default;

bool PackageInstaller::complete() const {
  return state_->end_seen && !state_->aborted;
}
const FileSystemImage& PackageInstaller::file_system() const {
  return state_->image;
}

namespace {

// Of an element that this module cannot decode or does not have: its first member, when that is a PEHeader.
std::optional<saip::PeHeader> header_of(ByteView der) {
  const auto tlv = read_tlv(der);
  if (!tlv || tlv->tag == saip::pe::kHeader) return std::nullopt;
  const auto first = read_tlv(tlv->value);
  if (!first || first->tag != 0xA0) return std::nullopt;
  auto h = der::decode<saip::PeHeader>(make_tlv(0x30, first->value));
  if (!h) return std::nullopt;
  return *std::move(h);
}

// SEQUENCE OF UTF8String (2..64) takes the reason; it never holds a value of the profile.
std::string status_message(const std::string& why) {
  std::string out = why.substr(0, 64);
  return out.size() < 2 ? "failed" : out;
}

}  // namespace

ElementOutcome PackageInstaller::element(ByteView der) {
  State& s = *state_;
  if (s.aborted) return s.abort;

  std::optional<saip::PeHeader> pe_header;
  const auto give_up = [&](Violation v, std::uint32_t offset) {
    ElementOutcome o;
    o.status = {.status = v.code, .additional_information = v.additional_information, .offset = offset};
    if (pe_header) o.status.identification = pe_header->identification;
    o.aborted = true;
    o.why = std::move(v.why);
    s.response.peStatus.push_back(o.status);
    s.response.profileInstallationAborted = der::Null{};
    s.response.statusMessage = status_message(o.why);
    s.aborted = true;
    s.abort = o;
    return o;
  };
  ElementOutcome outcome;
  const auto warn = [&](Violation v) {
    outcome.status = {.status = v.code, .additional_information = v.additional_information};
    if (pe_header) outcome.status.identification = pe_header->identification;
    outcome.why = std::move(v.why);
    s.response.peStatus.push_back(outcome.status);
  };

  s.octets += der.size();
  if (der.size() > s.limits.element_bytes || s.octets > s.limits.package_bytes ||
      ++s.elements > s.limits.elements)
    return give_up({PeStatusCode::kNotEnoughMemory, "the package is too large", {}}, 0);
  auto decoded = saip::decode_element(der);
  if (!decoded) {
    pe_header = header_of(der);
    const auto* f = decoded.error().as<DecodeFault>();
    return give_up({PeStatusCode::kInvalidRequestFormat, decoded.error().message(), {}},
                   f ? static_cast<std::uint32_t>(f->offset) : 0);
  }
  const auto& e = *decoded;
  const Tag tag = e.tag();
  if (const auto* h = e.header())
    pe_header = *h;
  else if (e.as<der::RawTlv>())
    pe_header = header_of(der);
  const bool mandated = pe_header && pe_header->mandated;

  if (!s.header_seen && tag != saip::pe::kHeader)
    return give_up({PeStatusCode::kInvalidRequestFormat, "the package does not begin with a header", {}}, 0);
  if (s.header_seen && tag == saip::pe::kHeader)
    return give_up({PeStatusCode::kInvalidRequestFormat, "a second header", {}}, 0);
  if (s.end_seen) return give_up({PeStatusCode::kInvalidRequestFormat, "an element after the end", {}}, 0);
  s.header_seen = true;

  if (pe_header && !s.identifications.insert(pe_header->identification).second) {
    auto v = bad_values("identification " + std::to_string(pe_header->identification) + " is used twice");
    if (mandated) return give_up(std::move(v), 0);
    warn(std::move(v));
    return outcome;
  }
  if (!e.as<der::RawTlv>() && !e.as<saip::Dummy>() &&
      !(e.as<saip::ProfileHeader>() &&
        !e.as<saip::ProfileHeader>()->eUICC_Mandatory_services.unknown.empty())) {
    if (auto path = saip::unknown_member(e)) {
      Violation v{PeStatusCode::kInvalidParameter, "unknown member " + *path, {}};
      if (mandated) return give_up(std::move(v), 0);
      warn(std::move(v));  // the parameter is ignored, the rest is carried out
    }
  }
  auto result = apply_element(s, e);
  if (result.violation) {
    if (result.always_aborts || mandated) return give_up(std::move(*result.violation), 0);
    warn(std::move(*result.violation));
    if (!result.ignorable) return outcome;
  }
  if (s.image.memory() + s.other_memory > s.limits.memory_bytes)
    return give_up({PeStatusCode::kNotEnoughMemory,
                    "the profile needs more than " + std::to_string(s.limits.memory_bytes) + " octets",
                    {}},
                   0);
  ++s.count[tag];
  ++s.facts.elements;
  outcome.stored = true;
  return outcome;
}

InstallReport PackageInstaller::finish() {
  State& s = *state_;
  InstallReport report;
  if (!s.aborted && !s.end_seen) {
    const Violation v{PeStatusCode::kInvalidRequestFormat, "the package has no end", {}};
    s.aborted = true;
    s.abort.aborted = true;
    s.abort.status = {.status = v.code, .offset = 0};
    s.abort.why = v.why;
    s.response.peStatus.push_back(s.abort.status);
    s.response.profileInstallationAborted = der::Null{};
    s.response.statusMessage = status_message(v.why);
  }
  collect_facts(s);
  if (s.aborted) {
    report.error = s.abort.status.status == PeStatusCode::kNotEnoughMemory
                       ? InstallError::kInsufficientMemoryForProfile
                       : InstallError::kPeProcessingError;
    report.why = s.abort.why;
  } else {
    s.response.peStatus.push_back({.status = PeStatusCode::kOk});
    report.error = final_checks(s, report.why);
  }
  report.response = s.response;
  report.sima_response = der::encode(report.response);
  report.facts = s.facts;
  return report;
}

}  // namespace eider::profile
