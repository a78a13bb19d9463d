#include "card/card_os.hpp"

#include "card/isd_p/installation.hpp"
#include "card/profile_state.hpp"
#include "card/uicc/commands.hpp"
#include "codec/atr.hpp"

namespace eider::card {
namespace {
// TS 102 221 section 6.3: T=0, then T=15 with the bit "eUICC-related functions supported"; historical bytes:
// card capabilities (extended lengths, 20 channels assigned by the card) and the issuer's name.
Bytes answer_to_reset() {
  Bytes atr = {0x3B, 0x9D, 0x96, 0x80, 0x3F, 0xC7, 0x82, 0x80, 0x31, 0xE0,
               0x73, 0xFE, 0x21, 0x57, 0x65, 'E',  'i',  'd',  'e',  'r'};
  std::uint8_t check = 0;
  for (std::size_t i = 1; i < atr.size(); ++i) check ^= atr[i];
  atr.push_back(check);
  return atr;
}

bool global_platform(std::uint8_t cla) {
  return (cla & 0x80) != 0;
}

// Commands that need a GlobalPlatform secure channel, which the ISD-R offers to nobody: SET STATUS (locking),
// DELETE, INSTALL, LOAD, PUT KEY.
bool needs_secure_channel(std::uint8_t ins) {
  return ins == 0xF0 || ins == 0xE4 || ins == 0xE6 || ins == 0xE8 || ins == 0xD8;
}
// STATUS, TERMINAL CAPABILITY, TERMINAL PROFILE, FETCH, TERMINAL RESPONSE, ENVELOPE, SUSPEND UICC: of the
// proprietary class only (TS 102 221 table 10.5).
bool proprietary_only(std::uint8_t ins) {
  constexpr std::uint8_t kAll[] = {0xF2, 0xAA, 0x10, 0x12, 0x14, 0xC2, 0x76};
  return std::ranges::find(kAll, ins) != std::end(kAll);
}
}  // namespace

std::optional<int> channel_number(std::uint8_t cla) {
  switch (cla & 0x70) {
    case 0x00:
      return cla & 0x0F;
    case 0x40:
      return 4 + (cla & 0x0F);
    default:
      return std::nullopt;
  }
}

CardOs::CardOs(Nvm& nvm, Random& random, const LpaeFactory& lpae)
    : nvm_(nvm),
      random_(random),
      state_(nvm),
      ecasd_(state_),
      isd_r_{state_, ecasd_, toolkit_, random, NoSession{}},
      uicc_(state_, nvm, random),
      ota_(state_, nvm, uicc_, toolkit_),
      m2m_(state_, toolkit_, random) {
  ota_.set_platform(m2m_, m2m::Agent::kResponse);
  if (lpae)
    lpae_ =
        lpae({toolkit_, state_, ecasd_, random_, [this](ByteView command) { return es10_inside(command); }});
}

Result<Bytes> CardOs::reset() {
  power_ = Power::kMute;
  if (lpae_) lpae_->power_lost();
  lpae_active_ = lpae_switched_ = false;
  lpae_fault_.reset();
  toolkit_.reset();
  ecasd_.clear();
  euicc_capability_.reset();
  isd_r_.session = NoSession{};
  channels_ = {};
  channels_[0].open = true;
  uicc_.close();
  ota_.close();
  EIDER_CHECK(state_.load());
  EIDER_CHECK(report_interruption(state_, ecasd_));
  if (state_.isd_r.pendingMemoryReset) {
    EIDER_CHECK(perform_memory_reset(state_, ecasd_));
    EIDER_CHECK(state_.commit());
  }
  if (state_.isd_r.pendingSwitch) {
    EIDER_CHECK(perform_switch(state_, ecasd_, *state_.isd_r.pendingSwitch));
    EIDER_CHECK(state_.commit());
  }
  EIDER_CHECK(m2m_.reset());
  isd_r_.has_lpae = has_lpae();
  isd_r_.lpae_wanted = false;
  read_suspension();
  power_ = Power::kOn;
  fresh_ = true;
  return answer_to_reset();
}

// ISO 7816-3 section 9.2: to a request that is none the card says nothing; only a reset helps then.
Result<std::optional<Bytes>> CardOs::exchange_pps(ByteView request) {
  const bool now = power_ == Power::kOn && std::exchange(fresh_, false);
  const auto asked = parse_pps_request(request);
  const auto answer =
      now && asked ? answer_pps(parse_atr(answer_to_reset()).value(), *asked) : std::optional<Pps>();
  if (answer) return std::optional(answer->encode());
  power_ = Power::kMute;
  return fail(TransportFault{true, "the card gives no PPS response"});
}

Result<Bytes> CardOs::transmit(ByteView command) {
  if (power_ == Power::kOff) EIDER_CHECK(reset());
  if (power_ == Power::kMute) return fail(TransportFault{false, "the card is mute until its next reset"});
  fresh_ = false;
  const auto parsed = parse_command(command);
  if (!parsed) return ResponseApdu{{}, 0x6700}.encode();
  const auto number = channel_number(parsed->cla);
  Channel* channel = number ? &channels_[static_cast<std::size_t>(*number)] : nullptr;
  current_ = number.value_or(0);
  if (channel && parsed->ins != 0xC0) channel->response.clear();
  auto answer = dispatch(*parsed);
  if (!answer) {
    // The memory failed: nothing that this card says now would be true.
    power_ = Power::kMute;
    return fail(TransportFault{true, "the card stopped: " + answer.error().message()});
  }
  return finish(*parsed, channel, std::move(*answer));
}

Result<Answer> CardOs::dispatch(const CommandView& c) {
  if ((c.cla & 0x70) == 0x10) return Answer(0x6884);
  if (c.cla == 0xFF) return Answer(0x6E00);           // ISO 7816-4: never a class
  if ((c.cla & 0x60) == 0x60) return Answer(0x6882);  // secure messaging on channels 4 to 19
  const auto number = channel_number(c.cla);
  if (!number) return Answer(0x6E00);
  auto& channel = channels_[static_cast<std::size_t>(*number)];
  // The bits of channels 4 to 15 in the style of LPAs are those of secure messaging in TS 102 221,
  // table 10.3.
  if (!channel.open) return Answer((c.cla & 0x70) == 0 && *number > 3 ? 0x6882 : 0x6881);
  EIDER_CHECK(note_suspension(c));
  if (c.ins != 0xE2 && c.ins != 0xC0) channel.chain.clear();
  if (c.ins != 0xF2 && c.ins != 0xC0) channel.listing = {};
  if (c.ins == 0xC0) return get_response(c, channel);
  if (!global_platform(c.cla)) {
    if (c.ins == 0x70) return manage_channel(c);
    if (c.ins == 0xA4) return select(c, channel);
    return proprietary_only(c.ins) ? Answer(0x6E00) : file_command(c, channel);
  }
  switch (c.ins) {
    case 0xE2:
      return store_data(c, channel);
    case 0xCA:
      return get_data(c, channel);
    case 0xF2:
      return status(c, channel);
    case 0xAA:
      return terminal_capability(c);
    case 0x10:
    case 0x12:
    case 0x14:
    case 0xC2:
      return *number == 0 ? toolkit_command(c) : Answer(0x6881);
    case 0x76:
      return suspend_uicc(c);
    case 0x70:
    case 0xA4:
      return Answer(0x6E00);
    default:
      if (needs_secure_channel(c.ins) && channel.selected != Selected::kUicc) return Answer(0x6982);
      return file_command(c, channel);
  }
}

// Files and PINs: of the Profile only, so that a security domain knows none of these commands.
Result<Answer> CardOs::file_command(const CommandView& c, Channel& channel) {
  const auto* command = uicc::find_command(c.ins);
  if (!command || channel.selected != Selected::kUicc) return Answer(0x6D00);
  EIDER_CHECK(uicc_.open());
  if (c.ins != 0xCB && c.ins != 0xDB) session().transfer = {};
  return uicc::run_command(uicc_, session(), *command, c);
}

Bytes CardOs::finish(const CommandView& c, Channel* channel, Answer answer) {
  ResponseApdu out{std::move(answer.data), answer.sw};
  // GET STATUS says with the last octets that there are more entries. Other warnings come at once, and
  // without data (TS 102 221 section 7.3.1.1.5).
  const bool warns_last = answer.sw == gp::kMoreData;
  if (channel && c.ins != 0xC0) channel->response_sw = warns_last ? answer.sw : std::uint16_t{0x9000};
  if (channel && !out.data.empty() && c.ins != 0xC0) {
    const std::size_t le = c.le.value_or(0);
    const bool case4 = !c.data.empty();
    if (c.extended && le >= out.data.size()) {
      // as it is
    } else if (case4 || !c.le) {
      channel->response = std::move(out.data);
      out.data.clear();
    } else if (le != 256 && le != out.data.size()) {
      out = {{}, static_cast<std::uint16_t>(0x6C00 | (out.data.size() & 0xFF))};
    } else if (out.data.size() > 256) {
      channel->response.assign(out.data.begin() + 256, out.data.end());
      out.data.resize(256);
    }
  }
  if (channel && !channel->response.empty() && (out.sw == 0x9000 || warns_last))
    out.sw =
        static_cast<std::uint16_t>(0x6100 | (channel->response.size() < 256 ? channel->response.size() : 0));
  if (out.sw == 0x9000)
    if (const auto size = toolkit_.pending()) out.sw = static_cast<std::uint16_t>(0x9100 | (*size & 0xFF));
  return out.encode();
}

Answer CardOs::get_response(const CommandView& c, Channel& channel) {
  if (c.p1 != 0 || c.p2 != 0) return 0x6A86;
  auto& rest = channel.response;
  if (rest.empty()) return 0x6F00;  // out of its order (TS 102 221 section 12.1.1)
  const std::size_t le = c.le.value_or(256);
  if (le > rest.size() && le != 256 && le != 65536) return static_cast<std::uint16_t>(0x6C00 | rest.size());
  const auto n = static_cast<std::ptrdiff_t>(std::min(le, rest.size()));
  Answer out(Bytes(rest.begin(), rest.begin() + n));
  rest.erase(rest.begin(), rest.begin() + n);
  if (rest.empty()) out.sw = channel.response_sw;
  return out;
}

Answer CardOs::manage_channel(const CommandView& c) {
  if (c.p1 == 0x00) {  // open; the new channel starts where the MF is
    if (c.p2 >= kChannels) return 0x6A86;
    int number = c.p2;
    if (number == 0)
      for (number = 1; number < kChannels && channels_[static_cast<std::size_t>(number)].open;) ++number;
    if (number == kChannels) return 0x6A81;
    auto& channel = channels_[static_cast<std::size_t>(number)];
    if (channel.open) return 0x6A86;
    channel = {};
    channel.open = true;
    // Section 11.1.17: from the basic channel it begins at the MF, from another one in the same directory.
    if (current_ != 0 && channels_[static_cast<std::size_t>(current_)].selected == Selected::kUicc) {
      auto& copy = uicc_.session(number);
      copy = {session().directory, -1, 0, session().adf, {}};
    }
    return c.p2 == 0 ? Answer(Bytes{static_cast<std::uint8_t>(number)}) : Answer(0x9000);
  }
  if (c.p1 == 0x80) {  // close; the number may come in P2 or in the class byte
    const int number = c.p2 != 0 ? c.p2 : current_;
    if (number == 0 || number >= kChannels) return 0x6A86;
    auto& channel = channels_[static_cast<std::size_t>(number)];
    if (!channel.open) return 0x6881;
    channel = {};
    uicc_.reset_session(number);
    return 0x9000;
  }
  return 0x6A86;
}

Answer CardOs::terminal_capability(const CommandView& c) {
  if (c.p1 != 0 || c.p2 != 0) return 0x6A86;
  const auto a9 = read_single_tlv(c.data);
  if (!a9 || a9->tag != 0xA9 || !read_tlvs(a9->value)) return 0x6A80;
  if (const auto euicc = find_tlv(a9->value, 0x83); euicc && !euicc->value.empty())
    euicc_capability_ = euicc->value[0];
  return 0x9000;
}

// Section 3.4.2: what the device cannot do is switched off. A device that has said nothing may be an old one:
// all on.
bool CardOs::interface_enabled(Interface interface) const {
  if (!euicc_capability_) return true;
  switch (interface) {
    case Interface::kEs10c:
      return (*euicc_capability_ & 0x01) != 0;
    case Interface::kEs10b:
      return (*euicc_capability_ & 0x02) != 0;
    default:
      return (*euicc_capability_ & 0x04) != 0;
  }
}

// ETSI TS 102 221 section 11.2.
Result<Answer> CardOs::toolkit_command(const CommandView& c) {
  if (c.p1 != 0 || c.p2 != 0) return Answer(0x6A86);
  if (c.data.empty() != (c.ins == 0x12)) return Answer(0x6700);
  switch (c.ins) {
    case 0x10:
      toolkit_.terminal_profile(c.data);
      if (lpae_may_begin()) begin_lpae();
      return finish_m2m(m2m_.introduced());
    case 0x12: {
      const auto size = toolkit_.pending();
      if (!size) return Answer(0x6985);
      if (c.le && *c.le != 256 && *c.le != *size)
        return Answer(static_cast<std::uint16_t>(0x6C00 | (*size & 0xFF)));
      return Answer(*toolkit_.fetch());
    }
    case 0x14:
      return terminal_response(c);
    default:
      return envelope(c);
  }
}

// TS 102 221 section 11.2.2. To other tags than that of SMS-PP only the M2M side of a card listens, and the
// LPA of one that has its own.
Result<Answer> CardOs::envelope(const CommandView& c) {
  if (c.data[0] != etsi::cat::kSmsPpDownload && lpae_active_) {
    const bool taken = lpae_->envelope(c.data);
    return finish_lpae(taken ? 0x9000 : 0x9300);
  }
  if (c.data[0] != etsi::cat::kSmsPpDownload) return finish_m2m(m2m_.envelope(c.data));
  EIDER_TRY(answer, ota_.sms_pp_download(c.data));
  if (m2m_.take_switched()) after_switch();
  return answer;
}

Result<Answer> CardOs::finish_m2m(Status done) {
  EIDER_CHECK(done);
  if (m2m_.take_switched()) after_switch();
  return Answer(0x9000);
}

Result<Answer> CardOs::terminal_response(const CommandView& c) {
  const auto answer = toolkit_.terminal_response(c.data);
  if (!answer) return Answer(toolkit_.busy() ? 0x6A80 : 0x6985);
  const auto owner = toolkit_.answered();
  if (owner == Toolkit::kLpae) {
    if (lpae_active_) lpae_->answered(*answer);
    return finish_lpae(0x9000);
  }
  if (owner != Toolkit::kNobody) return finish_m2m(m2m_.answered(owner, *answer));
  const bool refresh =
      static_cast<etsi::cat::CommandType>(answer->details.type) == etsi::cat::CommandType::kRefresh;
  if (!refresh || !state_.isd_r.pendingSwitch) return Answer(0x9000);
  if (answer->answer.performed()) {
    EIDER_CHECK(perform_switch(state_, ecasd_, *state_.isd_r.pendingSwitch));
    EIDER_CHECK(state_.commit());
    after_switch();
  } else {  // section 5.7.16: both profiles keep their states
    state_.isd_r.pendingSwitch.reset();
    state_.save_isd_r();
    EIDER_CHECK(state_.commit());
    if (lpae_active_) lpae_->refresh_refused();
  }
  return finish_lpae(0x9000);
}

// Another file system is there now, and the terminal has to introduce itself again.
void CardOs::after_switch() {
  channels_[0].selected = Selected::kUicc;
  uicc_.close();
  ota_.close();
  if (toolkit_.refresh_outstanding()) return;
  toolkit_.reset();
  if (std::exchange(lpae_active_, false)) lpae_->power_lost();
}

Result<Answer> CardOs::store_data(const CommandView& c, Channel& channel) {
  if (channel.selected != Selected::kIsdR) return Answer(0x6985);
  if (state_.m2m_active()) {  // there is no ES10 on such a card
    EIDER_TRY(answer, m2m_.local_command(c));
    if (m2m_.take_switched()) after_switch();
    return answer;
  }
  const bool last = (c.p1 & 0x80) != 0;
  const bool case4 = (c.p1 & 0x01) != 0;
  if ((c.p1 & 0x7E) != 0x10) return Answer(0x6A86);
  if (const auto next = channel.chain.add(c.p2, last, c.data); next != StoreDataChain::Next::kComplete)
    return Answer(StoreDataChain::status_word(next));
  const Bytes command = channel.chain.take();
  isd_r_.channel = current_;
  isd_r_.profile_switched = false;
  auto answer = es10(command, case4, Caller::kDevice);
  if (!answer) {
    const auto* sw = answer.error().as<StatusWord>();
    return sw ? Result<Answer>(Answer(sw->sw)) : answer;
  }
  if (isd_r_.profile_switched) after_switch();
  if (std::exchange(isd_r_.lpae_wanted, false)) begin_lpae();
  return answer;
}

}  // namespace eider::card
