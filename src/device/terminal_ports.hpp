// What a terminal needs around it: links to the network, a way for short messages, and somebody to tell.
#pragma once
#include "base/result.hpp"
#include "spec/etsi/proactive_command.hpp"

namespace eider::device {

// Where a channel of the Bearer Independent Protocol leads (ETSI TS 102 223 sections 8.58, 8.59, 8.70).
struct BipEndpoint {
  bool tcp = true;  // else UDP
  Bytes address;    // 4 or 16 octets
  std::uint16_t port = 0;
  std::string access_name;  // of the network access point; empty: the default one
};

// The links themselves. None of these calls waits, except open, which has a limit of its own.
class BipPort {
 public:
  virtual ~BipPort() = default;
  // A number for the link. TransportFault: the other side is not reached, or this terminal may not reach it.
  virtual Result<int> open(const BipEndpoint& endpoint) = 0;
  // All of it; for UDP one datagram. TransportFault: the link is gone.
  virtual Status send(int link, ByteView data) = 0;
  // What has come, at most `most` octets; nothing when nothing has. Of a datagram, what does not fit is lost.
  // TransportFault: the link is gone, and everything that came before was given out.
  virtual Result<std::optional<Bytes>> receive(int link, std::size_t most) = 0;
  virtual void close(int link) = 0;
};

// What became of a short message of the card's.
struct SmsOutcome {
  enum class Kind : std::uint8_t { kSent, kNetworkUnable, kRpError } kind = Kind::kSent;
  std::uint8_t cause = 0;  // RP-cause (3GPP TS 24.011 section 8.2.5.4), or of the network
};
class SmsPort {
 public:
  virtual ~SmsPort() = default;
  // `service_centre`: type and digits as in section 8.1; empty: the default one.
  virtual SmsOutcome send(ByteView service_centre, ByteView tpdu) = 0;
};

// What a user did with a dialogue of the card's (section 6.4: success, end of the session, back, no
// response).
struct UserAnswer {
  enum class Kind : std::uint8_t { kDone, kEnded, kBackward, kNoResponse } kind = Kind::kDone;
  std::string text;       // what was typed, UTF-8
  bool yes = false;       // of a question that is answered with yes or no
  std::uint8_t item = 0;  // identifier of what was chosen
};
// What GET INPUT, and GET INKEY for one character, ask for. Lengths in characters.
struct InputQuestion {
  std::string text, proposal;
  std::size_t min = 0, max = 255;
  bool digits_only = false;  // 0 to 9, *, # and +
  bool hidden = false;       // what is typed must not be seen
};
struct Choice {
  std::uint8_t identifier = 0;
  std::string text;
};
// The user, through a display and a keypad. Each call waits for him.
class UserPort {
 public:
  virtual ~UserPort() = default;
  // `until_cleared`: he must see it; else it may go by itself.
  virtual UserAnswer show(const std::string& text, bool until_cleared) = 0;
  virtual UserAnswer confirm(const std::string& question) = 0;
  virtual UserAnswer enter(const InputQuestion& question) = 0;
  virtual UserAnswer choose(const std::string& title, const std::vector<Choice>& choices) = 0;
};

// A REFRESH: what has changed on the card (section 6.4.7).
struct Refresh {
  etsi::cat::RefreshMode mode = etsi::cat::RefreshMode::kUiccReset;
  std::vector<Bytes> files;  // paths from the MF (3F00 in front)
  Bytes aid;                 // of the application concerned; empty: the card and the USIM
  // The card is powered off and on by this mode; all else is read again by whoever has read it.
  bool resets() const {
    return mode == etsi::cat::RefreshMode::kUiccReset || mode == etsi::cat::RefreshMode::kProfileStateChange;
  }
};

// Whoever uses the terminal. Called while a command of the card is carried out: none of these may call the
// terminal.
class TerminalListener {
 public:
  virtual ~TerminalListener() = default;
  // A command as it was fetched, and the data of the TERMINAL RESPONSE (empty: none, the card is reset).
  virtual void carried_out(ByteView, ByteView) {}
  // An ENVELOPE, and the status word of the card.
  virtual void envelope_sent(ByteView, std::uint16_t) {}
  // False: not now (a download goes on, a call). The card asks again.
  virtual bool may_refresh(const Refresh&) { return true; }
  // Files must be read again, applications selected again. After a reset: when the card is back.
  virtual void refreshed(const Refresh&) {}
};

}  // namespace eider::device
