#include "card/uicc/uicc.hpp"

namespace eider::card::uicc {
namespace {
void put(Bytes& out, Tag tag, std::initializer_list<std::uint8_t> value) {
  append_tlv(out, tag, ByteView(value.begin(), value.size()));
}
std::uint8_t high(std::size_t n) {
  return static_cast<std::uint8_t>(n >> 8);
}
std::uint8_t low(std::size_t n) {
  return static_cast<std::uint8_t>(n);
}

// At least two octets, as tag 80 wants it.
void put_size(Bytes& out, Tag tag, std::size_t n) {
  if (n > 0xFFFF) {
    put(out, tag, {low(n >> 16), high(n), low(n)});
  } else {
    put(out, tag, {high(n), low(n)});
  }
}

void descriptor(Bytes& out, const FileHeader& f) {
  if (f.has_records()) {
    put(out, 0x82, {f.descriptor, 0x21, high(f.record_size), low(f.record_size), low(f.records())});
  } else {
    put(out, 0x82, {f.descriptor, 0x21});
  }
}

void proprietary(Bytes& out, const FileHeader& f) {
  Bytes info;
  if (f.type == FileType::kMf) {
    put(info, 0x80, {0x71});  // clock may be stopped; all voltage classes
    put(info, 0x87, {0x01});  // TERMINAL CAPABILITY (SGP.22 v2.6.1 section 3.4.1)
  }
  if (f.type == FileType::kBerTlv) {
    put(info, 0x84, {0x01});
    put_size(info, 0x85, f.size);
    if (!f.maximum_size.empty()) append_tlv(info, 0x86, f.maximum_size);
  }
  if (!f.is_directory() && f.special != 0) put(info, 0xC0, {f.special});
  if (!info.empty()) append_tlv(out, 0xA5, info);
}

// Which of its PINs are enabled (section 9.5.2): bits in the order of the references, most significant first.
void pin_status(Bytes& out, Uicc& uicc, int directory) {
  const auto& files = uicc.files();
  const auto* f = &files.at(directory);
  if (f->pin_status.empty() && f->link >= 0) f = &files.at(f->link);
  Bytes bits((f->pin_status.size() + 7) / 8), references;
  for (std::size_t i = 0; i < f->pin_status.size(); ++i) {
    const auto reference = f->pin_status[i];
    const auto* p = uicc.pin(reference, directory);
    if (p && p->has(Pin::kEnabled)) bits[i / 8] |= static_cast<std::uint8_t>(0x80 >> i % 8);
    if (reference == kUniversalPin) {
      bool used = false;  // in the place of another PIN
      for (const auto& c : uicc.pins().contexts())
        for (const auto& other : c.pins) used |= other.has(Pin::kReplaced);
      put(references, 0x95, {used ? std::uint8_t{0x08} : std::uint8_t{0x00}});
    }
    put(references, 0x83, {reference});
  }
  Bytes value;
  append_tlv(value, 0x90, bits);
  append(value, references);
  append_tlv(out, 0xC6, value);
}
}  // namespace

Bytes file_control_parameters(Uicc& uicc, int file) {
  auto& files = uicc.files();
  const auto& f = files.at(file);
  Bytes content;
  content.reserve(64);
  descriptor(content, f);
  // An ADF has no FID on the card: 7FFF reaches it while it is active.
  if (f.type != FileType::kAdf) put(content, 0x83, {high(f.fid), low(f.fid)});
  if (!f.aid.empty()) append_tlv(content, 0x84, f.aid);
  proprietary(content, f);
  put(content, 0x8A, {f.lcsi});
  put(content, 0x8B, {high(f.arr_fid), low(f.arr_fid), f.arr_record});
  if (f.is_directory()) {
    pin_status(content, uicc, file);
  } else {
    put_size(content, 0x80, f.type == FileType::kBerTlv ? files.used(file) : f.size);
    if (f.sfi != 0) {
      put(content, 0x88, {static_cast<std::uint8_t>(f.sfi << 3)});
    } else {
      put(content, 0x88, {});
    }
  }
  Bytes out;
  out.reserve(content.size() + 3);
  append_tlv(out, 0x62, content);
  return out;
}

Bytes bare_mf_parameters() {
  return make_tlv(0x62, {make_tlv(0x82, Bytes{0x78, 0x21}), make_tlv(0x83, Bytes{0x3F, 0x00}),
                         make_tlv(0xA5, {make_tlv(0x80, Bytes{0x71}), make_tlv(0x87, Bytes{0x01})}),
                         make_tlv(0x8A, Bytes{0x05}), make_tlv(0xC6, Bytes{0x90, 0x01, 0x00})});
}

}  // namespace eider::card::uicc
