#include "channel/at.hpp"

#include <charconv>

namespace eider::at {
namespace {

constexpr std::size_t kMaxSession = 32;

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}
std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = upper(c);
  return out;
}
bool starts_with(std::string_view text, std::string_view upper_prefix) {
  if (text.size() < upper_prefix.size()) return false;
  for (std::size_t i = 0; i < upper_prefix.size(); ++i)
    if (upper(text[i]) != upper_prefix[i]) return false;
  return true;
}
std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}
bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}
bool all_hex(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_hex);
}
std::optional<std::size_t> number(std::string_view text) {
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}
std::string_view unquoted(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && text.front() == '"') text.remove_prefix(1);
  if (!text.empty() && text.back() == '"') text.remove_suffix(1);
  return trimmed(text);
}

struct ErrorName {
  int code;
  std::string_view name;
};
constexpr ErrorName kCmeNames[] = {
    {0, "phone failure"},
    {1, "no connection to phone"},
    {2, "phone adaptor link reserved"},
    {3, "operation not allowed"},
    {4, "operation not supported"},
    {5, "PH-SIM PIN required"},
    {6, "PH-FSIM PIN required"},
    {7, "PH-FSIM PUK required"},
    {10, "SIM not inserted"},
    {11, "SIM PIN required"},
    {12, "SIM PUK required"},
    {13, "SIM failure"},
    {14, "SIM busy"},
    {15, "SIM wrong"},
    {16, "incorrect password"},
    {17, "SIM PIN2 required"},
    {18, "SIM PUK2 required"},
    {20, "memory full"},
    {21, "invalid index"},
    {22, "not found"},
    {23, "memory failure"},
    {24, "text string too long"},
    {25, "invalid characters in text string"},
    {26, "dial string too long"},
    {27, "invalid characters in dial string"},
    {30, "no network service"},
    {31, "network timeout"},
    {32, "network not allowed, emergency calls only"},
    {40, "network personalization PIN required"},
    {41, "network personalization PUK required"},
    {42, "network subset personalization PIN required"},
    {43, "network subset personalization PUK required"},
    {44, "service provider personalization PIN required"},
    {45, "service provider personalization PUK required"},
    {46, "corporate personalization PIN required"},
    {47, "corporate personalization PUK required"},
    {48, "hidden key required"},
    {49, "EAP method not supported"},
    {50, "incorrect parameters"},
    {51, "command implemented but currently disabled"},
    {52, "command aborted by user"},
    {53, "not attached to network due to MT functionality restrictions"},
    {54, "modem not allowed, MT restricted to emergency calls only"},
    {55, "operation not allowed because of MT functionality restrictions"},
    {56, "fixed dial number only allowed"},
    {57, "temporarily out of service due to other MT usage"},
    {58, "language or alphabet not supported"},
    {59, "unexpected data value"},
    {60, "system failure"},
    {61, "data missing"},
    {62, "call barred"},
    {63, "message waiting indication subscription failure"},
    {100, "unknown"},
};

// Result codes that end a command without success, beside +CME ERROR and +CMS ERROR.
constexpr std::string_view kRefusals[] = {"ERROR",   "NO CARRIER",         "NO DIALTONE",
                                          "BUSY",    "NO ANSWER",          "COMMAND NOT SUPPORT",
                                          "ABORTED", "TOO MANY PARAMETERS"};

std::string with_apdu(std::string head, ByteView apdu) {
  return std::move(head) + std::to_string(2 * apdu.size()) + ",\"" + to_hex(apdu) + "\"";
}

DecodeFault wrong(std::string_view command, std::string what) {
  return {std::string(command), 0, std::move(what)};
}

// "+CSIM: 4,"9000"" of `name`, or the same without its name. Unsolicited lines have other names.
std::optional<std::string_view> information(const Reply& reply, std::string_view name,
                                            bool (*fits)(std::string_view)) {
  for (const std::string& line : reply.lines) {
    if (!starts_with(line, name)) continue;
    const auto rest = trimmed(std::string_view(line).substr(name.size()));
    if (rest.starts_with(':')) return trimmed(rest.substr(1));
  }
  std::optional<std::string_view> bare;
  for (const std::string& line : reply.lines)
    if (fits(line)) bare = line;
  return bare;
}

bool looks_like_apdu(std::string_view line) {
  const auto comma = line.find(',');
  return comma != std::string_view::npos && number(trimmed(line.substr(0, comma))) &&
         all_hex(unquoted(line.substr(comma + 1)));
}
bool looks_like_session(std::string_view line) {
  return line.size() <= kMaxSession && all_hex(line);
}

Result<Bytes> read_apdu(const Reply& reply, std::string_view name) {
  const auto text = information(reply, name, looks_like_apdu);
  if (!text) return fail(wrong(name, "the modem gave no response APDU"));
  const auto comma = text->find(',');
  if (comma == std::string_view::npos)
    return fail(wrong(name, "the modem gave a length or an APDU, not both"));
  const auto length = number(trimmed(text->substr(0, comma)));
  const auto digits = unquoted(text->substr(comma + 1));
  if (!length || !all_hex(digits)) return fail(wrong(name, "the modem's response APDU is not hexadecimal"));
  if (*length != digits.size() && 2 * *length != digits.size())
    return fail(wrong(name, "the modem announces " + std::to_string(*length) + " characters and gives " +
                                std::to_string(digits.size())));
  auto octets = from_hex(digits);
  if (!octets || octets->size() < 2) return fail(wrong(name, "the modem's response APDU has no status word"));
  return *std::move(octets);
}
}  // namespace

