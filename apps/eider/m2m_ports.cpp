#include "m2m_ports.hpp"

#include "base/log.hpp"
#include "card_address.hpp"
#include "spec/etsi/scp80.hpp"
#include "spec/smpp/receipt.hpp"

namespace eider::app::m2m {

std::unique_ptr<net::HttpClient> SoapSender::take() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return first_->open_session();
  auto out = std::move(idle_.back());
  idle_.pop_back();
  return out;
}
void SoapSender::give_back(std::unique_ptr<net::HttpClient> client) {
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < kKept) idle_.push_back(std::move(client));
}

Result<server::SoapReply> SoapSender::post(const server::SoapPost& request) {
  EIDER_TRY(url, parse_https_url(request.url));
  HttpPost post;
  post.host = url.host;
  post.port = url.port;
  post.path = url.path;
  post.headers = {{"Content-Type", "application/soap+xml; charset=utf-8; action=\"" + request.action + "\""}};
  post.body = request.body;
  auto client = take();
  auto reply = client->post(post);
  if (!reply) return tl::unexpected(reply.error());
  server::SoapReply out{reply->status, std::move(reply->body), client->server_certificate()};
  give_back(std::move(client));
  return out;
}

SmppBearer::SmppBearer(SmsSettings settings, Arrived arrived)
    : settings_(std::move(settings)), arrived_(std::move(arrived)) {
  net::SmppClientConfig c;
  std::tie(c.host, c.port) = host_and_port(settings_.smsc);
  c.bind.system_id = settings_.system_id;
  c.bind.password = settings_.password;
  for (const auto& file : settings_.ca_files)
    for (auto& der : pki::need(net::load_certificates(file))) c.trust_anchors.push_back(std::move(der));
  c.tls = !c.trust_anchors.empty();
  client_ = std::make_unique<net::SmppClient>(
      std::move(c), [this](const smpp::Pdu& pdu) { return deliver(pdu); }, random_);
}
SmppBearer::~SmppBearer() = default;

Status SmppBearer::start() {
  return client_->start();
}
void SmppBearer::stop() {
  client_->stop();
}
bool SmppBearer::bound() const {
  return client_->bound();
}
std::string SmppBearer::last_problem() const {
  return client_->last_problem();
}

Status SmppBearer::submit(const smsr::OutgoingSms& message) {
  constexpr std::uint8_t kInternational = 1, kIsdn = 1;
  for (const auto& user_data : message.user_data) {
    smpp::ShortMessage sm;
    sm.source = {kInternational, kIsdn, settings_.address};
    sm.destination = {kInternational, kIsdn, message.msisdn};
    sm.esm_class = smpp::esm::kUdhi;
    sm.protocol_id = etsi::kPidDataDownload;
    sm.data_coding = etsi::kDcsClass2;
    sm.validity_period = smpp::format_relative(message.validity);
    sm.short_message = user_data;
    client_->request(smpp::Pdu{smpp::CommandId::kSubmitSm, smpp::CommandStatus::kOk, 0, std::move(sm), {}},
                     [to = message.msisdn](const Result<smpp::Pdu>& answer) {
                       if (!answer)
                         log::warn("sms", "a message to " + to + ": " + answer.error().message());
                       else if (answer->status != smpp::CommandStatus::kOk)
                         log::warn("sms", "a message to " + to + " is refused: " +
                                              std::string(smpp::status_name(answer->status)));
                     });
  }
  return {};
}

smpp::CommandStatus SmppBearer::deliver(const smpp::Pdu& pdu) {
  if (smpp::Receipt::read(pdu)) return smpp::CommandStatus::kOk;
  const auto* sm = pdu.as<smpp::ShortMessage>();
  if (!sm) return smpp::CommandStatus::kOk;
  const auto taken = arrived_(sm->source.digits, smpp::message_octets(pdu));
  return taken ? smpp::CommandStatus::kOk : smpp::CommandStatus::kSystemError;
}

}  // namespace eider::app::m2m
