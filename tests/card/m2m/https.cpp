// HTTPS sessions of the card with its SM-SR, over the channels of a terminal: trigger, TLS with the card's
// pre-shared key, scripts to the ISD-R and to ISD-Ps, breaks and retries, notifications (SGP.02 v4.2 section
// 2.4.4, GlobalPlatform Amendment B; section 5 of the project's facts).
#include <gtest/gtest.h>
#include <map>

#include "card/inspect.hpp"
#include "channel/dns.hpp"
#include "channel/psk_tls.hpp"
#include "channel/scp81.hpp"
#include "channel/scp81_trigger.hpp"
#include "codec/tlv.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {
namespace {
namespace es5 = sgp02::es5;
namespace scp81 = channel::scp81;
using channel::PskTls;

// The SM-SR's end of every link: scripts that wait, requests that came.
struct Smsr final : device::BipPort {
  std::optional<Secret> key;
  std::deque<scp81::AdminResponse> script;  // answers, one a request; then 204
  std::vector<scp81::AdminRequest> requests;
  std::vector<std::string> identities, suites;
  std::optional<std::size_t> break_after;  // requests: then the link is gone without an answer
  channel::PskSuites offered = channel::PskSuites::kBoth;
  bool reachable = true, silent = false;
  std::map<std::string, Bytes> names;  // that the name server knows
  int questions = 0;
  int opened = 0;
  std::vector<device::BipEndpoint> endpoints;

  Result<int> open(const device::BipEndpoint& endpoint) override {
    endpoints.push_back(endpoint);
    if (!reachable) return fail(TransportFault{true, "nobody there"});
    if (!endpoint.tcp) return kNameServer;
    ++opened;
    tls = PskTls::server(
        [this](const std::string& identity) {
          identities.push_back(identity);
          return key;
        },
        offered);
    reader = scp81::RequestReader();
    up = true;
    return 1;
  }
  static constexpr int kNameServer = 2;
  // One question, one answer: C00C is the name of the question.
  void resolve(ByteView query) {
    ++questions;
    for (const auto& [name, address] : names) {
      if (!equal(query, must(channel::dns::encode_query(static_cast<std::uint16_t>(query[0] << 8 | query[1]),
                                                        name))))
        continue;
      datagram = to_bytes(query);
      datagram[2] = 0x81, datagram[3] = 0x80, datagram[7] = 1;
      append(datagram, concat({hex("C00C000100010000003C0004"), address}));
    }
  }
  Status send(int link, ByteView data) override {
    if (link == kNameServer) return resolve(data), Status();
    if (silent) return {};
    if (!up) return fail(TransportFault{true, "gone"});
    if (!tls->feed(data)) return {};
    const auto plain = tls->read();
    if (!plain.empty() && !reader.feed(plain)) throw std::runtime_error("the card sent no HTTP");
    while (auto request = reader.next()) {
      requests.push_back(*request);
      suites.push_back(tls->suite());
      if (break_after && requests.size() > *break_after) {
        break_after.reset();
        up = false;
        return {};
      }
      auto answer = scp81::AdminResponse();
      if (!script.empty()) {
        answer = script.front();
        script.pop_front();
      }
      must(tls->write(answer.encode()));
    }
    return {};
  }
  Result<std::optional<Bytes>> receive(int link, std::size_t most) override {
    if (link == kNameServer) {
      if (datagram.empty()) return std::optional<Bytes>();
      return std::optional(std::exchange(datagram, {}));
    }
    if (up) append(out, tls->output());
    if (out.empty()) {
      if (!up) return fail(TransportFault{true, "gone"});
      return std::optional<Bytes>();
    }
    const auto n = std::min(most, out.size());
    Bytes part(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(n));
    out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(n));
    return std::optional(std::move(part));
  }
  void close(int) override { up = false, out.clear(); }

  std::optional<PskTls> tls;
  scp81::RequestReader reader;
  Bytes out, datagram;
  bool up = false;
};

