// The secure channel between an SM-DP and its ISD-P (SGP.02 v4.2 section 4.1.3.3), in APDUs and in TLVs, and
// what comes through it. One at a time, gone with the power.
#pragma once
#include "card/answer.hpp"
#include "card/m2m/installation.hpp"
#include "channel/scp03.hpp"

namespace eider::card::m2m {

struct IsdR;

struct IsdPSession {
  std::uint16_t instance = 0;
  channel::scp03::Session channel;
  bool authenticated = false;
  std::optional<Installation> installation;
  std::uint8_t key_version = 0;
};

// INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, and commands protected by SCP03.
Result<Answer> isd_p_command(IsdR& isd_r, std::uint16_t isd_p, const CommandView& command);
// One TLV of SCP03t; its answer.
Result<Bytes> isd_p_tlv(IsdR& isd_r, std::uint16_t isd_p, ByteView tlv);

}  // namespace eider::card::m2m
