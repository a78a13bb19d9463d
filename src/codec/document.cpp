#include "codec/document.hpp"

#include <charconv>
#include <set>

#include "codec/der_secret.hpp"

namespace eider::document {
namespace {

using der::Field;
using der::Kind;
using der::Presence;
using der::Type;

constexpr int kMaxDepth = 32;
constexpr std::string_view kUnknown = "unknown";

bool matches(const Field& f, Tag tag) {
  return f.tag ? f.tag == tag : der::starts_with(*f.type, tag);
}

// ---- Octets to a tree

class Reader {
 public:
  explicit Reader(ByteView input) : begin_(input.data()) {}

  Result<Tlv> single(ByteView content) {
    EIDER_TRY(tlv, next(content));
    if (tlv.whole.size() != content.size())
      return fault(content.subspan(tlv.whole.size()), "data after the end");
    return tlv;
  }

  Result<Node> value(const Type& type, const Tlv& tlv, const Field* f, bool retag, int depth) {
    if (depth > kMaxDepth) return fault(tlv.whole, "nested too deeply");
    switch (type.kind) {
      case Kind::kSequence:
        return sequence(type, tlv, depth);
      case Kind::kSequenceOf:
      case Kind::kSetOf:
        return elements(type, tlv, depth);
      case Kind::kChoice:
        return choice(type, tlv, retag, depth);
      case Kind::kSigned:
        return value(*type.element, tlv, f, retag, depth);
      case Kind::kAny:
        return retag ? any(tlv.value) : any(tlv.whole);
      default:
        return leaf(type, tlv, f);
    }
  }

 private:
  const std::uint8_t* begin_;

  tl::unexpected<Fault> fault(ByteView at, std::string what) const {
    const auto offset = at.data() ? static_cast<std::size_t>(at.data() - begin_) : 0;
    return fail(DecodeFault{"document", offset, std::move(what)});
  }
  Result<Tlv> next(ByteView content) const {
    auto tlv = read_tlv(content);
    if (tlv) return *tlv;
    const auto* f = tlv.error().as<DecodeFault>();
    return fault(content.subspan(f ? std::min(f->offset, content.size()) : 0), f ? f->what : "no TLV");
  }
  static Result<Node> any(ByteView whole) { return octets("", whole); }

  Result<Node> member(const Field& f, const Tlv& tlv, int depth) {
    Tlv inner = tlv;
    if (f.explicit_tag) {
      EIDER_TRY(found, single(tlv.value));
      inner = found;
    }
    EIDER_TRY(node, value(*f.type, inner, &f, !f.explicit_tag && f.tag != 0, depth + 1));
    node.name = std::string(f.name);
    return node;
  }

  Result<Node> sequence(const Type& type, const Tlv& tlv, int depth) {
    auto out = map("");
    auto unknown = list(std::string(kUnknown));
    std::size_t pos = 0;
    for (ByteView rest = tlv.value; !rest.empty();) {
      EIDER_TRY(t, next(rest));
      rest = rest.subspan(t.whole.size());
      std::size_t j = pos;
      while (j < type.fields.size() && !matches(type.fields[j], t.tag) &&
             type.fields[j].presence != Presence::kMandatory)
        ++j;
      if (j == type.fields.size() || !matches(type.fields[j], t.tag)) {
        unknown.add(octets("", t.whole));
        continue;
      }
      EIDER_TRY(node, member(type.fields[j], t, depth));
      out.add(std::move(node));
      pos = j + 1;
    }
    if (!unknown.children.empty()) out.add(std::move(unknown));
    return out;
  }

  Result<Node> elements(const Type& type, const Tlv& tlv, int depth) {
    auto out = list("");
    for (ByteView rest = tlv.value; !rest.empty();) {
      EIDER_TRY(t, next(rest));
      rest = rest.subspan(t.whole.size());
      EIDER_TRY(node, value(*type.element, t, nullptr, type.element_tag != 0, depth + 1));
      out.add(std::move(node));
    }
    return out;
  }

