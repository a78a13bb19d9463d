// Calls of a server role as another server makes them, and what came back in the words of the tests.
#pragma once
#include "codec/json_binding.hpp"
#include "server/call.hpp"

namespace eider::test {

inline constexpr std::string_view kEid1 = "89049032123451234512345678901235";
inline constexpr std::string_view kEid2 = "89049032000000000000000000000066";

// The answer of a function, or what it was refused with.
template <class Answer>
Result<Answer> read_answer(const HttpReply& reply) {
  EIDER_TRY(body, server::read_reply(reply, {"the function", "", sgp22::FunctionKind::kSynchronous, ""}));
  return json::decode<Answer>(body);
}

// "8.2.6/3.8", or "ok", or what else went wrong.
template <class T>
std::string code_of(const Result<T>& r) {
  if (r) return "ok";
  const auto* s = r.error().template as<FunctionStatus>();
  return s ? s->subject_code + "/" + s->reason_code : r.error().message();
}

}  // namespace eider::test
