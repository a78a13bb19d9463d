// Every registered type: the three sets of rules agree, what is accepted is written and accepted again, and
// the printer shows an error wherever the lenient decoder refuses.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "spec/registry.hpp"

using namespace eider;

namespace {
#define REQUIRE(holds)                                                                                      \
  if (!(holds)) {                                                                                           \
    std::fprintf(stderr, "%s: %s fails for %s\n", std::string(e.name).c_str(), #holds, to_hex(in).c_str()); \
    std::abort();                                                                                           \
  }

// A BIT STRING with zero bits at its end is read, and written without them (X.690 section 11.2.2).
bool has_bits(const der::Node& node) {
  return node.type == "BIT STRING" || std::ranges::any_of(node.children, has_bits);
}

void check(const registry::Entry& e, ByteView in) {
  const bool strict = e.check(in, der::Rules::strict()).has_value();
  const bool tolerant = e.check(in, der::Rules::tolerant()).has_value();
  const bool lenient = e.check(in, der::Rules::ber()).has_value();
  REQUIRE(!strict || tolerant);
  REQUIRE(!tolerant || lenient);
  const auto tree = der::print(*e.type, in);
  const bool shown = der::first_error(tree) != nullptr;
  REQUIRE(lenient || shown);
  REQUIRE(!strict || !shown);
  if (!lenient) return;
  const auto once = e.reencode(in, der::Rules::ber());
  REQUIRE(once.has_value());
  const auto twice = e.reencode(*once, der::Rules::ber());
  REQUIRE(twice && *twice == *once);
  REQUIRE(!strict || equal(*once, in) || has_bits(tree));
}
}  // namespace

// The first octet chooses the type, so that types which share a tag are all reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto types = registry::entries();
  const ByteView in(data + 1, size - 1);
  check(types[data[0] % types.size()], in);
  if (const auto tlv = read_tlv(in, false))
    for (const auto* e : registry::by_tag(tlv->tag)) check(*e, in);
  return 0;
}
