// Any octets, element by element, to the installer: it always ends with a response that decodes, and what it
// accepts as complete it must accept again.
#include <cstdlib>

#include "profile/installer.hpp"
#include "profile/package_reader.hpp"

using namespace eider;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first octet switches services of the card off.
  profile::CardCapabilities card;
  for (int bit = 0; bit < 8; ++bit)
    if (data[0] >> bit & 1) card.uicc_capability.set(1 + bit * 3, false);
  profile::InstallLimits limits;
  limits.memory_bytes = 128 * 1024;
  const auto elements = profile::read_package(ByteView(data + 1, size - 1));
  if (!elements) return 0;
  const auto run = [&](bool& complete) {
    profile::PackageInstaller installer(card, limits, {});
    for (const auto& e : *elements) {
      const auto o = installer.element(e.der);
      if (o.stored && o.aborted) std::abort();
    }
    complete = installer.complete();
    return installer.finish();
  };
  bool first = false, second = false;
  const auto report = run(first);
  if (!der::decode<saip::EuiccResponse>(report.sima_response, der::Rules::strict())) std::abort();
  if (first == report.response.profileInstallationAborted.has_value()) std::abort();
  if (run(second).sima_response != report.sima_response) std::abort();
  return 0;
}
