#include "capi/results.hpp"

#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "roles/lpa/detail/json.hpp"

namespace eider::capi {
using namespace sgp22;
namespace {

std::uint32_t rules_of(const std::optional<BitString>& rules) {
  std::uint32_t out = 0;
  for (int bit = 0; rules && bit < 32; ++bit)
    if (rules->test(bit)) out |= std::uint32_t{1} << bit;
  return out;
}

template <class T>
void common(eider_lpa_profile& out, const T& from) {
  out.struct_size = sizeof(eider_lpa_profile);
  out.reserved = 0;
  out.policy_rules = rules_of(from.profilePolicyRules);
  out.icon_type = from.icon && from.iconType ? static_cast<int>(*from.iconType) : int{EIDER_LPA_ICON_NONE};
}

int event_of(const BitString& bits) {
  for (int bit = EIDER_LPA_EVENT_INSTALL; bit <= EIDER_LPA_EVENT_DELETE; ++bit)
    if (bits.test(bit)) return bit;
  return EIDER_LPA_EVENT_OTHER;
}
}  // namespace

Profile::Profile(const ProfileInfo& p)
    : eider_lpa_profile{},
      iccid_(p.iccid ? iccid_digits(*p.iccid) : ""),
      aid_(p.isdpAid ? to_hex(p.isdpAid->view()) : ""),
      nickname_(printable(p.profileNickname.value_or(""))),
      provider_(printable(p.serviceProviderName.value_or(""))),
      name_(printable(p.profileName.value_or(""))),
      icon_(p.icon.value_or(Bytes{})) {
  common(*this, p);
  enabled = p.profileState == ProfileState::kEnabled;
  profile_class = static_cast<int>(p.profileClass.value_or(ProfileClass::kOperational));
  point();
}

Profile::Profile(const StoreMetadataRequest& m, const std::string& aid)
    : eider_lpa_profile{},
      iccid_(iccid_digits(m.iccid)),
      aid_(aid),
      provider_(printable(m.serviceProviderName)),
      name_(printable(m.profileName)),
      icon_(m.icon.value_or(Bytes{})) {
  common(*this, m);
  profile_class = static_cast<int>(m.profileClass);
  point();
}

void Profile::point() {
  iccid = iccid_.c_str();
  isdp_aid = aid_.c_str();
  nickname = nickname_.c_str();
  service_provider = provider_.c_str();
  name = name_.c_str();
  icon = icon_.empty() ? nullptr : icon_.data();
  icon_size = icon_.size();
}

Chip::Chip(const lpa::ChipInfo& c)
    : eider_lpa_chip{},
      eid_(eid_digits(c.eid)),
      svn_(version_text(c.info1.svn)),
      firmware_(version_text(c.info2.euiccFirmwareVer)),
      aid_(to_hex(c.isd_r.aid)),
      smdp_(printable(c.defaultDpAddress)),
      smds_(printable(c.rootDsAddress)),
      json_(boost::json::serialize(lpa::to_json(c))) {
  struct_size = sizeof(eider_lpa_chip);
  eid = eid_.c_str();
  svn = svn_.c_str();
  firmware = firmware_.c_str();
  isd_r_aid = aid_.c_str();
  default_smdp = smdp_.c_str();
  root_smds = smds_.c_str();
  free_memory = c.resources ? c.resources->free_nvm_octets : 0;
  json = json_.c_str();
}

Installed::Installed(const lpa::DownloadResult& r)
    : eider_lpa_installed{}, profile_(r.metadata, to_hex(r.isdpAid.view())) {
  struct_size = sizeof(eider_lpa_installed);
  profile_.enabled = r.enabled.has_value();
  profile = &profile_;
  if (r.enabled) outcome_ = outcome_of(*r.enabled);
  outcome_.struct_size = sizeof outcome_;
  count(outcome_, r.notifications);
  outcome = &outcome_;
}

Event::Event(const lpa::DiscoveredEvent& e)
    : eider_lpa_event{}, address_(printable(e.smdpAddress)), id_(printable(e.eventId)) {
  point(EIDER_LPA_OK);
}

Event::Event(const lpa::UnreachedEvent& e)
    : eider_lpa_event{},
      address_(printable(e.address)),
      id_(printable(e.eventId)),
      cause_(lpa::explain(e.fault, lpa::ServerRole::kSmds).cause) {
  point(status_of(e.fault));
}

void Event::point(eider_lpa_status of) {
  struct_size = sizeof(eider_lpa_event);
  status = of;
  address = address_.c_str();
  event_id = id_.c_str();
  cause = cause_.c_str();
}

Notification::Notification(const NotificationMetadata& m)
    : eider_lpa_notification{},
      iccid_(m.iccid ? iccid_digits(*m.iccid) : ""),
      address_(printable(m.notificationAddress)) {
  event = event_of(m.profileManagementOperation);
  number = m.seqNumber;
  point();
}

Notification::Notification(const lpa::NotificationDelivery& d) : Notification(d.metadata) {
  using State = lpa::NotificationDelivery::State;
  state = d.state == State::kDelivered ? EIDER_LPA_DELIVERED
          : d.state == State::kFailed  ? EIDER_LPA_FAILED
                                       : EIDER_LPA_WAITING;
  if (d.fault) {
    status = status_of(*d.fault);
    cause_ = lpa::explain(*d.fault).cause;
  }
  point();
}

void Notification::point() {
  struct_size = sizeof(eider_lpa_notification);
  iccid = iccid_.c_str();
  address = address_.c_str();
  cause = cause_.c_str();
}

void count(eider_lpa_outcome& out, const std::vector<lpa::NotificationDelivery>& deliveries) {
  for (const auto& d : deliveries)
    ++(d.state == lpa::NotificationDelivery::State::kDelivered ? out.notifications_delivered
                                                               : out.notifications_waiting);
}

eider_lpa_outcome outcome_of(const lpa::OperationResult& result) {
  eider_lpa_outcome out{};
  out.struct_size = sizeof out;
  out.card_reset = result.card_reset;
  count(out, result.notifications);
  return out;
}

}  // namespace eider::capi
