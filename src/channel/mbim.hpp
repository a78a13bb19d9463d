// Control messages of MBIM (USB-IF, Mobile Broadband Interface Model 1.0 sections 9.1 to 9.4) and of
// Microsoft's service for low-level access to the UICC: headers, fragments, information buffers.
// Little-endian throughout.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::mbim {

inline constexpr std::size_t kHeader = 12, kFragmentHeader = 8, kCommandHeader = 28;
inline constexpr std::size_t kMaxFragment = 64 * 1024;  // octets; a device says less when it is opened
inline constexpr std::size_t kMaxMessage = 256 * 1024;  // of all fragments together

enum class Type : std::uint32_t {
  kOpen = 0x00000001,
  kClose = 0x00000002,
  kCommand = 0x00000003,
  kHostError = 0x00000004,
  kOpenDone = 0x80000001,
  kCloseDone = 0x80000002,
  kCommandDone = 0x80000003,
  kFunctionError = 0x80000004,
  kIndicateStatus = 0x80000007,
};

// Section 9.4.5, and those of Microsoft's service.
enum class StatusCode : std::uint32_t {
  kSuccess = 0,
  kBusy = 1,
  kFailure = 2,
  kSimNotInserted = 3,
  kNoDeviceSupport = 9,
  kInvalidParameters = 21,
  kNoLogicalChannels = 0x87430001,
  kSelectFailed = 0x87430002,
  kInvalidLogicalChannel = 0x87430003,
};

using Service = std::array<std::uint8_t, 16>;
extern const Service kUiccLowLevelAccess;      // c2f6588e-f037-4bc9-8665-f4d44bd09367
extern const Service kBasicConnectExtensions;  // 3d01dcc5-fef5-4d05-0d3a-bef7058e9aaf
enum class Uicc : std::uint32_t { kAtr = 1, kOpenChannel, kCloseChannel, kApdu, kTerminalCapability, kReset };
inline constexpr std::uint32_t kDeviceSlotMappings = 7;

// One message, its fragments put together.
struct Message {
  Type type = Type::kOpen;
  std::uint32_t transaction = 0;
  Bytes body;  // behind the header, or behind the fragment header
};
// Its frames, each at most `longest` octets.
std::vector<Bytes> encode(const Message& message, std::size_t longest);

// Puts messages together out of pieces of any size. DecodeFault: a length that cannot be, fragments out of
// turn.
class Reader {
 public:
  Result<std::vector<Message>> feed(ByteView octets);
  void clear() { *this = Reader(); }

 private:
  Result<std::optional<Message>> take(ByteView frame);
  Bytes buffer_;
  std::optional<Message> partial_;
  std::uint32_t total_ = 0, next_ = 0;
};

struct Command {
  Service service{};
  std::uint32_t cid = 0;
  bool set = false;  // otherwise a query
  Bytes information;
};
Result<Command> read_command(ByteView body);
Bytes write_command_done(const Command& command, StatusCode status, ByteView information);

// Fields of an information buffer. A reference to octets is their count and then their place, as this service
// has it.
class InformationReader {
 public:
  explicit InformationReader(ByteView buffer) : buffer_(buffer) {}
  Result<std::uint32_t> number();
  Result<ByteView> counted_octets();

 private:
  ByteView buffer_;
  std::size_t at_ = 0;
};
class InformationWriter {
 public:
  InformationWriter& number(std::uint32_t value);
  InformationWriter& counted_octets(ByteView octets);
  Bytes finish() const;

 private:
  struct Octets {
    std::size_t field;  // where their place is to be written
    Bytes octets;
  };
  Bytes fields_;
  std::vector<Octets> octets_;
};

void put_u32(Bytes& out, std::uint32_t value);
std::uint32_t get_u32(ByteView octets, std::size_t at);  // at + 4 octets are there

}  // namespace eider::mbim
