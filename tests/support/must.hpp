// The value of a Result that a test cannot do without.
#pragma once
#include <stdexcept>

#include "base/result.hpp"

namespace eider::test {

template <class T>
T must(Result<T> r) {
  if (!r) throw std::runtime_error(r.error().message());
  return *std::move(r);
}
inline void must(const Status& s) {
  if (!s) throw std::runtime_error(s.error().message());
}

}  // namespace eider::test
