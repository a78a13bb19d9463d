#include "roles/smdp/memory_store.hpp"

#include <map>
#include <mutex>

namespace eider::smdp {
namespace {
using CallKey = std::pair<std::string, std::string>;

std::string key_of(ByteView octets) {
  return std::string(as_text(octets));
}
CallKey key_of(const EntityId& caller, const std::string& call) {
  return {caller.dotted(), call};
}
// All that there is: a transaction works on a copy, which replaces it. Small stores only.
struct Tables {
  std::map<std::string, Operator> operators;
  std::map<std::string, SmSr> smsrs;
  std::map<std::string, TypePolicy> types;
  std::map<std::string, Profile> profiles;
  std::map<std::string, IsdpKeys> keys;
  std::map<ProcedureId, Procedure> procedures;
  std::map<CallKey, AnsweredCall> answered;
  std::map<std::uint64_t, OutboxEntry> outbox;
  ProcedureId next_procedure = 1;
  std::uint64_t next_outbox = 1;
};
template <class M>
std::optional<typename M::mapped_type> get(const M& map, const typename M::key_type& key) {
  const auto it = map.find(key);
  return it == map.end() ? std::nullopt : std::optional(it->second);
}
std::optional<Time> due_at(const Procedure& p) {
  return p.waiting ? std::optional(p.waiting->deadline) : p.resume_at;
}
}  // namespace

struct MemoryStore::Data {
  mutable std::mutex mutex;
  bool dead = false;
  std::uint64_t commits = 0, fail_in = 0;
  Fail how = Fail::kKillBefore;
  Tables tables;
};

class MemoryStore::View final : public StoreTransaction {
 public:
  explicit View(Tables& tables) : t_(tables) {}

  Result<std::optional<Operator>> find_operator(const EntityId& id) override {
    return get(t_.operators, id.dotted());
  }
  Result<std::optional<SmSr>> smsr(const EntityId& id) override { return get(t_.smsrs, id.dotted()); }
  Result<std::optional<TypePolicy>> type_policy(const std::string& type) override {
    return get(t_.types, type);
  }
  Result<std::optional<Profile>> profile(const Iccid& iccid) override {
    return get(t_.profiles, key_of(iccid));
  }
  Result<std::vector<Profile>> profiles(const Eid& eid) override {
    std::vector<Profile> out;
    for (const auto& [key, p] : t_.profiles)
      if (p.eid == eid) out.push_back(p);
    return out;
  }
  Result<std::optional<IsdpKeys>> keys(const Iccid& iccid) override { return get(t_.keys, key_of(iccid)); }
  Result<std::optional<Procedure>> procedure(ProcedureId id) override { return get(t_.procedures, id); }
  Result<std::optional<Procedure>> procedure_by_call(const EntityId& caller,
                                                     const std::string& call) override {
    return find([&](const Procedure& p) { return p.caller == caller && p.call_identifier == call; });
  }
  Result<std::optional<Procedure>> procedure_by_message(const std::string& id) override {
    return find([&](const Procedure& p) { return p.waiting && p.waiting->message_id == id; });
  }
  Result<std::vector<Procedure>> procedures(const Eid& eid) override {
    std::vector<Procedure> out;
    for (const auto& [id, p] : t_.procedures)
      if (p.eid == eid) out.push_back(p);
    return out;
  }
  Result<std::vector<ProcedureId>> procedures_in(Step step) override {
    std::vector<ProcedureId> out;
    for (const auto& [id, p] : t_.procedures)
      if (p.step == step) out.push_back(id);
    return out;
  }
  Result<std::uint64_t> count_in(Step step) override {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(t_.procedures, [&](const auto& entry) { return entry.second.step == step; }));
  }
  Result<std::vector<ProcedureId>> due_procedures(Time now, std::size_t limit) override {
    std::vector<ProcedureId> out;
    for (const auto& [id, p] : t_.procedures)
      if (const auto at = due_at(p); at && *at <= now && out.size() < limit) out.push_back(id);
    return out;
  }
  Result<std::optional<AnsweredCall>> answered_call(const EntityId& caller,
                                                    const std::string& call) override {
    return get(t_.answered, key_of(caller, call));
  }
  Result<std::vector<OutboxEntry>> due_outbox(Time now, std::size_t limit) override {
    std::vector<OutboxEntry> out;
    for (const auto& [id, e] : t_.outbox)
      if (e.not_before <= now && out.size() < limit) out.push_back(e);
    return out;
  }
  Result<std::uint64_t> outbox_size() override { return t_.outbox.size(); }
  Result<std::optional<Time>> next_due() override {
    std::optional<Time> first;
    const auto take = [&](Time t) { first = first ? std::min(*first, t) : t; };
    for (const auto& [id, e] : t_.outbox) take(e.not_before);
    for (const auto& [id, p] : t_.procedures)
      if (const auto at = due_at(p)) take(*at);
    return first;
  }

