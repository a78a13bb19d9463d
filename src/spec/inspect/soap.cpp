// SOAP messages of the off-card interfaces of M2M: which one it is, who sends it, what its fields say.
#include "spec/sgp02/soap.hpp"

#include "spec/inspect/inspect.hpp"

namespace eider::inspect {
namespace {

namespace sgp02 = eider::sgp02;

void add_header(const sgp02::MessageHeader& header, Finding& f) {
  const auto entity = [&](const char* label, const sgp02::Entity& e) {
    std::string text = e.id.dotted();
    if (!e.name.empty()) text += " " + e.name;
    if (!e.address.empty()) text += (text.empty() ? "" : " at ") + e.address;
    if (!text.empty()) f.add(label, text);
  };
  entity("from", header.sender);
  entity("to", header.receiver);
  if (!header.messageId.empty()) f.add("message", header.messageId);
  if (!header.transactionId.empty()) f.add("transaction", header.transactionId);
  if (header.relatesTo) f.add("answers", *header.relatesTo);
  if (header.replyTo) f.add("reply to", *header.replyTo);
  if (!header.action.empty()) f.add("action", header.action);
}

void add_record(const std::string& prefix, const xml::Record& record, const void* value, Finding& f);

void add_field(const std::string& name, const xml::Field& field, const void* value, Finding& f) {
  if (field.form == xml::Form::kRaw) {
    const auto& text = *static_cast<const std::string*>(value);
    if (!text.empty()) f.add(name, "(XML signature, " + std::to_string(text.size()) + " characters)");
    return;
  }
  if (field.record) return add_record(name + ".", *field.record, value, f);
  const auto text = field.simple->write(*field.simple, value);
  const bool card_data = field.name == "Data" || field.name == "EuiccResponseData";
  if (!card_data || text.empty()) return f.add(name, text);
  if (auto part = octets(*from_hex(text))) {
    part->kind = name + ": " + part->kind;
    f.parts.push_back(std::move(*part));
  } else {
    f.add(name, text);
  }
}

void add_record(const std::string& prefix, const xml::Record& record, const void* value, Finding& f) {
  for (const auto& field : record.fields) {
    const void* v = field.get(value);
    if (!v) continue;
    if (field.form == xml::Form::kInline) {
      add_record(prefix, *field.record, v, f);
      continue;
    }
    const std::string name = prefix + std::string(field.name);
    if (!field.count) {
      add_field(name, field, v, f);
      continue;
    }
    for (std::size_t i = 0; i < field.count(v); ++i)
      add_field(name + "[" + std::to_string(i) + "]", field, field.at(v, i), f);
  }
}

void explain_status(const sgp02::BaseResponse& base, Finding& f) {
  const auto& status = base.functionExecutionStatus;
  if (!status.statusCodeData) return;
  const auto& data = *status.statusCodeData;
  f.add("code", data.subject + " " + std::string(sgp02::status::subject_name(data.subject)) + " / " +
                    data.reason + " " + std::string(sgp02::status::reason_name(data.reason)));
  for (const auto* row : sgp02::status::find(data.subject, data.reason)) {
    f.add("cause", std::string(row->cause));
    f.add("remedy", std::string(row->remedy));
    break;
  }
}

std::string kind_of(const sgp02::Function* function, sgp02::MessageKind kind) {
  return function ? sgp02::element_name(*function, kind) + " (SOAP)" : "SOAP message";
}

}  // namespace

std::optional<Finding> soap(std::string_view text) {
  const auto message = sgp02::soap::decode(as_bytes(text));
  if (!message) {
    const auto& refusal = message.error();
    // Not even an envelope: some other XML, or none.
    if (refusal.problem.path.empty() ||
        refusal.problem.path == refusal.problem.path.substr(0, refusal.problem.path.find('/')))
      if (refusal.problem.path != "Envelope") return std::nullopt;
    Finding f{.kind = kind_of(refusal.function, refusal.kind)};
    add_header(refusal.header, f);
    f.error = refusal.problem.message();
    f.error_offset = refusal.problem.offset;
    return f;
  }
  Finding f{.kind = kind_of(message->function, message->kind)};
  add_header(message->header, f);
  if (const auto* fault = message->as<sgp02::soap::SoapFault>()) {
    f.kind = "SOAP fault";
    f.add("reason", fault->reason);
    return f;
  }
  const auto& type = message->kind == sgp02::MessageKind::kResponse ? message->function->response
                                                                    : message->function->request;
  f.add("section", "SGP.02 v4.2 " + std::string(message->function->section));
  add_record("", *type.record, type.address(const_cast<std::any&>(message->body)), f);
  if (const auto* base = message->response()) explain_status(*base, f);
  return f;
}

}  // namespace eider::inspect
