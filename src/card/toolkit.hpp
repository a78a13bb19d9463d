// The card's side of the Card Application Toolkit as far as profile management needs it: REFRESH and SEND
// SHORT MESSAGE (ETSI TS 102 223, 3GPP TS 31.111).
#pragma once
#include <deque>

#include "base/bytes.hpp"

namespace eider::card {

class Toolkit {
 public:
  // Qualifiers of REFRESH.
  static constexpr std::uint8_t kUiccReset = 0x04, kProfileStateChange = 0x09;

  void reset() { *this = Toolkit(); }
  void terminal_profile(ByteView profile) { profile_ = to_bytes(profile); }
  ByteView profile() const { return profile_; }
  // The terminal announced REFRESH in this power session.
  bool refresh_supported() const { return bit(3, 8); }
  bool profile_state_change_supported() const { return bit(34, 6); }

  // Waits for a FETCH; 91xx is answered from now on.
  void send(Bytes proactive_command) { waiting_.push_back(std::move(proactive_command)); }
  void send_refresh(std::uint8_t qualifier);
  // An SMS-SUBMIT. False: too much waits already, for a terminal that fetches nothing.
  bool send_short_message(ByteView service_centre, ByteView tpdu);
  // Octets of the command to fetch next; nothing while one is being carried out.
  std::optional<std::size_t> pending() const;
  std::optional<Bytes> fetch();
  // A proactive command was fetched and not answered: ES10c answers catBusy.
  bool busy() const { return running_.has_value(); }
  // A REFRESH waits for its FETCH or for its TERMINAL RESPONSE.
  bool refresh_outstanding() const;

  struct Answer {
    std::uint8_t command_type = 0;
    std::uint8_t qualifier = 0;
    std::uint8_t general_result = 0;
    // Results 00 to 0F: carried out, 10 to 1F: the user ended it, 2x: temporary problem, 3x: permanent
    // problem.
    bool performed() const { return general_result < 0x10; }
  };
  // Nothing when no command was being carried out, or for a TERMINAL RESPONSE without command details and
  // result.
  std::optional<Answer> terminal_response(ByteView data);

 private:
  static constexpr std::size_t kMaxWaiting = 64;
  bool bit(std::size_t byte, unsigned number) const {
    return profile_.size() >= byte && (profile_[byte - 1] >> (number - 1) & 1) != 0;
  }
  Bytes profile_;
  std::deque<Bytes> waiting_;
  std::optional<Bytes> running_;
};

}  // namespace eider::card
