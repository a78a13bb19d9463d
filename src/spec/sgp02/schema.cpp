#include "spec/sgp02/schema.hpp"

#include <map>

#include "spec/sgp02/soap.hpp"

namespace eider::sgp02 {
namespace {

using xml::Field;
using xml::Form;
using xml::Record;
using xml::Simple;

// What the schema has of each name: types are met in many places, and written once.
struct Types {
  std::map<std::string_view, const Record*> records;
  std::map<std::string_view, const Simple*> simple;

  void add(const Record& record) {
    if (!records.emplace(record.name, &record).second) return;
    for (const auto& f : record.fields) {
      if (f.record) add(*f.record);
      if (f.simple && !f.simple->name.starts_with("xs:")) simple.emplace(f.simple->name, f.simple);
    }
  }
};

class SchemaWriter {
 public:
  std::string take() { return std::move(out_); }

  void open(std::string_view tag,
            std::initializer_list<std::pair<std::string_view, std::string>> attributes = {}) {
    start(tag, attributes, ">\n");
    open_.emplace_back(tag);
  }
  void leaf(std::string_view tag,
            std::initializer_list<std::pair<std::string_view, std::string>> attributes) {
    start(tag, attributes, "/>\n");
  }
  void close() {
    const auto tag = open_.back();
    open_.pop_back();
    out_ += std::string(2 * open_.size(), ' ') + "</xs:" + tag + ">\n";
  }

 private:
  void start(std::string_view tag, std::initializer_list<std::pair<std::string_view, std::string>> attributes,
             std::string_view end) {
    out_ += std::string(2 * open_.size(), ' ') + "<xs:" + std::string(tag);
    for (const auto& [name, value] : attributes)
      if (!value.empty()) xml::append_attribute(out_, name, value);
    out_ += end;
  }

  std::string out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::vector<std::string> open_;
};

std::string type_name(const Field& f) {
  if (f.form == Form::kRaw) return "rps:SignatureType";
  const auto name = f.record ? f.record->name : f.simple->name;
  return name.starts_with("xs:") ? std::string(name) : "rps:" + std::string(name);
}
std::string least(const Field& f) {
  return f.min == 1 ? std::string() : std::to_string(f.min);
}
std::string most(const Field& f) {
  return f.max == 1 ? std::string() : f.max == 0 ? "unbounded" : std::to_string(f.max);
}

void write_element(SchemaWriter& w, const Field& f) {
  // Within a choice the choice itself may be absent.
  w.leaf("element", {{"name", std::string(f.name)},
                     {"type", type_name(f)},
                     {"minOccurs", f.choice ? std::string() : least(f)},
                     {"maxOccurs", most(f)}});
}

void write_sequence(SchemaWriter& w, const Record& record) {
  w.open("sequence");
  std::uint8_t choice = 0;
  for (const auto& f : record.fields) {
    if (f.form == Form::kInline || f.form == Form::kAttribute) continue;
    if (choice && f.choice != choice) w.close();
    if (f.choice && f.choice != choice) w.open("choice", {{"minOccurs", "0"}});
    choice = f.choice;
    write_element(w, f);
  }
  if (choice) w.close();
  w.close();
  for (const auto& f : record.fields)
    if (f.form == Form::kAttribute)
      w.leaf("attribute",
             {{"name", std::string(f.name)}, {"type", type_name(f)}, {"use", f.min ? "required" : ""}});
}

void write_record(SchemaWriter& w, const Record& record) {
  const Record* extended = nullptr;
  for (const auto& f : record.fields)
    if (f.form == Form::kInline) extended = f.record;
  w.open("complexType", {{"name", std::string(record.name)}});
  if (extended) {
    w.open("complexContent");
    w.open("extension", {{"base", "rps:" + std::string(extended->name)}});
  }
  write_sequence(w, record);
  if (extended) {
    w.close();
    w.close();
  }
  w.close();
}

void write_simple(SchemaWriter& w, const Simple& type) {
  w.open("simpleType", {{"name", std::string(type.name)}});
  w.open("restriction", {{"base", std::string(type.base)}});
  const bool whole = type.base == "xs:integer";
  const auto number = [&](std::string_view facet, std::uint64_t value) {
    w.leaf(facet, {{"value", std::to_string(value)}});
  };
  if (whole) {
    number("minInclusive", type.min_value);
    if (type.max_value) number("maxInclusive", type.max_value);
  } else if (type.min_length && type.min_length == type.max_length) {
    number("length", type.min_length);
  } else {
    if (type.min_length) number("minLength", type.min_length);
    if (type.max_length) number("maxLength", type.max_length);
  }
  if (!type.pattern.empty()) w.leaf("pattern", {{"value", std::string(type.pattern)}});
  for (const auto value : type.values) w.leaf("enumeration", {{"value", std::string(value)}});
  w.close();
  w.close();
}

// What XML Signature itself says; the profile of it is checked by reading, not by the schema.
void write_signature(SchemaWriter& w) {
  w.open("complexType", {{"name", "SignatureType"}});
  w.open("sequence");
  w.leaf("any", {{"namespace", "http://www.w3.org/2000/09/xmldsig#"},
                 {"processContents", "lax"},
                 {"minOccurs", "0"},
                 {"maxOccurs", "unbounded"}});
  w.close();
  w.leaf("anyAttribute", {{"namespace", "##any"}, {"processContents", "lax"}});
  w.close();
}

void write_sample(xml::Writer& w, const Record& record) {
  for (const auto& f : record.fields)
    if (f.form == Form::kAttribute) w.attribute(f.name, f.simple->example);
  std::uint8_t choice = 0;
  for (const auto& f : record.fields) {
    if (f.form == Form::kAttribute || (f.choice && f.choice == choice)) continue;
    choice = f.choice;
    if (f.form == Form::kInline) {
      write_sample(w, *f.record);
      continue;
    }
    for (int n = f.max == 1 ? 1 : 2; n > 0; --n) {
      w.open("rps:" + std::string(f.name));
      if (f.record) write_sample(w, *f.record);
      if (f.simple) w.text(f.simple->example);
      w.close();
    }
  }
}

}  // namespace

std::string schema() {
  SchemaWriter w;
  w.open("schema", {{"xmlns:xs", "http://www.w3.org/2001/XMLSchema"},
                    {"xmlns:rps", std::string(soap::kMessageNamespace)},
                    {"targetNamespace", std::string(soap::kMessageNamespace)},
                    {"elementFormDefault", "qualified"}});
  Types types;
  for (const auto& f : functions()) {
    const auto element = [&](MessageKind kind, const BodyType& body) {
      if (!body.record) return;
      types.add(*body.record);
      w.leaf("element", {{"name", element_name(f, kind)}, {"type", "rps:" + std::string(body.record->name)}});
    };
    element(f.notification() ? MessageKind::kNotification : MessageKind::kRequest, f.request);
    element(MessageKind::kResponse, f.response);
  }
  for (const auto& [name, record] : types.records) write_record(w, *record);
  write_signature(w);
  for (const auto& [name, type] : types.simple) write_simple(w, *type);
  w.close();
  return w.take();
}

std::string sample(const Function& function, MessageKind kind) {
  const auto& body = kind == MessageKind::kResponse ? function.response : function.request;
  if (!body.record) return {};
  xml::Writer w;
  w.open("rps:" + element_name(function, kind));
  w.attribute("xmlns:rps", soap::kMessageNamespace);
  write_sample(w, *body.record);
  w.close();
  return w.take();
}

}  // namespace eider::sgp02