std::string_view cme_name(int code) {
  for (const auto& row : kCmeNames)
    if (row.code == code) return row.name;
  return {};
}

std::optional<int> Reply::cme() const {
  if (final != Final::kCmeError) return std::nullopt;
  int code = 0;
  const auto [end, problem] = std::from_chars(error.data(), error.data() + error.size(), code);
  if (problem != std::errc{} || end != error.data() + error.size()) return std::nullopt;
  return code;
}

std::string Reply::error_text() const {
  if (ok()) return "OK";
  std::string shown;
  for (const char c : error.substr(0, 80)) shown += c >= 0x20 && c < 0x7F ? c : '?';
  if (final == Final::kError) return shown;
  const auto code = cme();
  const auto name = code ? cme_name(*code) : std::string_view();
  return (final == Final::kCmeError ? "+CME ERROR: " : "+CMS ERROR: ") + shown +
         (name.empty() ? "" : " (" + std::string(name) + ")");
}

ReplyReader::ReplyReader(std::string command) : command_(std::move(command)) {}

// A modem that was not ready for its beginning returns the rest of it.
bool ReplyReader::is_echo(std::string_view line) const {
  if (starts_with(line, "AT")) return true;
  return line.size() >= 4 && line.size() <= command_.size() &&
         std::string_view(command_).substr(command_.size() - line.size()) == line && line[0] != '+' &&
         line.find('+') != std::string_view::npos;
}

std::optional<Reply> ReplyReader::take_line() {
  const std::string taken = std::exchange(line_, {});
  const auto line = trimmed(taken);
  if (line.empty() || is_echo(line)) return std::nullopt;
  const auto ends = [&](Final final, std::string_view error) {
    reply_.final = final;
    reply_.error = std::string(trimmed(error));
    return std::exchange(reply_, {});
  };
  if (upper(line) == "OK") return ends(Final::kOk, {});
  if (starts_with(line, "+CME ERROR"))
    return ends(Final::kCmeError, line.substr(std::min(line.size(), std::size_t{11})));
  if (starts_with(line, "+CMS ERROR"))
    return ends(Final::kCmsError, line.substr(std::min(line.size(), std::size_t{11})));
  for (const auto refusal : kRefusals)
    if (starts_with(line, refusal)) return ends(Final::kError, line);
  reply_.lines.emplace_back(line);
  return std::nullopt;
}

Result<std::optional<Reply>> ReplyReader::feed(ByteView octets) {
  for (const auto octet : octets) {
    if (++taken_ > kMaxReply) return fail(DecodeFault{"AT", 0, "the modem's answer does not end"});
    const char c = static_cast<char>(octet);
    if (c == '\r' || c == '\n') {
      if (auto done = take_line()) return done;
      if (reply_.lines.size() > kMaxLines)
        return fail(DecodeFault{"AT", 0, "the modem's answer has too many lines"});
    } else if (c != '\0') {
      if (line_.size() >= kMaxLine) return fail(DecodeFault{"AT", 0, "the modem's line does not end"});
      line_ += c;
    }
  }
  return std::nullopt;
}

std::string write_csim(ByteView apdu) {
  return with_apdu("AT+CSIM=", apdu);
}
std::string write_ccho(ByteView aid) {
  return "AT+CCHO=\"" + to_hex(aid) + "\"";
}
std::string write_cgla(std::string_view session, ByteView apdu) {
  return with_apdu("AT+CGLA=" + std::string(session) + ",", apdu);
}
std::string write_cchc(std::string_view session) {
  return "AT+CCHC=" + std::string(session);
}

Result<Bytes> read_csim(const Reply& reply) {
  return read_apdu(reply, "+CSIM");
}
Result<Bytes> read_cgla(const Reply& reply) {
  return read_apdu(reply, "+CGLA");
}
Result<std::string> read_ccho(const Reply& reply) {
  const auto text = information(reply, "+CCHO", looks_like_session);
  const auto session = text ? unquoted(*text) : std::string_view();
  if (!looks_like_session(session)) return fail(wrong("+CCHO", "the modem named no session"));
  return std::string(session);
}

std::optional<Command> read_command(std::string_view line) {
  line = trimmed(line);
  if (!starts_with(line, "AT")) return std::nullopt;
  line.remove_prefix(2);
  Command out;
  const auto end = line.find_first_of("=?");
  out.name = upper(trimmed(line.substr(0, end)));
  if (end == std::string_view::npos) return out;
  auto rest = line.substr(end);
  if (rest == "?") {
    out.kind = Command::Kind::kRead;
  } else if (rest == "=?") {
    out.kind = Command::Kind::kTest;
  } else if (rest[0] == '=') {
    out.kind = Command::Kind::kSet;
    rest.remove_prefix(1);
    while (true) {
      const auto comma = rest.find(',');
      out.arguments.emplace_back(unquoted(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  } else {
    return std::nullopt;
  }
  return out;
}

}  // namespace eider::at
