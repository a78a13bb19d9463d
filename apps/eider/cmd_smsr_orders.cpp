// eider smsr master-delete, addressing, https-keys: orders of the SM-SR's own operator, carried out by the
// process that serves.
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
  std::string eid, iccid, token, initiator;
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
  [[noreturn]] static void fail_with(const Fault& fault) {
    const auto* status = fault.as<FunctionStatus>();
    refuse(fault.message(),
           status ? "eider explain " + status->subject_code + " " + status->reason_code : "");
  }
  void tell(const smsr::Outcome& outcome) const {
    if (outcome.succeeded()) return print("done", "");
    const auto& code = outcome.code;
    if (!code) refuse("it was not done in time", "", 1);
    refuse(code->subject + "/" + code->reason + (code->message ? ": " + *code->message : std::string()),
           "eider explain " + code->subject + " " + code->reason);
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
  auto k = std::make_shared<Orders>();
  auto* keys = smsr.add_subcommand(
      "https-keys", "Give a card a key set for HTTPS sessions (ES5.EstablishISDRKeySet, SCP81)");
  declare_common(*keys, *k);
  keys->add_option("EID", k->eid, "32 digits")->required();
  keys->footer("Examples:\n  eider smsr https-keys --data smsr 89049032000001000000000000000074");
  keys->callback([k] { k->https_keys(); });
}

}  // namespace eider::app::smsr_cli
