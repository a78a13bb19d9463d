#include "arguments.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <optional>

#include "card_address.hpp"
#include "codec/der_values.hpp"

namespace eider::app {
namespace {

[[noreturn]] void wrong(const std::string& what, const std::string& takes, const std::string& text,
                        const std::string& example) {
  throw CommandError{2, what + " takes " + takes + ", not \"" + text + "\"\n  remedy: like " + example};
}

enum class Kind : std::uint8_t { kNone, kAddress, kLoopback };
Kind kind_of(const std::string& address) {
  in_addr v4{};
  in6_addr v6{};
  if (::inet_pton(AF_INET, address.c_str(), &v4) == 1)
    return (ntohl(v4.s_addr) >> 24) == 127 ? Kind::kLoopback : Kind::kAddress;
  if (::inet_pton(AF_INET6, address.c_str(), &v6) == 1)
    return IN6_IS_ADDR_LOOPBACK(&v6) ? Kind::kLoopback : Kind::kAddress;
  return Kind::kNone;
}

// HOST:PORT and nothing else.
std::optional<std::pair<std::string, std::uint16_t>> split(const std::string& text) {
  try {
    return host_and_port(text);
  } catch (const CommandError&) {
    return std::nullopt;
  }
}
}  // namespace

std::pair<std::string, std::uint16_t> listening_address(const std::string& what, const std::string& text,
                                                        Listen where) {
  const auto parts = split(text);
  const auto kind = parts ? kind_of(parts->first) : Kind::kNone;
  if (kind == Kind::kNone)
    wrong(what, "ADDRESS:PORT, an IPv4 or IPv6 address of this host", text, "127.0.0.1:8445");
  if (where == Listen::kLoopback && kind != Kind::kLoopback)
    wrong(what, "a loopback address, for there is no TLS", text, "127.0.0.1:9465");
  return *parts;
}

std::pair<std::string, std::uint16_t> peer_address(const std::string& what, const std::string& text) {
  const auto parts = split(text);
  const auto odd = [](char c) { return c <= ' ' || c >= 0x7F || c == '/' || c == '"'; };
  if (!parts || parts->second == 0 || std::ranges::any_of(text, odd))
    wrong(what, "HOST:PORT", text, "127.0.0.1:2775");
  return *parts;
}

void check_host(const std::string& what, const std::string& text) {
  if (!parse_https_url(text) || text.find_first_of("/?") != std::string::npos)
    wrong(what, "a host name, without https:// and path", text, "rsp.example.com");
}

void check_host_name(const std::string& what, const std::string& text) {
  check_host(what, text);
  if (text.find(':') != std::string::npos) wrong(what, "a host name, without port", text, "rsp.example.com");
}

HttpsUrl check_url(const std::string& what, const std::string& text) {
  auto url = parse_https_url(text);
  if (!url) wrong(what, "https://HOST[:PORT][/PATH]", text, "https://mno.example.com:8447/");
  return *std::move(url);
}

void check_oid(const std::string& what, const std::string& text) {
  if (!der::Oid::parse(text)) wrong(what, "the OID of a party", text, "2.999.20");
}

void NamedOnce::take(const std::string& oid, const std::string& text) {
  const auto [before, first] = named_.emplace(oid, text);
  if (!first)
    throw CommandError{2, option_ + " names the party " + oid + " twice: \"" + before->second + "\" and \"" +
                              text + "\"\n  remedy: " + remedy_};
}

namespace {
bool is_rule(const std::string& from, const std::string& to) {
  const auto asked = split(from), used = split(to);
  return asked && used && asked->second != 0 && used->second != 0 && kind_of(used->first) != Kind::kNone;
}
}  // namespace

std::pair<std::string, std::string> resolve_rule(const std::string& text) {
  const auto second = text.find(':', text.find(':') + 1);
  const auto from = text.substr(0, second), to = second == std::string::npos ? "" : text.substr(second + 1);
  if (!is_rule(from, to))
    wrong("--resolve", "host:port:address:port", text, "smsr.example.com:8445:127.0.0.1:8445");
  return {from, to};
}

std::pair<std::string, std::string> resolve_pair(const std::string& text) {
  const auto equals = text.find('=');
  const auto from = text.substr(0, equals), to = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (!is_rule(from, to))
    wrong("--resolve", "HOST:PORT=ADDRESS:PORT", text, "lpa.ds.example.com:443=127.0.0.1:8452");
  return {from, to};
}

}  // namespace eider::app
