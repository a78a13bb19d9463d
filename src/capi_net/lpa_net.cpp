// The functions of include/eider/lpa_net.h.
#include <eider/lpa_net.h>
#include <map>

#include "capi/error.hpp"
#include "net/http_client.hpp"
#include "net/pcsc_port.hpp"
#include "net/tcp_card.hpp"

namespace capi = eider::capi;
using capi::fail_argument;
using capi::fail_fault;
using capi::guarded;
using capi::succeed;

struct eider_lpa_net_card {
  std::unique_ptr<eider::CardPort> card;
  eider_lpa_card port{};
};

struct eider_lpa_net_http {
  std::unique_ptr<eider::net::HttpClient> client;
  eider_lpa_http port{};
};

namespace {

eider_lpa_status transmit(void* context, const std::uint8_t* command, std::size_t command_size,
                          std::uint8_t* response, std::size_t* response_size) {
  auto& card = *static_cast<eider_lpa_net_card*>(context)->card;
  return guarded([&]() -> eider_lpa_status {
    const auto answer = card.transmit({command, command_size});
    if (!answer) return fail_fault(answer.error());
    if (answer->size() > *response_size) return EIDER_LPA_ERR_MALFORMED;
    std::ranges::copy(*answer, response);
    *response_size = answer->size();
    return succeed();
  });
}

eider_lpa_status reset(void* context) {
  auto& card = *static_cast<eider_lpa_net_card*>(context)->card;
  return guarded([&]() -> eider_lpa_status {
    const auto atr = card.reset();
    return atr ? succeed() : fail_fault(atr.error());
  });
}

eider_lpa_status post(void* context, const eider_lpa_http_request* r, eider_lpa_http_reply* reply) {
  auto& client = *static_cast<eider_lpa_net_http*>(context)->client;
  return guarded([&]() -> eider_lpa_status {
    if (r->new_session) client.new_session();
    eider::HttpPost out;
    out.host = r->host;
    out.port = r->port;
    out.path = r->path;
    for (std::uint32_t i = 0; i < r->header_count; ++i)
      out.headers.push_back({r->headers[i].name, r->headers[i].value});
    out.body.assign(r->body, r->body + r->body_size);
    out.timeout = eider::Duration(r->timeout_ms);
    for (std::size_t i = 0; i < r->server_policy_count; ++i)
      out.server_policies.emplace_back(r->server_policies[i]);
    const auto answer = client.post(out);
    if (!answer) {
      const auto status = fail_fault(answer.error());
      (void)eider_lpa_http_reply_failure(reply, answer.error().message().c_str());
      return status;
    }
    (void)eider_lpa_http_reply_status(reply, answer->status);
    for (const auto& h : answer->headers)
      (void)eider_lpa_http_reply_header(reply, h.name.c_str(), h.value.c_str());
    return eider_lpa_http_reply_body(reply, answer->body.data(), answer->body.size());
  });
}

eider_lpa_net_card* card_of(std::unique_ptr<eider::CardPort> card) {
  auto out = std::make_unique<eider_lpa_net_card>();
  out->card = std::move(card);
  out->port.struct_size = sizeof out->port;
  out->port.context = out.get();
  out->port.transmit = &transmit;
  out->port.reset = &reset;
  return out.release();
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

// "host:port=address:port".
bool add_rule(const char* rule, std::map<std::string, std::string>& out) {
  const std::string_view text(rule ? rule : "");
  const auto equals = text.find('=');
  const auto is_address = [](std::string_view part) {
    const auto url = eider::parse_https_url(part);
    return url && url->path == "/" && part.find(':') != std::string_view::npos;
  };
  if (equals == std::string_view::npos || !is_address(text.substr(0, equals)) ||
      !is_address(text.substr(equals + 1)))
    return false;
  out[lower(text.substr(0, equals))] = text.substr(equals + 1);
  return true;
}
}  // namespace

const eider_lpa_error* eider_lpa_net_last_error(void) {
  return &capi::last_error();
}

eider_lpa_status eider_lpa_net_card_pcsc(const char* reader, eider_lpa_net_card** out) {
  return guarded([&]() -> eider_lpa_status {
    if (!out) return fail_argument("out is NULL");
    *out = nullptr;
    auto card = eider::net::PcscPort::open(reader ? reader : "");
    if (!card) return fail_fault(card.error());
    *out = card_of(*std::move(card));
    return succeed();
  });
}

eider_lpa_status eider_lpa_net_card_tcp(const char* host, std::uint16_t port, eider_lpa_net_card** out) {
  return guarded([&]() -> eider_lpa_status {
    if (!out) return fail_argument("out is NULL");
    *out = nullptr;
    if (!host || port == 0) return fail_argument("host is NULL or port is 0");
    eider::net::TcpCardConfig config;
    config.host = host;
    config.port = port;
    auto card = std::make_unique<eider::net::TcpCard>(std::move(config));
    if (const auto atr = card->reset(); !atr) return fail_fault(atr.error());
    *out = card_of(std::move(card));
    return succeed();
  });
}

const eider_lpa_card* eider_lpa_net_card_port(const eider_lpa_net_card* card) {
  return card ? &card->port : nullptr;
}

void eider_lpa_net_card_free(eider_lpa_net_card* card) {
  delete card;
}

eider_lpa_status eider_lpa_net_http_create(const eider_lpa_net_trust* trust, eider_lpa_net_http** out) {
  return guarded([&]() -> eider_lpa_status {
    if (!out) return fail_argument("out is NULL");
    *out = nullptr;
    const auto t = capi::accept(trust, "eider_lpa_net_trust");
    if (!t) return EIDER_LPA_ERR_ARGUMENT;
    if ((t->ca_file_count && !t->ca_files) || (t->resolve_count && !t->resolve))
      return fail_argument("trust has a count without its list");
    eider::net::HttpClientConfig config;
    config.web_roots = t->web_roots != 0;
    config.policy_required = true;
    for (std::size_t i = 0; i < t->ca_file_count; ++i) {
      if (!t->ca_files[i]) return fail_argument("trust.ca_files has a NULL");
      auto found = eider::net::load_certificates(t->ca_files[i]);
      if (!found) return fail_fault(found.error());
      for (auto& c : *found) config.trust_anchors.push_back(std::move(c));
    }
    for (std::size_t i = 0; i < t->resolve_count; ++i)
      if (!add_rule(t->resolve[i], config.resolve))
        return fail_argument("trust.resolve has what is no host:port=address:port");
    auto client = eider::net::HttpClient::create(std::move(config));
    if (!client) return fail_fault(client.error());
    auto http = std::make_unique<eider_lpa_net_http>();
    http->client = *std::move(client);
    http->port.struct_size = sizeof http->port;
    http->port.context = http.get();
    http->port.post = &post;
    *out = http.release();
    return succeed();
  });
}

const eider_lpa_http* eider_lpa_net_http_port(const eider_lpa_net_http* http) {
  return http ? &http->port : nullptr;
}

void eider_lpa_net_http_free(eider_lpa_net_http* http) {
  delete http;
}
