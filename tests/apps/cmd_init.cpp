// What makes the directory of a server, or of cards: everything that it is told is looked at first, and a
// refusal leaves nothing behind.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/command.hpp"

namespace eider::test {
namespace {
namespace fs = std::filesystem;

struct CmdInit : testing::Test {
  Workplace place;
  void SetUp() override {
    place.write("smsc.secret", "secret1");
    place.write("transport.key", "000102030405060708090a0b0c0d0e0f");
    ok("pki init --out pki --m2m");
    ok("smdpp init --data stock --pki pki --address smdpp.example.com");
  }
  void ok(const std::string& arguments) const {
    const auto r = place.eider(arguments);
    ASSERT_EQ(r.code, 0) << arguments << "\n" << r.text;
  }
  // With this code, this cause, a remedy, and no new directory.
  void refused(const std::string& arguments, int code, std::string_view cause) const {
    const auto r = place.eider(arguments);
    EXPECT_EQ(r.code, code) << arguments << "\n" << r.text;
    EXPECT_TRUE(r.says(cause)) << arguments << "\n" << r.text;
    EXPECT_TRUE(r.says("remedy")) << arguments << "\n" << r.text;
    EXPECT_FALSE(fs::exists(place / "new")) << arguments << "\n" << r.text;
  }
};

// A port of this host that is taken as long as this object lives.
struct TakenPort {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  std::string text;
  TakenPort() {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&at), size) == 0 && ::listen(fd, 1) == 0 &&
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0)
      text = std::to_string(ntohs(at.sin_port));
  }
  ~TakenPort() { ::close(fd); }
};
}  // namespace

TEST_F(CmdInit, AnSmSrIsMadeWholeOrNotAtAll) {
  const std::string init = "smsr init --data new/smsr --pki pki ";
  for (const std::string option :
       {"--functions banana", "--functions 1.2.3.4", "--functions localhost:8445",
        "--sessions 127.0.0.1:99999", "--smsc banana", "--address abc", "--address +4917", "--host 'x y'",
        "--host https://smsr.example.com/", "--host smsr.example.com:8445", "--resolve a:1:b:2",
        "--party mno", "--party king=2.999.30", "--party mno=banana",
        "--party mno=2.999.30@http://mno.example.com/", "--party 'mno=2.999.30@https://x y/'"})
    refused(init + option, 2, option.substr(0, option.find(' ')));
  // Of two with one OID none wins.
  const std::string mno = "--party mno=2.999.30@https://mno.example.com:8447/ ";
  for (const std::string second : {"--party mno=2.999.30", "--party m2m-sp=2.999.30"})
    refused(init + mno + second, 2, "--party names the party 2.999.30 twice");
  refused(init + "--party eum=2.999.5,none.key", 1, "none.key");
  refused(init + "--party eum=2.999.5,smsc.secret", 1, "holds no key");
  refused(init + "--smsc-password none.secret", 1, "none.secret");
  refused(init + "--as banana", 1, "banana");
  refused(init + "--card-certificate banana", 1, "banana");
  refused("smsr init --data new --pki none", 1, "none");
  ok(init +
     "--party eum=2.999.5,transport.key --party mno=2.999.30@https://mno.example.com:8447/ --system-id "
     "'a\"b'");
  EXPECT_TRUE(fs::exists(place / "new/smsr/smsr.toml"));
  EXPECT_TRUE(fs::exists(place / "new/smsr/smsr.db"));
  EXPECT_TRUE(fs::exists(place / "new/smsr/keys/store.kek"));
  EXPECT_FALSE(fs::exists(place / "new/smsr/.new"));
  ok("smsr list --data new/smsr");
  const auto settings = place.read("new/smsr/smsr.toml");
  place.write("new/smsr/smsr.toml", settings + "\n[[party]]\nid = \"2.999.30\"\nas = [\"m2m-sp\"]\n");
  EXPECT_TRUE(place.eider("smsr list --data new/smsr").says("the party 2.999.30 is there twice"));
  place.write("new/smsr/smsr.toml", settings);
  EXPECT_TRUE(place.eider(init).says("already holds an SM-SR"));
}

TEST_F(CmdInit, AnSmDpIsMadeWholeOrNotAtAll) {
  const std::string init = "smdp init --data new --pki pki --inventory stock ";
  for (const std::string option : {"--listen x", "--listen 127.0.0.1", "--host 'x y'", "--resolve x",
                                   "--operator x", "--operator 2.999.30@http://mno.example.com/",
                                   "--smsr 2.999.20", "--smsr x@https://smsr.example.com/"})
    refused(init + option, 2, option.substr(0, option.find(' ')));
  const std::string mno = "--operator 2.999.30 --operator 2.999.30@https://mno.example.com/";
  refused(init + mno, 2, "--operator names the party 2.999.30 twice");
  const std::string smsr =
      "--smsr 2.999.20@https://smsr.example.com/ --smsr 2.999.20@https://sr.example.com/";
  refused(init + smsr, 2, "--smsr names the party 2.999.20 twice");
  refused("smdp init --data new --pki pki --inventory nix", 1, "no SM-DP+ in ");
  refused(init + "--as banana", 1, "banana");
  ok(init +
     "--operator 2.999.30@https://mno.example.com:8447/ --smsr 2.999.20@https://smsr.example.com:8445/");
  ok("smdp list --data new");
}

