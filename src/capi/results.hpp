// Results of the C interface: each is its public structure with the storage that it points into behind it.
#pragma once
#include <deque>

#include "capi/error.hpp"
#include "roles/lpa/procedures/chip_info.hpp"
#include "roles/lpa/procedures/discovery.hpp"

namespace eider::capi {

struct Profile : eider_lpa_profile {
  explicit Profile(const sgp22::ProfileInfo& p);
  explicit Profile(const sgp22::StoreMetadataRequest& m, const std::string& aid = {});
  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;

 private:
  void point();
  std::string iccid_, aid_, nickname_, provider_, name_;
  Bytes icon_;
};

struct Chip : eider_lpa_chip {
  explicit Chip(const lpa::ChipInfo& c);
  Chip(const Chip&) = delete;
  Chip& operator=(const Chip&) = delete;

 private:
  std::string eid_, svn_, firmware_, aid_, smdp_, smds_, json_;
};

struct Installed : eider_lpa_installed {
  explicit Installed(const lpa::DownloadResult& r);
  Installed(const Installed&) = delete;
  Installed& operator=(const Installed&) = delete;

 private:
  Profile profile_;
  eider_lpa_outcome outcome_{};
};

struct Event : eider_lpa_event {
  explicit Event(const lpa::DiscoveredEvent& e);
  explicit Event(const lpa::UnreachedEvent& e);
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

 private:
  void point(eider_lpa_status of);
  std::string address_, id_, cause_;
};

struct Notification : eider_lpa_notification {
  explicit Notification(const sgp22::NotificationMetadata& m);
  explicit Notification(const lpa::NotificationDelivery& d);
  Notification(const Notification&) = delete;
  Notification& operator=(const Notification&) = delete;

 private:
  void point();
  std::string iccid_, address_, cause_;
};

eider_lpa_outcome outcome_of(const lpa::OperationResult& result);
void count(eider_lpa_outcome& out, const std::vector<lpa::NotificationDelivery>& deliveries);

}  // namespace eider::capi

// A deque moves nothing: what the public structures point to stays where it is.
struct eider_lpa_profiles {
  std::deque<eider::capi::Profile> items;
};
struct eider_lpa_events {
  std::deque<eider::capi::Event> items;
};
struct eider_lpa_notifications {
  std::deque<eider::capi::Notification> items;
};