Bytes script_of(const std::vector<CommandApdu>& commands) {
  std::vector<Bytes> octets;
  for (const auto& c : commands) octets.push_back(c.encode());
  return must(etsi::encode_script(octets, etsi::ScriptFormat::kExpandedIndefinite));
}
std::vector<ResponseApdu> answers_of(const scp81::AdminRequest& r) {
  return must(etsi::ScriptResponse::decode(r.body, etsi::ScriptFormat::kExpandedIndefinite)).responses;
}

scp81::Trigger usual_trigger() {
  scp81::Trigger t;
  t.connection = scp81::ConnectionParameters{hex("03"), 1400, "m2m.example", 8443, hex("0A000001")};
  t.retry = scp81::RetryPolicy{2, 30};
  t.post = scp81::PostParameters{"smsr.example", {}, "/server/adminagent?cmd=1"};
  return t;
}

struct Scene {
  Smsr smsr;
  M2mDevice d;
  explicit Scene(const M2mPlan& plan = M2mPlan::usual()) : d(plan, {&smsr, nullptr, nullptr}) {
    smsr.key = psk_of(d.made);
    d.power_on();
    if (!d.notifications.empty()) (void)d.confirm();
  }
  void trigger(const scp81::Trigger& t = usual_trigger()) {
    EXPECT_TRUE(d.deliver(d.sealed(t.encode(), "1600")).empty());
    run();
  }
  void run() {
    for (int i = 0; i < 400 && must(d.terminal.poll()) != 0; ++i) {
    }
  }
};

scp81::AdminResponse with(Bytes script, std::string next = "/server/adminagent?cmd=2",
                          std::optional<scp81::Aid> target = {}) {
  return {200, next.empty() ? std::optional<std::string>() : next, target, std::move(script)};
}

TEST(M2mHttps, ATriggerOpensASessionInWhichScriptsRun) {
  Scene s;
  s.smsr.script = {with(script_of({es5::encode_get_memory()})),
                   with(script_of({es5::CreateISDP{isdp_aid(0x11), {}}.encode()}), "/next")};
  s.trigger();
  ASSERT_EQ(s.smsr.requests.size(), 3u);
  const auto& first = s.smsr.requests[0];
  EXPECT_EQ(first.uri, "/server/adminagent?cmd=1");
  EXPECT_EQ(first.host, "smsr.example");
  EXPECT_EQ(to_hex(first.eid), kM2mEid);
  EXPECT_TRUE(first.body.empty());
  EXPECT_FALSE(first.resume);
  EXPECT_FALSE(first.status);
  EXPECT_EQ(s.smsr.requests[1].uri, "/server/adminagent?cmd=2");
  EXPECT_EQ(s.smsr.requests[1].status, scp81::ScriptStatus::kOk);
  EXPECT_EQ(answers_of(s.smsr.requests[1]).at(0).sw, 0x9000);
  EXPECT_EQ(s.smsr.requests[2].uri, "/next");
  EXPECT_EQ(answers_of(s.smsr.requests[2]).at(0).sw, 0x9000);
  EXPECT_FALSE(s.d.terminal.channels_open());
  EXPECT_EQ(s.d.state_of(0x11), 0x07);
  ASSERT_EQ(s.smsr.endpoints.size(), 1u);
  EXPECT_EQ(s.smsr.endpoints[0].port, 8443);
  EXPECT_EQ(s.smsr.endpoints[0].access_name, "m2m.example");
  ASSERT_FALSE(s.smsr.identities.empty());
  EXPECT_EQ(s.smsr.identities[0],
            "8001028110" + std::string(kM2mEid) + "4F10A0000005591010FFFFFFFF8900000100820101830140");
}

TEST(M2mHttps, BothSuitesWork) {
  for (const auto suites : {channel::PskSuites::kGcmOnly, channel::PskSuites::kCbcOnly}) {
    Scene s;
    s.smsr.offered = suites;
    s.trigger();
    ASSERT_EQ(s.smsr.requests.size(), 1u);
    EXPECT_NE(s.smsr.suites[0].find(suites == channel::PskSuites::kGcmOnly ? "GCM" : "CBC"),
              std::string::npos);
  }
}

