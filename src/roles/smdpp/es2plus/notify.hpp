// ES2+.HandleDownloadProgressInfo and HandleNotification, SGP.22 v2.6.1 section 5.3.5: SM-DP+ to Operator.
#pragma once
#include "device/http_port.hpp"
#include "roles/smdpp/records.hpp"

namespace eider::smdpp::es2plus {

// Delivered when the operator answers 204 or 200; TransportFault otherwise.
Status notify(HttpPort& http, const std::string& url, OutboxKind kind, const std::string& body,
              Duration timeout);

}  // namespace eider::smdpp::es2plus