TEST_F(CmdInit, AnSmDsIsMadeWholeOrNotAtAll) {
  const std::string init = "smds init --data new --pki pki ";
  refused(init + "--address 'http://x y'", 2, "--address");
  refused(init + "--address https://ds.example.com", 2, "--address");
  for (const std::string option : {"--es11 banana", "--es12 :1", "--metrics 0.0.0.0:9465", "--root 'x y'",
                                   "--oid banana", "--resolve a:1=b", "--resolve ab"})
    refused(init + "--address ds.example.com " + option, 2, option.substr(0, option.find(' ')));
  refused(init + "--address ds.example.com --oid 2.999.777", 1, "2.999.777");
  ok(init + "--address ds.example.com --address localhost:8451");
  ok("smds show --data new");
}

TEST_F(CmdInit, AnSmDpPlusIsMadeWholeOrNotAtAll) {
  const std::string init = "smdpp init --data new --pki pki --address dp.example.com ";
  refused("smdpp init --data new --pki pki --address 'http://x y'", 2, "--address");
  for (const std::string option :
       {"--es9plus banana", "--es2plus 127.0.0.1:x", "--metrics 0.0.0.0:1", "--operator op --operator-oid x",
        "--operator op --operator-url http://x/"})
    refused(init + option, 2, "takes");
  refused("smdpp init --data new --pki none --address dp.example.com", 1, "none");
  ok(init + "--operator op");
  ok("smdpp types list --data new");
}

TEST_F(CmdInit, WhatWasThereStays) {
  fs::create_directory(place / "new");
  place.write("new/mine.txt", "mine");
  fs::create_directory(place / "new/.new");  // of one that was killed
  place.write("new/.new/smsr.db", "half");
  EXPECT_NE(place.eider("smsr init --data new --pki pki --address abc").code, 0);
  EXPECT_EQ(place.read("new/mine.txt"), "mine");
  ok("smsr init --data new --pki pki");
  EXPECT_EQ(place.read("new/mine.txt"), "mine");
  EXPECT_FALSE(fs::exists(place / "new/.new"));
  // One directory is one server's.
  EXPECT_TRUE(place.eider("smdp init --data new --pki pki --inventory stock").says("keys of something else"));
}

TEST_F(CmdInit, CardsAreMadeAllOrNone) {
  ok("profile create -o boot-1.der --iccid 8988211000000000001?");
  const std::string make = "eum make --pki pki --out-dir new --quiet ";
  refused(make + "--ein 8", 2, "EIN");
  refused(make + "--count 2 --m2m --bootstrap 'boot-{n}.der'", 1, "boot-2.der");
  refused(make + "--count 3 --m2m --bootstrap 'boot-{n}.der'", 1, "boot-");
  refused("eum make --pki pki --fleet new --ein 8 --quiet", 2, "EIN");
  refused("eum make --pki pki --fleet new --count 2 --quiet --m2m --bootstrap 'boot-{n}.der'", 1,
          "boot-2.der");
  EXPECT_FALSE(fs::exists(place / "new.eis"));
  // The second of these is there already: nothing of the others stays.
  ok("eum make --pki pki --out-dir cards --serial 2 --quiet");
  EXPECT_NE(place.eider("eum make --pki pki --out-dir cards --serial 1 --count 2 --quiet").code, 0);
  EXPECT_EQ(std::distance(fs::directory_iterator(place / "cards"), fs::directory_iterator()), 1);
}

TEST_F(CmdInit, AMissingDirectoryIsNamed) {
  for (const std::string command :
       {"smsr serve", "smsr list", "smsr addressing", "smdp serve", "smdp list", "smds serve", "smds show",
        "smdpp serve", "smdpp types list", "smdpp rekey"}) {
    const auto name = command.substr(0, command.find(' '));
    const auto r = place.eider(command + " --data new");
    EXPECT_EQ(r.code, 1) << r.text;
    EXPECT_TRUE(r.says(" in new\n  remedy: make one: eider " + name + " init --data new")) << r.text;
    EXPECT_FALSE(fs::exists(place / "new")) << command;
  }
  place.write("stock/smdpp.toml", "address = \n");
  EXPECT_TRUE(place.eider("smdpp serve --data stock").says("stock/smdpp.toml:1: "));
  place.write("stock/smdpp.toml", "address = [\"dp.example.com\"]\nworkers = \"many\"\n");
  EXPECT_TRUE(place.eider("smdpp serve --data stock").says("stock/smdpp.toml: workers is a number"));
}

TEST_F(CmdInit, AnAddressThatIsTakenIsNamed) {
  const TakenPort taken;
  const auto at = "127.0.0.1:" + taken.text;
  ok("smsr init --data smsr --pki pki --functions " + at + " --sessions 127.0.0.1:0");
  ok("smsr init --data sessions --pki pki --functions 127.0.0.1:0 --sessions " + at);
  ok("smdp init --data smdp --pki pki --inventory stock --listen " + at);
  for (const std::string& command :
       {std::string("smsr serve --data smsr"), std::string("smsr serve --data sessions"),
        std::string("smdp serve --data smdp"), "smdpp serve --data stock --es9plus " + at}) {
    const auto r = place.eider(command);
    EXPECT_EQ(r.code, 1) << command << r.text;
    EXPECT_TRUE(r.says("cannot listen on 127.0.0.1 port " + taken.text)) << r.text;
    EXPECT_TRUE(r.says("remedy: end the process that listens there")) << r.text;
  }
  EXPECT_EQ(place.eider("smdpp serve --data stock --es9plus banana").code, 2);
}

}  // namespace eider::test
