#include "spec/usim/contents.hpp"

#include <algorithm>

#include "codec/tlv.hpp"
#include "spec/etsi/text.hpp"
#include "spec/usim/contents_detail.hpp"
#include "spec/usim/suci_files.hpp"

namespace eider::usim {
namespace {

ByteView until_filling(ByteView v) {
  while (!v.empty() && v.back() == 0xFF) v = v.first(v.size() - 1);
  return v;
}
using etsi::alpha_text;

Facts one(std::string value) {
  if (value.empty()) return {};
  return {{"", std::move(value)}};
}

Facts iccid(Records r) {
  return one(swapped_digits(r[0]));
}

// TS 31.102 section 4.2.2: length, then digits behind the parity nibble.
Facts imsi(Records r) {
  const ByteView v = r[0];
  if (v.size() < 2 || v[0] == 0 || v[0] >= v.size()) return {};
  auto digits = swapped_digits(v.subspan(1, v[0]));
  return digits.size() < 2 ? Facts{} : one(digits.substr(1));
}

// TS 31.102 section 4.2.18.
Facts administrative_data(Records r) {
  const ByteView v = r[0];
  if (v.size() < 3) return {};
  const char* mode = v[0] == 0x00   ? "normal operation"
                     : v[0] == 0x80 ? "type approval"
                     : v[0] == 0x01 ? "normal operation and specific facilities"
                     : v[0] == 0x81 ? "type approval and specific facilities"
                     : v[0] == 0x02 ? "maintenance (off line)"
                     : v[0] == 0x04 ? "cell test"
                                    : "unknown mode";
  Facts out{{"mode", mode}};
  if (v.size() > 3 && (v[3] & 0x0F) != 0x0F) out.push_back({"digits of the MNC", number(v[3] & 0x0F)});
  return out;
}

Facts provider_name(Records r) {
  if (r[0].size() < 2 || unset(r[0])) return {};
  return {{"", alpha_text(ByteView(r[0]).subspan(1))},
          {"display of the PLMN required", (r[0][0] & 1) != 0 ? "yes" : "no"}};
}

// TS 31.102 section 4.2.15: the highest class is the first bit.
Facts access_classes(Records r) {
  const ByteView v = r[0];
  if (v.size() != 2) return {};
  const unsigned bits = static_cast<unsigned>(v[0]) << 8 | v[1];
  std::string out;
  for (unsigned c = 0; c < 16; ++c)
    if (bits >> c & 1) out += (out.empty() ? "" : ", ") + number(c);
  return one(out.empty() ? "none" : out);
}

Facts ust(Records r) {
  Facts out;
  for (std::size_t n = 1; n <= r[0].size() * 8; ++n)
    if (r[0][(n - 1) / 8] >> ((n - 1) % 8) & 1) out.push_back({number(n), std::string(ust_service(n))});
  return out;
}

Facts services(Records r) {
  std::string out;
  for (std::size_t n = 1; n <= r[0].size() * 8; ++n)
    if (r[0][(n - 1) / 8] >> ((n - 1) % 8) & 1) out += (out.empty() ? "" : ", ") + number(n);
  return one(out.empty() ? "none" : out);
}

Facts languages(Records r) {
  std::string out;
  for (const auto& record : r)
    for (std::size_t i = 0; i + 1 < record.size(); i += 2)
      if (record[i] != 0xFF) out += (out.empty() ? "" : ", ") + alpha_text(ByteView(record).subspan(i, 2));
  return one(out);
}

// TS 102 221 section 13.1: application template 61 with AID 4F and label 50.
Facts directory(Records r) {
  Facts out;
  for (const auto& record : r) {
    if (unset(record)) continue;
    const auto whole = read_tlv(record, false);
    if (!whole || whole->tag != 0x61) return {};
    const auto aid = find_tlv(whole->value, 0x4F), label = find_tlv(whole->value, 0x50);
    out.push_back({aid ? to_hex(aid->value) : "", label ? std::string(as_text(label->value)) : ""});
  }
  return out;
}

Facts rules(Records r) {
  Facts out;
  for (std::size_t i = 0; i < r.size(); ++i) {
    if (unset(r[i])) continue;
    out.push_back({"record " + number(i + 1), access_rules_text(r[i])});
  }
  return out;
}

std::string technologies(ByteView v) {
  std::string out;
  const auto add = [&](bool there, const char* name) {
    if (there) out += (out.empty() ? "" : ", ") + std::string(name);
  };
  add((v[0] & 0x80) != 0, "UTRAN");
  add((v[0] & 0x40) != 0, "E-UTRAN");
  add((v[0] & 0x08) != 0, "NG-RAN");
  add((v[1] & 0x80) != 0, "GSM");
  add((v[1] & 0x40) != 0, "GSM COMPACT");
  add((v[1] & 0x20) != 0, "cdma2000 HRPD");
  add((v[1] & 0x10) != 0, "cdma2000 1xRTT");
  return out.empty() ? "any technology" : out;
}

Facts plmn_with_technology(Records r) {
  Facts out;
  for (std::size_t i = 0; i + 5 <= r[0].size(); i += 5) {
    const auto entry = ByteView(r[0]).subspan(i, 5);
    const auto plmn = plmn_text(entry);
    if (!plmn.empty()) out.push_back({plmn, technologies(entry.subspan(3))});
  }
  return out.empty() ? one("none") : out;
}

Facts plmns(Records r) {
  std::string out;
  for (std::size_t i = 0; i + 3 <= r[0].size(); i += 3) {
    const auto plmn = plmn_text(ByteView(r[0]).subspan(i, 3));
    if (!plmn.empty()) out += (out.empty() ? "" : ", ") + plmn;
  }
  return one(out.empty() ? "none" : out);
}

// TS 31.102 section 4.2.17: TMSI, LAI, RFU, status.
Facts location(Records r) {
  const ByteView v = r[0];
  if (v.size() != 11) return {};
  return {
      {"TMSI", to_hex(v.first(4))}, {"LAI", area(v.subspan(4, 5))}, {"status", update_status(v[10] & 0x07)}};
}

// TS 31.102 section 4.2.23: P-TMSI, its signature, RAI, status.
Facts packet_location(Records r) {
  const ByteView v = r[0];
  if (v.size() != 14) return {};
  return {{"P-TMSI", to_hex(v.first(4))},
          {"RAI", area(v.subspan(7, 6))},
          {"status", update_status(v[13] & 0x07)}};
}

// TS 31.102 section 4.2.91: GUTI (12), TAI (5), status.
Facts eps_location(Records r) {
  const ByteView v = r[0];
  if (v.size() != 18) return {};
  return {{"GUTI", to_hex(v.first(12))},
          {"TAI", area(v.subspan(12, 5))},
          {"status", update_status(v[17] & 0x07)}};
}

std::string dialling_number(ByteView v) {  // length, TON and NPI, then digits
  if (v.size() < 2 || v[0] < 2 || v[0] > 11 || v[0] > v.size() - 1) return {};
  const auto digits = swapped_digits(v.subspan(2, static_cast<std::size_t>(v[0]) - 1));
  return ((v[1] & 0x70) == 0x10 ? "+" : "") + digits;
}

// Alpha identifier, then 14 octets of number (TS 31.102 section 4.2.26).
Facts numbers(Records r) {
  Facts out;
  for (std::size_t i = 0; i < r.size(); ++i) {
    const ByteView v = r[i];
    if (v.size() < 14) return {};
    const auto text = dialling_number(v.subspan(v.size() - 14));
    if (!text.empty())
      out.push_back({"record " + number(i + 1), alpha_text(v.first(v.size() - 14)) + " " + text});
  }
  return out.empty() ? one("none") : out;
}

// TS 31.102 section 4.2.27: the last 28 octets are parameters; bit 2 of the indicators: service centre
// absent.
Facts sms_parameters(Records r) {
  Facts out;
  for (std::size_t i = 0; i < r.size(); ++i) {
    const ByteView v = r[i];
    if (v.size() < 28) return {};
    const auto p = v.subspan(v.size() - 28);
    if ((p[0] & 0x02) != 0) continue;
    const auto centre = dialling_number(p.subspan(13, 12));
    if (!centre.empty()) out.push_back({"service centre, record " + number(i + 1), centre});
  }
  return out.empty() ? one("none") : out;
}

Facts search_period(Records r) {
  if (r[0].size() != 1) return {};
  return one(r[0][0] == 0 ? "no search" : number(r[0][0]) + " units of search for a higher priority PLMN");
}

Facts emergency_numbers(Records r) {
  std::string out;
  for (const auto& record : r)
    if (record.size() >= 3) {
      const auto digits = swapped_digits(ByteView(record).first(3));
      if (!digits.empty()) out += (out.empty() ? "" : ", ") + digits;
    }
  return one(out.empty() ? "none" : out);
}

// TS 31.103 section 4.2: NAI, SIP URI or domain in object 80.
Facts ims_text(Records r) {
  Facts out;
  for (std::size_t i = 0; i < r.size(); ++i) {
    const auto object = read_tlv(r[i], false);
    if (!object || object->tag != 0x80) continue;
    out.push_back({r.size() > 1 ? "record " + number(i + 1) : "", std::string(as_text(object->value))});
  }
  return out;
}

Facts group(Records r) {
  return unset(r[0]) ? one("none") : one(to_hex(until_filling(r[0])));
}

Facts routing_indicator(Records r) {
  const auto value = RoutingIndicator::parse(r[0]);
  return value ? one(value->digits()) : Facts{};
}

Facts suci(Records r) {
  const auto info = SuciCalcInfo::parse(r[0]);
  if (!info) return {};
  Facts out;
  for (const auto& s : info->schemes) {
    const char* name = s.identifier == 0   ? "null scheme"
                       : s.identifier == 1 ? "profile A"
                       : s.identifier == 2 ? "profile B"
                                           : "scheme of the operator";
    const auto* key = info->key_of(s);
    out.push_back(
        {name, key ? "home network key " + number(key->identifier) + ": " + to_hex(key->value) : "no key"});
  }
  return out.empty() ? one("none") : out;
}

constexpr Decoder kDecoders[] = {
    {"EF.ACC", access_classes},
    {"EF.AD", administrative_data},
    {"EF.ADN", numbers},
    {"EF.ARR", rules},
    {"EF.BDN", numbers},
    {"EF.DIR", directory},
    {"EF.DOMAIN", ims_text},
    {"EF.ECC", emergency_numbers},
    {"EF.EHPLMN", plmns},
    {"EF.EPSLOCI", eps_location},
    {"EF.EST", services},
    {"EF.FDN", numbers},
    {"EF.FPLMN", plmns},
    {"EF.GID1", group},
    {"EF.GID2", group},
    {"EF.HPLMNWACT", plmn_with_technology},
    {"EF.HPPLMN", search_period},
    {"EF.ICCID", iccid},
    {"EF.IMPI", ims_text},
    {"EF.IMPU", ims_text},
    {"EF.IMSI", imsi},
    {"EF.IST", services},
    {"EF.LI", languages},
    {"EF.LOCI", location},
    {"EF.MSISDN", numbers},
    {"EF.OPLMNWACT", plmn_with_technology},
    {"EF.PL", languages},
    {"EF.PLMNWACT", plmn_with_technology},
    {"EF.PSLOCI", packet_location},
    {"EF.ROUTING-INDICATOR", routing_indicator},
    {"EF.SDN", numbers},
    {"EF.SMSP", sms_parameters},
    {"EF.SPN", provider_name},
    {"EF.SUCI-CALC-INFO", suci},
    {"EF.SUCICALCINFO", suci},
    {"EF.UST", ust},
};

// Names differ in case and in - and _ between documents.
std::string normal(std::string_view name) {
  std::string out;
  for (const char c : name) out += c == '_' ? '-' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

const Decoder* decoder(std::string_view file) {
  const auto name = normal(file);
  for (const auto& table : {std::span<const Decoder>(kDecoders), network_decoders()}) {
    const auto found = std::ranges::find(table, std::string_view(name), &Decoder::file);
    if (found != table.end()) return &*found;
  }
  return nullptr;
}

}  // namespace

std::string area(ByteView v) {
  const auto plmn = plmn_text(v);
  return (plmn.empty() ? "no PLMN" : plmn) + " " + to_hex(v.subspan(3));
}
std::string update_status(std::uint8_t v) {
  constexpr const char* kNames[] = {"updated", "not updated", "PLMN not allowed",
                                    "location area not allowed"};
  return v < 4 ? kNames[v] : "reserved";
}

std::vector<Fact> describe_file(std::string_view file, std::span<const Bytes> records) {
  const auto* d = decoder(file);
  return d && !records.empty() ? d->describe(records) : Facts{};
}

std::string described_as(std::string_view application, std::string_view file) {
  return (application.starts_with("ADF.CSIM") ? "CSIM/" : "") + std::string(file);
}

bool can_describe(std::string_view file) {
  return decoder(file) != nullptr;
}

std::vector<std::string_view> described_files() {
  std::vector<std::string_view> out;
  for (const auto& table : {std::span<const Decoder>(kDecoders), network_decoders()})
    for (const auto& d : table) out.push_back(d.file);
  return out;
}

bool holds_keys(std::string_view file) {
  constexpr std::string_view kFiles[] = {"EF.KEYS",       "EF.KEYSPS",      "EF.KC",
                                         "EF.KCGPRS",     "EF.EPSNSC",      "EF.5GAUTHKEYS",
                                         "EF.5GS3GPPNSC", "EF.5GSN3GPPNSC", "EF.KAUSF-DERIVATION"};
  return std::ranges::find(kFiles, normal(file)) != std::end(kFiles);
}

std::string swapped_digits(ByteView octets) {
  std::string out;
  for (const auto octet : octets)
    for (const auto nibble : {octet & 0x0F, octet >> 4}) {
      if (nibble == 0x0F) return out;
      if (nibble > 9) return {};
      out += static_cast<char>('0' + nibble);
    }
  return out;
}

std::string plmn_text(ByteView v) {
  if (v.size() < 3 || unset(v.first(3))) return {};
  const int digits[] = {v[0] & 0xF, v[0] >> 4, v[1] & 0xF, v[2] & 0xF, v[2] >> 4, v[1] >> 4};
  std::string out;
  for (std::size_t i = 0; i < 6; ++i) {
    if (i == 3) out += '-';
    if (i == 5 && digits[i] == 0xF) break;  // an MNC of two digits
    out += digits[i] > 9 ? '?' : static_cast<char>('0' + digits[i]);
  }
  return out;
}

std::string key_reference_text(std::uint8_t reference) {
  if (reference == 0x11) return "universal PIN";
  if (reference >= 0x01 && reference <= 0x08)
    return "PIN1" + (reference == 1 ? "" : " of application " + number(reference));
  if (reference >= 0x81 && reference <= 0x88)
    return "PIN2" + (reference == 0x81 ? "" : " of application " + number(reference - 0x80u));
  if (reference >= 0x0A && reference <= 0x0E) return "ADM" + number(reference - 0x09u);
  if (reference >= 0x8A && reference <= 0x8E) return "ADM" + number(reference - 0x84u);
  return "key " + to_hex(Bytes{reference});
}

}  // namespace eider::usim
