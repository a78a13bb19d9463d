// Rules about codes, keys, security domains, files and the identity of the profile.
#include <set>

#include "profile/identity.hpp"
#include "profile/known_keys.hpp"
#include "profile/lint_checks.hpp"

namespace eider::profile::lint {
namespace {

namespace pe = saip::pe;
using saip::Service;

bool local(std::uint8_t reference) {
  return reference >= 128;
}
bool too_many_tries(std::uint8_t counters) {
  return (counters & 0x0F) > counters >> 4;
}
std::string number(int n) {
  return std::to_string(n);
}

bool is_counting(ByteView v) {
  for (std::size_t i = 0; i < v.size(); ++i)
    if (v[i] != i) return false;
  return true;
}

}  // namespace

void codes(Package& p) {
  std::set<std::uint8_t> puks;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto* puk = p.parts[i].element.as<saip::PukCodes>();
    if (!puk) continue;
    const Tag before = i ? p.parts[i - 1].element.tag() : 0;
    if (before != pe::kMf && before != pe::kHeader && before != pe::kGenericFileManagement)
      p.report("PUK-02", i, "it comes after " + std::string(saip::element_name(before)));
    for (const auto& k : puk->pukCodes) {
      if (!puks.insert(k.keyReference).second)
        p.report("PUK-01", i, "reference " + number(k.keyReference) + " again");
      if (too_many_tries(k.maxNumOfAttemps_retryNumLeft))
        p.report("PIN-03", i, "PUK " + number(k.keyReference));
    }
  }
  std::set<std::uint8_t> configured;
  bool shared = false;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto* pin = p.parts[i].element.as<saip::PinCodes>();
    if (!pin) continue;
    const auto* list = std::get_if<std::vector<saip::PinConfiguration>>(&pin->pinCodes.value);
    if (!list) {
      shared = true;
      continue;
    }
    std::set<std::uint8_t> seen;
    bool globals = false, locals = false;
    const bool at_mf = p.context[i] == 0;
    for (const auto& k : *list) {
      const auto name = "PIN " + number(k.keyReference);
      (local(k.keyReference) ? locals : globals) = true;
      configured.insert(k.keyReference);
      if (!seen.insert(k.keyReference).second) p.report("PIN-02", i, name + " again");
      if (k.unblockingPINReference && !puks.contains(*k.unblockingPINReference))
        p.report("PIN-01", i, name + " names PUK " + number(*k.unblockingPINReference));
      if (too_many_tries(k.maxNumOfAttemps_retryNumLeft)) p.report("PIN-03", i, name);
      if (at_mf && local(k.keyReference)) p.report("PIN-05", i, name);
      if (!at_mf && p.context[i] > 0 && !local(k.keyReference)) p.report("PIN-06", i, name);
    }
    if (globals && locals) p.report("PIN-04", i, "both kinds in one element");
  }
  if (shared || p.count(pe::kIot)) return;
  std::set<std::uint8_t> missing;
  for (const auto& f : p.image.files())
    for (const auto r : f.pin_status)
      if (!configured.contains(r)) missing.insert(r);
  for (const auto r : missing) p.report("PIN-08", "PIN " + number(r) + " is named and has no value");
}

