// What differs between two profile packages, in what they install: files by path, codes by directory and
// reference, parameters of NAAs, security domains and applications, the header, the order of the elements.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::profile {

struct Difference {
  std::string where;  // "header", "3F00/ADF.USIM/6F07 EF.IMSI", "pinCodes of 3F00"
  std::string what;   // "sfi", "content", "pinconfig[1].pinAttributes"; empty: the whole of it
  // Nothing: absent there. Of keys and codes never the value.
  std::optional<std::string> first, second;
};
struct PackageDiff {
  std::vector<Difference> differences;
  bool same_octets = false;  // false without a difference: other commands with the same effect
};
// Fault: one of them is no profile package; its message begins with "first" or "second".
Result<PackageDiff> diff_packages(ByteView first, ByteView second);

// "where" as a heading, then a line each: "  sfi: 07 -> 08", "  - content: ..." and "  + content: ...".
std::string to_text(const PackageDiff& diff);
std::string to_json(const PackageDiff& diff);

}  // namespace eider::profile
