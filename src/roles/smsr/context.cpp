#include "roles/smsr/context.hpp"

namespace eider::smsr {

Outcome failure(code::Code c, std::string identifier, std::string message) {
  return failure(code::make_status(c, std::move(identifier), std::move(message)));
}
Outcome failure(const Fault& fault) {
  Outcome out;
  auto status = sgp02::status::failed(fault);
  out.status = status.status;
  out.code = std::move(status.statusCodeData);
  return out;
}

Outcome expired_in(std::string identifier) {
  auto out = failure(code::kFunctionExpired, std::move(identifier));
  out.status = ExecutionStatus::kExpired;
  return out;
}

}  // namespace eider::smsr
