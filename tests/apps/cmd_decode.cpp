// `eider decode` and `eider explain` as a user calls them.
#include <array>
#include <cstdio>
#include <gtest/gtest.h>
#include <string>
#include <sys/wait.h>

#include "support/paths.hpp"

namespace eider {
namespace {

struct Outcome {
  int exit_code = -1;
  std::string output;
};
Outcome run(const std::string& arguments) {
  Outcome out;
  FILE* pipe = popen((std::string(eider::test::eider_binary()) + " " + arguments + " 2>&1").c_str(), "r");
  if (!pipe) return out;
  std::array<char, 4096> buffer{};
  while (const auto n = fread(buffer.data(), 1, buffer.size(), pipe)) out.output.append(buffer.data(), n);
  const int status = pclose(pipe);
  out.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return out;
}
#define EXPECT_SAYS(outcome, code, text)                \
  EXPECT_EQ(outcome.exit_code, code) << outcome.output; \
  EXPECT_NE(outcome.output.find(text), std::string::npos) << outcome.output

}  // namespace

TEST(DecodeCommand, ReadsArgumentsFilesAndStandardInput) {
  EXPECT_SAYS(run("decode BF2E00"), 0, "GetEuiccChallengeRequest");
  EXPECT_SAYS(run("decode --json BF2E00"), 0, R"("kind":"ES10b GetEuiccChallengeRequest")");
  EXPECT_SAYS(run("decode 'LPA:1$smdpp.example.com$ABC-1$$1'"), 0, "Confirmation Code  required");
  EXPECT_SAYS(run("decode </dev/null"), 1, "empty");
  EXPECT_SAYS(run("decode --file /nonexistent"), 1, "cannot read");
  EXPECT_SAYS(run("decode BF3106A0025A008100"), 1, "eider: offset 7: ");
  EXPECT_SAYS(run("decode --as Nothing BF2E00"), 1, "--list");
  EXPECT_SAYS(run("decode --list"), 0, "StoreMetadataRequest");
  EXPECT_SAYS(run("decode --help"), 0, "Examples:");
}

TEST(ExplainCommand, GivesCauseClauseAndRemedy) {
  EXPECT_SAYS(run("explain 8.2.6 3.8"), 0, "No order has this MatchingID");
  EXPECT_SAYS(run("explain 8.2.1 3.10"), 0, "invalid association");
  EXPECT_SAYS(run("explain 8.2.6 9.9"), 1, "8.2.6 / 3.8");
  EXPECT_SAYS(run("explain EnableProfile 3"), 0, "PPR1");
  EXPECT_SAYS(run("explain PIR 12"), 0, "installFailedDueToPEProcessingError");
  EXPECT_SAYS(run("explain EnableProfile 99"), 1, "closest");
  EXPECT_SAYS(run("explain SW 6985"), 0, "REFRESH");
  EXPECT_SAYS(run("explain SW 69FE"), 1, "command not allowed");
  EXPECT_SAYS(run("explain Nothing"), 1, "AuthenticateServer");
  EXPECT_SAYS(run("explain --json PE 9"), 0, R"("remedy":)");
}

}  // namespace eider
