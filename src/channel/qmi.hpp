// Messages of QMI as devices with the QMUX framing carry them: frames, the control service, and the requests
// of the UIM service that reach a card. Little-endian; numbers of messages and TLVs as libqmi publishes them.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::qmi {

inline constexpr std::uint8_t kControl = 0x00, kUim = 0x0B;  // services

enum class Control : std::uint16_t {
  kVersionInfo = 0x0021,
  kAllocateClient = 0x0022,
  kReleaseClient = 0x0023,
  kSync = 0x0027,
};
enum class Uim : std::uint16_t {
  kReset = 0x0000,
  kPowerOff = 0x0030,
  kPowerOn = 0x0031,
  kSendApdu = 0x003B,
  kLogicalChannel = 0x003F,
  kGetAtr = 0x0041,
  kOpenLogicalChannel = 0x0042,
};
// Of the result of every response.
enum class Error : std::uint16_t {
  kNone = 0,
  kMalformed = 1,
  kInternal = 3,
  kInvalidClient = 7,
  kMissingArgument = 17,
  kInvalidArgument = 48,
  kInsufficientResources = 68,
  kInvalidCommand = 71,
  kSimFileNotFound = 80,
  kNoSim = 102,
};

struct Message {
  std::uint8_t service = 0, client = 0;
  bool from_device = false;
  std::uint8_t flags = 0;  // request, response, indication
  std::uint16_t transaction = 0, id = 0;
  std::map<std::uint8_t, Bytes> tlvs;

  // Nothing: it is not there, or has another length.
  std::optional<std::uint8_t> octet(std::uint8_t tlv) const;
  // Octets behind their count of `width` octets (1 or 2).
  std::optional<Bytes> counted(std::uint8_t tlv, std::size_t width) const;
  void put_counted(std::uint8_t tlv, std::size_t width, ByteView octets);
};
Bytes encode(const Message& message);
// The response to a request, with its result.
Message response_to(const Message& request, Error error);

// Puts messages together out of pieces of any size. DecodeFault: no QMUX frame, a length that cannot be.
class Reader {
 public:
  Result<std::vector<Message>> feed(ByteView octets);
  void clear() { buffer_.clear(); }

 private:
  Bytes buffer_;
};

}  // namespace eider::qmi
