// Told what a party of M2M does, to count it, never to decide by it.
#pragma once
#include "spec/sgp02/functions.hpp"

namespace eider::server {

// Called from several threads, also within transactions: what is rolled back and done again is told twice.
class FunctionObserver {
 public:
  virtual ~FunctionObserver() = default;
  // One of our functions gets its answer; a repeat gets it again. The times of `base` say how long it took.
  virtual void answered(const sgp02::Function& function, const sgp02::BaseResponse& base) = 0;
  // Somebody else's function answered us.
  virtual void peer_answered(const sgp02::Function& function, const sgp02::BaseResponse& base) = 0;
  // What is done with a card: waited for its turn, and over since it came.
  virtual void operation_begun(std::string_view /*kind*/, Duration /*waited*/) {}
  virtual void operation_over(std::string_view /*kind*/, sgp02::ExecutionStatus /*status*/,
                              Duration /*took*/) {}
};

inline void tell_answered(FunctionObserver* observer, const sgp02::Function& function,
                          const std::any& response) {
  if (!observer) return;
  const auto* base = function.response.response_base(const_cast<std::any&>(response));  // only read
  if (base) observer->answered(function, *base);
}

}  // namespace eider::server
