// Messages of the off-card interfaces on the wire: SOAP 1.2 with WS-Addressing (SGP.02 v4.2 Annexes A and B).
// Reading takes any prefixes and goes by the element in the body; writing is exact.
#pragma once
#include "spec/sgp02/functions.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::sgp02::soap {

inline constexpr std::string_view kEnvelopeNamespace = "http://www.w3.org/2003/05/soap-envelope";
inline constexpr std::string_view kAddressingNamespace = "http://www.w3.org/2005/08/addressing";
inline constexpr std::string_view kReplyRelationship = "http://www.w3.org/2005/08/addressing/reply";
inline constexpr std::string_view kMessageNamespace = "http://namespaces.gsma.org/esim-messaging/3";
// That and the generations before, which are read.
bool accepts_namespace(std::string_view name);

// What is in the body in place of a message when a node could not even say FAILED.
enum class FaultCode : std::uint8_t {
  kVersionMismatch,
  kMustUnderstand,
  kDataEncodingUnknown,
  kSender,
  kReceiver
};
struct SoapFault {
  FaultCode code = FaultCode::kReceiver;
  std::string reason;
  bool operator==(const SoapFault&) const = default;
};

struct Message {
  MessageHeader header;
  const Function* function = nullptr;  // nullptr: the body is a SoapFault
  MessageKind kind = MessageKind::kRequest;
  std::any body;

  template <class T>
  const T* as() const {
    return std::any_cast<T>(&body);
  }
  const BaseRequest* request() const { return function ? function->request.request_base(body) : nullptr; }
  const BaseResponse* response() const {
    return function && !function->notification()
               ? function->response.response_base(const_cast<std::any&>(body))
               : nullptr;
  }
};

// Why a message was not taken, with what of it could be read, so that it can be answered.
struct Refusal {
  MessageHeader header;
  const Function* function = nullptr;
  MessageKind kind = MessageKind::kRequest;
  FaultCode fault_code = FaultCode::kSender;
  FunctionStatus status;  // 1.3.1 or 1.3.2 with a reason
  xml::Problem problem;   // where

  Fault fault() const { return status; }
};

tl::expected<Message, Refusal> decode(ByteView octets, const xml::Limits& limits = {});

// A request or notification of that interface: T is one of the structs of its header. Throws std::logic_error
// for a struct that the interface does not have.
std::string encode(const MessageHeader& header, Interface interface, const std::any& body);
// A response; also `encode(header, function, kRequest, body)` for who has the row.
std::string encode(const MessageHeader& header, const Function& function, MessageKind kind,
                   const std::any& body);
inline std::string encode_response(const MessageHeader& header, const Function& function,
                                   const std::any& body) {
  return encode(header, function, MessageKind::kResponse, body);
}
std::string encode_fault(const MessageHeader& header, const SoapFault& fault);

// The function's response with this base and nothing else: what refuses.
std::any make_response(const Function& function, const BaseResponse& base);
// The reply to a message that was not taken: FAILED when it was a request of a known function, else a SOAP
// fault.
std::string encode_refusal(const MessageHeader& reply, const Refusal& refusal);

// "//<sender>/<unique>?TransactionId=…&MessageDate=…"
std::string make_message_id(const EntityId& sender, std::string_view unique, std::string_view transaction_id,
                            Time date);
// From `self` to who sent `request`: ReplyTo or the sender's address, RelatesTo, the same transaction.
MessageHeader reply_header(const MessageHeader& request, const Entity& self, std::string_view unique,
                           Time now);
// The answer belongs into the HTTP response of the request.
bool answers_in_place(const MessageHeader& request);
// The address with EntityId, EntityName and UserName as query, and back.
std::string to_uri(const Entity& entity);
Entity from_uri(std::string_view uri);

// For HTTP: "application/soap+xml; charset=utf-8; action=\"…\"".
std::string content_type(std::string_view action);
std::string content_type(const Function& function, MessageKind kind);

}  // namespace eider::sgp02::soap
