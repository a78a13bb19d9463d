// Documents: the tree of a declaration, and its two forms of text.
#include "codec/document.hpp"

#include <gtest/gtest.h>

#include "codec/yaml.hpp"

namespace eider::document {
namespace {

std::string why(const Fault& f) {
  return f.message();
}
Node read(std::string_view text) {
  auto n = from_text(text);
  EXPECT_TRUE(n) << why(n.error());
  return n ? *std::move(n) : Node{};
}

TEST(DocumentText, ReadsYamlAndJsonAlike) {
  const auto yaml = read("a: 1\nb:\n  - \"x y\"\n  - {c: true, d: []}\ne: 'it''s'\n# remark\n");
  const auto json = read(R"({"a":1,"b":["x y",{"c":true,"d":[]}],"e":"it's"})");
  for (const auto* n : {&yaml, &json}) {
    ASSERT_EQ(n->kind, Node::Kind::kMap);
    EXPECT_EQ(n->find("a")->text, "1");
    EXPECT_EQ(n->find("b")->children[0].text, "x y");
    EXPECT_EQ(n->find("b")->children[0].style, Node::Style::kText);
    EXPECT_EQ(n->find("b")->children[1].find("d")->kind, Node::Kind::kList);
    EXPECT_EQ(n->find("e")->text, "it's");
    EXPECT_EQ(n->find("f"), nullptr);
  }
  EXPECT_EQ(to_json(yaml), to_json(json));
  EXPECT_EQ(yaml.find("b")->children[1].line, 4u);
}

TEST(DocumentText, WhatIsWrittenIsReadAgain) {
  auto root = map("");
  root.comment = "two\nlines, and a \x1B character";
  root.add(scalar("text", "a \"b\" \\ \n\t \x01 \xC3\xA4 \xE2\x80\xA8 \xF0\x9F\x93\xB1 # no remark: - ",
                  Node::Style::kText));
  root.add(scalar("empty", "", Node::Style::kText));
  root.add(scalar("number", "-12"));
  root.add(scalar("digits", "0012", Node::Style::kText));
  root.add(octets("octets", Bytes(200, 0xA5)));
  auto& all = root.add(list("all"));
  all.add(map(""));
  all.add(list("")).add(list("")).add(scalar("", "true"));
  auto& inner = all.add(map(""));
  inner.add(scalar("with a space", "word")).comment = "above it";
  inner.add(map("m")).add(list("l"));
  for (const auto& text : {to_yaml(root), to_json(root)}) {
    const auto again = read(text);
    EXPECT_EQ(again.children.size(), root.children.size()) << text;
    EXPECT_EQ(again.find("text")->text, root.find("text")->text) << text;
    EXPECT_EQ(again.find("digits")->text, "0012");
    EXPECT_EQ(*from_hex(again.find("octets")->text), Bytes(200, 0xA5));
    EXPECT_EQ(to_json(again).size(), to_json(read(to_yaml(again))).size());
    EXPECT_EQ(again.find("all")->children[1].children[0].children[0].text, "true") << text;
    EXPECT_EQ(again.find("all")->children[2].find("m")->find("l")->kind, Node::Kind::kList) << text;
  }
  EXPECT_EQ(to_yaml(root).find('\x1B'), std::string::npos);
}

TEST(DocumentText, FaultsNameThePlace) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "empty"},
      {"a: [1, 2\nb: 3\n", "line 2"},
      {"a: &x 1\nb: *x\n", "line 1, column 4: anchors"},
      {"a: 1\nb: *x\n", "line 2, column 4: aliases"},
      {"a: !!binary AA==\n", "tags"},
      {"a: 1\n---\nb: 2\n", "second document"},
      {"? [a]\n: 1\n", "name of a member"},
      {"{\"\": 1}", "without a name"},
      {"\xFF\xFE", ""},
      {"a: \x01", "octet"},
  };
  for (const auto& [text, expected] : rows) {
    const auto n = from_text(text);
    ASSERT_FALSE(n) << text;
    EXPECT_NE(why(n.error()).find(expected), std::string::npos) << text << "\n" << why(n.error());
  }
  EXPECT_FALSE(from_text(std::string(100, '[') + std::string(100, ']')));
  EXPECT_FALSE(from_text("[1, 2, 3]", {.nodes = 3}));
  EXPECT_TRUE(from_text("[1, 2]", {.nodes = 3}));
  EXPECT_FALSE(from_text("abcd", {.octets = 3}));
}

// ---- A declaration with every kind of member

struct Inner {
  std::int64_t number = 0;
  std::optional<der::Null> flag;
  std::vector<der::RawTlv> unknown;
};
struct Pick {
  std::variant<std::uint8_t, Bytes> value;
};
struct All {
  std::uint8_t state = 0;
  bool yes = false;
  Bytes plain;
  std::optional<std::string> text;
  std::optional<der::Oid> oid;
  std::optional<der::BitString> bits;
  std::optional<std::vector<Inner>> list;
  std::optional<Pick> pick;
  std::uint8_t preset = 7;
  std::optional<der::RawTlv> any;
  std::vector<der::RawTlv> unknown;
};

}  // namespace
}  // namespace eider::document

EIDER_DER(eider::document::Inner, 0x30);
EIDER_DER(eider::document::Pick, 0);
EIDER_DER(eider::document::All, 0xBF77);

