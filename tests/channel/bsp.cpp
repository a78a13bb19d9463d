#include "channel/bsp.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace eider::channel {
namespace {

const char* const kEid = "89049032123451234512345678901235";
const char* const kMetadata =
    "BF252D5A0A98001032547698103214910947534D415F54455354921147534D415F544553545F50524F46494C45950100";

// Vectors: tests/unittests/test_esim_bsp.py of pySim, a log of a commercial SM-DP+.
BspKeys session_keys() {
  return *derive_bsp_keys(hex("C9A993DD4879A8F7161F2085410EDD4F9652F1DF37BE097BA96BA2CA6BE528FE"), 0x88, 0x10,
                          hex("8080808080808080"), hex(kEid));
}

BspKeys ppk_keys() {
  return {*AesBlock::from(hex("000102030405060708090A0B0C0D0E0F")),
          Secret(hex("010102030405060708090A0B0C0D0E0F")), Secret(hex("020102030405060708090A0B0C0D0E0F"))};
}

TEST(Bsp, DerivesSessionKeys) {
  const BspKeys keys = session_keys();
  EXPECT_EQ(to_hex(keys.initial_mac_chaining_value), "406D507B448A699E7A36A38494DEBBDE");
  EXPECT_EQ(to_hex(keys.s_enc.view()), "472F5BFADD97F21D34F3CE9B51B92751");
  EXPECT_EQ(to_hex(keys.s_mac.view()), "9EC07F5B36A13E12A991D66E294E6242");
}

TEST(Bsp, DerivesSessionKeysForAnotherCard) {
  const auto keys =
      *derive_bsp_keys(hex("8902DCA391BBB22570FE60C176076246F568B1941265DFF1D729E63039658089"), 0x88, 0x10,
                       hex("8080808080808080"), hex("89049032123451234512345678901335"));
  EXPECT_EQ(to_hex(keys.s_enc.view()), "D782D575B22A38334556A3D9A1E2AE6B");
  EXPECT_EQ(to_hex(keys.s_mac.view()), "A35ADDC192AE8F934E2932116C7E89E7");
  EXPECT_EQ(to_hex(keys.initial_mac_chaining_value), "734BC93DDB10C71C5AD13D420DC08B5B");
}

TEST(Bsp, RefusesOtherKeyTypesAndSizes) {
  const Bytes secret(32, 7), host(8, 1), eid = hex(kEid);
  EXPECT_FALSE(derive_bsp_keys(secret, 0x89, 0x10, host, eid));
  EXPECT_FALSE(derive_bsp_keys(secret, 0x88, 0x20, host, eid));
  EXPECT_FALSE(derive_bsp_keys(secret, 0x88, 0x10, {}, eid));
  EXPECT_FALSE(derive_bsp_keys(secret, 0x88, 0x10, Bytes(17), eid));
  EXPECT_FALSE(derive_bsp_keys(secret, 0x88, 0x10, host, Bytes(15)));
}

// A whole download: ConfigureISDP, StoreMetadata, ReplaceSessionKeys, then profile elements under the PPK.
TEST(Bsp, SendsTheRecordedSession) {
  auto sender = *BspSender::make(session_keys());
  Bytes out;
  ASSERT_TRUE(sender.protect(BspTag::k87, hex("BF2400"), out));
  EXPECT_EQ(to_hex(out), "8718F6FE031E4B9CFE87C8E1E62F3FDE85C49412D7722A6A2D89");
  EXPECT_EQ(to_hex(sender.mac_chaining_value()), "9412D7722A6A2D8930D8BA424F048693");
  out.clear();
  ASSERT_TRUE(sender.protect(BspTag::k88, hex(kMetadata), out));
  EXPECT_EQ(to_hex(out), std::string("8838") + kMetadata + "8A62CC9ADBB5CCBC");
  EXPECT_EQ(to_hex(sender.mac_chaining_value()), "8A62CC9ADBB5CCBC281D71D08802AA82");
  out.clear();
  ASSERT_TRUE(sender.protect(BspTag::k87,
                             hex("BF2636 8010000102030405060708090A0B0C0D0E0F"
                                 "8110010102030405060708090A0B0C0D0E0F 8210020102030405060708090A0B0C0D0E0F"),
                             out));
  EXPECT_EQ(to_hex(out),
            "8748A14C800A001992351CD46AD2945654674369701D82B7B46567652BC8FBED234939FC57FBA748015525FD6C651E9D"
            "3D1330652D4"
            "2A0CFAD950E912122AF4EC5362D3C0BC535729C40");
  ASSERT_TRUE(sender.replace_keys(ppk_keys()));
  out.clear();
  ASSERT_TRUE(sender.protect(BspTag::k86, hex("A048800102810101"), out));
  EXPECT_EQ(to_hex(out), "86188BD48FB9B2370B90E08B261584E16645E8D31CD797691CF5");
  out.clear();
  ASSERT_TRUE(sender.protect(BspTag::k86, hex("AA07A0058000810110"), out));
  EXPECT_EQ(to_hex(out), "8618E810DD89134AE31E7815B1DB00E3A08441DD293CC8D266A5");
}

TEST(Bsp, ReceivesTheRecordedSession) {
  auto receiver = *BspReceiver::make(session_keys());
  Bytes out;
  ASSERT_TRUE(receiver.open(BspTag::k87, hex("8718F6FE031E4B9CFE87C8E1E62F3FDE85C49412D7722A6A2D89"), out));
  EXPECT_EQ(to_hex(out), "BF2400");
  out.clear();
  ASSERT_TRUE(receiver.open(BspTag::k88, hex(std::string("8838") + kMetadata + "8A62CC9ADBB5CCBC"), out));
  EXPECT_EQ(to_hex(out), kMetadata);
  ASSERT_TRUE(receiver.replace_keys(ppk_keys()));
  out.clear();
  ASSERT_TRUE(receiver.open(BspTag::k86, hex("86188BD48FB9B2370B90E08B261584E16645E8D31CD797691CF5"), out));
  ASSERT_TRUE(receiver.open(BspTag::k86, hex("8618E810DD89134AE31E7815B1DB00E3A08441DD293CC8D266A5"), out));
  EXPECT_EQ(to_hex(out), "A048800102810101AA07A0058000810110");
}

// SGP.22 section 2.5.3: a segment has at most 1020 octets; 1007 octets of plaintext fill it exactly.
TEST(Bsp, SegmentSizes) {
  EXPECT_EQ(bsp_tlv_size(BspTag::k86, 1007), 1020u);
  EXPECT_EQ(bsp_tlv_size(BspTag::k88, 1008), 1020u);
  auto sender = *BspSender::make(session_keys());
  Bytes out;
  ASSERT_TRUE(sender.protect(BspTag::k86, Bytes(1007, 0xAA), out));
  EXPECT_EQ(to_hex(ByteView(out).first(4)), "868203F8");
  EXPECT_EQ(out.size(), 1020u);
  EXPECT_FALSE(sender.protect(BspTag::k86, Bytes(1008), out));
  EXPECT_FALSE(sender.protect(BspTag::k88, Bytes(1009), out));
  EXPECT_EQ(out.size(), 1020u) << "a refused segment leaves nothing behind";
}

std::vector<ByteView> split(ByteView in) {
  std::vector<ByteView> tlvs;
  while (!in.empty()) {
    const std::size_t n = in[1] < 0x80    ? 2u + in[1]
                          : in[1] == 0x81 ? 3u + in[2]
                                          : 4u + (static_cast<std::size_t>(in[2]) << 8 | in[3]);
    tlvs.push_back(in.first(n));
    in = in.subspan(n);
  }
  return tlvs;
}

TEST(Bsp, RoundTripsAnyLength) {
  SeededRandom random(1);
  for (const BspTag tag : {BspTag::k86, BspTag::k87, BspTag::k88})
    for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 111u, 112u, 127u, 128u, 240u, 255u, 1006u, 1007u,
                                   1008u, 1009u, 2014u, 2015u, 12000u}) {
      auto sender = *BspSender::make(session_keys());
      auto receiver = *BspReceiver::make(session_keys());
      const Bytes plaintext = random.bytes(size);
      Bytes wire, opened;
      ASSERT_TRUE(sender.protect_segments(tag, plaintext, wire));
      EXPECT_EQ(wire.size(), bsp_segments_size(tag, size)) << size;
      for (const ByteView tlv : split(wire)) {
        EXPECT_LE(tlv.size(), kBspMaxTlv);
        ASSERT_TRUE(receiver.open(tag, tlv, opened)) << size;
      }
      EXPECT_EQ(opened, plaintext);
      EXPECT_EQ(sender.mac_chaining_value(), receiver.mac_chaining_value());
    }
}

