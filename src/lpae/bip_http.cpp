#include "lpae/bip_http.hpp"

#include <charconv>

#include "card/bip_commands.hpp"
#include "channel/dns.hpp"
#include "crypto/certificate.hpp"
#include "device/local_information.hpp"
#include "spec/sgp22/oids.hpp"

namespace eider::lpae {
namespace {
using Check = VerificationFault::Check;
namespace bip = card::bip;
constexpr std::uint8_t kDateTimeQualifier = 0x03;
constexpr int kMostRounds = 100'000;  // RECEIVE DATA of one answer

TransportFault not_sent(std::string what) {
  return {false, std::move(what)};
}
TransportFault lost(std::string what) {
  return {true, std::move(what)};
}

std::optional<Bytes> ipv4(std::string_view text) {
  Bytes out;
  while (out.size() < 4) {
    unsigned n = 256;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || n > 255 || end - text.data() > 3) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(n));
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (out.size() < 4) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
  }
  return text.empty() ? std::optional(std::move(out)) : std::nullopt;
}

bool ends_with_ignoring_case(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && equal_ignoring_case(text.substr(text.size() - end.size()), end);
}

std::string why(const cat::TerminalAnswer& answer) {
  const auto result = static_cast<std::uint8_t>(answer.result);
  std::string out = cat::named(cat::general_results(), result);
  if (!answer.additional.empty())
    if (const auto* more = cat::find(cat::additional_information(result), answer.additional[0]))
      out += " (" + std::string(more->name) + ")";
  return out;
}

Bytes head_of(const HttpPost& r) {
  std::string out = "POST " + r.path + " HTTP/1.1\r\nHost: " + r.host;
  if (r.port != 443) out += ":" + std::to_string(r.port);
  for (const auto& h : r.headers) out += "\r\n" + h.name + ": " + h.value;
  out += "\r\nContent-Length: " + std::to_string(r.body.size()) + "\r\n\r\n";
  return to_bytes(as_bytes(out));
}
bool splits_headers(const HttpPost& r) {
  const auto bad = [](std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; };
  return bad(r.path) || bad(r.host) ||
         std::ranges::any_of(r.headers, [&](const auto& h) { return bad(h.name) || bad(h.value); });
}
}  // namespace

Status TerminalClock::refresh() {
  const auto answer = conversation_.ask(cat::CommandType::kProvideLocalInformation, kDateTimeQualifier);
  if (answer.performed())
    for (const auto& o : answer.objects)
      if (o.tag == cat::tag::kDateTime)
        if (const auto time = device::decode_date_time(o.value)) {
          now_ = *time;
          return {};
        }
  return fail_local("the device does not tell the card the time, so no certificate can be checked");
}

bool names_host(const std::vector<std::string>& dns_names, std::string_view host) {
  return std::ranges::any_of(dns_names, [&](std::string_view name) {
    if (!name.starts_with("*.")) return equal_ignoring_case(name, host);
    const auto dot = host.find('.');
    return dot != std::string_view::npos && dot > 0 &&
           equal_ignoring_case(name.substr(1), host.substr(dot)) &&
           name.find('.', 2) != std::string_view::npos;
  });
}

Status BipHttp::verify(ByteView der, const HttpPost& request) const {
  EIDER_TRY(certificate, crypto::Certificate::parse(der));
  const auto wants = [&](auto oids) {
    return std::ranges::any_of(oids, [&](std::string_view oid) {
      return std::ranges::find(request.server_policies, oid) != request.server_policies.end();
    });
  };
  // Section 4.5.2.1: below a GSMA CI a TLS certificate names its role.
  const auto named = std::ranges::any_of(certificate.policies(), [&](const der::Oid& policy) {
    return std::ranges::find(request.server_policies, policy.dotted()) != request.server_policies.end();
  });
  if (!named)
    return fail_verification(Check::kRole,
                             "the TLS certificate of " + request.host + " is not one of its role");
  Result<card::KeyIdentifier> verified = fail_verification(Check::kRole, "no role is asked for");
  if (wants(std::span(sgp22::oid::kTlsOfSmdpPlus)))
    verified = card_.ecasd.verify(certificate, crypto::CertificateRole::kDpTls, clock_.now());
  if (!verified && wants(std::span(sgp22::oid::kTlsOfSmds)))
    verified = card_.ecasd.verify(certificate, crypto::CertificateRole::kDsTls, clock_.now());
  if (!verified) return tl::unexpected<Fault>(std::move(verified).error());
  if (!names_host(certificate.dns_names(), request.host))
    return fail_verification(Check::kBinding,
                             "the TLS certificate of " + request.host + " is of another host");
  const auto is_id = [&](const der::Oid& id) { return id.dotted() == request.server_id; };
  if (!request.server_id.empty() && std::ranges::none_of(certificate.registered_ids(), is_id))
    return fail_verification(Check::kBinding,
                             "the TLS certificate of " + request.host + " is not of " + request.server_id);
  return {};
}

