#include "profile/fit.hpp"

#include "profile/installer.hpp"
#include "profile/needed_services.hpp"
#include "profile/package_reader.hpp"

namespace eider::profile {
namespace {

constexpr int kCapabilityBits = 128;
constexpr int kIotMinimal = 31;

std::string capability_name(int bit) {
  for (const auto& n : sgp22::kUiccCapabilityNames)
    if (n.value == bit) return std::string(n.name);
  return "bit " + std::to_string(bit) + " of uiccCapability";
}

Demand room(const sgp22::EUICCInfo2& info) {
  return {Aspect::kRoom, "one more Profile", info.rspCapability.test(sgp22::kAdditionalProfile),
          "rspCapability additionalProfile", "Delete a Profile on the eUICC."};
}

// Section 5.7.8: profileVersion is the highest version of its major number that the eUICC takes.
Demand version(const Requirements& r, const sgp22::EUICCInfo2& info) {
  const auto takes = [&](const sgp22::Version& v) {
    return v[0] == r.profile_major && v[1] >= r.profile_minor;
  };
  std::string offered = sgp22::version_text(info.profileVersion);
  bool met = takes(info.profileVersion);
  if (info.additionalEuiccProfilePackageVersions)
    for (const auto& v : *info.additionalEuiccProfilePackageVersions) {
      met = met || takes(v);
      offered += ", " + sgp22::version_text(v);
    }
  const auto needed = std::to_string(r.profile_major) + "." + std::to_string(r.profile_minor);
  return {Aspect::kVersion, "version " + needed + " of profile packages", met, "the eUICC takes " + offered,
          "Make the package in a version that the eUICC takes."};
}

Demand memory(const Requirements& r, const sgp22::EUICCInfo2& info) {
  Demand d{Aspect::kMemory, "about " + std::to_string(r.size_octets) + " octets of memory", {}, "", ""};
  const auto resources = sgp22::parse_ext_card_resource(info.extCardResource);
  if (!resources) {
    d.why = "extCardResource cannot be read";
    return d;
  }
  d.met = resources->free_nvm_octets >= r.size_octets;
  d.why = std::to_string(resources->free_nvm_octets) + " are free";
  d.remedy = "Delete a Profile on the eUICC, or leave files out of the package.";
  return d;
}

std::string service_remedy(int bit) {
  return "Choose an eUICC that has it, or take what needs it out of the package; in the header it is "
         "eUICC-Mandatory-services." +
         capability_name(bit) + ".";
}

}  // namespace

std::vector<Demand> fit(const Requirements& r, const sgp22::EUICCInfo2& info) {
  std::vector<Demand> out{room(info), version(r, info)};
  for (int bit = 0; bit < kCapabilityBits; ++bit)
    if (r.uicc_capability.test(bit))
      out.push_back({Aspect::kService, "service " + capability_name(bit), info.uiccCapability.test(bit), "",
                     service_remedy(bit)});
  out.push_back(memory(r, info));
  return out;
}

std::vector<Demand> fit(const PackageDemands& demands, const sgp22::EUICCInfo2& info) {
  auto out = fit(demands.requirements, info);
  auto reason = demands.reasons.begin();
  for (auto& d : out)
    if (d.aspect == Aspect::kService && reason != demands.reasons.end()) d.why = (reason++)->second;
  for (const auto& oid : demands.templates) {
    const auto* t = saip::find_template(oid);
    out.push_back(
        {Aspect::kTemplate,
         "template " + (t ? std::string(t->name) + ", version " + std::to_string(t->version) : oid.dotted()),
         {},
         "EUICCInfo2 names no templates",
         ""});
  }
  for (const auto& l : demands.libraries)
    out.push_back(
        {Aspect::kLibrary,
         "library " + to_hex(l.aid) + " " + std::to_string(l.version[0]) + "." + std::to_string(l.version[1]),
         {},
         "EUICCInfo2 names no libraries",
         ""});
  return out;
}

bool fits(std::span<const Demand> demands) {
  return std::ranges::all_of(demands, [](const Demand& d) { return d.met.value_or(true); });
}

Result<PackageDemands> demands_of(ByteView package) {
  EIDER_TRY(elements, read_package(package));
  std::vector<saip::ProfileElement> decoded;
  PackageInstaller installer(CardCapabilities::everything(), {}, {});
  for (const auto& part : elements) {
    const auto outcome = installer.element(part.der);
    if (outcome.aborted)
      return fail_local("no card would install this package: " + outcome.why, "eider profile lint says more");
    EIDER_TRY(e, saip::decode_element(part.der));
    decoded.push_back(std::move(e));
  }
  if (!installer.complete())
    return fail_local("no card would install this package: it has no end", "eider profile lint says more");
  PackageDemands out;
  const auto facts = installer.finish().facts;
  const auto& header = facts.header;
  out.requirements.profile_major = header.major_version;
  out.requirements.profile_minor = header.minor_version;
  out.requirements.size_octets = static_cast<std::uint32_t>(facts.memory_bytes);
  const auto need = [&](int bit, std::string why) {
    out.requirements.uicc_capability.set(bit);
    out.reasons.emplace(bit, std::move(why));
  };
  for (int i = 0; i < saip::kServiceCount; ++i)
    if (const auto s = static_cast<saip::Service>(i); header.eUICC_Mandatory_services.has(s))
      need(saip::capability_bit(s), "mandatory in the header");
  std::vector<const saip::ProfileElement*> pointers;
  for (const auto& e : decoded) pointers.push_back(&e);
  for (const auto& [service, by] : needed_services(pointers, installer.file_system()))
    need(saip::capability_bit(service), "needed by " + by + ", though the header does not list it");
  if (header.iotOptions) need(kIotMinimal, "the header has iotOptions");
  out.templates = header.eUICC_Mandatory_GFSTEList;
  if (header.eUICC_Mandatory_AIDs) out.libraries = *header.eUICC_Mandatory_AIDs;
  return out;
}

}  // namespace eider::profile
