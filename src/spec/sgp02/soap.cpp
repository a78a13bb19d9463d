#include "spec/sgp02/soap.hpp"

#include <stdexcept>

namespace eider::sgp02::soap {

void read_message_id(MessageHeader& header);  // soap_header.cpp

namespace {

using xml::Element;
using xml::Problem;

constexpr std::string_view kMessageFamily = "http://namespaces.gsma.org/esim-messaging/";
constexpr std::string_view kSoap11Namespace = "http://schemas.xmlsoap.org/soap/envelope/";
constexpr std::string_view kSecurityNamespacePart = "oasis-200401-wss-wssecurity-secext";

status::Code status_of(Problem::Kind kind) {
  switch (kind) {
    case Problem::Kind::kMissing:
      return status::kFormatMandatoryMissing;
    case Problem::Kind::kTooLarge:
      return status::kFormatTooLarge;
    default:
      return status::kFormatInvalid;
  }
}

tl::unexpected<Refusal> refuse(Refusal so_far, Problem problem) {
  so_far.status = status::make_status(status_of(problem.kind), {}, problem.message());
  so_far.problem = std::move(problem);
  return tl::unexpected(std::move(so_far));
}
tl::unexpected<Refusal> refuse(Refusal so_far, Problem problem, status::Code code, FaultCode fault) {
  so_far.status = status::make_status(code, {}, problem.message());
  so_far.problem = std::move(problem);
  so_far.fault_code = fault;
  return tl::unexpected(std::move(so_far));
}

// Of WS-Addressing, or without a namespace, as some write it.
bool is_addressing(const Element& e) {
  return e.namespace_name() == kAddressingNamespace || e.namespace_name().empty();
}
std::string text_of(const Element& e) {
  return std::string(xml::detail::trimmed(e.text().value_or("")));
}
// An endpoint reference; also the bare URI.
std::string address_of(const Element& e) {
  for (auto c = e.first_child(); c; c = c->next())
    if (c->name() == "Address") return text_of(*c);
  return text_of(e);
}

bool flag(const std::optional<std::string>& value) {
  return value && (*value == "true" || *value == "1");
}

// The blocks that this node processes. A security header is let pass: parties are authenticated by mutual
// TLS.
bool understood(const Element& e) {
  return e.namespace_name() == kAddressingNamespace ||
         e.namespace_name().find(kSecurityNamespacePart) != std::string_view::npos;
}

std::optional<Problem> read_header(const Element& block, MessageHeader& header, bool& must_understand) {
  std::uint32_t seen = 0;
  for (auto e = block.first_child(); e; e = e->next()) {
    if (flag(e->attribute("mustUnderstand", kEnvelopeNamespace)) && !understood(*e)) {
      must_understand = true;
      return e->problem(Problem::Kind::kInvalid, "this header block is not understood");
    }
    if (!is_addressing(*e)) continue;
    const auto name = e->name();
    const auto once = [&](std::uint32_t bit) {
      const bool twice = (seen & bit) != 0;
      seen |= bit;
      return !twice;
    };
    bool single = true;
    if (name == "MessageID") {
      single = once(1);
      header.messageId = text_of(*e);
    } else if (name == "From") {
      single = once(2);
      header.sender = from_uri(address_of(*e));
    } else if (name == "To") {
      single = once(4);
      header.receiver = from_uri(text_of(*e));
    } else if (name == "Action") {
      single = once(8);
      header.action = text_of(*e);
    } else if (name == "ReplyTo") {
      single = once(16);
      header.replyTo = address_of(*e);
    } else if (name == "RelatesTo") {
      // Relationships of other kinds may stand beside the reply.
      const auto kind = e->attribute("RelationshipType");
      if (!kind || *kind == kReplyRelationship) {
        single = once(32);
        header.relatesTo = text_of(*e);
      }
    }
    if (!single) return e->problem(Problem::Kind::kDuplicate, "the header is there twice");
  }
  read_message_id(header);
  return std::nullopt;
}

SoapFault read_fault(const Element& fault) {
  SoapFault out;
  for (auto c = fault.first_child(); c; c = c->next()) {
    if (c->name() == "Code") {
      const auto value = c->first_child();
      const auto text = value ? text_of(*value) : std::string{};
      const auto local = text.substr(text.find(':') == std::string::npos ? 0 : text.find(':') + 1);
      constexpr std::string_view kNames[] = {"VersionMismatch", "MustUnderstand", "DataEncodingUnknown",
                                             "Sender", "Receiver"};
      for (std::size_t i = 0; i < std::size(kNames); ++i)
        if (local == kNames[i]) out.code = static_cast<FaultCode>(i);
    }
    if (c->name() == "Reason")
      if (const auto text = c->first_child()) out.reason = text_of(*text);
  }
  return out;
}

struct Parts {
  std::optional<Element> header, body;
};
tl::expected<Parts, Problem> parts_of(const Element& envelope) {
  Parts out;
  for (auto c = envelope.first_child(); c; c = c->next()) {
    if (c->namespace_name() != kEnvelopeNamespace)
      return tl::unexpected(c->problem(Problem::Kind::kInvalid, "no part of an envelope"));
    auto& part = c->name() == "Header" ? out.header : out.body;
    if (c->name() != "Header" && c->name() != "Body")
      return tl::unexpected(c->problem(Problem::Kind::kInvalid, "no part of an envelope"));
    if (part) return tl::unexpected(c->problem(Problem::Kind::kDuplicate, "the part is there twice"));
    part = c;
  }
  if (!out.body) return tl::unexpected(envelope.problem(Problem::Kind::kMissing, "there is no Body"));
  return out;
}

tl::expected<Message, Refusal> read_body(const Element& element, Refusal so_far) {
  Message out;
  if (element.namespace_name() == kEnvelopeNamespace && element.name() == "Fault") {
    out.header = std::move(so_far.header);
    out.body = read_fault(element);
    return out;
  }
  const auto ns = element.namespace_name();
  if (!ns.empty() && !accepts_namespace(ns)) {
    const bool version = ns.starts_with(kMessageFamily);
    return refuse(std::move(so_far),
                  element.problem(Problem::Kind::kInvalid, "the namespace is " + std::string(ns)),
                  version ? status::kProtocolVersionUnsupported : status::kFormatInvalid, FaultCode::kSender);
  }
  const auto named = find_element(element.name());
  if (!named.function)
    return refuse(std::move(so_far), element.problem(Problem::Kind::kInvalid, "no function has this message"),
                  status::kFunctionUnsupported, FaultCode::kSender);
  so_far.function = out.function = named.function;
  so_far.kind = out.kind = named.kind;
  const auto& type =
      named.kind == MessageKind::kResponse ? named.function->response : named.function->request;
  out.body = type.make();
  if (auto r = xml::decode_into(*type.record, type.address(out.body), element, accepts_namespace); !r)
    return refuse(std::move(so_far), std::move(r).error());
  out.header = std::move(so_far.header);
  return out;
}

void write_address(xml::Writer& w, std::string_view name, std::string_view uri) {
  w.open(name);
  w.leaf("wsa:Address", uri);
  w.close();
}

void write_header(xml::Writer& w, const MessageHeader& header, std::string_view action) {
  w.open("soap:Header");
  if (!header.sender.id.empty() || !header.sender.address.empty())
    write_address(w, "wsa:From", to_uri(header.sender));
  const auto to = to_uri(header.receiver);
  if (!to.empty()) {
    w.open("wsa:To");
    w.attribute("soap:mustUnderstand", "true");
    w.text(to);
    w.close();
  }
  if (!header.messageId.empty()) w.leaf("wsa:MessageID", header.messageId);
  if (header.relatesTo) {
    w.open("wsa:RelatesTo");
    w.attribute("RelationshipType", kReplyRelationship);
    w.text(*header.relatesTo);
    w.close();
  }
  if (header.replyTo) write_address(w, "wsa:ReplyTo", *header.replyTo);
  w.open("wsa:Action");
  w.attribute("soap:mustUnderstand", "true");
  w.text(action);
  w.close();
  w.close();
}

void open_envelope(xml::Writer& w) {
  w.open("soap:Envelope");
  w.attribute("xmlns:soap", kEnvelopeNamespace);
  w.attribute("xmlns:wsa", kAddressingNamespace);
  w.attribute("xmlns:rps", kMessageNamespace);
}

constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

}  // namespace

bool accepts_namespace(std::string_view name) {
  if (!name.starts_with(kMessageFamily)) return false;
  name.remove_prefix(kMessageFamily.size());
  return name == "3" || name == "2" || name == "1";
}

tl::expected<Message, Refusal> decode(ByteView octets, const xml::Limits& limits) {
  Refusal so_far;
  auto document = xml::Document::parse(octets, limits);
  if (!document) return refuse(std::move(so_far), std::move(document).error());
  const auto envelope = document->root();
  if (envelope.namespace_name() == kSoap11Namespace)
    return refuse(std::move(so_far), envelope.problem(Problem::Kind::kInvalid, "SOAP 1.1"),
                  status::kProtocolVersionUnsupported, FaultCode::kVersionMismatch);
  if (envelope.name() != "Envelope" || envelope.namespace_name() != kEnvelopeNamespace)
    return refuse(std::move(so_far), envelope.problem(Problem::Kind::kInvalid, "no SOAP 1.2 envelope"));
  auto parts = parts_of(envelope);
  if (!parts) return refuse(std::move(so_far), std::move(parts).error());
  if (parts->header) {
    bool must_understand = false;
    if (auto problem = read_header(*parts->header, so_far.header, must_understand))
      return refuse(std::move(so_far), std::move(*problem), status::kFormatInvalid,
                    must_understand ? FaultCode::kMustUnderstand : FaultCode::kSender);
  }
  const auto element = parts->body->first_child();
  if (!element)
    return refuse(std::move(so_far), parts->body->problem(Problem::Kind::kMissing, "the Body is empty"));
  if (const auto other = element->next())
    return refuse(std::move(so_far),
                  other->problem(Problem::Kind::kDuplicate, "a second message in the Body"));
  return read_body(*element, std::move(so_far));
}

std::string encode(const MessageHeader& header, const Function& function, MessageKind kind,
                   const std::any& body) {
  const auto& type = kind == MessageKind::kResponse ? function.response : function.request;
  if (!type.record || body.type() != *type.type)
    throw std::logic_error("no message of " + element_name(function, kind));
  xml::Writer w;
  open_envelope(w);
  write_header(w, header, action_uri(function, kind));
  w.open("soap:Body");
  w.open("rps:" + element_name(function, kind));
  xml::encode_fields(w, *type.record, type.address(const_cast<std::any&>(body)), "rps:");
  w.close();
  w.close();
  w.close();
  return std::string(kDeclaration) + w.str();
}

std::string encode(const MessageHeader& header, Interface interface, const std::any& body) {
  for (const auto& f : functions())
    if (f.interface == interface && *f.request.type == body.type())
      return encode(header, f, f.notification() ? MessageKind::kNotification : MessageKind::kRequest, body);
  throw std::logic_error("no message of " + std::string(name_of(interface)));
}

std::string encode_fault(const MessageHeader& header, const SoapFault& fault) {
  constexpr std::string_view kNames[] = {"soap:VersionMismatch", "soap:MustUnderstand",
                                         "soap:DataEncodingUnknown", "soap:Sender", "soap:Receiver"};
  xml::Writer w;
  open_envelope(w);
  write_header(w, header, "http://www.w3.org/2005/08/addressing/soap/fault");
  w.open("soap:Body");
  w.open("soap:Fault");
  w.open("soap:Code");
  w.leaf("soap:Value", kNames[static_cast<std::size_t>(fault.code)]);
  w.close();
  w.open("soap:Reason");
  w.open("soap:Text");
  w.attribute("xml:lang", "en");
  w.text(fault.reason);
  w.close();
  w.close();
  w.close();
  w.close();
  w.close();
  return std::string(kDeclaration) + w.str();
}

std::any make_response(const Function& function, const BaseResponse& base) {
  auto body = function.response.make();
  *function.response.response_base(body) = base;
  return body;
}

std::string encode_refusal(const MessageHeader& reply, const Refusal& refusal) {
  if (!refusal.function || refusal.kind != MessageKind::kRequest)
    return encode_fault(
        reply, {refusal.fault_code, refusal.status.subject_code + "/" + refusal.status.reason_code + ": " +
                                        refusal.status.message});
  BaseResponse base;
  base.functionExecutionStatus = status::failed(refusal.fault());
  return encode_response(reply, *refusal.function, make_response(*refusal.function, base));
}

}  // namespace eider::sgp02::soap