  Result<Node> choice(const Type& type, const Tlv& tlv, bool retag, int depth) {
    Tlv chosen = tlv;
    if (type.tag || retag) {
      EIDER_TRY(inner, single(tlv.value));
      chosen = inner;
    }
    for (const auto& f : type.fields)
      if (matches(f, chosen.tag)) {
        EIDER_TRY(node, member(f, chosen, depth));
        auto out = map("");
        out.add(std::move(node));
        return out;
      }
    return fault(chosen.whole, "no alternative has the tag " + tag_text(chosen.tag));
  }

  Result<Node> leaf(const Type& type, const Tlv& tlv, const Field* f) {
    const auto refuse = [&](const char* why) { return fault(tlv.value, why); };
    switch (type.kind) {
      case Kind::kInteger: {
        std::int64_t n = 0;
        if (const char* e = der::decode_integer(n, tlv.value)) return refuse(e);
        if (f)
          for (const auto& named : f->names)
            if (named.value == n) return scalar("", std::string(named.name));
        return scalar("", std::to_string(n));
      }
      case Kind::kBoolean:
        if (tlv.value.size() != 1) return refuse("BOOLEAN of other than one octet");
        return scalar("", tlv.value[0] ? "true" : "false");
      case Kind::kNull:
        return tlv.value.empty() ? Result<Node>(scalar("", "true")) : refuse("NULL with content");
      case Kind::kUtf8String: {
        std::string text;
        if (const char* e = der::decode_leaf(text, tlv.value, der::Rules::strict())) return refuse(e);
        return scalar("", std::move(text), Node::Style::kText);
      }
      case Kind::kOid: {
        const auto oid = der::Oid::from_content(tlv.value);
        return oid ? Result<Node>(scalar("", oid->dotted(), Node::Style::kText))
                   : refuse("malformed OBJECT IDENTIFIER");
      }
      case Kind::kBitString:
        return bits(tlv.value);
      default: {
        auto out = octets("", tlv.value);
        out.secret = &type == der::TypeFor<Secret>::type();
        return out;
      }
    }
  }
  // A digit a bit, the first one first.
  Result<Node> bits(ByteView content) const {
    der::BitString value;
    if (const char* e = der::decode_leaf(value, content, der::Rules::strict())) return fault(content, e);
    std::string text;
    const auto count = static_cast<int>(content.size() - 1) * 8 - content[0];
    for (int i = 0; i < count; ++i) text.push_back(value.test(i) ? '1' : '0');
    return scalar("", std::move(text), Node::Style::kText);
  }
};

}  // namespace

const Node* Node::find(std::string_view member) const {
  for (const auto& c : children)
    if (c.name == member) return &c;
  return nullptr;
}
Node scalar(std::string name, std::string text, Node::Style style) {
  return {.name = std::move(name), .text = std::move(text), .style = style};
}
Node octets(std::string name, ByteView value) {
  return scalar(std::move(name), to_hex(value), Node::Style::kOctets);
}
Node map(std::string name) {
  return {.kind = Node::Kind::kMap, .name = std::move(name)};
}
Node list(std::string name) {
  return {.kind = Node::Kind::kList, .name = std::move(name)};
}

Result<Node> from_der(const Type& type, ByteView der) {
  Reader reader(der);
  EIDER_TRY(tlv, reader.single(der));
  return reader.value(type, tlv, nullptr, false, 0);
}

tl::unexpected<Fault> fault_at(const Node& node, std::string_view path, std::string_view what) {
  std::string place;
  if (node.line)
    place = "line " + std::to_string(node.line) + ", column " + std::to_string(node.column) + ": ";
  return fail_local(place + (path.empty() ? "" : std::string(path) + ": ") + std::string(what));
}

// ---- A tree to octets

namespace {

class Writer {
 public:
  Status value(const Type& type, const Node& node, const Field* f, Tag tag, int depth) {
    if (depth > kMaxDepth) return fault(node, "nested too deeply");
    const std::size_t before = out_.size();
    Tag own = tag ? tag : type.tag;
    switch (type.kind) {
      case Kind::kSequence:
        EIDER_CHECK(sequence(type, node, depth));
        break;
      case Kind::kSequenceOf:
      case Kind::kSetOf:
        EIDER_CHECK(elements(type, node, f, depth));
        break;
      case Kind::kChoice:
        EIDER_CHECK(choice(type, node, depth));
        break;
      case Kind::kSigned:
        return value(*type.element, node, f, tag, depth);
      case Kind::kAny: {
        EIDER_TRY(tlv, whole_tlv(node));
        out_.put(tlv);
        own = tag;
        break;
      }
      default: {
        EIDER_TRY(content, leaf(type, node, f));
        EIDER_CHECK(limits(type, node, f, content));
        out_.put(content);
        zeroise(content);
        break;
      }
    }
    if (own) out_.header(own, out_.size() - before);
    return {};
  }
  Bytes finish() { return out_.finish(); }

