#include "net/tcp_card.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <thread>

#include "base/log.hpp"
#include "net/detail/card_conversation.hpp"
#include "net/detail/wire.hpp"

namespace eider::net {

using detail::after;
using detail::card_fault_frame;
using detail::CardConversation;
using detail::FileHandle;
using detail::kNoDeadline;
using detail::StopSignal;
using detail::Wire;

class TcpCard::Impl {
 public:
  explicit Impl(TcpCardConfig config) : config_(std::move(config)) {}

  Result<Bytes> reset() {
    wire_.close();
    EIDER_TRY(wire, Wire::connect(config_.host, config_.port, after(config_.connect_timeout), nullptr));
    wire_ = std::move(wire);
    if (config_.card)
      EIDER_CHECK(ask(CardFrameType::kChoose, encode_card_choice(*config_.card), CardFrameType::kChosen));
    const Bytes version{kCardProtocolVersion};
    return ask(CardFrameType::kReset, version, CardFrameType::kAtr);
  }

  Result<Bytes> transmit(ByteView command) {
    if (command.size() < 4 || command.size() > kMaxCommandApdu)
      return fail_local("a command APDU has 4 to 65544 octets");
    if (!wire_.open()) return fail(TransportFault{false, "the card is not connected: reset it first"});
    return ask(CardFrameType::kCommand, command, CardFrameType::kResponse);
  }

  Result<std::optional<Bytes>> exchange_pps(ByteView request) {
    if (request.size() < 3 || request.size() > kMaxPps) return fail_local("a PPS request has 3 to 6 octets");
    if (!wire_.open()) return fail(TransportFault{false, "the card is not connected: reset it first"});
    EIDER_TRY(response, ask(CardFrameType::kPps, request, CardFrameType::kPpsResponse));
    if (response.empty()) return std::optional<Bytes>();
    return std::optional(std::move(response));
  }

 private:
  // Any fault but the card's own ends the connection: what comes late must not answer the next command.
  Result<Bytes> ask(CardFrameType type, ByteView payload, CardFrameType wanted) {
    auto answer = exchange(encode_card_frame(type, payload), wanted);
    if (!answer) wire_.close();
    return answer;
  }

  Result<Bytes> exchange(ByteView frame, CardFrameType wanted) {
    const auto deadline = after(config_.response_timeout);
    EIDER_CHECK(wire_.write(frame, deadline, nullptr));
    while (true) {
      auto decoded = decode_card_frame(wire_.received());
      if (!decoded) return sent("the card server sends something else: " + decoded.error().message());
      if (const auto& answer = *decoded) {
        if (answer->type == CardFrameType::kFault)
          return sent("the card server: " + printable(answer->payload));
        if (answer->type != wanted) return sent("the card server sends a frame out of turn");
        Bytes out = to_bytes(answer->payload);
        wire_.consume(answer->consumed);
        if (!wire_.received().empty()) return sent("the card server sends more than was asked");
        return out;
      }
      const auto more = wire_.read_more(deadline, nullptr);
      if (!more) return sent(more.error().as<TransportFault>()->what);
    }
  }

  static tl::unexpected<Fault> sent(std::string what) { return fail(TransportFault{true, std::move(what)}); }
  static std::string printable(ByteView text) {
    std::string out;
    for (const auto c : text) out += c >= 0x20 && c < 0x7F ? static_cast<char>(c) : '?';
    return out;
  }

  TcpCardConfig config_;
  Wire wire_;
};

TcpCard::TcpCard(TcpCardConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}
TcpCard::~TcpCard() = default;
Result<Bytes> TcpCard::reset() {
  return impl_->reset();
}
Result<Bytes> TcpCard::transmit(ByteView command) {
  return impl_->transmit(command);
}
Result<std::optional<Bytes>> TcpCard::exchange_pps(ByteView request) {
  return impl_->exchange_pps(request);
}

class TcpCardServer::Impl {
 public:
  Impl(CardPort& card, TcpCardServerConfig config) : card_(card), config_(std::move(config)) {}
  ~Impl() { stop(); }

  Status start() {
    if (started_) return fail_local("the card server was started before");
    EIDER_TRY(listener, detail::listen_on_loopback(config_.address, config_.port));
    listener_ = std::move(listener);
    started_ = true;
    thread_ = std::thread([this] { run(); });
    return {};
  }
  void stop() {
    stop_.set();
    if (thread_.joinable()) thread_.join();
  }
  std::uint16_t port() const { return config_.port; }

 private:
  void run() {
    while (true) {
      pollfd fds[3] = {{stop_.fd(), POLLIN, 0}, {client_.fd(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
      ::poll(fds, 3, -1);
      if (fds[0].revents != 0) break;
      if (fds[1].revents != 0) serve_client();
      if (fds[2].revents != 0) admit();
    }
    client_.close();
    listener_ = FileHandle();
  }

  void admit() {
    FileHandle socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      stop_.wait(Duration{20});  // the peer has gone again, or no descriptors are left
      return;
    }
    Wire wire(std::move(socket));
    if (client_.open()) {
      refuse(wire);
      return;
    }
    client_ = std::move(wire);
    conversation_.emplace(card_);
  }

  // Takes what the peer has sent before closing, since a reset could overtake the refusal.
  void refuse(Wire& wire) {
    const auto deadline = after(Duration{100});
    if (!wire.write(card_fault_frame("the card is in use"), deadline, &stop_)) return;
    ::shutdown(wire.fd(), SHUT_WR);
    while (wire.received().size() < kMaxCommandApdu && wire.read_more(deadline, &stop_)) {
    }
  }

  void serve_client() {
    const auto status = serve_frames();
    if (status) return;
    if (log::enabled(log::Level::kInfo)) log::info("tcp-card", "client dropped: " + status.error().message());
    client_.close();
  }

  Status serve_frames() {
    const auto deadline = after(config_.frame_timeout);
    EIDER_CHECK(client_.read_more(deadline, &stop_));
    do {
      EIDER_TRY(frame, decode_card_frame(client_.received()));
      if (!frame) {
        EIDER_CHECK(client_.read_more(deadline, &stop_));
        continue;
      }
      const Bytes answer = conversation_->answer(*frame);
      client_.consume(frame->consumed);
      EIDER_CHECK(client_.write(answer, after(config_.frame_timeout), &stop_));
    } while (!client_.received().empty());
    return {};
  }

  CardPort& card_;
  TcpCardServerConfig config_;
  StopSignal stop_;
  FileHandle listener_;
  Wire client_;
  std::optional<CardConversation> conversation_;
  bool started_ = false;
  std::thread thread_;
};

TcpCardServer::TcpCardServer(CardPort& card, TcpCardServerConfig config)
    : impl_(std::make_unique<Impl>(card, std::move(config))) {}
TcpCardServer::~TcpCardServer() = default;
Status TcpCardServer::start() {
  return impl_->start();
}
void TcpCardServer::stop() {
  impl_->stop();
}
std::uint16_t TcpCardServer::port() const {
  return impl_->port();
}

}  // namespace eider::net
