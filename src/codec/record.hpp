// Messages of XML from the same kind of declaration as DER and JSON ones: a struct and a table of its fields.
// One declaration gives reading, writing, the schema (XSD) and what tools print. Reading is lenient as the
// field demands: order, prefixes, case and hyphens of names, unknown elements; it refuses what is twice or
// missing. Writing is exact.
#pragma once
#include <type_traits>

#include "base/clock.hpp"
#include "codec/member.hpp"
#include "codec/xml_reader.hpp"
#include "codec/xml_writer.hpp"

namespace eider::xml {

// A type whose value is text.
struct Simple {
  std::string_view name;     // in the schema; one of XML Schema itself ("xs:boolean") stands for itself
  std::string_view base;     // "xs:hexBinary"
  std::string_view example;  // a value that it takes
  std::size_t min_length = 0, max_length = 0;  // characters, or octets of hexBinary; max 0: no limit
  std::uint64_t min_value = 0, max_value = 0;  // of integers; max 0: no limit
  std::string_view pattern{};                  // regular expression of XML Schema
  std::span<const std::string_view> values{};  // of an enumeration
  bool (*read)(const Simple&, std::string_view text, void* value) = nullptr;
  std::string (*write)(const Simple&, const void* value) = nullptr;
};
template <class T>
struct SimpleOf : Simple {};

SimpleOf<std::string> text_type(std::string_view name, std::size_t max_length, std::string_view example,
                                std::string_view pattern = {});
extern const SimpleOf<bool> kBoolean;
extern const SimpleOf<Time> kDateTime;  // UTC when it has no zone
SimpleOf<std::uint8_t> octet_type(std::string_view name, std::uint8_t min, std::uint8_t max);  // decimal
SimpleOf<std::uint8_t> hex_octet_type(std::string_view name);
SimpleOf<std::uint32_t> integer_type(std::string_view name);
SimpleOf<std::uint64_t> long_type(std::string_view name);
SimpleOf<Bytes> hex_type(std::string_view name, std::size_t min_octets, std::size_t max_octets);

namespace detail {
bool read_fixed(std::string_view text, std::uint8_t* out, std::size_t size);
bool read_enumeration(const Simple& type, std::string_view text, std::size_t& index);
std::string_view trimmed(std::string_view text);
}  // namespace detail

template <std::size_t N>
SimpleOf<FixedBytes<N>> fixed_hex_type(std::string_view name, std::string_view example) {
  Simple s{.name = name, .base = "xs:hexBinary", .example = example, .min_length = N, .max_length = N};
  s.read = [](const Simple&, std::string_view text, void* value) {
    return detail::read_fixed(text, static_cast<FixedBytes<N>*>(value)->data(), N);
  };
  s.write = [](const Simple&, const void* value) {
    return to_hex(static_cast<const FixedBytes<N>*>(value)->view());
  };
  return {s};
}
template <std::size_t N>
SimpleOf<BoundedBytes<N>> bounded_hex_type(std::string_view name, std::size_t min, std::string_view example) {
  Simple s{.name = name, .base = "xs:hexBinary", .example = example, .min_length = min, .max_length = N};
  s.read = [](const Simple& type, std::string_view text, void* value) {
    const auto octets = from_hex(detail::trimmed(text));
    return octets && octets->size() >= type.min_length &&
           static_cast<BoundedBytes<N>*>(value)->assign(*octets);
  };
  s.write = [](const Simple&, const void* value) {
    return to_hex(static_cast<const BoundedBytes<N>*>(value)->view());
  };
  return {s};
}
// The values of the enumeration, from 0 on.
template <class E>
SimpleOf<E> enum_type(std::string_view name, std::span<const std::string_view> values) {
  Simple s{.name = name, .base = "xs:string", .example = values[0], .values = values};
  s.read = [](const Simple& type, std::string_view text, void* value) {
    std::size_t i = 0;
    if (!detail::read_enumeration(type, text, i)) return false;
    *static_cast<E*>(value) = static_cast<E>(i);
    return true;
  };
  s.write = [](const Simple& type, const void* value) {
    return std::string(type.values[static_cast<std::size_t>(*static_cast<const E*>(value))]);
  };
  return {s};
}

struct Record;

enum class Form : std::uint8_t {
  kElement,
  kAttribute,
  kInline,  // the fields of a member stand among the owner's: a base type
  kKept,    // an element whose XML is kept besides its value, and is what is written
  kRaw,     // an element that is kept as XML only
};

struct Field {
  std::string_view name;
  Form form = Form::kElement;
  const Simple* simple = nullptr;
  const Record* record = nullptr;
  std::uint32_t min = 1, max = 1;  // max 0: any number
  std::uint8_t choice = 0;         // neighbours with the same number other than 0: one kind of them occurs
  std::uint8_t since = 3;          // version of SGP.02
  std::string_view raw_type{};     // kRaw: its type in the schema
  // For lists `get`/`make` address the std::vector.
  const void* (*get)(const void* owner) = nullptr;
  void* (*make)(void* owner) = nullptr;
  std::size_t (*count)(const void* list) = nullptr;
  const void* (*at)(const void* list, std::size_t i) = nullptr;
  void* (*append)(void* list) = nullptr;
  std::string* (*kept)(void* owner) = nullptr;
  // Finds the value elsewhere in the owner's element, when its own is missing.
  bool (*substitute)(const Element& owner, void* value) = nullptr;

