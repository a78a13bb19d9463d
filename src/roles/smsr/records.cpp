#include "roles/smsr/records.hpp"

namespace eider::smsr {

std::string_view to_string(ProfileState state) {
  constexpr std::string_view kNames[] = {"In-Creation", "Created", "Disabled", "Enabled"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view to_string(OperationKind kind) {
  constexpr std::string_view kNames[] = {"CreateISDP",
                                         "SendData",
                                         "EnableProfile",
                                         "DisableProfile",
                                         "DeleteProfile",
                                         "UpdateConnectivityParameters",
                                         "SetFallbackAttribute",
                                         "SetEmergencyProfileAttribute",
                                         "eUICCCapabilityAudit",
                                         "MasterDelete",
                                         "SMSRChange (giving)",
                                         "SMSRChange (taking)",
                                         "HandleNotificationConfirmation",
                                         "EstablishISDRKeySet (certificate)",
                                         "EstablishISDRKeySet (keys)",
                                         "FinaliseISDRhandover",
                                         "UpdateSMSRAddressingParameters",
                                         "EstablishISDRKeySet (HTTPS)"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view notification_name(Report report) {
  constexpr std::string_view kNames[] = {"HandleProfileEnabledNotification",
                                         "HandleProfileDisabledNotification",
                                         "HandleProfileDeletedNotification",
                                         "HandleProfileDownloadedNotification",
                                         "HandleProfilePOL2UpdatedNotification",
                                         "HandleProfileFallBackAttributeSetNotification",
                                         "HandleProfileFallBackAttributeUnsetNotification",
                                         "HandleEmergencyProfileAttributeSetNotification",
                                         "HandleEmergencyProfileAttributeUnsetNotification",
                                         "HandleSMSRChangeNotification",
                                         "HandlePLMASettingNotification"};
  return kNames[static_cast<std::size_t>(report)];
}

const StoredKey* CardKeys::find(std::uint8_t identifier) const {
  for (const auto& k : keys)
    if (k.identifier == identifier) return &k;
  return nullptr;
}

}  // namespace eider::smsr
