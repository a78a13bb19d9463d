#include "codec/der.hpp"

#include <algorithm>

#include "base/secret.hpp"

namespace eider::der {

// ---- Leaves
// ----------------------------------------------------------------------------------------------------

const char* decode_integer(std::int64_t& out, ByteView c) {
  if (c.empty()) return "INTEGER without content";
  if (c.size() > 1 && ((c[0] == 0x00 && !(c[1] & 0x80)) || (c[0] == 0xFF && (c[1] & 0x80))))
    return "INTEGER not in its shortest form";
  if (c.size() > 8) return "INTEGER too large";
  std::uint64_t v = (c[0] & 0x80) ? ~std::uint64_t{0} : 0;
  for (auto b : c) v = v << 8 | b;
  out = static_cast<std::int64_t>(v);
  return nullptr;
}
void encode_integer(std::int64_t v, Writer& w) {
  for (;;) {
    const auto b = static_cast<std::uint8_t>(v);
    w.put(b);
    v >>= 8;
    if ((v == 0 && !(b & 0x80)) || (v == -1 && (b & 0x80))) return;
  }
}

const char* decode_leaf(std::int64_t& v, ByteView c, const Rules&) {
  return decode_integer(v, c);
}
void encode_leaf(const std::int64_t& v, Writer& w) {
  encode_integer(v, w);
}

const char* decode_leaf(bool& v, ByteView c, const Rules& rules) {
  if (c.size() != 1) return "BOOLEAN of other than one octet";
  if (c[0] != 0x00 && c[0] != 0xFF && !rules.any_true) return "BOOLEAN neither 00 nor FF";
  v = c[0] != 0;
  return nullptr;
}
void encode_leaf(const bool& v, Writer& w) {
  w.put(static_cast<std::uint8_t>(v ? 0xFF : 0x00));
}

const char* decode_leaf(Bytes& v, ByteView c, const Rules&) {
  v.assign(c.begin(), c.end());
  return nullptr;
}
void encode_leaf(const Bytes& v, Writer& w) {
  w.put(v);
}

namespace {
// Characters, or -1 when the octets are not UTF-8 (RFC 3629: shortest forms, no surrogates).
std::int64_t utf8_length(ByteView c) {
  std::int64_t n = 0;
  for (std::size_t i = 0; i < c.size(); ++n) {
    const std::uint8_t b = c[i++];
    if (b < 0x80) continue;
    const int more = b >= 0xF0 ? 3 : b >= 0xE0 ? 2 : 1;
    if (b < 0xC2 || b > 0xF4 || c.size() - i < static_cast<std::size_t>(more)) return -1;
    std::uint32_t cp = b & (0x3F >> more);
    for (int k = 0; k < more; ++k, ++i) {
      if ((c[i] & 0xC0) != 0x80) return -1;
      cp = cp << 6 | (c[i] & 0x3F);
    }
    if ((more == 2 && cp < 0x800) || (more == 3 && (cp < 0x10000 || cp > 0x10FFFF)) ||
        (cp >= 0xD800 && cp < 0xE000))
      return -1;
  }
  return n;
}
}  // namespace

const char* decode_leaf(std::string& v, ByteView c, const Rules&) {
  if (utf8_length(c) < 0) return "not UTF-8";
  v.assign(as_text(c));
  return nullptr;
}
void encode_leaf(const std::string& v, Writer& w) {
  w.put(as_bytes(v));
}

const char* decode_leaf(BitString& v, ByteView c, const Rules&) {
  if (c.empty()) return "BIT STRING without the octet of unused bits";
  const unsigned unused = c[0];
  c = c.subspan(1);
  if (unused > 7 || (c.empty() && unused)) return "number of unused bits";
  if (c.size() > v.data().size()) return "BIT STRING longer than 128 bits";
  if (!c.empty() && (c.back() & ((1u << unused) - 1))) return "unused bits are not zero";
  v = BitString();
  std::copy(c.begin(), c.end(), v.data().begin());
  return nullptr;
}
void encode_leaf(const BitString& v, Writer& w) {
  std::size_t n = v.data().size();
  while (n > 0 && v.data()[n - 1] == 0) --n;
  int unused = 0;
  if (n > 0)
    while (!(v.data()[n - 1] >> unused & 1)) ++unused;
  w.put(ByteView(v.data()).first(n));
  w.put(static_cast<std::uint8_t>(unused));
}

const char* decode_leaf(Oid& v, ByteView c, const Rules&) {
  auto o = Oid::from_content(c);
  if (!o) return "malformed OBJECT IDENTIFIER";
  v = *o;
  return nullptr;
}
void encode_leaf(const Oid& v, Writer& w) {
  w.put(v.content());
}

const char* decode_leaf(OctetsView& v, ByteView c, const Rules&) {
  v.bytes = c;
  return nullptr;
}
void encode_leaf(const OctetsView& v, Writer& w) {
  w.put(v.bytes);
}

const char* decode_leaf(Null&, ByteView c, const Rules&) {
  return c.empty() ? nullptr : "NULL with content";
}
void encode_leaf(const Null&, Writer&) {}

namespace {
template <class T>
constexpr Type leaf(Kind kind, std::string_view name, Tag tag) {
  return Type{
      .kind = kind,
      .name = name,
      .tag = tag,
      .decode = [](void* v, ByteView c, const Rules& r) { return decode_leaf(*static_cast<T*>(v), c, r); },
      .encode = [](const void* v, Writer& w) { encode_leaf(*static_cast<const T*>(v), w); }};
}
}  // namespace
constinit const Type TypeFor<bool>::value = leaf<bool>(Kind::kBoolean, "BOOLEAN", 0x01);
constinit const Type TypeFor<std::int64_t>::value = leaf<std::int64_t>(Kind::kInteger, "INTEGER", 0x02);
constinit const Type TypeFor<Bytes>::value = leaf<Bytes>(Kind::kOctetString, "OCTET STRING", 0x04);
constinit const Type TypeFor<std::string>::value = leaf<std::string>(Kind::kUtf8String, "UTF8String", 0x0C);
constinit const Type TypeFor<BitString>::value = leaf<BitString>(Kind::kBitString, "BIT STRING", 0x03);
constinit const Type TypeFor<Oid>::value = leaf<Oid>(Kind::kOid, "OBJECT IDENTIFIER", 0x06);
constinit const Type TypeFor<Null>::value = leaf<Null>(Kind::kNull, "NULL", 0x05);
constinit const Type TypeFor<OctetsView>::value = leaf<OctetsView>(Kind::kOctetString, "OCTET STRING", 0x04);
constinit const Type TypeFor<SequenceTlv>::value = {
    .kind = Kind::kAny,
    .name = "SEQUENCE",
    .tag = 0x30,
    .keep = [](void* v, ByteView whole) { static_cast<SequenceTlv*>(v)->der = to_bytes(whole); },
    .kept = [](const void* v) -> ByteView { return static_cast<const SequenceTlv*>(v)->der; }};
constinit const Type TypeFor<RawTlv>::value = {
    .kind = Kind::kAny,
    .name = "ANY",
    .keep = [](void* v, ByteView whole) { static_cast<RawTlv*>(v)->der = to_bytes(whole); },
    .kept = [](const void* v) -> ByteView { return static_cast<const RawTlv*>(v)->der; }};
constinit const Type TypeFor<TlvView>::value = {
    .kind = Kind::kAny,
    .name = "ANY",
    .keep = [](void* v, ByteView whole) { static_cast<TlvView*>(v)->der = whole; },
    .kept = [](const void* v) -> ByteView { return static_cast<const TlvView*>(v)->der; }};

// ---- Writer
// ----------------------------------------------------------------------------------------------------

namespace {
thread_local Bytes scratch;
thread_local bool scratch_taken = false;
}  // namespace

Writer::Writer() : buffer_(scratch_taken ? own_ : scratch), borrowed_(!scratch_taken) {
  scratch_taken = true;
  if (buffer_.size() < 2048) buffer_.resize(2048);
  pos_ = buffer_.size();
}
Writer::~Writer() {
  zeroise(std::span(buffer_).subspan(pos_));  // keys pass through here too
  if (borrowed_) {
    if (buffer_.size() > 1 << 16) Bytes().swap(buffer_);
    scratch_taken = false;
  }
}
std::size_t Writer::size() const {
  return buffer_.size() - pos_;
}
ByteView Writer::tail(std::size_t from) const {
  return ByteView(buffer_).subspan(pos_, size() - from);
}

void Writer::grow(std::size_t need) {
  const std::size_t used = size();
  Bytes bigger(std::max(buffer_.size() * 2, used + need));
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(pos_), buffer_.end(),
            bigger.end() - static_cast<std::ptrdiff_t>(used));
  zeroise(buffer_);
  buffer_ = std::move(bigger);
  pos_ = buffer_.size() - used;
}
void Writer::put(ByteView bytes) {
  if (bytes.size() > pos_) grow(bytes.size());
  pos_ -= bytes.size();
  std::copy(bytes.begin(), bytes.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(pos_));
}
void Writer::header(Tag tag, std::size_t n) {
  if (n < 0x80) {
    put(static_cast<std::uint8_t>(n));
  } else {
    std::uint8_t count = 0;
    for (; n; n >>= 8, ++count) put(static_cast<std::uint8_t>(n));
    put(static_cast<std::uint8_t>(0x80 | count));
  }
  do put(static_cast<std::uint8_t>(tag));
  while (tag >>= 8);
}
Bytes Writer::finish() {
  return Bytes(buffer_.begin() + static_cast<std::ptrdiff_t>(pos_), buffer_.end());
}

