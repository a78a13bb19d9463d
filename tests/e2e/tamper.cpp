// The tamper table: every row changes one thing somewhere in a download and expects the exact refusal, and
// that nothing changed on the card nor at the SM-DP+ but what the row names.
#include <cctype>
#include <gtest/gtest.h>
#include <set>

#include "base/log.hpp"
#include "tamper_bench.hpp"

namespace eider::test {
namespace {

struct Case {
  Row row;
  crypto::Curve curve = crypto::Curve::kP256;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.row.name;
}

std::vector<Case> all_cases() {
  std::vector<Case> out;
  for (auto* group :
       {&es9plus_rows, &card_rows, &package_rows, &notification_rows, &operator_rows, &lpa_rows})
    for (auto& row : group()) {
      out.push_back({row, crypto::Curve::kP256});
      if (row.both_curves) out.push_back({row, crypto::Curve::kBrainpoolP256r1});
    }
  return out;
}

std::string identifier(const testing::TestParamInfo<Case>& info) {
  std::string out = info.param.curve == crypto::Curve::kP256 ? "" : "Brainpool_";
  for (const char c : info.param.row.name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += c;
    else if (!out.empty() && out.back() != '_')
      out += '_';
  }
  return out;
}

class Tamper : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override { log::set_level(log::Level::kOff); }
  void TearDown() override { log::set_level(log::Level::kWarn); }
};

TEST_P(Tamper, IsRefusedPreciselyAndChangesNothing) {
  const auto& [row, curve] = GetParam();
  auto options = row.options;
  options.curve = curve;
  Bench bench(options);
  EXPECT_EQ(row.run(bench), row.expected);
  EXPECT_EQ(bench.changes(), row.changes);
}
INSTANTIATE_TEST_SUITE_P(Table, Tamper, testing::ValuesIn(all_cases()), identifier);

// The bench proves nothing if an untouched download did not work on it.
TEST(TamperBench, AnUntouchedDownloadSucceeds) {
  for (const auto curve : {crypto::Curve::kP256, crypto::Curve::kBrainpoolP256r1}) {
    Bench::Options options;
    options.curve = curve;
    Bench bench(options);
    bench.add_profile(1);
    bench.order(1, "TAMPER-1", "1234");
    bench.mark();
    EXPECT_EQ(bench.flow(), "ok");
    EXPECT_EQ(bench.changes(),
              "attempt card:aka card:files card:notification card:one-time-keys card:ota card:package "
              "card:pins card:profile "
              "card:settings delivery eid on-card:disabled report state:Installed");
  }
}

TEST(TamperBench, TheTableIsLongAndItsNamesAreUnique) {
  const auto cases = all_cases();
  std::set<std::string> names;
  std::size_t rows = 0;
  for (const auto& c : cases) {
    rows += c.curve == crypto::Curve::kP256;
    EXPECT_TRUE(names.insert(identifier({c, 0})).second) << c.row.name;
  }
  std::printf("%zu rows of tampering, %zu cases with the second curve\n", rows, cases.size());
  RecordProperty("rows", static_cast<int>(rows));
  RecordProperty("cases", static_cast<int>(cases.size()));
  EXPECT_GE(rows, 80u);
}

}  // namespace
}  // namespace eider::test
