// `eider smdpp` as people use it: a directory, an inventory from files, the server.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "profile/builder.hpp"
#include "support/command.hpp"
#include "support/paths.hpp"
#include "support/shared_data.hpp"

namespace eider {
namespace {

namespace fs = std::filesystem;

struct SmdppCli : testing::Test {
  test::Workplace place;
  test::Outcome eider(const std::string& arguments) const { return place.eider(arguments); }
  void ok(const std::string& arguments) const {
    const auto o = eider(arguments);
    EXPECT_EQ(o.code, 0) << arguments << "\n" << o.text;
  }
  void refused(const std::string& arguments, const std::string& because) const {
    const auto o = eider(arguments);
    EXPECT_NE(o.code, 0) << arguments;
    EXPECT_NE(o.text.find(because), std::string::npos) << o.text;
  }
  void file(const std::string& name, const std::string& content) const { place.write(name, content); }
  // What `smdpp serve` says until it listens; then it is interrupted.
  std::string served_briefly(const std::string& options) const {
    return place
        .sh("rm -f serve.log; \"$EIDER\" smdpp serve --data dp --es9plus 127.0.0.1:0 --es2plus 127.0.0.1:0 "
            "--metrics "
            "127.0.0.1:0 " +
            options +
            " >serve.log 2>&1 & pid=$!; for i in $(seq 1200); do grep -q 'metrics port' serve.log && break; "
            "sleep 0.05; "
            "done; kill -TERM $pid; wait $pid; cat serve.log")
        .text;
  }
  void init() const {
    ok("pki init --out pki");
    ok("smdpp init --data dp --pki pki --address smdpp.example.com --operator op");
  }
};

TEST_F(SmdppCli, ImportsPackagesTemplatesAndSubscribers) {
  init();
  file(
      "meta.json",
      R"({"serviceProviderName":"Eider Mobile","profileName":"Prepaid","profileOwner":{"mcc":"001","mnc":"01"},
                        "profilePolicyRules":["ppr1"],"notifications":[{"events":["enable","delete"],"address":"smdpp.example.com"}]})");
  ok("profile create -o one.der --iccid '8988211000000000011?'");
  ok("smdpp import --data dp --type op-default --metadata meta.json --package one.der");
  refused("smdpp import --data dp --type op-default --metadata meta.json --package one.der",
          "is in the inventory already");
  ok("smdpp import --data dp --template std --operator op --package one.der");
  refused("smdpp import --data dp --template std --operator op --package one.der", "templates do not change");
  std::string csv = "iccid,imsi,k,opc\n";
  for (int i = 0; i < 50; ++i)
    csv += "8988211000000010" + std::to_string(100 + i) + "?,0010100000001" + std::to_string(10 + i) +
           ",000102030405060708090A0B0C0D0E0F,101112131415161718191A1B1C1D1E1F\n";
  file("subscribers.csv", csv);
  ok("smdpp import --data dp --type op-default --metadata meta.json --template std --csv subscribers.csv");
  EXPECT_EQ(eider("smdpp profiles list --data dp --count").text, "51\n");
  EXPECT_EQ(eider("smdpp profiles list --data dp --state Released --count").text, "0\n");
  const auto types = eider("smdpp types list --data dp --json").text;
  EXPECT_NE(types.find(R"("available":51)"), std::string::npos) << types;
  // What is exported is a package that lints, with the subscriber's own ICCID.
  const auto list = eider("smdpp profiles list --data dp --json --limit 2").text;
  const auto at = list.rfind(R"("iccid":")");
  const auto iccid = list.substr(at + 9, list.find('"', at + 9) - at - 9);
  ok("smdpp profiles export " + iccid + " --data dp --package out.der");
  const auto inspected = eider("profile inspect out.der").text;
  EXPECT_NE(inspected.find(iccid), std::string::npos) << inspected;
  ok("smdpp profiles remove " + iccid + " --data dp");
  EXPECT_EQ(eider("smdpp profiles list --data dp --count").text, "50\n");
}

// OTA keys that everybody knows: refused, unless the operator insists.
TEST_F(SmdppCli, RefusesKnownOtaKeys) {
  init();
  file("meta.json", R"({"serviceProviderName":"Eider Mobile","profileName":"Prepaid"})");
  SeededRandom random(3);
  auto parameters = profile::GenericProfileParameters::random(random);
  const auto write = [&](const char* name, const char* key) {
    parameters.sd_keys[1] = Secret(hex(key));
    const auto package = profile::build_generic_profile(parameters);
    std::ofstream(place / name, std::ios::binary) << std::string(as_text(package));
  };
  parameters.iccid = "8988211000000000019";
  write("null.der", "00000000000000000000000000000000");
  parameters.iccid = "8988211000000000027";
  write("ts48.der", "112233445566778899AABBCCDDEEFF10");
  for (const std::string name : {"null.der", "ts48.der"}) {
    const auto import = "smdpp import --data dp --type op-default --metadata meta.json --package " + name;
    refused(import, "anybody can manage this Profile over the air");
    ok(import + " --allow-known-ota-keys");
  }
  // A template may have them: those of the subscribers count.
  ok("smdpp import --data dp --template std --operator op --package ts48.der");
  const std::string first =
      "8988211000000010100?,001010000000110,000102030405060708090A0B0C0D0E0F,"
      "101112131415161718191A1B1C1D1E1F,";
  const std::string csv =
      "smdpp import --data dp --type op-default --metadata meta.json --template std --csv s.csv";
  const std::string head = "iccid,imsi,k,opc,kic,kid,kik\n", key = "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF";
  file("s.csv", head + first + ",,\n");
  refused(csv, "anybody can manage");
  file("s.csv", head + first + key + "," + key + ",00000000000000000000000000000000\n");
  refused(csv, "anybody can manage");
  file("s.csv", head + first + key + "," + key + "," + key + "\n");
  ok(csv);
}

// Subscriber keys lie sealed in the database, and the database does not open without its key.
TEST_F(SmdppCli, KeepsSubscriberKeysSealed) {
  init();
  file("meta.json", R"({"serviceProviderName":"Eider Mobile","profileName":"Prepaid"})");
  ok("profile create -o one.der --iccid '8988211000000000011?'");
  ok("smdpp import --data dp --template std --operator op --package one.der");
  std::string csv = "iccid,imsi,k,opc\n";
  std::vector<Bytes> keys;
  for (int i = 0; i < 20; ++i) {
    for (int n = 0; n < 2; ++n) keys.push_back(SystemRandom().bytes(16));
    csv += "8988211000000010" + std::to_string(100 + i) + "?,0010100000001" + std::to_string(10 + i) + "," +
           to_hex(keys[keys.size() - 2]) + "," + to_hex(keys.back()) + "\n";
  }
  file("subscribers.csv", csv);
  ok("smdpp import --data dp --type op-default --metadata meta.json --template std --csv subscribers.csv");
  const auto found = [&](const fs::path& where) {
    std::size_t n = 0;
    for (const auto& entry : fs::recursive_directory_iterator(where)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string content((std::istreambuf_iterator<char>(in)), {});
      for (const auto& k : keys)
        n += content.find(as_text(k)) != std::string::npos || content.find(to_hex(k)) != std::string::npos;
    }
    return n;
  };
  EXPECT_EQ(found(place / "dp"), 0u);
  EXPECT_EQ(found(place.path()), keys.size()) << "only in the list that was imported";
  ok("smdpp rekey --data dp");
  EXPECT_FALSE(fs::exists(place / "dp" / "keys" / "store.kek"));
  const auto list = eider("smdpp profiles list --data dp --json --limit 1").text;
  const auto at = list.find(R"("iccid":")") + 9;
  const auto iccid = list.substr(at, list.find('"', at) - at);
  ok("smdpp profiles export " + iccid + " --data dp --package out.der");
  std::ifstream exported(place / "out.der", std::ios::binary);
  const std::string package((std::istreambuf_iterator<char>(exported)), {});
  EXPECT_EQ(
      std::ranges::count_if(keys, [&](const Bytes& k) { return package.find(as_text(k)) != package.npos; }),
      2)
      << "the K and OPc of this one";
  fs::rename(place / "dp" / "keys" / "store-2.kek", place / "aside.kek");
  refused("smdpp profiles list --data dp", "store-2.kek, is missing");
  refused("smdpp serve --data dp", "restore it from a backup");
  fs::rename(place / "aside.kek", place / "dp" / "keys" / "store-2.kek");
  ok("smdpp profiles list --data dp");
}

TEST_F(SmdppCli, RefusesPreciselyWhatItCannotDo) {
  refused("smdpp profiles list --data none", "eider smdpp init");
  init();
  refused("smdpp init --data dp --pki pki --address smdpp.example.com", "already holds an SM-DP+");
  file("meta.json", R"({"serviceProviderName":"E","profileName":"P"})");
  file("garbage.der", "garbage");
  refused("smdpp import --data dp --type op-default --metadata meta.json --package garbage.der",
          "cannot begin a ProfileElement");
  ok("profile create -o one.der");
  refused("smdpp import --data dp --type none --metadata meta.json --package one.der", "no profile type");
  file("bad.json", R"({"serviceProviderName":"E"})");
  refused("smdpp import --data dp --type op-default --metadata bad.json --package one.der", "profileName");
  file("ppr.json", R"({"serviceProviderName":"E","profileName":"P","profilePolicyRules":["ppr1"]})");
  refused("smdpp import --data dp --type op-default --metadata ppr.json --package one.der", "profileOwner");
  file("owner.json",
       R"({"serviceProviderName":"E","profileName":"P","profileOwner":{"mcc":"262","mnc":"01"}})");
  refused("smdpp import --data dp --type op-default --metadata owner.json --package one.der",
          "no card would install");
  refused("smdpp types add --data dp --name x --operator nobody", "no operator");
  refused("smdpp profiles list --data dp --state Sleeping", "unknown state");
  refused("smdpp profiles show 123 --data dp", "not an ICCID");
  std::ofstream(place / "dp" / "smdpp.toml", std::ios::app) << "\n[surprise]\n";
  refused("smdpp serve --data dp", "unknown setting");
}

// The operator's key may be encrypted like all the others.
TEST_F(SmdppCli, OrdersWithAnEncryptedKey) {
  file("secret", "correct horse\n");
  ok("pki init --out pki --passphrase-file secret");
  const auto order =
      "order --smdp smdpp.example.com:1 --resolve smdpp.example.com:1:127.0.0.1:1 --pki pki download --iccid "
      "8949000000000000003";
  refused(order, "passphrase");
  refused(std::string(order) + " --passphrase-file secret", "not reached");
}

// A long list with one bad row leaves nothing behind, so that the mended list can be imported.
TEST_F(SmdppCli, ImportsAListWholeOrNotAtAll) {
  init();
  file("meta.json", R"({"serviceProviderName":"Eider","profileName":"Gold"})");
  ok("profile create -o one.der");
  ok("smdpp import --data dp --template std --operator op --package one.der");
  const auto list = [&](int bad, const char* row) {
    std::string text = "iccid,imsi,k,opc,pin1\n";
    for (int i = 0; i < 1200; ++i) {
      char line[160];
      std::snprintf(line, sizeof line, "89490000000000%04d?,00101%010d,%032d,%032d,%s\n", i, i, i + 1, i + 2,
                    i == bad ? row : "1234");
      text += line;
    }
    file("list.csv", text);
  };
  const std::string import =
      "smdpp import --data dp --type op-default --metadata meta.json --template std --csv list.csv";
  const auto count = [&] { return eider("smdpp profiles list --data dp --count").text; };
  list(1100, "12");
  refused(import, "pin1");
  EXPECT_EQ(count(), "0\n");
  list(-1, "");
  ok(import);
  EXPECT_EQ(count(), "1200\n");
  refused(import, "is in the inventory already");
}

// A PKI with two SM-DP+: certificates of one OID are used together, and --oid chooses.
TEST_F(SmdppCli, ServesOneOfTheServersOfThePki) {
  init();
  for (const std::string role : {"dpauth", "dppb", "dptls"})
    ok("pki issue --dir pki --role " + role + " --oid 2.999.12" +
       (role == "dptls" ? " --host other.example.com" : ""));
  const auto first = served_briefly("");
  EXPECT_NE(first.find("SM-DP+ smdpp.example.com (2.999.10)"), std::string::npos) << first;
  EXPECT_NE(first.find("not served: 2.999.12"), std::string::npos) << first;
  const auto second = served_briefly("--oid 2.999.12");
  EXPECT_NE(second.find("SM-DP+ smdpp.example.com (2.999.12)"), std::string::npos) << second;
  refused("smdpp serve --data dp --oid 2.999.99", "it has them for 2.999.10, 2.999.12");
}

// GSMA's own test PKI has four SM-DP+ side by side.
TEST_F(SmdppCli, ServesWithTheCertificatesOfSgp26) {
  const auto sgp26 = test::shared_data("sgp26");
  if (!sgp26) GTEST_SKIP() << "no SGP.26 data";
  ok("pki import " + sgp26->string() + " --out s26");
  ok("smdpp init --data dp --pki s26 --address testsmdpplus1.example.com");
  const auto out = served_briefly("");
  EXPECT_NE(out.find("SM-DP+ testsmdpplus1.example.com (2.999.10)"), std::string::npos) << out;
  EXPECT_NE(out.find("ES2+    not served"), std::string::npos) << out;
}

// Profiles that need Java Card are for the cards that have it.
TEST_F(SmdppCli, ImportsEveryPackageOfTs48) {
  const auto ts48 = test::shared_data("ts48");
  if (!ts48) GTEST_SKIP() << "no TS.48 data";
  init();
  file("meta.json", R"({"serviceProviderName":"GSMA","profileName":"TS.48","profileClass":"test"})");
  int packages = 0;
  for (const auto& entry : fs::directory_iterator(*ts48)) {
    if (entry.path().extension() != ".der") continue;
    const auto name = "dp" + std::to_string(packages++);
    ok("smdpp init --data " + name + " --pki pki --address smdpp.example.com --operator op");
    ok("smdpp import --data " + name +
       " --type op-default --metadata meta.json --allow-known-ota-keys --package " + entry.path().string());
  }
  EXPECT_GE(packages, 6);
}

TEST_F(SmdppCli, ServesUntilInterrupted) {
  init();
  ok("pki revoke --dir pki eum-p256");
  ok("pki crl --dir pki --issuer ci-p256 --out list.crl");
  std::string settings = place.read("dp/smdpp.toml");
  settings.replace(settings.find("locations = []"), 14,
                   "locations = [\"" + (place / "list.crl").string() + "\"]");
  settings.replace(settings.find("distribution_points = true"), 26, "distribution_points = false");
  std::ofstream(place / "dp" / "smdpp.toml") << settings;
  file("run.sh", std::string(test::eider_binary()) +
                     " smdpp serve --data dp --es9plus 127.0.0.1:0 --es2plus 127.0.0.1:0 --metrics "
                     "127.0.0.1:0 > log 2>&1 & pid=$!\n"
                     "for i in $(seq 1200); do grep -q 'metrics port' log && grep -q CRLs: log && break; "
                     "sleep 0.05; done\n"
                     "port() { sed -n \"s/^  $1 *port \\([0-9]*\\).*/\\1/p\" log; }\n"
                     "es2=$(port ES2+)\n" +
                     std::string(test::eider_binary()) +
                     " order --smdp smdpp.example.com:$es2 --resolve smdpp.example.com:$es2:127.0.0.1:$es2"
                     " --pki pki download --type op-default > order.log 2>&1\n"
                     "python3 -c \"import urllib.request; print(urllib.request.urlopen("
                     "'http://127.0.0.1:$(port metrics)/metrics').read().decode())\" > metrics.log\n"
                     "kill -TERM $pid; wait $pid; echo \"exit $?\"\n");
  EXPECT_EQ(place.sh("sh run.sh").text, "exit 0\n");
  const auto text = place.read("log");
  EXPECT_NE(text.find("SM-DP+ smdpp.example.com (2.999.10)"), std::string::npos) << text;
  EXPECT_NE(text.find("CRLs: 1 taken, 0 failed"), std::string::npos) << text;
  EXPECT_NE(text.find("stopping"), std::string::npos) << text;
  const auto order = place.read("order.log");
  EXPECT_NE(order.find("8.2.5/3.7"), std::string::npos) << order;
  const auto metrics = place.read("metrics.log");
  for (const char* line :
       {"eider_smdpp_requests_total{function=\"DownloadOrder\",result=\"failed\"} 1\n",
        "eider_smdpp_refusals_total{function=\"DownloadOrder\",reason=\"3.7\",subject=\"8.2.5\"} 1\n",
        "eider_smdpp_request_seconds_count{function=\"DownloadOrder\"} 1\n",
        "eider_smdpp_request_seconds_bucket{function=\"DownloadOrder\",le=\"+Inf\"} 1\n",
        "eider_smdpp_crl_fetches_total{result=\"taken\"} 1\n", "eider_smdpp_outbox_entries 0\n",
        "eider_smdpp_sessions_live 0\n", "eider_http_connections_total{interface=\"es2plus\"} 1\n",
        "# TYPE eider_smdpp_store_commits_total counter\n"})
    EXPECT_NE(metrics.find(line), std::string::npos) << line << metrics;
}

}  // namespace
}  // namespace eider
