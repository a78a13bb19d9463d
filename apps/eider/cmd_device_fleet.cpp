// eider device fleet: modems with a card each, in one process and one network.
#include <CLI/CLI.hpp>
#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <poll.h>
#include <thread>
#include <unistd.h>

#include "base/log.hpp"
#include "card/stored_card.hpp"
#include "card_address.hpp"
#include "cmd_card.hpp"
#include "cmd_device.hpp"
#include "cmd_lpa.hpp"
#include "device/local_profile.hpp"
#include "net/bip_sockets.hpp"
#include "net/tcp_sms_link.hpp"
#include "spec/etsi/numbering.hpp"
#include "spec/inspect/inspect.hpp"
#include "store/card_file.hpp"
#include "store/fleet_rack.hpp"
#include "store/subscriber_file.hpp"

namespace eider::app::device_cmd {
namespace {

namespace bj = boost::json;
namespace fs = std::filesystem;
using lpa_cli::must;

constexpr std::string_view kExamples = R"(

Examples:
  eider device fleet --network network.csv --smsc 127.0.0.1:2776 cards/*.eider
  eider device fleet --network network.csv --smsc 127.0.0.1:2776 --fleet cards.fleet --threads 2 --json
  eider device fleet --network network.csv --smsc 127.0.0.1:2776 --pcap card.pcap cards/*.eider
  echo enable-emergency 8900… | eider device fleet --commands --network network.csv cards/*.eider

network.csv has a line "IMSI,NUMBER" for each subscription that the network knows. Change it by a rename
(grep -v ^00101… network.csv >new && mv new network.csv): from then on no device attaches, and no message is
delivered, by the old one, and the event "network" says that the new one is in force. A line that goes is a
subscriber without coverage, whose card falls back or rolls back.
--trace and --pcap of several cards write FILE.0, FILE.1 and so on.
Messages reach a card by the number of the Profile that is enabled; channels that it opens reach this machine.)";

struct Options {
  lpa_cli::Options common;
  std::vector<std::string> cards;
  std::string fleet, network, smsc, plmn = "00101", reach = "loopback";
  unsigned threads = 1, seconds = 0, patience = 0;
  bool quiet = false, commands = false;
  card_cmd::TraceOptions trace;
};

class Report {
 public:
  Report(bool json, bool quiet) : json_(json), quiet_(quiet) {}
  void say(const std::string& device, std::string_view event, const std::string& text, bj::object members) {
    if (quiet_ && event == "command") return;
    const std::scoped_lock lock(mutex_);
    if (json_) {
      members["device"] = device;
      members["event"] = event;
      std::puts(bj::serialize(members).c_str());
    } else {
      std::printf("%-10s %-10s %s\n", device.c_str(), std::string(event).c_str(),
                  lpa_cli::printable(text).c_str());
    }
    std::fflush(stdout);
  }

 private:
  std::mutex mutex_;
  bool json_, quiet_;
};

class Listener final : public device::TerminalListener {
 public:
  Listener(Report& report, std::string name) : report_(report), name_(std::move(name)) {}
  void carried_out(ByteView command, ByteView answer) override {
    const auto found = inspect::toolkit_message(command);
    const auto kind = found ? found->kind : "malformed";
    report_.say(name_, "command", kind,
                {{"command", to_hex(command)}, {"name", kind}, {"response", to_hex(answer)}});
  }
  void refreshed(const device::Refresh& refresh) override {
    if (refresh.resets()) report_.say(name_, "reset", "by REFRESH", {});
  }

 private:
  Report& report_;
  std::string name_;
};

// 14 digits; the terminal adds the check digit.
std::string imei_of(std::size_t index) {
  auto serial = std::to_string(index % 1000000);
  return "35300000" + std::string(6 - serial.size(), '0') + serial;
}

class Seat {
 public:
  Seat(const Options& o, std::string name, std::size_t index, std::unique_ptr<CardPort> card,
       device::Subscriptions& network, Report& report)
      : name_(std::move(name)),
        card_(std::move(card)),
        tracing_(trace(*card_, o, index)),
        report_(report),
        listener_(report, name_),
        sockets_({o.reach == "anywhere" ? net::BipReach::kAnywhere : net::BipReach::kLoopback}),
        modem_(tracing_ ? *tracing_ : *card_, clock_, network,
               {o.reach == "nothing" ? nullptr : &sockets_, &listener_, attach(o)}, config(index), cell(o)) {}

  Status power_on() {
    EIDER_CHECK(modem_.power_on());
    tell();
    return {};
  }
  const std::string& name() const { return name_; }
  // By the thread that serves it, with the next poll().
  void order(device::LocalFunction function) {
    const std::scoped_lock lock(mutex_);
    orders_.push_back(function);
  }
  // A card that fails is told of and left alone.
  int poll() {
    if (dead_) return 0;
    if (const auto done = carry_out(); !done) died(done.error());
    if (dead_) return 0;
    const auto done = modem_.poll();
    if (!done) {
      dead_ = true;
      report_.say(name_, "dead", done.error().message(), {{"fault", done.error().message()}});
      return 0;
    }
    tell();
    return *done;
  }
  void died(const Fault& fault) {
    dead_ = true;
    report_.say(name_, "dead", fault.message(), {{"fault", fault.message()}});
  }

 private:
  Status carry_out() {
    std::vector<device::LocalFunction> orders;
    {
      const std::scoped_lock lock(mutex_);
      orders.swap(orders_);
    }
    for (const auto function : orders) {
      EIDER_TRY(sw, device::run_local_function(modem_.terminal(), function));
      const auto text = to_hex(Bytes{static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)});
      const auto name = std::string(device::name_of(function));
      report_.say(name_, "local", name + ": " + text, {{"function", name}, {"sw", text}});
    }
    return {};
  }
  static device::TerminalConfig config(std::size_t index) {
    device::TerminalConfig c;
    c.imei = imei_of(index);
    return c;
  }
  static device::Cell cell(const Options& o) { return {o.plmn, 1, 1, device::AccessTechnology::kEutran}; }
  static std::unique_ptr<card_cmd::TracingCard> trace(CardPort& card, const Options& o, std::size_t index) {
    if (!o.trace.any()) return nullptr;
    const bool alone = o.fleet.empty() && o.cards.size() == 1;
    return std::make_unique<card_cmd::TracingCard>(card, o.trace.of(index, alone ? 1 : 2));
  }
  static std::function<Result<std::unique_ptr<device::SmsLink>>(const std::string&)> attach(
      const Options& o) {
    if (o.smsc.empty()) return {};
    return
        [at = host_and_port(o.smsc)](const std::string& number) -> Result<std::unique_ptr<device::SmsLink>> {
          net::TcpSmsLinkConfig c;
          std::tie(c.host, c.port) = at;
          c.number = number;
          EIDER_TRY(link, net::TcpSmsLink::attach(std::move(c)));
          return std::unique_ptr<device::SmsLink>(std::move(link));
        };
  }
  // Says it once that the registration is another one.
  void tell() {
    using R = device::Registration;
    const auto now = std::pair(modem_.registration(), modem_.imsi());
    if (told_ == now) return;
    told_ = now;
    const auto* event = now.first == R::kRegistered ? "registered"
                        : now.first == R::kRefused  ? "no-service"
                                                    : "no-profile";
    report_.say(name_, event,
                now.second.empty()
                    ? ""
                    : "IMSI " + now.second + (modem_.number().empty() ? "" : ", number " + modem_.number()),
                {{"imsi", now.second}, {"number", modem_.number()}});
  }

  std::string name_;
  std::unique_ptr<CardPort> card_;
  std::unique_ptr<card_cmd::TracingCard> tracing_;  // between modem and card; null: nobody wants to see it
  SystemClock clock_;
  Report& report_;
  Listener listener_;
  net::BipSockets sockets_;
  device::Modem modem_;
  std::optional<std::pair<device::Registration, std::string>> told_;
  bool dead_ = false;
  std::mutex mutex_;
  std::vector<device::LocalFunction> orders_;
};

// Tells of every table that is in force, and warns of one that is not.
std::unique_ptr<store::SubscriberFile> open_network(const Options& o, Report& report) {
  const auto tell = [&report, path = o.network](const Result<std::size_t>& taken) {
    if (!taken) return log::warn("network", taken.error().message());
    report.say("-", "network", std::to_string(*taken) + " subscriptions",
               {{"subscriptions", *taken}, {"file", path}});
  };
  return must(store::SubscriberFile::open(o.network, tell), o.common);
}

struct Fleet {
  std::unique_ptr<store::CardFleet> store;
  std::unique_ptr<store::FleetRack> rack;
  std::vector<std::unique_ptr<Seat>> seats;
};

void take_store(Fleet& fleet, const Options& o, device::Subscriptions& network, Report& report) {
  fleet.store = must(store::CardFleet::open(o.fleet), o.common);
  fleet.rack = std::make_unique<store::FleetRack>(*fleet.store);
  constexpr std::size_t kPage = 1000;
  std::uint32_t after = 0;
  while (true) {
    const auto page = must(fleet.store->list(after, kPage), o.common);
    for (const auto& entry : page) {
      auto taken = must(fleet.rack->take(entry.number), o.common);
      fleet.seats.push_back(std::make_unique<Seat>(o, "#" + std::to_string(entry.number), fleet.seats.size(),
                                                   std::move(taken.card), network, report));
      after = entry.number;
    }
    if (page.size() < kPage) return;
  }
}

// One thread's share of the seats, until `stop`.
void serve(std::vector<std::unique_ptr<Seat>>& seats, std::size_t first, std::size_t step,
           const std::atomic<bool>& stop) {
  constexpr auto kShortest = std::chrono::milliseconds(1), kLongest = std::chrono::milliseconds(16);
  for (std::size_t i = first; i < seats.size() && !stop; i += step) {
    if (const auto on = seats[i]->power_on(); !on) seats[i]->died(on.error());
  }
  auto pause = kShortest;
  while (!stop) {
    int done = 0;
    for (std::size_t i = first; i < seats.size(); i += step) done += seats[i]->poll();
    pause = done > 0 ? kShortest : std::min(pause * 2, kLongest);
    if (done == 0) std::this_thread::sleep_for(pause);
  }
}

// A card that waits for its SM-SR and its network so long, in place of minutes.
card::m2m::Settings hasty(unsigned seconds) {
  card::m2m::Settings s;
  s.confirmation = s.loss = s.refresh = Duration(std::int64_t{seconds} * 1000);
  s.attempts = 2;
  return s;
}

// True: the time is over or somebody has interrupted.
bool interrupted(std::chrono::milliseconds within) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  const timespec time{within.count() / 1000, (within.count() % 1000) * 1000000};
  return ::sigtimedwait(&set, nullptr, &time) > 0;
}

// Lines of standard input: "enable-emergency DEVICE".
class Commands {
 public:
  Commands(Fleet& fleet, Report& report) : fleet_(fleet), report_(report) {}
  void take() {
    pollfd ready{STDIN_FILENO, POLLIN, 0};
    char octets[4096];
    while (open_ && ::poll(&ready, 1, 0) > 0) {
      const auto n = ::read(STDIN_FILENO, octets, sizeof octets);
      if (n <= 0) open_ = false;
      if (n > 0) pending_.append(octets, static_cast<std::size_t>(n));
      constexpr std::size_t kLongest = 65536;
      if (pending_.size() > kLongest) pending_.clear();
      for (auto end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n')) {
        order(pending_.substr(0, end));
        pending_.erase(0, end + 1);
      }
    }
  }

 private:
  void order(const std::string& line) {
    const auto space = line.find(' ');
    const auto function = device::find_local_function(line.substr(0, space));
    const auto name = space == std::string::npos ? "" : line.substr(space + 1);
    const auto seat = std::ranges::find(fleet_.seats, name, [](const auto& s) { return s->name(); });
    if (function && seat != fleet_.seats.end()) return (*seat)->order(*function);
    report_.say(name.empty() ? "-" : name, "unknown", line, {{"line", line}});
  }

  Fleet& fleet_;
  Report& report_;
  std::string pending_;
  bool open_ = true;
};

void run(const Options& o) {
  card_cmd::block_interrupts();  // before any thread starts
  if (o.cards.empty() && o.fleet.empty()) throw CommandError{2, "no cards: CARD... or --fleet STORE"};
  Report report(o.common.json, o.quiet);
  const auto network = open_network(o, report);
  Fleet fleet;
  for (const auto& path : o.cards) {
    auto card = std::make_unique<card::StoredCard>(must(store::CardFile::open(path), o.common));
    if (o.patience > 0) card->set_m2m_settings(hasty(o.patience));
    fleet.seats.push_back(std::make_unique<Seat>(o, fs::path(path).stem().string(), fleet.seats.size(),
                                                 std::move(card), *network, report));
  }
  if (!o.fleet.empty()) take_store(fleet, o, *network, report);
  report.say("-", "serving", std::to_string(fleet.seats.size()) + " devices",
             {{"devices", fleet.seats.size()}});

  std::atomic<bool> stop{false};
  std::vector<std::jthread> threads;
  for (unsigned t = 0; t < o.threads; ++t)
    threads.emplace_back([&, t] { serve(fleet.seats, t, o.threads, stop); });
  const SystemClock clock;
  const auto end = clock.now() + Duration(o.seconds * 1000);
  Commands commands(fleet, report);
  while (!interrupted(std::chrono::milliseconds(100)) && (o.seconds == 0 || clock.now() < end)) {
    network->look();
    if (o.commands) commands.take();
  }
  stop = true;
}

}  // namespace

void declare_fleet(CLI::App& device) {
  auto* sub = device.add_subcommand("fleet", "Be the modems of many cards in one network, until Ctrl-C");
  auto o = std::make_shared<Options>();
  sub->add_option("CARD", o->cards, "Card files");
  sub->add_option("--fleet", o->fleet, "All cards of this store")->type_name("STORE");
  sub->add_option("--network", o->network, "Subscriptions that the network knows")
      ->required()
      ->type_name("FILE");
  sub->add_option("--smsc", o->smsc, "Device port of a service centre (eider smsc serve)")
      ->type_name("HOST:PORT");
  sub->add_option("--plmn", o->plmn, "Network: MCC and MNC")->capture_default_str();
  sub->add_option("--reach", o->reach, "What the cards may open channels to")
      ->check(CLI::IsMember({"nothing", "loopback", "anywhere"}))
      ->capture_default_str();
  sub->add_option("--threads", o->threads, "That carry the cards' commands out")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  sub->add_option("--seconds", o->seconds, "End by itself after so long; 0: never")->capture_default_str();
  sub->add_option("--patience", o->patience,
                  "M2M cards wait so long for a confirmation, and for the network before they fall back; "
                  "0: as long as they were made to. Card files only")
      ->type_name("SECONDS")
      ->capture_default_str();
  o->trace.declare(*sub);
  sub->add_flag("--commands", o->commands,
                "Take lines of standard input: enable-test DEVICE, disable-test, enable-emergency, "
                "disable-emergency");
  sub->add_flag("--quiet", o->quiet, "Do not tell each command of the cards");
  sub->add_flag("--json", o->common.json, "One JSON object a line");
  sub->footer(std::string(kExamples));
  sub->callback([o] { run(*o); });
}

}  // namespace eider::app::device_cmd
