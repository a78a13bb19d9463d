#include "roles/smdp/procedures/eligibility.hpp"

#include "roles/smdp/es8/answers.hpp"
#include "spec/sgp02/eis_signature.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::smdp {
namespace {
namespace status = sgp02::status;

// "3.1" is 3; 0 for what is no version.
unsigned major_of(std::string_view version) {
  unsigned out = 0;
  for (const char c : version) {
    if (c < '0' || c > '9') break;
    out = out * 10 + static_cast<unsigned>(c - '0');
    if (out > 99) return 0;
  }
  return out;
}
}  // namespace

Status verify_eis(const Context& cx, const sgp02::Eis& eis) {
  if (!cx.config.check_eis_signature) return {};
  Fault why =
      VerificationFault{VerificationFault::Check::kChain, "no certificate of the EUM of this EIS is known"};
  for (const auto& eum : cx.config.eums) {
    const auto verified = sgp02::verify_eum_info(eis.eumSigned, eum);
    if (verified) return {};
    why = verified.error();
  }
  return fail(std::move(why));
}

Result<es8::Ecasd> verified_ecasd(const Context& cx, const sgp02::Eis& eis, Time now) {
  es8::EcasdTrust trust{cx.config.roots, cx.config.eums, {}};
  if (cx.config.check_validity) trust.now = now;
  std::optional<Fault> why;
  for (const auto& set : eis.eumSigned.info.ecasd.keySets) {
    for (const auto& certificate : set.certificates) {
      auto verified = es8::verify_ecasd(certificate.value, eis.eid(), trust);
      if (verified) return verified;
      why = verified.error();
    }
  }
  if (why) return fail(*std::move(why));
  return fail_verification(VerificationFault::Check::kFormat, "the EIS has no certificate of the ECASD");
}

sgp02::FunctionExecutionStatus ecasd_failure(const Fault& fault) {
  const auto* v = fault.as<VerificationFault>();
  const bool expired = v && v->check == VerificationFault::Check::kExpired;
  return status::failed(expired ? status::kEuiccCertificateExpired : status::kEuiccCertificateInvalid, {},
                        fault.message());
}

Status check_eligibility(const sgp02::Eis& eis, const server::StockProfile& profile) {
  const auto room = std::min(eis.remainingMemory, eis.availableMemoryForProfiles);
  if (profile.size > room)
    return status::refuse(status::kEuiccMemory, {},
                          "the Profile needs " + std::to_string(profile.size) + " octets, the eUICC has " +
                              std::to_string(room));
  const auto& can = eis.eumSigned.info.euiccCapabilities;
  if (!can.httpSupport && !can.cattpSupport)
    return status::refuse(status::kProfileTypeIncompatible, profile.type,
                          "the eUICC has neither HTTPS nor CAT_TP: nothing carries a Profile to it");
  // SGP.02 v3 has interoperable Profile Packages of version 2, v4 from 2.3.1 on; the cards before none.
  const auto card = major_of(can.remoteProvisioningVersion);
  if (card != 0 && (card < 3 || (card < 4 && profile.profile_major > 2)))
    return status::refuse(status::kProfileTypeIncompatible, profile.type,
                          "the Profile Package is of version " + std::to_string(profile.profile_major) + "." +
                              std::to_string(profile.profile_minor) + ", the eUICC of SGP.02 version " +
                              can.remoteProvisioningVersion);
  return {};
}

void describe_elements(const es8::InstallationResult& result, sgp02::FunctionExecutionStatus& value) {
  std::string text;
  std::size_t bad = 0;
  for (const auto& e : result.elements) {
    if (e.status == saip::PeStatusCode::kOk) continue;
    ++bad;
    text += (text.empty() ? "" : ", ") +
            (e.identification ? std::to_string(*e.identification) + " " : std::string()) +
            saip::pe_status_name(e.status);
  }
  if (!result.message.empty()) text += (text.empty() ? "" : ", ") + result.message;
  if (bad == 0 && result.message.empty()) return;
  text = std::to_string(bad) + " of " + std::to_string(result.elements.size()) + " profile elements: " + text;
  if (value.statusCodeData) {
    auto& message = value.statusCodeData->message;
    message = message ? *message + "; " + text : text;
  } else {
    value = status::with_warning(status::kIsdpExecutionError, {}, text);
  }
}

bool is_pol1_refusal(ByteView euicc_response) {
  const auto responses = es8::read_response_apdus(euicc_response);
  return responses && std::ranges::any_of(
                          *responses, [](const ResponseApdu& r) { return r.sw == sgp02::es5::kPol1Forbids; });
}

}  // namespace eider::smdp
