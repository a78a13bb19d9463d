// What the judge knows of one installed Profile as the SIM that it is.
#pragma once
#include <map>
#include <set>
#include <string>

#include "base/bytes.hpp"
#include "profile/network_authentication.hpp"

namespace eider::world {

// A PIN or PUK as the card's memory has it.
struct CodeFacts {
  std::uint8_t left = 0, maximum = 0, attributes = 0, puk = 0;
  Bytes value;
};
struct CodeBook {
  std::map<std::pair<int, std::uint8_t>, CodeFacts> pins;  // by directory and reference
  std::map<std::uint8_t, CodeFacts> puks;
};

// Begins with the installation of the Profile and ends with it: a new installation begins anew.
struct SimBook {
  CodeBook codes;
  std::map<std::string, profile::SqnState> sqn;     // by key of the memory
  std::map<std::string, std::uint64_t> counters;    // of OTA messages, likewise
  std::set<Bytes> accepted;                         // RAND and AUTN that were answered with keys
  std::set<std::uint64_t> carried_out;              // counters of OTA messages that were
  std::map<std::string, std::set<Bytes>> contents;  // that a file may have, by its path
};

// The modem's command that the card is working on.
struct SimCommand {
  std::uint8_t ins = 0, p2 = 0;
  Bytes data;
  CodeBook codes;            // as they were when it came
  bool sqn_written = false;  // since then
};

}  // namespace eider::world
