#include "profile/identity.hpp"

#include "spec/etsi/imsi.hpp"

namespace eider::profile {
namespace {
using etsi::all_digits;

tl::unexpected<Fault> refuse(std::string what, std::string remedy) {
  return fail_local(std::move(what), std::move(remedy));
}

Result<Secret> encode_code(std::string_view name, std::string_view text, std::size_t least,
                           std::size_t most) {
  if (text.size() < least || text.size() > most || !all_digits(text))
    return refuse(
        std::string(name) + " is not valid",
        "give " + std::to_string(least) + (least == most ? "" : " to " + std::to_string(most)) + " digits");
  Secret out(8);
  auto v = out.mutable_view();
  std::fill(v.begin(), v.end(), std::uint8_t{0xFF});
  std::copy(text.begin(), text.end(), v.begin());
  return out;
}

}  // namespace

Result<Iccid> Iccid::parse(std::string_view text) {
  std::string digits(text);
  const bool complete = !digits.ends_with('?');
  if (!complete) digits.pop_back();
  if (!all_digits(digits) || digits.size() < (complete ? 18u : 17u) || digits.size() > (complete ? 20u : 19u))
    return refuse("'" + std::string(text) + "' is no ICCID",
                  "give 18 to 20 digits; a final '?' has the check digit computed");
  if (!complete) digits.push_back(luhn_digit(digits));
  return Iccid{std::move(digits)};
}
FixedBytes<10> Iccid::header() const {
  FixedBytes<10> out;
  out.fill(0xFF);
  const auto octets = bcd_encode(digits, false).value_or(Bytes{});
  std::copy_n(octets.begin(), std::min<std::size_t>(octets.size(), 10), out.begin());
  return out;
}
FixedBytes<10> Iccid::file() const {
  auto out = header();
  for (auto& b : out) b = static_cast<std::uint8_t>(b << 4 | b >> 4);
  return out;
}
std::string decode_iccid_file(ByteView ef) {
  return bcd_decode(ef, true).value_or(std::string{});
}

Result<FixedBytes<9>> encode_imsi(std::string_view digits) {
  if (digits.size() < 6 || digits.size() > 15 || !all_digits(digits))
    return refuse("'" + std::string(digits) + "' is no IMSI", "give 6 to 15 digits");
  FixedBytes<9> out;
  out.fill(0xFF);
  const bool odd = digits.size() % 2 != 0;
  out[0] = static_cast<std::uint8_t>(digits.size() / 2 + 1);
  const auto nibble = [&](std::size_t i) { return i < digits.size() ? digits[i] - '0' : 0xF; };
  out[1] = static_cast<std::uint8_t>((odd ? 0x9 : 0x1) | nibble(0) << 4);  // parity and type 001: IMSI
  for (std::size_t i = 1, at = 2; i < digits.size(); i += 2, ++at)
    out[at] = static_cast<std::uint8_t>(nibble(i) | nibble(i + 1) << 4);
  return out;
}
std::string decode_imsi(ByteView ef) {
  return etsi::decode_imsi(ef);
}
FixedBytes<2> access_class(std::string_view imsi) {
  const int bit = imsi.empty() ? 0 : imsi.back() - '0';
  FixedBytes<2> out;
  out[0] = static_cast<std::uint8_t>(1 << bit >> 8);
  out[1] = static_cast<std::uint8_t>(1 << bit);
  return out;
}

Result<Secret> encode_pin(std::string_view text) {
  return encode_code("PIN", text, 4, 8);
}
Result<Secret> encode_puk(std::string_view text) {
  return encode_code("PUK", text, 8, 8);
}
Result<Secret> encode_adm(std::string_view text) {
  if (text.size() == 16)
    if (auto octets = from_hex(text)) return Secret(*std::move(octets));
  return encode_code("ADM code", text, 4, 8);
}

Result<Bytes> encode_dialling_number(std::string_view name, std::string_view number,
                                     std::size_t record_size) {
  const bool international = number.starts_with('+');
  const auto digits = international ? number.substr(1) : number;
  if (digits.empty() || digits.size() > 20 || !all_digits(digits))
    return refuse("'" + std::string(number) + "' is no number", "give up to 20 digits, with or without '+'");
  if (record_size < 14 || name.size() > record_size - 14)
    return refuse("the record has no room for the name", "shorten it");
  Bytes out(record_size, 0xFF);
  std::copy(name.begin(), name.end(), out.begin());
  const auto bcd = *bcd_encode(digits, true);
  auto* tail = out.data() + record_size - 14;
  tail[0] = static_cast<std::uint8_t>(bcd.size() + 1);
  tail[1] = international ? 0x91 : 0x81;
  std::copy(bcd.begin(), bcd.end(), tail + 2);
  return out;
}
Result<Bytes> encode_spn(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ' ||
           c == '-' || c == '.' || c == '+' || c == '&';
  };
  if (name.size() > 16 || !std::ranges::all_of(name, fits))
    return refuse("'" + std::string(name) + "' cannot be a service provider name",
                  "give up to 16 letters, digits, blanks or -.+&");
  Bytes out(17, 0xFF);
  out[0] = 0x01;
  std::copy(name.begin(), name.end(), out.begin() + 1);
  return out;
}

}  // namespace eider::profile
