#include "codec/record_text.hpp"

#include <utility>

#include "codec/json_binding.hpp"

namespace eider::xml {
namespace {

// Every value of a field: none, one, or those of a list.
template <class Visit>
void each(const Field& f, const void* owner, Visit&& visit) {
  const auto* v = f.get(owner);
  if (!v) return;
  if (!f.count) return visit(v);
  for (std::size_t i = 0; i < f.count(v); ++i) visit(f.at(v, i));
}

// XML as it came, without a value of its own.
bool is_raw(const Field& f) {
  return f.form == Form::kRaw;
}

void append_simple(std::string& out, const Simple& type, const void* value) {
  const auto text = type.write(type, value);
  if (type.base == "xs:integer" || type.base == "xs:boolean")
    out += text;
  else
    json::append_quoted(out, text);
}

void append_members(std::string& out, const Record& record, const void* value, bool& first);

void append_value(std::string& out, const Field& f, const void* value) {
  if (f.simple) return append_simple(out, *f.simple, value);
  if (is_raw(f)) return json::append_quoted(out, *static_cast<const std::string*>(value));
  bool first = true;
  out += '{';
  append_members(out, *f.record, value, first);
  out += '}';
}

void append_members(std::string& out, const Record& record, const void* value, bool& first) {
  for (const auto& f : record.fields) {
    const auto* v = f.get(value);
    if (!v) continue;
    if (f.form == Form::kInline) {
      append_members(out, *f.record, v, first);
      continue;
    }
    if (!std::exchange(first, false)) out += ',';
    json::append_quoted(out, f.name);
    out += ':';
    if (!f.count) {
      append_value(out, f, v);
      continue;
    }
    out += '[';
    for (std::size_t i = 0; i < f.count(v); ++i) {
      if (i > 0) out += ',';
      append_value(out, f, f.at(v, i));
    }
    out += ']';
  }
}

std::string one_line(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return text;
}

}  // namespace

std::string to_json(const Record& record, const void* value) {
  std::string out = "{";
  bool first = true;
  append_members(out, record, value, first);
  return out + '}';
}

std::string to_text(const Record& record, const void* value, std::size_t indent) {
  std::string out;
  for (const auto& f : record.fields)
    each(f, value, [&](const void* v) {
      if (f.form == Form::kInline) {
        out += to_text(*f.record, v, indent);
        return;
      }
      out.append(indent, ' ').append(f.name);
      if (f.record) {
        const auto nested = to_text(*f.record, v, indent + 2);
        out += nested.empty() ? ": -\n" : "\n" + nested;
        return;
      }
      out += ": " +
             one_line(is_raw(f) ? *static_cast<const std::string*>(v) : f.simple->write(*f.simple, v)) + "\n";
    });
  return out;
}

}  // namespace eider::xml
