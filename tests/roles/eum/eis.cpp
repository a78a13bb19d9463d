#include "roles/eum/eis.hpp"

#include <gtest/gtest.h>

#include "crypto/transport_key.hpp"
#include "spec/sgp02/soap.hpp"
#include "support/test_pki.hpp"

namespace eider::eum {
namespace {

using Check = VerificationFault::Check;

const Bytes kTransportKey = hex("00112233445566778899AABBCCDDEEFF");
const Bytes kScp80Key = hex("202122232425262728292A2B2C2D2E2F");

struct Made {
  test::TestPki pki = test::make_test_pki({crypto::Curve::kP256});
  const crypto::PkiItem& eum = pki.get(crypto::CertificateRole::kEum);
  crypto::SigningKeyPtr key = crypto::make_signing_key(*eum.key);
  EisPlan plan;

  Made() {
    SeededRandom random(3);
    plan.eid = *sgp22::parse_eid("89001012012341234012345678901224");
    plan.eum_id = sgp02::EntityId("2.999.5");
    plan.smsr_id = sgp02::EntityId("2.999.20");
    plan.production_date = test::pki_time();
    crypto::GpCertificateFields fields;
    fields.serial_number = hex("01");
    fields.ca_identifier = hex("89049032");
    fields.subject = to_bytes(plan.eid.view());
    fields.key_usage = static_cast<std::uint16_t>(crypto::GpKeyUsage::kEcasdAgreement);
    fields.expiration = "20400101";
    const auto card = crypto::PrivateKey::generate(crypto::Curve::kP256, random);
    plan.ecasd_certificate =
        to_bytes(crypto::GpCertificate::issue(fields, card.public_key(), *key)->octets());
    plan.ecasd_sin = hex("0102");
    plan.ecasd_sdin = hex("0304");
    plan.isdr_key_sets.push_back({1, sgp02::KeySetType::kScp80, 0, {}});
    plan.isdr_key_sets[0].keys.push_back({1, 0x88, Secret(kScp80Key)});
    plan.remaining_memory = plan.available_memory = 500'000;
  }
  Result<sgp02::Eis> make() const { return make_eis(plan, eum.certificate, *key, kTransportKey); }
};

std::string over_es1(const sgp02::Eis& eis) {
  sgp02::MessageHeader header;
  return sgp02::soap::encode(header, sgp02::Interface::kEs1, sgp02::es1::RegisterEISRequest{{"c", {}}, eis});
}
Result<sgp02::Eis> read(const std::string& text) {
  const auto message = sgp02::soap::decode(as_bytes(text));
  if (!message) return fail(message.error().fault());
  return message->as<sgp02::es1::RegisterEISRequest>()->eis;
}

TEST(Eis, TheSignatureSurvivesTheWayOverThreeServers) {
  const Made m;
  const auto eis = m.make();
  ASSERT_TRUE(eis) << eis.error().message();
  EXPECT_TRUE(sgp02::verify_eum_info(eis->eumSigned, m.eum.certificate));
  auto at_first = read(over_es1(*eis));
  ASSERT_TRUE(at_first) << at_first.error().message();
  EXPECT_TRUE(sgp02::verify_eum_info(at_first->eumSigned, m.eum.certificate));
  EXPECT_EQ(at_first->eumSigned.info, eis->eumSigned.info);
  EXPECT_EQ(at_first->isdR, eis->isdR);
  auto at_second = read(over_es1(*at_first));
  ASSERT_TRUE(at_second);
  EXPECT_TRUE(sgp02::verify_eum_info(at_second->eumSigned, m.eum.certificate));
  EXPECT_EQ(at_second->eumSigned.signedInfoXml, at_first->eumSigned.signedInfoXml);
}

TEST(Eis, KeysTravelWrapped) {
  const Made m;
  const auto eis = m.make();
  ASSERT_TRUE(eis);
  EXPECT_EQ(over_es1(*eis).find(to_hex(kScp80Key)), std::string::npos);
  const auto& key = eis->isdR->keySets.at(0).keys.at(0);
  const auto& component = key.keyComponents.at(0);
  EXPECT_EQ(
      to_bytes(crypto::unwrap_transported(component.type, component.value, kTransportKey, key.kcv)->view()),
      kScp80Key);
}

TEST(Eis, EveryChangeOfTheSignedPartIsNoticed) {
  const Made m;
  const auto eis = m.make();
  ASSERT_TRUE(eis);
  const auto text = over_es1(*eis);
  const std::pair<std::string, std::string> changes[] = {
      {"89001012012341234012345678901224</rps:Eid>", "89001012012341234012345678901321</rps:Eid>"},
      {"2.999.5</rps:Eum-id>", "2.999.6</rps:Eum-id>"},
      {"<rps:HttpSupport>true", "<rps:HttpSupport>false"},
      {"<rps:Sin>0102", "<rps:Sin>0103"},
      {"<rps:PlatformType>Eider", "<rps:PlatformType>Other"},
      {"<rps:EuiccCapabilities>", "<rps:EuiccCapabilities><rps:New/>"},
  };
  for (const auto& [what, by] : changes) {
    auto changed = text;
    const auto at = changed.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    changed.replace(at, what.size(), by);
    const auto received = read(changed);
    ASSERT_TRUE(received) << what;
    const auto verified = sgp02::verify_eum_info(received->eumSigned, m.eum.certificate);
    ASSERT_FALSE(verified) << what;
    EXPECT_EQ(verified.error().as<VerificationFault>()->check, Check::kBinding) << what;
  }
}

// The signed block moved to where nobody looks, another one in its place.
TEST(Eis, AWrappedSignatureIsRefused) {
  const Made m;
  const auto eis = m.make();
  ASSERT_TRUE(eis);
  auto forged = *eis;
  forged.eumSigned.info.eid = *sgp22::parse_eid("89044045930000000000001492000033");
  EXPECT_FALSE(sgp02::verify_eum_info(forged.eumSigned, m.eum.certificate));  // values that were not signed

  const auto text = over_es1(*eis);
  const auto begin = text.find("<rps:EumSignedInfo"), end = text.find("</rps:EumSignedInfo>") + 20;
  const auto block = text.substr(begin, end - begin);
  auto other = block;
  other.replace(other.find("89001012012341234012345678901224"), 32, "89044045930000000000001492000033");
  EXPECT_FALSE(read(text.substr(0, begin) + other + block + text.substr(end)));  // twice
  const auto hidden = read(text.substr(0, begin) + other + "<x:Old xmlns:x=\"urn:x\">" + block + "</x:Old>" +
                           text.substr(end));
  ASSERT_TRUE(hidden);
  EXPECT_FALSE(sgp02::verify_eum_info(hidden->eumSigned, m.eum.certificate));
}

// A comment splits a value for who reads the first text node only; canonical forms leave it out.
TEST(Eis, ACommentInAValueChangesNothing) {
  const Made m;
  const auto eis = m.make();
  ASSERT_TRUE(eis);
  auto text = over_es1(*eis);
  text.insert(text.find("2.999.5</rps:Eum-id>") + 3, "<!-- x -->");
  const auto received = read(text);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->eumSigned.info.eumId.dotted(), "2.999.5");
  EXPECT_TRUE(sgp02::verify_eum_info(received->eumSigned, m.eum.certificate));
}

TEST(Eis, AnotherEumAndNoSignatureAreRefused) {
  const Made m;
  const auto eis = m.make();
  ASSERT_TRUE(eis);
  const auto other_pki = test::make_test_pki({crypto::Curve::kP256}, 9);
  const auto other =
      sgp02::verify_eum_info(eis->eumSigned, other_pki.get(crypto::CertificateRole::kEum).certificate);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().as<VerificationFault>()->check, Check::kChain);
  auto bare = *eis;
  bare.eumSigned.signatureXml.clear();
  EXPECT_FALSE(sgp02::verify_eum_info(bare.eumSigned, m.eum.certificate));
}

TEST(Eis, WhatDoesNotFitIsNotMade) {
  Made m;
  m.plan.isdr_key_sets.push_back(m.plan.isdr_key_sets[0]);
  EXPECT_FALSE(m.make());  // a key version twice
  Made n;
  n.plan.eid = *sgp22::parse_eid("89044045930000000000001492000033");
  EXPECT_FALSE(n.make());  // the ECASD's certificate is for another card
  n.plan.ecasd_certificate = hex("7F2100");
  EXPECT_FALSE(n.make());
}

}  // namespace
}  // namespace eider::eum
