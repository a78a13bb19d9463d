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

// `busy`: a proactive command is being carried out, so an immediate action cannot be.
Result<etsi::ScriptResponse> run_script(ByteView script, bool busy, const RunRemoteCommand& run);

}  // namespace eider::card
