// Any octets as what a modem says, in pieces of any size: bounded, and whatever is taken for a response APDU
// has a status word. The same octets as what a terminal equipment writes.
#include <cstdlib>

#include "channel/at.hpp"

using namespace eider;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = std::size_t{data[0]} + 1;
  const ByteView input(data + 1, size - 1);
  at::ReplyReader reader("AT+CGLA=1,16,\"80E2910003BF3C00\"");
  for (std::size_t at = 0; at < input.size(); at += step) {
    const auto fed = reader.feed(input.subspan(at, std::min(step, input.size() - at)));
    if (!fed) break;
    if (!*fed) continue;
    const auto& reply = **fed;
    if (reply.lines.size() > at::kMaxLines || reply.error_text().size() > 200) std::abort();
    for (const auto& apdu : {at::read_csim(reply), at::read_cgla(reply)})
      if (apdu && apdu->size() < 2) std::abort();
    const auto session = at::read_ccho(reply);
    if (session && (session->empty() || session->size() > 32)) std::abort();
    break;
  }
  if (const auto command = at::read_command(as_text(input)); command && command->arguments.size() > size)
    std::abort();
  return 0;
}