namespace eider::document {
namespace {
constexpr der::NamedValue kStates[] = {{1, "off"}, {2, "on"}};
constexpr der::Field kInner[] = {der::field<&Inner::number>("number", 0x80).size(-5, 500),
                                 der::field<&Inner::flag>("flag", 0x81)};
constexpr der::Field kPick[] = {der::alternative<&Pick::value, 0>("small", 0x80),
                                der::alternative<&Pick::value, 1>("octets", 0x81).size(1, 4)};
constexpr der::Field kAll[] = {
    der::field<&All::state>("state", 0x80).values(kStates),
    der::field<&All::yes>("yes", 0x81),
    der::field<&All::plain>("plain", 0x82).size(0, 300),
    der::field<&All::text>("text", 0x83).size(1, 5),
    der::field<&All::oid>("oid", 0x84),
    der::field<&All::bits>("bits", 0x85),
    der::field<&All::list>("list", 0xA6).size(1, 2),
    der::field<&All::pick>("pick", 0xA7),
    der::defaulted<&All::preset>("preset", 0x88),
    der::explicit_field<&All::any>("any", 0xA9),
};
}  // namespace
}  // namespace eider::document
EIDER_DER_SEQUENCE(eider::document::Inner, eider::document::kInner, "test");
EIDER_DER_CHOICE(eider::document::Pick, eider::document::kPick, "test");
EIDER_DER_SEQUENCE(eider::document::All, eider::document::kAll, "test");

namespace eider::document {
namespace {

const der::Type& all_type() {
  return der::Describe<All>::type;
}

Bytes sample() {
  return make_tlv(0xBF77, {hex("800102"), hex("8101FF"), hex("8203010203"), hex("8302C3A4"), hex("840155"),
                           hex("85020540"), hex("A60C 3003 8001FB 3005 80012A 8100"), hex("A703 800103"),
                           hex("880107"), hex("A903 040100"), hex("8F01AA")});
}

TEST(Document, FollowsItsDeclarationBothWays) {
  const auto node = from_der(all_type(), sample());
  ASSERT_TRUE(node) << why(node.error());
  EXPECT_EQ(node->find("state")->text, "on");
  EXPECT_EQ(node->find("yes")->text, "true");
  EXPECT_EQ(node->find("plain")->text, "010203");
  EXPECT_EQ(node->find("oid")->text, "2.5");
  EXPECT_EQ(node->find("bits")->text, "010");
  EXPECT_EQ(node->find("list")->children[0].find("number")->text, "-5");
  EXPECT_EQ(node->find("list")->children[1].find("flag")->text, "true");
  EXPECT_EQ(node->find("pick")->find("small")->text, "3");
  EXPECT_EQ(node->find("preset")->text, "7");
  EXPECT_EQ(node->find("any")->text, "040100");
  EXPECT_EQ(node->find("unknown")->children[0].text, "8F01AA");
  for (const auto& text : {to_yaml(*node), to_json(*node)}) {
    const auto back = to_der(all_type(), read(text));
    ASSERT_TRUE(back) << why(back.error()) << text;
    EXPECT_EQ(*back, sample()) << text;
  }
}

TEST(Document, MembersMayStandInAnyOrder) {
  const auto der = to_der(all_type(), read("plain: ''\nyes: false\nstate: 1\n"));
  ASSERT_TRUE(der) << why(der.error());
  EXPECT_EQ(to_hex(*der),
            "BF770880010181010082"
            "00");
}

TEST(Document, RefusesWithLineAndPath) {
  const std::pair<const char*, const char*> rows[] = {
      {"yes: true\nplain: ''\n", "\"state\" is missing"},
      {"state: on\nyes: maybe\nplain: ''\n", "line 2, column 6: yes: true or false"},
      {"state: on\nyes: true\nplain: 0G\n", "plain: hexadecimal"},
      {"state: 256\nyes: true\nplain: ''\n", "256 is out of range"},
      {"state: on\nyes: true\nplain: ''\nstate: on\n", "line 4"},
      {"state: on\nyes: true\nplain: ''\nname: 1\n", "\"name\" is no member of All"},
      {"state: on\nyes: true\nplain: ''\ntext: abcdef\n", "6 characters do not fit"},
      {"state: on\nyes: true\nplain: ''\noid: 2.x\n", "oid: an object identifier"},
      {"state: on\nyes: true\nplain: ''\nbits: '012'\n", "bits: a digit"},
      {"state: on\nyes: true\nplain: ''\nlist: []\n", "too few"},
      {"state: on\nyes: true\nplain: ''\nlist: [{number: 501}]\n", "list[0].number: 501 is out of range"},
      {"state: on\nyes: true\nplain: ''\nlist: {number: 1}\n", "a list wanted"},
      {"state: on\nyes: true\nplain: ''\nlist: [{number: 1, flag: false}]\n", "flag: true wanted"},
      {"state: on\nyes: true\nplain: ''\npick: {small: 1, octets: AA}\n", "one alternative of Pick"},
      {"state: on\nyes: true\nplain: ''\npick: {large: 1}\n", "no alternative of Pick"},
      {"state: on\nyes: true\nplain: ''\npick: {octets: ''}\n", "0 octets do not fit"},
      {"state: on\nyes: true\nplain: ''\nany: 0401\n", "one TLV in hexadecimal"},
      {"state: on\nyes: true\nplain: ''\nunknown: [zz]\n", "one TLV in hexadecimal"},
      {"state: [1]\nyes: true\nplain: ''\n", "a single value"},
      {"[1]\n", "members of All"},
  };
  for (const auto& [text, expected] : rows) {
    const auto der = to_der(all_type(), read(text));
    ASSERT_FALSE(der) << text;
    EXPECT_NE(why(der.error()).find(expected), std::string::npos) << text << why(der.error());
  }
}

TEST(Document, OctetsThatAreNoMessageAreRefused) {
  const auto whole = sample();
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_FALSE(from_der(all_type(), ByteView(whole).first(n))) << n;
  EXPECT_FALSE(from_der(all_type(), concat({whole, hex("00")})));
}

}  // namespace
}  // namespace eider::document
