#include "spec/saip/template.hpp"

#include <stdexcept>

namespace eider::saip {
namespace {

using der::Field;
using Member = TemplateMember;
struct ElementRow {
  std::string_view name;
  Tag tag;
  std::span<const Member> members;
};

#include "spec/saip/template_members.inc"
#include "spec/saip/template_rows.inc"

constexpr std::size_t kElementCount = kTemplateElementCount;
static_assert(std::size(kElements) == kElementCount);

constexpr auto kTable = [] {
  std::array<TemplateElement, kElementCount> out{};
  for (std::size_t i = 0; i < kElementCount; ++i)
    out[i] = {kElements[i].name, kElements[i].tag, kElements[i].members};
  return out;
}();

constexpr Field file_field(const Member& m) {
  return Field{.name = m.name,
               .tag = m.tag,
               .presence = m.mandatory ? der::Presence::kMandatory : der::Presence::kOptional,
               .type = der::TypeFor<File>::type(),
               .get = [](const void* o, const Field& self) -> const void* {
                 return static_cast<const TemplatePe*>(o)->find(self.tag);
               },
               .make = [](void* o, const Field& self) -> void* {
                 return &static_cast<TemplatePe*>(o)->files.emplace_back(TemplateFile{self.tag, {}}).file;
               }};
}

template <std::size_t N>
constexpr auto fields_of(const Member (&members)[N]) {
  std::array<Field, N + 2> out{};
  out[0] = der::field<&TemplatePe::header>("header", 0xA0);
  out[1] = der::field<&TemplatePe::templateID>("templateID", 0x81);
  for (std::size_t i = 0; i < N; ++i) out[i + 2] = file_field(members[i]);
  return out;
}

// A table of fields and its type for each element, instantiated over the element's member list.
template <const auto& Members>
struct ElementType {
  static constexpr auto fields = fields_of(Members);
  static_assert(der::sequence_tags_distinct(fields));
};
template <const auto& Members>
constexpr der::Type type_of(std::string_view name) {
  return der::sequence_type<TemplatePe>(name, 0x30, ElementType<Members>::fields, "SAIP 9");
}
}  // namespace

constinit const der::Type kTemplateTypes[kTemplateElementCount] = {
    type_of<kMf>("PE-MF"),
    type_of<kCd>("PE-CD"),
    type_of<kTelecom>("PE-TELECOM"),
    type_of<kUsim>("PE-USIM"),
    type_of<kOptUsim>("PE-OPT-USIM"),
    type_of<kIsim>("PE-ISIM"),
    type_of<kOptIsim>("PE-OPT-ISIM"),
    type_of<kPhonebook>("PE-PHONEBOOK"),
    type_of<kGsmAccess>("PE-GSM-ACCESS"),
    type_of<kCsim>("PE-CSIM"),
    type_of<kOptCsim>("PE-OPT-CSIM"),
    type_of<kEap>("PE-EAP"),
    type_of<kDf5gs>("PE-DF-5GS"),
    type_of<kDfSaip>("PE-DF-SAIP"),
    type_of<kDfSnpn>("PE-DF-SNPN"),
    type_of<kDf5gprose>("PE-DF-5GPROSE"),
    type_of<kIot>("PE-IoT"),
    type_of<kOptIot>("PE-OPT-IoT"),
};

const File* TemplatePe::find(Tag member) const {
  for (const auto& f : files)
    if (f.member == member) return &f.file;
  return nullptr;
}
File* TemplatePe::find(Tag member) {
  return const_cast<File*>(std::as_const(*this).find(member));
}

std::span<const TemplateElement> template_elements() {
  return kTable;
}
const TemplateElement* template_element(Tag pe) {
  for (const auto& e : kTable)
    if (e.tag == pe) return &e;
  return nullptr;
}
const TemplateElement* template_element(std::string_view name) {
  for (const auto& e : kTable)
    if (e.name == name) return &e;
  return nullptr;
}
const TemplateMember* template_member(Tag pe, Tag member) {
  if (const auto* e = template_element(pe))
    for (const auto& m : e->members)
      if (m.tag == member) return &m;
  return nullptr;
}
Tag member_tag(Tag pe, std::string_view name) {
  if (const auto* e = template_element(pe))
    for (const auto& m : e->members)
      if (m.name == name) return m.tag;
  throw std::invalid_argument("no template member " + std::string(name));
}

const char* to_string(FileType type) {
  switch (type) {
    case FileType::kMf:
      return "MF";
    case FileType::kAdf:
      return "ADF";
    case FileType::kDf:
      return "DF";
    case FileType::kTransparent:
      return "transparent";
    case FileType::kLinearFixed:
      return "linear fixed";
    case FileType::kCyclic:
      return "cyclic";
    case FileType::kBerTlv:
      return "BER-TLV";
    case FileType::kUnknown:
      break;
  }
  return "file";
}

std::span<const TemplateInfo> templates() {
  return kTemplates;
}
const TemplateInfo* find_template(const der::Oid& oid) {
  static const auto oids = [] {
    std::array<der::Oid, std::size(kTemplates)> out;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = der::Oid(kTemplates[i].oid);
    return out;
  }();
  for (std::size_t i = 0; i < oids.size(); ++i)
    if (oids[i] == oid) return &kTemplates[i];
  return nullptr;
}
std::span<const TemplateFileRow> template_rows() {
  return kRows;
}
const TemplateFileRow* template_row(const TemplateInfo& info, Tag member) {
  const int bit = 1 << (info.version - 1);
  for (const auto& r : kRows)
    if (r.pe == info.pe && r.member == member && (r.versions & bit)) return &r;
  return nullptr;
}

}  // namespace eider::saip
