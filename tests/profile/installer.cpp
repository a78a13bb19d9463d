// What a card answers to a package: whole packages, then one case for every status and rule.
#include "profile/installer.hpp"

#include <functional>
#include <gtest/gtest.h>

#include "profile/builder.hpp"
#include "profile/package_reader.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {

using saip::PeStatusCode;

std::vector<Bytes> split(ByteView package) {
  std::vector<Bytes> out;
  const auto elements = read_package(package);
  EXPECT_TRUE(elements);
  for (const auto& e : *elements) out.push_back(to_bytes(e.der));
  return out;
}

InstallReport install(const std::vector<Bytes>& elements, MetadataFacts metadata,
                      CardCapabilities capabilities = {}, InstallLimits limits = {}) {
  PackageInstaller installer(std::move(capabilities), limits, std::move(metadata));
  for (const auto& e : elements)
    if (installer.element(e).aborted) break;
  return installer.finish();
}

TEST(Installer, Ts48PackagesInstall) {
  for (const auto* name :
       {"TS48v1_A.der", "TS48v2_SAIP2.3_BERTLV.der", "TS48v3_SAIP2.3_NoBERTLV.der",
        "TS48v4_SAIP2.1A_NoBERTLV.der", "TS48v4_SAIP2.3_BERTLV.der", "TS48v5_SAIP2.3_NoBERTLV.der"}) {
    EIDER_SHARED_OR_SKIP(path, std::string("ts48/") + name);
    MetadataFacts m;
    m.iccid = *FixedBytes<10>::from(hex("98001032547698103214"));
    m.test_profile = true;
    CardCapabilities c;
    c.uicc_capability.set(saip::capability_bit(saip::Service::kJavacard));
    const auto report = install(split(test::read_file(path)), m, c);
    EXPECT_EQ(report.error, InstallError::kNone) << name << ": " << report.why;
    EXPECT_EQ(to_hex(report.sima_response), "3007A0053003800100") << name;
    EXPECT_EQ(report.facts.imsi, "001010123456063");
    EXPECT_EQ(report.facts.mnc_length, 2);
    EXPECT_EQ(report.facts.naas.size(), 2u);
  }
}

TEST(Installer, GenericProfileInstalls) {
  SeededRandom random(3);
  auto p = GenericProfileParameters::random(random);
  for (const bool isim : {false, true}) {
    p.isim = isim;
    p.ballast = isim ? 6000 : 0;
    MetadataFacts m;
    m.iccid = Iccid::parse(p.iccid)->file();
    const auto package = build_generic_profile(p);
    EXPECT_GT(package.size(), 1500u);
    EXPECT_LT(package.size(), 12000u);
    const auto report = install(split(package), m);
    EXPECT_EQ(report.error, InstallError::kNone) << report.why;
    EXPECT_EQ(to_hex(report.sima_response), "3007A0053003800100");
    EXPECT_EQ(report.facts.imsi, p.imsi);
    EXPECT_EQ(report.facts.naas.size(), isim ? 2u : 1u);
    EXPECT_TRUE(report.facts.naas[0].parameters.algoConfiguration.algo()->key == p.k);
    EXPECT_GT(report.facts.memory_bytes, 4000u);
    EXPECT_TRUE(report.facts.ust_service(19));
    EXPECT_FALSE(report.facts.ust_service(17));
  }
}

// ---- One case for every status and rule
// -------------------------------------------------------------------------

using Elements = std::vector<saip::ProfileElement>;
namespace pe = saip::pe;

