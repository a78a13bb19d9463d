// The functions of the off-card interfaces as rows (SGP.02 v4.2 sections 5.2 to 5.7, Annexes A and B). Names
// of elements, actions, dispatch, schemas and the table in docs/interfaces.md follow from them.
#pragma once
#include <any>
#include <typeinfo>

#include "codec/record.hpp"
#include "spec/sgp02/es1.hpp"
#include "spec/sgp02/es2.hpp"
#include "spec/sgp02/es3.hpp"
#include "spec/sgp02/es4.hpp"
#include "spec/sgp02/es4a.hpp"
#include "spec/sgp02/es7.hpp"

namespace eider::sgp02 {

// What a function is called, on whichever interface.
enum class FunctionName : std::uint8_t {
  kRegisterEIS,
  kUpdateEISAdditionalProperties,
  kGetEIS,
  kAuditEIS,
  kDownloadProfile,
  kCreateISDP,
  kSendData,
  kProfileDownloadCompleted,
  kDeleteISDP,
  kUpdateConnectivityParameters,
  kUpdatePolicyRules,
  kUpdateSubscriptionAddress,
  kEnableProfile,
  kDisableProfile,
  kDeleteProfile,
  kPrepareSMSRChange,
  kSMSRChange,
  kSetPLMA,
  kGetPLMA,
  kSetONC,
  kGetONC,
  kSetFallBackAttribute,
  kSetEmergencyProfileAttribute,
  kHandoverEUICC,
  kAuthenticateSMSR,
  kCreateAdditionalKeySet,
  kHandleProfileDisabledNotification,
  kHandleProfileEnabledNotification,
  kHandleProfileDeletedNotification,
  kHandleSMSRChangeNotification,
  kHandleProfileDownloadedNotification,
  kHandleProfilePOL2UpdatedNotification,
  kHandlePLMASettingNotification,
  kHandleEmergencyProfileAttributeSetNotification,
  kHandleEmergencyProfileAttributeUnsetNotification,
  kHandleProfileFallBackAttributeSetNotification,
  kHandleProfileFallBackAttributeUnsetNotification,
};

// The struct of a message, seen through its declaration.
struct BodyType {
  const xml::Record* record = nullptr;  // nullptr: there is no such message
  const std::type_info* type = nullptr;
  std::any (*make)() = nullptr;
  void* (*address)(std::any& body) = nullptr;
  const BaseRequest* (*request_base)(const std::any& body) = nullptr;
  BaseResponse* (*response_base)(std::any& body) = nullptr;
};

struct Function {
  Interface interface;
  FunctionName id;
  std::string_view name;   // "EnableProfile"
  std::string_view group;  // of its action: "ProfileManagement"
  std::string_view section;
  std::uint8_t since;      // version of SGP.02 that has it
  bool touches_card;       // answered later (HTTP 202), when done
  std::uint8_t callers;    // Party set; of a notification: who sends it
  std::uint8_t providers;  // who serves it, or receives the notification
  BodyType request;        // or notification
  BodyType response;       // no record: a notification

  bool notification() const { return response.record == nullptr; }
};

std::string_view name_of(Interface interface);  // "ES4A"
std::span<const Function> functions();
const Function* find_function(Interface interface, FunctionName id);
// "ES3-CreateISDP", "ES3.CreateISDP" or "ES3-CreateISDPRequest"
const Function* find_function(std::string_view name);

enum class MessageKind : std::uint8_t { kRequest, kResponse, kNotification };
// The function and the kind that a body element's name says; nullptr for another element.
struct Named {
  const Function* function = nullptr;
  MessageKind kind = MessageKind::kRequest;
};
Named find_element(std::string_view element);
std::string element_name(const Function& function, MessageKind kind);  // "ES3-CreateISDPRequest"
std::string action_uri(const Function& function, MessageKind kind);

}  // namespace eider::sgp02
