// Packages of the builder, taken apart for tests that change them.
#pragma once
#include <gtest/gtest.h>

#include "profile/builder.hpp"
#include "profile/installer.hpp"
#include "profile/package_reader.hpp"

namespace eider::profile::test_elements {

using saip::PeStatusCode;

inline std::vector<Bytes> split(ByteView package) {
  std::vector<Bytes> out;
  const auto elements = read_package(package);
  EXPECT_TRUE(elements);
  for (const auto& e : *elements) out.push_back(to_bytes(e.der));
  return out;
}

inline InstallReport install(const std::vector<Bytes>& elements, MetadataFacts metadata,
                             CardCapabilities capabilities = {}, InstallLimits limits = {}) {
  PackageInstaller installer(std::move(capabilities), limits, std::move(metadata));
  for (const auto& e : elements)
    if (installer.element(e).aborted) break;
  return installer.finish();
}

using Elements = std::vector<saip::ProfileElement>;
namespace pe = saip::pe;

inline Elements generic(bool isim = true) {
  SeededRandom random(11);
  auto p = GenericProfileParameters::random(random);
  p.iccid = "8988211000000000001?";
  p.imsi = "001010000000001";
  p.isim = isim;
  p.gid1 = hex("A1");
  Elements out;
  for (const auto& der : split(build_generic_profile(p))) out.push_back(saip::decode_element(der).value());
  return out;
}
inline MetadataFacts metadata() {
  MetadataFacts m;
  m.iccid = Iccid::parse("8988211000000000001?")->file();
  return m;
}
inline std::vector<Bytes> encoded(const Elements& elements) {
  std::vector<Bytes> out;
  for (const auto& e : elements) out.push_back(saip::encode_element(e));
  return out;
}
inline Bytes joined(const Elements& elements) {
  Bytes out;
  for (const auto& e : encoded(elements)) append(out, e);
  return out;
}
inline std::size_t index_of(const Elements& l, Tag tag, int nth = 0) {
  for (std::size_t i = 0; i < l.size(); ++i)
    if (l[i].tag() == tag && nth-- == 0) return i;
  throw std::out_of_range("element");
}
inline saip::ProfileElement& of(Elements& l, Tag tag, int nth = 0) {
  return l[index_of(l, tag, nth)];
}
template <class T>
T& as(Elements& l, Tag tag, int nth = 0) {
  return *of(l, tag, nth).as<T>();
}
inline saip::TemplatePe& tpl(Elements& l, Tag tag) {
  return as<saip::TemplatePe>(l, tag);
}
inline saip::File& file(Elements& l, Tag tag, std::string_view member) {
  return *tpl(l, tag).find(saip::member_tag(tag, member));
}
inline saip::Fcp& fcp(Elements& l, Tag tag, std::string_view member) {
  return std::get<saip::Fcp>(file(l, tag, member)[0].value);
}
inline void move_to(Elements& l, std::size_t from, std::size_t to) {
  auto e = std::move(l[from]);
  l.erase(l.begin() + static_cast<std::ptrdiff_t>(from));
  l.insert(l.begin() + static_cast<std::ptrdiff_t>(to), std::move(e));
}
inline void drop(Elements& l, Tag tag, int nth = 0) {
  l.erase(l.begin() + static_cast<std::ptrdiff_t>(index_of(l, tag, nth)));
}
inline saip::ProfileElement copy_of(const saip::ProfileElement& e, std::uint16_t identification) {
  auto out = saip::decode_element(saip::encode_element(e)).value();
  out.header()->identification = identification;
  return out;
}
// Before the end, so that what it refers to exists.
inline void insert_before_end(Elements& l, saip::ProfileElement e) {
  l.insert(l.end() - 1, std::move(e));
}
inline std::vector<saip::PinConfiguration>& pins(Elements& l, int nth) {
  return std::get<std::vector<saip::PinConfiguration>>(
      as<saip::PinCodes>(l, pe::kPinCodes, nth).pinCodes.value);
}
inline saip::AlgoParameter& algo(Elements& l) {
  return std::get<saip::AlgoParameter>(as<saip::AkaParameter>(l, pe::kAkaParameter).algoConfiguration.value);
}
inline saip::ProfileElement gfm(const char* commands, std::uint16_t id) {
  const std::uint8_t n = static_cast<std::uint8_t>(id);
  return saip::decode_element(make_tlv(0xA1, {make_tlv(0xA0, {hex("8000"), make_tlv(0x81, ByteView(&n, 1))}),
                                              make_tlv(0xA1, {make_tlv(0x30, hex(commands))})}))
      .value();
}

// `depth` directories, each in the one before.
inline saip::ProfileElement nested(int depth) {
  std::string commands = "8000";
  for (int i = 0; i < depth; ++i) {
    const std::uint8_t fid[] = {static_cast<std::uint8_t>(0x40 + (i >> 8)), static_cast<std::uint8_t>(i)};
    commands += "6211820278218302" + to_hex(fid) + "8B032F0601C602010A";
  }
  return gfm(commands.c_str(), 0x70);
}

using S = PeStatusCode;
inline void without(CardCapabilities& c, saip::Service s) {
  c.uicc_capability.set(saip::capability_bit(s), false);
}

}  // namespace eider::profile::test_elements
