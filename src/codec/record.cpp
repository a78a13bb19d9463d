#include "codec/record.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace eider::xml {
namespace {

#define EIDER_XML_CHECK(expr) \
  if (auto r_ = (expr); !r_) return tl::unexpected(std::move(r_).error())

constexpr std::string_view kInstance = "http://www.w3.org/2001/XMLSchema-instance";

template <class T>
bool read_integer(const Simple& type, std::string_view text, void* value) {
  text = detail::trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return false;
  if (n < type.min_value || (type.max_value && n > type.max_value) || n > std::numeric_limits<T>::max())
    return false;
  *static_cast<T*>(value) = static_cast<T>(n);
  return true;
}
template <class T>
std::string write_integer(const Simple&, const void* value) {
  return std::to_string(*static_cast<const T*>(value));
}
template <class T>
SimpleOf<T> integer(std::string_view name, std::uint64_t min, std::uint64_t max, std::string_view example) {
  Simple s{.name = name, .base = "xs:integer", .example = example, .min_value = min, .max_value = max};
  s.read = read_integer<T>;
  s.write = write_integer<T>;
  return {s};
}

bool read_text(const Simple& type, std::string_view text, void* value) {
  if (text.size() < type.min_length || (type.max_length && text.size() > type.max_length * 4)) return false;
  // Characters of UTF-8 are counted: what follows a first octet is none.
  const auto characters =
      std::ranges::count_if(text, [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0) != 0x80; });
  if (type.max_length && static_cast<std::size_t>(characters) > type.max_length) return false;
  *static_cast<std::string*>(value) = text;
  return true;
}
bool read_boolean(const Simple&, std::string_view text, void* value) {
  text = detail::trimmed(text);
  const bool yes = text == "true" || text == "1";
  if (!yes && text != "false" && text != "0") return false;
  *static_cast<bool*>(value) = yes;
  return true;
}
bool read_time(const Simple&, std::string_view text, void* value) {
  const std::string plain(detail::trimmed(text));
  auto t = parse_time(plain);
  if (!t) t = parse_time(plain + "Z");
  if (!t) return false;
  *static_cast<Time*>(value) = *t;
  return true;
}
bool read_hex(const Simple& type, std::string_view text, void* value) {
  auto octets = from_hex(detail::trimmed(text));
  if (!octets || octets->size() < type.min_length || (type.max_length && octets->size() > type.max_length))
    return false;
  *static_cast<Bytes*>(value) = std::move(*octets);
  return true;
}
bool read_hex_octet(const Simple&, std::string_view text, void* value) {
  return detail::read_fixed(text, static_cast<std::uint8_t*>(value), 1);
}

Simple boolean_type() {
  Simple s{.name = "xs:boolean", .base = "xs:boolean", .example = "true"};
  s.read = read_boolean;
  s.write = [](const Simple&, const void* value) {
    return std::string(*static_cast<const bool*>(value) ? "true" : "false");
  };
  return s;
}
Simple time_type() {
  Simple s{.name = "xs:dateTime", .base = "xs:dateTime", .example = "2026-03-01T12:00:00Z"};
  s.read = read_time;
  s.write = [](const Simple&, const void* value) { return format_time(*static_cast<const Time*>(value)); };
  return s;
}

class Decoder {
 public:
  Decoder(const Element& element, AcceptsNamespace accepts) : element_(element), accepts_(accepts) {}

  Read<void> record(const Record& record, void* value) {
    EIDER_XML_CHECK(children(record, value));
    return missing(record, value);
  }

 private:
  struct Target {
    const Field* field;
    void* owner;
    std::size_t slot;  // in seen_
  };

  // Fields of inlined records count from where theirs begin.
  static std::size_t slots(const Record& record) {
    std::size_t n = 0;
    for (const auto& f : record.fields) n += f.form == Form::kInline ? slots(*f.record) : 1;
    return n;
  }
  std::optional<Target> find(const Record& record, void* owner, std::string_view name, std::size_t slot = 0) {
    for (const auto& f : record.fields) {
      if (f.form == Form::kInline) {
        if (auto t = find(*f.record, f.make(owner), name, slot)) return t;
        slot += slots(*f.record);
        continue;
      }
      if (same_name(f.name, name)) return Target{&f, owner, slot};
      ++slot;
    }
    return std::nullopt;
  }

