#include "spec/registry.hpp"

#include <algorithm>

#include "spec/saip/profile_element.hpp"
#include "spec/sgp22/es10b.hpp"
#include "spec/sgp22/es10c.hpp"
#include "spec/sgp22/es12.hpp"
#include "spec/sgp22/es2plus.hpp"
#include "spec/sgp22/es8plus.hpp"
#include "spec/sgp22/es9plus.hpp"

namespace eider::registry {
namespace {

using namespace sgp22;

template <class T>
constexpr Entry entry(std::string_view name, std::string_view interface) {
  return Entry{name, interface, &der::Describe<T>::type,
               [](ByteView in, const der::Rules& rules) -> Status {
                 if (auto v = der::decode<T>(in, rules); !v)
                   return tl::unexpected<Fault>(std::move(v).error());
                 return {};
               },
               [](ByteView in, const der::Rules& rules) -> Result<Bytes> {
                 EIDER_TRY(v, der::decode<T>(in, rules));
                 return der::encode(v);
               }};
}
template <class T>
constexpr JsonEntry json_entry(std::string_view name, std::string_view interface,
                               std::string_view path = {}) {
  return JsonEntry{name, interface, path, &json::Describe<T>::value,
                   [](std::string_view text) -> Result<std::string> {
                     EIDER_TRY(v, json::decode<T>(text));
                     return json::encode(v);
                   }};
}

#define ENTRY(T, INTERFACE) entry<T>(#T, INTERFACE)
#define ASN1(T, INTERFACE) entry<es9plus::asn1::T>("ES9+." #T, INTERFACE)
const Entry kEntries[] = {
    // Among types of one tag, the order decides between those that fit equally well.
    ENTRY(EUICCInfo1, "ES10b"),
    ENTRY(GetEuiccInfo1Request, "ES10b"),
    ENTRY(EUICCInfo2, "ES10b"),
    ENTRY(GetEuiccInfo2Request, "ES10b"),
    ENTRY(PrepareDownloadRequest, "ES10b"),
    ENTRY(PrepareDownloadResponse, "ES10b"),
    ENTRY(InitialiseSecureChannelRequest, "ES8+"),
    ENTRY(ConfigureISDPRequest, "ES8+"),
    ENTRY(StoreMetadataRequest, "ES8+"),
    ENTRY(ReplaceSessionKeysRequest, "ES8+"),
    ENTRY(ProfileInstallationResultData, "ES8+"),
    ENTRY(ListNotificationResponse, "ES10b"),
    ENTRY(ListNotificationRequest, "ES10b"),
    ENTRY(SetNicknameRequest, "ES10c"),
    ENTRY(SetNicknameResponse, "ES10c"),
    ENTRY(UpdateMetadataRequest, "ES6"),
    ENTRY(RetrieveNotificationsListResponse, "ES10b"),
    ENTRY(RetrieveNotificationsListRequest, "ES10b"),
    ENTRY(ProfileInfoListResponse, "ES10c"),
    ENTRY(ProfileInfoListRequest, "ES10c"),
    ENTRY(GetEuiccChallengeResponse, "ES10b"),
    ENTRY(GetEuiccChallengeRequest, "ES10b"),
    ENTRY(NotificationMetadata, "ES10b"),
    ENTRY(NotificationSentRequest, "ES10b"),
    ENTRY(NotificationSentResponse, "ES10b"),
    ENTRY(EnableProfileRequest, "ES10c"),
    ENTRY(EnableProfileResponse, "ES10c"),
    ENTRY(DisableProfileRequest, "ES10c"),
    ENTRY(DisableProfileResponse, "ES10c"),
    ENTRY(DeleteProfileRequest, "ES10c"),
    ENTRY(DeleteProfileResponse, "ES10c"),
    ENTRY(EuiccMemoryResetRequest, "ES10c"),
    ENTRY(EuiccMemoryResetResponse, "ES10c"),
    ENTRY(LoadCRLRequest, "ES10b"),
    ENTRY(LoadCRLResponse, "ES10b"),
    ENTRY(BoundProfilePackage, "ES8+"),
    ENTRY(ProfileInstallationResult, "ES8+"),
    ENTRY(AuthenticateServerRequest, "ES10b"),
    ENTRY(AuthenticateServerResponse, "ES10b"),
    ENTRY(EuiccConfiguredAddressesResponse, "ES10a"),
    ENTRY(EuiccConfiguredAddressesRequest, "ES10a"),
    ENTRY(GetEuiccDataResponse, "ES10c"),
    ENTRY(GetEuiccDataRequest, "ES10c"),
    ENTRY(SetDefaultDpAddressRequest, "ES10a"),
    ENTRY(SetDefaultDpAddressResponse, "ES10a"),
    ENTRY(CancelSessionRequest, "ES10b"),
    ENTRY(CancelSessionResponse, "ES10b"),
    ENTRY(LpaeActivationRequest, "ES10b"),
    ENTRY(LpaeActivationResponse, "ES10b"),
    ENTRY(GetRatResponse, "ES10b"),
    ENTRY(GetRatRequest, "ES10b"),
    ENTRY(ISDRProprietaryApplicationTemplate, "ES10b"),
    ENTRY(ProfileInfo, "ES10c"),
    // Structures with a universal tag
    ENTRY(OtherSignedNotification, "ES10b"),
    ENTRY(ServerSigned1, "ES10b"),
    ENTRY(EuiccSigned1, "ES10b"),
    ENTRY(SmdpSigned2, "ES10b"),
    ENTRY(EuiccSigned2, "ES10b"),
    ENTRY(EuiccCancelSessionSigned, "ES10b"),
    ENTRY(DeviceInfo, "ES10b"),
    ENTRY(NotificationConfigurationInformation, "ES8+"),
    ENTRY(PendingNotification, "ES10b"),
    // ASN.1 binding of the server interfaces
    ASN1(RemoteProfileProvisioningRequest, "ES9+"),
    ASN1(RemoteProfileProvisioningResponse, "ES9+"),
    ASN1(InitiateAuthenticationRequest, "ES9+"),
    ASN1(InitiateAuthenticationResponse, "ES9+"),
    ASN1(AuthenticateClientRequest, "ES9+"),
    ASN1(AuthenticateClientResponse, "ES9+"),
    ASN1(GetBoundProfilePackageRequest, "ES9+"),
    ASN1(GetBoundProfilePackageResponse, "ES9+"),
    ASN1(HandleNotification, "ES9+"),
    ASN1(CancelSessionRequest, "ES9+"),
    ASN1(CancelSessionResponse, "ES9+"),
    entry<es11::asn1::AuthenticateClientResponse>("ES11.AuthenticateClientResponse", "ES11"),
    // Profile Package
    entry<saip::ProfileElement>("ProfileElement", "SAIP"),
    entry<saip::EuiccResponse>("EUICCResponse", "SAIP"),
};
#undef ENTRY
#undef ASN1

namespace e2 = es2plus;
namespace e9 = es9plus;
#define FUNCTION(NS, T, INTERFACE, HTTP) json_entry<NS::T>(#T, INTERFACE, NS::HTTP.path)
const JsonEntry kJson[] = {
    FUNCTION(e2, DownloadOrderRequest, "ES2+", kDownloadOrder),
    FUNCTION(e2, DownloadOrderResponse, "ES2+", kDownloadOrder),
    FUNCTION(e2, ConfirmOrderRequest, "ES2+", kConfirmOrder),
    FUNCTION(e2, ConfirmOrderResponse, "ES2+", kConfirmOrder),
    FUNCTION(e2, CancelOrderRequest, "ES2+", kCancelOrder),
    FUNCTION(e2, ReleaseProfileRequest, "ES2+", kReleaseProfile),
    FUNCTION(e2, HandleDownloadProgressInfoRequest, "ES2+", kHandleDownloadProgressInfo),
    json_entry<e2::HandleNotificationRequest>("ES2+.HandleNotificationRequest", "ES2+",
                                              e2::kHandleNotification.path),
    FUNCTION(e9, InitiateAuthenticationRequest, "ES9+", kInitiateAuthentication),
    FUNCTION(e9, InitiateAuthenticationResponse, "ES9+", kInitiateAuthentication),
    FUNCTION(e9, AuthenticateClientRequest, "ES9+", kAuthenticateClient),
    FUNCTION(e9, AuthenticateClientResponse, "ES9+", kAuthenticateClient),
    FUNCTION(e9, GetBoundProfilePackageRequest, "ES9+", kGetBoundProfilePackage),
    FUNCTION(e9, GetBoundProfilePackageResponse, "ES9+", kGetBoundProfilePackage),
    FUNCTION(e9, HandleNotificationRequest, "ES9+", kHandleNotification),
    FUNCTION(e9, CancelSessionRequest, "ES9+", kCancelSession),
    json_entry<e9::AuthenticateClientEs11Response>("ES11.AuthenticateClientResponse", "ES11",
                                                   e9::kAuthenticateClient.path),
    FUNCTION(es12, RegisterEventRequest, "ES12", kRegisterEvent),
    FUNCTION(es12, DeleteEventRequest, "ES12", kDeleteEvent),
    json_entry<EmptyResponse>("EmptyResponse", "all"),
};
#undef FUNCTION

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool starts(const Entry& e, Tag tag) {
  // The package's CHOICE takes any tag, for elements of later versions; a tool must not.
  if (e.type == &der::Describe<saip::ProfileElement>::type) return saip::element_name(tag) != "unknown";
  return der::starts_with(*e.type, tag);
}

}  // namespace

std::span<const Entry> entries() {
  return kEntries;
}
std::span<const JsonEntry> json_entries() {
  return kJson;
}

const Entry* find(std::string_view name) {
  for (const auto& e : kEntries)
    if (same(e.name, name)) return &e;
  return nullptr;
}
const JsonEntry* find_json(std::string_view name) {
  for (const auto& e : kJson)
    if (same(e.name, name)) return &e;
  return nullptr;
}

std::vector<const Entry*> by_tag(Tag tag) {
  std::vector<const Entry*> out;
  for (const auto& e : kEntries)
    if (starts(e, tag)) out.push_back(&e);
  return out;
}

Match match(const Entry& e, ByteView in) {
  Match m{.entry = &e, .tree = der::print(*e.type, in, hooks())};
  if (auto s = e.check(in, der::Rules::strict()); !s) m.strict = std::move(s).error();
  if (!m.strict) return m;
  if (auto s = e.check(in, der::Rules::ber()); !s) m.tolerant = std::move(s).error();
  return m;
}

namespace {
// Higher is better; compared member by member.
struct Fit {
  int grade = 0;             // 2 strict, 1 lenient, 0 none
  std::ptrdiff_t known = 0;  // without a fit: members that are at least of the type
  std::size_t reach = 0;     // and where it breaks
  std::size_t few_unknown = 0;
  auto operator<=>(const Fit&) const = default;
};
Fit fit_of(const Match& m) {
  const der::Node* e = der::first_error(m.tree);
  const auto known = std::ranges::count_if(m.tree.children, [](const der::Node& n) { return !n.unknown; });
  // A type without members takes anything when unknown members are ignored: that is no fit.
  const int grade = !m.strict ? 2 : !m.tolerant && known > 0 ? 1 : 0;
  return Fit{grade, grade == 0 ? known : 0, m.tolerant && e ? e->error_offset : 0,
             std::numeric_limits<std::size_t>::max() - der::count_unknown(m.tree)};
}
}  // namespace

std::optional<Match> best_match(ByteView in) {
  const auto tlv = read_single_tlv(in, false);
  if (!tlv) return std::nullopt;
  std::optional<Match> best;
  Fit best_fit;
  for (const Entry* e : by_tag(tlv->tag)) {
    auto m = match(*e, in);
    const auto fit = fit_of(m);
    if (best && fit <= best_fit) continue;
    best_fit = fit;
    best = std::move(m);
    if (best_fit.grade == 2) break;
  }
  return best;
}

}  // namespace eider::registry
