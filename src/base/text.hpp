// Text that came from somebody else, made fit to be shown.
#pragma once
#include <string>
#include <string_view>

namespace eider {

// Control characters (C0, C1 in UTF-8, DEL) become question marks: what a card or a server sent moves no
// cursor.
std::string printable(std::string_view text);

}  // namespace eider
