// What the SM-DP+ keeps.
#pragma once
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "profile/requirements.hpp"
#include "roles/smdpp/profile_state.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::smdpp {

using sgp22::BitString;
using sgp22::Eid;
using sgp22::Iccid;
using sgp22::TransactionId;

using Digest = FixedBytes<32>;

// A download order: lives from DownloadOrder until the Profile returns to the inventory.
struct Order {
  std::optional<Eid> eid;
  bool eid_from_operator = false;                // false: linked by the first download
  std::optional<std::string> matching_id;        // empty text: default SM-DP+ use case
  std::optional<Digest> confirmation_code_hash;  // SHA-256 of the code; the code itself is never kept
  std::uint32_t confirmation_failures = 0;
  std::uint32_t download_attempts = 0;
  std::uint32_t deliveries = 0;  // Bound Profile Packages handed out
  // A package was handed out and nothing the eUICC signed says that it is not installed: then the ICCID must
  // not go to another card.
  bool maybe_installed = false;
  std::string smds_address;  // empty: no event is wanted
  bool event_registered = false;
  Time ordered_at{};
  std::optional<Time> expires_at;
  std::string end_reason;  // "8.2.7/3.8" and the like, once the order has failed
  bool operator==(const Order&) const = default;
};

// What an eUICC must have to take the Profile (SGP.22 annex F), read from the package at import.
using profile::Requirements;

// What the last notification of the eUICC said.
enum class OnCardState : std::uint8_t { kUnknown, kDisabled, kEnabled, kDeleted };
std::string_view to_string(OnCardState state);

struct Profile {
  Iccid iccid;
  ProfileState state = ProfileState::kAvailable;
  std::string type;
  std::string owner;          // operator id
  Bytes metadata;             // BF25: sent in AuthenticateClient and put into the BPP, octet for octet
  std::string template_name;  // empty: the package itself is stored
  Bytes personalisation;      // values for the template (JSON), when there is one
  Requirements requirements;
  std::optional<Order> order;
  OnCardState on_card = OnCardState::kUnknown;
  Time changed_at{};
  std::uint64_t version = 0;  // counts changes: optimistic concurrency
  bool operator==(const Profile&) const = default;
};

// How the '86' segments are protected (SGP.22 section 2.5.3).
enum class Protection : std::uint8_t { kSessionKeys, kRandomKeys };

struct ProfileType {
  std::string name;
  std::string owner;  // operator id
  Protection protection = Protection::kSessionKeys;
  bool rebinding = true;            // a retry may bind to a new otPK.EUICC
  bool reuse_after_delete = false;  // a delete notification returns the Profile to the inventory
  bool ineligible_ends_order =
      true;                        // SGP.22 section 3.1.3: an eligibility failure puts the Profile in Error
  bool retry_after_error = false;  // installation errors leave the order open until the download limit
  std::uint32_t download_limit = 10;       // AuthenticateClient attempts per order
  std::uint32_t confirmation_limit = 3;    // wrong Confirmation Codes per order
  std::optional<Duration> order_lifetime;  // nothing: orders do not expire
  std::string smdp_address;                // answered by ConfirmOrder when not empty
  bool operator==(const ProfileType&) const = default;
};

struct Operator {
  std::string id;
  std::string name;
  std::string requester_identifier;  // functionRequesterIdentifier, an OID
  std::vector<Digest> certificates;  // SHA-256 fingerprints of TLS client certificates
  std::string notification_url;      // https://host[:port]; empty: no notifications
  bool operator==(const Operator&) const = default;
};

struct Template {
  std::string name;
  std::string owner;  // operator id
  Bytes package;      // profile package with the sample subscription
  Requirements requirements;
  bool operator==(const Template&) const = default;
};

// What makes a Bound Profile Package again, octet for octet, from the Profile's metadata and package. otSK.DP
// is not kept.
struct KeptBpp {
  Iccid iccid;
  TransactionId transaction_id;
  FixedBytes<65> euicc_otpk;
  Bytes secure_channel;  // InitialiseSecureChannel, BF23
  Secret session_keys;   // initial MCV, S-ENC, S-MAC
  Secret random_keys;    // initial MCV, PPK-ENC, PPK-MAC of ReplaceSessionKeys; empty without
  Digest content;        // SHA-256 of metadata and package: the keys are for these octets only
  bool operator==(const KeptBpp&) const = default;
};

// Where a ProfileInstallationResult belongs: kept for as long as it may come.
struct Delivery {
  TransactionId transaction_id;
  Iccid iccid;
  Eid eid;
  Bytes euicc_public_key;  // SubjectPublicKeyInfo of PK.EUICC
  bool closed = false;     // a result was processed
  Time delivered_at{};
  bool operator==(const Delivery&) const = default;
};

// What a call of an operator was answered with once it had taken effect: a repeat gets the same again.
struct AnsweredCall {
  Digest key;          // of operator, function and identifiers
  std::string caller;  // operator id
  Digest request;      // of its content
  Bytes answer;        // JSON
  Time answered_at{};
  bool operator==(const AnsweredCall&) const = default;
};

// A CRL, or a segment of one, as it was downloaded and verified.
struct StoredCrl {
  Bytes issuer;  // subject key identifier of the CI
  std::uint32_t segment = 1;
  Bytes crl;  // DER
  Time fetched_at{};
  bool operator==(const StoredCrl&) const = default;
};

enum class OutboxKind : std::uint8_t {
  kDownloadProgress,  // ES2+.HandleDownloadProgressInfo
  kNotification,      // ES2+.HandleNotification
  kDeleteEvent,       // ES12.DeleteEvent
};
struct OutboxEntry {
  std::uint64_t id = 0;  // given by the store, ascending
  std::string key;       // entries of one key are sent in order (the ICCID)
  OutboxKind kind{};
  std::string target;  // operator id, or SM-DS address
  std::string body;    // JSON
  std::uint32_t attempts = 0;
  Time not_before{};
  Time created_at{};
  bool operator==(const OutboxEntry&) const = default;
};

struct ProfileFilter {
  std::optional<std::string> owner, type;
  std::optional<ProfileState> state;
  std::optional<Eid> eid;
  bool with_order = false;
  std::optional<Iccid> after;  // exclusive: for paging in ICCID order
  std::size_t limit = 1000;
};

}  // namespace eider::smdpp
