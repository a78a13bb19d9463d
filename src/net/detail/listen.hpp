// Why a server cannot listen, and what helps. For the .cpp files of this folder only.
#pragma once
#include <boost/system/error_code.hpp>
#include <string>

#include "base/result.hpp"

namespace eider::net::detail {

inline tl::unexpected<Fault> cannot_listen(const std::string& address, unsigned port,
                                           const boost::system::error_code& error) {
  namespace e = boost::system::errc;
  std::string remedy = "choose another address or port";
  if (error == e::address_in_use)
    remedy = "end the process that listens there (ss -ltnp names it), or choose another port";
  else if (error == e::address_not_available)
    remedy = "choose an address of this host (ip address lists them), or 0.0.0.0 for all";
  else if (error == e::permission_denied)
    remedy = "choose a port above 1023, or give the program CAP_NET_BIND_SERVICE";
  return fail_local("cannot listen on " + address + " port " + std::to_string(port) + ": " + error.message(),
                    remedy);
}

}  // namespace eider::net::detail