 private:
  der::Writer out_;
  std::vector<std::string> path_;

  tl::unexpected<Fault> fault(const Node& node, std::string_view what) const {
    std::string path;
    for (const auto& p : path_) path += (path.empty() || p.starts_with('[') ? "" : ".") + p;
    return fault_at(node, path, what);
  }

  Status member(const Field& f, const Node& node, int depth) {
    path_.emplace_back(f.name);
    const std::size_t before = out_.size();
    EIDER_CHECK(value(*f.type, node, &f, f.explicit_tag ? 0 : f.tag, depth + 1));
    if (f.explicit_tag) out_.header(f.tag, out_.size() - before);
    path_.pop_back();
    return {};
  }

  Status sequence(const Type& type, const Node& node, int depth) {
    if (node.kind != Node::Kind::kMap) return fault(node, "members of " + std::string(type.name) + " wanted");
    std::set<std::string_view> seen;
    for (const auto& c : node.children) {
      const bool known = c.name == kUnknown ||
                         std::ranges::any_of(type.fields, [&](const Field& f) { return f.name == c.name; });
      if (!known) return fault(c, "\"" + c.name + "\" is no member of " + std::string(type.name));
      if (!seen.insert(c.name).second) return fault(c, "\"" + c.name + "\" stands here twice");
    }
    if (const auto* unknown = node.find(kUnknown)) EIDER_CHECK(raw_list(*unknown));
    for (std::size_t i = type.fields.size(); i-- > 0;) {
      const auto& f = type.fields[i];
      if (const auto* c = node.find(f.name))
        EIDER_CHECK(member(f, *c, depth));
      else if (f.presence == Presence::kMandatory)
        return fault(node, "\"" + std::string(f.name) + "\" is missing");
    }
    return {};
  }
  Status raw_list(const Node& node) {
    if (node.kind != Node::Kind::kList) return fault(node, "a list of hexadecimal TLVs wanted");
    for (std::size_t i = node.children.size(); i-- > 0;) {
      EIDER_TRY(tlv, whole_tlv(node.children[i]));
      out_.put(tlv);
    }
    return {};
  }
  Result<Bytes> whole_tlv(const Node& node) const {
    auto tlv = node.kind == Node::Kind::kScalar ? from_hex(node.text) : std::nullopt;
    if (!tlv || !read_single_tlv(*tlv)) return fault(node, "one TLV in hexadecimal wanted");
    return *std::move(tlv);
  }

  Status elements(const Type& type, const Node& node, const Field* f, int depth) {
    if (node.kind != Node::Kind::kList) return fault(node, "a list wanted");
    const auto count = static_cast<std::int64_t>(node.children.size());
    if (f && (count < f->min || count > f->max))
      return fault(node,
                   std::to_string(count) + " elements, which is too " + (count < f->min ? "few" : "many"));
    for (std::size_t i = node.children.size(); i-- > 0;) {
      path_.push_back("[" + std::to_string(i) + "]");
      EIDER_CHECK(value(*type.element, node.children[i], nullptr, type.element_tag, depth + 1));
      path_.pop_back();
    }
    return {};
  }

