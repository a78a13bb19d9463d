// Any octets in the four places where they reach an SM-SR; the first octet selects which, and who sends them:
// a short message, a connection to the port of sessions, what a card says behind a handshake with its key,
// and the body of a function call. Nobody here knows the card's keys of SCP80: whatever comes by SMS or
// before a handshake leaves Profiles and keys as they are, and so does who may call nothing.
#include <cstdlib>

#include "roles/smsr/fixture.hpp"
#include "spec/sgp22/aids.hpp"

namespace {
using namespace eider;
using namespace eider::smsr;
using smsr::test::must;

struct Target {
  std::optional<smsr::test::World> world;
  int uses = 0;
  // Calls may leave something behind: now and then all begins anew.
  smsr::test::World& fresh() {
    if (!world || ++uses > 500 || world->operations() > 8) {
      world.emplace();
      uses = 0;
    }
    world->sms.sent.clear();
    world->soap.posts.clear();
    return *world;
  }
};

struct Seen {
  Profile first, second;
  CardKeys keys;
  bool operator==(const Seen&) const = default;
};
Seen look(smsr::test::World& w) {
  return {w.profile(1), w.profile(2), w.scp80()};
}
void demand(bool good) {
  if (!good) std::abort();
}

void by_sms(smsr::test::World& w, unsigned who, ByteView octets) {
  const std::string from[] = {smsr::test::kMsisdn1, smsr::test::kMsisdn2, "+49 30 1", ""};
  const auto before = look(w);
  demand(w.smsr->on_short_message(from[who], octets).has_value());
  demand(look(w) == before);
}

void by_connection(smsr::test::World& w, ByteView octets) {
  const auto before = look(w);
  auto session = w.smsr->open_session();
  (void)session.feed(octets);
  (void)session.poll();
  (void)session.output();
  demand(!session.eid());
  demand(look(w) == before);
}

void by_session(smsr::test::World& w, ByteView octets) {
  const channel::scp81::PskIdentity identity{w.eid, *Aid::from(sgp22::kIsdRAid), 1, 0x40};
  auto client = must(channel::PskTls::client(identity.text(), w.card.psk));
  auto session = w.smsr->open_session();
  const auto shuttle = [&] {
    for (bool more = true; more;) {
      const auto there = client.output();
      if (!there.empty() && !session.over()) (void)session.feed(there);
      const auto back = session.output();
      if (!back.empty()) (void)client.feed(back);
      more = !there.empty() || !back.empty();
    }
  };
  shuttle();
  demand(session.eid() == w.eid);
  (void)client.write(octets);
  shuttle();
  if (!session.over()) (void)session.poll();
  shuttle();
}

void by_call(smsr::test::World& w, unsigned who, ByteView octets) {
  using namespace smsr::test;
  const EntityId callers[] = {kMno1, kSmdp, kOther, kStranger};
  const auto before = look(w);
  const auto reply = w.smsr->handle({octets, Parties::get().certificate_of(callers[who])});
  demand(reply.status == 200 || reply.status == 202 || reply.status == 400 || reply.status == 403);
  if (callers[who] == kStranger) demand(look(w) == before && w.operations() == 0);
  if (reply.held) (void)w.smsr->take_reply(*reply.held);
  must(w.smsr->poll());
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Target target;
  if (size == 0) return 0;
  auto& world = target.fresh();
  const unsigned what = data[0] & 3U, who = (data[0] >> 2) & 3U;
  const ByteView octets(data + 1, size - 1);
  switch (what) {
    case 0:
      by_sms(world, who, octets);
      break;
    case 1:
      by_connection(world, octets);
      break;
    case 2:
      by_session(world, octets);
      break;
    default:
      // A stranger meets no operation of somebody else.
      if (who == 3) target.world.emplace();
      by_call(who == 3 ? *target.world : world, who, octets);
  }
  return 0;
}
