// The small text files that the LPA and the operator's OTA sender keep: damaged ones are refused, not
// believed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "store/lpa_state.hpp"
#include "store/ota_counters.hpp"

namespace {
namespace fs = std::filesystem;

// In memory where the system offers that: each input becomes a file.
fs::path directory() {
  auto name =
      (fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) / "eider-fuzz-XXXXXX";
  std::string text = name.string();
  static const struct Own {
    fs::path path;
    ~Own() { fs::remove_all(path); }
  } own{::mkdtemp(text.data())};
  return own.path;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace eider;
  static const fs::path file = directory() / "state";
  std::ofstream(file, std::ios::binary | std::ios::trunc) << as_text(ByteView(data, size));
  const auto state = store::LpaStateFile::open(file);
  if (state) (void)(*state)->backoff("smdpp.example.com");
  store::OtaCounterFile counters(file);
  const auto next = counters.next("key set", 7);
  if (next && *next < 7) __builtin_trap();
  return 0;
}
