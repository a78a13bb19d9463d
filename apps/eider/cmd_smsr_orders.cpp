// eider smsr master-delete, addressing, audit, https-keys: orders of the SM-SR's own operator, carried out by
// the process that serves.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <thread>

#include "cmd_lpa.hpp"
#include "cmd_smsr.hpp"
#include "roles/smsr/orders.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::app::smsr_cli {
namespace {
namespace bj = boost::json;
using namespace std::chrono_literals;
using pki::need;
using pki::refuse;

struct Orders {
  DataDirectory data;
  std::string eid, iccid, token, initiator, remove, adopted, owner, smdp, type;
  std::uint32_t validity = 600;
  bool json = false, no_wait = false;

  void master_delete() const {
    const auto octets = from_hex(token);
    const auto apdu = octets ? parse_command(*octets) : fail_local("no hexadecimal text");
    const auto command = apdu.and_then(sgp02::es5::MasterDelete::decode);
    if (!command)
      refuse("--command is no MasterDelete: " + command.error().message(),
             "the SM-DP of the Profile gives it out: eider smdp delete-token", 2);
    const auto profile = m2m::parse_iccid_argument(iccid);
    carry_out([&](smsr::StoreTransaction& tx, const smsr::Order& order, Time now) {
      return order_master_delete(tx, order, profile, *command, now);
    });
  }
  void addressing() const {
    if (eid.empty()) return print_addressing();
    carry_out([](smsr::StoreTransaction& tx, const smsr::Order& order, Time now) {
      return order_addressing(tx, order, now);
    });
  }
  // Of an ISD-P that the card has and the EIS has not.
  void audit() const {
    if (!remove.empty()) return delete_unknown();
    if (!adopted.empty()) adopt_unknown();
    carry_out([](smsr::StoreTransaction& tx, const smsr::Order& order, Time now) {
      return order_audit(tx, order, now);
    });
  }
  void delete_unknown() const {
    const auto aid = parse_aid("--delete", remove);
    carry_out([&](smsr::StoreTransaction& tx, const smsr::Order& order, Time now) {
      return order_deletion_of_unknown(tx, order, aid, now);
    });
  }
  void adopt_unknown() const {
    if (iccid.empty() || owner.empty())
      throw CommandError{2, "--adopt needs --iccid and --owner: the card does not tell them"};
    smsr::Profile p;
    p.eid = m2m::parse_eid_argument(eid);
    p.iccid = m2m::parse_iccid_argument(iccid);
    p.isdp_aid = parse_aid("--adopt", adopted);
    p.state = smsr::ProfileState::kDisabled;
    p.owner = m2m::parse_entity_id("--owner", owner);
    if (!smdp.empty()) p.smdp_id = m2m::parse_entity_id("--smdp", smdp);
    p.type = type;
    const auto store = data.open();
    const auto done = store->write([&](smsr::StoreTransaction& tx) { return smsr::adopt(tx, p); });
    if (!done) fail_with(done.error());
  }
  void https_keys() const {
    carry_out([](smsr::StoreTransaction& tx, const smsr::Order& order, Time now) {
      return order_https_keys(tx, order, now);
    });
  }

 private:
  // What an EUM gives cards that are to begin here.
  void print_addressing() const {
    const auto s = read_settings(data.dir);
    const auto https = https_parameters(s);
    if (json) return lpa_cli::print_json(bj::object{{"number", s.sms.address}, {"https", to_hex(https)}});
    std::printf("--smsr-number %s\n--smsr-https  %s\n", s.sms.address.c_str(), to_hex(https).c_str());
  }

  template <class Add>
  void carry_out(Add add) const {
    const auto settings = read_settings(data.dir);
    const auto self = m2m::Node::load(settings.node).id;
    SystemRandom random;
    const SystemClock clock;
    smsr::Order order;
    order.eid = m2m::parse_eid_argument(eid);
    order.initiator = initiator.empty() ? self : m2m::parse_entity_id("--initiator", initiator);
    order.identifier = "order-" + to_hex(random.bytes(8));
    order.expires_at = clock.now() + Duration(std::int64_t{validity} * 1000);
    const auto store = data.open();
    const auto done =
        store->write([&](smsr::StoreTransaction& tx) -> Status { return add(tx, order, clock.now()); });
    if (!done) fail_with(done.error());
    if (no_wait) return print("ordered", order.identifier);
    // The process that serves has until the order expires, and a little more to say so.
    while (clock.now() < order.expires_at + 10s) {
      std::optional<smsr::Outcome> outcome;
      need(store->read([&](smsr::StoreReader& reader) -> Status {
        EIDER_TRY(found, outcome_of_order(reader, order.initiator, order.identifier));
        outcome = std::move(found);
        return {};
      }));
      if (outcome) return tell(*outcome);
      std::this_thread::sleep_for(50ms);
    }
    refuse("nobody carried it out in time", "eider smsr serve --data " + data.dir, 3);
  }
  static smsr::Aid parse_aid(const std::string& option, const std::string& text) {
    const auto octets = from_hex(text);
    const auto aid = octets ? smsr::Aid::from(*octets) : std::nullopt;
    if (!aid)
      throw CommandError{2,
                         option + " takes the AID of an ISD-P, 32 hexadecimal digits, not \"" + text + "\""};
    return *aid;
  }
  [[noreturn]] static void fail_with(const Fault& fault) {
    const auto* status = fault.as<FunctionStatus>();
    refuse(fault.message(),
           status ? "eider explain " + status->subject_code + " " + status->reason_code : "");
  }
  void tell(const smsr::Outcome& outcome) const {
    if (outcome.succeeded() && outcome.code) return warn(*outcome.code);
    if (outcome.succeeded()) return print("done", "");
    const auto& code = outcome.code;
    if (!code) refuse("it was not done in time", "", 1);
    refuse(code->subject + "/" + code->reason + (code->message ? ": " + *code->message : std::string()),
           "eider explain " + code->subject + " " + code->reason);
  }
  void warn(const sgp02::StatusCodeData& code) const {
    const auto about = code.subjectIdentifier.value_or("");
    const auto text = code.message.value_or(code.subject + "/" + code.reason);
    if (json)
      return lpa_cli::print_json(
          bj::object{{"eid", eid}, {"result", "warning"}, {"warning", text}, {"about", about}});
    std::printf("%s  done, but %s: %s\n", eid.c_str(), text.c_str(), about.c_str());
  }
  void print(const char* what, const std::string& identifier) const {
    if (json) {
      bj::object out{{"eid", eid}, {"result", what}};
      if (!iccid.empty()) out["iccid"] = iccid;
      if (!identifier.empty()) out["identifier"] = identifier;
      return lpa_cli::print_json(out);
    }
    std::printf("%s  %s\n", eid.c_str(), what);
  }
};

void declare_common(CLI::App& sub, Orders& o) {
  o.data.declare(sub);
  sub.add_option("--initiator", o.initiator, "Who wants it, for the audit trail; default: the SM-SR itself")
      ->type_name("OID");
  sub.add_option("--validity", o.validity, "Give up after so long")
      ->type_name("SECONDS")
      ->capture_default_str();
  sub.add_flag("--no-wait", o.no_wait, "Order it and end");
  sub.add_flag("--json", o.json, "JSON");
}
}  // namespace

