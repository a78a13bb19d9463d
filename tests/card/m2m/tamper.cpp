// Every octet of what proves something to a card, altered on its way: refused, and the card is as it was
// (SGP.02 v4.2 sections 4.1.1.6, 4.1.1.8, 4.1.3.1, 4.1.3.3). What authenticates packets is in scp80.cpp.
#include <gtest/gtest.h>

#include "card/inspect.hpp"
#include "card/m2m/establishing.hpp"
#include "card/m2m/sm_dp.hpp"
#include "spec/sgp02/store_data.hpp"

namespace eider::test {
namespace {
namespace es5 = sgp02::es5;
namespace scenario3 = channel::scenario3;

// Of the ISD-R.
std::vector<std::uint8_t> key_versions(const M2mDevice& d) {
  return must(card::inspect(d.nvm)).m2m->key_versions;
}

TEST(M2mTamper, EveryOctetOfAKeyEstablishmentOfTheIsdR) {
  M2mDevice d;
  d.power_on();
  Establishing e{d};
  const auto before = key_versions(d);
  for (std::size_t i = 0; i == 0 || i < e.octets; ++i) {
    e.altered = i;
    EXPECT_FALSE(e.second(Establishing::scp80(0x02), e.challenge())) << "octet " << i;
    EXPECT_EQ(key_versions(d), before) << "octet " << i;
  }
  EXPECT_GT(e.octets, 140u);  // template, one-time key, signature
  e.altered.reset();
  EXPECT_TRUE(e.second(Establishing::scp80(0x02), e.challenge()));
}

// The receipt that the card gives: an SM-SR that hears another one takes no keys.
TEST(M2mTamper, EveryOctetOfAReceipt) {
  M2mDevice d;
  d.power_on();
  Establishing e{d};
  const auto ecasd = must(crypto::GpCertificate::decode(d.made.personalisation.m2m->ecasdCertificate));
  const scenario3::Initiator initiator(Establishing::scp80(0x02), ecasd.public_key(), e.random);
  const auto data = must(initiator.command_data(*crypto::make_signing_key(e.smsr), e.challenge()));
  const auto answer = d.es5(es5::encode_store_data(data, true, 1)).back();
  ASSERT_EQ(answer.sw, 0x9000);
  for (std::size_t i = 0; i < answer.data.size(); ++i) {
    auto bad = answer.data;
    bad[i] ^= 0x01;
    EXPECT_FALSE(initiator.finish(bad, {hex("0102"), hex("0304")})) << "octet " << i;
  }
  EXPECT_TRUE(initiator.finish(answer.data, {hex("0102"), hex("0304")}));
}

// Nothing becomes of an ISD-P by half a handshake.
TEST(M2mTamper, EveryThirdOctetOfAKeyEstablishmentOfAnIsdP) {
  M2mDevice d;
  d.power_on();
  M2mSmDp dp(d, 0x11);
  EXPECT_EQ(d.sw(es5::CreateISDP{isdp_aid(0x11), {}}.encode()), 0x9000);
  std::size_t octets = 0;
  for (std::size_t i = 0; i == 0 || i < octets; i += 3) {
    scenario3::ControlReferenceTemplate crt;
    crt.parameters = scenario3::kDerivationRandom | scenario3::kCertificate;
    crt.key_version = 0x30;
    const auto first = dp.certificate();
    ASSERT_EQ(first.sw, 0x9000);
    const auto ecasd = must(crypto::GpCertificate::decode(d.made.personalisation.m2m->ecasdCertificate));
    const scenario3::Initiator initiator(crt, ecasd.public_key(), dp.random);
    auto data = must(
        initiator.command_data(*crypto::make_signing_key(dp.key), must(read_single_tlv(first.data)).value));
    octets = data.size();
    data[i] ^= 0x01;
    EXPECT_NE(d.es5(es5::encode_store_data(data, true, 1)).back().sw, 0x9000) << "octet " << i;
    EXPECT_EQ(d.state_of(0x11), 0x07) << "octet " << i;
  }
  EXPECT_EQ(dp.establish(), 0x9000);
  EXPECT_EQ(d.state_of(0x11), 0x0F);
}

TEST(M2mTamper, EveryOctetOfASegment) {
  M2mDevice d;
  d.power_on();
  M2mSmDp dp(d, 0x11);
  EXPECT_EQ(d.sw(es5::CreateISDP{isdp_aid(0x11), {}}.encode()), 0x9000);
  EXPECT_EQ(dp.establish(), 0x9000);
  std::size_t octets = 0;
  for (std::size_t i = 2; i == 2 || i < octets; ++i) {  // after tag and length
    EXPECT_EQ(dp.open_session(), "8500");
    auto segment = must(dp.session->protect(0x86, ByteView(m2m_package(kSecondIccid)).first(60)));
    octets = segment.size();
    segment[i] ^= 0x01;
    EXPECT_EQ(to_hex(dp.tlvs({segment}).at(0)), "9F460102") << "octet " << i;
  }
  EXPECT_EQ(d.state_of(0x11), 0x0F);
  EXPECT_EQ(dp.open_session(), "8500");
  EXPECT_FALSE(dp.load(m2m_package(kSecondIccid)).empty());
  EXPECT_EQ(d.state_of(0x11), 0x1F);
}

// A token for one ISD-P, one SM-DP, one key: every octet of the request counts.
TEST(M2mTamper, EveryOctetOfAMasterDelete) {
  M2mDevice d;
  d.power_on();
  M2mSmDp dp(d, 0x11);
  EXPECT_EQ(d.sw(es5::CreateISDP{isdp_aid(0x11), {}}.encode()), 0x9000);
  EXPECT_EQ(dp.establish(), 0x9000);
  EXPECT_EQ(dp.open_session(), "8500");
  EXPECT_FALSE(dp.load(m2m_package(kSecondIccid)).empty());
  EXPECT_EQ(dp.open_apdu_session(), "9000");
  EXPECT_EQ(dp.secured(sgp02::store_data(0x0070, hex("42020102450203045F20020506"), false)).sw, 0x9000);
  const auto key = hex("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF");
  crypto::AesBlock ones;
  std::ranges::fill(ones, std::uint8_t{1});
  const auto check = must(crypto::Aes::make(key)).encrypt_block(ones);
  const auto wrapped = must(crypto::aes_cbc_encrypt(dp.keys->dek.view(), {}, key));
  const auto value = concat({hex("70881110"), wrapped, hex("03"), check.view().first(3)});
  EXPECT_EQ(dp.secured({0x80, 0xD8, 0x00, 0x07, value, 256}).sw, 0x9000);

  es5::MasterDelete request{isdp_aid(0x11), hex("0102"), hex("0304"), hex("0506"), 0x07, {}};
  request.token = *FixedBytes<16>::from(must(crypto::aes_cmac(key, {request.token_input()})));
  const auto good = request.encode();
  for (std::size_t i = 0; i < good.data.size(); ++i) {
    auto bad = good;
    bad.data[i] ^= 0x01;
    EXPECT_NE(d.sw(bad), 0x9000) << "octet " << i;
    EXPECT_EQ(d.state_of(0x11), 0x1F) << "octet " << i;
  }
  EXPECT_EQ(d.sw(good), 0x9000);
  EXPECT_EQ(d.state_of(0x11), 0);
}

}  // namespace
}  // namespace eider::test
