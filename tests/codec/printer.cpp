#include "codec/printer.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace eider::der {
namespace print_test {
struct Item {
  FixedBytes<2> id;
  std::optional<std::string> text;
};
struct Message {
  std::variant<Item, std::uint8_t> value;
};
struct Outer {
  std::uint8_t mode = 0;
  BitString rights;
  std::vector<Item> items;
  std::optional<Bytes> blob;
  Oid oid;
  std::optional<RawTlv> any;
};
}  // namespace print_test
}  // namespace eider::der
EIDER_DER(eider::der::print_test::Item, 0x30);
EIDER_DER(eider::der::print_test::Message, 0);
EIDER_DER(eider::der::print_test::Outer, 0xBF25);
namespace eider::der::print_test {
constexpr NamedValue kModes[] = {{0, "off"}, {1, "on"}};
constexpr NamedValue kRights[] = {{0, "read"}, {1, "write"}};
constexpr Field kItem[] = {field<&Item::id>("id", 0x80), field<&Item::text>("text", 0x81).size(0, 3)};
constexpr Field kMessage[] = {alternative<&Message::value, 0>("item", 0xA0),
                              alternative<&Message::value, 1>("code", 0x81)};
constexpr Field kOuter[] = {field<&Outer::mode>("mode", 0x80).values(kModes),
                            field<&Outer::rights>("rights", 0x81).values(kRights),
                            field<&Outer::items>("items", 0xA2),
                            field<&Outer::blob>("blob", 0x83),
                            field<&Outer::oid>("oid"),
                            field<&Outer::any>("any", 0xA4)};
}  // namespace eider::der::print_test
EIDER_DER_SEQUENCE(eider::der::print_test::Item, eider::der::print_test::kItem, "test 1");
EIDER_DER_CHOICE(eider::der::print_test::Message, eider::der::print_test::kMessage, "test 2");
EIDER_DER_SEQUENCE(eider::der::print_test::Outer, eider::der::print_test::kOuter, "test 3");

