// Any octets as the body of a request to an Alternative SM-DS: the first octet selects who calls, what its
// Root says, and the function: RegisterEvent, DeleteEvent, ES11 in JSON, ES11 in ASN.1. It answers with a
// status that section 6 of SGP.22 knows, and keeps exactly what it says it keeps.
#include <cstdlib>

#include "support/smds_fixture.hpp"

namespace {

using namespace eider;

struct World {
  test::SmDsFixture fixture;
  test::RootDouble root;
  std::vector<Bytes> callers;
  std::size_t look_ups = 0;  // made by this fuzzer itself
  World() {
    using crypto::CertificateRole;
    callers = {fixture.certificate(CertificateRole::kDpTls), fixture.certificate(CertificateRole::kDsTls),
               fixture.certificate(CertificateRole::kDpTls, fixture.other),
               fixture.certificate(CertificateRole::kDpAuth)};
    fixture.root = &root;
    fixture.start();
  }
};

}  // namespace

namespace {

void expect_known_status(const HttpReply& reply) {
  if (reply.status != 200 && reply.status != 400 && reply.status != 503) std::abort();
}

// Nobody here is an eUICC: no answer may come out of the store.
void call_es11(World& world, bool asn1, std::string_view body) {
  auto& f = world.fixture;
  if (asn1) {
    expect_known_status(f.post_es11(sgp22::es9plus::kAsn1Path, body, sgp22::kAsn1ContentType));
  } else {
    expect_known_status(f.post_es11(sgp22::es9plus::kInitiateAuthentication.path, body));
    expect_known_status(f.post_es11(sgp22::es9plus::kAuthenticateClient.path, body));
  }
  if (f.store.look_ups() != world.look_ups) std::abort();
  f.clock.advance(f.limits.session_lifetime);
  if (f.server->live_sessions() != 0) std::abort();
  f.clock.set(test::pki_time());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  auto& f = world.fixture;
  if (size == 0) return 0;
  const auto who = data[0] & 3u;
  const auto answer = (data[0] >> 2) & 3u;
  world.root.fault.reset();
  if (answer == 1) world.root.fault = TransportFault{true, "lost"};
  if (answer == 2) world.root.fault = FunctionStatus{"8.9.5", "3.3", "", ""};
  const auto body = as_text({data + 1, size - 1});
  const auto function = (data[0] >> 4) & 3u;
  if (function >= 2) {
    call_es11(world, function == 3, body);
    return 0;
  }
  if (function == 1) {
    // There is nothing to delete.
    const auto reply = f.post_as(world.callers[who], body, "application/json", test::ds::kDeleteEvent.path);
    expect_known_status(reply);
    if (reply.status == 200 && f.code(reply) == "ok") std::abort();
    return 0;
  }
  const auto before = f.store.size();
  const auto reply = f.post_as(world.callers[who], body);
  if (reply.status != 200 && reply.status != 400) std::abort();
  const bool kept = reply.status == 200 && f.code(reply) == "ok";
  if (kept && who == 3) std::abort();
  if (f.store.size() != before + (kept ? 1 : 0)) std::abort();
  if (kept) {
    // What it has taken it takes again only as the same call, and gives to the card.
    const auto request = *json::decode<sgp22::es12::RegisterEventRequest>(body);
    const auto eid = *sgp22::parse_eid(request.eid);
    ++world.look_ups;
    const auto events = *f.store.events_of(eid, {}, f.clock.now(), 1000);
    if (events.empty() || events.back().event_id != request.eventId) std::abort();
    const bool named = !request.header.functionCallIdentifier.empty();
    if (f.code(f.post_as(world.callers[who], body)) != (named ? "ok" : "8.9.5/3.3")) std::abort();
    const auto kept_event = events.back();
    if (!f.store.remove(kept_event.caller, kept_event.event_id) || f.store.size() != before) std::abort();
  }
  world.root.events.clear();
  return 0;
}
