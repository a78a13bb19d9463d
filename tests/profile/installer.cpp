// What a card answers to a package: whole packages, then one case for every status and rule.
#include "profile/installer.hpp"

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

InstallReport install(const std::vector<Bytes>& elements, MetadataFacts metadata, CardCapabilities capabilities = {}, InstallLimits limits = {}) {
  PackageInstaller installer(std::move(capabilities), limits, std::move(metadata));
  for (const auto& e : elements)
    if (installer.element(e).aborted) break;
  return installer.finish();
}

TEST(Installer, Ts48PackagesInstall) {
  for (const auto* name : {"TS48v1_A.der", "TS48v2_SAIP2.3_BERTLV.der", "TS48v3_SAIP2.3_NoBERTLV.der", "TS48v4_SAIP2.1A_NoBERTLV.der",
                           "TS48v4_SAIP2.3_BERTLV.der", "TS48v5_SAIP2.3_NoBERTLV.der"}) {
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

}  // namespace
}  // namespace eider::profile
