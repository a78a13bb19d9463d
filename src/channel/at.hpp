// AT commands towards a modem's SIM: 3GPP TS 27.007 sections 8.17 (+CSIM), 8.43 (+CGLA), 8.45 (+CCHO), 8.46
// (+CCHC) and 9.2
// (+CME ERROR); result codes of ITU-T V.250 section 5.7. Text in and out, no device.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::at {

// What a modem may say before it is refused: an extended response APDU in hexadecimal fits.
inline constexpr std::size_t kMaxLine = 2 * 65538 + 64;
inline constexpr std::size_t kMaxReply = 2 * kMaxLine;  // octets of one command, unsolicited lines included
inline constexpr std::size_t kMaxLines = 256;

enum class Final : std::uint8_t { kOk, kError, kCmeError, kCmsError };

// The answer to one command: lines without the echo, and the result code that ended it.
struct Reply {
  std::vector<std::string> lines;
  Final final = Final::kOk;
  std::string error;  // behind "+CME ERROR:", or the line itself; empty for OK
  bool ok() const { return final == Final::kOk; }
  // The number of a +CME ERROR; nothing: it is text, or there is none.
  std::optional<int> cme() const;
  // For people: "+CME ERROR: 14 (SIM busy)".
  std::string error_text() const;
};

// The name of TS 27.007 section 9.2; empty: it has none there.
std::string_view cme_name(int code);

// Collects the answer to one command from what the device gives, in pieces of any size.
class ReplyReader {
 public:
  // `command` as it was written, without the CR: its echo is left out.
  explicit ReplyReader(std::string command);
  // Nothing: more must come. Octets behind the result code are of no command and dropped. DecodeFault: a line
  // or an answer without end.
  Result<std::optional<Reply>> feed(ByteView octets);

 private:
  std::optional<Reply> take_line();
  bool is_echo(std::string_view line) const;
  std::string command_, line_;
  Reply reply_;
  std::size_t taken_ = 0;
};

// Command lines, without the CR.
std::string write_csim(ByteView apdu);
std::string write_ccho(ByteView aid);
std::string write_cgla(std::string_view session, ByteView apdu);
std::string write_cchc(std::string_view session);

// The response APDU of +CSIM and +CGLA: with or without quotes, in either case, with or without the prefix;
// its length counts characters, with some modems octets. DecodeFault: no such line, or lengths that do not
// agree.
Result<Bytes> read_csim(const Reply& reply);
Result<Bytes> read_cgla(const Reply& reply);
// The session of +CCHO, as the modem writes it: a handle that means something to the modem only (TS 27.007
// section 8.45), digits with most, 16 hexadecimal characters with others.
Result<std::string> read_ccho(const Reply& reply);

// What a terminal equipment wrote, seen from the modem: "AT+CGLA=1,10,\"81F2000000\"".
struct Command {
  enum class Kind : std::uint8_t { kExecute, kSet, kRead, kTest };
  std::string name;  // upper case, without AT: "+CGLA", "E0"; empty: AT alone
  Kind kind = Kind::kExecute;
  std::vector<std::string> arguments;  // without quotes
};
// Nothing: it is no AT command.
std::optional<Command> read_command(std::string_view line);

}  // namespace eider::at
