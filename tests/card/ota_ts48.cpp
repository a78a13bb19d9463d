// Every TS.48 package of the shared data, managed over the air with the keys that TS.48 publishes: version 1
// is triple DES with two keys, version 2 AES. The TARs are B00120 (UICC), B00140 (USIM), B20100 and 000000
// (MNO-SD).
#include <gtest/gtest.h>

#include "support/ota.hpp"
#include "support/shared_data.hpp"

namespace eider::test {
namespace {

struct Ts48 {
  TestCard card;
  const SystemClock clock;
  device::Terminal terminal{card.euicc, clock};
  mno::MemoryOtaCounters counters;
  std::string iccid;

  static eum::CardModel model() {
    eum::CardModel m;
    m.java_card = true;
    return m;
  }
  explicit Ts48(const Bytes& package) : card(sim_pki(), model()) {
    profile::FileSystemImage image;
    edit_package(package, [&](saip::ProfileElement& e) {
      if (const auto* t = e.as<saip::TemplatePe>())
        (void)image.apply(*t, *saip::find_template(t->templateID));
    });
    auto plan = plan_of_package(package, kIccidA);
    plan.metadata.iccid = *sgp22::Iccid::from(image.body(*image.find(hex("2FE2"))));
    iccid = to_hex(plan.metadata.iccid);
    MiniSmdpp smdpp(sim_pki());
    install(card, smdpp, plan);
    card.driver.call<sgp22::EnableProfileResponse>(sgp22::EnableProfileRequest{{plan.metadata.iccid}, false});
    must(card.euicc.reset());
    must(terminal.introduce());
  }
  std::string run(const scp80::KeySet& keys, std::string_view application, std::string_view script,
                  std::string_view how) {
    mno::OtaServer server(terminal, counters, {keys, "ts48", kOtaSender, {}});
    const auto r = must(server.send({tar(application), spi(how), hex(script)}));
    if (!r.response || r.response->packet.status != etsi::ResponseStatus::kOk) return "no PoR OK";
    return to_hex(r.response->packet.data);
  }
};

}  // namespace

TEST(OtaTs48, EveryPackageIsManagedWithItsPublishedKeys) {
  EIDER_SHARED_OR_SKIP(folder, "ts48");
  std::size_t packages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".der") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const auto package = read_file(entry.path());
    const auto des = ota_keys(package, 1), aes = ota_keys(package, 2);
    ASSERT_TRUE(des.kic && des.kid && aes.kic && aes.kid);
    EXPECT_FALSE(des.kic->aes);
    EXPECT_TRUE(aes.kic->aes);
    Ts48 card(package);
    for (const auto& keys : {des, aes})
      for (const auto* how : {"0619", "1609", "1639"}) {
        EXPECT_EQ(card.run(keys, "B00120", "00A4080C022FE200B000000A", how), "029000" + card.iccid);
        // SELECT EF.IMSI in the USIM, which is current; reading needs what the access domain gives.
        EXPECT_EQ(card.run(keys, "B00140", "00A4000C026F07", how), "019000");
        EXPECT_EQ(card.run(keys, "000000", "80F28002024F0000", how).substr(0, 30),
                  "019000E3264F08A000000151000000");
      }
    // Card recognition data of DGI 0070: SCP 80, option 00.
    EXPECT_NE(card.run(aes, "B20100", "80CA006600", "1609").find("640B06092A864886FC6B048000"),
              std::string::npos);
    ++packages;
  }
  EXPECT_GE(packages, 6u);
}

}  // namespace eider::test
