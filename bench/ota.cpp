// Messages from over the air that one card answers in process, on one core: a secured packet with AES, a
// script that reads a file, a ciphered response with a checksum, the counter's write to a memory in the
// process included.
#include "support/ota.hpp"

#include <algorithm>
#include <cstdio>
#include <time.h>

namespace {
using namespace eider;
using namespace eider::test;

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

double messages_per_second(std::string_view how) {
  constexpr std::uint64_t kMessages = 20000;
  OtaCard card;
  std::vector<Bytes> all;
  for (std::uint64_t i = 1; i <= kMessages; ++i)
    all.push_back(envelopes(card.sealed("B00000", hex("00A4080C022FE200B000000A"), how, i)).front());
  const auto get_response = hex("00C0000000");
  const double start = cpu_seconds();
  for (const auto& e : all) {
    const auto r = card.euicc.transmit(e);
    if (!r || (*r)[r->size() - 2] != 0x61) std::abort();
    (void)card.euicc.transmit(get_response);
  }
  return kMessages / (cpu_seconds() - start);
}
}  // namespace

int main() {
  for (const auto* how : {"1609", "1619"}) {
    std::vector<double> runs;
    for (int i = 0; i < 5; ++i) runs.push_back(messages_per_second(how));
    std::ranges::sort(runs);
    std::printf("%-52s %12.0f messages/s\n",
                how == std::string_view("1619") ? "response ciphered" : "response with checksum", runs[2]);
  }
  return 0;
}
