// Writes XML, an element after the other, without white space between them. Text is made safe: the characters
// that XML does not have, and octets that are no UTF-8, become U+FFFD.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace eider::xml {

void append_text(std::string& out, std::string_view text);
void append_attribute(std::string& out, std::string_view name,
                      std::string_view value);  // with the space before

class Writer {
 public:
  // `name` may have a prefix; the caller has declared it.
  void open(std::string_view name);
  void attribute(std::string_view name, std::string_view value);  // right after open()
  void text(std::string_view text);
  void raw(std::string_view xml);  // whole elements, as they are
  void close();
  void leaf(std::string_view name, std::string_view value) {
    open(name);
    text(value);
    close();
  }
  // Without the declaration <?xml …?>.
  const std::string& str() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  void finish_tag();

  std::string out_;
  std::vector<std::string> open_;
  bool in_tag_ = false;
};

}  // namespace eider::xml
