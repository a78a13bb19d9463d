// The LPA inside a card as its user meets it: `eider device run --answers` and a served SM-DP+, each a
// process, real sockets, and nothing but the toolkit between card and network.
#include <arpa/inet.h>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/command.hpp"

namespace eider::test {
namespace {
using testing::HasSubstr;
using testing::Not;

std::string unused_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof a;
  ::bind(fd, reinterpret_cast<sockaddr*>(&a), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &size);
  ::close(fd);
  return std::to_string(ntohs(a.sin_port));
}

class LpaeShell : public testing::Test {
 protected:
  Workplace place;
  std::string es9 = unused_port(), es2 = unused_port();

  void SetUp() override {
    place.write("metadata.json", R"({"serviceProviderName": "Eider Mobile", "profileName": "Plan",
      "notifications": [{"events": ["install", "enable", "disable", "delete"], "address": "localhost:)" +
                                     es9 + R"("}]})");
    const auto made = place.sh(
        "set -e; \"$EIDER\" pki init --out pki --smdp-host localhost >/dev/null\n"
        "\"$EIDER\" eum make --pki pki --out card.eider --lpae --quiet\n"
        "\"$EIDER\" smdpp init --data data --pki pki --address localhost:" +
        es9 +
        " --operator op >/dev/null\n"
        "\"$EIDER\" profile create --output p.der --iccid 898821100000000000'1?' --imsi 001010000000001 "
        ">/dev/null\n"
        "\"$EIDER\" smdpp import --data data --type op-default --metadata metadata.json --package p.der "
        ">/dev/null\n"
        "\"$EIDER\" smdpp serve --data data --es9plus 127.0.0.1:" +
        es9 + " --es2plus 127.0.0.1:" + es2 +
        " --metrics 127.0.0.1:0 >serve.log 2>&1 & echo $! >pid; i=0\n"
        "while [ $i -lt 200 ] && [ $(grep -c port serve.log) -lt 2 ]; do sleep 0.05; i=$((i+1)); done");
    ASSERT_EQ(made.code, 0) << made.text << place.read("serve.log");
  }
  void TearDown() override { place.sh("kill $(cat pid)"); }

  std::string order() {
    const auto o = place.eider("order --smdp localhost:" + es2 +
                               " --pki pki --json place --type op-default --address localhost:" + es9);
    EXPECT_EQ(o.code, 0) << o.text << place.read("serve.log");
    const auto begin = o.text.find('{');
    return begin == std::string::npos
               ? o.text
               : std::string(boost::json::parse(o.text.substr(begin)).at("activationCode").as_string());
  }
  // What the user sees when he answers so.
  Outcome user(const std::string& answers, const std::string& card = "card.eider") {
    place.write("answers", answers);
    return place.eider("device run --card " + card + " --reach loopback --answers answers");
  }
  std::string profiles() { return place.eider("lpa --card card.eider list").text; }
  std::string server(const char* member) {
    const auto all = boost::json::parse(place.eider("smdpp profiles list --data data --json").text);
    const auto iccid = std::string(all.as_array().at(0).at("iccid").as_string());
    const auto one =
        boost::json::parse(place.eider("smdpp profiles show " + iccid + " --data data --json").text);
    return std::string(one.at(member).as_string());
  }
};
}  // namespace

TEST_F(LpaeShell, TheLifeOfAProfileThroughTheToolkit) {
  auto r = user("# download, and enable at once\nAdd Profile\nActivation Code\n" + order() + "\nyes\nyes\n");
  ASSERT_EQ(r.code, 0) << r.text;
  EXPECT_THAT(r.text, HasSubstr("Download Plan, Eider Mobile from localhost:" + es9 + "?"));
  EXPECT_THAT(r.text, HasSubstr("Plan, Eider Mobile is installed."));
  EXPECT_EQ(server("state"), "Installed") << r.text;
  EXPECT_EQ(server("onCard"), "enabled") << "the notification went after the REFRESH";
  r = user("Profiles\n1\nDelete\nProfiles\n1\nDisable\nyes\nProfiles\nPlan, Eider Mobile\n2\nyes\n");
  ASSERT_EQ(r.code, 0) << r.text;
  EXPECT_THAT(r.text, HasSubstr("Disable Plan, Eider Mobile first"));
  EXPECT_THAT(r.text, HasSubstr("is deleted."));
  EXPECT_EQ(server("onCard"), "deleted");
  EXPECT_THAT(profiles(), HasSubstr("no Profiles"));
}

