// Coding of secured packets: ETSI TS 102 225 sections 5.1 (Command Packet) and 5.2 (Response Packet), as 3GPP
// TS 31.115 puts them into short messages.
#pragma once
#include <span>

#include "base/bytes.hpp"

namespace eider::etsi {

// Toolkit Application Reference: whom a packet is for (TS 101 220).
using Tar = FixedBytes<3>;

// What stands in the field RC/CC/DS.
enum class Integrity : std::uint8_t {
  kNone = 0,
  kRedundancyCheck = 1,  // a CRC: no key
  kCryptographicChecksum = 2,
  kDigitalSignature = 3,
};
// What the receiver does with CNTR.
enum class CounterMode : std::uint8_t {
  kNone = 0,
  kNotChecked = 1,  // there is one, and it is not looked at
  kHigher = 2,
  kOneHigher = 3,
};
enum class PorRequest : std::uint8_t { kNever = 0, kAlways = 1, kOnError = 2 };

// Security Parameter Indication (section 5.1.1). PoR: proof of receipt, the Response Packet.
struct Spi {
  Integrity integrity = Integrity::kCryptographicChecksum;
  bool ciphered = true;
  CounterMode counter = CounterMode::kHigher;
  PorRequest por = PorRequest::kAlways;
  Integrity por_integrity = Integrity::kCryptographicChecksum;
  bool por_ciphered = false;
  bool por_by_submit = false;  // in an SMS-SUBMIT; else in the SMS-DELIVER-REPORT

  std::uint8_t first() const;
  std::uint8_t second() const;
  // Nothing when a reserved bit or value is used.
  static std::optional<Spi> decode(std::uint8_t first, std::uint8_t second);
  bool operator==(const Spi&) const = default;
};

// Does a message with this first octet of the SPI reach a minimum security level, which is coded the same way
// (TS 102 226 section 8.2.1.3.2.4)?
bool reaches_level(const Spi& spi, std::uint8_t minimum_security_level);

// Low nibble of KIc and KID (sections 5.1.2 and 5.1.3).
enum class Algorithm : std::uint8_t {
  kImplicit = 0x0,  // both sides know it with the key
  kDes = 0x1,       // CBC; 56 bits
  kAes = 0x2,       // KIc: CBC, KID: CMAC
  kTripleDes2 = 0x5,
  kTripleDes3 = 0x9,
  kDesEcb = 0xD,  // KIc only
};
// With Integrity::kRedundancyCheck the nibble of KID names a CRC.
constexpr std::uint8_t kCrc16 = 0x1, kCrc32 = 0x5;

// KIc or KID.
struct KeyUse {
  std::uint8_t version = 0;  // of the key set, 1 to 15
  std::uint8_t algorithm = 0;
  std::uint8_t octet() const { return static_cast<std::uint8_t>(version << 4 | algorithm); }
  static KeyUse decode(std::uint8_t octet) {
    return {static_cast<std::uint8_t>(octet >> 4), static_cast<std::uint8_t>(octet & 0x0F)};
  }
  bool operator==(const KeyUse&) const = default;
};

constexpr std::uint64_t kCounterMax = 0xFF'FFFF'FFFF;  // CNTR has five octets

// Response Status Code (TS 102 225 table 5, TS 31.115 section 7).
enum class ResponseStatus : std::uint8_t {
  kOk = 0x00,
  kIntegrityFailed = 0x01,
  kCounterLow = 0x02,
  kCounterHigh = 0x03,
  kCounterBlocked = 0x04,
  kCipheringError = 0x05,
  kUnidentifiedSecurityError = 0x06,
  kInsufficientMemory = 0x07,
  kMoreTimeNeeded = 0x08,
  kTarUnknown = 0x09,
  kInsufficientSecurityLevel = 0x0A,
  kActualResponseBySubmit = 0x0B,
  kActualResponseByUssd = 0x0C,
};
struct ResponseStatusRow {
  ResponseStatus status;
  std::string_view name;
  std::string_view cause;
  std::string_view section;
  std::string_view remedy;  // empty when there is nothing to cure
};
std::span<const ResponseStatusRow> response_statuses();
// Null for a code outside the table.
const ResponseStatusRow* find_response_status(std::uint8_t code);

// Information elements of a TP-User-Data-Header (TS 23.040 section 9.2.3.24, TS 31.115 section 4). 70 and 71
// stand in the first segment and have no octets: they are CPI with CHI, and RPI with RHI.
constexpr std::uint8_t kIeiConcatenation8 = 0x00, kIeiConcatenation16 = 0x08, kIeiCommandPacket = 0x70,
                       kIeiResponsePacket = 0x71;
// The header as it stands before an unsegmented Response Packet. The RC/CC of a response covers it (TS 31.115
// section 4.4: RPI, RPL and RHL are part of the calculation).
constexpr std::uint8_t kResponseHeader[] = {0x02, kIeiResponsePacket, 0x00};

// (U)SIM data download, class 2, eight bits (TS 23.040 section 9.2.3.9, TS 23.038 section 4).
constexpr std::uint8_t kPidDataDownload = 0x7F, kDcsClass2 = 0xF6;

}  // namespace eider::etsi
