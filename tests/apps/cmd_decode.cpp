// `eider decode` and `eider explain` as a user calls them.
#include <gtest/gtest.h>
#include <vector>

#include "support/command.hpp"
#include "support/paths.hpp"

namespace eider {
namespace {

struct Said {
  const char* arguments;
  int code;
  const char* text;
};
void expect(const std::vector<Said>& all) {
  for (const auto& said : all) {
    const auto r = test::shell(std::string(test::eider_binary()) + " " + said.arguments);
    EXPECT_EQ(r.code, said.code) << said.arguments << "\n" << r.text;
    EXPECT_TRUE(r.says(said.text)) << said.arguments << "\n" << r.text;
  }
}

TEST(DecodeCommand, ReadsArgumentsFilesAndStandardInput) {
  expect({
      {"decode BF2E00", 0, "GetEuiccChallengeRequest"},
      {"decode --json BF2E00", 0, R"("kind":"ES10b GetEuiccChallengeRequest")"},
      {"decode 'LPA:1$smdpp.example.com$ABC-1$$1'", 0, "Confirmation Code  required"},
      {"decode </dev/null", 1, "empty"},
      {"decode --file /nonexistent", 1, "cannot read"},
      {"decode BF3106A0025A008100", 1, "eider: offset 7: "},
      {"decode --as Nothing BF2E00", 1, "--list"},
      {"decode --list", 0, "StoreMetadataRequest"},
      {"decode --help", 0, "Examples:"},
  });
}

TEST(ExplainCommand, GivesCauseClauseAndRemedy) {
  expect({
      {"explain 8.2.6 3.8", 0, "No order has this MatchingID"},
      {"explain 8.2.1 3.10", 0, "invalid association"},
      {"explain 8.2.6 9.9", 1, "8.2.6 / 3.8"},
      {"explain EnableProfile 3", 0, "PPR1"},
      {"explain PIR 12", 0, "installFailedDueToPEProcessingError"},
      {"explain EnableProfile 99", 1, "closest"},
      {"explain SW 6985", 0, "REFRESH"},
      {"explain SW 69FE", 1, "command not allowed"},
      {"explain Nothing", 1, "AuthenticateServer"},
      {"explain --json PE 9", 0, R"("remedy":)"},
  });
}

}  // namespace
}  // namespace eider