TEST(Bsp, EveryFlippedBitIsRefused) {
  const Bytes tlv = hex("8718F6FE031E4B9CFE87C8E1E62F3FDE85C49412D7722A6A2D89");
  for (std::size_t bit = 0; bit < tlv.size() * 8; ++bit) {
    Bytes changed = tlv;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1u << (bit % 8)));
    auto receiver = *BspReceiver::make(session_keys());
    Bytes out;
    const auto status = receiver.open(BspTag::k87, changed, out);
    ASSERT_FALSE(status) << "bit " << bit;
    EXPECT_EQ(bsp_error_reason(status.error()), bit < 16 ? 7 : 8) << "bit " << bit;
    EXPECT_TRUE(out.empty());
    EXPECT_FALSE(receiver.open(BspTag::k87, tlv, out)) << "no way back after an error";
  }
}

TEST(Bsp, ReplayLossAndReorderAreRefused) {
  auto sender = *BspSender::make(session_keys());
  Bytes first, second, out;
  ASSERT_TRUE(sender.protect(BspTag::k86, hex("0102"), first));
  ASSERT_TRUE(sender.protect(BspTag::k86, hex("0304"), second));
  auto lost = *BspReceiver::make(session_keys());
  EXPECT_FALSE(lost.open(BspTag::k86, second, out));
  auto replayed = *BspReceiver::make(session_keys());
  ASSERT_TRUE(replayed.open(BspTag::k86, first, out));
  const auto again = replayed.open(BspTag::k86, first, out);
  ASSERT_FALSE(again);
  EXPECT_EQ(bsp_error_reason(again.error()), 8);
}

