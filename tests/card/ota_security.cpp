// What protects a card against messages from over the air (ETSI TS 102 225, 3GPP TS 31.115).
#include <gtest/gtest.h>

#include "support/ota.hpp"

namespace eider::test {
namespace {
const std::string kIncrease =
    "00A4080C047F506F0380320000030000"
    "01";

// Value of the newest record of the cyclic file: how many messages had an effect.
std::string effects(OtaCard& card) {
  card.power_cycle();
  EXPECT_EQ(card.verify(), 0x9000);
  EXPECT_EQ(card.t.path("7F506F03").sw, 0x9000);
  return card.t.record(1, 3);
}
scp80::Key des_key(std::size_t size) {
  Bytes value(size);
  for (std::size_t i = 0; i < size; ++i) value[i] = static_cast<std::uint8_t>(0x11 + 7 * i);
  return {false, Secret(value), 8};
}
// Level of every application, keys of another kind, whatever else.
Bytes package_with(std::optional<std::uint8_t> level, std::optional<scp80::Key> key = {},
                   std::optional<Bytes> start = {}) {
  return edit_package(uicc_test_package(kIccidA), [&](saip::ProfileElement& e) {
    if (auto* r = e.as<saip::Rfm>(); r && level) r->minimumSecurityLevel = saip::octet(*level);
    auto* d = e.as<saip::SecurityDomain>();
    if (!d) return;
    for (auto& k : *d->keyList) {
      if (key) {
        k.keyComponents[0].keyType = *BoundedBytes<2>::from(hex("80"));
        k.keyComponents[0].keyData = key->value;
      }
      if (start) k.keyCounterValue = *start;
    }
  });
}
}  // namespace

TEST(OtaSecurity, AReplayHasNoEffect) {
  OtaCard card;
  const auto packet = card.sealed("B00000", hex(kIncrease), kUsualSpi, 1);
  EXPECT_EQ(card.status_of(packet), "00");
  EXPECT_EQ(card.status_of(packet), "02");
  card.power_cycle();
  EXPECT_EQ(card.status_of(packet), "02");
  EXPECT_EQ(effects(card), "000006");
  // The refusal is authentic: it has the checksum that was asked for.
  const auto r = must(card.send("B00000", {}, kUsualSpi));  // the server's counter begins at 1
  ASSERT_TRUE(r.response);
  EXPECT_TRUE(r.response->protected_as_asked);
  EXPECT_EQ(r.response->packet.status, etsi::ResponseStatus::kCounterLow);
}

TEST(OtaSecurity, CountersByMode) {
  OtaCard card(memory_with(package_with(0x02)));
  const auto status = [&](std::string_view how, std::uint64_t counter) {
    return card.status_of(card.sealed("B00000", {}, how, counter));
  };
  EXPECT_EQ(status("1609", 10), "00");
  EXPECT_EQ(status("1609", 10), "02");
  EXPECT_EQ(status("1609", 9), "02");
  EXPECT_EQ(status("1E09", 12), "03");
  EXPECT_EQ(status("1E09", 10), "02");
  EXPECT_EQ(status("1E09", 11), "00");
  EXPECT_EQ(status("0609", 0), "00");   // no counter
  EXPECT_EQ(status("0E09", 3), "00");   // not checked
  EXPECT_EQ(status("1609", 11), "02");  // neither has moved it
  EXPECT_EQ(status("1609", etsi::kCounterMax), "00");
  EXPECT_EQ(status("1609", etsi::kCounterMax), "04");
  card.power_cycle();
  EXPECT_EQ(status("1E09", etsi::kCounterMax), "04");
}

TEST(OtaSecurity, CountersBeginWhereThePackageSays) {
  OtaCard card(memory_with(package_with({}, {}, hex("0000000100"))));
  EXPECT_EQ(card.status_of(card.sealed("B00000", {}, kUsualSpi, 0x100)), "02");
  EXPECT_EQ(card.status_of(card.sealed("B00000", {}, kUsualSpi, 0x101)), "00");
  OtaCard blocked(memory_with(package_with({}, {}, hex("010000000000"))));
  EXPECT_EQ(blocked.status_of(blocked.sealed("B00000", {}, kUsualSpi, etsi::kCounterMax)), "04");
}

// One counter for all that one key set protects.
TEST(OtaSecurity, ApplicationsOfOneDomainShareTheirCounter) {
  OtaCard card;
  EXPECT_EQ(card.status_of(card.sealed("B00000", {}, kUsualSpi, 5)), "00");
  EXPECT_EQ(card.status_of(card.sealed("B00020", {}, kUsualSpi, 5)), "02");
  EXPECT_EQ(card.status_of(card.sealed("B20100", {}, kUsualSpi, 6)), "00");
}

TEST(OtaSecurity, RefusalsBeforeTheChecksumHolds) {
  OtaCard card;
  const auto status = [&](std::string_view application, std::string_view how, const scp80::KeySet& keys) {
    const auto own = std::exchange(card.keys, keys);
    const auto packet = card.sealed(application, hex(kIncrease), how, 9, scp80::Policy::anything());
    card.keys = own;
    return card.status_of(packet);
  };
  const auto good = card.keys;
  EXPECT_EQ(status("B00001", kUsualSpi, good), "09");
  EXPECT_EQ(status("B00000", "1209", good), "0A");  // not ciphered
  EXPECT_EQ(status("B00000", "0609", good), "0A");  // no counter
  EXPECT_EQ(status("B00000", "1409", good), "0A");  // no integrity
  auto other = good;
  other.version = 2;
  EXPECT_EQ(status("B00000", kUsualSpi, other), "06");
  other = good;
  other.kid->value.mutable_view()[0] ^= 1;
  EXPECT_EQ(status("B00000", kUsualSpi, other), "01");
  other = good;
  other.kic->value.mutable_view()[15] ^= 1;
  EXPECT_EQ(status("B00000", kUsualSpi, other), "01");
  other.kic = other.kid = des_key(16);
  EXPECT_EQ(status("B00000", kUsualSpi, other), "06");
  EXPECT_EQ(effects(card), "000005");
  EXPECT_EQ(card.status_of(card.sealed("B00000", {}, kUsualSpi, 1)), "00");  // no counter has moved
}

// Nothing that a key protects, no counter, no message at the subscriber's cost.
TEST(OtaSecurity, StrangersLearnNothing) {
  OtaCard card;
  for (const auto* how : {"1609", "1619", "1639", "1629"}) {
    auto packet = card.sealed("B00000", hex(kIncrease), how, 77);
    packet.back() ^= 1;
    Bytes report;
    for (const auto& e : envelopes(packet)) {
      const auto r = card.t.send(e);
      EXPECT_EQ(r.sw, 0x9000) << how;
      report = r.data;
    }
    EXPECT_EQ(to_hex(report),
              "027100"
              "000B0AB0000000000000000001")
        << how;
  }
  for (const auto* how : {"1600", "1638"}) {  // no PoR at all
    auto packet = card.sealed("B00000", {}, how, 77);
    packet.back() ^= 1;
    EXPECT_EQ(card.status_of(packet), "none");
  }
}

TEST(OtaSecurity, EveryFlippedBitIsRefused) {
  OtaCard card;
  const auto packet = card.sealed("B00000", hex(kIncrease), kUsualSpi, 1);
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    auto bad = packet;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_NE(card.status_of(bad), "00") << bit;
  }
  EXPECT_EQ(effects(card), "000005");
  EXPECT_EQ(card.status_of(packet), "00");
  EXPECT_EQ(effects(card), "000006");
}

