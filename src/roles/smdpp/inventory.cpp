#include "roles/smdpp/inventory.hpp"

#include <set>

#include "profile/fit.hpp"
#include "profile/installer.hpp"
#include "profile/known_keys.hpp"
#include "profile/package_reader.hpp"
#include "roles/smdpp/package.hpp"
#include "roles/smdpp/subscriber.hpp"

namespace eider::smdpp {
namespace {

constexpr std::size_t kIconLimit = 1024, kProviderLimit = 32, kNameLimit = 64;  // SGP.22 section 4.4

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

profile::MetadataFacts facts_of(const sgp22::StoreMetadataRequest& m) {
  profile::MetadataFacts f;
  f.iccid = m.iccid;
  f.test_profile = m.profileClass == sgp22::ProfileClass::kTest;
  if (m.profileOwner) f.profile_owner = {m.profileOwner->mccMnc, m.profileOwner->gid1, m.profileOwner->gid2};
  return f;
}

// The ICCID that the package itself installs, for packages that come without metadata.
Result<FixedBytes<10>> iccid_in(ByteView package) {
  EIDER_TRY(elements, profile::read_package(package));
  for (const auto& e : elements) {
    if (e.tag != 0xA0) continue;
    EIDER_TRY(tlv, read_single_tlv(e.der));
    if (const auto found = find_tlv(tlv.value, 0x83); found && found->value.size() == 10) {
      FixedBytes<10> out;
      std::ranges::transform(found->value, out.begin(),
                             [](std::uint8_t b) { return static_cast<std::uint8_t>(b << 4 | b >> 4); });
      return out;
    }
  }
  return fail_local("the package has no ProfileHeader with an ICCID");
}

}  // namespace

Result<PackageFacts> inspect_package(ByteView package, const sgp22::StoreMetadataRequest* metadata) {
  profile::MetadataFacts facts;
  if (metadata) {
    facts = facts_of(*metadata);
  } else {
    EIDER_TRY(iccid, iccid_in(package));
    facts.iccid = iccid;
  }
  // Some cards run Java Card; which eUICC may have the Profile is decided when it asks.
  profile::CardCapabilities capabilities;
  capabilities.uicc_capability.set(saip::capability_bit(saip::Service::kJavacard));
  profile::PackageInstaller installer(std::move(capabilities), {}, facts);
  EIDER_TRY(elements, profile::read_package(package));
  for (const auto& e : elements) {
    const auto outcome = installer.element(e.der);
    if (outcome.aborted)
      return fail_local("no card would install this package: " + outcome.why, "eider profile lint says more");
  }
  const auto report = installer.finish();
  if (report.error != profile::InstallError::kNone)
    return fail_local("no card would install this package: " + report.why, "eider profile lint says more");
  PackageFacts out;
  EIDER_TRY(demands, profile::demands_of(package));
  out.requirements = demands.requirements;
  out.iccid = profile::decode_iccid_file(report.facts.ef_iccid);
  out.imsi = report.facts.imsi;
  out.profile_type = report.facts.header.profileType.value_or("");
  for (const auto& domain : report.facts.security_domains) {
    const auto known = profile::known_keys(domain);
    out.known_ota_keys += known.null_keys + known.public_keys;
  }
  return out;
}

Result<Bytes> encode_metadata(const sgp22::StoreMetadataRequest& m) {
  if (characters(m.serviceProviderName) > kProviderLimit)
    return fail_local("serviceProviderName is longer than 32 characters");
  if (characters(m.profileName) > kNameLimit) return fail_local("profileName is longer than 64 characters");
  if (m.icon && m.icon->size() > kIconLimit)
    return fail_local("the icon is larger than 1024 octets", "64 x 64 pixels, few colours");
  if (m.icon.has_value() != m.iconType.has_value()) return fail_local("icon and iconType go together");
  if (m.profilePolicyRules && !m.profileOwner) return fail_local("profilePolicyRules need a profileOwner");
  Bytes der = der::encode(m);
  EIDER_CHECK(der::decode<sgp22::StoreMetadataRequest>(der, der::Rules::strict()));
  return der;
}

namespace {

tl::unexpected<Fault> in_the_inventory(const Iccid& iccid) {
  return fail_local("ICCID " + sgp22::iccid_digits(iccid) + " is in the inventory already",
                    "list it with `eider smdpp profiles list`");
}

Status add_profile(StoreTransaction& tx, Profile& profile) {
  EIDER_TRY(known, tx.profile(profile.iccid));
  if (known) return in_the_inventory(profile.iccid);
  return tx.put_profile(profile);
}

Result<Profile> new_profile(StoreReader& reader, Time now, const std::string& type_name,
                            const sgp22::StoreMetadataRequest& metadata) {
  EIDER_TRY(type, reader.profile_type(type_name));
  if (!type)
    return fail_local("no profile type \"" + type_name + "\"", "add it with `eider smdpp types add`");
  Profile p;
  p.iccid = metadata.iccid;
  p.type = type->name;
  p.owner = type->owner;
  p.changed_at = now;
  EIDER_TRY(der, encode_metadata(metadata));
  p.metadata = std::move(der);
  return p;
}

}  // namespace

namespace {
Fault known_ota_keys() {
  return LocalFault{"anybody can manage this Profile over the air: its OTA keys are null, or those of TS.48",
                    "give it keys of its own (`eider profile lint` names them); to take it all the same say "
                    "--allow-known-ota-keys"};
}
}  // namespace

Status check_ota_keys(const PackageFacts& facts, OtaKeys ota_keys) {
  if (ota_keys == OtaKeys::kMayBeKnown || facts.known_ota_keys == 0) return {};
  return fail(known_ota_keys());
}

Status import_package(Store& store, Time now, const std::string& type,
                      const sgp22::StoreMetadataRequest& metadata, ByteView package, OtaKeys ota_keys) {
  EIDER_TRY(facts, inspect_package(package, &metadata));
  EIDER_CHECK(check_ota_keys(facts, ota_keys));
  return store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(profile, new_profile(tx, now, type, metadata));
    profile.requirements = facts.requirements;
    EIDER_CHECK(add_profile(tx, profile));
    return tx.put_package(profile.iccid, package);
  });
}

