// The card's side of the Card Application Toolkit: what waits for the terminal, whose it is, and what came
// back; REFRESH and SEND SHORT MESSAGE (ETSI TS 102 223, 3GPP TS 31.111).
#pragma once
#include <deque>

#include "spec/etsi/proactive_command.hpp"
#include "spec/etsi/terminal_profile.hpp"

namespace eider::card {

class Toolkit {
 public:
  void reset() { *this = Toolkit(); }
  void terminal_profile(ByteView profile) { profile_ = etsi::TerminalProfile(profile); }
  ByteView profile() const { return profile_.octets(); }
  // The terminal announced REFRESH in this power session.
  bool refresh_supported() const { return profile_.has(etsi::profile_bit::kRefresh); }
  bool profile_state_change_supported() const { return profile_.has(etsi::profile_bit::kProfileStateChange); }

  // Whoever wants to hear of the TERMINAL RESPONSE to a command tells its number with it.
  using Owner = int;
  static constexpr Owner kNobody = 0;
  static constexpr Owner kLpae = 1;  // the card's own LPA

  // Waits for a FETCH; 91xx is answered from now on.
  void send(Bytes proactive_command, Owner owner = kNobody) {
    waiting_.push_back({std::move(proactive_command), owner});
  }
  void send_refresh(etsi::cat::RefreshMode mode, Owner owner = kNobody);
  // An SMS-SUBMIT. False: too much waits already, for a terminal that fetches nothing.
  bool send_short_message(ByteView service_centre, ByteView tpdu, Owner owner = kNobody);
  // Octets of the command to fetch next; nothing while one is being carried out.
  std::optional<std::size_t> pending() const;
  std::optional<Bytes> fetch();
  // A proactive command was fetched and not answered, or the card's LPA is in the middle of something: ES10c
  // answers catBusy.
  bool busy() const { return running_.has_value() || dialogue_; }
  void set_dialogue(bool goes_on) { dialogue_ = goes_on; }
  bool in_dialogue() const { return dialogue_; }
  // A REFRESH waits for its FETCH or for its TERMINAL RESPONSE.
  bool refresh_outstanding() const;

  // Nothing when no command was being carried out, or for a TERMINAL RESPONSE without command details and
  // result.
  std::optional<etsi::cat::ReadAnswer> terminal_response(ByteView data);
  // Of the command that was answered last.
  Owner answered() const { return answered_; }

 private:
  struct Waiting {
    Bytes command;
    Owner owner = kNobody;
  };
  static constexpr std::size_t kMaxWaiting = 64;
  etsi::TerminalProfile profile_;
  std::deque<Waiting> waiting_;
  std::optional<Waiting> running_;
  Owner answered_ = kNobody;
  bool dialogue_ = false;
};

}  // namespace eider::card
