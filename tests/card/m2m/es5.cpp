// ES5 over SCP80, by short message through a terminal: every function of the ISD-R with its status words
// (SGP.02 v4.2 section 4.1.1; section 3 of the project's facts).
#include "spec/sgp02/es5.hpp"

#include <gtest/gtest.h>

#include "card/inspect.hpp"
#include "card/m2m/establishing.hpp"
#include "card/m2m/records.hpp"
#include "channel/scenario3.hpp"
#include "codec/tlv.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {
namespace {
namespace es5 = sgp02::es5;
using Id = es5::FunctionId;

// A second Profile, disabled, and what POL1 it has.
M2mPlan two_profiles(std::uint8_t pol1 = 0, std::uint8_t pol1_of_first = 0) {
  auto plan = M2mPlan::usual();
  plan.m2m.profiles[0].pol1 = pol1_of_first;
  plan.m2m.profiles.push_back({m2m_package(kSecondIccid), false, false, false, false, pol1});
  return plan;
}
CommandApdu enable(std::uint16_t instance) {
  return es5::encode_profile_command(Id::kEnableProfile, isdp_aid(instance));
}
CommandApdu disable(std::uint16_t instance) {
  return es5::encode_profile_command(Id::kDisableProfile, isdp_aid(instance));
}
CommandApdu erase(std::uint16_t instance) {
  return es5::encode_delete_profile(isdp_aid(instance));
}
CommandApdu create(std::uint16_t instance, std::optional<std::uint32_t> memory = {}) {
  return es5::CreateISDP{isdp_aid(instance), memory}.encode();
}

TEST(M2mEs5, FirstAttachIsDeclaredUntilItIsConfirmed) {
  M2mDevice d;
  d.power_on();
  ASSERT_EQ(d.notifications.size(), 1u);
  const auto n = d.notifications[0];
  EXPECT_EQ(n.type, es5::NotificationType::kEuiccDeclaration);
  EXPECT_EQ(to_hex(n.eid), kM2mEid);
  EXPECT_EQ(n.isdp_aid, isdp_aid(0x10));
  ASSERT_TRUE(n.imei);
  EXPECT_EQ(to_hex(*n.imei), "3A35000000000060");
  EXPECT_EQ(d.destinations[0], kSmsrNumber);
  EXPECT_EQ(d.centres[0], "91947156559999F9");  // of the Profile's connectivity parameters
  d.power_on();
  ASSERT_EQ(d.notifications.size(), 2u);
  EXPECT_EQ(d.notifications[1].sequence_number, n.sequence_number);
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_EQ(d.confirm(), 0x9000);  // the answer may have been lost
  d.power_on();
  EXPECT_EQ(d.notifications.size(), 2u);
  EXPECT_TRUE(must(card::inspect(d.nvm)).m2m->declared);
}

TEST(M2mEs5, ScriptsOfBothFormsAreCarriedOut) {
  M2mDevice d;
  d.power_on();
  for (const auto format : {etsi::ScriptFormat::kExpanded, etsi::ScriptFormat::kExpandedIndefinite}) {
    const auto answers = d.es5({es5::encode_get_memory(), es5::encode_get_status({})}, format);
    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers[0].sw, 0x9000);
    EXPECT_EQ(must(es5::Memory::decode(answers[0].data)).applications, 1u);
    const auto list = must(es5::decode_status(answers[1].data));
    ASSERT_EQ(list.size(), 1u);
    EXPECT_EQ(list[0].life_cycle, 0x3F);
    EXPECT_TRUE(list[0].fallback);
  }
  // SCP80 lets a script end at its first error.
  EXPECT_EQ(d.es5({enable(0x99), es5::encode_get_memory()}).size(), 1u);
}

TEST(M2mEs5, GetDataTellsTheCertificateOfTheEcasd) {
  M2mDevice d;
  d.power_on();
  const auto answer = d.es5({es5::encode_get_ecasd_data(0x7F21)}).back();
  EXPECT_EQ(answer.sw, 0x9000);
  EXPECT_EQ(to_hex(answer.data), to_hex(make_tlv(0xBF30, d.made.personalisation.m2m->ecasdCertificate)));
  EXPECT_EQ(d.es5({es5::encode_get_ecasd_data(0x66)}).back().sw, 0x9000);
  EXPECT_EQ(d.sw(es5::encode_get_ecasd_data(0x5A)), 0x6A88);
}

