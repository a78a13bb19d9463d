// Rows through the DER engine: what it lacks for records. Internal to src/store.
#pragma once
#include "base/clock.hpp"
#include "codec/der.hpp"
#include "codec/der_secret.hpp"

namespace eider::der {

// INTEGER, milliseconds.
template <>
struct TypeFor<Time> {
  static constexpr Tag tag = 0x02;
  static constexpr Type value{.kind = Kind::kInteger,
                              .name = "Time",
                              .tag = 0x02,
                              .decode = [](void* v, ByteView c, const Rules&) -> const char* {
                                std::int64_t n = 0;
                                const auto* error = decode_integer(n, c);
                                *static_cast<Time*>(v) = Time(Duration(n));
                                return error;
                              },
                              .encode =
                                  [](const void* v, Writer& w) {
                                    encode_integer(static_cast<const Time*>(v)->time_since_epoch().count(),
                                                   w);
                                  }};
  static constexpr const Type* type() { return &value; }
};
// INTEGER; those of more than 63 bits are negative.
template <>
struct TypeFor<std::uint64_t> {
  static constexpr Tag tag = 0x02;
  static constexpr Type value{.kind = Kind::kInteger,
                              .name = "INTEGER",
                              .tag = 0x02,
                              .decode = [](void* v, ByteView c, const Rules&) -> const char* {
                                std::int64_t n = 0;
                                const auto* error = decode_integer(n, c);
                                *static_cast<std::uint64_t*>(v) = static_cast<std::uint64_t>(n);
                                return error;
                              },
                              .encode =
                                  [](const void* v, Writer& w) {
                                    encode_integer(
                                        static_cast<std::int64_t>(*static_cast<const std::uint64_t*>(v)), w);
                                  }};
  static constexpr const Type* type() { return &value; }
};

}  // namespace eider::der

namespace eider::store {

// A member that is written when it is another than T{}, which must be its initial value. For most members
// that is most of the time.
template <auto Member>
constexpr der::Field filled(std::string_view name, Tag tag) {
  using O = typename MemberOf<decltype(Member)>::Owner;
  using V = typename MemberOf<decltype(Member)>::Value;
  auto f = der::field<Member>(name, tag);
  f.presence = der::Presence::kDefault;
  f.get = [](const void* o, const der::Field&) -> const void* {
    const auto& m = static_cast<const O*>(o)->*Member;
    return m == V{} ? nullptr : static_cast<const void*>(&m);
  };
  return f;
}

// LocalFault: the octets are not what the store has written.
template <class T>
Result<T> decode_row(ByteView octets) {
  auto out = der::decode<T>(octets, der::Rules::strict());
  if (out) return out;
  return fail_local("a row of the store is damaged: " + out.error().message(), "restore it from a backup");
}

}  // namespace eider::store