void files(Package& p) {
  const auto& all = p.image.files();
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto* t = p.parts[i].element.as<saip::TemplatePe>();
    if (!t) continue;
    const auto* info = saip::find_template(t->templateID);
    if (!info)
      p.report("TPL-01", i, t->templateID.dotted() + " is not assigned");
    else if (info->pe != t->pe)
      p.report("TPL-01", i,
               t->templateID.dotted() + " is one of " + std::string(saip::element_name(info->pe)));
  }
  std::map<std::pair<int, int>, std::size_t> sfis;
  std::set<std::string> missing_rules;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& f = all[i];
    const auto path = p.image.path_text(static_cast<int>(i));
    if (!f.pin_status.empty() &&
        (f.pin_status[0] == 0xC6 || f.pin_status[0] == 0x83 || f.pin_status[0] == 0x90))
      p.report("FCP-01", path + " has a coded object");
    if (f.sfi && !sfis.emplace(std::pair{f.parent, *f.sfi}, i).second)
      p.report("FCP-02", path + " has the SFI of another file");
    // The access rule is looked for in the file's directory, then upwards.
    const ImageFile* rules = nullptr;
    for (int d = f.is_directory() && f.type != saip::FileType::kAdf ? static_cast<int>(i) : f.parent;
         d >= 0 && !rules; d = all[static_cast<std::size_t>(d)].parent)
      if (const int r = p.image.child(d, f.arr_fid); r >= 0) rules = &all[static_cast<std::size_t>(r)];
    if (!rules && !all.empty())
      if (const int r = p.image.child(0, f.arr_fid); r >= 0) rules = &all[static_cast<std::size_t>(r)];
    const auto& body = rules ? p.image.body(*rules) : Bytes{};
    const std::size_t begin =
        f.arr_record ? (f.arr_record - 1u) * (rules ? rules->record_size : 0u) : SIZE_MAX;
    if (!rules || begin >= body.size() || body[begin] == 0xFF)
      missing_rules.insert(path + " uses record " + number(f.arr_record));
  }
  for (const auto& m : missing_rules) p.report("FCP-03", m);
}

void naa(Package& p) {
  Tag last = 0;
  std::map<std::size_t, bool> has_parameters;  // of the part that creates a USIM or ISIM
  std::optional<std::size_t> owner;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto& e = p.parts[i].element;
    const Tag t = e.tag();
    if (t == pe::kUsim || t == pe::kIsim || t == pe::kCsim || t == pe::kIot) {
      last = t;
      owner = i;
      if (t != pe::kCsim) has_parameters.emplace(i, false);
    }
    if (e.as<saip::CdmaParameter>() && p.image.current("ADF.CSIM") < 0)
      p.report("NAA-02", i, "there is no CSIM");
    const auto* aka = e.as<saip::AkaParameter>();
    if (!aka) continue;
    if (!last && p.image.current("ADF.USIM") < 0) p.report("NAA-01", i, "there is no NAA before it");
    if (owner && has_parameters.contains(*owner)) has_parameters[*owner] = true;
    const auto* a = aka->algoConfiguration.algo();
    if (!a) continue;
    const bool tuak = a->algorithmID == saip::AlgorithmId::kTuak,
               test = a->algorithmID == saip::AlgorithmId::kUsimTestAlgorithm;
    if (a->key.size() != 16 && !(tuak && a->key.size() == 32))
      p.report("AKA-01", i, number(static_cast<int>(a->key.size())) + " octets");
    if (!test && a->opc.size() != (tuak ? 32u : 16u))
      p.report("AKA-03", i, number(static_cast<int>(a->opc.size())) + " octets");
    if (test)
      p.report("AKA-05", i, "the USIM test algorithm");
    else if (is_null_key(a->key.view()))
      p.report("AKA-05", i, "a null key");
    else if (is_counting(a->key.view()))
      p.report("AKA-05", i, "the key 00 01 02 ...");
    if ((a->algorithmOptions[0] & 7) == 0) p.report("AKA-06", i, "RES of 32 bits");
  }
  for (const auto& [part, found] : has_parameters)
    if (!found) p.report("NAA-03", part, "no akaParameter follows");
}

namespace {

void domain_keys(Package& p, std::size_t i, const saip::SecurityDomain& d) {
  std::set<std::pair<int, int>> seen;
  for (const auto& k : d.keyList.value_or(std::vector<saip::KeyObject>{})) {
    if (!seen.insert({k.keyVersionNumber[0], k.keyIdentifier[0]}).second)
      p.report(
          "SD-03", i,
          "version " + to_hex(k.keyVersionNumber) + ", identifier " + to_hex(k.keyIdentifier) + " again");
  }
  const auto known = known_keys(d);
  if (known.public_keys)
    p.report("SEC-01", i,
             number(known.public_keys) +
                 " keys of the GSMA generic test profile: anybody can manage this profile over the air");
  if (known.null_keys) p.report("SEC-02", i, number(known.null_keys) + " null keys");
}

// First octet of the SPI: b2b1 integrity, b3 ciphering, b5b4 counter (TS 102 225 section 5.1.1).
std::string weak_level(std::uint8_t level) {
  if ((level & 0x03) == 0) return "no integrity check";
  if ((level & 0x03) == 1) return "a redundancy check in place of a cryptographic checksum";
  if ((level & 0x10) == 0) return "replayed messages are accepted";
  return {};
}

}  // namespace

