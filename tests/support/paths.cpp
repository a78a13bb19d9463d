#include "support/paths.hpp"

namespace eider::test {

const char* source_directory() {
  return EIDER_SOURCE_DIR;
}
const char* eider_binary() {
  return EIDER_BINARY;
}

}  // namespace eider::test
