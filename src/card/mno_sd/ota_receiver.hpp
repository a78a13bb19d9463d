// Short messages for the enabled Profile: SMS-PP data download (3GPP TS 31.111 section 7.1.1), secured
// packets for its security domains and remote managers (TS 31.115), and their answers.
#pragma once
#include "card/answer.hpp"
#include "card/mno_sd/ota_registry.hpp"
#include "card/mno_sd/platform_receiver.hpp"
#include "card/toolkit.hpp"
#include "card/uicc/uicc.hpp"
#include "channel/sms.hpp"

namespace eider::card {

// Octets of response data that a terminal puts into the delivery report (TS 31.111 section 7.1.1.2).
constexpr std::size_t kMaxDeliveryReport = 128;

class OtaReceiver {
 public:
  OtaReceiver(PersistentState& state, Nvm& nvm, uicc::Uicc& uicc, Toolkit& toolkit)
      : state_(state), nvm_(nvm), uicc_(uicc), toolkit_(toolkit) {}

  // Forgets half-received messages and the Profile: after a reset, or when another one is enabled.
  void close();
  // The data of an ENVELOPE with tag D1. The answer's data go into the delivery report. 9000 without data
  // also for messages that are for nobody here. A fault means that the card has lost its memory.
  Result<Answer> sms_pp_download(ByteView envelope);
  // What is taken although it is weak. Default: nothing.
  void set_policy(const channel::scp80::Policy& policy) { policy_ = policy; }
  // Packets to its TARs go there; `owner` hears when the last part of an answer has been sent.
  void set_platform(PlatformReceiver& platform, Toolkit::Owner owner) {
    platform_ = &platform;
    platform_owner_ = owner;
  }

 private:
  // One message as the network brought it.
  struct Origin {
    Bytes service_centre;  // TS 24.011 address; may be empty
    etsi::SmsAddress sender;
  };
  using Reply = OtaReply;
  // What is known of a command once its checksum held.
  struct Accepted {
    channel::scp80::CommandPacket command;
    channel::scp80::KeySet keys;
    OtaRegistry::Target target;
  };
  Result<Reply> receive(ByteView packet);
  Result<Reply> carry_out(const Accepted& accepted);
  Result<Bytes> run(const Accepted& accepted);
  Reply answer(const Accepted& accepted, etsi::ResponseStatus status, ByteView data) const;
  void submit(const Origin& origin, ByteView packet, Toolkit::Owner owner = Toolkit::kNobody);
  Status open();

  PersistentState& state_;
  Nvm& nvm_;
  uicc::Uicc& uicc_;
  Toolkit& toolkit_;
  channel::scp80::Policy policy_;
  channel::SmsReassembler messages_;
  std::optional<OtaRegistry> registry_;
  PlatformReceiver* platform_ = nullptr;
  Toolkit::Owner platform_owner_ = Toolkit::kNobody;
  std::uint8_t reference_ = 0;  // of concatenated answers
};

}  // namespace eider::card