TEST(OtaSecurity, ProofOfReceiptAsAsked) {
  OtaCard card;
  const auto answer = [&](std::string_view how, std::string_view script) {
    return must(card.send("B00000", hex(script), how));
  };
  EXPECT_FALSE(answer("1600", "00A40004023F00").response);  // none
  EXPECT_FALSE(answer("160A", "00A40004023F00").response);  // on error only
  for (const auto* how : {"1601", "1609", "1611", "1619"}) {
    const auto r = answer(how, "00A4000C023F00");
    ASSERT_TRUE(r.response) << how;
    EXPECT_TRUE(r.response->protected_as_asked);
    EXPECT_FALSE(r.by_submit);
    EXPECT_EQ(to_hex(r.response->packet.data), "019000");
  }
  for (const auto* how : {"1621", "1629", "1639"}) {
    const auto r = answer(how, "00A4000C023F00");
    ASSERT_TRUE(r.response) << how;
    EXPECT_TRUE(r.by_submit);
    EXPECT_EQ(to_hex(r.response->packet.data), "019000");
  }
  // On error, and there is one: the counter.
  EXPECT_EQ(card.status_of(card.sealed("B00000", {}, "160A", 1)), "02");
  // A response that cannot be protected as asked ends it before any effect: a CRC, a digital signature.
  for (const auto* how : {"1605", "160D"})
    EXPECT_EQ(card.status_of(card.sealed("B00000", hex(kIncrease), how, 1000)), "06") << how;
  EXPECT_EQ(effects(card), "000005");
}

// The response goes to the sender, by the service centre that brought the command.
TEST(OtaSecurity, ShortMessagesGoToTheSender) {
  OtaCard card;
  const auto packet = card.sealed("B00000", hex("00A4000C023F00"), "1629", 3);
  etsi::SmsDeliver sms;
  sms.has_header = true;
  sms.originator = kOtaSender;
  sms.data_coding_scheme = etsi::kDcsClass2;
  sms.user_data = must(channel::segment_packet(packet, etsi::kIeiCommandPacket, 1))[0];
  const auto d1 = make_tlv(0xD1, {hex("82028381"
                                      "06079194710716000"
                                      "0"),
                                  make_tlv(0x8B, must(sms.encode()))});
  const auto r = card.t.send(CommandApdu{0x80, 0xC2, 0, 0, d1, {}}.encode());
  EXPECT_EQ(r.sw >> 8, 0x91);
  const auto command = card.t.send(CommandApdu{0x80, 0x12, 0, 0, {}, r.sw & 0xFFu}.encode()).data;
  const auto tlv = must(read_single_tlv(command));
  EXPECT_EQ(to_hex(tlv.value.first(18)),
            "810301130082028183"
            "860791947107160000");
  const auto tpdu = must(etsi::SmsSubmit::decode(find_tlv(tlv.value, 0x8B)->value));
  EXPECT_EQ(tpdu.destination, kOtaSender);
  EXPECT_TRUE(tpdu.has_header);
}

