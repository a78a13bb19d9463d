#include "card/gp/content.hpp"

#include <algorithm>

#include "spec/sgp22/aids.hpp"

namespace eider::card::gp {
namespace {
// SGP.02 annex C; SGP.22 v2.6.1 annex A takes them over.
// Security Domain, Trusted Path, Authorized Management, Global Delete, Global Lock, Global Registry.
constexpr Privileges kIsdRPrivileges = {0x80, 0xDC, 0x00};
// Security Domain.
constexpr Privileges kEcasdPrivileges = {0x80, 0x00, 0x00};
// Security Domain, Trusted Path, Authorized Management.
constexpr Privileges kIsdPPrivileges = {0x80, 0xC0, 0x00};

std::uint8_t life_cycle_of(sgp22::ProfileState state) {
  return state == sgp22::ProfileState::kEnabled ? kIsdPEnabled : kIsdPDisabled;
}

// A package may write the first octet alone.
Privileges privileges_of(const saip::ApplicationInstance& instance) {
  Privileges out{};
  const auto given = instance.applicationPrivileges.view();
  std::copy_n(given.begin(), std::min(given.size(), out.size()), out.begin());
  return out;
}

class ProfileReader {
 public:
  explicit ProfileReader(const OtaRecords& r) : mno_sd_(to_bytes(r.domains.at(0).instance.instanceAID)) {
    for (const auto& a : r.applications)
      if (a.loadBlock) load_file(*a.loadBlock);
    for (std::size_t i = 0; i < r.domains.size(); ++i)  // the first one is the MNO-SD
      instance(i == 0 ? Kind::kIssuerDomain : Kind::kApplication, r.domains[i].instance);
    for (const auto& m : r.managers) manager(m);
    for (const auto& a : r.applications)
      for (const auto& i : a.instanceList.value_or(std::vector<saip::ApplicationInstance>()))
        instance(Kind::kApplication, i);
  }
  std::vector<Content> list;

 private:
  Bytes domain_or_mno_sd(const std::optional<saip::Aid>& aid) const { return aid ? to_bytes(*aid) : mno_sd_; }

  void load_file(const saip::LoadPackage& load) {
    list.push_back({Kind::kLoadFile,
                    to_bytes(load.loadPackageAID),
                    kLoaded,
                    {},
                    {},
                    {},
                    domain_or_mno_sd(load.securityDomainAID)});
  }
  void instance(Kind kind, const saip::ApplicationInstance& i) {
    list.push_back({kind,
                    to_bytes(i.instanceAID),
                    i.lifeCycleState[0],
                    privileges_of(i),
                    to_bytes(i.applicationLoadPackageAID),
                    {},
                    domain_or_mno_sd(i.extraditeSecurityDomainAID)});
    // Of the modules of a load file the package names those that it makes instances of.
    const auto module = to_bytes(i.classAID);
    for (auto& c : list)
      if (c.kind == Kind::kLoadFile && equal(c.aid, i.applicationLoadPackageAID) &&
          std::ranges::find(c.modules, module) == c.modules.end())
        c.modules.push_back(module);
  }
  void manager(const saip::Rfm& m) {
    constexpr std::uint8_t kSelectable = 0x07;
    list.push_back({Kind::kApplication,
                    to_bytes(m.instanceAID),
                    kSelectable,
                    {},
                    {},
                    {},
                    domain_or_mno_sd(m.securityDomainAID)});
  }

  Bytes mno_sd_;
};
}  // namespace

std::vector<Content> platform_content(const PersistentState& state) {
  const Bytes isd_r = to_bytes(state.isd_r_domain.aid), load_file = to_bytes(sgp22::kIsdPLoadFileAid);
  const auto domain = [&](Kind kind, const SecurityDomainRecord& d, Privileges privileges) {
    return Content{kind, to_bytes(d.aid), static_cast<std::uint8_t>(d.lifeCycle), privileges, {}, {}, isd_r};
  };
  // The ISD-R is associated with itself; the ECASD and the ISD-Ps with the ISD-R.
  std::vector<Content> out = {domain(Kind::kIssuerDomain, state.isd_r_domain, kIsdRPrivileges),
                              domain(Kind::kApplication, state.ecasd_domain, kEcasdPrivileges)};
  for (const auto& [instance, profile] : state.profiles)
    out.push_back({Kind::kApplication,
                   to_bytes(profile.aid()),
                   life_cycle_of(profile.state),
                   kIsdPPrivileges,
                   load_file,
                   {},
                   isd_r});
  out.push_back({Kind::kLoadFile, load_file, kLoaded, {}, {}, {to_bytes(sgp22::kIsdPModuleAid)}, isd_r});
  return out;
}

std::vector<Content> profile_content(const OtaRecords& records) {
  return ProfileReader(records).list;
}

}  // namespace eider::card::gp
