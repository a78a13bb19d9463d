// Keys that protect nothing, because everybody knows them.
#pragma once
#include "spec/saip/security_domain.hpp"

namespace eider::profile {

bool is_null_key(ByteView key);
// OTA keys that the GSMA's generic test profiles published; whoever reads TS.48 can manage such a card.
bool is_public_ota_key(ByteView key);

struct KnownKeys {
  int null_keys = 0, public_keys = 0;
  bool any() const { return null_keys + public_keys != 0; }
};
KnownKeys known_keys(const saip::SecurityDomain& domain);

}  // namespace eider::profile
