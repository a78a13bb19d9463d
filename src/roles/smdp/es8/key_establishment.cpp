#include "roles/smdp/es8/key_establishment.hpp"

#include "roles/smdp/es8/answers.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::smdp::es8 {
namespace {
namespace scenario3 = channel::scenario3;
namespace es5 = sgp02::es5;
using Check = VerificationFault::Check;
constexpr Tag kChallenge = 0x85;
constexpr std::uint8_t kLastBlock = 0x80;

scenario3::ControlReferenceTemplate crt_of(const KeyEstablishmentOptions& o) {
  scenario3::ControlReferenceTemplate crt;
  crt.parameters = o.parameters;
  crt.key_length = o.key_length;
  crt.key_version = o.key_version;
  if ((o.parameters & scenario3::kHostId) != 0) {
    crt.host_id = o.host_id;
    crt.sdin = o.names.sdin;
  }
  return crt;
}
}  // namespace

KeyEstablishment::KeyEstablishment(const Aid& isdp, const crypto::PublicKey& ecasd,
                                   const DpCredential& credential, KeyEstablishmentOptions options,
                                   Random& random)
    : isdp_(isdp),
      credential_(credential),
      options_(std::move(options)),
      initiator_(crt_of(options_), ecasd, random, options_.key_form) {}

std::string_view KeyEstablishment::step() const {
  switch (step_) {
    case Step::kCertificate:
      return "EstablishISDPKeySet, certificate";
    case Step::kKeys:
      return "EstablishISDPKeySet, keys";
    case Step::kDone:
      break;
  }
  return "EstablishISDPKeySet, done";
}

Result<SendData> KeyEstablishment::next() {
  SendData out{isdp_, {}, true};
  if (options_.to_isd_r) out.sd_aid = *Aid::from(sgp22::kIsdRAid);
  if (step_ == Step::kCertificate) {
    // One script: what INSTALL [for personalization] selects holds until the session ends.
    if (options_.to_isd_r) append_command(out.data, es5::encode_install_for_personalization(isdp_));
    auto blocks = es5::encode_certificate(credential_.certificate.octets());
    blocks.back().p1 &= static_cast<std::uint8_t>(~kLastBlock);  // 3A02 follows
    for (const auto& block : blocks) append_command(out.data, block);
    blocks_ = static_cast<std::uint8_t>(blocks.size());
    commands_ = blocks.size() + (options_.to_isd_r ? 1 : 0);
    return out;
  }
  if (step_ == Step::kKeys) {
    EIDER_TRY(data, initiator_.command_data(*credential_.key, challenge_));
    const auto blocks = es5::encode_store_data(data, true, blocks_);
    for (const auto& block : blocks) append_command(out.data, block);
    commands_ = blocks.size();
    return out;
  }
  return fail_local("the key set is established");
}

Status KeyEstablishment::take_challenge(ByteView euicc_response) {
  EIDER_TRY(responses, expect_success(euicc_response, commands_));
  EIDER_TRY(rc, read_single_tlv(responses.back().data));
  if (rc.tag != kChallenge || (rc.value.size() != 16 && rc.value.size() != 32))
    return fail_verification(Check::kFormat,
                             "the answer to DGI 3A01 is 85 with a challenge of 16 or 32 octets");
  challenge_ = to_bytes(rc.value);
  step_ = Step::kKeys;
  return {};
}

Status KeyEstablishment::take_receipt(ByteView euicc_response) {
  EIDER_TRY(responses, expect_success(euicc_response, commands_));
  EIDER_TRY(set, initiator_.finish(responses.back().data, options_.names));
  keys_ = {std::move(set.keys[0]), std::move(set.keys[1]), std::move(set.keys[2])};
  step_ = Step::kDone;
  return {};
}

Status KeyEstablishment::answer(ByteView euicc_response) {
  if (step_ == Step::kCertificate) return take_challenge(euicc_response);
  if (step_ == Step::kKeys) return take_receipt(euicc_response);
  return fail_local("the key set is established");
}

}  // namespace eider::smdp::es8
