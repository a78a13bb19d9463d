// What a user does with the LPA inside his card, and what card and SM-DP+ hold afterwards (SGP.22 v2.6.1
// sections 3.1 to 3.5 and 5.11).
#include "lpae/world.hpp"
#include "net/http_client.hpp"

namespace eider::test {
namespace {
using sgp22::ProfileState;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::StartsWith;

std::deque<std::string> by_code(const std::string& code, std::initializer_list<std::string> rest) {
  std::deque<std::string> out = {"Activation Code", code};
  out.insert(out.end(), rest);
  return out;
}
}  // namespace

TEST(Lpae, ShowsItsMenuToADeviceWithoutAnLpa) {
  LpaeWorld w;
  w.power_on();
  ASSERT_TRUE(w.terminal->menu());
  EXPECT_EQ(as_text(w.terminal->menu()->title), "eSIM");
  ASSERT_EQ(w.terminal->menu()->items.size(), 5u);
  EXPECT_EQ(as_text(w.terminal->menu()->items[1].text), "Add Profile");
}

// Section 5.7.1: LUId, LPDd and LDSd in the device; its LpaeActivation brings the card's own forth.
TEST(Lpae, WaitsForADeviceThatHasAnLpaToActivateIt) {
  LpaeWorld w;
  w.power_on(0x07);
  EXPECT_FALSE(w.terminal->menu());
  CardDriver driver(w.euicc);
  const auto fci = driver.open();
  EXPECT_THAT(to_hex(fci.data), HasSubstr("E009820302060103020780")) << "lpaeSupport in the FCI";
  EXPECT_EQ(to_hex(driver.store_data("BF420480020640").data), "BF4203800101") << "no Smartcard Web Server";
  const auto r = driver.store_data("BF420480020780");
  EXPECT_EQ(to_hex(r.data), "BF4203800100");
  must(w.terminal->session(r.sw));
  EXPECT_TRUE(w.terminal->menu());
}

TEST(Lpae, ADeviceThatCannotTalkToItsUserGetsNoMenu) {
  LpaeWorld w;
  device::TerminalConfig config;
  config.terminal_capability->euicc = 0;
  config.capabilities.menu = true;
  device::Terminal mute(w.euicc, w.server.clock, config);
  must(mute.power_on());
  EXPECT_FALSE(mute.menu());
}

TEST(Lpae, DownloadsEnablesAndDeletesAProfile) {
  LpaeWorld w;
  w.power_on();
  w.choose(kAddItem, by_code(w.order(1), {"yes", "no"}));
  ASSERT_EQ(w.card().profiles.size(), 1u) << w.user.transcript();
  EXPECT_EQ(w.card().profiles[0].state, ProfileState::kDisabled);
  EXPECT_TRUE(w.user.saw("is installed.")) << w.user.transcript();
  EXPECT_TRUE(w.card().notifications.empty()) << "delivered";
  EXPECT_THAT(w.user_agents, Each(StartsWith("gsma-rsp-lpae")));
  EXPECT_THAT(w.paths, Each(HasSubstr("asn1")));
  const auto name = [&] {
    const auto m = w.card().profiles[0].metadata;
    return m.profileName + ", " + m.serviceProviderName;
  };

  // The REFRESH resets the card; the notification goes when it is back.
  w.choose(kProfilesItem, {name(), "Enable", "yes"});
  EXPECT_EQ(w.card().profiles[0].state, ProfileState::kEnabled) << w.user.transcript();
  EXPECT_TRUE(w.card().notifications.empty());
  ASSERT_TRUE(w.terminal->menu());

  w.choose(kProfilesItem, {"* " + name(), "Delete"});
  EXPECT_TRUE(w.user.saw("Disable")) << "an enabled Profile stays";
  w.choose(kProfilesItem, {"* " + name(), "Disable", "no"});
  EXPECT_EQ(w.card().profiles[0].state, ProfileState::kEnabled);
  w.choose(kProfilesItem, {"* " + name(), "Disable", "yes"});
  EXPECT_EQ(w.card().profiles[0].state, ProfileState::kDisabled);
  w.choose(kProfilesItem, {name(), "Rename", "Travel"});
  EXPECT_EQ(w.card().profiles[0].nickname, "Travel");
  w.choose(kProfilesItem, {"Travel", "Delete", "<back>"});
  EXPECT_EQ(w.card().profiles.size(), 1u);
  w.choose(kProfilesItem, {"Travel", "Delete", "yes"});
  EXPECT_TRUE(w.card().profiles.empty()) << w.user.transcript();
  EXPECT_TRUE(w.card().notifications.empty());
  w.choose(kProfilesItem, {});
  EXPECT_TRUE(w.user.saw("There is no Profile"));
}

TEST(Lpae, DownloadsWhatTheDefaultSmdpHasAndEnablesItAtOnce) {
  LpaeWorld w;
  w.power_on();
  w.add_profile(1);
  w.server.release(1, std::string(kCardEid), {}, "");
  w.choose(kAddItem, {"From the SM-DP+ address", "yes", "yes"});
  ASSERT_EQ(w.card().profiles.size(), 1u) << w.user.transcript();
  EXPECT_EQ(w.card().profiles[0].state, ProfileState::kEnabled);
}

TEST(Lpae, AsksForTheConfirmationCodeAndAgainForAWrongOne) {
  LpaeWorld w;
  w.power_on();
  w.choose(kAddItem, by_code(w.order(1, "4711"), {"yes", "0815", "4711", "no"}));
  ASSERT_EQ(w.card().profiles.size(), 1u) << w.user.transcript();
  EXPECT_TRUE(w.user.saw("That Confirmation Code was refused"));
}

// Sections 3.1.3 and 5.7.14: the card signs why, and the SM-DP+ hears it.
TEST(Lpae, AUserWhoSaysNoCancelsTheSessionAtTheSmdp) {
  for (const auto* answer : {"no", "<back>", "<none>", "<end>"}) {
    LpaeWorld w;
    w.power_on();
    w.choose(kAddItem, by_code(w.order(1), {answer}));
    EXPECT_TRUE(w.card().profiles.empty()) << answer;
    EXPECT_TRUE(w.user.saw("No Profile was installed.")) << w.user.transcript();
    const bool postponed = answer == std::string("<back>") || answer == std::string("<none>");
    EXPECT_EQ(w.state(1), postponed ? smdpp::ProfileState::kReleased : smdpp::ProfileState::kError)
        << answer << w.user.transcript();
  }
}

TEST(Lpae, SaysWhatIsWrongWithAnActivationCode) {
  LpaeWorld w;
  w.power_on();
  w.choose(kAddItem, by_code("nonsense", {}));
  EXPECT_TRUE(w.user.saw("This is no Activation Code.")) << w.user.transcript();
  w.choose(kAddItem, by_code("LPA:1$smdpp.example.com$UNKNOWN", {}));
  EXPECT_TRUE(w.user.saw("8.2.6/3.8")) << w.user.transcript();
  w.choose(kAddItem, by_code("LPA:1$nowhere.example.com$CODE", {}));
  EXPECT_TRUE(w.user.saw("no host is called nowhere.example.com")) << w.user.transcript();
  EXPECT_EQ(w.bip.links, 1) << "of the second code";
}

// TLS ends in the card: a server under another CI, of another role or another name gets no request.
TEST(Lpae, RefusesAServerOfAnotherCi) {
  const auto other = make_test_pki({crypto::Curve::kP256}, 77);
  LpaeWorld w(&other);
  w.power_on();
  w.choose(kAddItem, by_code(w.order(1), {"yes"}));
  EXPECT_TRUE(w.user.saw("This server is not trusted")) << w.user.transcript();
  EXPECT_TRUE(w.paths.empty());
  EXPECT_EQ(w.state(1), smdpp::ProfileState::kReleased);
}

TEST(Lpae, RefusesAServerOfAnotherRole) {
  LpaeWorld w(nullptr, crypto::CertificateRole::kDsTls);
  w.power_on();
  w.choose(kAddItem, by_code(w.order(1), {"yes"}));
  EXPECT_TRUE(w.user.saw("This server is not trusted (certificate of another role)")) << w.user.transcript();
  EXPECT_TRUE(w.paths.empty());
}

TEST(Lpae, RefusesAServerOfAnotherName) {
  LpaeWorld w;
  w.bip.names.insert("evil.example.com");
  w.power_on();
  w.choose(kAddItem, by_code("LPA:1$evil.example.com$CODE", {"yes"}));
  EXPECT_TRUE(w.user.saw("is of another host")) << w.user.transcript();
  EXPECT_TRUE(w.paths.empty());
}

TEST(Lpae, RefusesACertificateThatIsOver) {
  LpaeWorld w;
  w.server.clock.advance(Duration(std::int64_t{1000} * 3600 * 24 * 365 * 60));
  w.power_on();
  w.choose(kAddItem, by_code("LPA:1$smdpp.example.com$CODE", {"yes"}));
  EXPECT_TRUE(w.user.saw("This server is not trusted (expired)")) << w.user.transcript();
}

TEST(Lpae, WithoutTheTimeThereIsNoConnection) {
  LpaeWorld w;
  device::TerminalConfig config;
  config.terminal_capability->euicc = 0;
  config.capabilities.local_information = false;
  device::Terminal terminal(w.euicc, w.server.clock, config, {&w.bip, nullptr, nullptr, &w.user});
  must(terminal.set_network({device::LocationStatus::kNormal, device::Cell()}));
  must(terminal.power_on());
  w.user.answers = by_code("LPA:1$smdpp.example.com$CODE", {});
  must(terminal.select_menu_item(kAddItem));
  EXPECT_TRUE(w.user.saw("does not tell the card the time")) << w.user.transcript();
  EXPECT_EQ(w.bip.links, 0);
}

TEST(Lpae, SaysThatThereIsNoNetwork) {
  LpaeWorld w;
  w.power_on();
  must(w.terminal->set_network({device::LocationStatus::kNoService, {}}));
  w.choose(kAddItem, by_code(w.order(1), {"yes"}));
  EXPECT_TRUE(w.user.saw("no service")) << w.user.transcript();
  EXPECT_EQ(w.state(1), smdpp::ProfileState::kReleased);
}

// A link that breaks anywhere leaves no Profile, or the whole of it; the order can be used again or was.
TEST(Lpae, ABrokenLinkLeavesTheOrderOrTheProfile) {
  std::size_t whole = 0;
  {
    LpaeWorld w;
    w.power_on();
    w.choose(kAddItem, by_code(w.order(1), {"yes", "no"}));
    whole = w.bip.received;
    ASSERT_GT(whole, 3000u);
  }
  for (std::size_t part = 0; part < 4; ++part) {
    LpaeWorld w;
    w.power_on();
    const auto code = w.order(1);
    w.bip.cut_after = 200 + whole * part / 4;
    w.choose(kAddItem, by_code(code, {"yes", "no"}));
    w.bip.cut_after.reset();
    if (w.card().profiles.empty()) {
      EXPECT_TRUE(w.user.saw("No Profile was installed.")) << part << w.user.transcript();
      w.choose(kAddItem, by_code(code, {"yes", "no"}));
    }
    EXPECT_EQ(w.card().profiles.size(), 1u) << part << w.user.transcript();
  }
}

// Power lost with any commit of a download: what is there after the next power-on is a whole Profile or none,
// and another try brings it.
TEST(Lpae, PowerLostAnywhereConverges) {
  // All commits would take long; those at the beginning and the end are close to each other.
  for (const std::size_t n : {1, 2, 3, 5, 9, 16, 60}) {
    LpaeWorld w;
    w.power_on();
    const auto code = w.order(1);
    w.nvm.cut_power_at(n,
                       n % 2 == 0 ? card::MemoryNvm::Cut::kAfterWrite : card::MemoryNvm::Cut::kBeforeWrite);
    w.user.answers = by_code(code, {"yes", "no"});
    auto chosen = w.terminal->select_menu_item(kAddItem).map([](const auto&) {});
    for (int i = 0; chosen && i < 2000 && w.terminal->channels_open(); ++i) {
      w.bip.wait();
      chosen = w.terminal->poll().map([](int) {});
    }
    const bool lost = !chosen;
    w.nvm.restore_power();
    w.power_on();
    EXPECT_FALSE(w.card().loading) << n;
    if (w.card().profiles.empty()) w.choose(kAddItem, by_code(code, {"yes", "no"}));
    ASSERT_EQ(w.card().profiles.size(), 1u) << n << w.user.transcript();
    if (!lost) return;  // it had fewer
  }
  FAIL() << "a download has fewer commits";
}

// The device is switched off in the middle of a question: nothing of the session is left.
TEST(Lpae, AResetInTheMiddleOfADialogueEndsIt) {
  struct Impatient final : device::UserPort {
    CardPort& card;
    explicit Impatient(CardPort& c) : card(c) {}
    device::UserAnswer show(const std::string&, bool) override { return {}; }
    device::UserAnswer confirm(const std::string&) override { return {}; }
    device::UserAnswer enter(const device::InputQuestion&) override { return {}; }
    device::UserAnswer choose(const std::string&, const std::vector<device::Choice>&) override {
      must(card.reset());
      return {device::UserAnswer::Kind::kDone, {}, false, 1};
    }
  };
  LpaeWorld w;
  Impatient user(w.euicc);
  device::TerminalConfig config;
  config.terminal_capability->euicc = 0;
  device::Terminal terminal(w.euicc, w.server.clock, config, {nullptr, nullptr, nullptr, &user});
  must(terminal.power_on());
  (void)terminal.select_menu_item(kAddItem);  // its TERMINAL RESPONSE comes to a card that asked nothing
  must(terminal.power_on());
  EXPECT_TRUE(terminal.menu());
}

// While the LPA of the card is at work no other may switch Profiles (section 5.7.16), and no second work
// begins.
TEST(Lpae, IsBusyForOthersWhileItWorks) {
  LpaeWorld w;
  struct Meddler final : device::UserPort {
    LpaeWorld& w;
    std::string enable, menu;
    explicit Meddler(LpaeWorld& world) : w(world) {}
    device::UserAnswer show(const std::string&, bool) override { return {}; }
    device::UserAnswer confirm(const std::string&) override { return {Kind::kEnded}; }
    device::UserAnswer enter(const device::InputQuestion&) override { return {Kind::kEnded}; }
    device::UserAnswer choose(const std::string&, const std::vector<device::Choice>&) override {
      CardDriver driver(w.euicc);
      enable = to_hex(driver.store_data("BF3111A00C5A0A980000000000000000F0810100").data);
      menu = to_hex(must(w.euicc.transmit(hex("80C2000009D30702020181900102"))));
      return {Kind::kEnded};
    }
    using Kind = device::UserAnswer::Kind;
  };
  Meddler user(w);
  // A device with an LPA of its own, which has activated the card's.
  device::Terminal terminal(w.euicc, w.server.clock, {}, {nullptr, nullptr, nullptr, &user});
  must(terminal.power_on());
  CardDriver driver(w.euicc);
  driver.open();
  must(terminal.session(driver.store_data("BF420480020780").sw));
  must(terminal.select_menu_item(kAddItem));
  EXPECT_EQ(user.enable, "BF3103800105") << "catBusy";
  EXPECT_EQ(user.menu, "9300");
}

// Section 5.7.16: a device that does not do the REFRESH leaves both Profiles as they were, and the user hears
// of it.
TEST(Lpae, ADeviceThatDoesNotRestartTheCardChangesNothing) {
  LpaeWorld w;
  w.power_on();
  w.choose(kAddItem, by_code(w.order(1), {"yes", "no"}));
  ASSERT_EQ(w.card().profiles.size(), 1u) << w.user.transcript();
  struct NotNow final : device::TerminalListener {
    bool may_refresh(const device::Refresh&) override { return false; }
  } not_now;
  device::TerminalConfig config;
  config.terminal_capability->euicc = 0;
  device::Terminal terminal(w.euicc, w.server.clock, config, {&w.bip, nullptr, &not_now, &w.user});
  must(terminal.power_on());
  const auto m = w.card().profiles[0].metadata;
  w.user.answers = {m.profileName + ", " + m.serviceProviderName, "Enable", "yes"};
  must(terminal.select_menu_item(kProfilesItem));
  EXPECT_TRUE(w.user.saw("did not restart the card")) << w.user.transcript();
  EXPECT_EQ(w.card().profiles[0].state, ProfileState::kDisabled);
  EXPECT_FALSE(w.card().switch_pending);
}

// TS 102 221 section 11.1.22: what the card had set up is there again after SUSPEND UICC, its LPA too.
TEST(Lpae, IsThereAgainAfterSuspension) {
  LpaeWorld w;
  w.power_on();
  const auto send = [&](std::string_view apdu) { return must(w.euicc.transmit(hex(apdu))); };
  auto r = send("807600000400010101");
  ASSERT_EQ(r.size(), 2u);
  ASSERT_EQ(r[0], 0x61) << to_hex(r);
  r = must(w.euicc.transmit(CommandApdu{0x00, 0xC0, 0, 0, {}, r[1]}.encode()));
  ASSERT_EQ(r.size(), 12u) << to_hex(r);
  must(w.euicc.reset());
  const Bytes token(r.begin() + 2, r.begin() + 10);
  EXPECT_EQ(must(w.euicc.transmit(CommandApdu{0x80, 0x76, 0x01, 0, token, {}}.encode()))[0], 0x91)
      << "its menu";
}

TEST(Lpae, TellsTheEidAndKeepsTheAddress) {
  LpaeWorld w;
  w.power_on();
  w.choose(kInformationItem, {});
  EXPECT_TRUE(w.user.saw(std::string("EID ") + kCardEid)) << w.user.transcript();
  w.choose(kAddressItem, {"other.example.com", "yes"});
  EXPECT_EQ(w.card().default_smdp_address, "other.example.com") << w.user.transcript();
  w.choose(kAddressItem, {"not an address", "yes"});
  EXPECT_TRUE(w.user.saw("The address was not kept.")) << w.user.transcript();
  w.choose(kAddressItem, {"", "yes"});
  EXPECT_EQ(w.card().default_smdp_address, "");
  w.choose(kAddItem, {"From the SM-DP+ address"});
  EXPECT_TRUE(w.user.saw("has no SM-DP+ address"));
}

TEST(Lpae, DeletesAllProfilesAfterTwoQuestions) {
  LpaeWorld w;
  w.power_on();
  w.choose(kAddItem, by_code(w.order(1), {"yes", "yes"}));
  ASSERT_EQ(w.card().profiles.size(), 1u) << w.user.transcript();
  w.choose(kResetItem, {"yes", "no"});
  EXPECT_EQ(w.card().profiles.size(), 1u);
  w.choose(kResetItem, {"yes", "yes"});
  EXPECT_TRUE(w.card().profiles.empty()) << w.user.transcript();
  ASSERT_TRUE(w.terminal->menu()) << "after the REFRESH";
  w.settle();
  EXPECT_TRUE(w.card().notifications.empty());
  w.choose(kResetItem, {"yes", "yes"});
  EXPECT_TRUE(w.user.saw("They were not deleted.")) << w.user.transcript();
}

// What could not be told is told at the next power-on with a network.
TEST(Lpae, SendsWhatIsLeftToTellWhenThereIsANetworkAgain) {
  LpaeWorld w;
  w.power_on();
  w.choose(kAddItem, by_code(w.order(1), {"yes", "no"}));
  must(w.terminal->set_network({device::LocationStatus::kNoService, {}}));
  w.choose(kProfilesItem, {});
  const auto line = w.user.shown.back();
  w.choose(kProfilesItem, {line.substr(line.find('|') + 1), "Delete", "yes"});
  EXPECT_TRUE(w.card().profiles.empty());
  EXPECT_EQ(w.card().notifications.size(), 1u);
  EXPECT_TRUE(w.user.saw("stays on the card")) << w.user.transcript();
  w.power_on();
  EXPECT_TRUE(w.card().notifications.empty());
}

}  // namespace eider::test
