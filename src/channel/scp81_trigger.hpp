// The message that makes a card open a session with its SM-SR: GlobalPlatform Amendment B section 3.7 in a
// push SMS to the ISD-R, SGP.02 v4.2 section 2.4.4. What is absent the card takes from its own settings.
#pragma once
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::channel::scp81 {

// 84: the objects of OPEN CHANNEL (ETSI TS 102 223) that the card is to use.
struct ConnectionParameters {
  Bytes bearer_description;                  // value of 35
  std::optional<std::uint16_t> buffer_size;  // 39
  std::optional<std::string> access_point;   // 47: "m2m.example" as labels
  std::optional<std::uint16_t> port;         // 3C, TCP
  std::optional<Bytes> address;              // 3E: four or sixteen octets
  bool operator==(const ConnectionParameters&) const = default;
};
// 86
struct RetryPolicy {
  std::uint16_t attempts = 0;
  std::uint32_t delay = 0;  // seconds, below a day
  bool operator==(const RetryPolicy&) const = default;
};
// 89
struct PostParameters {
  std::optional<std::string> host, agent_id, uri;  // 8A, 8B, 8C
  bool operator==(const PostParameters&) const = default;
};
struct KeyReference {
  std::uint8_t key_version = 0x40, key_identifier = 0x01;
  bool operator==(const KeyReference&) const = default;
};

struct Trigger {
  std::optional<ConnectionParameters> connection;
  std::optional<std::string> psk_identity;  // 85, with the key
  std::optional<KeyReference> key;
  std::optional<RetryPolicy> retry;
  std::optional<PostParameters> post;
  bool operator==(const Trigger&) const = default;

  Bytes encode() const;  // 81 …; 81 00 when nothing is said
  static Result<Trigger> decode(ByteView octets);
};

}  // namespace eider::channel::scp81
