// eider card fleet serve
#include <cstdio>
#include <sys/resource.h>

#include "card_address.hpp"
#include "cmd_card.hpp"
#include "lpae/assistant.hpp"
#include "net/rack_server.hpp"
#include "net/vpcd.hpp"
#include "store/fleet_rack.hpp"

namespace eider::app::card_cmd {
namespace {
using pki::need;
using pki::refuse;

// A descriptor a connection, and some for the store. How many connections there can be.
std::size_t allow_descriptors(std::size_t wanted) {
  constexpr rlim_t kOthers = 200;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur > kOthers + wanted ? wanted : static_cast<std::size_t>(limit.rlim_cur - kOthers);
}

struct FleetServe {
  std::string store, tcp = "127.0.0.1:7816", vpcd_at = "127.0.0.1:35963";
  std::vector<std::string> readers;
  std::size_t connections = 10000;
  unsigned threads = 32;

  void run() const {
    block_interrupts();
    const auto fleet = need(store::CardFleet::open(store));
    store::FleetRack rack(*fleet, lpae::in_the_card());
    std::vector<std::unique_ptr<CardPort>> in_readers;
    std::vector<std::unique_ptr<net::VpcdClient>> vpcd;
    for (const auto& card : readers) put_into_reader(rack, card, in_readers, vpcd);
    net::RackServerConfig config;
    std::tie(config.address, config.port) = host_and_port(tcp);
    config.threads = threads;
    config.connections = allow_descriptors(connections);
    if (config.connections < connections)
      std::fprintf(stderr, "eider: the system allows %zu connections at a time (ulimit -n)\n",
                   config.connections);
    net::RackServer server(rack, config);
    need(server.start());
    std::printf("%llu cards at tcp:%s:%u\n", static_cast<unsigned long long>(need(fleet->size())),
                config.address.c_str(), unsigned{server.port()});
    std::fflush(stdout);
    wait_for_interrupt();
    server.stop();
    for (auto& reader : vpcd) reader->stop();
  }

  void put_into_reader(CardRack& rack, const std::string& card, std::vector<std::unique_ptr<CardPort>>& cards,
                       std::vector<std::unique_ptr<net::VpcdClient>>& vpcd) const {
    auto taken = need(rack.take(parse_card_choice(card)));
    need(taken.card->reset());
    net::VpcdConfig config;
    std::tie(config.host, config.port) = host_and_port(vpcd_at);
    config.port = static_cast<std::uint16_t>(config.port + vpcd.size());
    cards.push_back(std::move(taken.card));
    vpcd.push_back(std::make_unique<net::VpcdClient>(*cards.back(), config));
    vpcd.back()->start();
    std::printf("%s in the virtual reader at %s:%u\n", sgp22::eid_digits(taken.eid).c_str(),
                config.host.c_str(), unsigned{config.port});
  }
};
}  // namespace

void declare_fleet_serve(CLI::App& fleet) {
  static FleetServe serve;
  auto* sub = fleet.add_subcommand("serve", "Put all cards within reach of LPAs on one port until Ctrl-C");
  sub->add_option("STORE", serve.store, "Card store")->required();
  sub->add_option("--tcp", serve.tcp, "Where to listen, loopback only")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  sub->add_option("--vpcd", serve.readers,
                  "Put this card, EID or number, into vpcd's next virtual PC/SC reader")
      ->type_name("CARD");
  sub->add_option("--vpcd-at", serve.vpcd_at, "Where vpcd listens")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  sub->add_option("--connections", serve.connections, "At most so many at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  sub->add_option("--threads", serve.threads, "That carry commands out")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  sub->callback([] { serve.run(); });
}

}  // namespace eider::app::card_cmd
