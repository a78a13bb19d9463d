// A device in the process of its service centre.
#pragma once
#include <deque>
#include <memory>

#include "roles/smsc/centre.hpp"

namespace eider::smsc {

class LocalLink final : public device::SmsLink {
 public:
  // Faults: those of Centre::device_attached(). What is passed by reference must outlive the link.
  static Result<std::unique_ptr<LocalLink>> attach(Centre& centre, const Clock& clock,
                                                   const std::string& number);
  ~LocalLink() override;
  LocalLink(const LocalLink&) = delete;
  LocalLink& operator=(const LocalLink&) = delete;

  device::SmsOutcome send(ByteView service_centre, ByteView tpdu) override;
  Result<std::optional<device::ArrivedSms>> receive() override;
  Status answer(std::uint32_t reference, const device::SmsReceipt& receipt) override;

 private:
  LocalLink(Centre& centre, const Clock& clock, int device)
      : centre_(centre), clock_(clock), device_(device) {}

  Centre& centre_;
  const Clock& clock_;
  int device_;
  std::deque<device::ArrivedSms> arrived_;
};

}  // namespace eider::smsc
