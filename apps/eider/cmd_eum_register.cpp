// eider eum register: the EUM hands cards over to their first SM-SR (ES1, SGP.02 v4.2 section 3.9).
#include "cmd_eum_register.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <sstream>

#include "cmd_lpa.hpp"
#include "input_file.hpp"
#include "m2m_node.hpp"
#include "roles/eum/eis.hpp"
#include "roles/operator/rsp_client.hpp"

namespace eider::app::eum_m2m {
namespace {
namespace bj = boost::json;
using pki::need;
using pki::refuse;

constexpr std::string_view kExamples = R"(

Examples:
  eider eum register --pki pki --smsr 2.999.20@smsr.example.com:8445 --mno 2.999.30 --transport-key transport.key cards/*.eis.json
  eider eum register --pki pki --smsr 2.999.20@smsr.example.com:8445 --mno 2.999.30 --transport-key transport.key --subscriptions subscriptions.csv card.eis.json

CARD.eis.json is what `eider eum make --m2m` wrote beside the card: it holds the keys of the ISD-R in the clear, and goes
out under the transport key alone. A line of subscriptions.csv: ICCID,IMSI,MSISDN.)";

struct Options {
  m2m::NodeOptions node;
  std::string eum = "eum-p256", smsr, mno, transport_key, subscriptions;
  std::vector<std::string> cards;
  bool json = false;
};

std::string text_of(const bj::object& o, const char* name) {
  const auto* v = o.if_contains(name);
  return v && v->is_string() ? std::string(v->as_string()) : std::string();
}
std::int64_t number_of(const bj::object& o, const char* name) {
  const auto* v = o.if_contains(name);
  return v && v->is_number() ? v->to_number<std::int64_t>() : 0;
}
bool flag_of(const bj::object& o, const char* name) {
  const auto* v = o.if_contains(name);
  return v && v->is_bool() && v->as_bool();
}
Bytes octets_of(const bj::object& o, const char* name, const std::string& file) {
  auto octets = from_hex(text_of(o, name));
  if (!octets)
    refuse(file + ": " + name + " is no hexadecimal text", "eider eum make --m2m writes such files");
  return *std::move(octets);
}

using Addresses = std::map<std::string, sgp02::SubscriptionAddress>;  // by ICCID

Addresses read_addresses(const std::string& file) {
  Addresses out;
  if (file.empty()) return out;
  std::istringstream lines(read_input(file));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    ++count;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#' || line.starts_with("iccid")) continue;
    const auto first = line.find(','), second = line.find(',', first + 1);
    if (second == std::string::npos)
      refuse(file + ": line " + std::to_string(count) + " is no subscription", "ICCID,IMSI,MSISDN");
    const auto iccid = sgp22::iccid_digits(m2m::parse_iccid_argument(line.substr(0, first)));
    out[iccid] = {line.substr(first + 1, second - first - 1), line.substr(second + 1)};
  }
  return out;
}

class Registrar {
 public:
  explicit Registrar(const Options& o)
      : node_(m2m::Node::load(o.node)),
        http_(node_.client()),
        client_({node_.id, "EUM", "", ""}, *http_, clock_, random_),
        smsr_(m2m::parse_peer("--smsr", o.smsr)),
        mno_(m2m::parse_entity_id("--mno", o.mno)),
        addresses_(read_addresses(o.subscriptions)) {
    const auto pki = need(crypto::PkiDirectory::open(o.node.pki, o.node.passphrase.source()));
    const auto& eum = pki::need_entry(pki, o.eum);
    certificate_ = eum.certificate;
    key_ = need(pki.signing_key(eum));
    auto digits = read_input(o.transport_key, 4096);
    digits.resize(digits.find_last_not_of(" \r\n\t") + 1);
    auto octets = from_hex(digits);
    if (!octets || octets->size() < 16)
      refuse(o.transport_key + " holds no key", "32 hexadecimal digits or more: openssl rand -hex 16");
    transport_ = Secret(*std::move(octets));
  }

  // The EID that was registered.
  std::string card(const std::string& file) {
    bj::error_code wrong;
    const auto value = bj::parse(read_input(file), wrong);
    if (wrong || !value.is_object())
      refuse(file + " is no JSON object", "eider eum make --m2m writes such files");
    const auto plan = plan_of(value.as_object(), file);
    sgp02::es1::RegisterEISRequest request;
    request.base.functionCallIdentifier = client_.new_identifier();
    request.eis = need(eum::make_eis(plan, *certificate_, *key_, transport_.view()));
    const auto answer = client_.call({smsr_.id, smsr_.url}, sgp02::Interface::kEs1, request);
    if (!answer)
      refuse(file + ": " + answer.error().message(), m2m::unreached_remedy(answer.error()),
             answer.error().not_reached() ? 3 : 1);
    if (!answer->response) refuse(file + ": the SM-SR took it without an answer");
    if (const auto done = mno::check(*answer->response->response()); !done) {
      const auto* status = done.error().as<FunctionStatus>();
      refuse(file + ": " + done.error().message() +
             (status ? "\n  explained by: eider explain " + status->subject_code + " " + status->reason_code
                     : ""));
    }
    return sgp22::eid_digits(plan.eid);
  }

 private:
  eum::EisPlan plan_of(const bj::object& o, const std::string& file) const {
    eum::EisPlan plan;
    plan.eid = m2m::parse_eid_argument(text_of(o, "eid"));
    plan.eum_id = node_.id;
    plan.smsr_id = smsr_.id;
    const auto made = parse_time(text_of(o, "productionDate"));
    if (!made) refuse(file + ": productionDate is no time");
    plan.production_date = *made;
    plan.remaining_memory = static_cast<std::uint32_t>(number_of(o, "freeMemory"));
    plan.available_memory = static_cast<std::uint32_t>(number_of(o, "memory"));
    const auto& ecasd = object_of(o, "ecasd", file);
    plan.ecasd_certificate = octets_of(ecasd, "certificate", file);
    plan.ecasd_sin = octets_of(ecasd, "sin", file);
    plan.ecasd_sdin = octets_of(ecasd, "sdin", file);
    const auto& isd_r = object_of(o, "isdR", file);
    plan.isdr_sin = octets_of(isd_r, "sin", file);
    plan.isdr_sdin = octets_of(isd_r, "sdin", file);
    if (const auto* sets = isd_r.if_contains("keySets"); sets && sets->is_array())
      for (const auto& s : sets->as_array()) plan.isdr_key_sets.push_back(key_set(s.as_object(), file));
    if (const auto* profiles = o.if_contains("profiles"); profiles && profiles->is_array())
      for (const auto& p : profiles->as_array()) plan.profiles.push_back(profile(p.as_object(), file));
    return plan;
  }
  static const bj::object& object_of(const bj::object& o, const char* name, const std::string& file) {
    const auto* v = o.if_contains(name);
    if (!v || !v->is_object())
      refuse(file + ": " + name + " is missing", "eider eum make --m2m writes such files");
    return v->as_object();
  }
  static eum::PlainKeySet key_set(const bj::object& o, const std::string& file) {
    eum::PlainKeySet set;
    set.version = static_cast<std::uint8_t>(number_of(o, "version"));
    set.type = text_of(o, "type") == "SCP81" ? sgp02::KeySetType::kScp81 : sgp02::KeySetType::kScp80;
    if (o.contains("counter")) set.counter = static_cast<std::uint64_t>(number_of(o, "counter"));
    if (const auto* keys = o.if_contains("keys"); keys && keys->is_array())
      for (const auto& k : keys->as_array()) {
        const auto& key = k.as_object();
        set.keys.push_back({static_cast<std::uint8_t>(number_of(key, "index")),
                            static_cast<std::uint8_t>(number_of(key, "type")),
                            Secret(octets_of(key, "value", file))});
      }
    return set;
  }
  sgp02::ProfileInfo profile(const bj::object& o, const std::string& file) const {
    sgp02::ProfileInfo p;
    const auto iccid = text_of(o, "iccid");
    p.iccid = m2m::parse_iccid_argument(iccid);
    const auto aid = sgp02::Aid::from(octets_of(o, "isdpAid", file));
    if (!aid) refuse(file + ": isdpAid is no AID of an ISD-P");
    p.isdpAid = *aid;
    p.mnoId = mno_;
    p.fallbackAttribute = flag_of(o, "fallbackAttribute");
    if (flag_of(o, "emergencyAttribute")) p.emergencyProfileAttribute = true;
    p.state =
        text_of(o, "state") == "Enabled" ? sgp02::ProfileState::kEnabled : sgp02::ProfileState::kDisabled;
    if (const auto type = text_of(o, "profileType"); !type.empty()) p.profileType = type;
    if (const auto at = addresses_.find(sgp22::iccid_digits(p.iccid)); at != addresses_.end())
      p.subscriptionAddress = at->second;
    return p;
  }

  m2m::Node node_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<net::HttpClient> http_;
  mno::RspClient client_;
  m2m::PeerText smsr_;
  sgp02::EntityId mno_;
  Addresses addresses_;
  std::optional<crypto::Certificate> certificate_;
  crypto::SigningKeyPtr key_;
  Secret transport_;
};

// ES1.UpdateEISAdditionalProperties (section 5.2.2).
struct Properties {
  m2m::NodeOptions node;
  std::string smsr, eid;
  std::vector<std::string> values;
  bool json = false;

  void run() const {
    const auto self = m2m::Node::load(node);
    const SystemClock clock;
    SystemRandom random;
    const auto http = self.client();
    mno::RspClient client({self.id, "EUM", "", ""}, *http, clock, random);
    const auto peer = m2m::parse_peer("--smsr", smsr);
    sgp02::es1::UpdateEISAdditionalPropertiesRequest request;
    request.base.functionCallIdentifier = client.new_identifier();
    request.eid = m2m::parse_eid_argument(eid);
    for (const auto& v : values) {
      const auto equals = v.find('=');
      if (equals == std::string::npos || equals == 0)
        throw CommandError{2, "a property is KEY=VALUE, not \"" + v + "\""};
      request.additionalProperties.properties.push_back({v.substr(0, equals), v.substr(equals + 1)});
    }
    const auto answer = client.call({peer.id, peer.url}, sgp02::Interface::kEs1, request);
    if (!answer)
      refuse(answer.error().message(), m2m::unreached_remedy(answer.error()),
             answer.error().not_reached() ? 3 : 1);
    if (!answer->response) refuse("the SM-SR took it without an answer");
    if (const auto done = mno::check(*answer->response->response()); !done) {
      const auto* status = done.error().as<FunctionStatus>();
      refuse(done.error().message(),
             status ? "eider explain " + status->subject_code + " " + status->reason_code : "");
    }
    if (json)
      lpa_cli::print_json(bj::object{{"eid", eid}, {"properties", values.size()}});
    else
      std::printf("%s  %zu properties\n", eid.c_str(), values.size());
  }
};

void run(const Options& o) {
  Registrar registrar(o);
  for (const auto& file : o.cards) {
    const auto eid = registrar.card(file);
    if (o.json)
      lpa_cli::print_json(bj::object{{"eid", eid}, {"smsr", o.smsr.substr(0, o.smsr.find('@'))}});
    else
      std::printf("%s  registered\n", eid.c_str());
    std::fflush(stdout);
  }
}

}  // namespace

void declare_register(CLI::App& eum) {
  auto* sub = eum.add_subcommand("register", "Register M2M cards with their first SM-SR (ES1)");
  auto o = std::make_shared<Options>();
  o->node.declare(*sub, "EUM", "eumtls-p256");
  sub->add_option("CARD", o->cards, "CARD.eis.json of `eider eum make --m2m`")->required();
  sub->add_option("--eum", o->eum, "Entry of the PKI that signs the EIS: CERT.EUM")->capture_default_str();
  sub->add_option("--smsr", o->smsr, "The SM-SR")->required()->type_name("OID@HOST[:PORT][/PATH]");
  sub->add_option("--mno", o->mno, "Operator that owns the Profiles on the cards")
      ->required()
      ->type_name("OID");
  sub->add_option("--transport-key", o->transport_key, "Key that EUM and SM-SR agreed, hexadecimal")
      ->required()
      ->type_name("FILE");
  sub->add_option("--subscriptions", o->subscriptions, "IMSI and number of Profiles")->type_name("FILE");
  sub->add_flag("--json", o->json, "One JSON object a line");
  sub->footer(std::string(kExamples));
  sub->callback([o] { run(*o); });

  auto p = std::make_shared<Properties>();
  auto* properties =
      eum.add_subcommand("properties", "Tell the SM-SR properties of a card, as of its software (ES1)");
  p->node.declare(*properties, "EUM", "eumtls-p256");
  properties->add_option("EID", p->eid, "32 digits")->required();
  properties->add_option("PROPERTY", p->values, "KEY=VALUE")->required();
  properties->add_option("--smsr", p->smsr, "The SM-SR")->required()->type_name("OID@HOST[:PORT][/PATH]");
  properties->add_flag("--json", p->json, "JSON");
  properties->footer(
      "Examples:\n  eider eum properties --pki pki --smsr 2.999.20@smsr.example.com:8445 "
      "89049032000001000000000000000074 gsma.ESIM.platformVersion=2.1");
  properties->callback([p] { p->run(); });
}

}  // namespace eider::app::eum_m2m
