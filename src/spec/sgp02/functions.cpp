#include "spec/sgp02/functions.hpp"

#include <vector>

#include "spec/sgp02/descriptions.hpp"

namespace eider::sgp02 {
namespace {

template <class T>
concept IsRequest = requires(const T& t) {
  { t.base.functionCallIdentifier };
};
template <class T>
concept IsResponse = requires(const T& t) {
  { t.base.functionExecutionStatus };
};

template <class T>
BodyType body() {
  BodyType b{.record = &xml::Describe<T>::value, .type = &typeid(T)};
  b.make = [] { return std::any(T{}); };
  b.address = [](std::any& a) -> void* { return std::any_cast<T>(&a); };
  b.request_base = [](const std::any& a) -> const BaseRequest* {
    if constexpr (IsRequest<T>)
      if (const auto* v = std::any_cast<T>(&a)) return &v->base;
    return nullptr;
  };
  b.response_base = [](std::any& a) -> BaseResponse* {
    if constexpr (IsResponse<T>)
      if (auto* v = std::any_cast<T>(&a)) return &v->base;
    return nullptr;
  };
  return b;
}

using N = FunctionName;
constexpr std::string_view kProfile = "ProfileManagement", kPlatform = "PlatformManagement",
                           kEuicc = "eUICCManagement";
constexpr bool kAtOnce = false, kLater = true;

struct Table {
  std::vector<Function> rows;

  Interface interface = Interface::kEs1;
  std::string_view section;
  std::uint8_t callers = 0, providers = 0;

