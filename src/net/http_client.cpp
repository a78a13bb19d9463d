#include "net/http_client.hpp"

#include <algorithm>
#include <atomic>
#include <sys/socket.h>

#include "net/detail/http_connection.hpp"
#include "net/detail/lookup.hpp"

namespace eider::net {
namespace {

namespace asio = detail::asio;
namespace http = detail::beast::http;
using asio::ip::tcp;
using detail::Awaitable;
using detail::error_code;
using detail::kAwait;
using detail::SteadyTime;

constexpr std::chrono::milliseconds kShutdownTime{50};
constexpr std::chrono::milliseconds kInterruptTime{100};
constexpr int kMaxInterim = 8;  // 1xx responses before the real one

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return out;
}

bool visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

Status check_request(const HttpPost& r) {
  const auto bad = [](std::string what) { return fail_local("HTTP request: " + std::move(what)); };
  if (r.host.empty() || r.host.size() > 253 || !visible(r.host) ||
      r.host.find_first_of("/@?#") != std::string::npos) {
    return bad("host name");
  }
  if (r.port == 0) return bad("port 0");
  if (r.path.empty() || r.path.front() != '/' || !visible(r.path)) return bad("path");
  if (r.timeout.count() <= 0) return bad("timeout must be positive");
  for (const auto& h : r.headers) {
    if (h.name.empty() || !visible(h.name) || h.name.find(':') != std::string::npos)
      return bad("header name");
    if (!std::ranges::all_of(h.value, [](char c) { return (c >= ' ' && c != 0x7F) || c == '\t' || c < 0; })) {
      return bad("header value of " + h.name);
    }
    for (const char* own : {"Host", "Content-Length", "Transfer-Encoding", "Connection"}) {
      if (equal_ignoring_case(h.name, own))
        return bad("the header " + h.name + " is set by the client itself");
    }
  }
  return {};
}

std::string request_head(const HttpPost& r) {
  std::string out = "POST " + r.path + " HTTP/1.1\r\nHost: ";
  out += r.host.find(':') == std::string::npos ? r.host : "[" + r.host + "]";
  if (r.port != 443) out += ":" + std::to_string(r.port);
  out += "\r\n";
  for (const auto& h : r.headers) out += h.name + ": " + h.value + "\r\n";
  out += "Content-Length: " + std::to_string(r.body.size()) + "\r\n\r\n";
  return out;
}

Fault transport(bool sent, std::string what) {
  return TransportFault{sent, std::move(what)};
}

// An alert by which a TLS 1.3 server refuses the client's certificate after the client has finished its
// handshake.
bool refuses_certificate(error_code error) {
  if (error.category() != asio::error::get_ssl_category()) return false;
  switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return true;
    default:
      return false;
  }
}

// What all sessions of one configuration share; never changed after creation.
struct Shared {
  HttpClientConfig config;
  std::map<std::string, tcp::endpoint> resolve;
  std::shared_ptr<detail::ClientTls> tls;
  std::unique_ptr<asio::ssl::context> context;
};

// One TLS connection.
struct Link {
  Link(asio::io_context& io, Shared& shared, const HttpPost& request,
       const std::vector<std::string>& policies)
      : peer{request.host, policies, request.server_id, std::nullopt},
        port(request.port),
        stream(io, *shared.context) {
    if (peer.host.ends_with('.')) peer.host.pop_back();
    shared.tls->attach(stream.native_handle(), peer);
  }
  bool fits(const HttpPost& r, const std::vector<std::string>& policies) const {
    return equal_ignoring_case(peer.host, r.host) && port == r.port && peer.policies == policies &&
           peer.id == r.server_id;
  }
  // Nothing may arrive between a reply and the next request but the end of the connection.
  bool alive() {
    char c;
    const auto n = ::recv(stream.next_layer().native_handle(), &c, 1, MSG_PEEK | MSG_DONTWAIT);
    return buffer.size() == 0 && n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }
  detail::ClientTls::Peer peer;
  std::uint16_t port;
  detail::TlsStream stream;
  detail::beast::flat_buffer buffer;
  bool used = false;
};