namespace eider::der {
using print_test::Message;
using print_test::Outer;

const Type& outer() {
  return *TypeFor<Outer>::type();
}
Bytes sample() {
  return make_tlv(0xBF25,
                  hex("800101 81020640 A20E 300480020102 3006800203048100 060388370A A4020500 9F7F01AA"));
}

TEST(Printer, ShowsEveryMemberWithItsMeaningAndPlace) {
  const auto n = print(outer(), sample());
  EXPECT_EQ(first_error(n), nullptr) << to_text(n);
  EXPECT_EQ(n.type, "Outer");
  EXPECT_EQ(n.header_size, 3u);
  ASSERT_EQ(n.children.size(), 6u);
  EXPECT_EQ(n.children[0].value, "on(1)");
  EXPECT_EQ(n.children[0].offset, 3u);
  EXPECT_EQ(n.children[1].value, "{write}");
  EXPECT_EQ(n.children[2].children[1].name, "[1]");
  EXPECT_EQ(n.children[2].children[1].children[1].value, "\"\"");
  EXPECT_EQ(n.children[3].value, "2.999.10");
  EXPECT_EQ(n.children[4].children[0].type, "NULL");
  EXPECT_TRUE(n.children[5].unknown);
  EXPECT_EQ(count_unknown(n), 1u);
  EXPECT_EQ(to_text(n.children[2].children[0]),
            "    12  30 [0] (4) Item   [test 1]\n    14    80 id (2): 0102\n");
  EXPECT_NE(to_json(n).find(R"("name":"mode","tag":"80","offset":3)"), std::string::npos);
}

// The place of the first octet that stops fitting is the one the decoder reports.
TEST(Printer, ErrorsStandWhereTheDecoderSeesThem) {
  for (const char* content :
       {"81020640", "800101 81020640 A200", "800101 8100 A200 060388370A",
        "800101 81020640 A2053003800101 060388370A", "800101 81020640 A20A3008800201028102C3A4 0603883780",
        "800101 81020640 A20B30098002010281046162 6364 060388370A", "800101 81020640 A2028000 060388370A",
        "80020001 81020640 A200 060388370A"}) {
    const auto in = make_tlv(0xBF25, hex(content));
    const auto n = print(outer(), in);
    const auto r = decode<Outer>(in, Rules::strict());
    ASSERT_FALSE(r) << content;
    const Node* e = first_error(n);
    ASSERT_TRUE(e) << content << "\n" << to_text(n);
    EXPECT_EQ(e->error_offset, r.error().as<DecodeFault>()->offset) << content << "\n"
                                                                    << to_text(n) << r.error().message();
  }
}

TEST(Printer, ChoicesAreNamedByTheirAlternative) {
  EXPECT_EQ(print(*TypeFor<Message>::type(), hex("810105")).name, "code");
  const auto wrapped = print(*TypeFor<Message>::type(), hex("BF3803810105"), {}, 0xBF38);
  ASSERT_EQ(wrapped.children.size(), 1u);
  EXPECT_EQ(wrapped.children[0].name, "code");
  EXPECT_EQ(wrapped.children[0].value, "5");
  EXPECT_TRUE(first_error(print(*TypeFor<Message>::type(), hex("820105"))));
}

TEST(Printer, FallsBackToUntypedThenToOctets) {
  const auto in = hex("E0053003020105 FFFF");
  const auto n = print_untyped(in);
  ASSERT_EQ(n.size(), 2u);
  EXPECT_EQ(n[0].children[0].children[0].value, "5");
  EXPECT_EQ(n[1].tag, 0u);
  EXPECT_EQ(n[1].offset, 7u);
  EXPECT_FALSE(n[1].error.empty());
  EXPECT_EQ(to_hex(n[1].content), "FFFF");
}

TEST(Printer, HooksGiveMeaningAndOpenOctetStrings) {
  PrintHooks hooks;
  hooks.value = [](const Field* f, const Type&, ByteView v) -> std::optional<std::string> {
    if (f && f->name == "id") return "id " + to_hex(v);
    return std::nullopt;
  };
  hooks.inner = [](const Field* f, ByteView) {
    return f && f->name == "blob" ? TypeFor<print_test::Item>::type() : nullptr;
  };
  const auto n = print(
      outer(), make_tlv(0xBF25, hex("800101 81020640 A206300480020102 8306300480020304 060388370A")), hooks);
  EXPECT_EQ(n.children[2].children[0].children[0].value, "id 0102");
  EXPECT_EQ(n.children[3].children.at(0).children.at(0).value, "id 0304");
}

TEST(Printer, InsideOfAnyAndUnknownMembersIsNoError) {
  const auto n =
      print(outer(), make_tlv(0xBF25, hex("800101 81020640 A200 060388370A A4063004A0030102 BF7F02A005")));
  EXPECT_EQ(first_error(n), nullptr) << to_text(n);
  EXPECT_EQ(count_unknown(n), 1u);
}

TEST(Printer, LongHexIsCutAndControlCharactersAreShown) {
  EXPECT_EQ(hex_text(Bytes(40, 0xAB), false).size(), 80u);
  EXPECT_NE(hex_text(Bytes(41, 0xAB), false).find("… (41 octets)"), std::string::npos);
  EXPECT_EQ(hex_text(Bytes(41, 0xAB), true).size(), 82u);
  EXPECT_NE(to_text(print_untyped(hex("0C041B5B326A"))[0]).find("\\x1B[2j"), std::string::npos);
}

TEST(Printer, TakesAnything) {
  SeededRandom random(7);
  const auto seed = sample();
  for (int i = 0; i < 20000; ++i) {
    auto in = seed;
    for (std::uint64_t k = random.below(4) + 1; k > 0; --k)
      in[random.below(in.size())] = static_cast<std::uint8_t>(random.next());
    in.resize(random.below(in.size() + 1));
    const auto n = print(outer(), in);
    EXPECT_FALSE(to_text(n).empty());
    if (!decode<Outer>(in)) {
      EXPECT_TRUE(first_error(n)) << to_hex(in) << "\n" << to_text(n);
    }
  }
}

}  // namespace eider::der