Bytes https_parameters(const Settings& s) {
  channel::scp81::Trigger trigger;
  trigger.connection = session_connection(s);
  trigger.post = {{s.session_host, std::nullopt, s.role.admin_path}};
  const auto whole = trigger.encode();  // 81 { 83 { 84 … } }
  const auto outer = read_single_tlv(whole);
  if (!outer) return {};
  const auto inner = read_single_tlv(outer->value);
  return inner ? to_bytes(inner->value) : Bytes{};
}

void declare_orders(CLI::App& smsr) {
  auto o = std::make_shared<Orders>();
  auto* master = smsr.add_subcommand(
      "master-delete", "Delete a Profile against its policies, with the token of its SM-DP (SGP.02, 3.10)");
  declare_common(*master, *o);
  master->add_option("EID", o->eid, "32 digits")->required();
  master->add_option("ICCID", o->iccid, "Disabled Profile on that card")->required();
  master->add_option("--command", o->token, "What `eider smdp delete-token` gave out")
      ->type_name("HEX")
      ->required();
  master->footer(
      "Examples:\n  eider smsr master-delete --data smsr 89049032000001000000000000000074 "
      "8949000000002000016 --command $(eider smdp delete-token --data smdp 8949000000002000016 --smsr "
      "2.999.20)");
  master->callback([o] { o->master_delete(); });
  auto a = std::make_shared<Orders>();
  auto* addressing = smsr.add_subcommand(
      "addressing", "Bring the SM-SR's number to a card (ES5.UpdateSMSRAddressingParameters)");
  declare_common(*addressing, *a);
  addressing->add_option("EID", a->eid, "32 digits; without: print what an EUM gives its cards");
  addressing->footer(
      "Examples:\n  eider smsr addressing --data smsr 89049032000001000000000000000074\n"
      "  eider eum make --m2m --bootstrap p.der $(eider smsr addressing --data smsr) --out card.eider");
  addressing->callback([a] { a->addressing(); });
  auto d = std::make_shared<Orders>();
  auto* audit = smsr.add_subcommand(
      "audit",
      "Ask a card what it holds (ES5.eUICCCapabilityAudit); delete or adopt what its EIS does not know");
  declare_common(*audit, *d);
  audit->add_option("EID", d->eid, "32 digits")->required();
  audit->add_option("--delete", d->remove, "Delete this ISD-P, which the EIS does not know")
      ->type_name("AID");
  auto* adopt =
      audit->add_option("--adopt", d->adopted, "Take this ISD-P into the EIS, then ask")->type_name("AID");
  adopt->excludes("--delete");
  audit->add_option("--iccid", d->iccid, "Of the Profile in it")->type_name("DIGITS");
  audit->add_option("--owner", d->owner, "Its Operator")->type_name("OID");
  audit->add_option("--smdp", d->smdp, "The SM-DP that loaded it; default: the EUM")->type_name("OID");
  audit->add_option("--type", d->type, "Its Profile Type");
  audit->footer(
      "Examples:\n  eider smsr audit --data smsr 89049032000001000000000000000074\n"
      "  eider smsr audit --data smsr 89049032000001000000000000000074 --delete "
      "A0000005591010FFFFFFFF8900001200\n"
      "  eider smsr audit --data smsr 89049032000001000000000000000074 --adopt "
      "A0000005591010FFFFFFFF8900001200 "
      "--iccid 8949000000002000016 --owner 2.999.30");
  audit->callback([d] { d->audit(); });
  auto k = std::make_shared<Orders>();
  auto* keys = smsr.add_subcommand(
      "https-keys", "Give a card a key set for HTTPS sessions (ES5.EstablishISDRKeySet, SCP81)");
  declare_common(*keys, *k);
  keys->add_option("EID", k->eid, "32 digits")->required();
  keys->footer("Examples:\n  eider smsr https-keys --data smsr 89049032000001000000000000000074");
  keys->callback([k] { k->https_keys(); });
}

}  // namespace eider::app::smsr_cli
