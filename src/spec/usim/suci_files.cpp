#include "spec/usim/suci_files.hpp"

#include "codec/tlv.hpp"

namespace eider::usim {
namespace {

constexpr Tag kSchemeList = 0xA0, kKeyList = 0xA1, kKeyIdentifier = 0x80, kKey = 0x81;

tl::unexpected<Fault> malformed(const char* path, std::string what, std::size_t offset = 0) {
  return fail(DecodeFault{path, offset, std::move(what)});
}

bool is_filling(ByteView v) {
  return std::ranges::all_of(v, [](auto octet) { return octet == 0xFF; });
}

Result<std::vector<SuciCalcInfo::Scheme>> read_schemes(ByteView list) {
  constexpr char kPath[] = "SUCI_Calc_Info.ProtectionSchemeIdentifierList";
  if (list.size() % 2 != 0) return malformed(kPath, "an entry has two octets");
  std::vector<SuciCalcInfo::Scheme> out;
  for (std::size_t i = 0; i < list.size(); i += 2) {
    if (std::ranges::find(out, list[i], &SuciCalcInfo::Scheme::identifier) != out.end())
      return malformed(kPath, "scheme " + std::to_string(list[i]) + " stands there twice", i);
    out.push_back({list[i], list[i + 1]});
  }
  return out;
}

Result<std::vector<SuciCalcInfo::Key>> read_keys(ByteView list) {
  constexpr char kPath[] = "SUCI_Calc_Info.HomeNetworkPublicKeyList";
  EIDER_TRY(members, read_tlvs(list, false));
  if (members.size() % 2 != 0) return malformed(kPath, "identifier and key come in pairs");
  std::vector<SuciCalcInfo::Key> out;
  for (std::size_t i = 0; i < members.size(); i += 2) {
    if (members[i].tag != kKeyIdentifier || members[i].value.size() != 1)
      return malformed(kPath, "an identifier has the tag 80 and one octet");
    if (members[i + 1].tag != kKey) return malformed(kPath, "a key has the tag 81");
    out.push_back({members[i].value[0], to_bytes(members[i + 1].value)});
  }
  return out;
}

}  // namespace

Result<SuciCalcInfo> SuciCalcInfo::parse(ByteView ef) {
  SuciCalcInfo out;
  if (is_filling(ef)) return out;
  EIDER_TRY(list, read_tlv(ef, false));
  if (list.tag != kSchemeList) return malformed("SUCI_Calc_Info", "begins with " + tag_text(list.tag));
  EIDER_TRY(found, read_schemes(list.value));
  out.schemes = std::move(found);
  const auto rest = ef.subspan(list.whole.size());
  if (rest.empty() || rest[0] != kKeyList) {
    if (!is_filling(rest))
      return malformed("SUCI_Calc_Info", "no key list after the schemes", list.whole.size());
    return out;
  }
  EIDER_TRY(key_list, read_tlv(rest, false));
  EIDER_TRY(found_keys, read_keys(key_list.value));
  out.keys = std::move(found_keys);
  if (!is_filling(rest.subspan(key_list.whole.size())))
    return malformed("SUCI_Calc_Info", "octets after the key list",
                     list.whole.size() + key_list.whole.size());
  return out;
}

const SuciCalcInfo::Key* SuciCalcInfo::key_of(const Scheme& scheme) const {
  return scheme.key_index == 0 || scheme.key_index > keys.size() ? nullptr : &keys[scheme.key_index - 1U];
}

Result<RoutingIndicator> RoutingIndicator::parse(ByteView ef) {
  if (ef.size() < 2) return malformed("Routing_Indicator", "shorter than two octets");
  RoutingIndicator out;
  out.octets = *FixedBytes<2>::from(ef.first(2));
  const int nibbles[] = {ef[0] & 0xF, ef[0] >> 4, ef[1] & 0xF, ef[1] >> 4};
  bool ended = false;
  for (const int n : nibbles) {
    if ((n > 9 && n != 0xF) || (ended && n != 0xF))
      return malformed("Routing_Indicator", "not 1 to 4 digits, then F");
    ended = n == 0xF;
  }
  if (nibbles[0] == 0xF) return malformed("Routing_Indicator", "without a digit");
  return out;
}

std::string RoutingIndicator::digits() const {
  return bcd_decode(octets, true).value_or(std::string{});
}

Result<SupiNai> SupiNai::parse(ByteView ef) {
  EIDER_TRY(tlv, read_tlv(ef, false));
  if (tlv.tag < 0x80 || tlv.tag > 0x82) return malformed("SUPI_NAI", "begins with " + tag_text(tlv.tag));
  SupiNai out{static_cast<Kind>(tlv.tag), std::string(as_text(tlv.value))};
  const auto at = out.nai.rfind('@');
  if (at == std::string::npos || at == 0 || at + 1 == out.nai.size())
    return malformed("SUPI_NAI", "not username@realm");
  return out;
}

}  // namespace eider::usim
