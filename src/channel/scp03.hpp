// Secure Channel Protocol 03 (GlobalPlatform Card Specification, Amendment D) with i = 70, and SCP03t, its
// form in TLVs (SGP.02 section 4.1.3.3): between an SM-DP and its ISD-P.
#pragma once
#include "base/secret.hpp"
#include "codec/apdu.hpp"
#include "crypto/aes.hpp"

namespace eider::channel::scp03 {

// Static keys of a key set, 16, 24 or 32 octets each, all of one length.
struct Keys {
  Secret enc;  // key identifier 01
  Secret mac;  // 02
  Secret dek;  // 03
};

using Challenge = FixedBytes<8>;
using Cryptogram = FixedBytes<8>;
using Sequence = FixedBytes<3>;

// Of EXTERNAL AUTHENTICATE. SGP.02 knows kAll only.
enum Level : std::uint8_t {
  kCMac = 0x01,
  kCMacCDec = 0x03,
  kCMacRMac = 0x11,
  kCMacCDecRMac = 0x13,
  kAll = 0x33,
};
bool is_level(std::uint8_t level);

// Derivation constants (Amendment D table 4-1).
enum class Constant : std::uint8_t {
  kCardCryptogram = 0x00,
  kHostCryptogram = 0x01,
  kCardChallenge = 0x02,
  kSEnc = 0x04,
  kSMac = 0x06,
  kSRMac = 0x07,
};
// `octets` of the key derivation function in counter mode over AES-CMAC (Amendment D section 4.1.5).
Result<Secret> derive(ByteView key, Constant constant, ByteView context, std::size_t octets);

// The challenge that a card with i = 70 gives: pseudo-random from K-ENC, its sequence counter and the AID of
// its security domain (Amendment D section 6.2.2.1).
Result<Challenge> card_challenge(ByteView k_enc, const Sequence& sequence, ByteView aid);

// Command and answer of INITIALIZE UPDATE, without the header that APDU and TLV have each of their own.
struct InitializeUpdate {
  std::uint8_t key_version = 0, key_identifier = 0;
  Challenge host_challenge;

  CommandApdu apdu() const;
  Bytes tlv() const;  // 84 0A
  static Result<InitializeUpdate> from_tlv(ByteView tlv);
};
struct InitializeUpdateAnswer {
  FixedBytes<10> diversification;
  std::uint8_t key_version = 0;
  Challenge card_challenge;
  Cryptogram card_cryptogram;
  std::optional<Sequence> sequence;  // with a pseudo-random challenge

  Bytes encode() const;  // the data of the R-APDU, and the value of 84 in SCP03t
  // VerificationFault kFormat for another length or another protocol than 03.
  static Result<InitializeUpdateAnswer> decode(ByteView data);
};

// What both ends of a session hold: session keys, MAC chaining value, counter of encryption. The methods of
// the host and those of the card are counterparts; each object does the part of one end. After a failure in
// `open` or `unwrap` the session is over: everything else is refused with VerificationFault kMac.
class Session {
 public:
  static Result<Session> make(const Keys& keys, const Challenge& host, const Challenge& card);

  const Cryptogram& card_cryptogram() const { return card_cryptogram_; }
  const Cryptogram& host_cryptogram() const { return host_cryptogram_; }

  // EXTERNAL AUTHENTICATE of the host, and the card's check of it: the level that holds from now on.
  Result<CommandApdu> authenticate_apdu(Level level);
  Result<Bytes> authenticate_tlv();  // 85 11, level 33
  Result<Level> accept_apdu(const CommandView& command);
  Status accept_tlv(ByteView tlv);

  // APDUs. LocalFault when a command gets longer than an APDU takes.
  Result<CommandApdu> wrap(const CommandApdu& plain);
  Result<CommandApdu> unwrap(const CommandView& command);
  Result<ResponseApdu> wrap(const ResponseApdu& plain);
  Result<ResponseApdu> unwrap(const ResponseApdu& response);

  // What the answer to the latest command is protected with. A host that sends several commands before it
  // reads an answer takes it after each of them.
  struct AnswerState {
    crypto::AesBlock chaining;
    std::uint64_t counter = 0;
  };
  AnswerState answer_state() const { return {chaining_, counter_}; }
  Result<ResponseApdu> unwrap(const ResponseApdu& response, const AnswerState& state);
  Result<Bytes> open_answer(std::uint8_t tag, ByteView tlv, const AnswerState& state);

  // TLVs: 86 with a part of a Profile Package, and their answers. An empty answer has no MAC.
  Result<Bytes> protect(std::uint8_t tag, ByteView plain);
  Result<Bytes> open(std::uint8_t tag, ByteView tlv);
  Result<Bytes> protect_answer(std::uint8_t tag, ByteView plain);
  Result<Bytes> open_answer(std::uint8_t tag, ByteView tlv);

 private:
  struct Crypto {
    crypto::Aes enc;
    crypto::Cmac mac, rmac;
  };
  Session(Crypto crypto, Cryptogram card, Cryptogram host)
      : crypto_(std::move(crypto)), card_cryptogram_(card), host_cryptogram_(host) {}

  Status usable() const;
  tl::unexpected<Fault> end(VerificationFault::Check check, std::string what);
  crypto::AesBlock vector(std::uint64_t counter, std::uint8_t first) const;
  Result<Bytes> encipher(ByteView plain, std::uint8_t first) const;
  Result<Bytes> decipher(ByteView enciphered, std::uint64_t counter, std::uint8_t first);

  Crypto crypto_;
  Cryptogram card_cryptogram_, host_cryptogram_;
  crypto::AesBlock chaining_;
  std::uint64_t counter_ = 0;
  std::uint8_t level_ = 0;  // 0: not authenticated
  bool over_ = false;
};

// One octet of an SCP03t error answer (9F44 to 9F47); 01 structure, 02 security, 03 no such key.
enum class TlvError : std::uint8_t { kStructure = 0x01, kSecurity = 0x02, kNoKey = 0x03 };
Bytes error_answer(std::uint8_t command_tag, TlvError error);
// Of a fault that `open` or `accept_tlv` gave.
TlvError tlv_error(const Fault& fault);
// The error in an answer to the command `command_tag`; nothing when it is none.
std::optional<std::uint8_t> read_error(ByteView answer, std::uint8_t command_tag);

}  // namespace eider::channel::scp03
