#include "profile/builder.hpp"

namespace eider::profile {
namespace {

std::string random_digits(Random& r, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(static_cast<char>('0' + r.below(10)));
  return out;
}

}  // namespace

GenericProfileParameters GenericProfileParameters::random(Random& r) {
  GenericProfileParameters p;
  p.iccid = "898821" + random_digits(r, 12) + "?";
  p.imsi = "00101" + random_digits(r, 10);
  p.k = Secret(r.bytes(16));
  p.opc = Secret(r.bytes(16));
  p.pin1 = random_digits(r, 4);
  p.pin2 = random_digits(r, 4);
  p.puk1 = random_digits(r, 8);
  p.puk2 = random_digits(r, 8);
  p.adm1 = random_digits(r, 8);
  for (auto& k : p.sd_keys) k = Secret(r.bytes(16));
  return p;
}

Status validate(const GenericProfileParameters& p) {
  EIDER_CHECK(Iccid::parse(p.iccid));
  EIDER_CHECK(encode_imsi(p.imsi));
  EIDER_CHECK(encode_pin(p.pin1));
  EIDER_CHECK(encode_pin(p.pin2));
  EIDER_CHECK(encode_puk(p.puk1));
  EIDER_CHECK(encode_puk(p.puk2));
  EIDER_CHECK(encode_adm(p.adm1));
  EIDER_CHECK(encode_spn(p.spn));
  if (p.msisdn) EIDER_CHECK(encode_dialling_number("", *p.msisdn, 28));
  if (p.mnc_length != 2 && p.mnc_length != 3) return fail_local("the MNC has 2 or 3 digits");
  const bool tuak = p.algorithm == saip::AlgorithmId::kTuak;
  if (p.k.size() != 16 && !(tuak && p.k.size() == 32))
    return fail_local("K has 16 octets", "TUAK also takes 32");
  if (p.opc.size() != (tuak ? 32u : 16u)) return fail_local("OPc has 16 octets, TOPc 32");
  for (const auto& k : p.sd_keys)
    if (k.size() != 16 && k.size() != 24 && k.size() != 32)
      return fail_local("AES keys of the security domain have 16, 24 or 32 octets");
  for (const auto* g : {&p.gid1, &p.gid2})
    if (*g && ((*g)->empty() || (*g)->size() > 20)) return fail_local("GID1 and GID2 have 1 to 20 octets");
  if (p.ballast > 32767) return fail_local("at most 32767 octets of ballast");
  if (p.profile_type.empty() || p.profile_type.size() > 100)
    return fail_local("profileType has 1 to 100 characters");
  return {};
}

}  // namespace eider::profile
