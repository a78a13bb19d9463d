// `eider ota`, as a person at a shell uses it.
#include <gtest/gtest.h>

#include "apps/sim_card.hpp"
#include "support/command.hpp"

namespace eider::test {
namespace {
struct OtaShell : Workplace {
  OtaShell() {
    const auto package = uicc_test_package(kIccidA);
    write("profile.der", as_text(package));
    const auto keys = ota_keys(package);
    write("kic.hex", to_hex(keys.kic->value.view()) + "\n");
    write("kid.hex", to_hex(keys.kid->value.view()) + "\n");
    write_sim_card(path() / "card.eider");
  }
  Outcome run(const std::string& arguments) const {
    return eider("ota " + arguments + " --card card.eider --counters counters");
  }
};
}  // namespace

TEST(CmdOta, ReadsUpdatesAndRenames) {
  OtaShell shell;
  auto r = shell.run("read 2FE2 --package profile.der");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(contains(r.text, "Counter      1")) << r.text;
  EXPECT_TRUE(contains(r.text, "00 PoR OK, by short message")) << r.text;
  EXPECT_TRUE(contains(r.text, to_hex(*sgp22::parse_iccid(kIccidA)))) << r.text;

  r = shell.run("update 7FFF6F46 0145494445 --tar B00020 --kic @kic.hex --kid @kid.hex --spi 1609 --json");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(contains(r.text, R"("counter":2)")) << r.text;
  EXPECT_TRUE(contains(r.text, R"("protected":true)")) << r.text;
  EXPECT_TRUE(contains(r.text, R"("executed":2)")) << r.text;

  r = shell.run("metadata --name 'Plan B' --package profile.der");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(contains(r.text, "B20100")) << r.text;

  r = shell.run("send 00A4080C022FE2 00B000000A --format expanded --package profile.der");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(contains(r.text, "Executed     2")) << r.text;
}

TEST(CmdOta, SaysWhatIsWrong) {
  OtaShell shell;
  auto r = shell.run("read 6FFF --package profile.der");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(contains(r.text, "6A82")) << r.text;
  r = shell.run("read 2FE2 --tar 010203 --package profile.der");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(contains(r.text, "09 TAR unknown, without protection")) << r.text;
  r = shell.run("read 2FE2 --package profile.der --spi 1209");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(contains(r.text, "insufficient security level")) << r.text;
  for (const auto& [arguments, text] : {std::pair("read 2FE2", "no keys"),
                                        {"read 2FE --package profile.der", "PATH"},
                                        {"read 2FE2 --package profile.der --spi 16", "--spi"},
                                        {"read 2FE2 --package profile.der --key-version 2", "version 2"},
                                        {"metadata --package profile.der", "nothing to change"},
                                        {"send 00B0 --package profile.der", "no APDU"},
                                        {"read 2FE2 --kic @kic.hex --kid @none", "--kid"}}) {
    r = shell.run(arguments);
    EXPECT_NE(r.code, 0) << arguments;
    EXPECT_TRUE(contains(r.text, text)) << r.text;
  }
}

}  // namespace eider::test
