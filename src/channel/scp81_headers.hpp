// Names and values of the HTTP headers of remote administration (GlobalPlatform Amendment B section 3.4).
#pragma once
#include <array>
#include <string_view>

namespace eider::channel::scp81::headers {

inline constexpr std::string_view kProtocol = "X-Admin-Protocol", kFrom = "X-Admin-From",
                                  kResume = "X-Admin-Resume", kScriptStatus = "X-Admin-Script-Status",
                                  kNextUri = "X-Admin-Next-URI", kTarget = "X-Admin-Targeted-Application";
inline constexpr std::string_view kProtocolValue = "globalplatform-remote-admin/1.0",
                                  kCommandType =
                                      "application/vnd.globalplatform.card-content-mgt;version=1.0",
                                  kResponseType =
                                      "application/vnd.globalplatform.card-content-mgt-response;version=1.0";
// In the order of ScriptStatus.
inline constexpr std::array<std::string_view, 4> kStatusTexts = {"ok", "unknown-application",
                                                                 "not-a-security-domain", "security-error"};

}  // namespace eider::channel::scp81::headers
