// eider operator campaign status, report, history
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "campaign_text.hpp"
#include "cmd_campaign.hpp"
#include "cmd_lpa.hpp"
#include "roles/campaign/report.hpp"

namespace eider::app::campaign_cli {
namespace {
namespace bj = boost::json;
using campaign::Attempt, campaign::Campaign, campaign::Card, campaign::CardState, campaign::Report;
using pki::need;
constexpr std::size_t kPart = 1000;  // rows that are read at once

std::string text_of(std::string_view s) {
  return std::string(s);
}
std::string status_of(const std::string& subject, const std::string& reason) {
  return subject.empty() ? "" : subject + "/" + reason;
}
std::string state_words(CardState s) {
  return text_of(to_string(s));
}
// Why, in one line.
std::string words_for(const Card& c) {
  auto out = text_of(campaign::explain(c.reason));
  const auto status = status_of(c.subject_code, c.reason_code);
  if (!status.empty()) out += (out.empty() ? "" : ", ") + status;
  if (!c.text.empty()) out += ": " + lpa_cli::printable(c.text);
  return out;
}
// RFC 4180; what a spreadsheet would take for a formula is quoted as text.
std::string cell(std::string_view text) {
  std::string out(text);
  if (!out.empty() && std::string_view("=+-@").find(out[0]) != std::string_view::npos) out.insert(0, 1, '\'');
  if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out)
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c == '\n' || c == '\r' ? ' ' : c);
  return quoted + "\"";
}
void print_row(std::initializer_list<std::string> cells) {
  std::string line;
  for (const auto& c : cells) line += (line.empty() ? "" : ",") + cell(c);
  std::printf("%s\r\n", line.c_str());
}

bj::object tally_json(const campaign::Tally& t) {
  bj::object out;
  for (std::size_t i = 0; i < t.size(); ++i) out[to_string(static_cast<CardState>(i))] = t[i];
  return out;
}
bj::object card_json(const Card& c) {
  bj::object out{{"eid", sgp22::eid_digits(c.eid)}, {"state", to_string(c.state)}, {"attempts", c.attempts}};
  if (c.target) out["iccid"] = sgp22::iccid_digits(*c.target);
  if (c.state == CardState::kWaiting) out["next"] = to_string(c.action);
  if (c.reason != campaign::Reason::kNone) out["reason"] = to_string(c.reason);
  if (!c.subject_code.empty()) out["status"] = status_of(c.subject_code, c.reason_code);
  if (!c.text.empty()) out["text"] = c.text;
  bj::array notes;
  for (const auto n : campaign::explain_notes(c.notes)) notes.emplace_back(n);
  if (!notes.empty()) out["notes"] = std::move(notes);
  return out;
}
bj::object report_json(const Report& r) {
  bj::array reasons, needy, next;
  for (const auto& x : r.reasons)
    reasons.push_back(bj::object{{"state", to_string(x.state)},
                                 {"reason", to_string(x.reason)},
                                 {"status", status_of(x.subject_code, x.reason_code)},
                                 {"cards", x.cards}});
  for (const auto& c : r.in_need) needy.push_back(card_json(c));
  for (const auto& [action, n] : r.next)
    next.push_back(bj::object{{"action", to_string(action)}, {"cards", n}});
  const auto& d = r.durations;
  bj::object out{
      {"campaign", r.campaign.name},
      {"wanted", to_string(r.campaign.wanted)},
      {"created", format_time(r.campaign.created_at)},
      {"terms", terms_text(r.campaign)},
      {"cards", r.cards},
      {"states", tally_json(r.tally)},
      {"next", std::move(next)},
      {"reasons", std::move(reasons)},
      {"milliseconds",
       bj::object{
           {"count", d.count}, {"p50", d.p50}, {"p90", d.p90}, {"p99", d.p99}, {"longest", d.longest}}},
      {"inNeed", std::move(needy)},
      {"moreInNeed", r.more_in_need}};
  if (!r.campaign.why.empty()) out["why"] = r.campaign.why;
  return out;
}

