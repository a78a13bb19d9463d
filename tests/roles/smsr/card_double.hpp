// What an SM-SR needs of a card: SCP80 in short messages, SCP81, ES5, states of ISD-Ps. A double: it does
// what the test says, when it says so.
#pragma once
#include <map>
#include <set>

#include "channel/psk_tls.hpp"
#include "channel/scp80.hpp"
#include "channel/scp81.hpp"
#include "channel/sms.hpp"
#include "crypto/ec.hpp"
#include "roles/smsr/smsr.hpp"
#include "spec/sgp02/es5.hpp"

namespace eider::smsr::test {

struct CardDouble {
  explicit CardDouble(const Eid& e) : eid(e) {}

  Eid eid;
  std::map<std::uint8_t, channel::scp80::KeySet> key_sets;  // by version
  std::uint64_t last_counter = 0;
  Secret psk{hex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF")};
  std::uint8_t psk_version = 0x40;    // of the one that it uses
  std::set<std::uint8_t> given_psks;  // versions that an SM-SR established
  std::optional<crypto::PrivateKey> ecasd;
  std::optional<crypto::PublicKey> sr_key;  // that verifies what an SM-SR signs

  struct IsdP {
    std::uint8_t life_cycle = 0x07;
    bool fallback = false;
    bool delete_when_disabled = false;  // POL1
    bool disabling_forbidden = false;   // POL1
  };
  std::map<Aid, IsdP> isdps;
  Aid enabled() const;

  // ---- What happens to it
  // A message arrives. What the card sends back at once.
  std::vector<Bytes> receive(ByteView user_data);
  bool triggered = false;                    // a session was asked for
  std::vector<std::string> executed;         // names of ES5 functions, in order
  std::vector<std::uint64_t> counters;       // of packets that were taken
  std::optional<std::uint16_t> refuse_next;  // status word of the next command but a confirmation's
  // After an Enable or Disable was accepted: the switch, and the report of it.
  bool pending_switch() const { return pending_.has_value(); }
  Bytes switch_now();
  Bytes roll_back();
  Bytes notify(sgp02::es5::NotificationType type, const Aid& isdp);
  Bytes again() const { return last_notification_; }  // the same once more
  std::uint16_t sequence = 0;
  std::optional<std::uint16_t> unconfirmed;
  bool confirms_again = false;  // a confirmation that it has had gets the same answer; else it is unknown

  // Answers a script of a session; template AE in, AF out.
  Bytes execute(ByteView script);

 private:
  ResponseApdu run(const CommandView& command);
  ResponseApdu establish(ByteView data);
  Bytes notification_packet(const sgp02::es5::Notification& n) const;

  channel::SmsReassembler reassembler_;
  std::optional<Aid> pending_, before_;
  Bytes last_notification_, challenge_;
  std::map<std::uint16_t, Bytes> confirmed_;  // answers, by number
};

// Both ends of a session, until nobody has anything to say.
class SessionPair {
 public:
  SessionPair(SmSr& smsr, CardDouble& card, std::string uri = "/gsma/adminagent");
  // The card answers `scripts` scripts at most; false: the session is over.
  bool run(std::size_t scripts = 100);
  void cut() { session_.reset(); }
  std::string next_uri() const { return uri_; }
  std::size_t scripts = 0;
  unsigned last_status = 0;
  void post(bool resume = false, Bytes body = {}, std::optional<channel::scp81::ScriptStatus> status = {});

 private:
  void shuttle();

  CardDouble& card_;
  std::optional<AdminSession> session_;
  channel::PskTls tls_;
  channel::scp81::ResponseReader reader_;
  std::string uri_;
};

}  // namespace eider::smsr::test
