// eider order: the operator's side of ES2+.
#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <unistd.h>

#include "cmd_pki.hpp"
#include "codec/json_binding.hpp"
#include "command.hpp"
#include "crypto/pki_dir.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "qr.hpp"
#include "roles/operator/es2plus_client.hpp"

namespace eider::app::order_cmd {
namespace {
using namespace sgp22::es2plus;

struct Options {
  std::string smdp, requester = "2.999.20", pki;
  std::vector<std::string> ca_files, resolve;
  std::string certificate, key;
  pki::PassphraseOptions passphrase;
  bool json = false;
  std::string iccid, type, eid, matching_id, confirmation_code, smds, png, final_status = "Available",
                                                                           address;
  bool hold = false, default_smdp = false, no_qr = false;
  std::string listen = "127.0.0.1:0";
  int count = 0;
  std::string call_id;
  sgp22::RequestHeader header() const { return {{}, call_id}; }
};

[[noreturn]] void stop(const Fault& fault) {
  std::string message = fault.message();
  if (const auto* status = fault.as<FunctionStatus>())
    message += "\n  explained by: eider explain " + status->subject_code + " " + status->reason_code;
  throw CommandError{1, message};
}
// Of an ES2+ call: what is not known to have failed can be repeated without a second effect.
[[noreturn]] void stop(const Options& o, const Fault& fault) {
  if (!fault.not_reached()) stop(fault);
  throw CommandError{1, fault.message() + "\n  remedy: repeat it with --call-id " + o.call_id +
                            ", so that it has no second effect if it was carried out"};
}
template <class T>
T value_or_stop(Result<T> result) {
  if (!result) stop(result.error());
  return *std::move(result);
}
template <class T>
T answer_or_stop(const Options& o, Result<T> result) {
  if (!result) stop(o, result.error());
  return *std::move(result);
}
void done_or_stop(const Options& o, const Status& status) {
  if (!status) stop(o, status.error());
}
void ok_or_stop(const Status& status) {
  if (!status) stop(status.error());
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == at)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

struct Credentials {
  net::TlsIdentity identity;
  std::vector<Bytes> gsma_anchors, operator_anchors;
};

Credentials load(const Options& o) {
  Credentials c;
  for (const auto& file : o.ca_files)
    for (auto& der : value_or_stop(net::load_certificates(file))) c.gsma_anchors.push_back(std::move(der));
  if (!o.pki.empty()) {
    auto pki = value_or_stop(crypto::PkiDirectory::open(o.pki, o.passphrase.source()));
    for (const auto* ci : pki.find_all(crypto::CertificateRole::kCi))
      c.gsma_anchors.push_back(to_bytes(ci->certificate.der()));
    for (const auto* ca : pki.find_all(crypto::CertificateRole::kOperatorCa))
      c.operator_anchors.push_back(to_bytes(ca->certificate.der()));
    const auto* client = pki.find(crypto::CertificateRole::kOperatorClient);
    if (client && o.certificate.empty())
      c.identity = {{to_bytes(client->certificate.der())},
                    value_or_stop(value_or_stop(pki.signing_key(*client))->tls_key())};
  }
  if (!o.certificate.empty()) c.identity = value_or_stop(net::load_tls_identity(o.certificate, o.key));
  if (c.identity.chain.empty())
    throw CommandError{2,
                       "no operator certificate: ES2+ needs mutual TLS\n  remedy: --pki DIR, or "
                       "--certificate FILE and --key FILE"};
  return c;
}

struct Session {
  SystemRandom random;
  std::unique_ptr<net::HttpClient> http;
  std::optional<mno::Es2PlusClient> client;

