#include "profile/lint.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <set>

#include "profile/builder.hpp"
#include "profile/package_reader.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {

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

TEST(Lint, GenericProfilesAreClean) {
  SeededRandom random(9);
  for (int i = 0; i < 8; ++i) {
    auto p = GenericProfileParameters::random(random);
    p.isim = i & 1;
    p.five_g = i & 2;
    p.telecom = i & 4;
    const auto findings = lint_package(build_generic_profile(p));
    EXPECT_TRUE(findings.empty()) << text(findings);
  }
}

TEST(Lint, Ts48HasPublicKeysAndNoErrors) {
  for (const auto* name :
       {"TS48v3_SAIP2.3_NoBERTLV.der", "TS48v4_SAIP2.3_BERTLV.der", "TS48v5_SAIP2.3_NoBERTLV.der"}) {
    EIDER_SHARED_OR_SKIP(path, std::string("ts48/") + name);
    const auto findings = lint_package(test::read_file(path));
    for (const auto& f : findings)
      EXPECT_NE(f.rule->severity, Severity::kError) << name << "\n" << text(findings);
    EXPECT_TRUE(ids(findings).contains("SEC-01"));
    EXPECT_TRUE(ids(findings).contains("AKA-05"));
  }
}

TEST(Lint, RulesAreUnique) {
  std::set<std::string_view> seen;
  for (const auto& r : lint_rules()) EXPECT_TRUE(seen.insert(r.id).second) << r.id;
}

namespace pe = saip::pe;
using Elements = std::vector<saip::ProfileElement>;
Elements elements() {
  SeededRandom random(9);
  const auto package = build_generic_profile(GenericProfileParameters::random(random));
  Elements out;
  const auto parts = read_package(package);
  for (const auto& part : *parts) out.push_back(saip::decode_element(part.der).value());
  return out;
}
Bytes joined(const Elements& l) {
  Bytes out;
  for (const auto& e : l) append(out, saip::encode_element(e));
  return out;
}
template <class T>
T& as(Elements& l, Tag tag, int nth = 0) {
  for (auto& e : l)
    if (e.tag() == tag && nth-- == 0) return *e.as<T>();
  throw std::out_of_range("element");
}
saip::File& file(Elements& l, Tag tag, std::string_view member) {
  return *as<saip::TemplatePe>(l, tag).find(saip::member_tag(tag, member));
}
void drop(Elements& l, Tag tag) {
  std::erase_if(l, [&](const auto& e) { return e.tag() == tag; });
}
void twice(Elements& l, Tag tag) {
  for (std::size_t i = 0; i < l.size(); ++i)
    if (l[i].tag() == tag) {
      auto copy = saip::decode_element(saip::encode_element(l[i])).value();
      if (copy.header()) copy.header()->identification = 999;
      l.insert(l.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::move(copy));
      return;
    }
}
std::vector<saip::PinConfiguration>& pins(Elements& l, int nth) {
  return std::get<std::vector<saip::PinConfiguration>>(
      as<saip::PinCodes>(l, pe::kPinCodes, nth).pinCodes.value);
}
saip::AlgoParameter& algo(Elements& l) {
  return std::get<saip::AlgoParameter>(as<saip::AkaParameter>(l, pe::kAkaParameter).algoConfiguration.value);
}
void content(saip::File& f, const char* octets) {
  f.clear();
  f.emplace_back().value = hex(octets);
}

struct Case {
  const char* name;
  const char* id;
  std::function<void(Elements&)> edit;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}
