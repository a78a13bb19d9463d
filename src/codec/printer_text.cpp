// The two renderings of a printed tree.
#include <boost/json.hpp>

#include "codec/printer.hpp"

namespace eider::der {
namespace {

// Control characters would let the decoded octets drive the reader's terminal.
std::string visible(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
      out += c;
      continue;
    }
    const auto code = static_cast<std::uint8_t>(c);
    out += "\\x" + to_hex(ByteView(&code, 1));
  }
  return out;
}

void text_line(const Node& n, int depth, bool full, std::string& out) {
  std::string offset = std::to_string(n.offset);
  out.append(offset.size() < 6 ? 6 - offset.size() : 0, ' ')
      .append(offset)
      .append(2 + 2 * static_cast<std::size_t>(depth), ' ');
  out += n.tag ? tag_text(n.tag) : "--";
  const bool leaf = n.children.empty() && (!n.content.empty() || !n.value.empty());
  const std::string& title = n.name.empty() ? n.type : n.name;
  if (!title.empty()) out += " " + title;
  out += " (" + std::to_string(n.length) + ")";
  if (!n.name.empty() && !n.children.empty() && !n.type.empty() && n.type.find(' ') == std::string::npos)
    out += " " + n.type;
  if (!n.value.empty())
    out += ": " + visible(n.value);
  else if (leaf)
    out += ": " + hex_text(n.content, full);
  if (n.unknown) out += "   [unknown member]";
  if (!n.note.empty() && (depth == 0 || full)) out += "   [" + n.note + "]";
  out += '\n';
  if (!n.error.empty())
    out += "    !!" + std::string(2 + 2 * static_cast<std::size_t>(depth), ' ') + "offset " +
           std::to_string(n.error_offset) + ": " + n.error + "\n";
  for (const auto& child : n.children) text_line(child, depth + 1, full, out);
}

boost::json::object json_of(const Node& n) {
  boost::json::object o;
  if (!n.name.empty()) o["name"] = n.name;
  if (n.tag) o["tag"] = tag_text(n.tag);
  o["offset"] = n.offset;
  o["headerLength"] = n.header_size;
  o["length"] = n.length;
  if (!n.type.empty()) o["type"] = n.type;
  if (!n.note.empty()) o["note"] = n.note;
  if (!n.value.empty()) o["value"] = n.value;
  if (n.children.empty()) o["hex"] = to_hex(n.content);
  if (n.unknown) o["unknown"] = true;
  if (!n.error.empty()) o["error"] = {{"offset", n.error_offset}, {"what", n.error}};
  if (!n.children.empty()) {
    auto& list = o["children"].emplace_array();
    for (const auto& child : n.children) list.push_back(json_of(child));
  }
  return o;
}

}  // namespace

std::string hex_text(ByteView octets, bool full) {
  constexpr std::size_t kShown = 32;
  if (octets.empty()) return "(empty)";
  if (full || octets.size() <= kShown + 8) return to_hex(octets);
  return to_hex(octets.first(kShown)) + "… (" + std::to_string(octets.size()) + " octets)";
}

std::string to_text(const Node& node, bool full) {
  std::string out;
  text_line(node, 0, full, out);
  return out;
}

std::string to_json(const Node& node) {
  return boost::json::serialize(json_of(node));
}

std::string to_json(const std::vector<Node>& nodes) {
  boost::json::array list;
  for (const auto& node : nodes) list.push_back(json_of(node));
  return boost::json::serialize(list);
}

}  // namespace eider::der
