// eider operator: an Operator, or an M2M SP, towards SM-DP (ES2) and SM-SR (ES4, ES4A) of SGP.02.
#include "cmd_operator.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <unistd.h>

#include "cmd_card.hpp"
#include "codec/record_text.hpp"
#include "pol2_text.hpp"
#include "roles/operator/rsp_client.hpp"

namespace eider::app::operator_cmd {
namespace {

namespace es2 = sgp02::es2;
namespace es4 = sgp02::es4;
namespace es4a = sgp02::es4a;
using sgp02::Interface;
using sgp02::soap::Message;

constexpr std::string_view kExamples = R"(

Examples:
  eider operator --pki pki --smdp 2.999.11@smdp.example.com:8448/es2 --smsr-id 2.999.20 download 8900… --type gold --enable
  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 eis 8900…
  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 enable 8900… 8949…
  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 pol2 8900… 8949… disable=not-allowed
  eider operator --pki pki listen --at 127.0.0.1:8447
  eider operator --pki pki --smsr 2.999.20@smsr.example.com:8445 campaign run spring

With --smsr the function goes to the SM-SR (ES4, ES4A), with --smdp to the SM-DP (ES2), which asks that SM-SR. The
answer is awaited: functions that reach a card take as long as the card does. With --reply-to it comes later to that
address, where `eider operator listen` prints it.)";

struct Options : PartyOptions {
  std::string call_id;
  std::uint32_t validity = 0;

  std::string eid, iccid, type, imsi, msisdn, party, owner, at = "127.0.0.1:8447";
  std::vector<std::string> iccids, rules, operations, notifications;
  bool enable = false, granted = false;
  unsigned count = 0;

  bool direct() const { return !smsr.empty(); }
};

// Remembers a reply that is no message: what answers at a wrong path speaks no SOAP.
class WatchedHttp final : public HttpPort {
 public:
  explicit WatchedHttp(HttpPort& http) : http_(http) {}
  Result<HttpReply> post(const HttpPost& request) override {
    auto reply = http_.post(request);
    foreign_status = reply && reply->status >= 400 && !sgp02::soap::decode(reply->body) ? reply->status : 0;
    return reply;
  }
  void new_session() override { http_.new_session(); }

  int foreign_status = 0;  // 0: there was none

 private:
  HttpPort& http_;
};

class Session {
 public:
  explicit Session(const Options& o)
      : options_(o),
        node_(m2m::Node::load(o.node)),
        http_(node_.client()),
        watched_(*http_),
        client_({node_.id, "", "", ""}, watched_, clock_, random_) {
    if (o.smdp.empty() == o.smsr.empty())
      throw CommandError{2,
                         "one of --smsr and --smdp says whom to call\n  remedy: like --smsr "
                         "2.999.20@smsr.example.com:8445, or --smdp 2.999.11@smdp.example.com:8448/es2"};
    const auto peer = o.direct() ? m2m::parse_peer("--smsr", o.smsr) : m2m::parse_peer("--smdp", o.smdp);
    peer_ = {peer.id, peer.url};
  }
  sgp02::BaseRequest base() {
    sgp02::BaseRequest out;
    out.functionCallIdentifier = options_.call_id.empty() ? client_.new_identifier() : options_.call_id;
    call_ = out.functionCallIdentifier;
    if (options_.validity > 0) out.validityPeriod = options_.validity;
    return out;
  }
  const sgp02::EntityId& id() const { return node_.id; }
  sgp02::EntityId smsr_id() const {
    if (options_.smsr_id.empty())
      throw CommandError{2, "--smsr-id OID says which SM-SR manages the card: the SM-DP serves many"};
    return m2m::parse_entity_id("--smsr-id", options_.smsr_id);
  }
  // Prints what came back; CommandError when the function failed.
  void call(Interface interface, const std::any& request);

 private:
  [[noreturn]] void no_answer(const Fault& fault) const;
  std::string repeat() const {
    return "repeat it with --call-id " + call_ + ", so that it has no second effect if it was carried out";
  }

