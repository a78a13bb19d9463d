#include "profile/lint.hpp"

#include <set>

#include "profile/lint_checks.hpp"

namespace eider::profile {
namespace lint {

namespace pe = saip::pe;

void Package::report(std::string_view id, std::size_t part, std::string what) {
  findings.push_back({find_lint_rule(id), part, std::string(parts[part].element.name()), parts[part].offset,
                      std::move(what)});
}
void Package::report(std::string_view id, std::string what) {
  findings.push_back({find_lint_rule(id), {}, "", 0, std::move(what)});
}
bool Package::has_error(std::size_t part) const {
  return std::ranges::any_of(
      findings, [&](const auto& f) { return f.element == part && f.rule->severity == Severity::kError; });
}
const Part* Package::first(Tag tag) const {
  for (const auto& p : parts)
    if (p.element.tag() == tag) return &p;
  return nullptr;
}
int Package::count(Tag tag) const {
  return static_cast<int>(
      std::ranges::count_if(parts, [&](const auto& p) { return p.element.tag() == tag; }));
}
const ImageFile* Package::in_adf(int adf, std::uint16_t fid) const {
  const int i = adf < 0 ? -1 : image.child(adf, fid);
  return i < 0 ? nullptr : &image.files()[static_cast<std::size_t>(i)];
}

void composition(Package& p) {
  const int headers = p.count(pe::kHeader), ends = p.count(pe::kEnd);
  if (headers != 1) p.report("HDR-01", std::to_string(headers) + " headers");
  if (headers > 0 && p.parts.front().element.tag() != pe::kHeader)
    p.report("HDR-02", 0, "the package begins with this element");
  if (ends != 1) p.report("END-01", std::to_string(ends) + " ends");
  if (ends > 0 && p.parts.back().element.tag() != pe::kEnd)
    p.report("END-02", p.parts.size() - 1, "the package ends with this element");
  std::set<std::uint16_t> seen;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto& e = p.parts[i].element;
    if (const auto* h = e.header(); h && !seen.insert(h->identification).second)
      p.report("PEID-01", i, "identification " + std::to_string(h->identification) + " again");
    if (auto path = saip::unknown_member(e)) p.report("PKG-03", i, *path);
    if (const Tag t = e.tag(); (t == pe::kMf || t == pe::kUsim || t == pe::kIsim || t == pe::kAkaParameter ||
                                t == pe::kPinCodes || t == pe::kEnd) &&
                               e.header() && !e.header()->mandated)
      p.report("HDR-05", i, "without it the profile installs all the same");
  }
  const auto* first = p.first(pe::kHeader);
  if (!first) return;
  const auto& h = *first->element.as<saip::ProfileHeader>();
  if (!h.iotOptions && (p.count(pe::kIot) || p.count(pe::kOptIot)))
    p.report("IOT-01", "the header has no iotOptions");
  if (h.iotOptions && !p.count(pe::kIot)) p.report("IOT-02", "there is no iot");
  if (h.iotOptions && p.count(pe::kMf)) p.report("IOT-03", "there is an mf");
  std::set<der::Oid> used;
  for (const auto& part : p.parts)
    if (const auto* t = part.element.as<saip::TemplatePe>()) used.insert(t->templateID);
  for (const auto& oid : used)
    if (std::ranges::find(h.eUICC_Mandatory_GFSTEList, oid) == h.eUICC_Mandatory_GFSTEList.end())
      p.report("HDR-04", "template " + oid.dotted() + " is used and not listed");
  for (const auto& oid : h.eUICC_Mandatory_GFSTEList)
    if (!used.contains(oid)) p.report("HDR-04", "template " + oid.dotted() + " is listed and not used");
}

namespace {

struct Rule {
  std::string_view id;
  Tag element;
  Tag other = 0;
};
constexpr Rule kAfter[] = {
    {"ORD-01", pe::kOptUsim, pe::kUsim},   {"ORD-02", pe::kOptIsim, pe::kIsim},
    {"ORD-03", pe::kOptCsim, pe::kCsim},   {"ORD-04", pe::kGsmAccess, pe::kUsim},
    {"ORD-05", pe::kPhonebook, pe::kUsim}, {"ORD-06", pe::kDf5gs, pe::kUsim},
    {"ORD-07", pe::kDfSaip, pe::kUsim},    {"ORD-08", pe::kDfSnpn, pe::kUsim},
    {"ORD-09", pe::kDf5gProse, pe::kUsim}, {"ORD-10", pe::kOptIot, pe::kIot},
};
constexpr Rule kAfterMf[] = {{"ORD-11", pe::kCd},
                             {"ORD-12", pe::kTelecom},
                             {"ORD-13", pe::kUsim},
                             {"ORD-14", pe::kIsim},
                             {"ORD-15", pe::kCsim}};
constexpr Rule kOnce[] = {{"CARD-01", pe::kMf}, {"CARD-02", pe::kIot},     {"CARD-03", pe::kPukCodes},
                          {"CARD-04", pe::kCd}, {"CARD-05", pe::kTelecom}, {"CARD-06", pe::kOptIot}};
constexpr Rule kOnceInAdf[] = {
    {"SCP-01", pe::kPhonebook, pe::kUsim}, {"SCP-02", pe::kGsmAccess, pe::kUsim},
    {"SCP-03", pe::kDf5gs, pe::kUsim},     {"SCP-04", pe::kDfSaip, pe::kUsim},
    {"SCP-05", pe::kDfSnpn, pe::kUsim},    {"SCP-06", pe::kDf5gProse, pe::kUsim},
    {"SCP-07", pe::kOptUsim, pe::kUsim},   {"SCP-08", pe::kOptIsim, pe::kIsim},
    {"SCP-09", pe::kOptCsim, pe::kCsim},
};

bool creates_mf(const saip::ProfileElement& e) {
  const auto* g = e.as<saip::GenericFileManagement>();
  if (!g) return e.tag() == pe::kMf || e.tag() == pe::kIot;
  for (const auto& list : g->fileManagementCMD)
    for (const auto& c : list)
      if (c.fcp() && c.fcp()->fileID && to_hex(*c.fcp()->fileID) == "3F00") return true;
  return false;
}

}  // namespace

void order(Package& p) {
  std::set<Tag> seen;
  std::map<Tag, std::set<Tag>> in_adf;  // since the last ADF of a kind
  bool mf = false;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto& e = p.parts[i].element;
    const Tag t = e.tag();
    for (const auto& r : kAfter)
      if (r.element == t && !seen.contains(r.other))
        p.report(r.id, i, "there is no " + std::string(saip::element_name(r.other)) + " before it");
    for (const auto& r : kAfterMf)
      if (r.element == t && !mf) p.report(r.id, i, "no MF yet");
    for (const auto& r : kOnce)
      if (r.element == t && seen.contains(t)) p.report(r.id, i, "the second one");
    for (const auto& r : kOnceInAdf)
      if (r.element == t && seen.contains(r.other) && !in_adf[r.other].insert(t).second)
        p.report(r.id, i, "the second one for its ADF");
    if (creates_mf(e)) {
      if (mf && !seen.contains(t)) p.report("CARD-07", i, "creates the MF a second time");
      mf = true;
    }
    in_adf[t].clear();
    seen.insert(t);
  }
}

