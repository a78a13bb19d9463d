#include "net/stream_server.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <pthread.h>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "net/detail/listen.hpp"
#include "net/detail/octet_stream.hpp"

namespace eider::net {
namespace {
namespace asio = detail::asio;
using asio::ip::tcp;
using boost::system::error_code;
using detail::OctetStream;
using StreamPtr = std::shared_ptr<OctetStream>;
using SteadyTime = std::chrono::steady_clock::time_point;

// One thread and the connections that it has.
class Worker {
 public:
  Worker(const StreamServerConfig& config, std::atomic<std::size_t>& count)
      : config_(config), count_(count), timer_(io_) {}
  ~Worker() { stop(); }

  asio::io_context& io() { return io_; }
  void start() {
    thread_ = std::thread([this] { io_.run(); });
    ::pthread_setname_np(thread_.native_handle(), "eider-stream");
  }
  void stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
      while (!peers_.empty()) peers_.begin()->second.stream->close("stopped");
      io_.stop();
    });
    thread_.join();
  }
  // On this worker's thread.
  void admit(tcp::socket socket, std::unique_ptr<StreamSession> session) {
    auto stream = std::make_shared<OctetStream>(std::move(socket), nullptr);
    auto* key = stream.get();
    peers_[key] = {stream, std::move(session), std::chrono::steady_clock::now()};
    ++count_;
    if (!std::exchange(polling_, true)) poll_later();
    peers_[key].session->on_wake(waker_of(key));
    OctetStream::Callbacks callbacks;
    callbacks.on_open = [this, key] { go_on(key, {}); };
    callbacks.on_data = [this, key](ByteView octets) {
      const auto found = peers_.find(key);
      if (found == peers_.end()) return;
      found->second.last = std::chrono::steady_clock::now();
      go_on(key, found->second.session->feed(octets));
    };
    callbacks.on_end = [this, key](const std::string&) { gone(key); };
    stream->start(asio::ssl::stream_base::server, Duration(0), std::move(callbacks));
  }

 private:
  struct Peer {
    StreamPtr stream;
    std::unique_ptr<StreamSession> session;
    SteadyTime last;
  };

  // One turn for all wakes that come before it. The stream of a turn that comes too late is gone, or another.
  std::function<void()> waker_of(OctetStream* key) {
    return [this, key, woken = std::make_shared<std::atomic<bool>>(false)] {
      if (woken->exchange(true)) return;
      asio::post(io_, [this, key, woken] {
        *woken = false;
        const auto found = peers_.find(key);
        if (found != peers_.end()) go_on(key, found->second.session->poll());
      });
    };
  }

  void go_on(OctetStream* key, const Status& status) {
    const auto found = peers_.find(key);
    if (found == peers_.end()) return;
    auto& peer = found->second;
    const auto stream = peer.stream;  // lives longer than what it does here
    if (auto output = peer.session->output(); !output.empty()) {
      peer.last = std::chrono::steady_clock::now();
      stream->send(std::move(output));
    }
    if (!status) log::info("stream", "a connection ends: " + status.error().message());
    if (!status || (peers_.contains(key) && peers_[key].session->over())) stream->finish();
  }
  void gone(OctetStream* key) {
    auto peer = peers_.extract(key);
    if (peer.empty()) return;
    --count_;
    if (!peer.mapped().session->over()) peer.mapped().session->lost();
  }

  void poll_later() {
    timer_.expires_after(config_.poll_interval);
    timer_.async_wait([this](error_code error) {
      if (error) return;
      poll();
      if (peers_.empty())
        polling_ = false;
      else
        poll_later();
    });
  }
  void poll() {
    std::vector<OctetStream*> keys;
    for (const auto& [key, peer] : peers_) keys.push_back(key);
    const auto oldest = std::chrono::steady_clock::now() - config_.idle_timeout;
    for (auto* key : keys) {
      const auto found = peers_.find(key);
      if (found == peers_.end()) continue;
      if (found->second.last < oldest) {
        found->second.stream->close("idle");
        continue;
      }
      go_on(key, found->second.session->poll());
    }
  }

  const StreamServerConfig& config_;
  std::atomic<std::size_t>& count_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::steady_timer timer_;
  std::map<OctetStream*, Peer> peers_;
  bool polling_ = false;  // while there are peers
  std::thread thread_;
};
}  // namespace

class StreamServer::Impl {
 public:
  Impl(StreamServerConfig config, MakeSession make) : config_(std::move(config)), make_(std::move(make)) {
    for (unsigned i = 0; i < std::max(1u, config_.threads); ++i)
      workers_.push_back(std::make_unique<Worker>(config_, count_));
    acceptor_ = std::make_unique<tcp::acceptor>(workers_.front()->io());
  }
  ~Impl() { stop(); }

  Status start() {
    if (started_) return fail_local("the server was started before");
    error_code error;
    const auto address = asio::ip::make_address(config_.address, error);
    if (error)
      return fail_local("not an address to listen on: " + config_.address, "an IPv4 or IPv6 address");
    const tcp::endpoint endpoint(address, config_.port);
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
    if (error) return detail::cannot_listen(config_.address, config_.port, error);
    config_.port = acceptor_->local_endpoint().port();
    started_ = true;
    accept();
    for (auto& worker : workers_) worker->start();
    return {};
  }

  void stop() {
    if (!started_) return;
    asio::post(workers_.front()->io(), [this] {
      error_code ignored;
      acceptor_->close(ignored);
    });
    // The first one accepts, and hands over to the others: it stops first.
    for (auto& worker : workers_) worker->stop();
    started_ = false;
  }
  std::uint16_t port() const { return config_.port; }
  std::size_t connections() const { return count_; }

 private:
  void accept() {
    auto& worker = *workers_[next_++ % workers_.size()];
    acceptor_->async_accept(worker.io(), [this, &worker](error_code error, tcp::socket socket) {
      if (!acceptor_->is_open()) return;
      if (!error && count_ < config_.max_connections) {
        error_code ignored;
        const auto peer = socket.remote_endpoint(ignored).address().to_string();
        asio::post(worker.io(),
                   [this, &worker, peer, moved = std::make_shared<tcp::socket>(std::move(socket))] {
                     worker.admit(std::move(*moved), make_(peer));
                   });
      }
      accept();
    });
  }

  StreamServerConfig config_;
  MakeSession make_;
  std::atomic<std::size_t> count_ = 0;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<tcp::acceptor> acceptor_;
  std::size_t next_ = 0;
  bool started_ = false;
};

StreamServer::StreamServer(StreamServerConfig config, MakeSession make)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(make))) {}
StreamServer::~StreamServer() = default;
Status StreamServer::start() {
  return impl_->start();
}
void StreamServer::stop() {
  impl_->stop();
}
std::uint16_t StreamServer::port() const {
  return impl_->port();
}
std::size_t StreamServer::connections() const {
  return impl_->connections();
}

}  // namespace eider::net
