#include "device/terminal.hpp"

#include "base/log.hpp"
#include "codec/tlv.hpp"
#include "device/uicc_client.hpp"

namespace eider::device {
namespace {
using namespace etsi::cat;

constexpr std::uint8_t kToolkitClass = 0x80, kTerminalProfile = 0x10, kFetch = 0x12, kTerminalResponse = 0x14,
                       kTerminalCapability = 0xAA, kEnvelope = 0xC2, kStatus = 0xF2;
constexpr std::uint8_t kNoResponseData = 0x0C;  // P2 of STATUS
constexpr std::uint16_t kToolkitBusy = 0x9300;
constexpr std::size_t kMaxQueued = 64;
constexpr int kMaxEnvelopesOfAPoll = 64;

bool proactive(std::uint16_t sw) {
  return sw >> 8 == 0x91;
}
std::uint32_t length_of(std::uint16_t sw) {
  return (sw & 0xFF) == 0 ? 256u : sw & 0xFFu;
}
CommandApdu toolkit(std::uint8_t ins, Bytes data) {
  return {kToolkitClass, ins, 0x00, 0x00, std::move(data), {}};
}
}  // namespace

Bytes TerminalCapability::encode() const {
  Bytes content;
  if (extended_channels) append_tlv(content, 0x81, {});
  append_tlv(content, 0x82, Bytes{additional_interfaces});
  append_tlv(content, 0x83, Bytes{euicc});
  return make_tlv(0xA9, content);
}

Terminal::Terminal(CardPort& card, const Clock& clock, TerminalConfig config, TerminalPorts ports)
    : card_(card), clock_(clock), config_(std::move(config)), ports_(ports) {
  if (!ports_.user) config_.capabilities.dialogues = false;
  if (config_.capabilities.dialogues) config_.capabilities.menu = true;
  if (!ports_.bip || config_.channels == 0) config_.capabilities.channels = false;
  if (config_.capabilities.channels)
    channels_ = std::make_unique<BipChannels>(*ports_.bip, config_.channels, config_.channel_buffer);
}
Terminal::~Terminal() = default;

Result<ResponseApdu> Terminal::exchange(const CommandApdu& command) {
  UiccClient client(card_, channel_of(command.cla).value_or(0));
  EIDER_TRY(answer, client.send(command));
  return ResponseApdu{std::move(answer.data), answer.sw};
}

// A card that was reset has forgotten what it set up.
void Terminal::forget_session_state() {
  timers_.stop_all();
  if (channels_) channels_->close_all();
  events_.clear();
  poll_interval_.reset();
  menu_.reset();
  envelopes_.clear();
}

// A card that gives no response, or one that does not fit, is reset and left at the default speed
// (section 9.3).
Status Terminal::negotiate(PowerOn& on) {
  const auto request = on.parsed ? choose_pps(*on.parsed) : std::nullopt;
  if (!request) return {};
  auto& pps = on.pps.emplace();
  pps.request = request->encode();
  auto response = card_.exchange_pps(pps.request);
  if (response && !*response) {
    pps.by_reader = true;
    return {};
  }
  if (response) {
    pps.response = **response;
    if (const auto agreed = check_pps_response(*request, pps.response)) {
      pps.agreed = *agreed;
      return {};
    }
  }
  log::warn("terminal", "the card does not agree to PPS: it is reset and stays at the default speed");
  EIDER_TRY(atr, card_.reset());
  on.atr = std::move(atr);
  return {};
}

Result<Terminal::PowerOn> Terminal::power_on() {
  PowerOn out;
  for (int i = 0; i <= config_.max_resets; ++i) {
    EIDER_TRY(atr, card_.reset());
    forget_session_state();
    if (config_.reset_detaches) network_ = {LocationStatus::kNoService, {}};
    out.atr = std::move(atr);
    out.parsed.reset();
    if (auto parsed = parse_atr(out.atr)) out.parsed = *std::move(parsed);
    EIDER_CHECK(negotiate(out));
    // A card that does not know this command works without it.
    if (config_.terminal_capability)
      EIDER_CHECK(exchange(toolkit(kTerminalCapability, config_.terminal_capability->encode())));
    EIDER_TRY(profile_answer, exchange(toolkit(kTerminalProfile, profile().octets())));
    out.profile_sw = profile_answer.sw;
    if (out.profile_sw != 0x9000 && !proactive(out.profile_sw)) return fail(StatusWord{out.profile_sw});
    EIDER_TRY(end, one_session(out.profile_sw));
    out.session = std::move(end);
    if (!out.session.reset_due || !config_.resets_by_itself) break;
  }
  return out;
}

Result<SessionEnd> Terminal::introduce() {
  EIDER_TRY(answer, exchange(toolkit(kTerminalProfile, profile().octets())));
  if (answer.sw != 0x9000 && !proactive(answer.sw)) return fail(StatusWord{answer.sw});
  return session(answer.sw);
}

Result<Terminal::Answer> Terminal::command(const CommandApdu& command) {
  EIDER_TRY(response, exchange(command));
  Answer out{std::move(response.data), response.sw, {}};
  EIDER_TRY(end, session(out.sw));
  out.session = std::move(end);
  return out;
}

Result<SessionEnd> Terminal::session(std::uint16_t sw) {
  EIDER_TRY(end, one_session(sw));
  if (!end.reset_due || !config_.resets_by_itself) return end;
  EIDER_CHECK(power_on());
  end.reset_due = false;
  end.reset_done = true;
  if (ports_.listener) ports_.listener->refreshed(*end.refresh);
  return end;
}

Result<SessionEnd> Terminal::one_session(std::uint16_t sw) {
  SessionEnd end;
  while (proactive(sw)) {
    if (end.commands == config_.max_commands) {
      log::warn("terminal", "the card does not end its proactive session: it is no longer listened to");
      end.cut_off = true;
      break;
    }
    ++end.commands;
    EIDER_TRY(fetched, exchange({kToolkitClass, kFetch, 0x00, 0x00, {}, length_of(sw)}));
    if (fetched.sw != 0x9000) return fail(StatusWord{fetched.sw});
    EIDER_TRY(next, answer(fetched.data, end));
    if (!next) break;
    sw = *next;
    if (end.reset_due) break;
  }
  return end;
}

Result<std::optional<std::uint16_t>> Terminal::answer(ByteView octets, SessionEnd& end) {
  const auto command = read_command(octets);
  const auto details = command ? command->details : command.error().details;
  TerminalAnswer result;
  bool respond = true;
  if (!command) {
    log::warn("terminal", "a proactive command is refused: " + command.error().what);
    // What it does not do at all it need not read to the end.
    result = offers(details.type) || !find_command(details.type) ? command.error().result
                                                                 : GeneralResult::kBeyondCapabilities;
  } else if (command->type() == CommandType::kRefresh && config_.capabilities.refresh) {
    respond = carry_out_refresh(*command, result, end);
  } else {
    result = carry_out(*command);
    if (command->partly_understood && result.result == GeneralResult::kPerformed)
      result.result = GeneralResult::kPartialComprehension;
  }
  const auto data = respond ? encode_answer(details, result) : Bytes();
  std::optional<std::uint16_t> sw;
  if (respond) {
    EIDER_TRY(done, exchange(toolkit(kTerminalResponse, data)));
    sw = done.sw;
  }
  if (ports_.listener) {
    ports_.listener->carried_out(octets, data);
    if (end.refresh && !end.reset_due && command && command->type() == CommandType::kRefresh &&
        result.performed())
      ports_.listener->refreshed(*end.refresh);
  }
  return sw;
}

namespace {
// Section 8.18: how many there are, then their paths, each from the MF.
std::vector<Bytes> file_paths(ByteView list) {
  std::vector<Bytes> out;
  for (std::size_t at = 1; at + 1 < list.size(); at += 2) {
    if (list[at] == 0x3F && list[at + 1] == 0x00) out.emplace_back();
    if (out.empty()) break;
    append(out.back(), list.subspan(at, 2));
  }
  return out;
}
}  // namespace

// Section 6.4.7: a reset of the UICC is the answer, every other mode is answered. False: no TERMINAL
// RESPONSE.
bool Terminal::carry_out_refresh(const ProactiveCommand& c, TerminalAnswer& answer, SessionEnd& end) {
  Refresh refresh;
  refresh.mode = static_cast<RefreshMode>(c.details.qualifier);
  if (const auto* files = c.find(tag::kFileList)) refresh.files = file_paths(files->value);
  if (const auto* aid = c.find(tag::kAid)) refresh.aid = aid->value;
  const bool known = c.details.qualifier <= static_cast<std::uint8_t>(RefreshMode::kApplicationUpdate) &&
                     refresh.mode != RefreshMode::kSteeringOfRoamingIWlan;
  const bool named = refresh.mode != RefreshMode::kFileChange || !refresh.files.empty();
  if (!known) {
    answer = GeneralResult::kBeyondCapabilities;
  } else if (!named) {
    answer = GeneralResult::kValuesMissing;
  } else if (ports_.listener && !ports_.listener->may_refresh(refresh)) {
    answer = {GeneralResult::kTerminalUnable, {kNoSpecificCause}};
  } else {
    if (c.partly_understood) answer = GeneralResult::kPartialComprehension;
    end.reset_due = refresh.resets();
    end.refresh = std::move(refresh);
  }
  return !(end.reset_due && end.refresh->mode == RefreshMode::kUiccReset);
}

// ---- Envelopes

Result<Terminal::Answer> Terminal::send_envelope(ByteView envelope) {
  EIDER_TRY(response, exchange(toolkit(kEnvelope, to_bytes(envelope))));
  if (ports_.listener) ports_.listener->envelope_sent(envelope, response.sw);
  return Answer{std::move(response.data), response.sw, {}};
}

Result<Terminal::Delivery> Terminal::deliver(const etsi::SmsDeliver& message) {
  EIDER_TRY(tpdu, message.encode());
  Bytes content;
  append_comprehension_tlv(content, tag::kDeviceIdentities, true, Bytes{kNetwork, kUicc});
  if (!config_.service_centre.empty()) {
    const auto digits = bcd_encode(config_.service_centre, true);
    if (!digits) return fail_local("the number of the service centre has digits only");
    append_comprehension_tlv(content, tag::kAddress, false, concat({Bytes{0x91}, *digits}));
  }
  append_comprehension_tlv(content, tag::kSmsTpdu, true, tpdu);
  auto before = std::exchange(sent_, {});
  EIDER_TRY(answer, send_envelope(make_tlv(kSmsPpDownload, content)));
  Delivery out{answer.sw, std::move(answer.data), {}, {}};
  EIDER_TRY(end, session(answer.sw));
  out.session = std::move(end);
  out.sent = std::exchange(sent_, std::move(before));
  return out;
}

Result<Terminal::Answer> Terminal::select_menu_item(std::uint8_t identifier, bool help) {
  if (!menu_ || std::ranges::find(menu_->items, identifier, &MenuItem::identifier) == menu_->items.end())
    return fail_local("the card has set up no menu with this item");
  Bytes content;
  append_comprehension_tlv(content, tag::kDeviceIdentities, true, Bytes{kKeypad, kUicc});
  append_comprehension_tlv(content, tag::kItemIdentifier, true, Bytes{identifier});
  if (help) append_comprehension_tlv(content, tag::kHelpRequest, false, {});
  EIDER_TRY(out, send_envelope(make_tlv(kMenuSelection, content)));
  EIDER_TRY(end, session(out.sw));
  out.session = std::move(end);
  return out;
}

void Terminal::queue(Bytes envelope) {
  if (envelopes_.size() < kMaxQueued) envelopes_.push_back(std::move(envelope));
}

void Terminal::queue_event(Event event, std::uint8_t source, ByteView objects) {
  const auto number = static_cast<std::uint8_t>(event);
  if (!events_.contains(number)) return;
  Bytes content;
  append_comprehension_tlv(content, tag::kEventList, true, Bytes{number});
  append_comprehension_tlv(content, tag::kDeviceIdentities, true, Bytes{source, kUicc});
  append(content, objects);
  queue(make_tlv(kEventDownload, content));
}

Status Terminal::set_network(const NetworkState& state) {
  const bool moved = state.status != network_.status || state.cell != network_.cell;
  const bool other_technology =
      state.cell && (!network_.cell || state.cell->technology != network_.cell->technology);
  Bytes location;
  append_comprehension_tlv(location, tag::kLocationStatus, true,
                           Bytes{static_cast<std::uint8_t>(state.status)});
  if (state.cell) {
    EIDER_TRY(where, encode_location(*state.cell));
    if (state.status == LocationStatus::kNormal)
      append_comprehension_tlv(location, tag::kLocationInformation, false, where);
  }
  network_ = state;
  if (state.status == LocationStatus::kNoService && channels_) channels_->drop_links();
  if (moved) queue_event(Event::kLocationStatus, kTerminal, location);
  if (other_technology) {
    Bytes technology;
    append_comprehension_tlv(technology, tag::kAccessTechnology, true,
                             Bytes{static_cast<std::uint8_t>(state.cell->technology)});
    queue_event(Event::kAccessTechnologyChange, kTerminal, technology);
  }
  return {};
}

Status Terminal::network_rejects(const NetworkRejection& r) {
  EIDER_TRY(area, encode_area(r.cell));
  const bool tracking =
      r.cell.technology == AccessTechnology::kEutran || r.cell.technology == AccessTechnology::kNgRan;
  Bytes objects;
  append_comprehension_tlv(objects, tracking ? tag::kTrackingArea : tag::kLocationInformation, false, area);
  append_comprehension_tlv(objects, tag::kAccessTechnology, true,
                           Bytes{static_cast<std::uint8_t>(r.cell.technology)});
  append_comprehension_tlv(objects, tag::kUpdateType, true, Bytes{r.update_type});
  append_comprehension_tlv(objects, tag::kRejectionCause, true, Bytes{r.cause});
  queue_event(Event::kNetworkRejection, kNetwork, objects);
  return {};
}

void Terminal::queue_timers() {
  while (const auto expired = timers_.take_expired(clock_.now())) {
    Bytes content;
    append_comprehension_tlv(content, tag::kDeviceIdentities, true, Bytes{kTerminal, kUicc});
    append_comprehension_tlv(content, tag::kTimerIdentifier, true, Bytes{expired->id});
    append_comprehension_tlv(content, tag::kTimerValue, true, encode_timer_value(expired->elapsed));
    queue(make_tlv(kTimerExpiration, content));
  }
}

void Terminal::queue_channel_events() {
  if (!channels_) return;
  for (const auto& h : channels_->poll()) {
    Bytes objects;
    append_comprehension_tlv(objects, tag::kChannelStatus, true, h.status);
    if (h.event == Event::kDataAvailable)
      append_comprehension_tlv(objects, tag::kChannelDataLength, true, Bytes{h.length});
    queue_event(h.event, kTerminal, objects);
  }
}

// What a card answers with 9300 is offered again by the next call: it is busy, and has not taken it.
Result<int> Terminal::poll() {
  int done = 0;
  queue_timers();
  queue_channel_events();
  for (int i = 0; i < kMaxEnvelopesOfAPoll && !envelopes_.empty(); ++i) {
    const auto envelope = envelopes_.front();
    EIDER_TRY(answer, send_envelope(envelope));
    if (answer.sw == kToolkitBusy) break;
    if (!envelopes_.empty()) envelopes_.pop_front();
    EIDER_TRY(end, session(answer.sw));
    done += 1 + end.commands;
  }
  if (poll_interval_ && clock_.now() >= next_poll_) {
    next_poll_ = clock_.now() + *poll_interval_;
    EIDER_TRY(status, command({kToolkitClass, kStatus, 0x00, kNoResponseData, {}, {}}));
    done += 1 + status.session.commands;
  }
  return done;
}

std::optional<Time> Terminal::next_timer() const {
  auto out = timers_.next();
  if (poll_interval_ && (!out || next_poll_ < *out)) out = next_poll_;
  return out;
}

}  // namespace eider::device
