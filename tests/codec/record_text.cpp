#include "codec/record_text.hpp"

#include <gtest/gtest.h>

namespace eider::xml {
namespace test {
struct Inner {
  std::string word;
  std::optional<std::uint32_t> number;
};
struct Outer {
  Inner base;
  FixedBytes<2> octets;
  bool yes = false;
  std::vector<Inner> list;
  std::vector<std::string> words;
};
}  // namespace test
}  // namespace eider::xml

EIDER_XML(eider::xml::test::Inner);
EIDER_XML(eider::xml::test::Outer);

namespace eider::xml::test {
namespace {
const auto kWord = text_type("Word", 40, "w");
const auto kNumber = integer_type("Number");
const auto kOctets = fixed_hex_type<2>("Octets", "0102");
const Field kInner[] = {element<&Inner::word>("Word", kWord), element<&Inner::number>("Number", kNumber)};
}  // namespace
}  // namespace eider::xml::test
EIDER_XML_RECORD(eider::xml::test::Inner, "InnerType", "1", eider::xml::test::kInner);
namespace eider::xml::test {
namespace {
const Field kOuter[] = {base<&Outer::base>(), element<&Outer::octets>("Octets", kOctets),
                        element<&Outer::yes>("Yes", kBoolean), record<&Outer::list>("List"),
                        element<&Outer::words>("Words", kWord)};
}  // namespace
}  // namespace eider::xml::test
EIDER_XML_RECORD(eider::xml::test::Outer, "OuterType", "1", eider::xml::test::kOuter);

namespace eider::xml::test {

TEST(RecordText, Json) {
  const Outer o{{"a\"b", 7}, *FixedBytes<2>::from(hex("BEEF")), true, {{"x", {}}, {"y", 1}}, {}};
  EXPECT_EQ(to_json(Describe<Outer>::value, &o),
            R"({"Word":"a\"b","Number":7,"Octets":"BEEF","Yes":true,)"
            R"("List":[{"Word":"x"},{"Word":"y","Number":1}],"Words":[]})");
}

TEST(RecordText, Lines) {
  const Outer o{{"a\nb", {}}, *FixedBytes<2>::from(hex("BEEF")), false, {{"x", 3}}, {"p", "q"}};
  EXPECT_EQ(to_text(Describe<Outer>::value, &o, 2),
            "  Word: a b\n  Octets: BEEF\n  Yes: false\n  List\n    Word: x\n    Number: 3\n  Words: p\n  "
            "Words: q\n");
}

}  // namespace eider::xml::test
