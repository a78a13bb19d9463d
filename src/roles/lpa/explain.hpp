// What a fault of the LPA means to people: cause, clause and remedy out of the tables of codes.
#pragma once
#include "roles/lpa/es9plus_client.hpp"

namespace eider::lpa {

struct Explanation {
  std::string code;  // "8.2.6/3.8", "EnableProfile profileNotInDisabledState(2)", "6985", "chain"; empty:
                     // there is none
  std::string cause, clause, remedy;  // printable; clause and remedy may be empty
};

// `role`: who was asked; kEither is explained as an SM-DP+. Never contains a secret.
Explanation explain(const Fault& fault, ServerRole role = ServerRole::kSmdpPlus);

}  // namespace eider::lpa
