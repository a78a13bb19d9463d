#include "card/m2m/agent.hpp"

#include "card/m2m/profile_change.hpp"
#include "channel/scp80_notification.hpp"
#include "codec/comprehension_tlv.hpp"
#include "device/toolkit_timers.hpp"
#include "spec/etsi/sms.hpp"

namespace eider::card::m2m {
namespace {
namespace cat = etsi::cat;
namespace es5 = sgp02::es5;
constexpr std::uint8_t kSupervision = 1, kLossOfNetwork = 2, kRetry = 3, kSilence = 4;  // timers
constexpr std::uint8_t kStart = 0x00, kStop = 0x01;
constexpr std::uint8_t kLocationQualifier = 0x00, kImeiQualifier = 0x01;

Bytes command(cat::CommandType type, std::uint8_t qualifier, std::vector<cat::Object> objects = {}) {
  return cat::ProactiveCommand{
      {1, static_cast<std::uint8_t>(type), qualifier}, cat::kUicc, cat::kTerminal, std::move(objects)}
      .encode();
}

// An address of ES5 and of connectivity parameters: type, then swapped digits.
std::optional<etsi::SmsAddress> address_of(ByteView coded) {
  if (coded.size() < 2) return std::nullopt;
  auto digits = bcd_decode(coded.subspan(1), true);
  if (!digits) return std::nullopt;
  return etsi::SmsAddress{coded[0], *std::move(digits)};
}
}  // namespace

Agent::Agent(PersistentState& state, Toolkit& toolkit, Random& random)
    : state_(state),
      toolkit_(toolkit),
      random_(random),
      isd_r_{state, random},
      session_(state, toolkit, isd_r_, kBearer) {}

Status Agent::reset() {
  isd_r_.forget();
  session_.forget();
  imei_.reset();
  attempts_ = 0;
  refresh_due_ = sending_ = sent_ = false;
  service_ = true;
  switched_ = false;
  return state_.m2m_active() ? carry_out_change(state_) : Status();
}

// ---- Attach and notification

Status Agent::introduced() {
  if (!state_.m2m_active()) return {};
  const auto profile = etsi::TerminalProfile(toolkit_.profile());
  Bytes events;
  namespace bit = etsi::profile_bit;
  if (profile.has(bit::kEventLocationStatus)) events.push_back(0x03);
  if (profile.has(bit::kOpenChannel) && profile.has(bit::kEventDataAvailable))
    append(events, Bytes{0x09, 0x0A});
  if (profile.has(bit::kSetUpEventList) && !events.empty())
    toolkit_.send(command(cat::CommandType::kSetUpEventList, 0x00, {{cat::tag::kEventList, true, events}}));
  if (!profile.has(bit::kProvideLocation)) return attached();
  toolkit_.send(command(cat::CommandType::kProvideLocalInformation, kImeiQualifier), kImei);
  toolkit_.send(command(cat::CommandType::kProvideLocalInformation, kLocationQualifier), kLocation);
  return {};
}

// The terminal is ready. The first attach ever is declared to the SM-SR.
Status Agent::attached() {
  auto& m = *state_.m2m;
  const bool reachable = m.smsAddress || m.otherAddressing;
  if (!m.declared && !m.notice && reachable && state_.enabled_profile()) {
    notify(state_, es5::NotificationType::kEuiccDeclaration);
    EIDER_CHECK(state_.commit());
  }
  if (!m.notice) return {};
  start_timer(kSupervision, settings_.confirmation);
  return service_ ? send_notification() : Status();
}

Bytes Agent::notification() const {
  es5::Notification n;
  const auto& notice = *state_.m2m->notice;
  n.eid = *es5::Eid::from(state_.personalisation.eid);
  n.type = notice.type;
  n.sequence_number = notice.sequence;
  for (const auto& [instance, profile] : state_.profiles)
    if (profile.state == sgp22::ProfileState::kEnabled)
      n.isdp_aid = *es5::Aid::from(sgp22::isd_p_aid(instance));
  n.imei = imei_;
  return n.encode();
}

// By short message; by HTTPS where there is no number, or messages do not get through.
Status Agent::send_notification() {
  if (!state_.m2m->notice || sending_) return {};
  const bool by_message = state_.m2m->smsAddress && (attempts_ == 0 || sent_ || !session_.possible());
  if (by_message && send_notification_message()) {
    sending_ = true;
    return {};
  }
  if (session_.open()) return {};
  auto parameters = session_parameters({});
  parameters.notification = notification();
  return bearer(session_.begin(std::move(parameters)));
}

bool Agent::send_notification_message() {
  const auto keys = notification_keys();
  const auto destination = address_of(*state_.m2m->smsAddress);
  if (!keys || !destination) return false;
  const auto packet = channel::scp80::seal_notification(notification(), *keys);
  if (!packet) return false;
  etsi::SmsSubmit sms;
  sms.has_header = true;
  sms.destination = *destination;
  sms.protocol_identifier = etsi::kPidDataDownload;
  sms.data_coding_scheme = etsi::kDcsClass2;
  sms.user_data = concat({etsi::kResponseHeader, *packet});
  const auto tpdu = sms.encode();
  Bytes centre;
  if (const auto* enabled = state_.enabled_profile())
    if (const auto& parameters = state_.isd_ps.at(enabled->instance).connectivity)
      if (const auto sms_part = find_tlv(*parameters, 0xA0))
        if (const auto number = find_tlv(sms_part->value, 0x06)) centre = to_bytes(number->value);
  return tpdu && toolkit_.send_short_message(centre, *tpdu, kNotification);
}

// ---- What comes back from the terminal

Status Agent::answered(Toolkit::Owner owner, const cat::ReadAnswer& answer) {
  if (!state_.m2m_active()) return {};
  switch (owner) {
    case kResponse:
      return settle();
    case kRefresh:
      if (answer.answer.performed()) return switch_now();
      refresh_due_ = true;
      start_timer(kRetry, settings_.refresh);
      return {};
    case kNotification:
      sending_ = false;
      sent_ = answer.answer.performed();
      service_ = service_ && sent_;
      return {};
    case kImei:
      for (const auto& o : answer.answer.objects)
        if (o.tag == cat::tag::kImei && o.value.size() == 8) imei_ = o.value;
      return {};
    case kLocation: {
      // Without network at power-on there is no event that would tell so.
      if (!answer.answer.performed()) EIDER_CHECK(network(false));
      return attached();
    }
    case kBearer: {
      EIDER_TRY(outcome, session_.answered(answer));
      return bearer(outcome);
    }
    default:
      return {};
  }
}

Status Agent::envelope(ByteView octets) {
  if (!state_.m2m_active()) return {};
  const auto whole = read_single_tlv(octets, false);
  const auto members = whole ? read_comprehension_tlvs(whole->value) : std::nullopt;
  if (!members) return {};
  const auto value = [&](std::uint16_t tag) {
    const auto* found = find_comprehension_tlv(*members, tag);
    return found ? found->value : ByteView();
  };
  if (whole->tag == cat::kTimerExpiration) {
    const auto id = value(cat::tag::kTimerIdentifier);
    return id.size() == 1 ? timer_expired(id[0]) : Status();
  }
  const auto list = value(cat::tag::kEventList);
  if (whole->tag != cat::kEventDownload || list.size() != 1) return {};
  switch (static_cast<cat::Event>(list[0])) {
    case cat::Event::kLocationStatus: {
      const auto status = value(cat::tag::kLocationStatus);
      return status.size() == 1 ? network(status[0] == 0x00) : Status();
    }
    case cat::Event::kDataAvailable: {
      EIDER_TRY(outcome, session_.data_available());
      return bearer(outcome);
    }
    case cat::Event::kChannelStatus: {
      EIDER_TRY(outcome, session_.channel_status(value(cat::tag::kChannelStatus)));
      return bearer(outcome);
    }
    default:
      return {};
  }
}

Status Agent::polled() {
  return state_.m2m_active() && refresh_due_ ? refresh() : Status();
}

// ---- Changes of the Profile

Status Agent::settle() {
  const auto& change = state_.m2m->change;
  if (!change || change->phase != Phase::kAccepted || session_.open()) return {};
  return refresh();
}

Status Agent::refresh() {
  refresh_due_ = false;
  if (!state_.m2m->change || state_.m2m->change->phase == Phase::kUnconfirmed) return {};
  if (!toolkit_.refresh_supported()) return switch_now();
  if (toolkit_.refresh_outstanding()) return {};
  using etsi::cat::RefreshMode;
  toolkit_.send_refresh(
      toolkit_.profile_state_change_supported() ? RefreshMode::kProfileStateChange : RefreshMode::kUiccReset,
      kRefresh);
  return {};
}

Status Agent::switch_now() {
  const auto& change = state_.m2m->change;
  if (!change || change->phase == Phase::kUnconfirmed) return {};
  EIDER_CHECK(carry_out_change(state_));
  attempts_ = 0;
  sending_ = sent_ = false;
  switched_ = true;
  return {};
}

// The network came or went. Without it a change waits for its confirmation in vain, which the supervision
// notices; a Profile that had network gets the time that the settings say.
Status Agent::network(bool service) {
  const bool came = service && !service_;
  service_ = service;
  if (!service) {
    const auto& m = *state_.m2m;
    if (m.fallback && !changing(state_)) start_timer(kLossOfNetwork, settings_.loss);
    return {};
  }
  stop_timer(kLossOfNetwork);
  return came && state_.m2m->notice && !sent_ ? send_notification() : Status();
}

Status Agent::timer_expired(std::uint8_t timer) {
  switch (timer) {
    case kSupervision:
      return supervise();
    case kLossOfNetwork: {
      if (service_) return {};
      EIDER_TRY(falls, fall_back(state_));
      return falls ? refresh() : Status();
    }
    case kRetry: {
      if (refresh_due_) return refresh();
      EIDER_TRY(outcome, session_.retry());
      return bearer(outcome);
    }
    case kSilence:
      return bearer(session_.timed_out());
    default:
      return {};
  }
}

// No confirmation has come.
Status Agent::supervise() {
  if (!state_.m2m->notice) return {};
  const bool spent = ++attempts_ >= settings_.attempts;
  if (spent) {
    EIDER_TRY(back, give_up_change(state_));
    if (back) return refresh();
  }
  start_timer(kSupervision, spent ? settings_.patience : settings_.confirmation);
  return send_notification();
}

void Agent::start_timer(std::uint8_t timer, Duration duration) {
  if (!etsi::TerminalProfile(toolkit_.profile()).has(etsi::profile_bit::kTimerStartStop)) return;
  toolkit_.send(command(cat::CommandType::kTimerManagement, kStart,
                        {{cat::tag::kTimerIdentifier, true, {timer}},
                         {cat::tag::kTimerValue, true, device::encode_timer_value(duration)}}),
                kTimer);
}
void Agent::stop_timer(std::uint8_t timer) {
  if (!etsi::TerminalProfile(toolkit_.profile()).has(etsi::profile_bit::kTimerStartStop)) return;
  toolkit_.send(
      command(cat::CommandType::kTimerManagement, kStop, {{cat::tag::kTimerIdentifier, true, {timer}}}),
      kTimer);
}

// ---- HTTPS

SessionParameters Agent::session_parameters(const channel::scp81::Trigger& trigger) const {
  return SessionParameters::make(state_, trigger);
}

Status Agent::bearer(const SessionOutcome& outcome) {
  if (outcome.retry_in) start_timer(kRetry, *outcome.retry_in);
  if (session_.take_waiting()) start_timer(kSilence, settings_.session);
  return outcome.ended ? settle() : Status();
}

// ---- Local functions

Result<Answer> Agent::local_command(const CommandView& c) {
  // DGI 3A0A to 3A0D, empty: the coding is not known (docs/sgp02-open-points.md).
  if ((c.p1 & 0x80) == 0 || c.data.size() != 3 || c.data[0] != 0x3A || c.data[2] != 0x00 ||
      c.data[1] < 0x0A || c.data[1] > 0x0D)
    return Answer(0x6A80);
  EIDER_TRY(sw, local_change(state_, static_cast<LocalFunction>(c.data[1] - 0x0A)));
  if (sw == 0x9000) EIDER_CHECK(refresh());
  return Answer(sw);
}

}  // namespace eider::card::m2m
