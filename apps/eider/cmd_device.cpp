// eider device: power a card as a modem would, and say what it asks for.
#include "cmd_device.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "card_address.hpp"
#include "cmd_card.hpp"
#include "cmd_lpa.hpp"
#include "command.hpp"
#include "device/terminal.hpp"
#include "device_user.hpp"
#include "net/bip_sockets.hpp"
#include "net/tcp_sms_link.hpp"
#include "spec/inspect/inspect.hpp"
#include "spec/status_words.hpp"

namespace eider::app::one_device_cmd {
namespace {

namespace bj = boost::json;
namespace cat = etsi::cat;
using lpa_cli::must;

constexpr std::string_view kExamples = R"(

Examples:
  eider device run --card card.eider
  eider device run --pcsc --imei 353000000000006 --trace session.log --pcap session.pcap
  eider device run --tcp localhost:9999 --seconds 60 --reach loopback --json
  eider device run --card card.eider --smsc 127.0.0.1:2776 --number 4917000001 --seconds 600
  eider device run --card lpae.eider --answers - --reach loopback      a card with an LPA of its own, at this terminal
  printf '%s\n' 'Add Profile' 'Activation Code' 'LPA:1$localhost:8443$CODE' yes no |
    eider device run --card lpae.eider --answers - --reach loopback --json

A card may name any address that it wants to be connected to. It reaches none unless --reach says so.
--answers: an answer a line, where the card asks: the number or the text of an item, yes or no, or what it wants
entered; <back>, <end> and <none> (no answer in time); lines with # in front are left out. Whenever the card is done,
the next line chooses from its menu. Such a device has no LPA, so that the card's own may work.)";

struct Options {
  lpa_cli::Options card;
  std::string imei = device::TerminalConfig().imei;
  std::string plmn = "00101", access = "eutran", reach = "nothing";
  std::uint32_t area = 1;
  std::uint64_t cell = 1;
  std::string smsc, number, answers;
  unsigned seconds = 0;
  bool no_service = false, menu = false;
  card_cmd::TraceOptions trace;
  std::optional<unsigned> select;
  std::vector<std::string> messages;
};

std::string sw_text(std::uint16_t sw) {
  return to_hex(Bytes{static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)});
}

// One line of text, or one JSON object a line.
class Report {
 public:
  explicit Report(bool json) : json_(json) {}
  void say(std::string_view event, const std::string& text, bj::object members) {
    if (json_) {
      members["event"] = event;
      std::puts(bj::serialize(members).c_str());
    } else {
      std::string lines;  // of a list, each made printable
      for (std::string_view rest = text; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        lines += (lines.empty() ? "" : "\n") + lpa_cli::printable(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      std::printf("%-10s %s\n", std::string(event).c_str(), lines.c_str());
    }
    std::fflush(stdout);
  }
  // Objects of a command or envelope, a line each.
  void facts(const inspect::Finding& found) {
    if (json_) return;
    for (const auto& fact : found.facts)
      std::printf("%-10s   %s: %s\n", "", fact.label.c_str(), lpa_cli::printable(fact.value).c_str());
  }
  bool json() const { return json_; }

 private:
  bool json_;
};

class Listener final : public device::TerminalListener {
 public:
  // `quiet`: a user is shown dialogues, and what goes on below them is none of his; a code that he enters
  // stays his.
  Listener(Report& report, bool quiet) : report_(report), quiet_(quiet) {}
  void carried_out(ByteView command, ByteView answer) override {
    if (quiet_) return;
    const auto name = title(command);
    const auto read = cat::read_answer(answer);
    const auto result = !read ? std::string("the card is reset") : result_text(read->answer);
    report_.say(
        "command", name + " -> " + result,
        {{"command", to_hex(command)}, {"name", name}, {"response", to_hex(answer)}, {"result", result}});
    if (const auto found = inspect::toolkit_message(command)) report_.facts(*found);
  }
  void envelope_sent(ByteView envelope, std::uint16_t sw) override {
    if (quiet_) return;
    const auto name = title(envelope);
    report_.say("envelope", name + " -> " + sw_text(sw),
                {{"envelope", to_hex(envelope)}, {"name", name}, {"sw", sw_text(sw)}});
  }
  void refreshed(const device::Refresh& refresh) override {
    bj::array files;
    std::string text;
    for (const auto& f : refresh.files) {
      files.push_back(bj::value(to_hex(f)));
      text += " " + to_hex(f);
    }
    const auto mode = static_cast<std::uint8_t>(refresh.mode);
    const auto* row = cat::find(cat::find_command(0x01)->qualifiers, mode);
    const std::string name = row ? std::string(row->name) : to_hex(Bytes{mode});
    report_.say("refresh", name + text, {{"mode", mode}, {"name", name}, {"files", std::move(files)}});
  }

 private:
  static std::string title(ByteView octets) {
    const auto found = inspect::toolkit_message(octets);
    return found ? found->kind : "malformed " + to_hex(octets);
  }
  static std::string result_text(const cat::TerminalAnswer& a) {
    return cat::object_text(cat::tag::kResult,
                            concat({Bytes{static_cast<std::uint8_t>(a.result)}, a.additional}));
  }
  Report& report_;
  bool quiet_;
};

device::AccessTechnology technology(const std::string& name) {
  using A = device::AccessTechnology;
  return name == "gsm" ? A::kGsm : name == "utran" ? A::kUtran : name == "nr" ? A::kNgRan : A::kEutran;
}

std::string pps_outcome(const device::PpsExchange& pps) {
  if (pps.by_reader) return "exchanged by the reader";
  if (!pps.agreed) return "no agreement, default speed";
  return to_hex(pps.response) + (pps.agreed->speed ? ", agreed" : ", default speed");
}

void report_power_on(Report& report, const device::Terminal::PowerOn& on,
                     const etsi::TerminalProfile& profile) {
  std::string text = to_hex(on.atr);
  bj::object o{
      {"atr", to_hex(on.atr)}, {"profile", to_hex(profile.octets())}, {"sw", sw_text(on.profile_sw)}};
  if (on.parsed) {
    const auto speed = speed_of(on.parsed->speed());
    text += ", T=" + std::to_string(on.parsed->protocols.front()) + ", F=" + std::to_string(speed.f) +
            ", D=" + std::to_string(speed.d) + ", historical octets " + to_hex(on.parsed->historical);
    o["historical"] = to_hex(on.parsed->historical);
    if (on.pps) {
      text += ", PPS " + to_hex(on.pps->request) + " -> " + pps_outcome(*on.pps);
      o["pps"] = {{"request", to_hex(on.pps->request)},
                  {"response", to_hex(on.pps->response)},
                  {"outcome", pps_outcome(*on.pps)}};
    }
  } else {
    text += ", malformed";
  }
  report.say("power", text, std::move(o));
  if (!report.json()) std::printf("%-10s %s\n", "profile", to_hex(profile.octets()).c_str());
}

void report_menu(Report& report, const device::Menu& menu) {
  bj::array items;
  std::string text(as_text(menu.title));
  for (const auto& item : menu.items) {
    items.push_back(
        bj::object{{"identifier", item.identifier}, {"text", lpa_cli::printable(as_text(item.text))}});
    text += "; " + std::to_string(item.identifier) + " " + std::string(as_text(item.text));
  }
  report.say("menu", text, {{"title", lpa_cli::printable(as_text(menu.title))}, {"items", std::move(items)}});
}

void deliver(Report& report, device::Terminal& terminal, const std::string& text, const Options& o) {
  const auto tpdu = from_hex(text);
  if (!tpdu) throw CommandError{2, "--sms takes an SMS-DELIVER in hexadecimal"};
  const auto message = must(etsi::SmsDeliver::decode(*tpdu), o.card);
  const auto d = must(terminal.deliver(message), o.card);
  report.say("sms", "delivered: " + sw_text(d.sw) + (d.report.empty() ? "" : ", report " + to_hex(d.report)),
             {{"sw", sw_text(d.sw)}, {"report", to_hex(d.report)}});
}

std::unique_ptr<net::TcpSmsLink> attach(const Options& o) {
  if (o.smsc.empty()) return nullptr;
  if (o.number.empty()) throw CommandError{2, "--smsc needs the --number that reaches this device"};
  net::TcpSmsLinkConfig config;
  std::tie(config.host, config.port) = host_and_port(o.smsc);
  config.number = o.number;
  return must(net::TcpSmsLink::attach(std::move(config)), o.card);
}

// Until the time is over: messages, timers, polling, channels.
void go_on(device::Terminal& terminal, const net::BipSockets& sockets, net::TcpSmsLink* sms,
           const Options& o) {
  const SystemClock clock;
  const auto end = clock.now() + Duration(o.seconds * 1000);
  const auto serve = [&] {
    if (sms) must(device::deliver_arrived(terminal, *sms), o.card);
    must(terminal.poll(), o.card);
  };
  serve();
  while (clock.now() < end) {
    constexpr Duration kStep{200};
    const auto step = std::min(kStep, std::chrono::duration_cast<Duration>(end - clock.now()));
    if (sms && !terminal.channels_open()) {
      sms->wait(step);
    } else {
      sockets.wait(sms ? step / 4 : step);
    }
    serve();
  }
}

// What the card has begun takes as long as it has a channel: it waits for nothing else but its user.
void finish_work(device::Terminal& terminal, const net::BipSockets& sockets, const Options& o) {
  constexpr Duration kStep{50};
  do {
    must(terminal.poll(), o.card);
    if (terminal.channels_open()) sockets.wait(kStep);
  } while (terminal.channels_open());
}

void converse(device::Terminal& terminal, const net::BipSockets& sockets, DeviceUser& user,
              const Options& o) {
  constexpr std::uint16_t kBusy = 0x9300;
  for (;;) {
    finish_work(terminal, sockets, o);
    if (!terminal.menu())
      throw CommandError{
          1, "the card sets up no menu\n  remedy  one with an LPA of its own: eider eum make --lpae"};
    const auto item = user.choose_from(*terminal.menu());
    if (!item) return;
    for (;;) {
      const auto chosen = must(terminal.select_menu_item(*item), o.card);
      if (chosen.sw != kBusy) break;
      sockets.wait(Duration(200));
      finish_work(terminal, sockets, o);
    }
  }
}

void run(const Options& o) {
  const auto card = lpa_cli::open_card_without_terminal(o.card);
  Report report(o.card.json);
  card_cmd::TracingCard traced(*card, o.trace);
  Listener listener(report, !o.answers.empty());
  std::optional<DeviceUser> user;
  if (!o.answers.empty())
    user.emplace(o.answers, [&](std::string_view event, const std::string& text, bj::object members) {
      report.say(event, text, std::move(members));
    });
  net::BipSockets sockets({o.reach == "anywhere" ? net::BipReach::kAnywhere : net::BipReach::kLoopback});
  device::TerminalConfig config;
  config.imei = o.imei;
  config.capabilities.menu = o.menu || o.select;
  if (user) {
    config.terminal_capability->euicc = 0;
    config.max_commands = 1'000'000;  // a package comes in one session where the network is quick
  }
  must(device::encode_imei_value(o.imei).map([](const Bytes&) {}), o.card);
  const SystemClock clock;
  const auto sms = attach(o);
  device::Terminal terminal(
      traced, clock, config,
      {o.reach == "nothing" ? nullptr : &sockets, sms.get(), &listener, user ? &*user : nullptr});
  device::NetworkState network{
      o.no_service ? device::LocationStatus::kNoService : device::LocationStatus::kNormal, {}};
  if (!o.no_service) network.cell = device::Cell{o.plmn, o.area, o.cell, technology(o.access)};
  must(terminal.set_network(network), o.card);
  const auto on = must(terminal.power_on(), o.card);
  report_power_on(report, on, terminal.profile());
  if (terminal.menu() && !user) report_menu(report, *terminal.menu());
  if (o.select) must(terminal.select_menu_item(static_cast<std::uint8_t>(*o.select)), o.card);
  if (user) converse(terminal, sockets, *user, o);
  for (const auto& m : o.messages) deliver(report, terminal, m, o);
  go_on(terminal, sockets, sms.get(), o);
  for (const auto& sent : terminal.take_sent())
    report.say("sms", "sent to " + sent.destination.digits + ": " + to_hex(sent.user_data),
               {{"to", sent.destination.digits}, {"userData", to_hex(sent.user_data)}});
}

void declare(CLI::App& device) {
  device.require_subcommand(1);
  auto* sub = device.add_subcommand("run", "Power the card on, carry out what it asks for, and print it");
  auto o = std::make_shared<Options>();
  lpa_cli::declare_card_options(*sub, {o, &o->card});
  sub->add_option("--imei", o->imei, "14 or 15 digits")->capture_default_str();
  sub->add_option("--plmn", o->plmn, "Network: MCC and MNC")->capture_default_str();
  sub->add_option("--area", o->area, "Location or tracking area code")->capture_default_str();
  sub->add_option("--cell", o->cell, "Cell identity")->capture_default_str();
  sub->add_option("--access", o->access, "Access technology")
      ->check(CLI::IsMember({"gsm", "utran", "eutran", "nr"}))
      ->capture_default_str();
  sub->add_flag("--no-service", o->no_service, "There is no network");
  sub->add_option("--reach", o->reach, "What the card may open channels to")
      ->check(CLI::IsMember({"nothing", "loopback", "anywhere"}))
      ->capture_default_str();
  sub->add_option("--seconds", o->seconds, "Go on for so long: timers, polling, channels")
      ->capture_default_str();
  sub->add_option("--answers", o->answers,
                  "Show the card's dialogues; answers from FILE, or - for standard input")
      ->type_name("FILE");
  sub->add_flag("--menu", o->menu, "Take the card's menu and print it");
  sub->add_option("--select", o->select, "Choose this item of the menu")->check(CLI::Range(1, 255));
  sub->add_option("--sms", o->messages, "Deliver this SMS-DELIVER TPDU (SMS-PP download)")->type_name("HEX");
  sub->add_option("--smsc", o->smsc, "Device port of a service centre (eider smsc serve)")
      ->type_name("HOST:PORT");
  sub->add_option("--number", o->number, "Digits that reach this device there");
  o->trace.declare(*sub);
  sub->footer(std::string(kExamples));
  sub->callback([o] { run(*o); });
  device_cmd::declare_fleet(device);
  device_cmd::declare_local(device);
  device_cmd::declare_modem(device);
}

const RegisterCommand kRegister{{44, "device", "Be the modem of a card: toolkit, events, channels", declare}};

}  // namespace
}  // namespace eider::app::one_device_cmd
