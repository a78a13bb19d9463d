// What cards and other SM-SRs send, altered on its way: nothing changes, or both sides agree in the end
// (SGP.02 v4.2 sections 2.4.3, 3.8, 4.1.1.11).
#include <gtest/gtest.h>

#include "roles/smsr/change.hpp"

namespace eider::smsr::test {
namespace {

Bytes altered(const Bytes& octets, std::size_t at) {
  auto out = octets;
  out[at] ^= 0x01;
  return out;
}

TEST(SmsrTamper, EveryOctetOfAResponsePacket) {
  World w;
  w.enable(2);
  ASSERT_EQ(w.sms.sent.size(), 1u);
  ASSERT_EQ(w.sms.sent.front().user_data.size(), 1u);
  const auto answers = w.card.receive(w.sms.sent.front().user_data.front());
  w.sms.sent.clear();
  ASSERT_EQ(answers.size(), 1u);
  for (std::size_t i = 0; i < answers[0].size(); ++i) {
    (void)w.smsr->on_short_message("+" + kMsisdn1, altered(answers[0], i));
    EXPECT_EQ(w.operations(), 1u) << "octet " << i;
    EXPECT_TRUE(w.told().empty()) << "octet " << i;
    EXPECT_EQ(w.profile(2).state, ProfileState::kDisabled) << "octet " << i;
  }
  w.from_card(answers[0]);
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
}

TEST(SmsrTamper, EveryOctetOfANotification) {
  World w;
  w.enable(2);
  w.deliver();
  const auto report = w.card.switch_now();
  // The header of the short message tells how to read it, and proves nothing.
  for (std::size_t i = 1 + report[0]; i < report.size(); ++i) {
    (void)w.smsr->on_short_message("+" + kMsisdn2, altered(report, i));
    EXPECT_TRUE(w.sms.sent.empty()) << "octet " << i;
    EXPECT_EQ(w.profile(2).state, ProfileState::kDisabled) << "octet " << i;
  }
  w.from_card(report, kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
}

// A letter of any message of the change is another one: one of the two manages the card in the end, and it
// can.
TEST(SmsrTamper, AnythingInAMessageBetweenSmsrs) {
  constexpr std::size_t kPlaces = 12;  // in each message
  std::size_t messages = 0, changed = 0;
  {
    Change c;
    c.alter = [&](Bytes&) { ++messages; };
    c.go();
  }
  ASSERT_GE(messages, 4u);
  for (std::size_t n = 0; n < messages; ++n)
    for (std::size_t place = 0; place < kPlaces; ++place) {
      Change c;
      std::size_t at = 0;
      c.alter = [&](Bytes& body) {
        if (at++ != n) return;
        // Of the values: what is in the frame of every message is for the reader's own tests.
        const auto from = std::min(as_text(body).find("Body"), body.size() - 1);
        auto& letter = body[from + (body.size() - from) * place / kPlaces];
        letter = letter == 'A' ? 'B' : letter == '1' ? '2' : static_cast<std::uint8_t>(letter ^ 0x01);
      };
      c.go();
      for (World* w : {&c.one, &c.two}) w->later(Duration{2 * 3600 * 1000});  // no validity period is longer
      c.settle();
      const bool one = c.manages(c.one), two = c.manages(c.two);
      EXPECT_NE(one, two) << "message " << n << ", place " << place;
      changed += two ? 1 : 0;
      auto& manager = one ? c.one : c.two;
      manager.call(kMno2, sgp02::Interface::kEs4, sgp02::es4::DeleteProfileRequest{{}, c.one.eid, iccid(2)});
      c.settle();
      EXPECT_FALSE(c.one.card.isdps.contains(isdp(2))) << "message " << n << ", place " << place;
    }
  EXPECT_LT(changed, messages * kPlaces / 2) << "most of it is looked at";
}

}  // namespace
}  // namespace eider::smsr::test
