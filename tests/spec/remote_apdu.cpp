// Vectors "pySim": osmocom/pysim, tests/unittests/test_ota.py, ExpandedCmdTestCase to
// ExpandedIndefiniteTestCase (the last one recorded from an eUICC).
#include "spec/etsi/remote_apdu.hpp"

#include <gtest/gtest.h>

namespace eider::etsi {
namespace {
using Kind = ScriptItem::Kind;

std::vector<Bytes> apdus(std::initializer_list<std::string_view> texts) {
  std::vector<Bytes> out;
  for (const auto t : texts) out.push_back(hex(t));
  return out;
}
std::string script(std::initializer_list<std::string_view> texts, ScriptFormat format) {
  const auto r = encode_script(apdus(texts), format);
  return r ? to_hex(*r) : "refused";
}
}  // namespace

TEST(RemoteApdu, PySimScripts) {
  EXPECT_EQ(script({"80F24002024F0000"}, ScriptFormat::kExpanded), "AA0A220880F24002024F0000");
  EXPECT_EQ(script({"80F24002024F0000", "00A40004023F0000"}, ScriptFormat::kExpanded),
            "AA14220880F24002024F0000220800A40004023F0000");
  EXPECT_EQ(script({"80CA00E000"}, ScriptFormat::kExpandedIndefinite), "AE80220580CA00E0000000");
  EXPECT_EQ(script({"00A4000C023F00", "00A4000C022FE2", "00B000000A"}, ScriptFormat::kExpandedIndefinite),
            "AE80220700A4000C023F00220700A4000C022FE2220500B000000A0000");
  Bytes longer = hex("80F24000C3");
  longer.resize(200);
  const auto r = *encode_script(std::vector<Bytes>{longer}, ScriptFormat::kExpanded);
  EXPECT_EQ(to_hex(ByteView(r).first(6)), "AA81CB2281C8");
}

TEST(RemoteApdu, PySimResponses) {
  const auto rfm = ScriptResponse::decode(hex("AF802302900023029000230C988812010000408608149000"
                                              "0000"),
                                          ScriptFormat::kExpandedIndefinite);
  ASSERT_TRUE(rfm);
  EXPECT_EQ(rfm->executed, 3u);
  ASSERT_EQ(rfm->responses.size(), 3u);
  EXPECT_EQ(to_hex(rfm->responses[2].data), "98881201000040860814");
  EXPECT_EQ(rfm->responses[2].sw, 0x9000);
  const auto one = ScriptResponse::decode(hex("AB0780010123026132"), ScriptFormat::kExpanded);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->executed, 1u);
  EXPECT_EQ(one->responses[0].sw, 0x6132);
  EXPECT_EQ(ScriptResponse::decode(hex("AB06800101900101"), ScriptFormat::kExpanded)->bad_format,
            kUnknownTag);
  EXPECT_EQ(ScriptResponse::decode(hex("AB06800101810101"), ScriptFormat::kExpanded)->immediate_action,
            kSuspensionError);
  EXPECT_EQ(ScriptResponse::decode(hex("AB06800101830102"), ScriptFormat::kExpanded)->script_chaining,
            kChainingNotSupported);
  EXPECT_EQ(ScriptResponse::decode(hex("AF809001010000"), ScriptFormat::kExpandedIndefinite)->bad_format,
            kUnknownTag);
  const auto compact = ScriptResponse::decode(hex("01612F"), ScriptFormat::kCompact);
  EXPECT_EQ(compact->executed, 1u);
  EXPECT_EQ(compact->responses[0].sw, 0x612F);
}

TEST(RemoteApdu, RefusesWhatIsNoResponse) {
  for (const auto* bad : {"", "AB", "AB07800101230261", "AB03230161", "AA0780010123029000", "AB03990100",
                          "AB028000", "AF8023029000", "AF80230290000000AA", "AB0680010123029000"})
    EXPECT_FALSE(ScriptResponse::decode(hex(bad), ScriptFormat::kExpanded)) << bad;
  for (const auto* bad : {"", "0190"}) EXPECT_FALSE(ScriptResponse::decode(hex(bad), ScriptFormat::kCompact));
}

