// `eider smdp list`: what is under way, and what is merely waited for.
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "crypto/key_store.hpp"
#include "store/smdp_sqlite.hpp"
#include "support/command.hpp"

namespace eider::test {
namespace {
smdp::Procedure enable_of(int n, smdp::Step step) {
  smdp::Procedure p;
  p.caller = *der::Oid::parse("2.999.30");
  p.call_identifier = "call-" + std::to_string(n);
  p.function = sgp02::FunctionName::kEnableProfile;
  p.smsr = *der::Oid::parse("2.999.20");
  p.eid = *smdp::Eid::from(hex("89049032000001000000000000000074"));
  p.step = step;
  p.answered = step == smdp::Step::kLate;
  return p;
}
auto make_smdp(const Workplace& place) {
  return place.sh(
      "set -e; \"$EIDER\" pki init --out pki --m2m >/dev/null\n"
      "\"$EIDER\" smdpp init --data stock --pki pki --address smdpp.example.com >/dev/null\n"
      "\"$EIDER\" smdp init --data smdp --pki pki --inventory stock");
}
}  // namespace

TEST(CmdSmdp, AFunctionThatExpiredIsNotUnderWay) {
  const Workplace place;
  const auto made = make_smdp(place);
  ASSERT_EQ(made.code, 0) << made.text;
  {
    const crypto::FileKeyStore keys(place / "smdp/keys", crypto::no_passphrase());
    auto store = store::SmdpSqlite::open((place / "smdp/smdp.db").string(), {&keys, "store"});
    ASSERT_TRUE(store) << store.error().message();
    auto relay = enable_of(1, smdp::Step::kRelay), late = enable_of(2, smdp::Step::kLate);
    const auto written = (*store)->write([&](smdp::StoreTransaction& tx) -> Status {
      EIDER_CHECK(tx.add_procedure(relay));
      return tx.add_procedure(late);
    });
    ASSERT_TRUE(written) << written.error().message();
  }
  const auto shown = place.eider("smdp list --data smdp --json 89049032000001000000000000000074");
  ASSERT_EQ(shown.code, 0) << shown.text;
  const auto all = boost::json::parse(shown.text).as_object();
  ASSERT_EQ(all.at("procedures").as_array().size(), 1u) << shown.text;
  EXPECT_EQ(all.at("procedures").as_array()[0].as_object().at("step").as_string(), "relay");
  ASSERT_EQ(all.at("lateAnswers").as_array().size(), 1u) << shown.text;
  EXPECT_EQ(all.at("lateAnswers").as_array()[0].as_object().at("step").as_string(), "late answer");
  const auto text = place.eider("smdp list --data smdp");
  EXPECT_TRUE(text.says("under way: 1")) << text.text;
  EXPECT_TRUE(text.says("late answer of the SM-SR still counts: 1")) << text.text;
}

TEST(CmdSmdp, SettingsAboutCardsAreChecked) {
  const Workplace place;
  const auto made = make_smdp(place);
  ASSERT_EQ(made.code, 0) << made.text;
  const auto settings = place.read("smdp/smdp.toml");
  const auto with = [&](const std::string& was, const std::string& is) {
    auto text = settings;
    const auto at = text.find(was);
    EXPECT_NE(at, std::string::npos) << was;
    place.write("smdp/smdp.toml", text.replace(at, was.size(), is));
    return place.eider("smdp list --data smdp");
  };
  EXPECT_EQ(with("key_establishment = \"isd-r\"", "key_establishment = \"isd-p\"").code, 0);
  EXPECT_EQ(with("one_time_key = \"curve\"", "one_time_key = \"point\"").code, 0);
  EXPECT_EQ(with("repeat_unanswered_seconds = 0", "repeat_unanswered_seconds = 60").code, 0);
  struct Wrong {
    std::string was, is, said;
  };
  for (const auto& w : std::vector<Wrong>{
           {"key_establishment = \"isd-r\"", "key_establishment = \"ecasd\"", "\"isd-r\" or \"isd-p\""},
           {"parameters = \"0B\"", "parameters = \"0B0B\"", "no octet in hexadecimal"},
           {"segment_octets = 1024", "segment_octets = 40000", "more than 32767"},
           {"segments_per_call = 16", "segments_per_call = 0", "segments_per_call"},
           {"result_required = true", "result_required = \"yes\"", "result_required"}}) {
    const auto refused = with(w.was, w.is);
    EXPECT_EQ(refused.code, 1) << w.is;
    EXPECT_TRUE(refused.says(w.said)) << refused.text;
  }
}

}  // namespace eider::test
