#include "codec/yaml.hpp"

#include <yaml.h>

namespace eider::document {
namespace {

// ---- Reading

constexpr std::size_t kNameLimit = 100;  // escaped, still less than the 1024 octets that YAML gives a name

class Parser {
 public:
  Parser(std::string_view text, const TextLimits& limits) : limits_(limits) {
    ready_ = yaml_parser_initialize(&parser_) != 0;
    if (ready_) {
      yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
      yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                   text.size());
    }
  }
  ~Parser() {
    if (ready_) yaml_parser_delete(&parser_);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  Result<Node> run() {
    if (!ready_) return fail_local("no memory for a YAML parser");
    for (bool more = true; more;) {
      Event e;
      if (!yaml_parser_parse(&parser_, &e.event)) return syntax_error();
      e.valid = true;
      more = e.event.type != YAML_STREAM_END_EVENT;
      EIDER_CHECK(take(e.event));
    }
    if (!root_) return fail_local("the document is empty");
    return *std::move(root_);
  }

 private:
  struct Event {
    yaml_event_t event{};
    bool valid = false;
    ~Event() {
      if (valid) yaml_event_delete(&event);
    }
  };
  const TextLimits& limits_;
  yaml_parser_t parser_{};
  bool ready_ = false;
  std::vector<Node> open_;  // maps and lists that have not ended
  std::optional<std::string> key_;
  std::vector<std::optional<std::string>> keys_;  // of each open node
  std::optional<Node> root_;
  std::size_t nodes_ = 0, documents_ = 0;

  static tl::unexpected<Fault> at(const yaml_mark_t& mark, std::string_view what) {
    Node place;
    place.line = mark.line + 1;
    place.column = mark.column + 1;
    return fault_at(place, {}, what);
  }
  tl::unexpected<Fault> syntax_error() const {
    const std::string why = parser_.problem ? parser_.problem : "no YAML";
    if (parser_.error == YAML_READER_ERROR)
      return fail_local("octet " + std::to_string(parser_.problem_offset) + ": " + why);
    return at(parser_.problem_mark, why);
  }

  Status take(const yaml_event_t& e) {
    switch (e.type) {
      case YAML_DOCUMENT_START_EVENT:
        return ++documents_ > 1 ? Status(at(e.start_mark, "a second document")) : Status{};
      case YAML_ALIAS_EVENT:
        return at(e.start_mark, "aliases are not read");
      case YAML_SCALAR_EVENT:
        return take_scalar(e);
      case YAML_MAPPING_START_EVENT:
        return open(e, Node::Kind::kMap, e.data.mapping_start.anchor, e.data.mapping_start.tag);
      case YAML_SEQUENCE_START_EVENT:
        return open(e, Node::Kind::kList, e.data.sequence_start.anchor, e.data.sequence_start.tag);
      case YAML_MAPPING_END_EVENT:
      case YAML_SEQUENCE_END_EVENT: {
        auto done = std::move(open_.back());
        open_.pop_back();
        keys_.pop_back();
        return place(std::move(done));
      }
      default:
        return {};
    }
  }

  Result<Node> node_of(const yaml_event_t& e, Node::Kind kind, const void* anchor, const void* tag) {
    if (anchor || tag) return at(e.start_mark, "anchors and tags are not read");
    if (++nodes_ > limits_.nodes) return at(e.start_mark, "too many values");
    Node n{.kind = kind};
    n.line = e.start_mark.line + 1;
    n.column = e.start_mark.column + 1;
    return n;
  }
  Status open(const yaml_event_t& e, Node::Kind kind, const void* anchor, const void* tag) {
    if (open_.size() >= limits_.depth) return at(e.start_mark, "nested too deeply");
    if (in_key()) return at(e.start_mark, "the name of a member is a plain text");
    EIDER_TRY(n, node_of(e, kind, anchor, tag));
    open_.push_back(std::move(n));
    keys_.emplace_back();
    return {};
  }
  // The next scalar is the name of a member.
  bool in_key() const { return !open_.empty() && open_.back().kind == Node::Kind::kMap && !keys_.back(); }

  Status take_scalar(const yaml_event_t& e) {
    const auto& s = e.data.scalar;
    std::string text(reinterpret_cast<const char*>(s.value), s.length);
    if (in_key()) {
      if (text.empty()) return at(e.start_mark, "a member without a name");
      if (text.size() > kNameLimit) return at(e.start_mark, "a name of more than 100 octets");
      keys_.back() = std::move(text);
      return {};
    }
    EIDER_TRY(n, node_of(e, Node::Kind::kScalar, s.anchor, s.tag));
    n.text = std::move(text);
    n.style = s.style == YAML_PLAIN_SCALAR_STYLE ? Node::Style::kPlain : Node::Style::kText;
    return place(std::move(n));
  }
  Status place(Node n) {
    if (open_.empty()) {
      root_ = std::move(n);
      return {};
    }
    if (open_.back().kind == Node::Kind::kMap) n.name = *std::exchange(keys_.back(), std::nullopt);
    open_.back().add(std::move(n));
    return {};
  }
};

// ---- Writing

bool is_word(std::string_view text) {  // readable without quotes wherever it stands
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  }) && text[0] != '-';
}
bool is_number(std::string_view text) {
  const auto digits = text.starts_with('-') ? text.substr(1) : text;
  return !digits.empty() && digits.size() < 19 && (digits.size() == 1 || digits[0] != '0') &&
         digits.find_first_not_of("0123456789") == std::string_view::npos;
}
// The same in YAML and JSON, without quotes.
bool is_plain(const Node& n) {
  return n.style == Node::Style::kPlain && (is_number(n.text) || n.text == "true" || n.text == "false");
}

