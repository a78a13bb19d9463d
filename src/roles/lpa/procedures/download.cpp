#include "roles/lpa/procedures/download.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "crypto/hash.hpp"
#include "roles/lpa/bpp_segments.hpp"
#include "roles/lpa/es10a.hpp"
#include "roles/lpa/es10b.hpp"
#include "roles/lpa/es10c.hpp"
#include "roles/lpa/policy_rules.hpp"
#include "roles/lpa/procedures/authentication.hpp"
#include "spec/sgp22/result_codes.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::lpa {
using namespace sgp22;
namespace es9 = sgp22::es9plus;
namespace {

using Check = VerificationFault::Check;
using Reason = CancelSessionReason;

der::Rules lenient() {
  auto rules = der::Rules::ber();
  rules.limits = false;
  return rules;
}

// What the user agreed to, in an earlier session of the same download.
struct Agreement {
  Bytes metadata;  // as received
  bool policy_rules = false;
  bool operator==(const Agreement&) const = default;
};

// One RSP session. Steps are in the order of section 3.1.3; each returns the fault that ends the session.
class Session {
 public:
  Session(Lpa& lpa, const DownloadRequest& request, Es9PlusClient server, int attempt,
          std::optional<Agreement>& agreed)
      : lpa_(lpa), request_(request), server_(std::move(server)), attempt_(attempt), agreed_(agreed) {}

  Result<DownloadResult> run() {
    EIDER_CHECK(begin());
    EIDER_CHECK(authenticate_server());
    if (const auto cancelled = lpa_.ui.cancelled()) return leave(cancellation(*cancelled, "the download"));
    EIDER_TRY(answer, authenticate_client());
    EIDER_CHECK(check_cancelled());
    EIDER_CHECK(confirm());
    EIDER_CHECK(check_cancelled());
    EIDER_TRY(package, get_package(answer));
    EIDER_CHECK(check_cancelled());
    EIDER_CHECK(check_metadata(package));
    return install(package);
  }

 private:
  Status begin();
  Status authenticate_server();
  Result<es9::AuthenticateClientResponse> authenticate_client();
  Status confirm();
  Status check_memory();
  void compare_memory(ByteView package);
  Status decide_policy_rules();
  Status ask_user();
  Status ask_confirmation_code();
  Result<Bytes> get_package(const es9::AuthenticateClientResponse& answer);
  Status check_metadata(ByteView package);
  Result<DownloadResult> install(ByteView package);
  Result<Bytes> load(const std::vector<ByteView>& segments);
  Result<DownloadResult> finish(ByteView result);

  tl::unexpected<Fault> abandon(Fault why, Reason reason);
  tl::unexpected<Fault> leave(Fault why);
  tl::unexpected<Fault> user_said(Answer answer, const char* what);
  Status check_cancelled();

