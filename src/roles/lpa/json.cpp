#include "roles/lpa/detail/json.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "codec/base64.hpp"

namespace eider::lpa {
namespace bj = boost::json;
using namespace sgp22;
namespace {

bj::array names_array(const BitString& bits, std::span<const der::NamedValue> names) {
  bj::array out;
  for (int bit = 0; bit < 128; ++bit) {
    if (!bits.test(bit)) continue;
    const auto found = std::ranges::find(names, bit, &der::NamedValue::value);
    out.emplace_back(found != names.end() ? std::string(found->name) : "bit" + std::to_string(bit));
  }
  return out;
}

bj::array hex_array(const std::vector<KeyIdentifier>& list) {
  bj::array out;
  for (const auto& id : list) out.emplace_back(to_hex(id.view()));
  return out;
}

bj::object owner_json(const OperatorId& owner) {
  bj::object out{{"mccMnc", to_hex(owner.mccMnc)}};
  if (owner.gid1) out["gid1"] = to_hex(*owner.gid1);
  if (owner.gid2) out["gid2"] = to_hex(*owner.gid2);
  return out;
}

bj::array recipients(const std::vector<NotificationConfigurationInformation>& list) {
  bj::array out;
  for (const auto& n : list)
    out.push_back(bj::object{
        {"profileManagementOperations", names_array(n.profileManagementOperations, kNotificationEventNames)},
        {"notificationAddress", n.notificationAddress}});
  return out;
}

// The members that ProfileInfo and StoreMetadataRequest have in common.
template <class T>
void common_members(const T& p, bj::object& out) {
  if (p.iconType) out["iconType"] = name_of(static_cast<int>(*p.iconType), kIconTypeNames);
  if (p.icon) out["icon"] = base64_encode(*p.icon);
  if (p.notificationConfigurationInfo)
    out["notificationConfigurationInfo"] = recipients(*p.notificationConfigurationInfo);
  if (p.profileOwner) out["profileOwner"] = owner_json(*p.profileOwner);
  if (p.profilePolicyRules) out["profilePolicyRules"] = names_array(*p.profilePolicyRules, kPprNames);
}
}  // namespace

std::string name_of(int value, std::span<const der::NamedValue> names) {
  const auto found = std::ranges::find(names, value, &der::NamedValue::value);
  return found != names.end() ? std::string(found->name) : std::to_string(value);
}

std::string names_of(const BitString& bits, std::span<const der::NamedValue> names,
                     std::string_view separator) {
  std::string out;
  for (const auto& name : names_array(bits, names)) {
    if (!out.empty()) out += separator;
    out += std::string_view(name.as_string());
  }
  return out;
}

bj::object to_json(const ProfileInfo& p) {
  bj::object out;
  if (p.iccid) out["iccid"] = iccid_digits(*p.iccid);
  if (p.isdpAid) out["isdpAid"] = to_hex(p.isdpAid->view());
  if (p.profileState) out["profileState"] = name_of(static_cast<int>(*p.profileState), kProfileStateNames);
  out["profileNickname"] = p.profileNickname.value_or("");
  out["serviceProviderName"] = p.serviceProviderName.value_or("");
  out["profileName"] = p.profileName.value_or("");
  if (p.profileClass) out["profileClass"] = name_of(static_cast<int>(*p.profileClass), kProfileClassNames);
  common_members(p, out);
  return out;
}

bj::object to_json(const StoreMetadataRequest& m) {
  bj::object out{{"iccid", iccid_digits(m.iccid)},
                 {"serviceProviderName", m.serviceProviderName},
                 {"profileName", m.profileName},
                 {"profileClass", name_of(static_cast<int>(m.profileClass), kProfileClassNames)}};
  common_members(m, out);
  return out;
}

bj::object to_json(const NotificationMetadata& m) {
  bj::object out{{"seqNumber", m.seqNumber},
                 {"profileManagementOperation", notification_event_name(m.profileManagementOperation)},
                 {"notificationAddress", m.notificationAddress}};
  if (m.iccid) out["iccid"] = iccid_digits(*m.iccid);
  return out;
}

bj::object to_json(const ChipInfo& c) {
  bj::array rat;
  for (const auto& rule : c.rat) {
    bj::array operators;
    for (const auto& o : rule.allowedOperators) operators.push_back(owner_json(o));
    rat.push_back(bj::object{{"pprIds", names_array(rule.pprIds, kPprNames)},
                             {"allowedOperators", std::move(operators)},
                             {"consentRequired", rule.pprFlags.test(0)}});
  }
  const auto& i = c.info2;
  bj::object info2{{"profileVersion", version_text(i.profileVersion)},
                   {"svn", version_text(i.svn)},
                   {"euiccFirmwareVer", version_text(i.euiccFirmwareVer)},
                   {"uiccCapability", names_array(i.uiccCapability, kUiccCapabilityNames)},
                   {"rspCapability", names_array(i.rspCapability, kRspCapabilityNames)},
                   {"euiccCiPKIdListForVerification", hex_array(i.euiccCiPKIdListForVerification)},
                   {"euiccCiPKIdListForSigning", hex_array(i.euiccCiPKIdListForSigning)},
                   {"ppVersion", version_text(i.ppVersion)},
                   {"sasAcreditationNumber", i.sasAcreditationNumber}};
  if (c.resources)
    info2["extCardResource"] = bj::object{{"installedApplication", c.resources->number_of_applications},
                                          {"freeNonVolatileMemory", c.resources->free_nvm_octets},
                                          {"freeVolatileMemory", c.resources->free_ram_octets}};
  if (i.forbiddenProfilePolicyRules)
    info2["forbiddenProfilePolicyRules"] = names_array(*i.forbiddenProfilePolicyRules, kPprNames);
  return {{"eid", eid_digits(c.eid)},
          {"isdRAid", to_hex(c.isd_r.aid)},
          {"svn", version_text(c.info1.svn)},
          {"defaultDpAddress", c.defaultDpAddress},
          {"rootDsAddress", c.rootDsAddress},
          {"euiccInfo2", std::move(info2)},
          {"rulesAuthorisationTable", std::move(rat)}};
}

}  // namespace eider::lpa
