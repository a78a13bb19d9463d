// Malformed and hostile Profile Packages through the whole card: the PEStatus that says why, the reason of
// SGP.22 section 2.5.6, and a card that is as it was, its memory free again.
#include <gtest/gtest.h>

#include "profile/elements.hpp"
#include "support/tears.hpp"

namespace eider::test {
namespace {
using namespace profile::test_elements;
using sgp22::ErrorReason;

using Parts = std::vector<Bytes>;  // elements in DER
struct Case {
  const char* name;
  S status;
  ErrorReason reason;
  void (*elements)(Elements&) = nullptr;  // edits them, or
  void (*parts)(Parts&) = nullptr;        // their octets
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

// Before the end of the package, an element of generic file management with these commands.
Bytes raw_gfm(ByteView commands, std::uint8_t id = 99) {
  return make_tlv(0xA1, {make_tlv(0xA0, {hex("8000"), make_tlv(0x81, ByteView(&id, 1))}),
                         make_tlv(0xA1, {make_tlv(0x30, commands)})});
}
void add_gfm(Parts& parts, std::string_view commands) {
  parts.insert(parts.end() - 1, raw_gfm(hex(commands)));
}
// createFCP of a DF and of a transparent EF of one octet, in the directory of the last filePath.
std::string df(std::string_view fid) {
  return "6211820278218302" + std::string(fid) + "8B032F060EC602010A";
}
std::string ef(std::string_view fid, std::string_view size = "01", std::string_view arr = "2F0605") {
  const auto fcp = "820241218302" + std::string(fid) + "8B03" + std::string(arr) + "80" +
                   to_hex(Bytes{static_cast<std::uint8_t>(size.size() / 2)}) + std::string(size);
  return "62" + to_hex(Bytes{static_cast<std::uint8_t>(hex(fcp).size())}) + fcp;
}

constexpr auto kProcessing = ErrorReason::kInstallFailedDueToPEProcessingError;
constexpr auto kMemory = ErrorReason::kInstallFailedDueToInsufficientMemoryForProfile;

const Case kCases[] = {
    // ---- overlapping file identifiers
    {"OneFidTwiceInADirectory", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01") + ef("6F01")); }},

    {"AFidOfATemplate", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "80027FD0" + ef("6F07")); }},
    {"AFidOfATemplateInATemplate", S::kBadValues, kProcessing,
     [](Elements& l) { fcp(l, pe::kDf5gs, "ef-5gauthkeys").fileID = *FixedBytes<2>::from(hex("4F01")); }},
    {"AnAdfAidTwice", S::kBadValues, kProcessing,
     [](Elements& l) { fcp(l, pe::kIsim, "adf-isim").dfName = fcp(l, pe::kUsim, "adf-usim").dfName; }},
    {"TheFidOfTheMf", S::kBadValues, kProcessing, nullptr, [](Parts& p) { add_gfm(p, "8000" + ef("3F00")); }},
    {"TheFidOfTheCurrentAdf", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("7FFF")); }},
    {"TheFidOfTheDirectoryAbove", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + df("5F01") + ef("5F01")); }},
    {"TheFidOfADirectoryFarAbove", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + df("5F01") + df("5F02") + df("5F03") + df("5F01")); }},
    // ---- sizes beyond memory
    {"AFileLargerThanFilesAre", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01", "010000")); }},
    {"AFileOf16MiB", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01", "FFFFFF")); }},
    {"ASizeOfFourOctets", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01", "FFFFFFFF")); }},
    {"FilesBeyondTheMemory", S::kNotEnoughMemory, kMemory, nullptr,
     [](Parts& p) {
       std::string commands = "8000";
       for (int n = 0; n < 200; ++n)
         commands += ef(to_hex(Bytes{0x60, static_cast<std::uint8_t>(n)}), "FFFF");
       add_gfm(p, commands);
     }},
    {"AnObjectFileBeyondTheMemory", S::kNotEnoughMemory, kMemory, nullptr,
     [](Parts& p) { add_gfm(p, "8000 6212 82027921 83026F01 8B032F0605 8003FFFFFF"); }},
    {"MoreFilesThanTheCardCounts", S::kNotEnoughMemory, kMemory, nullptr,
     [](Parts& p) {
       for (std::uint8_t dir = 0; dir < 17; ++dir) {
         const auto fid = to_hex(Bytes{0x5F, dir});
         std::string commands = "8000" + df(fid) + "8002" + fid;
         for (int n = 0; n < 250; ++n) commands += ef(to_hex(Bytes{0x60, static_cast<std::uint8_t>(n)}));
         p.insert(p.end() - 1, raw_gfm(hex(commands), static_cast<std::uint8_t>(100 + dir)));
       }
     }},
    {"RecordsThatDoNotFit", S::kBadValues, kProcessing,
     [](Elements& l) { fcp(l, pe::kDf5gs, "ef-5gs3gppnsc").efFileSize = hex("3F"); }},
    {"RecordsOf256Octets", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000 6213 820442210100 83026F01 8B032F0605 80020100"); }},
    {"RecordsOfNoOctets", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000 6212 820442210000 83026F01 8B032F0605 800110"); }},
    {"AFileOfNoOctets", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01", "00")); }},
    {"ContentPastTheEnd", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01") + "81020102"); }},
    // ---- deep trees
    {"ADirectoryDeeperThanAPath", S::kInvalidRequestFormat, kProcessing, nullptr,
     [](Parts& p) {
       add_gfm(p, "8000" + df("5F01") + "80025F01" + df("5F02") + "80045F015F02" + df("5F03") +
                      "80065F015F025F03" + df("5F04") + "80085F015F025F035F04" + df("5F05") +
                      "800A5F015F025F035F045F05" + ef("6F01"));
     }},
    {"ObjectsNestedFourHundredDeep", S::kInvalidParameter, kProcessing, nullptr,
     [](Parts& p) {
       Bytes nest = hex("0500");
       for (int n = 0; n < 400; ++n) nest = make_tlv(0xA0, nest);
       p.insert(p.end() - 1, raw_gfm(nest));
     }},
    {"AFileBelowAFile", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01") + "80046F016F02" + ef("6F03")); }},
    // ---- rules and links that lead to themselves or nowhere
    {"ALinkToItself", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000 6211 82024121 83026F01 8B032F0605 C7026F01"); }},
    {"ALinkToALink", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) {
       add_gfm(p, "8000" + ef("6F01") + "6211 82024121 83026F02 8B032F0605 C7026F01" +
                      "6211 82024121 83026F03 8B032F0605 C7026F02");
     }},
    {"ADirectoryLinkedToItsParent", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) {
       add_gfm(p, "8000" + df("5F01") + "80025F01" + "6211 82027821 83025F02 8B032F060E C7025F01");
     }},
    {"ALinkToNowhere", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000 6213 82024121 83026F01 8B032F0605 C7047FD06F99"); }},
    {"NoAccessRule", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000 620B 82024121 83026F01 800101"); }},
    // ---- wrong element order
    {"UsimBeforeTheMf", S::kInvalidRequestFormat, kProcessing,
     [](Elements& l) { move_to(l, index_of(l, pe::kUsim), 1); }},
    {"RfmBeforeItsSecurityDomain", S::kInvalidRequestFormat, kProcessing,
     [](Elements& l) { move_to(l, index_of(l, pe::kRfm), index_of(l, pe::kSecurityDomain)); }},
    {"ANameOfAManagerTwice", S::kBadValues, kProcessing,
     [](Elements& l) {
       const auto at = index_of(l, pe::kRfm);
       auto second = copy_of(l[at], 901);
       auto& manager = std::get<saip::Rfm>(second.value);
       if (manager.tarList) manager.tarList = {{*FixedBytes<3>::from(hex("B0FFFE"))}};
       l.insert(l.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(second));
     }},
    {"KeysBeforeTheApplication", S::kInvalidRequestFormat, kProcessing,
     [](Elements& l) { move_to(l, index_of(l, pe::kAkaParameter), 2); }},
    {"AnElementBehindTheEnd", S::kInvalidRequestFormat, kProcessing,
     [](Elements& l) { l.push_back(copy_of(l[1], 900)); }},
    {"HeaderInTheMiddle", S::kInvalidRequestFormat, kProcessing, nullptr,
     [](Parts& p) { p.insert(p.begin() + 3, p.front()); }},
    // ---- missing mandatory elements
    {"NoHeader", S::kInvalidRequestFormat, kProcessing, [](Elements& l) { drop(l, pe::kHeader); }},
    {"NoEnd", S::kInvalidRequestFormat, kProcessing, [](Elements& l) { drop(l, pe::kEnd); }},
    {"NoMf", S::kInvalidRequestFormat, kProcessing, [](Elements& l) { drop(l, pe::kMf); }},
    {"NoPukOfAPin", S::kBadValues, kProcessing, [](Elements& l) { drop(l, pe::kPukCodes); }},
    {"NoPinOfAnApplication", S::kPinCodeMissing, kProcessing,
     [](Elements& l) { pins(l, 1)[0].keyReference = 130; }},
    {"NothingAtAll", S::kInvalidRequestFormat, kProcessing, nullptr, [](Parts& p) { p = {hex("0400")}; }},
    // ---- offsets
    {"ANegativeOffset", S::kInvalidRequestFormat, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01", "10") + "0201FF" + "810101"); }},
    {"ALargeNegativeOffset", S::kInvalidRequestFormat, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01", "10") + "02048000 0000" + "810101"); }},
    {"AnOffsetPastTheEnd", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01", "10") + "020111" + "810101"); }},
    {"AnOffsetBeyondEveryFile", S::kInvalidRequestFormat, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01", "10") + "02 03 01 00 00" + "810101"); }},
    {"OffsetsThatAddUp", S::kBadValues, kProcessing, nullptr,
     [](Parts& p) { add_gfm(p, "8000" + ef("6F01", "10") + "0202 7FFF 0202 7FFF 0202 7FFF" + "810101"); }},
    // ---- octets that are no elements
    {"CutOff", S::kInvalidRequestFormat, kProcessing, nullptr,
     [](Parts& p) { p[4].resize(p[4].size() / 2), p.resize(5); }},
    {"LengthOfFourGiB", S::kInvalidRequestFormat, kProcessing, nullptr,
     [](Parts& p) { p[4] = hex("A484FFFFFFFF00"), p.resize(5); }},
    {"IndefiniteLength", S::kInvalidRequestFormat, kProcessing, nullptr,
     [](Parts& p) { p[4] = concat({hex("A480"), p[4], hex("0000")}); }},
};

class HostilePackage : public testing::TestWithParam<Case> {};

Bytes package(const Case& c) {
  auto elements = generic();
  if (c.elements) c.elements(elements);
  auto parts = encoded(elements);
  if (c.parts) c.parts(parts);
  Bytes out;
  for (const auto& p : parts) append(out, p);
  return out;
}

// All that is durable but the result itself: its number, and the one-time key that it used up.
std::string all_but_the_result(const card::MemoryNvm& nvm) {
  auto copy = nvm;
  card::NvmBatch batch;
  for (const auto& key : copy.keys("notification/")) batch.erase(key);
  batch.erase("one-time-keys");
  auto settings = must(der::decode<card::IsdRRecord>(*copy.get("settings")));
  settings.nextSequenceNumber = 0;
  batch.put("settings", der::encode(settings));
  must(copy.commit(batch));
  return memory_words(copy);
}

TEST_P(HostilePackage, EndsInItsStatusAndLeavesTheCardAsItWas) {
  const auto& c = GetParam();
  Sim sim;
  sim.driver.open();
  const auto before = all_but_the_result(sim.nvm);
  const auto free = must(card::inspect(sim.nvm)).free_memory;
  MiniSmdpp smdpp(sim_pki());
  const auto result =
      Download(sim.driver, smdpp, hex(kCardEid)).run(plan_of_package(package(c), "8988211000000000068"));
  const auto* error = error_of(result);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->errorReason, c.reason);
  ASSERT_TRUE(error->simaResponse);
  const auto response = der::decode<saip::EuiccResponse>(*error->simaResponse, der::Rules::strict());
  ASSERT_TRUE(response && !response->peStatus.empty());
  EXPECT_EQ(saip::pe_status_name(response->peStatus.back().status), saip::pe_status_name(c.status))
      << response->statusMessage.value_or("");
  EXPECT_TRUE(response->profileInstallationAborted);
  EXPECT_EQ(all_but_the_result(sim.nvm), before);
  EXPECT_EQ(must(card::inspect(sim.nvm)).free_memory, free);
  EXPECT_EQ(MemoryLaws{}.broken(sim_memory(), sim.nvm), "");
  // It works as ever: the enabled Profile, and a download that is good.
  sim.power_cycle();
  EXPECT_EQ(sim.t.path("2FE2").sw, 0x9000);
  EXPECT_EQ(sim.t.data("00B000000A"), to_hex(*sgp22::parse_iccid(kIccidA)));
}
INSTANTIATE_TEST_SUITE_P(, HostilePackage, testing::ValuesIn(kCases),
                         [](const auto& c) { return std::string(c.param.name); });

void install_and_enable(TestCard& card, const Parts& parts) {
  Bytes upp;
  for (const auto& p : parts) append(upp, p);
  MiniSmdpp smdpp(sim_pki());
  auto plan = plan_of_package(upp, "8988211000000000019");
  plan.metadata.profileClass = sgp22::ProfileClass::kOperational;
  plan.metadata.iccid = *sgp22::Iccid::from(metadata().iccid.view());
  install(card, smdpp, plan);
  card.driver.call<sgp22::EnableProfileResponse>(sgp22::EnableProfileRequest{{plan.metadata.iccid}, false});
  card.power_on();
}

// Access rules that name each other or themselves are no fault of a package: a rule is read in one EF.ARR
// only, so that nothing goes round. Such a Profile installs, and what is protected so stays closed or as its
// rule says.
TEST(HostileAccessRules, LoopsInstallAndOpenNothing) {
  auto elements = generic();
  Parts parts = encoded(elements);
  // EF.ARR 6F06 in a DF of its own protects itself, with a rule whose conditions nest deeper than any reader
  // goes; EF 6F02 refers to a record that is not there.
  Bytes condition = hex("9000");
  for (int n = 0; n < 60; ++n) condition = make_tlv(0xA7, condition);
  auto rule = concat({hex("80017F"), condition});
  rule.resize(200, 0xFF);
  add_gfm(parts, "8000" + df("5F01") + "80025F01" + "6212 8204422100C8 83026F06 8B036F0601 8001C8" +
                     "8181C8" + to_hex(rule) + ef("6F01", "01", "6F0601") + ef("6F02", "01", "6F0609"));
  TestCard card(sim_pki());
  install_and_enable(card, parts);
  Terminal t(card.driver);
  for (const auto* fid : {"6F06", "6F01", "6F02"}) {
    EXPECT_EQ(t.path("5F01" + std::string(fid)).sw, 0x9000) << fid;
    EXPECT_EQ(t.sw(std::string(fid) == "6F06" ? "00B20104C8" : "00B0000001"), 0x6982) << fid;
  }
}

// Directories in one another, deeper than any path: what installs can be reached step by step, and
// goes again.
TEST(HostileTrees, ADeepTreeInstallsAndIsReached) {
  constexpr int kDepth = 300;
  const auto fid = [](int n) {
    return to_hex(Bytes{static_cast<std::uint8_t>(0x50 + n / 256), static_cast<std::uint8_t>(n)});
  };
  auto parts = encoded(generic());
  std::string commands = "8000";
  for (int n = 0; n < kDepth; ++n) commands += df(fid(n));
  add_gfm(parts, commands + ef("6F01"));
  TestCard card(sim_pki());
  install_and_enable(card, parts);
  Terminal t(card.driver);
  for (int n = 0; n < kDepth; ++n) ASSERT_EQ(t.sw("00A4000C02" + fid(n)), 0x9000) << n;
  EXPECT_EQ(t.sw("00A4000C026F01"), 0x9000);
  EXPECT_EQ(t.sw("00A4000C02" + fid(0)), 0x6A82) << "far above";
  card.driver.open();
  const auto iccid = *sgp22::Iccid::from(metadata().iccid.view());
  card.driver.call<sgp22::DisableProfileResponse>(sgp22::DisableProfileRequest{{iccid}, false});
  card.driver.call<sgp22::DeleteProfileResponse>(sgp22::DeleteProfileRequest{iccid});
  const auto view = must(card::inspect(card.nvm));
  EXPECT_EQ(view.free_memory, view.memory);
}

}  // namespace
}  // namespace eider::test
