#include "device/modem.hpp"

#include "base/log.hpp"
#include "device/uicc_client.hpp"
#include "spec/etsi/imsi.hpp"

namespace eider::device {
namespace {
constexpr std::uint8_t kImsiUnknownInHss = 0x02;  // TS 24.301 section 9.9.3.9
constexpr std::uint8_t kEpsAttach = 0x09;         // TS 31.111 section 8.92
// Any USIM: the RID and application code of TS 101 220 annex E.
constexpr std::string_view kUsim = "A0000000871002";
constexpr std::string_view kImsiFile = "7FFF6F07";

TerminalConfig of_a_modem(TerminalConfig config) {
  config.reset_detaches = true;
  config.resets_by_itself = true;
  return config;
}
}  // namespace

SmsOutcome Modem::Sms::send(ByteView service_centre, ByteView tpdu) {
  if (!link || cut) return {SmsOutcome::Kind::kNetworkUnable, 0};
  return link->send(service_centre, tpdu);
}

class Modem::Watch final : public TerminalListener {
 public:
  explicit Watch(Modem& modem) : modem_(modem) {}
  void carried_out(ByteView command, ByteView answer) override {
    if (auto* l = modem_.ports_.listener) l->carried_out(command, answer);
  }
  void envelope_sent(ByteView envelope, std::uint16_t sw) override {
    if (auto* l = modem_.ports_.listener) l->envelope_sent(envelope, sw);
  }
  bool may_refresh(const Refresh& refresh) override {
    if (auto* l = modem_.ports_.listener; l && !l->may_refresh(refresh)) return false;
    if (refresh.resets()) {
      modem_.sms_.cut = true;  // whoever delivers a message still has to answer on it
      modem_.was_reset_ = true;
    }
    return true;
  }
  void refreshed(const Refresh& refresh) override {
    if (auto* l = modem_.ports_.listener) l->refreshed(refresh);
  }

 private:
  Modem& modem_;
};

Modem::Modem(CardPort& card, const Clock& clock, Subscriptions& subscriptions, ModemPorts ports,
             TerminalConfig config, Cell cell)
    : card_(card),
      clock_(clock),
      subscriptions_(subscriptions),
      ports_(std::move(ports)),
      cell_(std::move(cell)),
      watch_(std::make_unique<Watch>(*this)),
      terminal_(card, clock, of_a_modem(std::move(config)), {ports_.bip, &sms_, watch_.get()}) {}
Modem::~Modem() = default;

Result<Terminal::PowerOn> Modem::power_on() {
  sms_.link.reset();
  EIDER_TRY(on, terminal_.power_on());
  EIDER_CHECK(attach());
  return on;
}

// Nothing for a card without a USIM, or with one that keeps its IMSI behind a PIN.
Result<std::string> Modem::read_imsi() {
  UiccClient client(card_);
  const auto content = [&]() -> Result<Bytes> {
    EIDER_CHECK(client.select_application(hex(kUsim)));
    EIDER_TRY(fcp, client.select_path(hex(kImsiFile)));
    return client.read_binary(fcp);
  }();
  if (content) return etsi::decode_imsi(*content);
  if (content.error().not_reached()) return tl::unexpected(content.error());
  return std::string();
}

Status Modem::attach() {
  next_try_ = clock_.now() + retry_;
  was_reset_ = false;
  sms_.link.reset();
  sms_.cut = false;
  number_.clear();
  EIDER_TRY(imsi, read_imsi());
  imsi_ = std::move(imsi);
  if (imsi_.empty()) {
    registration_ = Registration::kNone;
    return terminal_.set_network({LocationStatus::kNoService, {}});
  }
  auto number = subscriptions_.number_of(imsi_);
  if (!number) {
    registration_ = Registration::kRefused;
    EIDER_CHECK(terminal_.set_network({LocationStatus::kNoService, {}}));
    return terminal_.network_rejects({cell_, kEpsAttach, kImsiUnknownInHss});
  }
  if (ports_.attach) {
    auto link = ports_.attach(*number);
    if (!link) {
      log::warn("modem", "no way for short messages of " + *number + ": " + link.error().message());
      return detach(LocationStatus::kNoService);
    }
    sms_.link = *std::move(link);
  }
  registration_ = Registration::kRegistered;
  number_ = *std::move(number);
  return terminal_.set_network({LocationStatus::kNormal, cell_});
}

Status Modem::detach(LocationStatus status) {
  sms_.link.reset();
  number_.clear();
  registration_ = Registration::kRefused;
  next_try_ = clock_.now() + retry_;
  return terminal_.set_network({status, {}});
}

Result<int> Modem::poll() {
  int done = 0;
  const auto known = [this] { return subscriptions_.number_of(imsi_) == number_; };
  if (was_reset_) {
    EIDER_CHECK(attach());
    ++done;
  }
  if (registration_ == Registration::kRegistered) {
    if (!known()) {
      EIDER_CHECK(detach(LocationStatus::kNoService));
      ++done;
    }
  } else if (registration_ == Registration::kRefused && clock_.now() >= next_try_) {
    // The card hears of the way back alone: a network that still refuses says nothing new.
    next_try_ = clock_.now() + retry_;
    if (subscriptions_.number_of(imsi_)) EIDER_CHECK(attach());
  }
  if (sms_.link) {
    const auto delivered = deliver_arrived(terminal_, *sms_.link, known);
    if (delivered) {
      done += *delivered;
    } else if (delivered.error().not_reached()) {
      EIDER_CHECK(detach(LocationStatus::kNoService));
    } else {
      return tl::unexpected(delivered.error());
    }
  }
  EIDER_TRY(polled, terminal_.poll());
  return done + polled;
}

}  // namespace eider::device