TEST(M2mEs5, CreateIsdPSetsItsMemoryAside) {
  M2mDevice d;
  d.power_on();
  const auto free = must(card::inspect(d.nvm)).free_memory;
  const auto answer = d.es5({create(0x11, 0x20000)}).back();
  EXPECT_EQ(answer.sw, 0x9000);
  EXPECT_EQ(to_hex(answer.data), "00");
  EXPECT_EQ(d.state_of(0x11), 0x07);
  EXPECT_EQ(must(card::inspect(d.nvm)).free_memory, free - 0x20000);
  EXPECT_EQ(d.sw(create(0x11)), 0x6A80);              // is there
  EXPECT_EQ(d.sw(create(0x12, 0x7FFFFFFF)), 0x6A84);  // no such memory
  EXPECT_EQ(d.sw(create(0x0F)), 0x6A80);              // out of range
  auto load_file = create(0x12);
  load_file.data[15] = 0x0C;
  EXPECT_EQ(d.sw(load_file), 0x6A88);
  EXPECT_EQ(d.sw(enable(0x11)), 0x6985);  // nothing in it
  EXPECT_EQ(d.sw(erase(0x11)), 0x9000);
  EXPECT_EQ(d.state_of(0x11), 0);
  EXPECT_EQ(must(card::inspect(d.nvm)).free_memory, free);
}

// Answer first, then REFRESH, attach, notification, confirmation (section 3.2).
TEST(M2mEs5, EnableProfileSwitchesAfterItsAnswer) {
  M2mDevice d(two_profiles());
  d.power_on();
  EXPECT_EQ(d.confirm(), 0x9000);
  d.destinations.clear();
  EXPECT_EQ(d.sw(enable(0x11)), 0x9000);
  ASSERT_EQ(d.notifications.size(), 2u);
  EXPECT_EQ(d.notifications[1].type, es5::NotificationType::kProfileChangeSucceeded);
  EXPECT_EQ(d.notifications[1].isdp_aid, isdp_aid(0x11));
  EXPECT_EQ(d.destinations.size(), 2u);  // the answer, then the notification
  EXPECT_EQ(d.state_of(0x10), 0x1F);
  EXPECT_EQ(d.state_of(0x11), 0x3F);
  EXPECT_EQ(d.sw(enable(0x10)), 0x6985);  // not before this one is confirmed
  const auto confirmed = d.es5({es5::encode_notification_confirmation(d.notifications[1].sequence_number)});
  EXPECT_EQ(confirmed.back().sw, 0x9000);
  EXPECT_EQ(to_hex(confirmed.back().data), "8000");
  EXPECT_EQ(d.sw(enable(0x10)), 0x9000);
  EXPECT_EQ(d.state_of(0x10), 0x3F);
}

TEST(M2mEs5, EnableAndDisableHaveTheirConditions) {
  M2mDevice d(two_profiles());
  d.power_on();
  EXPECT_EQ(d.sw(enable(0x12)), 0x6A88);
  EXPECT_EQ(d.sw(enable(0x10)), 0x6985);   // is enabled
  EXPECT_EQ(d.sw(disable(0x11)), 0x6985);  // is disabled
  EXPECT_EQ(d.sw(disable(0x10)), 0x6985);  // has the fall-back attribute
  auto short_aid = enable(0x11);
  short_aid.data.pop_back();
  EXPECT_EQ(d.sw(short_aid), 0x6A80);
}

TEST(M2mEs5, DisableProfileBringsTheFallBackProfileIn) {
  auto plan = two_profiles();
  plan.m2m.profiles[0].enabled = false;
  plan.m2m.profiles[1].enabled = true;
  M2mDevice d(plan);
  d.power_on();
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_EQ(d.sw(disable(0x11)), 0x9000);
  EXPECT_EQ(d.notifications.back().type, es5::NotificationType::kProfileChangeSucceeded);
  EXPECT_EQ(d.notifications.back().isdp_aid, isdp_aid(0x10));
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_EQ(d.state_of(0x10), 0x3F);
}

TEST(M2mEs5, Pol1IsObeyed) {
  {
    M2mDevice d(two_profiles(0, card::m2m::kDisablingNotAllowed));
    d.power_on();
    EXPECT_EQ(d.sw(enable(0x11)), 0x69E1);
  }
  M2mDevice d(two_profiles(card::m2m::kDeletionNotAllowed));
  d.power_on();
  EXPECT_EQ(d.sw(erase(0x11)), 0x69E1);
  EXPECT_EQ(d.state_of(0x11), 0x1F);
}

