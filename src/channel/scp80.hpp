// SCP80: secured packets between an OTA server and an application of a card (ETSI TS 102 225, in short
// messages as 3GPP TS 31.115 says). Both sides, both directions; nothing here knows who uses it.
#pragma once
#include "base/result.hpp"
#include "base/secret.hpp"
#include "spec/etsi/scp80.hpp"

namespace eider::channel::scp80 {

// What is taken although it protects little or nothing. Everything else is refused.
struct Policy {
  bool single_des = false;        // 56 bits
  bool redundancy_check = false;  // a CRC in the place of a checksum: anybody can compute it
  bool no_integrity = false;
  static constexpr Policy anything() { return {true, true, true}; }
};

struct Key {
  bool aes = true;              // else DES: one, two or three keys by its length
  Secret value;                 // 16, 24, 32 octets of AES; 8, 16, 24 of DES
  std::uint8_t mac_length = 8;  // of AES-CMAC as KID: 4 or 8
  etsi::Algorithm algorithm() const;
};
struct KeySet {
  std::uint8_t version = 1;  // 1 to 15 (GlobalPlatform key version numbers 01 to 0F)
  std::optional<Key> kic, kid;
  // KIc and KID of a packet that uses this set.
  etsi::KeyUse kic_use() const;
  etsi::KeyUse kid_use() const;
};

struct CommandPacket {
  etsi::Spi spi;
  etsi::KeyUse kic, kid;
  etsi::Tar tar;
  std::uint64_t counter = 0;  // CNTR, 40 bits
  Bytes data;
};
// What stands in the clear: enough to find application and keys.
struct CommandHeader {
  FixedBytes<2> spi_octets;
  std::optional<etsi::Spi> spi;  // nothing: reserved values
  etsi::KeyUse kic, kid;
  etsi::Tar tar;
};
// DecodeFault when the lengths do not fit: such a packet gets no answer, since nothing in it can be believed.
Result<CommandHeader> read_command_header(ByteView packet);

// From CPL to the last octet of the secured data. LocalFault when key set or policy do not fit the SPI.
Result<Bytes> seal_command(const CommandPacket& command, const KeySet& keys, const Policy& policy = {});

// Why a packet is refused, and how much the sender may be told: before the checksum held, nothing that is
// computed with a key, nor a deciphered octet.
struct Refusal {
  etsi::ResponseStatus status = etsi::ResponseStatus::kUnidentifiedSecurityError;
};
// Checks policy, algorithms and integrity; not the counter and not the security level of an application.
tl::expected<CommandPacket, Refusal> open_command(ByteView packet, const KeySet& keys,
                                                  const Policy& policy = {});

// `last`: the highest counter that was accepted. Nothing: accept. When the mode is one that checks, the
// counter of the packet must be durable before the packet has an effect.
std::optional<etsi::ResponseStatus> check_counter(etsi::CounterMode mode, std::uint64_t counter,
                                                  std::uint64_t last);
constexpr bool counter_is_checked(etsi::CounterMode mode) {
  return mode == etsi::CounterMode::kHigher || mode == etsi::CounterMode::kOneHigher;
}

struct ResponsePacket {
  etsi::Tar tar;
  std::uint64_t counter = 0;  // of the command
  etsi::ResponseStatus status = etsi::ResponseStatus::kOk;
  Bytes data;
};
// How the command asked for its response to be protected.
struct ResponseProtection {
  etsi::Integrity integrity = etsi::Integrity::kNone;
  bool ciphered = false;
  etsi::KeyUse kic, kid;
  static ResponseProtection of(const CommandPacket& command) {
    return {command.spi.por_integrity, command.spi.por_ciphered, command.kic, command.kid};
  }
};
// From RPL on.
Result<Bytes> seal_response(const ResponsePacket& response, const ResponseProtection& protection,
                            const KeySet& keys, const Policy& policy = {});
// A response without any protection and without a counter, for senders that have proved nothing.
Bytes plain_response(const etsi::Tar& tar, etsi::ResponseStatus status);

struct OpenedResponse {
  ResponsePacket packet;
  // The packet has the protection that was asked for. False: the card sent a bare refusal, which anybody
  // could have written.
  bool protected_as_asked = true;
};
// VerificationFault kMac or kBinding (TAR and counter are compared with the command's by the caller),
// DecodeFault.
Result<OpenedResponse> open_response(ByteView packet, const ResponseProtection& protection,
                                     const KeySet& keys, const Policy& policy = {});

}  // namespace eider::channel::scp80
