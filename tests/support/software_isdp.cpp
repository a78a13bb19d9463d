#include "support/software_isdp.hpp"

#include "codec/tlv.hpp"
#include "spec/sgp02/store_data.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::test {
namespace {
namespace scp03 = channel::scp03;
namespace scenario3 = channel::scenario3;
namespace es5 = sgp02::es5;

ResponseApdu sw(std::uint16_t value) {
  return {{}, value};
}
}  // namespace

Bytes euicc_response(std::initializer_list<saip::PeStatusCode> statuses, bool aborted) {
  saip::EuiccResponse response;
  std::uint16_t n = 0;
  for (const auto status : statuses) {
    saip::PeStatus element;
    element.status = status;
    element.identification = ++n;
    response.peStatus.push_back(element);
  }
  if (aborted) response.profileInstallationAborted.emplace();
  return der::encode(response);
}

const SoftwareIsdp::Isdp* SoftwareIsdp::find(const Aid& aid) const {
  const auto it = isdps_.find(aid);
  return it == isdps_.end() ? nullptr : &it->second;
}

void SoftwareIsdp::end_session() {
  personalised_.reset();
  session_.reset();
  blocks_.clear();
}

std::optional<std::uint16_t> SoftwareIsdp::refusal(const std::string& what) const {
  const auto it = refuse.find(what);
  return it == refuse.end() ? std::nullopt : std::optional(it->second);
}

Bytes SoftwareIsdp::send_data(const Aid& sd_aid, ByteView data) {
  const auto members = read_tlvs(data);
  if (!members || members->empty()) return hex("900101");
  if ((*members)[0].tag == 0x22) {
    std::vector<Bytes> commands;
    for (const auto& m : *members) commands.push_back(to_bytes(m.value));
    return apdus(sd_aid, commands);
  }
  Bytes out;
  for (const auto& m : *members) {
    const auto it = isdps_.find(sd_aid);
    if (it == isdps_.end()) return hex("9F440103");
    const auto answer = scp03t(it->second, sd_aid, m.whole);
    append(out, answer);
    if (!answer.empty() && answer[0] == 0x9F) break;  // the card stops at an error
  }
  return out;
}

Bytes SoftwareIsdp::apdus(const Aid& sd_aid, const std::vector<Bytes>& commands) {
  Bytes out;
  for (const auto& octets : commands) {
    const auto command = parse_command(octets);
    auto response = sw(0x6700);
    if (command && command->ins == 0xE6 && command->p1 == 0x20) {
      const auto aid = es5::decode_install_for_personalization(*command);
      const bool known = aid && isdps_.contains(*aid);
      if (known) personalised_ = *aid;
      response = sw(refusal("INSTALL").value_or(known ? 0x9000 : 0x6A88));
      if (response.sw == 0x9000) response.data = {0x00};
    } else if (command) {
      current_ = equal(sd_aid, sgp22::kIsdRAid) && personalised_ ? *personalised_ : sd_aid;
      const auto it = isdps_.find(current_);
      response = it == isdps_.end() ? sw(0x6A88) : apdu(it->second, *command);
    }
    append_tlv(out, 0x23, response.encode());
    if (response.sw != 0x9000) break;
  }
  return out;
}

ResponseApdu SoftwareIsdp::apdu(Isdp& isdp, const CommandView& command) {
  if (command.ins == 0x50) {
    const auto host = scp03::Challenge::from(command.data);
    if (!host) return sw(0x6700);
    const auto answer = initialize(isdp, current_, {command.p1, command.p2, *host});
    return answer ? ResponseApdu{answer->encode(), 0x9000} : sw(0x6A88);
  }
  if (command.cla == 0x84) return secured(isdp, command);
  if (command.ins == 0xE2) return store_data(isdp, command);
  return sw(0x6D00);
}

// Blocks of step 1 and step 2 are one chain: 3A01 is whole with its 7F21, 3A02 ends the chain.
ResponseApdu SoftwareIsdp::store_data(Isdp& isdp, const CommandView& command) {
  append(blocks_, command.data);
  if (sgp02::dgi_of(blocks_) == 0x3A01) {
    if (!sgp02::dgi_value(blocks_)) return sw(0x9000);  // more to come
    return certificate(std::exchange(blocks_, {}));
  }
  if ((command.p1 & 0x80) == 0) return sw(0x9000);
  return establish(isdp, std::exchange(blocks_, {}));
}

ResponseApdu SoftwareIsdp::certificate(ByteView data) {
  if (const auto r = refusal("3A01")) return sw(*r);
  const auto value = sgp02::dgi_value(data);
  const auto cert = value ? crypto::GpCertificate::decode(*value) : fail(StatusWord{0x6A80});
  if (!cert || cert->fields().role != crypto::GpRole::kSmDp) return sw(0x6A80);
  if (!cert->verify(ci_)) return sw(0x6982);
  dp_key_ = cert->public_key();
  rc_ = challenge.empty() ? random_.bytes(16) : challenge;
  return {make_tlv(0x85, rc_), 0x9000};
}

