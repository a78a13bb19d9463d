#include "net/vpcd.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "net/card_frames.hpp"
#include "net/detail/wire.hpp"

namespace eider::net {

using detail::after;
using detail::StopSignal;
using detail::Wire;

namespace {

constexpr std::uint8_t kWrongLength[] = {0x67, 0x00}, kNoDiagnosis[] = {0x6F, 0x00};

}  // namespace

class VpcdClient::Impl {
 public:
  Impl(CardPort& card, VpcdConfig config) : card_(card), config_(std::move(config)) {}
  ~Impl() { stop(); }

  void start() {
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  }
  void stop() {
    stop_.set();
    if (thread_.joinable()) thread_.join();
  }
  bool wait_attached(Duration time) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return attached_; });
  }

 private:
  void run() {
    do {
      auto wire = Wire::connect(config_.host, config_.port, after(config_.connect_timeout), &stop_);
      if (!wire) continue;
      set_attached(true);
      const auto ended = serve(*wire);
      set_attached(false);
      if (!stop_.is_set()) log::info("vpcd", "detached: " + ended.error().message());
    } while (!stop_.wait(config_.retry_delay));
  }

  void set_attached(bool value) {
    const std::lock_guard lock(mutex_);
    attached_ = value;
    changed_.notify_all();
  }

  // Ends by a fault only: the connection is gone, its peer sends nonsense, the card does not answer, or a
  // stop.
  Status serve(Wire& wire) {
    // vpcd asks for the ATR to see whether a card is there, before it powers it up.
    EIDER_TRY(atr, card_.reset());
    atr_ = std::move(atr);
    while (true) {
      EIDER_CHECK(wire.read_more(detail::kNoDeadline, &stop_));
      const auto deadline = after(config_.message_timeout);
      while (!wire.received().empty()) {
        EIDER_TRY(message, decode_vpcd(wire.received()));
        if (!message) {
          EIDER_CHECK(wire.read_more(deadline, &stop_));
          continue;
        }
        EIDER_TRY(answer, carry_out(*message));
        wire.consume(message->consumed);
        if (!answer.empty())
          EIDER_CHECK(wire.write(encode_vpcd(answer), after(config_.message_timeout), &stop_));
      }
    }
  }

  // Empty: nothing is answered.
  Result<Bytes> carry_out(const VpcdMessage& message) {
    switch (message.kind) {
      case VpcdMessage::Kind::kPowerOff:
        return Bytes{};
      case VpcdMessage::Kind::kPowerOn:
      case VpcdMessage::Kind::kReset: {
        EIDER_TRY(atr, card_.reset());
        atr_ = std::move(atr);
        return Bytes{};
      }
      case VpcdMessage::Kind::kGetAtr:
        return atr_;
      case VpcdMessage::Kind::kCommand:
        break;
    }
    if (message.command.size() < 4) return to_bytes(kWrongLength);
    EIDER_TRY(response, card_.transmit(message.command));
    if (response.size() < 2 || response.size() > 0xFFFF) return to_bytes(kNoDiagnosis);
    return response;
  }

  CardPort& card_;
  VpcdConfig config_;
  StopSignal stop_;
  Bytes atr_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool attached_ = false;
  std::thread thread_;
};

VpcdClient::VpcdClient(CardPort& card, VpcdConfig config)
    : impl_(std::make_unique<Impl>(card, std::move(config))) {}
VpcdClient::~VpcdClient() = default;
void VpcdClient::start() {
  impl_->start();
}
void VpcdClient::stop() {
  impl_->stop();
}
bool VpcdClient::attached() const {
  return impl_->wait_attached(Duration{0});
}
bool VpcdClient::wait_attached(Duration time) const {
  return impl_->wait_attached(time);
}

}  // namespace eider::net
