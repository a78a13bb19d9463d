// The receiver of protected segments on hostile input: never accepts what the sender did not make.
#include "channel/bsp.hpp"

#include <cstdlib>

using namespace eider;
using namespace eider::channel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const BspKeys keys = *derive_bsp_keys(Bytes(32, 1), 0x88, 0x10, Bytes(8, 2), Bytes(16, 3));
  const ByteView in(data, size);
  for (const BspTag tag : {BspTag::k86, BspTag::k87, BspTag::k88}) {
    auto receiver = *BspReceiver::make(keys);
    Bytes out;
    if (receiver.open(tag, in, out)) {  // only a record that this sender makes as its first one
      auto sender = *BspSender::make(keys);
      Bytes again;
      if (!sender.protect(tag, out, again) || !equal(again, in)) std::abort();
    } else if (!out.empty() || receiver.open(tag, in, out)) {
      std::abort();
    }
    auto sender = *BspSender::make(keys);
    auto peer = *BspReceiver::make(keys);
    Bytes wire, opened;
    const ByteView plain = in.first(std::min(in.size(), max_plaintext(tag)));
    if (!sender.protect(tag, plain, wire) || wire.size() != bsp_tlv_size(tag, plain.size()) ||
        !peer.open(tag, wire, opened) || !equal(opened, plain))
      std::abort();
  }
  return 0;
}