Elements generic(bool isim = true) {
  SeededRandom random(11);
  auto p = GenericProfileParameters::random(random);
  p.iccid = "8988211000000000001?";
  p.imsi = "001010000000001";
  p.isim = isim;
  p.gid1 = hex("A1");
  Elements out;
  for (const auto& der : split(build_generic_profile(p))) out.push_back(saip::decode_element(der).value());
  return out;
}
MetadataFacts metadata() {
  MetadataFacts m;
  m.iccid = Iccid::parse("8988211000000000001?")->file();
  return m;
}
std::vector<Bytes> encoded(const Elements& elements) {
  std::vector<Bytes> out;
  for (const auto& e : elements) out.push_back(saip::encode_element(e));
  return out;
}
std::size_t index_of(const Elements& l, Tag tag, int nth = 0) {
  for (std::size_t i = 0; i < l.size(); ++i)
    if (l[i].tag() == tag && nth-- == 0) return i;
  throw std::out_of_range("element");
}
saip::ProfileElement& of(Elements& l, Tag tag, int nth = 0) {
  return l[index_of(l, tag, nth)];
}
template <class T>
T& as(Elements& l, Tag tag, int nth = 0) {
  return *of(l, tag, nth).as<T>();
}
saip::TemplatePe& tpl(Elements& l, Tag tag) {
  return as<saip::TemplatePe>(l, tag);
}
saip::File& file(Elements& l, Tag tag, std::string_view member) {
  return *tpl(l, tag).find(saip::member_tag(tag, member));
}
saip::Fcp& fcp(Elements& l, Tag tag, std::string_view member) {
  return std::get<saip::Fcp>(file(l, tag, member)[0].value);
}
void move_to(Elements& l, std::size_t from, std::size_t to) {
  auto e = std::move(l[from]);
  l.erase(l.begin() + static_cast<std::ptrdiff_t>(from));
  l.insert(l.begin() + static_cast<std::ptrdiff_t>(to), std::move(e));
}
void drop(Elements& l, Tag tag, int nth = 0) {
  l.erase(l.begin() + static_cast<std::ptrdiff_t>(index_of(l, tag, nth)));
}
saip::ProfileElement copy_of(const saip::ProfileElement& e, std::uint16_t identification) {
  auto out = saip::decode_element(saip::encode_element(e)).value();
  out.header()->identification = identification;
  return out;
}
// Before the end, so that what it refers to exists.
void insert_before_end(Elements& l, saip::ProfileElement e) {
  l.insert(l.end() - 1, std::move(e));
}
std::vector<saip::PinConfiguration>& pins(Elements& l, int nth) {
  return std::get<std::vector<saip::PinConfiguration>>(
      as<saip::PinCodes>(l, pe::kPinCodes, nth).pinCodes.value);
}
saip::AlgoParameter& algo(Elements& l) {
  return std::get<saip::AlgoParameter>(as<saip::AkaParameter>(l, pe::kAkaParameter).algoConfiguration.value);
}
saip::ProfileElement gfm(const char* commands, std::uint16_t id) {
  const std::uint8_t n = static_cast<std::uint8_t>(id);
  return saip::decode_element(make_tlv(0xA1, {make_tlv(0xA0, {hex("8000"), make_tlv(0x81, ByteView(&n, 1))}),
                                              make_tlv(0xA1, {make_tlv(0x30, hex(commands))})}))
      .value();
}

struct Case {
  const char* name;
  PeStatusCode expected;
  bool aborts;  // even when the element is not mandated
  Tag element;  // that carries the mandated flag, 0: the package's order itself
  std::function<void(Elements&, CardCapabilities&, InstallLimits&)> edit;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}
class InstallerRule : public testing::TestWithParam<Case> {};

TEST_P(InstallerRule, MandatedAborts) {
  const auto& c = GetParam();
  auto elements = generic();
  CardCapabilities capabilities;
  InstallLimits limits;
  c.edit(elements, capabilities, limits);
  const auto report = install(encoded(elements), metadata(), capabilities, limits);
  ASSERT_FALSE(report.response.peStatus.empty());
  EXPECT_EQ(report.response.peStatus.back().status, c.expected) << report.why;
  EXPECT_TRUE(report.response.profileInstallationAborted);
  EXPECT_TRUE(report.response.peStatus.back().offset);
  EXPECT_NE(report.error, InstallError::kNone);
  EXPECT_TRUE(der::decode<saip::EuiccResponse>(report.sima_response, der::Rules::strict()));
}
// Without `mandated` the same fault is a warning, the element is left out and the rest installs, unless it
// never can.
TEST_P(InstallerRule, OtherwiseWarns) {
  const auto& c = GetParam();
  if (c.element == 0) return;
  auto elements = generic();
  CardCapabilities capabilities;
  InstallLimits limits;
  c.edit(elements, capabilities, limits);
  for (auto& e : elements) {
    if (e.header()) e.header()->mandated.reset();
    if (auto* u = e.as<der::RawTlv>()) u->der = hex("BF2205A003810163");
  }
  PackageInstaller installer(capabilities, limits, metadata());
  bool warned = false, aborted = false;
  for (const auto& der : encoded(elements)) {
    const auto o = installer.element(der);
    if (o.status.status == c.expected && !o.aborted) {
      warned = true;
      EXPECT_TRUE(o.status.identification);
      EXPECT_FALSE(o.why.empty());
    }
    aborted = aborted || (o.aborted && o.status.status == c.expected);
  }
  EXPECT_EQ(aborted, c.aborts);
  EXPECT_EQ(warned, !c.aborts);
}

