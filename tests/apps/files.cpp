// Files that commands are given, and where their output goes: whatever the command.
#include <gtest/gtest.h>

#include "support/command.hpp"
#include "support/shared_data.hpp"

namespace eider::test {
namespace {
struct Files : Workplace {
  Outcome run(const std::string& arguments) const { return eider(arguments); }
};
}  // namespace

TEST(CliFiles, WhatIsNoFileToReadIsToldWithItsCause) {
  Files f;
  for (const char* command :
       {"profile inspect", "profile lint", "pki show --dir pki", "decode --file", "smdpp rekey --data"}) {
    const auto r = f.run(std::string(command) + " /nonexistent");
    EXPECT_NE(r.code, 0) << command;
    EXPECT_NE(r.code, 70) << command << r.text;
  }
  for (const char* command : {"profile inspect", "profile lint", "decode --file"}) {
    const auto directory = f.run(std::string(command) + " /etc");
    EXPECT_EQ(directory.code, 1) << command;
    EXPECT_TRUE(directory.says("Is a directory")) << directory.text;
    EXPECT_TRUE(directory.says("remedy")) << directory.text;
  }
  const auto endless = f.run("profile inspect /dev/zero");
  EXPECT_EQ(endless.code, 1);
  EXPECT_TRUE(endless.says("is larger than 64 MB")) << endless.text;
  const auto empty = f.run("profile inspect /dev/null");
  EXPECT_EQ(empty.code, 1);
  EXPECT_TRUE(empty.says("is empty")) << empty.text;
}

TEST(CliFiles, OutputThatCannotBeWrittenIsAFailure) {
  Files f;
  ASSERT_EQ(f.run("profile create -o p.der --iccid 8949000000000000003 --imsi 001010000000000").code, 0);
  for (const char* command :
       {"profile lint --rules", "profile inspect --json p.der", "explain 8.2.6 3.8", "--help"}) {
    const auto r = f.sh("\"$EIDER\" " + std::string(command) + " > /dev/full");
    EXPECT_EQ(r.code, 1) << command;
    EXPECT_TRUE(r.says("cannot write to standard output")) << r.text;
  }
}

TEST(CliFiles, PackagesAreReadableByTheirOwnerOnly) {
  Files f;
  ASSERT_EQ(f.run("pki init --out pki").code, 0);
  ASSERT_EQ(f.run("profile create -o p.der --iccid 8949000000000000003 --imsi 001010000000000").code, 0);
  f.write("meta.json", R"({"serviceProviderName": "Eider", "profileName": "One"})");
  ASSERT_EQ(f.run("eum make --pki pki --out c.eider --smdp smdpp.example.com --preload p.der meta.json").code,
            0);
  ASSERT_EQ(f.run("card dump c.eider --iccid 8949000000000000003 --out d.der").code, 0);
  EXPECT_TRUE(f.sh("stat -c %a p.der d.der").says("600\n600"));
  EXPECT_EQ(f.sh("cmp p.der d.der").code, 0);
  const auto shown = f.run("card show c.eider");
  EXPECT_TRUE(shown.says("Wear           1 writes since the card was made")) << shown.text;
}

// Everybody knows the OTA keys of TS.48: a card gets such a Profile when the EUM insists.
TEST(CliFiles, KnownOtaKeysAreRefusedAlsoByTheEum) {
  EIDER_SHARED_OR_SKIP(package, "ts48/TS48v5_SAIP2.3_NoBERTLV.der");
  Files f;
  ASSERT_EQ(f.run("pki init --out pki").code, 0);
  f.write("meta.json", R"({"serviceProviderName": "GSMA", "profileName": "TS.48", "profileClass": "test"})");
  const auto make = "eum make --pki pki --java-card --out c.eider --smdp smdpp.example.com --preload " +
                    package.string() + " meta.json";
  const auto refused = f.run(make);
  EXPECT_EQ(refused.code, 1);
  EXPECT_TRUE(refused.says("OTA keys are null, or those of TS.48")) << refused.text;
  EXPECT_EQ(f.run(make + " --allow-known-ota-keys").code, 0);
}

// Its packages demand Java Card; whoever reads keys or parameters installs nothing.
TEST(CliFiles, KeysOfAPackageWithAppletsAreRead) {
  EIDER_SHARED_OR_SKIP(package, "ts48/TS48v1_A.der");
  Files f;
  const auto r = f.run("auc vector --json --package " + package.string());
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.says("AUTN")) << r.text;
}

}  // namespace eider::test
