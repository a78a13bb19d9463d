// eider smsr list, show: what the registry has.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "cmd_lpa.hpp"
#include "cmd_smsr.hpp"
#include "spec/sgp02/audit_text.hpp"

namespace eider::app::smsr_cli {
namespace {
namespace bj = boost::json;
using pki::need;
using pki::refuse;

struct Show {
  DataDirectory data;
  std::string eid;
  bool json = false;
  std::size_t limit = 100;

  void list() const {
    const auto store = data.open();
    std::vector<std::vector<std::string>> rows{{"EID", "enabled", "profiles", "number", "waiting"}};
    bj::array all;
    std::uint64_t count = 0;
    need(store->read([&](smsr::StoreReader& reader) -> Status {
      EIDER_TRY(n, reader.count_euiccs());
      count = n;
      EIDER_TRY(eids, reader.euiccs(std::nullopt, limit));
      for (const auto& e : eids) EIDER_CHECK(add_row(reader, e, rows, all));
      return {};
    }));
    if (json) return lpa_cli::print_json(bj::object{{"euiccs", count}, {"list", std::move(all)}});
    lpa_cli::print_table(rows);
    if (count > limit) std::printf("%zu of %llu\n", limit, static_cast<unsigned long long>(count));
  }

  void one() const {
    const auto store = data.open();
    const auto id = m2m::parse_eid_argument(eid);
    bj::object out;
    need(store->read([&](smsr::StoreReader& reader) -> Status {
      EIDER_TRY(euicc, reader.euicc(id));
      if (!euicc) refuse("no eUICC " + eid + " is managed here", "eider smsr list");
      EIDER_TRY(made, describe(reader, *euicc));
      out = std::move(made);
      return {};
    }));
    if (json) return lpa_cli::print_json(out);
    print(out);
  }

 private:
  static Status add_row(smsr::StoreReader& reader, const smsr::Eid& e,
                        std::vector<std::vector<std::string>>& rows, bj::array& all) {
    EIDER_TRY(profiles, reader.profiles(e));
    EIDER_TRY(operations, reader.operations(e));
    std::string enabled = "-", number = "-";
    for (const auto& p : profiles)
      if (p.state == smsr::ProfileState::kEnabled) {
        enabled = sgp22::iccid_digits(p.iccid);
        if (!p.msisdn.empty()) number = p.msisdn;
      }
    const auto digits = sgp22::eid_digits(e);
    rows.push_back(
        {digits, enabled, std::to_string(profiles.size()), number, std::to_string(operations.size())});
    all.push_back(bj::object{{"eid", digits},
                             {"enabled", enabled},
                             {"profiles", profiles.size()},
                             {"number", number},
                             {"operations", operations.size()}});
    return {};
  }

  static Result<bj::object> describe(smsr::StoreReader& reader, const smsr::Euicc& e) {
    bj::object out{{"eid", sgp22::eid_digits(e.eid)},
                   {"remainingMemory", e.remaining_memory},
                   {"address", e.address},
                   {"scp80KeyVersion", e.scp80_version},
                   {"scp81KeyVersion", e.scp81_version}};
    if (e.last_notification) out["lastNotification"] = *e.last_notification;
    EIDER_TRY(keys, reader.key_set(e.eid, e.scp80_version));
    if (keys) out["scp80Counter"] = keys->counter;
    bj::array profiles, operations, trail;
    EIDER_TRY(found, reader.profiles(e.eid));
    for (const auto& p : found)
      profiles.push_back(bj::object{{"iccid", sgp22::iccid_digits(p.iccid)},
                                    {"state", std::string(smsr::to_string(p.state))},
                                    {"aid", to_hex(p.isdp_aid)},
                                    {"owner", p.owner.dotted()},
                                    {"type", p.type},
                                    {"msisdn", p.msisdn},
                                    {"fallback", p.fallback}});
    EIDER_TRY(queue, reader.operations(e.eid));
    for (const auto& o : queue)
      operations.push_back(bj::object{{"id", o.id},
                                      {"kind", std::string(smsr::to_string(o.kind))},
                                      {"attempts", o.attempts},
                                      {"expires", format_time(o.expires_at)}});
    EIDER_TRY(records, reader.audit_trail(e.eid));
    for (const auto& r : records) {
      bj::object record{{"date", format_time(r.operationDate)},
                        {"operation", sgp02::operation_text(r.operationType)}};
      if (r.iccid) record["iccid"] = sgp22::iccid_digits(*r.iccid);
      if (r.requesterId) record["requester"] = r.requesterId->dotted();
      if (r.operationExecutionStatus) record["status"] = sgp02::status_text(*r.operationExecutionStatus);
      trail.push_back(std::move(record));
    }
    out["profiles"] = std::move(profiles);
    out["operations"] = std::move(operations);
    out["auditTrail"] = std::move(trail);
    return out;
  }

  // Members that are lists go below the others, a line each.
  static void print(const bj::object& o) {
    for (const auto& [key, value] : o)
      if (!value.is_array())
        std::printf("%-18s %s\n", std::string(key).c_str(),
                    value.is_string() ? lpa_cli::printable(std::string(value.as_string())).c_str()
                                      : bj::serialize(value).c_str());
    for (const auto& [key, value] : o) {
      if (!value.is_array()) continue;
      std::printf("%s\n", std::string(key).c_str());
      for (const auto& item : value.as_array()) {
        std::string line;
        for (const auto& [name, member] : item.as_object())
          line += "  " + std::string(name) + " " +
                  (member.is_string() ? std::string(member.as_string()) : bj::serialize(member));
        std::printf("%s\n", lpa_cli::printable(line).c_str());
      }
    }
  }
};

}  // namespace

void declare_show(CLI::App& smsr) {
  auto o = std::make_shared<Show>();
  auto* list = smsr.add_subcommand("list", "The eUICCs that it manages");
  o->data.declare(*list);
  list->add_option("--limit", o->limit, "At most so many")->capture_default_str();
  list->add_flag("--json", o->json, "JSON");
  list->footer("Examples:\n  eider smsr list --data smsr\n  eider smsr list --data smsr --json");
  list->callback([o] { o->list(); });
  auto* show = smsr.add_subcommand("show", "One eUICC: Profiles, what waits for it, audit trail");
  o->data.declare(*show);
  show->add_option("EID", o->eid, "32 digits")->required();
  show->add_flag("--json", o->json, "JSON");
  show->footer("Examples:\n  eider smsr show --data smsr 89049032000001000000000000000074");
  show->callback([o] { o->one(); });
}

}  // namespace eider::app::smsr_cli
