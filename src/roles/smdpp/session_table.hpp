// The sessions that this process works on, so that a call need not read them back from the store. The store
// decides: whatever is written on the strength of an entry is written only if the stored version is still the
// entry's.
#pragma once
#include <mutex>
#include <unordered_map>
#include <vector>

#include "roles/smdpp/session.hpp"

namespace eider::smdpp {

class SessionTable {
 public:
  SessionTable(std::size_t sessions_per_peer, std::size_t sessions_per_eid, std::size_t capacity = 16384)
      : per_peer_(sessions_per_peer), per_eid_(sessions_per_eid), capacity_(capacity) {}

  // Counts the session against its peer; false when the peer has as many live sessions as it may have.
  bool admit(const Session& session, Time now);
  // Counts the session against its eUICC; what has to end to make room for it, the oldest first.
  std::vector<TransactionId> admit(const Session& session, const Eid& eid, Time now);
  std::optional<Session> find(const TransactionId& id) const;
  void keep(Session session);
  // It has changed elsewhere, or what is known of it is in doubt.
  void forget(const TransactionId& id);
  // It is over, and no longer counted.
  void end(const TransactionId& id);
  // Those that are counted against a peer.
  std::size_t live(Time now) const;

 private:
  struct Live {
    TransactionId id;
    Time expires_at;
  };
  using Counted = std::unordered_map<std::string, std::vector<Live>>;
  struct CountedBy {  // keys in peers_ and cards_; empty: not counted there
    std::string peer, card;
  };
  void sweep(Time now);
  // Takes those that have expired out of the count.
  void expire(Counted& counted, const std::string& key, Time now);
  static void release(Counted& counted, const std::string& key, const TransactionId& id);
  void end_counted(const TransactionId& id);

  mutable std::mutex mutex_;
  std::size_t per_peer_, per_eid_, capacity_;
  std::unordered_map<std::string, Session> sessions_;
  Counted peers_, cards_;
  std::unordered_map<std::string, CountedBy> counted_by_;  // by TransactionId
  std::size_t admitted_ = 0;                               // since expired ones were last looked for
};

}  // namespace eider::smdpp
