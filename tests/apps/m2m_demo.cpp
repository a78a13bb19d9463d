// M2M from the making of cards to the change of their SM-SR: every party a process of its own, every
// connection a real socket (SGP.01 v4.0 sections 3.5.1 to 3.5.11; SGP.02 v4.2 section 3).
#include <filesystem>
#include <gtest/gtest.h>

#include "support/command.hpp"
#include "support/paths.hpp"
#include "support/ports.hpp"

namespace eider::test {

// Every step of the script fails the script: downloads, roll-back, fall-back, the change of SM-SR.
TEST(M2mDemo, EveryPartyIsAProcess) {
  const Workplace place;
  const auto scripts = std::filesystem::path(source_directory()) / "scripts";
  const auto made = place.sh("cp -r '" + scripts.string() + "' scripts");
  ASSERT_EQ(made.code, 0) << made.text;
  const auto port = std::to_string(free_ports(8));
  const auto r =
      place.sh("EIDER=\"$EIDER\" EIDER_DEMO_CARDS=3 EIDER_DEMO_PORT=" + port + " scripts/demo-m2m.sh");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.says("3 of 3 installed and enabled")) << r.text;
  EXPECT_TRUE(r.says("the card rolled the change back")) << r.text;
  EXPECT_TRUE(r.says("has fallen back to")) << r.text;
  EXPECT_TRUE(r.says("Smsr-id: 2.999.21")) << r.text;
  EXPECT_TRUE(r.says("ES4-HandleSMSRChangeNotification")) << r.text;
  // Nobody else reads keys, passwords and subscriptions.
  EXPECT_EQ(place.sh("find demo-out -type f -perm /077").text, "");
}

}  // namespace eider::test