void print_text(const Report& r) {
  std::printf("%s, %s%s\n  %s\n", r.campaign.name.c_str(), text_of(to_string(r.campaign.wanted)).c_str(),
              r.campaign.why.empty() ? "" : (": " + lpa_cli::printable(r.campaign.why)).c_str(),
              lpa_cli::printable(terms_text(r.campaign)).c_str());
  std::vector<std::vector<std::string>> rows{{"cards", "state", "why"}};
  for (const auto& [action, n] : r.next)
    rows.push_back({std::to_string(n), "waiting", "next: " + text_of(to_string(action))});
  if (const auto out = of(r.tally, CardState::kInFlight); out > 0)
    rows.push_back({std::to_string(out), state_words(CardState::kInFlight), "a call is out"});
  for (const auto& x : r.reasons) {
    const auto status = status_of(x.subject_code, x.reason_code);
    rows.push_back({std::to_string(x.cards), state_words(x.state),
                    text_of(campaign::explain(x.reason)) + (status.empty() ? "" : ", " + status)});
  }
  rows.push_back({std::to_string(r.cards), "", "in all"});
  lpa_cli::print_table(rows);
  const auto& d = r.durations;
  if (d.count > 0)
    std::printf(
        "time of a change: half within %.1f s, 90%% within %.1f s, 99%% within %.1f s, the longest %.1f s\n",
        d.p50 / 1e3, d.p90 / 1e3, d.p99 / 1e3, d.longest / 1e3);
  if (r.in_need.empty()) return;
  std::printf("need a hand:\n");
  for (const auto& c : r.in_need)
    std::printf("  %s  %s, %u attempts: %s\n", sgp22::eid_digits(c.eid).c_str(), state_words(c.state).c_str(),
                unsigned{c.attempts}, words_for(c).c_str());
  if (r.more_in_need > 0) std::printf("  and %llu more\n", static_cast<unsigned long long>(r.more_in_need));
}

Report read_report(campaign::Store& store, const Campaign& c, std::size_t most) {
  Report out;
  need(store.read([&](campaign::StoreReader& r) -> Status {
    EIDER_TRY(now, r.campaign(c.id));
    EIDER_TRY(report, campaign::make_report(r, now ? *now : c, most));
    out = std::move(report);
    return {};
  }));
  return out;
}

struct Show {
  SharedOptions shared;
  std::string eid;
  bool csv = false;
  std::size_t limit = 20;

  bool json() const { return shared->parties->json; }

  void status() const {
    const auto store = shared->open();
    if (!shared->name.empty()) return print_report(*store, shared->find(*store), json());
    std::vector<Campaign> all;
    need(store->read([&](campaign::StoreReader& r) -> Status {
      EIDER_TRY(found, r.campaigns());
      all = std::move(found);
      return {};
    }));
    bj::array list;
    std::vector<std::vector<std::string>> rows{
        {"campaign", "state", "cards", "done", "failed", "held", "left"}};
    for (const auto& c : all) {
      const auto r = read_report(*store, c, 0);
      const auto n = [&](CardState s) { return std::to_string(of(r.tally, s)); };
      rows.push_back({c.name, text_of(to_string(c.wanted)), std::to_string(r.cards), n(CardState::kDone),
                      n(CardState::kFailed), n(CardState::kHeld),
                      std::to_string(of(r.tally, CardState::kWaiting) + of(r.tally, CardState::kInFlight))});
      list.push_back(bj::object{{"campaign", c.name},
                                {"wanted", to_string(c.wanted)},
                                {"cards", r.cards},
                                {"states", tally_json(r.tally)}});
    }
    if (json()) return lpa_cli::print_json(list);
    lpa_cli::print_table(rows);
  }

  void report() const {
    const auto store = shared->open();
    const auto c = shared->find(*store);
    if (csv) return report_csv(*store, c);
    const auto r = read_report(*store, c, limit);
    json() ? lpa_cli::print_json(report_json(r)) : print_text(r);
  }
  // Every card.
  static void report_csv(campaign::Store& store, const Campaign& c) {
    print_row({"eid", "iccid", "state", "reason", "status", "attempts", "text", "notes"});
    for (std::uint32_t next = 0;;) {
      std::vector<Card> part;
      need(store.read([&](campaign::StoreReader& r) -> Status {
        EIDER_TRY(cards, r.cards(c.id, next, kPart, std::nullopt));
        part = std::move(cards);
        return {};
      }));
      for (const auto& card : part) {
        std::string notes;
        for (const auto n : campaign::explain_notes(card.notes))
          notes += (notes.empty() ? "" : "; ") + text_of(n);
        const auto why = card.state == CardState::kWaiting ? "next: " + text_of(to_string(card.action))
                                                           : text_of(to_string(card.reason));
        print_row({sgp22::eid_digits(card.eid), card.target ? sgp22::iccid_digits(*card.target) : "",
                   state_words(card.state), why, status_of(card.subject_code, card.reason_code),
                   std::to_string(card.attempts), lpa_cli::printable(card.text), notes});
      }
      if (part.size() < kPart) return;
      next = part.back().seq + 1;
    }
  }

