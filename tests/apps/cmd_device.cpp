// `eider device`, as a person at a shell uses it.
#include <filesystem>
#include <gtest/gtest.h>

#include "apps/sim_card.hpp"
#include "support/command.hpp"

namespace eider::test {
namespace {
namespace fs = std::filesystem;

struct DeviceShell : Workplace {
  DeviceShell() { write_sim_card(path() / "card.eider"); }
  Outcome run(const std::string& arguments) const {
    return eider("device run --card card.eider " + arguments);
  }
};
// A script that reads EF.ICCID, whose proof of receipt comes in a short message of the card's.
std::string ota_message() {
  const auto keys = ota_keys(uicc_test_package(kIccidA));
  const auto script =
      must(etsi::encode_script(mno::read_binary_script(hex("2FE2"), 0, 10), etsi::ScriptFormat::kCompact));
  const auto packet = must(
      scp80::seal_command({spi("1639"), keys.kic_use(), keys.kid_use(), tar("B00000"), 1, script}, keys, {}));
  etsi::SmsDeliver sms;
  sms.has_header = true;
  sms.originator = kOtaSender;
  sms.protocol_identifier = etsi::kPidDataDownload;
  sms.data_coding_scheme = etsi::kDcsClass2;
  sms.user_data = must(channel::segment_packet(packet, etsi::kIeiCommandPacket, 1)).at(0);
  return to_hex(must(sms.encode()));
}
}  // namespace

TEST(CmdDevice, PowersACardAndCarriesOutWhatItAsks) {
  DeviceShell shell;
  const auto r = shell.run("--sms " + ota_message());
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(contains(r.text, "power      3B")) << r.text;
  EXPECT_TRUE(contains(r.text, "PPS FF109679 -> FF109679, agreed")) << r.text;
  EXPECT_TRUE(contains(r.text, "proactive command SEND SHORT MESSAGE -> 00 performed successfully"))
      << r.text;
  EXPECT_TRUE(contains(r.text, "device identities: 81 UICC to 83 network")) << r.text;
}

TEST(CmdDevice, SpeaksJsonAndTraces) {
  DeviceShell shell;
  const auto r = shell.run("--json --trace session.log --sms " + ota_message());
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(contains(r.text, R"("event":"power"})")) << r.text;
  EXPECT_TRUE(contains(r.text, R"("name":"envelope SMS-PP download","sw":"91)")) << r.text;
  EXPECT_TRUE(contains(r.text, R"("event":"command")")) << r.text;
  EXPECT_TRUE(fs::exists(shell.path() / "session.log"));
}

TEST(CmdDevice, RefusesWhatItCannotUse) {
  const DeviceShell shell;
  EXPECT_EQ(shell.run("--imei 12").code, 1);
  EXPECT_EQ(shell.run("--plmn 1").code, 1);
  EXPECT_EQ(shell.run("--sms XY").code, 2);
  EXPECT_EQ(shell.run("--select 3").code, 1) << "there is no menu";
}

// A network that drops a subscriber, and one that does not know an IMSI at all.
TEST(CmdDevice, AFleetRegistersWithTheNetworkThatIs) {
  const Workplace place;
  place.write("network.csv", "imsi,number\n001010000000001,4917000001\n");
  place.write("boot.json", R"({"serviceProviderName": "Eider", "profileName": "Bootstrap"})");
  const auto made = place.sh(
      "set -e; \"$EIDER\" pki init --out pki >/dev/null; for i in 1 2; do "
      "\"$EIDER\" profile create -o p$i.der --imsi 00101000000000$i --iccid 894900000000000000$i? "
      ">/dev/null; "
      "\"$EIDER\" eum make --pki pki --preload p$i.der boot.json --enable p$i.der --out card$i.eider "
      ">/dev/null; "
      "done");
  ASSERT_EQ(made.code, 0) << made.text;
  const auto r = place.sh(
      "said() { for i in $(seq 600); do [ $(grep -c '\"event\":\"'$1'\"' log) = $2 ] && return; sleep 0.1; "
      "done; }\n"
      "\"$EIDER\" device fleet --network network.csv --json card1.eider card2.eider >log & fleet=$!\n"
      "said registered 1; said no-service 1; echo 001010000000002,4917000002 >new; mv new network.csv\n"
      "said registered 2; said no-service 2; kill $fleet; wait $fleet; cat log");
  EXPECT_TRUE(contains(r.text, R"("number":"4917000001","device":"card1","event":"registered")")) << r.text;
  EXPECT_TRUE(
      contains(r.text, R"("imsi":"001010000000002","number":"","device":"card2","event":"no-service")"));
  EXPECT_TRUE(
      contains(r.text, R"("imsi":"001010000000001","number":"","device":"card1","event":"no-service")"));
  EXPECT_TRUE(contains(r.text, R"("number":"4917000002","device":"card2","event":"registered")")) << r.text;
  // "device" and "event" come last: a table is told of before anybody registers by it.
  EXPECT_TRUE(contains(r.text, R"("subscriptions":1,"file":"network.csv","device":"-","event":"network")"));
}

TEST(CmdDevice, AFleetNeedsANetworkAndCards) {
  const Workplace place;
  place.write("bad.csv", "001010000000001;4917000001\n");
  place.write("good.csv", "001010000000001,4917000001\n");
  EXPECT_EQ(place.eider("device fleet card.eider").code, 2) << "no --network";
  EXPECT_EQ(place.eider("device fleet --network good.csv").code, 2);
  const auto r = place.eider("device fleet --network bad.csv card.eider");
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(contains(r.text, "line 1 is no subscriber")) << r.text;
  EXPECT_EQ(place.eider("device fleet --network good.csv card.eider").code, 1) << "no such card";
}

}  // namespace eider::test
