#include "spec/sgp22/es12.hpp"

#include <gtest/gtest.h>

namespace eider::sgp22 {

TEST(Es12, RegisterEventNeedsEveryMember) {
  const std::string whole =
      R"({"header":{"functionRequesterIdentifier":"2.999.10","functionCallIdentifier":"1"},"eid":"89049032123451234512345678901235",)"
      R"("rspServerAddress":"smdp.example.com","eventId":"E-1","forwardingIndicator":true})";
  auto r = json::decode<es12::RegisterEventRequest>(whole);
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(json::encode(*r), whole);
  EXPECT_FALSE(json::decode<es12::RegisterEventRequest>(
      R"({"header":{"functionRequesterIdentifier":"a","functionCallIdentifier":"b"},"eid":"1"})"));
}

TEST(Es11, EventListInAsn1) {
  const auto in = hex("BF4014A0128001AAA10E300B800345310A8104612E6263");
  auto broken = der::decode<es11::asn1::AuthenticateClientResponse>(in, der::Rules::strict());
  EXPECT_FALSE(broken) << "the inner lengths do not add up";
  es11::asn1::AuthenticateClientResponse r{
      es11::asn1::AuthenticateClientOk{*TransactionId::from(hex("AA")), {{"E1", "a.bc"}}}};
  EXPECT_EQ(to_hex(der::encode(r)), "BF4013A0118001AAA10C300A800245318104612E6263");
}

}  // namespace eider::sgp22
