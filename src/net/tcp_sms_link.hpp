// A device's way to a service centre in another process, over TCP. The frames are those of
// net/sms_frames.hpp.
#pragma once
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "device/sms_link.hpp"

namespace eider::net {

struct TcpSmsLinkConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string number;  // digits that reach this device
  Duration connect_timeout{5000}, answer_timeout{10000};
};

// Not for use by two threads at once.
class TcpSmsLink final : public device::SmsLink {
 public:
  // TransportFault: no centre there; LocalFault: it does not take the number.
  static Result<std::unique_ptr<TcpSmsLink>> attach(TcpSmsLinkConfig config);
  ~TcpSmsLink() override;

  // The network is unable when the centre does not answer in time.
  device::SmsOutcome send(ByteView service_centre, ByteView tpdu) override;
  Result<std::optional<device::ArrivedSms>> receive() override;
  Status answer(std::uint32_t reference, const device::SmsReceipt& receipt) override;
  // Until something has come or `longest` has passed.
  void wait(Duration longest) const;

 private:
  class Impl;
  explicit TcpSmsLink(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A rule of smsc::Faults, or "status", for the centre at this device port. What it says.
Result<std::string> smsc_command(const std::string& host, std::uint16_t port, const std::string& text);

}  // namespace eider::net
