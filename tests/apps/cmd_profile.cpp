// eider profile, as a person runs it.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "profile/lint.hpp"
#include "profile/personalise.hpp"
#include "support/command.hpp"
#include "support/paths.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {

test::Outcome eider(const std::string& arguments) {
  return test::shell(std::string(test::eider_binary()) + " profile " + arguments);
}

class ProfileCommand : public testing::Test {
 protected:
  test::Workplace place_;
  std::string file(const char* name) const { return (place_ / name).string(); }
};

TEST_F(ProfileCommand, CreateInspectLintExtract) {
  const auto made = eider("create -o " + file("p.der") +
                          " --iccid 898821100000000000? --imsi 001010000000001 --pin1 4711 --k "
                          "000102030405060708090A0B0C0D0E0E --isim");
  ASSERT_EQ(made.code, 0) << made.text;
  EXPECT_NE(made.text.find("ICCID 898821100000000000"), std::string::npos);
  const auto mode = std::filesystem::status(file("p.der")).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);

  auto text = eider("inspect " + file("p.der"));
  EXPECT_EQ(text.code, 0);
  EXPECT_NE(text.text.find("EF.IMSI"), std::string::npos);
  EXPECT_NE(text.text.find("means 001010000000001"), std::string::npos);
  EXPECT_NE(text.text.find("algorithm: MILENAGE"), std::string::npos);
  EXPECT_EQ(text.text.find("4711"), std::string::npos);
  EXPECT_EQ(text.text.find("000102030405060708090A0B0C0D0E0E"), std::string::npos);
  text = eider("inspect --secrets " + file("p.der"));
  EXPECT_NE(text.text.find("value 4711"), std::string::npos);
  EXPECT_NE(text.text.find("000102030405060708090A0B0C0D0E0E"), std::string::npos);
  const auto json = eider("inspect --json " + file("p.der"));
  EXPECT_TRUE(json.text.starts_with("{\"size\":")) << json.text.substr(0, 40);

  const auto lint = eider("lint " + file("p.der"));
  EXPECT_EQ(lint.code, 0) << lint.text;
  EXPECT_EQ(lint.text, "0 errors, 0 warnings, 0 notes\n");
  EXPECT_EQ(eider("extract --hex --path 3F00/7FD0/6F07 " + file("p.der")).text, "080910100000000010\n");
  // TS 31.102 section 4.2.8: octet 4 with SMS-PP data download (28), octet 5 with what shall be 1 (33).
  const auto ust =
      *from_hex(eider("extract --hex --path 3F00/7FD0/6F38 " + file("p.der")).text.substr(0, 34));
  EXPECT_EQ(ust[3] & 0x08, 0x08);
  EXPECT_EQ(ust[4] & 0x01, 0x01);
  EXPECT_EQ(eider("extract --path 7FD06FFF " + file("p.der")).code, 1);
  EXPECT_TRUE(eider("extract --hex --element 0 " + file("p.der")).text.starts_with("A0"));
  EXPECT_EQ(eider("extract --element 99 " + file("p.der")).code, 1);
}

TEST_F(ProfileCommand, LintFailsOnErrors) {
  ASSERT_EQ(eider("create -o " + file("p.der")).code, 0);
  auto octets = test::read_file(file("p.der"));
  octets.resize(octets.size() - 9);  // without the end
  std::ofstream(file("q.der"), std::ios::binary)
      .write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
  const auto r = eider("lint " + file("q.der"));
  EXPECT_EQ(r.code, 1);
  EXPECT_NE(r.text.find("END-01"), std::string::npos) << r.text;
  EXPECT_EQ(eider("lint").code, 2);
  EXPECT_NE(eider("lint --rules").text.find("SEC-01"), std::string::npos);
}

