// Elements that create files from a template, and the templates themselves (prefix 2.23.143.1.2).
#pragma once
#include "spec/saip/file.hpp"

namespace eider::saip {

struct TemplateFile {
  Tag member = 0;
  File file;
};
// All eighteen of them have one shape: header, templateID, then files, each known by its member tag.
struct TemplatePe {
  Tag pe = 0;  // 0xB3: usim
  PeHeader header;
  der::Oid templateID;
  std::vector<TemplateFile> files;  // in member order
  Unknown unknown;
  const File* find(Tag member) const;
  File* find(Tag member);
};

// A member of a template element.
struct TemplateMember {
  std::string_view name;  // "ef-imsi"
  Tag tag = 0;
  bool mandatory = false;
};
struct TemplateElement {
  std::string_view name;  // "usim"
  Tag tag = 0;
  std::span<const TemplateMember> members;
};
std::span<const TemplateElement> template_elements();
const TemplateElement* template_element(Tag pe);
const TemplateElement* template_element(std::string_view name);
const TemplateMember* template_member(Tag pe, Tag member);
// Throws std::invalid_argument when there is no such member: for names written in code.
Tag member_tag(Tag pe, std::string_view name);

enum class FileType : std::uint8_t { kUnknown, kMf, kAdf, kDf, kTransparent, kLinearFixed, kCyclic, kBerTlv };
const char* to_string(FileType type);

struct TemplateInfo {
  std::string_view oid;
  std::string_view name;
  Tag pe = 0;
  int version = 1;
  bool created_by_default = false;  // files that the element does not mention exist all the same
};
std::span<const TemplateInfo> templates();
const TemplateInfo* find_template(const der::Oid& oid);

enum TemplateFileFlags : std::uint8_t {
  kContentRequired = 1,  // the creator must give content
  kHighUpdate = 2,
  kRepeatDefault = 4,  // `fixed` is repeated over the record or file
  kUncertain = 8,      // deduced, not confirmed by public data
};
// 0 or empty: the creator has to give it, or it does not apply.
struct TemplateFileRow {
  Tag pe = 0;
  Tag member = 0;
  std::string_view name;    // "EF.IMSI"
  std::string_view parent;  // "ADF.USIM/DF.5GS"
  std::uint16_t fid = 0;
  std::uint16_t fid_last = 0;  // a member may stand for a range of FIDs, one FCP each
  FileType type = FileType::kUnknown;
  std::uint16_t nb_rec = 0;
  std::uint16_t rec_size = 0;
  std::uint16_t file_size = 0;
  std::uint8_t sfi = 0;
  std::uint8_t arr = 0;                          // record of EF.ARR
  std::string_view prefix, fill, suffix, fixed;  // default content, hexadecimal
  std::uint8_t flags = 0;
  std::string_view services;  // UST or IST services that make it useful
  std::uint8_t versions = 0;  // bit n: template version n + 1
};
std::span<const TemplateFileRow> template_rows();
const TemplateFileRow* template_row(const TemplateInfo& info, Tag member);

// Engine types of the template elements, in the order of template_elements().
constexpr std::size_t kTemplateElementCount = 18;
extern const der::Type kTemplateTypes[kTemplateElementCount];

}  // namespace eider::saip
