// The screens of `eider lpa ui` as text, and what keys do.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

#include "support/paths.hpp"
#include "tui/lpa_view.hpp"
#include "tui/text.hpp"

namespace eider::tui {
namespace {
using testing::HasSubstr;
using Kind = Intent::Kind;

constexpr Size kUsual{24, 80}, kSmall{12, 40}, kLarge{40, 120};

Reading some_card() {
  Reading r;
  r.profiles = {
      {"8949000000000000117",
       "8949000000000000117",
       "A0000005591010FFFFFFFF8900001000",
       "enabled",
       "operational",
       "Demo plan",
       "Eider Mobile",
       "Work",
       "001-01",
       {}},
      {"8981100000000000222",
       "8981100000000000222",
       "A0000005591010FFFFFFFF8900001100",
       "disabled",
       "operational",
       "データ使い放題プラン・ワールドワイド",
       "楽天モバイル株式会社",
       "",
       "440-11",
       {"PPR2: the Profile cannot be deleted"}},
      {"8900000000000000333",
       "8900000000000000333",
       "A0000005591010FFFFFFFF8900001200",
       "disabled",
       "test",
       "Bench",
       "Eider",
       "",
       "",
       {}},
  };
  r.card = {
      "89049032000000000000000000000163",
      "smdpp.example.com",
      "smds.example.com",
      {{"EID", "89049032000000000000000000000163"},
       {"Free memory", "262144 octets"},
       {"CI keys", "F54172BDF98A95D65CBEB88A38A1C11D800A85C3 81370F5125D0B1D408D4C3B232E6D25E795BEBFB"},
       {"RSP", "additionalProfile crlSupport rpmSupport testProfileSupport deviceInfoExtensibilitySupport"}}};
  r.notifications = {{7, "install", "8949000000000000117", "smdpp.example.com", ""},
                     {8, "enable", "8949000000000000117", "smdpp.example.com", "not reached"}};
  return r;
}

LpaState with_card() {
  LpaState s;
  read(s, some_card());
  return s;
}

std::optional<Intent> type(LpaState& s, std::string_view keys) {
  KeyReader reader;
  std::optional<Intent> last;
  for (const auto& key : reader.feed(keys)) last = press(s, key);
  if (reader.waits())
    for (const auto& key : reader.time_over()) last = press(s, key);
  return last;
}

std::string screen(LpaState& s, Size size) {
  return draw(s, size).text();
}

// Nothing is drawn beyond the edge, and the first and last row are whole.
void fits(LpaState& s, Size size) {
  const auto lines = draw(s, size).lines();
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(size.rows));
  for (const auto& line : lines) EXPECT_LE(columns_of(line), size.columns) << line;
}

Offer offer() {
  return {"smdpp.example.com",
          {{"Name", "データ使い放題"},
           {"Provider", "楽天モバイル"},
           {"ICCID", "8981100000000000222"},
           {"Class", "operational"}},
          {"PPR1: the Profile cannot be disabled", "PPR2: the Profile cannot be deleted"},
          true};
}

// The screens in tests/tui/screens are what docs/lpa.md shows. EIDER_WRITE_SCREENS=1 writes them anew, to be
// looked at.
void expect_screen(LpaState& s, Size size, const std::string& name) {
  fits(s, size);
  const auto file = std::filesystem::path(test::source_directory()) / "tests/tui/screens" / (name + ".txt");
  const auto drawn = draw(s, size).text();
  if (std::getenv("EIDER_WRITE_SCREENS")) std::ofstream(file, std::ios::binary) << drawn;
  std::ifstream in(file, std::ios::binary);
  EXPECT_EQ(drawn, std::string(std::istreambuf_iterator<char>(in), {})) << name;
}

TEST(LpaScreen, Profiles) {
  auto s = with_card();
  type(s, "j");
  expect_screen(s, kUsual, "profiles-80x24");
  expect_screen(s, kSmall, "profiles-40x12");
  expect_screen(s, kLarge, "profiles-120x40");
}

TEST(LpaScreen, CardDiscoveryNotifications) {
  auto s = with_card();
  type(s, "2");
  expect_screen(s, kUsual, "card-80x24");
  expect_screen(s, kSmall, "card-40x12");
  type(s, "3");
  expect_screen(s, kUsual, "discovery-nobody-asked-80x24");
  discovered(s, {{"smdpp.example.com", "1F3A-77", "smds.example.com", ""},
                 {"smdpp.example.org", "Q", "", "not reached: cannot connect"}});
  expect_screen(s, kUsual, "discovery-80x24");
  expect_screen(s, kSmall, "discovery-40x12");
  type(s, "4");
  expect_screen(s, kUsual, "notifications-80x24");
  expect_screen(s, kSmall, "notifications-40x12");
}

TEST(LpaScreen, DownloadStepByStep) {
  auto s = with_card();
  type(s, "a");
  type(s, "\x1b[200~LPA:1$smdpp.example.com$K7-XWPZ\n\x1b[201~");
  expect_screen(s, kUsual, "add-80x24");
  expect_screen(s, kSmall, "add-40x12");
  const auto wanted = type(s, "\r");
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->kind, Kind::kDownload);
  EXPECT_EQ(wanted->text, "LPA:1$smdpp.example.com$K7-XWPZ");
  begin(s, "Download", true);
  progress(s, "Confirm", "smdpp.example.com", 4.0 / 9, -1);
  ask(s, offer());
  expect_screen(s, kUsual, "offer-80x24");
  expect_screen(s, kLarge, "offer-120x40");
  const auto reply = type(s, "y");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->kind, Kind::kReply);
  EXPECT_EQ(reply->reply, Reply::kYes);
  ask_code(s, "smdpp.example.com", 1);
  type(s, "4711");
  expect_screen(s, kUsual, "code-80x24");
  EXPECT_EQ(screen(s, kUsual).find("4711"), std::string::npos);
  const auto code = type(s, "\r");
  ASSERT_TRUE(code && code->code);
  EXPECT_EQ(code->code->view().size(), 4u);
  progress(s, "Install the Profile", "smdpp.example.com", 0.82, 42);
  expect_screen(s, kUsual, "installing-80x24");
  expect_screen(s, kSmall, "installing-40x12");
  finish(s, "Installed", "8900000000000000333");
  expect_screen(s, kUsual, "installed-80x24");
  const auto enable = type(s, "y");
  ASSERT_TRUE(enable);
  EXPECT_EQ(enable->kind, Kind::kEnable);
  EXPECT_EQ(enable->text, "8900000000000000333");
}

