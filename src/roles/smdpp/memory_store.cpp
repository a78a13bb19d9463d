#include "roles/smdpp/memory_store.hpp"

#include "base/log.hpp"

namespace eider::smdpp {
namespace {

std::string key_of(ByteView bytes) {
  return std::string(as_text(bytes));
}
tl::unexpected<Fault> stopped() {
  return fail_local("the store was stopped", "restart it");
}

// Position of an order among those of one EID: oldest first.
using OrderPosition = std::tuple<std::string, Time, std::string>;

}  // namespace

void Store::post(std::function<Status(StoreTransaction&)> body) {
  if (auto done = write(body, Durability::kProcess); !done) log::warn("store", done.error().message());
}

struct MemoryStore::Data {
  std::mutex mutex;
  bool dead = false;
  std::uint64_t commits = 0, fail_in = 0;
  Fail how = Fail::kBefore;

  std::map<std::string, Profile, std::less<>> profiles;
  std::map<std::string, std::string, std::less<>> by_matching_id;
  std::set<OrderPosition> by_eid;
  std::set<std::pair<std::string, std::string>> available;  // type, ICCID
  std::map<std::string, Bytes> packages;
  std::map<std::string, Template, std::less<>> templates;
  std::map<std::string, ProfileType, std::less<>> types;
  std::map<std::string, Operator, std::less<>> operators;
  std::map<std::string, Session> sessions;
  std::map<std::string, KeptBpp> kept;
  std::map<std::string, Delivery> deliveries;
  std::map<std::string, std::int64_t> last_notifications;
  std::map<std::uint64_t, OutboxEntry> outbox;
  std::uint64_t next_outbox = 1;
  std::map<std::string, std::vector<StoredCrl>> crls;  // by issuer
  std::map<std::string, AnsweredCall> answered;
  std::map<std::pair<std::string, std::uint64_t>, std::string> answered_order;  // operator, position: key
  std::vector<std::unique_ptr<View>> unsynced;  // trailing commits that only outlive the process
};

class MemoryStore::View final : public StoreTransaction {
 public:
  explicit View(Data& data) : d_(data) {}

  void roll_back() {
    for (auto it = undo_.rbegin(); it != undo_.rend(); ++it) (*it)();
    undo_.clear();
  }
  bool changed() const { return !undo_.empty(); }

  Result<std::optional<Profile>> profile(const Iccid& iccid) override {
    return get(d_.profiles, key_of(iccid));
  }
  Result<std::optional<Profile>> profile_by_matching_id(std::string_view matching_id) override {
    const auto it = d_.by_matching_id.find(matching_id);
    if (it == d_.by_matching_id.end()) return std::optional<Profile>{};
    return get(d_.profiles, it->second);
  }
  Result<std::vector<Profile>> profiles_by_eid(const Eid& eid, std::size_t limit) override {
    std::vector<Profile> out;
    const auto key = key_of(eid);
    for (auto it = d_.by_eid.lower_bound({key, Time::min(), ""});
         it != d_.by_eid.end() && std::get<0>(*it) == key && out.size() < limit; ++it)
      out.push_back(d_.profiles.at(std::get<2>(*it)));
    return out;
  }
  Result<std::optional<Profile>> available_of_type(std::string_view type) override {
    const auto it = d_.available.lower_bound({std::string(type), ""});
    if (it == d_.available.end() || it->first != type) return std::optional<Profile>{};
    return get(d_.profiles, it->second);
  }
  Result<std::vector<Profile>> profiles(const ProfileFilter& f) override {
    std::vector<Profile> out;
    auto it = f.after ? d_.profiles.upper_bound(key_of(*f.after)) : d_.profiles.begin();
    for (; it != d_.profiles.end() && out.size() < f.limit; ++it)
      if (matches(it->second, f)) out.push_back(it->second);
    return out;
  }
  Result<std::uint64_t> count_profiles(const ProfileFilter& f) override {
    std::uint64_t n = 0;
    for (const auto& [key, p] : d_.profiles) n += matches(p, f);
    return n;
  }
  Result<std::optional<Bytes>> package(const Iccid& iccid) override {
    return get(d_.packages, key_of(iccid));
  }
  Result<std::optional<Template>> profile_template(std::string_view name) override {
    return get(d_.templates, std::string(name));
  }
  Result<std::vector<std::string>> template_names() override {
    std::vector<std::string> out;
    for (const auto& [name, value] : d_.templates) out.push_back(name);
    return out;
  }
  Result<std::optional<ProfileType>> profile_type(std::string_view name) override {
    return get(d_.types, std::string(name));
  }
  Result<std::vector<ProfileType>> profile_types() override { return values(d_.types); }
  Result<std::optional<Operator>> find_operator(std::string_view id) override {
    return get(d_.operators, std::string(id));
  }
  Result<std::optional<Operator>> operator_by_certificate(const Digest& fingerprint) override {
    for (const auto& [id, o] : d_.operators)
      for (const auto& c : o.certificates)
        if (c == fingerprint) return std::optional(o);
    return std::optional<Operator>{};
  }
  Result<std::vector<Operator>> operators() override { return values(d_.operators); }
  Result<std::optional<Session>> session(const TransactionId& id) override {
    return get(d_.sessions, key_of(id));
  }
  Result<std::optional<std::uint64_t>> profile_version(const Iccid& iccid) override {
    return version(d_.profiles, key_of(iccid));
  }
  Result<std::optional<std::uint64_t>> session_version(const TransactionId& id) override {
    return version(d_.sessions, key_of(id));
  }
  Result<std::optional<KeptBpp>> kept_bpp(const Iccid& iccid) override { return get(d_.kept, key_of(iccid)); }
  Result<std::optional<Delivery>> delivery(const TransactionId& id) override {
    return get(d_.deliveries, key_of(id));
  }
  Result<std::optional<std::int64_t>> last_notification(const Eid& eid, const Iccid& iccid) override {
    return get(d_.last_notifications, key_of(eid) + key_of(iccid));
  }
  Result<std::vector<OutboxEntry>> due_outbox(Time now, std::size_t limit) override {
    std::vector<OutboxEntry> out;
    std::set<std::string> seen;
    for (const auto& [id, e] : d_.outbox)
      if (out.size() < limit && seen.insert(e.key).second && e.not_before <= now) out.push_back(e);
    return out;
  }
  Result<std::uint64_t> outbox_size() override { return d_.outbox.size(); }
  Result<std::optional<AnsweredCall>> answered_call(const Digest& key) override {
    return get(d_.answered, key_of(key));
  }

