// JSON messages from the same kind of declaration as DER ones (SGP.22 v2.6.1 section 6.5): a struct and a
// table of its members. Reading is lenient as the field demands (unknown members ignored, aliases, base64
// with line breaks), writing is exact.
#pragma once
#include <string>
#include <type_traits>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "codec/member.hpp"

namespace eider::json {

enum class Coding : std::uint8_t { kText, kBoolean, kInteger, kBase64, kHex, kObject, kObjectArray };

struct Object;

struct Field {
  std::string_view name;
  Coding coding = Coding::kText;
  bool optional = false;
  std::string_view alias{};  // another spelling that peers use; read, never written
  const Object* object = nullptr;
  // For arrays `get`/`make` address the std::vector.
  const void* (*get)(const void* owner) = nullptr;
  void* (*make)(void* owner) = nullptr;
  std::size_t (*count)(const void* array) = nullptr;
  const void* (*at)(const void* array, std::size_t i) = nullptr;
  void* (*append)(void* array) = nullptr;

  constexpr Field also(std::string_view other) const {
    auto f = *this;
    f.alias = other;
    return f;
  }
};

struct Object {
  std::string_view name;
  std::span<const Field> fields;
};

// Specialise with `static const Object value;` (EIDER_JSON and EIDER_JSON_OBJECT do).
template <class T>
struct Describe;

#define EIDER_JSON(T)                         \
  template <>                                 \
  struct eider::json::Describe<T> {           \
    static const ::eider::json::Object value; \
  }
#define EIDER_JSON_OBJECT(T, NAME, FIELDS) \
  constinit const ::eider::json::Object eider::json::Describe<T>::value = {NAME, FIELDS}

template <auto Member>
constexpr Field member(std::string_view name, Coding coding) {
  using O = typename MemberOf<decltype(Member)>::Owner;
  using U = Unwrap<typename MemberOf<decltype(Member)>::Value>;
  Field f{.name = name, .coding = coding, .optional = U::optional};
  f.get = [](const void* o) -> const void* {
    const auto& m = static_cast<const O*>(o)->*Member;
    if constexpr (U::optional)
      return m ? &*m : nullptr;
    else
      return &m;
  };
  f.make = [](void* o) -> void* {
    auto& m = static_cast<O*>(o)->*Member;
    if constexpr (U::optional)
      return &m.emplace();
    else
      return &m;
  };
  return f;
}
// std::string
template <auto Member>
constexpr Field text(std::string_view name) {
  return member<Member>(name, Coding::kText);
}
template <auto Member>
constexpr Field boolean(std::string_view name) {
  return member<Member>(name, Coding::kBoolean);
}
// std::int64_t; a string of digits is read as well
template <auto Member>
constexpr Field integer(std::string_view name) {
  return member<Member>(name, Coding::kInteger);
}
// Bytes
template <auto Member>
constexpr Field base64(std::string_view name) {
  return member<Member>(name, Coding::kBase64);
}
template <auto Member>
constexpr Field hexadecimal(std::string_view name) {
  return member<Member>(name, Coding::kHex);
}
template <auto Member>
constexpr Field object(std::string_view name) {
  using T = typename Unwrap<typename MemberOf<decltype(Member)>::Value>::Inner;
  auto f = member<Member>(name, Coding::kObject);
  f.object = &Describe<T>::value;
  return f;
}
// std::vector<T>, or an optional one
template <auto Member>
constexpr Field array(std::string_view name) {
  using V = typename Unwrap<typename MemberOf<decltype(Member)>::Value>::Inner;
  auto f = member<Member>(name, Coding::kObjectArray);
  f.object = &Describe<typename V::value_type>::value;
  f.count = [](const void* a) { return static_cast<const V*>(a)->size(); };
  f.at = [](const void* a, std::size_t i) -> const void* { return &(*static_cast<const V*>(a))[i]; };
  f.append = [](void* a) -> void* { return &static_cast<V*>(a)->emplace_back(); };
  return f;
}

Status decode_into(const Object& object, void* value, std::string_view text);
std::string encode_value(const Object& object, const void* value);
// `text` with the escapes that JSON demands and no others.
void append_quoted(std::string& out, std::string_view text);

template <class T>
Result<T> decode(std::string_view text) {
  Result<T> out{T{}};
  if (auto s = decode_into(Describe<T>::value, &*out, text); !s)
    return tl::unexpected<Fault>(std::move(s).error());
  return out;
}
template <class T>
std::string encode(const T& value) {
  return encode_value(Describe<T>::value, &value);
}

}  // namespace eider::json
