// APDUs that a card answers in process, on one core: SELECT, GET RESPONSE and READ of an enabled Profile;
// powering a stored card up; what a Profile takes of the card file beyond its package. Fails below its
// limits.
#include <algorithm>
#include <cstdio>
#include <time.h>

#include "support/uicc_profile.hpp"

namespace {
using namespace eider;
using namespace eider::test;

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

bool report(const char* what, double value, const char* unit, double limit, bool at_least) {
  const bool good = at_least ? value >= limit : value <= limit;
  std::printf("%-52s %12.2f %s, %s %10.2f%s\n", what, value, unit, at_least ? "at least" : "at most", limit,
              good ? "" : "  MISSED");
  return good;
}

// Commands with the answers they must have, again and again.
double apdus_per_second(card::Euicc& card, const std::vector<std::pair<Bytes, std::uint16_t>>& round) {
  std::vector<double> runs;
  for (int run = 0; run < 5; ++run) {
    constexpr int kRounds = 20000;
    const double start = cpu_seconds();
    for (int i = 0; i < kRounds; ++i)
      for (const auto& [command, sw] : round) {
        const auto r = card.transmit(command);
        if (!r || (*r)[r->size() - 2] != sw >> 8) std::abort();
      }
    runs.push_back(kRounds * static_cast<double>(round.size()) / (cpu_seconds() - start));
  }
  std::ranges::sort(runs);
  return runs[runs.size() / 2];
}
}  // namespace

int main() {
  Sim sim;
  sim.open();
  bool ok = report("SELECT, GET RESPONSE, READ BINARY",
                   apdus_per_second(sim.euicc, {{hex("00A40004026F01"), 0x6100},
                                                {hex("00C0000000"), 0x9000},
                                                {hex("00B0000064"), 0x9000}}),
                   "APDU/s", 200000, true);
  ok &= report("SELECT without data, READ RECORD",
               apdus_per_second(sim.euicc, {{hex("00A4000C026F02"), 0x9000}, {hex("00B203040A"), 0x9000}}),
               "APDU/s", 200000, true);
  ok &= report("SELECT by path from the MF, READ BINARY by SFI",
               apdus_per_second(sim.euicc, {{hex("00A4080C027F50"), 0x9000}, {hex("00B0810064"), 0x9000}}),
               "APDU/s", 200000, true);

  constexpr int kPowerUps = 2000;
  double start = cpu_seconds();
  for (int i = 0; i < kPowerUps; ++i) must(sim.euicc.reset());
  ok &= report("power-up of a card with three Profiles", (cpu_seconds() - start) / kPowerUps * 1e6, "us", 100,
               false);
  start = cpu_seconds();
  for (int i = 0; i < kPowerUps; ++i) {
    must(sim.euicc.reset());
    must(sim.euicc.transmit(hex("00A40004022FE2")));
  }
  ok &= report("power-up and the first SELECT", (cpu_seconds() - start) / kPowerUps * 1e6, "us", 250, false);

  std::size_t other = 0, packages = 0;
  for (const auto& key : sim.nvm.keys("")) {
    const auto size = key.size() + sim.nvm.get(key)->size();
    (key.starts_with("package/") ? packages : other) += size;
  }
  ok &= report("octets of the memory besides three packages", static_cast<double>(other), "octets", 3 * 12288,
               false);
  std::printf("%-52s %12zu octets\n", "the three packages", packages);
  return ok ? 0 : 1;
}
