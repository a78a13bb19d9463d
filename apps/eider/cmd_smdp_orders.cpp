// eider smdp operator, type, delete-token, connectivity: what the SM-DP agreed with operators, and what it
// does at its own operator's wish.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <thread>

#include "cmd_lpa.hpp"
#include "cmd_smdp.hpp"
#include "pol2_text.hpp"
#include "roles/smdp/orders.hpp"

namespace eider::app::smdp_cli {
namespace {
namespace bj = boost::json;
using namespace std::chrono_literals;
using pki::need;
using pki::refuse;

Bytes octets(const std::string& option, const std::string& text, const std::string& example) {
  auto out = from_hex(text);
  if (!out)
    throw CommandError{2, option + " is hexadecimal, not \"" + text + "\"\n  remedy: like " + example};
  return *std::move(out);
}
constexpr const char* kParametersExample = "A0090607914487200000F0";

[[noreturn]] void fail_with(const Fault& fault) {
  const auto* status = fault.as<FunctionStatus>();
  refuse(fault.message(), status ? "eider explain " + status->subject_code + " " + status->reason_code : "");
}

struct OperatorCommand {
  DataDirectory data;
  std::string id, name, url, keys, consent, provider, image, application;
  bool delete_tokens = false, no_delete_tokens = false, json = false;

  void run() const {
    smdp::Operator op;
    const auto store = data.open();
    need(store->write([&](smdp::StoreTransaction& tx) -> Status {
      const auto oid = m2m::parse_entity_id("OID", id);
      EIDER_TRY(known, tx.find_operator(oid));
      if (known) op = *std::move(known);
      op.id = oid;
      change(op);
      return tx.put_operator(op);
    }));
    print(op);
  }

 private:
  void change(smdp::Operator& op) const {
    using K = smdp::KeyPolicy;
    using C = smdp::MasterDeleteConsent;
    if (!name.empty() || op.name.empty()) op.name = name.empty() ? id : name;
    if (!url.empty()) op.notification_address = url;
    if (!keys.empty()) op.keys = keys == "keep" ? K::kKeep : keys == "delete" ? K::kDelete : K::kHandOver;
    if (!consent.empty()) op.master_delete = consent == "yes" ? C::kGiven : C::kRefused;
    if (no_delete_tokens) op.delete_tokens = false;
    if (!delete_tokens) return;
    op.delete_tokens = true;
    op.domain = {octets("--provider", provider, "0102"), octets("--image", image, "0304"),
                 octets("--application-provider", application, "0506")};
  }
  void print(const smdp::Operator& op) const {
    static constexpr const char* kKeys[] = {"keep", "hand-over", "delete"};
    const auto* kept = kKeys[static_cast<std::size_t>(op.keys)];
    const bool given = op.master_delete == smdp::MasterDeleteConsent::kGiven;
    if (json)
      return lpa_cli::print_json(bj::object{{"id", op.id.dotted()},
                                            {"name", op.name},
                                            {"url", op.notification_address},
                                            {"keys", kept},
                                            {"deleteTokens", op.delete_tokens},
                                            {"masterDelete", given}});
    std::printf("%s  %s  keys %s, delete tokens %s, master delete %s\n", op.id.dotted().c_str(),
                lpa_cli::printable(op.name).c_str(), kept, op.delete_tokens ? "yes" : "no",
                given ? "yes" : "no");
  }
};

struct TypeCommand {
  DataDirectory data;
  std::string type;
  std::vector<std::string> rules;

  void run() const {
    smdp::TypePolicy policy{type, m2m::parse_pol2(rules)};
    need(data.open()->write([&](smdp::StoreTransaction& tx) { return tx.put_type_policy(policy); }));
    std::printf("%s: %zu rules\n", type.c_str(), policy.pol2.rules.size());
  }
};

struct TokenCommand {
  DataDirectory data;
  std::string iccid, smsr;
  bool json = false;

  void run() const {
    std::optional<sgp02::es5::MasterDelete> token;
    const auto done = data.open()->read([&](smdp::StoreReader& reader) -> Status {
      EIDER_TRY(made, smdp::delete_token(reader, m2m::parse_entity_id("--smsr", smsr),
                                         m2m::parse_iccid_argument(iccid)));
      token = std::move(made);
      return {};
    });
    if (!done) fail_with(done.error());
    const auto command = to_hex(token->encode().encode());
    if (json)
      return lpa_cli::print_json(bj::object{{"iccid", iccid},
                                            {"isdpAid", to_hex(token->isdp_aid)},
                                            {"token", to_hex(token->token)},
                                            {"command", command}});
    std::puts(command.c_str());
  }
};

struct ConnectivityCommand {
  DataDirectory data;
  std::string iccid, owner, parameters;
  std::uint32_t validity = 600;
  bool json = false;

  void run() const {
    SystemRandom random;
    const SystemClock clock;
    smdp::ConnectivityOrder order;
    order.owner = m2m::parse_entity_id("--owner", owner);
    order.call_identifier = "order-" + to_hex(random.bytes(8));
    order.iccid = m2m::parse_iccid_argument(iccid);
    order.parameters = octets("PARAMETERS", parameters, kParametersExample);
    order.expires_at = clock.now() + Duration(std::int64_t{validity} * 1000);
    const auto store = data.open();
    const auto ordered = store->write([&](smdp::StoreTransaction& tx) -> Status {
      EIDER_CHECK(order_connectivity_update(tx, order, clock.now()));
      return {};
    });
    if (!ordered) fail_with(ordered.error());
    while (clock.now() < order.expires_at + 30s) {
      std::optional<sgp02::FunctionExecutionStatus> outcome;
      need(store->read([&](smdp::StoreReader& reader) -> Status {
        EIDER_TRY(found, outcome_of_order(reader, order.owner, order.call_identifier));
        outcome = std::move(found);
        return {};
      }));
      if (outcome) return tell(*outcome);
      std::this_thread::sleep_for(50ms);
    }
    refuse("nobody carried it out in time", "eider smdp serve --data " + data.dir, 3);
  }