  Read<void> children(const Record& record, void* value) {
    seen_.assign(slots(record), 0);
    for (auto child = element_.first_child(); child; child = child->next()) {
      const auto ns = child->namespace_name();
      if (!ns.empty() && !accepts_(ns)) continue;
      const auto target = find(record, value, child->name());
      if (!target) continue;
      if (const auto nil = child->attribute("nil", kInstance); nil && (*nil == "true" || *nil == "1"))
        continue;
      const auto& f = *target->field;
      if (++seen_[target->slot] > 1 && f.max != 0 && seen_[target->slot] > f.max)
        return tl::unexpected(
            child->problem(Problem::Kind::kDuplicate,
                           f.max == 1 ? "the element is there twice" : "the element is there too often"));
      if (f.choice) {
        if (choice_ && choice_->choice == f.choice && choice_ != &f)
          return tl::unexpected(
              child->problem(Problem::Kind::kInvalid, "the element excludes " + std::string(choice_->name)));
        choice_ = &f;
      }
      EIDER_XML_CHECK(one(f, target->owner, *child));
    }
    return {};
  }

  Read<void> one(const Field& f, void* owner, const Element& child) {
    if (f.kept) {
      auto xml = child.standalone();
      if (!xml) return tl::unexpected(child.problem(Problem::Kind::kMalformed, xml.error().message()));
      *f.kept(owner) = std::move(*xml);
      if (f.form == Form::kRaw) return {};
    }
    void* value = f.make(owner);
    if (f.append) value = f.append(value);
    if (f.record) return decode_into(*f.record, value, child, accepts_);
    return simple(f, value, child.text(), child);
  }

  static Read<void> simple(const Field& f, void* value, const std::optional<std::string>& text,
                           const Element& at) {
    if (!text)
      return tl::unexpected(
          at.problem(Problem::Kind::kInvalid, "the element holds elements where a value belongs"));
    if (f.simple->read(*f.simple, *text, value)) return {};
    std::string shown = text->size() > 40 ? text->substr(0, 40) + "…" : *text;
    auto p = at.problem(Problem::Kind::kInvalid, "'" + shown + "' is no " + std::string(f.simple->name));
    if (f.form == Form::kAttribute) p.path += "/@" + std::string(f.name);
    return tl::unexpected(std::move(p));
  }

  // Attributes are read here: those that are written as elements were read before.
  Read<void> missing(const Record& record, void* owner, std::size_t slot = 0) {
    for (const auto& f : record.fields) {
      if (f.form == Form::kInline) {
        EIDER_XML_CHECK(missing(*f.record, f.make(owner), slot));
        slot += slots(*f.record);
        continue;
      }
      auto& seen = seen_[slot++];
      if (f.form == Form::kAttribute && seen == 0)
        if (const auto text = element_.attribute(f.name)) {
          EIDER_XML_CHECK(simple(f, f.make(owner), text, element_));
          ++seen;
        }
      if (seen == 0 && f.substitute && f.substitute(element_, f.make(owner))) ++seen;
      if (seen < f.min) {
        auto p = element_.problem(Problem::Kind::kMissing,
                                  "the mandatory element " + std::string(f.name) + " is missing");
        p.path += "/" + std::string(f.name);
        return tl::unexpected(std::move(p));
      }
    }
    return {};
  }

  Element element_;
  AcceptsNamespace accepts_;
  std::vector<std::uint32_t> seen_;
  const Field* choice_ = nullptr;
};