// ---- Decoding
// --------------------------------------------------------------------------------------------------

bool starts_with(const Type& type, Tag tag) {
  if (type.tag) return type.tag == tag;
  if (type.kind == Kind::kAny) return true;
  if (type.kind == Kind::kSigned) return starts_with(*type.element, tag);
  if (type.kind == Kind::kChoice)
    for (const auto& f : type.fields)
      if (f.tag ? f.tag == tag : starts_with(*f.type, tag)) return true;
  return false;
}

namespace {

class Decoder {
 public:
  Decoder(ByteView input, const Rules& rules) : begin_(input.data()), rules_(rules) {}
  DecodeFault fault;

  bool error(ByteView at, std::string what) {
    fault.offset = static_cast<std::size_t>(at.data() - begin_);
    fault.what = std::move(what);
    return false;
  }
  void in(std::string_view name) {
    fault.path = fault.path.empty()            ? std::string(name)
                 : fault.path.starts_with('[') ? std::string(name) + fault.path
                                               : std::string(name) + "." + fault.path;
  }
  bool next(ByteView& rest, Tlv& out) {
    auto t = read_tlv(rest, rules_.minimal_lengths);
    if (!t) {
      auto f = *t.error().as<DecodeFault>();
      return error(rest.subspan(std::min(f.offset, rest.size())), f.what);
    }
    out = *t;
    rest = rest.subspan(t->whole.size());
    return true;
  }

