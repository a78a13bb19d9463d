// Finds what is wrong, unusual or unsafe in a profile package before a card does.
#pragma once
#include "codec/tlv.hpp"

namespace eider::profile {

enum class Severity : std::uint8_t { kNote, kWarning, kError };
const char* to_string(Severity severity);

struct LintRule {
  std::string_view id;  // "PIN-01"
  Severity severity = Severity::kError;
  std::string_view section;  // where the rule comes from
  std::string_view title;
  std::string_view remedy;
};
std::span<const LintRule> lint_rules();
const LintRule* find_lint_rule(std::string_view id);

struct LintFinding {
  const LintRule* rule = nullptr;
  std::optional<std::size_t> element;  // index in the package
  std::string element_name;            // "pinCodes"
  std::size_t offset = 0;              // of the element, or of the octet that does not decode
  std::string what;                    // never a key or code
};
// In the order of the elements; what concerns the whole package comes last.
std::vector<LintFinding> lint_package(ByteView package);

}  // namespace eider::profile
