// eider card fleet list, show, import, export, remove, check, compact
#include <cstdio>
#include <filesystem>

#include "card_address.hpp"
#include "cmd_card.hpp"
#include "progress.hpp"
#include "store/card_file.hpp"
#include "store/card_fleet.hpp"

namespace eider::app::card_cmd {
namespace {
using pki::need;
using pki::refuse;
using store::CardFleet;
namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kPage = 1000;

// Calls what(entry) for every card above number `after`, at most `limit` of them.
template <class F>
void for_each(const CardFleet& fleet, std::uint32_t after, std::uint64_t limit, F&& what) {
  while (limit != 0) {
    const auto page = need(fleet.list(after, std::min<std::uint64_t>(limit, kPage)));
    for (const auto& entry : page) what(entry);
    if (page.empty()) return;
    after = page.back().number;
    limit -= page.size();
  }
}

CardFleet::Entry find(const CardFleet& fleet, const std::string& card) {
  return std::visit([&](const auto& which) { return need(fleet.find(which)); }, parse_card_choice(card));
}

struct List {
  std::string store;
  std::uint32_t after = 0;
  std::uint64_t limit = UINT64_MAX;
  bool as_json = false;
  void run() const {
    const auto fleet = need(CardFleet::open_read_only(store));
    const auto size = need(fleet->size());
    if (as_json) std::printf(R"({"size":%llu,"cards":[)", static_cast<unsigned long long>(size));
    bool first = true;
    for_each(*fleet, after, limit, [&](const CardFleet::Entry& e) {
      const auto eid = sgp22::eid_digits(e.eid);
      if (as_json)
        std::printf(R"(%s{"number":%u,"eid":"%s"})", first ? "" : ",", e.number, eid.c_str());
      else
        std::printf("%10u  %s\n", e.number, eid.c_str());
      first = false;
    });
    if (as_json)
      std::puts("]}");
    else
      std::fprintf(stderr, "%llu cards in %s\n", static_cast<unsigned long long>(size), store.c_str());
  }
};

struct ShowFleet {
  std::string store, card;
  bool as_json = false;
  void run() const {
    const auto fleet = need(CardFleet::open_read_only(store));
    const auto view = need(card::inspect(*need(fleet->view_card(find(*fleet, card).eid))));
    if (as_json)
      std::printf("%s\n", json::serialize(to_json(view, {})).c_str());
    else
      std::fputs(render(view, {}).c_str(), stdout);
    if (auto laws = card::check_laws(view); !laws) refuse(laws.error());
  }
};

struct Import {
  std::string store;
  std::vector<std::string> files;
  bool quiet = false;
  void run() const {
    const auto fleet = need(fs::exists(store) ? CardFleet::open(store) : CardFleet::create(store));
    constexpr std::size_t kGroup = 200;
    Progress progress("cards", files.size(), quiet);
    for (std::size_t done = 0; done < files.size();) {
      std::vector<std::unique_ptr<store::CardFile>> open;  // locked: nobody serves them meanwhile
      std::vector<CardFleet::NewCard> cards;
      for (auto i = done; i < std::min(done + kGroup, files.size()); ++i) {
        open.push_back(need(store::CardFile::open(files[i])));
        const auto view = card::inspect(*open.back());
        const auto good = view ? card::check_laws(*view) : Status(tl::unexpected(view.error()));
        if (!good) refuse(files[i] + ": " + good.error().message(), "none of this group was taken in");
        cards.push_back({view->eid, open.back().get()});
      }
      need(fleet->add(cards));
      progress.show(done += cards.size());
    }
  }
};

struct Export {
  std::string store, out, out_dir;
  std::vector<std::string> cards;
  bool all = false, quiet = false;

