// Messages of the admin protocol, of a card and of an SM-SR, in pieces; identities and triggers. What was
// read and is written again reads the same.
#include <cstdlib>

#include "channel/scp81.hpp"
#include "channel/scp81_trigger.hpp"

namespace {
using namespace eider;
using namespace eider::channel::scp81;

template <class Message>
void read_in_pieces(ByteView octets, std::size_t piece) {
  Reader<Message> reader(4096);
  for (std::size_t at = 0; at < octets.size(); at += piece)
    if (!reader.feed(octets.subspan(at, std::min(piece, octets.size() - at)))) break;
  while (const auto message = reader.next()) {
    const auto written = message->encode();
    Reader<Message> again(8192);
    if (!again.feed(written)) std::abort();
    const auto second = again.next();
    if (!second || second->encode() != written) std::abort();
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView octets(data + 2, size - 2);
  const std::size_t piece = 1 + data[1];
  switch (data[0] % 4) {
    case 0:
      read_in_pieces<AdminRequest>(octets, piece);
      break;
    case 1:
      read_in_pieces<AdminResponse>(octets, piece);
      break;
    case 2:
      if (const auto identity = PskIdentity::parse(as_text(octets)))
        if (PskIdentity::parse(identity->text())->text() != identity->text()) std::abort();
      break;
    default:
      if (const auto trigger = Trigger::decode(octets))
        if (const auto again = Trigger::decode(trigger->encode()); !again || *again != *trigger) std::abort();
  }
  return 0;
}