Status BipHttp::open(bool tcp, ByteView address, std::uint16_t port) {
  if (!conversation_.has(etsi::profile_bit::kOpenChannel) ||
      !conversation_.has(etsi::profile_bit::kEventDataAvailable))
    return fail_local("this device gives the card no connection to the network");
  bip::Way way;
  way.tcp = tcp;
  way.address = to_bytes(address);
  way.port = port;
  way.access_point = card_.state.personalisation.lpae->accessPoint;
  const auto answer = conversation_.ask(bip::open_channel(way));
  channel_ = bip::opened_channel(answer);
  if (channel_ == 0) return fail(not_sent("the device opens no connection: " + why(answer)));
  return {};
}

void BipHttp::close() {
  tls_.reset();
  answers_ = channel::HttpAnswers();
  if (channel_ != 0) conversation_.ask(bip::close_channel(std::exchange(channel_, std::uint8_t{0})));
}

void BipHttp::finish() {
  if (tls_ && tls_->established() && !tls_->peer_closed()) {
    tls_->close();
    bool begun = false;
    (void)flush(begun);
  }
  close();
  fresh_ = true;
}

Status BipHttp::send(ByteView octets, bool& begun) {
  for (std::size_t at = 0; at < octets.size(); at += bip::kPiece) {
    const auto piece = octets.subspan(at, std::min(bip::kPiece, octets.size() - at));
    const auto answer = conversation_.ask(bip::send_data(channel_, to_bytes(piece)));
    if (!answer.performed()) return fail(TransportFault{begun, "the connection is gone: " + why(answer)});
    begun = true;
  }
  return {};
}

Status BipHttp::flush(bool& begun) {
  return send(tls_->output(), begun);
}

std::optional<Bytes> BipHttp::receive() {
  Bytes out;
  for (int i = 0; i < kMostRounds; ++i) {
    const auto answer = conversation_.ask(bip::receive_data(channel_));
    if (!answer.performed()) return out.empty() ? std::nullopt : std::optional(std::move(out));
    const auto got = bip::received(answer);
    append(out, got.data);
    if (!got.more || got.data.empty()) break;
  }
  return out;
}

Result<Bytes> BipHttp::await() {
  for (;;) {
    switch (conversation_.wait()) {
      case Conversation::Event::kData: {
        auto data = receive();
        if (!data) return fail(lost("the connection is gone"));
        if (!data->empty()) return *std::move(data);
        break;
      }
      case Conversation::Event::kLinkLost:
        return fail(lost("the connection is gone"));
      case Conversation::Event::kTime:
        return fail(lost("it took too long"));
      case Conversation::Event::kRefreshRefused:
        break;
    }
  }
}

