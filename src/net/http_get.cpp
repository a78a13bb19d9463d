#include "net/http_get.hpp"

#include <algorithm>
#include <charconv>

#include "net/detail/http_connection.hpp"
#include "net/detail/lookup.hpp"

namespace eider::net {
namespace {

namespace asio = detail::asio;
namespace http = detail::beast::http;
using asio::ip::tcp;
using detail::error_code;
using detail::kAwait;

struct HttpUri {
  std::string host, port = "80", target = "/";
};

Result<HttpUri> parse_uri(const std::string& uri) {
  constexpr std::string_view kScheme = "http://";
  const auto bad = [&](const char* why) {
    return fail_local("\"" + uri + "\" is no http URI: " + why,
                      "A CRL is signed, and its distribution point is plain HTTP: http://host[:port]/path.");
  };
  if (!uri.starts_with(kScheme)) return bad("it must begin with http://");
  if (!std::ranges::all_of(uri, [](char c) { return c > ' ' && c < 0x7F; })) return bad("odd characters");
  HttpUri out;
  std::string authority = uri.substr(kScheme.size());
  if (const auto slash = authority.find_first_of("/?"); slash != std::string::npos) {
    out.target = authority.substr(slash);
    if (out.target.front() == '?') out.target = "/" + out.target;
    authority.resize(slash);
  }
  if (authority.find_first_of("@#") != std::string::npos || out.target.find('#') != std::string::npos)
    return bad("user or fragment");
  const auto colon = authority.rfind(':');
  const bool has_port = colon != std::string::npos && authority.find(']', colon) == std::string::npos;
  out.host = has_port ? authority.substr(0, colon) : authority;
  if (has_port) out.port = authority.substr(colon + 1);
  if (out.host.size() > 2 && out.host.front() == '[' && out.host.back() == ']')
    out.host = out.host.substr(1, out.host.size() - 2);
  std::uint16_t port = 0;
  const auto* end = out.port.data() + out.port.size();
  const auto [at, error] = std::from_chars(out.port.data(), end, port);
  if (error != std::errc{} || at != end || port == 0) return bad("no port from 1 to 65535");
  if (out.host.empty()) return bad("no host");
  return out;
}

std::string lower_host(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

detail::Awaitable<Result<Bytes>> exchange(detail::Socket& socket, const std::vector<tcp::endpoint>& endpoints,
                                          const HttpUri& uri, std::size_t max_body) {
  error_code error = asio::error::host_not_found;
  for (const auto& endpoint : endpoints) {
    socket.close(error);
    co_await socket.async_connect(endpoint, asio::redirect_error(kAwait, error));
    if (!error || error == asio::error::operation_aborted) break;
  }
  if (error) co_return fail(TransportFault{false, "cannot connect to " + uri.host + ": " + error.message()});
  std::string head = "GET " + uri.target + " HTTP/1.1\r\nHost: ";
  head += uri.host.find(':') == std::string::npos ? uri.host : "[" + uri.host + "]";
  if (uri.port != "80") head += ":" + uri.port;
  head += "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
  co_await asio::async_write(socket, asio::buffer(head), asio::redirect_error(kAwait, error));
  if (error) co_return fail(TransportFault{false, "cannot send to " + uri.host + ": " + error.message()});
  http::response_parser<http::vector_body<std::uint8_t>> parser;
  parser.body_limit(max_body);
  parser.header_limit(32 * 1024);
  detail::beast::flat_buffer buffer;
  co_await http::async_read(socket, buffer, parser, asio::redirect_error(kAwait, error));
  if (error) co_return fail(TransportFault{true, "no answer from " + uri.host + ": " + error.message()});
  if (parser.get().result_int() != 200)
    co_return fail(TransportFault{true, uri.host + " answered " + uri.target + " with HTTP status " +
                                            std::to_string(parser.get().result_int())});
  auto message = parser.release();
  co_return std::move(message.body());
}
}  // namespace

Result<Bytes> http_get(const std::string& text, const HttpGetOptions& options) {
  EIDER_TRY(uri, parse_uri(text));
  const auto deadline = std::chrono::steady_clock::now() + options.timeout;
  std::vector<tcp::endpoint> endpoints;
  if (const auto fixed = options.resolve.find(lower_host(uri.host) + ":" + uri.port);
      fixed != options.resolve.end()) {
    EIDER_TRY(endpoint, detail::parse_endpoint(fixed->second));
    endpoints.push_back(endpoint);
  } else {
    EIDER_TRY(found, detail::look_up(uri.host, static_cast<std::uint16_t>(std::stoul(uri.port)), deadline));
    endpoints = std::move(found);
  }
  asio::io_context io{1};
  detail::Socket socket(io);
  std::optional<Result<Bytes>> out;
  asio::co_spawn(io, exchange(socket, endpoints, uri, options.max_body),
                 [&out](const std::exception_ptr& failure, Result<Bytes> value) {
                   if (failure) std::rethrow_exception(failure);
                   out.emplace(std::move(value));
                 });
  while (!out && std::chrono::steady_clock::now() < deadline) io.run_one_until(deadline);
  if (!out) {
    error_code ignored;
    socket.close(ignored);
    while (!out) io.run_one();
    return fail(TransportFault{true, "no complete answer from " + uri.host + " in time"});
  }
  return *std::move(out);
}

}  // namespace eider::net
