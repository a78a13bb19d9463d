#include "net/smsc_server.hpp"

#include <future>
#include <map>
#include <pthread.h>
#include <thread>

#include "net/detail/listen.hpp"
#include "net/detail/octet_stream.hpp"
#include "net/detail/tls.hpp"
#include "net/sms_frames.hpp"

namespace eider::net {
namespace {
namespace asio = detail::asio;
using asio::ip::tcp;
using boost::system::error_code;
using detail::OctetStream;
using StreamPtr = std::shared_ptr<OctetStream>;

constexpr Duration kHandshakeTimeout{10000};

// An ESME's connection, or a device's with the frames that have come in part.
struct Peer {
  StreamPtr stream;
  int id = 0;  // at the centre; 0: a device that has not attached
  Bytes received;
};

std::string status_text(const smsc::CentreCounters& c) {
  const auto row = [](const char* name, std::uint64_t n) {
    return std::string(name) + " " + std::to_string(n);
  };
  return row("submitted", c.submitted) + ", " + row("refused", c.refused) + ", " +
         row("delivered", c.delivered) + ", " + row("expired", c.expired) + ", " + row("failed", c.failed) +
         ", " + row("lost", c.lost) + ", " + row("receipts", c.receipts) + ", " + row("stored", c.stored);
}
}  // namespace

class SmscServer::Impl {
 public:
  Impl(SmscServerConfig config, smsc::Centre::Listener listener)
      : config_(std::move(config)), centre_(config_.centre, std::move(listener)) {}
  ~Impl() { stop(); }

  Status start() {
    if (thread_.joinable()) return fail_local("the service centre was started before");
    if (!config_.identities.empty()) EIDER_CHECK(set_up_tls());
    EIDER_CHECK(listen(esme_acceptor_, config_.address, config_.port, tls_ != nullptr, "SMPP without TLS"));
    EIDER_CHECK(listen(device_acceptor_, config_.device_address, config_.device_port, false, "devices"));
    accept(esme_acceptor_, true);
    accept(device_acceptor_, false);
    thread_ = std::thread([this] { io_.run(); });
    ::pthread_setname_np(thread_.native_handle(), "eider-smsc");
    return {};
  }

