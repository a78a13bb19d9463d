#include <gtest/gtest.h>

#include "codec/record.hpp"

namespace eider::xml {
namespace {

using Kind = Problem::Kind;

std::optional<Kind> refused(std::string_view text, const Limits& limits = {}) {
  const auto document = Document::parse(as_bytes(text), limits);
  return document ? std::nullopt : std::optional(document.error().kind);
}

TEST(XmlReader, TakesNoDocumentTypeWhateverIsInIt) {
  EXPECT_EQ(refused("<!DOCTYPE a><a/>"), Kind::kForbidden);
  EXPECT_EQ(refused("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"), Kind::kForbidden);
  EXPECT_EQ(refused("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"), Kind::kForbidden);
  EXPECT_EQ(refused("<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/x.dtd'><a/>"), Kind::kForbidden);
  std::string laughs = "<!DOCTYPE a [<!ENTITY l0 'ha'>";
  for (int i = 1; i < 12; ++i)
    laughs += "<!ENTITY l" + std::to_string(i) + " '&l" + std::to_string(i - 1) + ";&l" +
              std::to_string(i - 1) + ";'>";
  EXPECT_EQ(refused(laughs + "]><a>&l11;</a>"), Kind::kForbidden);
  EXPECT_EQ(refused("<a>&x;</a>"), Kind::kMalformed);  // nothing declares it
  EXPECT_EQ(refused("<?php x?><a/>"), Kind::kForbidden);
  EXPECT_EQ(refused("<a><?x?></a>"), Kind::kForbidden);
  EXPECT_EQ(refused("<a>&lt;&amp;&#65;</a>"), std::nullopt);
}

TEST(XmlReader, HasLimits) {
  Limits limits;
  limits.octets = 200;
  limits.depth = 4;
  limits.elements = 6;
  limits.attributes = 3;
  EXPECT_EQ(refused("<a><b><c><d/></c></b></a>", limits), std::nullopt);
  EXPECT_EQ(refused("<a><b><c><d><e/></d></c></b></a>", limits), Kind::kTooLarge);
  EXPECT_EQ(refused("<a><b/><b/><b/><b/><b/></a>", limits), std::nullopt);
  EXPECT_EQ(refused("<a><b/><b/><b/><b/><b/><b/></a>", limits), Kind::kTooLarge);
  EXPECT_EQ(refused("<a p='1' q='2' r='3'/>", limits), std::nullopt);
  EXPECT_EQ(refused("<a p='1' q='2' r='3' xmlns='urn:a'/>", limits), Kind::kTooLarge);
  EXPECT_EQ(refused("<a>" + std::string(200, 'x') + "</a>", limits), Kind::kTooLarge);
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<a>";
  EXPECT_EQ(refused(deep), Kind::kTooLarge);
}

TEST(XmlReader, SaysWhere) {
  const auto document = Document::parse(as_bytes("<a>\n  <b>\n    <c/>\n  </b>\n</a>"));
  ASSERT_TRUE(document);
  const auto c = document->root().first_child()->first_child();
  ASSERT_TRUE(c);
  const auto problem = c->problem(Kind::kInvalid, "no");
  EXPECT_EQ(problem.path, "a/b/c");
  EXPECT_EQ(problem.line, 3U);
  EXPECT_GE(problem.offset, 14U);
  EXPECT_LE(problem.offset, 18U);
  EXPECT_EQ(problem.message(), "a/b/c: line 3: no");
  const auto broken = Document::parse(as_bytes("<a>\n<b>\n</a>"));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().line, 3U);
}

TEST(XmlReader, TextIsJoinedOverCommentsAndCdata) {
  const auto document = Document::parse(as_bytes("<a>89<!-- x -->01<![CDATA[<2>]]>&amp;</a>"));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().text(), "8901<2>&");
  EXPECT_EQ(Document::parse(as_bytes("<a>1<b/>2</a>"))->root().text(), std::nullopt);
}

