// Rules about access parameters (FCP), in templates and in generic file management.
#include "profile/lint_checks.hpp"
#include "spec/usim/contents.hpp"

namespace eider::profile::lint {
namespace {

namespace pe = saip::pe;
using saip::FileType;

enum class Place : std::uint8_t { kEf, kDf, kAdf };

// One FCP with what is around it.
struct Use {
  std::size_t part = 0;
  std::string name;  // "ef-imsi", "file 2F50"
  const saip::Fcp* fcp = nullptr;
  Place place = Place::kEf;
  bool managed = false;  // by createFCP
  bool ber_tlv = false;
  bool offset_follows = false;  // before the next FCP
  bool linked() const { return fcp->linkPath && (managed || !fcp->linkPath->empty()); }
};

bool is_directory_octet(std::uint8_t b) {
  return (b & 0xBF) == 0x38;
}
std::optional<std::uint8_t> descriptor_octet(const saip::Fcp& fcp) {
  if (!fcp.fileDescriptor || fcp.fileDescriptor->empty()) return std::nullopt;
  return fcp.fileDescriptor->view()[0];
}

class Collector {
 public:
  std::vector<Use> uses;

  void of_template(const saip::TemplatePe& t, std::size_t part) {
    const auto* info = saip::find_template(t.templateID);
    for (const auto& f : t.files) {
      const auto* row = info ? saip::template_row(*info, f.member) : nullptr;
      const auto* shape = saip::template_member(t.pe, f.member);
      begin_ = uses.size();  // an offset before the first FCP of a file is not that of the file before
      for (const auto& item : f.file) {
        if (const auto* fcp = item.fcp())
          add(template_use(*fcp, row, part, shape ? std::string(shape->name) : "file"));
        else if (item.offset() && uses.size() > begin_)
          uses.back().offset_follows = true;
      }
    }
  }
  void of_management(const saip::GenericFileManagement& g, std::size_t part) {
    for (const auto& list : g.fileManagementCMD) {
      begin_ = uses.size();
      for (const auto& command : list) {
        if (const auto* fcp = command.fcp())
          add(managed_use(*fcp, part));
        else if (command.path())
          begin_ = uses.size();
        else if (command.offset() && uses.size() > begin_)
          uses.back().offset_follows = true;
      }
    }
  }

 private:
  std::size_t begin_ = 0;

