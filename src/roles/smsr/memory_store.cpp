#include "roles/smsr/memory_store.hpp"

#include <map>
#include <mutex>
#include <set>

namespace eider::smsr {

struct MemoryStore::Data {
  std::mutex mutex;
  bool dead = false;
  std::uint64_t commits = 0, fail_in = 0;
  Fail how = Fail::kBefore;

  std::map<Eid, Euicc> euiccs;
  std::map<Eid, EisDocument> documents;
  std::map<std::pair<Eid, Iccid>, Profile> profiles;
  std::map<Iccid, Eid> by_iccid;
  std::set<std::pair<std::string, Eid>> by_address;               // last seen
  std::set<std::tuple<std::string, Eid, Iccid>> by_subscription;  // MSISDN of a Profile
  std::map<std::pair<Eid, std::uint8_t>, CardKeys> keys;
  std::map<OperationId, Operation> operations;
  std::set<std::pair<Eid, OperationId>> operations_by_eid;
  std::set<std::pair<Time, OperationId>> due;
  OperationId next_operation = 1;
  std::map<std::pair<EntityId, std::string>, AnsweredCall> answered;
  std::set<std::tuple<Time, EntityId, std::string>> answered_order;
  std::map<std::pair<Eid, std::uint64_t>, sgp02::AuditTrailRecord> audit;
  std::uint64_t next_audit = 1;
  std::map<std::tuple<EntityId, EntityId, std::string>, Plma> plmas;
  std::map<std::pair<EntityId, std::string>, Onc> oncs;
  std::map<Eid, ExpectedHandover> expected;
  std::map<std::uint64_t, OutboxEntry> outbox;
  std::map<std::string, std::uint64_t> outbox_by_message;
  std::uint64_t next_outbox = 1;
};

class MemoryStore::View final : public StoreTransaction {
 public:
  explicit View(Data& data) : d_(data) {}
  void roll_back() {
    for (auto it = undo_.rbegin(); it != undo_.rend(); ++it) (*it)();
    undo_.clear();
  }
  bool changed() const { return !undo_.empty(); }

