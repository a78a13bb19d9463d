// Any octets as a request to the SM-DP+: the first selects the function, the rest is the body. It answers
// with a status that section 6 of SGP.22 knows, never with trouble of its own.
#include <cstdlib>

#include "support/smdpp_fixture.hpp"

namespace {

using namespace eider;

struct World {
  smdpp::MemoryStore store;
  test::SmDpPlusFixture fixture{store};
  World() {
    fixture.put_operator("op", fixture.client_certificate);
    fixture.add_profile(1);
    fixture.limits.sessions_per_peer = 1000000;
    fixture.start();
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size == 0) return 0;
  constexpr std::string_view kPaths[] = {test::es9::kInitiateAuthentication.path,
                                         test::es9::kAuthenticateClient.path,
                                         test::es9::kGetBoundProfilePackage.path,
                                         test::es9::kHandleNotification.path,
                                         test::es9::kCancelSession.path,
                                         test::es9::kAsn1Path,
                                         test::es2::kDownloadOrder.path,
                                         test::es2::kConfirmOrder.path,
                                         test::es2::kCancelOrder.path,
                                         test::es2::kReleaseProfile.path};
  const auto path = kPaths[data[0] % std::size(kPaths)];
  const bool asn1 = path == test::es9::kAsn1Path;
  const auto reply = world.fixture.post(path, as_text({data + 1, size - 1}),
                                        asn1 ? "application/x-gsma-rsp-asn1" : "application/json");
  if (reply.status != 200 && reply.status != 204 && reply.status != 400) std::abort();
  if (reply.status == 200 && reply.body.empty()) std::abort();
  world.fixture.clock.advance(std::chrono::seconds(30));  // sessions expire, so that memory stays bounded
  return 0;
}
