// Any octets as an envelope to an SM-DP: the first octet selects the interface and who sends it. It answers
// with a status that the binding knows, and does nothing for strangers.
#include <cstdlib>

#include "support/smdp_fixture.hpp"

namespace {
using namespace eider;

struct World {
  test::SmdpFixture f;
  std::vector<Bytes> senders;
  World() {
    f.stock(1);
    for (const char* id : {"2.999.31", "2.999.41", "2.999.88"})
      senders.push_back(f.certificate(sgp02::EntityId(id)));
    senders.emplace_back();
    f.reachable = [](const sgp02::soap::Message&) { return false; };
  }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size == 0) return 0;
  const auto& sender = world.senders[data[0] & 3u];
  const bool es3 = (data[0] & 4u) != 0;
  const smdp::Request request{{data + 1, size - 1}, sender};
  const auto check = [](const HttpReply& reply) {
    if (reply.status != 200 && reply.status != 202 && reply.status != 400 && reply.status != 403)
      std::abort();
  };
  const auto commits = world.f.store.commits();
  if (es3)
    check(world.f.server->es3(request));
  else
    world.f.server->es2(request, check);
  if ((data[0] & 3u) > 1 && world.f.store.commits() != commits) std::abort();
  return 0;
}