class LintRules : public testing::TestWithParam<Case> {};
TEST_P(LintRules, IsFound) {
  auto l = elements();
  GetParam().edit(l);
  const auto findings = lint_package(joined(l));
  EXPECT_TRUE(ids(findings).contains(GetParam().id)) << text(findings);
}
#define EDIT [](Elements & l)
const Case kCases[] = {{"NoHeader", "HDR-01", EDIT{drop(l, pe::kHeader);
}  // namespace
}  // namespace eider::profile
, {"HeaderNotFirst", "HDR-02", EDIT{std::swap(l[0], l[1]);
}
}
, {"ServiceNotListed", "HDR-03", EDIT{as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_services = {};
}
}
, {"TemplateNotListed", "HDR-04",
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_GFSTEList.pop_back();
}
}
, {"NotMandated", "HDR-05", EDIT{as<saip::AkaParameter>(l, pe::kAkaParameter).header.mandated.reset();
}
}
, {"NoEnd", "END-01", EDIT{drop(l, pe::kEnd);
}
}
, {"EndNotLast", "END-02", EDIT{std::swap(l[l.size() - 1], l[l.size() - 2]);
}
}
, {"Identification", "PEID-01", EDIT{as<saip::Rfm>(l, pe::kRfm).header.identification = 1;
}
}
, {"UnknownMember", "PKG-03", EDIT{as<saip::End>(l, pe::kEnd).unknown.push_back({hex("8F00")});
}
}
, {"IotOptions", "IOT-02",
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader).iotOptions.emplace().pix =
            *BoundedBytes<11>::from(hex("10020000000000"));
}
}
, {"OptUsimFirst", "ORD-01", EDIT{std::erase_if(l, [](const auto& e) { return e.tag() == pe::kUsim; });
}
}
, {"NoMf", "ORD-02", EDIT{drop(l, pe::kMf);
}
}
, {"TwoTelecom", "CARD-01", EDIT{twice(l, pe::kTelecom);
}
}
, {"TwoOptUsim", "SCP-01", EDIT{twice(l, pe::kOptUsim);
}
}
, {"Template", "TPL-01", EDIT{as<saip::TemplatePe>(l, pe::kDf5gs).templateID = der::Oid("2.23.143.1.2.88");
}
}
, {"PinStatusCoded", "FCP-01",
   EDIT{std::get<saip::Fcp>(file(l, pe::kDf5gs, "df-df-5gs")[0].value).pinStatusTemplateDO = hex("830101");
}
}
, {"SfiTwice", "FCP-02",
   EDIT{std::get<saip::Fcp>(file(l, pe::kDf5gs, "ef-5gauthkeys")[0].value).shortEFID =
            *BoundedBytes<1>::from(hex("08"));
}
}
, {"AccessRule", "FCP-03",
   EDIT{std::get<saip::Fcp>(file(l, pe::kDf5gs, "ef-5gauthkeys")[0].value).securityAttributesReferenced =
            *BoundedBytes<3>::from(hex("6F0615"));
}
}
, {"PukMissing", "PIN-01", EDIT{pins(l, 0)[0].unblockingPINReference = 4;
}
}
, {"PinTwice", "PIN-02", EDIT{pins(l, 0)[1].keyReference = 1;
}
}
, {"Tries", "PIN-03", EDIT{pins(l, 0)[0].maxNumOfAttemps_retryNumLeft = 0x34;
}
}
, {"Mixed", "PIN-04", EDIT{pins(l, 0)[1].keyReference = 130;
}
}
, {"LocalAtMf", "PIN-05", EDIT{pins(l, 0)[1].keyReference = 130;
}
}
, {"GlobalInAdf", "PIN-06", EDIT{pins(l, 1)[0].keyReference = 2;
}
}
, {"PinMissing", "PIN-08", EDIT{pins(l, 1)[0].keyReference = 130;
}
}
, {"PukTwice", "PUK-01", EDIT{as<saip::PukCodes>(l, pe::kPukCodes).pukCodes[1].keyReference = 1;
}
}
, {"PukLate", "PUK-02", EDIT{std::swap(l[2], l[3]);
}
}
, {"Padding", "ICC-02", EDIT{as<saip::ProfileHeader>(l, pe::kHeader).iccid[4] = 0xF1;
}
}
, {"NoIccid", "ICC-03", EDIT{content(file(l, pe::kMf, "ef-iccid"), "FFFFFFFFFFFFFFFFFFFF");
}
}
, {"OtherIccid", "ICC-04", EDIT{content(file(l, pe::kMf, "ef-iccid"), "98001032547698103214");
}
}
, {"Luhn", "ICC-05", EDIT{auto& i = as<saip::ProfileHeader>(l, pe::kHeader).iccid;
i[9] = static_cast<std::uint8_t>(((i[9] >> 4) + 1) % 10 << 4 | 0x0F);
}
}
, {"AkaEarly", "NAA-01", EDIT{drop(l, pe::kUsim);
}
}
, {"NoAka", "NAA-03", EDIT{drop(l, pe::kAkaParameter);
}
}
, {"Key", "AKA-01", EDIT{algo(l).key = Secret(std::size_t{8});
}
}
, {"Opc", "AKA-03", EDIT{algo(l).opc = Secret(std::size_t{8});
}
}
, {"NullKey", "AKA-05", EDIT{algo(l).key = Secret(std::size_t{16});
}
}
, {"ShortRes", "AKA-06", EDIT{algo(l).algorithmOptions = saip::octet(0);
}
}
, {"Imsi", "USIM-01", EDIT{content(file(l, pe::kUsim, "ef-imsi"), "FFFFFFFFFFFFFFFFFF");
}
}
, {"ServiceWithoutFile", "USIM-02", EDIT{drop(l, pe::kOptUsim);
}
}
, {"MncLength", "USIM-03", EDIT{content(file(l, pe::kUsim, "ef-ad"), "00000000");
}
}
, {"AccessClass", "USIM-04", EDIT{content(file(l, pe::kUsim, "ef-acc"), "0003");
}
}
, {"Dir", "DIR-01", EDIT{std::erase_if(file(l, pe::kMf, "ef-dir"), [](const auto& i) { return i.content(); });
}
}
, {"RfmEarly", "SD-01", EDIT{drop(l, pe::kSecurityDomain);
}
}
, {"NoDomain", "SD-07", EDIT{drop(l, pe::kSecurityDomain);
}
}
, {"NoKeys", "SD-08", EDIT{as<saip::SecurityDomain>(l, pe::kSecurityDomain).keyList.reset();
}
}
, {"KeyTwice", "SD-03",
   EDIT{(*as<saip::SecurityDomain>(l, pe::kSecurityDomain).keyList)[1].keyIdentifier = saip::octet(1);
}
}
, {"Extradited", "APP-01",
   EDIT{as<saip::SecurityDomain>(l, pe::kSecurityDomain).instance.extraditeSecurityDomainAID =
            *saip::Aid::from(hex("A000000151"));
}
}
, {"NoTar", "RFM-01", EDIT{auto& r = as<saip::Rfm>(l, pe::kRfm);
r.tarList.reset();
r.instanceAID = *saip::Aid::from(hex("A000000151"));
}
}
, {"EmptyTarList", "RFM-02", EDIT{as<saip::Rfm>(l, pe::kRfm).tarList->clear();
}
}
, {"NoIntegrity", "RFM-03", EDIT{as<saip::Rfm>(l, pe::kRfm).minimumSecurityLevel = saip::octet(0);
}
}
, {"NoRfm", "RFM-04", EDIT{drop(l, pe::kRfm);
}
}
, {"PublicKey", "SEC-01",
   EDIT{(*as<saip::SecurityDomain>(l, pe::kSecurityDomain).keyList)[1].keyComponents[0].keyData =
            Secret(hex("112233445566778899AABBCCDDEEFF10"));
}
}
, {"NullOtaKey", "SEC-02",
   EDIT{(*as<saip::SecurityDomain>(l, pe::kSecurityDomain).keyList)[1].keyComponents[0].keyData =
            Secret(std::size_t{16});
}
}
, {"Replay", "SEC-03", EDIT{as<saip::Rfm>(l, pe::kRfm).minimumSecurityLevel = saip::octet(2);
}
}
, {"RamLevel", "SEC-03",
   EDIT{(*as<saip::SecurityDomain>(l, pe::kSecurityDomain)
              .instance.applicationParameters->uiccToolkitApplicationSpecificParametersField)[7] = 0x02;
}
}
, {"FileContent", "PKG-04", EDIT{content(file(l, pe::kUsim, "ef-acc"), "000102");
}
}
,
}
;
INSTANTIATE_TEST_SUITE_P(, LintRules, testing::ValuesIn(kCases),
                         [](const auto& i) { return std::string(i.param.name); });

TEST(Lint, BrokenPackagesAreNamedByOffset) {
  auto package = joined(elements());
  package.resize(package.size() - 1);
  auto findings = lint_package(package);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule->id, "PKG-01");
  EXPECT_EQ(findings[0].offset, package.size());
  package = joined(elements());
  package[package.size() - 3] = 0x8F;  // tag of the identification of the end
  findings = lint_package(package);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule->id, "PKG-02");
  EXPECT_EQ(findings[0].element_name, "end");
  EXPECT_FALSE(lint_package({}).empty());
}

}  // namespace
}  // namespace eider::profile
