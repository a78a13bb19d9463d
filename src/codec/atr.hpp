// Answer to reset and the exchange that follows it, PPS (ISO 7816-3 sections 8 and 9; ETSI TS 102 221
// section 6).
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider {

struct Atr {
  // TA, TB and TC of one round; TD says which come next and for which protocol.
  struct Round {
    std::optional<std::uint8_t> ta, tb, tc, td;
  };
  bool inverse_convention = false;      // TS is 3F
  std::vector<Round> rounds;            // the first one is TA1 to TD1
  std::vector<std::uint8_t> protocols;  // offered, in their order: 0 for T=0; T=15 is none
  Bytes historical;
  bool has_check = false;  // TCK

  // TA1, or 11: F = 372, D = 1.
  std::uint8_t speed() const;
  // TA2: the card starts in this mode by itself and takes no PPS.
  bool specific_mode() const { return rounds.size() > 1 && rounds[1].ta.has_value(); }
  // The first TA behind a T=15: bits 7 and 8 clock stop, bits 1 to 6 operating classes.
  std::optional<std::uint8_t> clock_stop_and_class() const;
};
// DecodeFault: too short, cut off, octets behind the end, a TCK that is missing or wrong.
Result<Atr> parse_atr(ByteView octets);

// Clock rate conversion integer and baud rate adjustment integer of a TA1; 0 for reserved values.
struct Speed {
  unsigned f = 0, d = 0;
};
Speed speed_of(std::uint8_t ta1);

// What to ask for. Nothing: the card's own choice is good as it is, or it takes no PPS.
struct Pps {
  std::uint8_t protocol = 0;
  std::optional<std::uint8_t> speed;  // PPS1, coded as TA1
  Bytes encode() const;
};
// `fastest` is the highest D of this interface device; a card that offers more is left at the default speed.
std::optional<Pps> choose_pps(const Atr& atr, unsigned fastest = 64);
// DecodeFault: no FF in front, a length that PPS0 does not say, a wrong PCK. PPS2 and PPS3 are read over.
Result<Pps> parse_pps_request(ByteView request);
// What a card with this ATR answers (section 9.3): PPS1 when it takes the speed, none when it stays at the
// default one. Nothing, so that the card is mute: a protocol that it does not offer, or it is in specific
// mode.
std::optional<Pps> answer_pps(const Atr& atr, const Pps& request);
// What both sides use from now on. DecodeFault when the response is none, VerificationFault when it does not
// agree to the request: the card must then be reset.
Result<Pps> check_pps_response(const Pps& request, ByteView response);

}  // namespace eider
