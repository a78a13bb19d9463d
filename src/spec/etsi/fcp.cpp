#include "spec/etsi/fcp.hpp"

#include "codec/tlv.hpp"

namespace eider::etsi {
namespace {

std::uint32_t number(ByteView v) {
  std::uint32_t n = 0;
  for (const auto octet : v) n = n << 8 | octet;
  return n;
}

tl::unexpected<Fault> wrong(const Tlv& object, const char* why) {
  return fail(DecodeFault{"FCP " + tag_text(object.tag), 0, why});
}

// Section 11.1.1.4.3: bits 6 to 4 tell directories and BER-TLV files, bits 3 to 1 the structure.
Fcp::Structure structure_of(std::uint8_t descriptor) {
  switch (descriptor & 0x3F) {
    case 0x38:
      return Fcp::Structure::kDirectory;
    case 0x39:
      return Fcp::Structure::kBerTlv;
    default:
      break;
  }
  switch (descriptor & 0x07) {
    case 1:
      return Fcp::Structure::kTransparent;
    case 2:
      return Fcp::Structure::kLinearFixed;
    case 6:
      return Fcp::Structure::kCyclic;
    default:
      return Fcp::Structure::kUnknown;
  }
}

Status read_descriptor(const Tlv& object, Fcp& out) {
  const auto v = object.value;
  if (v.size() != 2 && v.size() != 5) return wrong(object, "2 or 5 octets expected");
  out.descriptor = v[0];
  out.structure = structure_of(v[0]);
  if (v.size() == 5) {
    out.record_size = static_cast<std::uint16_t>(number(v.subspan(2, 2)));
    out.records = v[4];
  }
  if (out.has_records() && out.record_size == 0) return wrong(object, "record length missing");
  return {};
}

// Section 11.1.1.4.7.3 (8B): FID and record; with four octets or more, per security environment: the first
// counts.
Status read_arr(const Tlv& object, Fcp& out) {
  const auto v = object.value;
  if (v.size() == 3)
    out.arr = Fcp::ArrReference{static_cast<std::uint16_t>(number(v.subspan(0, 2))), v[2]};
  else if (v.size() >= 4 && v.size() % 2 == 0)
    out.arr = Fcp::ArrReference{static_cast<std::uint16_t>(number(v.subspan(0, 2))), v[3]};
  else
    return wrong(object, "3 octets, or FID and pairs expected");
  return {};
}

// Section 9.5.2 (C6): PS_DO 90 has a bit for each key reference 83 that follows, the most significant first.
// A usage qualifier 95 may stand before each reference.
Status read_pins(const Tlv& object, Fcp& out) {
  EIDER_TRY(members, read_tlvs(object.value));
  ByteView bits;
  for (const auto& m : members) {
    if (m.tag == 0x90) bits = m.value;
    if (m.tag != 0x83) continue;
    if (m.value.size() != 1) return wrong(object, "a key reference has one octet");
    const auto i = out.pins.size();
    if (i / 8 >= bits.size()) return wrong(object, "fewer status bits than key references");
    out.pins.push_back({m.value[0], (bits[i / 8] >> (7 - i % 8) & 1) != 0});
  }
  return {};
}

Status read_object(const Tlv& object, Fcp& out) {
  const auto v = object.value;
  switch (object.tag) {
    case 0x80:
      if (v.empty() || v.size() > 4) return wrong(object, "1 to 4 octets expected");
      out.size = number(v);
      return {};
    case 0x82:
      return read_descriptor(object, out);
    case 0x83:
      if (v.size() != 2) return wrong(object, "2 octets expected");
      out.fid = static_cast<std::uint16_t>(number(v));
      return {};
    case 0x84:
      out.df_name = to_bytes(v);
      return {};
    case 0x88:
      if (v.size() > 1) return wrong(object, "at most 1 octet expected");
      if (!v.empty()) out.sfi = static_cast<std::uint8_t>(v[0] >> 3);
      return {};
    case 0x8A:
      if (v.size() != 1) return wrong(object, "1 octet expected");
      out.life_cycle = v[0];
      return {};
    case 0x8B:
      return read_arr(object, out);
    case 0xC6:
      return read_pins(object, out);
    default:
      return {};
  }
}

}  // namespace

Result<Fcp> Fcp::decode(ByteView octets) {
  EIDER_TRY(whole, read_single_tlv(octets));
  if (whole.tag != 0x62)
    return fail(DecodeFault{"FCP", 0, "template 62 expected, not " + tag_text(whole.tag)});
  EIDER_TRY(objects, read_tlvs(whole.value));
  Fcp out;
  bool described = false;
  for (const auto& object : objects) {
    EIDER_CHECK(read_object(object, out));
    described |= object.tag == 0x82;
  }
  if (!described) return fail(DecodeFault{"FCP 82", 0, "file descriptor missing"});
  return out;
}

const char* to_string(Fcp::Structure structure) {
  constexpr const char* kNames[] = {"directory", "transparent", "linear fixed",
                                    "cyclic",    "BER-TLV",     "unknown"};
  return kNames[static_cast<std::size_t>(structure)];
}

}  // namespace eider::etsi
