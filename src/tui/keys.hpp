// The octets that a terminal sends for keys: ECMA-48 sequences as xterm and its kin use them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace eider::tui {

enum class Key : std::uint8_t {
  kCharacter,
  kEnter,
  kEscape,
  kTab,
  kBackTab,
  kBackspace,
  kDelete,
  kUp,
  kDown,
  kLeft,
  kRight,
  kHome,
  kEnd,
  kPageUp,
  kPageDown,
  kInterrupt,  // Ctrl-C
  kClear,      // Ctrl-U
  kRedraw,     // Ctrl-L
};

struct KeyPress {
  Key key = Key::kCharacter;
  char32_t character = 0;  // of kCharacter
  bool pasted = false;     // came with a bracketed paste: text, never a command
  bool operator==(const KeyPress&) const = default;
};

class KeyReader {
 public:
  // Keys that are complete. What no key is known for is dropped.
  std::vector<KeyPress> feed(std::string_view octets);
  // An Escape may be a key, or the beginning of a sequence: after some time without another octet it is a
  // key.
  bool waits() const { return !pending_.empty(); }
  std::vector<KeyPress> time_over();

 private:
  enum class Found : std::uint8_t { kKey, kNothing, kIncomplete };
  Found take(std::string_view in, std::size_t& used, KeyPress& key);
  Found take_sequence(std::string_view in, std::size_t& used, KeyPress& key);
  std::string pending_;
  bool pasting_ = false;
};

}  // namespace eider::tui
