// Profiles, and cards that share the state of another, for tests that need many of both.
#pragma once
#include "card/inspect.hpp"
#include "support/mini_smdpp.hpp"

namespace eider::test {

inline const char kIccidA[] = "8988211000000000019", kIccidB[] = "8988211000000000027",
                  kIccidTest[] = "8988211000000000035";

// A profile that installs in its class and asks for every notification.
BppPlan plan_of_class(const char* iccid,
                      sgp22::ProfileClass profile_class = sgp22::ProfileClass::kOperational);

// A powered card on a copy of a memory.
struct CardCopy {
  SeededRandom random;
  card::MemoryNvm nvm;
  card::Euicc euicc;
  CardDriver driver;
  explicit CardCopy(const card::MemoryNvm& memory, std::uint64_t seed = 11);
  CardCopy(const CardCopy&) = delete;
};

// Everything durable but keys, in words: two cards with the same text are in the same state.
std::string state_text(const card::CardView& v);
std::string state_text(const card::Nvm& nvm);

}  // namespace eider::test
