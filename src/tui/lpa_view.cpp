#include "tui/lpa_view.hpp"

#include <algorithm>

#include "tui/text.hpp"

namespace eider::tui {
namespace {

constexpr int kNarrow = 60;       // below: short words
constexpr int kDetailsFrom = 18;  // rows of a screen that has room for details below the list
constexpr int kWidestDialog = 72;
constexpr Style kBar{Tone::kPlain, true, false};
constexpr Style kBarChosen{Tone::kPlain, false, true};
constexpr Style kHeading{Tone::kAccent, false, true};
constexpr Style kQuiet{Tone::kQuiet, false, false};

struct Column {
  std::string heading;
  int width = 0;
};
using Row = std::vector<std::string>;

struct ListRow {
  Row cells;
  Style style;
};

// ---- Head and foot
void draw_head(Canvas& out, const LpaState& s) {
  const int width = out.size().columns;
  out.fill(0, 0, width, kBar);
  const bool narrow = width < kNarrow;
  int column = narrow ? 0 : out.put(0, 1, "Eider LPA", {Tone::kPlain, true, true}) + 1;
  const std::string waiting =
      s.notifications.empty() ? "" : "(" + std::to_string(s.notifications.size()) + ")";
  const std::string names[kPageCount] = {narrow ? "Prof" : "Profiles", "Card", narrow ? "Find" : "Discovery",
                                         (narrow ? "Notif" : "Notifications") + waiting};
  for (int i = 0; i < kPageCount; ++i) {
    const auto label = " " + std::to_string(i + 1) + " " + names[i] + " ";
    column = out.put(0, column, label, static_cast<int>(s.page) == i ? kBarChosen : kBar);
  }
  const auto eid = "EID …" + (s.card.eid.size() > 8 ? s.card.eid.substr(s.card.eid.size() - 8) : s.card.eid);
  if (!s.card.eid.empty() && column + columns_of(eid) + 2 <= width)
    out.put(0, width - columns_of(eid) - 1, eid, kBar);
}

using Hints = std::vector<std::pair<std::string, std::string>>;

Hints hints_of_dialog(const Dialog& d) {
  switch (d.kind) {
    case Dialog::Kind::kNote:
      return {{"any key", "Close"}};
    case Dialog::Kind::kConfirm:
      return {{"y", "Yes"}, {"n", "No"}};
    case Dialog::Kind::kInput:
    case Dialog::Kind::kCode:
      return {{"Enter", "Go on"}, {"Esc", "Give up"}};
    case Dialog::Kind::kOffer:
      return {d.seen ? std::pair{"y", "Yes"} : std::pair{"Down", "Read on"}, {"n", "No"}, {"l", "Later"}};
  }
  return {};
}

Hints hints(const LpaState& s) {
  if (s.dialog()) return hints_of_dialog(*s.dialog());
  Hints out;
  if (s.work && s.work->can_stop) {
    out = {{"Esc", "Stop"}};
  } else if (!s.work) {
    switch (s.page) {
      case Page::kProfiles:
        out = {{"a", "Add"}};
        if (const auto* p = s.profile()) {
          out.push_back(p->enabled() ? std::pair{"d", "Disable"} : std::pair{"e", "Enable"});
          if (!p->enabled()) out.emplace_back("x", "Delete");
          out.emplace_back("n", "Name");
          out.emplace_back("Enter", "Show");
        }
        break;
      case Page::kCard:
        out = {{"s", "Default SM-DP+"}};
        break;
      case Page::kDiscovery:
        out = {{"f", "Find"}};
        if (s.events && !s.events->empty()) out.emplace_back("Enter", "Download");
        break;
      case Page::kNotifications:
        if (!s.notifications.empty()) out = {{"s", "Send all"}, {"Enter", "Send"}, {"x", "Remove"}};
        break;
    }
  }
  if (!s.work) out.emplace_back("r", "Read");
  out.emplace_back("?", "Help");
  out.emplace_back("q", "Quit");
  return out;
}

// Help and Quit always fit; of the others as many as there is room for.
void draw_foot(Canvas& out, const LpaState& s) {
  const int width = out.size().columns, row = out.size().rows - 1;
  out.fill(row, 0, width, kBar);
  auto all = hints(s);
  const auto needed = [&] {
    int sum = 1;
    for (const auto& [key, label] : all) sum += columns_of(key) + columns_of(label) + 3;
    return sum;
  };
  while (needed() > width + 1 && all.size() > 2) all.erase(all.end() - 3);
  int column = 1;
  for (const auto& [key, label] : all) {
    column = out.put(row, column, key, {Tone::kPlain, true, true}) + 1;
    column = out.put(row, column, label, kBar) + 2;
  }
}

void draw_work(Canvas& out, const Work& w) {
  const int width = out.size().columns, row = out.size().rows - 2;
  const int bar = std::clamp(width / 4, 8, 30);
  const int full = static_cast<int>(w.whole * bar);
  std::string drawn;
  for (int i = 0; i < bar; ++i) drawn += i < full ? "█" : "░";
  int column = out.put(row, 1, drawn, {Tone::kAccent, false, false}) + 1;
  std::string text = w.step.empty() ? w.title : w.step;
  if (w.percent >= 0) text += " " + std::to_string(w.percent) + " %";
  if (w.stopping) text = "Stopping: ending the session";
  if (!w.server.empty() && !w.stopping) text += "  " + w.server;
  out.put(row, column, cut(text, width - column));
}

void draw_status(Canvas& out, const LpaState& s) {
  const int width = out.size().columns;
  if (s.work) return draw_work(out, *s.work);
  if (s.status.empty()) return;
  out.put(out.size().rows - 2, 1, cut(s.status, width - 2),
          {s.status_bad ? Tone::kBad : Tone::kGood, false, false});
}

// ---- Lists
struct Area {
  int top, rows;
};

void draw_list(Canvas& out, LpaState& s, const Area& area, const std::vector<Column>& columns,
               const std::vector<ListRow>& rows) {
  const int width = out.size().columns;
  int column = 1;
  for (const auto& c : columns) {
    out.put(area.top, column, cut(c.heading, c.width), kHeading);
    column += c.width + 2;
  }
  const int fits = std::max(area.rows - 1, 1), count = static_cast<int>(rows.size());
  s.page_rows = fits;
  const int first = std::clamp(s.row() - fits / 2, 0, std::max(count - fits, 0));
  for (int i = 0; i < fits && first + i < count; ++i) {
    const auto& row = rows[static_cast<std::size_t>(first + i)];
    const int line = area.top + 1 + i;
    auto style = row.style;
    if (first + i == s.row()) {
      style = {Tone::kPlain, true, row.style.bold};
      out.fill(line, 0, width, style);
    }
    column = 1;
    for (std::size_t c = 0; c < columns.size() && c < row.cells.size(); ++c) {
      out.put(line, column, cut(row.cells[c], columns[c].width), style);
      column += columns[c].width + 2;
    }
  }
  if (count > fits) {
    const auto where = std::to_string(s.row() + 1) + "/" + std::to_string(count);
    out.put(area.top, width - columns_of(where) - 1, where, kQuiet);
  }
}

void draw_paragraphs(Canvas& out, const Area& area, const std::vector<std::string>& paragraphs,
                     Style style = {}) {
  int row = area.top;
  for (const auto& p : paragraphs)
    for (const auto& line : wrap(p, out.size().columns - 3)) {
      if (row >= area.top + area.rows) return;
      out.put(row++, 2, line, style);
    }
}

std::vector<Column> profile_columns(int width) {
  if (width < kNarrow) return {{"", 1}, {"NAME", width - 16}, {"STATE", 9}};
  const int icc = 19, state = 8;
  if (width < 70) return {{"", 1}, {"NAME", width - icc - state - 11}, {"STATE", state}, {"ICCID", icc}};
  const int profile_class = width < 100 ? 11 : 12, nickname = width < 100 ? 0 : 16;
  const int left = width - 2 - 1 - icc - state - profile_class - nickname - 2 * (nickname ? 6 : 5);
  const int provider = left * 2 / 5;
  std::vector<Column> out{{"", 1}, {"NAME", left - provider}, {"PROVIDER", provider}};
  if (nickname) out.push_back({"NICKNAME", nickname});
  out.push_back({"STATE", state});
  out.push_back({"CLASS", profile_class});
  out.push_back({"ICCID", icc});
  return out;
}

void draw_profile_details(Canvas& out, const LpaState& s, const Area& area) {
  const auto* p = s.profile();
  if (!p || area.rows < 3) return;
  const int width = out.size().columns;
  std::string line;
  for (int i = 0; i < width; ++i) line += "─";
  out.put(area.top, 0, line, kQuiet);
  int row = area.top + 1;
  const auto pair = [&](const char* label, const std::string& value) {
    if (value.empty() || row >= area.top + area.rows) return;
    out.put(row, 1, label, kQuiet);
    out.put(row++, 11, cut(value, width - 12));
  };
  pair("Name", p->nickname.empty() || p->nickname == p->name ? p->name : p->name + "  (" + p->nickname + ")");
  pair("Provider", p->provider + (p->owner.empty() ? "" : "  " + p->owner));
  pair("ICCID", p->iccid);
  pair("AID", p->aid);
  for (const auto& rule : p->rules) pair("Rule", rule);
}

bool draw_card_failure(Canvas& out, const LpaState& s, const Area& area) {
  if (!s.card_failure) return false;
  std::vector<std::string> text{"The card cannot be read: " + s.card_failure->cause};
  if (!s.card_failure->remedy.empty()) text.push_back(s.card_failure->remedy);
  text.emplace_back("r tries again.");
  draw_paragraphs(out, {area.top + 1, area.rows - 1}, text);
  return true;
}

void draw_profiles(Canvas& out, LpaState& s, Area area) {
  if (draw_card_failure(out, s, area)) return;
  if (s.profiles.empty()) {
    draw_paragraphs(out, {area.top + 1, area.rows - 1},
                    s.read ? std::vector<std::string>{"The card has no Profiles.", "a adds one."}
                           : std::vector<std::string>{"Reading the card …"});
    return;
  }
  const int width = out.size().columns;
  if (out.size().rows >= kDetailsFrom) {
    const int details = std::min(7, area.rows - 4);
    draw_profile_details(out, s, {area.top + area.rows - details, details});
    area.rows -= details;
  }
  const auto columns = profile_columns(width);
  std::vector<ListRow> rows;
  for (const auto& p : s.profiles) {
    ListRow row;
    for (const auto& c : columns) {
      if (c.heading.empty()) row.cells.push_back(p.enabled() ? "●" : "○");
      if (c.heading == "NAME") row.cells.push_back(width < 100 ? p.title() : p.name);
      if (c.heading == "PROVIDER") row.cells.push_back(p.provider);
      if (c.heading == "NICKNAME") row.cells.push_back(p.nickname);
      if (c.heading == "STATE") row.cells.push_back(p.state);
      if (c.heading == "CLASS") row.cells.push_back(p.profile_class);
      if (c.heading == "ICCID") row.cells.push_back(p.iccid);
    }
    if (p.enabled()) row.style = {Tone::kGood, false, true};
    rows.push_back(std::move(row));
  }
  draw_list(out, s, area, columns, rows);
}

// Label and value; long values go on below. The selected row is what is scrolled to.
void draw_card(Canvas& out, LpaState& s, const Area& area) {
  if (draw_card_failure(out, s, area)) return;
  const int width = out.size().columns;
  int label = 0;
  for (const auto& [name, value] : s.card.facts) label = std::max(label, columns_of(name));
  label = std::min(label, width / 2);
  struct Drawn {
    std::string label, value;
    int row;
  };
  std::vector<Drawn> lines;
  int index = 0, selected_at = 0;
  for (const auto& [name, value] : s.card.facts) {
    if (index == s.row()) selected_at = static_cast<int>(lines.size());
    bool first = true;
    for (auto& part : wrap(value, width - label - 4)) {
      lines.push_back({first ? name : "", std::move(part), index});
      first = false;
    }
    ++index;
  }
  s.page_rows = std::max(area.rows / 2, 1);
  const int count = static_cast<int>(lines.size());
  const int start = std::clamp(selected_at - area.rows / 2, 0, std::max(count - area.rows, 0));
  for (int i = 0; i < area.rows && start + i < count; ++i) {
    const auto& line = lines[static_cast<std::size_t>(start + i)];
    const bool chosen = line.row == s.row();
    out.put(area.top + i, 1, cut(line.label, label), chosen ? Style{Tone::kAccent, false, true} : kQuiet);
    out.put(area.top + i, label + 3, line.value, {Tone::kPlain, false, chosen});
  }
}

void draw_discovery(Canvas& out, LpaState& s, const Area& area) {
  const int width = out.size().columns;
  if (!s.events || s.events->empty()) {
    const auto root = s.card.root_smds.empty() ? std::string("The card names no Root SM-DS.")
                                               : "Root SM-DS of the card: " + s.card.root_smds;
    draw_paragraphs(out, {area.top + 1, area.rows - 1},
                    {s.events ? "Nothing is waiting for this card." : "Nobody was asked yet.", root,
                     "f asks what is waiting."});
    return;
  }
  const int via = width < kNarrow ? 0 : 24;
  const int left = width - 2 - via - (via ? 4 : 2), event = left * 2 / 5;
  std::vector<Column> columns{{"SM-DP+", left - event}, {"EVENT", event}};
  if (via) columns.push_back({"VIA", via});
  std::vector<ListRow> rows;
  for (const auto& e : *s.events)
    rows.push_back({{e.smdp_address, e.trouble.empty() ? e.event_id : "not reached", e.via},
                    {e.trouble.empty() ? Tone::kPlain : Tone::kBad, false, false}});
  draw_list(out, s, area, columns, rows);
}

void draw_notifications(Canvas& out, LpaState& s, const Area& area) {
  if (s.notifications.empty())
    return draw_paragraphs(out, {area.top + 1, area.rows - 1}, {"No notification waits on the card."});
  const int width = out.size().columns;
  std::vector<Column> columns{{"NO", 5}, {"EVENT", 8}};
  if (width >= kNarrow) columns.push_back({"ICCID", 19});
  const int left = width - 2 - 5 - 8 - 4 - (width >= kNarrow ? 21 : 0);
  columns.push_back({"SERVER", left});
  std::vector<ListRow> rows;
  for (const auto& n : s.notifications) {
    ListRow row{{std::to_string(n.number), n.event}, {}};
    if (width >= kNarrow) row.cells.push_back(n.iccid);
    row.cells.push_back(n.trouble.empty() ? n.server : n.server + ": " + n.trouble);
    if (!n.trouble.empty()) row.style.tone = Tone::kBad;
    rows.push_back(std::move(row));
  }
  draw_list(out, s, area, columns, rows);
}

// ---- Dialogs
void draw_line(Canvas& out, const Line& line, int row, int column, int width) {
  const auto& all = line.characters();
  std::vector<Glyph> shown;
  int before = 0;  // columns left of the cursor
  for (std::size_t i = 0; i < all.size(); ++i) {
    const int columns = line.hidden() ? 1 : std::max(columns_of(all[i]), 0);
    shown.push_back({line.hidden() ? "•" : encode_utf8(all[i]), columns});
    if (i < line.cursor()) before += columns;
  }
  std::size_t first = 0;
  for (; before > width - 1 && first < shown.size(); ++first) before -= shown[first].columns;
  std::string text;
  for (std::size_t i = first; i < shown.size(); ++i) text += shown[i].text;
  out.fill(row, column, width, {Tone::kPlain, true, false});
  out.put(row, column, text, {Tone::kPlain, true, false}, width);
  out.show_cursor(row, column + before);
}

void draw_dialog(Canvas& out, Dialog& d) {
  const auto size = out.size();
  const bool typed = d.kind == Dialog::Kind::kInput || d.kind == Dialog::Kind::kCode;
  const int most = std::min(kWidestDialog, size.columns - (size.columns < kNarrow ? 0 : 4));
  const auto wrapped = [&](int width) {
    std::vector<std::string> lines;
    for (const auto& p : d.body)
      for (auto& line : wrap(p, width - 4)) lines.push_back(std::move(line));
    return lines;
  };
  auto lines = wrapped(most);
  int widest = typed ? most - 4 : columns_of(d.title) + 4;
  for (const auto& line : lines) widest = std::max(widest, columns_of(line));
  const int width = std::min(most, std::max(widest + 4, 30));
  const int extra = typed ? 4 : 2;
  const int height = std::min(static_cast<int>(lines.size()) + extra, size.rows - 2);
  if (height < extra + 1 || width < 8) return;
  const int inside = height - extra, count = static_cast<int>(lines.size());
  const int top = 1 + (size.rows - 2 - height) / 2, left = (size.columns - width) / 2;
  d.scroll = std::clamp(d.scroll, 0, std::max(count - inside, 0));
  d.page = inside;
  if (d.scroll <= d.seen_lines) d.seen_lines = std::max(d.seen_lines, d.scroll + inside);
  d.seen = d.seen || d.seen_lines >= count;
  const Style frame{d.bad ? Tone::kBad : Tone::kAccent, false, false};
  out.box(top, left, height, width, d.title, frame);
  for (int i = 0; i < inside && d.scroll + i < count; ++i)
    out.put(top + 1 + i, left + 2, lines[static_cast<std::size_t>(d.scroll + i)], {}, width - 4);
  if (count > inside)
    out.put(top + height - 1, left + width - 10, d.scroll + inside < count ? " ↓ more " : " ↑ more ", frame);
  if (typed) draw_line(out, d.line, top + height - 2, left + 2, width - 4);
}
}  // namespace

Canvas draw(LpaState& state, Size size) {
  Canvas out(size);
  size = out.size();
  if (size.rows < 6 || size.columns < 24) {
    out.put(0, 0, "Too small");
    return out;
  }
  draw_head(out, state);
  const Area area{1, size.rows - 3};
  switch (state.page) {
    case Page::kProfiles:
      draw_profiles(out, state, area);
      break;
    case Page::kCard:
      draw_card(out, state, area);
      break;
    case Page::kDiscovery:
      draw_discovery(out, state, area);
      break;
    case Page::kNotifications:
      draw_notifications(out, state, area);
      break;
  }
  draw_status(out, state);
  if (!state.dialogs.empty()) draw_dialog(out, state.dialogs.back());
  draw_foot(out, state);
  return out;
}

}  // namespace eider::tui
