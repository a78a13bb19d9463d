// Power losses at and within every durable write of an operation, and again while the card recovers; and what
// must hold of its memory afterwards, whatever was torn.
#pragma once
#include <functional>
#include <set>

#include "support/uicc_profile.hpp"

namespace eider::test {

// One way in which a write can be cut: before, within (so many octets of the card file's record got there,
// with or without the file's new length), after.
struct Tear {
  std::string name;
  bool effective = false;  // the batch is there afterwards
  std::function<void(card::MemoryNvm&, std::size_t write)> arm;
};
const std::vector<Tear>& tears();

// Every value of a card's memory in words; of notifications what is not signed at random.
std::string memory_words(const card::MemoryNvm& nvm);

// What no tear may change, of a memory in comparison to the one that the operation began with; the first
// thing that is wrong, in words, or nothing:
//   one ISD-R, one ECASD, at most one enabled Profile (card::check_laws);
//   nothing that belongs to no Profile, nothing half loaded, free memory what the Profiles leave;
//   all other Profiles but those named octet by octet as they were, except for their state;
//   no try of a PIN or PUK back, no sequence number of AKA and no counter of OTA lower.
struct MemoryLaws {
  std::set<std::uint16_t> touched;  // instances that the operation is about
  bool tries_come_back = false;     // by the right value: where the operation ended
  std::string broken(const card::MemoryNvm& before, const card::MemoryNvm& after) const;
};

struct TornOperation {
  std::string name;
  std::function<void(Sim&)> prepare, run;
  std::set<std::uint16_t> touched;
  std::size_t writes = 0;   // that it makes
  std::size_t between = 0;  // states that are neither the one before nor the one after
  // The one before, but for an installation result that says so.
  bool interruptible = false;
};
// All tears at all writes of the operation, each followed by all tears at all writes of the recovery. What
// went wrong, in words.
std::vector<std::string> tear_everywhere(const TornOperation& operation,
                                         const card::MemoryNvm& base = sim_memory());

}  // namespace eider::test
