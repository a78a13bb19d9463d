// `eider lpa ui` without a terminal: what is known of card and servers, what is asked, and what a key means
// then. Whoever shows it (lpa_view.hpp) and whoever works (a thread with the LPA) are elsewhere.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.hpp"
#include "tui/keys.hpp"

namespace eider::tui {

using Pairs = std::vector<std::pair<std::string, std::string>>;  // label, value

struct ProfileRow {
  std::string id;  // what the LPA finds it by: ICCID, or AID
  std::string iccid, aid, state, profile_class, name, provider, nickname, owner;
  std::vector<std::string> rules;  // in words
  bool enabled() const { return state == "enabled"; }
  // Nickname or name.
  const std::string& title() const { return nickname.empty() ? name : nickname; }
};
struct NotificationRow {
  std::int64_t number = 0;
  std::string event, iccid, server;
  std::string trouble;  // why it is still there, when that is known
};
struct EventRow {
  std::string smdp_address, event_id, via;
  std::string trouble;  // the server could not be asked
};
struct CardFacts {
  std::string eid, default_smdp, root_smds;
  Pairs facts;
};

// What has gone wrong, in the three parts that Eider gives.
struct Failure {
  std::string cause, clause, remedy;
};

// What an SM-DP+ offers.
struct Offer {
  std::string server;
  Pairs facts;                        // name, provider, ICCID, class, owner
  std::vector<std::string> warnings;  // Profile Policy Rules, a class that is not operational
  bool consent_to_rules = false;      // Strong Confirmation of the rules themselves
};

enum class Reply : std::uint8_t { kYes, kNo, kLater };

// What the one who works is to do.
struct Intent {
  enum class Kind : std::uint8_t {
    kQuit,
    kStop,  // what is under way
    kRead,  // everything on the card
    kRepaint,
    kDownload,       // text: the Activation Code; empty: the default SM-DP+ of the card
    kDownloadEvent,  // text: address of the SM-DP+, more: EventID
    kDiscover,
    kEnable,  // text: ProfileRow::id, as of the next three
    kDisable,
    kDelete,
    kSetNickname,  // more: the nickname
    kSetDefaultSmdp,
    kSendNotifications,  // number: this one; none: all
    kRemoveNotification,
    kReply,  // to an offer
    kCode,   // the Confirmation Code; none: given up
  };
  Kind kind = Kind::kQuit;
  std::string text, more;
  std::optional<std::int64_t> number;
  Reply reply = Reply::kLater;
  std::optional<Secret> code;
};

// One line that is being typed.
class Line {
 public:
  explicit Line(std::string text = {}, std::size_t most = 255, bool hidden = false);
  ~Line();
  Line(const Line& other);
  Line& operator=(const Line& other);
  // True when the key was one for a line.
  bool press(const KeyPress& key);
  std::string text() const;  // UTF-8
  Secret secret() const;
  void forget();
  bool hidden() const { return hidden_; }
  const std::u32string& characters() const { return text_; }
  std::size_t cursor() const { return cursor_; }

 private:
  std::u32string text_;  // never reallocated: nothing of a code stays behind
  std::size_t most_, cursor_ = 0;
  bool hidden_;
};

struct Dialog {
  enum class Kind : std::uint8_t {
    kNote,     // any key closes it
    kConfirm,  // yes or no, then `yes`
    kInput,    // a line, then `yes` with its text
    kOffer,    // yes, no or later: a reply to who works
    kCode,     // a hidden line: a reply to who works
  };
  Kind kind = Kind::kNote;
  std::string title;
  std::vector<std::string> body;  // paragraphs
  Intent yes;
  Line line;
  bool bad = false;  // about something that went wrong
  int scroll = 0;    // the view keeps it in bounds
  // The view has shown it from its first to its last line: nobody agrees to what he cannot have read.
  bool seen = false;
  int seen_lines = 0, page = 0;  // of the view: lines shown without a gap, lines that fit
};

struct Work {
  std::string title;
  std::string step;
  std::string server;
  double whole = 0;  // part that is done, 0 to 1
  int percent = -1;  // of the step; none: not known
  bool stopping = false;
  bool can_stop = false;
};

enum class Page : std::uint8_t { kProfiles, kCard, kDiscovery, kNotifications };
inline constexpr int kPageCount = 4;

struct LpaState {
  Page page = Page::kProfiles;
  int selected[kPageCount] = {};  // row, on each page
  int page_rows = 10;             // rows of a list that fit, as the view last found
  bool read = false;              // the card was read
  std::vector<ProfileRow> profiles;
  CardFacts card;
  std::optional<std::vector<EventRow>> events;  // none: not asked yet
  std::vector<NotificationRow> notifications;
  std::optional<Failure> card_failure;  // the card cannot be read
  std::optional<Work> work;
  std::string status;
  bool status_bad = false;
  std::vector<Dialog> dialogs;  // the last one is on top

  int rows() const;
  int& row() { return selected[static_cast<int>(page)]; }
  int row() const { return selected[static_cast<int>(page)]; }
  const ProfileRow* profile() const;
  const Dialog* dialog() const { return dialogs.empty() ? nullptr : &dialogs.back(); }
};

// What the key does to the state, and what follows from it for others.
std::optional<Intent> press(LpaState& state, const KeyPress& key);

// ---- What who works tells
void begin(LpaState& state, std::string title, bool can_stop);
void progress(LpaState& state, std::string step, std::string server, double whole, int percent);
void note(LpaState& state, std::string text);
void ask(LpaState& state, const Offer& offer);
// The package holds something else than was offered.
void ask_changed(LpaState& state, const Offer& offered, const Offer& found);
void ask_code(LpaState& state, const std::string& server, int attempt);
// The question is not open any more: nobody answered in time, or who asked is gone.
void withdraw_question(LpaState& state);
struct Reading {
  std::vector<ProfileRow> profiles;
  CardFacts card;
  std::vector<NotificationRow> notifications;
};
void read(LpaState& state, Reading reading);
void discovered(LpaState& state, std::vector<EventRow> events);
// `installed`: the Profile that was downloaded and is not enabled, so that this can be offered.
void finish(LpaState& state, std::string text, const std::string& installed = {});
void fail(LpaState& state, const Failure& failure, bool of_the_card = false);

}  // namespace eider::tui
