// From HTTP to functions and back: SGP.22 v2.6.1 sections 6.3 and 6.5.1. Internal to roles/smdpp.
#pragma once
#include "device/http_port.hpp"
#include "spec/sgp22/json_header.hpp"

namespace eider::smdpp {

HttpReply make_reply(int status, std::string_view content_type = {}, Bytes body = {});
bool is_content_type(std::string_view value, std::string_view expected);
// What a fault is over HTTP in the JSON binding: 200 and Failed for a refusal of the function and for members
// that are missing or malformed, 400 for what is not JSON, 503 for limits, 500 for this server's own trouble.
HttpReply json_fault(const Fault& fault, std::string_view function);

}  // namespace eider::smdpp