  void begin(Interface i, std::string_view s, int from, int to) {
    interface = i;
    section = s;
    callers = static_cast<std::uint8_t>(from);
    providers = static_cast<std::uint8_t>(to);
  }
  template <class Request, class Response>
  Function& add(N id, std::string_view name, std::string_view group, bool later, std::uint8_t since = 3) {
    rows.push_back({interface, id, name, group, section, since, later, callers, providers, body<Request>(),
                    body<Response>()});
    return rows.back();
  }
  template <class T>
  void notify(N id, std::string_view name, std::string_view group, std::uint8_t since = 3) {
    rows.push_back({interface, id, name, group, section, since, false, providers, callers, body<T>(), {}});
  }
  void notifications() {
    notify<HandleProfileDisabledNotification>(N::kHandleProfileDisabledNotification,
                                              "HandleProfileDisabledNotification", kPlatform);
    notify<HandleProfileEnabledNotification>(N::kHandleProfileEnabledNotification,
                                             "HandleProfileEnabledNotification", kPlatform);
    notify<HandleProfileDeletedNotification>(N::kHandleProfileDeletedNotification,
                                             "HandleProfileDeletedNotification", kPlatform);
    notify<HandleSMSRChangeNotification>(N::kHandleSMSRChangeNotification, "HandleSMSRChangeNotification",
                                         kEuicc);
    notify<HandleProfileDownloadedNotification>(N::kHandleProfileDownloadedNotification,
                                                "HandleProfileDownloadedNotification", kProfile, 4);
    notify<HandleProfilePOL2UpdatedNotification>(N::kHandleProfilePOL2UpdatedNotification,
                                                 "HandleProfilePOL2UpdatedNotification", kProfile, 4);
    notify<HandlePLMASettingNotification>(N::kHandlePLMASettingNotification, "HandlePLMASettingNotification",
                                          kPlatform, 4);
    notify<HandleEmergencyProfileAttributeSetNotification>(N::kHandleEmergencyProfileAttributeSetNotification,
                                                           "HandleEmergencyProfileAttributeSetNotification",
                                                           kPlatform, 4);
    notify<HandleEmergencyProfileAttributeUnsetNotification>(
        N::kHandleEmergencyProfileAttributeUnsetNotification,
        "HandleEmergencyProfileAttributeUnsetNotification", kPlatform, 4);
    notify<HandleProfileFallBackAttributeSetNotification>(N::kHandleProfileFallBackAttributeSetNotification,
                                                          "HandleProfileFallBackAttributeSetNotification",
                                                          kPlatform, 4);
    notify<HandleProfileFallBackAttributeUnsetNotification>(
        N::kHandleProfileFallBackAttributeUnsetNotification,
        "HandleProfileFallBackAttributeUnsetNotification", kPlatform, 4);
  }
};

void es1_rows(Table& t) {
  t.begin(Interface::kEs1, "5.2", kEum, kSmSr);
  t.add<es1::RegisterEISRequest, SimpleResponse>(N::kRegisterEIS, "RegisterEIS", kEuicc, kAtOnce);
  t.add<es1::UpdateEISAdditionalPropertiesRequest, SimpleResponse>(
      N::kUpdateEISAdditionalProperties, "UpdateEISAdditionalProperties", kEuicc, kAtOnce, 4);
}

// ES2: everything goes on to an SM-SR, so that all of it is answered later.
void es2_rows(Table& t) {
  t.begin(Interface::kEs2, "5.3", kMno, kSmDp);
  t.add<es2::GetEISRequest, EisResponse>(N::kGetEIS, "GetEIS", kProfile, kLater);
  t.add<es2::AuditEISRequest, EisResponse>(N::kAuditEIS, "AuditEIS", kProfile, kLater);
  t.add<es2::DownloadProfileRequest, es2::DownloadProfileResponse>(N::kDownloadProfile, "DownloadProfile",
                                                                   kProfile, kLater);
  t.add<es2::UpdatePolicyRulesRequest, SimpleResponse>(N::kUpdatePolicyRules, "UpdatePolicyRules", kProfile,
                                                       kLater);
  t.add<es2::UpdateSubscriptionAddressRequest, SimpleResponse>(N::kUpdateSubscriptionAddress,
                                                               "UpdateSubscriptionAddress", kProfile, kLater);
  t.add<es2::EnableProfileRequest, EuiccResponse>(N::kEnableProfile, "EnableProfile", kPlatform, kLater);
  t.add<es2::DisableProfileRequest, EuiccResponse>(N::kDisableProfile, "DisableProfile", kPlatform, kLater);
  t.add<es2::DeleteProfileRequest, EuiccResponse>(N::kDeleteProfile, "DeleteProfile", kPlatform, kLater);
  t.add<es2::SetPLMARequest, SimpleResponse>(N::kSetPLMA, "SetPLMA", kPlatform, kLater, 4);
  t.add<es2::GetPLMARequest, GetPLMAResponse>(N::kGetPLMA, "GetPLMA", kPlatform, kLater, 4);
  t.add<es2::SetONCRequest, SimpleResponse>(N::kSetONC, "SetONC", kPlatform, kLater, 4);
  t.add<es2::GetONCRequest, GetONCResponse>(N::kGetONC, "GetONC", kPlatform, kLater, 4);
  t.add<es2::SetFallBackAttributeRequest, EuiccResponse>(N::kSetFallBackAttribute, "SetFallBackAttribute",
                                                         kPlatform, kLater, 4);
  t.add<es2::SetEmergencyProfileAttributeRequest, EuiccResponse>(
      N::kSetEmergencyProfileAttribute, "SetEmergencyProfileAttribute", kPlatform, kLater, 4);
  t.notifications();
}

void es3_rows(Table& t) {
  t.begin(Interface::kEs3, "5.4", kSmDp, kSmSr);
  t.add<GetEISRequest, EisResponse>(N::kGetEIS, "GetEIS", kProfile, kAtOnce);
  t.add<AuditEISRequest, EisResponse>(N::kAuditEIS, "AuditEIS", kProfile, kLater);
  t.add<es3::CreateISDPRequest, es3::CreateISDPResponse>(N::kCreateISDP, "CreateISDP", kProfile, kLater);
  t.add<es3::SendDataRequest, EuiccResponse>(N::kSendData, "SendData", kProfile, kLater);
  t.add<es3::ProfileDownloadCompletedRequest, SimpleResponse>(N::kProfileDownloadCompleted,
                                                              "ProfileDownloadCompleted", kProfile, kAtOnce);
  t.add<UpdatePolicyRulesRequest, SimpleResponse>(N::kUpdatePolicyRules, "UpdatePolicyRules", kProfile,
                                                  kAtOnce);
  t.add<UpdateSubscriptionAddressRequest, SimpleResponse>(N::kUpdateSubscriptionAddress,
                                                          "UpdateSubscriptionAddress", kProfile, kAtOnce);
  t.add<EnableProfileRequest, EuiccResponse>(N::kEnableProfile, "EnableProfile", kPlatform, kLater);
  t.add<DisableProfileRequest, EuiccResponse>(N::kDisableProfile, "DisableProfile", kPlatform, kLater);
  t.add<es3::DeleteISDPRequest, EuiccResponse>(N::kDeleteISDP, "DeleteISDP", kPlatform, kLater);
  t.add<es3::UpdateConnectivityParametersRequest, EuiccResponse>(
      N::kUpdateConnectivityParameters, "UpdateConnectivityParameters", kProfile, kLater);
  t.add<SetPLMARequest, SimpleResponse>(N::kSetPLMA, "SetPLMA", kPlatform, kAtOnce, 4);
  t.add<GetPLMARequest, GetPLMAResponse>(N::kGetPLMA, "GetPLMA", kPlatform, kAtOnce, 4);
  t.add<SetONCRequest, SimpleResponse>(N::kSetONC, "SetONC", kPlatform, kAtOnce, 4);
  t.add<GetONCRequest, GetONCResponse>(N::kGetONC, "GetONC", kPlatform, kAtOnce, 4);
  t.add<SetFallBackAttributeRequest, EuiccResponse>(N::kSetFallBackAttribute, "SetFallBackAttribute",
                                                    kPlatform, kLater, 4);
  t.add<SetEmergencyProfileAttributeRequest, EuiccResponse>(
      N::kSetEmergencyProfileAttribute, "SetEmergencyProfileAttribute", kPlatform, kLater, 4);
  t.notifications();
}

void es4_rows(Table& t) {
  t.begin(Interface::kEs4, "5.5", kMno | kM2mSp, kSmSr);
  t.add<GetEISRequest, EisResponse>(N::kGetEIS, "GetEIS", kProfile, kAtOnce);
  t.add<AuditEISRequest, EisResponse>(N::kAuditEIS, "AuditEIS", kProfile, kLater);
  t.add<UpdatePolicyRulesRequest, SimpleResponse>(N::kUpdatePolicyRules, "UpdatePolicyRules", kProfile,
                                                  kAtOnce)
      .callers = kMno;
  t.add<UpdateSubscriptionAddressRequest, SimpleResponse>(N::kUpdateSubscriptionAddress,
                                                          "UpdateSubscriptionAddress", kProfile, kAtOnce)
      .callers = kMno;
  t.add<EnableProfileRequest, EuiccResponse>(N::kEnableProfile, "EnableProfile", kPlatform, kLater);
  t.add<DisableProfileRequest, EuiccResponse>(N::kDisableProfile, "DisableProfile", kPlatform, kLater);
  t.add<es4::DeleteProfileRequest, EuiccResponse>(N::kDeleteProfile, "DeleteProfile", kPlatform, kLater);
  t.add<es4::PrepareSMSRChangeRequest, SimpleResponse>(N::kPrepareSMSRChange, "PrepareSMSRChange", kEuicc,
                                                       kAtOnce);
  t.add<es4::SMSRChangeRequest, EuiccResponse>(N::kSMSRChange, "SMSRChange", kEuicc, kLater);
  t.add<GetPLMARequest, GetPLMAResponse>(N::kGetPLMA, "GetPLMA", kPlatform, kAtOnce, 4);
  t.add<SetFallBackAttributeRequest, EuiccResponse>(N::kSetFallBackAttribute, "SetFallBackAttribute",
                                                    kPlatform, kLater, 4);
  t.add<SetEmergencyProfileAttributeRequest, EuiccResponse>(
      N::kSetEmergencyProfileAttribute, "SetEmergencyProfileAttribute", kPlatform, kLater, 4);
  t.notifications();
}

void es4a_es7_rows(Table& t) {
  t.begin(Interface::kEs4a, "5.7", kMno, kSmSr);
  t.add<SetPLMARequest, SimpleResponse>(N::kSetPLMA, "SetPLMA", kPlatform, kAtOnce, 4);
  t.add<GetPLMARequest, GetPLMAResponse>(N::kGetPLMA, "GetPLMA", kPlatform, kAtOnce, 4);
  t.add<SetONCRequest, SimpleResponse>(N::kSetONC, "SetONC", kPlatform, kAtOnce, 4);
  t.add<GetONCRequest, GetONCResponse>(N::kGetONC, "GetONC", kPlatform, kAtOnce, 4);
  t.begin(Interface::kEs7, "5.6", kSmSr, kSmSr);
  t.add<es7::HandoverEUICCRequest, SimpleResponse>(N::kHandoverEUICC, "HandoverEUICC", kEuicc, kLater);
  t.add<es7::AuthenticateSMSRRequest, es7::AuthenticateSMSRResponse>(N::kAuthenticateSMSR, "AuthenticateSMSR",
                                                                     kEuicc, kLater);
  t.add<es7::CreateAdditionalKeySetRequest, es7::CreateAdditionalKeySetResponse>(
      N::kCreateAdditionalKeySet, "CreateAdditionalKeySet", kEuicc, kLater);
}

const std::vector<Function>& table() {
  static const auto rows = [] {
    Table t;
    t.rows.reserve(85);
    es1_rows(t);
    es2_rows(t);
    es3_rows(t);
    es4_rows(t);
    es4a_es7_rows(t);
    return std::move(t.rows);
  }();
  return rows;
}

}  // namespace

std::string_view name_of(Interface interface) {
  constexpr std::string_view kNames[] = {"ES1", "ES2", "ES3", "ES4", "ES4A", "ES7"};
  return kNames[static_cast<std::size_t>(interface)];
}

std::span<const Function> functions() {
  return table();
}

const Function* find_function(Interface interface, FunctionName id) {
  for (const auto& f : table())
    if (f.interface == interface && f.id == id) return &f;
  return nullptr;
}

const Function* find_function(std::string_view name) {
  for (const auto& f : table()) {
    const auto interface = name_of(f.interface);
    if (name.size() == interface.size() + 1 + f.name.size() && name.starts_with(interface) &&
        name.ends_with(f.name) && (name[interface.size()] == '-' || name[interface.size()] == '.'))
      return &f;
  }
  return find_element(name).function;
}

Named find_element(std::string_view element) {
  for (const auto& f : table()) {
    const auto interface = name_of(f.interface);
    auto rest = element;
    if (!rest.starts_with(interface) || rest.substr(interface.size()).empty() ||
        rest[interface.size()] != '-')
      continue;
    rest.remove_prefix(interface.size() + 1);
    if (!rest.starts_with(f.name)) continue;
    rest.remove_prefix(f.name.size());
    if (f.notification()) {
      if (rest.empty()) return {&f, MessageKind::kNotification};
      continue;
    }
    if (rest == "Request") return {&f, MessageKind::kRequest};
    if (rest == "Response") return {&f, MessageKind::kResponse};
  }
  return {};
}

std::string element_name(const Function& function, MessageKind kind) {
  std::string out = std::string(name_of(function.interface)) + "-" + std::string(function.name);
  if (kind == MessageKind::kRequest) out += "Request";
  if (kind == MessageKind::kResponse) out += "Response";
  return out;
}

std::string action_uri(const Function& function, MessageKind kind) {
  std::string out =
      "http://gsma.com/" + std::string(name_of(function.interface)) + "/" + std::string(function.group);
  if (kind != MessageKind::kRequest) out += "CallBack";
  return out + "/" + std::string(name_of(function.interface)) + "-" + std::string(function.name);
}

}  // namespace eider::sgp02
