// Rules about what the files say, and the identity of the profile.
#include <map>
#include <set>
#include <utility>

#include "profile/identity.hpp"
#include "profile/lint_checks.hpp"
#include "profile/needed_services.hpp"

namespace eider::profile::lint {
namespace {

namespace pe = saip::pe;

std::string number(int n) {
  return std::to_string(n);
}

// The file with the access rules: looked for in a directory, then upwards. What was found holds for all on
// the way.
class RulesAbove {
 public:
  explicit RulesAbove(const FileSystemImage& image) : image_(image) {}
  int find(int directory, std::uint16_t fid) {
    std::vector<int> way;
    int found = -1;
    for (; directory >= 0 && found < 0; directory = image_.parent_of(directory)) {
      if (const auto known = found_.find({directory, fid}); known != found_.end()) {
        found = known->second;
        break;
      }
      way.push_back(directory);
      found = image_.child(directory, fid);
    }
    for (const int d : way) found_[{d, fid}] = found;
    return found;
  }

 private:
  const FileSystemImage& image_;
  std::map<std::pair<int, std::uint16_t>, int> found_;
};

}  // namespace

void files(Package& p) {
  const auto& all = p.image.files();
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto* t = p.parts[i].element.as<saip::TemplatePe>();
    if (!t) continue;
    const auto* info = saip::find_template(t->templateID);
    if (!info)
      p.report("TPL-01", i, t->templateID.dotted() + " is not assigned");
    else if (info->pe != t->pe)
      p.report("TPL-01", i,
               t->templateID.dotted() + " is one of " + std::string(saip::element_name(info->pe)));
  }
  std::map<std::pair<int, int>, std::size_t> sfis;
  std::set<std::string> missing_rules;
  RulesAbove rules_above(p.image);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& f = all[i];
    const auto path = [&] { return p.image.path_text(static_cast<int>(i)); };
    if (f.sfi && !sfis.emplace(std::pair{f.parent, *f.sfi}, i).second)
      p.report("SFI-01", path() + " has the SFI of another file");
    const bool own = f.is_directory() && f.type != saip::FileType::kAdf;
    int r = rules_above.find(own ? static_cast<int>(i) : f.parent, f.arr_fid);
    if (r < 0) r = p.image.child(0, f.arr_fid);
    const ImageFile* rules = r < 0 ? nullptr : &all[static_cast<std::size_t>(r)];
    const auto& body = rules ? p.image.body(*rules) : Bytes{};
    const std::size_t begin =
        f.arr_record ? (f.arr_record - 1u) * (rules ? rules->record_size : 0u) : SIZE_MAX;
    if (!rules || begin >= body.size() || body[begin] == 0xFF)
      missing_rules.insert(path() + " uses record " + number(f.arr_record));
  }
  for (const auto& m : missing_rules) p.report("ARR-01", m);
}

