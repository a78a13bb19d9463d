#include "channel/dns.hpp"

#include <algorithm>
#include <cctype>

namespace eider::channel::dns {
namespace {
constexpr std::size_t kMaxName = 253, kMaxLabel = 63;
constexpr std::uint16_t kRecursionDesired = 0x0100, kResponse = 0x8000, kTruncated = 0x0200, kInternet = 1,
                        kCname = 5;

void append_number(Bytes& out, std::uint16_t n) {
  out.push_back(static_cast<std::uint8_t>(n >> 8));
  out.push_back(static_cast<std::uint8_t>(n));
}
tl::unexpected<Fault> malformed(const char* what) {
  return fail(DecodeFault{"DNS message", 0, what});
}
std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::optional<Bytes> encode_name(std::string_view name) {
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  if (name.empty() || name.size() > kMaxName) return std::nullopt;
  Bytes out;
  for (;;) {
    const auto label = name.substr(0, name.find('.'));
    if (label.empty() || label.size() > kMaxLabel) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(label.size()));
    append(out, as_bytes(label));
    if (label.size() == name.size()) break;
    name.remove_prefix(label.size() + 1);
  }
  out.push_back(0x00);
  return out;
}

// Reads a message from its start; once something does not fit, everything else is zero.
class Reader {
 public:
  explicit Reader(ByteView message) : message_(message) {}
  bool broken() const { return broken_; }
  std::uint16_t number() {
    const auto two = take(2);
    return two.size() == 2 ? static_cast<std::uint16_t>(two[0] << 8 | two[1]) : std::uint16_t{0};
  }
  ByteView take(std::size_t n) {
    if (broken_ || message_.size() - at_ < n) {
      broken_ = true;
      return {};
    }
    at_ += n;
    return message_.subspan(at_ - n, n);
  }
  // RFC 1035 section 4.1.4: a pointer leads backwards only, so that this ends.
  std::string name() {
    std::string out;
    auto at = at_;
    bool moved = false;
    for (auto limit = at; !broken_;) {
      if (at >= message_.size()) break;
      const std::size_t length = message_[at];
      if (length == 0) {
        if (!moved) at_ = at + 1;
        return lower(out);
      }
      if ((length & 0xC0) == 0xC0) {
        if (at + 1 >= message_.size()) break;
        const std::size_t to = (length & 0x3F) << 8 | message_[at + 1];
        if (!moved) at_ = at + 2;
        if (to >= limit) break;
        moved = true;
        at = limit = to;
        continue;
      }
      if (length > kMaxLabel || message_.size() - at - 1 < length || out.size() + length > kMaxName) break;
      if (!out.empty()) out += '.';
      out += as_text(message_.subspan(at + 1, length));
      at += 1 + length;
    }
    broken_ = true;
    return {};
  }

 private:
  ByteView message_;
  std::size_t at_ = 0;
  bool broken_ = false;
};
}  // namespace

Result<Bytes> encode_query(std::uint16_t identifier, std::string_view name, Type type) {
  const auto coded = encode_name(name);
  if (!coded) return fail_local("\"" + std::string(name) + "\" is no domain name");
  Bytes out;
  for (const std::uint16_t n : {identifier, kRecursionDesired, std::uint16_t{1}, std::uint16_t{0},
                                std::uint16_t{0}, std::uint16_t{0}})
    append_number(out, n);
  append(out, *coded);
  append_number(out, static_cast<std::uint16_t>(type));
  append_number(out, kInternet);
  return out;
}

Result<std::vector<Bytes>> read_answer(ByteView message, std::uint16_t identifier, std::string_view name,
                                       Type type) {
  Reader in(message);
  const auto id = in.number(), flags = in.number(), questions = in.number(), answers = in.number();
  (void)in.take(4);  // authority and additional records are not read
  if (in.broken() || id != identifier || (flags & kResponse) == 0 || questions != 1)
    return malformed("it is no answer to this question");
  if ((flags & kTruncated) != 0) return malformed("it is cut off");
  std::string wanted = lower(name);
  if (!wanted.empty() && wanted.back() == '.') wanted.pop_back();
  const auto asked = in.name();
  const auto asked_type = in.number();
  (void)in.number();
  if (in.broken() || asked != wanted || asked_type != static_cast<std::uint16_t>(type))
    return malformed("it answers another question");
  std::vector<Bytes> out;
  if ((flags & 0x000F) != 0) return out;
  const std::size_t size = type == Type::kA ? 4 : 16;
  for (unsigned i = 0; i < answers; ++i) {
    const auto owner = in.name();
    const auto kind = in.number();
    (void)in.take(6);  // class, time to live
    const std::size_t length = in.number();
    if (kind == kCname && owner == wanted) {
      wanted = in.name();
      continue;
    }
    const auto data = in.take(length);
    if (in.broken()) return malformed("a record ends too early");
    if (kind == static_cast<std::uint16_t>(type) && owner == wanted && length == size)
      out.push_back(to_bytes(data));
  }
  if (in.broken()) return malformed("a record ends too early");
  return out;
}

}  // namespace eider::channel::dns