TEST(M2mHttps, ScriptsMayBeForAnIsdP) {
  Scene s;
  const auto isd_p = *scp81::Aid::from(sgp22::isd_p_aid(0x10)),
             nobody = *scp81::Aid::from(sgp22::isd_p_aid(0x77));
  s.smsr.script = {with(hex("AE80840A300001020304050607080000"), "/a", isd_p),
                   with(script_of({es5::encode_get_memory()}), "/b", nobody)};
  s.trigger();
  ASSERT_EQ(s.smsr.requests.size(), 3u);
  EXPECT_EQ(to_hex(s.smsr.requests[1].body),
            "AF809F4401030000");  // a bootstrap Profile has no keys of an SM-DP
  EXPECT_EQ(s.smsr.requests[2].status, scp81::ScriptStatus::kUnknownApplication);
  EXPECT_TRUE(s.smsr.requests[2].body.empty());
}

TEST(M2mHttps, AChangeOfTheProfileWaitsForTheEndOfTheSession) {
  auto plan = M2mPlan::usual();
  plan.m2m.profiles.push_back({m2m_package(kSecondIccid), false, false, false, false, {}});
  Scene s(plan);
  s.d.notifications.clear();
  s.smsr.script = {
      with(script_of({es5::encode_profile_command(es5::FunctionId::kEnableProfile, isdp_aid(0x11))})),
      with(script_of({es5::encode_get_status(isdp_aid(0x11))}), "/next")};
  s.trigger();
  ASSERT_EQ(s.smsr.requests.size(), 3u);
  EXPECT_EQ(answers_of(s.smsr.requests[1]).at(0).sw, 0x9000);
  EXPECT_EQ(must(es5::decode_status(answers_of(s.smsr.requests[2]).at(0).data)).at(0).life_cycle, 0x1F);
  ASSERT_EQ(s.d.notifications.size(), 1u);
  EXPECT_EQ(s.d.notifications[0].isdp_aid, isdp_aid(0x11));
  EXPECT_EQ(s.d.confirm(), 0x9000);
}