using S = PeStatusCode;
#define EDIT [](Elements & l, [[maybe_unused]] CardCapabilities & cap, [[maybe_unused]] InstallLimits & lim)
void without(CardCapabilities& c, saip::Service s) {
  c.uicc_capability.set(saip::capability_bit(s), false);
}

const Case kCases[] = {{"NoHeader", S::kInvalidRequestFormat, true, 0, EDIT{drop(l, pe::kHeader);
}  // namespace
}  // namespace eider::profile
, {"TwoHeaders", S::kInvalidRequestFormat, true, 0,
   EDIT{l.insert(l.begin() + 1, saip::decode_element(saip::encode_element(l[0])).value());
}
}
, {"NoEnd", S::kInvalidRequestFormat, true, 0, EDIT{drop(l, pe::kEnd);
}
}
, {"AfterEnd", S::kInvalidRequestFormat, true, 0, EDIT{l.push_back(copy_of(l[1], 900));
}
}
, {"MajorVersion", S::kUnsupportedProfileVersion, true, 0,
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader).major_version = 4;
}
}
, {"MandatoryService", S::kFeatureNotSupported, true, 0,
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_services.add(saip::Service::kJavacard);
}
}
, {"UnknownMandatoryService", S::kFeatureNotSupported, true, 0,
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_services.unknown.push_back({hex("9E00")});
}
}
, {"MandatoryTemplate", S::kTemplateNotSupported, true, 0,
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_GFSTEList.emplace_back("2.23.143.1.2.99");
}
}
, {"MandatoryAid", S::kLibNotSupported, true, 0,
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader)
            .eUICC_Mandatory_AIDs.emplace()
            .push_back({*saip::Aid::from(hex("A000000009")), {}, {}});
}
}
, {"Iot", S::kFeatureNotSupported, true, 0,
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader).iotOptions.emplace().pix =
            *BoundedBytes<11>::from(hex("10020000000000"));
}
}
, {"UsimBeforeMf", S::kInvalidRequestFormat, true, pe::kUsim, EDIT{move_to(l, index_of(l, pe::kUsim), 1);
}
}
, {"OptUsimBeforeUsim", S::kInvalidRequestFormat, true, pe::kOptUsim,
   EDIT{move_to(l, index_of(l, pe::kOptUsim), index_of(l, pe::kUsim));
}
}
, {"AkaBeforeNaa", S::kInvalidRequestFormat, true, pe::kAkaParameter,
   EDIT{move_to(l, index_of(l, pe::kAkaParameter), 2);
}
}
, {"RfmBeforeSd", S::kInvalidRequestFormat, true, pe::kRfm,
   EDIT{move_to(l, index_of(l, pe::kRfm), index_of(l, pe::kSecurityDomain));
}
}
, {"IdentificationTwice", S::kBadValues, false, pe::kRfm,
   EDIT{of(l, pe::kRfm, 1).header()->identification = 2;
}
}
, {"SecondMf", S::kBadValues, false, pe::kMf, EDIT{insert_before_end(l, copy_of(of(l, pe::kMf), 900));
}
}
, {"SecondTelecom", S::kBadValues, false, pe::kTelecom,
   EDIT{insert_before_end(l, copy_of(of(l, pe::kTelecom), 900));
}
}
, {"SecondOptUsim", S::kBadValues, false, pe::kOptUsim,
   EDIT{insert_before_end(l, copy_of(of(l, pe::kOptUsim), 900));
}
}
, {"UnknownTemplate", S::kTemplateNotSupported, false, pe::kDf5gs,
   EDIT{tpl(l, pe::kDf5gs).templateID = der::Oid("2.23.143.1.2.77");
}
}
, {"TemplateOfTheCard", S::kTemplateNotSupported, false, pe::kDf5gs,
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_GFSTEList.clear();
for (const auto* t : {".1", ".3", ".4", ".5", ".8"})
  cap.templates.emplace_back(std::string("2.23.143.1.2") + t);
}
}
, {"TemplateOfAnother", S::kBadValues, false, pe::kDf5gs,
   EDIT{tpl(l, pe::kDf5gs).templateID = der::Oid("2.23.143.1.2.14");
}
}
, {"UnknownMember", S::kInvalidParameter, false, pe::kDf5gs,
   EDIT{tpl(l, pe::kDf5gs).unknown.push_back({hex("BF7F00")});
}
}
, {"UnknownElement", S::kPeNotSupported, false, pe::kNonStandard, EDIT{saip::ProfileElement e;
e.value.emplace<der::RawTlv>().der = hex("BF2207A0058000810163");
insert_before_end(l, std::move(e));
}
}
, {"NonStandard", S::kPeNotSupported, false, pe::kNonStandard, EDIT{saip::NonStandard n;
n.header = {der::Null{}, 900, {}};
n.issuerID = der::Oid("2.23.143.1.2.1");
n.content = hex("00");
saip::ProfileElement e;
e.value = n;
insert_before_end(l, std::move(e));
}
}
, {"Service", S::kFeatureNotSupported, false, pe::kIsim,
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_services = {};
without(cap, saip::Service::kIsim);
}
}
, {"Algorithm", S::kFeatureNotSupported, false, pe::kAkaParameter,
   EDIT{as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_services = {};
without(cap, saip::Service::kMilenage);
}
}
, {"AlgorithmUnknown", S::kFeatureNotSupported, false, pe::kAkaParameter,
   EDIT{algo(l).algorithmID = static_cast<saip::AlgorithmId>(9);
}
}
, {"KeyLength", S::kBadValues, false, pe::kAkaParameter, EDIT{algo(l).key = Secret(std::size_t{15});
}
}
, {"OpcLength", S::kBadValues, false, pe::kAkaParameter, EDIT{algo(l).opc = Secret(std::size_t{32});
}
}
, {"MappingSource", S::kBadValues, false, pe::kAkaParameter, EDIT{saip::MappingParameter m;
m.mappingSource = *saip::Aid::from(hex("A0000000871002FF"));
as<saip::AkaParameter>(l, pe::kAkaParameter, 1).algoConfiguration.value = m;
}
}
, {"SqnInitTooLong", S::kBadValues, false, pe::kAkaParameter,
   EDIT{auto& v = as<saip::AkaParameter>(l, pe::kAkaParameter).sqnInit.emplace(32);
v[3][0] = 0x08;
}
}
, {"PinReference", S::kBadValues, false, pe::kPinCodes, EDIT{pins(l, 0)[1].keyReference = 9;
}
}
, {"PinTwice", S::kBadValues, false, pe::kPinCodes, EDIT{pins(l, 0)[1].keyReference = 1;
}
}
, {"LocalPinAtMf", S::kBadValues, false, pe::kPinCodes, EDIT{pins(l, 0)[1].keyReference = 129;
}
}
, {"GlobalPinInAdf", S::kBadValues, false, pe::kPinCodes, EDIT{pins(l, 1)[0].keyReference = 2;
}
}
, {"PukMissing", S::kBadValues, false, pe::kPinCodes, EDIT{pins(l, 0)[0].unblockingPINReference = 3;
}
}
, {"PukTwice", S::kBadValues, false, pe::kPukCodes,
   EDIT{as<saip::PukCodes>(l, pe::kPukCodes).pukCodes[1].keyReference = 1;
}
}
, {"PinCodesTwice", S::kBadValues, false, pe::kPinCodes,
   EDIT{l.insert(l.begin() + static_cast<std::ptrdiff_t>(index_of(l, pe::kPinCodes)) + 1,
                 copy_of(of(l, pe::kPinCodes), 900));
}
}
, {"PinCodeMissing", S::kPinCodeMissing, true, pe::kPinCodes, EDIT{pins(l, 1)[0].keyReference = 130;
}
}
, {"NoAdfAid", S::kBadValues, false, pe::kIsim, EDIT{fcp(l, pe::kIsim, "adf-isim").dfName.reset();
}
}
, {"NoPinStatus", S::kBadValues, false, pe::kDf5gs,
   EDIT{fcp(l, pe::kDf5gs, "df-df-5gs").pinStatusTemplateDO.reset();
}
}
, {"SizeOfDirectory", S::kBadValues, false, pe::kDf5gs,
   EDIT{fcp(l, pe::kDf5gs, "df-df-5gs").efFileSize = hex("10");
}
}
, {"ContentTooLong", S::kBadValues, false, pe::kDf5gs,
   EDIT{file(l, pe::kDf5gs, "ef-uac-aic").push_back(file(l, pe::kDf5gs, "ef-uac-aic")[0]);
}
}
, {"OffsetTooLong", S::kBadValues, false, pe::kDf5gs, EDIT{saip::FileItem i;
i.value = std::uint16_t{9};
file(l, pe::kDf5gs, "ef-uac-aic").push_back(i);
}
}
, {"RecordsDoNotFit", S::kBadValues, false, pe::kDf5gs,
   EDIT{fcp(l, pe::kDf5gs, "ef-5gs3gppnsc").efFileSize = hex("3F");
}
}
, {"TwoPatterns", S::kBadValues, false, pe::kDf5gs,
   EDIT{fcp(l, pe::kDf5gs, "ef-suci-calc-info").proprietaryEFInfo->repeatPattern = hex("00");
}
}
, {"FidTwice", S::kBadValues, false, pe::kDf5gs,
   EDIT{fcp(l, pe::kDf5gs, "ef-5gauthkeys").fileID = *FixedBytes<2>::from(hex("4F01"));
}
}
, {"DescriptorByte", S::kBadValues, false, pe::kDf5gs,
   EDIT{fcp(l, pe::kDf5gs, "ef-5gauthkeys").fileDescriptor = *BoundedBytes<4>::from(hex("4321"));
}
}
, {"GfmPath", S::kBadValues, false, pe::kGenericFileManagement,
   EDIT{insert_before_end(l, gfm("80027F99", 99));
}
}
, {"GfmNoAccessRule", S::kBadValues, false, pe::kGenericFileManagement,
   EDIT{insert_before_end(l, gfm("8000 620B 82024121 83026F01 800101", 99));
}
}
, {"GfmContentWithoutFile", S::kBadValues, false, pe::kGenericFileManagement,
   EDIT{insert_before_end(l, gfm("8000 810100", 99));
}
}
, {"GfmLinkTarget", S::kBadValues, false, pe::kGenericFileManagement,
   EDIT{insert_before_end(l, gfm("8000 6213 82024121 83026F01 8B032F0602 C7047FD06F99", 99));
}
}
, {"BerTlv", S::kFeatureNotSupported, false, pe::kGenericFileManagement,
   EDIT{without(cap, saip::Service::kBerTlv);
insert_before_end(l, gfm("8000 6210 82027921 83026F01 8B032F0602 800110", 99));
}
}
, {"SdKeyTwice", S::kBadValues, false, pe::kSecurityDomain,
   EDIT{(*as<saip::SecurityDomain>(l, pe::kSecurityDomain).keyList)[1].keyIdentifier = saip::octet(1);
drop(l, pe::kRfm);
drop(l, pe::kRfm);
}
}
, {"SdKeyType", S::kFeatureNotSupported, false, pe::kSecurityDomain,
   EDIT{(*as<saip::SecurityDomain>(l, pe::kSecurityDomain).keyList)[1].keyComponents[0].keyType =
            *BoundedBytes<2>::from(hex("A7"));
drop(l, pe::kRfm);
drop(l, pe::kRfm);
}
}
, {"SdKeyLength", S::kBadValues, false, pe::kSecurityDomain,
   EDIT{(*as<saip::SecurityDomain>(l, pe::kSecurityDomain).keyList)[1].keyComponents[0].keyData =
            Secret(std::size_t{17});
drop(l, pe::kRfm);
drop(l, pe::kRfm);
}
}
, {"MnoSdExtradited", S::kBadValues, false, pe::kSecurityDomain,
   EDIT{as<saip::SecurityDomain>(l, pe::kSecurityDomain).instance.extraditeSecurityDomainAID =
            *saip::Aid::from(hex("A000000151"));
drop(l, pe::kRfm);
drop(l, pe::kRfm);
}
}
, {"CatTp", S::kFeatureNotSupported, false, pe::kSecurityDomain,
   EDIT{as<saip::SecurityDomain>(l, pe::kSecurityDomain).catTpParameters.emplace();
drop(l, pe::kRfm);
drop(l, pe::kRfm);
}
}
, {"ExtraditionTarget", S::kInvalidParameter, false, pe::kSecurityDomain,
   EDIT{auto e = copy_of(of(l, pe::kSecurityDomain), 900);
e.as<saip::SecurityDomain>()->instance.extraditeSecurityDomainAID = *saip::Aid::from(hex("A000000159"));
insert_before_end(l, std::move(e));
}
}
, {"RfmSd", S::kBadValues, false, pe::kRfm,
   EDIT{as<saip::Rfm>(l, pe::kRfm).securityDomainAID = *saip::Aid::from(hex("A000000159"));
}
}
, {"RfmAdf", S::kBadValues, false, pe::kRfm,
   EDIT{as<saip::Rfm>(l, pe::kRfm, 1).adfRFMAccess->adfAID = *saip::Aid::from(hex("A000000159"));
}
}
, {"RfmTarTwice", S::kBadValues, false, pe::kRfm,
   EDIT{(*as<saip::Rfm>(l, pe::kRfm, 1).tarList)[0] = (*as<saip::Rfm>(l, pe::kRfm, 0).tarList)[0];
}
}
, {"NoRuntime", S::kRuntimeNotSupported, false, pe::kApplication, EDIT{saip::Application a;
a.header = {der::Null{}, 900, {}};
a.loadBlock.emplace().loadPackageAID = *saip::Aid::from(hex("A000000900"));
saip::ProfileElement e;
e.value = a;
insert_before_end(l, std::move(e));
}
}
, {"NoLibrary", S::kLibNotSupported, false, pe::kApplication, EDIT{saip::Application a;
a.header = {der::Null{}, 900, {}};
auto& i = a.instanceList.emplace().emplace_back();
i = as<saip::SecurityDomain>(l, pe::kSecurityDomain).instance;
i.instanceAID = *saip::Aid::from(hex("A000000901"));
saip::ProfileElement e;
e.value = a;
insert_before_end(l, std::move(e));
}
}
, {"ElementTooLarge", S::kNotEnoughMemory, true, pe::kUsim, EDIT{(void)l;
lim.element_bytes = 300;
}
}
, {"PackageTooLarge", S::kNotEnoughMemory, true, pe::kUsim, EDIT{(void)l;
lim.package_bytes = 900;
}
}
, {"MemoryOfFiles", S::kNotEnoughMemory, true, pe::kUsim, EDIT{(void)l;
lim.memory_bytes = 3000;
}
}
,
}
;
INSTANTIATE_TEST_SUITE_P(, InstallerRule, testing::ValuesIn(kCases),
                         [](const auto& i) { return std::string(i.param.name); });

