#include "spec/sgp02/soap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace eider::sgp02 {
namespace {

using testing::HasSubstr;

MessageHeader header() {
  MessageHeader h;
  h.sender = {EntityId("1.3.6.1.4.1.10"), "SM-DP", {}, "https://smdp.example.com:20000"};
  h.receiver = {EntityId("1.3.6.1.4.1.20"), {}, {}, "https://smsr.example.com/es3"};
  h.transactionId = "urn:uuid:t";
  h.messageDate = *parse_time("2026-03-01T12:00:00Z");
  h.messageId = soap::make_message_id(h.sender.id, "urn:uuid:m", h.transactionId, *h.messageDate);
  h.replyTo = "https://smdp.example.com:20000/callback";
  return h;
}
std::string envelope(std::string_view body, std::string_view head = {}) {
  return "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope' "
         "xmlns:a='http://www.w3.org/2005/08/addressing' "
         "xmlns:r='http://namespaces.gsma.org/esim-messaging/3'><e:Header>" +
         std::string(head) + "</e:Header><e:Body>" + std::string(body) + "</e:Body></e:Envelope>";
}
auto decode(std::string_view text) {
  return soap::decode(as_bytes(text));
}
constexpr std::string_view kEid = "<r:Eid>89001012012341234012345678901224</r:Eid>";
constexpr std::string_view kIccid = "<r:Iccid>8988211000000350118</r:Iccid>";
std::string enable(std::string_view inside) {
  return envelope("<r:ES4-EnableProfileRequest>" + std::string(inside) + "</r:ES4-EnableProfileRequest>");
}
std::string call() {
  return "<r:FunctionCallIdentifier>c</r:FunctionCallIdentifier>";
}

TEST(Soap, ARequestGoesOutAndComesBack) {
  es3::CreateISDPRequest request;
  request.base = {"call-7", 3600};
  request.eid = *Eid::from(hex("89001012012341234012345678901224"));
  request.iccid = *sgp22::parse_iccid("8988211000000350118");
  request.mnoId = EntityId("1.3.6.1.4.1.30");
  request.requiredMemory = 65536;
  request.moreToDo = true;
  const auto text = soap::encode(header(), Interface::kEs3, request);
  const auto message = decode(text);
  ASSERT_TRUE(message) << message.error().status.message;
  EXPECT_EQ(message->function, find_function(Interface::kEs3, FunctionName::kCreateISDP));
  EXPECT_EQ(message->kind, MessageKind::kRequest);
  ASSERT_NE(message->as<es3::CreateISDPRequest>(), nullptr);
  EXPECT_EQ(*message->as<es3::CreateISDPRequest>(), request);
  ASSERT_NE(message->request(), nullptr);
  EXPECT_EQ(message->request()->validityPeriod, 3600U);
  EXPECT_EQ(message->response(), nullptr);
  auto expected = header();
  expected.action = "http://gsma.com/ES3/ProfileManagement/ES3-CreateISDP";
  EXPECT_EQ(message->header, expected);
  EXPECT_THAT(
      text,
      HasSubstr("<rps:ES3-CreateISDPRequest><rps:FunctionCallIdentifier>call-7</rps:FunctionCallIdentifier>"
                "<rps:ValidityPeriod>3600</rps:ValidityPeriod><rps:Eid>89001012012341234012345678901224</"
                "rps:Eid>"));
}

// As a gSOAP SM-SR of 2018 writes it: other prefixes, no RelatesTo.
TEST(Soap, TheCallbackOfADeployedServerIsRead) {
  const auto message = decode(R"(<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"
                   xmlns:wsa5="http://www.w3.org/2005/08/addressing"
                   xmlns:rps="http://namespaces.gsma.org/esim-messaging/3">
 <SOAP-ENV:Header>
  <wsa5:MessageID>//1.3.6.1.4.1.20/urn:uuid:78c2?TransactionId=urn:uuid:68ea&amp;MessageDate=2018-12-19T02:44:49Z</wsa5:MessageID>
  <wsa5:From><wsa5:Address>http://host:20000?EntityId=1.3.6.1.4.1.20&amp;EntityName=SM-SR</wsa5:Address></wsa5:From>
  <wsa5:To SOAP-ENV:mustUnderstand="true">http://host:10000?EntityId=1.3.6.1.4.1.10</wsa5:To>
  <wsa5:Action SOAP-ENV:mustUnderstand="true">http://gsma.com/ES3/ProfileManagementCallBack/ES3-CreateISDP</wsa5:Action>
 </SOAP-ENV:Header>
 <SOAP-ENV:Body>
  <rps:ES3-CreateISDPResponse>
   <rps:ProcessingStart>2018-12-19T02:44:40Z</rps:ProcessingStart><rps:ProcessingEnd>2018-12-19T02:44:49Z</rps:ProcessingEnd>
   <rps:FunctionExecutionStatus><rps:Status>EXECUTED_SUCCESS</rps:Status></rps:FunctionExecutionStatus>
   <rps:Isd-p-aid>A0000005591010FFFFFFFF8900001000</rps:Isd-p-aid>
  </rps:ES3-CreateISDPResponse>
 </SOAP-ENV:Body>
</SOAP-ENV:Envelope>)");
  ASSERT_TRUE(message) << message.error().status.message;
  const auto* response = message->as<es3::CreateISDPResponse>();
  ASSERT_NE(response, nullptr);
  EXPECT_EQ(to_hex(response->isdpAid.value_or(Aid{})), "A0000005591010FFFFFFFF8900001000");
  EXPECT_EQ(response->base.functionExecutionStatus.status, ExecutionStatus::kExecutedSuccess);
  const auto& h = message->header;
  EXPECT_EQ(h.sender.id.dotted(), "1.3.6.1.4.1.20");
  EXPECT_EQ(h.sender.name, "SM-SR");
  EXPECT_EQ(h.sender.address, "http://host:20000");
  EXPECT_EQ(h.transactionId, "urn:uuid:68ea");
  EXPECT_EQ(h.messageDate, parse_time("2018-12-19T02:44:49Z"));
  EXPECT_FALSE(h.relatesTo);
}

TEST(Soap, OtherNamespacesOfTheFamilyAndOtherSpellingsAreRead) {
  for (const auto* ns : {"1", "2", "3"}) {
    auto text = enable(call() + std::string(kEid) + std::string(kIccid));
    text.replace(text.find("messaging/3"), 11, std::string("messaging/") + ns);
    EXPECT_TRUE(decode(text)) << ns;
  }
  // Without a namespace, in another order, unknown elements between.
  EXPECT_TRUE(decode(
      envelope("<ES4-EnableProfileRequest><iccid>8988211000000350118F</iccid><New/>"
               "<functionCallIdentifier>c</functionCallIdentifier><eid>89001012012341234012345678901224</eid>"
               "</ES4-EnableProfileRequest>")));
}

struct Bad {
  std::string name, text, reason, where;
};
TEST(Soap, RefusalsSayWhatAndWhere) {
  const std::string eid(kEid), iccid(kIccid);
  const std::vector<Bad> cases = {
      {"no XML", "hello", "2.1", ""},
      {"nothing", "", "2.1", ""},
      {"cut", enable(call()).substr(0, 300), "2.1", ""},
      {"no envelope", "<a/>", "2.1", "a"},
      {"SOAP 1.1", "<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'/>", "3.1", "Envelope"},
      {"no body", "<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'/>", "2.2", "Envelope"},
      {"empty body", envelope(""), "2.2", "Envelope/Body"},
      {"two messages", envelope("<r:ES4-GetEISRequest/><r:ES4-GetEISRequest/>"), "2.1",
       "Envelope/Body/ES4-GetEISRequest"},
      {"unknown function", envelope("<r:ES4-FlyRequest/>"), "3.1", "Envelope/Body/ES4-FlyRequest"},
      {"foreign namespace", envelope("<x:ES4-GetEISRequest xmlns:x='urn:x'/>"), "2.1",
       "Envelope/Body/ES4-GetEISRequest"},
      {"future version",
       envelope("<x:ES4-GetEISRequest xmlns:x='http://namespaces.gsma.org/esim-messaging/9'/>"), "3.1",
       "Envelope/Body/ES4-GetEISRequest"},
      {"no identifier", enable(eid + iccid), "2.2",
       "Envelope/Body/ES4-EnableProfileRequest/FunctionCallIdentifier"},
      {"no EID", enable(call() + iccid), "2.2", "Envelope/Body/ES4-EnableProfileRequest/Eid"},
      {"EID twice", enable(call() + eid + eid + iccid), "2.1", "Envelope/Body/ES4-EnableProfileRequest/Eid"},
      {"EID in a foreign namespace",
       enable(call() + "<Eid xmlns='urn:x'>89001012012341234012345678901224</Eid>" + iccid), "2.2",
       "Envelope/Body/ES4-EnableProfileRequest/Eid"},
      {"short EID", enable(call() + "<r:Eid>8900</r:Eid>" + iccid), "2.1",
       "Envelope/Body/ES4-EnableProfileRequest/Eid"},
      {"elements in a value", enable(call() + "<r:Eid><r:x/></r:Eid>" + iccid), "2.1",
       "Envelope/Body/ES4-EnableProfileRequest/Eid"},
      {"negative validity", enable(call() + "<r:ValidityPeriod>-1</r:ValidityPeriod>" + eid + iccid), "2.1",
       "Envelope/Body/ES4-EnableProfileRequest/ValidityPeriod"},
      {"document type", "<!DOCTYPE a>" + enable(call() + eid + iccid), "2.1", ""},
      {"processing instruction", "<?x y?>" + enable(call() + eid + iccid), "2.1", ""},
      {"header twice", envelope("<r:ES4-GetEISRequest/>", "<a:To>x</a:To><a:To>y</a:To>"), "2.1",
       "Envelope/Header/To"},
  };
  for (const auto& c : cases) {
    const auto message = decode(c.text);
    ASSERT_FALSE(message) << c.name;
    const auto& status = message.error().status;
    EXPECT_THAT(status.subject_code, testing::AnyOf("1.3.1", "1.3.2", "1.6")) << c.name;
    EXPECT_EQ(status.reason_code, c.reason) << c.name << ": " << status.message;
    EXPECT_EQ(message.error().problem.path, c.where) << c.name << ": " << status.message;
    if (message.error().function) continue;
    // No function could carry the code: the fault does.
    const auto answer = decode(soap::encode_refusal(header(), message.error()));
    ASSERT_TRUE(answer && answer->as<soap::SoapFault>()) << c.name;
    EXPECT_THAT(answer->as<soap::SoapFault>()->reason,
                testing::StartsWith(status.subject_code + "/" + status.reason_code + ": "))
        << c.name;
  }
}

TEST(Soap, NumbersOfSubscribersAreNumbers) {
  const auto with = [](const std::string& address) {
    return envelope("<r:ES4-UpdateSubscriptionAddressRequest>" + call() + std::string(kEid) +
                    std::string(kIccid) + "<r:newSubscriptionAddress>" + address +
                    "</r:newSubscriptionAddress></r:ES4-UpdateSubscriptionAddressRequest>");
  };
  for (const auto* good : {"<r:Imsi>001010000000001</r:Imsi>", "<r:Msisdn>46709123456</r:Msisdn>",
                           "<r:Imsi>00101</r:Imsi><r:Msisdn>+1</r:Msisdn>"})
    EXPECT_TRUE(decode(with(good))) << good;
  for (const auto* bad : {"<r:Imsi>hello</r:Imsi>", "<r:Imsi>0010</r:Imsi>", "<r:Imsi>+00101</r:Imsi>",
                          "<r:Imsi>0010100000000012</r:Imsi>", "<r:Msisdn>abc</r:Msisdn>",
                          "<r:Msisdn>+</r:Msisdn>", "<r:Msisdn/>", "<r:Msisdn>++46</r:Msisdn>"}) {
    const auto refused = decode(with(bad));
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().status.reason_code, "2.1") << bad;
  }
}

