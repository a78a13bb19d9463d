#include "spec/sgp22/es2plus.hpp"

namespace eider::sgp22::es2plus {
namespace {
using namespace json;
using Do = DownloadOrderRequest;
constexpr json::Field kDo[] = {object<&Do::header>("header"), text<&Do::eid>("eid"),
                               text<&Do::iccid>("iccid"), text<&Do::profileType>("profileType")};
constexpr json::Field kDoR[] = {object<&DownloadOrderResponse::header>("header"),
                                text<&DownloadOrderResponse::iccid>("iccid")};
using Co = ConfirmOrderRequest;
constexpr json::Field kCo[] = {object<&Co::header>("header"),
                               text<&Co::iccid>("iccid"),
                               text<&Co::eid>("eid"),
                               text<&Co::matchingId>("matchingId"),
                               text<&Co::confirmationCode>("confirmationCode"),
                               text<&Co::smdsAddress>("smdsAddress"),
                               boolean<&Co::releaseFlag>("releaseFlag")};
using CoR = ConfirmOrderResponse;
constexpr json::Field kCoR[] = {object<&CoR::header>("header"), text<&CoR::eid>("eid"),
                                text<&CoR::matchingId>("matchingId"), text<&CoR::smdpAddress>("smdpAddress")};
using Ca = CancelOrderRequest;
constexpr json::Field kCa[] = {object<&Ca::header>("header"), text<&Ca::iccid>("iccid"),
                               text<&Ca::eid>("eid"), text<&Ca::matchingId>("matchingId"),
                               text<&Ca::finalProfileStatusIndicator>("finalProfileStatusIndicator")};
constexpr json::Field kRe[] = {object<&ReleaseProfileRequest::header>("header"),
                               text<&ReleaseProfileRequest::iccid>("iccid")};
template <class T>
constexpr std::array<json::Field, 8> kProgress = {
    object<&T::header>("header"),
    text<&T::eid>("eid"),
    text<&T::iccid>("iccid"),
    text<&T::profileType>("profileType"),
    text<&T::timestamp>("timestamp").also("timeStamp"),
    integer<&T::notificationPointId>("notificationPointId"),
    object<&T::notificationPointStatus>("notificationPointStatus"),
    base64<&T::resultData>("resultData")};
}  // namespace
}  // namespace eider::sgp22::es2plus

namespace es2 = eider::sgp22::es2plus;
EIDER_JSON_OBJECT(eider::sgp22::es2plus::DownloadOrderRequest, "DownloadOrderRequest", es2::kDo);
EIDER_JSON_OBJECT(eider::sgp22::es2plus::DownloadOrderResponse, "DownloadOrderResponse", es2::kDoR);
EIDER_JSON_OBJECT(eider::sgp22::es2plus::ConfirmOrderRequest, "ConfirmOrderRequest", es2::kCo);
EIDER_JSON_OBJECT(eider::sgp22::es2plus::ConfirmOrderResponse, "ConfirmOrderResponse", es2::kCoR);
EIDER_JSON_OBJECT(eider::sgp22::es2plus::CancelOrderRequest, "CancelOrderRequest", es2::kCa);
EIDER_JSON_OBJECT(eider::sgp22::es2plus::ReleaseProfileRequest, "ReleaseProfileRequest", es2::kRe);
EIDER_JSON_OBJECT(eider::sgp22::es2plus::HandleDownloadProgressInfoRequest,
                  "HandleDownloadProgressInfoRequest",
                  es2::kProgress<es2::HandleDownloadProgressInfoRequest>);
EIDER_JSON_OBJECT(eider::sgp22::es2plus::HandleNotificationRequest, "HandleNotificationRequest",
                  es2::kProgress<es2::HandleNotificationRequest>);