  const Options& options_;
  m2m::Node node_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<net::HttpClient> http_;
  WatchedHttp watched_;
  mno::RspClient client_;
  mno::RspPeer peer_;
  std::string call_;
};

// Body and header of a message as one line of JSON, or as text.
void print(const Message& m, bool json) {
  const auto& type = m.kind == sgp02::MessageKind::kResponse ? m.function->response : m.function->request;
  const auto name = sgp02::element_name(*m.function, m.kind);
  auto body = m.body;
  if (json) {
    std::printf("{\"message\":\"%s\",\"from\":\"%s\",\"body\":%s}\n", name.c_str(),
                m.header.sender.id.dotted().c_str(), xml::to_json(*type.record, type.address(body)).c_str());
  } else {
    std::printf("%s from %s\n%s", name.c_str(), m.header.sender.id.dotted().c_str(),
                xml::to_text(*type.record, type.address(body), 2).c_str());
  }
  std::fflush(stdout);
}

[[noreturn]] void stop(const Fault& fault) {
  std::string text = fault.message();
  if (const auto* status = fault.as<FunctionStatus>())
    text += "\n  explained by: eider explain " + status->subject_code + " " + status->reason_code;
  throw CommandError{fault.not_reached() ? 3 : 1, text};
}

void Session::no_answer(const Fault& fault) const {
  if (const int status = watched_.foreign_status; status != 0) {
    const auto cause = "HTTP status " + std::to_string(status) + " at https://" + peer_.url.host + ":" +
                       std::to_string(peer_.url.port) + peer_.url.path + ", and no message of SGP.02";
    if (status >= 500) pki::refuse(cause, repeat(), 3);
    pki::refuse(cause, options_.direct()
                           ? "see that the path is the one of ES4: --smsr OID@HOST[:PORT]/PATH"
                           : "see that the path is the one of ES2, /es2 at an SM-DP of Eider: --smdp "
                             "OID@HOST[:PORT]/es2");
  }
  if (!fault.not_reached()) stop(fault);
  const auto remedy = m2m::unreached_remedy(fault);
  pki::refuse(fault.message(), remedy.empty() ? repeat() : remedy, 3);
}

void Session::call(Interface interface, const std::any& request) {
  mno::RspCall how;
  if (!options_.reply_to.empty()) how.reply_to = options_.reply_to;
  if (options_.validity > 0) how.timeout = Duration((std::int64_t{options_.validity} + 30) * 1000);
  const auto answer = client_.call(peer_, interface, request, how);
  if (!answer) no_answer(answer.error());
  if (!answer->response) {
    std::printf(options_.json ? "{\"accepted\":\"%s\"}\n" : "taken, answered later: %s\n",
                answer->message_id.c_str());
    return;
  }
  print(*answer->response, options_.json);
  if (const auto* base = answer->response->response())
    if (const auto done = mno::check(*base); !done) stop(done.error());
}

// The same members for ES4, or ES4A, and with the SM-SR named for ES2. `fill` gets who asks, too.
template <class Direct, class ThroughSmdp, Interface kDirect = Interface::kEs4, class Fill>
void either(const Options& o, Fill fill) {
  Session s(o);
  if (o.direct()) {
    Direct r;
    r.base = s.base();
    fill(r, s.id());
    return s.call(kDirect, r);
  }
  ThroughSmdp r;
  r.base = s.base();
  r.smsrId = s.smsr_id();
  fill(r, s.id());
  s.call(Interface::kEs2, r);
}
template <class Direct, class ThroughSmdp>
void of_profile(const Options& o) {
  either<Direct, ThroughSmdp>(o, [&](auto& r, const auto&) {
    r.eid = m2m::parse_eid_argument(o.eid);
    r.iccid = m2m::parse_iccid_argument(o.iccid);
  });
}

void eis(const Options& o) {
  either<es4::GetEISRequest, es2::GetEISRequest>(
      o, [&](auto& r, const auto&) { r.eid = m2m::parse_eid_argument(o.eid); });
}
void audit(const Options& o) {
  either<es4::AuditEISRequest, es2::AuditEISRequest>(o, [&](auto& r, const auto&) {
    r.eid = m2m::parse_eid_argument(o.eid);
    for (const auto& i : o.iccids) r.iccids.push_back(m2m::parse_iccid_argument(i));
  });
}
void download(const Options& o) {
  if (o.direct()) throw CommandError{2, "a Profile comes from an SM-DP: --smdp OID@HOST"};
  Session s(o);
  es2::DownloadProfileRequest r;
  r.base = s.base();
  r.eid = m2m::parse_eid_argument(o.eid);
  r.smsrId = s.smsr_id();
  if (o.iccid.empty() && o.type.empty()) throw CommandError{2, "--iccid or --type says which Profile"};
  if (!o.iccid.empty()) r.iccid = m2m::parse_iccid_argument(o.iccid);
  if (!o.type.empty()) r.profileType = o.type;
  r.enableProfile = o.enable;
  s.call(Interface::kEs2, r);
}

void pol2(const Options& o) {
  const auto rules = m2m::parse_pol2(o.rules);
  either<es4::UpdatePolicyRulesRequest, es2::UpdatePolicyRulesRequest>(o, [&](auto& r, const auto&) {
    r.eid = m2m::parse_eid_argument(o.eid);
    r.iccid = m2m::parse_iccid_argument(o.iccid);
    if (!rules.rules.empty()) r.pol2 = rules;
  });
}
void address(const Options& o) {
  either<es4::UpdateSubscriptionAddressRequest, es2::UpdateSubscriptionAddressRequest>(
      o, [&](auto& r, const auto&) {
        r.eid = m2m::parse_eid_argument(o.eid);
        r.iccid = m2m::parse_iccid_argument(o.iccid);
        if (!o.imsi.empty()) r.newSubscriptionAddress.imsi = o.imsi;
        if (!o.msisdn.empty()) r.newSubscriptionAddress.msisdn = o.msisdn;
      });
}

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}
void set_plma(const Options& o) {
  either<es4a::SetPLMARequest, es2::SetPLMARequest, Interface::kEs4a>(o, [&](auto& r, const auto& self) {
    r.plma.mnoId = self;
    r.plma.m2mSpId = m2m::parse_entity_id("--party", o.party);
    r.plma.profileType = given(o.type);
    r.plma.authorisedOperations = o.operations;
    r.plma.authorisedNotifications = o.notifications;
  });
}
// What others have given to the caller is a function of ES4.
void granted(const Options& o) {
  if (!o.direct()) throw CommandError{2, "--granted is asked of the SM-SR: --smsr OID@HOST"};
  Session s(o);
  sgp02::GetPLMARequest r;
  r.base = s.base();
  if (!o.owner.empty()) r.mnoId = m2m::parse_entity_id("--owner", o.owner);
  r.profileType = given(o.type);
  s.call(Interface::kEs4, r);
}
void get_plma(const Options& o) {
  if (o.granted) return granted(o);
  either<es4a::GetPLMARequest, es2::GetPLMARequest, Interface::kEs4a>(o, [&](auto& r, const auto&) {
    if (!o.owner.empty()) r.mnoId = m2m::parse_entity_id("--owner", o.owner);
    if (!o.party.empty()) r.m2mSpId = m2m::parse_entity_id("--party", o.party);
    r.profileType = given(o.type);
  });
}
void set_onc(const Options& o) {
  either<es4a::SetONCRequest, es2::SetONCRequest, Interface::kEs4a>(o, [&](auto& r, const auto& self) {
    r.onc.mnoId = self;
    r.onc.profileType = given(o.type);
    r.onc.discardedNotifications = o.notifications;
  });
}
void get_onc(const Options& o) {
  either<es4a::GetONCRequest, es2::GetONCRequest, Interface::kEs4a>(o, [&](auto& r, const auto&) {
    if (!o.owner.empty()) r.mnoId = m2m::parse_entity_id("--owner", o.owner);
    r.profileType = given(o.type);
  });
}