namespace {

void services(Package& p, const saip::ProfileHeader& h) {
  std::vector<const saip::ProfileElement*> elements;
  for (const auto& part : p.parts) elements.push_back(&part.element);
  for (const auto& [service, by] : needed_services(elements, p.image))
    if (!h.eUICC_Mandatory_services.has(service))
      p.report("HDR-03", "service " + std::string(saip::service_name(service)) + " is needed by " + by +
                             " and not listed");
}

struct ServiceFile {
  int service;
  std::uint16_t fid;
  std::string_view name;
};
constexpr ServiceFile kServiceFiles[] = {
    {2, 0x6F3B, "EF.FDN"},        {10, 0x6F3C, "EF.SMS"},    {12, 0x6F42, "EF.SMSP"},
    {17, 0x6F3E, "EF.GID1"},      {18, 0x6F3F, "EF.GID2"},   {19, 0x6F46, "EF.SPN"},
    {20, 0x6F60, "EF.PLMNwAcT"},  {21, 0x6F40, "EF.MSISDN"}, {42, 0x6F61, "EF.OPLMNwAcT"},
    {43, 0x6F62, "EF.HPLMNwAcT"}, {71, 0x6FD9, "EF.EHPLMN"}, {85, 0x6FE3, "EF.EPSLOCI"},
};

void usim(Package& p) {
  const int adf = p.image.current("ADF.USIM");
  if (adf < 0) return;
  const auto body = [&](std::uint16_t fid) {
    const auto* f = p.in_adf(adf, fid);
    return f ? p.image.body(*f) : Bytes{};
  };
  const auto imsi = decode_imsi(body(0x6F07));
  if (imsi.size() < 6) p.report("USIM-01", "EF.IMSI holds no IMSI");
  if (const auto ad = body(0x6FAD); ad.size() >= 4 && (ad[3] & 0x0F) != 2 && (ad[3] & 0x0F) != 3)
    p.report("USIM-03", "length " + number(ad[3] & 0x0F));
  if (const auto acc = body(0x6F78);
      acc.size() == 2 && std::popcount(static_cast<unsigned>((acc[0] & 3) << 8 | acc[1])) != 1)
    p.report("USIM-04", "EF.ACC is " + to_hex(acc));
  ProfileFacts f;
  f.ust = body(0x6F38);
  for (const auto& s : kServiceFiles)
    if (f.ust_service(s.service) && !p.in_adf(adf, s.fid))
      p.report("USIM-02",
               "service " + number(s.service) + " is offered, " + std::string(s.name) + " is missing");
}

// EF.DIR: a record is an application template 61 with the AID in 4F (TS 102 221 section 13.1).
void directory(Package& p) {
  const auto* dir = p.image.find(hex("2F00"));
  std::set<Bytes> listed, there;
  if (dir)
    for (const auto& record : p.image.records(*dir)) {
      const auto entry = read_tlv(record);
      if (!entry || entry->tag != 0x61) continue;
      if (const auto aid = find_tlv(entry->value, 0x4F)) listed.insert(to_bytes(aid->value));
    }
  for (const auto& f : p.image.files())
    if (f.type == saip::FileType::kAdf) there.insert(to_bytes(f.df_name));
  for (const auto& aid : there)
    if (!listed.contains(aid)) p.report("DIR-01", "AID " + to_hex(aid) + " is not in EF.DIR");
  for (const auto& aid : listed)
    if (!there.contains(aid)) p.report("DIR-02", "AID " + to_hex(aid) + " has no ADF");
}

}  // namespace

void identity(Package& p) {
  const auto* part = p.first(pe::kHeader);
  const auto* iccid = p.image.find(hex("2FE2"));
  const auto ef = iccid ? p.image.body(*iccid) : Bytes{};
  if (ef.empty() || std::ranges::all_of(ef, [](auto b) { return b == 0xFF; })) {
    if (!p.count(pe::kIot)) p.report("ICC-03", "the card cannot compare it with the metadata");
  }
  if (part) {
    const auto& h = *part->element.as<saip::ProfileHeader>();
    services(p, h);
    const auto text = to_hex(h.iccid);
    const auto pad = text.find_first_not_of("0123456789");
    if (pad != std::string::npos && text.find_first_not_of('F', pad) != std::string::npos)
      p.report(h.iotOptions ? "ICC-01" : "ICC-02", 0, "ICCID " + text);
    Bytes swapped;
    for (const auto b : h.iccid) swapped.push_back(static_cast<std::uint8_t>(b << 4 | b >> 4));
    if (!ef.empty() && !equal(ef, swapped))
      p.report("ICC-04", 0, "header " + text + ", EF.ICCID " + to_hex(ef));
    const auto digits = text.substr(0, pad);
    if (digits.size() == 19 && !luhn_valid(digits)) p.report("ICC-05", 0, "ICCID " + digits);
  }
  directory(p);
  usim(p);
}

}  // namespace eider::profile::lint
