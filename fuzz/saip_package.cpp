// Any octets as a profile package, whole and in pieces: what decodes re-encodes to a fixed point, and the
// readers of packages (lint, describe, template) take it.
#include <cstdlib>

#include "profile/describe.hpp"
#include "profile/lint.hpp"
#include "profile/package_reader.hpp"
#include "profile/personalise.hpp"

using namespace eider;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto whole = profile::read_package(input);
  profile::PackageReader reader;
  std::size_t n = 0;
  bool fault = false;
  for (std::size_t at = 0; at < size && !fault; at += 7) {
    fault = !reader.feed(input.subspan(at, std::min<std::size_t>(7, size - at)));
    while (reader.next()) ++n;
  }
  if (whole && (fault || reader.pending() || n != whole->size())) std::abort();
  if (whole)
    for (const auto& part : *whole) {
      const auto e = saip::decode_element(part.der);
      if (!e) continue;
      const auto once = saip::encode_element(*e);
      const auto again = saip::decode_element(once);
      if (!again || saip::encode_element(*again) != once) std::abort();
    }
  profile::lint_package(input);
  if (const auto item = profile::describe_package(input, {.secrets = true, .full = true})) {
    profile::to_text(*item);
    profile::to_json(*item);
  }
  if (const auto t = profile::ProfileTemplate::load(input)) {
    profile::SubscriberData s;
    s.iccid = "894901700000000777?";
    s.imsi = "262019876543210";
    s.spn = "Eider";
    s.msisdn = "+491";
    if (const auto out = t->personalise(s))
      if (!profile::ProfileTemplate::load(*out)) std::abort();
  }
  return 0;
}