  // ---- reading
  Result<std::optional<Euicc>> euicc(const Eid& eid) override { return get(d_.euiccs, eid); }
  Result<std::uint64_t> count_euiccs() override { return d_.euiccs.size(); }
  Result<std::vector<Eid>> euiccs(const std::optional<Eid>& after, std::size_t limit) override {
    std::vector<Eid> out;
    for (auto it = after ? d_.euiccs.upper_bound(*after) : d_.euiccs.begin();
         it != d_.euiccs.end() && out.size() < limit; ++it)
      out.push_back(it->first);
    return out;
  }
  Result<std::optional<EisDocument>> document(const Eid& eid) override { return get(d_.documents, eid); }
  Result<std::optional<Profile>> profile(const Eid& eid, const Iccid& iccid) override {
    return get(d_.profiles, {eid, iccid});
  }
  Result<std::vector<Profile>> profiles(const Eid& eid) override {
    std::vector<Profile> out;
    for (auto it = d_.profiles.lower_bound({eid, Iccid{}}); it != d_.profiles.end() && it->first.first == eid;
         ++it)
      out.push_back(it->second);
    std::ranges::sort(out, [](const Profile& a, const Profile& b) { return a.isdp_aid < b.isdp_aid; });
    return out;
  }
  Result<std::optional<Eid>> eid_of_iccid(const Iccid& iccid) override { return get(d_.by_iccid, iccid); }
  Result<std::vector<Eid>> eids_of_msisdn(const std::string& msisdn, std::size_t limit) override {
    std::set<Eid> found;
    for (auto it = d_.by_address.lower_bound({msisdn, Eid{}});
         it != d_.by_address.end() && it->first == msisdn && found.size() < limit; ++it)
      found.insert(it->second);
    for (auto it = d_.by_subscription.lower_bound({msisdn, Eid{}, Iccid{}});
         it != d_.by_subscription.end() && std::get<0>(*it) == msisdn && found.size() < limit; ++it)
      found.insert(std::get<1>(*it));
    return std::vector<Eid>(found.begin(), found.end());
  }
  Result<std::optional<CardKeys>> key_set(const Eid& eid, std::uint8_t version) override {
    return get(d_.keys, {eid, version});
  }
  Result<std::vector<CardKeys>> key_sets(const Eid& eid) override {
    std::vector<CardKeys> out;
    for (auto it = d_.keys.lower_bound({eid, std::uint8_t{0}}); it != d_.keys.end() && it->first.first == eid;
         ++it)
      out.push_back(it->second);
    return out;
  }
  Result<std::optional<Operation>> operation(OperationId id) override { return get(d_.operations, id); }
  Result<std::vector<Operation>> operations(const Eid& eid) override {
    std::vector<Operation> out;
    for (auto it = d_.operations_by_eid.lower_bound({eid, OperationId{0}});
         it != d_.operations_by_eid.end() && it->first == eid; ++it)
      out.push_back(d_.operations.at(it->second));
    return out;
  }
  Result<QueueLengths> queue_lengths() override {
    QueueLengths out{d_.operations.size(), 0, 0};
    for (auto it = d_.operations_by_eid.begin(); it != d_.operations_by_eid.end(); ++out.cards) {
      std::uint64_t n = 0;
      for (const auto& eid = it->first; it != d_.operations_by_eid.end() && it->first == eid; ++it) ++n;
      out.longest = std::max(out.longest, n);
    }
    return out;
  }
  Result<std::vector<OperationId>> due_operations(Time now, std::size_t limit) override {
    std::vector<OperationId> out;
    for (const auto& [at, id] : d_.due) {
      if (at > now || out.size() >= limit) break;
      out.push_back(id);
    }
    return out;
  }
  Result<std::optional<Time>> next_due() override {
    std::optional<Time> out;
    if (!d_.due.empty()) out = d_.due.begin()->first;
    // An entry behind another one of its key waits for that.
    std::set<std::string> seen;
    for (const auto& [id, e] : d_.outbox)
      if (seen.insert(e.key).second && (!out || e.not_before < *out)) out = e.not_before;
    return out;
  }
  Result<std::optional<AnsweredCall>> answered_call(const EntityId& caller, const std::string& id) override {
    return get(d_.answered, {caller, id});
  }
  Result<std::vector<sgp02::AuditTrailRecord>> audit_trail(const Eid& eid) override {
    std::vector<sgp02::AuditTrailRecord> out;
    for (auto it = d_.audit.lower_bound({eid, 0}); it != d_.audit.end() && it->first.first == eid; ++it)
      out.push_back(it->second);
    return out;
  }
  Result<std::vector<Plma>> plmas(const std::optional<EntityId>& owner,
                                  const std::optional<EntityId>& authorised,
                                  const std::optional<std::string>& type) override {
    std::vector<Plma> out;
    for (const auto& [key, p] : d_.plmas)
      if ((!owner || p.mnoId == *owner) && (!authorised || p.m2mSpId == *authorised) &&
          (!type || p.profileType == *type))
        out.push_back(p);
    return out;
  }
  Result<std::vector<Onc>> oncs(const EntityId& owner, const std::optional<std::string>& type) override {
    std::vector<Onc> out;
    for (const auto& [key, o] : d_.oncs)
      if (o.mnoId == owner && (!type || o.profileType == *type)) out.push_back(o);
    return out;
  }
  Result<std::optional<ExpectedHandover>> expected_handover(const Eid& eid) override {
    return get(d_.expected, eid);
  }
  Result<std::vector<OutboxEntry>> due_outbox(Time now, std::size_t limit) override {
    std::vector<OutboxEntry> out;
    std::set<std::string> seen;
    for (const auto& [id, e] : d_.outbox)
      if (out.size() < limit && seen.insert(e.key).second && e.not_before <= now) out.push_back(e);
    return out;
  }
  Result<std::optional<OutboxEntry>> outbox_by_message_id(const std::string& message_id) override {
    const auto it = d_.outbox_by_message.find(message_id);
    if (it == d_.outbox_by_message.end()) return std::optional<OutboxEntry>{};
    return get(d_.outbox, it->second);
  }
  Result<std::uint64_t> outbox_size() override { return d_.outbox.size(); }

