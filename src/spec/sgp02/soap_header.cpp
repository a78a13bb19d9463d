#include <algorithm>

#include "spec/sgp02/soap.hpp"

// The fields of the header within URIs: who, which message, when.
namespace eider::sgp02::soap {
namespace {

bool unreserved(char c) {
  constexpr std::string_view kOthers = "-._~:/@";
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         kOthers.find(c) != std::string_view::npos;
}
std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
      continue;
    }
    out += '%';
    const auto octet = static_cast<std::uint8_t>(c);
    out += to_hex({&octet, 1});
  }
  return out;
}
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size())
      if (const auto octet = from_hex(text.substr(i + 1, 2)); octet && octet->size() == 1) {
        out += static_cast<char>(octet->front());
        i += 2;
        continue;
      }
    out += text[i];
  }
  return out;
}

// Calls `take(name, raw value, whole pair)` for every pair of a query.
template <class Take>
void each_parameter(std::string_view query, Take&& take) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    take(pair.substr(0, equals),
         equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1), pair);
  }
}

void append_parameter(std::string& uri, std::string_view name, std::string_view value) {
  uri += uri.find('?') == std::string::npos ? '?' : '&';
  uri += name;
  uri += '=';
  uri += percent_encoded(value);
}

}  // namespace

std::string to_uri(const Entity& entity) {
  auto out = entity.address;
  if (!entity.id.empty()) append_parameter(out, "EntityId", entity.id.dotted());
  if (!entity.name.empty()) append_parameter(out, "EntityName", entity.name);
  if (!entity.userName.empty()) append_parameter(out, "UserName", entity.userName);
  return out;
}

Entity from_uri(std::string_view uri) {
  Entity out;
  const auto question = uri.find('?');
  out.address = uri.substr(0, question);
  if (question == std::string_view::npos) return out;
  each_parameter(uri.substr(question + 1),
                 [&](std::string_view name, std::string_view value, std::string_view pair) {
                   if (name == "EntityId") {
                     if (const auto id = EntityId::parse(percent_decoded(value))) out.id = *id;
                   } else if (name == "EntityName") {
                     out.name = percent_decoded(value);
                   } else if (name == "UserName") {
                     out.userName = percent_decoded(value);
                   } else {
                     out.address += out.address.find('?') == std::string::npos ? '?' : '&';
                     out.address += pair;
                   }
                 });
  return out;
}

std::string make_message_id(const EntityId& sender, std::string_view unique, std::string_view transaction_id,
                            Time date) {
  std::string out = "//" + sender.dotted() + "/" + percent_encoded(unique);
  if (!transaction_id.empty()) append_parameter(out, "TransactionId", transaction_id);
  append_parameter(out, "MessageDate", format_time(date));
  return out;
}

void read_message_id(MessageHeader& header) {
  const std::string_view id = header.messageId;
  const auto question = id.find('?');
  if (question == std::string_view::npos) return;
  each_parameter(id.substr(question + 1),
                 [&](std::string_view name, std::string_view value, std::string_view) {
                   if (name == "TransactionId") header.transactionId = percent_decoded(value);
                   if (name == "MessageDate") header.messageDate = parse_time(percent_decoded(value));
                 });
}

bool answers_in_place(const MessageHeader& request) {
  return !request.replyTo || request.replyTo->empty() || *request.replyTo == kAnonymousAddress;
}

MessageHeader reply_header(const MessageHeader& request, const Entity& self, std::string_view unique,
                           Time now) {
  MessageHeader out;
  out.sender = self;
  out.receiver = request.sender;
  if (!answers_in_place(request)) {
    auto to = from_uri(*request.replyTo);
    if (to.id.empty()) to.id = request.sender.id;
    if (to.name.empty()) to.name = request.sender.name;
    out.receiver = std::move(to);
  }
  out.transactionId = request.transactionId;
  out.messageDate = now;
  out.messageId = make_message_id(self.id, unique, out.transactionId, now);
  if (!request.messageId.empty()) out.relatesTo = request.messageId;
  return out;
}

std::string content_type(std::string_view action) {
  return "application/soap+xml; charset=utf-8; action=\"" + std::string(action) + "\"";
}
std::string content_type(const Function& function, MessageKind kind) {
  return content_type(action_uri(function, kind));
}

}  // namespace eider::sgp02::soap
