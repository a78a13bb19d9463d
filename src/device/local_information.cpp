#include "device/local_information.hpp"

#include "spec/etsi/numbering.hpp"

namespace eider::device {
namespace {
using etsi::all_digits;

std::uint8_t swapped(unsigned n) {
  return static_cast<std::uint8_t>(n % 10 << 4 | n / 10 % 10);
}
void append_number(Bytes& out, std::uint64_t n, unsigned octets) {
  while (octets-- > 0) out.push_back(static_cast<std::uint8_t>(n >> (8 * octets)));
}
// Mobile identity (TS 24.008 section 10.5.1.4): the first digit beside the type, then swapped pairs.
Bytes mobile_identity(std::string_view digits, std::uint8_t type) {
  Bytes out = {static_cast<std::uint8_t>((digits[0] - '0') << 4 | type)};
  append(out, bcd_encode(digits.substr(1), true).value());
  return out;
}
}  // namespace

Result<Bytes> encode_area(const Cell& cell) {
  const std::string_view plmn = cell.plmn;
  if ((plmn.size() != 5 && plmn.size() != 6) || !all_digits(plmn))
    return fail_local("a PLMN has five or six digits, not \"" + cell.plmn + "\"");
  Bytes out = to_bytes(etsi::encode_plmn(plmn.substr(0, 3), plmn.substr(3)));
  append_number(out, cell.area, cell.technology == AccessTechnology::kNgRan ? 3 : 2);
  return out;
}

Result<Bytes> encode_location(const Cell& cell) {
  EIDER_TRY(out, encode_area(cell));
  switch (cell.technology) {
    case AccessTechnology::kEutran:  // 28 bits, in front of four that are set
      append_number(out, cell.cell << 4 | 0xF, 4);
      break;
    case AccessTechnology::kNgRan:  // 36 bits, likewise
      append_number(out, cell.cell << 4 | 0xF, 5);
      break;
    case AccessTechnology::kUtran:  // cell identity, then the whole with the RNC in front
      append_number(out, cell.cell, 2);
      append_number(out, cell.cell >> 16, 2);
      break;
    case AccessTechnology::kGsm:
      append_number(out, cell.cell, 2);
      break;
  }
  return out;
}

Result<Bytes> encode_imei_value(std::string_view digits) {
  if ((digits.size() != 14 && digits.size() != 15) || !all_digits(digits))
    return fail_local("an IMEI has 14 or 15 digits");
  std::string whole(digits.substr(0, 14));
  whole += digits.size() == 15 ? digits[14] : etsi::luhn_digit(whole);
  return mobile_identity(whole, 0x0A);  // odd number of digits, type 2
}

Result<Bytes> encode_imeisv_value(std::string_view imei, std::string_view version) {
  if (imei.size() < 14 || !all_digits(imei) || version.size() != 2 || !all_digits(version))
    return fail_local("an IMEISV has 14 digits and two of the software version");
  return mobile_identity(std::string(imei.substr(0, 14)) + std::string(version), 0x03);  // even, type 3
}

Bytes encode_date_time(Time now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
  return {swapped(static_cast<unsigned>(static_cast<int>(date.year()) % 100)),
          swapped(static_cast<unsigned>(date.month())),
          swapped(static_cast<unsigned>(date.day())),
          swapped(static_cast<unsigned>(time.hours().count())),
          swapped(static_cast<unsigned>(time.minutes().count())),
          swapped(static_cast<unsigned>(time.seconds().count())),
          0x00};
}

std::optional<Time> decode_date_time(ByteView v) {
  if (v.size() != 7) return std::nullopt;
  std::array<unsigned, 6> n{};
  for (std::size_t i = 0; i < n.size(); ++i) {
    if ((v[i] & 0x0F) > 9 || v[i] >> 4 > 9) return std::nullopt;
    n[i] = (v[i] & 0x0Fu) * 10 + (v[i] >> 4);
  }
  using namespace std::chrono;
  const year_month_day date(year(2000 + static_cast<int>(n[0])), month(n[1]), day(n[2]));
  if (!date.ok() || n[3] > 23 || n[4] > 59 || n[5] > 59) return std::nullopt;
  auto local = Time(sys_days(date)) + hours(n[3]) + minutes(n[4]) + seconds(n[5]);
  // Quarters of an hour, the sign in bit 4 (3GPP TS 23.040 section 9.2.3.11).
  if (v[6] == 0xFF) return local;
  const int quarters = (v[6] & 0x07) * 10 + (v[6] >> 4);
  return (v[6] & 0x08) != 0 ? local + minutes(15 * quarters) : local - minutes(15 * quarters);
}

}  // namespace eider::device
