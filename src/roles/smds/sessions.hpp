// Sessions on ES11 between InitiateAuthentication and AuthenticateClient. They promise nothing and live in
// this process: an LPA whose session is lost begins again.
#pragma once
#include <list>
#include <mutex>
#include <unordered_map>

#include "server/mutual_authentication.hpp"

namespace eider::smds {

struct Session {
  sgp22::TransactionId id;
  server::Challenged state;
  std::string peer;
  Time expires_at{};
};

class Sessions {
 public:
  Sessions(std::size_t in_all, std::size_t per_peer) : in_all_(in_all), per_peer_(per_peer) {}

  // Is there room for one more of that peer?
  bool room_for(const std::string& peer, Time now);
  // False: there is no room any more.
  bool keep(Session session, Time now);
  // Once only: what was taken is gone, whatever comes of it.
  std::optional<Session> take(ByteView id, Time now);
  std::size_t live(Time now);

 private:
  using Order = std::list<Session>;  // oldest first; all live equally long
  bool has_room(const std::string& peer) const;
  void drop(Order::iterator it);
  void expire(Time now);

  std::mutex mutex_;
  std::size_t in_all_, per_peer_;
  Order sessions_;
  std::unordered_map<std::string, Order::iterator> by_id_;
  std::unordered_map<std::string, std::size_t> of_peer_;
};

}  // namespace eider::smds
