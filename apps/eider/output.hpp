// What commands print: tables for people, JSON for programs.
#pragma once
#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace eider::app {

using eider::printable;
void print_json(const boost::json::value& value);
// Columns as wide as their widest cell; the first row is the heading.
void print_table(const std::vector<std::vector<std::string>>& rows);
void print_pairs(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace eider::app
