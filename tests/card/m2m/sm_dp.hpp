// The SM-DP's side of ES8 for tests of the card.
#pragma once
#include <gtest/gtest.h>

#include "channel/scenario3.hpp"
#include "channel/scp03.hpp"
#include "codec/tlv.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {

// An SM-DP with one ISD-P, which has been created, over the SM-SR's channel.
struct M2mSmDp {
  M2mDevice& d;
  std::uint16_t instance;
  SeededRandom random{9};
  crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::Curve::kP256, random);
  crypto::GpRole role = crypto::GpRole::kSmDp;
  std::optional<channel::scp03::Keys> keys;
  std::optional<channel::scp03::Session> session;

  explicit M2mSmDp(M2mDevice& device, std::uint16_t isd_p) : d(device), instance(isd_p) {}

  ResponseApdu certificate() {
    std::vector<CommandApdu> commands = {sgp02::es5::encode_install_for_personalization(isdp_aid(instance))};
    for (auto& c : sgp02::es5::encode_certificate(gp_certificate(role, key.public_key()).octets()))
      commands.push_back(std::move(c));
    return d.es5(commands).back();
  }
  std::uint16_t establish(std::uint8_t parameters = channel::scenario3::kDeleteKeySets |
                                                    channel::scenario3::kDerivationRandom |
                                                    channel::scenario3::kCertificate) {
    const auto first = certificate();
    if (first.sw != 0x9000) return first.sw;
    channel::scenario3::ControlReferenceTemplate crt;
    crt.parameters = parameters;
    crt.key_version = 0x30;
    const auto ecasd = must(crypto::GpCertificate::decode(d.made.personalisation.m2m->ecasdCertificate));
    const channel::scenario3::Initiator initiator(crt, ecasd.public_key(), random);
    const auto challenge = must(read_single_tlv(first.data)).value;
    const auto data = must(initiator.command_data(*crypto::make_signing_key(key), challenge));
    const auto second = d.es5(sgp02::es5::encode_store_data(data, true, 1)).back();
    if (second.sw != 0x9000) return second.sw;
    const auto set = must(initiator.finish(second.data, {hex("0102"), hex("0304")}));
    keys = channel::scp03::Keys{set.keys[0], set.keys[1], set.keys[2]};
    return 0x9000;
  }

  std::string tar() const {
    return to_hex(Bytes{0, static_cast<std::uint8_t>(instance >> 8), static_cast<std::uint8_t>(instance)});
  }
  // TLVs of SCP03t as one script; their answers.
  std::vector<Bytes> tlvs(const std::vector<Bytes>& commands, bool definite = true) {
    Bytes body;
    for (const auto& c : commands) append(body, c);
    const auto answer =
        d.script(definite ? make_tlv(0xAA, body) : concat({hex("AE80"), body, hex("0000")}), tar());
    std::vector<Bytes> out;
    if (definite) {
      for (const auto& t : must(read_tlvs(must(read_single_tlv(answer)).value)))
        out.push_back(to_bytes(t.whole));
      const auto executed =
          std::ranges::count_if(out, [](const Bytes& t) { return t[0] != 0x80 && t[0] != 0x90; });
      EXPECT_EQ(to_hex(out.at(0)), to_hex(Bytes{0x80, 0x01, static_cast<std::uint8_t>(executed)}));
      out.erase(out.begin());
    } else {
      EXPECT_EQ(to_hex(ByteView(answer).first(2)), "AF80");
      for (const auto& t : must(read_tlvs(ByteView(answer).subspan(2, answer.size() - 4))))
        out.push_back(to_bytes(t.whole));
    }
    return out;
  }
  std::string open_session() {
    channel::scp03::InitializeUpdate update{0x30, 0x00, *channel::scp03::Challenge::from(random.bytes(8))};
    const auto answer = tlvs({update.tlv()}).at(0);
    if (answer[0] == 0x9F) return to_hex(answer);
    const auto init =
        must(channel::scp03::InitializeUpdateAnswer::decode(must(read_single_tlv(answer)).value));
    session = must(channel::scp03::Session::make(*keys, update.host_challenge, init.card_challenge));
    EXPECT_EQ(to_hex(session->card_cryptogram()), to_hex(init.card_cryptogram));
    return to_hex(tlvs({must(session->authenticate_tlv())}).at(0));
  }
  // The last answer, opened.
  Bytes load(ByteView package, std::size_t segment = 1007) {
    Bytes last;
    for (std::size_t at = 0; at < package.size(); at += segment) {
      const auto part = package.subspan(at, std::min(segment, package.size() - at));
      const auto answer = tlvs({must(session->protect(0x86, part))}, at % 2 == 0).at(0);
      if (answer[0] == 0x9F) return answer;
      last = must(session->open_answer(0x86, answer));
      if (!last.empty()) break;
    }
    return last;
  }
  // One command protected by SCP03.
  ResponseApdu secured(const CommandApdu& command) {
    const auto wrapped = must(session->wrap(command)).encode();
    const auto answer = d.script(
        must(etsi::encode_script(std::vector<Bytes>{wrapped}, etsi::ScriptFormat::kExpanded)), tar());
    const auto r = must(etsi::ScriptResponse::decode(answer, etsi::ScriptFormat::kExpanded)).responses.back();
    return must(session->unwrap(r));
  }
  std::string open_apdu_session() {
    channel::scp03::InitializeUpdate update{0x30, 0x00, *channel::scp03::Challenge::from(random.bytes(8))};
    const auto run = [&](const CommandApdu& c) {
      const auto answer = d.script(
          must(etsi::encode_script(std::vector<Bytes>{c.encode()}, etsi::ScriptFormat::kExpanded)), tar());
      return must(etsi::ScriptResponse::decode(answer, etsi::ScriptFormat::kExpanded)).responses.back();
    };
    const auto init = must(channel::scp03::InitializeUpdateAnswer::decode(run(update.apdu()).data));
    session = must(channel::scp03::Session::make(*keys, update.host_challenge, init.card_challenge));
    const auto r = run(must(session->authenticate_apdu(channel::scp03::kAll)));
    return to_hex(Bytes{static_cast<std::uint8_t>(r.sw >> 8), static_cast<std::uint8_t>(r.sw)});
  }
};

}  // namespace eider::test