  Lpa& lpa_;
  const DownloadRequest& request_;
  Es9PlusClient server_;
  int attempt_;  // of the Confirmation Code
  std::optional<Agreement>& agreed_;
  ContactedServer contact_;
  Bytes euicc_response_;
  ProfileOffer offer_;
  Bytes metadata_der_;
  std::optional<std::uint32_t> free_memory_;  // of the card, in octets
  std::optional<FixedBytes<32>> hash_cc_;
  std::optional<Secret> code_;
};

Reason reason_of(Answer answer) {
  return answer == Answer::kNo       ? Reason::kEndUserRejection
         : answer == Answer::kNotNow ? Reason::kPostponed
                                     : Reason::kTimeout;
}

// The server cannot be reached, or what answers is not it, or it does not know the card yet: it is not told,
// the order stays open for another try. The card keeps nothing of the session but its one-time key.
tl::unexpected<Fault> Session::leave(Fault why) {
  (void)es10b::cancel_session(lpa_.card, contact_.transaction_id, Reason::kPostponed);
  return fail(std::move(why));
}

// The card signs the reason and the server must hear it. Silent failures would leave the order open at the
// server.
tl::unexpected<Fault> Session::abandon(Fault why, Reason reason) {
  // What failed because the user wants no more of it ends for that reason.
  if (const auto answer = lpa_.ui.cancelled())
    why = cancellation(*answer, "the download"), reason = reason_of(*answer);
  const auto signed_reason = es10b::cancel_session(lpa_.card, contact_.transaction_id, reason);
  if (!signed_reason) {
    lpa_.ui.warn("The card did not cancel the session: " + signed_reason.error().message());
    return fail(std::move(why));
  }
  if (auto told = server_.cancel_session(contact_.answer.transactionId, signed_reason->raw); !told)
    lpa_.ui.warn("The SM-DP+ did not take the cancellation; the order stays open there until it times out: " +
                 told.error().message());
  return fail(std::move(why));
}

tl::unexpected<Fault> Session::user_said(Answer answer, const char* what) {
  return abandon(cancellation(answer, what), reason_of(answer));
}

// Both sides have the session: both are told.
Status Session::check_cancelled() {
  const auto answer = lpa_.ui.cancelled();
  if (!answer) return {};
  return user_said(*answer, "the download");
}

// Nothing is open on the card yet, so nothing is cancelled.
Status Session::begin() {
  if (const auto answer = lpa_.ui.cancelled()) return fail(cancellation(*answer, "the download"));
  EIDER_TRY(contact, contact_server(lpa_, server_, request_.smdpOid));
  contact_ = std::move(contact);
  if (const auto answer = lpa_.ui.cancelled()) return fail(cancellation(*answer, "the download"));
  return {};
}

Status Session::authenticate_server() {
  EIDER_TRY(response, lpa::authenticate_server(lpa_, server_, contact_, request_.matchingId, &free_memory_));
  euicc_response_ = std::move(response);
  return {};
}

Result<es9::AuthenticateClientResponse> Session::authenticate_client() {
  lpa_.ui.progress(Step::kAuthenticateClient, 0, 0);
  auto answer = server_.authenticate_client(contact_.answer.transactionId, std::move(euicc_response_));
  if (!answer) {
    const auto& fault = answer.error();
    if (fault.not_reached()) return leave(fault);
    if (fault.as<FunctionStatus>()) return answer;  // the server has ended the session
    return abandon(fault, Reason::kUndefinedReason);
  }
  metadata_der_ = answer->profileMetadata;
  auto metadata = der::decode<StoreMetadataRequest>(metadata_der_, lenient());
  if (!metadata) return abandon(metadata.error(), Reason::kUndefinedReason);
  auto signed2 = der::decode<SmdpSigned2>(answer->smdpSigned2, lenient());
  if (!signed2) return abandon(signed2.error(), Reason::kUndefinedReason);
  if (!(signed2->transactionId == contact_.transaction_id))
    return abandon(VerificationFault{Check::kBinding, "smdpSigned2 is of another transaction"},
                   Reason::kUndefinedReason);
  offer_ = ProfileOffer{request_.smdpAddress, *std::move(metadata),
                        request_.confirmationCodeRequired || signed2->ccRequiredFlag, false};
  return answer;
}

// Section 3.1.3 with section 2.9.2: the rules first, the user after, the code last.
Status Session::confirm() {
  lpa_.ui.progress(Step::kConfirm, 0, 0);
  EIDER_CHECK(check_memory());
  EIDER_CHECK(decide_policy_rules());
  // Another Confirmation Code for the same Profile needs no second consent; another Profile does.
  const Agreement offered{metadata_der_, offer_.policyRuleConsentRequired};
  if (agreed_ != offered) {
    EIDER_CHECK(ask_user());
    agreed_ = offered;
  }
  return offer_.confirmationCodeRequired ? ask_confirmation_code() : Status{};
}

// A Profile that certainly has no room is not begun: its order stays open.
Status Session::check_memory() {
  if (free_memory_ != 0) return {};
  return abandon(
      LocalFault{
          "the card has no free memory for a Profile",
          "Delete a Profile that is not needed (`eider lpa list`), then use the same Activation Code again."},
      Reason::kPostponed);
}

// No message of ES9+ tells how much a Profile takes, and cards need more or less for it than the package has
// octets: the card decides, and what the user reads before helps to understand its refusal.
void Session::compare_memory(ByteView package) {
  if (!free_memory_ || package.size() <= *free_memory_) return;
  lpa_.ui.warn("The package of the Profile has " + std::to_string(package.size()) +
               " octets, and the card has " + std::to_string(*free_memory_) +
               " free: it will probably refuse the Profile. Delete one that is not needed.");
}

Status Session::decide_policy_rules() {
  const auto& rules = offer_.metadata.profilePolicyRules;
  if (!rules || rules->none()) return {};
  if (lpa_.settings.refuse_policy_rules)
    return abandon(
        LocalFault{"the Profile has Profile Policy Rules, and this device takes none on a removable card",
                   ""},
        Reason::kPprNotAllowed);
  auto rat = es10b::get_rat(lpa_.card);
  if (!rat) return abandon(rat.error(), Reason::kUndefinedReason);
  bool operational = false;
  if (rules->test(kPpr1)) {
    const auto profiles = es10c::get_profiles_info(lpa_.card);
    if (!profiles) return abandon(profiles.error(), Reason::kUndefinedReason);
    operational = std::ranges::any_of(*profiles, [](const ProfileInfo& p) {
      return p.profileClass.value_or(ProfileClass::kOperational) == ProfileClass::kOperational;
    });
  }
  const auto decision = evaluate_policy_rules(rules, offer_.metadata.profileOwner, *rat, operational);
  if (!decision.allowed)
    return abandon(LocalFault{"the Profile is not allowed on this card: " + decision.why,
                              "Ask the operator for a Profile without this rule."},
                   Reason::kPprNotAllowed);
  offer_.policyRuleConsentRequired = decision.consentRequired;
  return {};
}

Status Session::ask_user() {
  const auto answer = lpa_.ui.confirm_download(offer_);
  if (answer != Answer::kYes) return user_said(answer, "the download");
  return {};
}

Status Session::ask_confirmation_code() {
  code_ = request_.confirmationCode;
  if (!code_) code_ = lpa_.ui.confirmation_code(offer_, attempt_);
  if (!code_ || code_->empty())
    return abandon(
        LocalFault{"the Confirmation Code was not entered",
                   "Use the Activation Code again when you have the Confirmation Code from the operator."},
        Reason::kPostponed);
  // Section 4.7: the inner digest is what the SM-DP+ may have stored.
  Secret once(crypto::sha256(code_->view()).view());
  hash_cc_ = crypto::sha256({once.view(), contact_.transaction_id.view()});
  return {};
}

Result<Bytes> Session::get_package(const es9::AuthenticateClientResponse& answer) {
  lpa_.ui.progress(Step::kPrepareDownload, 0, 0);
  auto prepared = es10b::prepare_download(
      lpa_.card, {answer.smdpSigned2, answer.smdpSignature2, answer.smdpCertificate}, hash_cc_);
  if (!prepared) {
    if (prepared.error().not_reached()) return fail(prepared.error());
    return abandon(prepared.error(), Reason::kUndefinedReason);
  }
  if (auto refused = es10b::refusal(prepared->value))
    return abandon(*std::move(refused), Reason::kUndefinedReason);
  EIDER_CHECK(check_cancelled());
  lpa_.ui.progress(Step::kGetPackage, 0, 0);
  auto package = server_.get_bound_profile_package(contact_.answer.transactionId, std::move(prepared->raw));
  if (!package) {
    const auto& fault = package.error();
    if (fault.not_reached()) return leave(fault);
    if (fault.as<FunctionStatus>()) return fail(fault);
    return abandon(fault,
                   fault.as<DecodeFault>() ? Reason::kLoadBppExecutionError : Reason::kUndefinedReason);
  }
  return std::move(package->boundProfilePackage);
}

// Section 3.1.3.3: what the user confirmed must be what is installed.
Status Session::check_metadata(ByteView package) {
  auto parts = segment_bound_profile_package(package);
  if (!parts) return abandon(parts.error(), Reason::kLoadBppExecutionError);
  if (parts->metadata == metadata_der_) return {};
  auto found = der::decode<StoreMetadataRequest>(parts->metadata, lenient());
  if (!found) return abandon(found.error(), Reason::kLoadBppExecutionError);
  const auto& confirmed = offer_.metadata;
  if (found->profilePolicyRules.value_or(BitString{}) != confirmed.profilePolicyRules.value_or(BitString{}))
    return abandon(
        VerificationFault{Check::kBinding, "the package has other Profile Policy Rules than were confirmed"},
        Reason::kPprNotAllowed);
  const bool same = found->iccid == confirmed.iccid &&
                    found->serviceProviderName == confirmed.serviceProviderName &&
                    found->profileName == confirmed.profileName && found->iconType == confirmed.iconType &&
                    found->icon == confirmed.icon && found->profileClass == confirmed.profileClass &&
                    found->profileOwner == confirmed.profileOwner &&
                    found->notificationConfigurationInfo == confirmed.notificationConfigurationInfo &&
                    found->serviceSpecificDataStoredInEuicc == confirmed.serviceSpecificDataStoredInEuicc;
  if (same) return {};  // only the encoding differs
  if (lpa_.ui.confirm_changed_metadata(confirmed, *found) != Answer::kYes)
    return abandon(VerificationFault{Check::kBinding, "the package has other metadata than was confirmed"},
                   Reason::kMetadataMismatch);
  offer_.metadata = *std::move(found);
  return {};
}

// Until BF37 comes, which ends the package wherever it comes (section 5.7.6).
Result<Bytes> Session::load(const std::vector<ByteView>& segments) {
  std::size_t total = 0, done = 0;
  for (const auto& s : segments) total += s.size();
  for (const auto& segment : segments) {
    if (const auto answer = lpa_.ui.cancelled())  // install() ends the session
      return fail(cancellation(*answer, "the download"));
    lpa_.ui.progress(Step::kInstall, done, total);
    EIDER_TRY(answer, lpa_.card.store_data(segment));
    done += segment.size();
    if (answer.empty()) continue;
    lpa_.ui.progress(Step::kInstall, total, total);
    if (answer.size() > 1 && answer[0] == 0xBF && answer[1] == 0x37) return answer;
    return fail(DecodeFault{"LoadBoundProfilePackage", 0,
                            "the card answered with something else than a ProfileInstallationResult"});
  }
  return fail(DecodeFault{"LoadBoundProfilePackage", 0,
                          "the card took the whole package and gave no ProfileInstallationResult"});
}

Result<DownloadResult> Session::install(ByteView package) {
  EIDER_TRY(parts, segment_bound_profile_package(package));
  compare_memory(package);
  auto result = load(parts.segments);
  if (result) return finish(*result);
  if (result.error().not_reached()) return fail(result.error());  // the card keeps a result if it had one
  return abandon(result.error(), Reason::kLoadBppExecutionError);
}

Result<DownloadResult> Session::finish(ByteView result) {
  DownloadResult out;
  out.metadata = offer_.metadata;
  const auto pir = der::decode<ProfileInstallationResult>(result, lenient());
  out.notifications = deliver_after_operation(lpa_);
  if (!pir) return fail(pir.error());
  const auto& final_result = pir->profileInstallationResultData.value.finalResult.value;
  if (const auto* error = std::get_if<ErrorResult>(&final_result)) {
    if (error->simaResponse) log::info("lpa", "simaResponse " + to_hex(*error->simaResponse));
    return fail(result_code::make_fault("PIR", static_cast<int>(error->errorReason)));
  }
  out.isdpAid = std::get<SuccessResult>(final_result).aid;
  return out;
}

Result<OperationResult> enable_installed(Lpa& lpa, const DownloadResult& result) {
  ProfileInfo profile;
  profile.iccid = result.metadata.iccid;
  profile.isdpAid = result.isdpAid;
  return enable_profile(lpa, profile);
}

bool code_was_refused(const Fault& fault) {
  const auto* status = fault.as<FunctionStatus>();
  return status && status::is(*status, status::kConfirmationCodeRefused);
}
}  // namespace

