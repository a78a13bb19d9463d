#include "profile/installer_rules.hpp"

#include <algorithm>

namespace eider::profile {
namespace {

namespace pe = saip::pe;
using saip::PeStatusCode;
using saip::Service;

RuleResult ok() {
  return {};
}
RuleResult bad(std::string why) {
  return {bad_values(std::move(why)), false, false};
}
RuleResult no_feature(std::string why, std::optional<std::uint8_t> info = {}) {
  return {Violation{PeStatusCode::kFeatureNotSupported, std::move(why), info}, false, false};
}
// Elements in an order that cannot be carried out: always an abort.
RuleResult out_of_order(std::string why) {
  return {Violation{PeStatusCode::kInvalidRequestFormat, std::move(why), {}}, true, false};
}
RuleResult refuse(PeStatusCode code, std::string why) {
  return {Violation{code, std::move(why), {}}, true, false};
}
RuleResult from(Check violation) {
  if (!violation) return ok();
  const bool always =
      violation->code == PeStatusCode::kNotEnoughMemory || violation->code == PeStatusCode::kMemoryFailure;
  return {std::move(violation), always, false};
}

bool is_puk_reference(std::uint8_t r) {
  return (r >= 1 && r <= 8) || (r >= 129 && r <= 136);
}
bool is_local(std::uint8_t r) {
  return r >= 128;
}
bool is_pin_reference(std::uint8_t r) {
  return is_puk_reference(r) || (r >= 10 && r <= 14) || (r >= 138 && r <= 142);
}

// ---- Header
// ----------------------------------------------------------------------------------------------------

RuleResult header(InstallState& s, const saip::ProfileHeader& h) {
  const auto& c = s.capabilities;
  if (h.major_version < c.lowest_major || h.major_version > c.highest_major)
    return refuse(PeStatusCode::kUnsupportedProfileVersion,
                  "major version " + std::to_string(h.major_version));
  for (int i = 0; i < saip::kServiceCount; ++i) {
    const auto service = static_cast<Service>(i);
    if (h.eUICC_Mandatory_services.has(service) && !c.has(service))
      return refuse(PeStatusCode::kFeatureNotSupported,
                    "mandatory service " + std::string(saip::service_name(service)));
  }
  if (!h.eUICC_Mandatory_services.unknown.empty())
    return refuse(PeStatusCode::kFeatureNotSupported, "a mandatory service that is not known");
  for (const auto& oid : h.eUICC_Mandatory_GFSTEList) {
    const bool listed = c.templates.empty() || std::ranges::find(c.templates, oid) != c.templates.end();
    if (!listed || !saip::find_template(oid))
      return refuse(PeStatusCode::kTemplateNotSupported, "mandatory template " + oid.dotted());
  }
  if (h.eUICC_Mandatory_AIDs)
    for (const auto& want : *h.eUICC_Mandatory_AIDs) {
      const bool found = std::ranges::any_of(c.libraries, [&](const auto& l) {
        return l.aid == want.aid && l.major == want.version[0] && l.minor >= want.version[1];
      });
      if (!found) return refuse(PeStatusCode::kLibNotSupported, "library " + to_hex(want.aid));
    }
  if (h.iotOptions && !c.uicc_capability.test(31))
    return refuse(PeStatusCode::kFeatureNotSupported, "IoT minimal profile");
  s.iot = h.iotOptions.has_value();
  s.facts.header = h;
  return ok();
}

// ---- Files
// -----------------------------------------------------------------------------------------------------

struct TemplateRule {
  Tag pe;
  Tag naa;  // NAA that must have been created before; 0: the MF
  bool once_per_adf;
  std::optional<Service> service;
};
constexpr TemplateRule kTemplateRules[] = {
    {pe::kCd, 0, false, {}},
    {pe::kTelecom, 0, false, {}},
    {pe::kUsim, 0, false, Service::kUsim},
    {pe::kOptUsim, pe::kUsim, true, {}},
    {pe::kIsim, 0, false, Service::kIsim},
    {pe::kOptIsim, pe::kIsim, true, {}},
    {pe::kPhonebook, pe::kUsim, true, {}},
    {pe::kGsmAccess, pe::kUsim, true, {}},
    {pe::kCsim, 0, false, Service::kCsim},
    {pe::kOptCsim, pe::kCsim, true, {}},
    {pe::kEap, 1, false, Service::kEap},
    {pe::kDf5gs, pe::kUsim, true, {}},
    {pe::kDfSaip, pe::kUsim, true, {}},
    {pe::kDfSnpn, pe::kUsim, true, {}},
    {pe::kDf5gProse, pe::kUsim, true, {}},
    {pe::kOptIot, pe::kIot, true, {}},
};

// Which ADF an element belongs to now.
int adf_of(const InstallState& s, Tag naa) {
  if (naa == pe::kUsim || naa == pe::kIot) return s.image.current("ADF.USIM");
  if (naa == pe::kIsim) return s.image.current("ADF.ISIM");
  if (naa == pe::kCsim) return s.image.current("ADF.CSIM");
  return s.naa_adf;
}

void note_naa(InstallState& s) {
  for (const auto& [name, tag] :
       {std::pair{"ADF.USIM", pe::kUsim}, {"ADF.ISIM", pe::kIsim}, {"ADF.CSIM", pe::kCsim}}) {
    const int adf = s.image.current(name);
    if (adf < 0 || s.image.files()[static_cast<std::size_t>(adf)].origin == 0) continue;
    if (adf > s.naa_adf) {
      s.naa_adf = adf;
      s.naa = s.iot && tag == pe::kUsim ? pe::kIot : tag;
    }
    if (tag == pe::kUsim && s.first_usim < 0) s.first_usim = adf;
  }
}

void after_files(InstallState& s, Tag tag) {
  if (s.image.first_directory() >= 0) {
    s.context = tag == pe::kIot ? s.image.current("ADF.USIM") : s.image.first_directory();
  }
  note_naa(s);
}

RuleResult optional_files(const InstallState& s, const saip::TemplatePe& t) {
  if (t.pe != pe::kOptUsim && t.pe != pe::kOptIsim) return ok();
  const auto present = [&](std::string_view name) {
    const auto* shape = saip::template_element(t.pe);
    return std::ranges::any_of(shape->members,
                               [&](const auto& m) { return m.name == name && t.find(m.tag); });
  };
  const bool gba_files = present("ef-gbabp") || present("ef-gbanl") || present("ef-nafkca");
  if (gba_files && !s.has(t.pe == pe::kOptUsim ? Service::kGbaUsim : Service::kGbaIsim)) {
    auto r = no_feature("files of GBA", 1);
    r.ignorable = true;
    return r;
  }
  if ((present("ef-msk") || present("ef-muk")) && !s.has(Service::kMbms)) {
    auto r = no_feature("files of MBMS", 2);
    r.ignorable = true;
    return r;
  }
  return ok();
}

RuleResult template_pe(InstallState& s, const saip::TemplatePe& t) {
  const auto& c = s.capabilities;
  const auto* info = saip::find_template(t.templateID);
  const bool listed =
      c.templates.empty() || std::ranges::find(c.templates, t.templateID) != c.templates.end();
  if (!info || !listed) {
    RuleResult r{Violation{PeStatusCode::kTemplateNotSupported, "template " + t.templateID.dotted(), {}},
                 false, false};
    return r;
  }
  if (info->pe != t.pe)
    return bad("template " + t.templateID.dotted() + " is not one of " +
               std::string(saip::element_name(t.pe)));
  if (t.pe == pe::kMf || t.pe == pe::kIot) {
    if ((t.pe == pe::kIot) != s.iot)
      return out_of_order(s.iot ? "mf in an IoT minimal profile" : "iot without iotOptions");
    if (s.image.has_mf()) return bad("the MF exists already");
  } else if (!s.image.has_mf()) {
    return out_of_order("no MF yet");
  }
  int adf = -1;
  for (const auto& rule : kTemplateRules) {
    if (rule.pe != t.pe) continue;
    if (rule.service && !s.has(*rule.service))
      return no_feature(std::string(saip::service_name(*rule.service)));
    if (rule.naa) {
      adf = adf_of(s, rule.naa);
      if (adf < 0) return out_of_order(std::string(saip::element_name(t.pe)) + " without its ADF");
      if (rule.once_per_adf && s.once.contains({adf, t.pe}))
        return bad("a second " + std::string(saip::element_name(t.pe)) + " for this ADF");
    }
  }
  if ((t.pe == pe::kTelecom || t.pe == pe::kCd || t.pe == pe::kOptIot) && s.count[t.pe] > 0)
    return bad("a second " + std::string(saip::element_name(t.pe)));
  if (s.count[t.pe] > 0) {
    if (t.pe == pe::kUsim && !s.has(Service::kMultipleUsim)) return no_feature("a second USIM");
    if (t.pe == pe::kIsim && !s.has(Service::kMultipleIsim)) return no_feature("a second ISIM");
    if (t.pe == pe::kCsim && !s.has(Service::kMultipleCsim)) return no_feature("a second CSIM");
  }
  auto optional = optional_files(s, t);
  if (optional.violation && t.header.mandated) return optional;
  if (auto v = s.image.apply(t, *info)) return from(std::move(v));
  if (adf >= 0) s.once.insert({adf, t.pe});
  if (optional.violation)
    s.cleared_ust_services.push_back(optional.violation->additional_information == 1 ? 68 : 69);
  after_files(s, t.pe);
  return optional;
}

// BER-TLV files and links need the card's support.
RuleResult fcp_features(const InstallState& s, const saip::Fcp& fcp) {
  const bool descriptor = fcp.fileDescriptor.has_value();
  const auto kind = descriptor ? fcp.fileDescriptor->view()[0] & 0xBF : 0;
  if (kind == 0x39 && !s.has(Service::kBerTlv)) return no_feature("BER-TLV file");
  if (kind == 0x38 && fcp.linkPath && !fcp.linkPath->empty() && !s.has(Service::kDfLink))
    return no_feature("link to a directory");
  return ok();
}
RuleResult generic_files(InstallState& s, const saip::GenericFileManagement& g) {
  for (const auto& list : g.fileManagementCMD)
    for (const auto& command : list)
      if (const auto* fcp = command.fcp())
        if (auto r = fcp_features(s, *fcp); r.violation) return r;
  if (auto v = s.image.apply(g)) return from(std::move(v));
  after_files(s, pe::kGenericFileManagement);
  return ok();
}
RuleResult template_features(InstallState& s, const saip::TemplatePe& t) {
  for (const auto& f : t.files)
    for (const auto& item : f.file)
      if (const auto* fcp = item.fcp())
        if (auto r = fcp_features(s, *fcp); r.violation) return r;
  return template_pe(s, t);
}

// ---- PINs
// ------------------------------------------------------------------------------------------------------

RuleResult puk_codes(InstallState& s, const saip::PukCodes& p) {
  if (!s.image.has_mf() && !s.iot) return out_of_order("pukCodes before the MF");
  if (s.count[pe::kPukCodes] > 0) return bad("a second pukCodes");
  std::set<std::uint8_t> seen;
  for (const auto& k : p.pukCodes) {
    if (!is_puk_reference(k.keyReference)) return bad("PUK reference " + std::to_string(k.keyReference));
    if (!seen.insert(k.keyReference).second)
      return bad("PUK reference " + std::to_string(k.keyReference) + " twice");
  }
  s.puks = std::move(seen);
  s.other_memory += 16 * p.pukCodes.size();
  return ok();
}

RuleResult pin_codes(InstallState& s, const saip::PinCodes& p) {
  if (s.context < 0) return out_of_order("pinCodes before a directory");
  auto& context = s.pins[s.context];
  if (context.configured) return bad("a second pinCodes for " + s.image.path_text(s.context));
  if (const auto* path = std::get_if<BoundedBytes<8>>(&p.pinCodes.value)) {
    const int target = s.image.find_index(*path);
    if (target < 0 || !s.pins.contains(target) || !s.pins[target].configured || target == s.context)
      return bad("pinCodes of " + to_hex(*path) + ", which has none");
    s.pins[s.context] = {{}, true, target};
    return ok();
  }
  const auto& list = std::get<std::vector<saip::PinConfiguration>>(p.pinCodes.value);
  const bool at_mf = s.context == 0;
  std::set<std::uint8_t> seen;
  for (const auto& k : list) {
    const auto name = "PIN reference " + std::to_string(k.keyReference);
    if (!is_pin_reference(k.keyReference)) return bad(name);
    if (!s.iot && at_mf && is_local(k.keyReference)) return bad(name + " is local, at the MF");
    if (!s.iot && !at_mf && !is_local(k.keyReference)) return bad(name + " is global, outside the MF");
    if (!seen.insert(k.keyReference).second) return bad(name + " twice");
    if (k.unblockingPINReference && !s.puks.contains(*k.unblockingPINReference))
      return bad(name + ": there is no PUK " + std::to_string(*k.unblockingPINReference));
    if (k.pinAttributes > 7) return bad(name + ": attributes");
  }
  s.pins[s.context] = {std::move(seen), true, -1};
  s.other_memory += 24 * list.size();
  return ok();
}

// ---- NAA parameters
// --------------------------------------------------------------------------------------------

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

RuleResult aka_parameter(InstallState& s, const saip::AkaParameter& p) {
  if (s.naa_adf < 0) return out_of_order("akaParameter before an NAA");
  const auto& adf = s.image.files()[static_cast<std::size_t>(s.naa_adf)];
  constexpr std::uint8_t kMaxSeqOctet = 0x07;  // SEQ has 43 bits
  if (p.sqnDelta[0] > kMaxSeqOctet || p.sqnAgeLimit[0] > kMaxSeqOctet)
    return bad("SQN limits of more than 43 bits");
  if (p.sqnInit && std::ranges::any_of(*p.sqnInit, [](const auto& q) { return q[0] > kMaxSeqOctet; }))
    return bad("initial SEQ of more than 43 bits");
  NaaAuthentication naa{s.naa, adf.df_name, p};
  if (const auto* a = p.algoConfiguration.algo()) {
    if (auto r = algorithm(s, *a); r.violation) return r;
  } else {
    const auto& source = p.algoConfiguration.mapping()->mappingSource;
    const auto it = std::ranges::find(s.facts.naas, source, &NaaAuthentication::aid);
    if (it == s.facts.naas.end()) return bad("no parameters of " + to_hex(source) + " to map");
    naa.parameters = it->parameters;
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

// ---- Security domains, applications, RFM
// -----------------------------------------------------------------------

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
  return ok();
}

RuleResult end(InstallState& s) {
  if (!s.image.has_mf()) return out_of_order("end without a file system");
  if (auto v = check_pin_references(s)) return {std::move(v), true, false};
  s.end_seen = true;
  return ok();
}

}  // namespace

RuleResult apply_element(InstallState& s, const saip::ProfileElement& e) {
  using PE = saip::ProfileElement;
  switch (e.value.index()) {
    case PE::kHeader:
      return header(s, *e.as<saip::ProfileHeader>());
    case PE::kGenericFileManagement:
      return generic_files(s, *e.as<saip::GenericFileManagement>());
    case PE::kPinCodes:
      return pin_codes(s, *e.as<saip::PinCodes>());
    case PE::kPukCodes:
      return puk_codes(s, *e.as<saip::PukCodes>());
    case PE::kAkaParameter:
      return aka_parameter(s, *e.as<saip::AkaParameter>());
    case PE::kCdmaParameter:
      return cdma_parameter(s, *e.as<saip::CdmaParameter>());
    case PE::kSecurityDomain:
      return security_domain(s, *e.as<saip::SecurityDomain>());
    case PE::kRfm:
      return rfm(s, *e.as<saip::Rfm>());
    case PE::kApplication:
      return application(s, *e.as<saip::Application>());
    case PE::kEnd:
      return end(s);
    case PE::kTemplate:
      return template_features(s, *e.as<saip::TemplatePe>());
    default:
      return {Violation{PeStatusCode::kPeNotSupported, "element " + tag_text(e.tag()), {}}, false, false};
  }
}

Check check_pin_references(const InstallState& s) {
  const auto defines = [&](int directory, std::uint8_t reference) {
    for (int hops = 0; directory >= 0 && hops < 16; ++hops) {
      const auto it = s.pins.find(directory);
      if (it == s.pins.end()) return false;
      if (it->second.shared_with < 0) return it->second.references.contains(reference);
      directory = it->second.shared_with;
    }
    return false;
  };
  const auto& files = s.image.files();
  if (s.iot && s.pins.empty()) return {};
  for (std::size_t i = 0; i < files.size(); ++i)
    for (const auto reference : files[i].pin_status) {
      bool found = !is_local(reference) && !s.iot && defines(0, reference);
      for (int d = static_cast<int>(i); !found && d >= 0; d = files[static_cast<std::size_t>(d)].parent)
        found = defines(d, reference);
      // A local reference of the MF's own children may be defined deeper, by a pinCodes that follows.
      for (auto it = s.pins.begin(); !found && (s.iot || is_local(reference)) && it != s.pins.end(); ++it)
        found = s.image.path_text(it->first).starts_with(s.image.path_text(static_cast<int>(i))) &&
                defines(it->first, reference);
      if (!found)
        return Violation{PeStatusCode::kPinCodeMissing,
                         s.image.path_text(static_cast<int>(i)) + " names PIN " + std::to_string(reference) +
                             ", which is not defined",
                         {}};
    }
  return {};
}

}  // namespace eider::profile
