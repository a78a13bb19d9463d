#include "device/http_port.hpp"

#include <algorithm>
#include <charconv>

namespace eider {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool host_character(char c) {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == ':';
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view HttpReply::header(std::string_view name) const {
  for (const auto& h : headers) {
    if (equal_ignoring_case(h.name, name)) return h.value;
  }
  return {};
}

Result<HttpsUrl> parse_https_url(std::string_view text) {
  const auto bad = [&](const char* why) {
    return fail_local("not an HTTPS address: " + std::string(why), "write https://host[:port]/path");
  };
  if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
    if (!equal_ignoring_case(text.substr(0, scheme), "https")) return bad("the scheme is not https");
    text.remove_prefix(scheme + 3);
  }
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c >= 0x7F || c == '#'; })) {
    return bad("white space, fragment or a character outside ASCII");
  }
  HttpsUrl url;
  const auto slash = text.find_first_of("/?");
  std::string_view authority = text.substr(0, slash);
  if (slash != std::string_view::npos) url.path = text.substr(slash);
  if (url.path.front() == '?') url.path.insert(url.path.begin(), '/');

  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return bad("unclosed [");
    url.host = authority.substr(1, end - 1);
    const auto rest = authority.substr(end + 1);
    has_port = rest.starts_with(':');
    if (!rest.empty() && !has_port) return bad("text after ]");
    if (has_port) port = rest.substr(1);
  } else {
    const auto colon = authority.find(':');
    url.host = authority.substr(0, colon);
    has_port = colon != std::string_view::npos;
    if (has_port) port = authority.substr(colon + 1);
  }
  if (url.host.empty() || url.host.size() > 253 || !std::ranges::all_of(url.host, host_character)) {
    return bad("no usable host name");
  }
  if (has_port) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc() || end != port.data() + port.size() || url.port == 0)
      return bad("port out of range");
  }
  return url;
}

}  // namespace eider
