// The LPA in front of a card that sits in a modem, over a serial device: emulated modems of every style, real
// cryptography, an SM-DP+ (SGP.22 v2.6.1 section 3; 3GPP TS 27.007).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/at_modem.hpp"
#include "net/at_card.hpp"
#include "net/modem_server.hpp"
#include "profile/builder.hpp"
#include "roles/lpa/procedures/chip_info.hpp"
#include "roles/lpa/procedures/download.hpp"
#include "support/lpa_ui.hpp"
#include "support/smdpp_fixture.hpp"
#include "support/test_card.hpp"

namespace eider::lpa {
namespace {
using testing::HasSubstr;
using testing::IsEmpty;

class SmdppWire final : public HttpPort {
 public:
  explicit SmdppWire(test::SmDpPlusFixture& server) : server_(server) {}
  Result<HttpReply> post(const HttpPost& r) override {
    HttpReply type{0, r.headers, {}};
    return server_.post(r.path, as_text(r.body), type.header("Content-Type"));
  }

 private:
  test::SmDpPlusFixture& server_;
};

Es10Options in_a_modem() {
  Es10Options out;
  out.modem = true;
  return out;
}

struct ModemBench {
  smdpp::MemoryStore store;
  test::SmDpPlusFixture server{store, {crypto::Curve::kP256}};
  test::TestCard card{server.pki};
  SystemClock clock;
  device::ModemCard in_modem{card.euicc, clock};
  device::AtModem modem;
  net::ModemServer at{modem};
  std::unique_ptr<CardPort> port;
  SmdppWire wire{server};
  test::ScriptedUi ui;
  SeededRandom random{11};
  MemoryLpaStore memory;
  std::optional<Es10Client> es10;
  std::optional<Lpa> lpa;

  explicit ModemBench(device::AtModemStyle style = {}, device::AtWay way = device::AtWay::kAutomatic)
      : modem(in_modem, std::move(style)) {
    server.put_operator("op", server.client_certificate);
    test::must(in_modem.power_on());
    test::must(at.start());
    port = test::must(net::AtCard::open(config(way)));
    es10.emplace(*port, in_a_modem());
    test::must(es10->open());
    lpa.emplace(Lpa{*es10, wire, server.clock, random, ui, memory, {}});
  }
  net::AtCardConfig config(device::AtWay way = device::AtWay::kAutomatic) const {
    net::AtCardConfig out;
    out.device = at.device();
    out.options.way = way;
    return out;
  }
  DownloadRequest order(int n) {
    server.edit_metadata = [](sgp22::StoreMetadataRequest& m) {
      m.notificationConfigurationInfo.emplace().push_back(
          {sgp22::BitString{0, 1, 2, 3}, "smdpp.example.com"});
    };
    server.add_profile(n);
    auto parameters = profile::GenericProfileParameters::random(random);
    parameters.iccid = sgp22::iccid_digits(test::SmDpPlusFixture::iccid(n));
    const Bytes package = profile::build_generic_profile(parameters);
    test::must(store.write([&](smdpp::StoreTransaction& tx) {
      return tx.put_package(test::SmDpPlusFixture::iccid(n), package);
    }));
    DownloadRequest r;
    r.smdpAddress = "smdpp.example.com";
    r.matchingId = server.release(n);
    return r;
  }
  // Chip, download, enable, disable, delete, list.
  void live() {
    const auto chip = chip_info(*lpa);
    ASSERT_TRUE(chip) << chip.error().message();
    EXPECT_EQ(sgp22::eid_digits(chip->eid), test::kCardEid);
    const auto installed = download_profile(*lpa, order(1));
    ASSERT_TRUE(installed) << installed.error().message();
    EXPECT_THAT(ui.warnings, IsEmpty());
    auto profiles = test::must(list_profiles(*lpa));
    ASSERT_EQ(profiles.size(), 1u);
    const auto enabled = enable_profile(*lpa, profiles[0]);
    ASSERT_TRUE(enabled) << enabled.error().message();
    profiles = test::must(list_profiles(*lpa));
    EXPECT_EQ(profiles[0].profileState, sgp22::ProfileState::kEnabled);
    EXPECT_EQ(server.profile(1).on_card, smdpp::OnCardState::kEnabled);
    ASSERT_TRUE(disable_profile(*lpa, profiles[0]));
    ASSERT_TRUE(delete_profile(*lpa, profiles[0]));
    EXPECT_THAT(test::must(list_profiles(*lpa)), IsEmpty());
  }
};
}  // namespace

TEST(LpaModem, TheLifeOfAProfileOverLogicalChannels) {
  ModemBench b;
  b.live();
}

TEST(LpaModem, TheLifeOfAProfileOverCsim) {
  device::AtModemStyle style;
  style.channels = false;
  ModemBench b(style);
  b.live();
}

TEST(LpaModem, TheLifeOfAProfileInAModemThatDeviatesInEverything) {
  device::AtModemStyle style;
  style.csim = style.tests = style.prefix = style.space = style.quotes = false;
  style.lower_case = style.long_handles = true;
  style.tells_proactive = false;
  style.unsolicited = "+CREG: 2,\"00FF\",\"01234567\"";
  ModemBench b(style);
  b.live();
}

TEST(LpaModem, ASecondProgramIsKeptOut) {
  ModemBench b;
  const auto second = net::AtCard::open(b.config());
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().as<LocalFault>());
  EXPECT_THAT(second.error().message(), HasSubstr("in use"));
  b.lpa.reset();
  b.es10.reset();
  b.port.reset();
  EXPECT_TRUE(net::AtCard::open(b.config()));
}

TEST(LpaModem, WhatAnLpaLeftOpenIsClosedWhenNoChannelIsLeft) {
  ModemBench b;
  b.es10->close();
  for (int n = 1; n <= 3; ++n)  // by a program that died
    EXPECT_THAT(b.modem.receive(as_bytes("AT+CCHO=\"A0000005591010FFFFFFFF8900000100\"\r")),
                HasSubstr("+CCHO: " + std::to_string(n)));
  EXPECT_TRUE(b.es10->open());
}

TEST(LpaModem, ACardWithoutIsdRIsSaidInTheWordsOfTheModem) {
  ModemBench b;
  auto options = in_a_modem();
  options.isd_r_aids = {hex("A0000005591010FFFFFFFF8900000199")};
  Es10Client other(*b.port, options);
  const auto opened = other.open();
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().as<LocalFault>());
  EXPECT_THAT(opened.error().message(), HasSubstr("+CME ERROR: 22 (not found)"));
}

}  // namespace eider::lpa
