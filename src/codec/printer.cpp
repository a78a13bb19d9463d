#include "codec/printer.hpp"

#include <algorithm>

namespace eider::der {
namespace {

constexpr int kMaxDepth = 40;
constexpr std::size_t kMaxNodes = 100000;

std::string list_names(const BitString& bits, std::size_t count, std::span<const NamedValue> names) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (!bits.test(static_cast<int>(i))) continue;
    const auto it = std::ranges::find(names, static_cast<std::int64_t>(i), &NamedValue::value);
    if (!out.empty()) out += ", ";
    out += it != names.end() ? std::string(it->name) : "bit " + std::to_string(i);
  }
  return "{" + out + "}";
}

bool printable(ByteView octets) {
  return !octets.empty() && std::ranges::all_of(octets, [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
}

class Walker {
 public:
  Walker(ByteView input, const PrintHooks& hooks) : begin_(input.data()), hooks_(hooks) {}

  Node make(const Tlv& tlv) {
    Node n{.tag = tlv.tag,
           .offset = at(tlv.whole),
           .header_size = tlv.header_size(),
           .length = tlv.value.size()};
    if (const auto strict = read_tlv(tlv.whole); !strict)
      fault(n, tlv.whole, strict.error().as<DecodeFault>()->what);
    return n;
  }

  // Calls `each` with every TLV of `content`; what is no TLV becomes a child of its own.
  template <class Each>
  void split(Node& parent, ByteView content, Each each) {
    while (!content.empty()) {
      const auto tlv = read_tlv(content, false);
      if (!tlv || ++nodes_ > kMaxNodes) {
        const auto* f = tlv ? nullptr : tlv.error().as<DecodeFault>();
        Node rest{.offset = at(content), .length = content.size(), .content = to_bytes(content)};
        fault(rest, content.subspan(f ? std::min(f->offset, content.size()) : 0),
              f ? f->what : "too many members");
        parent.children.push_back(std::move(rest));
        return;
      }
      each(*tlv);
      content = content.subspan(tlv->whole.size());
    }
  }

  Node untyped(const Tlv& tlv, int depth) {
    Node n = make(tlv);
    if (is_constructed(tlv.tag) && depth < kMaxDepth) {
      split(n, tlv.value, [&](const Tlv& t) { n.children.push_back(untyped(t, depth + 1)); });
      return n;
    }
    n.content = to_bytes(tlv.value);
    universal(n, tlv);
    return n;
  }

  Node value(const Type& type, const Tlv& tlv, const Field* f, bool retag, int depth) {
    if (depth >= kMaxDepth) {
      Node n = untyped(tlv, depth);
      fault(n, tlv.whole, "nested too deep");
      return n;
    }
    switch (type.kind) {
      case Kind::kSequence:
        return sequence(type, tlv, depth);
      case Kind::kSequenceOf:
      case Kind::kSetOf:
        return list(type, tlv, f, depth);
      case Kind::kChoice:
        return choice(type, tlv, retag, depth);
      case Kind::kSigned:
        return value(*type.element, tlv, f, retag, depth);
      case Kind::kAny:
        return any(type, tlv, f, retag, depth);
      default:
        return leaf(type, tlv, f, depth);
    }
  }

  void fault(Node& n, ByteView where, std::string what) const {
    if (!n.error.empty()) return;
    n.error = std::move(what);
    n.error_offset = at(where);
  }

 private:
  const std::uint8_t* begin_;
  const PrintHooks& hooks_;
  std::size_t nodes_ = 0;

  std::size_t at(ByteView v) const { return v.data() ? static_cast<std::size_t>(v.data() - begin_) : 0; }

  static bool matches(const Field& f, Tag tag) { return f.tag ? f.tag == tag : starts_with(*f.type, tag); }

  Node member(const Field& f, const Tlv& tlv, int depth) {
    Node n;
    if (!f.explicit_tag) {
      n = value(*f.type, tlv, &f, f.tag != 0, depth);
    } else {
      n = make(tlv);
      n.type = f.type->name;
      wrapped(n, tlv, [&](const Tlv& t) { return value(*f.type, t, &f, false, depth + 1); });
    }
    n.name = n.name.empty() ? std::string(f.name) : std::string(f.name) + "." + n.name;
    if (!f.note.empty()) n.note = f.note;
    return n;
  }

  template <class Inside>
  void wrapped(Node& n, const Tlv& tlv, Inside inside) {
    split(n, tlv.value, [&](const Tlv& t) {
      if (n.children.empty()) return n.children.push_back(inside(t));
      fault(n, t.whole, "data after the end");
      n.children.push_back(untyped(t, 0));
    });
    if (n.children.empty()) fault(n, tlv.value, "empty where a value must be");
  }

  Node sequence(const Type& type, const Tlv& tlv, int depth) {
    Node n = make(tlv);
    n.type = type.name;
    n.note = type.section;
    const auto& fields = type.fields;
    std::size_t pos = 0;
    split(n, tlv.value, [&](const Tlv& t) {
      const auto found = std::find_if(fields.begin() + static_cast<std::ptrdiff_t>(pos), fields.end(),
                                      [&](const Field& f) { return matches(f, t.tag); });
      if (found == fields.end()) {
        Node child = untyped(t, depth + 1);
        child.unknown = true;
        for (auto& inside : child.children) forgive(inside);
        if (std::any_of(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(pos),
                        [&](const Field& f) { return f.tag && f.tag == t.tag; }))
          fault(child, t.whole, "repeated or out of order");
        n.children.push_back(std::move(child));
        return;
      }
      const auto j = static_cast<std::size_t>(found - fields.begin());
      for (; pos < j; ++pos)
        if (fields[pos].presence == Presence::kMandatory)
          fault(
              n, t.whole,
              "mandatory member " + std::string(fields[pos].name) + " missing, found tag " + tag_text(t.tag));
      pos = j + 1;
      n.children.push_back(member(*found, t, depth + 1));
    });
    for (; pos < fields.size(); ++pos)
      if (fields[pos].presence == Presence::kMandatory)
        fault(n, tlv.whole.subspan(tlv.whole.size()),
              "mandatory member " + std::string(fields[pos].name) + " missing");
    return n;
  }

  Node list(const Type& type, const Tlv& tlv, const Field* f, int depth) {
    Node n = make(tlv);
    n.type = std::string(type.name) + " " + std::string(type.element->name);
    std::size_t i = 0;
    split(n, tlv.value, [&](const Tlv& t) {
      const bool fits = type.element_tag ? t.tag == type.element_tag : starts_with(*type.element, t.tag);
      Node child =
          fits ? value(*type.element, t, nullptr, type.element_tag != 0, depth + 1) : untyped(t, depth + 1);
      if (!fits) fault(child, t.whole, "unexpected tag " + tag_text(t.tag));
      const auto index = "[" + std::to_string(i++) + "]";
      child.name = child.name.empty() ? index : index + "." + child.name;
      n.children.push_back(std::move(child));
    });
    limits(n, tlv, f, static_cast<std::int64_t>(i), "elements");
    return n;
  }

  Node choice(const Type& type, const Tlv& tlv, bool retag, int depth) {
    if (!type.tag && !retag) return alternative(type, tlv, depth);
    Node n = make(tlv);
    n.type = type.name;
    n.note = type.section;
    wrapped(n, tlv, [&](const Tlv& t) { return alternative(type, t, depth + 1); });
    return n;
  }

  Node alternative(const Type& type, const Tlv& tlv, int depth) {
    for (const auto& f : type.fields)
      if (matches(f, tlv.tag)) return member(f, tlv, depth);
    Node n = untyped(tlv, depth);
    fault(n, tlv.whole, "no alternative of " + std::string(type.name) + " has the tag " + tag_text(tlv.tag));
    return n;
  }

  Node any(const Type& type, const Tlv& tlv, const Field* f, bool retag, int depth) {
    if (retag) {
      Node n = make(tlv);
      wrapped(n, tlv, [&](const Tlv& t) { return any(type, t, f, false, depth + 1); });
      return n;
    }
    if (hooks_.value)
      if (auto text = hooks_.value(f, type, tlv.whole)) {
        Node n = make(tlv);
        n.value = std::move(*text);
        n.content = to_bytes(tlv.value);
        return n;
      }
    if (const Type* inner = hooks_.inner ? hooks_.inner(f, tlv.whole) : nullptr)
      if (starts_with(*inner, tlv.tag)) return value(*inner, tlv, f, false, depth + 1);
    Node n = untyped(tlv, depth);
    for (auto& child : n.children) forgive(child);
    return n;
  }

  // What is inside an ANY or an unknown member is not the message's business: there, octets that are no TLV
  // are no error.
  static void forgive(Node& n) {
    n.error.clear();
    for (auto& child : n.children) forgive(child);
  }

  Node leaf(const Type& type, const Tlv& tlv, const Field* f, int depth) {
    Node n = make(tlv);
    n.type = type.name;
    n.content = to_bytes(tlv.value);
    check(n, type, tlv, f);
    if (hooks_.value)
      if (auto text = hooks_.value(f, type, tlv.value)) n.value = std::move(*text);
    if (type.kind != Kind::kOctetString || !hooks_.inner) return n;
    if (const Type* inner = hooks_.inner(f, tlv.value))
      split(n, tlv.value, [&](const Tlv& t) {
        n.children.push_back(starts_with(*inner, t.tag) ? value(*inner, t, nullptr, false, depth + 1)
                                                        : untyped(t, depth + 1));
      });
    return n;
  }

  // The codec's own meaning of a leaf, and whether its content is one.
  void check(Node& n, const Type& type, const Tlv& tlv, const Field* f) {
    const char* error = nullptr;
    const auto names = f ? f->names : std::span<const NamedValue>{};
    auto size = static_cast<std::int64_t>(tlv.value.size());
    const char* unit = "octets";
    switch (type.kind) {
      case Kind::kInteger:
        if (!(error = decode_integer(size, tlv.value))) {
          const auto it = std::ranges::find(names, size, &NamedValue::value);
          n.value = it != names.end() ? std::string(it->name) + "(" + std::to_string(size) + ")"
                                      : std::to_string(size);
        }
        if (!error && (size < type.min || size > type.max)) error = "out of range";
        unit = "";
        break;
      case Kind::kBoolean: {
        bool b = false;
        if (!(error = decode_leaf(b, tlv.value, Rules::strict()))) n.value = b ? "true" : "false";
        break;
      }
      case Kind::kBitString: {
        BitString b;
        if (!(error = decode_leaf(b, tlv.value, Rules::strict()))) {
          size = (size - 1) * 8 - tlv.value[0];
          n.value = list_names(b, static_cast<std::size_t>(size), names);
        }
        unit = "bits";
        break;
      }
      case Kind::kUtf8String: {
        std::string s;
        if (!(error = decode_leaf(s, tlv.value, Rules::strict()))) {
          size = std::ranges::count_if(s, [](char c) { return (c & 0xC0) != 0x80; });
          n.value = "\"" + s + "\"";
        }
        unit = "characters";
        break;
      }
      case Kind::kOid: {
        Oid oid;
        if (!(error = decode_leaf(oid, tlv.value, Rules::strict()))) n.value = oid.dotted();
        break;
      }
      case Kind::kNull:
        if (!tlv.value.empty()) error = "NULL with content";
        break;
      default:
        if (size < type.min || size > type.max) error = "wrong size";
        break;
    }
    if (error) return fault(n, tlv.value, error);
    limits(n, tlv, f, size, unit);
  }

  void limits(Node& n, const Tlv& tlv, const Field* f, std::int64_t size, std::string_view unit) const {
    if (!f || (size >= f->min && size <= f->max)) return;
    const auto bound = [](std::int64_t b) {
      const bool open =
          b == std::numeric_limits<std::int64_t>::min() || b == std::numeric_limits<std::int64_t>::max();
      return open ? std::string("any") : std::to_string(b);
    };
    fault(n, tlv.value,
          std::to_string(size) + (unit.empty() ? "" : " ") + std::string(unit) + " outside " + bound(f->min) +
              ".." + bound(f->max));
  }

  void universal(Node& n, const Tlv& tlv) {
    const Type* type = nullptr;
    switch (tlv.tag) {
      case 0x01:
        type = TypeFor<bool>::type();
        break;
      case 0x02:
        type = TypeFor<std::int64_t>::type();
        break;
      case 0x05:
        type = TypeFor<Null>::type();
        break;
      case 0x06:
        type = TypeFor<Oid>::type();
        break;
      case 0x0C:
        type = TypeFor<std::string>::type();
        break;
      default:
        if (printable(tlv.value) && tlv.value.size() >= 4)
          n.value = "\"" + std::string(as_text(tlv.value)) + "\"";
        return;
    }
    n.type = type->name;
    Node probe = n;
    check(probe, *type, tlv, nullptr);
    if (probe.error.empty()) n.value = probe.value;
  }
};

}  // namespace

Node print(const Type& type, ByteView input, const PrintHooks& hooks, Tag tag) {
  Walker w(input, hooks);
  Node top;
  w.split(top, input, [&](const Tlv& t) {
    if (!top.children.empty()) {
      w.fault(top.children.front(), t.whole, "data after the end");
      return;
    }
    if (tag ? t.tag == tag : starts_with(type, t.tag)) {
      top.children.push_back(w.value(type, t, nullptr, tag != 0 && type.tag == 0, 0));
      return;
    }
    Node n = w.untyped(t, 0);
    w.fault(n, t.whole, "tag " + tag_text(t.tag) + " does not start " + std::string(type.name));
    top.children.push_back(std::move(n));
  });
  if (top.children.empty()) {
    Node n{.type = std::string(type.name)};
    w.fault(n, input, "no octets");
    return n;
  }
  Node out = std::move(top.children.front());
  for (std::size_t i = 1; i < top.children.size(); ++i)  // what follows is no TLV
    if (out.error.empty()) {
      out.error = "data after the end";
      out.error_offset = top.children[i].offset;
    }
  if (out.type.empty()) out.type = type.name;
  return out;
}

std::vector<Node> print_untyped(ByteView input) {
  const PrintHooks none;
  Walker w(input, none);
  Node top;
  w.split(top, input, [&](const Tlv& t) { top.children.push_back(w.untyped(t, 0)); });
  return std::move(top.children);
}

const Node* first_error(const Node& node) {
  const Node* best = node.error.empty() ? nullptr : &node;
  for (const auto& child : node.children)
    if (const Node* e = first_error(child); e && (!best || e->error_offset < best->error_offset)) best = e;
  return best;
}

std::size_t count_unknown(const Node& node) {
  std::size_t n = node.unknown ? 1 : 0;
  for (const auto& child : node.children) n += count_unknown(child);
  return n;
}

void shift(Node& node, std::size_t by) {
  node.offset += by;
  node.error_offset += by;
  for (auto& child : node.children) shift(child, by);
}

}  // namespace eider::der
