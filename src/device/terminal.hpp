// What a modem does with a card: power, capabilities, proactive sessions, short messages, timers, events and
// channels to the network (ETSI TS 102 221 sections 6 and 11.2, TS 102 223, 3GPP TS 31.111). Display and
// keypad are a port: without one it has none.
#pragma once
#include <deque>
#include <memory>
#include <set>

#include "base/clock.hpp"
#include "codec/apdu.hpp"
#include "codec/atr.hpp"
#include "device/bip_channels.hpp"
#include "device/card_port.hpp"
#include "device/local_information.hpp"
#include "device/toolkit_timers.hpp"
#include "spec/etsi/sms.hpp"
#include "spec/etsi/terminal_profile.hpp"

namespace eider::device {

// What this terminal does; the TERMINAL PROFILE says the same, and other commands are answered with 30.
struct Capabilities {
  bool refresh = true;
  bool profile_state_change = true;  // the REFRESH of SGP.22, mode 09
  bool polling = true;               // POLL INTERVAL, POLLING OFF
  bool more_time = true;
  bool events = true;
  bool timers = true;
  bool local_information = true;
  bool short_messages = true;  // in and out
  bool menu = false;           // SET UP MENU, for a caller that can show one
  bool channels = true;        // BIP, when there is a port for it
  bool dialogues = true;       // DISPLAY TEXT, GET INKEY, GET INPUT, SELECT ITEM, when there is a user

  static Capabilities none();
};

// TERMINAL CAPABILITY (ETSI TS 102 221 section 11.1.19): the eUICC bits are those of SGP.22 section 3.4.2.
struct TerminalCapability {
  bool extended_channels = true;
  std::uint8_t additional_interfaces = 0x01;
  std::uint8_t euicc = 0x07;  // LUId, LPDd, LDSd
  Bytes encode() const;       // A9 and its length included
};

struct TerminalConfig {
  Capabilities capabilities;
  std::optional<TerminalCapability> terminal_capability = TerminalCapability();
  std::string imei = "353000000000006";  // 14 or 15 digits
  std::string software_version = "01";   // of the IMEISV
  std::string service_centre;            // international digits; empty: not told to the card
  std::uint8_t channels = 7;
  std::size_t channel_buffer = 1500;  // octets, in either direction
  Duration longest_poll{255 * 60 * 1000};
  int max_commands = 300;  // of one session: then a card that never ends is no longer listened to
  int max_resets = 3;      // by REFRESH, in a row
  // False: the caller carries resets out, and finds them in SessionEnd::reset_due.
  bool resets_by_itself = true;
  // A reset of the card ends the registration: there is no service until set_network() says so.
  bool reset_detaches = false;
};

struct SessionEnd {
  int commands = 0;                // fetched
  bool cut_off = false;            // after max_commands
  std::optional<Refresh> refresh;  // the last one
  bool reset_due = false;          // and left to the caller
  bool reset_done = false;         // the card has been powered on again
};

struct MenuItem {
  std::uint8_t identifier = 0;
  Bytes text;  // coded as an alpha identifier
};
struct Menu {
  Bytes title;
  std::vector<MenuItem> items;
};

// A registration that the network refused (3GPP TS 31.111 section 7.5.2).
struct NetworkRejection {
  Cell cell;
  std::uint8_t update_type = 0x09;  // cat::update_types(): EPS attach
  std::uint8_t cause = 0;           // of TS 24.008, TS 24.301 or TS 24.501
};

// PPS as it went (ISO 7816-3 section 9).
struct PpsExchange {
  Bytes request, response;    // no response: the reader has done it, or the card gave none
  std::optional<Pps> agreed;  // what both use now; nothing: the default speed, or the reader knows
  bool by_reader = false;
};

struct TerminalPorts {
  BipPort* bip = nullptr;
  SmsPort* sms = nullptr;  // without one, messages are only kept for the caller
  TerminalListener* listener = nullptr;
  UserPort* user = nullptr;  // brings a menu with it
};

class Terminal {
 public:
  // What is passed by reference must outlive the terminal.
  Terminal(CardPort& card, const Clock& clock, TerminalConfig config = {}, TerminalPorts ports = {});
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  struct PowerOn {
    Bytes atr;
    std::optional<Atr> parsed;       // nothing: it is malformed
    std::optional<PpsExchange> pps;  // nothing: the ATR gives no reason for one
    std::uint16_t profile_sw = 0;
    SessionEnd session;
  };
  // Reset, PPS, TERMINAL CAPABILITY, TERMINAL PROFILE, and the session that the card begins with. Faults:
  // transport; StatusWord when the TERMINAL PROFILE is refused.
  Result<PowerOn> power_on();
  // The same without the reset, on a card that somebody else has powered.
  Result<SessionEnd> introduce();
  etsi::TerminalProfile profile() const;