  explicit Session(const Options& o) {
    if (o.smdp.empty()) throw CommandError{2, "--smdp HOST[:PORT] names the SM-DP+"};
    auto credentials = load(o);
    net::HttpClientConfig config;
    config.trust_anchors = std::move(credentials.gsma_anchors);
    config.identity = std::move(credentials.identity);
    for (const auto& rule : o.resolve) {
      const auto p = split(rule, ':');
      if (p.size() != 4)
        throw CommandError{2, "--resolve takes host:port:address:port, not \"" + rule + "\""};
      config.resolve[p[0] + ":" + p[1]] = p[2] + ":" + p[3];
    }
    http = value_or_stop(net::HttpClient::create(std::move(config)));
    client = value_or_stop(mno::Es2PlusClient::create(o.smdp, {o.requester}, *http, random));
    client->set_retries({3, [](unsigned attempt) { sleep(attempt - 1); }});
  }
};

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::string json_text(const std::string& text) {
  std::string out;
  json::append_quoted(out, text);
  return out;
}

ConfirmOrderRequest confirmation(const Options& o, std::string iccid) {
  ConfirmOrderRequest r;
  r.header = o.header();
  r.iccid = std::move(iccid);
  r.eid = given(o.eid);
  r.matchingId = o.default_smdp ? std::optional<std::string>("") : given(o.matching_id);
  r.confirmationCode = given(o.confirmation_code);
  r.smdsAddress = given(o.smds);
  r.releaseFlag = !o.hold;
  return r;
}

// Host without port: what stands in an activation code unless the SM-DP+ names another address.
std::string smdp_host(const Options& o) {
  return o.address.empty() ? split(o.smdp, ':')[0] : o.address;
}

void report(const Options& o, const std::string& iccid, const ConfirmOrderResponse& r) {
  const std::string matching_id = r.matchingId.value_or("");
  const std::string address = r.smdpAddress.value_or(smdp_host(o));
  std::string code = "LPA:1$" + address + "$" + matching_id;
  if (!o.confirmation_code.empty()) code += "$$1";
  if (!o.png.empty()) ok_or_stop(write_qr_png(code, o.png));
  if (o.json) {
    std::printf("{\"iccid\":%s,\"matchingId\":%s,\"smdpAddress\":%s,\"activationCode\":%s,\"released\":%s",
                json_text(iccid).c_str(), json_text(matching_id).c_str(), json_text(address).c_str(),
                json_text(code).c_str(), o.hold ? "false" : "true");
    if (r.eid) std::printf(",\"eid\":%s", json_text(*r.eid).c_str());
    std::printf("}\n");
    return;
  }
  std::printf("ICCID            %s\n", iccid.c_str());
  if (r.eid) std::printf("EID              %s\n", r.eid->c_str());
  std::printf("state            %s\n",
              o.hold ? "Confirmed (eider order release makes it downloadable)" : "Released");
  if (o.default_smdp) {
    std::printf("download         by default SM-DP+ address, no Activation Code\n");
    return;
  }
  std::printf("MatchingID       %s\nActivation Code  %s\n", matching_id.c_str(), code.c_str());
  if (!o.png.empty()) std::printf("QR code          %s\n", o.png.c_str());
  if (!o.no_qr) std::printf("\n%s", value_or_stop(qr_for_terminal(code, isatty(STDOUT_FILENO) != 0)).c_str());
}

void download(const Options& o) {
  Session s(o);
  const auto r =
      answer_or_stop(o, s.client->download_order({o.header(), given(o.eid), given(o.iccid), given(o.type)}));
  if (o.json)
    std::printf("{\"iccid\":%s}\n", json_text(r.iccid).c_str());
  else
    std::printf("ICCID  %s\n", r.iccid.c_str());
}
void confirm(const Options& o) {
  Session s(o);
  report(o, o.iccid, answer_or_stop(o, s.client->confirm_order(confirmation(o, o.iccid))));
}
void place(const Options& o) {
  Session s(o);
  const auto ordered =
      answer_or_stop(o, s.client->download_order({o.header(), given(o.eid), given(o.iccid), given(o.type)}));
  report(o, ordered.iccid, answer_or_stop(o, s.client->confirm_order(confirmation(o, ordered.iccid))));
}
void cancel(const Options& o) {
  Session s(o);
  done_or_stop(
      o, s.client->cancel_order({o.header(), o.iccid, given(o.eid), given(o.matching_id), o.final_status}));
  if (o.json)
    std::printf("{\"iccid\":%s,\"state\":%s}\n", json_text(o.iccid).c_str(),
                json_text(o.final_status).c_str());
  else
    std::printf("%s  %s\n", o.iccid.c_str(), o.final_status.c_str());
}
void release(const Options& o) {
  Session s(o);
  done_or_stop(o, s.client->release_profile({o.header(), o.iccid}));
  if (o.json)
    std::printf("{\"iccid\":%s,\"state\":\"Released\"}\n", json_text(o.iccid).c_str());
  else
    std::printf("%s  Released\n", o.iccid.c_str());
}

void print(const mno::Progress& p, bool as_json) {
  const std::string status = p.failure ? p.failure->subject_code + "/" + p.failure->reason_code : "success";
  if (as_json)
    std::printf(
        "{\"timestamp\":%s,\"function\":%s,\"iccid\":%s,\"eid\":%s,\"profileType\":%s,"
        "\"notificationPointId\":%lld,\"point\":%s,\"status\":%s}\n",
        json_text(p.timestamp).c_str(), json_text(p.function).c_str(), json_text(p.iccid).c_str(),
        json_text(p.eid).c_str(), json_text(p.profile_type).c_str(), static_cast<long long>(p.point),
        json_text(p.point_name).c_str(), json_text(status).c_str());
  else
    std::printf("%s  %s  %-34s %s\n", p.timestamp.c_str(), p.iccid.c_str(), p.point_name.c_str(),
                status.c_str());
  std::fflush(stdout);
}

// Takes ES2+ notifications until interrupted, or until `--count` of them have come.
void listen(const Options& o) {
  auto credentials = load(o);
  if (credentials.gsma_anchors.empty())
    throw CommandError{2, "no CI is trusted, so no SM-DP+ can be\n  remedy: --pki DIR or --ca FILE"};
  const auto colon = o.listen.rfind(':');
  net::HttpServerConfig config;
  config.address = o.listen.substr(0, colon);
  std::uint16_t port = 0;
  const char* text = o.listen.c_str() + (colon == std::string::npos ? o.listen.size() : colon + 1);
  if (colon == std::string::npos ||
      std::from_chars(text, o.listen.c_str() + o.listen.size(), port).ec != std::errc())
    throw CommandError{2, "--listen takes ADDRESS:PORT, not \"" + o.listen + "\""};
  config.port = port;
  config.identities.push_back(std::move(credentials.identity));
  config.client_authentication = net::ClientAuthentication::kRequired;
  config.client_anchors = std::move(credentials.gsma_anchors);

  sigset_t signals;
  sigemptyset(&signals);
  for (int s : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::mutex mutex;
  int seen = 0;
  mno::SeenCalls calls;
  net::HttpServer server(std::move(config), [&](const net::HttpRequest& request) {
    auto progress = mno::parse_progress(request.target, as_text(request.body));
    if (!progress)
      return net::HttpResponse::of(progress.error().as<LocalFault>() ? 404 : 400, "text/plain",
                                   progress.error().message());
    const std::lock_guard lock(mutex);
    // A repeat is acknowledged like the first, and not reported again.
    if (!calls.first(*progress)) return net::HttpResponse{204, {}, {}, {}};
    print(*progress, o.json);
    if (o.count > 0 && ++seen == o.count) kill(getpid(), SIGUSR1);
    return net::HttpResponse{204, {}, {}, {}};
  });
  ok_or_stop(server.start());
  std::fprintf(stderr, "eider: taking ES2+ notifications on %s:%u\n", o.listen.substr(0, colon).c_str(),
               server.port());
  int received = 0;
  sigwait(&signals, &received);
  server.stop();
}

void declare(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.require_subcommand(1);
  sub.fallthrough();
  sub.add_option("--smdp", o->smdp, "ES2+ end point of the SM-DP+, host[:port]")->type_name("HOST[:PORT]");
  sub.add_option("--pki", o->pki, "PKI directory: CI to trust, operator certificate and key")
      ->type_name("DIR");
  o->passphrase.declare(sub);
  sub.add_option("--ca", o->ca_files, "CI certificate to trust")->type_name("FILE");
  sub.add_option("--certificate", o->certificate, "Operator certificate, PEM or DER")->type_name("FILE");
  sub.add_option("--key", o->key, "Its private key")->type_name("FILE");
  sub.add_option("--requester", o->requester, "functionRequesterIdentifier agreed with the SM-DP+")
      ->type_name("OID")
      ->capture_default_str();
  sub.add_option("--resolve", o->resolve, "host:port:address:port, in place of a name look-up")
      ->type_name("RULE");
  sub.add_option("--call-id", o->call_id,
                 "functionCallIdentifier of an earlier run whose answer was lost: nothing is done twice")
      ->type_name("TEXT");
  sub.add_flag("--json", o->json, "JSON on standard output");

  const auto command = [&](const char* name, const char* summary, void (*run)(const Options&)) {
    auto* c = sub.add_subcommand(name, summary);
    c->callback([o, run] {
      if (o->call_id.empty()) o->call_id = to_hex(SystemRandom().bytes(8));
      run(*o);
    });
    return c;
  };
  const auto iccid = [&](CLI::App* c) {
    return c->add_option("--iccid", o->iccid, "Profile")->type_name("DIGITS");
  };
  const auto eid = [&](CLI::App* c) {
    c->add_option("--eid", o->eid, "eUICC that the order is for")->type_name("DIGITS");
  };
  const auto type = [&](CLI::App* c) {
    c->add_option("--type", o->type, "Profile type to take one of")->type_name("NAME");
  };
  const auto terms = [&](CLI::App* c) {
    c->add_option("--matching-id", o->matching_id, "MatchingID; without it the SM-DP+ makes one")
        ->type_name("TEXT");
    c->add_flag("--default-smdp", o->default_smdp,
                "For a download without Activation Code, by the default SM-DP+ address");
    c->add_option("--confirmation-code", o->confirmation_code, "Code that the end user must type")
        ->type_name("CODE");
    c->add_option("--smds", o->smds, "SM-DS to register an event at")->type_name("FQDN");
    c->add_flag("--hold", o->hold, "Confirm without releasing");
    c->add_option("--png", o->png, "Write the QR code to this file")->type_name("FILE");
    c->add_flag("--no-qr", o->no_qr, "No QR code on the terminal");
    c->add_option("--address", o->address, "SM-DP+ address for the Activation Code, if the SM-DP+ gives none")
        ->type_name("FQDN");
  };
  auto* p = command("place", "DownloadOrder and ConfirmOrder in one: prints the Activation Code", place);
  iccid(p), type(p), eid(p), terms(p);
  auto* d = command("download", "DownloadOrder: reserve a Profile", download);
  iccid(d), type(d), eid(d);
  auto* c = command("confirm", "ConfirmOrder: make it downloadable, get the MatchingID", confirm);
  iccid(c)->required(), eid(c), terms(c);
  auto* r = command("release", "ReleaseProfile", release);
  iccid(r)->required();
  auto* x = command("cancel", "CancelOrder", cancel);
  iccid(x)->required(), eid(x);
  x->add_option("--matching-id", o->matching_id, "MatchingID of the order")->type_name("TEXT");
  x->add_option("--final", o->final_status, "Available or Unavailable")
      ->check(CLI::IsMember({"Available", "Unavailable"}))
      ->capture_default_str();
  auto* l =
      command("listen", "Print what the SM-DP+ reports: progress, installation, enabling, deletion", listen);
  l->add_option("--listen", o->listen, "Address and port to bind")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  l->add_option("--count", o->count, "Stop after that many reports");
  sub.footer(
      "Examples:\n"
      "  eider order --smdp smdpp.example.com:8444 --pki pki place --type gold --png code.png\n"
      "  eider order --smdp smdpp.example.com:8444 --pki pki download --iccid 8947010000123456784 --eid "
      "8904…\n"
      "  eider order --smdp smdpp.example.com:8444 --pki pki cancel --iccid 8947010000123456784 --final "
      "Available\n"
      "  eider order --pki pki listen --listen 127.0.0.1:9443");
}

const RegisterCommand registration{
    {30, "order", "Order Profiles from an SM-DP+ as the operator (ES2+)", declare}};

}  // namespace
}  // namespace eider::app::order_cmd
