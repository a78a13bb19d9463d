#include "codec/json_binding.hpp"

#include <gtest/gtest.h>

#include "spec/sgp22/es2plus.hpp"
#include "spec/sgp22/es9plus.hpp"

namespace eider::sgp22 {

TEST(JsonBinding, InitiateAuthenticationReadsAndWrites) {
  es9plus::InitiateAuthenticationRequest r{hex("000102030405060708090A0B0C0D0E0F"), hex("BF2000"),
                                           "smdp.example.com"};
  const auto text = json::encode(r);
  EXPECT_EQ(
      text,
      R"({"euiccChallenge":"AAECAwQFBgcICQoLDA0ODw==","euiccInfo1":"vyAA","smdpAddress":"smdp.example.com"})");
  auto back = json::decode<es9plus::InitiateAuthenticationRequest>(text);
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(back->euiccChallenge, r.euiccChallenge);
}

TEST(JsonBinding, ReadsWhatTheFieldSends) {
  auto r = json::decode<es9plus::InitiateAuthenticationResponse>(
      "{\"unknown\":[1,{\"x\":null}],\"transactionID\":\"0a0b\",\"serverSigned1\":\"M\\/"
      "A=\\n\",\"serverSignature1\":\"AA==\","
      "\"euiccCiPKIdTobeUsed\":\"AA==\",\"serverCertificate\":\"AA==\"}");
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(to_hex(r->transactionId), "0A0B");
  EXPECT_FALSE(fault_of(r->header));
}

// SGP.22 v2.6.1 section 6.5.2.6: spelling, order and codings of what is sent.
TEST(JsonBinding, WritesTheSpellingOfTheSpecification) {
  es9plus::InitiateAuthenticationResponse r;
  r.header.emplace();
  r.header->functionExecutionStatus.status = "Executed-Success";
  r.transactionId = hex("0A0B");
  r.serverSigned1 = hex("33F0");
  r.serverSignature1 = hex("00");
  r.euiccCiPKIdToBeUsed = hex("0400");
  r.serverCertificate = hex("FFFF");
  EXPECT_EQ(
      json::encode(r),
      R"({"header":{"functionExecutionStatus":{"status":"Executed-Success"}},"transactionId":"0A0B",)"
      R"("serverSigned1":"M/A=","serverSignature1":"AA==","euiccCiPKIdToBeUsed":"BAA=","serverCertificate":"//8="})");
}

TEST(JsonBinding, NamesTheFaultyMember) {
  const auto path = [](const char* text) {
    auto r = json::decode<es9plus::AuthenticateClientRequest>(text);
    return r ? std::string("accepted") : r.error().as<DecodeFault>()->path;
  };
  EXPECT_EQ(path("{"), "AuthenticateClientRequest");
  EXPECT_EQ(path("[]"), "AuthenticateClientRequest");
  EXPECT_EQ(path("{}"), "AuthenticateClientRequest.transactionId");
  EXPECT_EQ(path(R"({"transactionId":"0","authenticateServerResponse":""})"),
            "AuthenticateClientRequest.transactionId");
  EXPECT_EQ(path(R"({"transactionId":"00","authenticateServerResponse":7})"),
            "AuthenticateClientRequest.authenticateServerResponse");
  EXPECT_EQ(path(R"({"transactionId":"00","authenticateServerResponse":"A==="})"),
            "AuthenticateClientRequest.authenticateServerResponse");
}

TEST(JsonBinding, StatusCodesStayText) {
  const auto text = json::encode(EmptyResponse{ResponseHeader::failed({"8.2.6", "3.10", "", "x \"y\"\n"})});
  EXPECT_EQ(
      text,
      R"({"header":{"functionExecutionStatus":{"status":"Failed","statusCodeData":{"subjectCode":"8.2.6","reasonCode":"3.10","message":"x \"y\"\u000a"}}}})");
  auto r = json::decode<EmptyResponse>(text);
  EXPECT_EQ(fault_of(r->header)->reason_code, "3.10");
}

TEST(JsonBinding, ProgressAcceptsTheExampleSpellings) {
  auto r = json::decode<es2plus::HandleDownloadProgressInfoRequest>(
      R"({"header":{"functionRequesterIdentifier":"1.2","functionCallIdentifier":"c"},"iccid":"8947010000123456784F","profileType":"t",)"
      R"("timeStamp":"2026-01-01T00:00:00Z","notificationPointId":"3","notificationPointStatus":{"status":"Executed-Success"}})");
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(r->notificationPointId, 3);
}

// Section 6.6: the [1] of cancelSessionResponse takes the place of BF41.
TEST(Asn1Binding, CancelSessionReplacesTheTag) {
  es9plus::asn1::RemoteProfileProvisioningRequest request;
  es9plus::asn1::CancelSessionRequest cancel;
  cancel.transactionId = *TransactionId::from(hex("AA"));
  cancel.cancelSessionResponse.value = CancelSessionResponseError::kInvalidTransactionId;
  request.value = cancel;
  const auto der = der::encode(request);
  EXPECT_EQ(to_hex(der), "A20BBF41088001AAA103810105");
  auto back = der::decode<es9plus::asn1::RemoteProfileProvisioningRequest>(der, der::Rules::strict());
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(der::encode(*back), der);
}

TEST(Asn1Binding, ErrorFormsAreContextIntegers) {
  auto r = der::decode<es9plus::asn1::RemoteProfileProvisioningResponse>(hex("A206BF3B0381010A"),
                                                                         der::Rules::strict());
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(std::get<std::int64_t>(std::get<es9plus::asn1::AuthenticateClientResponse>(r->value).value), 10);
}

}  // namespace eider::sgp22