TEST(LpaScreen, WhatWentWrongHasThreeParts) {
  auto s = with_card();
  begin(s, "Download", true);
  fail(s, {"the SM-DP+ refused (8.2.6/3.8): No order has this MatchingID",
           "SGP.22 v2.6.1 section 5.6.3, ES9+.AuthenticateClient",
           "Check the Activation Code for typing errors; a used code is gone: ask the Operator for a new "
           "order."});
  expect_screen(s, kUsual, "failed-80x24");
  expect_screen(s, kSmall, "failed-40x12");
  EXPECT_FALSE(type(s, "q"));  // closes the note, and quits nothing
  EXPECT_FALSE(s.dialog());
  EXPECT_FALSE(s.work);
}

TEST(LpaScreen, HelpAndAnEmptyCard) {
  LpaState s;
  expect_screen(s, kUsual, "reading-80x24");
  read(s, {});
  expect_screen(s, kUsual, "empty-80x24");
  type(s, "?");
  expect_screen(s, kUsual, "help-80x24");
  fail(s, {"no card is in the reader", "", "Put one in."}, true);
  type(s, " ");
  type(s, " ");
  expect_screen(s, kUsual, "no-card-80x24");
}

TEST(LpaScreen, DocumentsShowWhatIsDrawn) {
  const auto read_file = [](const std::string& name) {
    std::ifstream in(std::filesystem::path(test::source_directory()) / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const auto document = read_file("docs/lpa.md"), readme = read_file("README.md");
  for (const char* name : {"profiles-80x24", "offer-80x24", "installing-80x24", "profiles-40x12"}) {
    const auto drawn = read_file("tests/tui/screens/" + std::string(name) + ".txt");
    EXPECT_FALSE(drawn.empty());
    EXPECT_NE(document.find("```text\n" + drawn + "```"), std::string::npos) << name;
  }
  std::istringstream lines(read_file("tests/tui/screens/profiles-80x24.txt"));
  for (std::string line; std::getline(lines, line);)
    EXPECT_NE(readme.find(line + "\n"), std::string::npos) << line;
}

TEST(LpaScreen, EverySizeIsInBounds) {
  auto s = with_card();
  ask(s, offer());
  for (const int rows : {0, 1, 6, 7, 12, 24, 60})
    for (const int columns : {0, 1, 23, 24, 40, 59, 60, 70, 99, 100})
      for (const char* keys : {"1", "2", "3", "4", "?", "a", ""}) {
        auto copy = s;
        copy.dialogs.clear();
        type(copy, keys);
        const auto lines = draw(copy, {rows, columns}).lines();
        for (const auto& line : lines)
          ASSERT_LE(columns_of(line), std::max(columns, 1)) << rows << "x" << columns;
        (void)draw(s, {rows, columns});
      }
}

TEST(LpaKeys, NobodyAgreesToWhatHeHasNotSeen) {
  auto s = with_card();
  begin(s, "Download", true);
  ask(s, offer());
  EXPECT_FALSE(type(s, "y"));  // it was not even drawn
  (void)draw(s, kSmall);       // the rules do not fit
  EXPECT_FALSE(s.dialog()->seen);
  EXPECT_THAT(screen(s, kSmall), HasSubstr("Read on"));
  for (int i = 0; i < 20 && !s.dialog()->seen; ++i) {
    EXPECT_FALSE(type(s, "y"));
    (void)draw(s, kSmall);
  }
  expect_screen(s, kSmall, "offer-read-40x12");
  EXPECT_TRUE(type(s, "y"));
}

TEST(LpaKeys, EnterAgreesToNothing) {
  auto s = with_card();
  ask(s, offer());
  (void)draw(s, kUsual);
  EXPECT_FALSE(type(s, "\r"));
  EXPECT_TRUE(s.dialog());
  const auto later = type(s, "\x1b");
  ASSERT_TRUE(later);
  EXPECT_EQ(later->reply, Reply::kLater);
  type(s, "jx");
  EXPECT_FALSE(type(s, "\r"));
  EXPECT_TRUE(s.dialog());
}

TEST(LpaKeys, DeletionIsConfirmedAndAnEnabledProfileStays) {
  auto s = with_card();
  EXPECT_FALSE(type(s, "x"));
  EXPECT_FALSE(s.dialog());
  EXPECT_THAT(s.status, HasSubstr("disable it"));
  type(s, "jx");
  ASSERT_TRUE(s.dialog());
  expect_screen(s, kUsual, "delete-80x24");
  EXPECT_FALSE(type(s, "n"));
  EXPECT_FALSE(s.dialog());
  type(s, "\x1b[3~");
  const auto gone = type(s, "y");
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->kind, Kind::kDelete);
  EXPECT_EQ(gone->text, "8981100000000000222");
}

TEST(LpaKeys, WhatIsPastedIsNoCommand) {
  auto s = with_card();
  EXPECT_FALSE(type(s, "j\x1b[200~xyq\x1b[201~"));
  EXPECT_FALSE(s.dialog());
}

TEST(LpaKeys, NicknamesAndTheDefaultServer) {
  auto s = with_card();
  type(s, "n");
  ASSERT_TRUE(s.dialog());
  EXPECT_EQ(s.dialog()->line.text(), "Work");
  auto named = type(s,
                    "\x15"
                    "旅行\x1b[D!\r");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->kind, Kind::kSetNickname);
  EXPECT_EQ(named->text, "8949000000000000117");
  EXPECT_EQ(named->more, "旅!行");
  type(s, "n");
  for (int i = 0; i < 100; ++i) type(s, "w");
  EXPECT_EQ(s.dialog()->line.characters().size(), 64u);
  type(s, "\x1b");
  type(s, "2s\x15");
  const auto removed = type(s, "\r");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->kind, Kind::kSetDefaultSmdp);
  EXPECT_EQ(removed->text, "");
}