TEST(Installer, MalformedElementsNameTheOffset) {
  auto elements = encoded(generic());
  elements[2][3] = 0x8F;  // inside the PEHeader of pukCodes
  PackageInstaller installer({}, {}, metadata());
  EXPECT_TRUE(installer.element(elements[0]).stored);
  EXPECT_TRUE(installer.element(elements[1]).stored);
  const auto o = installer.element(elements[2]);
  EXPECT_TRUE(o.aborted);
  EXPECT_EQ(o.status.status, S::kInvalidRequestFormat);
  EXPECT_GT(*o.status.offset, 0u);
  EXPECT_TRUE(installer.element(elements[3]).aborted);  // it stays aborted
  EXPECT_EQ(installer.finish().error, InstallError::kPeProcessingError);
}

// Files of a service that the card lacks: abort when mandated; else a warning, and EF.UST no longer offers
// it.
TEST(Installer, GbaFiles) {
  auto l = generic();
  CardCapabilities c;
  without(c, saip::Service::kGbaUsim);
  auto& opt = tpl(l, pe::kOptUsim);
  opt.files.push_back({saip::member_tag(pe::kOptUsim, "ef-gbabp"), {}});
  opt.files.back().file = file(l, pe::kOptUsim, "ef-plmnwact");
  auto report = install(encoded(l), metadata(), c);
  EXPECT_EQ(report.response.peStatus.back().status, S::kFeatureNotSupported);
  EXPECT_EQ(report.response.peStatus.back().additional_information, 1);
  EXPECT_TRUE(report.response.profileInstallationAborted);
  opt.header.mandated.reset();
  report = install(encoded(l), metadata(), c);
  EXPECT_EQ(report.error, InstallError::kNone) << report.why;
  ASSERT_EQ(report.response.peStatus.size(), 2u);
  EXPECT_EQ(report.response.peStatus[0].status, S::kFeatureNotSupported);
  EXPECT_EQ(report.response.peStatus[1].status, S::kOk);
}

