// Whether an eUICC can take a profile package, before anything is bound for it: what the package demands
// against what EUICCInfo2 offers (SGP.22 v2.6.1 sections 3.1.3 and 5.7.8, annex F).
#pragma once
#include <map>
#include <optional>

#include "profile/requirements.hpp"
#include "spec/saip/common.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::profile {

struct PackageDemands {
  Requirements requirements;
  std::map<int, std::string> reasons;  // of each bit of uicc_capability: "mandatory in the header"
  // EUICCInfo2 is silent about these.
  std::vector<der::Oid> templates;
  std::vector<saip::MandatoryAid> libraries;
};
// LocalFault: no card would install the package.
Result<PackageDemands> demands_of(ByteView package);

enum class Aspect : std::uint8_t { kRoom, kVersion, kService, kMemory, kTemplate, kLibrary };
struct Demand {
  Aspect aspect = Aspect::kService;
  std::string demand;       // "service milenage"
  std::optional<bool> met;  // nothing: EUICCInfo2 does not tell
  std::string why;          // what asks for it, what the eUICC has
  std::string remedy;       // of one that is not met
};
// Room, version, each service, memory, in this order.
std::vector<Demand> fit(const Requirements& requirements, const sgp22::EUICCInfo2& info);
// The same with reasons, then templates and libraries.
std::vector<Demand> fit(const PackageDemands& demands, const sgp22::EUICCInfo2& info);
bool fits(std::span<const Demand> demands);

}  // namespace eider::profile
