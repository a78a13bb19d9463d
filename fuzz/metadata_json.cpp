// Metadata of a Profile as JSON, and what an SM-DP+ reports to the operator.
#include <cstddef>
#include <cstdint>

#include "roles/operator/es2plus_client.hpp"
#include "roles/smdpp/inventory.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace eider;
  const auto text = as_text(ByteView(data, size));
  const auto icon = [](const std::string&) -> Result<Bytes> { return Bytes{0x89, 'P', 'N', 'G'}; };
  if (auto metadata = smdpp::read_metadata(text, "smdpp.example.com", icon))
    (void)smdpp::encode_metadata(*metadata);
  (void)mno::parse_progress("/gsma/rsp2/es2plus/handleNotification", text);
  (void)mno::parse_progress("/gsma/rsp2/es2plus/handleDownloadProgressInfo", text);
  return 0;
}
