// eider auc: the authentication centre of one subscriber, to try cards out.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "cmd_profile.hpp"
#include "crypto/milenage.hpp"
#include "crypto/tuak.hpp"
#include "profile/installer.hpp"
#include "profile/package_reader.hpp"
#include "roles/auc/auc.hpp"
#include "secret_argument.hpp"

namespace eider::app::auc_cmd {
namespace {

namespace bj = boost::json;
using profile_command::refuse;

constexpr std::string_view kExamples = R"(

Examples:
  eider auc vector --k @k.hex --opc @opc.hex --sqn 000000000000
  eider auc vector --package profile.der --network 5G:mnc001.mcc001.3gppnetwork.org
  eider auc resync --package profile.der --rand RAND --auts AUTS)";

template <class T>
T need(Result<T> r, const std::string& subject = {}) {
  if (!r) refuse(r.error(), subject);
  return *std::move(r);
}

Bytes octets(const std::string& name, std::string_view text) {
  auto out = from_hex(text);
  if (!out) throw CommandError{2, name + " is not hexadecimal"};
  return *std::move(out);
}
Secret secret(const std::string& name, const std::string& value) {
  return Secret(octets(name, as_text(read_secret_argument(name, value).view())));
}
template <std::size_t N>
FixedBytes<N> fixed(const std::string& name, const std::string& text) {
  const auto out = FixedBytes<N>::from(octets(name, text));
  if (!out) throw CommandError{2, name + " has " + std::to_string(N) + " octets"};
  return *out;
}

// Of the NAA whose AID begins so (empty: of the first that has parameters). The installer knows which element
// belongs to which NAA, and resolves mappings.
saip::AkaParameter from_package(const std::string& path, const std::string& aid) {
  const auto package = profile_command::read_package_file(path);
  const auto wanted = octets("--aid", aid);
  profile::PackageInstaller installer(profile::CardCapabilities::everything(), {}, {});
  for (const auto& part : need(profile::read_package(package), path)) {
    const auto outcome = installer.element(part.der);
    if (outcome.aborted) throw CommandError{1, path + ": " + outcome.why};
  }
  for (auto& naa : installer.finish().facts.naas)
    if (naa.aid.size() >= wanted.size() && equal(naa.aid.view().first(wanted.size()), wanted))
      return std::move(naa.parameters);
  throw CommandError{1,
                     path + " has no akaParameter" + (aid.empty() ? "" : " for an AID that begins " + aid)};
}

struct Options {
  std::string package, aid, algorithm = "milenage", k, op, opc, sqn = "000000000000", amf = "8000", rand,
                            auts, network;
  int res_bits = 0, iterations = 1;
  bool json = false, gba = false;

  void subscriber(CLI::App& sub) {
    auto* from =
        sub.add_option("--package", package, "Take the parameters from a profile package")->type_name("FILE");
    sub.add_option("--aid", aid,
                   "First octets of the AID of the NAA in it; default: the first NAA with a key")
        ->type_name("HEX")
        ->needs(from);
    auto* key = sub.add_option("--k", k, "Subscriber key K")->type_name("SECRET")->excludes(from);
    auto* plain = sub.add_option("--op", op, "OP or TOP, from which OPc is derived")->type_name("SECRET");
    sub.add_option("--opc", opc, "OPc or TOPc")->type_name("SECRET")->excludes(plain)->needs(key);
    plain->needs(key);
    sub.add_option("--algorithm", algorithm, "milenage, tuak or test")
        ->capture_default_str()
        ->check(CLI::IsMember({"milenage", "tuak", "test"}))
        ->needs(key);
    sub.add_option("--res-bits", res_bits,
                   "Size of RES: 32, 64, 128 or 256; default: 64, of the test algorithm 128")
        ->check(CLI::IsMember({32, 64, 128, 256}))
        ->needs(key);
    sub.add_option("--iterations", iterations, "Iterations of Keccak in TUAK")
        ->check(CLI::Range(1, 255))
        ->needs(key);
    sub.add_option("--sqn", sqn, "The highest SQN used so far")->type_name("HEX")->capture_default_str();
    sub.add_option("--amf", amf, "AMF of the vector")->type_name("HEX")->capture_default_str();
    sub.add_option("--network", network, "Also K_AUSF and XRES* for this serving network")->type_name("NAME");
    sub.add_flag("--json", json, "Machine-readable");
    sub.footer(kSecretForms + std::string(kExamples));
  }

