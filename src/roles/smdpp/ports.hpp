// What the SM-DP+ needs from outside: durable state and the SM-DS. Clock and Random are in base.
#pragma once
#include <functional>

#include "base/result.hpp"
#include "roles/smdpp/session.hpp"

namespace eider::smdpp {

// Faults of all members: LocalFault, the store cannot be read or written.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  virtual Result<std::optional<Profile>> profile(const Iccid& iccid) = 0;
  // The Profile with an order of that MatchingID; never for an empty one.
  virtual Result<std::optional<Profile>> profile_by_matching_id(std::string_view matching_id) = 0;
  // Profiles with an order bound to the EID, oldest order first.
  virtual Result<std::vector<Profile>> profiles_by_eid(const Eid& eid, std::size_t limit) = 0;
  virtual Result<std::optional<Profile>> available_of_type(std::string_view type) = 0;
  virtual Result<std::vector<Profile>> profiles(const ProfileFilter& filter) = 0;
  virtual Result<std::uint64_t> count_profiles(const ProfileFilter& filter) = 0;
  virtual Result<std::optional<Bytes>> package(const Iccid& iccid) = 0;
  virtual Result<std::optional<Template>> profile_template(std::string_view name) = 0;
  virtual Result<std::vector<std::string>> template_names() = 0;
  virtual Result<std::optional<ProfileType>> profile_type(std::string_view name) = 0;
  virtual Result<std::vector<ProfileType>> profile_types() = 0;
  virtual Result<std::optional<Operator>> find_operator(std::string_view id) = 0;
  virtual Result<std::optional<Operator>> operator_by_certificate(const Digest& fingerprint) = 0;
  virtual Result<std::vector<Operator>> operators() = 0;
  virtual Result<std::optional<Session>> session(const TransactionId& id) = 0;
  // The versions alone: whether what was decided on still stands.
  virtual Result<std::optional<std::uint64_t>> profile_version(const Iccid& iccid) = 0;
  virtual Result<std::optional<std::uint64_t>> session_version(const TransactionId& id) = 0;
  virtual Result<std::optional<KeptBpp>> kept_bpp(const Iccid& iccid) = 0;
  virtual Result<std::optional<Delivery>> delivery(const TransactionId& id) = 0;
  // The highest sequence number that was processed; nothing before the first.
  virtual Result<std::optional<std::int64_t>> last_notification(const Eid& eid, const Iccid& iccid) = 0;
  // The first entry of each key that is due; ascending.
  virtual Result<std::vector<OutboxEntry>> due_outbox(Time now, std::size_t limit) = 0;
  virtual Result<std::uint64_t> outbox_size() = 0;
  virtual Result<std::optional<AnsweredCall>> answered_call(const Digest& key) = 0;
  virtual Result<std::vector<StoredCrl>> crls() = 0;
};

class StoreTransaction : public StoreReader {
 public:
  // Inserts or replaces; the stored version is one more than the given one, and `profile` is updated to it.
  virtual Status put_profile(Profile& profile) = 0;
  virtual Status remove_profile(const Iccid& iccid) = 0;
  virtual Status put_package(const Iccid& iccid, ByteView package) = 0;
  virtual Status put_template(const Template& value) = 0;
  virtual Status put_profile_type(const ProfileType& type) = 0;
  virtual Status put_operator(const Operator& value) = 0;
  virtual Status put_session(Session& session) = 0;
  virtual Status put_kept_bpp(const KeptBpp& kept) = 0;
  virtual Status remove_kept_bpp(const Iccid& iccid) = 0;
  virtual Status put_delivery(const Delivery& delivery) = 0;
  virtual Status put_last_notification(const Eid& eid, const Iccid& iccid, std::int64_t sequence_number) = 0;
  // Gives the entry its id.
  virtual Status add_outbox(OutboxEntry& entry) = 0;
  virtual Status put_outbox(const OutboxEntry& entry) = 0;
  virtual Status remove_outbox(std::uint64_t id) = 0;
  // Removes at most `limit` of the oldest sessions, if they expired before `now`.
  virtual Status purge_sessions(Time now, std::size_t limit) = 0;
  // Becomes the newest of its operator.
  virtual Status put_answered_call(const AnsweredCall& call) = 0;
  // Looks at the operator's `limit` oldest and removes those that were answered before `oldest` or that come
  // after its `keep` newest.
  virtual Status purge_answered_calls(std::string_view caller, Time oldest, std::size_t keep,
                                      std::size_t limit) = 0;
  // In place of all that there are of the issuer.
  virtual Status put_crls(ByteView issuer, const std::vector<StoredCrl>& crls) = 0;
};

enum class Durability : std::uint8_t {
  kPower,    // survives a power failure: everything that an answer promises
  kProcess,  // survives the end of this process: sessions that promise nothing yet
};

// Safe to use from several threads.
class Store {
 public:
  virtual ~Store() = default;
  // A consistent view while `body` runs. The fault of `body` is passed on.
  virtual Status read(const std::function<Status(StoreReader&)>& body) = 0;
  // All changes of `body`, or none: none when it returns a fault. On return they are durable. `body` runs
  // alone, on any thread, exactly once; it must be short and must not use the store otherwise.
  virtual Status write(const std::function<Status(StoreTransaction&)>& body, Durability durability) = 0;
  Status write(const std::function<Status(StoreTransaction&)>& body) {
    return write(body, Durability::kPower);
  }
  // A write that promises nothing yet: done before any later write of this process, and within milliseconds
  // for other processes; lost if the process ends before. What it meets is logged.
  virtual void post(std::function<Status(StoreTransaction&)> body);
};

// Where CRLs come from: SGP.22 v2.6.1 section 4.6.
class CrlSource {
 public:
  virtual ~CrlSource() = default;
  // What `location` (URI or file name) holds, unchecked. Faults: TransportFault, LocalFault.
  virtual Result<Bytes> fetch(const std::string& location) = 0;
};

// ES12, SGP.22 v2.6.1 section 5.9. Faults: TransportFault (SM-DS not reached), FunctionStatus (it refused).
class SmdsPort {
 public:
  virtual ~SmdsPort() = default;
  virtual Status register_event(const std::string& smds_address, const Eid& eid,
                                const std::string& rsp_server_address, const std::string& event_id) = 0;
  virtual Status delete_event(const std::string& smds_address, const Eid& eid,
                              const std::string& event_id) = 0;
};

}  // namespace eider::smdpp
