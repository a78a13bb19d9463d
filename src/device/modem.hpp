// A modem in a network: it registers with the subscription of the enabled Profile, loses it when the card is
// reset, and brings the card what the network has for it (3GPP TS 23.122 section 3, ETSI TS 102 223
// section 7.5.4). A card that switches Profiles thereby learns whether the new one attaches.
#pragma once
#include <functional>
#include <string>

#include "device/sms_link.hpp"
#include "device/terminal.hpp"

namespace eider::device {

// What the network knows of its subscribers.
class Subscriptions {
 public:
  virtual ~Subscriptions() = default;
  // The number that reaches this IMSI now; nothing: it is unknown, or out of coverage.
  virtual std::optional<std::string> number_of(const std::string& imsi) = 0;
};

enum class Registration : std::uint8_t {
  kNone,     // no Profile is enabled, or it has no IMSI
  kRefused,  // the network does not know the IMSI
  kRegistered,
};

struct ModemPorts {
  BipPort* bip = nullptr;
  TerminalListener* listener = nullptr;
  // The way for short messages of a number. TransportFault: the service centre is not there.
  std::function<Result<std::unique_ptr<SmsLink>>(const std::string& number)> attach;
};

class Modem {
 public:
  // What is passed by reference must outlive the modem. A cell's PLMN is that of the network.
  Modem(CardPort& card, const Clock& clock, Subscriptions& subscriptions, ModemPorts ports,
        TerminalConfig config = {}, Cell cell = {});
  ~Modem();
  Modem(const Modem&) = delete;
  Modem& operator=(const Modem&) = delete;

  // The card is powered on without a network; then the modem registers.
  Result<Terminal::PowerOn> power_on();
  // Messages, timers, channels, the subscription: to be called often enough. How much was done; 0: nothing
  // to do now. A registration that was refused, or that the network has dropped, is tried again after
  // `retry`.
  Result<int> poll();

  Registration registration() const { return registration_; }
  const std::string& imsi() const { return imsi_; }      // of the enabled Profile; empty: none
  const std::string& number() const { return number_; }  // while registered
  Terminal& terminal() { return terminal_; }
  SmsLink* link() { return sms_.link.get(); }
  void set_retry(Duration retry) { retry_ = retry; }

 private:
  // Without a link, or between a reset and the registration after it, the network is unable.
  struct Sms final : SmsPort {
    std::unique_ptr<SmsLink> link;
    bool cut = false;
    SmsOutcome send(ByteView service_centre, ByteView tpdu) override;
  };
  // Takes the network away before the card is reset, and passes everything on.
  class Watch;

  Status attach();
  Status detach(LocationStatus status);
  Result<std::string> read_imsi();

  CardPort& card_;
  const Clock& clock_;
  Subscriptions& subscriptions_;
  ModemPorts ports_;
  Cell cell_;
  Sms sms_;
  std::unique_ptr<Watch> watch_;
  Terminal terminal_;
  Registration registration_ = Registration::kNone;
  std::string imsi_, number_;
  bool was_reset_ = false;
  Duration retry_{1000};
  Time next_try_{};
};

}  // namespace eider::device