  saip::AkaParameter parameters() const {
    if (!package.empty()) return from_package(package, aid);
    if (k.empty()) throw CommandError{2, "no subscriber: give --package, or --k and --opc"};
    saip::AkaParameter p;
    auto& algo = p.algoConfiguration.value.emplace<saip::AlgoParameter>();
    const bool test = algorithm == "test", tuak = algorithm == "tuak";
    algo.algorithmID = test   ? saip::AlgorithmId::kUsimTestAlgorithm
                       : tuak ? saip::AlgorithmId::kTuak
                              : saip::AlgorithmId::kMilenage;
    const int bits = res_bits != 0 ? res_bits : test ? 128 : 64;
    algo.algorithmOptions = saip::octet(static_cast<std::uint8_t>(bits == 32    ? 0
                                                                  : bits == 64  ? 1
                                                                  : bits == 128 ? 2
                                                                                : 3));
    algo.key = secret("--k", k);
    algo.numberOfKeccak = static_cast<std::uint8_t>(iterations);
    if (test) return p;
    if (!opc.empty()) {
      algo.opc = secret("--opc", opc);
    } else if (!op.empty()) {
      const auto given = secret("--op", op);
      algo.opc =
          need(tuak ? crypto::tuak_topc(algo.key.view(), given.view(), static_cast<unsigned>(iterations))
                    : crypto::milenage_opc(algo.key.view(), given.view()));
    } else {
      throw CommandError{2, "neither --opc nor --op is given"};
    }
    return p;
  }
};

class Output {
 public:
  explicit Output(bool json) : json_(json) {}
  ~Output() {
    if (json_) std::puts(bj::serialize(object_).c_str());
  }
  void row(const char* name, ByteView value) {
    if (json_) {
      object_[name] = to_hex(value);
    } else {
      std::printf("%-6s %s\n", name, to_hex(value).c_str());
    }
  }
  void vector(const auc::Vector& v, const std::string& network) {
    row("RAND", v.rand);
    row("AUTN", v.autn);
    row("XRES", v.keys.res);
    row("CK", v.keys.ck);
    row("IK", v.keys.ik);
    if (const auto gsm = crypto::gsm_keys(v.keys)) {
      row("SRES", gsm->sres);
      row("Kc", gsm->kc);
    }
    if (!network.empty()) {
      row("XRES*", auc::xres_star(v, network));
      row("K_AUSF", auc::k_ausf(v, network).view());
    }
    row("SQN", v.sqn);
  }

 private:
  bool json_;
  bj::object object_;
};

void vector(const Options& o) {
  SystemRandom random;
  const auto used = fixed<6>("--sqn", o.sqn);
  if (std::ranges::all_of(used, [](std::uint8_t b) { return b == 0xFF; }))
    throw CommandError{2, "--sqn FFFFFFFFFFFF is the last sequence number: none follows it"};
  auto auc = need(auc::AuthenticationCentre::make(o.parameters(), random, used));
  const auto amf = fixed<2>("--amf", o.amf);
  auto v = o.gba ? auc.next_bootstrapping(amf) : auc.next(amf);
  if (!o.rand.empty()) v = auc.vector(fixed<16>("--rand", o.rand), auc.sqn(), amf);
  Output(o.json).vector(v, o.network);
}

void resync(const Options& o) {
  SystemRandom random;
  auto auc = need(auc::AuthenticationCentre::make(o.parameters(), random, fixed<6>("--sqn", o.sqn)));
  const auto sqn_ms =
      need(auc.resynchronise(fixed<16>("--rand", o.rand), octets("--auts", o.auts)), "--auts");
  Output out(o.json);
  out.row("SQN_MS", sqn_ms);
  out.vector(auc.next(fixed<2>("--amf", o.amf)), o.network);
}

void declare(CLI::App& app) {
  app.require_subcommand(1);
  auto* make = app.add_subcommand("vector", "Make the next authentication vector");
  auto o = std::make_shared<Options>();
  o->subscriber(*make);
  auto* rand = make->add_option("--rand", o->rand, "This RAND instead of a random one")->type_name("HEX");
  make->add_flag("--gba", o->gba, "For GBA_U bootstrapping: MAC and RES altered")->excludes(rand);
  make->callback([o] { vector(*o); });

  auto* again = app.add_subcommand("resync", "Take up the AUTS of a card and make the vector that follows");
  auto r = std::make_shared<Options>();
  r->subscriber(*again);
  again->add_option("--rand", r->rand, "RAND of the vector that the card refused")
      ->type_name("HEX")
      ->required();
  again->add_option("--auts", r->auts, "AUTS of the card")->type_name("HEX")->required();
  again->callback([r] { resync(*r); });
}

const RegisterCommand kRegister{
    {42, "auc", "Authentication centre: vectors and resynchronisation for a subscriber", declare}};

}  // namespace
}  // namespace eider::app::auc_cmd