  Status choice(const Type& type, const Node& node, int depth) {
    if (node.kind != Node::Kind::kMap || node.children.size() != 1)
      return fault(node, "one alternative of " + std::string(type.name) + " wanted");
    const auto& chosen = node.children[0];
    for (const auto& f : type.fields)
      if (f.name == chosen.name) return member(f, chosen, depth);
    return fault(chosen, "\"" + chosen.name + "\" is no alternative of " + std::string(type.name));
  }

  Result<Bytes> leaf(const Type& type, const Node& node, const Field* f) const {
    if (node.kind != Node::Kind::kScalar) return fault(node, "a single value wanted");
    switch (type.kind) {
      case Kind::kInteger:
        return integer(type, node, f);
      case Kind::kBoolean:
        if (node.text != "true" && node.text != "false") return fault(node, "true or false wanted");
        return Bytes{static_cast<std::uint8_t>(node.text == "true" ? 0xFF : 0x00)};
      case Kind::kNull:
        if (node.text != "true") return fault(node, "true wanted; leave the member out otherwise");
        return Bytes{};
      case Kind::kUtf8String: {
        std::string text;
        if (const char* e = der::decode_leaf(text, as_bytes(node.text), der::Rules::strict()))
          return fault(node, e);
        return to_bytes(as_bytes(text));
      }
      case Kind::kOid: {
        const auto oid = der::Oid::parse(node.text);
        if (!oid) return fault(node, "an object identifier in dotted form wanted");
        return to_bytes(oid->content());
      }
      case Kind::kBitString:
        return bits(node);
      default: {
        auto value = from_hex(node.text);
        if (!value) return fault(node, "hexadecimal wanted");
        return *std::move(value);
      }
    }
  }
  Result<Bytes> integer(const Type& type, const Node& node, const Field* f) const {
    std::int64_t n = 0;
    const auto names = f ? f->names : std::span<const der::NamedValue>{};
    const auto named = std::ranges::find(names, std::string_view(node.text), &der::NamedValue::name);
    if (named != names.end()) {
      n = named->value;
    } else {
      const char* end = node.text.data() + node.text.size();
      const auto [next, error] = std::from_chars(node.text.data(), end, n);
      if (error != std::errc() || next != end) return fault(node, "a number wanted");
    }
    if (n < type.min || n > type.max || (f && (n < f->min || n > f->max)))
      return fault(node, std::to_string(n) + " is out of range");
    der::Writer w;
    der::encode_integer(n, w);
    return w.finish();
  }
  Result<Bytes> bits(const Node& node) const {
    if (node.text.size() > 128 || node.text.find_first_not_of("01") != std::string::npos)
      return fault(node, "a digit 0 or 1 for each bit wanted, 128 at most");
    Bytes out(1 + (node.text.size() + 7) / 8);
    out[0] = static_cast<std::uint8_t>((8 - node.text.size() % 8) % 8);
    for (std::size_t i = 0; i < node.text.size(); ++i)
      if (node.text[i] == '1') out[1 + i / 8] |= static_cast<std::uint8_t>(0x80 >> i % 8);
    return out;
  }
  Status limits(const Type& type, const Node& node, const Field* f, const Bytes& content) const {
    if (type.kind != Kind::kOctetString && type.kind != Kind::kUtf8String) return {};
    auto size = static_cast<std::int64_t>(content.size());
    if (type.kind == Kind::kUtf8String)
      size = std::ranges::count_if(content, [](std::uint8_t c) { return (c & 0xC0) != 0x80; });
    const char* unit = type.kind == Kind::kUtf8String ? " characters" : " octets";
    if (size < type.min || size > type.max || (f && (size < f->min || size > f->max)))
      return fault(node, std::to_string(size) + unit + " do not fit");
    return {};
  }
};

}  // namespace

Result<Bytes> to_der(const Type& type, const Node& node) {
  Writer writer;
  EIDER_CHECK(writer.value(type, node, nullptr, 0, 0));
  return writer.finish();
}

}  // namespace eider::document
