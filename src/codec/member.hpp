// What a pointer to member points at: shared by the DER and the JSON declarations.
#pragma once
#include <memory>
#include <optional>

namespace eider {

template <class M>
struct MemberOf;
template <class O, class T>
struct MemberOf<T O::*> {
  using Owner = O;
  using Value = T;
};

// The value inside an optional member.
template <class T>
struct Unwrap {
  using Inner = T;
  static constexpr bool optional = false;
};
template <class T>
struct Unwrap<std::optional<T>> {
  using Inner = T;
  static constexpr bool optional = true;
};
template <class T>
struct Unwrap<std::unique_ptr<T>> {
  using Inner = T;
  static constexpr bool optional = true;
};

}  // namespace eider
