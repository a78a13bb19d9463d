#include "spec/registry.hpp"

#include <gtest/gtest.h>
#include <set>

#include "spec/sgp22/es10b.hpp"
#include "spec/sgp22/es9plus.hpp"
#include "support/shared_data.hpp"

namespace eider {
namespace {

const der::Node* member(const der::Node& n, std::string_view name) {
  for (const auto& c : n.children)
    if (c.name == name) return &c;
  return nullptr;
}

}  // namespace

TEST(Registry, NamesAreUniqueAndEveryTypeHasATag) {
  std::set<std::string_view> names;
  for (const auto& e : registry::entries()) {
    EXPECT_TRUE(names.insert(e.name).second) << e.name;
    EXPECT_EQ(registry::find(e.name), &e);
    EXPECT_FALSE(e.type->section.empty()) << e.name;
  }
  for (const auto& e : registry::json_entries()) EXPECT_EQ(registry::find_json(e.name), &e);
  EXPECT_EQ(registry::find("euiccinfo1"), registry::find("EUICCInfo1"));
  EXPECT_EQ(registry::find("Nothing"), nullptr);
}

// Request and response share a tag; the one that fits strictly wins.
TEST(Registry, TellsRequestFromResponse) {
  const auto name = [](const char* octets) {
    return std::string(registry::best_match(hex(octets)).value().entry->name);
  };
  EXPECT_EQ(name("BF2000"), "GetEuiccInfo1Request");
  EXPECT_EQ(name("BF200B8203020601A902A000AA00"), "EUICCInfo1");  // does not fit strictly
  EXPECT_EQ(name("BF2E00"), "GetEuiccChallengeRequest");
  EXPECT_EQ(name("BF2E128010000102030405060708090A0B0C0D0E0F"), "GetEuiccChallengeResponse");
  EXPECT_EQ(name("BF2D00"), "ProfileInfoListRequest");
  EXPECT_EQ(name("BF2D02A000"), "ProfileInfoListResponse");
  EXPECT_EQ(name("BF3103800100"), "EnableProfileResponse");
  EXPECT_EQ(name("BF3111A00C5A0A989209012143658709F58101FF"), "EnableProfileRequest");
  EXPECT_EQ(name("BF330C5A0A989209012143658709F5"), "DeleteProfileRequest");
  EXPECT_EQ(name("BF3303800103"), "DeleteProfileResponse");
  EXPECT_EQ(name("BF3E035C015A"), "GetEuiccDataRequest");
  EXPECT_EQ(name("BF3E125A1089049032123451234512345678901235"), "GetEuiccDataResponse");
  EXPECT_EQ(name("BF4106800101810101"), "CancelSessionRequest");
  EXPECT_EQ(name("BF4103810105"), "CancelSessionResponse");
  EXPECT_FALSE(registry::best_match(hex("DF7F00")));
  EXPECT_FALSE(registry::best_match(hex("BF2E05")));
}

TEST(Registry, MembersHaveTheirMeaning) {
  const auto m = registry::match(*registry::find("EnableProfileRequest"),
                                 hex("BF3111A00C5A0A989209012143658709F58101FF"));
  ASSERT_FALSE(m.strict) << m.strict->message();
  EXPECT_EQ(m.tree.children[0].children[0].value, "8929901012345678905");
  EXPECT_EQ(m.tree.children[1].value, "true");
  const auto info = registry::match(*registry::find("EUICCInfo1"), hex("BF20098203020601A900AA00"));
  EXPECT_EQ(member(info.tree, "svn")->value, "2.6.1");
  const auto eid = registry::match(*registry::find("GetEuiccDataResponse"),
                                   hex("BF3E125A1089049032123451234512345678901235"));
  EXPECT_EQ(member(eid.tree, "eidValue")->value, "89049032123451234512345678901235");
  EXPECT_EQ(registry::aid_name(hex("A0000005591010FFFFFFFF8900000100")), "ISD-R");
  EXPECT_EQ(registry::aid_name(hex("A0000005591010FFFFFFFF8900001100")), "ISD-P");
  EXPECT_EQ(registry::aid_name(hex("A0000000871002FF49FF0589")), "ADF.USIM");
  EXPECT_TRUE(registry::aid_name(hex("D276000118")).empty());
}

TEST(Registry, MessagesInsideTheAsn1BindingAreOpened) {
  sgp22::es9plus::asn1::AuthenticateClientRequest request;
  request.transactionId = *sgp22::TransactionId::from(hex("01"));
  request.authenticateServerResponse.der = hex("BF3808A106800101020107");
  const auto m = registry::best_match(der::encode(request));
  ASSERT_TRUE(m);
  EXPECT_EQ(m->entry->name, "ES9+.AuthenticateClientRequest");
  const auto* inner = member(m->tree, "authenticateServerResponse.authenticateResponseError");
  if (!inner) inner = member(m->tree, "authenticateServerResponse");
  ASSERT_TRUE(inner) << der::to_text(m->tree);
  EXPECT_NE(der::to_text(*inner).find("ciPKUnknown(7)"), std::string::npos) << der::to_text(m->tree);
}

TEST(Registry, Ts48PackageIsReadWithoutAnUnknownOctet) {
  EIDER_SHARED_OR_SKIP(path, "ts48/TS48v3_SAIP2.3_NoBERTLV.der");
  const auto package = test::read_file(path);
  const auto elements = read_tlvs(package);
  ASSERT_TRUE(elements);
  ASSERT_GT(elements->size(), 10u);
  for (const auto& e : *elements) {
    const auto m = registry::best_match(e.whole);
    ASSERT_TRUE(m);
    EXPECT_EQ(m->entry->name, "ProfileElement");
    EXPECT_FALSE(m->strict) << m->strict->message();
    EXPECT_EQ(der::first_error(m->tree), nullptr) << der::to_text(m->tree);
    EXPECT_EQ(der::count_unknown(m->tree), 0u) << der::to_text(m->tree);
  }
}

// Whatever a type accepts it writes again, and accepts again.
TEST(Registry, ReencodingIsStable) {
  for (const char* octets :
       {"BF3111A00C5A0A989209012143658709F58101FF", "BF20098203020601A900AA00", "BF4106800101810101"}) {
    const auto in = hex(octets);
    const auto m = registry::best_match(in);
    ASSERT_TRUE(m);
    EXPECT_EQ(m->entry->reencode(in, der::Rules::strict()).value(), in);
  }
}

}  // namespace eider
