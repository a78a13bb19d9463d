// `eider lpa` as a user runs it: every subcommand, against a card file and a served SM-DP+, all of them
// processes.
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/bytes.hpp"
#include "support/paths.hpp"

namespace eider {
namespace {
namespace bj = boost::json;
using testing::HasSubstr;

struct Output {
  int code = -1;
  std::string out, err;
  bj::value json() const { return bj::parse(out); }
};

std::string slurp(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

class LpaCli : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto path = (std::filesystem::temp_directory_path() / "eider-lpa-XXXXXX").string();
    ASSERT_TRUE(::mkdtemp(path.data()));
    folder_ = path;
    std::ofstream(folder_ / "metadata.json")
        << R"({"serviceProviderName": "Eider Mobile", "profileName": "Plan \u001b[31m", "profileOwner": {"mcc": "001", "mnc": "01"},
               "notifications": [{"events": ["install", "enable", "disable", "delete"], "address": "smdpp.example.com"}]})";
    ::setenv("EIDER_LPA_STATE", (folder_ / "state").c_str(), 1);
    std::ofstream(folder_ / "test.json")
        << R"({"serviceProviderName": "Eider", "profileName": "Test bench", "profileClass": "test"})";
    ok("pki init --out pki --smdp-host smdpp.example.com");
    ok("eum make --pki pki --out card.eider --quiet");
    ok("smdpp init --data data --pki pki --address smdpp.example.com --operator op");
    for (int n = 1; n <= 4; ++n) {
      const auto i = std::to_string(n);
      ok("profile create --output p" + i + ".der --iccid '898821100000000000" + i +
         "?' --imsi 00101000000000" + i);
      ok("smdpp import --data data --type op-default --metadata metadata.json --package p" + i + ".der");
    }
    ok("smdpp types add --data data --name op-test --operator op");
    std::ofstream(folder_ / "k.hex") << "000102030405060708090A0B0C0D0E0F";
    ok("profile create --output t.der --iccid 8988211000000000009? --imsi 001010000000009 --algorithm test "
       "--k @k.hex");
    ok("smdpp import --data data --type op-test --metadata test.json --package t.der");
    ok("profile create --output p5.der --iccid 8988211000000000005? --imsi 001010000000005");
    ok("smdpp import --data data --type op-default --metadata metadata.json --package p5.der");
    ok("profile create --output p6.der --iccid 8988211000000000006? --imsi 001010000000006");
    ok("smdpp import --data data --type op-default --metadata metadata.json --package p6.der");
    // For the tests of cards in modems, also when all run in one process.
    for (int n = 1; n <= 4; ++n) {
      const auto i = std::to_string(n);
      ok("profile create --output q" + i + ".der --iccid '898821100000000010" + i +
         "?' --imsi 00101000000001" + i);
      ok("smdpp import --data data --type op-default --metadata metadata.json --package q" + i + ".der");
    }
    serve();
  }
  static void TearDownTestSuite() {
    if (server_ > 0) {
      ::kill(server_, SIGTERM);
      ::waitpid(server_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static Output run(const std::string& arguments) {
    const auto command = "cd '" + folder_.string() + "' && '" + test::eider_binary() + "' " + arguments +
                         " >out 2>err </dev/null";
    Output o;
    const int status = std::system(command.c_str());
    o.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    o.out = slurp(folder_ / "out");
    o.err = slurp(folder_ / "err");
    return o;
  }
  static void ok(const std::string& arguments) {
    const auto o = run(arguments);
    ASSERT_EQ(o.code, 0) << arguments << "\n" << o.err;
  }
  static Output lpa(const std::string& arguments) {
    return run("lpa --card card.eider --pki pki --resolve smdpp.example.com:443:127.0.0.1:" + es9_ + " " +
               arguments);
  }
  static Output at_modem(const std::string& arguments) {
    return run("lpa --at modem --pki pki --resolve smdpp.example.com:443:127.0.0.1:" + es9_ + " " +
               arguments);
  }
  // Types each answer when its question appears; all that the terminal showed.
  static std::string at_terminal(const std::string& arguments,
                                 std::vector<std::pair<std::string, std::string>> answers) {
    int terminal = -1;
    const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (pid == 0) {
      const auto command =
          "cd '" + folder_.string() + "' && exec '" + test::eider_binary() +
          "' lpa --card card.eider --pki pki --resolve smdpp.example.com:443:127.0.0.1:" + es9_ + " " +
          arguments;
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    }
    std::string shown;
    std::size_t looked = 0;
    char buffer[4096];
    for (ssize_t n; (n = ::read(terminal, buffer, sizeof buffer)) > 0;) {
      shown.append(buffer, static_cast<std::size_t>(n));
      if (answers.empty() || shown.find(answers.front().first, looked) == std::string::npos) continue;
      looked = shown.size();
      if (::write(terminal, answers.front().second.data(), answers.front().second.size()) < 0) break;
      answers.erase(answers.begin());
    }
    ::close(terminal);
    ::waitpid(pid, nullptr, 0);
    EXPECT_TRUE(answers.empty()) << shown;
    return shown;
  }
  // The Activation Code of a new order; its picture is code.png.
  static std::string order(const std::string& arguments = "", const std::string& iccid = "") {
    const auto o = run("order --smdp smdpp.example.com:" + es2_ +
                       " --pki pki --resolve smdpp.example.com:" + es2_ + ":127.0.0.1:" + es2_ +
                       " --json place " + (iccid.empty() ? "--type op-default" : "--iccid " + iccid) +
                       " --png code.png --address smdpp.example.com " + arguments);
    EXPECT_EQ(o.code, 0) << o.err;
    return std::string(o.json().at("activationCode").as_string());
  }
  static std::string server_says(const std::string& iccid, const char* member) {
    return std::string(
        run("smdpp profiles show " + iccid + " --data data --json").json().at(member).as_string());
  }

 private:
  static void serve() {
    server_ = ::fork();
    if (server_ == 0) {
      ::close(0);
      const auto log = (folder_ / "serve.log").string();
      if (!std::freopen(log.c_str(), "w", stdout) || ::chdir(folder_.c_str()) != 0) ::_exit(126);
      ::execl(test::eider_binary(), "eider", "smdpp", "serve", "--data", "data", "--es9plus", "127.0.0.1:0",
              "--es2plus", "127.0.0.1:0", "--metrics", "127.0.0.1:0", nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 2400 && es2_.empty(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      std::istringstream log(slurp(folder_ / "serve.log"));
      for (std::string word, before; log >> word; before = word) {
        if (before != "port") continue;
        while (!word.empty() && (word.back() < '0' || word.back() > '9')) word.pop_back();
        if (es9_.empty())
          es9_ = word;
        else if (es2_.empty() && word != es9_)
          es2_ = word;
      }
    }
    ASSERT_FALSE(es2_.empty()) << slurp(folder_ / "serve.log");
  }
  static inline std::filesystem::path folder_;
  static inline std::string es9_, es2_;
  static inline pid_t server_ = -1;

 protected:
  static const std::filesystem::path& folder() { return folder_; }
  static const std::string& es9() { return es9_; }
  // Of the only Test Profile.
  static std::string test_iccid() {
    const auto all = run("smdpp profiles list --data data --json").json();
    for (const auto& p : all.as_array())
      if (std::string(p.at("iccid").as_string()).starts_with("8988211000000000009"))
        return std::string(p.at("iccid").as_string());
    return "none";
  }
};
}  // namespace

TEST_F(LpaCli, TheLifeOfAProfile) {
  auto o = lpa("chip --json");
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.json().at("eid").as_string().size(), 32u);
  EXPECT_THAT(lpa("chip").out, HasSubstr("every operator with consent"));
  EXPECT_THAT(lpa("list").out, HasSubstr("no Profiles"));

  order();
  o = lpa("download --qr code.png --yes --enable");
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_THAT(o.err, HasSubstr("Install the Profile"));
  EXPECT_EQ(o.err.find('\x1b'), std::string::npos);  // names cannot drive the terminal
  EXPECT_THAT(o.out, HasSubstr("Enabled"));

  const auto profiles = lpa("list --json").json().at("profiles").as_array();
  ASSERT_EQ(profiles.size(), 1u);
  const std::string iccid(profiles[0].at("iccid").as_string());
  EXPECT_EQ(profiles[0].at("profileState").as_string(), "enabled");
  EXPECT_EQ(server_says(iccid, "state"), "Installed");
  EXPECT_EQ(server_says(iccid, "onCard"), "enabled");

  o = lpa("delete " + iccid + " --yes");
  EXPECT_EQ(o.code, 1);
  EXPECT_THAT(o.err, HasSubstr("profileNotInDisabledState"));
  EXPECT_THAT(o.err, HasSubstr("clause"));
  EXPECT_THAT(o.err, HasSubstr("remedy"));
  EXPECT_EQ(lpa("nickname " + iccid + " Travel").code, 0);
  EXPECT_EQ(lpa("disable Travel").code, 0);
  EXPECT_THAT(lpa("list").out, HasSubstr("Travel"));
  o = lpa("delete Travel");  // nobody confirms
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(lpa("delete Travel --yes").code, 0);
  EXPECT_EQ(server_says(iccid, "onCard"), "deleted");
  EXPECT_THAT(lpa("notifications list").out, HasSubstr("No notification"));
}

TEST_F(LpaCli, ConfirmationCodeAndPostponement) {
  const auto code = order("--confirmation-code 4711");
  auto o = lpa("download --yes '" + code + "'");
  EXPECT_EQ(o.code, 1);
  EXPECT_THAT(o.err, HasSubstr("--confirmation-code"));
  o = lpa("download --yes --json --confirmation-code 1 '" + code + "'");
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(o.json().at("error").at("subjectCode").as_string(), "8.2.7");
  o = lpa("download --yes --json --confirmation-code 4711 '" + code + "'");
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(o.json().at("profile").at("serviceProviderName").as_string(), "Eider Mobile");
  EXPECT_EQ(lpa("download --yes '" + code + "'").code, 1);  // used up
}

TEST_F(LpaCli, WhatCannotBeSentStaysAndGoesLater) {
  const auto code = order();
  ASSERT_EQ(lpa("download --yes '" + code + "'").code, 0);
  const auto profiles = lpa("list --json").json().at("profiles").as_array();
  const std::string iccid(profiles.back().at("iccid").as_string());
  auto o = run("lpa --card card.eider enable " + iccid);  // no CI is trusted
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_THAT(o.err, HasSubstr("stays on the card"));
  const auto waiting = lpa("notifications list --json").json().at("notifications").as_array();
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_EQ(waiting[0].at("profileManagementOperation").as_string(), "notificationEnable");
  o = run("lpa --card card.eider --pki pki --resolve smdpp.example.com:443:127.0.0.1:1 notifications send");
  EXPECT_EQ(o.code, 3) << o.err;
  EXPECT_EQ(lpa("notifications send").code, 0);
  EXPECT_EQ(server_says(iccid, "onCard"), "enabled");
  EXPECT_EQ(lpa("notifications remove 12345 --yes").code, 1);
  EXPECT_EQ(lpa("reset --yes").code, 0);
  EXPECT_EQ(server_says(iccid, "onCard"), "deleted");
}

TEST_F(LpaCli, WorksInTheAsn1Binding) {
  const auto code = order();
  auto o = lpa("--binding asn1 download --yes --json '" + code + "'");
  ASSERT_EQ(o.code, 0) << o.err;
  const std::string iccid(o.json().at("profile").at("iccid").as_string());
  EXPECT_EQ(server_says(iccid, "state"), "Installed");
  o = lpa("--binding asn1 download --yes --json '" + code + "'");  // used up
  EXPECT_EQ(o.code, 1);
  EXPECT_EQ(o.json().at("error").at("subjectCode").as_string(), "8.2.6");
  EXPECT_EQ(lpa("--binding asn1 delete --yes " + iccid).code, 0);
  EXPECT_EQ(server_says(iccid, "onCard"), "deleted");
  EXPECT_EQ(lpa("--binding soap list").code, 2);
}

TEST_F(LpaCli, YesMeansOperationalProfilesOnly) {
  const auto code = order("", test_iccid());
  auto o = lpa("download --yes --json '" + code + "'");
  EXPECT_EQ(o.code, 1);
  const auto error = o.json().at("error");
  EXPECT_THAT(std::string(error.at("cause").as_string()), HasSubstr("class \"test\""));
  EXPECT_THAT(std::string(error.at("clause").as_string()), HasSubstr("2.4.5"));
  EXPECT_THAT(std::string(error.at("remedy").as_string()), HasSubstr("--allow-class test"));
  EXPECT_EQ(server_says(test_iccid(), "state"), "Released");  // the code is still good
  EXPECT_EQ(lpa("download --yes --allow-class provisioning '" + code + "'").code, 1);
  o = lpa("download --yes --allow-class test '" + code + "'");
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(server_says(test_iccid(), "state"), "Installed");
}

TEST_F(LpaCli, TimesOfTheNextTriesSurviveTheRun) {
  const auto code = order();
  const auto o = lpa("download --yes --json '" + code + "'");
  ASSERT_EQ(o.code, 0) << o.err;
  const std::string iccid(o.json().at("profile").at("iccid").as_string());
  EXPECT_EQ(run("lpa --card card.eider enable " + iccid).code, 0);  // no CI is trusted: nothing is sent
  EXPECT_THAT(slurp(folder() / "state"), HasSubstr("smdpp.example.com 1 "));
  EXPECT_EQ(lpa("notifications send --due").out, "0 of 1 notifications delivered\n");
  EXPECT_THAT(lpa("notifications list").out, HasSubstr("enable"));
  EXPECT_EQ(lpa("notifications send").out, "1 of 1 notifications delivered\n");
  EXPECT_EQ(slurp(folder() / "state"), "eider-lpa 1\n");
  EXPECT_EQ(server_says(iccid, "onCard"), "enabled");
  EXPECT_EQ(lpa("disable " + iccid).code, 0);
  std::ofstream(folder() / "broken") << "x\n";
  const auto broken = lpa("--state broken list");
  EXPECT_EQ(broken.code, 1);
  EXPECT_THAT(broken.err, HasSubstr("Delete it"));
}

TEST_F(LpaCli, RevocationLists) {
  ASSERT_EQ(run("pki crl --dir pki --out crl.b64 --base64").code, 0);
  auto o = lpa("crl load crl.b64");
  EXPECT_EQ(o.code, 0) << o.err;
  EXPECT_THAT(o.out, HasSubstr("0 revoked, 1 of 1 parts loaded"));
  EXPECT_EQ(lpa("crl load --json crl.b64").json().at("crls").at(0).at("parts").as_int64(), 1);
  EXPECT_EQ(lpa("crl load metadata.json").code, 1);
  EXPECT_EQ(lpa("crl load nothing").code, 1);
  EXPECT_EQ(lpa("crl load").code, 2);
  o = lpa("crl fetch http://127.0.0.1:1/CRL.crl");
  EXPECT_EQ(o.code, 3) << o.err;
  EXPECT_THAT(o.err, HasSubstr("Fetch http://127.0.0.1:1/CRL.crl"));
  EXPECT_EQ(run("lpa --card card.eider crl fetch").code, 1);  // no CI is named
}

TEST_F(LpaCli, DefaultSmdp) {
  EXPECT_EQ(lpa("default-smdp set smdpp.example.com").code, 0);
  EXPECT_EQ(lpa("default-smdp get").out, "smdpp.example.com\n");
  auto o = lpa("download --default --yes");  // nothing there for this card
  EXPECT_EQ(o.code, 1);
  EXPECT_THAT(o.err, HasSubstr("refused"));
  EXPECT_EQ(lpa("default-smdp set https://x").code, 1);
  EXPECT_EQ(lpa("default-smdp set").code, 0);
  EXPECT_EQ(lpa("default-smdp get --json").json().at("defaultDpAddress").as_string(), "");
}

TEST_F(LpaCli, DiscoveryThatFailsSpeaksOfTheSmDs) {
  const auto o = lpa("--allow-private discover --smds localhost:1");
  EXPECT_EQ(o.code, 3);
  EXPECT_THAT(o.err, HasSubstr("Contact the SM-DS"));
  EXPECT_THAT(o.err, testing::Not(HasSubstr("SM-DP+")));
}

TEST_F(LpaCli, WrongUsageIsToldBeforeTheCardIsTouched) {
  EXPECT_EQ(lpa("download").code, 2);
  EXPECT_EQ(lpa("download --default 'LPA:1$a.example$B' --yes").code, 2);
  EXPECT_EQ(lpa("download 'LPA:1$a.example$B'").code, 2);  // no terminal, no --yes
  EXPECT_EQ(lpa("download --yes --qr metadata.json").code, 2);
  EXPECT_EQ(lpa("--tcp 127.0.0.1:1 list").code, 2);
  EXPECT_EQ(run("lpa --card nowhere.eider list").code, 1);
  EXPECT_EQ(run("lpa --tcp 127.0.0.1:1 list").code, 3);
  EXPECT_EQ(lpa("--resolve a:b list").code, 2);
  EXPECT_EQ(lpa("--imei 123 list").code, 2);
  EXPECT_EQ(lpa("--block-size 5 list").code, 2);
  auto o = lpa("download --yes --json 'LPA:1$a.example$B$1'");
  EXPECT_EQ(o.code, 1);
  EXPECT_THAT(std::string(o.json().at("error").at("remedy").as_string()), HasSubstr("$$1"));
}

TEST_F(LpaCli, AsksAtTheTerminal) {
  const auto code = order("--confirmation-code 4711");
  const auto later = at_terminal("download '" + code + "'", {{"[l]ater:", "\x03"}});
  EXPECT_THAT(later, HasSubstr("Eider Mobile"));
  EXPECT_THAT(later, HasSubstr("was postponed"));  // Ctrl-C: the order stays open
  const auto shown =
      at_terminal("download '" + code + "'",
                  {{"[l]ater:", "y\n"}, {"Confirmation Code:", "4712\n"}, {"once more:", "4711\n"}});
  EXPECT_THAT(shown, HasSubstr("refused the Confirmation Code"));
  EXPECT_THAT(shown, HasSubstr("Installed"));
  EXPECT_THAT(shown, HasSubstr("#####"));                    // the progress bar
  EXPECT_EQ(shown.find("471"), std::string::npos) << shown;  // codes are not shown
}

TEST_F(LpaCli, ReadsQrCodesWithoutQuietZone) {
  // LPA:1$smdp.example.com$04386-AGYFT at one pixel a module, made with libqrencode.
  const auto png =
      hex("89504e470d0a1a0a0000000d4948445200000019000000190800000000e182dabf000000017352474200aece1ce9000000"
          "b04944415428914d924b1680200c03"
          "273eef7fe571d106d405b492928f308f22380b00efec424088d20e027352073a9d878e432269cddb4dcc1ebe5fbcb0607a"
          "d1fbc313b397032922307def49d115"
          "543d820f6262d119498354cee2d0577c81a17b48991176ece8756ed581ee5eea4f56df920dc699f5984d2055cb75af6cb8"
          "e93836fd3c98b1593b8e11f560de93"
          "a93163a9278516bbaed337d3285678c45fda9801443027d39416924bf9e77a7f223ea989a2c939a0e1ff0000000049454e"
          "44ae426082");
  std::ofstream(folder() / "small.png", std::ios::binary)
      .write(reinterpret_cast<const char*>(png.data()), static_cast<std::streamsize>(png.size()));
  const auto o = run("lpa --tcp 127.0.0.1:1 download --yes --qr small.png");
  EXPECT_EQ(o.code, 3) << o.err;  // the code was read; the card is what is missing
}

// A modem in a process of its own, for as long as this object lives.
class ModemProcess {
 public:
  ModemProcess(const std::filesystem::path& folder, const std::string& arguments) : link_(folder / "modem") {
    child_ = ::fork();
    if (child_ == 0) {
      const auto command = "cd '" + folder.string() + "' && exec '" + test::eider_binary() +
                           "' device modem --link modem " + arguments + " >modem.log 2>&1 </dev/null";
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 400 && !std::filesystem::exists(link_); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    EXPECT_TRUE(std::filesystem::exists(link_)) << slurp(folder / "modem.log");
  }
  ~ModemProcess() {
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
    EXPECT_FALSE(std::filesystem::is_symlink(link_));
  }
  ModemProcess(const ModemProcess&) = delete;
  ModemProcess& operator=(const ModemProcess&) = delete;

 private:
  std::filesystem::path link_;
  pid_t child_ = -1;
};

TEST_F(LpaCli, ACardInAModem) {
  ok("eum make --pki pki --out modem.eider --quiet");
  const auto code = order();
  {
    const ModemProcess modem(folder(), "--card modem.eider");
    auto o = at_modem("chip --json");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(o.json().at("eid").as_string().size(), 32u);
    o = at_modem("download --yes --enable '" + code + "'");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_THAT(o.out, HasSubstr("Enabled"));
    EXPECT_EQ(at_modem("list --json").json().at("profiles").at(0).at("profileState").as_string(), "enabled");
    o = run("lpa --at modem --card card.eider chip");
    EXPECT_EQ(o.code, 2);
    EXPECT_THAT(o.err, HasSubstr("choose one of"));
    EXPECT_EQ(run("lpa --at modem --baud 12345 chip").code, 1);
    EXPECT_EQ(run("card shell --at modem -c 'cat 2FE2'").code, 0);
  }
  {
    const ModemProcess modem(folder(), "--card modem.eider --speak mbim");
    auto o = run("lpa --mbim modem list");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_THAT(o.out, HasSubstr("enabled"));
    EXPECT_EQ(o.err, "");
    EXPECT_EQ(run("lpa --mbim modem --slot 2 list").code, 1);
  }
  {
    const ModemProcess modem(folder(), "--card modem.eider --speak qmi");
    auto o = run("lpa --qmi modem list");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_THAT(o.out, HasSubstr("enabled"));
    EXPECT_EQ(o.err, "");
    o = run("lpa --qmi modem --slot 2 list");
    EXPECT_EQ(o.code, 1);
    EXPECT_THAT(o.err, HasSubstr("--slot N"));
  }
  const ModemProcess modem(folder(), "--card modem.eider --style no-channels --style no-quotes");
  EXPECT_THAT(at_modem("list").out, HasSubstr("enabled"));
  EXPECT_EQ(run("device modem --card modem.eider --style none").code, 2);
  EXPECT_EQ(run("device modem").code, 2);
  EXPECT_EQ(run("device run --at modem").code, 2);  // the modem is the terminal
  const auto o = run("lpa --at nothing chip");
  EXPECT_EQ(o.code, 1);
  EXPECT_THAT(o.err, HasSubstr("remedy"));
}

TEST_F(LpaCli, ASignalClosesTheChannelInAModem) {
  ok("eum make --pki pki --out signal.eider --quiet");
  const auto code = order();
  const ModemProcess modem(folder(), "--card signal.eider --trace signal.log");
  int terminal = -1;
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid == 0) {
    const auto command = "cd '" + folder().string() + "' && exec '" + test::eider_binary() +
                         "' lpa --at modem --pki pki --resolve smdpp.example.com:443:127.0.0.1:" + es9() +
                         " download '" + code + "'";
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  std::string shown;
  char buffer[4096];
  for (ssize_t n;
       shown.find("[l]ater:") == std::string::npos && (n = ::read(terminal, buffer, sizeof buffer)) > 0;)
    shown.append(buffer, static_cast<std::size_t>(n));
  ::kill(pid, SIGTERM);
  int status = 0;
  ::waitpid(pid, &status, 0);
  ::close(terminal);
  EXPECT_TRUE(WIFSIGNALED(status)) << shown;
  std::string trace;
  for (int i = 0; i < 200 && trace.find("00708001") == std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
    trace = slurp(folder() / "signal.log");
  }
  EXPECT_THAT(trace, HasSubstr("00708001"));
}

TEST_F(LpaCli, CardsThatDeviateAreData) {
  std::ofstream(folder() / "own.toml")
      << "block_size = 60\n[[card]]\nname = \"Nothing\"\n"
         "isd_r_aid = \"A0000005591010FFFFFFFF8900000999\"\nblock_size = 100\n";
  auto o = lpa("--quirks own.toml chip --json");
  ASSERT_EQ(o.code, 0) << o.err;
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"x = 1", "own.toml:1: \"x\" is not known"},
      {"block_size = 1", "6 to 255"},
      {"block_size = \"60\"", "6 to 255"},
      {"card = 1", "[[card]]"},
      {"[[card]]\nname = \"x\"", "isd_r_aid is 5 to 16 octets"},
      {"[[card]]\nisd_r_aid = \"A0\"", "isd_r_aid is 5 to 16 octets"},
      {"[[card]]\nisd_r_aid = \"A000000559\"\nfoo = 1", "own.toml:3: \"foo\" is not known"},
      {"[[card", "own.toml:1"},
  };
  for (const auto& [text, expected] : bad) {
    std::ofstream(folder() / "own.toml") << text;
    o = lpa("--quirks own.toml chip");
    EXPECT_EQ(o.code, 1) << text;
    EXPECT_THAT(o.err, HasSubstr(expected)) << text;
  }
  EXPECT_EQ(lpa("--quirks nothing.toml chip").code, 1);
  o = lpa("--isd-r-aid A0000005591010FFFFFFFF8900000999 chip");
  EXPECT_EQ(o.code, 1);
  EXPECT_THAT(o.err, HasSubstr("no ISD-R under any known AID"));
}

}  // namespace eider
