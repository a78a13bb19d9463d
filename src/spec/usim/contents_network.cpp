#include <algorithm>

#include "codec/tlv.hpp"
#include "spec/etsi/text.hpp"
#include "spec/usim/contents_detail.hpp"

namespace eider::usim {
namespace {

std::string record_name(std::size_t i) {
  return "record " + number(i + 1);
}
Facts or_none(Facts out) {
  return out.empty() ? Facts{{"", "none"}} : out;
}

// TS 24.008 section 10.5.3.5a: coding scheme, spare bits, text.
std::string network_name(ByteView v) {
  if (v.empty()) return {};
  const auto text = v.subspan(1);
  if ((v[0] & 0x70) == 0x10) return etsi::ucs2_text(text);
  const std::size_t spare = v[0] & 0x07u;
  return etsi::gsm_packed_text(text, text.empty() ? 0 : (text.size() * 8 - spare) / 7);
}
// TS 31.102 section 4.2.58: full name 43, short name 45.
Facts network_names(Records r) {
  Facts out;
  for (std::size_t i = 0; i < r.size(); ++i) {
    if (unset(r[i])) continue;
    const auto full = read_tlv(r[i], false);
    if (!full || full->tag != 0x43) return {};
    auto text = network_name(full->value);
    const auto rest = ByteView(r[i]).subspan(full->whole.size());
    if (const auto brief = read_tlv(rest, false); brief && brief->tag == 0x45)
      text += " (short: " + network_name(brief->value) + ")";
    out.push_back({record_name(i), text});
  }
  return or_none(std::move(out));
}

// TS 31.102 section 4.2.59: PLMN (digit D is any), first and last LAC, record of EF.PNN.
Facts operator_list(Records r) {
  Facts out;
  for (std::size_t i = 0; i < r.size(); ++i) {
    const ByteView v = r[i];
    if (v.size() < 8) return {};
    const auto plmn = plmn_text(v);
    if (plmn.empty()) continue;
    out.push_back({record_name(i),
                   plmn + " " + to_hex(v.subspan(3, 2)) + " to " + to_hex(v.subspan(5, 2)) +
                       (v[7] == 0 ? ": name from elsewhere" : ": name " + number(v[7]) + " of EF.PNN")});
  }
  return or_none(std::move(out));
}

// TS 31.102 section 4.2.66: A3 with a list of PLMNs under 80.
Facts provider_display(Records r) {
  if (unset(r[0])) return or_none({});
  const auto whole = read_tlv(r[0], false);
  const auto list = whole && whole->tag == 0xA3 ? find_tlv(whole->value, 0x80) : std::nullopt;
  if (!list) return {};
  std::string out;
  for (std::size_t i = 0; i + 3 <= list->value.size(); i += 3)
    if (const auto plmn = plmn_text(list->value.subspan(i, 3)); !plmn.empty())
      out += (out.empty() ? "" : ", ") + plmn;
  return {{"", out.empty() ? "none" : out}};
}

// TS 31.102 section 4.4.11.2: 5G-GUTI (13), TAI (6), status.
Facts location_5gs(Records r) {
  const ByteView v = r[0];
  if (v.size() != 20) return {};
  return {{"5G-GUTI", to_hex(v.first(13))},
          {"TAI", area(v.subspan(13, 6))},
          {"status", update_status(v[19] & 0x07)}};
}

std::size_t big_endian(ByteView v) {
  std::size_t n = 0;
  for (const auto b : v) n = n << 8 | b;
  return n;
}
// TS 31.102 sections 4.2.9, 4.2.10, 4.2.14: call meters, the newest record first.
Facts call_meter(Records r) {
  return {{"", number(big_endian(r[0])) + " units"}};
}
// TS 31.102 section 4.2.51 and 4.2.52: START values of 20 bits, and their limit.
Facts start_values(Records r) {
  if (r[0].size() != 6) return {};
  const ByteView v = r[0];
  return {{"START of CS", to_hex(v.first(3))}, {"START of PS", to_hex(v.subspan(3))}};
}
Facts start_limit(Records r) {
  return {{"", to_hex(r[0])}};
}
// TS 102 221 section 13.6.
Facts power(Records r) {
  const ByteView v = r[0];
  if (v.size() < 2) return {};
  return {{"power", number(v[0]) + " mA"}, {"time-out of applications", number(v[1] * 100u) + " ms"}};
}

// TS 31.102 section 4.4.2.1: which file of the phone book each object names.
Facts phone_book(Records r) {
  Facts out;
  for (std::size_t i = 0; i < r.size(); ++i) {
    if (unset(r[i])) continue;
    std::string files;
    ByteView rest = r[i];
    for (auto t = read_tlv(rest, false); t && t->tag >= 0xA8 && t->tag <= 0xAA; t = read_tlv(rest, false)) {
      const auto members = read_tlvs(t->value, false);
      if (!members) return {};
      for (const auto& m : *members)
        if (m.value.size() >= 2)
          files += (files.empty() ? "" : ", ") + tag_text(m.tag) + " " + to_hex(m.value.first(2));
      rest = rest.subspan(t->whole.size());
      if (rest.empty()) break;
    }
    out.push_back({record_name(i), files});
  }
  return or_none(std::move(out));
}

// 3GPP2 C.S0065, EF.SPN: condition, encoding (2 seven bits of ASCII, 4 UCS2, 8 Latin 1, 9 GSM), language,
// text.
Facts csim_provider_name(Records r) {
  const ByteView v = r[0];
  if (v.size() < 4 || unset(v)) return {};
  auto text = v.subspan(3);
  while (!text.empty() && text.back() == 0xFF) text = text.first(text.size() - 1);
  std::string name;
  if (v[1] == 0x04)
    name = etsi::ucs2_text(text);
  else if (v[1] == 0x09)
    name = etsi::gsm_text(text);
  else
    for (const auto c : text) name += c >= 0x20 && c < 0x7F ? static_cast<char>(c) : '?';
  return {{"", name}, {"display required", (v[0] & 1) != 0 ? "yes" : "no"}};
}

constexpr Decoder kNetworkDecoders[] = {
    {"CSIM/EF.SPN", csim_provider_name},
    {"EF.5GS3GPPLOCI", location_5gs},
    {"EF.5GSN3GPPLOCI", location_5gs},
    {"EF.ACM", call_meter},
    {"EF.ACMMAX", call_meter},
    {"EF.OPL", operator_list},
    {"EF.PBR", phone_book},
    {"EF.PNN", network_names},
    {"EF.SPDI", provider_display},
    {"EF.START-HFN", start_values},
    {"EF.THRESHOLD", start_limit},
    {"EF.UMPC", power},
};
}  // namespace

std::span<const Decoder> network_decoders() {
  return kNetworkDecoders;
}

}  // namespace eider::usim
