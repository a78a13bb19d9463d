// What views read out of rows. Internal to src/store.
#pragma once
#include <vector>

#include "base/clock.hpp"
#include "store/sqlite.hpp"

namespace eider::store {

inline std::int64_t to_integer(Time t) {
  return t.time_since_epoch().count();
}
inline Time to_time(std::int64_t v) {
  return Time(Duration(v));
}

// The first row, if there is one; `read` makes a Result<T> of it.
template <class T, class Read>
Result<std::optional<T>> one(Query& q, Read&& read) {
  EIDER_TRY(found, q.step());
  if (!found) return std::optional<T>{};
  Result<T> value = read(q);
  if (!value) return fail(std::move(value).error());
  return std::optional<T>(*std::move(value));
}

template <class T, class Read>
Result<std::vector<T>> all(Query& q, Read&& read) {
  std::vector<T> out;
  for (;;) {
    EIDER_TRY(found, q.step());
    if (!found) return out;
    Result<T> value = read(q);
    if (!value) return fail(std::move(value).error());
    out.push_back(*std::move(value));
  }
}

template <std::size_t N>
FixedBytes<N> fixed(ByteView v) {
  return FixedBytes<N>::from(v).value_or(FixedBytes<N>{});
}

}  // namespace eider::store
