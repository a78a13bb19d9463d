// eider smdp list: what the SM-DP has under way, and what it knows of the Profiles that it has delivered.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "cmd_lpa.hpp"
#include "cmd_smdp.hpp"

namespace eider::app::smdp_cli {
namespace {
namespace bj = boost::json;
using pki::need;

constexpr const char* kStates[] = {"Created", "Disabled", "Enabled"};

std::string name_of(sgp02::FunctionName id) {
  const auto row = std::ranges::find(sgp02::functions(), id, &sgp02::Function::id);
  return row == sgp02::functions().end() ? "" : std::string(row->name);
}

struct List {
  DataDirectory data;
  std::string eid;
  bool json = false;

  void run() const {
    const auto store = data.open();
    bj::array procedures, late, profiles;
    need(store->read([&](smdp::StoreReader& reader) -> Status {
      if (!eid.empty()) {
        EIDER_TRY(found, reader.profiles(m2m::parse_eid_argument(eid)));
        for (const auto& p : found) profiles.push_back(describe(p));
      }
      for (int n = 0; n < smdp::kSteps; ++n) {
        const auto step = static_cast<smdp::Step>(n);
        EIDER_CHECK(add(reader, step, step == smdp::Step::kLate ? late : procedures));
      }
      return {};
    }));
    if (json)
      return lpa_cli::print_json(bj::object{{"procedures", std::move(procedures)},
                                            {"lateAnswers", std::move(late)},
                                            {"profiles", std::move(profiles)}});
    print("under way", procedures);
    if (!late.empty()) print("answered as expired, a late answer of the SM-SR still counts", late);
    if (!eid.empty()) print("Profiles", profiles);
  }

 private:
  Status add(smdp::StoreReader& reader, smdp::Step step, bj::array& out) const {
    EIDER_TRY(ids, reader.procedures_in(step));
    for (const auto id : ids) {
      EIDER_TRY(p, reader.procedure(id));
      if (!p || (!eid.empty() && sgp22::eid_digits(p->eid) != eid)) continue;
      bj::object o{{"eid", sgp22::eid_digits(p->eid)},
                   {"function", name_of(p->function)},
                   {"step", std::string(smdp::to_string(p->step))},
                   {"caller", p->caller.dotted()},
                   {"answered", p->answered},
                   {"attempts", p->attempts},
                   {"expires", format_time(p->expires_at)}};
      if (p->iccid) o["iccid"] = sgp22::iccid_digits(*p->iccid);
      out.push_back(std::move(o));
    }
    return {};
  }
  static bj::object describe(const smdp::Profile& p) {
    return {{"iccid", sgp22::iccid_digits(p.iccid)},
            {"state", kStates[static_cast<std::size_t>(p.state)]},
            {"aid", to_hex(p.isdp)},
            {"owner", p.owner.dotted()},
            {"smsr", p.smsr.dotted()},
            {"type", p.type}};
  }
  static void print(const char* title, const bj::array& rows) {
    std::printf("%s: %zu\n", title, rows.size());
    for (const auto& row : rows) {
      std::string line;
      for (const auto& [name, member] : row.as_object())
        line += "  " + std::string(name) + " " +
                (member.is_string() ? std::string(member.as_string()) : bj::serialize(member));
      std::printf("%s\n", lpa_cli::printable(line).c_str());
    }
  }
};

}  // namespace

void declare_show(CLI::App& smdp) {
  auto o = std::make_shared<List>();
  auto* list = smdp.add_subcommand("list", "What is under way; of one card also the Profiles that it got");
  o->data.declare(*list);
  list->add_option("EID", o->eid, "Of this card only");
  list->add_flag("--json", o->json, "JSON");
  list->footer(
      "Examples:\n  eider smdp list --data smdp\n  eider smdp list --data smdp --json "
      "89049032000001000000000000000074");
  list->callback([o] { o->run(); });
}

}  // namespace eider::app::smdp_cli