TEST(LpaKeys, OneThingAtATimeAndItCanBeStopped) {
  auto s = with_card();
  begin(s, "Download", true);
  EXPECT_FALSE(type(s, "a"));
  EXPECT_FALSE(s.dialog());
  EXPECT_THAT(s.status, HasSubstr("Wait"));
  EXPECT_FALSE(type(s, "234"));  // looking goes on
  EXPECT_EQ(s.page, Page::kNotifications);
  const auto stop = type(s, "\x1b");
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->kind, Kind::kStop);
  EXPECT_TRUE(s.work->stopping);
  EXPECT_THAT(screen(s, kUsual), HasSubstr("Stopping"));
  begin(s, "Nickname", false);
  EXPECT_FALSE(type(s, "\x1b"));
  EXPECT_FALSE(type(s, "q"));  // asks
  const auto quit = type(s, "y");
  ASSERT_TRUE(quit);
  EXPECT_EQ(quit->kind, Kind::kQuit);
}

TEST(LpaKeys, QuestionsGoWithTheirSession) {
  auto s = with_card();
  begin(s, "Download", true);
  type(s, "?");
  ask_code(s, "smdpp.example.com", 2);
  type(s, "47");
  withdraw_question(s);
  ASSERT_TRUE(s.dialog());  // the help is still there
  EXPECT_EQ(s.dialog()->title, "Help");
  type(s, " ");
  ask(s, offer());
  finish(s, "done");
  EXPECT_FALSE(s.dialog());
}

