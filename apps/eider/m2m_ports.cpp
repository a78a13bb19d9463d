#include "m2m_ports.hpp"

#include <condition_variable>
#include <thread>

#include "base/log.hpp"
#include "card_address.hpp"
#include "spec/etsi/scp80.hpp"
#include "spec/smpp/receipt.hpp"

namespace eider::app::m2m {

std::unique_ptr<net::HttpClient> SoapSender::take(const std::string& where) {
  const std::scoped_lock lock(mutex_);
  auto& idle = idle_[where];
  if (idle.empty()) return first_->open_session();
  auto out = std::move(idle.back());
  idle.pop_back();
  return out;
}
void SoapSender::give_back(const std::string& where, std::unique_ptr<net::HttpClient> client) {
  const std::scoped_lock lock(mutex_);
  if (idle_.size() > kPlaces) idle_.clear();
  auto& idle = idle_[where];
  if (idle.size() < kKept) idle.push_back(std::move(client));
}

Result<server::SoapReply> SoapSender::post(const server::SoapPost& request) {
  auto reply = send(request);
  ++(!reply ? not_reached_ : reply->status < 300 ? taken_ : refused_);
  return reply;
}
Result<server::SoapReply> SoapSender::send(const server::SoapPost& request) {
  if (request.party.empty()) return fail_local("a message for nobody: " + request.url);
  EIDER_TRY(url, parse_https_url(request.url));
  HttpPost post;
  post.host = url.host;
  post.port = url.port;
  post.path = url.path;
  post.headers = {{"Content-Type", "application/soap+xml; charset=utf-8; action=\"" + request.action + "\""}};
  post.body = request.body;
  post.server_id = request.party;
  const auto where = url.host + ":" + std::to_string(url.port) + " " + request.party;
  auto client = take(where);
  auto reply = client->post(post);
  if (!reply) return tl::unexpected(reply.error());
  server::SoapReply out{reply->status, std::move(reply->body), client->server_certificate()};
  give_back(where, std::move(client));
  return out;
}

// The threads of post_all() wait here for work, which is a batch: each takes the next request of it.
struct SoapSender::Helpers {
  explicit Helpers(SoapSender& of) : sender(of) {}
  ~Helpers() {
    {
      const std::scoped_lock lock(mutex);
      closing = true;
    }
    changed.notify_all();
  }
  struct Batch {
    std::span<const server::SoapPost> requests;
    std::vector<Result<server::SoapReply>> replies;
    std::size_t next = 0, done = 0;
  };
  // Of `batch`, until nothing of it is left to be taken.
  void work(Batch& batch, std::unique_lock<std::mutex>& lock) {
    while (batch.next < batch.requests.size()) {
      const auto i = batch.next++;
      lock.unlock();
      auto reply = sender.post(batch.requests[i]);
      lock.lock();
      batch.replies[i] = std::move(reply);
      if (++batch.done == batch.requests.size()) finished.notify_all();
    }
  }
  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      const auto ready = [this] { return closing || (current && current->next < current->requests.size()); };
      changed.wait(lock, ready);
      if (closing) return;
      work(*current, lock);
    }
  }

  SoapSender& sender;
  std::mutex one_batch, mutex;
  std::condition_variable changed, finished;
  Batch* current = nullptr;
  bool closing = false;
  std::vector<std::jthread> threads;  // last: they use the others
};

SoapSender::SoapSender(const Node& node)
    : first_(node.client()), helpers_(std::make_unique<Helpers>(*this)) {}
SoapSender::~SoapSender() = default;

std::vector<Result<server::SoapReply>> SoapSender::post_all(std::span<const server::SoapPost> requests) {
  if (requests.size() < 2) return server::SoapPort::post_all(requests);
  auto& h = *helpers_;
  const std::scoped_lock alone(h.one_batch);
  Helpers::Batch batch{requests, {}, 0, 0};
  batch.replies.assign(requests.size(), fail_local("not sent"));
  std::unique_lock lock(h.mutex);
  h.current = &batch;
  // A receiver that is slow holds up one of them.
  while (h.threads.size() < std::min(requests.size() - 1, kHelpers))
    h.threads.emplace_back([&h] { h.run(); });
  h.changed.notify_all();
  h.work(batch, lock);
  h.finished.wait(lock, [&] { return batch.done == requests.size(); });
  h.current = nullptr;
  return std::move(batch.replies);
}

namespace {
constexpr std::size_t kWindow = 50;  // requests to the service centre without an answer
}  // namespace

SmppBearer::SmppBearer(SmsSettings settings, Arrived arrived)
    : settings_(std::move(settings)), arrived_(std::move(arrived)) {
  net::SmppClientConfig c;
  std::tie(c.host, c.port) = host_and_port(settings_.smsc);
  c.bind.system_id = settings_.system_id;
  c.bind.password = settings_.password;
  for (const auto& file : settings_.ca_files)
    for (auto& der : pki::need(net::load_certificates(file))) c.trust_anchors.push_back(std::move(der));
  c.tls = !c.trust_anchors.empty();
  c.deliver_many = [this](std::span<const smpp::Pdu> pdus) { return deliver(pdus); };
  c.session.window = kWindow;
  client_ = std::make_unique<net::SmppClient>(std::move(c), net::SmppClient::Deliver{}, random_);
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
                     [this, to = message.msisdn](const Result<smpp::Pdu>& answer) {
                       if (!answer)
                         log::warn("sms", "a message to " + to + ": " + answer.error().message());
                       else if (answer->status != smpp::CommandStatus::kOk)
                         log::warn("sms", "a message to " + to + " is refused: " +
                                              std::string(smpp::status_name(answer->status)));
                       ++(!answer                                      ? counted_.not_answered
                          : answer->status == smpp::CommandStatus::kOk ? counted_.taken
                                                                       : counted_.refused);
                     });
  }
  return {};
}
SmppBearer::Counters SmppBearer::counters() const {
  const auto& c = counted_;
  return {c.taken, c.refused, c.not_answered, c.received, c.not_received};
}

std::vector<smpp::CommandStatus> SmppBearer::deliver(std::span<const smpp::Pdu> pdus) {
  std::vector<smpp::CommandStatus> out(pdus.size(), smpp::CommandStatus::kOk);
  std::vector<smsr::IncomingSms> messages;
  std::vector<std::size_t> whose;
  for (std::size_t i = 0; i < pdus.size(); ++i) {
    const auto* sm = pdus[i].as<smpp::ShortMessage>();
    if (!sm || smpp::Receipt::read(pdus[i])) continue;
    messages.push_back({sm->source.digits, smpp::message_octets(pdus[i])});
    whose.push_back(i);
  }
  if (messages.empty()) return out;
  const auto taken = arrived_(messages);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    ++(taken[i] ? counted_.received : counted_.not_received);
    if (!taken[i]) {
      log::warn("smsr",
                "a message from " + std::string(messages[i].sender) + ": " + taken[i].error().message());
      out[whose[i]] = smpp::CommandStatus::kSystemError;
    }
  }
  return out;
}

}  // namespace eider::app::m2m
