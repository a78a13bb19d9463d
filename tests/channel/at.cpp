// 3GPP TS 27.007 sections 8.17, 8.43, 8.45, 8.46 and 9.2, and what modems in the field make of them.
#include "channel/at.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eider::at {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The whole answer at once.
Reply reply_to(const std::string& command, std::string_view text) {
  ReplyReader reader(command);
  const auto reply = reader.feed(as_bytes(text));
  EXPECT_TRUE(reply && *reply) << text;
  return reply && *reply ? **reply : Reply();
}
std::string hex_of(const Result<Bytes>& r) {
  return r ? to_hex(*r) : r.error().message();
}
}  // namespace

TEST(At, WritesCommands) {
  EXPECT_EQ(write_csim(hex("0070000001")), "AT+CSIM=10,\"0070000001\"");
  EXPECT_EQ(write_ccho(hex("A0000005591010FFFFFFFF8900000100")),
            "AT+CCHO=\"A0000005591010FFFFFFFF8900000100\"");
  EXPECT_EQ(write_cgla("000000000385a7cf", hex("81E2910003BF3C00")),
            "AT+CGLA=000000000385a7cf,16,\"81E2910003BF3C00\"");
  EXPECT_EQ(write_cchc("1"), "AT+CCHC=1");
}

TEST(At, AReplyComesInPiecesOfAnySize) {
  const std::string text = "AT+CSIM=10,\"0070000001\"\r\r\n+CSIM: 6,\"019000\"\r\n\r\nOK\r\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    ReplyReader reader("AT+CSIM=10,\"0070000001\"");
    std::optional<Reply> done;
    for (std::size_t at = 0; at < text.size() && !done; at += step) {
      auto fed = reader.feed(as_bytes(std::string_view(text).substr(at, step)));
      ASSERT_TRUE(fed);
      done = *fed;
    }
    ASSERT_TRUE(done) << step;
    EXPECT_EQ(hex_of(read_csim(*done)), "019000") << step;
  }
}

TEST(At, EveryResultCodeEndsAReply) {
  EXPECT_TRUE(reply_to("AT", "\r\nOK\r\n").ok());
  EXPECT_TRUE(reply_to("AT", "ok\r").ok());
  EXPECT_EQ(reply_to("AT", "\r\nERROR\r\n").error_text(), "ERROR");
  EXPECT_EQ(reply_to("AT", "\r\n+CME ERROR: 14\r\n").error_text(), "+CME ERROR: 14 (SIM busy)");
  EXPECT_EQ(reply_to("AT", "\r\n+CME ERROR: 14\r\n").cme(), 14);
  EXPECT_EQ(reply_to("AT", "\r\n+CME ERROR: 9999\r\n").error_text(), "+CME ERROR: 9999");
  EXPECT_EQ(reply_to("AT", "\r\n+CME ERROR: SIM failure\r\n").error_text(), "+CME ERROR: SIM failure");
  EXPECT_EQ(reply_to("AT", "\r\n+CME ERROR: SIM failure\r\n").cme(), std::nullopt);
  EXPECT_EQ(reply_to("AT", "\r\n+CMS ERROR: 500\r\n").error_text(), "+CMS ERROR: 500");
  EXPECT_EQ(reply_to("AT", "\r\nNO CARRIER\r\n").error_text(), "NO CARRIER");
  EXPECT_EQ(reply_to("AT", "\r\n+CME ERROR: \x1b[31m\r\n").error_text(), "+CME ERROR: ?[31m");
}

TEST(At, UnsolicitedLinesAreNotTheAnswer) {
  const auto reply =
      reply_to("AT+CGLA=1,10,\"80F2000000\"",
               "\r\n+CREG: 2\r\n\r\nRDY\r\n\r\n+CGLA: 4,\"9000\"\r\n\r\n+CPIN: READY\r\n\r\nOK\r\n");
  EXPECT_EQ(reply.lines.size(), 4u);
  EXPECT_EQ(hex_of(read_cgla(reply)), "9000");
}

