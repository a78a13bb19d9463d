#include "device/uicc_client.hpp"

#include <deque>
#include <gtest/gtest.h>

#include "device/file_tree.hpp"

namespace eider {
namespace {

// Expects these commands in this order, and answers as written.
class Script final : public CardPort {
 public:
  struct Line {
    const char *command, *answer;
  };
  explicit Script(std::initializer_list<Line> lines) : lines_(lines) {}
  ~Script() override { EXPECT_TRUE(lines_.empty()) << lines_.size() << " commands did not come"; }
  Result<Bytes> reset() override { return Bytes{}; }
  Result<Bytes> transmit(ByteView command) override {
    if (lines_.empty()) return fail(TransportFault{true, "unexpected " + to_hex(command)});
    EXPECT_EQ(to_hex(command), lines_.front().command);
    const auto answer = *from_hex(lines_.front().answer);
    lines_.pop_front();
    return answer;
  }

 private:
  std::deque<Line> lines_;
};

TEST(UiccClient, FetchesWhatTheCardAnnounces) {
  Script card{{"00A40004023F00", "6106"},
              {"00C0000006",
               "620482027821"
               "9000"}};
  const auto fcp = UiccClient(card).select(0x3F00);
  ASSERT_TRUE(fcp) << fcp.error().message();
  EXPECT_TRUE(fcp->is_directory());
}

TEST(UiccClient, RepeatsWithTheRightLength) {
  Script card{{"80F2000000", "6C06"},
              {"80F2000006",
               "620482027821"
               "9000"}};
  EXPECT_TRUE(UiccClient(card).status());
}

TEST(UiccClient, SpeaksOnItsChannel) {
  Script card{{"01A40004026F07", "6A82"}, {"41A40004026F07", "6A82"}};
  EXPECT_EQ(UiccClient(card, 1).select(0x6F07).error().as<StatusWord>()->sw, 0x6A82);
  EXPECT_EQ(UiccClient(card, 5).select(0x6F07).error().as<StatusWord>()->sw, 0x6A82);
}

TEST(UiccClient, ReadsLongFilesInParts) {
  etsi::Fcp fcp;
  fcp.structure = etsi::Fcp::Structure::kTransparent;
  fcp.size = 257;
  const std::string first = std::string(510, 'A') + "9000";
  Script card{{"00B00000FF", first.c_str()}, {"00B000FF02", "BBBB9000"}};
  const auto body = UiccClient(card).read_binary(fcp);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->size(), 257u);
  EXPECT_EQ(body->back(), 0xBB);
}

TEST(UiccClient, RefusesLessThanItAskedFor) {
  etsi::Fcp fcp;
  fcp.size = 2;
  Script card{{"00B0000002", "AA9000"}};
  EXPECT_TRUE(UiccClient(card).read_binary(fcp).error().as<DecodeFault>());
}

TEST(UiccClient, ReadsAndUpdatesRecords) {
  etsi::Fcp fcp;
  fcp.structure = etsi::Fcp::Structure::kLinearFixed;
  fcp.records = 2;
  fcp.record_size = 1;
  Script card{{"00B2010401", "AA9000"},
              {"00B2020401", "BB9000"},
              {"00DC020401CC", "9000"},
              {"00D6000102DDEE", "6982"}};
  UiccClient client(card);
  EXPECT_EQ(client.read_all(fcp)->size(), 2u);
  EXPECT_TRUE(client.update_record(2, Bytes{0xCC}));
  EXPECT_EQ(client.update_binary(1, Bytes{0xDD, 0xEE}).error().as<StatusWord>()->sw, 0x6982);
}

TEST(UiccClient, TellsTheAttemptsLeft) {
  Script card{{"00200001", "63C2"}, {"00200001", "9000"}, {"00200081", "6983"}, {"00200011", "6A88"}};
  UiccClient client(card);
  EXPECT_EQ(**client.attempts(0x01), 2);
  EXPECT_FALSE(client.attempts(0x01)->has_value());
  EXPECT_EQ(**client.attempts(0x81), 0);
  EXPECT_FALSE(client.attempts(0x11));
}

// TS 102 221 section 11.1.13: P2 is the reference of the PIN, as with VERIFY.
TEST(UiccClient, NamesThePinForItsPuk) {
  const Bytes puk(8, 0x31), pin(8, 0x32);
  const std::string codes = to_hex(puk) + to_hex(pin);
  const std::string pin1 = "002C000110" + codes, pin2 = "002C008110" + codes;
  Script card{{pin1.c_str(), "9000"}, {pin2.c_str(), "63C9"}};
  UiccClient client(card);
  EXPECT_TRUE(client.unblock(0x01, puk, pin));
  EXPECT_FALSE(client.unblock(0x81, puk, pin));
}

TEST(FileTree, KnowsTheNamesOfTheTemplates) {
  const auto has = [](std::string_view directory, std::string_view name, std::uint16_t fid) {
    return std::ranges::any_of(known_files(directory),
                               [&](const KnownFile& f) { return f.name == name && f.fid == fid; });
  };
  EXPECT_TRUE(has("MF", "EF.ICCID", 0x2FE2));
  EXPECT_TRUE(has("ADF.USIM", "EF.IMSI", 0x6F07));
  EXPECT_TRUE(has("ADF.USIM", "DF.5GS", 0x5FC0));
  EXPECT_TRUE(has("DF.TELECOM/DF.PHONEBOOK", "EF.PBR", 0x4F30));
  EXPECT_FALSE(has("MF", "EF.IMSI", 0x6F07));
  EXPECT_EQ(application_name(*from_hex("A0000000871004FF49FF0589")), "ADF.ISIM");
  EXPECT_EQ(application_name(*from_hex("A000000559")), "");
}

}  // namespace
}  // namespace eider
