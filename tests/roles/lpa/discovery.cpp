// Discovery by way of SM-DSs: SGP.22 v2.6.1 section 3.6.2, with SM-DSs that lead astray.
#include "roles/lpa/procedures/discovery.hpp"

#include <gtest/gtest.h>

#include "roles/lpa/lpa_world.hpp"
#include "support/test_pki.hpp"

namespace eider::test {
namespace {

using crypto::CertificateRole;

// Every host of `smds` is an SM-DS with these entries, by EventID; any other is an SM-DP+.
struct LpaDiscovery : testing::Test {
  using Entries = std::vector<es9::EventEntry>;
  TestPki pki = make_test_pki({crypto::Curve::kP256});
  LpaWorld w;
  std::map<std::string, std::map<std::string, Entries>> smds;
  std::string at;  // the host of the last InitiateAuthentication
  std::vector<std::string> down;

  LpaDiscovery() {
    w.server.handlers["initiateAuthentication"] = [this](const HttpPost& r) -> Result<HttpReply> {
      at = r.host;
      if (std::ranges::find(down, at) != down.end()) return fail(TransportFault{false, at + " is down"});
      w.server.address = w.server.signed_address = at;
      const auto role = smds.contains(at) ? CertificateRole::kDsAuth : CertificateRole::kDpAuth;
      w.server.serverCertificate = to_bytes(pki.get(role).certificate.der());
      return w.server.normal(r);
    };
    w.server.handlers["authenticateClient"] = [this](const HttpPost&) -> Result<HttpReply> {
      const auto& known = smds.at(at);
      const auto found = known.find(w.card.ctx->matchingId.value_or(""));
      if (found == known.end()) return ScriptedSmdp::failed("8.9.5", "3.9");
      return ScriptedSmdp::json_reply(
          json::encode(es9::AuthenticateClientEs11Response{ResponseHeader{}, kTransaction, found->second}));
    };
  }
  // "address event via …, address event via …"
  static std::string text(const lpa::Discovery& d) {
    std::string out;
    for (const auto& e : d.events) {
      out += (out.empty() ? "" : ", ") + e.smdpAddress + " " + e.eventId + " via";
      for (const auto& v : e.via) out += " " + v;
    }
    return out;
  }
};

TEST_F(LpaDiscovery, FindsNothingWhereNothingWaits) {
  smds["ds.example.com"][""] = {};
  const auto found = lpa::discover(w.lpa, "ds.example.com");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_TRUE(found->events.empty());
  EXPECT_TRUE(found->unreached.empty());
}

TEST_F(LpaDiscovery, FollowsTheAlternativeSmDsByItsOwnEventId) {
  smds["ds.example.com"][""] = {{"R-1", "alt.example.com"}, {"E-2", "dp2.example.com"}};
  smds["alt.example.com"]["R-1"] = {{"E-1", "dp1.example.com"}};
  const auto found = lpa::discover(w.lpa, "ds.example.com");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(text(*found),
            "dp1.example.com E-1 via ds.example.com alt.example.com, dp2.example.com E-2 via ds.example.com");
  const auto request = lpa::download_request(found->events.front());
  EXPECT_EQ(request.smdpAddress, "dp1.example.com");
  EXPECT_EQ(request.matchingId, "E-1");
}

// TLS certificates name what a server is (section 4.5.2.1): the first one is an SM-DS, an event leads to
// either.
TEST_F(LpaDiscovery, TellsWhoseCertificatesAreTaken) {
  smds["ds.example.com"][""] = {{"E-1", "dp.example.com"}};
  ASSERT_TRUE(lpa::discover(w.lpa, "ds.example.com"));
  const std::vector<std::string> dp{"2.23.146.1.2.1.3", "2.23.146.1.2.1.0.0.1.0"},
      ds{"2.23.146.1.2.1.6", "2.23.146.1.2.1.0.0.2.0"};
  auto either = dp;
  either.insert(either.end(), ds.begin(), ds.end());
  for (const auto& r : w.server.requests)
    EXPECT_EQ(r.server_policies, r.host == "ds.example.com" ? ds : either) << r.host;
  EXPECT_GE(w.server.requests.size(), 3u);
}

TEST_F(LpaDiscovery, GoesOnPastWhatItCannotReach) {
  smds["ds.example.com"][""] = {
      {"E-1", "down.example.com"}, {"R-2", "alt.example.com"}, {"E-3", "dp.example.com"}};
  smds["alt.example.com"];  // knows no event any more
  down = {"down.example.com"};
  const auto found = lpa::discover(w.lpa, "ds.example.com");
  ASSERT_TRUE(found);
  EXPECT_EQ(text(*found), "dp.example.com E-3 via ds.example.com");
  ASSERT_EQ(found->unreached.size(), 2u);
  EXPECT_TRUE(found->unreached[0].fault.not_reached());
  EXPECT_NE(found->unreached[1].fault.as<FunctionStatus>(), nullptr);
}

TEST_F(LpaDiscovery, IsNotLedInCircles) {
  smds["ds.example.com"][""] = {{"R", "a.example.com"}, {"R", "a.example.com"}};
  smds["a.example.com"]["R"] = {{"R", "b.example.com"}};
  smds["b.example.com"]["R"] = {{"R", "a.example.com"}};
  const auto found = lpa::discover(w.lpa, "ds.example.com");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->events.empty());
  EXPECT_EQ(w.server.sessions, 3) << "each once";
}

TEST_F(LpaDiscovery, BoundsWhatAnSmDsMakesItDo) {
  auto& entries = smds["ds.example.com"][""];
  for (int n = 0; n < 10; ++n) entries.push_back({"E-" + std::to_string(n), "dp.example.com"});
  const auto few = lpa::discover(w.lpa, "ds.example.com", {4, 3});
  ASSERT_TRUE(few);
  EXPECT_EQ(few->events.size(), 3u);
  EXPECT_EQ(few->unreached.size(), 7u);
  EXPECT_EQ(w.server.sessions, 4);
  smds["ds.example.com"][""] = {{"0", "d1.example.com"}};
  for (int n = 1; n < 6; ++n)
    smds["d" + std::to_string(n) + ".example.com"][std::to_string(n - 1)] = {
        {std::to_string(n), "d" + std::to_string(n + 1) + ".example.com"}};
  const auto deep = lpa::discover(w.lpa, "ds.example.com", {64, 3});
  ASSERT_TRUE(deep);
  EXPECT_TRUE(deep->events.empty());
  EXPECT_EQ(deep->unreached.size(), 1u);
}

TEST_F(LpaDiscovery, TakesNoSmDpPlusForAnSmDs) {
  const auto found = lpa::discover(w.lpa, "dp.example.com");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().as<VerificationFault>()->check, VerificationFault::Check::kRole);
  down = {"ds.example.com"};
  EXPECT_TRUE(lpa::discover(w.lpa, "ds.example.com").error().not_reached());
}

}  // namespace
}  // namespace eider::test
