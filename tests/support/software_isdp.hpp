// An ISD-P and the ECASD beside it, as far as ES8 goes: what an SM-DP talks to without a card. Protected by
// the same channels as the card; it keeps what it was given for tests to look at.
#pragma once
#include <functional>
#include <map>

#include "channel/scenario3.hpp"
#include "channel/scp03.hpp"
#include "spec/saip/response.hpp"
#include "spec/sgp02/es5.hpp"

namespace eider::test {

class SoftwareIsdp {
 public:
  using Aid = sgp02::es5::Aid;

  SoftwareIsdp(crypto::PrivateKey ecasd, crypto::PublicKey ci, Random& random)
      : ecasd_(std::move(ecasd)), ci_(std::move(ci)), random_(random) {}

  // Data of one ES3.SendData; EuiccResponseData.
  Bytes send_data(const Aid& sd_aid, ByteView data);

  void create(const Aid& aid) { isdps_[aid] = {}; }
  void remove(const Aid& aid) { isdps_.erase(aid); }
  // A new session with the card: whatever INSTALL [for personalization] selected is forgotten.
  void end_session();

  struct Isdp {
    std::optional<channel::scp03::Keys> keys;
    std::uint8_t key_version = 0;
    std::uint32_t sequence = 0;
    Bytes package, domain_data, token_key, connectivity;
    std::uint8_t token_identifier = 0;
    bool installed = false;
    std::size_t segments = 0;
  };
  const Isdp* find(const Aid& aid) const;

  // What the installer says to the package so far: an EUICCResponse, or nothing yet. Unset: one PEStatus "ok"
  // once the package is `complete_at` octets long.
  std::function<Bytes(ByteView package)> installer;
  std::size_t complete_at = 0;
  // Values that come from `random` when they are not set.
  Bytes challenge, derivation_random;
  std::map<std::string, std::uint16_t>
      refuse;  // status word by "INSTALL", "3A01", "3A02", "PUT KEY", "0070", "3A07"

 private:
  Bytes apdus(const Aid& sd_aid, const std::vector<Bytes>& commands);
  ResponseApdu apdu(Isdp& isdp, const CommandView& command);
  ResponseApdu store_data(Isdp& isdp, const CommandView& command);
  ResponseApdu certificate(ByteView data);
  ResponseApdu establish(Isdp& isdp, ByteView data);
  ResponseApdu secured(Isdp& isdp, const CommandView& command);
  ResponseApdu administer(Isdp& isdp, const CommandView& plain);
  Bytes scp03t(Isdp& isdp, const Aid& aid, ByteView tlv);
  std::optional<channel::scp03::InitializeUpdateAnswer> initialize(
      Isdp& isdp, const Aid& aid, const channel::scp03::InitializeUpdate& command);
  Bytes installed(Isdp& isdp);
  std::optional<std::uint16_t> refusal(const std::string& what) const;

  crypto::PrivateKey ecasd_;
  crypto::PublicKey ci_;
  Random& random_;
  std::map<Aid, Isdp> isdps_;
  std::optional<Aid> personalised_;  // by INSTALL [for personalization]
  Aid current_;
  Bytes blocks_;  // STORE DATA so far
  std::optional<crypto::PublicKey> dp_key_;
  Bytes rc_;
  std::optional<channel::scp03::Session> session_;
};

// EUICCResponse of elements that all went well.
Bytes euicc_response(std::initializer_list<saip::PeStatusCode> statuses, bool aborted = false);

}  // namespace eider::test
