#include "lpae/assistant.hpp"

#include <system_error>

#include "base/log.hpp"
#include "codec/comprehension_tlv.hpp"
#include "lpae/bip_http.hpp"
#include "lpae/local_card.hpp"
#include "lpae/menu.hpp"
#include "spec/etsi/text.hpp"

namespace eider::lpae {
namespace {
namespace bit = etsi::profile_bit;
constexpr std::uint8_t kDataAvailable = 0x09, kChannelStatus = 0x0A;  // of SET UP EVENT LIST
constexpr std::uint8_t kImeiQualifier = 0x01;
constexpr std::uint8_t kLinked = 0x80;
constexpr Duration kFirstRetry{60'000}, kLongestRetry{12 * 3'600'000};
constexpr Duration kServerTime{120'000};  // a package over a narrow bearer takes long

// Annex C.4: without these the terminal is none for such an LPA.
bool can_talk(const etsi::TerminalProfile& p) {
  return std::ranges::all_of(
      std::initializer_list<etsi::ProfileBit>{bit::kSetUpMenu, bit::kMenuSelection, bit::kSelectItem,
                                              bit::kDisplayText, bit::kGetInput, bit::kGetInkey,
                                              bit::kRefresh},
      [&](auto each) { return p.has(each); });
}
bool can_connect(const etsi::TerminalProfile& p) {
  return p.has(bit::kOpenChannel) && p.has(bit::kSetUpEventList) && p.has(bit::kEventDataAvailable) &&
         p.has(bit::kProvideDateTime);
}

class Assistant final : public card::LocalProfileAssistant {
 public:
  explicit Assistant(card::LpaeCard card)
      : card_(std::move(card)), conversation_(card_.toolkit), clock_(conversation_) {}

  void power_lost() override {
    conversation_.end();
    failures_ = 0;
  }
  void activated() override;
  void answered(const cat::ReadAnswer& answer) override { conversation_.answered(answer); }
  bool envelope(ByteView envelope) override;
  void refresh_refused() override { conversation_.happened(Conversation::Event::kRefreshRefused); }

 private:
  void send(cat::CommandType type, std::vector<cat::Object> objects);
  bool choose(std::uint8_t item, bool help);
  void event(std::uint8_t event, ByteView status);
  template <class Work>
  bool begin(Work work);
  lpa::LpaSettings settings();
  void report();

  card::LpaeCard card_;
  Conversation conversation_;
  TerminalClock clock_;
  lpa::MemoryLpaStore store_;
  int failures_ = 0;  // of sending notifications, in a row
};

void Assistant::send(cat::CommandType type, std::vector<cat::Object> objects) {
  card_.toolkit.send(cat::ProactiveCommand{
      {1, static_cast<std::uint8_t>(type), 0x00}, cat::kUicc, cat::kTerminal, std::move(objects)}
                         .encode());
}

void Assistant::activated() {
  const etsi::TerminalProfile profile(card_.toolkit.profile());
  if (!can_talk(profile)) return;
  if (can_connect(profile))
    send(cat::CommandType::kSetUpEventList, {{cat::tag::kEventList, true, {kDataAvailable, kChannelStatus}}});
  std::vector<cat::Object> menu = {{cat::tag::kAlphaIdentifier, true, etsi::alpha_octets(kMenuTitle)}};
  for (const auto& row : menu_rows())
    menu.push_back({cat::tag::kItem, true,
                    concat({Bytes{static_cast<std::uint8_t>(row.entry)}, etsi::alpha_octets(row.text)})});
  send(cat::CommandType::kSetUpMenu, std::move(menu));
  report();
}

// Section 3.5: what is to be told is told when there is a connection; what fails is tried again, later each
// time.
void Assistant::report() {
  const etsi::TerminalProfile profile(card_.toolkit.profile());
  if (card_.state.notifications.empty() || !can_connect(profile) || conversation_.goes_on()) return;
  begin([this](lpa::Lpa& lpa, Dialogue&, BipHttp&) {
    lpa::DeliverOptions options;
    options.ignore_backoff = true;
    const auto sent = lpa::deliver_notifications(lpa, options);
    const bool all = sent && std::ranges::all_of(*sent, [](const auto& each) {
                       return each.state == lpa::NotificationDelivery::State::kDelivered;
                     });
    failures_ = all ? 0 : std::min(failures_ + 1, 10);
    if (!all && conversation_.has(bit::kTimerStartStop))
      conversation_.ask(
          timer_command(kLaterTimer, std::min(kFirstRetry * (1 << (failures_ - 1)), kLongestRetry)));
  });
}

// One piece of work at a time, on a fiber of its own, with an LPA of its own around it.
template <class Work>
bool Assistant::begin(Work work) {
  if (conversation_.goes_on()) return false;
  try {
    conversation_.begin([this, work] {
      Dialogue dialogue(conversation_);
      BipHttp http(card_, conversation_, clock_);
      LocalCard local(card_, conversation_);
      lpa::Es10Options options;
      options.block_size = 255;
      options.terminal_capability = false;
      lpa::Es10Client es10(local, options);
      lpa::Lpa lpa{es10, http, clock_, card_.random, dialogue, store_, settings()};
      if (auto opened = es10.open(); !opened)
        return dialogue.show_fault("The eUICC cannot be read.", opened.error());
      work(lpa, dialogue, http);
      http.finish();
    });
  } catch (const std::system_error& e) {
    log::warn("lpae", std::string("no thread for the LPA of the card: ") + e.what());
    conversation_.end();
  }
  return true;
}

// Of the device the LPA knows the IMEI, and of its capabilities nothing (SGP.22 v2.6.1 section 4.2).
lpa::LpaSettings Assistant::settings() {
  lpa::LpaSettings out;
  out.binding = lpa::Binding::kAsn1;
  out.user_agent = "gsma-rsp-lpae";
  out.device_capabilities = false;
  out.http_timeout = kServerTime;
  if (!conversation_.has(bit::kProvideLocation)) return out;
  const auto answer = conversation_.ask(cat::CommandType::kProvideLocalInformation, kImeiQualifier);
  if (!answer.performed()) return out;
  for (const auto& o : answer.objects) {
    if (o.tag != cat::tag::kImei || o.value.size() != 8) continue;
    const auto rest = bcd_decode(ByteView(o.value).subspan(1), true);
    if (!rest || o.value[0] >> 4 > 9) continue;
    out.imei = lpa::encode_imei(std::string(1, static_cast<char>('0' + (o.value[0] >> 4))) + *rest);
    if (out.imei) std::copy(out.imei->begin(), out.imei->begin() + 4, out.tac.begin());
  }
  return out;
}

bool Assistant::choose(std::uint8_t item, bool help) {
  const auto rows = menu_rows();
  const auto row = std::ranges::find(rows, static_cast<MenuEntry>(item), &MenuRow::entry);
  if (row == rows.end() || help) return true;
  return begin([entry = row->entry](lpa::Lpa& lpa, Dialogue& dialogue, BipHttp& http) {
    Menu(lpa, dialogue, [&] { http.finish(); }).run(entry);
  });
}

void Assistant::event(std::uint8_t event, ByteView status) {
  if (event == kDataAvailable) conversation_.happened(Conversation::Event::kData);
  if (event == kChannelStatus && status.size() == 2 && (status[0] & kLinked) == 0)
    conversation_.happened(Conversation::Event::kLinkLost);
}

bool Assistant::envelope(ByteView octets) {
  const auto whole = read_single_tlv(octets, false);
  const auto members = whole ? read_comprehension_tlvs(whole->value) : std::nullopt;
  if (!members) return true;
  const auto value = [&](std::uint16_t tag) {
    const auto* found = find_comprehension_tlv(*members, tag);
    return found ? found->value : ByteView();
  };
  switch (whole->tag) {
    case cat::kMenuSelection: {
      const auto item = value(cat::tag::kItemIdentifier);
      const bool help = find_comprehension_tlv(*members, cat::tag::kHelpRequest) != nullptr;
      return item.size() != 1 || choose(item[0], help);
    }
    case cat::kEventDownload: {
      const auto list = value(cat::tag::kEventList);
      if (list.size() == 1) event(list[0], value(cat::tag::kChannelStatus));
      return true;
    }
    case cat::kTimerExpiration: {
      const auto timer = value(cat::tag::kTimerIdentifier);
      if (timer.size() == 1 && timer[0] == kWaitTimer) conversation_.happened(Conversation::Event::kTime);
      if (timer.size() == 1 && timer[0] == kLaterTimer) report();
      return true;
    }
    default:
      return true;
  }
}
}  // namespace

card::LpaeFactory in_the_card() {
  return [](const card::LpaeCard& card) { return std::make_unique<Assistant>(card); };
}

}  // namespace eider::lpae
