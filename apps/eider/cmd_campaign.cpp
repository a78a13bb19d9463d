// eider operator campaign: a fleet is moved to a Profile.
#include "cmd_campaign.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/random.hpp"
#include "campaign_text.hpp"
#include "cmd_lpa.hpp"
#include "input_file.hpp"
#include "roles/campaign/card_list.hpp"
#include "roles/campaign/plan.hpp"
#include "roles/campaign/retry.hpp"

namespace eider::app::campaign_cli {

using campaign::Campaign, campaign::Card, campaign::CardState, campaign::Wanted;
using pki::need;

std::unique_ptr<store::CampaignSqlite> Options::open() const {
  return need(store::CampaignSqlite::open(data));
}
Campaign Options::find(campaign::Store& store) const {
  std::optional<Campaign> found;
  need(store.read([&](campaign::StoreReader& r) -> Status {
    EIDER_TRY(c, r.find_campaign(name));
    found = std::move(c);
    return {};
  }));
  if (!found)
    pki::refuse("there is no campaign \"" + name + "\" in " + data, "eider operator campaign status");
  return *std::move(found);
}

namespace {

// The terms that may change while it runs. Empty: as it is.
struct PaceArguments {
  std::string rate, from, until, utc_offset, validity, stop_at, soon, later;
  std::vector<std::string> hours;
  std::uint32_t burst = 0, in_flight = 0, stop_over = 0, attempts = 0;
  std::vector<const CLI::Option*> options;

  void declare(CLI::App& c) {
    const auto before = c.get_options().size();
    declare_terms(c);
    const auto all = c.get_options();
    options.assign(all.begin() + static_cast<std::ptrdiff_t>(before), all.end());
  }
  // A change that changes nothing is a mistake.
  void need_one() const {
    std::string names;
    for (const auto* o : options) {
      if (o->count() > 0) return;
      names += (names.empty() ? "" : ", ") + o->get_name();
    }
    throw CommandError{2, "no term is given, so nothing is changed\n  remedy: one of " + names};
  }
  void declare_terms(CLI::App& c) {
    c.add_option("--rate", rate, "Calls that reach a card: N/s, N/min, N/h; 0: as fast as they answer")
        ->type_name("RATE");
    c.add_option("--burst", burst, "So many of them at once, when time was left over")->type_name("N");
    c.add_option("--in-flight", in_flight, "At most so many without an answer; 100")->type_name("N");
    c.add_option("--from", from, "Not before")->type_name("TIME");
    c.add_option("--until", until, "Not after; the SM-SR gives up then, too")->type_name("TIME");
    c.add_option("--hours", hours, "Only in these hours of the day; \"any\" takes them away")
        ->type_name("HH:MM-HH:MM");
    c.add_option("--utc-offset", utc_offset, "Of the place whose hours they are")->type_name("+HH:MM");
    c.add_option("--card-time", validity, "How long the SM-SR tries to reach a card; 1h")->type_name("SPAN");
    c.add_option("--stop-at", stop_at, "Pause when more fail; 5%; 0: never")->type_name("SHARE");
    c.add_option("--stop-over", stop_over, "Of the last so many outcomes; 100")->type_name("N");
    c.add_option("--attempts", attempts, "At most so many of each card; else by class of retry")
        ->type_name("N");
    c.add_option("--retry-soon", soon, "Wait before the first retry of what passes; 5s")->type_name("SPAN");
    c.add_option("--retry-later", later, "The same for cards out of reach; 5m")->type_name("SPAN");
  }
  void apply(campaign::Pace& p, Time now) const {
    const auto take = [](auto& member, auto value) {
      if (value > 0) member = value;
    };
    if (!rate.empty()) p.per_minute = parse_rate(rate);
    take(p.burst, burst);
    take(p.in_flight, in_flight);
    take(p.stop_over, stop_over);
    take(p.attempts, attempts);
    if (!from.empty()) p.not_before = parse_moment("--from", from, now);
    if (!until.empty()) p.until = parse_until(now);
    if (!hours.empty()) p.hours.clear();
    for (const auto& h : hours)
      if (h != "any") p.hours.push_back(parse_hours(h));
    if (!utc_offset.empty()) p.utc_offset = parse_offset(utc_offset);
    if (!validity.empty()) p.validity = parse_seconds("--card-time", validity);
    if (!stop_at.empty()) p.stop_per_mille = parse_share(stop_at);
    if (!soon.empty()) p.soon = parse_seconds("--retry-soon", soon);
    if (!later.empty()) p.later = parse_seconds("--retry-later", later);
    if (p.until && p.not_before && *p.until <= *p.not_before)
      throw CommandError{2,
                         "--until is not after --from: the window is never open\n  remedy: a later --until"};
  }