TEST(Soap, AHeaderThatMustBeUnderstoodAndIsNotIsRefused) {
  const auto text = envelope("<r:ES4-GetEISRequest>" + call() + std::string(kEid) + "</r:ES4-GetEISRequest>",
                             "<x:Route xmlns:x='urn:x' e:mustUnderstand='true'/>");
  const auto refused = decode(text);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault_code, soap::FaultCode::kMustUnderstand);
  const auto answer = decode(soap::encode_refusal(header(), refused.error()));
  ASSERT_TRUE(answer);
  ASSERT_NE(answer->as<soap::SoapFault>(), nullptr);
  EXPECT_EQ(answer->as<soap::SoapFault>()->code, soap::FaultCode::kMustUnderstand);
}

TEST(Soap, ARefusedRequestIsAnsweredWithItsOwnFunction) {
  const auto refused = decode(enable(call() + std::string(kEid)));
  ASSERT_FALSE(refused);
  const auto answer = decode(soap::encode_refusal(header(), refused.error()));
  ASSERT_TRUE(answer);
  ASSERT_NE(answer->response(), nullptr);
  const auto& status = answer->response()->functionExecutionStatus;
  EXPECT_EQ(status.status, ExecutionStatus::kFailed);
  ASSERT_TRUE(status.statusCodeData);
  EXPECT_EQ(status.statusCodeData->subject, "1.3.1");
  EXPECT_EQ(status.statusCodeData->reason, "2.2");
  EXPECT_THAT(status.statusCodeData->message.value_or(""), HasSubstr("ES4-EnableProfileRequest/Iccid"));
}

