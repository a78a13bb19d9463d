// Lint rules about IoT profiles, CSIM, applications and further security domains.
#include <set>

#include "profile/elements.hpp"
#include "profile/lint.hpp"

namespace eider::profile {
namespace {
using namespace test_elements;

std::string findings_of(const Elements& l) {
  Bytes package;
  for (const auto& e : encoded(l)) append(package, e);
  std::string out;
  for (const auto& f : lint_package(package)) out += std::string(f.rule->id) + " " + f.what + "\n";
  return out;
}
bool has(const std::string& findings, const std::string& id) {
  return findings.find(id + " ") != std::string::npos;
}
// An element with a header of its own and these members behind it.
saip::ProfileElement element(Tag tag, const char* members, std::uint8_t id = 0x70) {
  const auto header = make_tlv(0xA0, {hex("8000"), make_tlv(0x81, ByteView(&id, 1))});
  auto e = saip::decode_element(make_tlv(tag, {header, hex(members)}));
  if (!e) throw std::runtime_error(e.error().message());
  return *std::move(e);
}
// With a templateID and no files: which template it is does not matter to the rules here.
saip::ProfileElement template_element(Tag tag) {
  return element(tag, "810667810F01021A");
}
void set_iot_options(Elements& l) {
  as<saip::ProfileHeader>(l, pe::kHeader).iotOptions.emplace().pix =
      *BoundedBytes<11>::from(hex("10020000000000"));
}
saip::ProfileElement second_domain(Elements& l) {
  auto e = copy_of(of(l, pe::kSecurityDomain), 0x71);
  auto& d = *e.as<saip::SecurityDomain>();
  d.instance.instanceAID = *saip::Aid::from(hex("A00000055910100102736456616C7565"));
  return e;
}
}  // namespace

TEST(LintIot, AnIotNeedsItsOptions) {
  auto l = generic();
  insert_before_end(l, template_element(pe::kOptIot));
  EXPECT_TRUE(has(findings_of(l), "IOT-01")) << findings_of(l);
  set_iot_options(l);
  EXPECT_FALSE(has(findings_of(l), "IOT-01")) << findings_of(l);
}

TEST(LintIot, AMinimalProfileHasNoMf) {
  auto l = generic();
  EXPECT_FALSE(has(findings_of(l), "IOT-03"));
  set_iot_options(l);
  EXPECT_TRUE(has(findings_of(l), "IOT-03")) << findings_of(l);
  drop(l, pe::kMf);
  EXPECT_FALSE(has(findings_of(l), "IOT-03")) << findings_of(l);
}

TEST(LintNaa, CdmaParametersNeedACsim) {
  auto l = generic();
  insert_before_end(l, element(pe::kCdmaParameter, "81080102030405060708"));
  EXPECT_TRUE(has(findings_of(l), "NAA-02")) << findings_of(l);
}

TEST(LintDomains, AnApplicationNeedsADomainBeforeIt) {
  auto l = generic();
  insert_before_end(l, element(pe::kApplication, ""));
  EXPECT_FALSE(has(findings_of(l), "SD-02")) << findings_of(l);
  move_to(l, index_of(l, pe::kApplication), index_of(l, pe::kSecurityDomain));
  EXPECT_TRUE(has(findings_of(l), "SD-02")) << findings_of(l);
}

TEST(LintDomains, OnlyTheFirstHasPersonalisationOfItsOwn) {
  auto l = generic();
  as<saip::SecurityDomain>(l, pe::kSecurityDomain).openPersoData.emplace();
  insert_before_end(l, second_domain(l));
  as<saip::SecurityDomain>(l, pe::kSecurityDomain, 1).openPersoData.reset();
  EXPECT_FALSE(has(findings_of(l), "SD-05")) << findings_of(l);
  as<saip::SecurityDomain>(l, pe::kSecurityDomain, 1).openPersoData.emplace();
  EXPECT_TRUE(has(findings_of(l), "SD-05")) << findings_of(l);
  as<saip::SecurityDomain>(l, pe::kSecurityDomain, 1).openPersoData.reset();
  as<saip::SecurityDomain>(l, pe::kSecurityDomain, 1).catTpParameters.emplace();
  EXPECT_TRUE(has(findings_of(l), "SD-05")) << findings_of(l);
}

TEST(LintDomains, ExtraditionGoesToAPersonalizedDomain) {
  auto l = generic();
  insert_before_end(l, second_domain(l));
  auto& first = as<saip::SecurityDomain>(l, pe::kSecurityDomain).instance;
  auto& second = as<saip::SecurityDomain>(l, pe::kSecurityDomain, 1).instance;
  first.lifeCycleState = saip::octet(0x0F);
  second.extraditeSecurityDomainAID = first.instanceAID;
  EXPECT_FALSE(has(findings_of(l), "APP-02")) << findings_of(l);
  first.lifeCycleState = saip::octet(0x07);
  EXPECT_TRUE(has(findings_of(l), "APP-02")) << findings_of(l);
  first.lifeCycleState = saip::octet(0x0F);
  second.extraditeSecurityDomainAID = *saip::Aid::from(hex("A000000151000001"));
  EXPECT_TRUE(has(findings_of(l), "APP-02")) << findings_of(l);
}

}  // namespace eider::profile
