#include "codec/json_binding.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "codec/base64.hpp"

namespace eider::json {
namespace bj = boost::json;
namespace {

struct Reader {
  DecodeFault fault;

  bool error(std::string what) {
    fault.what = std::move(what);
    return false;
  }

  bool object(const Object& o, void* value, const bj::value& json) {
    const auto* members = json.if_object();
    if (!members) return error("not a JSON object");
    for (const auto& f : o.fields) {
      const auto* found = members->if_contains(std::string_view(f.name));
      if (!found && !f.alias.empty()) found = members->if_contains(std::string_view(f.alias));
      if (!found || found->is_null()) {
        if (f.optional) continue;
        fault.path = std::string(f.name);
        return error("mandatory member missing");
      }
      if (!member(f, f.make(value), *found)) {
        fault.path = fault.path.empty() ? std::string(f.name) : std::string(f.name) + "." + fault.path;
        return false;
      }
    }
    return true;
  }

  bool member(const Field& f, void* to, const bj::value& v) {
    if (f.coding == Coding::kObject) return object(*f.object, to, v);
    if (f.coding == Coding::kBoolean) {
      if (!v.is_bool()) return error("not a boolean");
      *static_cast<bool*>(to) = v.get_bool();
      return true;
    }
    if (f.coding == Coding::kInteger) return integer(*static_cast<std::int64_t*>(to), v);
    if (f.coding == Coding::kObjectArray) {
      const auto* list = v.if_array();
      if (!list) return error("not an array");
      for (const auto& element : *list)
        if (!object(*f.object, f.append(to), element)) return false;
      return true;
    }
    const auto* s = v.if_string();
    if (!s) return error("not a string");
    const std::string_view text(s->data(), s->size());
    if (f.coding == Coding::kText) {
      *static_cast<std::string*>(to) = text;
      return true;
    }
    auto bytes = f.coding == Coding::kBase64 ? base64_decode(text) : from_hex(text);
    if (!bytes) return error(f.coding == Coding::kBase64 ? "not base64" : "not hexadecimal");
    *static_cast<Bytes*>(to) = *std::move(bytes);
    return true;
  }

  bool integer(std::int64_t& to, const bj::value& v) {
    if (const auto* s = v.if_string()) {
      const auto [end, e] = std::from_chars(s->data(), s->data() + s->size(), to);
      return (e == std::errc() && end == s->data() + s->size()) || error("not an integer");
    }
    if (const auto* n = v.if_int64()) {
      to = *n;
      return true;
    }
    return error("not an integer");
  }
};

void write(const Object& o, const void* value, std::string& out);

void write_member(const Field& f, const void* v, std::string& out) {
  switch (f.coding) {
    case Coding::kText:
      append_quoted(out, *static_cast<const std::string*>(v));
      break;
    case Coding::kBoolean:
      out += *static_cast<const bool*>(v) ? "true" : "false";
      break;
    case Coding::kInteger:
      out += std::to_string(*static_cast<const std::int64_t*>(v));
      break;
    case Coding::kBase64:
      out.append("\"").append(base64_encode(*static_cast<const Bytes*>(v))).append("\"");
      break;
    case Coding::kHex:
      out.append("\"").append(to_hex(*static_cast<const Bytes*>(v))).append("\"");
      break;
    case Coding::kObject:
      write(*f.object, v, out);
      break;
    case Coding::kObjectArray:
      out += '[';
      for (std::size_t i = 0, n = f.count(v); i < n; ++i) {
        if (i) out += ',';
        write(*f.object, f.at(v, i), out);
      }
      out += ']';
      break;
  }
}

void write(const Object& o, const void* value, std::string& out) {
  out += '{';
  bool first = true;
  for (const auto& f : o.fields) {
    const void* v = f.get(value);
    if (!v) continue;
    if (!first) out += ',';
    first = false;
    out.append("\"").append(f.name).append("\":");
    write_member(f, v, out);
  }
  out += '}';
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char kHexDigits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (u < 0x20) {
      out += "\\u00";
      out += kHexDigits[u >> 4];
      out += kHexDigits[u & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

Status decode_into(const Object& object, void* value, std::string_view text) {
  unsigned char buffer[4096];
  bj::monotonic_resource memory(buffer);
  bj::parse_options options;
  options.max_depth = 16;
  boost::system::error_code error;
  const auto json = bj::parse({text.data(), text.size()}, error, &memory, options);
  if (error) return fail(DecodeFault{std::string(object.name), 0, "not JSON: " + error.message()});
  Reader reader;
  if (reader.object(object, value, json)) return {};
  reader.fault.path = reader.fault.path.empty() ? std::string(object.name)
                                                : std::string(object.name) + "." + reader.fault.path;
  return fail(std::move(reader.fault));
}

std::string encode_value(const Object& object, const void* value) {
  std::string out;
  write(object, value, out);
  return out;
}

}  // namespace eider::json
