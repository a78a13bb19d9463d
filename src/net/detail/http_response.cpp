#include "net/detail/http_response.hpp"

#include <boost/beast/http/status.hpp>
#include <charconv>

namespace eider::net::detail {
namespace {

constexpr std::size_t kOneWrite = 16 * 1024;

void append_number(std::string& out, std::size_t n) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, n).ptr;
  out.append(digits, end);
}

bool printable(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t') return false;
    if (c == 0x7F) return false;
  }
  return true;
}

bool well_formed(const HttpResponse& r) {
  if (r.status < 200 || r.status > 599 || !printable(r.content_type)) return false;
  for (const auto& h : r.headers) {
    if (h.name.empty() || h.name.find_first_of(": \t") != std::string::npos) return false;
    if (!printable(h.name) || !printable(h.value)) return false;
  }
  return true;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool serialise(const HttpResponse& response, ResponseFraming framing, std::string& out) {
  if (!well_formed(response)) return serialise(HttpResponse{500, {}, {}, {}}, framing, out);
  out.clear();
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  out.append(" ").append(reason.data(), reason.size()).append("\r\n");
  const bool no_content = response.status == 204 || response.status == 304;
  const bool has_body = !response.body.empty() && !no_content;
  if (has_body && !response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
  for (const auto& h : response.headers) append_header(out, h.name, h.value);
  if (!no_content) {
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n");
  }
  if (!framing.keep_alive) append_header(out, "Connection", "close");
  if (framing.keep_alive && framing.http_1_0) append_header(out, "Connection", "keep-alive");
  out.append("\r\n");
  if (!has_body || framing.head_request) return false;
  if (out.size() + response.body.size() > kOneWrite) return true;
  out.append(as_text(response.body));
  return false;
}

}  // namespace eider::net::detail

namespace eider::net {

HttpResponse HttpResponse::of(int status, std::string_view content_type, std::string_view body) {
  return {status, std::string(content_type), {}, to_bytes(as_bytes(body))};
}

std::string_view HttpRequest::header(std::string_view name) const {
  for (const auto& h : headers) {
    if (equal_ignoring_case(h.name, name)) return h.value;
  }
  return {};
}

}  // namespace eider::net
