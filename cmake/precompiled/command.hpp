#pragma once
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "library.hpp"
