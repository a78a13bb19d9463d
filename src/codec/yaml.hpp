// Documents as text. YAML 1.1 in its plain core: maps, lists and scalars of one document, without anchors,
// tags and merges. JSON is read by the same reader, which is why its faults have a line as well.
#pragma once
#include "codec/document.hpp"

namespace eider::document {

struct TextLimits {
  std::size_t octets = 16 * 1024 * 1024;
  std::size_t nodes = 200000;
  std::size_t depth = 40;
};

// LocalFault with line and column.
Result<Node> from_text(std::string_view yaml_or_json, const TextLimits& limits = {});
std::string to_yaml(const Node& node);  // with the comments
std::string to_json(const Node& node);

}  // namespace eider::document