  void add(Use use) {
    const auto octet = descriptor_octet(*use.fcp);
    if (octet) use.ber_tlv = (*octet & 0xBF) == 0x39;
    uses.push_back(std::move(use));
  }
  static Use template_use(const saip::Fcp& fcp, const saip::TemplateFileRow* row, std::size_t part,
                          std::string name) {
    Use u{.part = part, .name = std::move(name), .fcp = &fcp};
    if (row) {
      u.ber_tlv = row->type == FileType::kBerTlv;
      if (row->type == FileType::kAdf) u.place = Place::kAdf;
      if (row->type == FileType::kDf || row->type == FileType::kMf) u.place = Place::kDf;
    }
    return u;
  }
  static Use managed_use(const saip::Fcp& fcp, std::size_t part) {
    Use u{.part = part, .name = "file", .fcp = &fcp, .managed = true};
    if (fcp.fileID) u.name += " " + to_hex(*fcp.fileID);
    const auto octet = descriptor_octet(fcp);
    if (octet && is_directory_octet(*octet)) u.place = fcp.dfName ? Place::kAdf : Place::kDf;
    return u;
  }
};

// A member that must, or must not, be there: one row a rule.
struct MemberRule {
  std::string_view id;
  bool (*applies)(const Use&);
  bool wanted;
  bool (*present)(const saip::Fcp&);
  std::string_view member;
};
bool at_ef(const Use& u) {
  return u.place == Place::kEf;
}
bool at_df(const Use& u) {
  return u.place == Place::kDf;
}
bool at_adf(const Use& u) {
  return u.place == Place::kAdf;
}
bool at_unlinked_df(const Use& u) {
  return at_df(u) && !u.linked();
}
bool managed(const Use& u) {
  return u.managed;
}
bool managed_adf(const Use& u) {
  return u.managed && u.fcp->dfName;
}
bool managed_link(const Use& u) {
  return u.managed && u.fcp->linkPath;
}
bool managed_df_link(const Use& u) {
  return managed_link(u) && u.place != Place::kEf;
}
bool managed_sized(const Use& u) {
  return u.managed && u.fcp->efFileSize;
}
template <auto Member>
bool has(const saip::Fcp& fcp) {
  return (fcp.*Member).has_value();
}
using saip::Fcp;
constexpr auto kPins = &has<&Fcp::pinStatusTemplateDO>;
constexpr auto kName = &has<&Fcp::dfName>;
constexpr auto kSfi = &has<&Fcp::shortEFID>;
constexpr auto kSize = &has<&Fcp::efFileSize>;
constexpr auto kInfo = &has<&Fcp::proprietaryEFInfo>;
constexpr auto kId = &has<&Fcp::fileID>;
constexpr auto kAccess = &has<&Fcp::securityAttributesReferenced>;
constexpr auto kDescriptor = &has<&Fcp::fileDescriptor>;
constexpr auto kLink = &has<&Fcp::linkPath>;

constexpr MemberRule kMembers[] = {
    {"FCP-01", at_ef, false, kPins, "pinStatusTemplateDO"},
    {"FCP-02", at_ef, false, kName, "dfName"},
    {"FCP-03", at_df, false, kSfi, "shortEFID"},
    {"FCP-04", at_df, false, kSize, "efFileSize"},
    {"FCP-05", at_df, false, kInfo, "proprietaryEFInfo"},
    {"FCP-06", at_df, false, kName, "dfName"},
    {"FCP-07", at_adf, false, kSfi, "shortEFID"},
    {"FCP-08", at_adf, false, kSize, "efFileSize"},
    {"FCP-09", at_adf, false, kInfo, "proprietaryEFInfo"},
    {"FCP-10", at_adf, true, kId, "fileID"},
    {"FCP-11", at_adf, true, kName, "dfName"},
    {"FCP-12", at_adf, true, kPins, "pinStatusTemplateDO"},
    {"FCP-13", at_unlinked_df, true, kPins, "pinStatusTemplateDO"},
    {"GFM-01", managed, true, kId, "fileID"},
    {"GFM-02", managed, true, kAccess, "securityAttributesReferenced"},
    {"GFM-03", managed, true, kDescriptor, "fileDescriptor"},
    {"GFM-04", managed_adf, true, kPins, "pinStatusTemplateDO"},
    {"GFM-05", managed_adf, false, kSize, "efFileSize"},
    {"GFM-05", managed_adf, false, kSfi, "shortEFID"},
    {"GFM-05", managed_adf, false, kInfo, "proprietaryEFInfo"},
    {"GFM-05", managed_adf, false, kLink, "linkPath"},
    {"GFM-06", managed_link, false, kName, "dfName"},
    {"GFM-06", managed_link, false, kSize, "efFileSize"},
    {"GFM-06", managed_link, false, kPins, "pinStatusTemplateDO"},
    {"GFM-07", managed_sized, false, kName, "dfName"},
    {"GFM-07", managed_sized, false, kPins, "pinStatusTemplateDO"},
    {"GFM-08", managed_df_link, false, kSfi, "shortEFID"},
};
// What the defaults of an IoT minimal profile replace.
bool has_iot_default(std::string_view id) {
  return id == "FCP-10" || id == "FCP-11" || id == "FCP-12" || id == "FCP-13";
}

void coding(Package& p, const Use& u) {
  const auto& fcp = *u.fcp;
  const auto bad = [&](const char* id, std::string what) { p.report(id, u.part, u.name + ": " + what); };
  if (fcp.pinStatusTemplateDO && !fcp.pinStatusTemplateDO->empty())
    if (const auto first = fcp.pinStatusTemplateDO->front(); first == 0xC6 || first == 0x83 || first == 0x90)
      bad("FCP-14", "it begins with the tag " + to_hex(ByteView(&first, 1)));
  if (u.ber_tlv && u.offset_follows) bad("FCP-15", "fillFileOffset");
  if (fcp.fileDescriptor) {
    const auto d = fcp.fileDescriptor->view();
    constexpr std::uint8_t kKnown[] = {0x00, 0x01, 0x02, 0x06, 0x08, 0x09, 0x0A, 0x0E, 0x38, 0x39};
    const auto low = d[0] & 0xBF, structure = d[0] & 0x07;
    const bool records = (d[0] & 0x38) < 0x38 && (structure == 2 || structure == 6);
    if (d.size() == 3) bad("FD-01", to_hex(d));
    if (d.size() > 1 && d[1] != 0x21) bad("FD-02", to_hex(d));
    if (std::ranges::find(kKnown, low) == std::end(kKnown)) bad("FD-08", to_hex(d));
    if (records != (d.size() == 4) && d.size() != 3) bad("FD-09", to_hex(d));
  }
  if (fcp.shortEFID && !fcp.shortEFID->empty() && (fcp.shortEFID->view()[0] & 0x07))
    bad("FD-03", to_hex(*fcp.shortEFID));
  if (fcp.securityAttributesReferenced && fcp.securityAttributesReferenced->size() == 2)
    bad("FD-10", to_hex(*fcp.securityAttributesReferenced));
  constexpr std::uint8_t kStates[] = {0x00, 0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0C, 0x0D, 0x0E, 0x0F};
  if (std::ranges::find(kStates, fcp.lcsi[0]) == std::end(kStates)) bad("FD-11", to_hex(fcp.lcsi));
  if (!fcp.proprietaryEFInfo) return;
  const auto& info = *fcp.proprietaryEFInfo;
  const bool pattern = info.fillPattern || info.repeatPattern;
  if (info.specialFileInformation[0] & 0x3F) bad("FD-04", to_hex(info.specialFileInformation));
  if (info.fillPattern && info.repeatPattern) bad("FD-05", "both are there");
  if (info.fileDetails[0] != 0x01) bad("FD-06", to_hex(info.fileDetails));
  if (pattern && (info.maximumFileSize || u.ber_tlv)) bad("FD-07", "a pattern");
}

// Templates that have directories, those of IoT excepted: its PINs have defaults.
void pin_status_of_template(Package& p, std::size_t part, const saip::TemplatePe& t) {
  const auto* info = saip::find_template(t.templateID);
  if (!info || info->pe != t.pe || t.pe == pe::kIot) return;
  bool directory = false, given = false;
  for (const auto& m : saip::template_element(t.pe)->members) {
    const auto* row = saip::template_row(*info, m.tag);
    directory =
        directory ||
        (row && (row->type == FileType::kMf || row->type == FileType::kAdf || row->type == FileType::kDf));
  }
  for (const auto& f : t.files)
    for (const auto& item : f.file)
      if (const auto* fcp = item.fcp())
        given = given || fcp->pinStatusTemplateDO || (fcp->linkPath && !fcp->linkPath->empty());
  if (directory && !given) p.report("TPP-01", part, "no FCP has a pinStatusTemplateDO");
}

// Files whose template leaves the content to the creator, those excepted that the terminal fills with keys.
void required_content(Package& p, std::size_t part, const saip::TemplatePe& t) {
  const auto* info = saip::find_template(t.templateID);
  if (!info || info->pe != t.pe) return;
  for (const auto& f : t.files) {
    const auto* row = saip::template_row(*info, f.member);
    if (!row || !(row->flags & saip::kContentRequired) || (row->flags & saip::kUncertain) ||
        usim::holds_keys(row->name))
      continue;
    const bool given = std::ranges::any_of(f.file, [](const saip::FileItem& i) {
      const auto* fcp = i.fcp();
      const auto* own = fcp && fcp->proprietaryEFInfo ? &*fcp->proprietaryEFInfo : nullptr;
      return i.content() || i.value.index() == saip::FileItem::kDoNotCreate || (fcp && fcp->linkPath) ||
             (own && (own->fillPattern || own->repeatPattern));
    });
    if (!given) p.report("FIL-08", part, std::string(row->name) + " has none");
  }
}

}  // namespace

void access_parameters(Package& p) {
  Collector all;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    if (const auto* t = p.parts[i].element.as<saip::TemplatePe>()) {
      all.of_template(*t, i);
      pin_status_of_template(p, i, *t);
      required_content(p, i, *t);
    }
    if (const auto* g = p.parts[i].element.as<saip::GenericFileManagement>()) all.of_management(*g, i);
  }
  const bool iot = p.count(pe::kIot) > 0;
  for (const auto& u : all.uses) {
    for (const auto& r : kMembers)
      if (r.applies(u) && r.present(*u.fcp) != r.wanted && !(iot && has_iot_default(r.id)))
        p.report(r.id, u.part, u.name + (r.wanted ? ": no " : ": it has ") + std::string(r.member));
    coding(p, u);
  }
}

}  // namespace eider::profile::lint