TEST(At, ApdusInEveryDress) {
  const auto csim = [](const char* line) {
    return hex_of(read_csim(reply_to("AT+CSIM=1", std::string(line) + "\r\nOK\r")));
  };
  EXPECT_EQ(csim("+CSIM: 4,\"9000\""), "9000");
  EXPECT_EQ(csim("+CSIM:4,\"9000\""), "9000");
  EXPECT_EQ(csim("+CSIM: 4,9000"), "9000");
  EXPECT_EQ(csim("+csim: 8,\"bf3c9000\""), "BF3C9000");
  EXPECT_EQ(csim("+CSIM: 4 , \"9000\" "), "9000");
  EXPECT_EQ(csim("+CSIM: 2,\"9000\""), "9000");  // octets
  EXPECT_EQ(csim("4,\"9000\""), "9000");         // without its name
}

TEST(At, WhatIsNoApduIsRefused) {
  for (const char* line : {"+CSIM: 6,\"9000\"", "+CSIM: 4", "+CSIM: 4,\"90G0\"", "+CSIM: 3,\"900\"",
                           "+CSIM: 2,\"90\"", "+CSIM: -4,\"9000\"", "+CSIM: 99999999999999999999999,\"9000\"",
                           "+CSIM: ,", "+CSIM:", "", "+CSIM: 0,\"\"", "+CGLA: 4,\"9000\""}) {
    const auto read = read_csim(reply_to("AT+CSIM=1", std::string(line) + "\r\nOK\r"));
    ASSERT_FALSE(read) << line;
    EXPECT_TRUE(read.error().as<DecodeFault>()) << line;
  }
}

TEST(At, NothingIsReadWithoutEnd) {
  ReplyReader line("AT");
  const Bytes garbage(kMaxLine + 1, 'A');
  EXPECT_FALSE(line.feed(garbage));
  ReplyReader lines("AT");
  Bytes many;
  for (std::size_t i = 0; i < 2 * kMaxLines; ++i) append(many, as_bytes("+X\r\n"));
  EXPECT_FALSE(lines.feed(many));
  ReplyReader empty("AT");
  const Bytes blank(kMaxReply + 1, '\n');
  EXPECT_FALSE(empty.feed(blank));
}

TEST(At, CommandsAsTheModemReadsThem) {
  const auto c = read_command("at+cgla=1, 16,\"81E2910003BF3C00\"");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->name, "+CGLA");
  EXPECT_EQ(c->kind, Command::Kind::kSet);
  EXPECT_THAT(c->arguments, ElementsAre("1", "16", "81E2910003BF3C00"));
  EXPECT_EQ(read_command("AT+CCHO=?")->kind, Command::Kind::kTest);
  EXPECT_EQ(read_command("AT+CPIN?")->kind, Command::Kind::kRead);
  EXPECT_EQ(read_command("ATE0")->name, "E0");
  EXPECT_EQ(read_command(" AT ")->name, "");
  EXPECT_THAT(read_command("AT")->arguments, IsEmpty());
  EXPECT_FALSE(read_command("+++"));
  EXPECT_FALSE(read_command("AT+CPIN?x"));
}

// ---- What modems really said, as their users reported it ----

// Fibocom FM350-GL: a session without its name. github.com/estkme-group/lpac/issues/209
TEST(AtField, FibocomFm350NamesASessionBare) {
  const std::string open = "AT+CCHO=\"A0000005591010FFFFFFFF8900000100\"";
  const auto reply = reply_to(open, open + "\r\r\n1\r\n\r\nOK\r\n");
  const auto session = read_ccho(reply);
  ASSERT_TRUE(session);
  EXPECT_EQ(*session, "1");
}

// The same model returns an echo whose first letter is lost. github.com/estkme-group/lpac/issues/179
TEST(AtField, FibocomFm350LosesTheBeginningOfAnEcho) {
  const auto reply = reply_to("AT+CCHC=1", "T+CCHC=1\r\r\nOK\r\n");
  EXPECT_TRUE(reply.ok());
  EXPECT_THAT(reply.lines, IsEmpty());
}

// Sierra Wireless MC7455: a handle, which is no channel. github.com/estkme-group/lpac/issues/138
TEST(AtField, SierraMc7455NamesAHandle) {
  const std::string open = "AT+CCHO=\"A0000005591010FFFFFFFF8900000100\"";
  const auto session = read_ccho(reply_to(open, open + "\r\r\n+CCHO: 000000000385a7cf\r\n\r\nOK\r\n"));
  ASSERT_TRUE(session);
  EXPECT_EQ(*session, "000000000385a7cf");
}