// A sender that pads wrongly but computes a right MAC: structure error, since the MAC holds.
TEST(Bsp, BadPaddingIsAStructureError) {
  const BspKeys keys = session_keys();
  for (const char* block : {"00000000000000000000000000000000", "0102030405060708090A0B0C0D0E0F10",
                            "80000000000000000000000000000000800000000000000000000000000000FF"}) {
    auto aes = *crypto::Aes::make(keys.s_enc.view());
    Bytes content = hex(block);
    AesBlock counter;
    counter[15] = 1;
    ASSERT_TRUE(aes.cbc_encrypt(aes.encrypt_block(counter), content));
    Bytes tlv = {0x87, static_cast<std::uint8_t>(content.size() + 8)};
    append(tlv, content);
    const AesBlock mac = *crypto::aes_cmac(keys.s_mac.view(), {keys.initial_mac_chaining_value.view(), tlv});
    append(tlv, mac.view().first(8));
    auto receiver = *BspReceiver::make(keys);
    Bytes out;
    const auto status = receiver.open(BspTag::k87, tlv, out);
    ASSERT_FALSE(status) << block;
    EXPECT_EQ(bsp_error_reason(status.error()), 7);
    EXPECT_TRUE(out.empty());
  }
}

TEST(Bsp, NonMinimalLengthsAreStructureErrors) {
  for (const char* tlv : {"87811800", "8782001800", "8780", "87", "", "8718", "8708 0102030405060708"}) {
    auto receiver = *BspReceiver::make(session_keys());
    Bytes out;
    const auto status = receiver.open(BspTag::k87, hex(tlv), out);
    ASSERT_FALSE(status) << tlv;
    EXPECT_EQ(bsp_error_reason(status.error()), 7) << tlv;
  }
}

}  // namespace
}  // namespace eider::channel
