#include <algorithm>

#include "profile/installer_detail.hpp"

namespace eider::profile {
namespace {

using namespace rules;

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

// ---- PINs

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
  s.facts.puks = p.pukCodes;
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
    s.facts.pin_sets.push_back({s.context, target, {}});
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
  s.facts.pin_sets.push_back({s.context, -1, list});
  s.other_memory += 24 * list.size();
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
        found = s.image.contains(static_cast<int>(i), it->first) && defines(it->first, reference);
      if (!found)
        return Violation{PeStatusCode::kPinCodeMissing,
                         s.image.path_text(static_cast<int>(i)) + " names PIN " + std::to_string(reference) +
                             ", which is not defined",
                         {}};
    }
  return {};
}

}  // namespace eider::profile
