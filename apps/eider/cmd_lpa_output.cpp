// Tables for people, JSON for programs.
#include <algorithm>
#include <cstdio>

#include "cmd_lpa.hpp"
#include "codec/base64.hpp"

namespace eider::app::lpa_cli {
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

// MCC and MNC of TS 24.008; E is the wildcard of a Rules Authorisation Table.
std::string owner_text(const OperatorId& owner) {
  const auto any = [](const std::optional<Bytes>& gid) { return gid && gid->empty(); };
  if (to_hex(owner.mccMnc) == "EEEEEE" && any(owner.gid1) && any(owner.gid2)) return "every operator";
  static constexpr char kDigits[] = "0123456789ABCDEF";
  const auto& b = owner.mccMnc;
  std::string out{kDigits[b[0] & 15], kDigits[b[0] >> 4], kDigits[b[1] & 15], '-',
                  kDigits[b[2] & 15], kDigits[b[2] >> 4]};
  if (b[1] >> 4 != 0xF) out += kDigits[b[1] >> 4];
  if (owner.gid1) out += owner.gid1->empty() ? " any gid1" : " gid1 " + to_hex(*owner.gid1);
  if (owner.gid2) out += owner.gid2->empty() ? " any gid2" : " gid2 " + to_hex(*owner.gid2);
  return out;
}

std::vector<std::pair<std::string, std::string>> chip_pairs(const lpa::ChipInfo& c) {
  std::string rules, verification;
  for (const auto& rule : c.rat) {
    if (!rules.empty()) rules += "; ";
    rules += names_of(rule.pprIds, kPprNames, "+") + " for";
    for (const auto& op : rule.allowedOperators) rules += " " + owner_text(op);
    if (rule.pprFlags.test(0)) rules += " with consent";
  }
  for (const auto& id : c.info2.euiccCiPKIdListForVerification)
    verification += (verification.empty() ? "" : " ") + to_hex(id.view());
  const auto memory = c.resources ? std::to_string(c.resources->free_nvm_octets) + " octets" : "";
  return {{"EID", eid_digits(c.eid)},
          {"ISD-R", to_hex(c.isd_r.aid)},
          {"SGP.22 version", version_text(c.info1.svn)},
          {"Profile version", version_text(c.info2.profileVersion)},
          {"Firmware", version_text(c.info2.euiccFirmwareVer)},
          {"Free memory", memory},
          {"Default SM-DP+", c.defaultDpAddress.empty() ? "none" : c.defaultDpAddress},
          {"Root SM-DS", c.rootDsAddress.empty() ? "none" : c.rootDsAddress},
          {"CI keys", verification},
          {"RSP", names_of(c.info2.rspCapability, kRspCapabilityNames, " ")},
          {"UICC", names_of(c.info2.uiccCapability, kUiccCapabilityNames, " ")},
          {"Rules allowed", rules.empty() ? "none" : rules},
          {"SAS accreditation", c.info2.sasAcreditationNumber}};
}

std::string event_word(const NotificationMetadata& n) {
  auto name = lpa::notification_event_name(n.profileManagementOperation);
  constexpr std::string_view kPrefix = "notification";
  if (name.starts_with(kPrefix) && name.size() > kPrefix.size())
    name = std::string(1, static_cast<char>(name[kPrefix.size()] | 0x20)) + name.substr(kPrefix.size() + 1);
  return name;
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
                 {"profileManagementOperation", lpa::notification_event_name(m.profileManagementOperation)},
                 {"notificationAddress", m.notificationAddress}};
  if (m.iccid) out["iccid"] = iccid_digits(*m.iccid);
  return out;
}

bj::object to_json(const lpa::NotificationDelivery& d) {
  using State = lpa::NotificationDelivery::State;
  auto out = to_json(d.metadata);
  out["state"] = d.state == State::kDelivered ? "delivered"
                 : d.state == State::kFailed  ? "failed"
                                              : "postponed";
  if (d.fault) out["error"] = explain(*d.fault).json;
  return out;
}

bj::array to_json(const std::vector<lpa::NotificationDelivery>& deliveries) {
  bj::array out;
  for (const auto& d : deliveries) out.push_back(to_json(d));
  return out;
}

bj::object to_json(const lpa::ChipInfo& c) {
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

}  // namespace eider::app::lpa_cli