TEST(LpaKeys, Notifications) {
  auto s = with_card();
  type(s, "4j");
  const auto one = type(s, "\r");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->kind, Kind::kSendNotifications);
  EXPECT_EQ(one->number, 8);
  EXPECT_FALSE(type(s, "s")->number);
  EXPECT_FALSE(type(s, "x"));
  const auto removed = type(s, "y");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->kind, Kind::kRemoveNotification);
  EXPECT_EQ(removed->number, 8);
}

TEST(LpaKeys, Discovery) {
  auto s = with_card();
  EXPECT_EQ(type(s, "3\r")->kind, Kind::kDiscover);
  discovered(s, {{"smdpp.example.com", "1F3A-77", "", ""}, {"smdpp.example.org", "Q", "", "not reached"}});
  const auto wanted = type(s, "\r");
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->kind, Kind::kDownloadEvent);
  EXPECT_EQ(wanted->text, "smdpp.example.com");
  EXPECT_EQ(wanted->more, "1F3A-77");
  EXPECT_FALSE(type(s, "j\r"));  // says why it was not reached
  EXPECT_TRUE(s.dialog());
  EXPECT_EQ(type(s, " f")->kind, Kind::kDiscover);
}

TEST(LpaKeys, TheSelectionStaysWithItsProfile) {
  auto s = with_card();
  type(s, "jj");
  auto fewer = some_card();
  fewer.profiles.erase(fewer.profiles.begin());
  read(s, fewer);
  EXPECT_EQ(s.profile()->id, "8900000000000000333");
  read(s, {});
  EXPECT_EQ(s.profile(), nullptr);
  EXPECT_FALSE(type(s, "exdn\r"));
}

}  // namespace
}  // namespace eider::tui
