// eider card serve, apdu
#include <boost/json/serialize.hpp>
#include <csignal>
#include <cstdio>

#include "card/stored_card.hpp"
#include "card_address.hpp"
#include "cmd_card.hpp"
#include "codec/apdu.hpp"
#include "lpae/assistant.hpp"
#include "net/vpcd.hpp"
#include "spec/status_words.hpp"
#include "store/card_file.hpp"

namespace eider::app::card_cmd {
namespace {
using pki::need;
using pki::refuse;

constexpr Duration kAttachTime{1500};

// One card file with everything that serves it.
struct Served {
  std::unique_ptr<card::StoredCard> card;
  std::unique_ptr<TracingCard> tracing;
  std::unique_ptr<net::TcpCardServer> tcp;
  std::unique_ptr<net::VpcdClient> vpcd;
};

struct Serve {
  std::vector<std::string> files;
  std::string tcp, vpcd_at = "127.0.0.1:35963";
  TraceOptions trace;
  bool vpcd = false;

  void run() const {
    if (tcp.empty() != vpcd) refuse("give either --tcp or --vpcd", "", 2);
    block_interrupts();
    std::vector<std::unique_ptr<Served>> cards;
    for (std::size_t i = 0; i < files.size(); ++i) cards.push_back(start(i));
    wait_for_interrupt();
    for (auto& c : cards) {
      if (c->tcp) c->tcp->stop();
      if (c->vpcd) c->vpcd->stop();
    }
  }

  std::unique_ptr<Served> start(std::size_t index) const {
    const auto& file = files[index];
    auto c = std::make_unique<Served>();
    c->card = std::make_unique<card::StoredCard>(need(store::CardFile::open(file)), lpae::in_the_card());
    need(c->card->reset());
    CardPort* port = c->card.get();
    if (trace.any()) {
      c->tracing = std::make_unique<TracingCard>(*port, trace.of(index, files.size()));
      port = c->tracing.get();
    }
    const auto [host, first] = host_and_port(vpcd ? vpcd_at : tcp);
    const auto number = static_cast<std::uint16_t>(first == 0 ? 0 : first + index);
    if (vpcd) {
      net::VpcdConfig config;
      config.host = host;
      config.port = number;
      c->vpcd = std::make_unique<net::VpcdClient>(*port, config);
      c->vpcd->start();
      if (c->vpcd->wait_attached(kAttachTime))
        std::printf("%s in the virtual reader at %s:%u\n", file.c_str(), host.c_str(), unsigned{number});
      else
        std::fprintf(
            stderr,
            "eider: no vpcd answers at %s:%u; %s goes into its reader as soon as one does\n"
            "  remedy  start pcscd with the driver of vsmartcard-vpcd, or name its port with --vpcd-at\n",
            host.c_str(), unsigned{number}, file.c_str());
    } else {
      net::TcpCardServerConfig config;
      config.address = host;
      config.port = number;
      c->tcp = std::make_unique<net::TcpCardServer>(*port, config);
      need(c->tcp->start());
      std::printf("%s at tcp:%s:%u\n", file.c_str(), host.c_str(), unsigned{c->tcp->port()});
    }
    std::fflush(stdout);
    return c;
  }
};

struct Apdu {
  std::string file;
  std::vector<std::string> commands;
  bool follow = false, as_json = false;
  boost::json::array exchanges;

  void run() {
    card::StoredCard card(need(store::CardFile::open(file)));
    need(card.reset());
    for (const auto& text : commands) {
      const auto command = from_hex(text);
      if (!command || command->empty()) refuse("\"" + text + "\" is not hexadecimal", "", 2);
      send(card, *command);
    }
    if (as_json) std::puts(boost::json::serialize(exchanges).c_str());
  }

  void show(const Bytes& command, const ResponseApdu& response) {
    const auto sent = to_hex(command), data = to_hex(response.data);
    const auto meaning = explain_status_word(response.sw).meaning;
    char sw[8];
    std::snprintf(sw, sizeof sw, "%04X", unsigned{response.sw});
    if (as_json)
      exchanges.push_back(
          boost::json::object{{"command", sent}, {"data", data}, {"sw", sw}, {"meaning", meaning}});
    else
      std::printf("> %s\n< %s%s%s  %s\n", sent.c_str(), data.c_str(), data.empty() ? "" : " ", sw,
                  meaning.c_str());
  }

  void send(CardPort& card, const Bytes& command) {
    const auto response = need(card.transmit(command));
    const auto parsed = need(parse_response(response));
    show(command, parsed);
    if (!follow || command.size() < 4) return;
    const auto le = static_cast<std::uint8_t>(parsed.sw);
    if (parsed.sw >> 8 == 0x61) send(card, {command[0], 0xC0, 0x00, 0x00, le});
    if (parsed.sw >> 8 == 0x6C) send(card, {command[0], command[1], command[2], command[3], le});
  }
};
sigset_t interrupts() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}
}  // namespace

void block_interrupts() {
  const auto signals = interrupts();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}
void wait_for_interrupt() {
  const auto signals = interrupts();
  int signal = 0;
  sigwait(&signals, &signal);
}

void declare_serve(CLI::App& card) {
  static Serve serve;
  auto* sub = card.add_subcommand(
      "serve", "Put cards within reach of LPAs until Ctrl-C; further cards take the next ports");
  sub->add_option("FILE", serve.files, "Card files")->required();
  sub->add_option("--tcp", serve.tcp, "Serve over TCP, loopback only")->type_name("HOST:PORT");
  sub->add_flag("--vpcd", serve.vpcd, "Put the card into vpcd's virtual PC/SC reader");
  sub->add_option("--vpcd-at", serve.vpcd_at, "Where vpcd listens")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  serve.trace.declare(*sub);
  sub->callback([] { serve.run(); });
}

void declare_apdu(CLI::App& card) {
  static Apdu apdu;
  auto* sub = card.add_subcommand("apdu", "Send APDUs to a card file, in one power session");
  sub->add_option("FILE", apdu.file, "Card file")->required();
  sub->add_option("HEX", apdu.commands, "Commands")->required();
  sub->add_flag("--follow", apdu.follow, "Fetch what 61xx and 6Cxx announce");
  sub->add_flag("--json", apdu.as_json, "An array of exchanges, as JSON");
  sub->callback([] { apdu.run(); });
}

}  // namespace eider::app::card_cmd
