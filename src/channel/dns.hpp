// DNS as a card asks it (SGP.02 v4.2 section 2.4.5; RFC 1035, RFC 3596): one question over UDP, the addresses
// of its answer. No I/O.
#pragma once
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::channel::dns {

enum class Type : std::uint16_t { kA = 1, kAaaa = 28 };

// A question with recursion desired. LocalFault for a name that is none.
Result<Bytes> encode_query(std::uint16_t identifier, std::string_view name, Type type = Type::kA);

// The addresses of that type in an answer to this question, those behind CNAMEs included. DecodeFault when it
// is no answer to it, or malformed; an empty list when the name has none (or the server refuses).
Result<std::vector<Bytes>> read_answer(ByteView message, std::uint16_t identifier, std::string_view name,
                                       Type type = Type::kA);

}  // namespace eider::channel::dns
