#pragma once
#include <tl/expected.hpp>

#include "base/fault.hpp"

namespace eider {

template <class T>
using Result = tl::expected<T, Fault>;
using Status = Result<void>;

tl::unexpected<Fault> fail(Fault fault);
tl::unexpected<Fault> fail_local(std::string what, std::string remedy = {});
tl::unexpected<Fault> fail_verification(VerificationFault::Check check, std::string what);

}  // namespace eider

// EIDER_TRY(var, expr): unwraps a Result into `var`, or returns its fault. EIDER_CHECK(expr): the same
// without a value; one statement, which may be the body of an if or else without braces.
#define EIDER_CAT2(a, b) a##b
#define EIDER_CAT(a, b) EIDER_CAT2(a, b)
#define EIDER_TRY_IMPL(tmp, var, expr)                                       \
  auto&& tmp = (expr);                                                       \
  if (!tmp) return ::tl::unexpected<::eider::Fault>(std::move(tmp).error()); \
  auto var = *std::move(tmp)
#define EIDER_TRY(var, expr) EIDER_TRY_IMPL(EIDER_CAT(eider_try_, __COUNTER__), var, expr)
// A loop that is left at once: as an `if` it could not be the body of an if with an else.
#define EIDER_CHECK_IMPL(tmp, expr) \
  for (auto tmp = (expr); !tmp;) return ::tl::unexpected<::eider::Fault>(std::move(tmp).error())
#define EIDER_CHECK(expr) EIDER_CHECK_IMPL(EIDER_CAT(eider_check_, __COUNTER__), expr)
