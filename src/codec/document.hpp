// A message as a tree of named texts, made and read along its declaration: the form in which people and their
// tools read, keep and change it, as YAML (codec/yaml.hpp) or JSON. Octets are hexadecimal, NULL is true,
// INTEGERs with a name are that name, a CHOICE is a map of one member.
#pragma once
#include <string>
#include <vector>

#include "codec/der.hpp"

namespace eider::document {

struct Node {
  enum class Kind : std::uint8_t { kScalar, kMap, kList };
  Kind kind = Kind::kScalar;
  std::string name;  // of a member of a map
  std::string text;  // of a scalar
  // Plain: a number, true, false or a name of the declaration. Octets may be broken into lines.
  enum class Style : std::uint8_t { kPlain, kText, kOctets };
  Style style = Style::kPlain;
  bool secret = false;  // made from a member that the declaration holds as a Secret
  std::vector<Node> children;
  std::string comment;               // for people; lines; not read back
  std::size_t line = 0, column = 0;  // where it was read, from 1; 0: made here
  const Node* find(std::string_view member) const;
  Node& add(Node child) { return children.emplace_back(std::move(child)); }
};
Node scalar(std::string name, std::string text, Node::Style style = Node::Style::kPlain);
Node octets(std::string name, ByteView value);
Node map(std::string name);
Node list(std::string name);

// One TLV that decodes along `type`; DecodeFault otherwise. Default values that were written out are kept,
// members that the declaration does not name stand in a list "unknown".
Result<Node> from_der(const der::Type& type, ByteView der);
// The octets that the tree describes. LocalFault with line, column and path of what does not fit.
Result<Bytes> to_der(const der::Type& type, const Node& node);

// What is wrong at this node, with its place in the text that it was read from.
tl::unexpected<Fault> fault_at(const Node& node, std::string_view path, std::string_view what);

}  // namespace eider::document
