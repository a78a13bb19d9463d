#include "profile/suci.hpp"

#include "profile/identity.hpp"
#include "spec/usim/suci_files.hpp"

namespace eider::profile {
namespace {

using crypto::SuciScheme;
using usim::SuciCalcInfo;

// SUPI format and type of identity (TS 24.501 figure 9.11.3.4.3).
constexpr std::uint8_t kImsiSuci = 0x01, kNetworkSpecificSuci = 0x11;

struct Concealed {
  SuciScheme scheme = SuciScheme::kNull;
  std::uint8_t key_identifier = 0;
  crypto::SuciOutput output;
};

bool is_built(std::uint8_t scheme) {
  return scheme <= static_cast<std::uint8_t>(SuciScheme::kProfileB);
}

Result<Concealed> conceal(const SuciCalcInfo& info, ByteView scheme_input, Random& random) {
  SuciCalcInfo::Scheme chosen;  // the null scheme
  if (!info.schemes.empty()) {
    const auto it = std::ranges::find_if(info.schemes, [](const auto& s) { return is_built(s.identifier); });
    if (it == info.schemes.end()) return fail_local("EF.SUCI_Calc_Info names no scheme of this card");
    chosen = *it;
  }
  Concealed out;
  out.scheme = static_cast<SuciScheme>(chosen.identifier);
  ByteView key;
  if (out.scheme != SuciScheme::kNull) {
    const auto* entry = info.key_of(chosen);
    if (entry == nullptr)
      return fail(
          DecodeFault{"SUCI_Calc_Info", 0, "no key " + std::to_string(chosen.key_index) + " in the list"});
    out.key_identifier = entry->identifier;
    key = entry->value;
  }
  EIDER_TRY(output, crypto::suci_conceal(out.scheme, key, scheme_input, random));
  out.output = std::move(output);
  return out;
}

// MCC and MNC as TS 24.008 has them: MCC2 MCC1, MNC3 MCC3, MNC2 MNC1.
FixedBytes<3> home_network(std::string_view imsi, std::size_t mnc_length) {
  const auto digit = [&](std::size_t i) { return static_cast<unsigned>(imsi[i] - '0'); };
  const unsigned mnc3 = mnc_length == 3 ? digit(5) : 0xF;
  FixedBytes<3> out;
  out[0] = static_cast<std::uint8_t>(digit(1) << 4 | digit(0));
  out[1] = static_cast<std::uint8_t>(mnc3 << 4 | digit(2));
  out[2] = static_cast<std::uint8_t>(digit(4) << 4 | digit(3));
  return out;
}

Result<Bytes> of_imsi(const SuciFiles& files, const SuciCalcInfo& info, const usim::RoutingIndicator& routing,
                      Random& random) {
  const auto imsi = decode_imsi(files.imsi);
  const std::size_t mnc_length = files.ad.size() < 4 ? 0 : files.ad[3] & 0x0F;
  if (mnc_length != 2 && mnc_length != 3) return fail(DecodeFault{"AD", 3, "no length of the MNC"});
  if (imsi.size() <= 3 + mnc_length) return fail(DecodeFault{"IMSI", 0, "no IMSI with an MSIN"});
  const auto msin = bcd_encode(std::string_view(imsi).substr(3 + mnc_length), true);
  EIDER_TRY(c, conceal(info, msin.value(), random));
  const Bytes scheme{static_cast<std::uint8_t>(c.scheme), c.key_identifier};
  return concat(
      {Bytes{kImsiSuci}, home_network(imsi, mnc_length), routing.octets, scheme, c.output.octets()});
}

// TS 23.003 section 28.7.3.
Result<Bytes> of_nai(const SuciFiles& files, const SuciCalcInfo& info, const usim::RoutingIndicator& routing,
                     Random& random) {
  EIDER_TRY(supi, usim::SupiNai::parse(files.supi_nai));
  if (supi.kind != usim::SupiNai::Kind::kNetworkSpecific)
    return fail_local("a SUCI of a line or cable identifier is not built");
  const auto at = supi.nai.rfind('@');
  const auto user = std::string_view(supi.nai).substr(0, at), realm = std::string_view(supi.nai).substr(at);
  EIDER_TRY(c, conceal(info, as_bytes(user), random));
  std::string text = "type1.rid" + routing.digits() + ".schid" + std::to_string(static_cast<int>(c.scheme));
  if (c.scheme == SuciScheme::kNull) {
    text.append(".userid").append(user);
  } else {
    text += ".hnkey" + std::to_string(c.key_identifier) + ".ecckey" + to_hex(c.output.ephemeral_key) +
            ".cip" + to_hex(c.output.cipher_text) + ".mac" + to_hex(c.output.mac_tag);
  }
  text.append(realm);
  return concat({Bytes{kNetworkSpecificSuci}, as_bytes(text)});
}

}  // namespace

Result<Bytes> compute_suci(const SuciFiles& files, Random& random) {
  EIDER_TRY(info, SuciCalcInfo::parse(files.calc_info));
  usim::RoutingIndicator routing;
  if (!files.routing_indicator.empty()) {
    EIDER_TRY(parsed, usim::RoutingIndicator::parse(files.routing_indicator));
    routing = parsed;
  }
  return files.supi_nai.empty() ? of_imsi(files, info, routing, random)
                                : of_nai(files, info, routing, random);
}

}  // namespace eider::profile