constexpr std::size_t kLineDigits = 64;  // of hexadecimal
constexpr std::size_t kUnbroken = 96;

// Characters that stand in a YAML stream as they are (YAML 1.1 section 5.1), line breaks excepted.
bool is_printable(std::uint32_t code) {
  return code >= 0xA0 && code != 0x2028 && code != 0x2029 && code != 0xFEFF && code != 0xFFFE &&
         code != 0xFFFF;
}

// Double quotes know every character; these escapes are JSON as well.
std::string in_quotes(std::string_view text) {
  std::string q = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const auto b = static_cast<std::uint8_t>(text[i]);
    const std::size_t size = b < 0x80 ? 1 : b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
    std::uint32_t code = size == 1 ? b : b & (0x7Fu >> size);
    for (std::size_t k = 1; k < size && i + k < text.size(); ++k)
      code = code << 6 | (static_cast<std::uint8_t>(text[i + k]) & 0x3Fu);
    if (b == '"' || b == '\\') q += '\\';
    if ((code >= 0x20 && code < 0x7F) || is_printable(code)) {
      q += text.substr(i, size);
    } else {
      const std::uint8_t octets[] = {static_cast<std::uint8_t>(code >> 8), static_cast<std::uint8_t>(code)};
      q += "\\u" + to_hex(octets);
    }
    i += size;
  }
  return q + "\"";
}

class YamlWriter {
 public:
  std::string out;

  void document(const Node& root) {
    comment(root, 0);
    if (root.kind == Node::Kind::kScalar || root.children.empty())
      value(root, 0);
    else
      children(root, 0);
  }

 private:
  void indent(std::size_t n) { out.append(n, ' '); }

  void comment(const Node& n, std::size_t at) {
    for (std::size_t from = 0; from < n.comment.size();) {
      const auto end = std::min(n.comment.find('\n', from), n.comment.size());
      indent(at);
      out += "# ";
      for (const char c : n.comment.substr(from, end - from))
        out += static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E ? '?' : c;
      out += '\n';
      from = end + 1;
    }
  }

  void children(const Node& parent, std::size_t at) {
    for (const auto& c : parent.children) {
      comment(c, at);
      indent(at);
      entry(parent, c, at);
    }
  }
  void entry(const Node& parent, const Node& c, std::size_t at) {
    if (parent.kind == Node::Kind::kList) {
      out += "- ";
      if (c.kind == Node::Kind::kMap && !c.children.empty()) return inline_map(c, at + 2);
      if (c.kind == Node::Kind::kList && !c.children.empty()) {
        out.back() = '\n';
        return children(c, at + 2);
      }
      return value(c, at + 2);
    }
    out += is_word(c.name) ? c.name : in_quotes(c.name);
    out += ':';
    if (c.kind != Node::Kind::kScalar && !c.children.empty()) {
      out += '\n';
      return children(c, at + 2);
    }
    out += ' ';
    value(c, at + 2);
  }
  // The first member stands on the line of the dash, unless it is commented.
  void inline_map(const Node& map, std::size_t at) {
    bool first = map.children[0].comment.empty();
    if (!first) out.back() = '\n';
    for (const auto& c : map.children) {
      comment(c, at);
      if (!first) indent(at);
      first = false;
      entry(map, c, at);
    }
  }

  void value(const Node& n, std::size_t at) {
    if (n.kind != Node::Kind::kScalar)
      out += n.kind == Node::Kind::kMap ? "{}" : "[]";
    else if (is_plain(n) || (n.style == Node::Style::kPlain && is_word(n.text)))
      out += n.text;
    else if (n.style == Node::Style::kOctets && n.text.size() > kUnbroken)
      broken(n.text, at);
    else
      out += in_quotes(n.text);
    out += '\n';
  }

  // Reading folds the line breaks into blanks, which hexadecimal may have.
  void broken(std::string_view digits, std::size_t at) {
    for (std::size_t i = 0; i < digits.size(); i += kLineDigits) {
      out += i ? "\n" + std::string(at, ' ') : "\"";
      out += digits.substr(i, kLineDigits);
    }
    out += '"';
  }
};

void json_of(const Node& n, std::size_t at, std::string& out) {
  if (n.kind == Node::Kind::kScalar) {
    if (is_plain(n))
      out += n.text;
    else
      out += in_quotes(n.text);
    return;
  }
  const bool map = n.kind == Node::Kind::kMap;
  out += map ? '{' : '[';
  for (std::size_t i = 0; i < n.children.size(); ++i) {
    out += (i ? ",\n" : "\n") + std::string(at + 2, ' ');
    if (map) {
      out += in_quotes(n.children[i].name) + ": ";
    }
    json_of(n.children[i], at + 2, out);
  }
  if (!n.children.empty()) out += "\n" + std::string(at, ' ');
  out += map ? '}' : ']';
}

}  // namespace

Result<Node> from_text(std::string_view text, const TextLimits& limits) {
  if (text.size() > limits.octets)
    return fail_local("the text is larger than " + std::to_string(limits.octets) + " octets");
  return Parser(text, limits).run();
}

std::string to_yaml(const Node& node) {
  YamlWriter writer;
  writer.document(node);
  return std::move(writer.out);
}
std::string to_json(const Node& node) {
  std::string out;
  json_of(node, 0, out);
  out += '\n';
  return out;
}

}  // namespace eider::document