 private:
  Time parse_until(Time now) const {
    const auto t = parse_moment("--until", until, now);
    if (t <= now)
      throw CommandError{2, "--until " + format_time(t) +
                                " has passed: the window is never open\n  remedy: a time to come, such as "
                                "+8h; `campaign pause` stops one that runs"};
    return t;
  }
};

struct Create {
  SharedOptions shared;
  PaceArguments pace;
  std::string cards, inventory;
  campaign::Goal goal;

  campaign::CardList read_cards() const {
    auto list = campaign::read_card_list(read_input(cards));
    campaign::CardList known;
    if (!inventory.empty()) known = campaign::read_card_list(read_input(inventory));
    if (goal.type.empty())
      for (const auto& c : list.cards)
        if (!c.target) list.problems.push_back({c.line, "no ICCID beside the card, and no --to-type"});
    campaign::resolve(list, known);
    if (list.total > list.cards.size() + list.problems.size())
      std::fprintf(stderr, "eider: the list has %zu of %llu cards: eider smsr list --limit\n",
                   list.cards.size(), static_cast<unsigned long long>(list.total));
    if (!list.problems.empty()) refuse(list.problems);
    if (list.cards.empty()) throw CommandError{1, cards + " names no card"};
    return list;
  }
  [[noreturn]] void refuse(const std::vector<campaign::ListProblem>& problems) const {
    constexpr std::size_t kShown = 20;
    std::string text;
    for (std::size_t i = 0; i < std::min(problems.size(), kShown); ++i)
      text += cards + ":" + std::to_string(problems[i].line) + ": " + problems[i].what + "\n";
    if (problems.size() > kShown) text += std::to_string(problems.size() - kShown) + " more lines\n";
    throw CommandError{1, text + "no campaign was made\n  remedy: correct these lines"};
  }

  void run() const {
    Campaign c;
    c.name = shared->name;
    c.tag = to_hex(SystemRandom().bytes(8));
    c.created_at = SystemClock().now();
    c.goal = goal;
    pace.apply(c.pace, c.created_at);
    const auto list = read_cards();
    const auto store = shared->open();
    need(store->write([&](campaign::StoreTransaction& tx) -> Status {
      EIDER_TRY(before, tx.find_campaign(c.name));
      if (before) return fail_local("there is a campaign \"" + c.name + "\"", "another name");
      EIDER_CHECK(tx.add_campaign(c));
      std::uint32_t seq = 0;
      for (const auto& listed : list.cards) {
        Card card;
        card.seq = ++seq;
        card.eid = *listed.eid;
        card.target = listed.target;
        if (goal.unseen) campaign::decide_unseen(goal, card);
        EIDER_CHECK(tx.add_card(c.id, card));
      }
      return {};
    }));
    if (shared->parties->json)
      std::printf("{\"campaign\":%s,\"cards\":%zu}\n",
                  boost::json::serialize(boost::json::value(c.name)).c_str(), list.cards.size());
    else
      std::printf("%s: %zu cards %s\n", c.name.c_str(), list.cards.size(), terms_text(c).c_str());
  }
};

// What another process that runs it hears of with its next transaction.
void edit(const SharedOptions& o, const std::function<Status(campaign::StoreTransaction&, Campaign&)>& body) {
  const auto store = o->open();
  auto c = o->find(*store);
  need(store->write([&](campaign::StoreTransaction& tx) -> Status {
    EIDER_TRY(now, tx.campaign(c.id));
    if (!now) return fail_local("the campaign was removed");
    EIDER_CHECK(body(tx, *now));
    ++now->revision;
    c = *now;
    return tx.put_campaign(c);
  }));
  std::printf("%s: %s\n", c.name.c_str(), std::string(to_string(c.wanted)).c_str());
}
Status not_cancelled(const Campaign& c) {
  return c.wanted == Wanted::kCancelled ? Status(fail_local("the campaign was cancelled", "make a new one"))
                                        : Status{};
}
void pause(const SharedOptions& o) {
  edit(o, [](campaign::StoreTransaction&, Campaign& c) -> Status {
    EIDER_CHECK(not_cancelled(c));
    c.wanted = Wanted::kPaused;
    c.why.clear();
    return {};
  });
}
void resume(const SharedOptions& o) {
  edit(o, [](campaign::StoreTransaction& tx, Campaign& c) -> Status {
    EIDER_CHECK(not_cancelled(c));
    c.wanted = Wanted::kRun;
    c.why.clear();
    EIDER_TRY(last, tx.last_attempt(c.id));
    c.counted_from = last;
    return {};
  });
}
void cancel(const SharedOptions& o) {
  edit(o, [](campaign::StoreTransaction& tx, Campaign& c) -> Status {
    c.wanted = Wanted::kCancelled;
    return tx.cancel_waiting(c.id);
  });
}

struct Retry {
  SharedOptions shared;
  std::vector<std::string> eids;
  std::string state;

