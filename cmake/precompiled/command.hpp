#pragma once
#include "library.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