 private:
  void tell(const sgp02::FunctionExecutionStatus& outcome) const {
    if (outcome.status == sgp02::ExecutionStatus::kExecutedSuccess) {
      if (json) return lpa_cli::print_json(bj::object{{"iccid", iccid}, {"result", "done"}});
      std::printf("%s  done\n", iccid.c_str());
      return;
    }
    const auto& code = outcome.statusCodeData;
    if (!code) refuse("it was not done in time");
    refuse(code->subject + "/" + code->reason + (code->message ? ": " + *code->message : std::string()),
           "eider explain " + code->subject + " " + code->reason);
  }
};

void declare_operator(CLI::App& smdp) {
  auto o = std::make_shared<OperatorCommand>();
  auto* sub = smdp.add_subcommand("operator", "Add an operator, or change what was agreed with it");
  o->data.declare(*sub);
  sub->add_option("OID", o->id, "Of its certificate")->required();
  sub->add_option("--name", o->name, "Name");
  sub->add_option("--url", o->url, "Where it takes notifications (ES2)");
  sub->add_option(
         "--keys", o->keys,
         "Keys of ISD-Ps once their Profile is installed. hand-over: kept as with keep, until the operator "
         "takes them, for which there is no command yet")
      ->check(CLI::IsMember({"keep", "hand-over", "delete"}));
  auto* tokens = sub->add_flag("--delete-tokens", o->delete_tokens,
                               "Load a key for delete tokens into each ISD-P: master delete is possible");
  sub->add_flag("--no-delete-tokens", o->no_delete_tokens, "Load none")->excludes(tokens);
  sub->add_option("--provider", o->provider, "Provider identification of its ISD-Ps, tag 42")
      ->type_name("HEX")
      ->needs(tokens);
  sub->add_option("--image", o->image, "Image number, tag 45")->type_name("HEX")->needs(tokens);
  sub->add_option("--application-provider", o->application, "Application provider, tag 5F20")
      ->type_name("HEX")
      ->needs(tokens);
  tokens->needs("--provider")->needs("--image")->needs("--application-provider");
  sub->add_option("--master-delete", o->consent, "Its consent to master delete")
      ->check(CLI::IsMember({"yes", "no"}));
  sub->add_flag("--json", o->json, "JSON");
  sub->footer(
      "Examples:\n  eider smdp operator --data smdp 2.999.30 --url https://mno.example.com:8447/\n"
      "  eider smdp operator --data smdp 2.999.30 --delete-tokens --provider 0102 --image 0304 "
      "--application-provider 0506\n  eider smdp operator --data smdp 2.999.30 --master-delete no");
  sub->callback([o] { o->run(); });
}
}  // namespace

void declare_orders(CLI::App& smdp) {
  declare_operator(smdp);
  auto t = std::make_shared<TypeCommand>();
  auto* type = smdp.add_subcommand("type", "POL2 that Profiles of a type begin with");
  t->data.declare(*type);
  type->add_option("TYPE", t->type, "Profile type")->required();
  type->add_option("RULE", t->rules,
                   "disable=not-allowed, delete=not-allowed, disable=auto-delete …; none: no rules");
  type->footer("Examples:\n  eider smdp type --data smdp gold delete=not-allowed");
  type->callback([t] { t->run(); });

  auto d = std::make_shared<TokenCommand>();
  auto* token =
      smdp.add_subcommand("delete-token", "Let an SM-SR delete a Profile against its policies (3.10)");
  d->data.declare(*token);
  token->add_option("ICCID", d->iccid, "Profile")->required();
  token->add_option("--smsr", d->smsr, "SM-SR that asks; it has to manage the card")
      ->type_name("OID")
      ->required();
  token->add_flag("--json", d->json, "JSON");
  token->footer("Examples:\n  eider smdp delete-token --data smdp 8949000000002000016 --smsr 2.999.20");
  token->callback([d] { d->run(); });

  auto c = std::make_shared<ConnectivityCommand>();
  auto* connectivity =
      smdp.add_subcommand("connectivity", "ES8.UpdateConnectivityParameters, by the process that serves");
  c->data.declare(*connectivity);
  connectivity->add_option("ICCID", c->iccid, "Profile whose keys are kept")->required();
  connectivity->add_option("PARAMETERS", c->parameters, "A0, A1, A2 of SGP.02 section 4.1.3.4, hexadecimal")
      ->required();
  connectivity->add_option("--owner", c->owner, "Operator of the Profile")->type_name("OID")->required();
  connectivity->add_option("--validity", c->validity, "Give up after so long")
      ->type_name("SECONDS")
      ->capture_default_str();
  connectivity->add_flag("--json", c->json, "JSON");
  connectivity->footer(
      "Examples:\n  eider smdp connectivity --data smdp 8949000000002000016 A0090607914487200000F0 --owner "
      "2.999.30");
  connectivity->callback([c] { c->run(); });
}

}  // namespace eider::app::smdp_cli
