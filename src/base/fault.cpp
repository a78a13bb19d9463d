#include "base/fault.hpp"

#include <cstdio>

#include "base/result.hpp"

namespace eider {
namespace {
struct Describe {
  std::string operator()(const DecodeFault& f) const {
    return f.path + " at offset " + std::to_string(f.offset) + ": " + f.what;
  }
  std::string operator()(const StatusWord& f) const {
    char text[32];
    std::snprintf(text, sizeof text, "status word %04X", f.sw);
    return text;
  }
  std::string operator()(const Es10Fault& f) const {
    return f.function + " refused: " + f.name + "(" + std::to_string(f.code) + ")";
  }
  std::string operator()(const FunctionStatus& f) const {
    std::string out = "status " + f.subject_code + "/" + f.reason_code;
    if (!f.subject_identifier.empty()) out += " (" + f.subject_identifier + ")";
    if (!f.message.empty()) out += ": " + f.message;
    return out;
  }
  std::string operator()(const VerificationFault& f) const {
    return std::string(to_string(f.check)) + ": " + f.what;
  }
  std::string operator()(const TransportFault& f) const {
    return (f.sent ? "no answer that counts: " : "not reached: ") + f.what;
  }
  std::string operator()(const LocalFault& f) const {
    return f.remedy.empty() ? f.what : f.what + " (" + f.remedy + ")";
  }
};
}  // namespace

Fault::Fault(DecodeFault kind) : kind_(std::move(kind)) {}
Fault::Fault(StatusWord kind) : kind_(kind) {}
Fault::Fault(Es10Fault kind) : kind_(std::move(kind)) {}
Fault::Fault(FunctionStatus kind) : kind_(std::move(kind)) {}
Fault::Fault(VerificationFault kind) : kind_(std::move(kind)) {}
Fault::Fault(TransportFault kind) : kind_(std::move(kind)) {}
Fault::Fault(LocalFault kind) : kind_(std::move(kind)) {}
Fault::Fault(const Fault&) = default;
Fault::Fault(Fault&&) noexcept = default;
Fault& Fault::operator=(const Fault&) = default;
Fault& Fault::operator=(Fault&&) noexcept = default;
Fault::~Fault() = default;

std::string Fault::message() const {
  return std::visit(Describe{}, kind_);
}

tl::unexpected<Fault> fail(Fault fault) {
  return tl::unexpected<Fault>(std::move(fault));
}
tl::unexpected<Fault> fail_local(std::string what, std::string remedy) {
  return fail(LocalFault{std::move(what), std::move(remedy)});
}
tl::unexpected<Fault> fail_verification(VerificationFault::Check check, std::string what) {
  return fail(VerificationFault{check, std::move(what)});
}

const char* to_string(VerificationFault::Check check) {
  using C = VerificationFault::Check;
  switch (check) {
    case C::kSignature:
      return "signature invalid";
    case C::kChain:
      return "certificate chain broken";
    case C::kRole:
      return "certificate of another role";
    case C::kCurve:
      return "curve not supported";
    case C::kExpired:
      return "expired";
    case C::kNotYetValid:
      return "not yet valid";
    case C::kRevoked:
      return "revoked";
    case C::kNameConstraint:
      return "EID outside the EUM's range";
    case C::kExtension:
      return "certificate extension";
    case C::kMac:
      return "MAC invalid";
    case C::kBinding:
      return "values do not belong together";
    case C::kFormat:
      return "malformed";
  }
  return "unknown check";
}

}  // namespace eider
