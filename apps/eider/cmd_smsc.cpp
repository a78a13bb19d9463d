// eider smsc: a small service centre between ESMEs (SMPP v3.4) and devices, which can do wrong on demand.
#include "cmd_smsc.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "card_address.hpp"
#include "cmd_card.hpp"
#include "cmd_lpa.hpp"
#include "command.hpp"
#include "net/smsc_server.hpp"
#include "net/tcp_sms_link.hpp"
#include "secret_argument.hpp"

namespace eider::app {
namespace smsc_cmd {
namespace {

namespace bj = boost::json;
using lpa_cli::must;

constexpr std::string_view kServeExamples = R"(

Examples:
  eider smsc serve --esme smsr=@smsr.secret --route 12345=smsr
  eider smsc serve --esme smsr=env:SMSR --route 12345=smsr --smpp 127.0.0.1:2775 --devices 127.0.0.1:2776 --json
  eider smsc serve --esme a=@a --route '999*=a' --smpp 0.0.0.0:3550 --certificate smsc.pem --key smsc.key
  eider smsc serve --esme smsr=@smsr.secret --route 12345=smsr --seed 7 --fault 'lose mt 5%' --fault 'delay 200-900'

A device attaches with: eider device run --card card.eider --smsc 127.0.0.1:2776 --number 4917000001 --seconds 60
Messages are kept in memory and go with the process.)";

constexpr std::string_view kFaultExamples = R"(

Examples:
  eider smsc fault 'hold mt'
  eider smsc fault 'lose mt next 1' 'delay receipts 500' --at 127.0.0.1:2776
  eider smsc fault clear
  eider smsc fault status

ACTION [FLOW] [HOW MUCH]: hold, release, clear; lose, duplicate, reorder, refuse, throttle, mute with "10%" or
"next 2"; delay with milliseconds, "500" or "200-900". Flows: mt (to devices), mo (from devices), receipts; none is
all. Of a held message release lets go; mute takes a message and does not answer.)";

struct Options {
  lpa_cli::Options common;  // --json
  std::string smpp = "127.0.0.1:2775", devices = "127.0.0.1:2776", system_id = "eider";
  std::vector<std::string> esmes, routes, faults;
  std::string certificate, key, client_ca, at = "127.0.0.1:2776";
  std::uint64_t seed = 1;
  unsigned validity = 24;
  bool quiet = false;
};

[[noreturn]] void wrong(const std::string& message) {
  throw CommandError{2, message};
}
std::vector<smsc::Account> accounts_of(const Options& o) {
  std::vector<smsc::Account> out;
  for (const auto& e : o.esmes) {
    const auto [id, secret] = smsc_cli::name_and_value("--esme", e);
    out.push_back({id, read_secret_argument("--esme " + id, secret), {}});
    if (id.size() > 15 || out.back().password.size() > 8)
      wrong("--esme " + id + ": a system_id has at most 15 characters, a password 8 (SMPP v3.4)");
  }
  if (out.empty()) wrong("no ESME may bind: --esme ID=SECRET");
  for (const auto& r : o.routes) {
    const auto [number, id] = smsc_cli::name_and_value("--route", r);
    const auto account = std::ranges::find(out, id, &smsc::Account::system_id);
    if (account == out.end()) wrong("--route " + r + ": there is no --esme " + id);
    account->addresses.push_back(number);
  }
  return out;
}

// One line of text, or one JSON object a line.
class Report {
 public:
  Report(bool json, bool quiet) : json_(json), quiet_(quiet) {}
  void say(const smsc::Happening& h) const {
    if (quiet_) return;
    bj::object o{{"event", h.event}};
    std::string text;
    if (const auto* m = h.message) {
      const auto* flow = smsc::kFlowNames[static_cast<std::size_t>(m->flow)];
      o["flow"] = flow;
      o["id"] = m->name();
      o["from"] = m->source.digits;
      o["to"] = m->destination.digits;
      o["octets"] = m->data.size();
      text = std::string(flow) + " " + m->name() + " " + m->source.digits + " -> " + m->destination.digits +
             ", " + std::to_string(m->data.size()) + " octets";
    }
    if (!h.about.empty()) {
      o["about"] = lpa_cli::printable(h.about);
      text += (text.empty() ? "" : ": ") + h.about;
    }
    line(h.event, text, o);
  }
  void line(const char* event, const std::string& text, const bj::object& o) const {
    if (json_) {
      std::puts(bj::serialize(o).c_str());
    } else {
      std::printf("%-10s %s\n", event, lpa_cli::printable(text).c_str());
    }
    std::fflush(stdout);
  }