void need_smsr(const Options& o) {
  if (!o.direct()) throw CommandError{2, "an SM-SR changes by order to the SM-SRs: --smsr OID@HOST"};
}
void prepare_change(const Options& o) {
  need_smsr(o);
  Session s(o);
  s.call(Interface::kEs4, es4::PrepareSMSRChangeRequest{s.base(), m2m::parse_eid_argument(o.eid),
                                                        m2m::parse_entity_id("--from", o.party)});
}
void change(const Options& o) {
  need_smsr(o);
  Session s(o);
  s.call(Interface::kEs4, es4::SMSRChangeRequest{s.base(), m2m::parse_eid_argument(o.eid),
                                                 m2m::parse_entity_id("--to", o.party)});
}

// Notifications and late answers, until interrupted or until so many have come.
void listen(const Options& o) {
  card_cmd::block_interrupts();
  const auto node = m2m::Node::load(o.node);
  mno::RspInbox inbox;
  std::mutex mutex;
  unsigned seen = 0;
  const auto server = node.server("--at", o.at, [&](const net::HttpRequest& request) {
    const auto taken = inbox.post(request.body, request.peer_certificate);
    if (!taken.message) return net::HttpResponse::of(taken.status, "text/plain", taken.problem);
    const std::scoped_lock lock(mutex);
    print(*taken.message, o.json);
    if (o.count > 0 && ++seen == o.count) ::kill(::getpid(), SIGTERM);
    return net::HttpResponse{taken.status, {}, {}, {}};
  });
  std::fprintf(stderr, "eider: %s takes notifications and answers on port %u\n", node.id.dotted().c_str(),
               unsigned{server->port()});
  card_cmd::wait_for_interrupt();
  server->stop();
}

