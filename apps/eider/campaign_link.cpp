#include "campaign_link.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "crypto/certificate.hpp"

namespace eider::app::campaign_cli {
namespace soap = sgp02::soap;
using campaign::Action, campaign::Answer, campaign::Call;

CampaignLink::CampaignLink(const m2m::Node& node, Settings settings, campaign::Campaign campaign)
    : settings_(std::move(settings)), campaign_(std::move(campaign)), first_(node.client()) {
  if (!settings_.listen.empty())
    server_ =
        node.server("--listen", settings_.listen, [this](const net::HttpRequest& r) { return take(r); });
  for (unsigned i = 0; i < std::max(settings_.connections, 1U); ++i)
    workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

CampaignLink::~CampaignLink() {
  for (auto& w : workers_) w.request_stop();
  calls_there_.notify_all();
  if (server_) server_->stop();
}

void CampaignLink::send(std::vector<Call> calls) {
  {
    const std::scoped_lock lock(calls_mutex_);
    for (auto& c : calls) calls_.push_back(std::move(c));
  }
  calls_there_.notify_all();
}

void CampaignLink::work(const std::stop_token& stop) {
  const auto http = first_->open_session();
  for (;;) {
    std::optional<Call> call;
    {
      std::unique_lock lock(calls_mutex_);
      if (!calls_there_.wait(lock, stop, [&] { return !calls_.empty(); }) || stop.stop_requested()) return;
      call = std::move(calls_.front());
      calls_.pop_front();
    }
    auto post = campaign::request_of(settings_.parties, *call);
    const bool held = call->action != Action::kLook && !settings_.parties.reply_to;
    constexpr std::int64_t kExchange = 60;  // seconds
    post.timeout = std::chrono::seconds(held ? std::int64_t{call->validity} + 20 : kExchange);
    auto answer = campaign::read_reply(settings_.parties, *call, http->post(post));
    if (answer) arrived(with_rights(*std::move(answer), *http));
  }
}

// What owners of Profiles that are not this party's let it do: asked once of each.
Answer CampaignLink::with_rights(Answer answer, HttpPort& http) {
  if (!answer.eis) return answer;
  for (const auto& p : answer.eis->profileInfos) {
    if (p.mnoId == settings_.parties.self) continue;
    const std::scoped_lock lock(rights_mutex_);
    auto known = rights_.find(p.mnoId);
    if (known == rights_.end()) {
      const auto reply = http.post(
          campaign::rights_request(settings_.parties, p.mnoId, to_hex(random_.bytes(16)), clock_.now()));
      auto rights = campaign::read_rights(reply);
      // As if there were none: the plan says so, and a later look asks again.
      if (!rights) {
        log::warn("campaign", "GetPLMA of " + p.mnoId.dotted() + ": " + rights.error().message());
        continue;
      }
      known = rights_.emplace(p.mnoId, *std::move(rights)).first;
    }
    answer.rights.insert(answer.rights.end(), known->second.begin(), known->second.end());
  }
  return answer;
}

void CampaignLink::arrived(Answer answer) {
  {
    const std::scoped_lock lock(answers_mutex_);
    answers_.push_back(std::move(answer));
  }
  answers_there_.notify_one();
}

std::vector<Answer> CampaignLink::wait(Duration longest) {
  std::unique_lock lock(answers_mutex_);
  answers_there_.wait_for(lock, longest, [&] { return woken_ || !answers_.empty(); });
  woken_ = false;
  return std::exchange(answers_, {});
}
void CampaignLink::wake() {
  {
    const std::scoped_lock lock(answers_mutex_);
    woken_ = true;
  }
  answers_there_.notify_one();
}

bool CampaignLink::is_of(const sgp02::EntityId& id, ByteView certificate) {
  const std::scoped_lock lock(known_mutex_);
  if (!equal(known_.first, certificate)) {
    const auto parsed = crypto::Certificate::parse(certificate);
    if (!parsed) return false;
    known_ = {to_bytes(certificate), parsed->registered_ids()};
  }
  return std::ranges::find(known_.second, id) != known_.second.end();
}

// 202 tells the sender that it need not be sent again: what is lost after that is asked for anew, under the
// same identifier.
net::HttpResponse CampaignLink::take(const net::HttpRequest& request) {
  const auto m = soap::decode(request.body);
  if (!m) return net::HttpResponse::of(400, "text/plain", m.error().fault().message());
  if (!is_of(m->header.sender.id, request.peer_certificate))
    return net::HttpResponse::of(403, "text/plain", "EntityId is not that of the certificate");
  if (m->kind == sgp02::MessageKind::kRequest)
    return net::HttpResponse::of(403, "text/plain", "this party serves no functions");
  if (auto answer = campaign::read_late(settings_.parties, campaign_, *m)) arrived(*std::move(answer));
  return {202, {}, {}, {}};
}

}  // namespace eider::app::campaign_cli
