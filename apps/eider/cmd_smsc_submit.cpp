// eider smsc submit: be an ESME for one message, and print what comes back.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>
#include <thread>

#include "card_address.hpp"
#include "cmd_lpa.hpp"
#include "cmd_smsc.hpp"
#include "command.hpp"
#include "net/smpp_client.hpp"
#include "secret_argument.hpp"
#include "spec/etsi/scp80.hpp"
#include "spec/smpp/receipt.hpp"

namespace eider::app::smsc_cli {
namespace {
namespace bj = boost::json;
using lpa_cli::must;

constexpr std::string_view kExamples = R"(

Examples:
  eider smsc submit 0270004142 --esme smsr=@smsr.secret --from 12345 --to 4917000001
  eider smsc submit 027000… --esme smsr=env:SMSR --from 12345 --to 4917000001 --receipt --wait 10 --json
  eider smsc submit 027000… --esme smsr=@smsr.secret --to 4917000001 --smpp smsc.example.com:3550 --ca ca.pem)";

struct Options {
  lpa_cli::Options common;
  std::string smpp = "127.0.0.1:2775", esme, from = "12345", to, data, validity;
  std::vector<std::string> ca;
  bool receipt = false, plain = false;
  unsigned wait = 0, timeout = 10;
};

smpp::ShortMessage message_of(const Options& o) {
  const auto data = from_hex(o.data);
  if (!data || data->size() > smpp::kMaxShortMessage)
    throw CommandError{2, "DATA is hexadecimal, at most 254 octets"};
  smpp::ShortMessage sm;
  sm.source = {smpp::ton::kInternational, smpp::npi::kIsdn, o.from};
  sm.destination = {smpp::ton::kInternational, smpp::npi::kIsdn, o.to};
  sm.esm_class = o.plain ? 0 : smpp::esm::kUdhi;
  sm.protocol_id = etsi::kPidDataDownload;
  sm.data_coding = etsi::kDcsClass2;
  sm.validity_period = o.validity;
  sm.registered_delivery = o.receipt ? smpp::registered::kFinal : 0;
  sm.short_message = *data;
  return sm;
}

void print(const Options& o, const char* event, const std::string& text, bj::object members) {
  members["event"] = event;
  if (o.common.json) {
    std::puts(bj::serialize(members).c_str());
  } else {
    std::printf("%-10s %s\n", event, lpa_cli::printable(text).c_str());
  }
  std::fflush(stdout);
}

smpp::CommandStatus came(const Options& o, const smpp::Pdu& pdu) {
  if (const auto r = smpp::Receipt::read(pdu)) {
    const auto state = std::string(smpp::state_text(r->state));
    print(o, "receipt", r->message_id + " " + state, {{"id", r->message_id}, {"state", state}});
    return smpp::CommandStatus::kOk;
  }
  const auto* sm = pdu.as<smpp::ShortMessage>();
  const auto from = sm ? sm->source.digits : std::string();
  const auto data = to_hex(smpp::message_octets(pdu));
  print(o, "message", "from " + from + ": " + data, {{"from", from}, {"data", data}});
  return smpp::CommandStatus::kOk;
}

void submit(const Options& o) {
  net::SmppClientConfig c;
  std::tie(c.host, c.port) = host_and_port(o.smpp);
  const auto [id, secret] = name_and_value("--esme", o.esme);
  c.bind.system_id = id;
  c.bind.password = read_secret_argument("--esme " + id, secret);
  for (const auto& file : o.ca)
    for (auto& der : must(net::load_certificates(file), o.common)) c.trust_anchors.push_back(std::move(der));
  c.tls = !c.trust_anchors.empty();
  SystemRandom random;
  net::SmppClient client(std::move(c), [&](const smpp::Pdu& p) { return came(o, p); }, random);
  must(client.start(), o.common);
  if (!client.wait_bound(std::chrono::seconds(o.timeout)))
    lpa_cli::fail_with(TransportFault{false, "not bound: " + client.last_problem()}, o.common);
  const auto message_id = must(client.submit(message_of(o)), o.common);
  print(o, "submitted", message_id, {{"id", message_id}});
  std::this_thread::sleep_for(std::chrono::seconds(o.wait));
}
}  // namespace

void declare_submit(CLI::App& smsc) {
  auto o = std::make_shared<Options>();
  auto* sub = smsc.add_subcommand("submit", "Be an ESME: submit one message with SMPP");
  sub->add_option("DATA", o->data, "User data in hexadecimal, with its header")->required();
  sub->add_option("--esme", o->esme, "Bind as: system_id and password")->type_name("ID=SECRET")->required();
  sub->add_option("--to", o->to, "Number that it goes to")->required();
  sub->add_option("--from", o->from, "Number that it comes from")->capture_default_str();
  sub->add_option("--smpp", o->smpp, "The service centre")->type_name("HOST:PORT")->capture_default_str();
  sub->add_option("--ca", o->ca, "TLS, with a certificate of this CA")->type_name("FILE");
  sub->add_flag("--no-header", o->plain, "The user data has no header");
  sub->add_flag("--receipt", o->receipt, "Ask for a delivery receipt");
  sub->add_option("--validity", o->validity,
                  "validity_period as SMPP writes it: 000000010000000R is an hour");
  sub->add_option("--timeout", o->timeout, "Seconds until it must be bound")->capture_default_str();
  sub->add_option("--wait", o->wait, "Seconds to print what comes for")->capture_default_str();
  sub->add_flag("--json", o->common.json, "One JSON object a line");
  sub->footer(kSecretForms + std::string(kExamples));
  sub->callback([o] { submit(*o); });
}

}  // namespace eider::app::smsc_cli
