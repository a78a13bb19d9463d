// Tables for people, JSON for programs.
#include <cstdio>

#include "cmd_lpa.hpp"

namespace eider::app::lpa_cli {
namespace bj = boost::json;
using namespace sgp22;

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

}  // namespace eider::app::lpa_cli