 private:
  bool json_, quiet_;
};

net::SmscServerConfig config_of(const Options& o) {
  net::SmscServerConfig c;
  c.centre.system_id = o.system_id;
  c.centre.accounts = accounts_of(o);
  c.centre.seed = o.seed;
  c.centre.longest_validity = std::chrono::hours(o.validity);
  std::tie(c.address, c.port) = host_and_port(o.smpp);
  std::tie(c.device_address, c.device_port) = host_and_port(o.devices);
  if (o.certificate.empty() != o.key.empty()) wrong("--certificate and --key go together");
  if (!o.certificate.empty()) c.identities = {must(net::load_tls_identity(o.certificate, o.key), o.common)};
  if (!o.client_ca.empty()) c.client_anchors = must(net::load_certificates(o.client_ca), o.common);
  return c;
}

void serve(const Options& o) {
  card_cmd::block_interrupts();  // before any thread starts
  const Report report(o.common.json, o.quiet);
  net::SmscServer server(config_of(o), [&](const smsc::Happening& h) { report.say(h); });
  for (const auto& rule : o.faults) must(server.command(rule), o.common);
  must(server.start(), o.common);
  report.line("serving",
              "SMPP port " + std::to_string(server.port()) + (o.certificate.empty() ? "" : ", TLS") +
                  "; devices port " + std::to_string(server.device_port()),
              {{"event", "serving"}, {"smpp", server.port()}, {"devices", server.device_port()}});
  card_cmd::wait_for_interrupt();
  server.stop();
}

void fault(const Options& o) {
  const auto [host, port] = host_and_port(o.at);
  std::string said;
  for (const auto& rule : o.faults) said = must(net::smsc_command(host, port, rule), o.common);
  if (o.common.json) {
    std::puts(bj::serialize(bj::object{{"status", said}}).c_str());
  } else {
    std::printf("%s\n", lpa_cli::printable(said).c_str());
  }
}

void declare_serve(CLI::App& smsc) {
  auto o = std::make_shared<Options>();
  auto* sub = smsc.add_subcommand("serve", "Serve ESMEs and devices until Ctrl-C");
  sub->add_option("--esme", o->esmes, "Who may bind: system_id and password")->type_name("ID=SECRET");
  sub->add_option("--route", o->routes, "Whom messages to a number go to; 123*: all that begin so")
      ->type_name("NUMBER=ID");
  sub->add_option("--smpp", o->smpp, "Listen for ESMEs; beyond loopback with TLS only")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  sub->add_option("--devices", o->devices, "Listen for devices and commands, loopback only")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  sub->add_option("--certificate", o->certificate, "TLS: certificate and its chain")->type_name("FILE");
  sub->add_option("--key", o->key, "TLS: key of the certificate")->type_name("FILE");
  sub->add_option("--client-ca", o->client_ca, "TLS: ESMEs must show a certificate of this CA")
      ->type_name("FILE");
  sub->add_option("--system-id", o->system_id, "Of this service centre")->capture_default_str();
  sub->add_option("--validity", o->validity, "Longest validity of a message, in hours")
      ->check(CLI::Range(1, 24 * 60))
      ->capture_default_str();
  sub->add_option("--fault", o->faults, "A rule, as `eider smsc fault` takes it")->type_name("RULE");
  sub->add_option("--seed", o->seed, "For rules with percentages")->capture_default_str();
  sub->add_flag("--quiet", o->quiet, "Do not tell every message");
  sub->add_flag("--json", o->common.json, "One JSON object a line");
  sub->footer(kSecretForms + std::string(kServeExamples));
  sub->callback([o] { serve(*o); });
}

void declare(CLI::App& smsc) {
  smsc.require_subcommand(1);
  declare_serve(smsc);
  smsc_cli::declare_submit(smsc);
  auto o = std::make_shared<Options>();
  auto* sub = smsc.add_subcommand("fault", "Give rules to a service centre that runs");
  sub->add_option("RULE", o->faults, "Rules, or \"status\"")->required();
  sub->add_option("--at", o->at, "Its device port")->type_name("HOST:PORT")->capture_default_str();
  sub->add_flag("--json", o->common.json, "JSON");
  sub->footer(std::string(kFaultExamples));
  sub->callback([o] { fault(*o); });
}

const RegisterCommand kRegister{
    {46, "smsc", "Be the service centre between ESMEs (SMPP) and devices; lose, delay, reorder on demand",
     declare}};

}  // namespace
}  // namespace smsc_cmd

std::pair<std::string, std::string> smsc_cli::name_and_value(const std::string& option,
                                                             const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == text.size())
    throw CommandError{2, option + " has the form NAME=VALUE, not \"" + text + "\""};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace eider::app
