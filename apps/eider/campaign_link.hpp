// The calls of a campaign on sockets: a few connections that are kept, and a listener for what comes later.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "m2m_node.hpp"
#include "roles/campaign/messages.hpp"

namespace eider::app::campaign_cli {

class CampaignLink final : public campaign::CallPort {
 public:
  struct Settings {
    campaign::Parties parties;
    unsigned connections = 8;
    std::string listen;  // HOST:PORT, of `reply_to`
  };
  CampaignLink(const m2m::Node& node, Settings settings, campaign::Campaign campaign);
  ~CampaignLink() override;  // what is not sent yet is not sent: the campaign's next run does it
  CampaignLink(const CampaignLink&) = delete;
  CampaignLink& operator=(const CampaignLink&) = delete;

  void send(std::vector<campaign::Call> calls) override;
  // Whatever has come; waits for it, at most so long, or until `wake`.
  std::vector<campaign::Answer> wait(Duration longest);
  void wake();

 private:
  void work(const std::stop_token& stop);
  campaign::Answer with_rights(campaign::Answer answer, HttpPort& http);
  void arrived(campaign::Answer answer);
  net::HttpResponse take(const net::HttpRequest& request);
  bool is_of(const sgp02::EntityId& id, ByteView certificate);

  Settings settings_;
  campaign::Campaign campaign_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<net::HttpClient> first_;  // the one that others are made of

  std::mutex calls_mutex_;
  std::condition_variable_any calls_there_;
  std::deque<campaign::Call> calls_;

  std::mutex answers_mutex_;
  std::condition_variable answers_there_;
  std::vector<campaign::Answer> answers_;
  bool woken_ = false;

  std::mutex rights_mutex_;
  std::map<sgp02::EntityId, std::vector<sgp02::Plma>> rights_;  // by owner
  std::mutex known_mutex_;
  std::pair<Bytes, std::vector<sgp02::EntityId>> known_;  // the certificate that was seen last

  std::unique_ptr<net::HttpServer> server_;
  std::vector<std::jthread> workers_;  // last: they use the others
};

}  // namespace eider::app::campaign_cli
