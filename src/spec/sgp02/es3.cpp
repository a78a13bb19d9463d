#include "spec/sgp02/es3.hpp"

#include "spec/sgp02/descriptions.hpp"

namespace eider::sgp02::es3 {
namespace {

using namespace xml_types;  // NOLINT(google-build-using-namespace)
using xml::base;
using xml::element;
using xml::record;

constexpr xml::Field kCreateISDP[] = {
    base<&CreateISDPRequest::base>(),
    element<&CreateISDPRequest::eid>("Eid", kEid),
    element<&CreateISDPRequest::iccid>("Iccid", kIccid),
    element<&CreateISDPRequest::mnoId>("Mno-id", kObjectIdentifier),
    element<&CreateISDPRequest::requiredMemory>("RequiredMemory", kOctets),
    element<&CreateISDPRequest::moreToDo>("MoreToDo", xml::kBoolean),
};
constexpr xml::Field kCreateISDPResponse[] = {
    base<&CreateISDPResponse::base>(),
    element<&CreateISDPResponse::isdpAid>("Isd-p-aid", kAid),
    element<&CreateISDPResponse::euiccResponseData>("EuiccResponseData", kHexData),
};
constexpr xml::Field kSendData[] = {
    base<&SendDataRequest::base>(),
    element<&SendDataRequest::eid>("Eid", kEid),
    element<&SendDataRequest::sdAid>("Sd-aid", kAid),
    element<&SendDataRequest::data>("Data", kHexData),
    element<&SendDataRequest::moreToDo>("MoreToDo", xml::kBoolean),
};
constexpr xml::Field kProfileDownloadCompleted[] = {
    base<&ProfileDownloadCompletedRequest::base>(),
    element<&ProfileDownloadCompletedRequest::eid>("Eid", kEid),
    element<&ProfileDownloadCompletedRequest::iccid>("Iccid", kIccid),
    element<&ProfileDownloadCompletedRequest::profileType>("ProfileType", kString100),
    record<&ProfileDownloadCompletedRequest::subscriptionAddress>("SubscriptionAddress"),
    record<&ProfileDownloadCompletedRequest::pol2>("pol2"),
};
constexpr xml::Field kUpdateConnectivityParameters[] = {
    base<&UpdateConnectivityParametersRequest::base>(),
    element<&UpdateConnectivityParametersRequest::eid>("Eid", kEid),
    element<&UpdateConnectivityParametersRequest::iccid>("Iccid", kIccid),
    element<&UpdateConnectivityParametersRequest::connectivityParameters>("ConnectivityParameters", kHexData),
};

}  // namespace
}  // namespace eider::sgp02::es3

using namespace eider::sgp02::es3;  // NOLINT(google-build-using-namespace): the rows below

EIDER_XML_RECORD(CreateISDPRequest, "CreateISDPRequestType", "5.4", kCreateISDP);
EIDER_XML_RECORD(CreateISDPResponse, "CreateISDPResponseType", "5.4", kCreateISDPResponse);
EIDER_XML_RECORD(SendDataRequest, "SendDataRequestType", "5.4", kSendData);
EIDER_XML_RECORD(ProfileDownloadCompletedRequest, "ProfileDownloadCompletedRequestType", "5.4",
                 kProfileDownloadCompleted);
EIDER_XML_RECORD(UpdateConnectivityParametersRequest, "UpdateConnectivityParametersRequestType", "5.4",
                 kUpdateConnectivityParameters);
