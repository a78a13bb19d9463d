// The files that a SUCI is computed from, with any content: no crash, and what is computed has the form of
// TS 24.501.
#include "spec/usim/suci_files.hpp"

#include <cstdlib>

#include "profile/suci.hpp"

using namespace eider;

// An octet with the length, then the content, for each file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView in(data, size);
  const auto take = [&] {
    if (in.empty()) return ByteView{};
    const auto n = std::min<std::size_t>(in[0], in.size() - 1);
    const auto out = in.subspan(1, n);
    in = in.subspan(1 + n);
    return out;
  };
  profile::SuciFiles files;
  files.imsi = take();
  files.ad = take();
  files.supi_nai = take();
  files.routing_indicator = take();
  files.calc_info = in;
  SeededRandom random(1);
  const auto suci = profile::compute_suci(files, random);
  if (!suci) return 0;
  if ((*suci)[0] != (files.supi_nai.empty() ? 0x01 : 0x11)) std::abort();
  if (files.supi_nai.empty() && (suci->size() < 9 || (*suci)[6] > 2)) std::abort();
  const auto info = usim::SuciCalcInfo::parse(files.calc_info);
  if (!info) std::abort();
  for (const auto& scheme : info->schemes) (void)info->key_of(scheme);
  return 0;
}
