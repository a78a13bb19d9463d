// One case for every status and rule, mandated and not.
#include <functional>
#include <gtest/gtest.h>

#include "profile/elements.hpp"

namespace eider::profile {
namespace {

using namespace test_elements;

struct Breach {
  const char* name;
  PeStatusCode expected;
  bool aborts;  // even when the element is not mandated
  Tag element;  // that carries the mandated flag, 0: the package's order itself
  std::function<void(Elements&, CardCapabilities&, InstallLimits&)> edit;
};
void PrintTo(const Breach& c, std::ostream* out) {
  *out << c.name;
}
class InstallerRule : public testing::TestWithParam<Breach> {};

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

#define EDIT [](Elements & l, [[maybe_unused]] CardCapabilities & cap, [[maybe_unused]] InstallLimits & lim)

const Breach kBreaches[] = {{"NoHeader", S::kInvalidRequestFormat, true, 0, EDIT{drop(l, pe::kHeader);
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
, {"ResOfAnotherAlgorithm", S::kBadValues, false, pe::kAkaParameter,
   EDIT{algo(l).algorithmOptions = saip::octet(0x02);
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
#undef EDIT
INSTANTIATE_TEST_SUITE_P(, InstallerRule, testing::ValuesIn(kBreaches),
                         [](const auto& i) { return std::string(i.param.name); });

}  // namespace
}  // namespace eider::profile