  void run() const {
    const auto wanted = state.empty() ? std::nullopt : campaign::parse_card_state(state);
    const auto classes =
        "\n  remedy: EIDs, or --state with held (a person has to look), failed (given up) or skipped "
        "(policy, rights or selection said no)";
    if (!state.empty() && wanted != CardState::kHeld && wanted != CardState::kFailed &&
        wanted != CardState::kSkipped)
      throw CommandError{2, "no cards of the state \"" + state + "\" are tried again" + classes};
    if (eids.empty() && !wanted)
      throw CommandError{2, "nothing says which cards to try again" + std::string(classes)};
    std::vector<campaign::Eid> named;
    for (const auto& e : eids) {
      const auto eid = sgp22::parse_eid(e);
      if (!eid)
        throw CommandError{2, "\"" + e + "\" is neither an EID, which has 32 digits, nor a state" + classes};
      named.push_back(*eid);
    }
    std::uint64_t count = 0;
    edit(shared, [&](campaign::StoreTransaction& tx, Campaign& c) -> Status {
      EIDER_CHECK(not_cancelled(c));
      std::vector<Card> cards;
      for (const auto& eid : named) {
        EIDER_TRY(card, tx.find_card(c.id, eid));
        if (!card) return fail_local("the campaign has no card " + sgp22::eid_digits(eid));
        cards.push_back(*std::move(card));
      }
      if (eids.empty()) {
        EIDER_TRY(all, tx.cards(c.id, 0, SIZE_MAX, wanted));
        cards = std::move(all);
      }
      for (auto& card : cards) {
        const auto s = card.state;
        if (s != CardState::kHeld && s != CardState::kFailed && s != CardState::kSkipped) continue;
        again(card);
        ++count;
        EIDER_CHECK(tx.put_card(c.id, card));
      }
      return {};
    });
    std::printf("%llu cards are looked at again\n", static_cast<unsigned long long>(count));
  }
  // By a look, whatever it was: nobody knows what has been done about it since.
  static void again(Card& card) {
    card.state = CardState::kWaiting;
    card.action = campaign::Action::kLook;
    card.reason = campaign::Reason::kNone;
    card.attempts = 0;
    card.sends = 0;
    card.not_before = Time{};
  }
};

void print_rules(bool json) {
  boost::json::array all;
  std::vector<std::vector<std::string>> rows{{"status", "retry", "look first", "why"}};
  for (const auto& r : campaign::retry_rows()) {
    const auto status = std::string(r.subject) + "/" + std::string(r.reason);
    rows.push_back({status, std::string(to_string(r.what)), r.look ? "yes" : "", std::string(r.why)});
    all.push_back(boost::json::object{{"status", status},
                                      {"retry", std::string(to_string(r.what))},
                                      {"look", r.look},
                                      {"why", std::string(r.why)}});
  }
  if (json) return lpa_cli::print_json(all);
  lpa_cli::print_table(rows);
  std::printf("other      human\n");
}

constexpr const char* kFooter = R"(
A campaign is a list of cards and terms. `plan` asks the SM-SR for each card and says what would be done: it
changes nothing. `run` does it, may be ended at any moment, even by kill -9, and goes on when it is started again.
Commands meet in a file (--data). What each status code leads to: `eider operator campaign rules`.

Examples:
  eider operator campaign create spring --cards eids.csv --to-type gold --rate 20/s --hours 01:00-05:00
  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 campaign plan spring
  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 campaign run spring
  eider operator campaign pause spring
  eider operator campaign report spring --csv > spring.csv)";

void declare_create(CLI::App& campaign, const SharedOptions& shared) {
  auto o = std::make_shared<Create>();
  o->shared = shared;
  auto* c = campaign.add_subcommand("create", "A campaign: which cards, to which Profile, on which terms");
  c->add_option("NAME", shared->name, "Of the campaign")->required();
  c->add_option(
       "--cards", o->cards,
       "Lines of EID or EID,ICCID; ICCIDs in the place of EIDs with --inventory; or `eider smsr list "
       "--json`; - is standard input")
      ->type_name("FILE")
      ->required();
  c->add_option("--inventory", o->inventory, "`eider smsr list --json`: which card has which ICCID")
      ->type_name("FILE");
  c->add_option("--to-type", o->goal.type,
                "The card's Profile of this type; without it, the ICCID of each line")
      ->type_name("NAME");
  c->add_flag("--download", o->goal.download, "Where it is missing, the SM-DP installs one (ES2)");
  c->add_option("--only-enabled", o->goal.enabled_type, "Only cards whose enabled Profile is of this type")
      ->type_name("NAME");
  c->add_option("--only-having", o->goal.having_type, "Only cards that have a Profile of this type")
      ->type_name("NAME");
  c->add_flag("--unseen", o->goal.unseen, "Call without asking for the card's EIS first; lines name ICCIDs");
  o->pace.declare(*c);
  c->footer(
      "Examples:\n  eider operator campaign create spring --cards eids.csv --to-type gold --rate 20/s\n"
      "  eider smsr list --data smsr --json --limit 100000 | eider operator campaign create spring --cards - "
      "--to-type gold --only-enabled bootstrap --download");
  c->callback([o] { o->run(); });
}

void declare_set(CLI::App& campaign, const SharedOptions& shared) {
  auto pace = std::make_shared<PaceArguments>();
  auto* c = campaign.add_subcommand("set", "Other terms, also while it runs");
  c->add_option("NAME", shared->name, "Of the campaign")->required();
  pace->declare(*c);
  c->footer("Examples:\n  eider operator campaign set spring --rate 50/s --until +8h");
  c->callback([shared, pace] {
    pace->need_one();
    edit(shared, [&](campaign::StoreTransaction&, Campaign& now) -> Status {
      pace->apply(now.pace, SystemClock().now());
      return {};
    });
  });
}

void declare_retry(CLI::App& campaign, const SharedOptions& shared) {
  auto o = std::make_shared<Retry>();
  o->shared = shared;
  auto* c = campaign.add_subcommand("retry", "Cards that a person has looked at, or was given up: once more");
  c->add_option("NAME", shared->name, "Of the campaign")->required();
  c->add_option("EID", o->eids, "These cards");
  c->add_option("--state", o->state, "All that are held, failed or skipped")->type_name("STATE");
  c->footer("Examples:\n  eider operator campaign retry spring --state held");
  c->callback([o] { o->run(); });
}

}  // namespace
}  // namespace eider::app::campaign_cli

