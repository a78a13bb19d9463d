#include "ota_smpp.hpp"

#include <CLI/CLI.hpp>

#include "cmd_lpa.hpp"
#include "cmd_smsc.hpp"
#include "secret_argument.hpp"
#include "spec/etsi/scp80.hpp"
#include "spec/smpp/receipt.hpp"

namespace eider::app::ota_cmd {

void SmppOptions::declare(CLI::App& sub) {
  auto* centre =
      sub.add_option("--smpp", smpp, "Reach the card by this service centre")->type_name("HOST:PORT");
  sub.add_option("--esme", esme, "With --smpp: bind as, system_id and password")
      ->type_name("ID=SECRET")
      ->needs(centre);
  sub.add_option("--to", to, "With --smpp: number of the card")->type_name("NUMBER")->needs(centre);
  sub.add_option("--ca", ca, "With --smpp: TLS, with a certificate of this CA")
      ->type_name("FILE")
      ->needs(centre);
  sub.add_option("--wait", wait, "With --smpp: seconds for the answer of the card")->capture_default_str();
  centre->needs("--esme")->needs("--to");
}

SmppPath::SmppPath(const SmppOptions& options, std::string sender, bool answer_expected)
    : options_(options), expected_(answer_expected), sender_(std::move(sender)) {
  net::SmppClientConfig c;
  std::tie(c.host, c.port) = host_and_port(options_.smpp);
  const auto [id, secret] = smsc_cli::name_and_value("--esme", options_.esme);
  c.bind.system_id = id;
  c.bind.password = read_secret_argument("--esme " + id, secret);
  const lpa_cli::Options common;
  for (const auto& file : options_.ca)
    for (auto& der : lpa_cli::must(net::load_certificates(file), common))
      c.trust_anchors.push_back(std::move(der));
  c.tls = !c.trust_anchors.empty();
  client_ = std::make_unique<net::SmppClient>(
      std::move(c), [this](const smpp::Pdu& pdu) { return came(pdu); }, random_);
  lpa_cli::must(client_->start(), common);
}
SmppPath::~SmppPath() {
  client_->stop();
}

smpp::CommandStatus SmppPath::came(const smpp::Pdu& pdu) {
  const auto* sm = pdu.as<smpp::ShortMessage>();
  if (smpp::Receipt::read(pdu) || !sm || sm->source.digits != options_.to) return smpp::CommandStatus::kOk;
  const std::scoped_lock lock(mutex_);
  auto whole = parts_.add({0x91, sm->source.digits}, smpp::message_octets(pdu));
  if (whole && *whole)
    if (auto packet = mno::response_packet((*whole)->elements, std::move((*whole)->payload))) {
      answer_ = std::move(packet);
      arrived_.notify_all();
    }
  return smpp::CommandStatus::kOk;
}

Result<mno::OtaPath::Arrived> SmppPath::carry(const std::vector<Bytes>& user_data, const etsi::SmsAddress&,
                                              mno::OtaOutcome& outcome) {
  if (!client_->wait_bound(std::chrono::seconds(10)))
    return fail(TransportFault{false, "not bound: " + client_->last_problem()});
  for (const auto& part : user_data) {
    smpp::ShortMessage sm;
    sm.source = {smpp::ton::kInternational, smpp::npi::kIsdn, sender_};
    sm.destination = {smpp::ton::kInternational, smpp::npi::kIsdn, options_.to};
    sm.esm_class = smpp::esm::kUdhi;
    sm.protocol_id = etsi::kPidDataDownload;
    sm.data_coding = etsi::kDcsClass2;
    sm.short_message = part;
    EIDER_CHECK(client_->submit(sm));
    ++outcome.messages;
  }
  Arrived out;
  if (!expected_) return out;
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_for(lock, std::chrono::seconds(options_.wait), [&] { return answer_.has_value(); }))
    return fail(TransportFault{true, "the card has not answered"});
  out.submit = std::move(answer_);
  return out;
}

}  // namespace eider::app::ota_cmd
