#include "world/m2m/message_centre.hpp"

#include "spec/etsi/scp80.hpp"

namespace eider::world::m2m {
namespace {
constexpr Duration kAgain{15 * 1000}, kFromDevice{24 * 3600 * 1000};
constexpr std::uint8_t kTemporaryFailure = 41;  // RP-cause
}  // namespace

// What has arrived and is not taken yet goes back to the centre with the link.
class MessageCentre::Link final : public device::SmsLink {
 public:
  Link(MessageCentre& centre, std::string number) : centre_(&centre), number_(std::move(number)) {}
  ~Link() override {
    if (!centre_) return;
    if (const auto it = centre_->links_.find(number_); it != centre_->links_.end() && it->second == this)
      centre_->links_.erase(it);
    for (auto& m : arrived_) centre_->queue(std::move(m), kAgain);
    for (auto& [reference, m] : under_way_) centre_->queue(std::move(m), kAgain);
  }
  void cut() { centre_ = nullptr; }
  void arrive(Message message) { arrived_.push_back(std::move(message)); }

  device::SmsOutcome send(ByteView, ByteView tpdu) override {
    using Kind = device::SmsOutcome::Kind;
    if (!centre_) return {Kind::kNetworkUnable, 0};
    const auto sms = etsi::SmsSubmit::decode(tpdu);
    if (!sms) return {Kind::kRpError, kTemporaryFailure};
    Message m{number_, sms->destination.digits, sms->user_data, centre_->clock_.now() + kFromDevice};
    return {centre_->take(std::move(m)) ? Kind::kSent : Kind::kRpError, kTemporaryFailure};
  }
  Result<std::optional<device::ArrivedSms>> receive() override {
    if (!centre_) return fail(TransportFault{false, "the service centre took another device"});
    if (arrived_.empty()) return std::optional<device::ArrivedSms>();
    device::ArrivedSms out;
    out.reference = ++reference_;
    const auto& m = arrived_.front();
    out.message.has_header = true;
    out.message.originator = {0x91, m.from};
    out.message.protocol_identifier = etsi::kPidDataDownload;
    out.message.data_coding_scheme = etsi::kDcsClass2;
    out.message.user_data = m.user_data;
    under_way_[out.reference] = std::move(arrived_.front());
    arrived_.pop_front();
    return std::optional(std::move(out));
  }
  Status answer(std::uint32_t reference, const device::SmsReceipt& receipt) override {
    auto found = under_way_.extract(reference);
    if (!found) return {};
    // A message that the card refuses for good is thrown away.
    if (centre_ && receipt.kind == device::SmsReceipt::Kind::kNotNow)
      centre_->queue(std::move(found.mapped()), kAgain);
    return {};
  }

 private:
  MessageCentre* centre_;
  std::string number_;
  std::deque<Message> arrived_;
  std::map<std::uint32_t, Message> under_way_;
  std::uint32_t reference_ = 0;
};

MessageCentre::~MessageCentre() {
  for (auto& [number, link] : links_) link->cut();
}

void MessageCentre::queue(Message message, Duration after) {
  due_.emplace(std::pair(clock_.now() + after, ++last_), std::move(message));
}

// False: refused. Whoever is told that it was taken knows nothing of what becomes of it.
bool MessageCentre::take(Message message) {
  ++messages_;
  auto& dice = faults_.dice();
  const auto told = [&](const char* what) {
    journal_.note([&] { return "message " + message.from + " to " + message.to + ": " + what; });
  };
  if (faults_.happens(FaultKind::kSmsRefused, 10)) return told("refused"), false;
  if (faults_.happens(FaultKind::kSmsLost, 25)) return told("lost"), true;
  Duration latency(500 + static_cast<int>(dice.below(3000)));
  if (faults_.happens(FaultKind::kSmsDuplicated, 20)) {
    told("duplicated");
    queue(message, latency + Duration(dice.below(60000)));
  }
  if (faults_.happens(FaultKind::kSmsOvertaken, 30)) {
    told("overtaken");
    latency += Duration(5000 + dice.below(90000));
  }
  if (faults_.happens(FaultKind::kSmsHeld, 12)) {
    told("held");
    latency += std::chrono::minutes(10 + dice.below(700));
  }
  queue(std::move(message), latency);
  return true;
}

Status MessageCentre::submit(const std::string& from, const smsr::OutgoingSms& message) {
  for (const auto& part : message.user_data)
    if (!take({from, message.msisdn, part, clock_.now() + message.validity}))
      return fail_local("the service centre refuses");
  return {};
}

std::unique_ptr<device::SmsLink> MessageCentre::attach(const std::string& number) {
  if (const auto it = links_.find(number); it != links_.end()) it->second->cut();
  auto link = std::make_unique<Link>(*this, number);
  links_[number] = link.get();
  for (auto found = waiting_.extract(number); found; found = waiting_.extract(number))
    queue(std::move(found.mapped()), Duration(1000));
  return link;
}

void MessageCentre::deliver(Message message) {
  const auto told = [&](const char* what) {
    journal_.note([&] { return "message " + message.from + " to " + message.to + " " + what; });
  };
  if (message.expires <= clock_.now()) return told("has expired");
  if (const auto it = receivers_.find(message.to); it != receivers_.end()) {
    if (it->second->short_message(message.from, message.user_data)) return told("arrives");
    // It is down: later and later, for at most an hour at a time.
    const auto pause = kAgain * (1 << std::min(message.attempts++, 8u));
    queue(std::move(message), std::min<Duration>(pause, std::chrono::hours(1)));
    return;
  }
  if (const auto it = links_.find(message.to); it != links_.end()) {
    told("arrives");
    return it->second->arrive(std::move(message));
  }
  told("waits for its device");
  auto to = message.to;
  waiting_.emplace(std::move(to), std::move(message));
}

bool MessageCentre::run() {
  bool any = false;
  while (!due_.empty() && due_.begin()->first.first <= clock_.now()) {
    auto first = due_.extract(due_.begin());
    deliver(std::move(first.mapped()));
    any = true;
  }
  return any;
}

std::optional<Time> MessageCentre::next() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first.first;
}

void MessageCentre::release() {
  auto held = std::exchange(due_, {});
  Duration after(0);
  for (auto& [at, message] : held) queue(std::move(message), after += Duration(100));
}

}  // namespace eider::world::m2m
