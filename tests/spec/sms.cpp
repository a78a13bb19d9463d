#include "spec/etsi/sms.hpp"

#include <gtest/gtest.h>

#include "spec/etsi/scp80.hpp"

namespace eider::etsi {
namespace {

// pySim, tests/unittests/test_ota.py: "encoded_tpdu" of AES128-SJA5-CIPHERED-CC.
constexpr const char* kDeliver =
    "400881214365877FF6227052000000002D02700000281506192222B00011E87CCEEBB2D93083011CE294F93FC4D8DE80DA1ABA"
    "E8C37CA3E72EC4432E5058";

// The vector of the source counts three octets of user data in TP-UDL; the octets that follow are 45.
TEST(Sms, ReadsADeliver) {
  const auto d = SmsDeliver::decode(hex(kDeliver));
  ASSERT_TRUE(d) << d.error().message();
  EXPECT_TRUE(d->has_header);
  EXPECT_TRUE(d->more_messages);
  EXPECT_EQ(d->originator.type, 0x81);
  EXPECT_EQ(d->originator.digits, "12345678");
  EXPECT_EQ(d->protocol_identifier, kPidDataDownload);
  EXPECT_EQ(d->data_coding_scheme, kDcsClass2);
  EXPECT_EQ(to_hex(d->time_stamp), "22705200000000");
  EXPECT_EQ(to_hex(*d->encode()), kDeliver);
  const auto data = UserData::decode(d->user_data);
  ASSERT_TRUE(data);
  ASSERT_EQ(data->elements.size(), 1u);
  EXPECT_EQ(data->elements[0].identifier, kIeiCommandPacket);
  EXPECT_EQ(to_hex(ByteView(data->payload).first(4)), "00281506");
  EXPECT_EQ(data->encode(), d->user_data);
}

TEST(Sms, OddNumbersOfDigitsAreFilled) {
  SmsDeliver d;
  d.originator = {0x91, "49301"};
  d.data_coding_scheme = kDcsClass2;
  const auto octets = *d.encode();
  EXPECT_EQ(to_hex(ByteView(octets).first(6)), "0405919403F1");
  EXPECT_EQ(SmsDeliver::decode(octets)->originator.digits, "49301");
}

TEST(Sms, SubmitsWithAndWithoutValidity) {
  SmsSubmit s;
  s.has_header = true;
  s.destination = {0x81, "12345678"};
  s.protocol_identifier = kPidDataDownload;
  s.data_coding_scheme = kDcsClass2;
  s.user_data = hex("02710001");
  const auto octets = *s.encode();
  EXPECT_EQ(to_hex(octets), "41000881214365877FF60402710001");
  const auto again = SmsSubmit::decode(octets);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->destination, s.destination);
  EXPECT_EQ(again->user_data, s.user_data);
  // Relative: one octet; absolute: seven.
  EXPECT_EQ(SmsSubmit::decode(hex("51000881214365877FF6A70402710001"))->user_data, s.user_data);
  EXPECT_EQ(SmsSubmit::decode(hex("59000881214365877FF6112233445566770402710001"))->user_data, s.user_data);
}

TEST(Sms, SeptetsAreCountedAsSuch) {
  // TP-UDL 8 of the default alphabet: seven octets (3GPP TS 23.038 section 6.1.2.1.1).
  EXPECT_EQ(SmsDeliver::decode(hex("04018101000022705200000000"
                                   "08"
                                   "11223344556677"))
                ->user_data.size(),
            7u);
  EXPECT_FALSE(
      SmsDeliver::decode(hex("04018101000022705200000000"
                             "08"
                             "1122334455667788")));
}

TEST(Sms, RefusesWhatDoesNotFit) {
  const auto whole = hex(kDeliver);
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_FALSE(SmsDeliver::decode(ByteView(whole).first(n))) << n;
  auto longer = whole;
  longer.push_back(0);
  EXPECT_FALSE(SmsDeliver::decode(longer));
  auto submit = whole;
  submit[0] = 0x41;
  EXPECT_FALSE(SmsDeliver::decode(submit));
  EXPECT_FALSE(SmsSubmit::decode(whole));
  SmsDeliver d;
  d.data_coding_scheme = kDcsClass2;
  d.user_data.resize(141);
  EXPECT_FALSE(d.encode());
  d.user_data.clear();
  d.originator.digits = "123x";
  EXPECT_FALSE(d.encode());
  d.originator.digits = std::string(21, '1');
  EXPECT_FALSE(d.encode());
  d.originator.digits = "1";
  d.data_coding_scheme = 0;  // septets
  EXPECT_FALSE(d.encode());
}

TEST(UserData, RefusesElementsThatLeaveTheirHeader) {
  EXPECT_TRUE(UserData::decode(hex("00AABB")));
  for (const auto* bad : {"", "01", "0270", "027001", "03700200", "0170", "0500030102"})
    EXPECT_FALSE(UserData::decode(hex(bad))) << bad;
  const auto several =
      UserData::decode(hex("0700030A0201"
                           "7000"
                           "AABB"));
  ASSERT_TRUE(several);
  EXPECT_EQ(several->elements.size(), 2u);
  EXPECT_EQ(to_hex(several->payload), "AABB");
}

}  // namespace
}  // namespace eider::etsi
