// Secured packets in concatenated short messages (3GPP TS 31.115 section 4.2, TS 23.040 section 9.2.3.24.1).
#pragma once
#include <deque>

#include "spec/etsi/sms.hpp"

namespace eider::channel {

// TP-User-Data of each message that carries the packet, in order. `identifier`: 70 for a Command Packet, 71
// for a Response Packet; only the first message has it. LocalFault when 255 messages do not suffice.
Result<std::vector<Bytes>> segment_packet(ByteView packet, std::uint8_t identifier, std::uint8_t reference,
                                          std::size_t max_user_data = etsi::kMaxUserData);

// Puts concatenated messages together, whatever their order. What never becomes complete is forgotten when
// others need its place: nothing here grows with what a sender does.
class SmsReassembler {
 public:
  static constexpr std::size_t kMessages = 4;      // being collected at the same time
  static constexpr std::size_t kMaxOctets = 8192;  // of one whole message

  struct Whole {
    std::vector<etsi::InformationElement> elements;  // of the first part, without those of concatenation
    Bytes payload;
  };
  // TP-User-Data with a header. Nothing: more parts are needed. A part that comes twice counts once.
  // DecodeFault for a malformed header or parts that contradict each other.
  Result<std::optional<Whole>> add(const etsi::SmsAddress& originator, ByteView user_data);
  void clear() { collections_.clear(); }

 private:
  struct Part {
    bool here = false;
    Bytes payload;
  };
  struct Collection {
    etsi::SmsAddress originator;
    std::uint8_t identifier = 0;  // of the element: 8 or 16 bits of reference
    std::uint16_t reference = 0;
    std::vector<Part> parts;
    std::vector<etsi::InformationElement> elements;
    std::size_t octets = 0;
  };
  Collection& collection(const Collection& like);

  std::deque<Collection> collections_;  // oldest first
};

}  // namespace eider::channel
