// Calls as such: repeats, held answers, validity periods, what goes out.
#include <future>
#include <gtest/gtest.h>

#include "roles/smsr/fixture.hpp"

namespace eider::smsr::test {
namespace {
using S = std::vector<std::string>;
using sgp02::Interface;
namespace soap = sgp02::soap;

TEST(Call, RepeatedItIsTheSameCall) {
  World w;
  EXPECT_EQ(w.enable(2, kMno2, "once").status, 202);
  EXPECT_EQ(w.enable(2, kMno2, "once").status, 202);
  EXPECT_EQ(w.operations(), 1u);
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.told().front(), "ES4-EnableProfileResponse 2.999.2 ok");
  w.enable(2, kMno2, "once");
  EXPECT_EQ(w.told(), (S{"ES4-EnableProfileResponse 2.999.2 ok"})) << "the answer once more";
  EXPECT_EQ(std::ranges::count(w.card.executed, "EnableProfile"), 1);
  EXPECT_EQ(status_of(w.call(kMno2, Interface::kEs4, sgp02::DisableProfileRequest{{{}, 600}, w.eid, iccid(2)},
                             "once")),
            "1.6/3.3");
}
// A network may deliver a call once more when the card is no longer as it was.
TEST(Call, ThatWasRefusedIsRefusedAgain) {
  World w;
  EXPECT_EQ(status_of(w.enable(1, kMno1, "once")), "8.2.1/3.5") << "it is enabled";
  w.enable(2, kMno2);
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.profile(1).state, ProfileState::kDisabled);
  EXPECT_EQ(status_of(w.enable(1, kMno1, "once")), "8.2.1/3.5");
  EXPECT_EQ(w.operations(), 0u);
  EXPECT_EQ(w.enable(1, kMno1, "anew").status, 202);
}
TEST(Call, WhoseRefusalCannotBeKeptIsNotAnswered) {
  World w;
  w.store.fail_commit(1, MemoryStore::Fail::kBefore);
  EXPECT_EQ(w.enable(1, kMno1, "once").status, 500);
  EXPECT_EQ(status_of(w.enable(1, kMno1, "once")), "8.2.1/3.5");
}
// Of an answer that is sent again, and of the answer to a repeat.
TEST(Call, ItsAnswerSaysWhenItEndedHoweverOftenItIsSent) {
  World w;
  const auto ended = [&] {
    std::vector<std::optional<Time>> out;
    for (const auto& m : w.sent())
      if (const auto* r = m.response()) out.push_back(r->processingEnd);
    return out;
  };
  w.enable(2, kMno2, "once");
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  const auto first = ended();
  w.clock.advance(std::chrono::minutes(5));
  w.enable(2, kMno2, "once");
  ASSERT_EQ(first.size(), 1u);
  EXPECT_TRUE(first.front());
  EXPECT_EQ(ended(), first);
}
TEST(Call, WithoutReplyToTheAnswerIsHeld) {
  World w;
  const auto reply =
      w.call(kMno2, Interface::kEs4, sgp02::EnableProfileRequest{{{}, 600}, w.eid, iccid(2)}, "h", "");
  ASSERT_TRUE(reply.held);
  EXPECT_FALSE(w.smsr->take_reply(*reply.held));
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  const auto answer = w.smsr->take_reply(*reply.held);
  ASSERT_TRUE(answer);
  EXPECT_EQ(status_of(*answer), "ok");
  EXPECT_EQ(w.told(), (S{"ES4-HandleProfileDisabledNotification 2.999.1"}));
}
TEST(Call, WhoWaitsForAHeldAnswerIsWokenByItsCard) {
  World w;
  const auto reply =
      w.call(kMno2, Interface::kEs4, sgp02::EnableProfileRequest{{{}, 600}, w.eid, iccid(2)}, "h", "");
  ASSERT_TRUE(reply.held);
  EXPECT_EQ(reply.held->eid, w.eid);
  EXPECT_FALSE(w.smsr->await_reply(*reply.held, Duration(1)));
  auto waiting = std::async(std::launch::async, [&] {
    const auto begun = std::chrono::steady_clock::now();
    auto answer = w.smsr->await_reply(*reply.held, Duration(20000));
    while (!answer && std::chrono::steady_clock::now() < begun + std::chrono::seconds(10))
      answer = w.smsr->await_reply(*reply.held, Duration(20000));
    return std::pair(answer.has_value(), std::chrono::steady_clock::now() - begun);
  });
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  const auto [answered, time] = waiting.get();
  EXPECT_TRUE(answered);
  EXPECT_LT(time, std::chrono::seconds(10)) << "nobody woke it";
}

