// Filling the inventory: packages, templates with subscribers, and the metadata that goes with them.
#pragma once
#include "profile/personalise.hpp"
#include "roles/smdpp/ports.hpp"

namespace eider::smdpp {

// Installs the package on a card of our own making, so that what no card would take is refused here; says
// what the Profile needs of a real one. LocalFault with the installer's words.
struct PackageFacts {
  Requirements requirements;
  std::string iccid, imsi;
  std::string profile_type;  // of the ProfileHeader
  int known_ota_keys = 0;    // null, or published: whoever knows them manages the Profile over the air
};
Result<PackageFacts> inspect_package(ByteView package, const sgp22::StoreMetadataRequest* metadata = nullptr);

// Reads the file that the metadata names for its icon.
using LoadFile = std::function<Result<Bytes>(const std::string& name)>;
// Metadata as JSON, without the ICCID: serviceProviderName, profileName, profileClass ("operational"), icon
// (PNG or JPEG, at most 1024 octets), profileOwner {mcc, mnc, gid1, gid2}, profilePolicyRules ["ppr1",
// "ppr2"], notifications
// [{events ["install", "enable", "disable", "delete"], address}]. Without `notifications`, all events go to
// `smdp_address`.
Result<sgp22::StoreMetadataRequest> read_metadata(std::string_view json, const std::string& smdp_address,
                                                  const LoadFile& load);
// The coding that is sent and bound, checked against the limits of SGP.22 section 4.4.
Result<Bytes> encode_metadata(const sgp22::StoreMetadataRequest& metadata);

// Whether a Profile is taken although everybody knows its OTA keys (lint SEC-01 and SEC-02).
enum class OtaKeys : std::uint8_t { kMustBeSecret, kMayBeKnown };
Status check_ota_keys(const PackageFacts& facts, OtaKeys ota_keys);

// One Profile with a package of its own. Refused: an ICCID that is in the inventory.
Status import_package(Store& store, Time now, const std::string& type,
                      const sgp22::StoreMetadataRequest& metadata, ByteView package,
                      OtaKeys ota_keys = OtaKeys::kMustBeSecret);
// A template under a new name. It may have known keys: those of its subscribers take their place.
Status import_template(Store& store, const std::string& name, const std::string& owner, ByteView package);

struct BulkImport {
  std::string type;
  std::string template_name;
  sgp22::StoreMetadataRequest metadata;  // of all; the ICCID is each subscriber's
  OtaKeys ota_keys = OtaKeys::kMustBeSecret;
};
using NextSubscriber = std::function<Result<std::optional<profile::SubscriberData>>()>;
// Begins the list anew: it is read twice.
using OpenSubscribers = std::function<Result<NextSubscriber>()>;
// One Profile for each subscriber. The whole list is checked first: a fault, which names the ICCID, leaves
// nothing behind. Then 1,000 go into a transaction; `progress` hears the number so far. Returns how many.
Result<std::size_t> import_subscribers(Store& store, Time now, const BulkImport& plan,
                                       const OpenSubscribers& open,
                                       const std::function<void(std::size_t)>& progress);

}  // namespace eider::smdpp
