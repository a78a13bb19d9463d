#include "net/rack_server.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/log.hpp"
#include "net/detail/card_conversation.hpp"
#include "net/detail/wire.hpp"

namespace eider::net {
namespace {
using detail::CardConversation;
using detail::FileHandle;
using detail::StopSignal;
using detail::WireTime;

constexpr std::size_t kChunk = 4096;
constexpr WireTime::rep kNever = detail::kNoDeadline.time_since_epoch().count();

// One client. Only the thread that its event woke touches it: each event is armed for one wake-up.
class Client {
 public:
  Client(FileHandle socket, CardRack& rack) : socket_(std::move(socket)), conversation_(rack) {}
  int fd() const { return socket_.get(); }
  // Arming is the last thing of a turn: the next turn, on another thread, begins when this one is over.
  template <class F>
  Status take_turn(F&& work_and_arm) {
    const std::lock_guard lock(turn_);
    return work_and_arm();
  }
  // Reads, carries out, writes, as far as it goes without waiting. Fault: the connection has ended.
  Status work() {
    EIDER_CHECK(send_rest());
    if (!rest_.empty()) return {};
    EIDER_CHECK(receive());
    EIDER_CHECK(carry_out());
    note_waiting();
    return {};
  }
  bool wants_to_write() const { return !rest_.empty(); }
  // Since when a frame is incomplete or an answer not taken; never otherwise.
  WireTime waiting_since() const { return WireTime(WireTime::duration(waiting_since_.load())); }

 private:
  Status receive() {
    std::uint8_t chunk[kChunk];
    const auto n = ::recv(fd(), chunk, sizeof chunk, 0);
    if (n > 0) {
      append(received_, ByteView(chunk, static_cast<std::size_t>(n)));
      return {};
    }
    if (n == 0) return fail(TransportFault{false, "the client closed the connection"});
    if (errno == EAGAIN || errno == EINTR) return {};
    return fail(TransportFault{false, std::string("receive: ") + std::strerror(errno)});
  }
  Status carry_out() {
    std::size_t done = 0;
    while (rest_.empty()) {
      EIDER_TRY(frame, decode_card_frame(ByteView(received_).subspan(done)));
      if (!frame) break;
      done += frame->consumed;
      waiting_since_ = kNever;  // the card may take its time
      rest_ = conversation_.answer(*frame);
      EIDER_CHECK(send_rest());
    }
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(done));
    if (received_.empty()) Bytes().swap(received_);  // an idle client keeps no memory
    return {};
  }
  Status send_rest() {
    std::size_t sent = 0;
    while (sent < rest_.size()) {
      const auto n = ::send(fd(), rest_.data() + sent, rest_.size() - sent, MSG_NOSIGNAL);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && errno == EAGAIN) break;
      if (n < 0) return fail(TransportFault{false, std::string("send: ") + std::strerror(errno)});
      sent += static_cast<std::size_t>(n);
    }
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(sent));
    if (rest_.empty()) Bytes().swap(rest_);
    return {};
  }
  void note_waiting() {
    const bool waits = !received_.empty() || !rest_.empty();
    if (!waits)
      waiting_since_ = kNever;
    else if (waiting_since() == detail::kNoDeadline)
      waiting_since_ = std::chrono::steady_clock::now().time_since_epoch().count();
  }

  std::mutex turn_;
  FileHandle socket_;
  CardConversation conversation_;
  Bytes received_, rest_;
  std::atomic<WireTime::rep> waiting_since_ = kNever;
};
}  // namespace

class RackServer::Impl {
 public:
  Impl(CardRack& rack, RackServerConfig config) : rack_(rack), config_(std::move(config)) {}
  ~Impl() { stop(); }