TEST(Soap, AReplyGoesToReplyToAndRelates) {
  const Entity smsr{EntityId("1.3.6.1.4.1.20"), "SM-SR", {}, "https://smsr.example.com"};
  const auto reply = soap::reply_header(header(), smsr, "r1", *parse_time("2026-03-01T12:00:09Z"));
  EXPECT_EQ(reply.relatesTo, header().messageId);
  EXPECT_EQ(reply.transactionId, "urn:uuid:t");
  EXPECT_EQ(reply.receiver.address, "https://smdp.example.com:20000/callback");
  EXPECT_EQ(reply.receiver.id.dotted(), "1.3.6.1.4.1.10");
  EXPECT_EQ(reply.messageId, "//1.3.6.1.4.1.20/r1?TransactionId=urn:uuid:t&MessageDate=2026-03-01T12:00:09Z");
  EXPECT_FALSE(soap::answers_in_place(header()));
  auto anonymous = header();
  anonymous.replyTo = std::string(kAnonymousAddress);
  EXPECT_TRUE(soap::answers_in_place(anonymous));
}

TEST(Soap, AnEntityIsTakenOutOfAUriAndTheRestStays) {
  const auto e = soap::from_uri("https://h/p?a=1&EntityId=2.999.1&EntityName=A%20%26%20B&b=2");
  EXPECT_EQ(e.address, "https://h/p?a=1&b=2");
  EXPECT_EQ(e.name, "A & B");
  EXPECT_EQ(soap::from_uri(soap::to_uri(e)), e);
}