  // `retag`: the tag found stands in the place of the type's own; `f` carries limits, when there is a field.
  bool value(const Type& type, void* v, const Tlv& tlv, const Field* f, bool retag, int depth) {
    if (depth > rules_.max_depth) return error(tlv.whole, "nested too deeply");
    switch (type.kind) {
      case Kind::kSequence:
        return sequence(type, v, tlv.value, depth);
      case Kind::kSequenceOf:
      case Kind::kSetOf:
        return list(type, v, tlv.value, f, depth);
      case Kind::kChoice:
        return choice(type, v, tlv, retag, depth);
      case Kind::kSigned: {
        auto* raw = type.raw(v);
        raw->assign(tlv.whole.begin(), tlv.whole.end());
        return value(*type.element, const_cast<void*>(type.inner(v)), tlv, f, retag, depth);
      }
      case Kind::kAny: {
        if (!retag) {
          type.keep(v, tlv.whole);
          return true;
        }
        ByteView rest = tlv.value;
        Tlv inner;
        if (!next(rest, inner)) return false;
        if (!rest.empty()) return error(rest, "data after the end");
        type.keep(v, inner.whole);
        return true;
      }
      default:
        return leaf(type, v, tlv, f);
    }
  }

  bool member(const Field& f, void* owner, const Tlv& tlv, int depth) {
    void* v = f.make(owner, f);
    if (!f.explicit_tag) {
      if (value(*f.type, v, tlv, &f, f.tag != 0, depth)) return true;
    } else {
      ByteView rest = tlv.value;
      Tlv inner;
      if (next(rest, inner) && (rest.empty() || error(rest, "data after the end")) &&
          (starts_with(*f.type, inner.tag) || error(inner.whole, "unexpected tag " + tag_text(inner.tag))) &&
          value(*f.type, v, inner, &f, false, depth))
        return true;
    }
    in(f.name);
    return false;
  }

