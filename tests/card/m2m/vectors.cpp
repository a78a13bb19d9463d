// The vectors of sections 10.3 to 10.5 of the project's facts on SGP.02, through a whole card: toy keys, and
// a card whose randoms are those of the vectors.
#include <gtest/gtest.h>

#include "channel/scenario3.hpp"
#include "channel/scp03.hpp"
#include "codec/tlv.hpp"
#include "spec/sgp02/es5.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {
namespace {
namespace es5 = sgp02::es5;
namespace scp03 = channel::scp03;
namespace scenario3 = channel::scenario3;
using crypto::Curve;
using crypto::PrivateKey;

// RC, then DR.
struct VectorRandom final : Random {
  Bytes octets = hex("B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBFA0A1A2A3A4A5A6A7A8A9AAABACADAEAF");
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) {
      octet = octets.empty() ? std::uint8_t{0} : octets.front();
      if (!octets.empty()) octets.erase(octets.begin());
    }
  }
};

// A card without Profiles, and the toy keys of the vectors.
eum::M2mCard vector_card() {
  auto plan = M2mPlan::usual();
  plan.m2m.profiles.clear();
  auto made = make_m2m_card(plan);
  auto& m = *made.personalisation.m2m;
  const auto key = must(PrivateKey::from_scalar(Curve::kP256, Bytes(32, 0x11)));
  const auto& eum = m2m_pki().get(crypto::CertificateRole::kEum);
  auto fields = must(crypto::GpCertificate::decode(m.ecasdCertificate)).fields();
  m.ecasdCertificate = to_bytes(
      must(crypto::GpCertificate::issue(fields, key.public_key(), *crypto::make_signing_key(*eum.key)))
          .octets());
  m.ecasdPrivateKey = key.pkcs8_der();
  return made;
}

