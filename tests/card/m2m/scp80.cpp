// Secured packets to the ISD-R: whoever cannot prove that he is the SM-SR gets no answer and changes nothing
// (SGP.02 v4.2 section 2.4.3).
#include "channel/scp80.hpp"

#include <gtest/gtest.h>

#include "card/inspect.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {
namespace {
namespace es5 = sgp02::es5;
namespace scp80 = channel::scp80;

Bytes audit() {
  return must(etsi::encode_script(std::vector<Bytes>{es5::encode_get_memory().encode()},
                                  etsi::ScriptFormat::kExpanded));
}
scp80::OpenedResponse open(const M2mDevice& d, const Bytes& packet) {
  return must(scp80::open_response(
      packet, {etsi::Integrity::kCryptographicChecksum, true, d.keys.kic_use(), d.keys.kid_use()}, d.keys));
}

TEST(M2mScp80, CountersAreDurableAndAnOldOneIsAnsweredAsLow) {
  M2mDevice d;
  d.power_on();
  const auto packet = d.sealed(audit());
  ASSERT_EQ(d.deliver(packet).size(), 1u);
  for (int i = 0; i < 2; ++i) {
    const auto again = d.deliver(packet);
    ASSERT_EQ(again.size(), 1u);
    const auto response = open(d, again[0]);
    EXPECT_EQ(response.packet.status, etsi::ResponseStatus::kCounterLow);
    EXPECT_TRUE(response.packet.data.empty());
    d.power_on();
  }
  EXPECT_EQ(d.sw(es5::encode_get_memory()), 0x9000);
}

TEST(M2mScp80, WhatIsNotProvedGetsNoAnswer) {
  M2mDevice d;
  d.power_on();
  const auto good = d.sealed(audit());
  for (std::size_t bit = 0; bit < good.size() * 8; bit += 5) {
    if (bit / 8 >= 7 && bit / 8 <= 9) continue;  // the TAR: such a packet is for the enabled Profile
    auto bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_TRUE(d.deliver(bad).empty()) << bit;
  }
  for (std::size_t n = 0; n < good.size(); n += 7)
    EXPECT_TRUE(d.deliver(to_bytes(ByteView(good).first(n))).empty()) << n;
  EXPECT_EQ(d.deliver(good).size(), 1u);
}

// A checksum and a cipher, and a counter that is looked at: less is not enough, whatever the key.
TEST(M2mScp80, WeakProtectionGetsNoAnswer) {
  M2mDevice d;
  d.power_on();
  for (const char* spi : {"0239", "0639", "0A39", "0E39", "1239"})
    EXPECT_TRUE(d.deliver(d.sealed(audit(), spi)).empty()) << spi;
  EXPECT_EQ(d.deliver(d.sealed(audit(), "1E39")).size(), 1u);  // exactly one higher
}

TEST(M2mScp80, OtherKeySetsGetNoAnswer) {
  M2mDevice d;
  d.power_on();
  for (const std::uint8_t version : {2, 3, 15}) {
    d.keys.version = version;
    EXPECT_TRUE(d.deliver(d.sealed(audit())).empty());
  }
  d.keys.version = 1;
  EXPECT_EQ(d.deliver(d.sealed(audit())).size(), 1u);
}

TEST(M2mScp80, TheSenderChoosesWhereTheAnswerGoes) {
  M2mDevice d;
  d.power_on();
  d.destinations.clear();
  EXPECT_EQ(d.deliver(d.sealed(audit(), "1619")).size(), 1u);  // in the delivery report
  EXPECT_TRUE(d.destinations.empty());
  EXPECT_EQ(d.deliver(d.sealed(audit(), "1639"), {0x91, "4911"}).size(), 1u);
  EXPECT_EQ(d.destinations, (std::vector<std::string>{"4911"}));
  EXPECT_TRUE(d.deliver(d.sealed(audit(), "1600")).empty());
}

TEST(M2mScp80, AConsumerCardHasNoIsdRForSmsrs) {
  auto plan = M2mPlan::usual();
  plan.m2m.active = false;
  plan.m2m.consumer = true;
  plan.m2m.profiles.clear();
  M2mDevice d(plan);
  d.power_on();
  EXPECT_TRUE(d.deliver(d.sealed(audit())).empty());
  EXPECT_TRUE(d.notifications.empty());
}

TEST(M2mScp80, LongScriptsAndAnswersAreConcatenated) {
  M2mDevice d;
  d.power_on();
  for (std::uint16_t i = 0x20; i < 0x28; ++i)
    EXPECT_EQ(d.es5({es5::CreateISDP{isdp_aid(i), {}}.encode(), es5::encode_get_status({})}).size(), 2u);
}

// Section 10.2 of the project's facts on SGP.02: CreateISDP, then EnableProfile, octet for octet.
TEST(M2mScp80, TakesTheVectorsOfTheFacts) {
  auto plan = M2mPlan::usual();
  auto made = make_m2m_card(plan);
  auto& keys = made.personalisation.m2m->isdRKeys;
  keys[0].value = Secret(hex("000102030405060708090A0B0C0D0E0F"));
  keys[1].value = Secret(hex("101112131415161718191A1B1C1D1E1F"));
  made.personalisation.preloadedProfiles.clear();
  made.personalisation.m2m->fallback.reset();
  M2mDevice d(plan);
  d.nvm = card::MemoryNvm();
  must(card::manufacture(made.personalisation, d.nvm));
  d.keys = scp80_keys(made);
  d.power_on();
  const auto created = d.deliver(hex(
      "00681516391212000001e86965a24290dfb5ac34c7616c8657586b1c46998444b73dcfaca89dadd69c91486261e68781378ad9"
      "a29977e66f65915305c6220337a4e6d7fc47e698da0d544c578fd1f7d68e3e79b953d25d5ed0ebffa7e75b82504e7a9d22ddae"
      "9f39ddc4"));
  ASSERT_EQ(created.size(), 1u);
  const auto first = open(d, created[0]).packet;
  EXPECT_EQ(first.counter, 1u);
  EXPECT_EQ(to_hex(first.data), "AB088001012303009000");
  EXPECT_EQ(to_hex(must(card::inspect(d.nvm)).m2m->isd_ps.at(0).aid), to_hex(isdp_aid(0x10)));
  const auto enabled = d.deliver(hex(
      "003815163912120000013060d7bfb2ca19d54dea6ced32ca9815050f1f1de03df7c13f0e31db1c0a0fecaf6c0e909fd12464"
      "fbdf276cd9f203ab"));
  ASSERT_EQ(enabled.size(), 1u);
  // There is no Profile in it.
  EXPECT_EQ(to_hex(open(d, enabled[0]).packet.data), "AB0780010123026985");
}

}  // namespace
}  // namespace eider::test
