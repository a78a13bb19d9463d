// The descriptor engine: a message is a struct with a table of its fields beside it. From that one
// declaration come decoding, encoding, the printer, the fuzzers and the documentation. X.690 DER, tags as
// GSMA modules give them.
//
//   header:  struct GetEid { BoundedBytes<4> tagList; };            .cpp:  constexpr Field kGetEid[] = {
//            EIDER_DER(GetEid, 0xBF3E); field<&GetEid::tagList>("tagList", 0x5C)};
//                                                                           EIDER_DER_SEQUENCE(GetEid,
//                                                                           kGetEid, "SGP.22 v2.6.1 5.7.20");
#pragma once
#include <limits>
#include <memory>
#include <type_traits>
#include <variant>

#include "codec/der_values.hpp"
#include "codec/member.hpp"
#include "codec/tlv.hpp"

namespace eider::der {

// What a decoder puts up with. Default: what a careful peer accepts from the field.
struct Rules {
  bool minimal_lengths = true;     // false also takes BER long forms
  bool explicit_defaults = true;   // a DEFAULT value that was written out
  bool any_true = true;            // BOOLEAN TRUE other than FF
  bool unknown_extensions = true;  // members that the declaration does not name
  bool limits = true;              // size and value constraints are enforced
  std::uint8_t max_depth = 32;

  static constexpr Rules strict() { return {true, false, false, false, true, 32}; }
  static constexpr Rules tolerant() { return {}; }
  // Tolerant without length minimality, for what live servers have been seen to send.
  static constexpr Rules ber() { return {false, true, true, true, true, 32}; }
};

enum class Kind : std::uint8_t {
  kSequence,
  kSequenceOf,
  kSetOf,
  kChoice,
  kSigned,
  kAny,  // structured
  kInteger,
  kBoolean,
  kOctetString,
  kBitString,
  kUtf8String,
  kOid,
  kNull,
};

enum class Presence : std::uint8_t { kMandatory, kOptional, kDefault };

struct NamedValue {
  std::int64_t value;
  std::string_view name{};
};

struct Type;
class Writer;

struct Field {
  std::string_view name{};
  Tag tag = 0;                // 0: the type's own tag
  bool explicit_tag = false;  // the tag wraps the type's own TLV
  Presence presence = Presence::kMandatory;
  const Type* type = nullptr;
  // The value inside its owner: `get` yields nothing when absent (or equal to the default), `make` creates
  // it.
  const void* (*get)(const void* owner, const Field& self) = nullptr;
  void* (*make)(void* owner, const Field& self) = nullptr;
  // Octets, characters (UTF8String), elements (OF) or value (INTEGER).
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::span<const NamedValue> names{};  // of INTEGER values or BIT STRING bits
  std::string_view note{};              // meaning, since which version
  Tag natural = 0;                      // the type's own first tag; 0 for an untagged CHOICE

  constexpr Field size(std::int64_t lo, std::int64_t hi) const {
    auto f = *this;
    f.min = lo;
    f.max = hi;
    return f;
  }
  constexpr Field values(std::span<const NamedValue> v) const {
    auto f = *this;
    f.names = v;
    return f;
  }
  constexpr Field about(std::string_view text) const {
    auto f = *this;
    f.note = text;
    return f;
  }
  constexpr Tag written_tag() const { return tag ? tag : natural; }
};

struct Type {
  Kind kind = Kind::kNull;
  std::string_view name{};
  std::string_view section{};
  Tag tag = 0;                      // universal or type-level tag; 0: untagged CHOICE or any
  std::span<const Field> fields{};  // SEQUENCE members, CHOICE alternatives
  const Type* element = nullptr;    // OF and Signed
  Tag element_tag = 0;              // overrides the element's own tag; 0: none
  // What the C++ type can hold: the value of an INTEGER, octets of an OCTET STRING.
  std::int64_t min = std::numeric_limits<std::int64_t>::min(), max = std::numeric_limits<std::int64_t>::max();
  // leaves: the error text, or nothing
  const char* (*decode)(void* value, ByteView content, const Rules&) = nullptr;
  void (*encode)(const void* value, Writer&) = nullptr;
  // OF
  std::size_t (*count)(const void* list) = nullptr;
  const void* (*at)(const void* list, std::size_t i) = nullptr;
  void* (*append)(void* list) = nullptr;
  // members that the declaration does not know; Signed: the received octets
  std::vector<RawTlv>* (*unknown)(void* owner) = nullptr;
  const void* (*inner)(const void* signed_value) = nullptr;
  Bytes* (*raw)(void* signed_value) = nullptr;
  void (*keep)(void* any, ByteView whole) = nullptr;  // kAny
  ByteView (*kept)(const void* any) = nullptr;
};

// Writes from the back to the front, so that lengths are known when headers are written.
class Writer {
 public:
  Writer();
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  void put(ByteView bytes);
  void put(std::uint8_t octet) { put(ByteView(&octet, 1)); }
  void header(Tag tag, std::size_t length);
  std::size_t size() const;
  ByteView tail(std::size_t from) const;  // the octets written since size() was `from`
  Bytes finish();

