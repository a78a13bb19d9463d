#include "roles/smsr/card_link.hpp"

#include <gtest/gtest.h>

#include "crypto/aes.hpp"
#include "roles/smsr/bearer.hpp"
#include "roles/smsr/memory_store.hpp"
#include "spec/sgp22/aids.hpp"
#include "support/must.hpp"

namespace eider::smsr {
namespace {
using eider::test::must;
namespace es5 = sgp02::es5;

// Keys of the facts, section 10.2.
CardKeys keys() {
  CardKeys k;
  k.version = 1;
  k.keys.push_back({1, 0x88, Secret(hex("000102030405060708090A0B0C0D0E0F"))});
  k.keys.push_back({2, 0x88, Secret(hex("101112131415161718191A1B1C1D1E1F"))});
  return k;
}
const Aid kIsdP = *Aid::from(sgp22::isd_p_aid(0x10));

// UDH 02 70 00 stands before the packet.
Bytes packet_of(const CommandApdu& command, std::uint64_t counter) {
  const auto messages =
      must(seal_messages(keys(), tar_of(isd_r_aid()), counter, Script::of(command).in_sms(), false));
  EXPECT_EQ(messages.size(), 1u);
  EXPECT_EQ(to_hex(ByteView(messages.front()).first(3)), "027000");
  return to_bytes(ByteView(messages.front()).subspan(3));
}

TEST(CardLink, CreateISDPOfTheFacts) {
  es5::CreateISDP create{kIsdP, std::nullopt};
  EXPECT_EQ(to_hex(packet_of(create.encode(), 1)),
            to_hex(hex(
                "00681516391212000001e86965a24290dfb5ac34c7616c8657586b1c46998444b73dcfaca89dadd69c91486261e6"
                "8781378ad9a29977e66f65915305c6220337a4e6d7fc47e698da0d544c578fd1f7d68e3e79b953d25d5ed0ebffa7"
                "e75b82504e7a9d22ddae9f39ddc4")));
}
TEST(CardLink, EnableProfileOfTheFacts) {
  auto enable = es5::encode_profile_command(es5::FunctionId::kEnableProfile, kIsdP);
  enable.le = 256;  // the vector has one
  EXPECT_EQ(to_hex(packet_of(enable, 2)),
            to_hex(hex(
                "003815163912120000013060d7bfb2ca19d54dea6ced32ca9815050f1f1de03df7c13f0e31db1c0a0fecaf6c0e90"
                "9fd12464fbdf276cd9f203ab")));
}

TEST(CardLink, LongScriptsTakeAsManyMessagesAsSaid) {
  for (const std::size_t size : {1u, 60u, 106u, 107u, 120u, 250u, 251u, 400u, 900u}) {
    const auto messages = must(seal_messages(keys(), tar_of(isd_r_aid()), 1, Bytes(size, 0xAA), false));
    EXPECT_EQ(messages.size(), messages_needed(size)) << size;
  }
}
TEST(CardLink, AnAnswerIsReadInBothForms) {
  const auto definite = must(CardAnswer::decode(hex("AB0780010123029000")));
  EXPECT_TRUE(definite.ok());
  EXPECT_EQ(to_hex(definite.content), "23029000");
  const auto indefinite = must(CardAnswer::decode(hex("AF80 2304 0A0B 9000 0000")));
  EXPECT_EQ(to_hex(indefinite.responses.at(0).data), "0A0B");
  EXPECT_TRUE(must(CardAnswer::decode(hex("AB03900101"))).bad_format);
  EXPECT_FALSE(CardAnswer::decode(hex("AA03800101")));
  EXPECT_FALSE(CardAnswer::decode(hex("AF8023")));
}
TEST(CardLink, ScriptsOfSegmentsStandAlone) {
  const Script script{kIsdP, hex("8601FF")};
  EXPECT_EQ(to_hex(script.in_session()), "AE808601FF0000");
  EXPECT_EQ(to_hex(script.in_sms()), "AA038601FF");
  EXPECT_EQ(to_hex(tar_of(kIsdP)), "000010");
}

// The captured form (facts 3.9): a command packet without counter and cipher, tag 4F for the AID.
TEST(CardLink, ANotificationIsVerifiedWithAndWithoutItsHeader) {
  const Bytes data =
      hex("E1354C10890010120123412340123456789012244D01024E0200004F10A0000005591010FFFFFFFF890000130014083A45"
          "99005791"
          "8503");
  const auto set = *scp80_keys(keys());
  channel::scp80::CommandPacket packet;
  packet.spi.ciphered = false;
  packet.spi.counter = etsi::CounterMode::kNone;
  packet.spi.por = etsi::PorRequest::kNever;
  packet.spi.por_integrity = etsi::Integrity::kNone;
  packet.kic = set.kic_use();
  packet.kid = set.kid_use();
  packet.tar = tar_of(isd_r_aid());
  packet.data = data;
  auto sealed = must(channel::scp80::seal_command(packet, set));
  const auto read = read_notification(sealed);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->notification.type, es5::NotificationType::kProfileChangeSucceeded);
  EXPECT_EQ(to_hex(read->notification.isdp_aid), "A0000005591010FFFFFFFF8900001300");
  EXPECT_TRUE(read->verify(keys()));

