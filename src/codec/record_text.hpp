// What an XML record holds, for people and for programs, by the same declaration as its XML (record.hpp).
#pragma once
#include <string>

#include "codec/record.hpp"

namespace eider::xml {

// One JSON value: an object whose members have the elements' names, in their order. A list is an array, also
// when it is empty; what is absent is left out. Numbers and truth values stand as such, all else is text. XML
// that is kept besides its value is not repeated.
std::string to_json(const Record& record, const void* value);

// A line for each value, "Name: value", nested ones indented by two blanks more than `indent`. Lines end with
// a line feed; control characters of values are replaced.
std::string to_text(const Record& record, const void* value, std::size_t indent = 0);

}  // namespace eider::xml
