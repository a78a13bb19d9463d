// What a Profile Package gives a security domain to open messages from over the air with: its SCP80 keys and
// where their counter starts (ETSI TS 102 225 sections 5.1.2 and 5.1.3; key identifiers: TS 102 226 section
// 8).
#pragma once
#include "channel/scp80.hpp"
#include "spec/saip/security_domain.hpp"

namespace eider::profile {

// KIc (identifier 1) and KID (2) of this key version, as far as SCP80 has a use for their type and length.
// Nothing when there is neither, and for versions that are none of SCP80.
std::optional<channel::scp80::KeySet> ota_keys(const saip::SecurityDomain& domain, std::uint8_t version);

// The counter that counts as accepted before the first message: the higher one of both keys.
std::uint64_t ota_counter_start(const saip::SecurityDomain& domain, std::uint8_t version);

}  // namespace eider::profile