  // The checksum over the header too.
  const ByteView p = sealed;
  const auto with_header = must(crypto::aes_cmac(
      keys().find(2)->value.view(), {ByteView(etsi::kResponseHeader), p.first(16), p.subspan(24)}));
  std::copy_n(with_header.begin(), 8, sealed.begin() + 16);
  EXPECT_TRUE(read_notification(sealed)->verify(keys()));
  sealed.back() ^= 1;
  EXPECT_FALSE(read_notification(sealed)->verify(keys()));
  auto other = keys();
  other.version = 2;
  EXPECT_FALSE(read->verify(other));
}

TEST(Bearer, ShortBySmsLongByHttps) {
  EXPECT_EQ(choose_bearer({1, false, true, true}, 3), Bearer::kSms);
  EXPECT_EQ(choose_bearer({3, false, true, true}, 3), Bearer::kSms);
  EXPECT_EQ(choose_bearer({4, false, true, true}, 3), Bearer::kHttps);
  EXPECT_EQ(choose_bearer({4, false, true, false}, 3), Bearer::kSms);
  EXPECT_EQ(choose_bearer({1, true, true, true}, 3), Bearer::kHttps);
  EXPECT_EQ(choose_bearer({1, false, false, true}, 3), Bearer::kWait);
}

TEST(MemoryStore, AFailedCommitChangesNothing) {
  MemoryStore store;
  Profile p;
  p.msisdn = "4917";
  const auto put = [&](StoreTransaction& tx) { return tx.put_profile(p); };
  const auto found = [&] {
    std::size_t n = 0;
    must(store.read([&](StoreReader& r) -> Status {
      EIDER_TRY(eids, r.eids_of_msisdn("4917", 9));
      EIDER_TRY(at, r.eid_of_iccid(p.iccid));
      EXPECT_EQ(at.has_value(), !eids.empty());
      n = eids.size();
      return {};
    }));
    return n;
  };
  store.fail_commit(1, MemoryStore::Fail::kBefore);
  EXPECT_FALSE(store.write(put));
  EXPECT_EQ(found(), 0u);
  store.fail_commit(1, MemoryStore::Fail::kKillAfter);
  EXPECT_FALSE(store.write(put));
  EXPECT_TRUE(store.stopped());
  store.restart();
  EXPECT_EQ(found(), 1u);
  must(store.write([&](StoreTransaction& tx) { return tx.remove_profile(p.eid, p.iccid); }));
  EXPECT_EQ(found(), 0u);
}

}  // namespace
}  // namespace eider::smsr
