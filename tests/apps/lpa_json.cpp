// What `eider lpa --json` writes is what docs/schemas/lpa.schema.json says, member by member.
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "apps/json_schema.hpp"
#include "apps/lpa_house.hpp"

namespace eider {
namespace {
namespace bj = boost::json;
using testing::HasSubstr;
using testing::IsEmpty;

const test::JsonSchema& lpa_schema() {
  static const test::JsonSchema schema = [] {
    std::ifstream in(std::string(test::source_directory()) + "/docs/schemas/lpa.schema.json");
    std::stringstream text;
    text << in.rdbuf();
    return test::JsonSchema(text.str());
  }();
  return schema;
}

// Every output once; which definitions were met is counted.
struct LpaJson : testing::Test {
  test::LpaHouse house{4};
  std::set<std::string> met;

  bj::value valid(const std::string& definition, const std::string& arguments, int code = 0) {
    const auto o =
        house.place.sh("\"$EIDER\" lpa --json --yes " + house.options() + " " + arguments + " 2>err");
    EXPECT_EQ(o.code, code) << arguments << "\n" << house.place.read("err");
    bj::error_code error;
    auto v = bj::parse(o.text, error);
    EXPECT_FALSE(error) << arguments << ": " << o.text;
    EXPECT_THAT(lpa_schema().errors(definition, v), IsEmpty()) << arguments << ": " << o.text;
    met.insert(definition);
    return v;
  }
  std::string error_kind(const std::string& arguments, int code) {
    const auto v = valid("error", arguments, code);
    return v.is_object() && v.as_object().contains("error")
               ? std::string(v.at("error").at("kind").as_string())
               : "";
  }
};

TEST_F(LpaJson, EveryOutputIsInTheSchema) {
  ASSERT_EQ(house.failed, "");
  valid("chip", "chip");
  valid("list", "list");
  const auto code = house.order();
  const auto done = valid("download", "download '" + code + "' --enable");
  const std::string iccid(done.at("profile").at("iccid").as_string());
  valid("list", "list --icons");
  valid("nickname", "nickname " + iccid + " 旅行");
  valid("operation", "disable " + iccid);
  valid("operation", "enable " + iccid);
  valid("defaultSmdp", "default-smdp set " + house.address());
  valid("defaultSmdp", "default-smdp get");
  ASSERT_EQ(house.place.sh("\"$EIDER\" pki crl --dir pki --out crl.b64 --base64").code, 0);
  valid("crl", "crl load crl.b64");

  // Notifications that cannot be sent: nobody is trusted.
  const auto untrusted =
      house.place.sh("\"$EIDER\" lpa --json --card card.eider --state state disable " + iccid);
  EXPECT_EQ(untrusted.code, 0);
  EXPECT_THAT(lpa_schema().errors("operation", bj::parse(untrusted.text.substr(untrusted.text.find("{\"")))),
              IsEmpty());
  valid("notificationsList", "notifications list");
  valid("notificationsSend", "notifications send --due");
  valid("notificationsSend", "notifications send");
  ASSERT_EQ(house.place.sh("\"$EIDER\" lpa --card card.eider --state state enable " + iccid).code, 0);
  const auto waiting = valid("notificationsList", "notifications list");
  const auto number = waiting.at("notifications").at(0).at("seqNumber").as_int64();
  valid("notificationsRemove", "notifications remove " + std::to_string(number));

  // Discovery: an event, its download, an SM-DS that is not there.
  house.order_by_event();
  EXPECT_EQ(valid("discover", "discover").at("events").as_array().size(), 1u);
  EXPECT_EQ(valid("discover", "discover --download").at("events").as_array().size(), 1u);

  // Errors of each kind that a user can bring about.
  EXPECT_EQ(error_kind("discover --smds localhost:1", 3), "transport");
  EXPECT_EQ(error_kind("download '" + code + "'", 1), "functionStatus");
  EXPECT_EQ(error_kind("delete " + iccid, 1), "es10");
  EXPECT_EQ(error_kind("enable nobody", 1), "local");
  EXPECT_EQ(error_kind("--isd-r-aid A0000000000000 list", 1), "local");
  ASSERT_EQ(house.place.sh("\"$EIDER\" pki init --out other --smdp-host localhost").code, 0);
  const auto other = house.place.sh(
      "\"$EIDER\" lpa --json --yes --card card.eider --state state --allow-private --pki other download '" +
      code + "' 2>err");
  const auto chain = bj::parse(other.text);
  EXPECT_THAT(lpa_schema().errors("error", chain), IsEmpty()) << other.text;
  EXPECT_EQ(chain.at("error").at("kind").as_string(), "verification");

  valid("operation", "disable " + iccid);
  valid("operation", "delete " + iccid);
  valid("operation", "reset");
  EXPECT_EQ(house.failed, "");

  met.insert("daemonLine");  // has a test of its own
  for (const auto& name : lpa_schema().alternatives())
    EXPECT_TRUE(met.contains(name)) << name << " was not seen";
}

TEST_F(LpaJson, EveryLineOfTheDaemonIsInTheSchema) {
  ASSERT_EQ(house.failed, "");
  std::set<std::string> events;
  const auto lines = [&](const std::string& arguments) {
    const auto o = house.place.sh("\"$EIDER\" lpa --json " + house.options() + " " + arguments + " 2>err");
    std::istringstream in(o.text);
    for (std::string line; std::getline(in, line);) {
      bj::error_code error;
      const auto v = bj::parse(line, error);
      ASSERT_FALSE(error) << line;
      EXPECT_THAT(lpa_schema().errors("daemonLine", v), IsEmpty()) << line;
      if (v.as_object().contains("event")) events.insert(std::string(v.at("event").as_string()));
    }
  };
  lines("daemon --once --no-default-smdp");  // nothing
  house.order_by_event();
  lines("daemon --once --no-default-smdp");                               // waiting
  lines("--yes daemon --once --no-default-smdp");                         // installed
  lines("daemon --once --no-root --no-default-smdp --smds localhost:1");  // failed
  lines("--isd-r-aid A0000000000000 daemon --once");                      // card
  for (const char* event : {"planned", "asking", "nothing", "waiting", "installed", "failed", "card"})
    EXPECT_TRUE(events.contains(event)) << event;
  EXPECT_EQ(house.failed, "");
}

TEST(JsonSchemaChecker, FindsWhatIsWrong) {
  const test::JsonSchema schema(R"({"anyOf": [{"$ref": "#/$defs/a"}], "$defs": {
    "a": {"type": "object", "required": ["n"], "additionalProperties": false,
          "properties": {"n": {"type": "integer", "minimum": 0}, "t": {"$ref": "#/$defs/text"},
                         "l": {"type": "array", "items": {"enum": ["x", "y"]}}}},
    "text": {"type": "string", "pattern": "^[A-F]+$"},
    "either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    "odd": {"maxLength": 3}}})");
  const auto errors = [&](const char* definition, const char* text) {
    return schema.errors(definition, bj::parse(text)).size();
  };
  EXPECT_EQ(errors("a", R"({"n": 1, "t": "AB", "l": ["x", "y"]})"), 0u);
  EXPECT_EQ(errors("a", R"({"n": 1, "more": 1})"), 1u);
  EXPECT_EQ(errors("a", R"({})"), 1u);
  EXPECT_EQ(errors("a", R"({"n": -1})"), 1u);
  EXPECT_EQ(errors("a", R"({"n": "1"})"), 1u);
  EXPECT_EQ(errors("a", R"({"n": 1, "t": "g"})"), 1u);
  EXPECT_EQ(errors("a", R"({"n": 1, "l": ["x", "z", 1]})"), 2u);
  EXPECT_EQ(errors("a", "[]"), 1u);
  EXPECT_EQ(errors("either", "1"), 0u);
  EXPECT_GT(errors("either", "true"), 0u);
  EXPECT_EQ(errors("odd", "1"), 1u);
  EXPECT_EQ(errors("none", "1"), 1u);
}

}  // namespace
}  // namespace eider
