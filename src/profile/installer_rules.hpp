// What the installer knows while elements arrive, and the rules it applies to each kind of element.
#pragma once
#include <set>

#include "profile/installer.hpp"

namespace eider::profile {

struct SecurityDomainRecord {
  saip::Aid aid;
  bool personalized = false;
};
struct PinContext {
  std::set<std::uint8_t> references;
  bool configured = false;
  int shared_with = -1;  // directory whose PINs this one uses
};

struct InstallState {
  CardCapabilities capabilities;
  InstallLimits limits;
  MetadataFacts metadata;
  FileSystemImage image;
  ProfileFacts facts;

  bool header_seen = false, end_seen = false, aborted = false;
  bool iot = false;
  std::size_t octets = 0, elements = 0, other_memory = 0;
  std::set<std::uint16_t> identifications;
  std::map<Tag, int> count;            // accepted elements of a kind
  std::set<std::pair<int, Tag>> once;  // (ADF, kind): elements that an ADF has once
  int context = -1;                    // directory that pinCodes belong to
  Tag naa = 0;                         // last NAA that was created
  int naa_adf = -1;
  std::set<std::uint8_t> puks;
  std::map<int, PinContext> pins;  // by directory
  std::vector<SecurityDomainRecord> domains;
  std::vector<saip::Aid> packages;  // loaded with this profile
  std::set<Bytes> application_aids;
  std::vector<FixedBytes<3>> tars;
  int first_usim = -1;
  Bytes cleared_ust_services;  // of files that the card does not have

  bool has(saip::Service s) const { return capabilities.has(s); }
};

// A rule's violation and whether it aborts the package even when the element is not mandated.
struct RuleResult {
  Check violation;
  bool always_aborts = false;
  bool ignorable = false;  // the element is carried out all the same, with a warning
};
RuleResult apply_element(InstallState& state, const saip::ProfileElement& element);
// PINs that PIN status templates name must exist (pin-code-missing).
Check check_pin_references(const InstallState& state);
// SGP.22 v2.6.1 sections 2.4.5 and 5.5.5, after PE-End.
InstallError final_checks(const InstallState& state, std::string& why);
void collect_facts(InstallState& state);

}  // namespace eider::profile