// Seven days are granted.
constexpr std::uint32_t kLongestGranted = 7 * 24 * 3600;
std::optional<std::uint32_t> acceptable_in(const soap::Message& m) {
  return m.response() ? m.response()->acceptableValidityPeriod : std::nullopt;
}
TEST(Call, OfALongerValidityThanIsGrantedIsRefusedWithTheAcceptableOne) {
  World w;
  sgp02::EnableProfileRequest r{{{}, kLongestGranted + 1}, w.eid, iccid(2)};
  const auto reply = w.call(kMno2, Interface::kEs4, r);
  EXPECT_EQ(status_of(reply), "1.6/3.8");
  EXPECT_EQ(acceptable_in(*soap::decode(reply.body)), kLongestGranted);
  EXPECT_EQ(w.operations(), 0u);
  r.base.validityPeriod = 0xFFFFFFFF;
  EXPECT_EQ(status_of(w.call(kMno2, Interface::kEs4, r)), "1.6/3.8");
  r.base.validityPeriod = kLongestGranted;
  EXPECT_EQ(w.call(kMno2, Interface::kEs4, r).status, 202);
  // What is answered at once needs no time.
  EXPECT_EQ(status_of(w.call(kMno2, Interface::kEs4, sgp02::GetEISRequest{{{}, kLongestGranted + 1}, w.eid})),
            "ok");
}
// Who may not have it done does not hear what is granted.
TEST(Call, RightsComeBeforeTheValidityPeriod) {
  World w;
  const sgp02::EnableProfileRequest r{{{}, kLongestGranted + 1}, w.eid, iccid(2)};
  const std::pair<EntityId, const char*> callers[] = {
      {kStranger, "1.1/1.1"}, {kSp, "8.1/1.2"}, {kMno1, "8.2.1/1.2"}};
  for (const auto& [who, code] : callers) {
    const auto reply = w.call(who, Interface::kEs4, r);
    EXPECT_EQ(status_of(reply), code);
    EXPECT_FALSE(acceptable_in(*soap::decode(reply.body))) << code;
  }
  // Nothing is kept of a refusal: the same call comes again and asks for less.
  EXPECT_EQ(status_of(w.call(kMno2, Interface::kEs4, r, "again")), "1.6/3.8");
  EXPECT_EQ(w.operations(), 0u);
  EXPECT_EQ(
      w.call(kMno2, Interface::kEs4, sgp02::EnableProfileRequest{{{}, 600}, w.eid, iccid(2)}, "again").status,
      202);
}
TEST(Call, OfALongerValidityIsCarriedOutInLessOnRequest) {
  World w;
  w.smsr->context().settings.longer_validity = server::LongerValidity::kShorten;
  EXPECT_EQ(
      w.call(kMno2, Interface::kEs4, sgp02::EnableProfileRequest{{{}, kLongestGranted + 1}, w.eid, iccid(2)})
          .status,
      202);
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  must(w.smsr->poll());
  for (const auto& m : w.sent())
    EXPECT_EQ(acceptable_in(m), m.response() ? std::optional(kLongestGranted) : std::nullopt);
  // And ends after it.
  w.call(kMno2, Interface::kEs4, sgp02::DisableProfileRequest{{{}, 2 * kLongestGranted}, w.eid, iccid(2)});
  w.sms.sent.clear();
  w.later(std::chrono::seconds(kLongestGranted + 1));
  EXPECT_EQ(w.told(), S{"ES4-DisableProfileResponse 2.999.2 1.6/5.3"});
  // One that asks for no more hears nothing of it.
  EXPECT_EQ(w.enable(1, kMno1).status, 202);
  must(w.smsr->poll());
  for (const auto& m : w.sent()) EXPECT_FALSE(acceptable_in(m));
}
TEST(Call, MessagesThatComeTogetherAreTakenInTheirOrder) {
  World w;
  w.enable(2, kMno2);
  ASSERT_EQ(w.sms.sent.size(), 1u);
  const auto sent = std::exchange(w.sms.sent, {}).front();
  const auto answers = w.card.receive(sent.user_data.front());
  ASSERT_EQ(answers.size(), 1u);
  const auto report = w.card.switch_now();
  auto forged = report;
  forged.back() ^= 1;
  const auto stranger = hex("0271000102");
  const IncomingSms together[] = {{kMsisdn3, stranger},
                                  {kMsisdn2, forged},
                                  {kMsisdn1, ByteView{}},
                                  {kMsisdn1, answers.front()},
                                  {kMsisdn2, report}};
  const auto taken = w.smsr->on_short_messages(together);
  ASSERT_EQ(taken.size(), 5u);
  for (const auto& t : taken) EXPECT_TRUE(t);
  ASSERT_EQ(w.sms.sent.size(), 1u) << "one confirmation";
  w.deliver();
  EXPECT_EQ(w.told(),
            (S{"ES4-EnableProfileResponse 2.999.2 ok", "ES4-HandleProfileDisabledNotification 2.999.1"}));
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
}
TEST(Call, OfWhatGoesOutTogetherOnlyWhatWasNotTakenGoesAgain) {
  World w;
  w.enable(2, kMno2);
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.soap.reply = [](const SoapPost& p) -> Result<SoapReply> {
    if (p.action.find("Notification") != std::string::npos) return fail(TransportFault{false, "down"});
    return SoapReply{202, {}};
  };
  w.deliver();
  must(w.smsr->poll());
  EXPECT_EQ(w.told(),
            (S{"ES4-EnableProfileResponse 2.999.2 ok", "ES4-HandleProfileDisabledNotification 2.999.1"}));
  w.soap.reply = [](const SoapPost&) { return SoapReply{202, {}}; };
  w.later(std::chrono::seconds(6));
  EXPECT_EQ(w.told(), (S{"ES4-HandleProfileDisabledNotification 2.999.1"}));
  w.later(std::chrono::seconds(60));
  EXPECT_EQ(w.told(), S{});
}
TEST(Call, AnAnswerThatIsNotTakenIsSentAgain) {
  World w;
  w.remove(2);
  w.deliver();
  w.soap.reply = [](const SoapPost&) -> Result<SoapReply> { return fail(TransportFault{true, "down"}); };
  must(w.smsr->poll());
  const auto first = w.soap.posts.at(0).body;
  w.soap.posts.clear();
  w.soap.reply = [](const SoapPost&) { return SoapReply{202, {}}; };
  w.later(std::chrono::seconds(6));
  ASSERT_EQ(w.soap.posts.size(), 1u);
  EXPECT_EQ(w.soap.posts[0].party, soap::decode(first)->header.receiver.id.dotted());
  const auto a = soap::decode(first), b = soap::decode(w.soap.posts[0].body);
  EXPECT_EQ(a->header.messageId, b->header.messageId);
  EXPECT_EQ(b->header.relatesTo->substr(0, 11), "//2.999.2/m");
}

}  // namespace
}  // namespace eider::smsr::test