  // ---- writing
  Status put_euicc(const Euicc& e) override {
    if (const auto it = d_.euiccs.find(e.eid); it != d_.euiccs.end())
      drop(d_.by_address, {it->second.address, e.eid});
    if (!e.address.empty()) keep(d_.by_address, {e.address, e.eid});
    return set(d_.euiccs, e.eid, e);
  }
  Status remove_euicc(const Eid& eid) override {
    if (const auto it = d_.euiccs.find(eid); it != d_.euiccs.end())
      drop(d_.by_address, {it->second.address, eid});
    EIDER_TRY(all, profiles(eid));
    for (const auto& p : all) EIDER_CHECK(remove_profile(eid, p.iccid));
    EIDER_TRY(sets, key_sets(eid));
    for (const auto& k : sets) EIDER_CHECK(remove_key_set(eid, k.version));
    std::vector<std::pair<Eid, std::uint64_t>> records;
    for (auto it = d_.audit.lower_bound({eid, 0}); it != d_.audit.end() && it->first.first == eid; ++it)
      records.push_back(it->first);
    for (const auto& r : records) erase(d_.audit, r);
    erase(d_.documents, eid);
    return erase(d_.euiccs, eid);
  }
  Status put_document(const EisDocument& document) override {
    return set(d_.documents, document.eid, document);
  }
  Status put_profile(const Profile& p) override {
    EIDER_CHECK(remove_profile(p.eid, p.iccid));
    if (!p.msisdn.empty()) keep(d_.by_subscription, {p.msisdn, p.eid, p.iccid});
    set(d_.by_iccid, p.iccid, p.eid);
    return set(d_.profiles, {p.eid, p.iccid}, p);
  }
  Status remove_profile(const Eid& eid, const Iccid& iccid) override {
    const auto it = d_.profiles.find({eid, iccid});
    if (it == d_.profiles.end()) return {};
    drop(d_.by_subscription, {it->second.msisdn, eid, iccid});
    erase(d_.by_iccid, iccid);
    return erase(d_.profiles, {eid, iccid});
  }
  Status put_key_set(const CardKeys& keys) override { return set(d_.keys, {keys.eid, keys.version}, keys); }
  Status remove_key_set(const Eid& eid, std::uint8_t version) override {
    return erase(d_.keys, {eid, version});
  }
  Status add_operation(Operation& operation) override {
    operation.id = d_.next_operation++;
    return put_operation(operation);
  }
  Status put_operation(const Operation& operation) override {
    EIDER_CHECK(remove_operation(operation.id));
    keep(d_.operations_by_eid, {operation.eid, operation.id});
    keep(d_.due, {operation.next_at, operation.id});
    return set(d_.operations, operation.id, operation);
  }
  Status remove_operation(OperationId id) override {
    const auto it = d_.operations.find(id);
    if (it == d_.operations.end()) return {};
    drop(d_.operations_by_eid, {it->second.eid, id});
    drop(d_.due, {it->second.next_at, id});
    return erase(d_.operations, id);
  }
  Status put_answered_call(const AnsweredCall& call) override {
    const std::pair key{call.call.caller, call.call.call_identifier};
    if (const auto it = d_.answered.find(key); it != d_.answered.end())
      drop(d_.answered_order, {it->second.call.received_at, key.first, key.second});
    keep(d_.answered_order, {call.call.received_at, key.first, key.second});
    return set(d_.answered, key, call);
  }
  Status purge_answered_calls(Time oldest, std::size_t limit) override {
    std::vector<std::tuple<Time, EntityId, std::string>> gone;
    for (const auto& entry : d_.answered_order) {
      if (std::get<0>(entry) >= oldest || gone.size() >= limit) break;
      gone.push_back(entry);
    }
    for (const auto& entry : gone) {
      erase(d_.answered, {std::get<1>(entry), std::get<2>(entry)});
      drop(d_.answered_order, entry);
    }
    return {};
  }
  Status add_audit_record(const sgp02::AuditTrailRecord& record) override {
    return set(d_.audit, {record.eid, d_.next_audit++}, record);
  }
  Status put_plma(const Plma& p) override {
    const std::tuple key{p.mnoId, p.m2mSpId, p.profileType.value_or("")};
    if (p.authorisedOperations.empty() && p.authorisedNotifications.empty()) return erase(d_.plmas, key);
    return set(d_.plmas, key, p);
  }
  Status put_onc(const Onc& o) override {
    const std::pair key{o.mnoId, o.profileType.value_or("")};
    if (o.discardedNotifications.empty()) return erase(d_.oncs, key);
    return set(d_.oncs, key, o);
  }
  Status put_expected_handover(const ExpectedHandover& e) override { return set(d_.expected, e.eid, e); }
  Status remove_expected_handover(const Eid& eid) override { return erase(d_.expected, eid); }
  Status add_outbox(OutboxEntry& entry) override {
    entry.id = d_.next_outbox++;
    return put_outbox(entry);
  }
  Status put_outbox(const OutboxEntry& entry) override {
    EIDER_CHECK(remove_outbox(entry.id));
    if (!entry.message_id.empty()) set(d_.outbox_by_message, entry.message_id, entry.id);
    return set(d_.outbox, entry.id, entry);
  }
  Status remove_outbox(std::uint64_t id) override {
    const auto it = d_.outbox.find(id);
    if (it == d_.outbox.end()) return {};
    if (!it->second.message_id.empty()) erase(d_.outbox_by_message, it->second.message_id);
    return erase(d_.outbox, id);
  }