// Canonical forms of RFC 3741: only the prefixes that are used; all in scope with C14N 1.0.
TEST(XmlReader, CanonicalForms) {
  const auto document = Document::parse(as_bytes(
      "<r xmlns='urn:d' xmlns:p=\"urn:p\" xmlns:q='urn:q'><p:a z='1' y='&#x20;' ><!--c--></p:a></r>"));
  ASSERT_TRUE(document);
  const auto a = *document->root().first_child();
  EXPECT_EQ(*canonical(a, Canonical::kExclusive), "<p:a xmlns:p=\"urn:p\" y=\" \" z=\"1\"></p:a>");
  EXPECT_EQ(*canonical(a, Canonical::kInclusive),
            "<p:a xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:q=\"urn:q\" y=\" \" z=\"1\"></p:a>");
  EXPECT_EQ(*canonical(a, Canonical::kExclusiveWithComments),
            "<p:a xmlns:p=\"urn:p\" y=\" \" z=\"1\"><!--c--></p:a>");
  const std::string prefixes[] = {"q"};
  EXPECT_EQ(*canonical(a, Canonical::kExclusive, prefixes),
            "<p:a xmlns:p=\"urn:p\" xmlns:q=\"urn:q\" y=\" \" z=\"1\"></p:a>");
}

// On its way from envelope to envelope it keeps its own declarations and gathers none.
TEST(XmlReader, WhatStandsAloneStaysAsItIs) {
  const std::string element = "<p:a xmlns:own=\"urn:o\" xmlns:p=\"urn:p\"><p:b><!--c--></p:b></p:a>";
  std::string now = element;
  for (const auto* envelope :
       {"<r xmlns='urn:d' xmlns:q='urn:q'>%</r>", "<x:r xmlns:x='urn:x' xmlns:p='urn:other'>%</x:r>"}) {
    std::string in(envelope);
    in.replace(in.find('%'), 1, now);
    const auto document = Document::parse(as_bytes(in));
    ASSERT_TRUE(document);
    const auto a = *document->root().first_child();
    now = *a.standalone();
    EXPECT_EQ(now, element);
    EXPECT_EQ(*canonical(*Document::parse(as_bytes(now)), Canonical::kExclusive),
              *canonical(a, Canonical::kExclusive));
  }
}

TEST(XmlWriter, WhatItWritesIsReadAgain) {
  Writer w;
  w.open("a");
  w.attribute("k", "<\"&\n\t\r'>");
  w.leaf("b", "x < y & z > \"w\"\r\n");
  w.open("c");
  w.close();
  w.close();
  const auto document = Document::parse(as_bytes(w.str()));
  ASSERT_TRUE(document) << w.str();
  EXPECT_EQ(document->root().attribute("k"), "<\"&\n\t\r'>");
  EXPECT_EQ(document->root().first_child()->text(), "x < y & z > \"w\"\r\n");
  EXPECT_EQ(w.str().substr(w.str().find("<c")), "<c/></a>");
}

TEST(XmlWriter, WhatXmlDoesNotHaveIsReplaced) {
  for (const std::string_view bad :
       {std::string_view("\0", 1), std::string_view("\x01"), std::string_view("\xFF"),
        std::string_view("\xC3"), std::string_view("\xC0\x80"), std::string_view("\xED\xA0\x80"),
        std::string_view("\xEF\xBF\xBF"), std::string_view("\xF5\x80\x80\x80")}) {
    Writer w;
    w.leaf("a", "x" + std::string(bad) + "y");
    const auto document = Document::parse(as_bytes(w.str()));
    ASSERT_TRUE(document) << to_hex(as_bytes(bad));
    EXPECT_NE(document->root().text()->find("\xEF\xBF\xBD"), std::string::npos);
  }
  Writer w;
  w.leaf("a", "ä€😀");
  EXPECT_EQ(w.str(), "<a>ä€😀</a>");
}

TEST(XmlRecord, NamesAreComparedWithoutCaseAndHyphens) {
  EXPECT_TRUE(same_name("Isd-p-aid", "isdPAid"));
  EXPECT_TRUE(same_name("Smsr-id", "smsrId"));
  EXPECT_FALSE(same_name("Eid", "Eids"));
  EXPECT_FALSE(same_name("Eid", "Ei"));
  EXPECT_TRUE(same_name("", "-"));
}

}  // namespace
}  // namespace eider::xml