TEST(RemoteApdu, ResponsesComeBack) {
  for (const auto format :
       {ScriptFormat::kCompact, ScriptFormat::kExpanded, ScriptFormat::kExpandedIndefinite}) {
    ScriptResponse r;
    r.format = format;
    r.executed = format == ScriptFormat::kExpanded ? 300 : 1;
    r.responses = {{Bytes(200, 7), 0x9000}};
    const auto again = ScriptResponse::decode(r.encode(), format);
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(again->executed, r.executed);
    EXPECT_EQ(again->responses[0].data, r.responses[0].data);
    EXPECT_EQ(again->responses[0].sw, 0x9000);
  }
}

TEST(RemoteApdu, CompactCommandsAreCutAtTheirLengths) {
  const auto three =
      hex("00A40004023F00"
          "00D6000002AABB"
          "00B000000A");
  const auto items = read_script(three);
  ASSERT_EQ(items.size(), 3u);
  for (const auto& i : items) EXPECT_EQ(i.kind, Kind::kCommand);
  EXPECT_EQ(to_hex(items[1].octets), "00D6000002AABB");
  // Le behind the data of the last one.
  const auto with_le = hex("00A40004023F0000");
  const auto le = read_script(with_le);
  ASSERT_EQ(le.size(), 1u);
  EXPECT_EQ(le[0].octets.size(), 8u);
  for (const auto* bad : {"00D60000FF01", "00A4"}) {
    const auto octets = hex(bad);
    EXPECT_EQ(read_script(octets).back().kind, Kind::kBad) << bad;
  }
  EXPECT_TRUE(read_script({}).empty());
}

TEST(RemoteApdu, CompactIsRefusedForWhatItCannotSay) {
  EXPECT_EQ(script({"00A40004023F00", "00B000000A"}, ScriptFormat::kCompact), "00A40004023F0000B000000A");
  EXPECT_EQ(script({"00A40004023F0000"}, ScriptFormat::kCompact), "00A40004023F0000");
  EXPECT_EQ(script({"00A40004023F0000", "00B000000A"}, ScriptFormat::kCompact), "refused");  // Le inside
  EXPECT_EQ(script({"00040000", "00B000000A"}, ScriptFormat::kCompact), "refused");          // without P3
  EXPECT_EQ(script({"00B00000000200"}, ScriptFormat::kCompact), "refused");                  // extended
  EXPECT_EQ(script({"00B0"}, ScriptFormat::kExpanded), "refused");
}

TEST(RemoteApdu, ExpandedFaultsAreNamed) {
  const auto bad = [](std::string_view text) {
    const auto octets = hex(text);
    const auto items = read_script(octets);
    return items.empty() || items.back().kind != Kind::kBad ? 0 : int{items.back().bad};
  };
  EXPECT_EQ(bad("AA0A220880F24002024F0000"), 0);
  EXPECT_EQ(bad("AA03990100"), kUnknownTag);
  EXPECT_EQ(bad("AA0A2209"
                "80F24002024F0000"),
            kWrongLength);
  EXPECT_EQ(bad("AA0122"), kLengthNotFound);
  EXPECT_EQ(bad("AA0A"), kWrongLength);
  EXPECT_EQ(bad("AE7F220580CA00E0000000"), kWrongLength);
  EXPECT_EQ(bad("AE80220580CA00E000"), kWrongLength);
  EXPECT_EQ(bad("AE80220580CA00E000000000"), kWrongLength);
}

TEST(RemoteApdu, WhatEndsAScript) {
  for (const std::uint16_t sw : {0x9000, 0x9112, 0x6132, 0x6283, 0x63C2, 0x9F10, 0x9200})
    EXPECT_TRUE(script_goes_on(sw));
  for (const std::uint16_t sw : {0x6982, 0x6A82, 0x6700, 0x62F1, 0x9850, 0x6C0A, 0x6F00})
    EXPECT_FALSE(script_goes_on(sw));
}

}  // namespace eider::etsi