Awaitable<Status> connect(Link& link, const std::vector<tcp::endpoint>& endpoints) {
  error_code error = asio::error::host_not_found;
  auto& socket = link.stream.next_layer();
  for (const auto& endpoint : endpoints) {
    socket.close(error);
    co_await socket.async_connect(endpoint, asio::redirect_error(kAwait, error));
    if (!error || error == asio::error::operation_aborted) break;
  }
  if (error) co_return fail(transport(false, "cannot connect to " + link.peer.host + ": " + error.message()));
  socket.set_option(tcp::no_delay(true), error);
  co_await link.stream.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(kAwait, error));
  if (link.peer.fault) co_return fail(*link.peer.fault);
  if (error) co_return fail(transport(false, "TLS with " + link.peer.host + ": " + error.message()));
  co_return Status{};
}

HttpReply to_reply(http::response<http::vector_body<std::uint8_t>>&& message) {
  HttpReply reply;
  reply.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    const auto name = field.name_string();
    reply.headers.push_back({{name.data(), name.size()}, {field.value().data(), field.value().size()}});
  }
  reply.body = std::move(message.body());
  return reply;
}

struct Exchange {
  Link& link;
  const HttpPost& request;
  const HttpClientConfig& config;
  bool sent = false;
  bool keep = false;  // the connection can carry another request

  Awaitable<Result<HttpReply>> run() {
    const bool first = !link.used;
    link.used = true;
    const std::string head = request_head(request);
    const std::array buffers{asio::buffer(head), asio::buffer(request.body)};
    error_code error;
    co_await asio::async_write(link.stream, buffers, asio::redirect_error(kAwait, error));
    // A request that was not written to its last octet cannot be carried out.
    if (error) co_return fail(describe(error, first));
    sent = true;
    for (int i = 0; i < kMaxInterim; ++i) {
      http::response_parser<http::vector_body<std::uint8_t>> parser;
      parser.body_limit(config.max_body);
      parser.header_limit(static_cast<std::uint32_t>(config.max_header));
      co_await http::async_read(link.stream, link.buffer, parser, asio::redirect_error(kAwait, error));
      if (error) co_return fail(describe(error, first));
      if (parser.get().result_int() < 200) continue;
      keep = parser.get().keep_alive() && !parser.get().need_eof();
      co_return to_reply(parser.release());
    }
    co_return fail(transport(true, link.peer.host + " sends interim responses without end"));
  }

  Fault describe(error_code error, bool first) const {
    if (first && refuses_certificate(error)) {
      return transport(false, link.peer.host + " refuses this side's TLS certificate: " + error.message());
    }
    if (error == http::error::body_limit || error == http::error::header_limit) {
      return transport(sent, "the reply of " + link.peer.host + " is over the limit: " + error.message());
    }
    return transport(sent,
                     (sent ? "no reply from " : "cannot send to ") + link.peer.host + ": " + error.message());
  }
};

}  // namespace

