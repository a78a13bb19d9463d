// Which way a script goes to the card.
#pragma once
#include <cstddef>
#include <cstdint>

namespace eider::smsr {

enum class Bearer : std::uint8_t {
  kSms,
  kHttps,  // a trigger in a short message, then the card's session
  kWait,   // no way to the card: it has to come by itself
};
struct BearerFacts {
  std::size_t messages = 1;  // that the script takes
  bool many = false;         // more scripts of this kind follow: a download
  bool reachable = true;     // there is an MSISDN, and an SCP80 key set
  bool https = true;         // the card can, and has an SCP81 key set
};
// Short scripts by SMS, long ones and those of a download in a session where the card has one.
constexpr Bearer choose_bearer(const BearerFacts& f, std::size_t most_messages) {
  if (!f.reachable) return Bearer::kWait;
  if (!f.https) return Bearer::kSms;
  return f.many || f.messages > most_messages ? Bearer::kHttps : Bearer::kSms;
}

}  // namespace eider::smsr