// Arguments of a process can be read by every user of the machine.
TEST_F(ProfileCommand, SecretsNeedNotStandOnTheCommandLine) {
  const std::string k = "465B5CE8B199B49FAA5F0A2EE238A6BC", op = "CDC202D5123E20F62B6D676AC72CB318";
  std::ofstream(file("k.hex")) << k << "\n";
  std::ofstream(file("lines")) << "4711\n";
  ::setenv("EIDER_TEST_OP", op.c_str(), 1);
  auto r = eider("create -o " + file("t.der") + " --k @" + file("k.hex") +
                 " --op env:EIDER_TEST_OP --pin1 - <" + file("lines"));
  ASSERT_EQ(r.code, 0) << r.text;
  EXPECT_EQ(r.text.find("Warning"), std::string::npos) << r.text;
  auto secrets = eider("inspect --secrets " + file("t.der")).text;
  EXPECT_NE(secrets.find(k), std::string::npos);
  EXPECT_NE(secrets.find("CD63CB71954A9F4E48A5994E37A02BAF"), std::string::npos);  // OPc of TS 35.207 set 1
  EXPECT_NE(secrets.find("value 4711"), std::string::npos);

  std::ofstream(file("lines")) << "000102030405060708090A0B0C0D0E0F\n  12345678 \n";
  r = eider("personalise " + file("t.der") + " -o " + file("one.der") +
            " --iccid 898821100000000001? --imsi 262011234567890 --k @" + file("k.hex") +
            " --opc - --adm1 - <" + file("lines"));
  ASSERT_EQ(r.code, 0) << r.text;
  EXPECT_EQ(r.text.find("Warning"), std::string::npos) << r.text;
  secrets = eider("inspect --secrets " + file("one.der")).text;
  EXPECT_NE(secrets.find("000102030405060708090A0B0C0D0E0F"), std::string::npos);
  EXPECT_NE(secrets.find("value 12345678"), std::string::npos);

  r = eider("create -o " + file("t.der") + " --k " + k);
  EXPECT_EQ(r.code, 0);
  EXPECT_NE(r.text.find("Warning: --k is visible"), std::string::npos) << r.text;
  EXPECT_EQ(r.text.find(k), std::string::npos);
  r = eider("create -o " + file("t.der") + " --k @" + file("nothing"));
  EXPECT_EQ(r.code, 1);
  EXPECT_NE(r.text.find("--k: cannot read"), std::string::npos) << r.text;
  EXPECT_EQ(eider("create -o " + file("t.der") + " --k env:EIDER_TEST_UNSET").code, 1);
  EXPECT_EQ(eider("create -o " + file("t.der") + " --k - </dev/null").code, 1);
  std::ofstream(file("long")) << std::string(5000, '0');
  EXPECT_NE(eider("create -o " + file("t.der") + " --k @" + file("long")).text.find("too long"),
            std::string::npos);
  EXPECT_NE(eider("create --help").text.find("env:NAME"), std::string::npos);
}

TEST_F(ProfileCommand, PersonaliseOneAndMany) {
  ASSERT_EQ(eider("create -o " + file("t.der")).code, 0);
  auto r = eider("personalise " + file("t.der") + " -o " + file("one.der") +
                 " --iccid 898821100000000001? --imsi 262011234567890 --k 465b5ce8b199b49faa5f0a2ee238a6bc "
                 "--op cdc202d5123e20f62b6d676ac72cb318");
  ASSERT_EQ(r.code, 0) << r.text;
  EXPECT_NE(eider("inspect --secrets " + file("one.der")).text.find("CD63CB71954A9F4E48A5994E37A02BAF"),
            std::string::npos);
  std::ofstream(file("s.csv")) << "iccid,imsi,k,opc\n"
                                  "898821100000000002?,262011234567891,465b5ce8b199b49faa5f0a2ee238a6bc,"
                                  "cd63cb71954a9f4e48a5994e37a02baf\n"
                                  "898821100000000003?,262011234567892,465b5ce8b199b49faa5f0a2ee238a6bc,"
                                  "cd63cb71954a9f4e48a5994e37a02baf\n";
  r = eider("personalise " + file("t.der") + " -o " + file("out") + " --csv " + file("s.csv"));
  ASSERT_EQ(r.code, 0) << r.text;
  const auto name = Iccid::parse("898821100000000003?")->digits + ".der";
  const auto package = test::read_file(place_ / "out" / name);
  EXPECT_FALSE(package.empty());
  EXPECT_EQ(ProfileTemplate::load(package)->imsi(), "262011234567892");
  std::ofstream(file("bad.csv")) << "iccid,imsi,k,opc\n898821100000000002?,262011234567891,46,00\n";
  r = eider("personalise " + file("t.der") + " -o " + file("none") + " --csv " + file("bad.csv"));
  EXPECT_EQ(r.code, 1);
  EXPECT_NE(r.text.find("line 2, column 3: k: 1 octets"), std::string::npos) << r.text;
  EXPECT_FALSE(std::filesystem::exists(file("none")));
}

}  // namespace
}  // namespace eider::profile
