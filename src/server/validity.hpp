// How long a call of M2M is valid, and what becomes of one that asks for longer than is granted: its answer
// names the AcceptableValidityPeriod (SGP.02 v4.2 section 5.1.5).
#pragma once
#include <algorithm>
#include <optional>

#include "base/clock.hpp"
#include "spec/sgp02/functions.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::server {

enum class LongerValidity : std::uint8_t {
  kRefuse,   // nothing is done
  kShorten,  // carried out within the acceptable one
};
struct Validity {
  Duration granted{};
  std::optional<std::uint32_t> acceptable;  // seconds: more was asked for
};

inline Validity validity_of(const std::optional<std::uint32_t>& asked, Duration otherwise, Duration longest) {
  const Duration wanted = asked ? Duration(std::chrono::seconds(*asked)) : otherwise;
  Validity out{std::min(wanted, longest), std::nullopt};
  if (asked && wanted > longest)
    out.acceptable =
        static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(longest).count());
  return out;
}

// The answer of a call that is refused for it; nothing: it is not. A function that is carried out at once
// needs no time.
inline std::optional<sgp02::BaseResponse> refuse_validity(const sgp02::Function& function,
                                                          const Validity& validity, LongerValidity longer) {
  if (!validity.acceptable || longer == LongerValidity::kShorten || !function.touches_card)
    return std::nullopt;
  sgp02::BaseResponse base;
  base.acceptableValidityPeriod = validity.acceptable;
  base.functionExecutionStatus = sgp02::status::failed(sgp02::status::kValidityRefused, "ValidityPeriod");
  return base;
}

}  // namespace eider::server
