#include "roles/smdp/es8/scp03_script.hpp"

#include "roles/smdp/es8/answers.hpp"
#include "spec/sgp02/store_data.hpp"

namespace eider::smdp::es8 {
namespace {
namespace scp03 = channel::scp03;
using Check = VerificationFault::Check;
constexpr std::uint8_t kPutKey = 0xD8, kAes = 0x88;

// GlobalPlatform Amendment D section 4.1.1: the first octets of AES over sixteen times 01.
Result<Bytes> key_check_value(const Secret& key) {
  EIDER_TRY(aes, crypto::Aes::make(key.view()));
  crypto::AesBlock ones;
  ones.fill(0x01);
  return to_bytes(aes.encrypt_block(ones).view().first(3));
}
}  // namespace

Scp03Script::Scp03Script(const Aid& isdp, const scp03::Keys& keys, std::uint8_t key_version,
                         std::vector<CommandApdu> commands, std::string name, bool more_to_do_after,
                         Random& random)
    : isdp_(isdp),
      keys_(keys),
      commands_(std::move(commands)),
      name_(std::move(name)),
      more_to_do_after_(more_to_do_after) {
  init_ = {key_version, 0, random.fixed<8>()};
}

Result<SendData> Scp03Script::next() {
  SendData out{isdp_, {}, true};
  if (step_ == Step::kDone) return fail_local("the commands are done");
  if (step_ == Step::kInitialize) {
    append_command(out.data, init_.apdu());
    return out;
  }
  waiting_.clear();
  EIDER_TRY(authenticate, session_->authenticate_apdu(scp03::kAll));
  append_command(out.data, authenticate);
  waiting_.push_back(session_->answer_state());
  for (const auto& plain : commands_) {
    EIDER_TRY(command, session_->wrap(plain));
    append_command(out.data, command);
    waiting_.push_back(session_->answer_state());
  }
  out.more_to_do = more_to_do_after_;
  return out;
}

Status Scp03Script::take_challenge(ByteView euicc_response) {
  EIDER_TRY(responses, expect_success(euicc_response, 1));
  EIDER_TRY(update, scp03::InitializeUpdateAnswer::decode(responses[0].data));
  if (update.key_version != init_.key_version)
    return fail_verification(Check::kBinding, "the card opened the channel with another key set");
  EIDER_TRY(session, scp03::Session::make(keys_, init_.host_challenge, update.card_challenge));
  if (!equal_constant_time(session.card_cryptogram(), update.card_cryptogram))
    return fail_verification(Check::kMac,
                             "the card's cryptogram is wrong: it does not hold the keys of this ISD-P");
  session_.emplace(std::move(session));
  step_ = Step::kCommands;
  return {};
}

// The answer to EXTERNAL AUTHENTICATE has no MAC; those to commands have one, or are a refusal.
Status Scp03Script::take_answers(ByteView euicc_response) {
  EIDER_TRY(responses, expect_success(euicc_response, waiting_.size()));
  if (responses.size() != waiting_.size())
    return fail_verification(Check::kFormat, "commands were left without an answer");
  for (std::size_t i = 1; i < responses.size(); ++i) EIDER_CHECK(session_->unwrap(responses[i], waiting_[i]));
  step_ = Step::kDone;
  return {};
}

Status Scp03Script::answer(ByteView euicc_response) {
  if (step_ == Step::kInitialize) return take_challenge(euicc_response);
  if (step_ == Step::kCommands) return take_answers(euicc_response);
  return fail_local("the commands are done");
}

Result<CommandApdu> update_connectivity_parameters(ByteView parameters) {
  const auto members = read_tlvs(parameters);
  if (!members || members->empty()) return fail(StatusWord{0x6A80});
  for (const auto& m : *members)
    if (m.tag < 0xA0 || m.tag > 0xA2) return fail(StatusWord{0x6A80});
  return sgp02::store_data(0x3A07, parameters, false);
}

CommandApdu store_domain_data(const DomainData& data) {
  Bytes value = make_tlv(0x45, data.image_number);
  append_tlv(value, 0x42, data.provider_id);
  append_tlv(value, 0x5F20, data.application_provider_id);
  return sgp02::store_data(0x0070, value, false);
}

Result<CommandApdu> put_token_key(const Secret& key, std::uint8_t token_identifier, const Secret& dek) {
  EIDER_TRY(wrapped, crypto::aes_cbc_encrypt(dek.view(), {}, key.view()));
  EIDER_TRY(check, key_check_value(key));
  Bytes data = {sgp02::es5::kTokenKeyVersion, kAes, static_cast<std::uint8_t>(wrapped.size() + 1),
                static_cast<std::uint8_t>(key.size())};
  append(data, wrapped);
  data.push_back(static_cast<std::uint8_t>(check.size()));
  append(data, check);
  return CommandApdu{0x80, kPutKey, 0x00, token_identifier, std::move(data), 256};
}

}  // namespace eider::smdp::es8