 private:
  Bytes& buffer_;
  std::size_t pos_;
  Bytes own_;
  bool borrowed_;
  void grow(std::size_t need);
};

// ---- Describing types
// ------------------------------------------------------------------------------------------

template <class T>
struct Describe;  // { static constexpr Tag tag; static const Type type; }

#define EIDER_DER(T, TAG)                    \
  template <>                                \
  struct eider::der::Describe<T> {           \
    static constexpr ::eider::Tag tag = TAG; \
    static const ::eider::der::Type type;    \
  }
#define EIDER_DER_SEQUENCE(T, FIELDS, SECTION)                                        \
  static_assert(::eider::der::sequence_tags_distinct(FIELDS), #T ": ambiguous tags"); \
  constinit const ::eider::der::Type eider::der::Describe<T>::type =                  \
      ::eider::der::sequence_type<T>(#T, ::eider::der::Describe<T>::tag, FIELDS, SECTION)
#define EIDER_DER_CHOICE(T, FIELDS, SECTION)                                        \
  static_assert(::eider::der::choice_tags_distinct(FIELDS), #T ": ambiguous tags"); \
  constinit const ::eider::der::Type eider::der::Describe<T>::type =                \
      ::eider::der::choice_type<T>(#T, ::eider::der::Describe<T>::tag, FIELDS, SECTION)

constexpr bool sequence_tags_distinct(std::span<const Field> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].presence == Presence::kMandatory) continue;
    for (std::size_t j = i + 1; j < fields.size(); ++j) {
      if (fields[i].written_tag() && fields[i].written_tag() == fields[j].written_tag()) return false;
      if (fields[j].presence == Presence::kMandatory) break;
    }
  }
  return true;
}
constexpr bool choice_tags_distinct(std::span<const Field> fields) {
  for (std::size_t i = 0; i < fields.size(); ++i)
    for (std::size_t j = i + 1; j < fields.size(); ++j)
      if (fields[i].written_tag() && fields[i].written_tag() == fields[j].written_tag()) return false;
  return true;
}

constexpr std::string_view unqualified(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}
template <class T>
constexpr Type sequence_type(std::string_view name, Tag tag, std::span<const Field> fields,
                             std::string_view section) {
  Type t{
      .kind = Kind::kSequence, .name = unqualified(name), .section = section, .tag = tag, .fields = fields};
  if constexpr (requires(T& v) { v.unknown; })
    t.unknown = [](void* o) -> std::vector<RawTlv>* { return &static_cast<T*>(o)->unknown; };
  return t;
}
template <class T>
constexpr Type choice_type(std::string_view name, Tag tag, std::span<const Field> fields,
                           std::string_view section) {
  return Type{
      .kind = Kind::kChoice, .name = unqualified(name), .section = section, .tag = tag, .fields = fields};
}

template <class T>
struct TypeFor {
  static constexpr Tag tag = Describe<T>::tag;
  static constexpr const Type* type() { return &Describe<T>::type; }
};

#define EIDER_DER_LEAF(T, KIND, NAME, TAG)             \
  const char* decode_leaf(T&, ByteView, const Rules&); \
  void encode_leaf(const T&, Writer&);                 \
  template <>                                          \
  struct TypeFor<T> {                                  \
    static constexpr Tag tag = TAG;                    \
    static const Type value;                           \
    static constexpr const Type* type() {              \
      return &value;                                   \
    }                                                  \
  }
EIDER_DER_LEAF(bool, kBoolean, "BOOLEAN", 0x01);
EIDER_DER_LEAF(std::int64_t, kInteger, "INTEGER", 0x02);
EIDER_DER_LEAF(Bytes, kOctetString, "OCTET STRING", 0x04);
EIDER_DER_LEAF(std::string, kUtf8String, "UTF8String", 0x0C);
EIDER_DER_LEAF(BitString, kBitString, "BIT STRING", 0x03);
EIDER_DER_LEAF(Oid, kOid, "OBJECT IDENTIFIER", 0x06);
EIDER_DER_LEAF(Null, kNull, "NULL", 0x05);
EIDER_DER_LEAF(OctetsView, kOctetString, "OCTET STRING", 0x04);
EIDER_DER_LEAF(SequenceTlv, kAny, "SEQUENCE", 0x30);
EIDER_DER_LEAF(RawTlv, kAny, "ANY", 0x00);
EIDER_DER_LEAF(TlvView, kAny, "ANY", 0x00);
#undef EIDER_DER_LEAF

// Helpers behind the templates below.
const char* decode_integer(std::int64_t& out, ByteView content);
void encode_integer(std::int64_t value, Writer&);

template <class T>
concept SmallInteger =
    (std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, std::int64_t>) ||
    std::is_enum_v<T>;
template <class T>
struct SmallIntegerLimits : std::numeric_limits<T> {};
template <class T>
  requires std::is_enum_v<T>
struct SmallIntegerLimits<T> : std::numeric_limits<std::underlying_type_t<T>> {};
template <SmallInteger T>
struct TypeFor<T> {
  static constexpr Tag tag = 0x02;
  static constexpr Type value{
      .kind = Kind::kInteger,
      .name = "INTEGER",
      .tag = 0x02,
      .min = std::int64_t{SmallIntegerLimits<T>::min()},
      .max = std::int64_t{SmallIntegerLimits<T>::max()},
      .decode = [](void* v, ByteView c, const Rules&) -> const char* {
        std::int64_t n = 0;
        if (auto* e = decode_integer(n, c)) return e;
        if (n < std::int64_t{SmallIntegerLimits<T>::min()} || n > std::int64_t{SmallIntegerLimits<T>::max()})
          return "out of range";
        *static_cast<T*>(v) = static_cast<T>(n);
        return nullptr;
      },
      .encode = [](const void* v,
                   Writer& w) { encode_integer(static_cast<std::int64_t>(*static_cast<const T*>(v)), w); }};
  static constexpr const Type* type() { return &value; }
};
template <std::size_t N>
struct TypeFor<FixedBytes<N>> {
  static constexpr Tag tag = 0x04;
  static constexpr Type value{
      .kind = Kind::kOctetString,
      .name = "OCTET STRING",
      .tag = 0x04,
      .min = N,
      .max = N,
      .decode = [](void* v, ByteView c, const Rules&) -> const char* {
        if (c.size() != N) return "wrong size";
        std::copy(c.begin(), c.end(), static_cast<FixedBytes<N>*>(v)->begin());
        return nullptr;
      },
      .encode = [](const void* v, Writer& w) { w.put(static_cast<const FixedBytes<N>*>(v)->view()); }};
  static constexpr const Type* type() { return &value; }
};
template <std::size_t N>
struct TypeFor<BoundedBytes<N>> {
  static constexpr Tag tag = 0x04;
  static constexpr Type value{
      .kind = Kind::kOctetString,
      .name = "OCTET STRING",
      .tag = 0x04,
      .max = N,
      .decode = [](void* v, ByteView c, const Rules&) -> const char* {
        return static_cast<BoundedBytes<N>*>(v)->assign(c) ? nullptr : "too long";
      },
      .encode = [](const void* v, Writer& w) { w.put(static_cast<const BoundedBytes<N>*>(v)->view()); }};
  static constexpr const Type* type() { return &value; }
};

template <class List, class T, Kind K, Tag Universal, Tag Element = 0>
constexpr Type list_type(std::string_view name) {
  return Type{
      .kind = K,
      .name = name,
      .tag = Universal,
      .element = TypeFor<T>::type(),
      .element_tag = Element,
      .count = [](const void* l) { return static_cast<const List*>(l)->size(); },
      .at = [](const void* l, std::size_t i) -> const void* { return &(*static_cast<const List*>(l))[i]; },
      .append = [](void* l) -> void* { return &static_cast<List*>(l)->emplace_back(); }};
}
template <class T>
struct TypeFor<std::vector<T>> {
  static constexpr Tag tag = 0x30;
  static constexpr Type value = list_type<std::vector<T>, T, Kind::kSequenceOf, 0x30>("SEQUENCE OF");
  static constexpr const Type* type() { return &value; }
};
template <class T>
struct TypeFor<SetOf<T>> {
  static constexpr Tag tag = 0x31;
  static constexpr Type value = list_type<SetOf<T>, T, Kind::kSetOf, 0x31>("SET OF");
  static constexpr const Type* type() { return &value; }
};
// SEQUENCE OF with a tag on the elements: ListOf<Bytes, 0x86>.
template <class T, Tag Element>
struct TypeFor<ListOf<T, Element>> {
  static constexpr Tag tag = 0x30;
  static constexpr Type value =
      list_type<ListOf<T, Element>, T, Kind::kSequenceOf, 0x30, Element>("SEQUENCE OF");
  static constexpr const Type* type() { return &value; }
};
template <class T>
struct TypeFor<Signed<T>> {
  static constexpr Tag tag = TypeFor<T>::tag;
  static constexpr Type value{
      .kind = Kind::kSigned,
      .name = "Signed",
      .tag = tag,
      .element = TypeFor<T>::type(),
      .inner = [](const void* s) -> const void* { return &static_cast<const Signed<T>*>(s)->value; },
      .raw = [](void* s) -> Bytes* { return &static_cast<Signed<T>*>(s)->raw; }};
  static constexpr const Type* type() { return &value; }
};

// ---- Describing fields
// -----------------------------------------------------------------------------------------

// A member: mandatory, or optional when it is a std::optional (or, for large ones, a std::unique_ptr).
template <auto Member>
constexpr Field field(std::string_view name, Tag tag = 0) {
  using O = typename MemberOf<decltype(Member)>::Owner;
  using V = typename MemberOf<decltype(Member)>::Value;
  using U = Unwrap<V>;
  Field f{.name = name,
          .tag = tag,
          .type = TypeFor<typename U::Inner>::type(),
          .natural = TypeFor<typename U::Inner>::tag};
  f.presence = U::optional ? Presence::kOptional : Presence::kMandatory;
  f.get = [](const void* o, const Field&) -> const void* {
    const auto& m = static_cast<const O*>(o)->*Member;
    if constexpr (U::optional)
      return m ? &*m : nullptr;
    else
      return &m;
  };
  f.make = [](void* o, const Field&) -> void* {
    auto& m = static_cast<O*>(o)->*Member;
    if constexpr (std::is_same_v<V, std::unique_ptr<typename U::Inner>>) {
      m = std::make_unique<typename U::Inner>();
      return m.get();
    } else if constexpr (U::optional) {
      return &m.emplace();
    } else {
      return &m;
    }
  };
  return f;
}
// The written tag wraps the type's own TLV.
template <auto Member>
constexpr Field explicit_field(std::string_view name, Tag tag) {
  auto f = field<Member>(name, tag);
  f.explicit_tag = true;
  return f;
}
// DEFAULT: the member's initial value in a default-constructed owner; never written when equal to it.
template <auto Member>
constexpr Field defaulted(std::string_view name, Tag tag = 0) {
  auto f = field<Member>(name, tag);
  using O = typename MemberOf<decltype(Member)>::Owner;
  f.presence = Presence::kDefault;
  f.get = [](const void* o, const Field&) -> const void* {
    const auto& m = static_cast<const O*>(o)->*Member;
    return m == O{}.*Member ? nullptr : static_cast<const void*>(&m);
  };
  return f;
}
// Alternative I of a CHOICE whose struct holds a std::variant. An optional wrapper is not needed.
template <auto Member, std::size_t I>
constexpr Field alternative(std::string_view name, Tag tag = 0) {
  using O = typename MemberOf<decltype(Member)>::Owner;
  using V = typename MemberOf<decltype(Member)>::Value;
  using T = std::variant_alternative_t<I, V>;
  return Field{.name = name,
               .tag = tag,
               .type = TypeFor<T>::type(),
               .get = [](const void* o, const Field&) -> const void* {
                 return std::get_if<I>(&(static_cast<const O*>(o)->*Member));
               },
               .make = [](void* o, const Field&) -> void* {
                 return &(static_cast<O*>(o)->*Member).template emplace<I>();
               },
               .natural = TypeFor<T>::tag};
}
template <auto Member, std::size_t I>
constexpr Field explicit_alternative(std::string_view name, Tag tag) {
  auto f = alternative<Member, I>(name, tag);
  f.explicit_tag = true;
  return f;
}

// ---- Coding
// ----------------------------------------------------------------------------------------------------

// `tag` overrides the type's own (0: it does not). Exactly one TLV; trailing data is a fault.
Status decode_into(const Type& type, void* value, ByteView input, const Rules& rules, Tag tag = 0);
Bytes encode_value(const Type& type, const void* value, Tag tag = 0);

template <class T>
Result<T> decode(ByteView input, const Rules& rules = Rules::tolerant(), Tag tag = 0) {
  Result<T> out{T{}};
  if (auto s = decode_into(*TypeFor<T>::type(), &*out, input, rules, tag); !s)
    return tl::unexpected<Fault>(std::move(s).error());
  return out;
}
template <class T>
Bytes encode(const T& value, Tag tag = 0) {
  return encode_value(*TypeFor<T>::type(), &value, tag);
}
// A signed structure made here: its octets are fixed now, and they are what will be signed and sent.
template <class T>
Signed<T> seal(T value, Tag tag = 0) {
  Bytes raw = encode(value, tag);
  return Signed<T>{std::move(value), std::move(raw)};
}
// Does a TLV with this tag start a value of the type?
bool starts_with(const Type& type, Tag tag);

}  // namespace eider::der
