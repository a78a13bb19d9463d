// A service centre that does wrong on demand.
#include <gmock/gmock.h>

#include "roles/smsc/bench.hpp"

namespace eider::smsc {
namespace {
using namespace test;
using testing::ElementsAre;
}  // namespace

TEST(SmscFaults, HoldsAndReleases) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto link = b.device();
  ASSERT_TRUE(b.centre.command("hold mt", b.clock.now()));
  esme.submit(submit_sm());
  b.advance(1h);
  EXPECT_TRUE(b.take(*link).empty());
  ASSERT_TRUE(b.centre.command("release", b.clock.now()));
  EXPECT_EQ(b.take(*link).size(), 1u);
}

TEST(SmscFaults, DelaysReordersDuplicatesLoses) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto link = b.device();
  const auto now = [&] { return b.clock.now(); };
  ASSERT_TRUE(b.centre.command("delay mt 500", now()));
  esme.submit(submit_sm());
  b.advance(499ms);
  EXPECT_TRUE(b.take(*link).empty());
  b.advance(1ms);
  EXPECT_EQ(b.take(*link).size(), 1u);

  ASSERT_TRUE(b.centre.command("clear", now()));
  ASSERT_TRUE(b.centre.command("reorder mt next 1", now()));
  esme.submit(submit_sm({.data = numbered(1)}));
  esme.submit(submit_sm({.data = numbered(2)}));
  b.advance(500ms);
  auto got = b.take(*link);
  b.advance(500ms);
  for (auto& s : b.take(*link)) got.push_back(s);
  EXPECT_THAT(got, ElementsAre("02700002", "02700001"));

  ASSERT_TRUE(b.centre.command("duplicate mt next 1", now()));
  esme.submit(submit_sm({.data = numbered(3), .receipts = smpp::registered::kFinal}));
  EXPECT_THAT(b.take(*link), ElementsAre("02700003", "02700003"));
  esme.run();
  EXPECT_EQ(esme.receipts().size(), 1u) << "one receipt for both";

  ASSERT_TRUE(b.centre.command("lose mt next 1", now()));
  EXPECT_EQ(esme.submit(submit_sm()).size(), 16u) << "taken";
  EXPECT_TRUE(b.take(*link).empty());
  EXPECT_EQ(b.centre.counters().lost, 1u);
  esme.submit(submit_sm());
  EXPECT_EQ(b.take(*link).size(), 1u) << "and only that one";
}

TEST(SmscFaults, RefusesThrottlesAndKeepsSilent) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto link = b.device();
  ASSERT_TRUE(b.centre.command("refuse mt next 1", b.clock.now()));
  EXPECT_EQ(esme.submit(submit_sm()), "ESME_RSUBMITFAIL");
  ASSERT_TRUE(b.centre.command("throttle mt next 1", b.clock.now()));
  EXPECT_EQ(esme.submit(submit_sm()), "no answer");
  b.advance(500ms);
  esme.run();
  EXPECT_EQ(b.take(*link).size(), 1u) << "the session waited and sent it again";
  ASSERT_TRUE(b.centre.command("mute mt next 1", b.clock.now()));
  EXPECT_EQ(esme.submit(submit_sm()), "no answer");
  EXPECT_EQ(b.take(*link).size(), 1u) << "it was taken all the same";
  b.advance(10s);
  esme.run();
  EXPECT_EQ(esme.lost, 1);
  ASSERT_TRUE(b.centre.command("refuse mo 100%", b.clock.now()));
  etsi::SmsSubmit sms;
  sms.destination = {0x91, kEsme};
  sms.data_coding_scheme = 0xF6;
  EXPECT_EQ(link->send({}, *sms.encode()).cause, 21);
  // A lost receipt is not missed by anybody but the ESME.
  ASSERT_TRUE(b.centre.command("clear", b.clock.now()));
  ASSERT_TRUE(b.centre.command("lose receipts 100%", b.clock.now()));
  esme.submit(submit_sm({.receipts = smpp::registered::kFinal}));
  EXPECT_EQ(b.take(*link).size(), 1u);
  b.advance(1min);
  esme.run();
  EXPECT_TRUE(esme.receipts().empty());
}

TEST(SmscFaults, UnderstandsRulesAndNothingElse) {
  Faults faults(1);
  for (const char* rule : {"lose mt 10%", "lose 0%", "duplicate mo next 3", "delay receipts 200-900",
                           "delay 5", "hold", "release mo", "clear", "  mute\t100% "})
    EXPECT_TRUE(faults.command(rule)) << rule;
  EXPECT_EQ(faults.rules(Flow::kReceipt).mute.percent, 100u);
  for (const char* rule : {"", "lose", "lose 101%", "lose mt", "lose mt 10", "steal 10%", "delay 9-1",
                           "delay 1-", "hold 5", "hold up", "lose next", "lose next -1", "delay 99999999999"})
    EXPECT_FALSE(faults.command(rule)) << rule;
  EXPECT_EQ(faults.rules(Flow::kReceipt).mute.percent, 100u) << "a wrong rule changes nothing";
}

TEST(SmscFaults, AreTheSameWithTheSameSeed) {
  const auto run = [](std::uint64_t seed) {
    Bench b(config_of(seed));
    Esme esme(b.centre, b.clock);
    const auto link = b.device();
    for (const char* rule : {"lose mt 20%", "duplicate mt 20%", "reorder mt 30%", "delay mt 0-2000"})
      EXPECT_TRUE(b.centre.command(rule, b.clock.now()));
    std::vector<std::string> got;
    for (int i = 0; i < 60; ++i) {
      esme.submit(submit_sm({.data = numbered(i)}));
      b.advance(Duration(100));
      for (auto& s : b.take(*link)) got.push_back(s);
    }
    b.advance(10s);
    for (auto& s : b.take(*link)) got.push_back(s);
    const auto c = b.centre.counters();
    EXPECT_EQ(c.stored, 0u);
    EXPECT_EQ(c.submitted, 60u);
    EXPECT_GT(c.lost, 0u);
    EXPECT_GE(got.size(), 60u - c.lost);
    return got;
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

}  // namespace eider::smsc
