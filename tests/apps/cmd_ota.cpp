// `eider ota`, as a person at a shell uses it.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "store/card_file.hpp"
#include "support/ota.hpp"
#include "support/paths.hpp"

namespace eider::test {
namespace {
namespace fs = std::filesystem;

struct OtaShell {
  fs::path dir;
  OtaShell() {
    auto name = (fs::temp_directory_path() / "eider-ota-XXXXXX").string();
    dir = ::mkdtemp(name.data());
    const auto package = uicc_test_package(kIccidA);
    std::ofstream(dir / "profile.der", std::ios::binary) << std::string(as_text(package));
    const auto keys = ota_keys(package);
    std::ofstream(dir / "kic.hex") << to_hex(keys.kic->value.view()) << "\n";
    std::ofstream(dir / "kid.hex") << to_hex(keys.kid->value.view()) << "\n";
    auto file = must(store::CardFile::create(dir / "card.eider"));
    card::NvmBatch all;
    for (const auto& key : sim_memory().keys("")) all.put(key, *sim_memory().get(key));
    must(file->commit(all));
  }
  ~OtaShell() { fs::remove_all(dir); }
  struct Outcome {
    int code;
    std::string text;
  };
  Outcome run(const std::string& arguments) const {
    const auto command = "cd '" + dir.string() + "' && '" + eider_binary() + "' ota " + arguments +
                         " --card card.eider --counters counters 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    std::string text;
    char buffer[4096];
    while (const auto n = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, n);
    return {WEXITSTATUS(::pclose(pipe)), text};
  }
};
bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
}  // namespace

TEST(CmdOta, ReadsUpdatesAndRenames) {
  OtaShell shell;
  auto r = shell.run("read 2FE2 --package profile.der");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(has(r.text, "Counter      1")) << r.text;
  EXPECT_TRUE(has(r.text, "00 PoR OK, by short message")) << r.text;
  EXPECT_TRUE(has(r.text, to_hex(*sgp22::parse_iccid(kIccidA)))) << r.text;

  r = shell.run("update 7FFF6F46 0145494445 --tar B00020 --kic @kic.hex --kid @kid.hex --spi 1609 --json");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(has(r.text, R"("counter":2)")) << r.text;
  EXPECT_TRUE(has(r.text, R"("protected":true)")) << r.text;
  EXPECT_TRUE(has(r.text, R"("executed":2)")) << r.text;

  r = shell.run("metadata --name 'Plan B' --package profile.der");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(has(r.text, "B20100")) << r.text;

  r = shell.run("send 00A4080C022FE2 00B000000A --format expanded --package profile.der");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(has(r.text, "Executed     2")) << r.text;
}

TEST(CmdOta, SaysWhatIsWrong) {
  OtaShell shell;
  auto r = shell.run("read 6FFF --package profile.der");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(has(r.text, "6A82")) << r.text;
  r = shell.run("read 2FE2 --tar 010203 --package profile.der");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(has(r.text, "09 TAR unknown, without protection")) << r.text;
  r = shell.run("read 2FE2 --package profile.der --spi 1209");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(has(r.text, "insufficient security level")) << r.text;
  for (const auto& [arguments, text] : {std::pair("read 2FE2", "no keys"),
                                        {"read 2FE --package profile.der", "PATH"},
                                        {"read 2FE2 --package profile.der --spi 16", "--spi"},
                                        {"read 2FE2 --package profile.der --key-version 2", "version 2"},
                                        {"metadata --package profile.der", "nothing to change"},
                                        {"send 00B0 --package profile.der", "no APDU"},
                                        {"read 2FE2 --kic @kic.hex --kid @none", "--kid"}}) {
    r = shell.run(arguments);
    EXPECT_NE(r.code, 0) << arguments;
    EXPECT_TRUE(has(r.text, text)) << r.text;
  }
}

}  // namespace eider::test
