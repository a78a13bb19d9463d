// What the options of several commands name, checked before anything is done with it. Each throws
// CommandError 2 with cause and remedy.
#pragma once
#include <map>
#include <string>
#include <utility>

#include "command.hpp"
#include "device/http_port.hpp"

namespace eider::app {

enum class Listen : std::uint8_t { kAnywhere, kLoopback };
// ADDRESS:PORT, the address IPv4 or IPv6. `what`: "--listen", or a setting.
std::pair<std::string, std::uint16_t> listening_address(const std::string& what, const std::string& text,
                                                        Listen where = Listen::kAnywhere);
// HOST:PORT of somebody else.
std::pair<std::string, std::uint16_t> peer_address(const std::string& what, const std::string& text);
// FQDN, or HOST:PORT as test installations have it.
void check_host(const std::string& what, const std::string& text);
void check_host_name(const std::string& what, const std::string& text);
// https://HOST[:PORT][/PATH]
HttpsUrl check_url(const std::string& what, const std::string& text);
void check_oid(const std::string& what, const std::string& text);
// Parties of one option that were named so far. Of two with one OID the last would win, unnoticed.
class NamedOnce {
 public:
  NamedOnce(std::string option, std::string remedy)
      : option_(std::move(option)), remedy_(std::move(remedy)) {}
  // `text`: the whole argument, for people.
  void take(const std::string& oid, const std::string& text);

 private:
  std::string option_, remedy_;
  std::map<std::string, std::string> named_;
};

// Of "host:port" to "address:port": host:port:address:port
std::pair<std::string, std::string> resolve_rule(const std::string& text);
// host:port=address:port
std::pair<std::string, std::string> resolve_pair(const std::string& text);

}  // namespace eider::app