// Sierra Wireless EM9191: an error in words, though numbers were asked for.
// github.com/estkme-group/lpac/issues/187
TEST(AtField, SierraEm9191SaysErrorsInWords) {
  const auto reply =
      reply_to("AT+CCHO=\"A0000005591010FFFFFFFF8900000100\"", "\r\n+CME ERROR: Parameters error\r\n");
  EXPECT_FALSE(reply.ok());
  EXPECT_EQ(reply.cme(), std::nullopt);
  EXPECT_THAT(reply.error_text(), HasSubstr("Parameters error"));
}

// SIMCom A7908E: no space behind the colon, and 61xx. github.com/estkme-group/lpac/pull/238
TEST(AtField, SimcomA7908eHasNoSpace) {
  const auto reply = reply_to("AT+CGLA=1,16,\"81E2910003BF3C00\"",
                              "AT+CGLA=1,16,\"81E2910003BF3C00\"\r\r\n+CGLA:4,\"611A\"\r\n\r\nOK\r\n");
  EXPECT_EQ(hex_of(read_cgla(reply)), "611A");
}

// Quectel EG25-G: a block of 120 octets and its echo. github.com/estkme-group/lpac/issues/173
TEST(AtField, QuectelEg25EchoesALongBlock) {
  const std::string command =
      "AT+CGLA=1,250,"
      "\"81E2110778D115AC1B7E18F9E19B55A3593EE55A9A6701A574FA653947F27DE76852E5D2334CED66C85B19D3C4728D2B7DE"
      "F04C7CC02568E4C1734618CD7ECD7A07AD93F60C9024086DE52A722969C92113A2B470ED111FA91A8E96A43A06DC879A425ED6"
      "9809C60F58E766"
      "71A2F89AD65845DF31F2D20EFD960504B4E\"";
  const auto reply = reply_to(command, command + "\r\r\n+CGLA: 4,\"9000\"\r\n\r\nOK\r\n");
  EXPECT_EQ(reply.lines.size(), 1u);
  EXPECT_EQ(hex_of(read_cgla(reply)), "9000");
}

// Quectel EC20F: a plain ERROR in the middle of a package. github.com/estkme-group/lpac/issues/186
TEST(AtField, QuectelEc20fSaysErrorAndNothingMore) {
  const auto reply = reply_to("AT+CGLA=1,130,\"81E29108...\"", "\r\nERROR\r\n");
  EXPECT_FALSE(reply.ok());
  EXPECT_EQ(reply.cme(), std::nullopt);
  EXPECT_FALSE(read_cgla(reply));
}

// Quectel EG95: MANAGE CHANNEL by AT+CSIM, then a refusal without a reason.
// github.com/atsign-foundation/at_libraries/issues/395
TEST(AtField, QuectelEg95OpensAChannelAndRefusesIt) {
  EXPECT_EQ(hex_of(read_csim(reply_to("AT+CSIM=10,\"0070000001\"", "\r\n+CSIM: 6,\"019000\"\r\n\r\nOK\r\n"))),
            "019000");
  const auto reply = reply_to("AT+CSIM=24,\"01A4040007A0000005590010\"", "\r\n+CME ERROR: 0\r\n");
  EXPECT_EQ(reply.error_text(), "+CME ERROR: 0 (phone failure)");
}

// A card that is no eUICC. github.com/commaai/openpilot/pull/37979
TEST(AtField, ASimWithoutIsdRIsASimFailure) {
  EXPECT_EQ(reply_to("AT+CCHO=\"A0000005591010FFFFFFFF8900000100\"", "\r\n+CME ERROR: 13\r\n").error_text(),
            "+CME ERROR: 13 (SIM failure)");
}

// Huawei: a refusal of its own. github.com/gammu/gammu/issues/138
TEST(AtField, HuaweiHasAResultCodeOfItsOwn) {
  const auto reply = reply_to("AT$TSSPCSW=?", "AT$TSSPCSW=?\r\r\nCOMMAND NOT SUPPORT\r\n");
  EXPECT_FALSE(reply.ok());
  EXPECT_EQ(reply.error_text(), "COMMAND NOT SUPPORT");
}

// A SIMCom that has just started talks of itself meanwhile. github.com/espressif/esp-protocols/issues/789
TEST(AtField, SimcomTalksOfItselfAfterAReset) {
  const auto reply = reply_to("AT", "\r\nRDY\r\n\r\n+CPIN: READY\r\n\r\nSMS DONE\r\n\r\nOK\r\n");
  EXPECT_TRUE(reply.ok());
}

}  // namespace eider::at