  Status put_operator(const Operator& v) override { return set(t_.operators, v.id.dotted(), v); }
  Status put_smsr(const SmSr& v) override { return set(t_.smsrs, v.id.dotted(), v); }
  Status put_type_policy(const TypePolicy& v) override { return set(t_.types, v.type, v); }
  Status put_profile(const Profile& v) override { return set(t_.profiles, key_of(v.iccid), v); }
  Status remove_profile(const Iccid& iccid) override { return erase(t_.profiles, key_of(iccid)); }
  Status put_keys(const IsdpKeys& v) override { return set(t_.keys, key_of(v.iccid), v); }
  Status remove_keys(const Iccid& iccid) override { return erase(t_.keys, key_of(iccid)); }
  Status add_procedure(Procedure& p) override {
    p.id = t_.next_procedure++;
    return set(t_.procedures, p.id, p);
  }
  Status put_procedure(const Procedure& p) override { return set(t_.procedures, p.id, p); }
  Status remove_procedure(ProcedureId id) override { return erase(t_.procedures, id); }
  Status put_answered_call(const AnsweredCall& c) override {
    return set(t_.answered, key_of(c.caller, c.call_identifier), c);
  }
  Status purge_answered_calls(Time oldest, std::size_t limit) override {
    const auto before = t_.answered.size();
    std::size_t removed = 0;
    std::erase_if(t_.answered, [&](const auto& entry) {
      return entry.second.answered_at < oldest && removed < limit && ++removed != 0;
    });
    changed_ = changed_ || t_.answered.size() != before;
    return {};
  }
  Status add_outbox(OutboxEntry& e) override {
    e.id = t_.next_outbox++;
    return set(t_.outbox, e.id, e);
  }
  Status put_outbox(const OutboxEntry& e) override { return set(t_.outbox, e.id, e); }
  Status remove_outbox(std::uint64_t id) override { return erase(t_.outbox, id); }
  Status remove_outbox_of(ProcedureId procedure) override {
    if (std::erase_if(t_.outbox, [&](const auto& e) { return e.second.procedure == procedure; }) != 0)
      changed_ = true;
    return {};
  }

  bool changed() const { return changed_; }

 private:
  template <class F>
  std::optional<Procedure> find(F&& matches) const {
    for (const auto& [id, p] : t_.procedures)
      if (matches(p)) return p;
    return std::nullopt;
  }
  template <class M>
  Status set(M& map, const typename M::key_type& key, const typename M::mapped_type& value) {
    changed_ = true;
    map.insert_or_assign(key, value);
    return {};
  }
  template <class M>
  Status erase(M& map, const typename M::key_type& key) {
    if (map.erase(key) != 0) changed_ = true;
    return {};
  }

  Tables& t_;
  bool changed_ = false;
};

MemoryStore::MemoryStore() : data_(std::make_unique<Data>()) {}
MemoryStore::~MemoryStore() = default;

Status MemoryStore::read(const std::function<Status(StoreReader&)>& body) {
  const std::lock_guard lock(data_->mutex);
  if (data_->dead) return fail_local("the store was stopped", "restart it");
  View view(data_->tables);
  return body(view);
}

Status MemoryStore::write(const std::function<Status(StoreTransaction&)>& body) {
  const std::lock_guard lock(data_->mutex);
  if (data_->dead) return fail_local("the store was stopped", "restart it");
  Tables copy = data_->tables;
  View view(copy);
  EIDER_CHECK(body(view));
  if (!view.changed()) return {};
  ++data_->commits;
  const bool fails = data_->fail_in != 0 && --data_->fail_in == 0;
  if (!fails || data_->how == Fail::kKillAfter) data_->tables = std::move(copy);
  if (!fails) return {};
  data_->dead = true;
  return fail_local("a fault was injected into the store");
}

void MemoryStore::fail_commit(std::uint64_t n, Fail how) {
  const std::lock_guard lock(data_->mutex);
  data_->fail_in = n;
  data_->how = how;
}
bool MemoryStore::stopped() const {
  const std::lock_guard lock(data_->mutex);
  return data_->dead;
}
void MemoryStore::restart() {
  const std::lock_guard lock(data_->mutex);
  data_->dead = false;
  data_->fail_in = 0;
}
std::uint64_t MemoryStore::commits() const {
  const std::lock_guard lock(data_->mutex);
  return data_->commits;
}

}  // namespace eider::smdp
