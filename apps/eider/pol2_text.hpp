// Rules of POL2 as a command line has them: "disable=not-allowed".
#pragma once
#include <string>
#include <vector>

#include "spec/sgp02/eis.hpp"

namespace eider::app::m2m {

sgp02::Pol2 parse_pol2(const std::vector<std::string>& rules);

}  // namespace eider::app::m2m
