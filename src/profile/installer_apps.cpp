#include <algorithm>

#include "profile/installer_detail.hpp"
#include "profile/network_authentication.hpp"

namespace eider::profile::rules {
namespace {

// ---- NAA parameters

RuleResult algorithm(const InstallState& s, const saip::AlgoParameter& a) {
  const auto key = a.key.size(), opc = a.opc.size();
  switch (a.algorithmID) {
    case saip::AlgorithmId::kMilenage:
      if (!s.has(Service::kMilenage)) return no_feature("MILENAGE");
      if (key != 16 || opc != 16)
        return bad("MILENAGE with a key of " + std::to_string(key) + " and OPc of " + std::to_string(opc) +
                   " octets");
      return ok();
    case saip::AlgorithmId::kTuak:
      if (key != 16 && key != 32) return bad("TUAK with a key of " + std::to_string(key) + " octets");
      if (!s.has(key == 16 ? Service::kTuak128 : Service::kTuak256)) return no_feature("TUAK");
      if (opc != 32) return bad("TUAK with TOPc of " + std::to_string(opc) + " octets");
      return a.numberOfKeccak == 0 ? bad("TUAK without an iteration") : ok();
    case saip::AlgorithmId::kUsimTestAlgorithm:
      if (!s.has(Service::kUsimTestAlgorithm)) return no_feature("USIM test algorithm");
      return key != 16 ? bad("test algorithm with a key of " + std::to_string(key) + " octets") : ok();
  }
  return no_feature("algorithm " + std::to_string(static_cast<int>(a.algorithmID)));
}

}  // namespace

RuleResult aka_parameter(InstallState& s, const saip::AkaParameter& p) {
  if (s.naa_adf < 0) return out_of_order("akaParameter before an NAA");
  const auto& adf = s.image.files()[static_cast<std::size_t>(s.naa_adf)];
  constexpr std::uint8_t kMaxSeqOctet = 0x07;  // SEQ has 43 bits
  if (p.sqnDelta[0] > kMaxSeqOctet || p.sqnAgeLimit[0] > kMaxSeqOctet)
    return bad("SQN limits of more than 43 bits");
  if (p.sqnInit && std::ranges::any_of(*p.sqnInit, [](const auto& q) { return q[0] > kMaxSeqOctet; }))
    return bad("initial SEQ of more than 43 bits");
  NaaAuthentication naa{s.naa, adf.df_name, p, adf.df_name};
  if (const auto* a = p.algoConfiguration.algo()) {
    if (auto r = algorithm(s, *a); r.violation) return r;
    // What is installed can be computed: sizes of RES, MAC and keys, and constants, are those of the
    // algorithm.
    if (const auto made = NetworkAuthentication::make(p); !made) return bad(made.error().message());
  } else {
    const auto& source = p.algoConfiguration.mapping()->mappingSource;
    const auto it = std::ranges::find(s.facts.naas, source, &NaaAuthentication::aid);
    if (it == s.facts.naas.end()) return bad("no parameters of " + to_hex(source) + " to map");
    naa.parameters = it->parameters;
    naa.sqn_owner = it->sqn_owner;
  }
  s.facts.naas.push_back(std::move(naa));
  s.other_memory += 400;
  return ok();
}

RuleResult cdma_parameter(InstallState& s, const saip::CdmaParameter&) {
  const int adf = s.image.current("ADF.CSIM");
  if (adf < 0) return out_of_order("cdmaParameter before a CSIM");
  if (!s.once.insert({adf, pe::kCdmaParameter}).second) return bad("a second cdmaParameter for this CSIM");
  s.other_memory += 512;
  return ok();
}

namespace {

// ---- Security domains, applications, RFM

bool known_key_type(std::uint8_t t) {
  return t == 0x80 || t == 0x82 || t == 0x85 || t == 0x88 || t == 0x90 || (t >= 0xB0 && t <= 0xB6) ||
         t == 0xF0;
}
bool key_size_fits(std::uint8_t type, std::size_t n) {
  if (type == 0x80 || type == 0x82) return n == 8 || n == 16 || n == 24;
  if (type == 0x88) return n == 16 || n == 24 || n == 32;
  return n > 0;
}

RuleResult keys(const std::vector<saip::KeyObject>& list) {
  std::set<std::pair<int, int>> seen;
  for (const auto& k : list) {
    const auto name = "key " + to_hex(k.keyVersionNumber) + "/" + to_hex(k.keyIdentifier);
    if (!seen.insert({k.keyVersionNumber[0], k.keyIdentifier[0]}).second) return bad(name + " twice");
    std::set<Bytes> types;
    for (const auto& c : k.keyComponents) {
      if (!types.insert(to_bytes(c.keyType)).second) return bad(name + ": a component twice");
      if (c.keyType.size() != 1 || !known_key_type(c.keyType.view()[0]))
        return no_feature(name + ": type " + to_hex(c.keyType));
      if (!key_size_fits(c.keyType.view()[0], c.keyData.size()))
        return bad(name + " of " + std::to_string(c.keyData.size()) + " octets");
    }
  }
  return ok();
}

RuleResult instance(InstallState& s, const saip::ApplicationInstance& i) {
  if (i.applicationPrivileges.size() != 1 && i.applicationPrivileges.size() != 3)
    return bad("privileges of " + to_hex(i.instanceAID));
  if (i.extraditeSecurityDomainAID) {
    const auto it = std::ranges::find(s.domains, *i.extraditeSecurityDomainAID, &SecurityDomainRecord::aid);
    if (it == s.domains.end() || !it->personalized)
      return {Violation{PeStatusCode::kInvalidParameter,
                        "security domain " + to_hex(*i.extraditeSecurityDomainAID) + " is not personalized",
                        {}},
              false, false};
  }
  if (s.application_aids.contains(to_bytes(i.instanceAID)))
    return bad("AID " + to_hex(i.instanceAID) + " exists already");
  return ok();
}

}  // namespace

RuleResult security_domain(InstallState& s, const saip::SecurityDomain& d) {
  const bool first = s.domains.empty();
  if (first && d.instance.extraditeSecurityDomainAID)
    return bad("the MNO-SD is not associated with another security domain");
  if (auto r = instance(s, d.instance); r.violation) return r;
  if (d.keyList)
    if (auto r = keys(*d.keyList); r.violation) return r;
  if (!first && (d.openPersoData || d.catTpParameters))
    return bad("openPersoData and catTpParameters belong to the first security domain");
  if (d.openPersoData && !s.has(Service::kContactless)) return no_feature("contactless parameters");
  if (d.catTpParameters && !s.has(Service::kCatTp)) return no_feature("CAT_TP");
  s.domains.push_back({d.instance.instanceAID, d.instance.lifeCycleState[0] == 0x0F});
  s.application_aids.insert(to_bytes(d.instance.instanceAID));
  s.other_memory += 512 + (d.keyList ? 64 * d.keyList->size() : 0);
  s.facts.security_domains.push_back(d);
  return ok();
}

RuleResult application(InstallState& s, const saip::Application& a) {
  if (s.domains.empty()) return out_of_order("application before a security domain");
  std::optional<saip::Aid> loaded;
  if (a.loadBlock) {
    if (!s.has(Service::kJavacard) && !s.has(Service::kMultos))
      return {Violation{PeStatusCode::kRuntimeNotSupported,
                        "no run-time environment for " + to_hex(a.loadBlock->loadPackageAID),
                        {}},
              false, false};
    if (const auto& sd = a.loadBlock->securityDomainAID;
        sd && std::ranges::find(s.domains, *sd, &SecurityDomainRecord::aid) == s.domains.end())
      return bad("security domain " + to_hex(*sd) + " does not exist");
    if (std::ranges::find(s.packages, a.loadBlock->loadPackageAID) != s.packages.end())
      return bad("package loaded twice");
    loaded = a.loadBlock->loadPackageAID;
  }
  for (const auto& i : a.instanceList.value_or(std::vector<saip::ApplicationInstance>{})) {
    const auto& package = i.applicationLoadPackageAID;
    const bool here = (loaded && *loaded == package) ||
                      std::ranges::find(s.packages, package) != s.packages.end() ||
                      std::ranges::find(s.capabilities.libraries, package, &CardCapabilities::Library::aid) !=
                          s.capabilities.libraries.end();
    if (!here)
      return {Violation{PeStatusCode::kLibNotSupported, "package " + to_hex(package), {}}, false, false};
    if (auto r = instance(s, i); r.violation) return r;
    s.application_aids.insert(to_bytes(i.instanceAID));
  }
  if (loaded) s.packages.push_back(*loaded);
  s.other_memory += a.loadBlock ? a.loadBlock->loadBlockObject.size() : 0;
  auto& kept = s.facts.applications.emplace_back(a);
  if (kept.loadBlock) kept.loadBlock->loadBlockObject.clear();
  return ok();
}

RuleResult rfm(InstallState& s, const saip::Rfm& r) {
  if (s.domains.empty()) return out_of_order("rfm before a security domain");
  if (r.securityDomainAID &&
      std::ranges::find(s.domains, *r.securityDomainAID, &SecurityDomainRecord::aid) == s.domains.end())
    return bad("security domain " + to_hex(*r.securityDomainAID) + " does not exist");
  if (r.tarList && r.tarList->empty()) return bad("empty tarList");
  if (s.application_aids.contains(to_bytes(r.instanceAID)))
    return bad("AID " + to_hex(r.instanceAID) + " exists already");
  for (const auto& tar : r.tarList.value_or(std::vector<FixedBytes<3>>{}))
    if (std::ranges::find(s.tars, tar) != s.tars.end()) return bad("TAR " + to_hex(tar) + " twice");
  if (r.adfRFMAccess) {
    const bool found = std::ranges::any_of(s.image.files(), [&](const ImageFile& f) {
      return f.type == saip::FileType::kAdf && f.df_name == r.adfRFMAccess->adfAID;
    });
    if (!found) return bad("no ADF " + to_hex(r.adfRFMAccess->adfAID));
  }
  for (const auto& tar : r.tarList.value_or(std::vector<FixedBytes<3>>{})) s.tars.push_back(tar);
  s.application_aids.insert(to_bytes(r.instanceAID));
  s.other_memory += 128;
  s.facts.remote_managers.push_back(r);
  return ok();
}

}  // namespace eider::profile::rules
