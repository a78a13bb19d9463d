// Any text as a document of a profile package: what is read as a package gives a document that is that
// package.
#include <cstdlib>

#include "codec/yaml.hpp"
#include "profile/package_document.hpp"

using namespace eider;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(ByteView(data, size));
  const auto document = document::from_text(text, {.octets = 1 << 16, .nodes = 4096});
  if (!document) return 0;
  for (const auto& again : {document::to_yaml(*document), document::to_json(*document)}) {
    const auto read = document::from_text(again);
    if (!read || document::to_json(*read).size() != document::to_json(*document).size()) std::abort();
  }
  const auto package = profile::import_package(*document);
  if (!package) return 0;
  const auto out = profile::export_package(*package);
  if (!out) std::abort();
  const auto back = document::from_text(document::to_yaml(*out));
  if (!back) std::abort();
  const auto again = profile::import_package(*back);
  if (!again || *again != *package) std::abort();
  return 0;
}