void encode_one(Writer& writer, const Field& f, const void* owner, const void* value,
                std::string_view prefix) {
  if (f.kept) {
    const auto& xml = *f.kept(const_cast<void*>(owner));
    if (!xml.empty()) return writer.raw(xml);
    if (f.form == Form::kRaw) return;
  }
  writer.open(std::string(prefix) + std::string(f.name));
  if (f.record)
    encode_fields(writer, *f.record, value, prefix);
  else
    writer.text(f.simple->write(*f.simple, value));
  writer.close();
}

}  // namespace

namespace detail {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}
bool read_fixed(std::string_view text, std::uint8_t* out, std::size_t size) {
  const auto octets = from_hex(trimmed(text));
  if (!octets || octets->size() != size) return false;
  std::ranges::copy(*octets, out);
  return true;
}
bool read_enumeration(const Simple& type, std::string_view text, std::size_t& index) {
  const auto it =
      std::ranges::find_if(type.values, [&](std::string_view v) { return same_name(v, trimmed(text)); });
  index = static_cast<std::size_t>(it - type.values.begin());
  return it != type.values.end();
}

}  // namespace detail

const SimpleOf<bool> kBoolean{boolean_type()};
const SimpleOf<Time> kDateTime{time_type()};

SimpleOf<std::string> text_type(std::string_view name, std::size_t max_length, std::string_view example,
                                std::string_view pattern) {
  Simple s{
      .name = name, .base = "xs:string", .example = example, .max_length = max_length, .pattern = pattern};
  s.read = read_text;
  s.write = [](const Simple&, const void* value) { return *static_cast<const std::string*>(value); };
  return {s};
}
SimpleOf<std::uint8_t> octet_type(std::string_view name, std::uint8_t min, std::uint8_t max) {
  return integer<std::uint8_t>(name, min, max, "2");
}
SimpleOf<std::uint32_t> integer_type(std::string_view name) {
  return integer<std::uint32_t>(name, 0, std::numeric_limits<std::uint32_t>::max(), "70000");
}
SimpleOf<std::uint64_t> long_type(std::string_view name) {
  return integer<std::uint64_t>(name, 0, 0, "1099511627775");
}
SimpleOf<std::uint8_t> hex_octet_type(std::string_view name) {
  Simple s{.name = name, .base = "xs:hexBinary", .example = "88", .min_length = 1, .max_length = 1};
  s.read = read_hex_octet;
  s.write = [](const Simple&, const void* value) {
    return to_hex({static_cast<const std::uint8_t*>(value), 1});
  };
  return {s};
}
SimpleOf<Bytes> hex_type(std::string_view name, std::size_t min_octets, std::size_t max_octets) {
  Simple s{.name = name,
           .base = "xs:hexBinary",
           .example = "5A0101",
           .min_length = min_octets,
           .max_length = max_octets};
  s.read = read_hex;
  s.write = [](const Simple&, const void* value) { return to_hex(*static_cast<const Bytes*>(value)); };
  return {s};
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::size_t i = 0, j = 0;
  while (true) {
    while (i < a.size() && a[i] == '-') ++i;
    while (j < b.size() && b[j] == '-') ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (lower(a[i++]) != lower(b[j++])) return false;
  }
}

Read<void> decode_into(const Record& record, void* value, const Element& element, AcceptsNamespace accepts) {
  return Decoder(element, accepts).record(record, value);
}

void encode_fields(Writer& writer, const Record& record, const void* value, std::string_view prefix) {
  for (const auto& f : record.fields)
    if (f.form == Form::kAttribute)
      if (const auto* v = f.get(value)) writer.attribute(f.name, f.simple->write(*f.simple, v));
  for (const auto& f : record.fields) {
    if (f.form == Form::kAttribute) continue;
    const auto* v = f.get(value);
    if (!v) continue;
    if (f.form == Form::kInline) {
      encode_fields(writer, *f.record, v, prefix);
      continue;
    }
    if (!f.count) {
      encode_one(writer, f, value, v, prefix);
      continue;
    }
    for (std::size_t i = 0; i < f.count(v); ++i) encode_one(writer, f, value, f.at(v, i), prefix);
  }
}

}  // namespace eider::xml
