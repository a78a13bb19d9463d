// A function call on its way through the SM-SR, and the table of functions it serves.
#pragma once
#include "roles/smsr/operations.hpp"
#include "spec/sgp02/functions.hpp"

namespace eider::smsr {

struct Incoming {
  const sgp02::Function* function = nullptr;
  Caller caller;
  Call call;
  const std::any* body = nullptr;
  ByteView octets;  // the envelope
  Time expires_at{};

  template <class T>
  const T& as() const {
    return *std::any_cast<T>(body);
  }
};
// What a function did.
struct Handled {
  // The answer; nothing: it comes when an operation is done.
  std::optional<std::any> response;
  std::optional<Eid> eid;     // the card that something is to be done with
  std::vector<Iccid> iccids;  // of AuditEIS: what its answer shows
};

// FunctionStatus: refused, and nothing is changed.
using Handler = Result<Handled> (*)(StoreTransaction&, Context&, const Incoming&);
struct Served {
  sgp02::Interface interface;
  sgp02::FunctionName name;
  Handler handler;
};
std::span<const Served> served();
Handler find_handler(const sgp02::Function& function);

// An operation of this call, with its times.
Operation operation_of(const Incoming& in, OperationKind kind, const Eid& eid);
// Queued, to be answered when it is done. Who comes so far may have it done: only then a validity period that
// is longer than granted is refused (SGP.02 v4.2 section 5.1.5), and nobody else hears what is granted.
Result<Handled> later(StoreTransaction& tx, Context& context, Operation operation);
template <class T>
Handled done(T response) {
  Handled h;
  h.response = std::any(std::move(response));
  return h;
}

}  // namespace eider::smsr
