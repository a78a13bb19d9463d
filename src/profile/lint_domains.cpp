// Rules about security domains, applications and remote file management.
#include <set>

#include "profile/known_keys.hpp"
#include "profile/lint_checks.hpp"

namespace eider::profile::lint {
namespace {

namespace pe = saip::pe;

// GlobalPlatform key types: DES in two forms, AES.
bool size_fits(std::uint8_t type, std::size_t octets) {
  if (type == 0x80 || type == 0x82) return octets == 8 || octets == 16 || octets == 24;
  return type != 0x88 || octets == 16 || octets == 24 || octets == 32;
}

void domain_keys(Package& p, std::size_t i, const saip::SecurityDomain& d) {
  std::set<std::pair<int, int>> seen;
  for (const auto& k : d.keyList.value_or(std::vector<saip::KeyObject>{})) {
    const auto name = "version " + to_hex(k.keyVersionNumber) + ", identifier " + to_hex(k.keyIdentifier);
    if (!seen.insert({k.keyVersionNumber[0], k.keyIdentifier[0]}).second)
      p.report("SD-03", i, name + " again");
    std::set<Bytes> types;
    for (const auto& c : k.keyComponents) {
      if (!types.insert(to_bytes(c.keyType)).second)
        p.report("SD-04", i, name + ": type " + to_hex(c.keyType));
      if (c.keyType.size() == 1 && !size_fits(c.keyType.view()[0], c.keyData.size()))
        p.report("SD-09", i, name + ": " + std::to_string(c.keyData.size()) + " octets");
    }
  }
  const auto known = known_keys(d);
  if (known.public_keys)
    p.report("SEC-01", i,
             std::to_string(known.public_keys) +
                 " keys of the GSMA generic test profile: anybody can manage this profile over the air");
  if (known.null_keys) p.report("SEC-02", i, std::to_string(known.null_keys) + " null keys");
}

// First octet of the SPI: b2b1 integrity, b3 ciphering, b5b4 counter (TS 102 225 section 5.1.1).
std::string weak_level(std::uint8_t level) {
  if ((level & 0x03) == 0) return "no integrity check";
  if ((level & 0x03) == 1) return "a redundancy check in place of a cryptographic checksum";
  if ((level & 0x10) == 0) return "replayed messages are accepted";
  return {};
}

// The minimum security level in the UICC toolkit parameters of TS 102 226.
std::optional<std::uint8_t> toolkit_level(const saip::ApplicationInstance& i) {
  if (!i.applicationParameters || !i.applicationParameters->uiccToolkitApplicationSpecificParametersField)
    return std::nullopt;
  const auto& t = *i.applicationParameters->uiccToolkitApplicationSpecificParametersField;
  const std::size_t at = t.size() > 3 ? 5 + 2u * t[3] : SIZE_MAX;  // behind menu entries and channels
  if (at >= t.size() || t[at] < 2 || at + 2 >= t.size()) return std::nullopt;
  return t[at + 2];
}

class Domains {
 public:
  explicit Domains(Package& p) : p_(p) {}

  void domain(std::size_t i, const saip::SecurityDomain& d) {
    const bool first = personalized_.empty();
    const auto& target = d.instance.extraditeSecurityDomainAID;
    if (first && target) p_.report("APP-01", i, "extraditeSecurityDomainAID is present");
    if (!first && d.openPersoData) p_.report("SD-05", i, "this is not the first one");
    if (!first && d.catTpParameters) p_.report("SD-06", i, "this is not the first one");
    if (!first) extradition(i, d.instance);
    aid(i, d.instance.instanceAID);
    personalized_[to_bytes(d.instance.instanceAID)] = d.instance.lifeCycleState[0] == 0x0F;
    keys_ = keys_ || (d.keyList && !d.keyList->empty());
    domain_keys(p_, i, d);
    if (const auto level = toolkit_level(d.instance))
      if (const auto weak = weak_level(*level); !weak.empty())
        p_.report("SEC-03", i, "remote application management: " + weak);
  }

  void application(std::size_t i, const saip::Application& a) {
    if (personalized_.empty()) p_.report("SD-02", i, "there is no security domain before it");
    for (const auto& instance : a.instanceList.value_or(std::vector<saip::ApplicationInstance>{})) {
      aid(i, instance.instanceAID);
      extradition(i, instance);
    }
  }

  void remote_manager(std::size_t i, const saip::Rfm& r) {
    if (personalized_.empty())
      p_.report("SD-01", i, "there is no security domain before it");
    else if (!keys_)
      p_.report("SD-08", i, "no keys to check messages with");
    if (!r.tarList && r.instanceAID.size() < 15) p_.report("RFM-01", i, "no message can address it");
    if (r.tarList && r.tarList->empty()) p_.report("RFM-03", i, "no message can address it");
    for (const auto& tar : r.tarList.value_or(std::vector<FixedBytes<3>>{}))
      if (!tars_.insert(to_hex(tar)).second) p_.report("RFM-06", i, "TAR " + to_hex(tar));
    aid(i, r.instanceAID);
    places(i, r);
    const auto level = r.minimumSecurityLevel[0];
    if ((level & 0x03) == 0)
      p_.report("SEC-04", i, "level " + to_hex(r.minimumSecurityLevel));
    else if (const auto weak = weak_level(level); !weak.empty())
      p_.report("SEC-03", i, weak);
  }

  void end() {
    if (personalized_.empty()) p_.report("SD-07", "there is no securityDomain");
    if (!p_.count(pe::kRfm)) p_.report("RFM-04", "files of this profile cannot be managed over the air");
  }

 private:
  Package& p_;
  std::map<Bytes, bool> personalized_;
  std::set<Bytes> aids_;
  std::set<std::string> tars_;
  bool keys_ = false;

  void aid(std::size_t i, const saip::Aid& a) {
    if (!aids_.insert(to_bytes(a)).second) p_.report("APP-03", i, to_hex(a));
  }
  void extradition(std::size_t i, const saip::ApplicationInstance& instance) {
    const auto& target = instance.extraditeSecurityDomainAID;
    if (target && !personalized_[to_bytes(*target)]) p_.report("APP-02", i, to_hex(*target));
  }
  void places(std::size_t i, const saip::Rfm& r) {
    std::optional<std::size_t> first;
    for (std::size_t k = 0; k < p_.parts.size() && !first; ++k)
      if (const auto made = p_.made[k];
          made >= 0 && p_.parts[k].element.tag() != pe::kMf &&
          p_.image.files()[static_cast<std::size_t>(made)].type == saip::FileType::kAdf)
        first = k;
    if (first && *first > i) p_.report("RFM-02", i, "no ADF before it");
    if (!r.adfRFMAccess) return;
    const bool found = std::ranges::any_of(p_.image.files(), [&](const ImageFile& f) {
      return f.type == saip::FileType::kAdf && f.df_name == r.adfRFMAccess->adfAID;
    });
    if (!found) p_.report("RFM-05", i, to_hex(r.adfRFMAccess->adfAID));
  }
};

}  // namespace

void domains(Package& p) {
  Domains all(p);
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto& e = p.parts[i].element;
    if (const auto* d = e.as<saip::SecurityDomain>()) all.domain(i, *d);
    if (const auto* a = e.as<saip::Application>()) all.application(i, *a);
    if (const auto* r = e.as<saip::Rfm>()) all.remote_manager(i, *r);
  }
  all.end();
}

}  // namespace eider::profile::lint