  void history() const {
    const auto store = shared->open();
    const auto c = shared->find(*store);
    std::optional<Card> card;
    if (!eid.empty()) {
      need(store->read([&](campaign::StoreReader& r) -> Status {
        EIDER_TRY(found, r.find_card(c.id, m2m::parse_eid_argument(eid)));
        card = std::move(found);
        return {};
      }));
      if (!card)
        pki::refuse("the campaign has no card " + eid, "eider operator campaign report " + c.name + " --csv");
    }
    if (csv)
      print_row({"time", "eid", "action", "call", "outcome", "status", "milliseconds", "sends", "text"});
    for (std::uint64_t after = 0;;) {
      std::vector<Attempt> part;
      std::vector<std::string> eids;
      need(store->read([&](campaign::StoreReader& r) -> Status {
        EIDER_TRY(found, r.attempts(c.id, after, kPart, card ? std::optional(card->seq) : std::nullopt));
        part = std::move(found);
        for (const auto& a : part) {
          EIDER_TRY(of_it, r.card(c.id, a.seq));
          eids.push_back(of_it ? sgp22::eid_digits(of_it->eid) : "");
        }
        return {};
      }));
      for (std::size_t i = 0; i < part.size(); ++i) print_attempt(c, part[i], eids[i]);
      if (part.size() < kPart) break;
      after = part.back().id;
    }
    if (card && !csv && !json())
      std::printf("%s%s\n", state_words(card->state).c_str(), (" " + words_for(*card)).c_str());
  }
  void print_attempt(const Campaign& c, const Attempt& a, const std::string& card) const {
    const auto took = (a.ended_at - a.sent_at).count();
    const auto id = campaign::call_identifier(c, a.seq, a.call);
    const auto status = status_of(a.subject_code, a.reason_code);
    if (csv)
      return print_row({format_time(a.ended_at), card, text_of(to_string(a.action)), id,
                        text_of(to_string(a.outcome)), status, std::to_string(took), std::to_string(a.sends),
                        lpa_cli::printable(a.text)});
    if (json()) {
      bj::object o{{"time", format_time(a.ended_at)},
                   {"eid", card},
                   {"action", to_string(a.action)},
                   {"call", id},
                   {"outcome", to_string(a.outcome)},
                   {"milliseconds", took},
                   {"sends", a.sends}};
      if (!status.empty()) o["status"] = status;
      if (!a.text.empty()) o["text"] = a.text;
      std::printf("%s\n", bj::serialize(o).c_str());
      return;
    }
    std::printf("%s  %s  %-8s %-11s %8.1f s  %s%s%s%s\n", format_time(a.ended_at).c_str(), card.c_str(),
                text_of(to_string(a.action)).c_str(), text_of(to_string(a.outcome)).c_str(),
                static_cast<double>(took) / 1e3, id.c_str(), status.empty() ? "" : ("  " + status).c_str(),
                a.text.empty() ? "" : "  ", lpa_cli::printable(a.text).c_str());
  }
};

}  // namespace

void print_report(campaign::Store& store, const Campaign& c, bool json) {
  const auto r = read_report(store, c, 10);
  json ? lpa_cli::print_json(report_json(r)) : print_text(r);
}

void declare_report(CLI::App& campaign, const SharedOptions& shared) {
  const auto show = std::make_shared<Show>();
  show->shared = shared;
  auto* status = campaign.add_subcommand("status", "How far it is; without a name: all campaigns");
  status->add_option("NAME", shared->name, "Of the campaign");
  status->footer(
      "Examples:\n  eider operator campaign status\n  eider operator --json campaign status spring");
  status->callback([show] { show->status(); });
  auto* report =
      campaign.add_subcommand("report", "Totals by outcome and reason, times, cards that need a hand");
  report->add_option("NAME", shared->name, "Of the campaign")->required();
  report->add_flag("--csv", show->csv, "A line for each card");
  report->add_option("--limit", show->limit, "Cards that need a hand, at most")->capture_default_str();
  report->footer(
      "Examples:\n  eider operator campaign report spring\n"
      "  eider operator campaign report spring --csv > spring.csv");
  report->callback([show] { show->report(); });
  auto* history =
      campaign.add_subcommand("history", "Every call and what came of it; of one card, or of all");
  history->add_option("NAME", shared->name, "Of the campaign")->required();
  history->add_option("EID", show->eid, "Of this card");
  history->add_flag("--csv", show->csv, "As a table");
  history->footer(
      "Examples:\n  eider operator campaign history spring 89049032000001000000000000000074\n"
      "  eider operator --json campaign history spring");
  history->callback([show] { show->history(); });
}

}  // namespace eider::app::campaign_cli