 private:
  template <class M>
  static Result<std::optional<typename M::mapped_type>> get(const M& map, const typename M::key_type& key) {
    const auto it = map.find(key);
    if (it == map.end()) return std::optional<typename M::mapped_type>{};
    return std::optional<typename M::mapped_type>(it->second);
  }
  template <class M>
  Status set(M& map, typename M::key_type key, const typename M::mapped_type& value) {
    remember(map, key);
    map.insert_or_assign(key, value);
    return {};
  }
  template <class M>
  Status erase(M& map, typename M::key_type key) {
    remember(map, key);
    map.erase(key);
    return {};
  }
  template <class M>
  void remember(M& map, const typename M::key_type& key) {
    const auto it = map.find(key);
    if (it == map.end())
      undo_.push_back([&map, key] { map.erase(key); });
    else
      undo_.push_back([&map, key, old = it->second] { map.insert_or_assign(key, old); });
  }
  template <class S>
  void keep(S& index, typename S::key_type key) {
    if (index.insert(key).second) undo_.push_back([&index, key] { index.erase(key); });
  }
  template <class S>
  void drop(S& index, typename S::key_type key) {
    if (index.erase(key) != 0) undo_.push_back([&index, key] { index.insert(key); });
  }

  Data& d_;
  std::vector<std::function<void()>> undo_;
};

MemoryStore::MemoryStore() : data_(std::make_unique<Data>()) {}
MemoryStore::~MemoryStore() = default;

Status MemoryStore::read(const std::function<Status(StoreReader&)>& body) {
  const std::lock_guard lock(data_->mutex);
  if (data_->dead) return fail_local("the store was stopped", "restart it");
  View view(*data_);
  return body(view);
}

Status MemoryStore::write(const std::function<Status(StoreTransaction&)>& body) {
  const std::lock_guard lock(data_->mutex);
  if (data_->dead) return fail_local("the store was stopped", "restart it");
  View view(*data_);
  if (auto s = body(view); !s) {
    view.roll_back();
    return s;
  }
  if (!view.changed()) return {};
  ++data_->commits;
  if (data_->fail_in == 0 || --data_->fail_in != 0) return {};
  const auto how = data_->how;
  if (how == Fail::kBefore || how == Fail::kKillBefore) view.roll_back();
  data_->dead = how == Fail::kKillBefore || how == Fail::kKillAfter;
  return fail_local("a fault was injected into the store");
}

void MemoryStore::fail_commit(std::uint64_t n, Fail how) {
  const std::lock_guard lock(data_->mutex);
  data_->fail_in = n;
  data_->how = how;
}
void MemoryStore::restart() {
  const std::lock_guard lock(data_->mutex);
  data_->dead = false;
  data_->fail_in = 0;
}
bool MemoryStore::stopped() const {
  const std::lock_guard lock(data_->mutex);
  return data_->dead;
}
std::uint64_t MemoryStore::commits() const {
  const std::lock_guard lock(data_->mutex);
  return data_->commits;
}

}  // namespace eider::smsr
