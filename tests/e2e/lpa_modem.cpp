// The LPA in front of a card that sits in a modem, over a serial device: emulated modems of every style, real
// cryptography, an SM-DP+ (SGP.22 v2.6.1 section 3; 3GPP TS 27.007).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/at_modem.hpp"
#include "device/mbim_modem.hpp"
#include "device/qmi_modem.hpp"
#include "net/at_card.hpp"
#include "net/mbim_card.hpp"
#include "net/modem_server.hpp"
#include "net/qmi_card.hpp"
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

// Everything but the modem and the driver that reaches it.
struct ModemBench {
  smdpp::MemoryStore store;
  test::SmDpPlusFixture server{store, {crypto::Curve::kP256}};
  test::TestCard card{server.pki};
  SystemClock clock;
  device::ModemCard in_modem{card.euicc, clock};
  std::unique_ptr<device::EmulatedModem> modem;
  std::unique_ptr<net::ModemServer> serial;
  std::unique_ptr<CardPort> port;
  SmdppWire wire{server};
  test::ScriptedUi ui;
  SeededRandom random{11};
  MemoryLpaStore memory;
  std::optional<Es10Client> es10;
  std::optional<Lpa> lpa;

  void serve(std::unique_ptr<device::EmulatedModem> which) {
    server.put_operator("op", server.client_certificate);
    test::must(in_modem.power_on());
    modem = std::move(which);
    serial = std::make_unique<net::ModemServer>(*modem);
    test::must(serial->start());
  }
  void reach(std::unique_ptr<CardPort> by) {
    port = std::move(by);
    es10.emplace(*port, in_a_modem());
    test::must(es10->open());
    lpa.emplace(Lpa{*es10, wire, server.clock, random, ui, memory, {}});
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

struct AtBench : ModemBench {
  explicit AtBench(device::AtModemStyle style = {}) {
    serve(std::make_unique<device::AtModem>(in_modem, std::move(style)));
    reach(test::must(net::AtCard::open(config())));
  }
  net::AtCardConfig config() const {
    net::AtCardConfig out;
    out.device = serial->device();
    return out;
  }
};
struct MbimBench : ModemBench {
  explicit MbimBench(device::MbimModemStyle style = {}, int slot = 0) {
    serve(std::make_unique<device::MbimModem>(in_modem, style));
    reach(test::must(net::MbimCard::open({.device = serial->device(), .slot = slot})));
  }
};
struct QmiBench : ModemBench {
  explicit QmiBench(std::uint8_t slot = 1) {
    serve(std::make_unique<device::QmiModem>(in_modem, device::QmiModemStyle{slot}));
    reach(test::must(net::QmiCard::open({.device = serial->device(), .slot = slot})));
  }
};
}  // namespace

TEST(LpaModem, TheLifeOfAProfileOverLogicalChannels) {
  AtBench b;
  b.live();
}

TEST(LpaModem, TheLifeOfAProfileOverCsim) {
  device::AtModemStyle style;
  style.channels = false;
  AtBench b(style);
  b.live();
}

TEST(LpaModem, TheLifeOfAProfileInAModemThatDeviatesInEverything) {
  device::AtModemStyle style;
  style.csim = style.tests = style.prefix = style.space = style.quotes = false;
  style.lower_case = style.long_handles = true;
  style.tells_proactive = false;
  style.unsolicited = "+CREG: 2,\"00FF\",\"01234567\"";
  AtBench b(style);
  b.live();
}

TEST(LpaModem, ASecondProgramIsKeptOut) {
  AtBench b;
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
  AtBench b;
  b.es10->close();
  for (int n = 1; n <= 3; ++n)  // by a program that died
    EXPECT_THAT(b.modem->receive(as_bytes("AT+CCHO=\"A0000005591010FFFFFFFF8900000100\"\r")),
                HasSubstr("+CCHO: " + std::to_string(n)));
  EXPECT_TRUE(b.es10->open());
}

TEST(LpaModem, ACardWithoutIsdRIsSaidInTheWordsOfTheModem) {
  AtBench b;
  auto options = in_a_modem();
  options.isd_r_aids = {hex("A0000005591010FFFFFFFF8900000199")};
  Es10Client other(*b.port, options);
  const auto opened = other.open();
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().as<LocalFault>());
  EXPECT_THAT(opened.error().message(), HasSubstr("+CME ERROR: 22 (not found)"));
}

TEST(LpaModem, TheLifeOfAProfileOverMbim) {
  MbimBench b;
  b.live();
  const auto atr = b.port->reset();
  ASSERT_TRUE(atr) << atr.error().message();
  EXPECT_EQ(*atr, b.in_modem.atr());
}

TEST(LpaModem, MbimFindsTheSlotAndTheParameterThatTheModemTakes) {
  MbimBench b({.slots = 2, .card_slot = 1, .mapped_slot = 0, .select_p2 = 0x0C}, 2);
  EXPECT_TRUE(list_profiles(*b.lpa));
  b.lpa.reset();
  b.es10.reset();
  b.port.reset();
  const auto none = net::MbimCard::open({.device = b.serial->device(), .slot = 3});
  ASSERT_FALSE(none);
  EXPECT_TRUE(none.error().as<LocalFault>());
  auto empty = net::MbimCard::open({.device = b.serial->device(), .slot = 1});
  ASSERT_TRUE(empty) << empty.error().message();
  Es10Client es10(**empty, in_a_modem());
  const auto opened = es10.open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), HasSubstr("SimNotInserted"));
}

TEST(LpaModem, TheLifeOfAProfileOverQmi) {
  QmiBench b(2);
  b.live();
  const auto atr = b.port->reset();
  ASSERT_TRUE(atr) << atr.error().message();
  EXPECT_EQ(*atr, b.in_modem.atr());
  b.lpa.reset();
  b.es10.reset();
  b.port.reset();
  auto empty = net::QmiCard::open({.device = b.serial->device(), .slot = 1});
  ASSERT_TRUE(empty) << empty.error().message();
  Es10Client es10(**empty, in_a_modem());
  const auto opened = es10.open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), HasSubstr("NoSim"));
}

TEST(LpaModem, ChannelsAreClosedOverMbimAndQmi) {
  const auto count_free = [](device::ModemCard& card) {
    std::vector<int> channels;
    while (const auto opened = card.open(hex("A0000005591010FFFFFFFF8900000100")))
      channels.push_back(opened->channel);
    for (const int c : channels) (void)card.close(c);
    return channels.size();
  };
  MbimBench mbim;
  mbim.lpa.reset();
  mbim.es10.reset();
  mbim.port.reset();
  QmiBench qmi;
  qmi.lpa.reset();
  qmi.es10.reset();
  qmi.port.reset();
  mbim.serial->stop();
  qmi.serial->stop();
  EXPECT_EQ(count_free(mbim.in_modem), count_free(qmi.in_modem));
  EXPECT_GE(count_free(mbim.in_modem), 3u);
}

TEST(LpaModem, ADeviceThatIsNoModemIsNoMbimAndNoQmi) {
  AtBench at;
  at.lpa.reset();
  at.es10.reset();
  at.port.reset();
  EXPECT_FALSE(net::QmiCard::open({.device = at.serial->device(), .open_timeout = Duration{1000}}));
  EXPECT_TRUE(net::MbimCard::open({.device = "/nonexistent"}).error().as<LocalFault>());
  EXPECT_TRUE(net::QmiCard::open({.device = "/nonexistent"}).error().as<LocalFault>());
}

}  // namespace eider::lpa
