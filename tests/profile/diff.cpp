// What `eider profile diff` finds.
#include "profile/diff.hpp"

#include <functional>

#include "profile/diff_detail.hpp"
#include "profile/elements.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {
using namespace test_elements;

std::string text(ByteView a, ByteView b) {
  const auto d = diff_packages(a, b);
  EXPECT_TRUE(d) << d.error().message();
  return d ? to_text(*d) : "";
}
void set_content(saip::File& f, const char* octets) {
  f.clear();
  f.emplace_back().value = hex(octets);
}

struct DiffCase {
  const char* name;
  std::function<void(Elements&)> edit;
  std::vector<const char*> lines;
};
void PrintTo(const DiffCase& c, std::ostream* out) {
  *out << c.name;
}
class DiffOf : public testing::TestWithParam<DiffCase> {};
TEST_P(DiffOf, IsToldBothWays) {
  auto l = generic();
  const auto before = joined(l);
  GetParam().edit(l);
  const auto after = joined(l);
  const auto said = text(before, after);
  for (const auto* line : GetParam().lines)
    EXPECT_NE(said.find(line), std::string::npos) << line << "\n" << said;
  EXPECT_FALSE(diff_packages(after, before)->differences.empty());
  EXPECT_TRUE(diff_packages(after, after)->differences.empty());
  EXPECT_EQ(diff_packages(after, before)->differences.size(),
            diff_packages(before, after)->differences.size());
}
const DiffCase kCases[] = {
    {"Header",
     [](Elements& l) { as<saip::ProfileHeader>(l, pe::kHeader).profileType = "other\x1B[2J"; },
     {"header\n", "profileType: Eider generic profile -> other?[2J"}},
    {"Service",
     [](Elements& l) {
       as<saip::ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_services.add(saip::Service::kCave);
     },
     {"  + eUICC-Mandatory-services.cave: true"}},
    {"Imsi",
     [](Elements& l) { set_content(file(l, pe::kUsim, "ef-imsi"), "082926012143658709"); },
     {"3F00/ADF.USIM/6F07 EF.IMSI\n", "content: 001010000000001 -> 262101234567890"}},
    {"Record",
     [](Elements& l) { std::get<Bytes>(file(l, pe::kUsim, "ef-arr")[1].value)[2] = 0x03; },
     {"3F00/ADF.USIM/6F06 EF.ARR\n", "- record 1: 8001019000", "+ record 1: 8001039000",
      "(read, update: always"}},
    {"Attributes",
     [](Elements& l) {
       auto& f = fcp(l, pe::kDf5gs, "ef-5gauthkeys");
       f.shortEFID = *BoundedBytes<1>::from(hex("F0"));
       f.securityAttributesReferenced = *BoundedBytes<3>::from(hex("6F0603"));
       f.efFileSize = hex("60");
     },
     {"3F00/ADF.USIM/5FC0/4F05 EF.5GAUTHKEYS\n", "size: 110 -> 96", "SFI: 05 -> 1E",
      "access rule: 6F06/5 -> 6F06/3", "content: keys -> other keys"}},
    {"FileGone",
     [](Elements& l) {
       std::erase_if(tpl(l, pe::kOptUsim).files,
                     [](const auto& f) { return f.member == saip::member_tag(pe::kOptUsim, "ef-gid1"); });
     },
     {"3F00/ADF.USIM/6F3E EF.GID1\n  - transparent, 1 octets"}},
    {"Aid",
     [](Elements& l) {
       fcp(l, pe::kUsim, "adf-usim").dfName = *saip::Aid::from(hex("A0000000871002FF49FF0589"));
     },
     {"3F00/ADF.USIM\n", "A0000000871002FF49FF0589"}},
    {"Pin",
     [](Elements& l) {
       pins(l, 0)[0].pinValue = Secret(hex("3739393739FFFFFF"));
       pins(l, 0)[0].pinAttributes = 7;
     },
     {"pinCodes of 3F00\n", "[1].pinValue: (not shown) -> differs",
      "- pinCodes.pinconfig[1].pinAttributes: 6"}},
    {"LocalPin",
     [](Elements& l) { pins(l, 1)[0].maxNumOfAttemps_retryNumLeft = 0x55; },
     {"pinCodes of 3F00/ADF.USIM\n", "[129].maxNumOfAttemps-retryNumLeft: 85"}},
    {"Puk",
     [](Elements& l) {
       as<saip::PukCodes>(l, pe::kPukCodes).pukCodes[1].pukValue = Secret(hex("3939393939393939"));
     },
     {"pukCodes\n", "[129].pukValue: (not shown) -> differs"}},
    {"Key",
     [](Elements& l) {
       algo(l).key = Secret(hex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF"));
       as<saip::AkaParameter>(l, pe::kAkaParameter).sqnOptions = saip::octet(0x0E);
     },
     {"akaParameter of 3F00/ADF.USIM\n", "algoParameter.key: (not shown) -> differs", "+ sqnOptions: 0E"}},
    {"OtaKey",
     [](Elements& l) {
       auto& keys = *as<saip::SecurityDomain>(l, pe::kSecurityDomain).keyList;
       keys[1].keyComponents[0].keyData = Secret(hex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF"));
       keys.pop_back();
     },
     {"securityDomain (MNO-SD)\n", "keyList[01/02].keyComponents[88].keyData: (not shown) -> differs",
      "- keyList[01/03]"}},
    {"Rfm",
     [](Elements& l) { as<saip::Rfm>(l, pe::kRfm).minimumSecurityLevel = saip::octet(0x12); },
     {"rfm A0000000090005FFFFFFFF89B0000000\n", "minimumSecurityLevel: 16 -> 12"}},
    {"ElementGone",
     [](Elements& l) { drop(l, pe::kRfm); },
     {"rfm A0000000090005FFFFFFFF89B0000000\n  - present"}},
    {"ElementMore",
     [](Elements& l) { insert_before_end(l, gfm("800062108202412183022F7A8B032F0601800102", 0x70)); },
     {"genericFileManagement\n  + present", "3F00/2F7A\n  + transparent, 2 octets: FF..."}},
    {"Order",
     [](Elements& l) { move_to(l, index_of(l, pe::kPukCodes), index_of(l, pe::kTelecom)); },
     {"order of the elements\n", "pukCodes, identification 2, mandated"}},
    {"NotMandated",
     [](Elements& l) { as<saip::AkaParameter>(l, pe::kAkaParameter).header.mandated.reset(); },
     {"order of the elements\n", "- 8: akaParameter of 3F00/ADF.USIM, identification 8, mandated"}},
    {"Unknown",
     [](Elements& l) { as<saip::End>(l, pe::kEnd).unknown.push_back({hex("8F0101")}); },
     {"end\n", "unknown"}},
};
INSTANTIATE_TEST_SUITE_P(, DiffOf, testing::ValuesIn(kCases),
                         [](const auto& i) { return std::string(i.param.name); });

// Every key, PIN and PUK of both packages: none may be in the output.
TEST(Diff, NeverTellsASecret) {
  SeededRandom random(5);
  auto a = GenericProfileParameters::random(random), b = GenericProfileParameters::random(random);
  a.isim = b.isim = true;
  const auto diff = diff_packages(build_generic_profile(a), build_generic_profile(b));
  ASSERT_TRUE(diff);
  const auto said = to_text(*diff) + to_json(*diff);
  EXPECT_NE(said.find("key: (not shown) -> differs"), std::string::npos) << said;
  for (const auto* p : {&a, &b}) {
    for (const auto& key : {p->k, p->opc, p->sd_keys[0], p->sd_keys[1], p->sd_keys[2]})
      EXPECT_EQ(said.find(to_hex(key.view())), std::string::npos);
    for (const auto& code : {encode_pin(p->pin1), encode_pin(p->pin2), encode_puk(p->puk1),
                             encode_puk(p->puk2), encode_adm(p->adm1)})
      EXPECT_EQ(said.find(to_hex(code->view())), std::string::npos);
  }
}

TEST(Diff, OtherCommandsWithTheSameEffectAreNoDifference) {
  auto l = generic();
  const auto before = joined(l);
  auto& f = file(l, pe::kMf, "ef-umpc");  // in two pieces
  f.clear();
  f.emplace_back().value = hex("3C3C");
  f.emplace_back().value = hex("000000");
  const auto d = diff_packages(before, joined(l));
  ASSERT_TRUE(d);
  EXPECT_TRUE(d->differences.empty()) << to_text(*d);
  EXPECT_FALSE(d->same_octets);
  EXPECT_NE(to_text(*d).find("what they install does not"), std::string::npos);
  EXPECT_EQ(to_text(*diff_packages(before, before)), "");
}

// The name of a file and its path ask for what stands above it, once for a file: twice the depth is four
// times the work.
TEST(Diff, WorkGrowsWithTheSquareOfTheDepthAtMost) {
  const auto steps = [](int depth) {
    auto l = generic();
    insert_before_end(l, nested(depth));
    const auto view = diff::view_of(joined(l));
    EXPECT_TRUE(view);
    const auto before = view->image.steps();
    std::vector<Difference> found;
    diff::compare_files(view->image, FileSystemImage(), found);
    EXPECT_EQ(found.size(), view->image.files().size());
    return view->image.steps() - before;
  };
  const auto flat = steps(0), shallow = steps(250) - flat, deep = steps(500) - flat;
  EXPECT_GE(shallow, 250U);
  EXPECT_LE(deep, shallow * 9 / 2);
  EXPECT_LE(deep, 500U * 500U);
}

TEST(Diff, SaysWhichOneIsNoPackage) {
  const auto good = joined(generic());
  const auto bad = ByteView(good).first(good.size() - 1);
  EXPECT_TRUE(diff_packages(bad, good).error().message().starts_with("first package: "));
  EXPECT_TRUE(diff_packages(good, bad).error().message().starts_with("second package: "));
}

// The complete list of changes from version 3 to 5 is known (file contents and keys of the MNO-SD, levels).
TEST(Diff, OfTs48VersionsThreeAndFive) {
  EIDER_SHARED_OR_SKIP(v3, "ts48/TS48v3_SAIP2.3_NoBERTLV.der");
  EIDER_SHARED_OR_SKIP(v5, "ts48/TS48v5_SAIP2.3_NoBERTLV.der");
  const auto said = text(test::read_file(v3), test::read_file(v5));
  for (const auto* part : {"EF.UST\n", "EF.MSISDN\n  size: 2 records of 28 -> 2 records of 39",
                           "3F00/ADF.USIM/5FD0/4F01 EF.SUCICalcInfo\n  access rule: 6F06/13 -> 6F06/15",
                           "minimumSecurityLevel: 06 -> 02", "keyData: (not shown) -> differs"})
    EXPECT_NE(said.find(part), std::string::npos) << part << "\n" << said;
  EXPECT_EQ(said.find("EF.IMSI"), std::string::npos) << said;
}

// A single flipped bit that still decodes is told; but for the data coding octet of file descriptors, which
// is not installed, there is hardly another one.
TEST(Diff, NoChangeGoesUnnoticed) {
  SeededRandom random(31);
  const auto package = joined(generic());
  int told = 0, silent = 0;
  for (int i = 0; i < 600; ++i) {
    auto other = package;
    other[random.below(other.size())] ^= static_cast<std::uint8_t>(1u << random.below(8));
    const auto d = diff_packages(package, other);
    if (!d) continue;
    EXPECT_FALSE(d->same_octets);
    ++(d->differences.empty() ? silent : told);
  }
  EXPECT_GT(told, 200);
  EXPECT_LT(silent, told / 30);
}

}  // namespace
}  // namespace eider::profile
