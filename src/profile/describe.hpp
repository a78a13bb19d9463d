// What a profile package says, for people: elements, services, files with their names and contents, codes,
// keys.
#pragma once
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::profile {

// A name with a value, with members, or with a list of nameless entries.
struct Item {
  enum class Kind : std::uint8_t { kValue, kObject, kList };
  std::string name;
  Kind kind = Kind::kValue;
  std::string value;
  std::vector<Item> children;
};

struct DescribeOptions {
  bool secrets = false;  // else PINs, PUKs and keys are masked
  bool full = false;     // whole contents of files; else their first octets
};
Result<Item> describe_package(ByteView package, const DescribeOptions& options = {});
std::string to_text(const Item& item);
std::string to_json(const Item& item);

}  // namespace eider::profile
