// The state as a screen.
#pragma once
#include "tui/canvas.hpp"
#include "tui/lpa_model.hpp"

namespace eider::tui {

// Keeps `page_rows`, what is scrolled within what fits, and what of a question was seen; changes nothing
// else.
Canvas draw(LpaState& state, Size size);

}  // namespace eider::tui