void installation(Package& p) {
  PackageInstaller installer(CardCapabilities::everything(), {}, {});
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const auto o = installer.element(p.parts[i].der);
    // An abort ends what the card looks at; PIN-08 and the rules above have already named the usual causes.
    if (o.status.status != saip::PeStatusCode::kOk &&
        o.status.status != saip::PeStatusCode::kInvalidParameter && !p.has_error(i)) {
      const bool named =
          std::ranges::any_of(p.findings, [](const auto& f) { return f.rule->id == "PIN-08"; });
      if (!(named && o.status.status == saip::PeStatusCode::kPinCodeMissing))
        p.report("PKG-04", i, saip::pe_status_name(o.status.status) + ": " + o.why);
    }
    if (o.aborted) return;
  }
}

}  // namespace lint

std::vector<LintFinding> lint_package(ByteView package) {
  lint::Package p;
  const auto elements = read_package(package);
  if (!elements) {
    const auto* f = elements.error().as<DecodeFault>();
    return {{find_lint_rule("PKG-01"), {}, "", f ? f->offset : 0, elements.error().message()}};
  }
  std::vector<LintFinding> broken;
  int context = -1;
  for (std::size_t i = 0; i < elements->size(); ++i) {
    const auto& part = (*elements)[i];
    auto e = saip::decode_element(part.der);
    if (!e) {
      const auto* f = e.error().as<DecodeFault>();
      const bool header = f && f->path.ends_with("identification");
      broken.push_back({find_lint_rule(header ? "PEID-02" : "PKG-02"), i,
                        std::string(saip::element_name(part.tag)), part.offset + (f ? f->offset : 0),
                        e.error().message()});
      continue;
    }
    p.context.push_back(context);
    const auto violation = p.image.apply(*e);
    p.made.push_back(p.image.first_directory());
    if (p.made.back() >= 0) context = p.made.back();
    p.parts.push_back({part.offset, to_bytes(part.der), *std::move(e)});
    if (violation && !violation->rule.empty()) p.report(violation->rule, p.parts.size() - 1, violation->why);
  }
  if (!broken.empty() || p.parts.empty()) {
    if (p.parts.empty() && broken.empty())
      broken.push_back({find_lint_rule("HDR-01"), {}, "", 0, "the package is empty"});
    return broken;  // the other rules would only report consequences
  }
  lint::composition(p);
  lint::order(p);
  lint::codes(p);
  lint::access_parameters(p);
  lint::files(p);
  lint::naa(p);
  lint::domains(p);
  lint::identity(p);
  lint::installation(p);
  std::ranges::stable_sort(p.findings, {}, [](const LintFinding& f) { return f.element.value_or(SIZE_MAX); });
  return std::move(p.findings);
}

}  // namespace eider::profile