TEST(Installer, IccidMustBeTheOneOfTheMetadata) {
  auto m = metadata();
  m.iccid[3] ^= 1;
  const auto report = install(encoded(generic()), m);
  EXPECT_EQ(report.error, InstallError::kDataMismatch);
  EXPECT_FALSE(report.why.empty());
}

TEST(Installer, ProfileOwnerMustMatch) {
  auto m = metadata();
  m.profile_owner = MetadataFacts::Owner{encode_plmn("001", "01"), hex("A1"), {}};
  EXPECT_EQ(install(encoded(generic()), m).error, InstallError::kNone);
  auto other = m;
  other.profile_owner->mcc_mnc = encode_plmn("001", "02");
  EXPECT_EQ(install(encoded(generic()), other).error, InstallError::kDataMismatch);
  other = m;
  other.profile_owner->gid1.reset();  // available in EF.UST all the same
  EXPECT_EQ(install(encoded(generic()), other).error, InstallError::kDataMismatch);
  other = m;
  other.profile_owner->gid1 = hex("A2");
  EXPECT_EQ(install(encoded(generic()), other).error, InstallError::kDataMismatch);
  other = m;
  other.profile_owner->gid2 = hex("A2");
  EXPECT_EQ(install(encoded(generic()), other).error, InstallError::kDataMismatch);
}

