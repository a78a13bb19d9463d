// A case for every rule of the linter: what to do to a clean package so that the rule is broken.
#pragma once
#include <functional>

#include "profile/elements.hpp"

namespace eider::profile::lint_cases {

using namespace test_elements;
using Edit = std::function<void(Elements&)>;

struct Case {
  std::string id;  // of the rule
  Edit edit;
  Edit prepare = {};                        // the rule is not broken before `edit`, and after this
  std::function<void(Bytes&)> octets = {};  // done to the package after `edit`
};
inline void PrintTo(const Case& c, std::ostream* out) {
  *out << c.id;
}
std::vector<Case> package_cases();
std::vector<Case> file_cases();

// An element with a header of its own and these members behind it.
inline saip::ProfileElement element(Tag tag, const char* members, std::uint8_t id = 0x70) {
  const auto header = make_tlv(0xA0, {hex("8000"), make_tlv(0x81, ByteView(&id, 1))});
  auto e = saip::decode_element(make_tlv(tag, {header, hex(members)}));
  if (!e) throw std::runtime_error(e.error().message());
  return *std::move(e);
}

// The element of a template with no more than its mandatory members.
inline saip::ProfileElement blank(Tag tag, std::uint16_t id = 0x60) {
  const auto info = std::ranges::find(saip::templates(), tag, &saip::TemplateInfo::pe);
  saip::TemplatePe t;
  t.pe = tag;
  t.header.mandated = der::Null{};
  t.header.identification = id;
  t.templateID = der::Oid(info->oid);
  for (const auto& m : saip::template_element(tag)->members) {
    const auto* row = saip::template_row(*info, m.tag);
    const bool adf = row && row->type == saip::FileType::kAdf, df = row && row->type == saip::FileType::kDf;
    if (!m.mandatory && !adf && !df) continue;
    auto& file = t.files.emplace_back(saip::TemplateFile{m.tag, {}}).file;
    if (!adf && !df) continue;
    saip::Fcp fcp;
    fcp.pinStatusTemplateDO = hex("010A");
    if (adf) {
      fcp.fileID = *FixedBytes<2>::from(hex("7FE0"));
      fcp.dfName = *saip::Aid::from(hex("A0000003431002FF49FF0589"));
    }
    file.emplace_back().value = std::move(fcp);
  }
  saip::ProfileElement e;
  e.value = std::move(t);
  return e;
}

inline bool contains(const Elements& l, Tag tag) {
  return std::ranges::any_of(l, [&](const auto& e) { return e.tag() == tag; });
}
// Before the end, unless it is there.
inline void ensure(Elements& l, Tag tag, std::uint16_t id) {
  if (!contains(l, tag)) insert_before_end(l, blank(tag, id));
}
inline void repeat(Elements& l, Tag tag) {
  const auto at = index_of(l, tag);
  auto copy = copy_of(l[at], 0x77);
  l.insert(l.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(copy));
}
inline void set_iot_options(Elements& l) {
  as<saip::ProfileHeader>(l, pe::kHeader).iotOptions.emplace().pix =
      *BoundedBytes<11>::from(hex("10020000000000"));
}
inline void set_content(saip::File& f, const char* octets) {
  std::erase_if(f, [](const auto& i) { return i.content() || i.offset(); });
  f.emplace_back().value = hex(octets);
}
inline saip::SecurityDomain& domain(Elements& l, int nth = 0) {
  return as<saip::SecurityDomain>(l, pe::kSecurityDomain, nth);
}
inline void add_domain(Elements& l) {
  auto e = copy_of(of(l, pe::kSecurityDomain), 0x71);
  e.as<saip::SecurityDomain>()->instance.instanceAID =
      *saip::Aid::from(hex("A00000055910100102736456616C7565"));
  insert_before_end(l, std::move(e));
}
template <std::size_t N>
BoundedBytes<N> bounded(const char* octets) {
  return BoundedBytes<N>::from(hex(octets)).value();
}

}  // namespace eider::profile::lint_cases
