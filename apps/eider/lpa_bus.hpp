// The LPA on D-Bus, for desktops: org.eider.Lpa1 at /org/eider/Lpa1.
//
//   CheckNow()                    the End User asks whether something waits
//   SettingsOpened()              the End User looks at the Profiles
//   Accept(s address, s eventId)  downloads what waits there
//   Situation s, NextCheck t, Waiting a(ssssb)   properties; NextCheck in milliseconds since 1970, 0: none
//   Found(ssssb), Installed(sss), Failed(sss)    signals
#pragma once
#include <memory>
#include <string>

#include "roles/lpa/polling/round.hpp"

struct sd_bus;

namespace eider::app {

class LpaBus {
 public:
  // What the bus wants of the LPA; called within process().
  struct Requests {
    std::function<void()> check_now, settings_opened;
    // False: nothing waits there.
    std::function<bool(const std::string& address, const std::string& event_id)> accept;
  };
  struct State {
    lpa::polling::Situation situation = lpa::polling::Situation::kNoProfile;
    std::optional<Time> next;
    std::vector<lpa::polling::Waiting> waiting;
  };

  // LocalFault: there is no such bus, or another process has the name.
  static Result<std::unique_ptr<LpaBus>> open(bool system, Requests requests);
  ~LpaBus();
  LpaBus(const LpaBus&) = delete;
  LpaBus& operator=(const LpaBus&) = delete;

  int fd() const;
  short events() const;  // of poll()
  // So long at most may be waited for them: what came together with something else is here already, and no
  // poll() tells of it.
  Duration patience(Duration longest) const;
  // LocalFault: the bus is gone.
  Status process();

  void set_state(State state);
  void found(const lpa::polling::Waiting& event);
  void installed(const std::string& iccid, const std::string& name, const std::string& provider);
  void failed(const std::string& address, const std::string& event_id, const std::string& why);

 private:
  LpaBus() = default;
  friend struct LpaBusMethods;
  sd_bus* bus_ = nullptr;
  Requests requests_;
  State state_;
};

}  // namespace eider::app