DownloadRequest download_request(const ActivationCode& code) {
  DownloadRequest request;
  request.smdpAddress = code.smdpAddress;
  request.matchingId = code.matchingId;
  request.smdpOid = code.smdpOid;
  request.confirmationCodeRequired = code.confirmationCodeRequired;
  return request;
}

Result<DownloadRequest> default_smdp_request(Lpa& lpa) {
  EIDER_TRY(addresses, es10a::get_euicc_configured_addresses(lpa.card));
  if (addresses.defaultDpAddress.empty())
    return fail_local("the card has no default SM-DP+ address", "Set one, or give an Activation Code.");
  DownloadRequest request;
  request.smdpAddress = addresses.defaultDpAddress;
  return request;
}

Result<DownloadResult> download_profile(Lpa& lpa, const DownloadRequest& request) {
  std::optional<Agreement> agreed;
  for (int attempt = 1;; ++attempt) {
    EIDER_TRY(server, Es9PlusClient::create(lpa.http, request.smdpAddress, es9plus_options(lpa.settings)));
    auto result = Session(lpa, request, std::move(server), attempt, agreed).run();
    if (result) {
      if (!request.enable) return result;
      auto enabled = enable_installed(lpa, *result);
      if (enabled) {
        result->enabled = *std::move(enabled);
      } else {
        result->enableFault = std::move(enabled).error();
      }
      return result;
    }
    // A refused code has used the session up; the user may try again in a new one (section 3.1.3.2).
    const bool again = code_was_refused(result.error()) && !request.confirmationCode &&
                       attempt < lpa.settings.confirmation_code_attempts;
    if (!again) return result;
    lpa.ui.warn("The SM-DP+ refused the Confirmation Code.");
  }
}

}  // namespace eider::lpa
