// A function of another server, called in the JSON binding: SGP.22 v2.6.1 sections 6.3 and 6.5.
#pragma once
#include "device/http_port.hpp"
#include "spec/sgp22/json_header.hpp"

namespace eider::server {

// The request; the caller adds its timeout.
HttpPost make_post(const HttpsUrl& to, const sgp22::HttpFunction& function, std::string_view body);
// The body of an answer that says "executed". Faults: FunctionStatus (the server said Failed), TransportFault
// (a status other than 200, an answer that says it is something else than JSON), DecodeFault (no answer).
Result<std::string_view> read_reply(const HttpReply& reply, const sgp22::HttpFunction& function);
// A function that answers with its header alone. `address`: FQDN, or host:port as test installations have it.
Status call_server(HttpPort& http, const std::string& address, const sgp22::HttpFunction& function,
                   std::string_view body);

}  // namespace eider::server
