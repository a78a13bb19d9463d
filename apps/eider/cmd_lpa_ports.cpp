// Card, network and memory for `eider lpa`.
#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>
#include <mutex>

#include "card/stored_card.hpp"
#include "card_address.hpp"
#include "cmd_lpa.hpp"
#include "command.hpp"
#include "crypto/pki_dir.hpp"
#include "lpa_quirks.hpp"
#include "lpae/assistant.hpp"
#include "net/http_client.hpp"
#include "net/pcsc_port.hpp"
#include "store/card_file.hpp"
#include "store/lpa_state.hpp"

namespace eider::app::lpa_cli {
namespace {

std::uint16_t port_number(const std::string& text, const std::string& whole) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0)
    throw CommandError{2, "\"" + whole + "\" has no port from 1 to 65535"};
  return port;
}

std::vector<std::string> split_colons(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == ':')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

void check_resolve(const Options& options) {
  for (const auto& rule : options.resolve) {
    const auto parts = split_colons(rule);
    if (parts.size() != 4)
      throw CommandError{2, "--resolve takes host:port:address:port, not \"" + rule + "\""};
    port_number(parts[1], rule);
    port_number(parts[3], rule);
  }
}

// Made when first used: local management works without any trust anchor.
class LazyHttp final : public HttpPort {
 public:
  explicit LazyHttp(const Options& options) : options_(options) { check_resolve(options); }
  Result<HttpReply> post(const HttpPost& request) override {
    if (!client_) {
      EIDER_TRY(client, make());
      const std::lock_guard lock(mutex_);
      client_ = std::move(client);
    }
    return client_->post(request);
  }
  void new_session() override {
    if (client_) client_->new_session();
  }
  // From any thread.
  void interrupt() {
    const std::lock_guard lock(mutex_);
    if (client_) client_->interrupt();
  }

 private:
  Result<std::unique_ptr<net::HttpClient>> make() const {
    net::HttpClientConfig config;
    EIDER_TRY(anchors, ci_certificates(options_));
    config.trust_anchors = std::move(anchors);
    config.web_roots = options_.web_roots;
    config.policy_required = true;
    if (config.trust_anchors.empty() && !config.web_roots)
      return fail_local("no CI is trusted, so no server can be",
                        "Name the CI certificate with --ca FILE or --pki DIR.");
    config.resolve = resolve_rules(options_);
    config.private_addresses = options_.allow_private;
    return net::HttpClient::create(std::move(config));
  }
  const Options& options_;
  std::mutex mutex_;  // of what interrupt() looks at: the pointer
  std::unique_ptr<net::HttpClient> client_;
};

lpa::LpaSettings settings(const Options& options) {
  lpa::LpaSettings out;
  if (options.binding == "asn1") out.binding = lpa::Binding::kAsn1;
  if (!options.imei.empty()) {
    out.imei = lpa::encode_imei(options.imei);
    if (!out.imei) throw CommandError{2, "an IMEI has 15 digits"};
    std::copy(out.imei->begin(), out.imei->begin() + 4, out.tac.begin());
  }
  return out;
}

std::unique_ptr<lpa::LpaStore> open_state(const Options& options) {
  const auto path = state_path(options);
  if (path.empty()) return std::make_unique<lpa::MemoryLpaStore>();
  return must(store::LpaStateFile::open(path), options);
}
}  // namespace

std::filesystem::path state_path(const Options& options) {
  if (!options.state.empty()) return options.state;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state == '/')
    return std::filesystem::path(state) / "eider" / "lpa";
  if (const char* home = std::getenv("HOME"); home && *home == '/')
    return std::filesystem::path(home) / ".local" / "state" / "eider" / "lpa";
  return {};
}

std::map<std::string, std::string> resolve_rules(const Options& options) {
  check_resolve(options);
  std::map<std::string, std::string> out;
  for (const auto& rule : options.resolve) {
    const auto parts = split_colons(rule);
    out[lower(parts[0]) + ":" + parts[1]] = parts[2] + ":" + parts[3];
  }
  return out;
}