  // A command of the caller's; 61xx, 9Fxx and 6Cxx are followed, and after 91xx the session is carried out.
  struct Answer {
    Bytes data;
    std::uint16_t sw = 0;
    SessionEnd session;
  };
  Result<Answer> command(const CommandApdu& command);
  // Somebody else's command was answered with 91xx. Anything but 91xx: nothing happens.
  Result<SessionEnd> session(std::uint16_t sw);

  struct Delivery {
    std::uint16_t sw = 0;  // of the ENVELOPE
    Bytes report;          // TP-User-Data of the SMS-DELIVER-REPORT; empty: the card gave none
    std::vector<etsi::SmsSubmit> sent;
    SessionEnd session;
  };
  // SMS-PP download. TransportFault when the card gives no answer; other refusals are in `sw`.
  Result<Delivery> deliver(const etsi::SmsDeliver& message);
  // Short messages that the card sent in sessions of other calls than deliver().
  std::vector<etsi::SmsSubmit> take_sent() { return std::exchange(sent_, {}); }

  // What the network does. Told to the card if it has asked for the event, by the next poll(). Without
  // service every link of a channel is lost. LocalFault for a cell that cannot be coded.
  Status set_network(const NetworkState& state);
  Status network_rejects(const NetworkRejection& rejection);

  const std::optional<Menu>& menu() const { return menu_; }
  // The user chose an item of the menu, or wants help on it.
  Result<Answer> select_menu_item(std::uint8_t identifier, bool help = false);

  // What time and network have brought: timers that ran out, data and links, the STATUS of POLL INTERVAL.
  // To be called often enough; next_timer() says when at the latest. Commands and envelopes that it led to.
  Result<int> poll();
  std::optional<Time> next_timer() const;
  bool channels_open() const { return channels_ && channels_->any_open(); }

 private:
  using Handler = etsi::cat::TerminalAnswer (Terminal::*)(const etsi::cat::ProactiveCommand&);
  struct Command;
  static std::span<const Command> commands();

  Status negotiate(PowerOn& on);
  bool offers(std::uint8_t command_type) const;
  Result<ResponseApdu> exchange(const CommandApdu& command);
  Result<SessionEnd> one_session(std::uint16_t sw);
  // Answers one fetched command; the status word of the TERMINAL RESPONSE, nothing when there was none.
  Result<std::optional<std::uint16_t>> answer(ByteView octets, SessionEnd& end);
  etsi::cat::TerminalAnswer carry_out(const etsi::cat::ProactiveCommand& command);
  bool carry_out_refresh(const etsi::cat::ProactiveCommand& command, etsi::cat::TerminalAnswer& answer,
                         SessionEnd& end);
  Result<Answer> send_envelope(ByteView envelope);
  void forget_session_state();
  void queue_event(etsi::cat::Event event, std::uint8_t source, ByteView objects);
  void queue(Bytes envelope);
  void queue_timers();
  void queue_channel_events();

  etsi::cat::TerminalAnswer more_time(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer poll_interval(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer polling_off(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer set_up_event_list(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer send_short_message(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer set_up_menu(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer display_text(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer get_inkey(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer get_input(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer select_item(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer provide_local_information(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer timer_management(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer open_channel(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer close_channel(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer receive_data(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer send_data(const etsi::cat::ProactiveCommand&);
  etsi::cat::TerminalAnswer get_channel_status(const etsi::cat::ProactiveCommand&);

  CardPort& card_;
  const Clock& clock_;
  TerminalConfig config_;
  TerminalPorts ports_;
  std::unique_ptr<BipChannels> channels_;
  ToolkitTimers timers_;
  NetworkState network_;
  std::set<std::uint8_t> events_;  // that the card wants to hear of
  std::optional<Duration> poll_interval_;
  Time next_poll_{};
  std::optional<Menu> menu_;
  std::deque<Bytes> envelopes_;  // not sent yet
  std::vector<etsi::SmsSubmit> sent_;
};

}  // namespace eider::device
