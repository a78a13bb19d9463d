// The ISD-R: one file a function (get_euicc_challenge.cpp, …), one table of all of them (functions.cpp).
// Each function decodes nothing and encodes nothing: the table does.
#pragma once
#include "base/random.hpp"
#include "card/ecasd/ecasd.hpp"
#include "card/isd_r/session.hpp"
#include "card/toolkit.hpp"
#include "spec/sgp22/es10c.hpp"

namespace eider::card {

// What the functions work with.
struct IsdR {
  PersistentState& state;
  Ecasd& ecasd;
  Toolkit& toolkit;
  Random& random;
  Session session;
  int channel = 0;                // of the current command
  bool profile_switched = false;  // by the current command: the file system is another one now
  bool has_lpae = false;
  bool lpae_wanted = false;  // by LpaeActivation
};

enum class Interface : std::uint8_t { kEs10a = 1, kEs10b = 2, kEs10c = 4 };

struct Function {
  Tag tag;
  std::string_view name;
  Interface interface;
  std::uint8_t states;  // SessionState set in which it is legal; 6985 otherwise
  bool during_refresh;  // legal while a switch waits for its REFRESH
  std::string_view section;
  // The whole response TLV; a StatusWord fault for a command that fails as a whole; any other fault stops the
  // card.
  Result<Bytes> (*run)(IsdR&, ByteView request);
};
std::span<const Function> functions();
const Function* find_function(Tag tag);

// Fault for the status word alone.
inline tl::unexpected<Fault> fail_sw(std::uint16_t sw) {
  return fail(StatusWord{sw});
}

// ES10a
Result<sgp22::EuiccConfiguredAddressesResponse> get_euicc_configured_addresses(
    IsdR&, const sgp22::EuiccConfiguredAddressesRequest&);
Result<sgp22::SetDefaultDpAddressResponse> set_default_dp_address(IsdR&,
                                                                  const sgp22::SetDefaultDpAddressRequest&);
// ES10b
Result<sgp22::EUICCInfo1> get_euicc_info1(IsdR&, const sgp22::GetEuiccInfo1Request&);
Result<sgp22::EUICCInfo2> get_euicc_info2(IsdR&, const sgp22::GetEuiccInfo2Request&);
Result<sgp22::GetEuiccChallengeResponse> get_euicc_challenge(IsdR&, const sgp22::GetEuiccChallengeRequest&);
Result<sgp22::AuthenticateServerResponse> authenticate_server(IsdR&, const sgp22::AuthenticateServerRequest&);
Result<sgp22::PrepareDownloadResponse> prepare_download(IsdR&, const sgp22::PrepareDownloadRequest&);
Result<sgp22::CancelSessionResponse> cancel_session(IsdR&, const sgp22::CancelSessionRequest&);
Result<sgp22::LoadCRLResponse> load_crl(IsdR&, const sgp22::LoadCRLRequest&);
Result<sgp22::GetRatResponse> get_rat(IsdR&, const sgp22::GetRatRequest&);
Result<sgp22::ListNotificationResponse> list_notification(IsdR&, const sgp22::ListNotificationRequest&);
Result<sgp22::NotificationSentResponse> remove_notification_from_list(IsdR&,
                                                                      const sgp22::NotificationSentRequest&);
Result<sgp22::LpaeActivationResponse> lpae_activation(IsdR&, const sgp22::LpaeActivationRequest&);
// Its answer holds signed objects exactly as they were signed: it writes the octets itself.
Result<Bytes> retrieve_notifications_list(IsdR&, const sgp22::RetrieveNotificationsListRequest&);
// ES10c
Result<sgp22::ProfileInfoListResponse> get_profiles_info(IsdR&, const sgp22::ProfileInfoListRequest&);
Result<sgp22::EnableProfileResponse> enable_profile(IsdR&, const sgp22::EnableProfileRequest&);
Result<sgp22::DisableProfileResponse> disable_profile(IsdR&, const sgp22::DisableProfileRequest&);
Result<sgp22::DeleteProfileResponse> delete_profile(IsdR&, const sgp22::DeleteProfileRequest&);
Result<sgp22::EuiccMemoryResetResponse> euicc_memory_reset(IsdR&, const sgp22::EuiccMemoryResetRequest&);
Result<sgp22::GetEuiccDataResponse> get_eid(IsdR&, const sgp22::GetEuiccDataRequest&);
Result<sgp22::SetNicknameResponse> set_nickname(IsdR&, const sgp22::SetNicknameRequest&);

// One segment of a Bound Profile Package, or several (section 2.5.5). Empty while all is well; the
// ProfileInstallationResult at the end or at the first error.
Result<Bytes> load_bound_profile_package(IsdR&, ByteView segment);
// Does a command with this first tag belong to a Bound Profile Package?
bool is_bpp_segment(Tag first_tag);

}  // namespace eider::card