TEST(M2mVectors, KeyEstablishmentScp03tAndDeleteToken) {
  const auto made = vector_card();
  card::MemoryNvm nvm;
  must(card::manufacture(made.personalisation, nvm));
  VectorRandom random;
  M2mDevice d(M2mPlan::usual());
  // The device with another card in it: same memory, the vectors' randoms.
  d.nvm = nvm;
  d.keys = scp80_keys(made);
  d.power_on();
  d.random.instead = &random;
  ASSERT_EQ(d.sw(es5::CreateISDP{isdp_aid(0x10), {}}.encode()), 0x9000);

  SeededRandom keys(3);
  const auto dp = PrivateKey::generate(Curve::kP256, keys);
  std::vector<CommandApdu> first = {es5::encode_install_for_personalization(isdp_aid(0x10))};
  for (auto& c : es5::encode_certificate(gp_certificate(crypto::GpRole::kSmDp, dp.public_key()).octets()))
    first.push_back(std::move(c));
  const auto rc = d.es5(first).back();
  EXPECT_EQ(to_hex(rc.data), "8510B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF");

  const auto crt = hex("a6159002030b9501108001888101108201018301309100");
  const auto one_time = must(PrivateKey::from_scalar(Curve::kP256, Bytes(32, 0x22)));
  const auto point = crypto::encode_gp_public_key(one_time.public_key());
  const auto signature =
      dp.sign({scenario3::signature_input(crt, point, hex("B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF"))});
  const auto data = concat({hex("3A0217"), crt, point, make_tlv(0x5F37, signature)});
  const auto receipt = d.es5(es5::encode_store_data(data, true, 1)).back();
  EXPECT_EQ(to_hex(receipt.data), "8510A0A1A2A3A4A5A6A7A8A9AAABACADAEAF861094DADCBB9148AE8D43299FAF17A389FA");

  EXPECT_EQ(to_hex(d.script(hex("AA0C840A30000102030405060708"), "000010")),
            "AB25800101"
            "8420000000000000000000003003709217CCA722DCFBE0FDFBC5BE143B235C000001");
  EXPECT_EQ(to_hex(d.script(hex("AA138511333176B4AF93D562F64DBACDF6E7DF4C55"), "000010")), "AB058001018500");
  // The segment opens; its octets are no Profile Package.
  const auto answer = d.script(hex("AA3A86381A8AEA13CFD37E7E1CA487B6C6F34AC4B7F330CCBC40C36851052C2E88A760840"
                                   "5123159263FA2FB274FED82DE18BB59"
                                   "F930AF5D15A68474"),
                               "000010");
  EXPECT_EQ(to_hex(ByteView(answer).subspan(5, 1)), "86");
  EXPECT_GT(answer.size(), 20u);

  // 10.5: a Profile with POL1 against deletion, the token key, the command of the vector.
  const scp03::Keys static_keys{Secret(hex("8bad195bcf10ed3176dfeee129bf8d0f")),
                                Secret(hex("cb973bbc5b6487a92512ce318e9610ba")),
                                Secret(hex("57f861815844ce74ce53a249d5dab69e"))};
  const auto run = [&](const Bytes& tlv) {
    return to_bytes(ByteView(d.script(make_tlv(0xAA, tlv), "000010")).subspan(5));
  };
  const auto open = [&] {
    const scp03::InitializeUpdate update{0x30, 0x00, {}};
    auto raw = d.script(make_tlv(0xAA, update.tlv()), "000010");
    const auto init = must(scp03::InitializeUpdateAnswer::decode(ByteView(raw).subspan(7)));
    return must(scp03::Session::make(static_keys, update.host_challenge, init.card_challenge));
  };
  auto session = open();
  EXPECT_EQ(to_hex(run(must(session.authenticate_tlv()))), "8500");
  const auto package = m2m_package(kSecondIccid, 0x02);
  for (std::size_t at = 0; at < package.size(); at += 1007)
    (void)d.script(
        make_tlv(0xAA,
                 must(session.protect(
                     0x86, ByteView(package).subspan(at, std::min<std::size_t>(1007, package.size() - at))))),
        "000010");
  EXPECT_EQ(d.state_of(0x10), 0x1F);
  auto apdus = open();
  const auto apdu = [&](const CommandApdu& c) {
    const auto got = d.script(
        must(etsi::encode_script(std::vector<Bytes>{c.encode()}, etsi::ScriptFormat::kExpanded)), "000010");
    return must(etsi::ScriptResponse::decode(got, etsi::ScriptFormat::kExpanded)).responses.back();
  };
  EXPECT_EQ(apdu(must(apdus.authenticate_apdu(scp03::kAll))).sw, 0x9000);
  const auto token_key = hex("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF");
  crypto::AesBlock ones;
  std::ranges::fill(ones, std::uint8_t{1});
  const auto check = must(crypto::Aes::make(token_key)).encrypt_block(ones);
  const auto put =
      concat({hex("70881110"), must(crypto::aes_cbc_encrypt(static_keys.dek.view(), {}, token_key)),
              hex("03"), check.view().first(3)});
  const auto done = must(apdus.unwrap(apdu(must(apdus.wrap(CommandApdu{0x80, 0xD8, 0x00, 0x07, put, 256})))));
  EXPECT_EQ(done.sw, 0x9000);
  const auto vector =
      hex("80e40040364f10a0000005591010ffffffff8900001000b61042020102450203045f200205069301079e101ca44b0e1255"
          "b0a484f"
          "0363e189a3bc300");
  auto wrong = vector;
  wrong[wrong.size() - 2] ^= 1;
  const auto master = [&](const Bytes& command) {
    const auto got =
        d.script(must(etsi::encode_script(std::vector<Bytes>{command}, etsi::ScriptFormat::kExpanded)));
    return must(etsi::ScriptResponse::decode(got, etsi::ScriptFormat::kExpanded)).responses.back().sw;
  };
  EXPECT_EQ(master(wrong), 0x6982);
  EXPECT_EQ(master(vector), 0x9000);
  EXPECT_EQ(d.state_of(0x10), 0);
}

}  // namespace
}  // namespace eider::test