  Status start() {
    if (!threads_.empty()) return fail_local("the card server was started before");
    EIDER_TRY(listener, detail::listen_on_loopback(config_.address, config_.port, SOMAXCONN));
    listener_ = std::move(listener);
    epoll_ = FileHandle(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll_ || !arm(EPOLL_CTL_ADD, listener_.get(), EPOLLIN, this) || !watch_stop())
      return fail_local(std::string("epoll: ") + std::strerror(errno));
    for (unsigned i = 0; i < std::max(config_.threads, 1u); ++i) threads_.emplace_back([this] { run(); });
    threads_.emplace_back([this] { end_what_hangs(); });
    return {};
  }
  void stop() {
    stop_.set();
    for (auto& t : threads_)
      if (t.joinable()) t.join();
    clients_.clear();
    listener_ = FileHandle();
  }
  std::uint16_t port() const { return config_.port; }
  std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return clients_.size();
  }

 private:
  // One wake-up of one thread.
  bool arm(int operation, int fd, std::uint32_t events, void* who) {
    epoll_event event{};
    event.events = events | EPOLLONESHOT;
    event.data.ptr = who;
    return ::epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
  }
  bool watch_stop() {  // wakes every thread
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, stop_.fd(), &event) == 0;
  }

  void run() {
    while (true) {
      epoll_event event{};
      const int n = ::epoll_wait(epoll_.get(), &event, 1, -1);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0 || event.data.ptr == nullptr) return;
      if (event.data.ptr == this)
        admit();
      else
        serve(*static_cast<Client*>(event.data.ptr));
    }
  }

  void admit() {
    while (true) {
      FileHandle socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!socket) {
        if (errno != EAGAIN) stop_.wait(Duration{20});  // no descriptors are left
        break;
      }
      detail::set_connection_options(socket.get());
      auto client = std::make_unique<Client>(std::move(socket), rack_);
      auto& added = *client;
      {
        const std::lock_guard lock(mutex_);
        if (clients_.size() >= config_.connections) continue;  // closes it
        clients_.emplace(&added, std::move(client));
      }
      if (!arm(EPOLL_CTL_ADD, added.fd(), EPOLLIN, &added)) end(added, "epoll");
    }
    arm(EPOLL_CTL_MOD, listener_.get(), EPOLLIN, this);
  }

  void serve(Client& client) {
    if (const auto done = client.take_turn([&] { return work_and_arm(client); }); !done)
      end(client, done.error().message());
  }
  Status work_and_arm(Client& client) {
    EIDER_CHECK(client.work());
    const std::uint32_t events = client.wants_to_write() ? EPOLLOUT : EPOLLIN;
    if (!arm(EPOLL_CTL_MOD, client.fd(), events, &client))
      return fail(TransportFault{false, std::string("epoll: ") + std::strerror(errno)});
    return {};
  }

  void end(Client& client, const std::string& why) {
    if (log::enabled(log::Level::kDebug)) log::debug("rack", "connection ended: " + why);
    std::unique_ptr<Client> gone;
    const std::lock_guard lock(mutex_);
    const auto it = clients_.find(&client);
    gone = std::move(it->second);
    clients_.erase(it);
  }

  // Wakes the thread of a client that takes too long by ending its connection under it.
  void end_what_hangs() {
    while (!stop_.wait(std::clamp(config_.frame_timeout / 4, Duration{10}, Duration{1000}))) {
      const auto now = std::chrono::steady_clock::now();
      const std::lock_guard lock(mutex_);
      for (const auto& [client, owner] : clients_) {
        const auto since = client->waiting_since();
        if (since != detail::kNoDeadline && now - since > config_.frame_timeout)
          ::shutdown(client->fd(), SHUT_RDWR);
      }
    }
  }

  CardRack& rack_;
  RackServerConfig config_;
  StopSignal stop_;
  FileHandle listener_, epoll_;
  mutable std::mutex mutex_;
  std::unordered_map<Client*, std::unique_ptr<Client>> clients_;
  std::vector<std::thread> threads_;
};

RackServer::RackServer(CardRack& rack, RackServerConfig config)
    : impl_(std::make_unique<Impl>(rack, std::move(config))) {}
RackServer::~RackServer() = default;
Status RackServer::start() {
  return impl_->start();
}
void RackServer::stop() {
  impl_->stop();
}
std::uint16_t RackServer::port() const {
  return impl_->port();
}
std::size_t RackServer::connections() const {
  return impl_->connections();
}

}  // namespace eider::net
