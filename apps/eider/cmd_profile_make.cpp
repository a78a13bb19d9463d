// eider profile create, personalise
#include <cstdio>
#include <filesystem>
#include <memory>

#include "cmd_profile.hpp"
#include "input_file.hpp"
#include "profile/builder.hpp"
#include "profile/subscriber_csv.hpp"
#include "secret_argument.hpp"

namespace eider::app::profile_command {
namespace {

Bytes hex_octets(const std::string& name, std::string_view text) {
  auto octets = from_hex(text);
  if (!octets) throw CommandError{2, name + " is not hexadecimal"};
  return *std::move(octets);
}
Secret hex_secret(const std::string& name, const std::string& value) {
  const auto text = read_secret_argument(name, value);
  return Secret(hex_octets(name, as_text(text.view())));
}
std::string digits_secret(const std::string& name, const std::string& value) {
  return std::string(as_text(read_secret_argument(name, value).view()));
}
template <class T>
T need(Result<T> r, const std::string& subject) {
  if (!r) refuse(r.error(), subject);
  return *std::move(r);
}

struct CreateOptions {
  std::string output = "-", from, iccid, imsi, k, opc, op, algorithm = "milenage", pin1, pin2, puk1, puk2,
              adm1, spn, msisdn, gid1, gid2, type;
  std::string sd_keys;
  int mnc_length = 2;
  std::size_t ballast = 0;
  bool pin_enabled = false, isim = false, no_telecom = false, no_5gs = false, no_rfm = false;
};

profile::GenericProfileParameters parameters_of(const CreateOptions& o) {
  SystemRandom random;
  auto p = profile::GenericProfileParameters::random(random);
  const auto take = [](std::string& to, const std::string& from) {
    if (!from.empty()) to = from;
  };
  take(p.iccid, o.iccid);
  take(p.imsi, o.imsi);
  const auto take_secret = [](std::string& to, const char* name, const std::string& from) {
    if (!from.empty()) to = digits_secret(name, from);
  };
  take_secret(p.pin1, "--pin1", o.pin1);
  take_secret(p.pin2, "--pin2", o.pin2);
  take_secret(p.puk1, "--puk1", o.puk1);
  take_secret(p.puk2, "--puk2", o.puk2);
  take_secret(p.adm1, "--adm1", o.adm1);
  take(p.spn, o.spn);
  take(p.profile_type, o.type);
  if (o.algorithm == "tuak") {
    p.algorithm = saip::AlgorithmId::kTuak;
    p.opc = Secret(random.bytes(32));
  } else if (o.algorithm == "test") {
    p.algorithm = saip::AlgorithmId::kUsimTestAlgorithm;
  }
  if (!o.k.empty()) p.k = hex_secret("--k", o.k);
  if (!o.opc.empty()) p.opc = hex_secret("--opc", o.opc);
  if (!o.op.empty()) p.opc = need(profile::derive_opc(p.k, hex_secret("--op", o.op)), "--op");
  if (!o.msisdn.empty()) p.msisdn = o.msisdn;
  if (!o.gid1.empty()) p.gid1 = hex_octets("--gid1", o.gid1);
  if (!o.gid2.empty()) p.gid2 = hex_octets("--gid2", o.gid2);
  if (!o.sd_keys.empty()) {
    const auto keys = hex_secret("--sd-keys", o.sd_keys);
    if (keys.size() != 48) throw CommandError{2, "--sd-keys takes three keys of 16 octets: KIc, KID, KIK"};
    for (std::size_t i = 0; i < 3; ++i) p.sd_keys[i] = Secret(keys.view().subspan(16 * i, 16));
  }
  p.mnc_length = o.mnc_length;
  p.pin1_enabled = o.pin_enabled;
  p.isim = o.isim;
  p.telecom = !o.no_telecom;
  p.five_g = !o.no_5gs;
  p.rfm = !o.no_rfm;
  p.ballast = o.ballast;
  return p;
}

}  // namespace

void declare_create(CLI::App& app) {
  auto* sub = app.add_subcommand("create",
                                 "Make a package: a generic USIM profile, of which what is not given is "
                                 "random, or what a document says");
  auto o = std::make_shared<CreateOptions>();
  sub->add_option("-o,--output", o->output, "Where to write; - is standard output")
      ->type_name("FILE")
      ->required();
  auto* output = sub->get_option("--output");
  auto* help = sub->get_help_ptr();
  auto* from = sub->add_option("--from", o->from,
                               "Document of `eider profile export`, YAML or JSON; - is "
                               "standard input")
                   ->type_name("FILE");
  sub->add_option("--iccid", o->iccid, "18 to 20 digits; a final ? has the check digit computed")
      ->type_name("DIGITS");
  sub->add_option("--imsi", o->imsi, "6 to 15 digits (default: 00101 and ten random ones)")
      ->type_name("DIGITS");
  sub->add_option("--mnc-length", o->mnc_length, "Digits of the MNC")->check(CLI::IsMember({2, 3}));
  sub->add_option("--algorithm", o->algorithm, "Authentication algorithm")
      ->check(CLI::IsMember({"milenage", "tuak", "test"}));
  sub->add_option("--k", o->k, "Subscriber key K, hexadecimal")->type_name("SECRET");
  auto* opc = sub->add_option("--opc", o->opc, "OPc (TUAK: TOPc), hexadecimal")->type_name("SECRET");
  sub->add_option("--op", o->op, "OP; OPc is derived from it (MILENAGE)")->type_name("SECRET")->excludes(opc);
  sub->add_option("--pin1", o->pin1, "PIN1, 4 to 8 digits")->type_name("SECRET");
  sub->add_option("--pin2", o->pin2, "PIN2, 4 to 8 digits")->type_name("SECRET");
  sub->add_option("--puk1", o->puk1, "PUK of PIN1, 8 digits")->type_name("SECRET");
  sub->add_option("--puk2", o->puk2, "PUK of PIN2, 8 digits")->type_name("SECRET");
  sub->add_option("--adm1", o->adm1, "ADM1, 4 to 8 digits or 16 hexadecimal ones")->type_name("SECRET");
  sub->add_flag("--pin-enabled", o->pin_enabled, "PIN1 has to be entered");
  sub->add_option("--spn", o->spn, "Service provider name, up to 16 characters")->type_name("TEXT");
  sub->add_option("--msisdn", o->msisdn, "Telephone number")->type_name("NUMBER");
  sub->add_option("--gid1", o->gid1, "Group identifier 1")->type_name("HEX");
  sub->add_option("--gid2", o->gid2, "Group identifier 2")->type_name("HEX");
  sub->add_option("--sd-keys", o->sd_keys, "KIc, KID and KIK of the MNO-SD, AES-128, one after the other")
      ->type_name("SECRET");
  sub->add_option("--type", o->type, "profileType of the header")->type_name("TEXT");
  sub->add_option("--ballast", o->ballast, "Octets of an extra file, to reach a wanted size")->type_name("N");
  sub->add_flag("--isim", o->isim, "With an ISIM");
  sub->add_flag("--no-telecom", o->no_telecom, "Without DF.TELECOM");
  sub->add_flag("--no-5gs", o->no_5gs, "Without DF.5GS");
  sub->add_flag("--no-rfm", o->no_rfm, "Without remote file management");
  for (auto* option : sub->get_options())
    if (option != output && option != help && option != from) from->excludes(option);
  sub->footer(std::string(kSecretForms) + R"(

Examples:
  eider profile create -o p.der --from p.yaml
  eider profile create -o p.der --iccid 898821100000000001? --imsi 001010000000001 --k @k.hex --opc @opc.hex
  eider profile create -o p.der --k env:SUBSCRIBER_K --op env:OPERATOR_OP
  hsm-export | eider profile create -o p.der --k - --opc -)");
  sub->callback([o] {
    if (!o->from.empty()) return create_from_document(o->from, o->output);
    const auto p = parameters_of(*o);
    if (auto s = profile::validate(p); !s) refuse(s.error());
    const auto package = profile::build_generic_profile(p);
    write_file(o->output, package);
    std::fprintf(stderr, "ICCID %s, IMSI %s, %zu octets\n", profile::Iccid::parse(p.iccid)->digits.c_str(),
                 p.imsi.c_str(), package.size());
  });
}

namespace {

struct PersonaliseOptions {
  std::string file, output, csv;
  std::string iccid, imsi, k, opc, op, pin1, pin2, puk1, puk2, adm1, msisdn, spn;
};

profile::SubscriberData subscriber_of(const PersonaliseOptions& o) {
  profile::SubscriberData s;
  s.iccid = o.iccid;
  s.imsi = o.imsi;
  if (!o.k.empty()) s.k = hex_secret("--k", o.k);
  if (!o.opc.empty()) s.opc = hex_secret("--opc", o.opc);
  if (!o.op.empty()) s.op = hex_secret("--op", o.op);
  if (!o.pin1.empty()) s.pin1 = need(profile::encode_pin(digits_secret("--pin1", o.pin1)), "--pin1");
  if (!o.pin2.empty()) s.pin2 = need(profile::encode_pin(digits_secret("--pin2", o.pin2)), "--pin2");
  if (!o.puk1.empty()) s.puk1 = need(profile::encode_puk(digits_secret("--puk1", o.puk1)), "--puk1");
  if (!o.puk2.empty()) s.puk2 = need(profile::encode_puk(digits_secret("--puk2", o.puk2)), "--puk2");
  if (!o.adm1.empty()) s.adm1 = need(profile::encode_adm(digits_secret("--adm1", o.adm1)), "--adm1");
  if (!o.msisdn.empty()) s.msisdn = o.msisdn;
  if (!o.spn.empty()) s.spn = o.spn;
  return s;
}

// One package a subscriber: <output>/<ICCID>.der. Nothing is written when any line is faulty.
void personalise_all(const profile::ProfileTemplate& t, const PersonaliseOptions& o) {
  const auto text = read_input(o.csv);
  const auto pass = [&](bool write) {
    auto csv = need(profile::SubscriberCsv::open(text), o.csv);
    std::size_t n = 0;
    for (;;) {
      auto s = need(csv.next(), o.csv);
      if (!s) return n;
      const auto package = need(t.personalise(*s), o.csv + ": line " + std::to_string(csv.line()));
      if (write)
        write_file(
            (std::filesystem::path(o.output) / (profile::Iccid::parse(s->iccid)->digits + ".der")).string(),
            package);
      ++n;
    }
  };
  pass(false);
  std::error_code error;
  std::filesystem::create_directories(o.output, error);
  if (error) throw CommandError{1, "cannot create " + o.output + ": " + error.message()};
  std::fprintf(stderr, "%zu packages in %s\n", pass(true), o.output.c_str());
}

}  // namespace

void declare_personalise(CLI::App& app) {
  auto* sub = app.add_subcommand("personalise",
                                 "Put a subscriber's data, or those of a CSV file, into a template package");
  auto o = std::make_shared<PersonaliseOptions>();
  sub->add_option("package", o->file, "Template package: DER or hexadecimal")->required()->type_name("FILE");
  sub->add_option("-o,--output", o->output, "Where to write: a file, or a directory with --csv")
      ->required()
      ->type_name("PATH");
  auto* csv =
      sub->add_option(
             "--csv", o->csv,
             "Subscribers: columns iccid,imsi and k,opc,op,pin1,pin2,puk1,puk2,adm1,msisdn,spn,kic,kid,kik")
          ->type_name("FILE");
  sub->add_option("--iccid", o->iccid, "18 to 20 digits; a final ? has the check digit computed")
      ->type_name("DIGITS")
      ->excludes(csv);
  sub->add_option("--imsi", o->imsi, "6 to 15 digits")->type_name("DIGITS")->excludes(csv);
  sub->add_option("--k", o->k, "Subscriber key K")->type_name("SECRET")->excludes(csv);
  auto* opc = sub->add_option("--opc", o->opc, "OPc (TUAK: TOPc)")->type_name("SECRET")->excludes(csv);
  sub->add_option("--op", o->op, "OP; OPc is derived from it")
      ->type_name("SECRET")
      ->excludes(csv)
      ->excludes(opc);
  sub->add_option("--pin1", o->pin1, "PIN1")->type_name("SECRET")->excludes(csv);
  sub->add_option("--pin2", o->pin2, "PIN2")->type_name("SECRET")->excludes(csv);
  sub->add_option("--puk1", o->puk1, "PUK of PIN1")->type_name("SECRET")->excludes(csv);
  sub->add_option("--puk2", o->puk2, "PUK of PIN2")->type_name("SECRET")->excludes(csv);
  sub->add_option("--adm1", o->adm1, "ADM1")->type_name("SECRET")->excludes(csv);
  sub->add_option("--msisdn", o->msisdn, "Telephone number")->type_name("NUMBER")->excludes(csv);
  sub->add_option("--spn", o->spn, "Service provider name")->type_name("TEXT")->excludes(csv);
  sub->footer(std::string(kSecretForms) + R"(

Examples:
  eider profile personalise t.der -o p.der --iccid 898821100000000001? --imsi 001010000000001 --k @k.hex --opc @opc.hex
  eider profile personalise t.der -o packages --csv subscribers.csv)");
  sub->callback([o] {
    const auto t = need(profile::ProfileTemplate::load(read_package_file(o->file)), o->file);
    if (!o->csv.empty()) return personalise_all(t, *o);
    if (o->iccid.empty() || o->imsi.empty()) throw CommandError{2, "give --iccid and --imsi, or --csv"};
    write_file(o->output, need(t.personalise(subscriber_of(*o)), ""));
  });
}

}  // namespace eider::app::profile_command
