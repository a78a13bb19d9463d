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
struct Need {
  Tag element;
  Tag after;
};
constexpr Need kNeeds[] = {
    {pe::kOptUsim, pe::kUsim},   {pe::kOptIsim, pe::kIsim},   {pe::kOptCsim, pe::kCsim},
    {pe::kGsmAccess, pe::kUsim}, {pe::kPhonebook, pe::kUsim}, {pe::kDf5gs, pe::kUsim},
    {pe::kDfSaip, pe::kUsim},    {pe::kDfSnpn, pe::kUsim},    {pe::kDf5gProse, pe::kUsim},
    {pe::kOptIot, pe::kIot},
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
    for (const auto& n : kNeeds) {
      if (n.element != t) continue;
      if (!seen.contains(n.after))
        p.report("ORD-01", i, "there is no " + std::string(saip::element_name(n.after)) + " before it");
      else if (!in_adf[n.after].insert(t).second)
        p.report("SCP-01", i, "the second one for its ADF");
    }
    if (e.as<saip::TemplatePe>() && t != pe::kMf && t != pe::kIot && !mf) p.report("ORD-02", i, "no MF yet");
    for (const Tag once : {pe::kMf, pe::kIot, pe::kPukCodes, pe::kCd, pe::kTelecom, pe::kOptIot})
      if (t == once && seen.contains(t)) p.report("CARD-01", i, "the second one");
    if (creates_mf(e)) {
      if (mf && t != pe::kMf && t != pe::kIot) p.report("CARD-01", i, "creates the MF a second time");
      mf = true;
    }
    for (const Tag adf : {pe::kUsim, pe::kIsim, pe::kCsim, pe::kIot})
      if (t == adf) in_adf[t].clear();
    seen.insert(t);
  }
}

void installation(Package& p) {
  CardCapabilities all;
  for (int i = 0; i < saip::kServiceCount; ++i)
    all.uicc_capability.set(saip::capability_bit(static_cast<saip::Service>(i)));
  all.uicc_capability.set(31);
  PackageInstaller installer(all, {}, {});
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
      broken.push_back({find_lint_rule("PKG-02"), i, std::string(saip::element_name(part.tag)),
                        part.offset + (f ? f->offset : 0), e.error().message()});
      continue;
    }
    p.context.push_back(context);
    if (const auto* t = e->as<saip::TemplatePe>()) {
      const auto* info = saip::find_template(t->templateID);
      if (info && info->pe == t->pe && !p.image.apply(*t, *info) && p.image.first_directory() >= 0)
        context = p.image.first_directory();
    } else if (const auto* g = e->as<saip::GenericFileManagement>()) {
      if (!p.image.apply(*g) && p.image.first_directory() >= 0) context = p.image.first_directory();
    }
    p.parts.push_back({part.offset, to_bytes(part.der), *std::move(e)});
  }
  if (!broken.empty() || p.parts.empty()) {
    if (p.parts.empty() && broken.empty())
      broken.push_back({find_lint_rule("HDR-01"), {}, "", 0, "the package is empty"});
    return broken;  // the other rules would only report consequences
  }
  lint::composition(p);
  lint::order(p);
  lint::codes(p);
  lint::files(p);
  lint::naa(p);
  lint::domains(p);
  lint::identity(p);
  lint::installation(p);
  std::ranges::stable_sort(p.findings, {}, [](const LintFinding& f) { return f.element.value_or(SIZE_MAX); });
  return std::move(p.findings);
}

}  // namespace eider::profile
