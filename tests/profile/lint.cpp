#include "profile/lint.hpp"

#include <set>

#include "profile/lint_cases.hpp"
#include "profile/lint_checks.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {
using namespace lint_cases;

std::string text(const std::vector<LintFinding>& findings) {
  std::string out;
  for (const auto& f : findings) out += std::string(f.rule->id) + " " + f.element_name + " " + f.what + "\n";
  return out;
}
std::set<std::string> ids(const std::vector<LintFinding>& findings) {
  std::set<std::string> out;
  for (const auto& f : findings) out.insert(std::string(f.rule->id));
  return out;
}
std::vector<Case> all_cases() {
  auto out = package_cases();
  for (auto& c : file_cases()) out.push_back(std::move(c));
  return out;
}

TEST(Lint, GenericProfilesAreClean) {
  for (std::uint64_t i = 0; i < 64; ++i) {
    SeededRandom random(i);
    auto p = GenericProfileParameters::random(random);
    p.isim = i & 1;
    p.five_g = i & 2;
    p.telecom = i & 4;
    p.ballast = i & 8 ? 300 : 0;
    if (i & 16) p.gid1 = hex("A1");
    if (i & 32) {
      p.algorithm = saip::AlgorithmId::kTuak;
      p.opc = Secret(random.bytes(32));
    }
    const auto findings = lint_package(build_generic_profile(p));
    EXPECT_TRUE(findings.empty()) << text(findings);
  }
}

TEST(Lint, Ts48HasPublicKeysAndNoErrors) {
  for (const auto* name :
       {"TS48v1_A.der", "TS48v2_SAIP2.3_BERTLV.der", "TS48v3_SAIP2.3_NoBERTLV.der",
        "TS48v4_SAIP2.1A_NoBERTLV.der", "TS48v4_SAIP2.3_BERTLV.der", "TS48v5_SAIP2.3_NoBERTLV.der"}) {
    EIDER_SHARED_OR_SKIP(path, std::string("ts48/") + name);
    const auto findings = lint_package(test::read_file(path));
    for (const auto& f : findings)
      EXPECT_NE(f.rule->severity, Severity::kError) << name << "\n" << text(findings);
    EXPECT_TRUE(ids(findings).contains("SEC-01"));
    EXPECT_TRUE(ids(findings).contains("KEY-01"));
  }
}

// The scope of the public validator: 112 rules, four of which are about the SSIM of a version that this
// module does not have.
TEST(Lint, RulesAreUniqueExplainedAndEnough) {
  std::set<std::string_view> seen;
  for (const auto& r : lint_rules()) {
    EXPECT_TRUE(seen.insert(r.id).second) << r.id;
    for (const auto& part : {r.section, r.title, r.remedy}) EXPECT_FALSE(part.empty()) << r.id;
    EXPECT_EQ(find_lint_rule(r.id), &r);
  }
  EXPECT_GE(seen.size(), 112u);
  EXPECT_EQ(find_lint_rule("XXX-01"), nullptr);
  const std::pair<const char*, int> scope[] = {{"HDR", 2},  {"END", 2}, {"PEID", 2}, {"IOT", 3}, {"ORD", 15},
                                               {"CARD", 7}, {"SCP", 9}, {"TPL", 1},  {"TPP", 1}, {"PIN", 9},
                                               {"PUK", 2},  {"ICC", 2}, {"FCP", 15}, {"FD", 11}, {"GFM", 8},
                                               {"AKA", 4},  {"SD", 6},  {"APP", 2},  {"RFM", 3}};
  int covered = 3;  // NAA-01, NAA-02, NAA-04
  for (const auto& [prefix, n] : scope)
    for (int i = 1; i <= n; ++i, ++covered)
      EXPECT_TRUE(seen.contains(prefix + std::string(i < 10 ? "-0" : "-") + std::to_string(i)))
          << prefix << i;
  EXPECT_EQ(covered, 107);
}

TEST(Lint, EveryRuleHasACase) {
  std::set<std::string> with;
  for (const auto& c : all_cases()) {
    with.insert(c.id);
    EXPECT_NE(find_lint_rule(c.id), nullptr) << c.id;
  }
  for (const auto& r : lint_rules()) EXPECT_TRUE(with.contains(std::string(r.id))) << r.id;
}

class LintRules : public testing::TestWithParam<Case> {};
TEST_P(LintRules, IsBrokenByItsCaseOnly) {
  const auto& c = GetParam();
  auto l = generic();
  if (c.prepare) c.prepare(l);
  const auto before = lint_package(joined(l));
  EXPECT_FALSE(ids(before).contains(c.id)) << text(before);
  if (c.edit) c.edit(l);
  auto package = joined(l);
  if (c.octets) c.octets(package);
  const auto after = lint_package(package);
  EXPECT_TRUE(ids(after).contains(c.id)) << text(after);
}
INSTANTIATE_TEST_SUITE_P(, LintRules, testing::ValuesIn(all_cases()), [](const auto& i) {
  auto name = i.param.id + "_" + std::to_string(i.index);
  std::erase(name, '-');
  return name;
});

// Twice the depth may cost twice the work, and the paths in what is reported more, but no search for every
// pair of files.
TEST(Lint, WorkGrowsWithTheFilesNotWithTheirDepth) {
  const auto steps = [](int depth) {
    auto l = generic();
    insert_before_end(l, nested(depth));
    lint::Package p;
    for (const auto& e : l) EXPECT_FALSE(p.image.apply(e));
    EXPECT_GE(p.image.files().size(), static_cast<std::size_t>(depth));
    const auto before = p.image.steps();
    lint::files(p);
    EXPECT_EQ(text(p.findings), "");
    return p.image.steps() - before;
  };
  const auto flat = steps(0), shallow = steps(500) - flat, deep = steps(1000) - flat;
  EXPECT_GE(shallow, 500U);  // it does look at them
  EXPECT_LE(deep, shallow * 5 / 2);
}

TEST(Lint, BrokenPackagesAreNamedByOffset) {
  auto package = joined(generic());
  package.resize(package.size() - 1);
  auto findings = lint_package(package);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule->id, "PKG-01");
  EXPECT_EQ(findings[0].offset, package.size());
  package = joined(generic());
  package[package.size() - 3] = 0x8F;  // tag of the identification of the end
  findings = lint_package(package);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule->id, "PEID-02");
  EXPECT_EQ(findings[0].element_name, "end");
  EXPECT_FALSE(lint_package({}).empty());
}

// Whatever is flipped: the linter answers, and what it has no error for a card installs.
TEST(Lint, WhatItPassesACardInstalls) {
  SeededRandom random(47);
  const auto package = joined(generic());
  int passed = 0;
  for (int i = 0; i < 400; ++i) {
    auto other = package;
    other[random.below(other.size())] ^= static_cast<std::uint8_t>(1u << random.below(8));
    const auto findings = lint_package(other);
    if (ids(findings).contains("PKG-03")) continue;  // a later version, which an older card refuses
    if (std::ranges::any_of(findings, [](const auto& f) { return f.rule->severity == Severity::kError; }))
      continue;
    ++passed;
    const auto elements = read_package(other);
    ASSERT_TRUE(elements);
    PackageInstaller installer(CardCapabilities::everything(), {}, {});
    for (const auto& e : *elements) {
      const auto o = installer.element(e.der);
      EXPECT_FALSE(o.aborted) << i << ": " << o.why << "\n" << text(findings);
    }
  }
  EXPECT_GT(passed, 50);
}

}  // namespace
}  // namespace eider::profile