TEST(M2mEs5, Pol1DeletesOnlyWhenTheChangeIsConfirmed) {
  auto plan = two_profiles();
  plan.m2m.profiles[1].fallback = true;
  plan.m2m.profiles[0].fallback = false;
  plan.m2m.profiles[0].pol1 = card::m2m::kDeletedWhenDisabled;
  M2mDevice d(plan);
  d.power_on();
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_EQ(d.sw(enable(0x11)), 0x9000);
  EXPECT_EQ(d.state_of(0x10), 0x1F);
  const auto confirmation = es5::encode_notification_confirmation(d.notifications.back().sequence_number);
  for (int i = 0; i < 2; ++i) {  // again, as if the answer had been lost
    const auto answer = d.es5({confirmation}).back();
    EXPECT_EQ(answer.sw, 0x9000);
    EXPECT_EQ(must(es5::decode_confirmation_answer(answer.data)), std::vector{isdp_aid(0x10)});
  }
  EXPECT_EQ(d.state_of(0x10), 0);
  EXPECT_EQ(d.sw(create(0x10)), 0x9000);
  const auto answer = d.es5({confirmation}).back();
  EXPECT_EQ(answer.sw, 0x9000);
  EXPECT_TRUE(must(es5::decode_confirmation_answer(answer.data)).empty()) << "that is a new one";
  must(card::check_laws(must(card::inspect(d.nvm))));
}

TEST(M2mEs5, DeleteProfileHasItsConditions) {
  M2mDevice d(two_profiles());
  d.power_on();
  EXPECT_EQ(d.sw(erase(0x10)), 0x6985);
  EXPECT_EQ(d.sw(erase(0x12)), 0x6A88);
  const auto answer = d.es5({erase(0x11)}).back();
  EXPECT_EQ(answer.sw, 0x9000);
  EXPECT_EQ(to_hex(answer.data), "00");
  EXPECT_EQ(d.state_of(0x11), 0);
}

TEST(M2mEs5, AttributesAreOnOneProfileEach) {
  M2mDevice d(two_profiles());
  d.power_on();
  const auto fallback = [](std::uint16_t i) {
    return es5::encode_profile_command(Id::kSetFallbackAttribute, isdp_aid(i));
  };
  const auto emergency = [](std::uint16_t i) {
    return es5::encode_profile_command(Id::kSetEmergencyProfileAttribute, isdp_aid(i));
  };
  EXPECT_EQ(d.sw(fallback(0x12)), 0x6A88);
  EXPECT_EQ(d.sw(create(0x13)), 0x9000);
  EXPECT_EQ(d.sw(fallback(0x13)), 0x6985);
  EXPECT_EQ(d.sw(emergency(0x10)), 0x6985);  // enabled
  EXPECT_EQ(d.sw(fallback(0x11)), 0x9000);
  EXPECT_EQ(d.sw(emergency(0x11)), 0x6985);  // has the other attribute
  const auto list = must(es5::decode_status(d.es5({es5::encode_get_status({})}).back().data));
  ASSERT_EQ(list.size(), 3u);
  EXPECT_FALSE(list[0].fallback);
  EXPECT_TRUE(list[1].fallback);
  EXPECT_EQ(d.sw(fallback(0x10)), 0x9000);
  EXPECT_EQ(d.sw(emergency(0x11)), 0x9000);
  EXPECT_EQ(d.sw(fallback(0x11)), 0x6985);
  EXPECT_EQ(d.sw(enable(0x11)), 0x6985);  // the device does that
  EXPECT_TRUE(must(es5::decode_status(d.es5({es5::encode_get_status({})}).back().data))[1].emergency);
}

TEST(M2mEs5, AddressOfTheSmsrIsUsedFromTheNextNotificationOn) {
  M2mDevice d;
  d.power_on();
  es5::AddressingParameters p{must(eum::encode_sms_address("4930123")), {}};
  EXPECT_EQ(d.sw(p.encode()), 0x9000);
  d.power_on();
  EXPECT_EQ(d.destinations.back(), "4930123");
  EXPECT_EQ(d.sw(CommandApdu{0x80, 0xE2, 0x88, 0x00, hex("3A0700"), {}}), 0x6A80);
}

TEST(M2mEs5, LongListsComeInParts) {
  M2mDevice d;
  d.power_on();
  for (std::uint16_t i = 0x20; i < 0x2A; ++i) EXPECT_EQ(d.sw(create(i)), 0x9000);
  auto next = es5::encode_get_status({});
  next.p2 = 0x03;
  const auto answers = d.es5({es5::encode_get_status({}), next});
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].sw, 0x6310);
  auto all = must(es5::decode_status(answers[0].data));
  for (const auto& e : must(es5::decode_status(answers[1].data))) all.push_back(e);
  EXPECT_GE(all.size(), 10u);
  EXPECT_EQ(d.sw(next), 0x6985);
}

