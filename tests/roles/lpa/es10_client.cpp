// SGP.22 v2.6.1 sections 5.7.1 and 5.7.2; octets of section 12 of the project's fact sheet.
#include <gtest/gtest.h>

#include "roles/lpa/es10a.hpp"
#include "roles/lpa/es10b.hpp"
#include "roles/lpa/es10c.hpp"
#include "roles/lpa/lpa_support.hpp"

namespace eider::lpa {
namespace {
using test::FakeCard;
using test::FakeEuicc;

// A card that ends every answer in `sw` until told otherwise.
FakeCard plain_card(std::function<Bytes(ByteView)> es10) {
  return FakeCard([es10](ByteView c) -> Result<Bytes> {
    if (c[1] == 0x70) return c[2] == 0 ? hex("029000") : hex("9000");
    if (c[1] == 0xE2 || c[1] == 0xC0) return es10(c);
    return hex("9000");
  });
}
ResponseApdu ok(const char* data) {
  return {hex(data), 0x9000};
}
std::uint16_t word(const Fault& f) {
  return f.as<StatusWord>() ? f.as<StatusWord>()->sw : 0;
}
}  // namespace

TEST(Es10Client, OpensAChannelAndSelectsTheIsdR) {
  auto card = plain_card([](ByteView) { return hex("9000"); });
  {
    Es10Client es10(card);
    ASSERT_TRUE(es10.open());
    EXPECT_TRUE(es10.is_open());
  }
  ASSERT_EQ(card.commands.size(), 4u);
  EXPECT_EQ(to_hex(card.commands[0]), "80AA00000AA9088100820101830107");
  EXPECT_EQ(to_hex(card.commands[1]), "0070000001");
  EXPECT_EQ(to_hex(card.commands[2]), "02A4040010A0000005591010FFFFFFFF890000010000");
  EXPECT_EQ(to_hex(card.commands[3]), "00708002");
}

TEST(Es10Client, ReadsTheVersionFromTheFci) {
  FakeEuicc card([](ByteView) { return ok(""); });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  ASSERT_TRUE(es10.isd_r().svn);
  EXPECT_EQ(sgp22::version_text(*es10.isd_r().svn), "2.6.1");
  EXPECT_FALSE(es10.isd_r().lpae);
}

TEST(Es10Client, ClosesLeakedChannelsWhenNoneIsLeft) {
  int opens = 0;
  FakeCard card([&](ByteView c) -> Result<Bytes> {
    if (c[1] == 0x70 && c[2] == 0) return ++opens == 1 ? hex("6A81") : hex("019000");
    return hex("9000");
  });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  EXPECT_EQ(to_hex(card.commands[2]), "00708001");
  EXPECT_EQ(to_hex(card.commands[4]), "00708003");
}

TEST(Es10Client, RefusesACardWithoutChannels) {
  FakeCard card([](ByteView c) -> Result<Bytes> { return c[1] == 0x70 ? hex("6881") : hex("9000"); });
  Es10Client es10(card);
  auto r = es10.open();
  ASSERT_FALSE(r);
  EXPECT_EQ(word(r.error()), 0x6881);
}

TEST(Es10Client, TriesTheAidsOfVendors) {
  FakeCard card([](ByteView c) -> Result<Bytes> {
    if (c[1] == 0x70) return c[2] == 0 ? hex("019000") : hex("9000");
    if (c[1] == 0xA4) return to_hex(c).find("8900050500") != std::string::npos ? hex("9000") : hex("6A82");
    return hex("9000");
  });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  EXPECT_EQ(to_hex(es10.isd_r().aid), "A0000005591010FFFFFFFF8900050500");
}

TEST(Es10Client, SaysWhenThereIsNoIsdRAndClosesTheChannel) {
  FakeCard card([](ByteView c) -> Result<Bytes> {
    if (c[1] == 0x70) return c[2] == 0 ? hex("019000") : hex("9000");
    return c[1] == 0xA4 ? hex("6A82") : hex("9000");
  });
  Es10Client es10(card);
  auto r = es10.open();
  ASSERT_FALSE(r);
  EXPECT_TRUE(r.error().as<LocalFault>());
  EXPECT_EQ(to_hex(card.commands.back()), "00708001");
  EXPECT_FALSE(es10.is_open());
}

TEST(Es10Client, ChainsBlocksAndNumbersThem) {
  auto card = plain_card([](ByteView) { return hex("9000"); });
  Es10Options options;
  options.block_size = 100;
  Es10Client es10(card, options);
  ASSERT_TRUE(es10.open());
  card.commands.clear();
  ASSERT_TRUE(es10.store_data(Bytes(250, 0x5A)));
  ASSERT_EQ(card.commands.size(), 3u);
  EXPECT_EQ(to_hex(ByteView(card.commands[0]).first(5)), "82E2110064");
  EXPECT_EQ(to_hex(ByteView(card.commands[1]).first(5)), "82E2110164");
  EXPECT_EQ(to_hex(ByteView(card.commands[2]).first(5)), "82E2910232");
  EXPECT_EQ(card.commands[2].size(), 5u + 50 + 1);
}

TEST(Es10Client, TakesExactMultiplesOfTheBlockSizeWithoutAnEmptyBlock) {
  auto card = plain_card([](ByteView) { return hex("9000"); });
  Es10Options options;
  options.block_size = 255;
  Es10Client es10(card, options);
  ASSERT_TRUE(es10.open());
  card.commands.clear();
  ASSERT_TRUE(es10.store_data(Bytes(510, 1)));
  EXPECT_EQ(card.commands.size(), 2u);
  EXPECT_FALSE(es10.store_data(Bytes(256 * 255 + 1, 1)));
}

TEST(Es10Client, UsesTheClassByteOfChannelsAboveThree) {
  FakeCard card([](ByteView c) -> Result<Bytes> {
    if (c[1] == 0x70 && c[2] == 0) return hex("059000");
    if (c[1] == 0xE2) return hex("6102");
    return c[1] == 0xC0 ? hex("AABB9000") : hex("9000");
  });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  ASSERT_TRUE(es10.store_data(hex("BF2E00")));
  EXPECT_EQ(to_hex(card.commands[3]), "C1E2910003BF2E0000");
  EXPECT_EQ(to_hex(card.commands[4]), "41C0000002");
}

TEST(Es10Client, CollectsResponseParts) {
  Bytes answer(700, 0x33);
  FakeEuicc card([&](ByteView) { return ResponseApdu{answer, 0x9000}; });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  auto r = es10.store_data(hex("BF2200"));
  ASSERT_TRUE(r);
  EXPECT_EQ(*r, answer);
}

TEST(Es10Client, CorrectsLe) {
  auto card = plain_card(
      [](ByteView c) { return c.back() == 0x10 ? concat({Bytes(16, 1), hex("9000")}) : hex("6C10"); });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  EXPECT_EQ(es10.store_data(hex("BF2E00"))->size(), 16u);
}

TEST(Es10Client, GivesUpOnEndlessAnswers) {
  for (const char* sw : {"6100", "6105", "6C05", "AA6100"}) {
    auto card = plain_card([&](ByteView) { return hex(sw); });
    Es10Options options;
    options.max_get_responses = 50;
    options.max_response = 30;
    Es10Client es10(card, options);
    ASSERT_TRUE(es10.open());
    auto r = es10.store_data(hex("BF2E00"));
    ASSERT_FALSE(r) << sw;
    EXPECT_TRUE(r.error().as<DecodeFault>()) << sw;
  }
}

TEST(Es10Client, PassesStatusWordsAndTransportFaultsOn) {
  auto card = plain_card([](ByteView) { return hex("6985"); });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  auto r = es10.store_data(hex("BF2D00"));
  ASSERT_FALSE(r);
  EXPECT_EQ(word(r.error()), 0x6985);
  FakeCard gone([](ByteView) -> Result<Bytes> { return fail(TransportFault{false, "reader gone"}); });
  Es10Client broken(gone);
  EXPECT_TRUE(broken.open().error().as<TransportFault>());
  FakeCard mute([](ByteView) -> Result<Bytes> { return Bytes{0x90}; });
  Es10Client short_answer(mute);
  EXPECT_TRUE(short_answer.open().error().as<DecodeFault>());
}

TEST(Es10Client, NeedsAnOpenSession) {
  auto card = plain_card([](ByteView) { return hex("9000"); });
  Es10Client es10(card);
  EXPECT_FALSE(es10.store_data(hex("BF2E00")));
}

TEST(Es10Client, PerformsARefreshByReset) {
  FakeEuicc card([](ByteView) { return ResponseApdu{hex("BF3103800100"), 0x910B}; });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  ASSERT_TRUE(es10c::enable_profile(es10, {sgp22::Iccid{}}, true));
  EXPECT_TRUE(es10.proactive_pending());
  auto reset = es10.settle();
  ASSERT_TRUE(reset) << reset.error().message();
  EXPECT_TRUE(*reset);
  EXPECT_EQ(card.resets, 1);
  EXPECT_TRUE(es10.is_open());
  EXPECT_FALSE(*es10.settle());
}

TEST(Es10Client, DeclinesOtherProactiveCommands) {
  int fetches = 0;
  FakeCard card([&](ByteView c) -> Result<Bytes> {
    if (c[1] == 0x70 && c[2] == 0) return hex("019000");
    if (c[1] == 0xE2) return hex("BF3003800100910B");
    if (c[1] == 0x12)
      return ++fetches, hex("D009810301210082028182"
                            "9000");
    if (c[1] == 0x14) return hex("910B");
    return hex("9000");
  });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  ASSERT_TRUE(es10b::remove_notification_from_list(es10, 1));
  auto reset = es10.settle();
  ASSERT_TRUE(reset);
  EXPECT_FALSE(*reset);
  EXPECT_EQ(fetches, 16);  // a card that never ends its session
  EXPECT_EQ(to_hex(card.commands.back()), "801400000C810301210082028281830130");
}

TEST(Es10, SendsTheSpecifiedObjects) {
  std::string last;
  FakeEuicc card([&](ByteView o) {
    last = to_hex(o);
    return ResponseApdu{{}, 0x6A88};
  });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  const auto iccid = *sgp22::parse_iccid("8947010000123456784");
  (void)es10b::get_euicc_info1(es10);
  EXPECT_EQ(last, "BF2000");
  (void)es10b::get_euicc_challenge(es10);
  EXPECT_EQ(last, "BF2E00");
  (void)es10c::get_eid(es10);
  EXPECT_EQ(last, "BF3E035C015A");
  (void)es10c::enable_profile(es10, {iccid}, true);
  EXPECT_EQ(last, "BF3111A00C5A0A987410000021436587F48101FF");
  (void)es10c::disable_profile(es10, {iccid}, false);
  EXPECT_EQ(last, "BF3211A00C5A0A987410000021436587F4810100");
  (void)es10c::delete_profile(es10, {iccid});
  EXPECT_EQ(last, "BF330C5A0A987410000021436587F4");
  (void)es10c::euicc_memory_reset(es10, {0, 1, 2});
  EXPECT_EQ(last, "BF3404820205E0");
  (void)es10b::retrieve_notification(es10, 5);
  EXPECT_EQ(last, "BF2B05A003800105");
  (void)es10b::remove_notification_from_list(es10, 128);
  EXPECT_EQ(last, "BF300480020080");
  (void)es10b::cancel_session(es10, *sgp22::TransactionId::from(hex("0123456789ABCDEF0123456789ABCDEF")),
                              sgp22::CancelSessionReason::kEndUserRejection);
  EXPECT_EQ(last, "BF411580100123456789ABCDEF0123456789ABCDEF810100");
  (void)es10a::set_default_dp_address(es10, "");
  EXPECT_EQ(last, "BF3F028000");
  (void)es10c::get_profiles_info(es10);
  EXPECT_EQ(last, "BF2D00");  // after the form with a tag list was refused
  EXPECT_EQ(to_hex(card.objects[card.objects.size() - 2]), "BF2D0D5C0B5A4F9F7090919295B6B799");
}

TEST(Es10, NamesRefusals) {
  const char* answer = "";
  FakeEuicc card([&](ByteView) { return ok(answer); });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  const auto name = [](const auto& r) {
    return !r && r.error().template as<Es10Fault>() ? r.error().template as<Es10Fault>()->name
                                                    : std::string();
  };
  answer = "BF3103800105";
  EXPECT_EQ(name(es10c::enable_profile(es10, {sgp22::Iccid{}}, true)), "catBusy");
  answer = "BF3203800103";
  EXPECT_EQ(name(es10c::disable_profile(es10, {sgp22::Iccid{}}, true)), "disallowedByPolicy");
  answer = "BF3303800102";
  EXPECT_EQ(name(es10c::delete_profile(es10, {sgp22::Iccid{}})), "profileNotInDisabledState");
  answer = "BF4103810105";
  EXPECT_EQ(name(es10b::cancel_session(es10, {}, {})), "invalidTransactionId");
  answer = "BF300380017F";
  EXPECT_EQ(name(es10b::remove_notification_from_list(es10, 1)), "undefinedError");
  answer = "BF3003800101";
  EXPECT_TRUE(es10b::remove_notification_from_list(es10, 1));
  answer = "BF2B0381017F";
  EXPECT_EQ(name(es10b::retrieve_notification(es10, 1)), "undefinedError");
}

TEST(Es10, GivesNotificationsAsStored) {
  FakeEuicc card([](ByteView) { return ok("BF2B0CA00A3008BF2F05800100FF00"); });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  auto r = es10b::retrieve_notification(es10, 0);
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(to_hex(**r), "3008BF2F05800100FF00");
  FakeEuicc none([](ByteView) { return ok("BF2B02A000"); });
  Es10Client empty(none);
  ASSERT_TRUE(empty.open());
  EXPECT_FALSE(*es10b::retrieve_notification(empty, 0));
}

TEST(Es10, ReadsAddressesWithAndWithoutTheirMembers) {
  const char* answer = "BF3C1D8008646566612E636F6D81116C70612E64732E67736D612E636F6D2E2E";
  FakeEuicc card([&](ByteView) { return ok(answer); });
  Es10Client es10(card);
  ASSERT_TRUE(es10.open());
  auto r = es10a::get_euicc_configured_addresses(es10);
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(r->defaultDpAddress, "defa.com");
  answer = "BF3C00";
  r = es10a::get_euicc_configured_addresses(es10);
  ASSERT_TRUE(r);
  EXPECT_EQ(r->rootDsAddress, "");
}

// ---- Cards that deviate ----

TEST(CardQuirks, TheAidOfTheSpecificationIsTriedFirst) {
  const auto& known = known_quirks();
  ASSERT_GT(known.size(), 5u);
  EXPECT_EQ(to_hex(known[0].isd_r_aid), "A0000005591010FFFFFFFF8900000100");
  for (const auto& row : known) {
    EXPECT_FALSE(row.name.empty());
    EXPECT_GE(row.isd_r_aid.size(), 5u);
    EXPECT_LE(row.isd_r_aid.size(), 16u);
    EXPECT_EQ(find_quirk(known, row.isd_r_aid), &row) << row.name;  // none stands twice
  }
  EXPECT_EQ(known_isd_r_aids(), aids_of(known));
}

TEST(CardQuirks, OnesOwnComeBeforeTheKnownAndInTheirPlace) {
  const auto all = with_known_quirks(
      {{"mine", hex("A0000005591010FFFFFFFF8900050500"), 60}, {"other", hex("A000000559FF"), {}}});
  EXPECT_EQ(all[0].name, "mine");
  EXPECT_EQ(all[1].name, "other");
  EXPECT_EQ(all.size(), known_quirks().size() + 1);
  EXPECT_EQ(find_quirk(all, hex("A0000005591010FFFFFFFF8900050500"))->block_size, 60u);
}

TEST(CardQuirks, BlocksAreNoLongerThanTheCardTakes) {
  auto card = plain_card([](ByteView) { return hex("9000"); });
  Es10Options options;
  options.quirks = with_known_quirks({{"small", known_quirks()[0].isd_r_aid, 10}});
  Es10Client es10(card, options);
  ASSERT_TRUE(es10.open());
  card.commands.clear();
  ASSERT_TRUE(es10.store_data(Bytes(25, 0x11)));
  ASSERT_EQ(card.commands.size(), 3u);
  EXPECT_EQ(card.commands[0][4], 10);
  EXPECT_EQ(card.commands[2][4], 5);
}

// ---- A card in a modem that somebody else runs ----

TEST(Es10Modem, TheModemIsTheTerminal) {
  auto card = plain_card([](ByteView) { return hex("910B"); });
  Es10Options options;
  options.modem = options.terminal_profile = true;
  Es10Client es10(card, options);
  ASSERT_TRUE(es10.open());
  EXPECT_EQ(to_hex(card.commands[0]), "0070000001");  // no TERMINAL CAPABILITY, no TERMINAL PROFILE
  ASSERT_TRUE(es10.store_data(hex("BF3100")));
  card.commands.clear();
  EXPECT_EQ(es10.settle(), false);
  EXPECT_EQ(card.resets, 0);
  ASSERT_EQ(card.commands.size(), 3u);  // no FETCH: the modem has done that
  EXPECT_EQ(to_hex(card.commands[0]), "00708002");
  EXPECT_EQ(to_hex(card.commands[1]), "0070000001");
}

TEST(Es10Modem, AModemThatOpensNoChannelYetIsAskedAgain) {
  int busy = 3;
  FakeCard card([&](ByteView c) -> Result<Bytes> {
    if (c[1] == 0x70) return c[2] == 0 ? hex("019000") : hex("9000");
    if (c[1] == 0xA4 && busy > 0 && c.size() == 22 && c[20] == 0x00 && busy-- > 0)
      return fail_local("the modem says no");
    return hex("9000");
  });
  Es10Options options;
  options.modem = true;
  options.isd_r_aids = {known_quirks()[0].isd_r_aid};
  Es10Client es10(card, options);
  EXPECT_FALSE(es10.open());  // twice, with leaked channels closed between
  EXPECT_EQ(busy, 1);
  EXPECT_EQ(es10.settle(), false);
  EXPECT_EQ(busy, 0);
  busy = 3;
  EXPECT_EQ(es10.settle(), true);
  EXPECT_EQ(card.resets, 1);
}

TEST(Es10Modem, AnotherTerminalIsNotAskedTwice) {
  FakeCard card([&](ByteView c) -> Result<Bytes> {
    if (c[1] == 0xA4) return fail_local("no such thing");
    return c[2] == 0 ? hex("019000") : hex("9000");
  });
  Es10Client es10(card);  // no modem: a fault of the port is a fault
  ASSERT_FALSE(es10.open());
  EXPECT_EQ(std::ranges::count_if(card.commands, [](const Bytes& c) { return c[1] == 0xA4; }), 1);
}

}  // namespace eider::lpa