  Result<std::vector<StoredCrl>> crls() override {
    std::vector<StoredCrl> out;
    for (const auto& [issuer, list] : d_.crls) out.insert(out.end(), list.begin(), list.end());
    return out;
  }

  Status put_profile(Profile& p) override {
    ++p.version;
    const auto key = key_of(p.iccid);
    if (const auto it = d_.profiles.find(key); it != d_.profiles.end()) index(it->second, false);
    set(d_.profiles, key, p);
    index(p, true);
    return {};
  }
  Status remove_profile(const Iccid& iccid) override {
    const auto key = key_of(iccid);
    if (const auto it = d_.profiles.find(key); it != d_.profiles.end()) index(it->second, false);
    erase(d_.profiles, key);
    erase(d_.packages, key);
    erase(d_.kept, key);
    return {};
  }
  Status put_package(const Iccid& iccid, ByteView package) override {
    return set(d_.packages, key_of(iccid), to_bytes(package));
  }
  Status put_template(const Template& value) override { return set(d_.templates, value.name, value); }
  Status put_profile_type(const ProfileType& type) override { return set(d_.types, type.name, type); }
  Status put_operator(const Operator& value) override { return set(d_.operators, value.id, value); }
  Status put_session(Session& session) override {
    ++session.version;
    auto stored = session;
    stored.peer.clear();  // as any store: see Session
    return set(d_.sessions, key_of(session.transaction_id), stored);
  }
  Status put_kept_bpp(const KeptBpp& kept) override { return set(d_.kept, key_of(kept.iccid), kept); }
  Status remove_kept_bpp(const Iccid& iccid) override { return erase(d_.kept, key_of(iccid)); }
  Status put_delivery(const Delivery& delivery) override {
    return set(d_.deliveries, key_of(delivery.transaction_id), delivery);
  }
  Status put_last_notification(const Eid& eid, const Iccid& iccid, std::int64_t n) override {
    return set(d_.last_notifications, key_of(eid) + key_of(iccid), n);
  }
  Status add_outbox(OutboxEntry& entry) override {
    entry.id = d_.next_outbox++;
    return set(d_.outbox, entry.id, entry);
  }
  Status put_outbox(const OutboxEntry& entry) override { return set(d_.outbox, entry.id, entry); }
  Status remove_outbox(std::uint64_t id) override { return erase(d_.outbox, id); }
  Status purge_sessions(Time now, std::size_t limit) override {
    std::vector<std::string> gone;
    for (const auto& [id, s] : d_.sessions) {
      if (limit-- == 0) break;
      if (s.expires_at < now) gone.push_back(id);
    }
    for (const auto& id : gone) erase(d_.sessions, id);
    return {};
  }
  Status put_crls(ByteView issuer, const std::vector<StoredCrl>& crls) override {
    return set(d_.crls, key_of(issuer), crls);
  }
  Status put_answered_call(const AnsweredCall& call) override {
    const auto key = key_of(call.key);
    std::uint64_t next = 1;
    for (auto it = d_.answered_order.lower_bound({call.caller, 0});
         it != d_.answered_order.end() && it->first.first == call.caller;) {
      next = it->first.second + 1;
      const auto position = it++->first;
      if (d_.answered_order.at(position) == key) erase(d_.answered_order, position);
    }
    set(d_.answered_order, {call.caller, next}, key);
    return set(d_.answered, key, call);
  }
  Status purge_answered_calls(std::string_view caller, Time oldest, std::size_t keep,
                              std::size_t limit) override {
    std::vector<std::pair<std::pair<std::string, std::uint64_t>, std::string>> own;
    for (auto it = d_.answered_order.lower_bound({std::string(caller), 0});
         it != d_.answered_order.end() && it->first.first == caller; ++it)
      own.push_back(*it);
    for (std::size_t i = 0; i < std::min(limit, own.size()); ++i) {
      const auto& [position, key] = own[i];
      if (own.size() - i <= keep && d_.answered.at(key).answered_at >= oldest) continue;
      erase(d_.answered_order, position);
      erase(d_.answered, key);
    }
    return {};
  }

