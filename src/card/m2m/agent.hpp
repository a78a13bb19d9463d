// What an M2M card does by itself: answers to its SM-SR, changes of the Profile in their order (answer,
// REFRESH, attach, notification, confirmation, or the way back), loss of network (SGP.02 v4.2 sections 3.2,
// 3.15, 3.16). The toolkit carries its commands; nothing here waits.
#pragma once
#include "base/clock.hpp"
#include "card/m2m/admin_session.hpp"
#include "card/m2m/isd_r.hpp"
#include "card/m2m/settings.hpp"
#include "card/mno_sd/platform_receiver.hpp"
#include "card/toolkit.hpp"
#include "channel/scp80.hpp"
#include "channel/scp81_trigger.hpp"

namespace eider::card::m2m {

class Agent final : public PlatformReceiver {
 public:
  // Whose commands the toolkit carries.
  enum Owner : Toolkit::Owner {
    kResponse = 100,  // the last part of a Response Packet
    kRefresh,
    kNotification,
    kImei,
    kLocation,
    kTimer,
    kBearer,  // of the HTTPS session
  };

  Agent(PersistentState& state, Toolkit& toolkit, Random& random);

  void set_settings(const Settings& settings) { settings_ = settings; }
  // Power-on: nothing is under way but what the memory says. A change that was accepted is carried out now.
  Status reset();
  // The terminal has said what it can do.
  Status introduced();
  // The answer to a command of one of the owners above.
  Status answered(Toolkit::Owner owner, const etsi::cat::ReadAnswer& answer);
  // ENVELOPEs: events and timers.
  Status envelope(ByteView envelope);
  // STATUS: time passes.
  Status polled();
  // STORE DATA from the device (section 3.30): the local functions.
  Result<Answer> local_command(const CommandView& command);

  bool owns(const etsi::Tar& tar) const override;
  Result<OtaReply> receive(ByteView packet) override;

  // The enabled Profile is another one since the last call.
  bool take_switched() { return std::exchange(switched_, false); }

 private:
  std::optional<channel::scp80::KeySet> scp80_keys(std::uint8_t version) const;
  std::optional<channel::scp80::KeySet> notification_keys() const;
  OtaReply seal(const channel::scp80::CommandPacket& command, const channel::scp80::KeySet& keys,
                etsi::ResponseStatus status, ByteView data) const;
  Result<Bytes> carry_out(const channel::scp80::CommandPacket& command, std::uint8_t key_version);
  // The answer is out, the session is over: what it has accepted is due.
  Status settle();
  Status refresh();
  Status switch_now();
  Status attached();
  Status send_notification();
  bool send_notification_message();
  Bytes notification() const;
  Status timer_expired(std::uint8_t timer);
  Status supervise();
  Status network(bool service);
  void start_timer(std::uint8_t timer, Duration duration);
  void stop_timer(std::uint8_t timer);
  Status bearer(const SessionOutcome& outcome);
  SessionParameters session_parameters(const channel::scp81::Trigger& trigger) const;

  PersistentState& state_;
  Toolkit& toolkit_;
  Random& random_;
  Settings settings_;
  IsdR isd_r_;
  AdminSession session_;
  std::optional<Bytes> imei_;
  int attempts_ = 0;          // of the notification that waits, since power-on
  bool refresh_due_ = false;  // the terminal could not do it
  bool sending_ = false;      // a notification is with the terminal
  bool sent_ = false;         // and has left it
  bool service_ = true;
  bool switched_ = false;
};

}  // namespace eider::card::m2m
