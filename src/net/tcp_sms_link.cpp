#include "net/tcp_sms_link.hpp"

#include <deque>
#include <poll.h>

#include "net/detail/wire.hpp"
#include "net/sms_frames.hpp"

namespace eider::net {
namespace {
using detail::after;
using detail::Wire;

// The first frame that comes; its payload.
Result<std::pair<SmsFrameType, Bytes>> next_frame(Wire& wire, detail::WireTime deadline) {
  while (true) {
    EIDER_TRY(frame, decode_sms_frame(wire.received()));
    if (frame) {
      std::pair out(frame->type, to_bytes(frame->payload));
      wire.consume(frame->consumed);
      return out;
    }
    EIDER_CHECK(wire.read_more(deadline, nullptr));
  }
}

Result<Bytes> ask(Wire& wire, ByteView frame, SmsFrameType wanted, detail::WireTime deadline) {
  EIDER_CHECK(wire.write(frame, deadline, nullptr));
  EIDER_TRY(answer, next_frame(wire, deadline));
  if (answer.first == SmsFrameType::kFault)
    return fail_local("the service centre: " + std::string(as_text(answer.second)));
  if (answer.first != wanted)
    return fail(TransportFault{true, "the service centre sends a frame out of turn"});
  return answer.second;
}
}  // namespace

class TcpSmsLink::Impl {
 public:
  Impl(TcpSmsLinkConfig config, Wire wire) : config_(std::move(config)), wire_(std::move(wire)) {}

  device::SmsOutcome send(ByteView tpdu) {
    const auto outcome = submit(tpdu);
    if (outcome) return *outcome;
    if (outcome.error().not_reached()) wire_.close();
    return {device::SmsOutcome::Kind::kNetworkUnable, 0};
  }

  Result<std::optional<device::ArrivedSms>> receive() {
    if (arrived_.empty()) EIDER_CHECK(read_what_is_there());
    if (arrived_.empty()) return std::nullopt;
    auto out = std::move(arrived_.front());
    arrived_.pop_front();
    return out;
  }

  Status answer(std::uint32_t reference, const device::SmsReceipt& receipt) {
    if (!wire_.open()) return gone();
    return wire_.write(encode_receipt(reference, receipt), after(config_.answer_timeout), nullptr);
  }

  void wait(Duration longest) const {
    if (arrived_.empty() && wire_.open()) detail::wait_ready(wire_.fd(), POLLIN, after(longest), nullptr);
  }

 private:
  static tl::unexpected<Fault> gone() { return fail(TransportFault{false, "the service centre is gone"}); }

  Result<device::SmsOutcome> submit(ByteView tpdu) {
    if (!wire_.open()) return gone();
    const auto deadline = after(config_.answer_timeout);
    const auto reference = ++reference_;
    EIDER_CHECK(wire_.write(encode_transfer(SmsFrameType::kSubmit, reference, tpdu), deadline, nullptr));
    while (true) {
      EIDER_TRY(frame, next_frame(wire_, deadline));
      EIDER_CHECK(take(frame.first, frame.second));
      if (frame.first != SmsFrameType::kSubmitted) continue;
      const auto transfer = read_transfer(frame.second);
      if (transfer.reference == reference) return read_outcome(transfer.rest);
    }
  }

  Status read_what_is_there() {
    if (!wire_.open()) return gone();
    while (detail::wait_ready(wire_.fd(), POLLIN, after(Duration(0)), nullptr) == detail::Ready::kYes) {
      if (auto more = wire_.read_more(after(Duration(0)), nullptr); !more) {
        wire_.close();
        return more;
      }
    }
    while (true) {
      EIDER_TRY(frame, decode_sms_frame(wire_.received()));
      if (!frame) return {};
      EIDER_CHECK(take(frame->type, frame->payload));
      wire_.consume(frame->consumed);
    }
  }

  // Messages are kept; an answer to a send() that has given up is nobody's.
  Status take(SmsFrameType type, ByteView payload) {
    if (type == SmsFrameType::kSubmitted) return {};
    if (type == SmsFrameType::kFault) return fail(TransportFault{false, std::string(as_text(payload))});
    if (type != SmsFrameType::kDeliver) return fail(TransportFault{false, "a frame out of turn"});
    const auto transfer = read_transfer(payload);
    EIDER_TRY(message, etsi::SmsDeliver::decode(transfer.rest));
    arrived_.push_back({transfer.reference, std::move(message)});
    return {};
  }

  TcpSmsLinkConfig config_;
  Wire wire_;
  std::deque<device::ArrivedSms> arrived_;
  std::uint32_t reference_ = 0;
};

TcpSmsLink::TcpSmsLink(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TcpSmsLink::~TcpSmsLink() = default;

Result<std::unique_ptr<TcpSmsLink>> TcpSmsLink::attach(TcpSmsLinkConfig config) {
  if (config.number.empty() || config.number.size() > 20)
    return fail_local("a device has a number of 1 to 20 digits");
  const auto deadline = after(config.connect_timeout);
  EIDER_TRY(wire, Wire::connect(config.host, config.port, deadline, nullptr));
  const Bytes version{kSmsProtocolVersion};
  const auto frame = encode_sms_frame(SmsFrameType::kAttach, concat({version, as_bytes(config.number)}));
  EIDER_CHECK(ask(wire, frame, SmsFrameType::kAttached, deadline));
  return std::unique_ptr<TcpSmsLink>(
      new TcpSmsLink(std::make_unique<Impl>(std::move(config), std::move(wire))));
}

device::SmsOutcome TcpSmsLink::send(ByteView, ByteView tpdu) {
  return impl_->send(tpdu);
}
Result<std::optional<device::ArrivedSms>> TcpSmsLink::receive() {
  return impl_->receive();
}
Status TcpSmsLink::answer(std::uint32_t reference, const device::SmsReceipt& receipt) {
  return impl_->answer(reference, receipt);
}
void TcpSmsLink::wait(Duration longest) const {
  impl_->wait(longest);
}

Result<std::string> smsc_command(const std::string& host, std::uint16_t port, const std::string& text) {
  if (text.empty() || text.size() > 200) return fail_local("a command has 1 to 200 characters");
  const auto deadline = after(Duration(5000));
  EIDER_TRY(wire, Wire::connect(host, port, deadline, nullptr));
  EIDER_TRY(answer, ask(wire, encode_sms_frame(SmsFrameType::kCommand, as_bytes(text)), SmsFrameType::kDone,
                        deadline));
  return std::string(as_text(answer));
}

}  // namespace eider::net
