#include "tui/lpa_model.hpp"

#include <algorithm>

#include "tui/lpa_help.hpp"
#include "tui/text.hpp"

namespace eider::tui {
namespace {

using Kind = Intent::Kind;

Intent intent(Kind kind, std::string text = {}, std::string more = {}) {
  Intent out;
  out.kind = kind;
  out.text = std::move(text);
  out.more = std::move(more);
  return out;
}

Dialog dialog(Dialog::Kind kind, std::string title, std::vector<std::string> body, Intent yes = {}) {
  Dialog out;
  out.kind = kind;
  out.title = std::move(title);
  out.body = std::move(body);
  out.yes = std::move(yes);
  return out;
}

void say(LpaState& state, std::string text, bool bad = false) {
  state.status = std::move(text);
  state.status_bad = bad;
}

bool is_question(const Dialog& d) {
  return d.kind == Dialog::Kind::kOffer || d.kind == Dialog::Kind::kCode;
}

char32_t command_of(const KeyPress& key) {
  if (key.key != Key::kCharacter || key.pasted) return 0;
  return key.character < 0x80 && key.character >= 'A' && key.character <= 'Z' ? key.character | 0x20
                                                                              : key.character;
}

void keep_rows(LpaState& state) {
  const auto page = state.page;
  for (int i = 0; i < kPageCount; ++i) {
    state.page = static_cast<Page>(i);
    state.row() = std::clamp(state.row(), 0, std::max(state.rows() - 1, 0));
  }
  state.page = page;
}

std::vector<std::string> lines_of(const Pairs& pairs) {
  std::size_t widest = 0;
  for (const auto& [label, value] : pairs)
    if (!value.empty()) widest = std::max(widest, label.size());
  std::vector<std::string> out;
  for (const auto& [label, value] : pairs)
    if (!value.empty()) out.push_back(padded(label, static_cast<int>(widest) + 2) + value);
  return out;
}

std::vector<std::string> describe(const ProfileRow& p) {
  auto out = lines_of({{"Name", p.name},
                       {"Provider", p.provider},
                       {"Nickname", p.nickname},
                       {"State", p.state},
                       {"Class", p.profile_class},
                       {"ICCID", p.iccid},
                       {"AID", p.aid},
                       {"Owner", p.owner}});
  for (const auto& rule : p.rules) out.push_back(rule);
  return out;
}

// ---- Dialogs
Dialog& open(LpaState& state, Dialog d) {
  state.dialogs.push_back(std::move(d));
  return state.dialogs.back();
}

std::optional<Intent> reply(LpaState& state, Reply reply) {
  state.dialogs.pop_back();
  auto out = intent(Kind::kReply);
  out.reply = reply;
  return out;
}

bool scroll(Dialog& d, const KeyPress& key) {
  switch (key.key) {
    case Key::kUp:
      d.scroll = std::max(d.scroll - 1, 0);
      return true;
    case Key::kDown:
      ++d.scroll;
      return true;
    case Key::kPageUp:
      d.scroll = std::max(d.scroll - d.page, 0);
      return true;
    case Key::kPageDown:
      d.scroll += d.page;
      return true;
    default:
      return false;
  }
}

std::optional<Intent> press_offer(LpaState& state, const KeyPress& key) {
  switch (command_of(key)) {
    case 'y':
      if (state.dialogs.back().seen) return reply(state, Reply::kYes);
      state.dialogs.back().scroll += state.dialogs.back().page;
      return std::nullopt;
    case 'n':
      return reply(state, Reply::kNo);
    case 'l':
      return reply(state, Reply::kLater);
    default:
      break;
  }
  if (key.key == Key::kEscape || key.key == Key::kInterrupt) return reply(state, Reply::kLater);
  return std::nullopt;  // Enter is no answer: it may have been typed before the question came
}

std::optional<Intent> press_code(LpaState& state, const KeyPress& key) {
  auto& d = state.dialogs.back();
  const bool given_up = key.key == Key::kEscape || key.key == Key::kInterrupt;
  if (!given_up && key.key != Key::kEnter) {
    d.line.press(key);
    return std::nullopt;
  }
  auto out = intent(Kind::kCode);
  if (!given_up && !d.line.characters().empty()) out.code = d.line.secret();
  d.line.forget();
  state.dialogs.pop_back();
  return out;
}

std::optional<Intent> press_input(LpaState& state, const KeyPress& key) {
  auto& d = state.dialogs.back();
  if (key.key == Key::kEscape || key.key == Key::kInterrupt) {
    state.dialogs.pop_back();
    return std::nullopt;
  }
  if (key.key != Key::kEnter) {
    d.line.press(key);
    return std::nullopt;
  }
  auto out = std::move(d.yes);
  (out.kind == Kind::kSetNickname ? out.more : out.text) = d.line.text();
  state.dialogs.pop_back();
  return out;
}

std::optional<Intent> press_confirm(LpaState& state, const KeyPress& key) {
  const auto c = command_of(key);
  if (c == 'y') {
    auto out = std::move(state.dialogs.back().yes);
    state.dialogs.pop_back();
    return out;
  }
  if (c == 'n' || key.key == Key::kEscape || key.key == Key::kInterrupt) state.dialogs.pop_back();
  return std::nullopt;
}

std::optional<Intent> press_dialog(LpaState& state, const KeyPress& key) {
  auto& d = state.dialogs.back();
  if (scroll(d, key)) return std::nullopt;
  switch (d.kind) {
    case Dialog::Kind::kOffer:
      return press_offer(state, key);
    case Dialog::Kind::kCode:
      return press_code(state, key);
    case Dialog::Kind::kInput:
      return press_input(state, key);
    case Dialog::Kind::kConfirm:
      return press_confirm(state, key);
    case Dialog::Kind::kNote:
      break;
  }
  if (!key.pasted) state.dialogs.pop_back();
  return std::nullopt;
}

// ---- Lists
bool move(LpaState& state, const KeyPress& key) {
  const int last = std::max(state.rows() - 1, 0);
  const auto c = command_of(key);
  int to = state.row();
  if (key.key == Key::kUp || c == 'k')
    --to;
  else if (key.key == Key::kDown || c == 'j')
    ++to;
  else if (key.key == Key::kPageUp)
    to -= state.page_rows;
  else if (key.key == Key::kPageDown)
    to += state.page_rows;
  else if (key.key == Key::kHome)
    to = 0;
  else if (key.key == Key::kEnd)
    to = last;
  else
    return false;
  state.row() = std::clamp(to, 0, last);
  return true;
}

bool turn_page(LpaState& state, const KeyPress& key) {
  int page = static_cast<int>(state.page);
  const auto c = command_of(key);
  if (c >= '1' && c < '1' + kPageCount)
    page = static_cast<int>(c - '1');
  else if (key.key == Key::kTab || key.key == Key::kRight)
    page = (page + 1) % kPageCount;
  else if (key.key == Key::kBackTab || key.key == Key::kLeft)
    page = (page + kPageCount - 1) % kPageCount;
  else
    return false;
  state.page = static_cast<Page>(page);
  return true;
}

// True: it has to wait, and the user was told.
bool busy(LpaState& state) {
  if (!state.work) return false;
  say(state, "Wait until this is done, or stop it with Esc: " + state.work->title, true);
  return true;
}

std::optional<Intent> press_profiles(LpaState& state, const KeyPress& key) {
  const auto c = command_of(key);
  if (c == 'a') {
    if (busy(state)) return std::nullopt;
    auto& d = open(
        state, dialog(Dialog::Kind::kInput, "Add a Profile",
                      {"Activation Code, as LPA:1$address$token.",
                       state.card.default_smdp.empty()
                           ? "The card has no default SM-DP+ that could be asked without one."
                           : "Nothing: ask " + state.card.default_smdp + ", the default SM-DP+ of the card."},
                      intent(Kind::kDownload)));
    d.line = Line({}, 255);
    return std::nullopt;
  }
  const auto* p = state.profile();
  if (!p) return std::nullopt;
  if (key.key == Key::kEnter) {
    open(state, dialog(Dialog::Kind::kNote, p->title(), describe(*p)));
    return std::nullopt;
  }
  if (c != 'e' && c != 'd' && c != 'n' && c != 'x' && key.key != Key::kDelete) return std::nullopt;
  if (busy(state)) return std::nullopt;
  if (c == 'n') {
    auto& d = open(state,
                   dialog(Dialog::Kind::kInput, "Nickname of " + p->name,
                          {"At most 64 characters; nothing removes it."}, intent(Kind::kSetNickname, p->id)));
    d.line = Line(p->nickname, 64);
    return std::nullopt;
  }
  if (c == 'e') {
    if (p->enabled())
      say(state, p->title() + " is enabled already.");
    else
      open(state, dialog(Dialog::Kind::kConfirm, "Enable",
                         {"Enable " + p->title() + "? The one that is enabled now is disabled.", p->iccid},
                         intent(Kind::kEnable, p->id)));
    return std::nullopt;
  }
  if (c == 'd') {
    if (!p->enabled())
      say(state, p->title() + " is disabled already.");
    else
      open(state, dialog(Dialog::Kind::kConfirm, "Disable",
                         {"Disable " + p->title() + "? The device has no network then.", p->iccid},
                         intent(Kind::kDisable, p->id)));
    return std::nullopt;
  }
  if (p->enabled()) {
    say(state, p->title() + " is enabled: disable it before it is deleted.", true);
    return std::nullopt;
  }
  auto& d = open(
      state, dialog(Dialog::Kind::kConfirm, "Delete",
                    {"Delete " + p->title() + "? It cannot be brought back without the operator.", p->iccid},
                    intent(Kind::kDelete, p->id)));
  d.bad = true;
  return std::nullopt;
}

std::optional<Intent> press_card(LpaState& state, const KeyPress& key) {
  if (command_of(key) != 's' || busy(state)) return std::nullopt;
  auto& d =
      open(state, dialog(Dialog::Kind::kInput, "Default SM-DP+",
                         {"Address (FQDN) that the card asks without an Activation Code; nothing removes "
                          "it."},
                         intent(Kind::kSetDefaultSmdp)));
  d.line = Line(state.card.default_smdp, 255);
  return std::nullopt;
}

std::optional<Intent> press_discovery(LpaState& state, const KeyPress& key) {
  const bool row = state.events && !state.events->empty();
  if (command_of(key) == 'f' || (key.key == Key::kEnter && !row)) {
    if (busy(state)) return std::nullopt;
    return intent(Kind::kDiscover);
  }
  if (!row || (key.key != Key::kEnter && command_of(key) != 'a')) return std::nullopt;
  const auto& e = (*state.events)[static_cast<std::size_t>(state.row())];
  if (!e.trouble.empty()) {
    auto& d = open(state, dialog(Dialog::Kind::kNote, e.smdp_address, {e.trouble}));
    d.bad = true;
    return std::nullopt;
  }
  if (busy(state)) return std::nullopt;
  return intent(Kind::kDownloadEvent, e.smdp_address, e.event_id);
}

std::optional<Intent> press_notifications(LpaState& state, const KeyPress& key) {
  if (state.notifications.empty()) return std::nullopt;
  const auto& n = state.notifications[static_cast<std::size_t>(state.row())];
  const auto c = command_of(key);
  const bool one = key.key == Key::kEnter, all = c == 's', remove = c == 'x' || key.key == Key::kDelete;
  if ((!one && !all && !remove) || busy(state)) return std::nullopt;
  auto out = intent(remove ? Kind::kRemoveNotification : Kind::kSendNotifications);
  if (!all) out.number = n.number;
  if (!remove) return out;
  auto& d = open(state, dialog(Dialog::Kind::kConfirm, "Remove",
                               {"Remove notification " + std::to_string(n.number) +
                                    " unsent? Its server will never learn of it.",
                                n.event + "  " + n.iccid + "  " + n.server},
                               std::move(out)));
  d.bad = true;
  return std::nullopt;
}

std::optional<Intent> stop(LpaState& state) {
  if (!state.work || state.work->stopping) return std::nullopt;
  if (!state.work->can_stop) {
    say(state, "The card does this in one step: it cannot be stopped.", true);
    return std::nullopt;
  }
  state.work->stopping = true;
  return intent(Kind::kStop);
}

std::optional<Intent> press_anywhere(LpaState& state, const KeyPress& key, bool& taken) {
  taken = true;
  if (key.key == Key::kEscape) return stop(state);
  if (key.key == Key::kInterrupt)
    return state.work && state.work->can_stop ? stop(state) : intent(Kind::kQuit);
  switch (command_of(key)) {
    case 'q':
      if (state.work)
        open(state,
             dialog(Dialog::Kind::kConfirm, "Quit",
                    {"\"" + state.work->title + "\" is under way. Stop it and quit?"}, intent(Kind::kQuit)));
      else
        return intent(Kind::kQuit);
      return std::nullopt;
    case '?':
      open(state, dialog(Dialog::Kind::kNote, "Help", help_lines()));
      return std::nullopt;
    case 'r':
      if (busy(state)) return std::nullopt;
      return intent(Kind::kRead);
    default:
      break;
  }
  taken = turn_page(state, key) || move(state, key);
  return std::nullopt;
}
}  // namespace

// ---- State
int LpaState::rows() const {
  switch (page) {
    case Page::kProfiles:
      return static_cast<int>(profiles.size());
    case Page::kCard:
      return static_cast<int>(card.facts.size());
    case Page::kDiscovery:
      return events ? static_cast<int>(events->size()) : 0;
    case Page::kNotifications:
      return static_cast<int>(notifications.size());
  }
  return 0;
}

const ProfileRow* LpaState::profile() const {
  const auto at = static_cast<std::size_t>(selected[0]);
  return page == Page::kProfiles && at < profiles.size() ? &profiles[at] : nullptr;
}

std::optional<Intent> press(LpaState& state, const KeyPress& key) {
  if (key.key == Key::kRedraw) return intent(Kind::kRepaint);
  if (state.dialog()) return press_dialog(state, key);
  if (key.pasted) return std::nullopt;
  if (!state.status.empty()) say(state, "");
  bool taken = false;
  auto out = press_anywhere(state, key, taken);
  if (taken) return out;
  switch (state.page) {
    case Page::kProfiles:
      return press_profiles(state, key);
    case Page::kCard:
      return press_card(state, key);
    case Page::kDiscovery:
      return press_discovery(state, key);
    case Page::kNotifications:
      return press_notifications(state, key);
  }
  return std::nullopt;
}

void begin(LpaState& state, std::string title, bool can_stop) {
  state.work = Work{};
  state.work->title = std::move(title);
  state.work->can_stop = can_stop;
  say(state, "");
}

void progress(LpaState& state, std::string step, std::string server, double whole, int percent) {
  if (!state.work) return;
  state.work->step = std::move(step);
  state.work->server = std::move(server);
  state.work->whole = std::clamp(whole, 0.0, 1.0);
  state.work->percent = percent;
}

void note(LpaState& state, std::string text) {
  say(state, std::move(text), true);
}

namespace {
void add(std::vector<std::string>& out, const Offer& offer) {
  for (auto& line : lines_of(offer.facts)) out.push_back(std::move(line));
  for (const auto& warning : offer.warnings) out.push_back("• " + warning);
}
}  // namespace

void ask(LpaState& state, const Offer& offer) {
  auto d = dialog(Dialog::Kind::kOffer, "Download this Profile?", {offer.server + " offers:"});
  add(d.body, offer);
  if (offer.consent_to_rules) d.body.emplace_back("Yes agrees to the Profile and to its rules.");
  open(state, std::move(d));
}

void ask_changed(LpaState& state, const Offer& offered, const Offer& found) {
  auto d = dialog(Dialog::Kind::kOffer, "Install it all the same?",
                  {"The package holds something else than was offered. Offered:"});
  add(d.body, offered);
  d.body.emplace_back("In the package:");
  add(d.body, found);
  d.bad = true;
  open(state, std::move(d));
}

void ask_code(LpaState& state, const std::string& server, int attempt) {
  auto d = dialog(Dialog::Kind::kCode, "Confirmation Code",
                  {(attempt > 1 ? "The code was refused. Once more: " : "") + server +
                   " asks for the Confirmation Code that came with the Activation Code."});
  d.line = Line({}, 64, true);
  d.bad = attempt > 1;
  open(state, std::move(d));
}

void withdraw_question(LpaState& state) {
  std::erase_if(state.dialogs, is_question);
}

void read(LpaState& state, Reading reading) {
  const auto* before = state.selected[0] < static_cast<int>(state.profiles.size())
                           ? &state.profiles[static_cast<std::size_t>(state.selected[0])]
                           : nullptr;
  if (before) {  // the same Profile stays selected
    const auto same = std::ranges::find(reading.profiles, before->id, &ProfileRow::id);
    if (same != reading.profiles.end()) state.selected[0] = static_cast<int>(same - reading.profiles.begin());
  }
  for (auto& n : reading.notifications) {
    const auto known = std::ranges::find(state.notifications, n.number, &NotificationRow::number);
    if (n.trouble.empty() && known != state.notifications.end()) n.trouble = known->trouble;
  }
  state.profiles = std::move(reading.profiles);
  state.card = std::move(reading.card);
  state.notifications = std::move(reading.notifications);
  state.card_failure.reset();
  state.read = true;
  keep_rows(state);
}

void discovered(LpaState& state, std::vector<EventRow> events) {
  state.events = std::move(events);
  keep_rows(state);
}

void finish(LpaState& state, std::string text, const std::string& installed) {
  withdraw_question(state);
  state.work.reset();
  say(state, std::move(text));
  const auto found = std::ranges::find(state.profiles, installed, &ProfileRow::id);
  if (installed.empty() || found == state.profiles.end()) return;
  state.page = Page::kProfiles;
  state.row() = static_cast<int>(found - state.profiles.begin());
  open(state, dialog(Dialog::Kind::kConfirm, "Installed",
                     {found->title() + " is on the card. Enable it now?", found->iccid},
                     intent(Kind::kEnable, found->id)));
}

void fail(LpaState& state, const Failure& failure, bool of_the_card) {
  withdraw_question(state);
  const auto title = state.work ? state.work->title : std::string("Failed");
  state.work.reset();
  if (of_the_card) {
    state.card_failure = failure;
    state.profiles.clear();
    state.notifications.clear();
    state.card = {};
    keep_rows(state);
  }
  say(state, failure.cause, true);
  auto d = dialog(Dialog::Kind::kNote, title, {failure.cause});
  if (!failure.clause.empty()) d.body.push_back("clause  " + failure.clause);
  if (!failure.remedy.empty()) d.body.push_back("remedy  " + failure.remedy);
  d.bad = true;
  open(state, std::move(d));
}

}  // namespace eider::tui
