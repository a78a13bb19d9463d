// A whole profile package as a document that people read and change (codec/document.hpp): every element along
// its declaration, with comments that say which files come of it and what their contents mean. It holds the
// keys and codes of the package in the clear.
#pragma once
#include "codec/document.hpp"

namespace eider::profile {

// An element whose octets the declaration would not give back, for instance with lengths that are no DER,
// stands as they are: { octets: "A0..." }. So every package that consists of whole elements comes back octet
// for octet.
Result<document::Node> export_package(ByteView package);
// The package that the document describes. LocalFault with line and column.
Result<Bytes> import_package(const document::Node& document);

}  // namespace eider::profile
