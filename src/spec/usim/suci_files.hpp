// The files of DF.5GS and DF.SAIP that say how a SUCI is computed (3GPP TS 31.102 section 4.4.11).
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "crypto/suci.hpp"

namespace eider::usim {

// EF.SUCI_Calc_Info (section 4.4.11.8), in either directory.
struct SuciCalcInfo {
  struct Scheme {
    std::uint8_t identifier = 0;
    std::uint8_t key_index = 0;  // counts from 1 in `keys`; 0: no key
  };
  struct Key {
    std::uint8_t identifier = 0;
    Bytes value;
  };
  std::vector<Scheme> schemes;  // the first has the highest priority
  std::vector<Key> keys;

  // Nothing in it when the file is empty (all FF). DecodeFault when it is not coded as the section says; what
  // follows the two lists is filling.
  static Result<SuciCalcInfo> parse(ByteView ef);
  // Nothing when the index is 0 or beyond the list.
  const Key* key_of(const Scheme& scheme) const;
};

// EF.Routing_Indicator (section 4.4.11.11): the two octets that a SUCI carries.
struct RoutingIndicator {
  FixedBytes<2> octets =
      *FixedBytes<2>::from(std::array<std::uint8_t, 2>{0xF0, 0xFF});  // "0": none configured
  // DecodeFault unless the first two octets have 1 to 4 digits, then F.
  static Result<RoutingIndicator> parse(ByteView ef);
  std::string digits() const;
};

// EF.SUPI_NAI (section 4.4.11.10): a SUPI that is no IMSI.
struct SupiNai {
  enum class Kind : std::uint8_t { kNetworkSpecific = 0x80, kGlobalLine = 0x81, kGlobalCable = 0x82 };
  Kind kind = Kind::kNetworkSpecific;
  std::string nai;  // username@realm
  static Result<SupiNai> parse(ByteView ef);
};

}  // namespace eider::usim
