// What a terminal knows of itself and of the network, as the card asks for it (ETSI TS 102 223
// section 6.4.15, 3GPP TS 31.111 section 8.19).
#pragma once
#include <string>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace eider::device {

enum class AccessTechnology : std::uint8_t { kGsm = 0x00, kUtran = 0x03, kEutran = 0x08, kNgRan = 0x0A };
enum class LocationStatus : std::uint8_t { kNormal = 0x00, kLimited = 0x01, kNoService = 0x02 };

// A cell of the network. Area and cell have the width of their access technology; higher bits are cut off.
struct Cell {
  std::string plmn = "00101";  // MCC and MNC: five or six digits
  std::uint32_t area = 0;      // LAC or TAC
  std::uint64_t cell = 0;      // CI, extended CI, ECI or NCI
  AccessTechnology technology = AccessTechnology::kEutran;
  bool operator==(const Cell&) const = default;
};
struct NetworkState {
  LocationStatus status = LocationStatus::kNormal;
  std::optional<Cell> cell;  // nothing: not known
};

// Value of the object Location Information (tag 13). LocalFault for a PLMN of other than five or six digits.
Result<Bytes> encode_location(const Cell& cell);
// Of Tracking Area Identification (7D), or for older networks of the Location Area.
Result<Bytes> encode_area(const Cell& cell);
// Values of IMEI (14): 15 digits, or 14 to which the check digit is added; and of IMEISV (62): the first 14
// of them and two of the software version. LocalFault for anything else.
Result<Bytes> encode_imei_value(std::string_view digits);
Result<Bytes> encode_imeisv_value(std::string_view imei, std::string_view software_version);
// Date, time and time zone (26) in UTC: seven octets.
Bytes encode_date_time(Time now);
// The same backwards, for a card; a time zone that is not known is UTC. Nothing for what is no time.
std::optional<Time> decode_date_time(ByteView value);

}  // namespace eider::device