Status import_template(Store& store, const std::string& name, const std::string& owner, ByteView package) {
  EIDER_CHECK(profile::ProfileTemplate::load(package));
  EIDER_TRY(facts, inspect_package(package));
  return store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(known, tx.profile_template(name));
    if (known)
      return fail_local("a template \"" + name + "\" exists", "templates do not change: choose another name");
    EIDER_TRY(op, tx.find_operator(owner));
    if (!op) return fail_local("no operator \"" + owner + "\"", "add it with `eider smdpp operators add`");
    return tx.put_template({name, owner, to_bytes(package), facts.requirements});
  });
}

namespace {

// A Profile of the plan for one subscriber; the first of a run is tried on a card of our own making.
Result<Profile> personalised(StoreReader& reader, TemplateCache& templates, Time now, const BulkImport& plan,
                             const Template& source, const profile::SubscriberData& subscriber, bool try_it) {
  auto metadata = plan.metadata;
  EIDER_TRY(iccid, profile::Iccid::parse(subscriber.iccid));
  metadata.iccid = iccid.file();
  EIDER_TRY(profile, new_profile(reader, now, plan.type, metadata));
  profile.template_name = plan.template_name;
  profile.personalisation = encode_subscriber(subscriber);
  profile.requirements = source.requirements;
  if (try_it) {
    EIDER_TRY(package, load_package(reader, templates, profile));
    EIDER_TRY(facts, inspect_package(package.view(), &metadata));
    EIDER_CHECK(check_ota_keys(facts, plan.ota_keys));
  }
  return profile;
}

// Those of the subscriber, and where he has none, those of the template.
bool has_known_keys(const profile::SubscriberData& s, bool template_has) {
  for (const auto* key : {&s.kic, &s.kid, &s.kik}) {
    if (!*key && template_has) return true;
    if (*key && (profile::is_null_key((*key)->view()) || profile::is_public_ota_key((*key)->view())))
      return true;
  }
  return false;
}

tl::unexpected<Fault> of_subscriber(const profile::SubscriberData& s, const Fault& fault) {
  const auto* local = fault.as<LocalFault>();
  return fail_local("ICCID " + s.iccid + ": " + (local ? local->what : fault.message()),
                    local ? local->remedy : "");
}

}  // namespace

