// ES2+ (Operator to SM-DP+, and back for progress and notifications): SGP.22 v2.6.1 sections 5.3 and 6.5.2.
#pragma once
#include "spec/sgp22/json_header.hpp"

namespace eider::sgp22::es2plus {

struct DownloadOrderRequest {
  RequestHeader header;
  std::optional<std::string> eid, iccid, profileType;  // at least one of iccid and profileType
};
struct DownloadOrderResponse {
  std::optional<ResponseHeader> header;
  std::string iccid;
};
struct ConfirmOrderRequest {
  RequestHeader header;
  std::string iccid;
  std::optional<std::string> eid;
  std::optional<std::string> matchingId;  // absent: the SM-DP+ makes one; empty: default SM-DP+ use case
  std::optional<std::string> confirmationCode;
  std::optional<std::string> smdsAddress;
  bool releaseFlag = false;
};
struct ConfirmOrderResponse {
  std::optional<ResponseHeader> header;
  std::optional<std::string> eid;
  std::optional<std::string> matchingId;
  std::optional<std::string> smdpAddress;
};
struct CancelOrderRequest {
  RequestHeader header;
  std::string iccid;
  std::optional<std::string> eid, matchingId;
  std::string finalProfileStatusIndicator;  // Available or Unavailable
};
struct ReleaseProfileRequest {
  RequestHeader header;
  std::string iccid;
};
using CancelOrderResponse = EmptyResponse;
using ReleaseProfileResponse = EmptyResponse;

// SM-DP+ to Operator
struct HandleDownloadProgressInfoRequest {
  RequestHeader header;
  std::optional<std::string> eid;
  std::string iccid;
  std::string profileType;
  std::string timestamp;
  std::int64_t notificationPointId =
      0;  // 1 eligibility and retry check, 2 confirmation failure, 3 BPP download, 4 BPP installation
  FunctionExecutionStatus notificationPointStatus;
  std::optional<Bytes> resultData;  // base64
};
// Same members since v2.4 under the name HandleNotification: events after installation (enable, disable,
// delete).
struct HandleNotificationRequest {
  RequestHeader header;
  std::optional<std::string> eid;
  std::string iccid;
  std::string profileType;
  std::string timestamp;
  std::int64_t notificationPointId = 0;
  FunctionExecutionStatus notificationPointStatus;
  std::optional<Bytes> resultData;
};

inline constexpr HttpFunction kDownloadOrder{"DownloadOrder", "/gsma/rsp2/es2plus/downloadOrder",
                                             FunctionKind::kSynchronous, "5.3.1"};
inline constexpr HttpFunction kConfirmOrder{"ConfirmOrder", "/gsma/rsp2/es2plus/confirmOrder",
                                            FunctionKind::kSynchronous, "5.3.2"};
inline constexpr HttpFunction kCancelOrder{"CancelOrder", "/gsma/rsp2/es2plus/cancelOrder",
                                           FunctionKind::kSynchronous, "5.3.3"};
inline constexpr HttpFunction kReleaseProfile{"ReleaseProfile", "/gsma/rsp2/es2plus/releaseProfile",
                                              FunctionKind::kSynchronous, "5.3.4"};
inline constexpr HttpFunction kHandleDownloadProgressInfo{"HandleDownloadProgressInfo",
                                                          "/gsma/rsp2/es2plus/handleDownloadProgressInfo",
                                                          FunctionKind::kNotification, "5.3.5"};
inline constexpr HttpFunction kHandleNotification{
    "HandleNotification", "/gsma/rsp2/es2plus/handleNotification", FunctionKind::kNotification, "5.3.5"};

}  // namespace eider::sgp22::es2plus

EIDER_JSON(eider::sgp22::es2plus::DownloadOrderRequest);
EIDER_JSON(eider::sgp22::es2plus::DownloadOrderResponse);
EIDER_JSON(eider::sgp22::es2plus::ConfirmOrderRequest);
EIDER_JSON(eider::sgp22::es2plus::ConfirmOrderResponse);
EIDER_JSON(eider::sgp22::es2plus::CancelOrderRequest);
EIDER_JSON(eider::sgp22::es2plus::ReleaseProfileRequest);
EIDER_JSON(eider::sgp22::es2plus::HandleDownloadProgressInfoRequest);
EIDER_JSON(eider::sgp22::es2plus::HandleNotificationRequest);
