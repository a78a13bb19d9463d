#include "roles/smsc/local_link.hpp"

namespace eider::smsc {

Result<std::unique_ptr<LocalLink>> LocalLink::attach(Centre& centre, const Clock& clock,
                                                     const std::string& number) {
  EIDER_TRY(device, centre.device_attached(number, clock.now()));
  return std::unique_ptr<LocalLink>(new LocalLink(centre, clock, device));
}
LocalLink::~LocalLink() {
  centre_.device_gone(device_, clock_.now());
}

device::SmsOutcome LocalLink::send(ByteView, ByteView tpdu) {
  return centre_.device_submitted(device_, tpdu, clock_.now());
}
Result<std::optional<device::ArrivedSms>> LocalLink::receive() {
  if (centre_.device_over(device_)) return fail(TransportFault{false, "another device has this number now"});
  for (auto& sms : centre_.device_output(device_)) arrived_.push_back(std::move(sms));
  if (arrived_.empty()) return std::nullopt;
  auto out = std::move(arrived_.front());
  arrived_.pop_front();
  return out;
}
Status LocalLink::answer(std::uint32_t reference, const device::SmsReceipt& receipt) {
  centre_.device_answered(device_, reference, receipt, clock_.now());
  return {};
}

}  // namespace eider::smsc