namespace {

constexpr std::size_t kBatch = 1000;

class Bulk {
 public:
  Bulk(const BulkImport& plan, Time now) : plan_(plan), now_(now) {}

  // Up to kBatch subscribers, each given to `use` with its Profile; false: there are no more.
  using Use = std::function<Status(Profile&)>;
  Result<bool> batch(StoreReader& reader, const NextSubscriber& next, const Use& use) {
    EIDER_TRY(source, reader.profile_template(plan_.template_name));
    if (!source) return fail_local("no template \"" + plan_.template_name + "\"", "import it first");
    if (!template_has_known_keys_) {
      EIDER_TRY(facts, inspect_package(source->package));
      template_has_known_keys_ = facts.known_ota_keys != 0;
    }
    for (std::size_t i = 0; i < kBatch; ++i) {
      EIDER_TRY(subscriber, next());
      if (!subscriber) return false;
      if (plan_.ota_keys == OtaKeys::kMustBeSecret && has_known_keys(*subscriber, *template_has_known_keys_))
        return of_subscriber(*subscriber, known_ota_keys());
      auto profile = personalised(reader, templates_, now_, plan_, *source, *subscriber, count_ == 0);
      if (!profile) return of_subscriber(*subscriber, profile.error());
      if (auto used = use(*profile); !used) return of_subscriber(*subscriber, used.error());
      ++count_;
    }
    return true;
  }
  std::size_t count() const { return count_; }

 private:
  const BulkImport& plan_;
  Time now_;
  TemplateCache templates_;
  std::optional<bool> template_has_known_keys_;
  std::size_t count_ = 0;
};

// Nothing is written while a row may still be refused.
Status check_subscribers(Store& store, Time now, const BulkImport& plan, const NextSubscriber& next) {
  Bulk bulk(plan, now);
  std::set<Iccid> seen;
  for (bool more = true; more;) {
    EIDER_CHECK(store.read([&](StoreReader& reader) -> Status {
      EIDER_TRY(goes_on, bulk.batch(reader, next, [&](Profile& profile) -> Status {
        if (!seen.insert(profile.iccid).second)
          return fail_local("stands twice in the list", "remove one of its rows; nothing was imported");
        EIDER_TRY(known, reader.profile(profile.iccid));
        return known ? Status(in_the_inventory(profile.iccid)) : Status{};
      }));
      more = goes_on;
      return {};
    }));
  }
  return {};
}

}  // namespace

Result<std::size_t> import_subscribers(Store& store, Time now, const BulkImport& plan,
                                       const OpenSubscribers& open,
                                       const std::function<void(std::size_t)>& progress) {
  EIDER_TRY(checked, open());
  EIDER_CHECK(check_subscribers(store, now, plan, checked));
  EIDER_TRY(next, open());
  Bulk bulk(plan, now);
  for (bool more = true; more;) {
    EIDER_CHECK(store.write([&](StoreTransaction& tx) -> Status {
      EIDER_TRY(goes_on, bulk.batch(tx, next, [&](Profile& profile) { return add_profile(tx, profile); }));
      more = goes_on;
      return {};
    }));
    if (progress) progress(bulk.count());
  }
  return bulk.count();
}

}  // namespace eider::smdpp