void declare_common(CLI::App& sub, Options& o) {
  o.node.declare(sub, "operator", "mnotls-p256");
  sub.add_option("--smsr", o.smsr, "Call this SM-SR")->type_name("OID@HOST[:PORT][/PATH]");
  sub.add_option("--smdp", o.smdp, "Call this SM-DP; that of Eider takes ES2 at /es2")
      ->type_name("OID@HOST[:PORT][/PATH]");
  sub.add_option("--smsr-id", o.smsr_id, "With --smdp: the SM-SR that manages the card")->type_name("OID");
  sub.add_option("--validity", o.validity, "Validity period: give up after so long")->type_name("SECONDS");
  sub.add_option("--reply-to", o.reply_to, "The answer comes to this URL later")->type_name("URL");
  sub.add_option("--call-id", o.call_id,
                 "FunctionCallIdentifier of an earlier run whose answer was lost: nothing is done twice")
      ->type_name("TEXT");
  sub.add_flag("--json", o.json, "JSON on standard output");
}

void declare(CLI::App& sub) {
  auto o = std::make_shared<Options>();
  sub.require_subcommand(1);
  sub.fallthrough();
  declare_common(sub, *o);
  const auto command = [&](const char* name, const char* summary, void (*run)(const Options&)) {
    auto* c = sub.add_subcommand(name, summary);
    c->callback([o, run] { run(*o); });
    return c;
  };
  const auto eid = [&](CLI::App* c) { c->add_option("EID", o->eid, "32 digits")->required(); };
  const auto profile = [&](CLI::App* c) {
    eid(c);
    c->add_option("ICCID", o->iccid, "Profile on that card")->required();
  };
  const auto type = [&](CLI::App* c) {
    return c->add_option("--type", o->type, "Profile type")->type_name("NAME");
  };
  eid(command("eis", "GetEIS: what the SM-SR has about a card", eis));
  auto* a = command("audit", "AuditEIS: the same, asked of the card", audit);
  eid(a);
  a->add_option("ICCID", o->iccids, "Only these Profiles");
  auto* d = command("download", "DownloadProfile: an SM-DP installs a Profile (ES2)", download);
  eid(d), type(d);
  d->add_option("--iccid", o->iccid, "This Profile")->type_name("DIGITS");
  d->add_flag("--enable", o->enable, "Enable it, too");
  profile(
      command("enable", "EnableProfile", of_profile<es4::EnableProfileRequest, es2::EnableProfileRequest>));
  profile(command("disable", "DisableProfile",
                  of_profile<es4::DisableProfileRequest, es2::DisableProfileRequest>));
  profile(
      command("delete", "DeleteProfile", of_profile<es4::DeleteProfileRequest, es2::DeleteProfileRequest>));
  profile(command("fallback", "SetFallBackAttribute: the Profile that the card falls back to",
                  of_profile<es4::SetFallBackAttributeRequest, es2::SetFallBackAttributeRequest>));
  profile(command(
      "emergency", "SetEmergencyProfileAttribute",
      of_profile<es4::SetEmergencyProfileAttributeRequest, es2::SetEmergencyProfileAttributeRequest>));
  auto* p = command("pol2", "UpdatePolicyRules: rules of POL2; none: there are no rules any more", pol2);
  profile(p);
  p->add_option("RULE", o->rules, "disable=not-allowed, delete=not-allowed, disable=auto-delete …");
  auto* n = command("address", "UpdateSubscriptionAddress: the number that reaches the card", address);
  profile(n);
  n->add_option("--imsi", o->imsi, "IMSI")->type_name("DIGITS");
  n->add_option("--msisdn", o->msisdn, "MSISDN")->type_name("DIGITS");

  auto* l = command("set-plma", "SetPLMA: let another party manage Profiles of a type", set_plma);
  l->add_option("--party", o->party, "M2M SP or other Operator")->type_name("OID")->required();
  type(l);
  l->add_option("--operation", o->operations, "Function that it may call: EnableProfile …");
  l->add_option("--notification", o->notifications, "What it is told: HandleProfileEnabledNotification …");
  auto* g = command("get-plma", "GetPLMA", get_plma);
  g->add_option("--owner", o->owner, "Operator that gave it")->type_name("OID");
  g->add_option("--party", o->party, "Party that it was given to")->type_name("OID");
  g->add_flag("--granted", o->granted, "What others have given to the caller, as an M2M SP asks (ES4)");
  type(g);
  auto* c = command("set-onc", "SetONC: notifications that this Operator does not want", set_onc);
  type(c);
  c->add_option("--discard", o->notifications, "HandleProfileEnabledNotification …");
  auto* gc = command("get-onc", "GetONC", get_onc);
  gc->add_option("--owner", o->owner, "Operator")->type_name("OID");
  type(gc);
  auto* pr = command("prepare-change", "PrepareSMSRChange: tell the SM-SR that a card will come to it",
                     prepare_change);
  eid(pr);
  pr->add_option("--from", o->party, "SM-SR that manages it")->type_name("OID")->required();
  auto* ch = command("change", "SMSRChange: have the SM-SR hand the card over", change);
  eid(ch);
  ch->add_option("--to", o->party, "SM-SR that will manage it")->type_name("OID")->required();
  auto* li = command("listen", "Print notifications and late answers until Ctrl-C", listen);
  li->add_option("--at", o->at, "Where to listen")->type_name("HOST:PORT")->capture_default_str();
  li->add_option("--count", o->count, "Stop after that many");
  declare_campaign(sub, o);
  sub.footer(std::string(kExamples));
}

const RegisterCommand registration{
    {33, "operator", "Manage M2M cards as the Operator or M2M SP: by SM-DP (ES2) or SM-SR (ES4)", declare}};

}  // namespace
}  // namespace eider::app::operator_cmd