  void stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
      error_code ignored;
      esme_acceptor_.close(ignored);
      device_acceptor_.close(ignored);
      timer_.cancel();
      for (auto* peers : {&esmes_, &devices_})
        while (!peers->empty()) peers->begin()->second->stream->close("stopped");
      io_.stop();
    });
    thread_.join();
  }

  std::uint16_t port() const { return config_.port; }
  std::uint16_t device_port() const { return config_.device_port; }

  Status command(const std::string& text) {
    return on_thread<Status>([this, text] { return centre_.command(text, now()); });
  }
  smsc::CentreCounters counters() {
    return on_thread<smsc::CentreCounters>([this] { return centre_.counters(); });
  }

 private:
  using PeerPtr = std::shared_ptr<Peer>;
  using Peers = std::map<OctetStream*, PeerPtr>;
  Time now() const { return clock_.now(); }

  template <class T>
  T on_thread(std::function<T()> work) {
    if (!thread_.joinable()) return work();
    std::promise<T> done;
    asio::post(io_, [&] {
      done.set_value(work());
      settle();
    });
    return done.get_future().get();
  }

  Status set_up_tls() {
    HttpServerConfig config;
    config.identities = config_.identities;
    config.client_anchors = config_.client_anchors;
    if (!config.client_anchors.empty()) config.client_authentication = ClientAuthentication::kRequired;
    EIDER_TRY(tls, detail::ServerTls::create(config));
    tls_ = std::move(tls);
    SSL_CTX_up_ref(tls_->context());  // asio's context takes a reference over
    tls_context_ = std::make_unique<asio::ssl::context>(tls_->context());
    return {};
  }

  static Status listen(tcp::acceptor& acceptor, const std::string& address, std::uint16_t& port,
                       bool anywhere, const char* what) {
    error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    if (error) return fail_local("not an address to listen on: " + address, "give an IPv4 or IPv6 address");
    if (!anywhere && !parsed.is_loopback())
      return fail_local(std::string(what) + ": on loopback addresses only, not on " + address);
    const tcp::endpoint endpoint(parsed, port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return detail::cannot_listen(address, port, error);
    port = acceptor.local_endpoint().port();
    return {};
  }

  void accept(tcp::acceptor& acceptor, bool esme) {
    acceptor.async_accept([this, &acceptor, esme](error_code error, tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (!error && esmes_.size() + devices_.size() < config_.max_connections) admit(std::move(socket), esme);
      accept(acceptor, esme);
    });
  }

  void admit(tcp::socket socket, bool esme) {
    auto stream = std::make_shared<OctetStream>(std::move(socket), esme ? tls_context_.get() : nullptr);
    if (esme && tls_) tls_->set_time(stream->ssl());
    const auto peer = std::make_shared<Peer>();
    peer->stream = stream;
    (esme ? esmes_ : devices_)[stream.get()] = peer;
    OctetStream::Callbacks callbacks;
    callbacks.on_open = [this, peer, esme] {
      if (esme) peer->id = centre_.esme_connected(now());
      settle();
    };
    callbacks.on_data = [this, peer, esme](ByteView octets) {
      if (esme) {
        centre_.esme_received(peer->id, octets, now());
      } else {
        device_received(*peer, octets);
      }
      settle();
    };
    callbacks.on_end = [this, stream = stream.get(), esme](const std::string&) {
      auto gone = (esme ? esmes_ : devices_).extract(stream);
      if (!gone.empty() && gone.mapped()->id != 0) {
        if (esme)
          centre_.esme_gone(gone.mapped()->id, now());
        else
          centre_.device_gone(gone.mapped()->id, now());
      }
      // A peer may be ended inside settle(), which then goes on with the others.
      asio::post(io_, [this] { settle(); });
    };
    stream->start(asio::ssl::stream_base::server, kHandshakeTimeout, std::move(callbacks));
  }

  void device_received(Peer& peer, ByteView octets) {
    append(peer.received, octets);
    while (!peer.stream->closed()) {
      const auto frame = decode_sms_frame(peer.received);
      if (!frame) return refuse(peer, frame.error().message());
      if (!*frame) return;
      const auto payload = to_bytes((*frame)->payload);
      const auto type = (*frame)->type;
      peer.received.erase(peer.received.begin(),
                          peer.received.begin() + static_cast<std::ptrdiff_t>((*frame)->consumed));
      if (!take_frame(peer, type, payload)) return;
    }
  }

  // False: the connection ends.
  bool take_frame(Peer& peer, SmsFrameType type, ByteView payload) {
    if (peer.id == 0 && type == SmsFrameType::kAttach) return attach(peer, payload);
    if (peer.id == 0 && type == SmsFrameType::kCommand) {
      const std::string text(as_text(payload));
      const auto status = text == "status" ? Status() : centre_.command(text, now());
      if (!status) return refuse(peer, status.error().message()), false;
      peer.stream->send(encode_sms_frame(SmsFrameType::kDone, as_bytes(status_text(centre_.counters()))));
      return true;
    }
    if (peer.id != 0 && type == SmsFrameType::kSubmit) {
      const auto transfer = read_transfer(payload);
      const auto outcome = centre_.device_submitted(peer.id, transfer.rest, now());
      peer.stream->send(encode_outcome(transfer.reference, outcome));
      return true;
    }
    if (peer.id != 0 && type == SmsFrameType::kDelivered) {
      const auto transfer = read_transfer(payload);
      const auto receipt = read_receipt(transfer.rest);
      if (!receipt) return refuse(peer, receipt.error().message()), false;
      centre_.device_answered(peer.id, transfer.reference, *receipt, now());
      return true;
    }
    return refuse(peer, "a frame out of turn"), false;
  }

  bool attach(Peer& peer, ByteView payload) {
    if (payload[0] != kSmsProtocolVersion) return refuse(peer, "this protocol version is not known"), false;
    const auto id = centre_.device_attached(std::string(as_text(payload.subspan(1))), now());
    if (!id) return refuse(peer, id.error().message()), false;
    peer.id = *id;
    peer.stream->send(encode_sms_frame(SmsFrameType::kAttached, {}));
    return true;
  }

  static void refuse(Peer& peer, const std::string& why) {
    peer.stream->send(
        encode_sms_frame(SmsFrameType::kFault, as_bytes(why).first(std::min(why.size(), kMaxSmsFrame))));
    peer.stream->finish();
  }

  // Those that the centre knows: a peer that ends leaves the map at once.
  static std::vector<PeerPtr> copy(const Peers& peers) {
    std::vector<PeerPtr> out;
    for (const auto& [stream, peer] : peers)
      if (peer->id != 0) out.push_back(peer);
    return out;
  }

  // Everything that the centre has to say goes out, and the timer is set to when it has to act next.
  void settle() {
    for (const auto& peer : copy(esmes_)) {
      peer->stream->send(centre_.esme_output(peer->id));
      if (centre_.esme_over(peer->id)) peer->stream->finish();
    }
    for (const auto& peer : copy(devices_)) {
      for (const auto& sms : centre_.device_output(peer->id))
        if (const auto tpdu = sms.message.encode())
          peer->stream->send(encode_transfer(SmsFrameType::kDeliver, sms.reference, *tpdu));
      if (centre_.device_over(peer->id)) peer->stream->finish();
    }
    const auto next = centre_.next_tick();
    if (next == Time::max()) return timer_.cancel(), void();
    timer_.expires_after(std::max(std::chrono::duration_cast<Duration>(next - now()), Duration(1)));
    timer_.async_wait([this](error_code error) {
      if (error) return;
      centre_.tick(now());
      settle();
    });
  }

  SmscServerConfig config_;
  SystemClock clock_;
  smsc::Centre centre_;
  std::unique_ptr<detail::ServerTls> tls_;
  std::unique_ptr<asio::ssl::context> tls_context_;
  asio::io_context io_{1};
  tcp::acceptor esme_acceptor_{io_}, device_acceptor_{io_};
  asio::steady_timer timer_{io_};
  Peers esmes_, devices_;
  std::thread thread_;
};

SmscServer::SmscServer(SmscServerConfig config, smsc::Centre::Listener listener)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(listener))) {}
SmscServer::~SmscServer() = default;
Status SmscServer::start() {
  return impl_->start();
}
void SmscServer::stop() {
  impl_->stop();
}
std::uint16_t SmscServer::port() const {
  return impl_->port();
}
std::uint16_t SmscServer::device_port() const {
  return impl_->device_port();
}
Status SmscServer::command(const std::string& text) {
  return impl_->command(text);
}
smsc::CentreCounters SmscServer::counters() const {
  return impl_->counters();
}

}  // namespace eider::net
