// ES8.EstablishISDPKeySet: SGP.02 v4.2 section 4.1.3.1.
#pragma once
#include "channel/scenario3.hpp"
#include "channel/scp03.hpp"
#include "roles/smdp/es8/exchange.hpp"

namespace eider::smdp::es8 {

// CERT.DP.ECDSA under one CI.
struct DpCredential {
  crypto::GpCertificate certificate;
  crypto::SigningKeyPtr key;
};

struct KeyEstablishmentOptions {
  std::uint8_t parameters = channel::scenario3::kDeleteKeySets | channel::scenario3::kDerivationRandom |
                            channel::scenario3::kCertificate;
  std::uint8_t key_version = 0x30;
  std::uint8_t key_length = 16;
  Bytes host_id;                          // with kHostId
  channel::scenario3::DomainNames names;  // of the ISD-P, with kHostId
  crypto::GpKeyForm key_form = crypto::GpKeyForm::kWithReference;
  // Where the APDUs go: the ISD-R by INSTALL [for personalization], or the ISD-P at once.
  bool to_isd_r = true;
};

class KeyEstablishment final : public Exchange {
 public:
  // `ecasd`: verified. The credential must be on a curve that the card's CI key has.
  KeyEstablishment(const Aid& isdp, const crypto::PublicKey& ecasd, const DpCredential& credential,
                   KeyEstablishmentOptions options, Random& random);

  bool done() const override { return step_ == Step::kDone; }
  std::string_view step() const override;
  Result<SendData> next() override;
  Status answer(ByteView euicc_response) override;

  // SCP03 keys of the ISD-P, once done.
  const channel::scp03::Keys& keys() const { return keys_; }

 private:
  enum class Step : std::uint8_t { kCertificate, kKeys, kDone };
  Status take_challenge(ByteView euicc_response);
  Status take_receipt(ByteView euicc_response);

  Aid isdp_;
  const DpCredential& credential_;
  KeyEstablishmentOptions options_;
  channel::scenario3::Initiator initiator_;
  Step step_ = Step::kCertificate;
  std::uint8_t blocks_ = 0;   // STORE DATA so far
  std::size_t commands_ = 0;  // in the script that waits for its answer
  Bytes challenge_;
  channel::scp03::Keys keys_;
};

}  // namespace eider::smdp::es8
