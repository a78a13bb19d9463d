#include "device/at_modem.hpp"

#include <charconv>

namespace eider::device {
namespace {
constexpr int kNotSupported = 4, kNoSim = 10, kSimFailure = 13, kIncorrectParameters = 50, kNotFound = 22;
constexpr std::string_view kOk = "\r\nOK\r\n";

std::optional<Bytes> apdu_of(const std::string& length, const std::string& digits) {
  std::size_t n = 0;
  const auto [end, problem] = std::from_chars(length.data(), length.data() + length.size(), n);
  if (problem != std::errc{} || end != length.data() + length.size() || n != digits.size())
    return std::nullopt;
  auto out = from_hex(digits);
  if (!out || out->size() < 4) return std::nullopt;
  return out;
}

std::string line_of(const std::string& text) {
  return "\r\n" + text + "\r\n";
}
std::string plain(const std::string& text) {
  return line_of(text) + std::string(kOk);
}
}  // namespace

std::string AtModem::receive(ByteView octets) {
  std::string out;
  for (const auto octet : octets) {
    const char c = static_cast<char>(octet);
    if (echo_) out += c;
    if (c == '\r') {
      const auto line = std::exchange(line_, {});
      if (std::exchange(too_long_, false)) {
        out += error(kIncorrectParameters);
      } else if (!line.empty()) {
        out += carry_out(line);
      }
    } else if (c == '\n' || c == '\0') {
      continue;
    } else if (line_.size() >= at::kMaxLine) {
      too_long_ = true;
    } else {
      line_ += c;
    }
  }
  return out;
}

std::string AtModem::carry_out(std::string_view line) {
  const auto command = at::read_command(line);
  if (!command) return {};  // V.250 section 5.2.1: what does not begin with AT is no command line
  auto out = answer(*command);
  if (!style_.unsolicited.empty()) out = line_of(style_.unsolicited) + out;
  return out;
}

std::string AtModem::error(int cme) const {
  if (errors_ == 0) return line_of("ERROR");
  return line_of("+CME ERROR: " + (errors_ == 1 ? std::to_string(cme) : std::string(at::cme_name(cme))));
}

std::string AtModem::information(std::string_view name, const std::string& text) const {
  return plain(style_.prefix ? std::string(name) + (style_.space ? ": " : ":") + text : text);
}

std::string AtModem::answer(const at::Command& c) {
  using Kind = at::Command::Kind;
  const bool of_channels = c.name == "+CCHO" || c.name == "+CGLA" || c.name == "+CCHC";
  if ((of_channels && !style_.channels) || (c.name == "+CSIM" && !style_.csim)) return error(kNotSupported);
  if (c.kind == Kind::kTest)
    return (of_channels || c.name == "+CSIM") && style_.tests ? std::string(kOk) : error(kNotSupported);
  if (c.kind == Kind::kSet) return set(c);
  if (c.name == "E0" || c.name == "E1") {
    echo_ = c.name == "E1";
    return std::string(kOk);
  }
  if (c.name.empty() || c.name == "V1" || c.name == "Z" || c.name == "&F") return std::string(kOk);
  if (c.name == "I") return plain("Eider emulated modem");
  if (c.name == "+CGMI") return plain("Eider");
  if (c.name == "+CGMM") return plain("Emulated modem");
  if (c.name == "+CPIN" && c.kind == Kind::kRead) return on_ ? plain("+CPIN: READY") : error(kNoSim);
  if (c.name == "+CFUN" && c.kind == Kind::kRead) return plain(on_ ? "+CFUN: 1" : "+CFUN: 0");
  if (c.name == "+CMEE" && c.kind == Kind::kRead) return plain("+CMEE: " + std::to_string(errors_));
  return error(kNotSupported);
}

std::string AtModem::set(const at::Command& c) {
  const bool to_card = c.name == "+CCHO" || c.name == "+CGLA" || c.name == "+CCHC" || c.name == "+CSIM";
  if (to_card && !on_) return error(kNoSim);
  if (c.name == "+CCHO") return open(c);
  if (c.name == "+CGLA") return transmit(c);
  if (c.name == "+CCHC") return close(c);
  if (c.name == "+CSIM") return csim(c);
  if (c.arguments.size() != 1) return error(kNotSupported);
  const auto& value = c.arguments[0];
  if (c.name == "+CMEE" && (value == "0" || value == "1" || value == "2")) {
    errors_ = value[0] - '0';
    return std::string(kOk);
  }
  if (c.name == "+CFUN" && value == "0") {
    on_ = false;
    sessions_.clear();
    return std::string(kOk);
  }
  if (c.name == "+CFUN" && value == "1") {
    if (!on_ && !card_.power_on()) return error(kSimFailure);
    on_ = true;
    return std::string(kOk);
  }
  return error(kNotSupported);
}

std::string AtModem::open(const at::Command& c) {
  const auto aid = c.arguments.size() == 1 ? from_hex(c.arguments[0]) : std::nullopt;
  if (!aid || aid->empty() || aid->size() > 16) return error(kIncorrectParameters);
  const auto opened = card_.open(*aid);
  if (!opened) return error(opened.error().as<StatusWord>() ? kNotFound : kSimFailure);
  auto session = std::to_string(opened->channel);
  if (style_.long_handles) {
    const auto n = next_handle_++;
    session =
        "00000000" + to_hex(Bytes{static_cast<std::uint8_t>(n >> 24), static_cast<std::uint8_t>(n >> 16),
                                  static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)});
  }
  sessions_[session] = opened->channel;
  return information("+CCHO", session);
}

std::string AtModem::close(const at::Command& c) {
  const auto found = c.arguments.size() == 1 ? sessions_.find(c.arguments[0]) : sessions_.end();
  if (found == sessions_.end()) return error(kIncorrectParameters);
  (void)card_.close(found->second);  // a reset of the card may have closed it
  sessions_.erase(found);
  return std::string(kOk);
}

std::string AtModem::apdu_answer(std::string_view name, Result<Bytes> answer) const {
  if (!answer || answer->size() < 2) return error(kSimFailure);
  auto& octets = *answer;
  if (!style_.tells_proactive && octets[octets.size() - 2] == 0x91) {
    octets[octets.size() - 2] = 0x90;
    octets.back() = 0x00;
  }
  auto digits = to_hex(octets);
  if (style_.lower_case)
    for (char& d : digits)
      if (d >= 'A' && d <= 'F') d = static_cast<char>(d + 32);
  const std::string quote = style_.quotes ? "\"" : "";
  return information(name, std::to_string(digits.size()) + "," + quote + digits + quote);
}

std::string AtModem::transmit(const at::Command& c) {
  if (c.arguments.size() != 3) return error(kIncorrectParameters);
  const auto session = sessions_.find(c.arguments[0]);
  const auto apdu = apdu_of(c.arguments[1], c.arguments[2]);
  if (session == sessions_.end() || !apdu || apdu->size() > style_.longest_apdu)
    return error(kIncorrectParameters);
  return apdu_answer("+CGLA", card_.transmit(session->second, *apdu, style_.writes_class));
}

std::string AtModem::csim(const at::Command& c) {
  if (c.arguments.size() != 2) return error(kIncorrectParameters);
  const auto apdu = apdu_of(c.arguments[0], c.arguments[1]);
  if (!apdu || apdu->size() > style_.longest_apdu) return error(kIncorrectParameters);
  return apdu_answer("+CSIM", card_.transmit(0, *apdu));
}

}  // namespace eider::device
