#include "spec/sgp02/status_codes.hpp"

#include <gtest/gtest.h>
#include <set>

#include "spec/sgp02/es1.hpp"
#include "spec/sgp02/es2.hpp"
#include "spec/sgp02/es3.hpp"
#include "spec/sgp02/es4.hpp"
#include "spec/sgp02/es4a.hpp"
#include "spec/sgp02/es7.hpp"

namespace eider::sgp02 {
namespace {

TEST(M2mStatusCodes, EveryRowSaysWhyAndWhatToDo) {
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen;
  for (const auto& row : status::rows()) {
    EXPECT_TRUE(seen.emplace(row.function, row.code.subject, row.code.reason).second)
        << row.function << " " << row.code.subject << " " << row.code.reason;
    EXPECT_FALSE(row.cause.empty());
    EXPECT_FALSE(row.section.empty());
    EXPECT_FALSE(row.remedy.empty()) << row.cause;
    EXPECT_FALSE(status::subject_name(row.code.subject).empty()) << row.code.subject;
    EXPECT_FALSE(status::reason_name(row.code.reason).empty()) << row.code.reason;
  }
}

TEST(M2mStatusCodes, FunctionsAreFoundWithAndWithoutTheirInterface) {
  EXPECT_EQ(status::of_function("ES3.CreateISDP").size(), status::of_function("CreateISDP").size());
  EXPECT_GE(status::of_function("CreateISDP").size(), 2U);
  EXPECT_TRUE(status::of_function("ISDP").empty());
  EXPECT_EQ(status::of_function("ES4.SMSRChange").size(), 1U);  // that of PrepareSMSRChange is another
}

TEST(M2mStatusCodes, AStatusGoesIntoAResponseAndBack) {
  const auto status = status::make_status(status::kIccidUnknown, "8988", "no such Profile");
  const auto in_response = status::failed(Fault(status));
  EXPECT_EQ(in_response.status, ExecutionStatus::kFailed);
  const auto back = status::to_function_status(in_response);
  EXPECT_EQ(back.subject_code, "8.2.1");
  EXPECT_EQ(back.reason_code, "3.9");
  EXPECT_EQ(back.subject_identifier, "8988");
  EXPECT_EQ(back.message, "no such Profile");
}

TEST(M2mStatusCodes, WithoutAMessageTheCauseIsSent) {
  const auto status = status::failed(status::kEidUnknown);
  ASSERT_TRUE(status.statusCodeData);
  EXPECT_EQ(status.statusCodeData->message, "This SM-SR does not manage the card");
}

TEST(M2mStatusCodes, AnotherFaultIsAnExecutionError) {
  const auto status = status::failed(Fault(LocalFault{"the disk is full", {}}));
  ASSERT_TRUE(status.statusCodeData);
  EXPECT_EQ(status.statusCodeData->subject, status::kExecutionError.subject);
  EXPECT_EQ(status.statusCodeData->reason, status::kExecutionError.reason);
}

TEST(M2mTypes, AnIccidIsTheSameWithAndWithoutFiller) {
  es4::EnableProfileRequest a, b;
  a.iccid = *sgp22::parse_iccid("8988211000000350118");
  b.iccid = *sgp22::parse_iccid("8988211000000350118F");
  EXPECT_EQ(a, b);
}

TEST(M2mTypes, PoliciesAreAskedByActionAndQualification) {
  const Pol2 pol2{{{Pol2Subject::kProfile, Pol2Action::kDisable, Pol2Qualification::kNotAllowed}}};
  EXPECT_TRUE(pol2.has(Pol2Action::kDisable, Pol2Qualification::kNotAllowed));
  EXPECT_FALSE(pol2.has(Pol2Action::kDisable, Pol2Qualification::kAutoDelete));
  EXPECT_FALSE(pol2.has(Pol2Action::kDelete, Pol2Qualification::kNotAllowed));
}

}  // namespace
}  // namespace eider::sgp02
