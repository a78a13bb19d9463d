#include "codec/apdu.hpp"

namespace eider {

Bytes CommandApdu::encode() const {
  const bool ext = extended || data.size() > 255 || (le && *le > 256);
  Bytes out{cla, ins, p1, p2};
  out.reserve(data.size() + 10);
  if (!data.empty()) {
    if (ext) {
      out.push_back(0);
      out.push_back(static_cast<std::uint8_t>(data.size() >> 8));
    }
    out.push_back(static_cast<std::uint8_t>(data.size()));
    append(out, data);
  }
  if (le) {
    if (ext) {
      if (data.empty()) out.push_back(0);
      out.push_back(static_cast<std::uint8_t>(*le >> 8));
    }
    out.push_back(static_cast<std::uint8_t>(*le));
  }
  return out;
}

Result<CommandView> parse_command(ByteView a) {
  const auto bad = [](std::size_t at, const char* what) {
    return fail(DecodeFault{"CommandApdu", at, what});
  };
  if (a.size() < 4) return bad(a.size(), "shorter than a header");
  CommandView c{a[0], a[1], a[2], a[3], {}, {}, false};
  const ByteView body = a.subspan(4);
  if (body.empty()) return c;  // case 1
  if (body.size() == 1) {      // case 2 short
    c.le = body[0] ? body[0] : 256u;
    return c;
  }
  if (body[0] != 0) {  // case 3 or 4 short
    const std::size_t lc = body[0];
    if (body.size() == 1 + lc) {
      c.data = body.subspan(1);
    } else if (body.size() == 2 + lc) {
      c.data = body.subspan(1, lc);
      c.le = body[1 + lc] ? body[1 + lc] : 256u;
    } else {
      return bad(4, "Lc does not fit the length");
    }
    return c;
  }
  if (body.size() < 3) return bad(4, "Lc is zero");
  c.extended = true;
  const std::uint32_t n = static_cast<std::uint32_t>(body[1]) << 8 | body[2];
  if (body.size() == 3) {  // case 2 extended
    c.le = n ? n : 65536u;
    return c;
  }
  if (n == 0) return bad(5, "extended Lc is zero");
  if (body.size() == 3 + std::size_t{n}) {
    c.data = body.subspan(3);
  } else if (body.size() == 5 + std::size_t{n}) {
    c.data = body.subspan(3, n);
    const std::uint32_t le = static_cast<std::uint32_t>(body[3 + n]) << 8 | body[4 + n];
    c.le = le ? le : 65536u;
  } else {
    return bad(5, "extended Lc does not fit the length");
  }
  return c;
}

Bytes ResponseApdu::encode() const {
  Bytes out;
  out.reserve(data.size() + 2);
  append(out, data);
  out.push_back(static_cast<std::uint8_t>(sw >> 8));
  out.push_back(static_cast<std::uint8_t>(sw));
  return out;
}

Result<ResponseApdu> parse_response(ByteView a) {
  if (a.size() < 2) return fail(DecodeFault{"ResponseApdu", a.size(), "shorter than a status word"});
  const auto n = a.size() - 2;
  return ResponseApdu{to_bytes(a.first(n)), static_cast<std::uint16_t>(a[n] << 8 | a[n + 1])};
}

std::optional<int> channel_of(std::uint8_t cla) {
  if ((cla & 0x40) != 0) return (cla == 0xFF) ? std::nullopt : std::optional<int>(4 + (cla & 0x0F));
  if ((cla & 0x60) == 0x20) return std::nullopt;
  return cla & 0x03;
}

std::uint8_t class_for_channel(int channel, bool proprietary) {
  const int base = proprietary ? 0x80 : 0x00;
  return static_cast<std::uint8_t>(channel < 4 ? base | channel : base | 0x40 | (channel - 4));
}

}  // namespace eider
