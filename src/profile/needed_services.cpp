#include "profile/needed_services.hpp"

namespace eider::profile {
namespace {

namespace pe = saip::pe;
using saip::Service;
using Needs = std::map<Service, std::string>;

void of_authentication(const saip::AkaParameter& aka, Needs& out) {
  const auto* a = aka.algoConfiguration.algo();
  if (!a) return;
  switch (a->algorithmID) {
    case saip::AlgorithmId::kMilenage:
      out.emplace(Service::kMilenage, "akaParameter");
      break;
    case saip::AlgorithmId::kTuak:
      out.emplace(a->key.size() == 32 ? Service::kTuak256 : Service::kTuak128, "akaParameter");
      break;
    case saip::AlgorithmId::kUsimTestAlgorithm:
      out.emplace(Service::kUsimTestAlgorithm, "akaParameter");
      break;
  }
}

struct OfElement {
  Tag element;
  Service service, several;  // several: of more than one of them
};
// cdmaParameter is not among them: TS.48 has it without the service cave.
constexpr OfElement kOfElements[] = {{pe::kUsim, Service::kUsim, Service::kMultipleUsim},
                                     {pe::kIsim, Service::kIsim, Service::kMultipleIsim},
                                     {pe::kCsim, Service::kCsim, Service::kMultipleCsim},
                                     {pe::kEap, Service::kEap, Service::kEap}};

}  // namespace

Needs needed_services(std::span<const saip::ProfileElement* const> elements, const FileSystemImage& image) {
  Needs out;
  std::map<Tag, int> count;
  bool multos = false;
  for (const auto* e : elements) {
    const Tag tag = e->tag();
    for (const auto& row : kOfElements)
      if (row.element == tag) out.emplace(++count[tag] > 1 ? row.several : row.service, e->name());
    if (const auto* h = e->as<saip::ProfileHeader>())
      multos = h->eUICC_Mandatory_services.has(Service::kMultos);
    if (const auto* aka = e->as<saip::AkaParameter>()) of_authentication(*aka, out);
    if (const auto* a = e->as<saip::Application>(); a && a->loadBlock)
      out.emplace(multos ? Service::kMultos : Service::kJavacard, e->name());
    if (const auto* d = e->as<saip::SecurityDomain>(); d && d->catTpParameters)
      out.emplace(Service::kCatTp, e->name());
  }
  for (std::size_t i = 0; i < image.files().size(); ++i) {
    const auto& f = image.files()[i];
    if (f.type == saip::FileType::kBerTlv)
      out.emplace(Service::kBerTlv, image.path_text(static_cast<int>(i)));
    if (f.link >= 0 && f.is_directory()) out.emplace(Service::kDfLink, image.path_text(static_cast<int>(i)));
  }
  return out;
}

}  // namespace eider::profile