 private:
  template <class M>
  static Result<std::optional<typename M::mapped_type>> get(const M& map, const typename M::key_type& key) {
    const auto it = map.find(key);
    if (it == map.end()) return std::optional<typename M::mapped_type>{};
    return std::optional<typename M::mapped_type>(it->second);
  }
  template <class M>
  static std::optional<std::uint64_t> version(const M& map, const typename M::key_type& key) {
    const auto it = map.find(key);
    return it == map.end() ? std::nullopt : std::optional(it->second.version);
  }
  template <class M>
  static std::vector<typename M::mapped_type> values(const M& map) {
    std::vector<typename M::mapped_type> out;
    for (const auto& [key, value] : map) out.push_back(value);
    return out;
  }
  template <class M>
  Status set(M& map, const typename M::key_type& key, const typename M::mapped_type& value) {
    remember(map, key);
    map.insert_or_assign(key, value);
    return {};
  }
  template <class M>
  Status erase(M& map, const typename M::key_type& key) {
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
  // Adds the profile to the indexes, or takes it out.
  void index(const Profile& p, bool add) {
    undo_.push_back([this, p, add] { apply_index(p, !add); });
    apply_index(p, add);
  }
  void apply_index(const Profile& p, bool add) {
    const auto key = key_of(p.iccid);
    const auto change = [add](auto& index, const auto& entry) {
      add ? (void)index.insert(entry) : (void)index.erase(entry);
    };
    if (p.state == ProfileState::kAvailable) change(d_.available, std::pair(p.type, key));
    if (!p.order) return;
    if (p.order->eid) change(d_.by_eid, OrderPosition(key_of(*p.order->eid), p.order->ordered_at, key));
    if (!p.order->matching_id || p.order->matching_id->empty()) return;
    if (add)
      d_.by_matching_id.insert_or_assign(*p.order->matching_id, key);
    else
      d_.by_matching_id.erase(*p.order->matching_id);
  }
  static bool matches(const Profile& p, const ProfileFilter& f) {
    return (!f.owner || p.owner == *f.owner) && (!f.type || p.type == *f.type) &&
           (!f.state || p.state == *f.state) && (!f.eid || (p.order && p.order->eid == *f.eid)) &&
           (!f.with_order || p.order);
  }

  Data& d_;
  std::vector<std::function<void()>> undo_;
};

MemoryStore::MemoryStore() : data_(std::make_unique<Data>()) {}
MemoryStore::~MemoryStore() = default;

Status MemoryStore::read(const std::function<Status(StoreReader&)>& body) {
  const std::lock_guard lock(data_->mutex);
  if (data_->dead) return stopped();
  View view(*data_);
  return body(view);
}

Status MemoryStore::write(const std::function<Status(StoreTransaction&)>& body, Durability durability) {
  const std::lock_guard lock(data_->mutex);
  if (data_->dead) return stopped();
  auto view = std::make_unique<View>(*data_);
  if (auto s = body(*view); !s) {
    view->roll_back();
    return s;
  }
  if (!view->changed()) return {};
  ++data_->commits;
  const bool fails = data_->fail_in != 0 && --data_->fail_in == 0;
  const auto how = data_->how;
  if (fails && (how == Fail::kBefore || how == Fail::kKillBefore)) view->roll_back();
  // A commit that survives a power failure takes those before it along.
  if (durability == Durability::kPower && view->changed()) data_->unsynced.clear();
  if (durability == Durability::kProcess) data_->unsynced.push_back(std::move(view));
  if (!fails) return {};
  data_->dead = how == Fail::kKillBefore || how == Fail::kKillAfter;
  return fail_local("a fault was injected into the store", "");
}

void MemoryStore::fail_commit(std::uint64_t n, Fail how) {
  const std::lock_guard lock(data_->mutex);
  data_->fail_in = n;
  data_->how = how;
}

void MemoryStore::lose_power() {
  const std::lock_guard lock(data_->mutex);
  for (auto it = data_->unsynced.rbegin(); it != data_->unsynced.rend(); ++it) (*it)->roll_back();
  data_->unsynced.clear();
  data_->dead = true;
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

}  // namespace eider::smdpp
