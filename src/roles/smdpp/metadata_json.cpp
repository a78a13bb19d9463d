// Profile Metadata as people write it.
#include <boost/json.hpp>

#include "roles/smdpp/inventory.hpp"

namespace eider::smdpp {
namespace {
namespace bj = boost::json;

tl::unexpected<Fault> wrong(std::string_view member, std::string_view what) {
  return fail_local("metadata: " + std::string(member) + " " + std::string(what),
                    "eider smdpp import --help shows the members");
}

Result<std::string> text(const bj::object& o, std::string_view name, bool required = false) {
  const auto* v = o.if_contains(name);
  if (!v && !required) return std::string();
  if (!v || !v->is_string()) return wrong(name, "must be a text");
  return std::string(v->get_string());
}

Status read_icon(const bj::object& o, sgp22::StoreMetadataRequest& m, const LoadFile& load) {
  EIDER_TRY(name, text(o, "icon"));
  if (name.empty()) return {};
  EIDER_TRY(icon, load(name));
  const bool png = icon.size() > 8 && equal(ByteView(icon).first(4), hex("89504E47"));
  const bool jpg = icon.size() > 3 && equal(ByteView(icon).first(2), hex("FFD8"));
  if (!png && !jpg) return wrong("icon", "must be a PNG or JPEG file");
  m.iconType = png ? sgp22::IconType::kPng : sgp22::IconType::kJpg;
  m.icon = std::move(icon);
  return {};
}

Status read_owner(const bj::object& o, sgp22::StoreMetadataRequest& m) {
  const auto* v = o.if_contains("profileOwner");
  if (!v) return {};
  const auto* owner = v->if_object();
  if (!owner) return wrong("profileOwner", "must be an object");
  EIDER_TRY(mcc, text(*owner, "mcc", true));
  EIDER_TRY(mnc, text(*owner, "mnc", true));
  const auto digits = [](const std::string& s) {
    return s.find_first_not_of("0123456789") == std::string::npos;
  };
  if (mcc.size() != 3 || mnc.size() < 2 || mnc.size() > 3 || !digits(mcc) || !digits(mnc))
    return wrong("profileOwner", "needs an mcc of 3 and an mnc of 2 or 3 digits");
  sgp22::OperatorId id;
  id.mccMnc = profile::encode_plmn(mcc, mnc);
  for (const auto& [name, target] : {std::pair("gid1", &id.gid1), std::pair("gid2", &id.gid2)}) {
    EIDER_TRY(value, text(*owner, name));
    if (value.empty()) continue;
    *target = from_hex(value);
    if (!*target) return wrong(name, "must be hexadecimal");
  }
  m.profileOwner = std::move(id);
  return {};
}

// A list of names, each a bit.
Result<BitString> read_bits(const bj::object& o, std::string_view member,
                            std::initializer_list<std::pair<std::string_view, int>> names) {
  BitString out;
  const auto* list = o.at(member).if_array();
  if (!list) return wrong(member, "must be a list");
  for (const auto& v : *list) {
    const auto* s = v.if_string();
    const auto known =
        std::ranges::find_if(names, [&](const auto& n) { return s && n.first == std::string_view(*s); });
    if (known == names.end()) return wrong(member, "has an unknown element");
    out.set(known->second);
  }
  return out;
}

Status read_notifications(const bj::object& o, sgp22::StoreMetadataRequest& m,
                          const std::string& smdp_address) {
  std::vector<sgp22::NotificationConfigurationInformation> out;
  const auto* v = o.if_contains("notifications");
  if (!v) {
    out.push_back({{0, 1, 2, 3}, smdp_address});
  } else {
    const auto* list = v->if_array();
    if (!list) return wrong("notifications", "must be a list");
    for (const auto& e : *list) {
      const auto* entry = e.if_object();
      if (!entry || !entry->contains("events"))
        return wrong("notifications", "needs objects with events and address");
      EIDER_TRY(events,
                read_bits(*entry, "events", {{"install", 0}, {"enable", 1}, {"disable", 2}, {"delete", 3}}));
      EIDER_TRY(address, text(*entry, "address"));
      out.push_back({events, address.empty() ? smdp_address : address});
    }
  }
  if (!out.empty()) m.notificationConfigurationInfo = std::move(out);
  return {};
}

}  // namespace

Result<sgp22::StoreMetadataRequest> read_metadata(std::string_view json, const std::string& smdp_address,
                                                  const LoadFile& load) {
  boost::system::error_code error;
  const auto parsed = bj::parse({json.data(), json.size()}, error);
  if (error || !parsed.is_object())
    return fail_local("the metadata is not a JSON object: " + error.message());
  const auto& o = parsed.get_object();
  sgp22::StoreMetadataRequest m;
  EIDER_TRY(provider, text(o, "serviceProviderName", true));
  EIDER_TRY(name, text(o, "profileName", true));
  m.serviceProviderName = std::move(provider);
  m.profileName = std::move(name);
  EIDER_TRY(profile_class, text(o, "profileClass"));
  if (profile_class == "test")
    m.profileClass = sgp22::ProfileClass::kTest;
  else if (profile_class == "provisioning")
    m.profileClass = sgp22::ProfileClass::kProvisioning;
  else if (!profile_class.empty() && profile_class != "operational")
    return wrong("profileClass", "must be operational, provisioning or test");
  EIDER_CHECK(read_icon(o, m, load));
  EIDER_CHECK(read_owner(o, m));
  if (o.contains("profilePolicyRules")) {
    EIDER_TRY(rules, read_bits(o, "profilePolicyRules", {{"ppr1", sgp22::kPpr1}, {"ppr2", sgp22::kPpr2}}));
    if (!rules.none()) m.profilePolicyRules = rules;
  }
  EIDER_CHECK(read_notifications(o, m, smdp_address));
  return m;
}

}  // namespace eider::smdpp
