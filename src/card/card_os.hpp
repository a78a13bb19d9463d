// The operating system of the card: channels, selection, transport of ES10 commands.
#pragma once
#include "card/answer.hpp"
#include "card/gp/get_status.hpp"
#include "card/isd_r/isd_r.hpp"
#include "card/local_profile_assistant.hpp"
#include "card/m2m/agent.hpp"
#include "card/mno_sd/ota_receiver.hpp"
#include "card/uicc/store_data.hpp"
#include "card/uicc/uicc.hpp"
#include "codec/apdu.hpp"

namespace eider::card {

// What a channel talks to: the UICC of the enabled Profile, or a security domain of the card.
enum class Selected : std::uint8_t { kUicc, kIsdR, kEcasd };

struct Channel {
  bool open = false;
  Selected selected = Selected::kUicc;
  StoreDataChain chain;
  Bytes response;                      // what GET RESPONSE has not fetched yet
  std::uint16_t response_sw = 0x9000;  // what its last octet comes with
  gp::Listing listing;                 // of GET STATUS
};

class CardOs {
 public:
  static constexpr int kInsideTheCard = -1;  // the "channel" of the card's own LPA

  // Without `lpae` the card has no LPA of its own, whatever it was personalised for.
  CardOs(Nvm& nvm, Random& random, const LpaeFactory& lpae = {});

  Result<Bytes> reset();
  Result<Bytes> transmit(ByteView command);
  Result<std::optional<Bytes>> exchange_pps(ByteView request);
  Toolkit& toolkit() { return toolkit_; }
  OtaReceiver& ota() { return ota_; }
  m2m::Agent& m2m() { return m2m_; }

 private:
  static constexpr int kChannels = uicc::kChannels;

  Result<Answer> dispatch(const CommandView& c);
  // Turns an answer into response octets: 61xx, 91xx, 6Cxx.
  Bytes finish(const CommandView& c, Channel* channel, Answer answer);

  Answer manage_channel(const CommandView& c);
  Result<Answer> select(const CommandView& c, Channel& channel);
  Answer select_application(const CommandView& c, Channel& channel);
  Answer get_response(const CommandView& c, Channel& channel);
  Answer get_data(const CommandView& c, const Channel& channel);
  Result<Answer> status(const CommandView& c, Channel& channel);
  Answer get_status(const CommandView& c, Channel& channel);
  Result<Answer> file_command(const CommandView& c, Channel& channel);
  Answer terminal_capability(const CommandView& c);
  Result<Answer> toolkit_command(const CommandView& c);
  Result<Answer> envelope(const CommandView& c);
  Result<Answer> terminal_response(const CommandView& c);
  Result<Answer> store_data(const CommandView& c, Channel& channel);
  // One complete ES10 command TLV.
  enum class Caller : std::uint8_t { kDevice, kInside };
  Result<Answer> es10(ByteView command, bool case4, Caller caller);
  Result<ResponseApdu> es10_inside(ByteView command);
  bool has_lpae() const;
  bool lpae_may_begin() const;
  void begin_lpae();
  Result<Answer> finish_lpae(Answer answer);
  Result<Answer> suspend_uicc(const CommandView& c);
  Result<Answer> suspend(const CommandView& c);
  Result<Answer> resume(const CommandView& c);
  Bytes suspended_state();
  bool restore_state(ByteView state);
  void read_suspension();
  Status note_suspension(const CommandView& c);
  Status forget_suspension();
  bool interface_enabled(Interface interface) const;
  void after_switch();
  // After anything that the M2M side has done.
  Result<Answer> finish_m2m(Status done);
  Bytes isd_r_fci() const;
  Bytes ecasd_fci() const;
  uicc::Session& session() { return uicc_.session(current_); }

  Nvm& nvm_;
  Random& random_;
  PersistentState state_;
  Ecasd ecasd_;
  Toolkit toolkit_;
  IsdR isd_r_;
  uicc::Uicc uicc_;
  OtaReceiver ota_;
  m2m::Agent m2m_;
  std::array<Channel, kChannels> channels_;
  std::optional<std::uint8_t> euicc_capability_;  // byte of TERMINAL CAPABILITY tag 83
  std::optional<Bytes> suspended_;                // what SUSPEND UICC left, until it is resumed or dropped
  int current_ = 0;                               // channel of the command in work
  // kOff: never powered. kMute: the memory failed; only a reset helps.
  enum class Power : std::uint8_t { kOff, kOn, kMute } power_ = Power::kOff;
  bool lpae_active_ = false;
  bool lpae_switched_ = false;       // the LPA has changed the enabled Profile, and is still at work
  std::optional<Fault> lpae_fault_;  // of the memory, met by the LPA
  std::unique_ptr<LocalProfileAssistant> lpae_;  // last: it ends before what it works on
  bool fresh_ = false;                           // reset, and no command yet: PPS may come
};

// Logical channel of a class byte, also in the style of LPAs that put numbers up to 15 into the low nibble;
// nothing for secure messaging, command chaining and reserved classes.
std::optional<int> channel_number(std::uint8_t cla);

}  // namespace eider::card
