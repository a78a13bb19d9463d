#include <algorithm>

#include "profile/installer_detail.hpp"

namespace eider::profile::rules {
namespace {

// ---- Files

struct TemplateRule {
  Tag pe;
  Tag naa;  // NAA that must have been created before; 0: the MF
  bool once_per_adf;
  std::optional<Service> service;
};
constexpr TemplateRule kTemplateRules[] = {
    {pe::kCd, 0, false, {}},
    {pe::kTelecom, 0, false, {}},
    {pe::kUsim, 0, false, Service::kUsim},
    {pe::kOptUsim, pe::kUsim, true, {}},
    {pe::kIsim, 0, false, Service::kIsim},
    {pe::kOptIsim, pe::kIsim, true, {}},
    {pe::kPhonebook, pe::kUsim, true, {}},
    {pe::kGsmAccess, pe::kUsim, true, {}},
    {pe::kCsim, 0, false, Service::kCsim},
    {pe::kOptCsim, pe::kCsim, true, {}},
    {pe::kEap, 1, false, Service::kEap},
    {pe::kDf5gs, pe::kUsim, true, {}},
    {pe::kDfSaip, pe::kUsim, true, {}},
    {pe::kDfSnpn, pe::kUsim, true, {}},
    {pe::kDf5gProse, pe::kUsim, true, {}},
    {pe::kOptIot, pe::kIot, true, {}},
};

// Which ADF an element belongs to now.
int adf_of(const InstallState& s, Tag naa) {
  if (naa == pe::kUsim || naa == pe::kIot) return s.image.current("ADF.USIM");
  if (naa == pe::kIsim) return s.image.current("ADF.ISIM");
  if (naa == pe::kCsim) return s.image.current("ADF.CSIM");
  return s.naa_adf;
}

void note_naa(InstallState& s) {
  for (const auto& [name, tag] :
       {std::pair{"ADF.USIM", pe::kUsim}, {"ADF.ISIM", pe::kIsim}, {"ADF.CSIM", pe::kCsim}}) {
    const int adf = s.image.current(name);
    if (adf < 0 || s.image.files()[static_cast<std::size_t>(adf)].origin == 0) continue;
    if (adf > s.naa_adf) {
      s.naa_adf = adf;
      s.naa = s.iot && tag == pe::kUsim ? pe::kIot : tag;
    }
    if (tag == pe::kUsim && s.first_usim < 0) s.first_usim = adf;
  }
}

void after_files(InstallState& s, Tag tag) {
  if (s.image.first_directory() >= 0) {
    s.context = tag == pe::kIot ? s.image.current("ADF.USIM") : s.image.first_directory();
  }
  note_naa(s);
}

RuleResult optional_files(const InstallState& s, const saip::TemplatePe& t) {
  if (t.pe != pe::kOptUsim && t.pe != pe::kOptIsim) return ok();
  const auto present = [&](std::string_view name) {
    const auto* shape = saip::template_element(t.pe);
    return std::ranges::any_of(shape->members,
                               [&](const auto& m) { return m.name == name && t.find(m.tag); });
  };
  const bool gba_files = present("ef-gbabp") || present("ef-gbanl") || present("ef-nafkca");
  if (gba_files && !s.has(t.pe == pe::kOptUsim ? Service::kGbaUsim : Service::kGbaIsim)) {
    auto r = no_feature("files of GBA", 1);
    r.ignorable = true;
    return r;
  }
  if ((present("ef-msk") || present("ef-muk")) && !s.has(Service::kMbms)) {
    auto r = no_feature("files of MBMS", 2);
    r.ignorable = true;
    return r;
  }
  return ok();
}

RuleResult template_pe(InstallState& s, const saip::TemplatePe& t) {
  const auto& c = s.capabilities;
  const auto* info = saip::find_template(t.templateID);
  const bool listed =
      c.templates.empty() || std::ranges::find(c.templates, t.templateID) != c.templates.end();
  if (!info || !listed) {
    RuleResult r{Violation{PeStatusCode::kTemplateNotSupported, "template " + t.templateID.dotted(), {}},
                 false, false};
    return r;
  }
  if (info->pe != t.pe)
    return bad("template " + t.templateID.dotted() + " is not one of " +
               std::string(saip::element_name(t.pe)));
  if (t.pe == pe::kMf || t.pe == pe::kIot) {
    if ((t.pe == pe::kIot) != s.iot)
      return out_of_order(s.iot ? "mf in an IoT minimal profile" : "iot without iotOptions");
    if (s.image.has_mf()) return bad("the MF exists already");
  } else if (!s.image.has_mf()) {
    return out_of_order("no MF yet");
  }
  int adf = -1;
  for (const auto& rule : kTemplateRules) {
    if (rule.pe != t.pe) continue;
    if (rule.service && !s.has(*rule.service))
      return no_feature(std::string(saip::service_name(*rule.service)));
    if (rule.naa) {
      adf = adf_of(s, rule.naa);
      if (adf < 0) return out_of_order(std::string(saip::element_name(t.pe)) + " without its ADF");
      if (rule.once_per_adf && s.once.contains({adf, t.pe}))
        return bad("a second " + std::string(saip::element_name(t.pe)) + " for this ADF");
    }
  }
  if ((t.pe == pe::kTelecom || t.pe == pe::kCd || t.pe == pe::kOptIot) && s.count[t.pe] > 0)
    return bad("a second " + std::string(saip::element_name(t.pe)));
  if (s.count[t.pe] > 0) {
    if (t.pe == pe::kUsim && !s.has(Service::kMultipleUsim)) return no_feature("a second USIM");
    if (t.pe == pe::kIsim && !s.has(Service::kMultipleIsim)) return no_feature("a second ISIM");
    if (t.pe == pe::kCsim && !s.has(Service::kMultipleCsim)) return no_feature("a second CSIM");
  }
  auto optional = optional_files(s, t);
  if (optional.violation && t.header.mandated) return optional;
  if (auto v = s.image.apply(t, *info)) return from(std::move(v));
  if (adf >= 0) s.once.insert({adf, t.pe});
  if (optional.violation)
    s.cleared_ust_services.push_back(optional.violation->additional_information == 1 ? 68 : 69);
  after_files(s, t.pe);
  return optional;
}

// BER-TLV files and links need the card's support.
RuleResult fcp_features(const InstallState& s, const saip::Fcp& fcp) {
  const bool descriptor = fcp.fileDescriptor.has_value();
  const auto kind = descriptor ? fcp.fileDescriptor->view()[0] & 0xBF : 0;
  if (kind == 0x39 && !s.has(Service::kBerTlv)) return no_feature("BER-TLV file");
  if (kind == 0x38 && fcp.linkPath && !fcp.linkPath->empty() && !s.has(Service::kDfLink))
    return no_feature("link to a directory");
  return ok();
}

}  // namespace

RuleResult generic_files(InstallState& s, const saip::GenericFileManagement& g) {
  for (const auto& list : g.fileManagementCMD)
    for (const auto& command : list)
      if (const auto* fcp = command.fcp())
        if (auto r = fcp_features(s, *fcp); r.violation) return r;
  if (auto v = s.image.apply(g)) return from(std::move(v));
  after_files(s, pe::kGenericFileManagement);
  return ok();
}

RuleResult template_features(InstallState& s, const saip::TemplatePe& t) {
  for (const auto& f : t.files)
    for (const auto& item : f.file)
      if (const auto* fcp = item.fcp())
        if (auto r = fcp_features(s, *fcp); r.violation) return r;
  return template_pe(s, t);
}

}  // namespace eider::profile::rules
