#include "tui/keys.hpp"

#include <optional>

namespace eider::tui {
namespace {

constexpr std::size_t kLongestSequence = 32;

std::optional<Key> of_control(unsigned char c) {
  switch (c) {
    case '\r':
    case '\n':
      return Key::kEnter;
    case '\t':
      return Key::kTab;
    case 0x08:
    case 0x7F:
      return Key::kBackspace;
    case 0x03:
      return Key::kInterrupt;
    case 0x0C:
      return Key::kRedraw;
    case 0x15:
      return Key::kClear;
    default:
      return std::nullopt;
  }
}

std::optional<Key> of_final(char c) {
  switch (c) {
    case 'A':
      return Key::kUp;
    case 'B':
      return Key::kDown;
    case 'C':
      return Key::kRight;
    case 'D':
      return Key::kLeft;
    case 'H':
      return Key::kHome;
    case 'F':
      return Key::kEnd;
    case 'Z':
      return Key::kBackTab;
    case 'M':
      return Key::kEnter;  // of the keypad
    default:
      return std::nullopt;
  }
}

std::optional<Key> of_number(std::string_view parameter) {
  if (parameter == "1" || parameter == "7") return Key::kHome;
  if (parameter == "4" || parameter == "8") return Key::kEnd;
  if (parameter == "3") return Key::kDelete;
  if (parameter == "5") return Key::kPageUp;
  if (parameter == "6") return Key::kPageDown;
  return std::nullopt;
}
}  // namespace

std::vector<KeyPress> KeyReader::feed(std::string_view octets) {
  pending_ += octets;
  std::vector<KeyPress> out;
  std::size_t at = 0;
  while (at < pending_.size()) {
    std::size_t used = 0;
    KeyPress key;
    const auto found = take(std::string_view(pending_).substr(at), used, key);
    if (found == Found::kIncomplete) break;
    at += used;
    if (found == Found::kKey) out.push_back(key);
  }
  pending_.erase(0, at);
  return out;
}

KeyReader::Found KeyReader::take(std::string_view in, std::size_t& used, KeyPress& key) {
  const auto lead = static_cast<unsigned char>(in[0]);
  key = {};
  key.pasted = pasting_;
  if (lead == 0x1B) return take_sequence(in, used, key);
  used = 1;
  if (lead < 0x20 || lead == 0x7F) {
    const auto known = of_control(lead);
    if (!known || pasting_) return Found::kNothing;
    key.key = *known;
    return Found::kKey;
  }
  key.character = lead;
  if (lead < 0x80) return Found::kKey;
  const std::size_t length = lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4) return Found::kNothing;
  char32_t c = lead & (0xFF >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= in.size()) return Found::kIncomplete;
    const auto next = static_cast<unsigned char>(in[i]);
    if ((next & 0xC0) != 0x80) {
      used = i;
      return Found::kNothing;
    }
    c = c << 6 | (next & 0x3F);
  }
  used = length;
  const bool too_long = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  if (too_long || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return Found::kNothing;
  key.character = c;
  return Found::kKey;
}

KeyReader::Found KeyReader::take_sequence(std::string_view in, std::size_t& used, KeyPress& key) {
  if (in.size() < 2) return Found::kIncomplete;
  if (in[1] != '[' && in[1] != 'O') {  // Escape, and then another key
    used = 1;
    key.key = Key::kEscape;
    return pasting_ ? Found::kNothing : Found::kKey;
  }
  std::size_t end = 2;
  while (end < in.size() && in[end] >= 0x20 && in[end] < 0x40) ++end;
  if (end >= in.size()) {
    if (end < kLongestSequence) return Found::kIncomplete;
    used = end;
    return Found::kNothing;
  }
  used = end + 1;
  const std::string_view parameters = in.substr(2, end - 2);
  const char final = in[end];
  if (final == '~' && (parameters == "200" || parameters == "201")) {
    pasting_ = parameters == "200";
    return Found::kNothing;
  }
  const auto first = parameters.substr(0, parameters.find(';'));  // modifiers come behind it
  const auto known = final == '~' ? of_number(first) : of_final(final);
  if (!known || pasting_) return Found::kNothing;
  key.key = *known;
  return Found::kKey;
}

std::vector<KeyPress> KeyReader::time_over() {
  const bool escape = !pending_.empty() && pending_[0] == 0x1B && !pasting_;
  pending_.clear();
  if (escape) return {{Key::kEscape, 0, false}};
  return {};
}

}  // namespace eider::tui
