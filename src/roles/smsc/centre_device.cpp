// Devices: one message under way at a time, as a network has it.
#include "roles/smsc/centre.hpp"

namespace eider::smsc {
namespace {
using Outcome = device::SmsOutcome;
// RP-cause (3GPP TS 24.011 section 8.2.5.4).
constexpr std::uint8_t kUnassignedNumber = 1, kRejected = 21, kCongestion = 42, kNotImplemented = 69,
                       kSemanticallyIncorrect = 95;
constexpr std::size_t kMostDigits = 20;
}  // namespace

Result<int> Centre::device_attached(const std::string& number, Time now) {
  const bool digits = std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  if (number.empty() || number.size() > kMostDigits || !digits)
    return fail_local("a device has a number of 1 to 20 digits");
  if (account_of(number)) return fail_local("the number " + number + " belongs to an ESME");
  if (device_of(number)) {
    const auto old = std::ranges::find_if(devices_, [&](const auto& d) { return d.second.number == number; });
    device_gone(old->first, now);
  }
  const int id = ++last_number_;
  devices_[id].number = number;
  say("attached", nullptr, number);
  wake([&](const Message& m) { return m.destination.digits == number; }, now);
  return id;
}

// What it had not answered is delivered again when it is back.
void Centre::device_gone(int id, Time now) {
  const auto found = devices_.find(id);
  if (found == devices_.end()) return;
  auto waiting = std::move(found->second.ready);
  if (found->second.under_way) waiting.push_back(*found->second.under_way);
  say("detached", nullptr, found->second.number);
  devices_.erase(found);
  for (const auto message : waiting) attempted(message, Attempt::kNotNow, 0, now);
}

std::vector<device::ArrivedSms> Centre::device_output(int id) {
  const auto found = devices_.find(id);
  return found == devices_.end() ? std::vector<device::ArrivedSms>()
                                 : std::exchange(found->second.output, {});
}

void Centre::pump(Device& d, Time now) {
  while (!d.under_way && !d.ready.empty()) {
    const auto id = d.ready.front();
    d.ready.pop_front();
    const auto found = messages_.find(id);
    if (found == messages_.end()) continue;
    auto tpdu = sms_deliver(found->second, now);
    if (!tpdu) {
      attempted(id, Attempt::kNever, kNotImplemented, now);
      continue;
    }
    d.under_way = id;
    d.reference = ++device_reference_;
    d.deadline = now + config_.device_timeout;
    d.output.push_back({d.reference, *std::move(tpdu)});
  }
}

void Centre::device_answered(int id, std::uint32_t reference, const device::SmsReceipt& receipt, Time now) {
  const auto found = devices_.find(id);
  if (found == devices_.end() || !found->second.under_way || found->second.reference != reference) return;
  const auto message = *std::exchange(found->second.under_way, std::nullopt);
  using Kind = device::SmsReceipt::Kind;
  // SMPP v3.4 has no way to the ESME for the SMS-DELIVER-REPORT: it is told to whoever listens only.
  if (!receipt.report.empty()) say("report", &messages_.at(message), to_hex(receipt.report));
  attempted(message,
            receipt.kind == Kind::kAccepted ? Attempt::kDone
            : receipt.kind == Kind::kNotNow ? Attempt::kNotNow
                                            : Attempt::kNever,
            receipt.cause, now);
  run_schedule(now);
}

Outcome Centre::device_submitted(int id, ByteView sms_submit, Time now) {
  const auto refuse = [&](std::uint8_t cause) {
    ++counters_.refused;
    return Outcome{Outcome::Kind::kRpError, cause};
  };
  const auto found = devices_.find(id);
  if (found == devices_.end()) return {Outcome::Kind::kNetworkUnable, 0};
  const auto submit = etsi::SmsSubmit::decode(sms_submit);
  if (!submit) return refuse(kSemanticallyIncorrect);
  if (etsi::in_septets(submit->data_coding_scheme)) return refuse(kNotImplemented);
  auto m = take_submit(*submit, found->second.number);
  m.submitted = now;
  m.expires = now + config_.longest_validity;
  if (!account_of(m.destination.digits) && !device_of(m.destination.digits)) return refuse(kUnassignedNumber);
  const auto fate = faults_.decide(Flow::kMo);
  if (fate.throttle || messages_.size() >= config_.max_messages) return refuse(kCongestion);
  if (fate.refuse) return refuse(kRejected);
  store(std::move(m), fate, now);
  run_schedule(now);
  return {};
}

}  // namespace eider::smsc
