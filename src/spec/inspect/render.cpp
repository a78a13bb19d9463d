#include <boost/json.hpp>

#include "spec/inspect/inspect.hpp"

namespace eider::inspect {
namespace {

void write_text(const Finding& f, bool full, std::string_view indent, std::string& out) {
  out += std::string(indent) + f.kind + "\n";
  std::size_t width = 0;
  for (const auto& fact : f.facts) width = std::max(width, fact.label.size());
  for (const auto& fact : f.facts)
    out += std::string(indent) + "  " + fact.label + std::string(width - fact.label.size() + 2, ' ') +
           fact.value + "\n";
  for (const auto& tree : f.trees) {
    const auto text = der::to_text(tree, full);
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      out += std::string(indent) + text.substr(at, end - at + 1);
      at = end + 1;
    }
  }
  if (!f.error.empty())
    out += std::string(indent) + "  !! offset " + std::to_string(f.error_offset) + ": " + f.error + "\n";
  for (const auto& part : f.parts) write_text(part, full, std::string(indent) + "  ", out);
}

boost::json::object json_of(const Finding& f) {
  boost::json::object o{{"kind", f.kind}};
  boost::json::array facts;
  for (const auto& fact : f.facts) facts.push_back({{"label", fact.label}, {"value", fact.value}});
  if (!facts.empty()) o["facts"] = std::move(facts);
  if (!f.trees.empty()) {
    boost::json::parse_options deep;
    deep.max_depth = 1000;  // a tree nests two levels for each level of its octets
    o["trees"] = boost::json::parse(der::to_json(f.trees), {}, deep);
  }
  if (!f.parts.empty()) {
    auto& parts = o["parts"].emplace_array();
    for (const auto& part : f.parts) parts.push_back(json_of(part));
  }
  if (!f.error.empty()) o["error"] = {{"offset", f.error_offset}, {"what", f.error}};
  return o;
}

}  // namespace

std::string to_text(const Finding& finding, bool full) {
  std::string out;
  write_text(finding, full, "", out);
  return out;
}

std::string to_json(const Finding& finding) {
  return boost::json::serialize(json_of(finding));
}

}  // namespace eider::inspect
