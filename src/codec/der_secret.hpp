// OCTET STRING members that hold key material: decoded straight into a Secret.
#pragma once
#include "base/secret.hpp"
#include "codec/der.hpp"

namespace eider::der {

template <>
struct TypeFor<Secret> {
  static constexpr Tag tag = 0x04;
  static constexpr Type value{
      .kind = Kind::kOctetString,
      .name = "OCTET STRING",
      .tag = 0x04,
      .decode = [](void* v, ByteView c, const Rules&) -> const char* {
        *static_cast<Secret*>(v) = Secret(c);
        return nullptr;
      },
      .encode = [](const void* v, Writer& w) { w.put(static_cast<const Secret*>(v)->view()); }};
  static constexpr const Type* type() { return &value; }
};

}  // namespace eider::der
