// eider eum: makes cards.
#include <arpa/inet.h>
#include <cstdio>
#include <filesystem>

#include "arguments.hpp"
#include "card/inspect.hpp"
#include "card/manufacture.hpp"
#include "cmd_eum_m2m.hpp"
#include "cmd_eum_register.hpp"
#include "cmd_pki.hpp"
#include "new_directory.hpp"
#include "profile/identity.hpp"
#include "progress.hpp"
#include "roles/eum/eum.hpp"
#include "roles/smdpp/inventory.hpp"
#include "store/card_file.hpp"
#include "store/card_fleet.hpp"

namespace eider::app {
namespace {
using crypto::CertificateRole;
using crypto::Curve;
using pki::need;
using pki::refuse;

struct Make {
  std::string pki_dir, out, out_dir, fleet, eid, ein, smdp, smds, rat, sgp26, curve = "p256";
  pki::PassphraseOptions passphrase;
  std::uint64_t count = 1, serial = 0;
  std::uint32_t memory_kb = 1024;
  bool no_test_profiles = false, java_card = false, quiet = false, as_json = false,
       allow_known_ota_keys = false;
  boost::json::array report;
  std::vector<std::pair<std::string, std::string>> preload;  // package, metadata
  std::string enabled;                                       // the package of --preload to enable
  eum_m2m::Options m2m;
  bool lpae = false;
  std::string name_server, access_point;
  std::optional<eum::M2mCard> m2m_card;  // the last one that was made

  void declare(CLI::App& sub) {
    auto* dir = sub.add_option("--pki", pki_dir, "PKI directory with the EUM's certificate and key")
                    ->envname("EIDER_PKI");
    auto* test =
        sub.add_option("--sgp26", sgp26, "Take keys, certificates and EID from an SGP.26 directory instead");
    dir->type_name("DIR"), test->type_name("DIR");
    auto* file = sub.add_option("--out", out, "The card file to make")->type_name("FILE");
    auto* many = sub.add_option("--count", count, "How many cards to make");
    auto* into = sub.add_option("--out-dir", out_dir, "Directory for many cards, as OUT-DIR/<EID>.eider")
                     ->type_name("DIR");
    auto* store = sub.add_option("--fleet", fleet,
                                 "Store for many cards; made when it is not there (see `eider card fleet`)");
    store->type_name("STORE")->excludes(file)->excludes(into);
    file->excludes(into)->excludes(many);
    auto* whole = sub.add_option("--eid", eid, "EID, 32 digits")->excludes(into)->excludes(store);
    auto* prefix = sub.add_option("--ein", ein, "First digits of the EID; default: what CERT.EUM permits");
    auto* number =
        sub.add_option("--serial", serial, "Number after the EIN; of the first card, when there are many");
    whole->excludes(prefix), whole->excludes(number);
    sub.add_option("--memory", memory_kb, "Memory for profiles, KB")
        ->capture_default_str()
        ->check(CLI::Range(32, 65536));
    sub.add_option("--curve", curve, "p256, brainpool or both")->capture_default_str();
    sub.add_option("--smdp", smdp, "Default SM-DP+ address")->type_name("FQDN");
    sub.add_option("--smds", smds, "Root SM-DS address")->type_name("FQDN")->default_str("lpa.ds.gsma.com");
    sub.add_option("--rat", rat, "Rules Authorisation Table, JSON")->type_name("FILE");
    sub.add_flag("--no-test-profiles", no_test_profiles, "The card refuses Test Profiles");
    sub.add_flag("--java-card", java_card,
                 "The card announces Java Card, which some packages demand: applets are stored, never run");
    auto* loaded =
        sub.add_option("--preload", preload,
                       "A Profile that is on the card from the start: its package and its metadata "
                       "(JSON as for `eider smdpp import`); may be repeated");
    loaded->type_name("PACKAGE METADATA");
    sub.add_flag("--allow-known-ota-keys", allow_known_ota_keys,
                 "Preload packages whose OTA keys are null or published, as those for tests");
    sub.add_option("--enable", enabled, "Enable this one of the preloaded packages")
        ->type_name("PACKAGE")
        ->needs(loaded);
    auto* own = sub.add_flag("--lpae", lpae, "The card has an LPA of its own, with menus of the toolkit");
    sub.add_option("--name-server", name_server, "Where the card's LPA asks for host names, by UDP")
        ->type_name("ADDRESS[:PORT]")
        ->needs(own);
    sub.add_option("--access-point", access_point,
                   "Network access name of its connections; default: the device's")
        ->type_name("NAME")
        ->needs(own);
    sub.add_flag("-q,--quiet", quiet, "No progress, no summary");
    sub.add_flag("--json", as_json, "What was made, as JSON: an array of cards");
    m2m.declare(sub);
    passphrase.declare(sub);
    sub.footer(R"(Examples:
  eider eum make --pki pki --out card.eider --smdp smdpp.example.com
  eider eum make --pki pki --out-dir cards --count 1000
  eider eum make --pki pki --fleet cards.fleet --count 100000 --serial 1
  eider eum make --pki pki --out card.eider --java-card            for packages with applets, as TS.48 v1 has
  eider eum make --pki pki --out card.eider --preload boot.der boot.json --enable boot.der
  eider eum make --pki pki --out card.eider --m2m --bootstrap boot.der --smsr-number 4917655500001
  eider eum make --pki pki --out card.eider --lpae --name-server 9.9.9.9    see `eider device run --answers`
  eider eum make --pki pki --out-dir cards --count 20 --m2m --bootstrap 'boot-{n}.der' --smsr-number 4917655500001)");
    sub.callback([this] { run(); });
  }

