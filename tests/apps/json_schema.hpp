// JSON Schema (draft 2020-12), as much of it as docs/schemas uses. A keyword that is not known here is an
// error: nothing is left unchecked in silence.
#pragma once
#include <boost/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace eider::test {

class JsonSchema {
 public:
  explicit JsonSchema(const std::string& text) : root_(boost::json::parse(text)) {}

  // What is wrong with the value as `definition` of "$defs"; empty: nothing.
  std::vector<std::string> errors(const std::string& definition, const boost::json::value& value) const {
    std::vector<std::string> out;
    const auto* schema = root_.at("$defs").as_object().if_contains(definition);
    if (!schema) return {"no definition " + definition};
    check(*schema, value, definition, out);
    return out;
  }
  // The names in "$defs" that `document` (the root by default) leads to.
  std::vector<std::string> alternatives() const {
    std::vector<std::string> out;
    for (const auto& one : root_.at("anyOf").as_array()) out.push_back(name_of(one.at("$ref").as_string()));
    return out;
  }

 private:
  using Errors = std::vector<std::string>;
  using Value = boost::json::value;

  static std::string name_of(std::string_view ref) {
    constexpr std::string_view kPrefix = "#/$defs/";
    return ref.starts_with(kPrefix) ? std::string(ref.substr(kPrefix.size())) : "?" + std::string(ref);
  }
  static bool is(std::string_view type, const Value& v) {
    if (type == "object") return v.is_object();
    if (type == "array") return v.is_array();
    if (type == "string") return v.is_string();
    if (type == "boolean") return v.is_bool();
    if (type == "null") return v.is_null();
    if (type == "integer") return v.is_int64() || v.is_uint64();
    return type == "number" && v.is_number();
  }
  void check(const Value& schema, const Value& v, const std::string& where, Errors& out) const {
    const auto fail = [&](const std::string& what) { out.push_back(where + ": " + what); };
    const auto& s = schema.as_object();
    for (const auto& [key, rule] : s) {
      if (key == "description" || key == "title" || key == "properties") continue;
      if (key == "$ref") {
        const auto* target = root_.at("$defs").as_object().if_contains(name_of(rule.as_string()));
        if (!target)
          fail("dangling reference");
        else
          check(*target, v, where, out);
      } else if (key == "type") {
        if (!is(rule.as_string(), v)) fail("not of type " + std::string(rule.as_string()));
      } else if (key == "const") {
        if (v != rule) fail("not " + boost::json::serialize(rule));
      } else if (key == "enum") {
        bool found = false;
        for (const auto& one : rule.as_array()) found |= one == v;
        if (!found) fail(boost::json::serialize(v) + " is not among the values");
      } else if (key == "pattern") {
        if (v.is_string() &&
            !std::regex_search(std::string(v.as_string()), std::regex(rule.as_string().c_str())))
          fail(boost::json::serialize(v) + " does not match");
      } else if (key == "minimum") {
        if (v.is_number() && v.to_number<double>() < rule.to_number<double>()) fail("too small");
      } else if (key == "items") {
        if (!v.is_array()) continue;
        std::size_t i = 0;
        for (const auto& item : v.as_array()) check(rule, item, where + "/" + std::to_string(i++), out);
      } else if (key == "required") {
        for (const auto& name : rule.as_array())
          if (v.is_object() && !v.as_object().contains(name.as_string()))
            fail("without " + std::string(name.as_string()));
      } else if (key == "additionalProperties") {
        if (rule != Value(false)) fail("additionalProperties is known as false only");
        check_properties(s, v, where, out);
      } else if (key == "oneOf") {
        check_one_of(rule.as_array(), v, where, out);
      } else {
        fail("keyword " + std::string(key) + " is not known to this checker");
      }
    }
  }
  void check_properties(const boost::json::object& s, const Value& v, const std::string& where,
                        Errors& out) const {
    if (!v.is_object()) return;
    for (const auto& [name, member] : v.as_object()) {
      const auto* rule = s.at("properties").as_object().if_contains(name);
      if (!rule)
        out.push_back(where + ": the schema has no member " + std::string(name));
      else
        check(*rule, member, where + "/" + std::string(name), out);
    }
  }
  void check_one_of(const boost::json::array& all, const Value& v, const std::string& where,
                    Errors& out) const {
    int fits = 0;
    Errors fewest;
    for (const auto& one : all) {
      Errors errors;
      check(one, v, where, errors);
      fits += errors.empty();
      if (fewest.empty() || errors.size() < fewest.size()) fewest = errors;
    }
    if (fits == 1) return;
    out.push_back(where + ": fits " + std::to_string(fits) + " of the alternatives");
    if (fits == 0) out.insert(out.end(), fewest.begin(), fewest.end());
  }
  Value root_;
};

}  // namespace eider::test