void domains(Package& p) {
  std::map<Bytes, bool> personalized;
  bool keys = false;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto& e = p.parts[i].element;
    if (const auto* d = e.as<saip::SecurityDomain>()) {
      const bool first = personalized.empty();
      if (first && d->instance.extraditeSecurityDomainAID)
        p.report("APP-01", i, "extraditeSecurityDomainAID is present");
      if (!first && (d->openPersoData || d->catTpParameters))
        p.report("SD-05", i, "this is not the first one");
      if (const auto& target = d->instance.extraditeSecurityDomainAID;
          !first && target && !personalized[to_bytes(*target)])
        p.report("APP-02", i, to_hex(*target));
      personalized[to_bytes(d->instance.instanceAID)] = d->instance.lifeCycleState[0] == 0x0F;
      keys = keys || (d->keyList && !d->keyList->empty());
      domain_keys(p, i, *d);
      if (d->instance.applicationParameters &&
          d->instance.applicationParameters->uiccToolkitApplicationSpecificParametersField) {
        const auto& t = *d->instance.applicationParameters->uiccToolkitApplicationSpecificParametersField;
        const std::size_t at =
            t.size() > 3 ? 5 + 2u * t[3] : SIZE_MAX;  // behind the menu entries and the channels
        if (at < t.size() && t[at] >= 2 && at + 2 < t.size())
          if (const auto weak = weak_level(t[at + 2]); !weak.empty())
            p.report("SEC-03", i, "remote application management: " + weak);
      }
    }
    if (e.as<saip::Application>() && personalized.empty())
      p.report("SD-02", i, "there is no security domain before it");
    if (const auto* r = e.as<saip::Rfm>()) {
      if (personalized.empty())
        p.report("SD-01", i, "there is no security domain before it");
      else if (!keys)
        p.report("SD-08", i, "no keys to check messages with");
      if (!r->tarList && r->instanceAID.size() < 15) p.report("RFM-01", i, "no message can address it");
      if (r->tarList && r->tarList->empty()) p.report("RFM-02", i, "no message can address it");
      const auto level = r->minimumSecurityLevel[0];
      if ((level & 0x03) == 0)
        p.report("RFM-03", i, "level " + to_hex(r->minimumSecurityLevel));
      else if (const auto weak = weak_level(level); !weak.empty())
        p.report("SEC-03", i, weak);
    }
  }
  if (personalized.empty()) p.report("SD-07", "there is no securityDomain");
  if (!p.count(pe::kRfm)) p.report("RFM-04", "files of this profile cannot be managed over the air");
}

