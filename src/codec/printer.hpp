// Reads octets along a declaration (no struct is filled) or without one, into a tree that says what every
// octet is. Takes anything: what does not fit its declaration is shown untyped, what is no TLV as
// hexadecimal, and the first octet that stops fitting carries the error.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "codec/der.hpp"

namespace eider::der {

struct Node {
  std::string name;        // member or element ("svn", "[0]"); empty at the top
  Tag tag = 0;             // 0: octets that are no TLV
  std::size_t offset = 0;  // of the tag, from the start of the input
  std::size_t header_size = 0;
  std::size_t length = 0;  // of the value
  std::string type;        // "EUICCInfo1", "OCTET STRING"; empty when not declared
  std::string note;        // section of a type, remark of a member
  std::string value;       // a leaf's meaning; empty for structures and for octets without one
  Bytes content;           // a leaf's octets
  std::vector<Node> children;
  bool unknown = false;  // a member that the declaration does not name
  std::string error;     // why it does not fit
  std::size_t error_offset = 0;
};

// What a layer that knows the messages adds to the codec's own reading. Either may be empty.
struct PrintHooks {
  // A leaf's (or ANY's: whole TLV) meaning; nothing: the codec's own text.
  std::function<std::optional<std::string>(const Field*, const Type&, ByteView)> value;
  // The declaration to read the content of an OCTET STRING, or an ANY, along; nullptr: as octets, or untyped.
  std::function<const Type*(const Field*, ByteView)> inner;
};

// The one TLV in `input` along `type`; octets after it become an error. `tag` as in decode_into.
Node print(const Type& type, ByteView input, const PrintHooks& hooks = {}, Tag tag = 0);
// Every TLV of a concatenation, untyped.
std::vector<Node> print_untyped(ByteView input);

const Node* first_error(const Node& node);  // in the order of the octets read; nothing when all fits
std::size_t count_unknown(const Node& node);
// Moves the tree, as when its input stood `by` octets further on in a larger one.
void shift(Node& node, std::size_t by);

// An indented line for each node: offset, tag, name, length, meaning. Long hexadecimal is cut unless `full`.
std::string to_text(const Node& node, bool full = false);
std::string to_json(const Node& node);
std::string to_json(const std::vector<Node>& nodes);
// "0102…0F (40 octets)"
std::string hex_text(ByteView octets, bool full);

}  // namespace eider::der
