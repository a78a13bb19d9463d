// Key establishment with the ECASD: SGP.02 sections 4.1.1.8 and 4.1.3.1.
#include "channel/scenario3.hpp"

#include <gtest/gtest.h>

#include "codec/tlv.hpp"
#include "support/must.hpp"

namespace eider::channel::scenario3 {
namespace {
using crypto::Curve;
using crypto::PrivateKey;
using test::must;

std::string lower(ByteView octets) {
  std::string out = to_hex(octets);
  for (auto& c : out) c = static_cast<char>(std::tolower(c));
  return out;
}

// Section 10.3 of the project's facts on SGP.02: computed there in Python, from toy keys on P-256.
const PrivateKey& ecasd() {
  static const auto key = must(PrivateKey::from_scalar(Curve::kP256, Bytes(32, 0x11)));
  return key;
}
const PrivateKey& one_time() {
  static const auto key = must(PrivateKey::from_scalar(Curve::kP256, Bytes(32, 0x22)));
  return key;
}
const char kPoint[] =
    "04d65a93977caa3d1b081852ff57a79e465f1660577304baead505dd3a48589cf3"
    "50185e895372df6221ea3a137557e473fddb6755f05bd507c3c533fce9c91285";
const char kTemplate[] = "a6159002030b9501108001888101108201018301309100";
const char kRandom[] = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf";

ControlReferenceTemplate isd_p_keys(std::uint8_t parameters) {
  ControlReferenceTemplate crt;
  crt.parameters = parameters;
  crt.key_version = 0x30;
  return crt;
}

TEST(Scenario3, ReproducesTheVectorWithDerivationRandom) {
  const auto shared = must(one_time().agree(ecasd().public_key()));
  EXPECT_EQ(lower(shared.view()), "ccfc261f58193c98ca4ad4a53bbac6f0ee29bc4d48438090446908622ca79af6");
  EXPECT_EQ(lower(one_time().public_key().point()), kPoint);
  const auto crt = isd_p_keys(kDeleteKeySets | kDerivationRandom | kCertificate);
  EXPECT_EQ(lower(crt.encode()), kTemplate);
  const auto set = derive(shared.view(), crt, hex(kRandom), {});
  EXPECT_EQ(lower(set.receipt_key.view()), "709299a9aa101c8bddf38f5fcb1d6c55");
  ASSERT_EQ(set.keys.size(), 3u);
  EXPECT_EQ(lower(set.keys[0].view()), "8bad195bcf10ed3176dfeee129bf8d0f");
  EXPECT_EQ(lower(set.keys[1].view()), "cb973bbc5b6487a92512ce318e9610ba");
  EXPECT_EQ(lower(set.keys[2].view()), "57f861815844ce74ce53a249d5dab69e");
  EXPECT_EQ(lower(must(receipt(set, crt.encode(), hex(kRandom)))), "94dadcbb9148ae8d43299faf17a389fa");
}

TEST(Scenario3, ReproducesTheVectorWithout) {
  const auto shared = must(one_time().agree(ecasd().public_key()));
  const auto crt = isd_p_keys(kDeleteKeySets | kCertificate);
  const auto set = derive(shared.view(), crt, {}, {});
  EXPECT_EQ(lower(set.receipt_key.view()), "cd7f2b825f068c8c959f878067cd3bac");
  EXPECT_EQ(lower(must(receipt(set, crt.encode(), {}))), "64e6d742f0583a58a9d74821e3c0304b");
}

TEST(Scenario3, SignatureCoversTemplateKeyAndChallenge) {
  const auto key = crypto::encode_gp_public_key(one_time().public_key());
  EXPECT_EQ(lower(key), std::string("7f4946b041") + kPoint + "f00100");
  EXPECT_EQ(lower(signature_input(hex(kTemplate), key, hex("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"))),
            std::string("3a0217") + kTemplate + "7f4946b041" + kPoint + "f00100" +
                "008510b0b1b2b3b4b5b6b7b8b9babbbcbdbebf");
}

TEST(Scenario3, HostIdAndNamesAreInSharedInfo) {
  auto crt = isd_p_keys(kHostId | kCertificate);
  crt.host_id = hex("0102");
  crt.sdin = hex("0304");
  const auto shared = must(one_time().agree(ecasd().public_key()));
  const auto a = derive(shared.view(), crt, {}, {hex("05"), hex("0304")});
  const auto b = derive(shared.view(), crt, {}, {hex("06"), hex("0304")});
  EXPECT_NE(to_hex(a.receipt_key.view()), to_hex(b.receipt_key.view()));
  EXPECT_EQ(lower(must(ControlReferenceTemplate::decode(crt.encode())).encode()), lower(crt.encode()));
}

// Both ends, on both curves, with each combination of the parameter bits, for keys of each length and use.
TEST(Scenario3, BothEndsGetTheSameKeys) {
  SeededRandom random(3);
  for (const auto curve : {Curve::kP256, Curve::kBrainpoolP256r1}) {
    const auto card = PrivateKey::generate(curve, random), dp = PrivateKey::generate(curve, random);
    for (unsigned bits = 0; bits < 16; ++bits) {
      for (const std::uint8_t length : {16, 24, 32}) {
        auto crt = isd_p_keys(static_cast<std::uint8_t>(bits));
        crt.key_length = length;
        crt.key_usage = bits % 3 == 0 ? kOneKey : kThreeKeys;
        if ((bits & kHostId) != 0) crt.host_id = hex("A1A2");
        const DomainNames names{hex("4201"), hex("4501")};
        Initiator dp_side(crt, card.public_key(), random,
                          bits % 2 == 0 ? crypto::GpKeyForm::kWithReference : crypto::GpKeyForm::kBarePoint);
        const auto challenge = random.bytes(16);
        const auto data = must(dp_side.command_data(*crypto::make_signing_key(dp), challenge));

        const auto c = must(CommandData::decode(data, curve));
        ASSERT_TRUE(crypto::verify(dp.public_key(), signature_input(c.crt_tlv, c.public_key_tlv, challenge),
                                   c.signature));
        const auto dr = (bits & kDerivationRandom) != 0 ? random.bytes(random_size(256)) : Bytes{};
        const auto set = derive(must(card.agree(c.one_time_key)).view(), c.crt, dr, names);
        const auto answer = encode_answer(dr, must(receipt(set, c.crt_tlv, dr)));

        const auto dp_set = must(dp_side.finish(answer, names));
        ASSERT_EQ(dp_set.keys.size(), set.keys.size());
        for (std::size_t i = 0; i < set.keys.size(); ++i) EXPECT_EQ(dp_set.keys[i], set.keys[i]);
        for (std::size_t bit = 0; bit < answer.size() * 8; bit += 7) {
          auto bad = answer;
          bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
          EXPECT_FALSE(dp_side.finish(bad, names)) << bit;
        }
      }
    }
  }
}

TEST(Scenario3, RefusesTemplatesThatAreNone) {
  for (const char* bad : {
           "a600",                                                  // empty
           "a6149002030b95011080018881011082010183013091",          // cut off
           "a6159002010b9501108001888101108201018301309100",        // another scenario
           "a6159002031b9501108001888101108201018301309100",        // a fifth parameter bit
           "a6159002030b9501118001888101108201018301309100",        // key usage
           "a6159002030b9501108001808101108201018301309100",        // DES
           "a6159002030b9501108001888101118201018301309100",        // key length
           "a6159002030b9501108001888101108201008301309100",        // key identifier 0
           "a6159002030b9501108001888101108201018301809100",        // key version above 7F
           "a6169002030b950110800188810110820101830130910107",      // counter of one octet
           "a6129002030b9501108001888101108301309100",              // no key identifier
           "a6189002030b9501108001888101108201018301309100830130",  // twice
           "a6189002030b9501108001888101108201018301309100840107",  // HostID without its bit
           "a7159002030b9501108001888101108201018301309100",        // another tag
       })
    EXPECT_FALSE(ControlReferenceTemplate::decode(hex(bad))) << bad;
  EXPECT_TRUE(ControlReferenceTemplate::decode(hex(kTemplate)));
}

}  // namespace
}  // namespace eider::channel::scenario3
