#include "spec/etsi/numbering.hpp"

namespace eider::etsi {
namespace {
int luhn_sum(std::string_view digits, bool double_last) {
  int sum = 0;
  bool twice = double_last;
  for (std::size_t i = digits.size(); i-- > 0; twice = !twice) {
    int d = (digits[i] - '0') * (twice ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
  }
  return sum;
}
}  // namespace

bool all_digits(std::string_view t) {
  return std::ranges::all_of(t, [](char c) { return c >= '0' && c <= '9'; });
}

char luhn_digit(std::string_view digits) {
  return static_cast<char>('0' + (10 - luhn_sum(digits, true) % 10) % 10);
}
bool luhn_valid(std::string_view digits) {
  return !digits.empty() && all_digits(digits) && luhn_sum(digits, false) % 10 == 0;
}

FixedBytes<3> encode_plmn(std::string_view mcc, std::string_view mnc) {
  const auto d = [](char c) { return static_cast<std::uint8_t>(c - '0'); };
  FixedBytes<3> out;
  if (mcc.size() != 3 || mnc.size() < 2 || mnc.size() > 3) return out;
  out[0] = static_cast<std::uint8_t>(d(mcc[1]) << 4 | d(mcc[0]));
  out[1] = static_cast<std::uint8_t>((mnc.size() == 3 ? d(mnc[2]) : 0xF) << 4 | d(mcc[2]));
  out[2] = static_cast<std::uint8_t>(d(mnc[1]) << 4 | d(mnc[0]));
  return out;
}

}  // namespace eider::etsi