TEST_F(LpaeShell, AServerUnderAnotherCiIsRefusedInTheCard) {
  ASSERT_EQ(place
                .sh("\"$EIDER\" pki init --out other >/dev/null && \"$EIDER\" eum make --pki other --out "
                    "other.eider --lpae -q")
                .code,
            0);
  const auto r = user("Add Profile\nActivation Code\n" + order() + "\nyes\n", "other.eider");
  EXPECT_THAT(r.text, HasSubstr("This server is not trusted (certificate chain broken)")) << r.text;
  EXPECT_EQ(server("state"), "Released");
}

TEST_F(LpaeShell, AUserWhoSaysNoIsHeardByTheSmdp) {
  const auto code = order();
  auto r = user("Add Profile\nActivation Code\n" + code + "\n<back>\n");
  EXPECT_THAT(r.text, HasSubstr("The download was postponed")) << r.text;
  EXPECT_EQ(server("state"), "Released");
  r = user("Add Profile\nActivation Code\n" + code + "\nno\n");
  EXPECT_THAT(r.text, HasSubstr("The download was rejected")) << r.text;
  EXPECT_EQ(server("state"), "Error");
  EXPECT_THAT(profiles(), HasSubstr("no Profiles"));
}

// The device is killed at any moment of a download; whoever tries again has one Profile in the end.
TEST_F(LpaeShell, KilledInTheMiddleItConverges) {
  const auto code = order();
  place.write("answers", "Add Profile\nActivation Code\n" + code + "\nyes\nno\n");
  for (const auto* after : {"0.05", "0.1", "0.2", "0.3", "0.5"})
    place.sh(std::string("timeout -s KILL ") + after +
             " \"$EIDER\" device run --card card.eider --reach loopback --answers answers >/dev/null 2>&1");
  Outcome last;
  for (int i = 0; i < 3 && !contains(profiles(), "Plan"); ++i)
    last = place.eider("device run --card card.eider --reach loopback --answers answers");
  EXPECT_THAT(profiles(), HasSubstr("Plan")) << last.text;
  EXPECT_EQ(server("state"), "Installed") << last.text;
}

TEST_F(LpaeShell, SpeaksJsonAndRefusesAnAnswerThatFitsNothing) {
  place.write("answers", "eUICC information\n");
  auto r = place.eider("device run --card card.eider --answers answers --json");
  EXPECT_THAT(r.text, HasSubstr(R"("event":"choose")")) << r.text;
  EXPECT_THAT(r.text, HasSubstr(R"("text":"EID 8904)"));
  r = user("Something else\n");
  EXPECT_EQ(r.code, 1);
  EXPECT_THAT(r.text, HasSubstr("answer 1, \"Something else\", does not fit"));
  ASSERT_EQ(place.sh("\"$EIDER\" eum make --pki pki --out plain.eider -q").code, 0);
  r = user("Profiles\n", "plain.eider");
  EXPECT_THAT(r.text, HasSubstr("the card sets up no menu"));
  EXPECT_EQ(place.eider("device run --card card.eider --answers nowhere").code, 2);
  EXPECT_EQ(place.eider("eum make --pki pki --out x.eider --lpae --name-server example.com -q").code, 2);
  EXPECT_EQ(place.eider("eum make --pki pki --out x.eider --name-server 192.0.2.1 -q").code, 2)
      << "without --lpae";
}

// The code that a user keeps from others is in nothing that is printed.
TEST_F(LpaeShell, AConfirmationCodeIsNotShown) {
  const auto o = place.eider("order --smdp localhost:" + es2 +
                             " --pki pki --json place --type op-default --address localhost:" + es9 +
                             " --confirmation-code 473819");
  ASSERT_EQ(o.code, 0) << o.text;
  const auto code =
      std::string(boost::json::parse(o.text.substr(o.text.find('{'))).at("activationCode").as_string());
  const auto r = user("Add Profile\nActivation Code\n" + code + "\nyes\n473819\nno\n");
  EXPECT_THAT(r.text, HasSubstr("is installed.")) << r.text;
  EXPECT_THAT(r.text, Not(HasSubstr("473819")));
}

}  // namespace eider::test