 private:
  const std::uint8_t* begin_;
  const Rules& rules_;

  bool leaf(const Type& type, void* v, const Tlv& tlv, const Field* f) {
    if (const char* e = type.decode(v, tlv.value, rules_)) return error(tlv.value, e);
    if (!f || !rules_.limits) return true;
    std::int64_t n = static_cast<std::int64_t>(tlv.value.size());
    if (type.kind == Kind::kUtf8String) n = utf8_length(tlv.value);
    if (type.kind == Kind::kBitString) n = n > 0 ? (n - 1) * 8 - tlv.value[0] : 0;
    if (type.kind == Kind::kInteger) decode_integer(n, tlv.value);
    if (n < f->min || n > f->max)
      return error(tlv.value, (type.kind == Kind::kInteger ? "value " : "size ") + std::to_string(n) +
                                  " outside " + std::to_string(f->min) + ".." + std::to_string(f->max));
    return true;
  }

  bool sequence(const Type& type, void* v, ByteView rest, int depth) {
    const auto& fields = type.fields;
    std::size_t pos = 0;
    while (!rest.empty()) {
      Tlv t;
      if (!next(rest, t)) return false;
      std::size_t j = pos;
      while (j < fields.size() && !matches(fields[j], t.tag) && fields[j].presence != Presence::kMandatory)
        ++j;
      if (j < fields.size() && matches(fields[j], t.tag)) {
        if (!member(fields[j], v, t, depth + 1)) return false;
        if (fields[j].presence == Presence::kDefault && !rules_.explicit_defaults &&
            !fields[j].get(v, fields[j])) {
          in(fields[j].name);
          return error(t.whole, "DEFAULT value written out");
        }
        pos = j + 1;
        continue;
      }
      if (j < fields.size() && any_match(fields.subspan(j + 1), t.tag)) {
        in(fields[j].name);
        return error(t.whole, "mandatory member missing, found tag " + tag_text(t.tag));
      }
      if (any_match(fields.first(pos), t.tag))
        return error(t.whole, "member " + tag_text(t.tag) + " repeated or out of order");
      if (!rules_.unknown_extensions) return error(t.whole, "unexpected tag " + tag_text(t.tag));
      if (type.unknown) type.unknown(v)->push_back(RawTlv{to_bytes(t.whole)});
    }
    for (; pos < fields.size(); ++pos)
      if (fields[pos].presence == Presence::kMandatory) {
        in(fields[pos].name);
        return error(rest, "mandatory member missing");
      }
    return true;
  }

  static bool matches(const Field& f, Tag tag) { return f.tag ? f.tag == tag : starts_with(*f.type, tag); }
  static bool any_match(std::span<const Field> fields, Tag tag) {
    return std::ranges::any_of(
        fields, [&](const Field& f) { return (f.tag || f.type->kind != Kind::kAny) && matches(f, tag); });
  }

  bool list(const Type& type, void* v, ByteView rest, const Field* f, int depth) {
    std::size_t n = 0;
    ByteView previous;
    for (; !rest.empty(); ++n) {
      Tlv t;
      if (!next(rest, t)) return indexed(n);
      if (type.element_tag ? t.tag != type.element_tag : !starts_with(*type.element, t.tag)) {
        error(t.whole, "unexpected tag " + tag_text(t.tag));
        return indexed(n);
      }
      if (type.kind == Kind::kSetOf && n && !rules_.explicit_defaults &&
          std::ranges::lexicographical_compare(t.whole, previous))
        return error(t.whole, "SET OF not in DER order");
      previous = t.whole;
      if (!value(*type.element, type.append(v), t, nullptr, type.element_tag != 0, depth + 1))
        return indexed(n);
    }
    const auto count = static_cast<std::int64_t>(n);
    if (f && rules_.limits && (count < f->min || count > f->max))
      return error(rest, std::to_string(n) + " elements");
    return true;
  }
  bool indexed(std::size_t n) {
    in("[" + std::to_string(n) + "]");
    return false;
  }