class HttpClient::Impl {
 public:
  explicit Impl(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  ~Impl() { drop(); }

  Result<HttpReply> post(const HttpPost& request) {
    EIDER_CHECK(check_request(request));
    interrupted_ = false;
    const auto now = std::chrono::steady_clock::now();
    const SteadyTime deadline = now + request.timeout;
    const auto& policies =
        request.server_policies.empty() ? config().server_policies : request.server_policies;
    if (link_ && !(link_->fits(request, policies) && link_->alive())) drop();
    if (!link_) {
      EIDER_CHECK(open(request, policies, std::min(deadline, now + config().connect_timeout)));
      const auto* certificate = SSL_get0_peer_certificate(link_->stream.native_handle());
      server_certificate_ = certificate ? detail::to_der(certificate) : Bytes();
    }
    Exchange exchange{*link_, request, config()};
    auto reply = finish_by(deadline, exchange.run());
    const bool expired = std::chrono::steady_clock::now() >= deadline;
    if (!reply || !exchange.keep) drop();
    if (!reply && interrupted_) return stopped(request);
    if (!reply && expired && reply.error().not_reached()) {
      return fail(transport(exchange.sent, "no complete reply from " + request.host + " in time"));
    }
    return reply;
  }

  void interrupt() { interrupted_ = true; }

  void drop() {
    if (!link_) return;
    auto& link = *link_;
    if (link.used && link.stream.next_layer().is_open()) {
      finish_by(std::chrono::steady_clock::now() + kShutdownTime, say_goodbye(link));
    }
    link_.reset();
  }

  const std::shared_ptr<Shared>& shared() const { return shared_; }
  std::size_t opened() const { return opened_; }
  const Bytes& server_certificate() const { return server_certificate_; }

 private:
  const HttpClientConfig& config() const { return shared_->config; }

  static tl::unexpected<Fault> stopped(const HttpPost& request) {
    return fail_local("the exchange with " + request.host + " was stopped");
  }

  // Whoever names the server does not get to choose what of this network is spoken to.
  static Status drop_private(const std::string& host, std::vector<tcp::endpoint>& endpoints) {
    const auto first = endpoints.front().address().to_string();
    std::erase_if(endpoints, [](const tcp::endpoint& e) { return detail::is_private(e.address()); });
    if (!endpoints.empty()) return {};
    return fail_local(
        host + " has the private address " + first + ", and servers in private networks are not asked",
        "If the server is meant to be there, allow it: --allow-private, or --resolve with its address.");
  }

  static Awaitable<Status> say_goodbye(Link& link) {
    error_code ignored;
    co_await link.stream.async_shutdown(asio::redirect_error(kAwait, ignored));
    co_return Status{};
  }

  Status open(const HttpPost& request, const std::vector<std::string>& policies, SteadyTime deadline) {
    std::vector<tcp::endpoint> endpoints;
    const auto fixed = shared_->resolve.find(lower(request.host) + ":" + std::to_string(request.port));
    if (fixed != shared_->resolve.end()) {
      endpoints.push_back(fixed->second);
    } else {
      EIDER_TRY(found, detail::look_up(request.host, request.port, deadline));
      endpoints = std::move(found);
      if (!config().private_addresses) EIDER_CHECK(drop_private(request.host, endpoints));
    }
    auto link = std::make_unique<Link>(io_, *shared_, request, policies);
    ++opened_;
    link_ = std::move(link);
    auto status = finish_by(deadline, connect(*link_, endpoints));
    if (status) return status;
    link_.reset();
    if (interrupted_) return stopped(request);
    if (status.error().not_reached() && std::chrono::steady_clock::now() >= deadline) {
      return fail(transport(false, "connecting to " + request.host + " took too long"));
    }
    return status;
  }

  // Runs the operation on this thread; past the deadline, or interrupted, its socket is closed, which ends
  // it.
  template <class T>
  T finish_by(SteadyTime deadline, Awaitable<T> operation) {
    std::optional<T> out;
    asio::co_spawn(io_, std::move(operation), [&out](const std::exception_ptr& failure, T value) {
      if (failure) std::rethrow_exception(failure);
      out.emplace(std::move(value));
    });
    io_.restart();
    for (auto now = std::chrono::steady_clock::now(); !out && now < deadline && !interrupted_;
         now = std::chrono::steady_clock::now())
      io_.run_one_until(std::min(deadline, now + kInterruptTime));
    while (!out) {  // again and again: what had not begun yet opens it only now
      error_code ignored;
      link_->stream.next_layer().close(ignored);
      io_.run_one();
    }
    return *std::move(out);
  }

  std::shared_ptr<Shared> shared_;
  asio::io_context io_{1};
  std::unique_ptr<Link> link_;
  std::atomic<bool> interrupted_{false};
  std::size_t opened_ = 0;
  Bytes server_certificate_;
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::create(HttpClientConfig config) {
  auto shared = std::make_shared<Shared>();
  shared->config = std::move(config);
  for (const auto& [name, address] : shared->config.resolve) {
    EIDER_TRY(endpoint, detail::parse_endpoint(address));
    shared->resolve.emplace(lower(name), endpoint);
  }
  EIDER_TRY(tls, detail::ClientTls::create(shared->config));
  shared->tls = std::move(tls);
  SSL_CTX_up_ref(shared->tls->context());  // asio's context takes a reference over
  shared->context = std::make_unique<asio::ssl::context>(shared->tls->context());
  return std::unique_ptr<HttpClient>(new HttpClient(std::make_unique<Impl>(std::move(shared))));
}

Result<HttpReply> HttpClient::post(const HttpPost& request) {
  return impl_->post(request);
}
void HttpClient::new_session() {
  impl_->drop();
}
void HttpClient::interrupt() {
  impl_->interrupt();
}
std::unique_ptr<HttpClient> HttpClient::open_session() const {
  return std::unique_ptr<HttpClient>(new HttpClient(std::make_unique<Impl>(impl_->shared())));
}
Bytes HttpClient::server_certificate() const {
  return impl_->server_certificate();
}
std::size_t HttpClient::connections_opened() const {
  return impl_->opened();
}

}  // namespace eider::net