  constexpr Field v4() const {
    auto f = *this;
    f.since = 4;
    return f;
  }
  constexpr Field one_of(std::uint8_t group) const {
    auto f = *this;
    f.choice = group;
    return f;
  }
  constexpr Field occurs(std::uint32_t least, std::uint32_t most) const {
    auto f = *this;
    f.min = least;
    f.max = most;
    return f;
  }
  constexpr Field or_else(bool (*find)(const Element& owner, void* value)) const {
    auto f = *this;
    f.substitute = find;
    return f;
  }
};

struct Record {
  std::string_view name;     // of its type in the schema
  std::string_view section;  // of the specification
  std::span<const Field> fields;
};

// Specialise with `static const Record value;` (EIDER_XML and EIDER_XML_RECORD do).
template <class T>
struct Describe;

#define EIDER_XML(T)                         \
  template <>                                \
  struct eider::xml::Describe<T> {           \
    static const ::eider::xml::Record value; \
  }
#define EIDER_XML_RECORD(T, NAME, SECTION, FIELDS) \
  const ::eider::xml::Record eider::xml::Describe<T>::value = {NAME, SECTION, FIELDS}

namespace detail {
template <class V>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {};
template <>
struct IsList<Bytes> : std::false_type {};
}  // namespace detail

// `Owner` is named when the member belongs to a base of it.
template <auto Member, class Owner = typename MemberOf<decltype(Member)>::Owner>
constexpr Field bind(std::string_view name) {
  using V = typename MemberOf<decltype(Member)>::Value;
  using U = Unwrap<V>;
  Field f{.name = name};
  if (U::optional) f.min = 0;
  f.get = [](const void* o) -> const void* {
    const auto& m = static_cast<const Owner*>(o)->*Member;
    if constexpr (U::optional)
      return m ? &*m : nullptr;
    else
      return &m;
  };
  f.make = [](void* o) -> void* {
    auto& m = static_cast<Owner*>(o)->*Member;
    if constexpr (U::optional)
      return &m.emplace();
    else
      return &m;
  };
  if constexpr (detail::IsList<V>::value) {
    f.min = 0;
    f.max = 0;
    f.count = [](const void* l) { return static_cast<const V*>(l)->size(); };
    f.at = [](const void* l, std::size_t i) -> const void* { return &(*static_cast<const V*>(l))[i]; };
    f.append = [](void* l) -> void* { return &static_cast<V*>(l)->emplace_back(); };
  }
  return f;
}
namespace detail {
template <class V>
struct ItemOf {
  using Type = typename Unwrap<V>::Inner;
};
template <class T>
struct ItemOf<std::vector<T>> {
  using Type = T;
};
template <>
struct ItemOf<Bytes> {
  using Type = Bytes;
};
template <auto Member>
using Item = typename ItemOf<typename MemberOf<decltype(Member)>::Value>::Type;
}  // namespace detail

template <auto Member, class Owner = typename MemberOf<decltype(Member)>::Owner>
constexpr Field element(std::string_view name, const SimpleOf<detail::Item<Member>>& type) {
  auto f = bind<Member, Owner>(name);
  f.simple = &type;
  return f;
}
template <auto Member>
constexpr Field attribute(std::string_view name, const SimpleOf<detail::Item<Member>>& type) {
  auto f = bind<Member>(name);
  f.form = Form::kAttribute;
  f.simple = &type;
  return f;
}
template <auto Member, class Owner = typename MemberOf<decltype(Member)>::Owner>
constexpr Field record(std::string_view name) {
  auto f = bind<Member, Owner>(name);
  f.record = &Describe<detail::Item<Member>>::value;
  return f;
}
template <auto Member>
constexpr Field base() {
  auto f = bind<Member>("");
  f.form = Form::kInline;
  f.record = &Describe<detail::Item<Member>>::value;
  return f;
}
template <auto Member, auto Xml>
constexpr Field kept(std::string_view name) {
  auto f = record<Member>(name);
  f.form = Form::kKept;
  f.kept = [](void* o) -> std::string* {
    return &(static_cast<typename MemberOf<decltype(Xml)>::Owner*>(o)->*Xml);
  };
  return f;
}
// An empty string is no element.
template <auto Xml>
constexpr Field raw(std::string_view name, std::string_view type) {
  auto f = bind<Xml>(name);
  f.form = Form::kRaw;
  f.raw_type = type;
  f.kept = [](void* o) -> std::string* {
    return &(static_cast<typename MemberOf<decltype(Xml)>::Owner*>(o)->*Xml);
  };
  return f;
}

// Namespaces that the fields may be in; elements without a namespace are taken as well.
using AcceptsNamespace = bool (*)(std::string_view name);

Read<void> decode_into(const Record& record, void* value, const Element& element, AcceptsNamespace accepts);
// Fields go into the element that is open; names get `prefix` ("rps:").
void encode_fields(Writer& writer, const Record& record, const void* value, std::string_view prefix);

// How names are compared: without regard to case and hyphens.
bool same_name(std::string_view a, std::string_view b);

template <class T>
Read<T> decode(const Element& element, AcceptsNamespace accepts) {
  T out;
  if (auto r = decode_into(Describe<T>::value, &out, element, accepts); !r)
    return tl::unexpected(std::move(r).error());
  return out;
}

}  // namespace eider::xml
