// Any octets as EuiccResponseData to an SM-DP in the middle of a download: the first octet says which of its
// SendData they answer, the rest replaces what the card said. Nothing but the card's own answer installs a
// Profile.
#include <cstdlib>

#include "support/smdp_fixture.hpp"

namespace {
using namespace eider;

struct World {
  test::SmdpPki pki;
  SeededRandom random{3};
  crypto::PrivateKey ecasd = crypto::PrivateKey::generate(crypto::Curve::kP256, random);
  sgp02::Aid aid = *sgp02::Aid::from(hex("A0000005591010FFFFFFFF8900001000"));
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size == 0) return 0;
  const auto at = data[0] % 8u;
  const ByteView replacement(data + 1, size - 1);
  test::SoftwareIsdp card(world.ecasd, world.pki.ci_key.public_key(), world.random);
  card.create(world.aid);
  card.complete_at = 3000;
  const smdp::es8::TokenKey token{{hex("01"), hex("02"), hex("03")}, 1, Secret(Bytes(16, 7))};
  smdp::es8::Installation installation(world.aid, world.ecasd.public_key(), world.pki.credential, {}, token,
                                       Secret(Bytes(3000, 0x5A)), {.segments_per_call = 2}, world.random);
  for (unsigned i = 0; !installation.done() && i < 16; ++i) {
    const auto next = installation.next();
    if (!next) std::abort();
    const auto honest = card.send_data(next->sd_aid, next->data);
    const bool replaced = i == at;
    const auto taken = installation.answer(replaced ? replacement : ByteView(honest));
    if (!replaced && i < at && !taken) std::abort();
    // Taken, or it is over: another challenge or another key set ends with the card's next answer.
    if (!taken) break;
  }
  if (installation.done() && !card.find(world.aid)->installed) std::abort();
  return 0;
}