Result<std::vector<Bytes>> ci_certificates(const Options& options) {
  std::vector<Bytes> out;
  if (!options.pki.empty()) {
    EIDER_TRY(pki, crypto::PkiDirectory::open(options.pki));
    for (const auto* entry : pki.find_all(crypto::CertificateRole::kCi))
      out.push_back(to_bytes(entry->certificate.der()));
  }
  for (const auto& file : options.ca_files) {
    EIDER_TRY(certificates, net::load_certificates(file));
    for (auto& c : certificates) out.push_back(std::move(c));
  }
  return out;
}

void declare_card_options(CLI::App& sub, const std::shared_ptr<Options>& o) {
  sub.add_option("--card", o->card, "Emulated card in this file, run in this process")->envname("EIDER_CARD");
  sub.add_option("--tcp", o->tcp, kTcpCardHelp);
  sub.add_option_function<std::string>(
         "--pcsc",
         [o](const std::string& reader) {
           o->use_pcsc = true;
           o->pcsc = reader;
         },
         "Card in a reader whose name contains READER; without it, the only one")
      ->expected(0, 1)
      ->type_name("READER");
  declare_modem_options(sub, o->modem);
  sub.add_flag("--json", o->json, "Machine-readable");
}

std::unique_ptr<CardPort> open_card(const Options& options) {
  if (!options.card.empty() + !options.tcp.empty() + options.use_pcsc + options.modem.count() > 1)
    throw CommandError{2, "choose one of --card, --tcp, --pcsc, --at, --qmi and --mbim"};
  if (options.modem.chosen()) return must(open_modem(options.modem), options);
  if (!options.card.empty()) {
    auto card = std::make_unique<card::StoredCard>(must(store::CardFile::open(options.card), options),
                                                   lpae::in_the_card());
    must(card->reset(), options);
    return card;
  }
  if (!options.tcp.empty()) {
    auto card = std::make_unique<net::TcpCard>(parse_tcp_card(options.tcp));
    must(card->reset(), options);
    return card;
  }
  return must(net::PcscPort::open(options.pcsc), options);
}

std::unique_ptr<CardPort> open_card_without_terminal(const Options& options) {
  if (options.modem.chosen())
    throw CommandError{2,
                       "the modem is the terminal of its card\n  remedy  Put the card into a reader: --pcsc"};
  return open_card(options);
}

lpa::Es10Options es10_options(const Options& options) {
  lpa::Es10Options out;
  const auto quirks = must(load_quirks(options.quirks), options);
  out.quirks = lpa::with_known_quirks(quirks.cards);
  out.isd_r_aids = lpa::aids_of(out.quirks);
  out.block_size = options.block_size.value_or(quirks.block_size.value_or(out.block_size));
  // In a reader or in this process nobody else is the terminal.
  out.terminal_profile = !options.modem.chosen();
  out.modem = options.modem.chosen();
  if (!options.isd_r_aid.empty()) {
    auto aid = from_hex(options.isd_r_aid);
    if (!aid || aid->size() < 5 || aid->size() > 16)
      throw CommandError{2, "--isd-r-aid takes 5 to 16 octets in hexadecimal"};
    out.isd_r_aids = {*std::move(aid)};
  }
  return out;
}

struct Session::Impl {
  Impl(const Options& options, lpa::LpaUi* user)
      : http(options),
        card(open_card(options)),
        es10(*card, es10_options(options)),
        ui(options),
        store(open_state(options)),
        lpa{es10, http, clock, random, user ? *user : ui, *store, settings(options)} {}
  SystemClock clock;
  SystemRandom random;
  LazyHttp http;
  std::unique_ptr<CardPort> card;
  lpa::Es10Client es10;
  TerminalUi ui;
  std::unique_ptr<lpa::LpaStore> store;
  lpa::Lpa lpa;
};

Session::Session(const Options& options) : impl_(std::make_unique<Impl>(options, nullptr)) {
  must(impl_->es10.open(), options);
}
Session::Session(const Options& options, lpa::LpaUi& user) : impl_(std::make_unique<Impl>(options, &user)) {
  must(impl_->es10.open(), options);
}
Session::~Session() = default;
lpa::Lpa& Session::lpa() {
  return impl_->lpa;
}
void Session::interrupt() {
  impl_->http.interrupt();
}
TerminalUi& Session::ui() {
  return impl_->ui;
}

}  // namespace eider::app::lpa_cli