TEST(M2mHttps, ABrokenSessionIsResumedWithTheResultThatWasLost) {
  Scene s;
  s.smsr.script = {with(script_of({es5::CreateISDP{isdp_aid(0x11), {}}.encode()}))};
  s.smsr.break_after = 1;  // the second POST gets no answer
  s.trigger();
  EXPECT_EQ(s.smsr.requests.size(), 2u);
  s.d.pass(Duration(31'000));
  s.run();
  ASSERT_EQ(s.smsr.requests.size(), 3u);
  EXPECT_EQ(s.smsr.opened, 2);
  EXPECT_TRUE(s.smsr.requests[2].resume);
  EXPECT_EQ(s.smsr.requests[2].uri, "/server/adminagent?cmd=2");
  EXPECT_EQ(to_hex(s.smsr.requests[2].body), to_hex(s.smsr.requests[1].body));
  EXPECT_FALSE(s.d.terminal.channels_open());
}

TEST(M2mHttps, AttemptsAreAsManyAsThePolicySays) {
  Scene s;
  s.smsr.reachable = false;
  s.trigger();
  for (int i = 0; i < 6; ++i) {
    s.d.pass(Duration(31'000));
    s.run();
  }
  EXPECT_EQ(s.smsr.endpoints.size(), 3u);
  s.smsr.reachable = true;
  s.trigger();  // another trigger begins anew
  EXPECT_EQ(s.smsr.requests.size(), 1u);
}

TEST(M2mHttps, ASmsrWithAnotherKeyGetsNothing) {
  Scene s;
  s.smsr.key = Secret(Bytes(16, 0x55));
  auto t = usual_trigger();
  t.retry.reset();
  s.trigger(t);
  EXPECT_TRUE(s.smsr.requests.empty());
  EXPECT_FALSE(s.d.terminal.channels_open());
  EXPECT_EQ(s.d.sw(es5::encode_get_memory()), 0x9000);
}

TEST(M2mHttps, OnlyKeysOfScp81OpenASession) {
  Scene s;
  auto t = usual_trigger();
  for (const auto reference : {scp81::KeyReference{0x01, 0x01}, scp81::KeyReference{0x41, 0x01}}) {
    t.key = reference;
    s.trigger(t);
    EXPECT_EQ(s.smsr.endpoints.size(), 0u);
  }
}

// 81 00: everything as the ISD-R has it stored; then a notification by the same way, without a number for
// short messages.
TEST(M2mHttps, StoredParametersServeTriggersAndNotifications) {
  auto plan = M2mPlan::usual();
  plan.m2m.sms_address.reset();
  const auto trigger = usual_trigger().encode();
  const auto session = must(read_single_tlv(must(read_single_tlv(trigger)).value)).value;
  plan.m2m.other_addressing = make_tlv(0xA5, session);
  Scene s(plan);
  s.run();
  ASSERT_GE(s.smsr.requests.size(), 1u);  // the first attach
  const auto& uri = s.smsr.requests[0].uri;
  ASSERT_EQ(uri.substr(0, 24), "/server/adminagent?cmd=1");
  const auto msg = uri.find("msg=");
  ASSERT_NE(msg, std::string::npos);
  const auto n = must(es5::Notification::decode(hex(uri.substr(msg + 4))));
  EXPECT_EQ(n.type, es5::NotificationType::kEuiccDeclaration);
  s.smsr.script = {with(script_of({es5::encode_notification_confirmation(n.sequence_number)}))};
  s.d.power_on();
  s.run();
  EXPECT_EQ(answers_of(s.smsr.requests.back()).at(0).sw, 0x9000);
  EXPECT_TRUE(must(card::inspect(s.d.nvm)).m2m->declared);
  const auto before = s.smsr.requests.size();
  s.trigger(scp81::Trigger());
  EXPECT_EQ(s.smsr.requests.size(), before + 1);
}

TEST(M2mHttps, ANameIsResolvedWhereThereIsNoAddress) {
  auto plan = M2mPlan::usual();
  plan.m2m.other_addressing =
      make_tlv(0xA6, {make_tlv(0xD6, as_bytes("smsr.example")), make_tlv(0xFA, hex("210A000035"))});
  Scene s(plan);
  s.smsr.names["smsr.example"] = hex("0A000009");
  auto t = usual_trigger();
  t.connection->address.reset();
  s.trigger(t);
  ASSERT_EQ(s.smsr.endpoints.size(), 2u);
  EXPECT_FALSE(s.smsr.endpoints[0].tcp);
  EXPECT_EQ(to_hex(s.smsr.endpoints[0].address), "0A000035");
  EXPECT_EQ(s.smsr.endpoints[0].port, 53);
  EXPECT_EQ(to_hex(s.smsr.endpoints[1].address), "0A000009");
  EXPECT_EQ(s.smsr.requests.size(), 1u);
  // A name that nobody knows: the attempts of the policy, then nothing more.
  s.smsr.names.clear();
  s.trigger(t);
  for (int i = 0; i < 20; ++i) {
    s.d.pass(Duration(31'000));
    s.run();
  }
  EXPECT_EQ(s.smsr.questions, 4);
  EXPECT_EQ(s.smsr.requests.size(), 1u);
  EXPECT_FALSE(s.d.terminal.channels_open());
}

TEST(M2mHttps, ASilentSmsrDoesNotHoldTheCard) {
  auto plan = M2mPlan::usual();
  plan.m2m.profiles.push_back({m2m_package(kSecondIccid), false, false, false, false, {}});
  Scene s(plan);
  s.smsr.silent = true;
  s.trigger();
  EXPECT_TRUE(s.d.terminal.channels_open());
  for (int i = 0; i < 12; ++i) {
    s.d.pass(Duration(31'000));
    s.run();
  }
  EXPECT_EQ(s.smsr.endpoints.size(), 3u);
  EXPECT_FALSE(s.d.terminal.channels_open());
  EXPECT_EQ(s.d.sw(es5::encode_profile_command(es5::FunctionId::kEnableProfile, isdp_aid(0x11))), 0x9000);
  EXPECT_EQ(s.d.state_of(0x11), 0x3F);
}

}  // namespace
}  // namespace eider::test
