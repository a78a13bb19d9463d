// A session of SCP03 with an ISD-P in APDUs, and what is done in it: SGP.02 v4.2 sections 4.1.3.4 and 3.6.
#pragma once
#include "base/random.hpp"
#include "channel/scp03.hpp"
#include "roles/smdp/es8/exchange.hpp"

namespace eider::smdp::es8 {

// INITIALIZE UPDATE in one SendData; EXTERNAL AUTHENTICATE with the commands in the next. Done when all
// answered 9000 under the R-MAC.
class Scp03Script final : public Exchange {
 public:
  // `commands`: plain, without secure messaging; `name` for `step`. `more_to_do_after`: in the last SendData.
  Scp03Script(const Aid& isdp, const channel::scp03::Keys& keys, std::uint8_t key_version,
              std::vector<CommandApdu> commands, std::string name, bool more_to_do_after, Random& random);

  bool done() const override { return step_ == Step::kDone; }
  std::string_view step() const override { return name_; }
  Result<SendData> next() override;
  Status answer(ByteView euicc_response) override;

 private:
  enum class Step : std::uint8_t { kInitialize, kCommands, kDone };
  Status take_challenge(ByteView euicc_response);
  Status take_answers(ByteView euicc_response);

  Aid isdp_;
  channel::scp03::Keys keys_;
  channel::scp03::InitializeUpdate init_;
  std::vector<CommandApdu> commands_;
  std::string name_;
  bool more_to_do_after_;
  std::optional<channel::scp03::Session> session_;
  std::vector<channel::scp03::Session::AnswerState> waiting_;  // of EXTERNAL AUTHENTICATE and each command
  Step step_ = Step::kInitialize;
};

// ES8.UpdateConnectivityParametersSCP03: STORE DATA with DGI 3A07. `parameters`: A0 (SMS), A1 (HTTPS), A2
// (CAT_TP), whole TLVs. Refused with 6A80 when they are none of these.
Result<CommandApdu> update_connectivity_parameters(ByteView parameters);

// Names of a security domain: of the ISD-P, in master delete.
struct DomainData {
  Bytes provider_id;              // 42
  Bytes image_number;             // 45
  Bytes application_provider_id;  // 5F20
  bool operator==(const DomainData&) const = default;
};
CommandApdu store_domain_data(const DomainData& data);  // DGI 0070
// PUT KEY of the key that delete tokens are made with: key version 70, identifier `token_identifier`.
Result<CommandApdu> put_token_key(const Secret& key, std::uint8_t token_identifier, const Secret& dek);

}  // namespace eider::smdp::es8
