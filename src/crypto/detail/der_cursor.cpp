#include "crypto/detail/der_cursor.hpp"

#include <charconv>
#include <cstdio>

#include "codec/base64.hpp"

namespace eider::crypto::detail {
namespace {
std::optional<int> two_digits(std::string_view text, std::size_t at) {
  if (text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9') return std::nullopt;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

std::optional<Time> make_time(int year, std::string_view rest) {
  int part[5];
  for (std::size_t i = 0; i < 5; ++i) {
    const auto v = two_digits(rest, 2 * i);
    if (!v) return std::nullopt;
    part[i] = *v;
  }
  using namespace std::chrono;
  const year_month_day day{std::chrono::year(year), month(static_cast<unsigned>(part[0])),
                           std::chrono::day(static_cast<unsigned>(part[1]))};
  if (!day.ok() || part[2] > 23 || part[3] > 59 || part[4] > 59) return std::nullopt;
  // Counted in milliseconds throughout: nanoseconds would overflow in the year 2262, and card certificates
  // live longer.
  return Time(duration_cast<milliseconds>(sys_days(day).time_since_epoch()) + hours(part[2]) +
              minutes(part[3]) + seconds(part[4]));
}
}  // namespace

std::optional<Time> parse_x509_time(const Tlv& tlv) {
  const std::string_view text = as_text(tlv.value);
  if (tlv.tag == 0x17 && text.size() == 13 && text[12] == 'Z') {
    const auto yy = two_digits(text, 0);
    return yy ? make_time(*yy < 50 ? 2000 + *yy : 1900 + *yy, text.substr(2)) : std::nullopt;
  }
  if (tlv.tag == 0x18 && text.size() == 15 && text[14] == 'Z') {
    const auto century = two_digits(text, 0), yy = two_digits(text, 2);
    return century && yy ? make_time(*century * 100 + *yy, text.substr(4)) : std::nullopt;
  }
  return std::nullopt;
}

Bytes encode_x509_time(Time time) {
  using namespace std::chrono;
  const auto since = floor<seconds>(time.time_since_epoch());
  const auto days_part = floor<days>(since);
  const year_month_day day{sys_days(days_part)};
  const hh_mm_ss clock{since - days_part};
  const int year = static_cast<int>(day.year());
  char text[32];
  const int n = std::snprintf(
      text, sizeof text, "%04d%02u%02u%02d%02d%02dZ", year % 10000, static_cast<unsigned>(day.month()),
      static_cast<unsigned>(day.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  const std::string_view all(text, static_cast<std::size_t>(n));
  const bool utc = year >= 1950 && year < 2050;
  return make_tlv(utc ? 0x17 : 0x18, as_bytes(utc ? all.substr(2) : all));
}

Result<der::Oid> oid_of(const Tlv& tlv, const Cursor& where, const char* member) {
  if (auto oid = der::Oid::from_content(tlv.value)) return *oid;
  return where.bad(member, "malformed OBJECT IDENTIFIER");
}

ByteView ecdsa_with_sha256() {
  static const Bytes der = hex("300A06082A8648CE3D040302");
  return der;
}

Result<SignedParts> parse_signed(ByteView der, const char* path) {
  Cursor top(der, der.data(), path);
  EIDER_TRY(outer, top.next(0x30, "SEQUENCE"));
  EIDER_CHECK(top.finish());
  Cursor c = top.into(outer, path);
  EIDER_TRY(tbs, c.next(0x30, "tbs"));
  EIDER_TRY(algorithm, c.next(0x30, "signatureAlgorithm"));
  if (!equal(algorithm.whole, ecdsa_with_sha256()))
    return c.bad("signatureAlgorithm", "not ecdsa-with-SHA256 without parameters");
  EIDER_TRY(bits, c.next(0x03, "signatureValue"));
  EIDER_CHECK(c.finish());
  if (bits.value.empty() || bits.value[0] != 0)
    return c.bad("signatureValue", "not a whole number of octets");
  auto signature = signature_from_der(bits.value.subspan(1));
  if (!signature) return c.bad("signatureValue", "not SEQUENCE { r, s } in DER");
  return SignedParts{tbs, *signature};
}

Bytes assemble_signed(ByteView tbs, const Signature& signature) {
  const std::uint8_t no_unused_bits[1] = {0};
  const Bytes bits = make_tlv(0x03, {ByteView(no_unused_bits), signature_to_der(signature)});
  return make_tlv(0x30, {tbs, ecdsa_with_sha256(), bits});
}

Result<std::vector<ParsedExtension>> parse_extensions(const Tlv& sequence, const Cursor& where) {
  std::vector<ParsedExtension> out;
  Cursor list = where.into(sequence, "extensions");
  if (list.done()) return list.bad(nullptr, "empty");
  while (!list.done()) {
    EIDER_TRY(member, list.next(0x30, "Extension"));
    Cursor c = list.into(member, "extensions");
    ParsedExtension e;
    EIDER_TRY(id, c.next(0x06, "extnID"));
    EIDER_TRY(oid, oid_of(id, c, "extnID"));
    e.id = oid;
    if (c.at(0x01)) {
      EIDER_TRY(flag, c.next(0x01, "critical"));
      if (flag.value.size() != 1) return c.bad("critical", "BOOLEAN of wrong size");
      e.critical = flag.value[0] != 0;
    }
    EIDER_TRY(value, c.next(0x04, "extnValue"));
    EIDER_CHECK(c.finish());
    e.value = value.value;
    for (const auto& seen : out)
      if (seen.id == e.id) return c.bad("extnID", e.id.dotted() + " occurs twice");
    out.push_back(e);
  }
  return out;
}

Bytes encode_extension(const der::Oid& id, bool critical, ByteView value) {
  static const Bytes yes = hex("0101FF");
  return make_tlv(0x30, {encode_oid(id), critical ? ByteView(yes) : ByteView{}, make_tlv(0x04, value)});
}

Result<std::uint64_t> small_unsigned(ByteView tlv, const Cursor& where, const char* member) {
  auto parsed = read_single_tlv(tlv);
  if (!parsed || parsed->tag != 0x02 || parsed->value.empty() || parsed->value.size() > 8 ||
      (parsed->value[0] & 0x80))
    return where.bad(member, "not an INTEGER of 0 to 2^63-1");
  std::uint64_t value = 0;
  for (const auto b : parsed->value) value = value << 8 | b;
  return value;
}

Bytes encode_unsigned(ByteView magnitude) {
  while (magnitude.size() > 1 && magnitude[0] == 0) magnitude = magnitude.subspan(1);
  static const std::uint8_t zero[1] = {0};
  if (magnitude.empty()) return make_tlv(0x02, ByteView(zero));
  return make_tlv(0x02, {(magnitude[0] & 0x80) != 0 ? ByteView(zero) : ByteView{}, magnitude});
}

Bytes encode_unsigned(std::uint64_t value) {
  std::uint8_t be[8];
  for (int i = 0; i < 8; ++i) be[7 - i] = static_cast<std::uint8_t>(value >> (8 * i));
  return encode_unsigned(ByteView(be));
}

Bytes encode_oid(const der::Oid& oid, Tag tag) {
  return make_tlv(tag, oid.content());
}

Result<Bytes> der_from(ByteView data, std::string_view label) {
  const std::string_view text = as_text(data);
  const std::string begin = "-----BEGIN " + std::string(label) + "-----",
                    end = "-----END " + std::string(label) + "-----";
  if (!data.empty() && data[0] == 0x30) return to_bytes(data);
  const auto from = text.find(begin);
  if (from == std::string_view::npos)
    return fail(DecodeFault{std::string(label), 0, "neither DER nor a PEM block of that label"});
  const auto body = from + begin.size();
  const auto to = text.find(end, body);
  auto der = to == std::string_view::npos ? std::nullopt : base64_decode(text.substr(body, to - body));
  if (!der) return fail(DecodeFault{std::string(label), body, "PEM block malformed"});
  return *std::move(der);
}

std::string pem_of(ByteView der, std::string_view label) {
  const std::string body = base64_encode(der);
  std::string out = "-----BEGIN " + std::string(label) + "-----\n";
  for (std::size_t at = 0; at < body.size(); at += 64) out.append(body, at, 64).append("\n");
  return out.append("-----END ").append(label).append("-----\n");
}

}  // namespace eider::crypto::detail
