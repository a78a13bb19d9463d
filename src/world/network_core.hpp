// What stands behind the radio in a world: for each subscription an authentication centre, the Operator's
// server for messages over the air, and what its user knows of its PIN.
#pragma once
#include "roles/auc/auc.hpp"
#include "roles/operator/ota.hpp"
#include "world/foundry.hpp"

namespace eider::world {

struct OtaSent {
  channel::scp80::CommandPacket packet;
  Bytes content;  // that it writes to EF.LOCI; empty: it does something else
};

struct Subscriber {
  const Subscription& subscription;
  std::string name;  // ICCID in digits
  auc::AuthenticationCentre auc;
  std::vector<auc::Vector> vectors;  // that were used
  std::vector<OtaSent> messages;
  std::vector<std::string> pins;  // PIN1 as the user remembers it, the likeliest first
};

class NetworkCore {
 public:
  NetworkCore(const Foundry& foundry, std::uint64_t seed);
  // The subscription of an EF.ICCID; null when nobody sold it.
  Subscriber* find(ByteView iccid);
  mno::MemoryOtaCounters& counters() { return counters_; }
  // The authentication centre is restored from an old copy: it counts from the beginning.
  void restore(Subscriber& subscriber);

 private:
  SeededRandom random_;
  mno::MemoryOtaCounters counters_;
  std::map<Bytes, Subscriber> subscribers_;
};

}  // namespace eider::world