  std::vector<Curve> curves() const {
    if (curve == "both") return {Curve::kP256, Curve::kBrainpoolP256r1};
    return {pki::parse_curve(curve)};
  }

  eum::PreloadedProfile preloaded(const std::string& package, const std::string& metadata) const {
    eum::PreloadedProfile p;
    p.profilePackage = pki::read_file(package);
    const auto folder = std::filesystem::path(metadata).parent_path();
    p.metadata = need(smdpp::read_metadata(
        as_text(pki::read_file(metadata)), smdp,
        [&](const std::string& name) -> Result<Bytes> { return pki::read_file((folder / name).string()); }));
    // Without a default SM-DP+ there is nobody to tell unless the metadata names him.
    if (auto& entries = p.metadata.notificationConfigurationInfo) {
      std::erase_if(*entries, [](const auto& e) { return e.notificationAddress.empty(); });
      if (entries->empty()) entries.reset();
    }
    const auto facts = need(smdpp::inspect_package(p.profilePackage, nullptr));
    need(smdpp::check_ota_keys(
        facts, allow_known_ota_keys ? smdpp::OtaKeys::kMayBeKnown : smdpp::OtaKeys::kMustBeSecret));
    p.metadata.iccid = need(profile::Iccid::parse(facts.iccid)).file();
    need(smdpp::encode_metadata(p.metadata));
    p.enabled = package == enabled;
    return p;
  }

  // One Profile is on one card; Test Profiles, which authenticate nobody, may be on many.
  void check_preloaded() const {
    const auto named = [&](const auto& p) { return p.first == enabled; };
    if (!enabled.empty() && std::ranges::none_of(preload, named))
      refuse("--enable " + enabled + " is none of the preloaded packages", "", 2);
    if (count == 1) return;
    for (const auto& p : model().preloaded)
      if (p.metadata.profileClass != sgp22::ProfileClass::kTest)
        refuse("ICCID " + sgp22::iccid_digits(p.metadata.iccid) + " cannot be preloaded on " +
                   std::to_string(count) + " cards",
               "an ICCID is on one card; only Test Profiles may be on many");
  }

  // Their notifications are signed with the first of the card's credentials.
  static eum::Personalisation with_signer(eum::Personalisation record) {
    for (auto& p : record.preloadedProfiles) p.ciPKId = record.credentials.front().ciPKId;
    return record;
  }

  eum::Lpae lpa_of_the_card() const {
    eum::Lpae made;
    if (!access_point.empty()) made.accessPoint = access_point;
    if (name_server.empty()) return made;
    constexpr std::uint16_t kDns = 53;
    const bool bare = !name_server.starts_with('[') && std::ranges::count(name_server, ':') != 1;
    const auto [address, port] =
        bare ? std::pair(name_server, kDns) : listening_address("--name-server", name_server);
    std::array<std::uint8_t, 16> octets{};
    const bool v4 = ::inet_pton(AF_INET, address.c_str(), octets.data()) == 1;
    if (!v4 && ::inet_pton(AF_INET6, address.c_str(), octets.data()) != 1)
      refuse("--name-server takes an address, not \"" + name_server + "\"",
             "as 192.0.2.1, 192.0.2.1:53 or 2001:db8::1", 2);
    Bytes value(octets.begin(), octets.begin() + (v4 ? 4 : 16));
    value.push_back(static_cast<std::uint8_t>(port >> 8));
    value.push_back(static_cast<std::uint8_t>(port));
    made.nameServer = std::move(value);
    return made;
  }

  eum::CardModel model() const {
    eum::CardModel m;
    m.memory_octets = memory_kb * 1024;
    if (!smdp.empty()) m.default_smdp_address = smdp;
    if (!smds.empty()) m.root_smds_address = smds;
    m.test_profiles = !no_test_profiles;
    m.java_card = java_card;
    for (const auto& [package, metadata] : preload) m.preloaded.push_back(preloaded(package, metadata));
    if (lpae) m.lpae = lpa_of_the_card();
    if (!rat.empty()) m.rat = need(eum::parse_rat(as_text(pki::read_file(rat))));
    return m;
  }