TEST(SoapFunctions, AreThoseOfTheSpecification) {
  std::map<Interface, int> counts;
  std::set<std::string> names;
  for (const auto& f : functions()) {
    ++counts[f.interface];
    EXPECT_TRUE(names.insert(element_name(f, MessageKind::kRequest)).second) << f.name;
    EXPECT_EQ(find_function(f.interface, f.id), &f);
    EXPECT_NE(f.callers, 0);
    EXPECT_NE(f.providers, 0);
    const auto kind = f.notification() ? MessageKind::kNotification : MessageKind::kRequest;
    EXPECT_EQ(find_element(element_name(f, kind)).function, &f) << element_name(f, kind);
  }
  EXPECT_EQ(counts[Interface::kEs1], 2);
  EXPECT_EQ(counts[Interface::kEs2], 25);
  EXPECT_EQ(counts[Interface::kEs3], 28);
  EXPECT_EQ(counts[Interface::kEs4], 23);
  EXPECT_EQ(counts[Interface::kEs4a], 4);
  EXPECT_EQ(counts[Interface::kEs7], 3);
  EXPECT_EQ(action_uri(*find_function("ES4.PrepareSMSRChange"), MessageKind::kRequest),
            "http://gsma.com/ES4/eUICCManagement/ES4-PrepareSMSRChange");
}

}  // namespace
}  // namespace eider::sgp02
