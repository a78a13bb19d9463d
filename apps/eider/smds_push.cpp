#include "smds_push.hpp"

#include "base/log.hpp"

namespace eider::app {
namespace {
constexpr std::size_t kMostWaiting = 10'000;
}

Result<std::unique_ptr<SmdsPush>> SmdsPush::make(HttpsUrl url, std::vector<Bytes> anchors,
                                                 std::map<std::string, std::string> resolve) {
  net::HttpClientConfig config;
  config.trust_anchors = std::move(anchors);
  config.web_roots = true;
  config.resolve = std::move(resolve);
  EIDER_TRY(client, net::HttpClient::create(std::move(config)));
  return std::unique_ptr<SmdsPush>(new SmdsPush(std::move(url), std::move(client)));
}
SmdsPush::SmdsPush(HttpsUrl url, std::unique_ptr<net::HttpClient> client)
    : url_(std::move(url)),
      client_(std::move(client)),
      thread_([this](const std::stop_token& stop) { send(stop); }) {}
SmdsPush::~SmdsPush() = default;

void SmdsPush::event_waits(const sgp22::Eid& eid) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() >= kMostWaiting) return void(++counters_.dropped);
    waiting_.push_back(eid);
  }
  came_.notify_one();
}

SmdsPush::Counters SmdsPush::counters() const {
  const std::scoped_lock lock(mutex_);
  return counters_;
}

void SmdsPush::send(const std::stop_token& stop) {
  for (std::unique_lock lock(mutex_);;) {
    if (!came_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
    const auto eid = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    HttpPost post;
    post.host = url_.host;
    post.port = url_.port;
    post.path = url_.path;
    post.headers = {{"Content-Type", "application/json"}};
    post.body = to_bytes(as_bytes("{\"eid\":\"" + sgp22::eid_digits(eid) + "\"}"));
    post.timeout = Duration(10'000);
    const auto reply = client_->post(post);
    const bool taken = reply && reply->status >= 200 && reply->status < 300;
    if (!taken)
      log::warn("smds", "push: " + (reply ? "HTTP status " + std::to_string(reply->status)
                                          : reply.error().message()));
    lock.lock();
    ++(taken ? counters_.sent : counters_.failed);
  }
}

}  // namespace eider::app
