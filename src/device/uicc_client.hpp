// The terminal's side of a UICC's file system (ETSI TS 102 221 section 11.1): select, read, update, PINs.
#pragma once
#include <string>
#include <vector>

#include "codec/apdu.hpp"
#include "device/card_port.hpp"
#include "spec/etsi/fcp.hpp"

namespace eider {

// Faults of all members: TransportFault (no answer), StatusWord (the card refused), DecodeFault (its answer
// is not coded as the section says).
class UiccClient {
 public:
  struct Answer {
    Bytes data;
    std::uint16_t sw = 0;
    bool good() const { return sw == 0x9000 || sw >> 8 == 0x91 || sw >> 8 == 0x92; }
  };

  explicit UiccClient(CardPort& card, int channel = 0) : card_(card), channel_(channel) {}

  // Whatever the status word is; 61xx and 6Cxx are followed.
  Result<Answer> send(const CommandApdu& command);
  // The same for one that was put together by hand.
  Result<Answer> send(ByteView command);

  Result<etsi::Fcp> select(std::uint16_t fid);
  // FIDs from below the MF, or below 7FFF (the current application); two octets each.
  Result<etsi::Fcp> select_path(ByteView path);
  Result<etsi::Fcp> select_application(ByteView aid);
  Result<etsi::Fcp> status();

  // Of the file selected last, whose FCP is `fcp`: all of it. Records counts from 1.
  Result<Bytes> read_binary(const etsi::Fcp& fcp);
  Result<Bytes> read_record(const etsi::Fcp& fcp, std::uint8_t record);
  // The records, or the one body of a transparent file.
  Result<std::vector<Bytes>> read_all(const etsi::Fcp& fcp);
  Status update_binary(std::uint16_t offset, ByteView content);
  Status update_record(std::uint8_t record, ByteView content);

  // StatusWord 63Cx: x attempts are left; 6983: blocked.
  Status verify(std::uint8_t reference, ByteView code);
  Status change(std::uint8_t reference, ByteView old_code, ByteView new_code);
  Status unblock(std::uint8_t reference, ByteView puk, ByteView new_code);
  Status enable(std::uint8_t reference, ByteView code);
  Status disable(std::uint8_t reference, ByteView code);
  // Attempts left, and nothing when the PIN needs none now.
  Result<std::optional<int>> attempts(std::uint8_t reference);

 private:
  Result<Answer> good(const CommandApdu& command);
  Result<etsi::Fcp> selected(const CommandApdu& command);
  CommandApdu make(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, ByteView data = {},
                   std::optional<std::uint32_t> le = {}) const;
  CardPort& card_;
  int channel_;
};

}  // namespace eider
