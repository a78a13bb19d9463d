// Runs a command script from over the air (ETSI TS 102 226 section 5).
#pragma once
#include <functional>

#include "card/answer.hpp"
#include "codec/apdu.hpp"
#include "spec/etsi/remote_apdu.hpp"

namespace eider::card {

// Octets of response data of one script; a script that asks for more is cut (62F1).
constexpr std::size_t kMaxScriptResponse = 8192;

// Carries one command out. A fault means that the card has lost its memory.
using RunRemoteCommand = std::function<Result<Answer>(const CommandView&)>;

struct ScriptRules {
  bool busy = false;      // a proactive command is being carried out, so an immediate action cannot be
  bool chaining = false;  // what scripts leave behind stays for the next one, as SGP.02 wants it
  bool needs_le = true;   // without Le data wait for GET RESPONSE; SM-SRs leave it out
};
Result<etsi::ScriptResponse> run_script(ByteView script, const ScriptRules& rules,
                                        const RunRemoteCommand& run);

}  // namespace eider::card