  bool choice(const Type& type, void* v, const Tlv& tlv, bool retag, int depth) {
    Tlv t = tlv;
    if (type.tag || retag) {  // the outer tag wraps the chosen alternative
      ByteView rest = tlv.value;
      if (!next(rest, t)) return false;
      if (!rest.empty()) return error(rest, "data after the end");
    }
    for (const auto& f : type.fields)
      if (matches(f, t.tag)) return member(f, v, t, depth + 1);
    return error(t.whole, "no alternative has the tag " + tag_text(t.tag));
  }
};

// ---- Encoding
// --------------------------------------------------------------------------------------------------

void write(const Type& type, const void* v, Tag tag, Writer& w);

void write_member(const Field& f, const void* owner, Writer& w) {
  const void* v = f.get(owner, f);
  if (!v) return;
  if (!f.explicit_tag) return write(*f.type, v, f.tag, w);
  const std::size_t before = w.size();
  write(*f.type, v, 0, w);
  w.header(f.tag, w.size() - before);
}

void write_list(const Type& type, const void* v, Writer& w) {
  const std::size_t n = type.count(v);
  if (type.kind == Kind::kSequenceOf) {
    for (std::size_t i = n; i-- > 0;) write(*type.element, type.at(v, i), type.element_tag, w);
    return;
  }
  std::vector<Bytes> parts;
  for (std::size_t i = 0; i < n; ++i)
    parts.push_back(encode_value(*type.element, type.at(v, i), type.element_tag));
  std::ranges::sort(parts);
  for (std::size_t i = n; i-- > 0;) w.put(parts[i]);
}

void write(const Type& type, const void* v, Tag tag, Writer& w) {
  const std::size_t before = w.size();
  Tag own = tag ? tag : type.tag;
  switch (type.kind) {
    case Kind::kSequence: {
      if (type.unknown) {
        const auto& unknown = *type.unknown(const_cast<void*>(v));
        for (std::size_t i = unknown.size(); i-- > 0;) w.put(unknown[i].der);
      }
      for (std::size_t i = type.fields.size(); i-- > 0;) write_member(type.fields[i], v, w);
      break;
    }
    case Kind::kSequenceOf:
    case Kind::kSetOf:
      write_list(type, v, w);
      break;
    case Kind::kChoice:
      for (const auto& f : type.fields)
        if (f.get(v, f)) {
          write_member(f, v, w);
          break;
        }
      break;
    case Kind::kSigned: {
      const auto& raw = *type.raw(const_cast<void*>(v));
      if (raw.empty()) return write(*type.element, type.inner(v), tag, w);
      return w.put(raw);
    }
    case Kind::kAny:
      w.put(type.kept(v));
      own = tag;
      break;
    default:
      type.encode(v, w);
      break;
  }
  if (own) w.header(own, w.size() - before);
}

}  // namespace

Status decode_into(const Type& type, void* value, ByteView input, const Rules& rules, Tag tag) {
  Decoder d(input, rules);
  ByteView rest = input;
  Tlv t;
  bool ok = d.next(rest, t);
  if (ok && !rest.empty()) ok = d.error(rest, "data after the end");
  if (ok && !(tag ? t.tag == tag : starts_with(type, t.tag)))
    ok = d.error(t.whole, "tag " + tag_text(t.tag) +
                              (tag || type.tag ? " instead of " + tag_text(tag ? tag : type.tag)
                                               : " is no alternative"));
  if (ok) ok = d.value(type, value, t, nullptr, tag != 0 && type.tag == 0, 0);
  if (ok) return {};
  d.in(type.kind == Kind::kSigned ? type.element->name : type.name);
  return fail(std::move(d.fault));
}

Bytes encode_value(const Type& type, const void* value, Tag tag) {
  Writer w;
  write(type, value, tag, w);
  return w.finish();
}

}  // namespace eider::der