namespace {

void services(Package& p, const saip::ProfileHeader& h) {
  std::set<Service> needed;
  for (const auto& part : p.parts) {
    const auto& e = part.element;
    if (e.tag() == pe::kUsim) needed.insert(Service::kUsim);
    if (e.tag() == pe::kIsim) needed.insert(Service::kIsim);
    if (e.tag() == pe::kCsim) needed.insert(Service::kCsim);
    if (const auto* a = e.as<saip::Application>(); a && a->loadBlock)
      needed.insert(h.eUICC_Mandatory_services.has(Service::kMultos) ? Service::kMultos : Service::kJavacard);
    if (const auto* aka = e.as<saip::AkaParameter>())
      if (const auto* a = aka->algoConfiguration.algo()) {
        if (a->algorithmID == saip::AlgorithmId::kMilenage) needed.insert(Service::kMilenage);
        if (a->algorithmID == saip::AlgorithmId::kTuak)
          needed.insert(a->key.size() == 32 ? Service::kTuak256 : Service::kTuak128);
        if (a->algorithmID == saip::AlgorithmId::kUsimTestAlgorithm)
          needed.insert(Service::kUsimTestAlgorithm);
      }
  }
  if (p.count(pe::kUsim) > 1) needed.insert(Service::kMultipleUsim);
  if (p.count(pe::kIsim) > 1) needed.insert(Service::kMultipleIsim);
  for (const auto& f : p.image.files())
    if (f.type == saip::FileType::kBerTlv) needed.insert(Service::kBerTlv);
  for (const auto s : needed)
    if (!h.eUICC_Mandatory_services.has(s))
      p.report("HDR-03", "service " + std::string(saip::service_name(s)) + " is needed and not listed");
}

struct ServiceFile {
  int service;
  std::uint16_t fid;
  std::string_view name;
};
constexpr ServiceFile kServiceFiles[] = {
    {2, 0x6F3B, "EF.FDN"},        {10, 0x6F3C, "EF.SMS"},    {12, 0x6F42, "EF.SMSP"},
    {17, 0x6F3E, "EF.GID1"},      {18, 0x6F3F, "EF.GID2"},   {19, 0x6F46, "EF.SPN"},
    {20, 0x6F60, "EF.PLMNwAcT"},  {21, 0x6F40, "EF.MSISDN"}, {42, 0x6F61, "EF.OPLMNwAcT"},
    {43, 0x6F62, "EF.HPLMNwAcT"}, {71, 0x6FD9, "EF.EHPLMN"}, {85, 0x6FE3, "EF.EPSLOCI"},
};

void usim(Package& p) {
  const int adf = p.image.current("ADF.USIM");
  if (adf < 0) return;
  const auto body = [&](std::uint16_t fid) {
    const auto* f = p.in_adf(adf, fid);
    return f ? p.image.body(*f) : Bytes{};
  };
  const auto imsi = decode_imsi(body(0x6F07));
  if (imsi.size() < 6) p.report("USIM-01", "EF.IMSI holds no IMSI");
  if (const auto ad = body(0x6FAD); ad.size() >= 4 && (ad[3] & 0x0F) != 2 && (ad[3] & 0x0F) != 3)
    p.report("USIM-03", "length " + number(ad[3] & 0x0F));
  if (const auto acc = body(0x6F78);
      acc.size() == 2 && std::popcount(static_cast<unsigned>((acc[0] & 3) << 8 | acc[1])) != 1)
    p.report("USIM-04", "EF.ACC is " + to_hex(acc));
  ProfileFacts f;
  f.ust = body(0x6F38);
  for (const auto& s : kServiceFiles)
    if (f.ust_service(s.service) && !p.in_adf(adf, s.fid))
      p.report("USIM-02",
               "service " + number(s.service) + " is offered, " + std::string(s.name) + " is missing");
}

}  // namespace

void identity(Package& p) {
  const auto* part = p.first(pe::kHeader);
  const auto* iccid = p.image.find(hex("2FE2"));
  const auto ef = iccid ? p.image.body(*iccid) : Bytes{};
  if (ef.empty() || std::ranges::all_of(ef, [](auto b) { return b == 0xFF; })) {
    if (!p.count(pe::kIot)) p.report("ICC-03", "the card cannot compare it with the metadata");
  }
  if (part) {
    const auto& h = *part->element.as<saip::ProfileHeader>();
    services(p, h);
    const auto text = to_hex(h.iccid);
    const auto pad = text.find_first_not_of("0123456789");
    if (pad != std::string::npos && text.find_first_not_of('F', pad) != std::string::npos)
      p.report("ICC-02", 0, "ICCID " + text);
    Bytes swapped;
    for (const auto b : h.iccid) swapped.push_back(static_cast<std::uint8_t>(b << 4 | b >> 4));
    if (!ef.empty() && !equal(ef, swapped))
      p.report("ICC-04", 0, "header " + text + ", EF.ICCID " + to_hex(ef));
    const auto digits = text.substr(0, pad);
    if (digits.size() == 19 && !luhn_valid(digits)) p.report("ICC-05", 0, "ICCID " + digits);
  }
  const auto* dir = p.image.find(hex("2F00"));
  const auto listed = dir ? to_hex(p.image.body(*dir)) : std::string{};
  for (const auto& f : p.image.files())
    if (f.type == saip::FileType::kAdf &&
        listed.find("4F" + to_hex(std::array<std::uint8_t, 1>{static_cast<std::uint8_t>(f.df_name.size())}) +
                    to_hex(f.df_name)) == std::string::npos)
      p.report("DIR-01", "AID " + to_hex(f.df_name) + " is not in EF.DIR");
  usim(p);
}

}  // namespace eider::profile::lint