TEST(Installer, TestProfilesNeedTestKeys) {
  auto m = metadata();
  m.test_profile = true;
  EXPECT_EQ(install(encoded(generic()), m).error, InstallError::kTestProfileInstallFailedDueToInvalidNaaKey);
  for (const auto* key : {"000000000000000000000000DEADBEEF", "000102030405060708090A0B0C0D0E0F"}) {
    auto l = generic(false);
    algo(l).key = Secret(hex(key));
    EXPECT_EQ(install(encoded(l), m).error, InstallError::kNone);
  }
  auto l = generic(false);
  algo(l).key = Secret(hex("000000000000000000000001DEADBEEF"));
  EXPECT_EQ(install(encoded(l), m).error, InstallError::kTestProfileInstallFailedDueToInvalidNaaKey);
  algo(l).algorithmID = saip::AlgorithmId::kUsimTestAlgorithm;
  EXPECT_EQ(install(encoded(l), m).error, InstallError::kNone);
}

// 10 000 mutated packages: always an answer that decodes, an abort exactly when the response says so.
TEST(Installer, MutationsAlwaysGetAnAnswer) {
  SeededRandom random(5);
  const auto original = encoded(generic());
  std::map<S, int> seen;
  int clean = 0;
  for (int round = 0; round < 10000; ++round) {
    auto elements = original;
    auto& victim = elements[random.below(elements.size())];
    for (auto n = random.below(3) + 1; n > 0; --n)
      victim[random.below(victim.size())] = static_cast<std::uint8_t>(random.next());
    PackageInstaller installer({}, {}, metadata());
    for (const auto& e : elements) installer.element(e);
    const bool complete = installer.complete();
    const auto report = installer.finish();
    auto back = der::decode<saip::EuiccResponse>(report.sima_response, der::Rules::strict());
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(!complete, back->profileInstallationAborted.has_value());
    for (const auto& s : back->peStatus) ++seen[s.status];
    clean += report.error == InstallError::kNone;
  }
  EXPECT_GT(seen[S::kInvalidRequestFormat], 1000);
  EXPECT_GT(seen[S::kBadValues], 100);
  EXPECT_GT(seen[S::kInvalidParameter], 10);
  EXPECT_GT(clean, 100);
}

}  // namespace
}  // namespace eider::profile