  std::vector<eum::EumSigner> signers() const {
    const auto dir = need(crypto::PkiDirectory::open(pki_dir, passphrase.source()));
    std::vector<eum::EumSigner> list;
    for (const auto c : curves()) {
      const auto* eum = dir.find(CertificateRole::kEum, c);
      if (eum == nullptr)
        refuse(pki_dir + " has no EUM certificate on " + crypto::to_string(c),
               "make one with `eider pki issue`, or choose another --curve");
      const auto* ci = dir.issuer_of(*eum);
      if (ci == nullptr) refuse("the CI above " + eum->name + " is not in " + pki_dir);
      list.push_back({ci->certificate, eum->certificate, need(dir.signing_key(*eum))});
    }
    return list;
  }

  std::vector<eum::ImportedCredential> imported() const {
    std::vector<eum::ImportedCredential> list;
    for (const auto c : curves()) {
      const std::string suffix = c == Curve::kP256 ? "ECDSA_NIST" : "ECDSA_BRP";
      const auto certificate = [&](const std::string& name) {
        return need(crypto::Certificate::parse(pki::read_file(sgp26 + "/" + name + "_" + suffix + ".der")));
      };
      list.push_back({certificate("CertificateIssuer/CERT_CI"), certificate("EUM/CERT_EUM"),
                      certificate("eUICC/CERT_EUICC"),
                      need(crypto::load_private_key(sgp26 + "/eUICC/SK_EUICC_" + suffix + ".pem"))});
    }
    return list;
  }

  // The EUM's own prefix, from the first permitted subtree of its certificate.
  std::string default_ein(const crypto::Certificate& eum) const {
    if (const auto& constraints = eum.name_constraints())
      for (const auto& subtree : constraints->permitted)
        if (const auto* iin = subtree.find(crypto::attribute::kSerialNumber)) return *iin;
    refuse("CERT.EUM names no EID prefix", "give one with --ein");
  }

  sgp22::Eid eid_for(const crypto::Certificate& eum, std::uint64_t number) const {
    if (!eid.empty()) {
      if (const auto given = sgp22::parse_eid(eid)) return *given;
      refuse("\"" + eid + "\" is not an EID",
             eid.size() == 32
                 ? "its check digits would be " + sgp22::eid_with_check_digits(eid.substr(0, 30)).substr(30)
                 : "it has 32 digits",
             2);
    }
    const auto prefix = ein.empty() ? default_ein(eum) : ein;
    if (const auto made = eum::make_eid(prefix, number)) return *made;
    refuse("no EID can be made of EIN \"" + prefix + "\" and serial number " + std::to_string(number),
           "8 to 30 digits together", 2);
  }

  using Sync = store::CardFile::Sync;
  MadeFiles* files = nullptr;     // that this run has made
  std::uint32_t free_memory = 0;  // of the last card
  std::size_t write(const eum::Personalisation& record, const std::filesystem::path& path,
                    Sync sync = Sync::kEveryCommit) {
    auto file = need(store::CardFile::create(path, sync));
    files->add(path);
    need(card::manufacture(record, *file));
    if (m2m.wanted) free_memory = need(card::inspect(*file)).free_memory;
    return file->file_size();
  }

  void run() {
    if (out.empty() + out_dir.empty() + fleet.empty() != 2)
      refuse("give one of --out, --out-dir and --fleet", "", 2);
    if (pki_dir.empty() == sgp26.empty())
      refuse("give either --pki or --sgp26", "make a PKI with `eider pki init`", 2);
    if (count == 0) refuse("--count must be 1 or more", "", 2);
    if (m2m.wanted && lpae) refuse("--lpae is of the consumer architecture, --m2m of the other", "", 2);
    if (m2m.wanted && (!sgp26.empty() || !preload.empty()))
      refuse("--m2m goes with --pki and --bootstrap", "", 2);
    check_preloaded();
    MadeFiles made;
    files = &made;
    if (!sgp26.empty()) {
      if (out.empty() || !eid.empty() || !ein.empty())
        refuse("SGP.26 has one eUICC: use --out, and no EID of your own", "", 2);
      const auto record = with_signer(need(eum::import_card(model(), imported())));
      report_one(record, out, write(record, out));
    } else {
      make_from_pki();
    }
    files->keep();
    if (as_json) std::puts(boost::json::serialize(report).c_str());
  }