ResponseApdu SoftwareIsdp::establish(Isdp& isdp, ByteView data) {
  if (const auto r = refusal("3A02")) return sw(*r);
  const auto rc = std::exchange(rc_, {});
  const auto c = scenario3::CommandData::decode(data, ecasd_.curve());
  if (!c || !dp_key_ || rc.empty()) return sw(0x6A80);
  if (!crypto::verify(*dp_key_, scenario3::signature_input(c->crt_tlv, c->public_key_tlv, rc), c->signature))
    return sw(0x6982);
  Bytes dr;
  if ((c->crt.parameters & scenario3::kDerivationRandom) != 0)
    dr = derivation_random.empty() ? random_.bytes(16) : derivation_random;
  const auto shared = ecasd_.agree(c->one_time_key);
  if (!shared) return sw(0x6A80);
  const auto set = scenario3::derive(shared->view(), c->crt, dr, {});
  const auto receipt = scenario3::receipt(set, c->crt_tlv, dr);
  if (!receipt || set.keys.size() != 3) return sw(0x6A80);
  isdp.keys = scp03::Keys{set.keys[0], set.keys[1], set.keys[2]};
  isdp.key_version = c->crt.key_version;
  isdp.sequence = 0;
  return {scenario3::encode_answer(dr, *receipt), 0x9000};
}

std::optional<scp03::InitializeUpdateAnswer> SoftwareIsdp::initialize(
    Isdp& isdp, const Aid& aid, const scp03::InitializeUpdate& command) {
  session_.reset();
  if (!isdp.keys || (command.key_version != 0 && command.key_version != isdp.key_version))
    return std::nullopt;
  ++isdp.sequence;
  const std::uint8_t counter[] = {static_cast<std::uint8_t>(isdp.sequence >> 16),
                                  static_cast<std::uint8_t>(isdp.sequence >> 8),
                                  static_cast<std::uint8_t>(isdp.sequence)};
  const auto sequence = *scp03::Sequence::from(counter);
  const auto own = scp03::card_challenge(isdp.keys->enc.view(), sequence, aid);
  if (!own) return std::nullopt;
  auto session = scp03::Session::make(*isdp.keys, command.host_challenge, *own);
  if (!session) return std::nullopt;
  session_.emplace(*std::move(session));
  return scp03::InitializeUpdateAnswer{{}, isdp.key_version, *own, session_->card_cryptogram(), sequence};
}

ResponseApdu SoftwareIsdp::secured(Isdp& isdp, const CommandView& command) {
  if (!session_) return sw(0x6985);
  if (command.ins == 0x82) return sw(session_->accept_apdu(command) ? 0x9000 : 0x6300);
  const auto plain = session_->unwrap(command);
  if (!plain) return sw(0x6982);
  const CommandView view{plain->cla, plain->ins, plain->p1, plain->p2, plain->data, plain->le, false};
  const auto answer = session_->wrap(administer(isdp, view));
  return answer ? *answer : sw(0x6982);
}

ResponseApdu SoftwareIsdp::administer(Isdp& isdp, const CommandView& plain) {
  if (plain.ins == 0xD8) {
    if (const auto r = refusal("PUT KEY")) return sw(*r);
    // 70 88 11 10 <key> 03 <kcv>
    if (plain.data.size() != 24 || plain.data[0] != 0x70 || plain.data[1] != 0x88) return sw(0x6A80);
    auto key = crypto::aes_cbc_decrypt(isdp.keys->dek.view(), {}, plain.data.subspan(4, 16));
    if (!key) return sw(0x6A80);
    isdp.token_key = *std::move(key);
    isdp.token_identifier = plain.p2;
    return {{0x70, 0x03, 0x00, 0x00, 0x00}, 0x9000};
  }
  const auto dgi = sgp02::dgi_of(plain.data);
  const auto value = sgp02::dgi_value(plain.data);
  if (plain.ins != 0xE2 || !value) return sw(0x6A80);
  if (dgi == 0x0070) {
    if (const auto r = refusal("0070")) return sw(*r);
    isdp.domain_data = to_bytes(*value);
  } else if (dgi == 0x3A07) {
    if (const auto r = refusal("3A07")) return sw(*r);
    isdp.connectivity = to_bytes(*value);
  } else {
    return sw(0x6A88);
  }
  return sw(0x9000);
}

Bytes SoftwareIsdp::installed(Isdp& isdp) {
  if (installer) {
    auto said = installer(isdp.package);
    if (const auto response = der::decode<saip::EuiccResponse>(said))
      isdp.installed = !response->profileInstallationAborted;
    return said;
  }
  if (isdp.package.size() < complete_at) return {};
  isdp.installed = true;
  return euicc_response({saip::PeStatusCode::kOk});
}

Bytes SoftwareIsdp::scp03t(Isdp& isdp, const Aid& aid, ByteView tlv) {
  const auto tag = tlv[0];
  if (tag == 0x84) {
    const auto command = scp03::InitializeUpdate::from_tlv(tlv);
    if (!command) return scp03::error_answer(tag, scp03::TlvError::kStructure);
    const auto answer = initialize(isdp, aid, *command);
    if (!answer) return scp03::error_answer(tag, scp03::TlvError::kNoKey);
    return make_tlv(0x84, answer->encode());
  }
  if (!session_) return scp03::error_answer(tag, scp03::TlvError::kSecurity);
  if (tag == 0x85) {
    const auto accepted = session_->accept_tlv(tlv);
    return accepted ? hex("8500") : scp03::error_answer(tag, scp03::tlv_error(accepted.error()));
  }
  const auto plain = session_->open(0x86, tlv);
  if (!plain) return scp03::error_answer(tag, scp03::tlv_error(plain.error()));
  ++isdp.segments;
  append(isdp.package, *plain);
  const auto answer = session_->protect_answer(0x86, installed(isdp));
  return answer ? *answer : scp03::error_answer(tag, scp03::TlvError::kSecurity);
}

}  // namespace eider::test
