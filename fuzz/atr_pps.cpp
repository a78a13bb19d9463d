// Answers to reset and PPS of both sides: what is read, a card of that ATR and a terminal agree about.
#include <cstdlib>

#include "codec/atr.hpp"

using namespace eider;

namespace {
void require(bool holds) {
  if (!holds) std::abort();
}

void agree(const Atr& atr) {
  require(!atr.protocols.empty());
  const auto request = choose_pps(atr);
  if (!request) return;
  const auto read = parse_pps_request(request->encode());
  require(read && read->protocol == request->protocol && read->speed == request->speed);
  const auto response = answer_pps(atr, *read);
  require(response && check_pps_response(*request, response->encode()).has_value());
}
}  // namespace

// First octet: the length of the ATR; then the ATR, then a PPS message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView in(data + 1, size - 1);
  const auto split = std::min<std::size_t>(data[0], in.size());
  const auto atr = parse_atr(in.first(split));
  if (atr) agree(*atr);
  const auto message = in.subspan(split);
  const auto pps = parse_pps_request(message);
  if (pps && atr)
    if (const auto response = answer_pps(*atr, *pps))
      require(check_pps_response(*pps, response->encode()).has_value());
  (void)check_pps_response({0, 0x96}, message);
  return 0;
}