TEST(OtaSecurity, TripleDesWorksSingleDesNeedsAPolicy) {
  for (const std::size_t size : {std::size_t{16}, std::size_t{24}}) {
    const auto package = package_with({}, des_key(size));
    OtaCard card(memory_with(package), ota_keys(package));
    EXPECT_EQ(must(card.send("B00000", hex("00A4000C023F00"), "1639")).script->responses[0].sw, 0x9000);
  }
  const auto package = package_with({}, des_key(8));
  OtaCard card(memory_with(package), ota_keys(package));
  const scp80::Policy weak{.single_des = true};
  EXPECT_FALSE(card.send("B00000", {}, kUsualSpi));  // the server refuses as well
  const auto packet = card.sealed("B00000", hex(kIncrease), kUsualSpi, 7, weak);
  EXPECT_EQ(card.status_of(packet), "0A");
  card.euicc.set_ota_policy(weak);
  EXPECT_EQ(card.status_of(packet), "00");
}

TEST(OtaSecurity, ChecksWithoutAKeyNeedAPolicy) {
  OtaCard card(memory_with(package_with(0x00)));
  for (const auto* how : {"0401", "0001"}) {
    const auto packet = card.sealed("B00000", hex("00A4000C023F00"), how, 1, scp80::Policy::anything());
    EXPECT_EQ(card.status_of(packet), "0A") << how;
    card.euicc.set_ota_policy({.no_integrity = true});
    EXPECT_EQ(card.status_of(packet), "00") << how;
    card.euicc.set_ota_policy({});
  }
}

TEST(OtaSecurity, OnlyTheEnabledProfileIsReached) {
  OtaCard card;
  card.driver.open();
  card.driver.call<sgp22::EnableProfileResponse>(
      sgp22::EnableProfileRequest{{*sgp22::parse_iccid(kIccidB)}, false});
  // The other Profile has the same keys in this test, and counters of its own.
  EXPECT_EQ(card.script("B00000", "00A4080C022FE200B000000A"),
            "029000" + to_hex(*sgp22::parse_iccid(kIccidB)));
  EXPECT_EQ(card.status_of(card.sealed("B00000", {}, kUsualSpi, 50)), "00");
  card.driver.open();
  card.driver.call<sgp22::EnableProfileResponse>(
      sgp22::EnableProfileRequest{{*sgp22::parse_iccid(kIccidA)}, false});
  EXPECT_EQ(card.status_of(card.sealed("B00000", {}, kUsualSpi, 1)), "00");
  card.driver.open();
  card.driver.call<sgp22::DisableProfileResponse>(
      sgp22::DisableProfileRequest{{*sgp22::parse_iccid(kIccidA)}, false});
  EXPECT_EQ(card.status_of(card.sealed("B00000", {}, kUsualSpi, 2)), "none");
}

TEST(OtaSecurity, WhatIsNoSecuredPacketIsForNobody) {
  OtaCard card;
  const auto packet = card.sealed("B00000", hex(kIncrease), kUsualSpi, 1);
  const auto deliver = [&](std::string_view user_data, bool header) {
    etsi::SmsDeliver sms;
    sms.has_header = header;
    sms.originator = kOtaSender;
    sms.data_coding_scheme = etsi::kDcsClass2;
    sms.user_data = hex(user_data);
    return make_tlv(0xD1, {hex("82028381"), make_tlv(0x8B, must(sms.encode()))});
  };
  const auto sw = [&](ByteView data) {
    const auto r = card.t.send(CommandApdu{0x80, 0xC2, 0, 0, to_bytes(data), {}}.encode());
    EXPECT_TRUE(r.data.empty());
    return r.sw;
  };
  EXPECT_EQ(sw(deliver(to_hex(packet), false)), 0x9000);            // no header
  EXPECT_EQ(sw(deliver("027100" + to_hex(packet), true)), 0x9000);  // a response
  EXPECT_EQ(sw(deliver("0370"
                       "01AA" +
                           to_hex(packet),
                       true)),
            0x9000);  // not TS 31.115
  EXPECT_EQ(sw(deliver("0270"
                       "00"
                       "0001",
                       true)),
            0x9000);                     // no packet
  EXPECT_EQ(sw(hex("D301AA")), 0x9000);  // MENU SELECTION
  for (const auto* bad : {"D100", "D10482028381", "D1068202838100",
                          "D10682028381"
                          "8B00",
                          "D1"})
    EXPECT_EQ(sw(hex(bad)), 0x6A80) << bad;
  EXPECT_EQ(effects(card), "000005");
}

}  // namespace eider::test