// The first address will do. "localhost" is never asked for (RFC 6761 section 6.3).
Result<Bytes> BipHttp::resolve(const std::string& name) {
  if (auto address = ipv4(name)) return *std::move(address);
  if (equal_ignoring_case(name, "localhost") || ends_with_ignoring_case(name, ".localhost"))
    return Bytes{127, 0, 0, 1};
  const auto& server = card_.state.personalisation.lpae->nameServer;
  if (!server || (server->size() != 6 && server->size() != 18))
    return fail_local("the card knows no name server to find " + name + " with");
  const ByteView address = ByteView(*server).first(server->size() - 2);
  const auto port = static_cast<std::uint16_t>((*server)[server->size() - 2] << 8 | server->back());
  EIDER_CHECK(open(false, address, port));
  const auto number = card_.random.bytes(2);
  const auto id = static_cast<std::uint16_t>(number[0] << 8 | number[1]);
  bool begun = false;
  Result<std::vector<Bytes>> found = std::vector<Bytes>();
  auto query = channel::dns::encode_query(id, name);
  Status sent = query ? send(*query, begun) : Status(tl::unexpected<Fault>(query.error()));
  while (sent) {
    auto message = await();
    if (!message) {
      sent = tl::unexpected<Fault>(std::move(message).error());
      break;
    }
    found = channel::dns::read_answer(*message, id, name);
    if (found) break;  // else the answer may still come
  }
  close();
  if (!sent) return fail(not_sent("no name server answers for " + name + ": " + sent.error().message()));
  if (found->empty()) return fail(not_sent("no host is called " + name));
  return std::move(found->front());
}

Status BipHttp::connect(const HttpPost& request) {
  close();
  EIDER_CHECK(clock_.refresh());
  EIDER_TRY(address, resolve(request.host));
  EIDER_CHECK(open(true, address, request.port));
  std::vector<Bytes> cis;
  for (const auto& ci : card_.state.personalisation.ciPublicKeys)
    cis.push_back(to_bytes(ci.subjectKeyIdentifier.view()));
  EIDER_TRY(tls, channel::CertificateTls::client(request.host, cis, [this, request](ByteView certificate) {
              return verify(certificate, request);
            }));
  tls_ = std::move(tls);
  bool begun = false;
  for (;;) {
    EIDER_CHECK(flush(begun));
    if (tls_->established()) break;
    auto data = await();
    if (!data) return fail(not_sent("no TLS with " + request.host + ": " + data.error().message()));
    if (auto fed = tls_->feed(*data); !fed) {
      (void)flush(begun);  // the alert
      return fed;
    }
  }
  host_ = request.host;
  port_ = request.port;
  fresh_ = false;
  return {};
}

// A server may have closed the connection since the last answer.
bool BipHttp::still_open() {
  if (channel_ == 0 || !tls_ || fresh_) return false;
  const auto data = receive();
  if (!data) return false;
  return (data->empty() || tls_->feed(*data)) && !tls_->peer_closed() && tls_->read().empty();
}

Result<HttpReply> BipHttp::exchange(const HttpPost& request) {
  bool begun = false;
  EIDER_CHECK(tls_->write(concat({head_of(request), request.body})));
  EIDER_CHECK(flush(begun));
  for (;;) {
    if (auto answer = answers_.next()) {
      HttpReply reply{static_cast<int>(answer->status), {}, std::move(answer->body)};
      for (auto& [name, value] : answer->headers)
        reply.headers.push_back({std::move(name), std::move(value)});
      return reply;
    }
    if (tls_->peer_closed()) return fail(lost("the server has closed the connection"));
    EIDER_TRY(data, await());
    if (auto fed = tls_->feed(data); !fed)
      return fail(lost("the connection is broken: " + fed.error().message()));
    if (auto read = answers_.feed(tls_->read()); !read)
      return fail(lost("no HTTP: " + read.error().message()));
    if (tls_->peer_closed())
      if (auto ended = answers_.end(); !ended)
        return fail(lost("half an answer: " + ended.error().message()));
  }
}

Result<HttpReply> BipHttp::post(const HttpPost& request) {
  if (splits_headers(request)) return fail_local("a header with a line break");
  conversation_.start_timer(request.timeout);
  auto reply = [&]() -> Result<HttpReply> {
    const bool same = equal_ignoring_case(host_, request.host) && port_ == request.port;
    if (!same || !still_open()) EIDER_CHECK(connect(request));
    return exchange(request);
  }();
  conversation_.stop_timer();
  if (!reply || equal_ignoring_case(reply->header("Connection"), "close")) close();
  return reply;
}

}  // namespace eider::lpae
