#include "spec/sgp22/status_codes.hpp"

#include <gtest/gtest.h>
#include <set>

#include "spec/sgp22/result_codes.hpp"
#include "spec/status_words.hpp"

namespace eider {

TEST(StatusCodes, EveryRowNamesKnownCodesAndIsUnique) {
  std::set<std::string> seen;
  for (const auto& row : status::rows()) {
    const auto key =
        std::string(row.function) + " " + std::string(row.code.subject) + "/" + std::string(row.code.reason);
    EXPECT_TRUE(seen.insert(key).second) << key;
    EXPECT_FALSE(status::subject_name(row.code.subject).empty()) << key;
    EXPECT_FALSE(status::reason_name(row.code.reason).empty()) << key;
    EXPECT_FALSE(row.cause.empty() || row.remedy.empty() || row.section.empty()) << key;
  }
  EXPECT_GT(seen.size(), 80u);
}

// SGP.22 v2.2 section 5.6.3: what AuthenticateClient may answer.
TEST(StatusCodes, FunctionHasItsRows) {
  EXPECT_EQ(status::of_function("ES9+.AuthenticateClient").size(), 14u);
  EXPECT_EQ(status::of_function("ES11.AuthenticateClient").size(), 8u);
  EXPECT_EQ(status::of_function("AuthenticateClient").size(), 22u);
  EXPECT_TRUE(status::of_function("NoSuchFunction").empty());
}

TEST(StatusCodes, CodesAreTextNotNumbers) {
  EXPECT_EQ(status::reason_name("3.1"), "unsupported");
  EXPECT_EQ(status::reason_name("3.10"), "invalid association");
  EXPECT_EQ(status::reason_name("4.10"), "time to live expired");
  EXPECT_TRUE(status::reason_name("4.1").empty());
  EXPECT_TRUE(status::find("8.2.1", "3.1").empty());
  EXPECT_EQ(status::find("8.2.1", "3.10").size(), 1u);
}

TEST(StatusCodes, MakeStatusCarriesTheCause) {
  const auto s = status::make_status(status::kMatchingIdRefused, "ABC-1");
  EXPECT_TRUE(status::is(s, status::kMatchingIdRefused));
  EXPECT_FALSE(status::is(s, status::kEidRefused));
  EXPECT_EQ(s.subject_identifier, "ABC-1");
  EXPECT_EQ(s.message, "No order has this MatchingID");
  EXPECT_EQ(status::find("ES11.AuthenticateClient", status::kEuiccSignatureInvalid)->section, "5.8.2");
}

TEST(StatusCodes, ClosestSharesTheSubjectFirst) {
  const auto near = status::closest("8.2.6", "9.9");
  ASSERT_EQ(near.size(), 5u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(near[static_cast<std::size_t>(i)]->code.subject, "8.2.6");
  EXPECT_TRUE(status::closest("99", "99").empty());
}

TEST(ResultCodes, NamesAndFaults) {
  std::set<std::pair<std::string, int>> seen;
  for (const auto& row : result_code::rows())
    EXPECT_TRUE(seen.insert({std::string(row.function), row.code}).second) << row.name;
  EXPECT_EQ(result_code::name("enableprofile", 3), "disallowedByPolicy");
  EXPECT_EQ(result_code::name("ProfileInstallationResult", 12), "installFailedDueToPEProcessingError");
  EXPECT_EQ(result_code::name("DisableProfile", 2), "profileNotInEnabledState");
  EXPECT_EQ(result_code::find("DisableProfile", 4), nullptr);
  EXPECT_EQ(result_code::make_fault("AuthenticateServer", 7).name, "ciPKUnknown");
  EXPECT_EQ(result_code::make_fault("AuthenticateServer", 99).name, "unknown");
}

TEST(StatusWords, Explained) {
  EXPECT_TRUE(explain_status_word(0x9000).success);
  EXPECT_TRUE(explain_status_word(0x6110).success);
  EXPECT_EQ(explain_status_word(0x6100).meaning,
            "success, 256 octets of response to fetch with GET RESPONSE");
  EXPECT_EQ(explain_status_word(0x63C2).meaning, "verification failed, 2 tries left");
  EXPECT_TRUE(explain_status_word(0x6985).known);
  EXPECT_FALSE(explain_status_word(0x6985).success);
  EXPECT_FALSE(explain_status_word(0x69FF).known);
  EXPECT_FALSE(explain_status_word(0x1234).known);
}

}  // namespace eider
