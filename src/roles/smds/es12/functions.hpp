// The functions of ES12 and ES15 (SM-DP+ or Alternative SM-DS to SM-DS), one file each: SGP.22 v2.6.1
// sections 5.9 and 5.10.
#pragma once
#include "roles/smds/context.hpp"
#include "spec/sgp22/es12.hpp"

namespace eider::smds::es12 {

// Whoever registers events. Its name is the registeredID of its certificate, never what the request's header
// says: the header is for the logs.
struct Caller {
  std::string oid;
  bool smds = false;  // an Alternative SM-DS, by ES15
};
// 1.1/1.1 without a certificate, and for one that does not verify as CERT.DP.TLS or CERT.DS.TLS.
Result<Caller> identify(Context&, ByteView client_certificate);

Result<sgp22::es12::RegisterEventResponse> register_event(Context&, const Caller&,
                                                          const sgp22::es12::RegisterEventRequest&);
Result<sgp22::es12::DeleteEventResponse> delete_event(Context&, const Caller&,
                                                      const sgp22::es12::DeleteEventRequest&);
// Removes the event, at the Root first if that was told. 8.9/5.1 and 8.9/4.2: the Root did not, and the event
// stays.
Status withdraw(Context&, const Event&);

struct Function {
  const sgp22::HttpFunction& http;
  Result<Bytes> (*json)(Context&, const Caller&, std::string_view body);
};
std::span<const Function> functions();

}  // namespace eider::smds::es12
