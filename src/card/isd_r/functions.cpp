#include "card/isd_r/isd_r.hpp"

namespace eider::card {
namespace {
using namespace sgp22;

template <class F>
struct Signature_;
template <class Response, class Request>
struct Signature_<Result<Response> (*)(IsdR&, const Request&)> {
  using Req = Request;
  using Resp = Response;
};

// Decodes, runs, encodes. What is not valid DER or not the declared type is 6A80 (section 5.7.2).
template <auto Handler>
Result<Bytes> run(IsdR& isd_r, ByteView request) {
  using S = Signature_<decltype(Handler)>;
  auto decoded = der::decode<typename S::Req>(request);
  if (!decoded) return fail_sw(0x6A80);
  EIDER_TRY(response, Handler(isd_r, *decoded));
  if constexpr (std::is_same_v<typename S::Resp, Bytes>) {
    return response;
  } else {
    return der::encode(response);
  }
}

constexpr auto A = Interface::kEs10a;
constexpr auto B = Interface::kEs10b;
constexpr auto C = Interface::kEs10c;

constexpr Function kFunctions[] = {
    {0xBF3C, "GetEuiccConfiguredAddresses", A, kNotLoading, true, "5.7.3",
     run<&get_euicc_configured_addresses>},
    {0xBF3F, "SetDefaultDpAddress", A, kNotLoading, true, "5.7.4", run<&set_default_dp_address>},
    {0xBF21, "PrepareDownload", B, kNotLoading, true, "5.7.5", run<&prepare_download>},
    {0xBF2E, "GetEUICCChallenge", B, kAnySession, true, "5.7.7", run<&get_euicc_challenge>},
    {0xBF20, "GetEUICCInfo1", B, kNotLoading, true, "5.7.8", run<&get_euicc_info1>},
    {0xBF22, "GetEUICCInfo2", B, kNotLoading, true, "5.7.8", run<&get_euicc_info2>},
    {0xBF28, "ListNotification", B, kNotLoading, true, "5.7.9", run<&list_notification>},
    {0xBF2B, "RetrieveNotificationsList", B, kNotLoading, true, "5.7.10", run<&retrieve_notifications_list>},
    {0xBF30, "RemoveNotificationFromList", B, kNotLoading, true, "5.7.11",
     run<&remove_notification_from_list>},
    {0xBF35, "LoadCRL", B, kNotLoading, true, "5.7.12", run<&load_crl>},
    {0xBF38, "AuthenticateServer", B, kNotLoading, true, "5.7.13", run<&authenticate_server>},
    {0xBF41, "CancelSession", B, kAnySession, true, "5.7.14", run<&cancel_session>},
    {0xBF2D, "GetProfilesInfo", C, kNotLoading, true, "5.7.15", run<&get_profiles_info>},
    {0xBF31, "EnableProfile", C, kNotLoading, false, "5.7.16", run<&enable_profile>},
    {0xBF32, "DisableProfile", C, kNotLoading, false, "5.7.17", run<&disable_profile>},
    {0xBF33, "DeleteProfile", C, kNotLoading, false, "5.7.18", run<&delete_profile>},
    {0xBF34, "eUICCMemoryReset", C, kNotLoading, false, "5.7.19", run<&euicc_memory_reset>},
    {0xBF3E, "GetEID", C, kNotLoading, true, "5.7.20", run<&get_eid>},
    {0xBF29, "SetNickname", C, kNotLoading, true, "5.7.21", run<&set_nickname>},
    {0xBF43, "GetRAT", B, kNotLoading, true, "5.7.22", run<&get_rat>},
    {0xBF42, "LpaeActivation", B, kNotLoading, true, "5.7.1", run<&lpae_activation>},
};
}  // namespace

std::span<const Function> functions() {
  return kFunctions;
}

const Function* find_function(Tag tag) {
  for (const auto& f : kFunctions)
    if (f.tag == tag) return &f;
  return nullptr;
}

}  // namespace eider::card