// ---- Key establishment of the ISD-R (section 4.1.1.8), as SM-SR change does it.

TEST(M2mEs5, HandoverGivesTheNewSmsrItsKeysAndTakesThoseOfTheOldOne) {
  M2mDevice d;
  d.power_on();
  Establishing e{d};
  const auto set = e.second(Establishing::scp80(0x02), e.challenge());
  ASSERT_TRUE(set);
  const auto old = d.keys;
  EXPECT_EQ(d.sw(es5::encode_finalise_handover(std::vector<es5::KeyRange>{{0x01, 1, 3}})), 0x6985);
  namespace scp80 = channel::scp80;
  d.keys = {0x02, scp80::Key{true, set->keys[0], 8}, scp80::Key{true, set->keys[1], 8}};
  d.counter = 0;
  EXPECT_EQ(d.sw(es5::encode_finalise_handover(std::vector<es5::KeyRange>{{0x03, 1, 3}})), 0x6A88);
  EXPECT_EQ(d.sw(es5::encode_finalise_handover(std::vector<es5::KeyRange>{{0x01, 1, 3}, {0x40, 1, 2}})),
            0x9000);
  EXPECT_EQ(must(card::inspect(d.nvm)).m2m->key_versions, (std::vector<std::uint8_t>{0x02}));
  d.keys = old;
  d.counter = 100;
  EXPECT_TRUE(d.deliver(d.sealed(hex("AA00"))).empty());  // the old SM-SR is nobody now
}

// A key set of SCP81: one key, or PSK and DEK with a third.
TEST(M2mEs5, TheNewSmsrGetsAPskToo) {
  M2mDevice d;
  d.power_on();
  Establishing e{d};
  auto crt = Establishing::scp80(0x41);
  crt.key_usage = channel::scenario3::kOneKey;
  crt.key_type = channel::scenario3::kPskTls;
  const auto set = e.second(crt, e.challenge());
  ASSERT_TRUE(set);
  EXPECT_EQ(set->keys.size(), 1u);
  EXPECT_EQ(must(card::inspect(d.nvm)).m2m->key_versions, (std::vector<std::uint8_t>{0x01, 0x40, 0x41}));
  crt.key_version = 0x42;
  crt.key_type = channel::scenario3::kAes;  // which is no PSK
  EXPECT_FALSE(e.second(crt, e.challenge()));
  EXPECT_EQ(e.last_sw, 0x6A80);
}

TEST(M2mEs5, KeyEstablishmentIsRefusedToWhoeverIsNoSmsr) {
  M2mDevice d;
  d.power_on();
  {
    Establishing e{d};
    e.role = crypto::GpRole::kSmDp;
    EXPECT_EQ(e.certificate().sw, 0x6A80);
  }
  Establishing e{d};
  EXPECT_FALSE(e.second(Establishing::scp80(0x02), Bytes(16)));  // no certificate before it
  EXPECT_EQ(e.last_sw, 0x6985);
  const auto challenge = e.challenge();
  EXPECT_FALSE(e.second(Establishing::scp80(0x02), Bytes(16)));  // a signature over another challenge
  EXPECT_EQ(e.last_sw, 0x6982);
  EXPECT_FALSE(e.second(Establishing::scp80(0x02), challenge));  // which was good for one attempt
  EXPECT_EQ(e.last_sw, 0x6985);
  for (const std::uint8_t version : {0x01, 0x10, 0x70}) {
    EXPECT_FALSE(e.second(Establishing::scp80(version), e.challenge())) << int(version);
    EXPECT_EQ(e.last_sw, version == 0x01 ? 0x6A88 : 0x6A80) << int(version);
  }
  EXPECT_EQ(must(card::inspect(d.nvm)).m2m->key_versions, (std::vector<std::uint8_t>{0x01, 0x40}));
}

TEST(M2mEs5, EveryOtherOctetOfACertificateIsRefused) {
  M2mDevice d;
  d.power_on();
  SeededRandom random(3);
  const auto key = crypto::PrivateKey::generate(crypto::Curve::kP256, random);
  const auto good = to_bytes(gp_certificate(crypto::GpRole::kSmSr, key.public_key()).octets());
  for (std::size_t i = 0; i < good.size(); i += 3) {
    auto bad = good;
    bad[i] ^= 0x01;
    EXPECT_NE(d.es5(es5::encode_certificate(bad)).back().sw, 0x9000) << i;
  }
}

}  // namespace
}  // namespace eider::test
