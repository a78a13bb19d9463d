// Sequences are those of 3GPP TS 31.124 section 27.22.4 where they name one: the command, what the user sees,
// and the TERMINAL RESPONSE.
#include "device/scripted_card.hpp"

namespace eider::device {
namespace {
using test::ScriptedCard;

// Does the same whatever he is asked.
struct OneAnswer final : UserPort {
  UserAnswer answer;
  std::vector<std::string> shown;
  InputQuestion asked;
  UserAnswer show(const std::string& text, bool wait) override {
    shown.push_back(text + (wait ? " (wait)" : ""));
    return answer;
  }
  UserAnswer confirm(const std::string& question) override {
    shown.push_back(question);
    return answer;
  }
  UserAnswer enter(const InputQuestion& question) override {
    shown.push_back(question.text);
    asked = question;
    return answer;
  }
  UserAnswer choose(const std::string& title, const std::vector<Choice>& choices) override {
    std::string line = title;
    for (const auto& c : choices) line += "|" + std::to_string(c.identifier) + " " + c.text;
    shown.push_back(line);
    return answer;
  }
};

struct Dialogues : testing::Test {
  OneAnswer user;
  ScriptedCard card;
  ManualClock clock{Time{}};
  // The TERMINAL RESPONSE to this command.
  std::string run(std::string_view command) {
    card.will_ask(command);
    Terminal terminal(card, clock, {}, {nullptr, nullptr, nullptr, &user});
    EXPECT_TRUE(terminal.power_on());
    return card.last_response();
  }
};
}  // namespace

// DISPLAY TEXT 1.1: "Toolkit Test 1", normal priority, unpacked, wait for the user.
TEST_F(Dialogues, DisplayText) {
  EXPECT_EQ(run("D01A8103012180820281028D0F04546F6F6C6B697420546573742031"), "810301218082028281830100");
  EXPECT_THAT(user.shown, testing::ElementsAre("Toolkit Test 1 (wait)"));
}

// 1.8: UCS2, "ЗДРАВСТВУЙТЕ".
TEST_F(Dialogues, DisplayTextInUcs2) {
  EXPECT_EQ(run("D0248103012180820281028D19080417041404200410041204210422041204230419042204"
                "15"),
            "810301218082028281830100");
  EXPECT_THAT(user.shown, testing::ElementsAre("ЗДРАВСТВУЙТЕ (wait)"));
}

TEST_F(Dialogues, AUserMayEndItGoBackOrNotAnswer) {
  const std::pair<UserAnswer::Kind, const char*> results[] = {{UserAnswer::Kind::kEnded, "10"},
                                                              {UserAnswer::Kind::kBackward, "11"},
                                                              {UserAnswer::Kind::kNoResponse, "12"}};
  for (const auto& [kind, result] : results) {
    user.answer.kind = kind;
    EXPECT_EQ(run("D01A8103012180820281028D0F04546F6F6C6B697420546573742031"),
              std::string("8103012180820282818301") + result);
    EXPECT_EQ(run("D00D8103012204820281828D020441"), std::string("8103012204820282818301") + result);
    EXPECT_EQ(run("D0118103012300820281828D0204419102010A"), std::string("8103012300820282818301") + result);
    EXPECT_EQ(run("D00F81030124008202818285008F020141"), std::string("8103012400820282818301") + result);
  }
}

// GET INKEY with yes or no (qualifier 04): the answer is one octet.
TEST_F(Dialogues, GetInkeyOfYesAndNo) {
  user.answer.yes = true;
  EXPECT_EQ(run("D0158103012204820281828D0A04456E74657220593F3F"), "8103012204820282818301008D020401");
  EXPECT_THAT(user.shown, testing::ElementsAre("Enter Y??"));
  user.answer.yes = false;
  EXPECT_EQ(run("D0158103012204820281828D0A04456E74657220593F3F"), "8103012204820282818301008D020400");
}

// GET INPUT 1.1: digits only, "Enter 12345", length 5.
TEST_F(Dialogues, GetInput) {
  user.answer.text = "12345";
  EXPECT_EQ(run("D01B8103012300820281828D0C04456E746572203132333435910205"
                "05"),
            "8103012300820282818301008D06043132333435");
  EXPECT_TRUE(user.asked.digits_only);
  EXPECT_EQ(user.asked.min, 5u);
  EXPECT_FALSE(user.asked.hidden);
}

TEST_F(Dialogues, GetInputTakesOnlyWhatFits) {
  user.answer.text = "1234";  // too short, three times
  EXPECT_EQ(run("D01B8103012300820281828D0C04456E74657220313233343591020505"), "810301230082028281830112");
  EXPECT_EQ(user.shown.size(), 3u);
  user.answer.text = "1234a";  // no digit
  EXPECT_EQ(run("D01B8103012300820281828D0C04456E74657220313233343591020505"), "810301230082028281830112");
  user.answer.text = "Ж";  // not of the default alphabet
  EXPECT_EQ(run("D0118103012301820281828D0204419102010A"), "810301230182028281830112");
  user.answer.text = "a$";
  EXPECT_EQ(run("D0118103012301820281828D0204419102010A"), "8103012301820282818301008D03046102");
}

TEST_F(Dialogues, GetInputWithAProposalAndHidden) {
  user.answer.text = "abc";
  run("D0168103012305820281828D0204419102000A1703047879");
  EXPECT_EQ(user.asked.proposal, "xy");
  EXPECT_TRUE(user.asked.hidden);
}

// SELECT ITEM 1.1 with its four items.
TEST_F(Dialogues, SelectItem) {
  user.answer.item = 2;
  EXPECT_EQ(run("D03D810301240082028182850E546F6F6C6B69742053656C6563748F07014974656D20318F07024974656D20328F"
                "07034974656D"
                "20338F07044974656D2034"),
            "8103012400820282818301009001"
            "02");
  EXPECT_THAT(user.shown, testing::ElementsAre("Toolkit Select|1 Item 1|2 Item 2|3 Item 3|4 Item 4"));
}

TEST_F(Dialogues, WithoutAUserTheTerminalHasNone) {
  Terminal terminal(card, clock, {}, {});
  EXPECT_TRUE(terminal.profile().has(etsi::profile_bit::kNoDisplay));
  EXPECT_FALSE(terminal.profile().has(etsi::profile_bit::kDisplayText));
  Terminal with(card, clock, {}, {nullptr, nullptr, nullptr, &user});
  EXPECT_FALSE(with.profile().has(etsi::profile_bit::kNoKeypad));
  EXPECT_TRUE(with.profile().has(etsi::profile_bit::kSetUpMenu));
  card.will_ask("D01A8103012180820281028D0F04546F6F6C6B697420546573742031");
  EXPECT_TRUE(terminal.power_on());
  EXPECT_EQ(card.last_response(), "810301218082028281830130");
}

}  // namespace eider::device
