// BER-TLV, APDUs, base64, hex and BCD: what is read must be written back as it was.
#include <cstdlib>

#include "codec/apdu.hpp"
#include "codec/base64.hpp"
#include "codec/tlv.hpp"

using namespace eider;

namespace {
void require(bool holds) {
  if (!holds) std::abort();
}

void tlv(ByteView in, int depth) {
  const auto strict = read_tlvs(in);
  const auto lax = read_tlvs(in, false);
  require(!strict || lax);
  if (!lax) return;
  Bytes again;
  for (const auto& t : *lax) {
    append_tlv(again, t.tag, t.value);
    require(t.header_size() >= tlv_header_size(t.tag, t.value.size()));
    if (is_constructed(t.tag) && depth > 0) tlv(t.value, depth - 1);
  }
  if (strict) require(equal(again, in));
}

void apdu(ByteView in) {
  if (const auto c = parse_command(in)) {
    const CommandApdu command{c->cla, c->ins, c->p1, c->p2, to_bytes(c->data), c->le, c->extended};
    require(equal(command.encode(), in));
  }
  if (const auto r = parse_response(in)) require(equal(r->encode(), in));
}

void text(ByteView in) {
  require(*base64_decode(base64_encode(in)) == to_bytes(in));
  require(*from_hex(to_hex(in)) == to_bytes(in));
  if (const auto bytes = base64_decode(as_text(in))) require(base64_decode(base64_encode(*bytes)) == bytes);
  for (bool swapped : {false, true})
    if (const auto digits = bcd_decode(in, swapped)) {
      const auto back = bcd_encode(*digits, swapped);
      require(back && bcd_decode(*back, swapped) == digits);
    }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  tlv(in, 8);
  apdu(in);
  text(in);
  return 0;
}
