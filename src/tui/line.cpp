// What is typed into a field.
#include "tui/lpa_model.hpp"
#include "tui/text.hpp"

namespace eider::tui {

Line::Line(std::string text, std::size_t most, bool hidden) : most_(most), hidden_(hidden) {
  text_.reserve(most);
  for (std::size_t at = 0; at < text.size() && text_.size() < most_;) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    KeyReader reader;
    for (const auto& key : reader.feed(std::string_view(text).substr(at, end - at)))
      if (key.key == Key::kCharacter) text_ += key.character;
    at = end;
  }
  cursor_ = text_.size();
}
Line::Line(const Line& other) : most_(other.most_), cursor_(other.cursor_), hidden_(other.hidden_) {
  text_.reserve(most_);
  text_ = other.text_;
}
Line& Line::operator=(const Line& other) {
  if (this == &other) return *this;
  if (hidden_) forget();
  most_ = other.most_, hidden_ = other.hidden_;
  text_.reserve(most_);
  text_ = other.text_;
  cursor_ = other.cursor_;
  return *this;
}
Line::~Line() {
  if (hidden_) forget();
}
void Line::forget() {
  zeroise({reinterpret_cast<std::uint8_t*>(text_.data()), text_.size() * sizeof(char32_t)});
  text_.clear();
  cursor_ = 0;
}

bool Line::press(const KeyPress& key) {
  switch (key.key) {
    case Key::kCharacter:
      if (columns_of(key.character) < 0 || text_.size() >= most_) return false;
      text_.insert(cursor_++, 1, key.character);
      return true;
    case Key::kBackspace:
      if (cursor_ > 0) text_.erase(--cursor_, 1);
      return true;
    case Key::kDelete:
      if (cursor_ < text_.size()) text_.erase(cursor_, 1);
      return true;
    case Key::kLeft:
      if (cursor_ > 0) --cursor_;
      return true;
    case Key::kRight:
      if (cursor_ < text_.size()) ++cursor_;
      return true;
    case Key::kHome:
      cursor_ = 0;
      return true;
    case Key::kEnd:
      cursor_ = text_.size();
      return true;
    case Key::kClear:
      forget();
      return true;
    default:
      return false;
  }
}

std::string Line::text() const {
  std::string out;
  for (const auto c : text_) out += encode_utf8(c);
  return out;
}

Secret Line::secret() const {
  Bytes out;
  out.reserve(text_.size() * 4);
  for (const auto c : text_) append(out, as_bytes(encode_utf8(c)));
  return Secret(std::move(out));
}

}  // namespace eider::tui
