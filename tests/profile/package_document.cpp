// Packages as documents, and back.
#include "profile/package_document.hpp"

#include "codec/yaml.hpp"
#include "profile/elements.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {
using namespace test_elements;

std::string yaml_of(ByteView package) {
  const auto document = export_package(package);
  EXPECT_TRUE(document) << document.error().message();
  return document ? document::to_yaml(*document) : "";
}
Result<Bytes> package_of(std::string_view text) {
  EIDER_TRY(document, document::from_text(text));
  return import_package(document);
}
void round_trip(ByteView package, const std::string& name) {
  const auto document = export_package(package);
  ASSERT_TRUE(document) << name << document.error().message();
  for (const auto& text : {document::to_yaml(*document), document::to_json(*document)}) {
    const auto back = package_of(text);
    ASSERT_TRUE(back) << name << back.error().message();
    EXPECT_TRUE(equal(*back, package)) << name;
  }
}
Bytes generic_package(std::uint64_t seed) {
  SeededRandom random(seed);
  auto p = GenericProfileParameters::random(random);
  p.isim = seed & 1;
  p.five_g = seed & 2;
  p.telecom = seed & 4;
  p.rfm = seed & 8;
  p.ballast = seed % 3 * 1000;
  if (seed & 16) p.msisdn = "+4915112345678";
  if (seed & 32) {
    p.algorithm = saip::AlgorithmId::kTuak;
    p.opc = Secret(random.bytes(32));
  }
  return build_generic_profile(p);
}
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(PackageDocument, GenericPackagesComeBackOctetForOctet) {
  for (std::uint64_t seed = 0; seed < 64; ++seed)
    round_trip(generic_package(seed), "seed " + std::to_string(seed));
}

TEST(PackageDocument, Ts48ComesBackOctetForOctet) {
  for (const auto* name :
       {"TS48v1_A.der", "TS48v2_SAIP2.3_BERTLV.der", "TS48v3_SAIP2.3_NoBERTLV.der",
        "TS48v4_SAIP2.1A_NoBERTLV.der", "TS48v4_SAIP2.3_BERTLV.der", "TS48v5_SAIP2.3_NoBERTLV.der"}) {
    EIDER_SHARED_OR_SKIP(path, std::string("ts48/") + name);
    const auto package = test::read_file(path);
    round_trip(package, name);
    EXPECT_EQ(yaml_of(package).find("octets:"), std::string::npos) << name << ": an element stands raw";
  }
}

TEST(PackageDocument, SaysWhatTheFilesMean) {
  SeededRandom random(3);
  auto p = GenericProfileParameters::random(random);
  p.imsi = "262011234567890";
  p.ballast = 10;
  const auto text = yaml_of(build_generic_profile(p));
  for (const auto* line :
       {"EF.IMSI, transparent, 9 octets, SFI 07, access rule 6F06/2", "262011234567890", ": USIM",
        "3F00/2F50, transparent, 10 octets", "keys and codes in the clear", "algorithmID: milenage",
        "record 2: read: PIN1; update, deactivate, activate, delete: ADM1", "# ADM1", "# PIN2"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
}

TEST(PackageDocument, AnyPackageOfWholeElementsComesBack) {
  SeededRandom random(77);
  const auto package = generic_package(15);
  std::size_t raw = 0, refused = 0;
  for (int i = 0; i < 400; ++i) {
    auto other = package;
    for (int n = static_cast<int>(random.below(3)); n >= 0; --n)
      other[random.below(static_cast<std::uint32_t>(other.size()))] ^=
          static_cast<std::uint8_t>(1u << random.below(8));
    const auto document = export_package(other);
    if (!document) {
      ++refused;
      continue;
    }
    const auto text = document::to_yaml(*document);
    raw += text.find("octets:") != std::string::npos;
    const auto back = package_of(text);
    ASSERT_TRUE(back) << i << back.error().message();
    ASSERT_EQ(*back, other) << i;
  }
  EXPECT_GT(raw, 5u);
  EXPECT_LT(refused, 200u);
}

TEST(PackageDocument, AChangeOfTheTextIsAChangeOfTheFile) {
  const auto package = joined(generic());
  const auto changed =
      package_of(replaced(yaml_of(package), "\"080910100000000010\"", "\"08 29 26 01 21 43 65 87 09\""));
  ASSERT_TRUE(changed) << changed.error().message();
  FileSystemImage image;
  const auto elements = read_package(*changed);
  for (const auto& part : *elements) image.apply(*saip::decode_element(part.der));
  EXPECT_EQ(decode_imsi(image.body(*image.find(hex("7FD06F07")))), "262101234567890");
}

TEST(PackageDocument, RefusalsNameLineAndElement) {
  const auto text = yaml_of(generic_package(1));
  const std::pair<std::string, const char*> rows[] = {
      {"format: other\nversion: 1\nelements: []\n", "no document of a profile package"},
      {"format: eider-profile-package\nversion: 2\nelements: []\n", "version"},
      {"format: eider-profile-package\nversion: 1\n", "elements: a list wanted"},
      {"format: eider-profile-package\nversion: 1\nelements: []\nmore: 1\n", "line 4"},
      {"format: eider-profile-package\nversion: 1\nelements:\n  - octets: zz\n",
       "one element in hexadecimal"},
      {"format: eider-profile-package\nversion: 1\nelements:\n  - octets: 3000\n",
       "cannot begin a ProfileElement"},
      {replaced(text, "algorithmID: milenage", "algorithmID: comp128"), "akaParameter.algoConfiguration"},
      {replaced(text, "identification: 1\n", "identification: 40000\n"), "element 1, line"},
      {replaced(text, "usim: true", "usim: false"), "header.eUICC-Mandatory-services.usim"},
      {replaced(text, "  - mf:", "  - mg:"), "\"mg\" is no alternative of ProfileElement"},
      {replaced(text, "ef-iccid:", "ef-iccd:"), "\"ef-iccd\" is no member of PE-MF"},
  };
  for (const auto& [document, expected] : rows) {
    const auto package = package_of(document);
    ASSERT_FALSE(package) << expected;
    EXPECT_NE(package.error().message().find(expected), std::string::npos) << package.error().message();
  }
}

}  // namespace
}  // namespace eider::profile