namespace eider::app::operator_cmd {
using namespace campaign_cli;

void declare_campaign(CLI::App& sub, const std::shared_ptr<const PartyOptions>& parties) {
  auto shared = std::make_shared<campaign_cli::Options>();
  shared->parties = parties;
  auto* c = sub.add_subcommand("campaign", "Move many cards to a Profile");
  c->require_subcommand(1);
  c->fallthrough();
  c->add_option("--data", shared->data, "File of the campaigns")->type_name("FILE")->capture_default_str();
  declare_create(*c, shared);
  declare_run(*c, shared);
  declare_report(*c, shared);
  declare_set(*c, shared);
  declare_retry(*c, shared);
  const auto simple = [&](const char* name, const char* summary, void (*act)(const SharedOptions&)) {
    auto* s = c->add_subcommand(name, summary);
    s->add_option("NAME", shared->name, "Of the campaign")->required();
    s->footer("Examples:\n  eider operator campaign " + std::string(name) + " spring");
    s->callback([shared, act] { act(shared); });
  };
  simple("pause", "Start no more; what is out still ends", pause);
  simple("resume", "Go on, by the process that runs it or the next one", resume);
  simple("cancel", "Start no more, for ever; `run` still finds out about what is out", cancel);
  auto* rules = c->add_subcommand("rules", "What each status code leads to");
  rules->footer("Examples:\n  eider operator campaign rules");
  rules->callback([parties] { print_rules(parties->json); });
  c->footer(kFooter);
}

}  // namespace eider::app::operator_cmd
