// From the package that is imported to the eUICC that asks for it.
#include <gtest/gtest.h>

#include "profile/builder.hpp"
#include "profile/package_reader.hpp"
#include "roles/smdpp/inventory.hpp"
#include "roles/smdpp/verification.hpp"

namespace eider::smdpp {
namespace {

Bytes package_without_services() {
  SeededRandom random(4);
  const auto package = profile::build_generic_profile(profile::GenericProfileParameters::random(random));
  const auto elements = profile::read_package(package);
  Bytes out;
  for (const auto& part : *elements) {
    auto e = saip::decode_element(part.der).value();
    if (auto* h = e.as<saip::ProfileHeader>()) h->eUICC_Mandatory_services = {};
    append(out, saip::encode_element(e));
  }
  return out;
}

// SGP.22 v2.6.1 section 3.1.3: what the card would refuse after the download is refused before it.
TEST(PackageDemands, ServicesThatTheHeaderForgotDecideAsWell) {
  const auto facts = inspect_package(package_without_services());
  ASSERT_TRUE(facts) << facts.error().message();
  Profile p;
  p.requirements = facts->requirements;
  p.metadata = der::encode(sgp22::StoreMetadataRequest{});
  sgp22::EUICCInfo2 info;
  info.profileVersion = *sgp22::parse_version("2.3.1");
  info.rspCapability.set(sgp22::kAdditionalProfile);
  info.uiccCapability = {saip::capability_bit(saip::Service::kUsim)};
  info.extCardResource = sgp22::encode_ext_card_resource({0, 200000, 1000});
  const auto refused = check_eligibility(p, info);
  ASSERT_FALSE(refused);
  const auto* status = refused.error().as<FunctionStatus>();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->subject_code + "/" + status->reason_code, "8.2.5/4.3");
  EXPECT_NE(status->message.find("akaMilenage"), std::string::npos) << status->message;
  info.uiccCapability.set(saip::capability_bit(saip::Service::kMilenage));
  EXPECT_TRUE(check_eligibility(p, info));
}

}  // namespace
}  // namespace eider::smdpp
