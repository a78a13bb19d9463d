// A card under any sequence of commands, resets and power losses: no crash, and the laws hold at the end.
//
// The input is a list of operations, an octet each with its arguments:
//   0 raw APDU (length, octets)        1 STORE DATA chain (length, octets)      2 reset
//   3 power loss at write n (octet)    4 EnableProfile/DisableProfile/DeleteProfile of profile n (octet)
//   5 session up to PrepareDownload    6 next segment of a package              7 next segment, one octet
//   changed (2 octets)
#include <cstdlib>

#include "spec/sgp22/es10c.hpp"
#include "support/card_fixtures.hpp"
#include "support/operations.hpp"

namespace {
using namespace eider;
using namespace eider::test;

const TestPki& pki() {
  static const TestPki p = make_test_pki({crypto::Curve::kP256});
  return p;
}
const card::MemoryNvm& base() {
  static const card::MemoryNvm nvm = [] {
    TestCard card(pki());
    MiniSmdpp smdpp(pki());
    install(card, smdpp, plan_of_class(kIccidA));
    install(card, smdpp, plan_of_class(kIccidTest, sgp22::ProfileClass::kTest));
    return card.nvm;
  }();
  return nvm;
}

struct Machine {
  CardCopy card{base()};
  MiniSmdpp smdpp{pki()};
  Download download{card.driver, smdpp, hex(kCardEid)};
  std::vector<Bytes> segments;
  std::size_t next = 0;
  Operations in;

  explicit Machine(ByteView input) : in(input) {}
  void step() {
    switch (in.octet() & 7) {
      case 0:
        (void)card.driver.apdu(in.octets());
        break;
      case 1:
        (void)card.driver.store_data(in.octets());
        break;
      case 2:
        must(card.euicc.reset());
        card.driver.open();
        break;
      case 3:
        in.cut_power(card.nvm, 4);
        break;
      case 4:
        profile_command(in.octet());
        break;
      case 5:
        download.authenticate();
        download.prepare();
        segments = download.bind(plan_of_class(kIccidB));
        next = 0;
        break;
      case 6:
        if (next < segments.size()) (void)card.driver.store_data(segments[next++]);
        break;
      default:
        if (next < segments.size()) {
          auto s = segments[next++];
          const auto at = (in.octet() << 8 | in.octet()) % s.size();
          s[at] ^= 0x10;
          (void)card.driver.store_data(s);
        }
    }
  }
  void profile_command(std::uint8_t n) {
    const char* all[] = {kIccidA, kIccidB, kIccidTest, kIccidA};
    const auto id = *sgp22::parse_iccid(all[n & 3]);
    const bool refresh = (n & 4) != 0;
    if ((n & 0x18) == 0x00)
      (void)card.driver.store_data(der::encode(sgp22::EnableProfileRequest{{id}, refresh}));
    if ((n & 0x18) == 0x08)
      (void)card.driver.store_data(der::encode(sgp22::DisableProfileRequest{{id}, refresh}));
    if ((n & 0x18) == 0x10) (void)card.driver.store_data(der::encode(sgp22::DeleteProfileRequest{id}));
    if ((n & 0x18) == 0x18)
      (void)card.driver.store_data(der::encode(sgp22::EuiccMemoryResetRequest{{n >> 5 & 3}}));
  }
  // GET STATUS lists, over all its pages, the ECASD and each ISD-P once.
  void check_status(std::size_t profiles) {
    card.driver.open();
    std::size_t entries = 0;
    auto r = card.driver.apdu("81F24002024F0000");
    for (;; r = card.driver.apdu("81F24003024F0000")) {
      if (r.sw != 0x9000 && r.sw != 0x6310) std::abort();
      const auto page = read_tlvs(r.data);
      if (!page || page->empty()) std::abort();
      entries += page->size();
      if (r.sw == 0x9000) break;
    }
    if (entries != profiles + 1) std::abort();
  }
  // A card that lost its power, or answered what this driver does not take, is reset.
  void run() {
    for (int i = 0; i < 64 && !in.empty(); ++i) {
      try {
        step();
      } catch (const std::runtime_error&) {
        card.nvm.restore_power();
        if (!card.euicc.reset()) std::abort();
        try {
          card.driver.open();
        } catch (const std::runtime_error&) {
        }
      }
    }
    card.nvm.restore_power();
    if (!card.euicc.reset()) std::abort();
    const auto view = card::inspect(card.nvm);
    if (!view || !card::check_laws(*view)) std::abort();
    for (const auto& p : view->profiles)
      if (!card::profile_package(card.nvm, p.iccid)) std::abort();
    check_status(view->profiles.size());
  }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Machine(ByteView(data, size)).run();
  return 0;
}
