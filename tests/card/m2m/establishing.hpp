// The SM-SR's side of EstablishISDRKeySet for tests of the card (SGP.02 v4.2 section 4.1.1.8).
#pragma once
#include <gtest/gtest.h>

#include "channel/scenario3.hpp"
#include "codec/tlv.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {

struct Establishing {
  M2mDevice& d;
  SeededRandom random{9};
  crypto::PrivateKey smsr = crypto::PrivateKey::generate(crypto::Curve::kP256, random);
  crypto::GpRole role = crypto::GpRole::kSmSr;
  std::optional<std::size_t> altered;  // octet of the second command's data that somebody changes on its way
  std::size_t octets = 0;              // of that data
  std::uint16_t last_sw = 0;

  ResponseApdu certificate() {
    std::vector<CommandApdu> commands =
        sgp02::es5::encode_certificate(gp_certificate(role, smsr.public_key()).octets());
    return d.es5(commands).back();
  }
  static channel::scenario3::ControlReferenceTemplate scp80(std::uint8_t version) {
    channel::scenario3::ControlReferenceTemplate crt;
    crt.parameters = channel::scenario3::kCertificate | channel::scenario3::kDerivationRandom;
    crt.key_version = version;
    return crt;
  }
  std::optional<channel::scenario3::KeySet> second(const channel::scenario3::ControlReferenceTemplate& crt,
                                                   ByteView challenge) {
    const auto ecasd = must(crypto::GpCertificate::decode(d.made.personalisation.m2m->ecasdCertificate));
    const channel::scenario3::Initiator initiator(crt, ecasd.public_key(), random);
    auto data = must(initiator.command_data(*crypto::make_signing_key(smsr), challenge));
    octets = data.size();
    if (altered) data.at(*altered) ^= 0x01;
    const auto answer = d.es5(sgp02::es5::encode_store_data(data, true, 1)).back();
    last_sw = answer.sw;
    if (answer.sw != 0x9000) return std::nullopt;
    return must(initiator.finish(answer.data, {hex("0102"), hex("0304")}));
  }
  Bytes challenge() {
    const auto answer = certificate();
    EXPECT_EQ(answer.sw, 0x9000);
    return to_bytes(must(read_single_tlv(answer.data)).value);
  }
};

}  // namespace eider::test
