// `eider smsc` and `eider device run --smsc`, in processes of their own.
#include <future>
#include <gtest/gtest.h>
#include <regex>
#include <thread>

#include "apps/sim_card.hpp"
#include "net/smpp_client.hpp"
#include "support/command.hpp"

namespace eider::test {
namespace {
using namespace std::chrono_literals;

// A service centre that ends with the test.
struct Centre : Workplace {
  explicit Centre(const std::string& options = {}) {
    write("secret", "s3cret\n");
    sh("\"$EIDER\" smsc serve --esme ota=@secret --route 12345=ota --smpp 127.0.0.1:0 --devices 127.0.0.1:0 "
       "--json " +
       options + " >smsc.log 2>&1 & echo $! >pid");
    for (int i = 0; i < 2400 && smpp == 0; ++i) {
      std::this_thread::sleep_for(25ms);
      std::smatch found;
      const auto log = read("smsc.log");
      if (!std::regex_search(log, found, std::regex(R"("smpp":(\d+),"devices":(\d+))"))) continue;
      smpp = static_cast<std::uint16_t>(std::stoi(found[1]));
      devices = found[2];
    }
    EXPECT_NE(smpp, 0) << read("smsc.log");
  }
  ~Centre() { sh("kill $(cat pid)"); }
  std::uint16_t smpp = 0;
  std::string devices;
};
}  // namespace

TEST(CmdSmsc, ACardInAFileIsReachedByShortMessage) {
  Centre centre;
  write_sim_card(centre.path() / "card.eider");
  const auto keys = ota_keys(uicc_test_package(kIccidA));
  const auto script =
      must(etsi::encode_script(mno::read_binary_script(hex("2FE2"), 0, 10), etsi::ScriptFormat::kCompact));
  const scp80::CommandPacket command{spi("1639"), keys.kic_use(), keys.kid_use(), tar("B00000"), 1, script};

  std::promise<Bytes> packet;
  SystemRandom random;
  net::SmppClientConfig config;
  config.port = centre.smpp;
  config.bind.system_id = "ota";
  config.bind.password = Secret(as_bytes("s3cret"));
  net::SmppClient esme(
      config,
      [&](const smpp::Pdu& p) {
        packet.set_value(must(etsi::UserData::decode(smpp::message_octets(p))).payload);
        return smpp::CommandStatus::kOk;
      },
      random);
  must(esme.start());
  smpp::ShortMessage sm;
  sm.source = {1, 1, "12345"};
  sm.destination = {1, 1, "4917000001"};
  sm.esm_class = smpp::esm::kUdhi;
  sm.protocol_id = etsi::kPidDataDownload;
  sm.data_coding = etsi::kDcsClass2;
  sm.short_message =
      must(channel::segment_packet(must(scp80::seal_command(command, keys, {})), etsi::kIeiCommandPacket, 1))
          .at(0);
  must(esme.submit(sm));

  const auto r = centre.eider("device run --card card.eider --smsc 127.0.0.1:" + centre.devices +
                              " --number 4917000001 --seconds 3");
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.says("SEND SHORT MESSAGE -> 00 performed successfully")) << r.text;
  auto answer = packet.get_future();
  ASSERT_EQ(answer.wait_for(60s), std::future_status::ready) << centre.read("smsc.log");
  const auto opened =
      must(scp80::open_response(answer.get(), scp80::ResponseProtection::of(command), keys, {}));
  EXPECT_EQ(opened.packet.status, etsi::ResponseStatus::kOk);
  EXPECT_EQ(to_hex(ByteView(opened.packet.data).last(10)), to_hex(*sgp22::parse_iccid(kIccidA)));
  const auto log = centre.read("smsc.log");
  EXPECT_NE(log.find(R"("event":"delivered","flow":"mt")"), std::string::npos) << log;
  EXPECT_NE(log.find(R"("event":"delivered","flow":"mo")"), std::string::npos) << log;
}

TEST(CmdSmsc, TakesRulesWhileItRuns) {
  Centre centre("--fault 'hold mt'");
  const auto at = " --at 127.0.0.1:" + centre.devices;
  auto r = centre.eider("smsc fault 'lose mt 10%' release status --json" + at);
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_TRUE(r.says(R"({"status":"submitted 0)")) << r.text;
  r = centre.eider("smsc fault 'steal mt'" + at);
  EXPECT_EQ(r.code, 1);
  EXPECT_TRUE(r.says("not a fault rule: steal mt")) << r.text;
}

TEST(CmdSmsc, SaysWhatIsWrong) {
  Workplace w;
  w.write("secret", "s3cret");
  for (const auto& [arguments, text] : {std::pair("serve", "no ESME may bind"),
                                        {"serve --esme a", "NAME=VALUE"},
                                        {"serve --esme a=@secret --route 1=b", "no --esme b"},
                                        {"serve --esme a=@none", "cannot read"},
                                        {"serve --esme a=@secret --smpp here", "HOST:PORT"},
                                        {"serve --esme a=@secret --smpp 0.0.0.0:0", "TLS"},
                                        {"serve --esme a=@secret --fault 'lose 200%'", "not a fault rule"},
                                        {"serve --esme a=@secret --certificate secret", "--key"},
                                        {"fault hold --at 127.0.0.1:1", "connect"}}) {
    const auto r = w.eider(std::string("smsc ") + arguments);
    EXPECT_NE(r.code, 0) << arguments;
    EXPECT_TRUE(r.says(text)) << arguments << ": " << r.text;
  }
  write_sim_card(w.path() / "card.eider");
  EXPECT_TRUE(w.eider("device run --card card.eider --smsc 127.0.0.1:1").says("--number"));
}

}  // namespace eider::test