  void make_from_pki() {
    SystemRandom random;
    const auto eum = signers();
    const auto card_model = model();
    const auto now = SystemClock().now();
    if (!out.empty()) {
      const auto number = serial != 0 ? serial : random.below(1'000'000'000'000) + 1;
      const auto record = make_record(card_model, eid_for(eum.front().eum, number), eum, now, random, 1);
      const auto octets = write(record, out);
      write_eis(out);
      report_one(record, out, octets);
      return;
    }
    const auto next = [&](std::uint64_t i) {
      const auto id = eid_for(eum.front().eum, (serial != 0 ? serial : 1) + i);
      return make_record(card_model, id, eum, now, random, i + 1);
    };
    return fleet.empty() ? make_files(next) : make_fleet(next);
  }

  eum::Personalisation make_record(const eum::CardModel& card_model, const sgp22::Eid& id,
                                   std::span<const eum::EumSigner> eum, Time now, Random& random,
                                   std::uint64_t number) {
    if (!m2m.wanted) return with_signer(need(eum::personalise(card_model, id, eum, now, random)));
    m2m_card = need(eum::personalise_m2m(card_model, m2m.model(number), id, eum, now, random));
    return m2m_card->personalisation;
  }

  // Beside the card file; of a fleet in FLEET.eis/.
  void write_eis(const std::filesystem::path& card_file) {
    if (m2m.wanted) files->add(eum_m2m::write_eis(*m2m_card, free_memory, card_file));
  }

  using Next = std::function<eum::Personalisation(std::uint64_t index)>;
  void make_files(const Next& next) {
    next(count - 1);  // refuses numbers that are too large, and packages that are missing
    files->make_directory(out_dir);
    Progress progress("cards", count, quiet);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto record = next(i);
      const auto path = std::filesystem::path(out_dir) / (sgp22::eid_digits(record.eid) + ".eider");
      note(record, path.string(), write(record, path, Sync::kLater));
      write_eis(path);
      if (i + 1 == count) need(store::sync_card_files(out_dir));
      progress.show(i + 1);
    }
  }

  // In groups, each durable when the next begins: what an interruption leaves is whole cards.
  void make_fleet(const Next& next) {
    constexpr std::uint64_t kGroup = 500;
    next(count - 1);  // as above
    const bool is_there = std::filesystem::exists(fleet);
    const auto store = need(is_there ? store::CardFleet::open(fleet) : store::CardFleet::create(fleet));
    if (!is_there) files->add(fleet);
    Progress progress("cards", count, quiet);
    for (std::uint64_t done = 0; done < count;) {
      std::vector<card::MemoryNvm> memories(std::min(kGroup, count - done));
      std::vector<store::CardFleet::NewCard> cards;
      for (auto& memory : memories) {
        const auto record = next(done + cards.size());
        need(card::manufacture(record, memory));
        free_memory = need(card::inspect(memory)).free_memory;
        cards.push_back({record.eid, &memory});
        if (m2m.wanted) {
          files->make_directory(fleet + ".eis");
          write_eis(std::filesystem::path(fleet + ".eis") / sgp22::eid_digits(record.eid));
        }
        note(record, fleet, {});
        if (cards.size() < memories.size()) progress.show(done + cards.size());
      }
      need(store->add(cards));
      files->keep();
      progress.show(done += cards.size());
    }
  }

  void note(const eum::Personalisation& record, const std::string& path, std::optional<std::size_t> octets) {
    if (!as_json) return;
    boost::json::object card{{"eid", sgp22::eid_digits(record.eid)}, {"file", path}};
    if (octets) card["octets"] = *octets;
    auto& profiles = card["profiles"].emplace_array();
    for (const auto& p : record.preloadedProfiles)
      profiles.push_back(
          boost::json::object{{"iccid", sgp22::iccid_digits(p.metadata.iccid)}, {"enabled", p.enabled}});
    auto& cis = card["ciPKIds"].emplace_array();
    for (const auto& c : record.credentials) cis.emplace_back(to_hex(c.ciPKId));
    report.push_back(std::move(card));
  }

  void report_one(const eum::Personalisation& record, const std::string& path, std::size_t octets) {
    note(record, path, octets);
    if (quiet || as_json) return;
    std::printf("%s\n  EID     %s\n  memory  %u KB for profiles\n  file    %zu octets\n", path.c_str(),
                sgp22::eid_digits(record.eid).c_str(), memory_kb, octets);
    for (const auto& p : record.preloadedProfiles)
      std::printf("  ICCID   %s%s\n", sgp22::iccid_digits(p.metadata.iccid).c_str(),
                  p.enabled ? " enabled" : "");
    for (const auto& c : record.credentials) std::printf("  CI      %s\n", to_hex(c.ciPKId).c_str());
  }
};

const RegisterCommand registered{
    {40, "eum", "eUICC manufacturer: personalise cards", [](CLI::App& sub) {
       sub.require_subcommand(1);
       static Make make;
       make.declare(*sub.add_subcommand("make", "Make card files: EID, keys, certificates, settings"));
       eum_m2m::declare_register(sub);
     }}};
}  // namespace
}  // namespace eider::app