  static void write(const CardFleet& fleet, const sgp22::Eid& eid, const fs::path& path,
                    store::CardFile::Sync sync) {
    const auto card = need(fleet.view_card(eid));
    auto file = need(store::CardFile::create(path, sync));
    card::NvmBatch batch;
    for (const auto& key : card->keys("")) batch.put(key, *card->get(key));
    need(file->commit(batch));
  }
  void run() const {
    if (cards.empty() != all) refuse("name cards, or say --all", "", 2);
    if (out.empty() == out_dir.empty()) refuse("give either --out or --out-dir", "", 2);
    if (!out.empty() && cards.size() != 1) refuse("--out takes one card", "many go to --out-dir", 2);
    const auto fleet = need(CardFleet::open_read_only(store));
    if (!out.empty())
      return write(*fleet, find(*fleet, cards[0]).eid, out, store::CardFile::Sync::kEveryCommit);
    std::error_code error;
    fs::create_directories(out_dir, error);
    if (error) refuse("cannot make " + out_dir + ": " + error.message());
    Progress progress("cards", all ? need(fleet->size()) : cards.size(), quiet);
    std::uint64_t done = 0;
    const auto one = [&](const CardFleet::Entry& e) {
      write(*fleet, e.eid, fs::path(out_dir) / (sgp22::eid_digits(e.eid) + ".eider"),
            store::CardFile::Sync::kLater);
      progress.show(++done);
    };
    if (all) for_each(*fleet, 0, UINT64_MAX, one);
    for (const auto& card : cards) one(find(*fleet, card));
    need(store::sync_card_files(out_dir));
  }
};

struct Remove {
  std::string store;
  std::vector<std::string> cards;
  bool yes = false;
  void run() const {
    if (!yes) refuse("the keys of a card that is removed are gone", "export it first, then say --yes", 2);
    const auto fleet = need(CardFleet::open(store));
    std::vector<CardFleet::Entry> found;
    for (const auto& card : cards) found.push_back(find(*fleet, card));
    for (const auto& entry : found) need(fleet->remove(entry.eid));
  }
};

struct Check {
  std::string store;
  bool as_json = false, quiet = false;
  void run() const {
    const auto fleet = need(CardFleet::open_read_only(store));
    std::uint64_t cards = 0, profiles = 0;
    json::array bad;
    Progress progress("cards", need(fleet->size()), quiet || as_json);
    for_each(*fleet, 0, UINT64_MAX, [&](const CardFleet::Entry& e) {
      const auto why = [&]() -> Status {
        EIDER_TRY(memory, fleet->view_card(e.eid));
        EIDER_TRY(view, card::inspect(*memory));
        profiles += view.profiles.size();
        if (view.eid != e.eid) return fail_local("another card stands under this EID");
        return card::check_laws(view);
      }();
      progress.show(++cards);
      if (why) return;
      bad.push_back(json::object{{"eid", sgp22::eid_digits(e.eid)}, {"why", why.error().message()}});
      if (!as_json) std::printf("%s  %s\n", sgp22::eid_digits(e.eid).c_str(), why.error().message().c_str());
    });
    const auto wrong = bad.size();
    if (as_json)
      std::printf(
          "%s\n",
          json::serialize(json::object{{"cards", cards}, {"profiles", profiles}, {"bad", bad}}).c_str());
    else
      std::printf("%llu cards with %llu profiles, %zu of them damaged\n",
                  static_cast<unsigned long long>(cards), static_cast<unsigned long long>(profiles), wrong);
    if (wrong != 0) refuse(std::to_string(wrong) + " cards are damaged", "remove them and import copies");
  }
};

CLI::App* declare(CLI::App& fleet, const char* name, const char* what, std::string& store) {
  auto* sub = fleet.add_subcommand(name, what);
  sub->add_option("STORE", store, "Card store")->required();
  return sub;
}

void declare_looking(CLI::App& fleet) {
  static List list;
  auto* s = declare(fleet, "list", "The cards, by number", list.store);
  s->add_option("--after", list.after, "Only numbers above this one")->type_name("NUMBER");
  s->add_option("--limit", list.limit, "At most so many")->type_name("N");
  s->add_flag("--json", list.as_json, "JSON");
  s->callback([] { list.run(); });
  static ShowFleet show;
  s = declare(fleet, "show", "What a card holds; also while it is served", show.store);
  s->add_option("CARD", show.card, "EID or number")->required();
  s->add_flag("--json", show.as_json, "JSON");
  s->callback([] { show.run(); });
  static Check check;
  s = declare(fleet, "check", "Read every card: checksums and what must hold for a card", check.store);
  s->add_flag("--json", check.as_json, "JSON");
  s->add_flag("-q,--quiet", check.quiet, "No progress");
  s->callback([] { check.run(); });
}

void declare_changing(CLI::App& fleet) {
  static Import import;
  auto* s =
      declare(fleet, "import", "Take card files in; makes the store when it is not there", import.store);
  s->add_option("FILE", import.files, "Card files: they stay, and must not be used any more")->required();
  s->add_flag("-q,--quiet", import.quiet, "No progress");
  s->callback([] { import.run(); });
  static Export out;
  s = declare(fleet, "export", "Write cards into card files of their own; they stay in the store", out.store);
  s->add_option("CARD", out.cards, "EIDs or numbers");
  s->add_flag("--all", out.all, "Every card");
  s->add_option("--out", out.out, "The card file to make")->type_name("FILE");
  s->add_option("--out-dir", out.out_dir, "Directory for many, as OUT-DIR/<EID>.eider")->type_name("DIR");
  s->add_flag("-q,--quiet", out.quiet, "No progress");
  s->callback([] { out.run(); });
  static Remove remove;
  s = declare(fleet, "remove", "Delete cards", remove.store);
  s->add_option("CARD", remove.cards, "EIDs or numbers")->required();
  s->add_flag("--yes", remove.yes, "Do it");
  s->callback([] { remove.run(); });
  static std::string store;
  s = declare(fleet, "compact", "Give the space of removed cards back", store);
  s->callback([] { need(need(CardFleet::open(store))->compact()); });
}
}  // namespace

void declare_fleet(CLI::App& card) {
  auto* fleet = card.add_subcommand("fleet", "Many cards in one store (`eider eum make --fleet` makes them)");
  fleet->require_subcommand(1);
  declare_looking(*fleet);
  declare_changing(*fleet);
  declare_fleet_serve(*fleet);
}

}  // namespace eider::app::card_cmd
