// The functions of ES11 (LPA to SM-DS), one file each; the messages are those of the JSON binding: SGP.22
// v2.6.1 section 5.8. Before the eUICC has authenticated itself no answer depends on any event.
#pragma once
#include "roles/smds/context.hpp"
#include "spec/sgp22/es9plus.hpp"

namespace eider::smds::es11 {

namespace es9 = sgp22::es9plus;

struct Call {
  std::string_view peer;
};

Result<es9::InitiateAuthenticationResponse> initiate_authentication(
    Context&, const Call&, const es9::InitiateAuthenticationRequest&);
Result<es9::AuthenticateClientEs11Response> authenticate_client(Context&, const Call&,
                                                                const es9::AuthenticateClientRequest&);

struct Function {
  const sgp22::HttpFunction& http;
  Result<Bytes> (*json)(Context&, const Call&, std::string_view body);
};
std::span<const Function> functions();
// One object in, one object out; 400 for what is none, and for the functions that only ES9+ has.
HttpReply serve_asn1(Context&, const Call&, const server::Request& request);

}  // namespace eider::smds::es11
