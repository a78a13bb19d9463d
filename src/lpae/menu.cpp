#include "lpae/menu.hpp"

#include "roles/lpa/procedures/chip_info.hpp"
#include "roles/lpa/procedures/default_smdp.hpp"
#include "roles/lpa/procedures/discovery.hpp"
#include "roles/lpa/procedures/memory_reset.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::lpae {
namespace {
using lpa::Answer;
using sgp22::ProfileInfo;
using sgp22::ProfileState;

constexpr MenuRow kRows[] = {
    {MenuEntry::kProfiles, "Profiles"},         {MenuEntry::kAddProfile, "Add Profile"},
    {MenuEntry::kAddress, "SM-DP+ address"},    {MenuEntry::kInformation, "eUICC information"},
    {MenuEntry::kReset, "Delete all Profiles"},
};

bool enabled(const ProfileInfo& p) {
  return p.profileState == ProfileState::kEnabled;
}
std::string title_of(const ProfileInfo& p) {
  if (p.profileNickname && !p.profileNickname->empty()) return *p.profileNickname;
  const auto name = name_of(p.profileName.value_or(""), p.serviceProviderName.value_or(""));
  if (!name.empty()) return name;
  return p.iccid ? sgp22::iccid_digits(*p.iccid) : std::string("Profile");
}
}  // namespace

std::span<const MenuRow> menu_rows() {
  return kRows;
}

template <class T>
bool Menu::good(const char* what, const Result<T>& result) {
  if (result) return true;
  dialogue_.show_fault(what, result.error());
  return false;
}

void Menu::run(MenuEntry entry) {
  switch (entry) {
    case MenuEntry::kProfiles:
      return profiles();
    case MenuEntry::kAddProfile:
      return add_profile();
    case MenuEntry::kAddress:
      return address();
    case MenuEntry::kInformation:
      return information();
    case MenuEntry::kReset:
      return reset();
  }
}

// Provisioning Profiles are none of the user's (section 2.4.5.2).
void Menu::profiles() {
  auto all = lpa::list_profiles(lpa_);
  if (!good("The Profiles cannot be read.", all)) return;
  std::erase_if(*all,
                [](const ProfileInfo& p) { return p.profileClass == sgp22::ProfileClass::kProvisioning; });
  if (all->empty()) return dialogue_.show("There is no Profile on this eUICC.");
  std::vector<std::string> items;
  for (const auto& p : *all) items.push_back((enabled(p) ? "* " : "") + title_of(p));
  if (const auto chosen = dialogue_.choose("Profiles (* enabled)", items)) one_profile((*all)[*chosen]);
}

void Menu::one_profile(const ProfileInfo& profile) {
  const auto chosen = dialogue_.choose(
      title_of(profile), {enabled(profile) ? "Disable" : "Enable", "Delete", "Rename", "Details"});
  if (!chosen) return;
  switch (*chosen) {
    case 0:
      return enabled(profile) ? disable(profile) : enable(profile);
    case 1:
      return remove(profile);
    case 2:
      return rename(profile);
    default:
      return dialogue_.show(
          name_of(profile.profileName.value_or(""), profile.serviceProviderName.value_or("")) +
          (profile.iccid ? ", ICCID " + sgp22::iccid_digits(*profile.iccid) : "") +
          (enabled(profile) ? ", enabled" : ", disabled"));
  }
}

// Section 3.2.1: with the intent of the user. What follows is a REFRESH, which ends this LPA until the
// terminal is back; the notifications go out then.
void Menu::enable(const ProfileInfo& profile) {
  if (dialogue_.confirm("Enable " + title_of(profile) + "? The device connects anew.") != Answer::kYes)
    return;
  if (good("It was not enabled.", lpa::enable_profile(lpa_, profile)))
    dialogue_.show(title_of(profile) + " is enabled.");
}

void Menu::disable(const ProfileInfo& profile) {
  if (dialogue_.confirm("Disable " + title_of(profile) + "? The device is without a Profile then.") !=
      Answer::kYes)
    return;
  if (good("It was not disabled.", lpa::disable_profile(lpa_, profile)))
    dialogue_.show(title_of(profile) + " is disabled.");
}

// Section 3.2.3.
void Menu::remove(const ProfileInfo& profile) {
  if (enabled(profile))
    return dialogue_.show("Disable " + title_of(profile) + " first, or enable another Profile.");
  if (dialogue_.confirm("Delete " + title_of(profile) +
                        "? It cannot be brought back without your operator.") != Answer::kYes)
    return;
  if (!good("It was not deleted.", lpa::delete_profile(lpa_, profile))) return;
  dialogue_.show_warnings();
  dialogue_.show(title_of(profile) + " is deleted.");
}

void Menu::rename(const ProfileInfo& profile) {
  device::InputQuestion question;
  question.text = "Name of this Profile";
  question.proposal = profile.profileNickname.value_or("");
  question.max = 64;
  const auto name = dialogue_.enter(question);
  if (!name) return;
  if (good("The name was not kept.", lpa::set_nickname(lpa_, profile, *name)))
    dialogue_.show(name->empty() ? "The name is removed." : "The name is " + *name + ".");
}

void Menu::add_profile() {
  const auto chosen = dialogue_.choose(
      "Add Profile", {"Activation Code", "From the SM-DP+ address", "Look for Profiles (SM-DS)"});
  if (!chosen) return;
  if (*chosen == 0) return add_by_code();
  return *chosen == 1 ? add_from_default() : add_from_events();
}

void Menu::add_by_code() {
  device::InputQuestion question;
  question.text = "Activation Code";
  question.min = 1;
  const auto text = dialogue_.enter(question);
  if (!text) return;
  const auto code = lpa::parse_activation_code(*text);
  if (good("This is no Activation Code.", code)) download(lpa::download_request(*code));
}

void Menu::add_from_default() {
  const auto address = lpa::default_smdp_address(lpa_);
  if (!good("The eUICC cannot be read.", address)) return;
  if (address->empty())
    return dialogue_.show("This eUICC has no SM-DP+ address. Set one, or use an Activation Code.");
  lpa::DownloadRequest request;
  request.smdpAddress = *address;
  download(request);
}

// Section 3.6.2: the events one after the other, as far as the user wants them.
void Menu::add_from_events() {
  const auto found = lpa::discover(lpa_);
  if (!good("The SM-DS was not asked.", found)) return;
  for (const auto& failed : found->unreached) dialogue_.show(failed.address + ": " + explain(failed.fault));
  if (found->events.empty()) return dialogue_.show("No Profile waits for this eUICC.");
  for (const auto& event : found->events) download(lpa::download_request(event));
}

void Menu::download(const lpa::DownloadRequest& request) {
  const auto result = lpa::download_profile(lpa_, request);
  hang_up_();
  if (!good("No Profile was installed.", result)) return;
  dialogue_.show_warnings();
  ProfileInfo profile;
  profile.iccid = result->metadata.iccid;
  profile.isdpAid = result->isdpAid;
  profile.profileName = result->metadata.profileName;
  profile.serviceProviderName = result->metadata.serviceProviderName;
  dialogue_.show(title_of(profile) + " is installed.");
  enable(profile);
}

// Section 3.3.4.
void Menu::address() {
  const auto now = lpa::default_smdp_address(lpa_);
  if (!good("The eUICC cannot be read.", now)) return;
  device::InputQuestion question;
  question.text = "Default SM-DP+ address; empty removes it";
  question.proposal = *now;
  question.max = 128;
  const auto wanted = dialogue_.enter(question);
  if (!wanted || *wanted == *now) return;
  const auto text = wanted->empty() ? std::string("Remove the SM-DP+ address?") : "Use " + *wanted + "?";
  if (dialogue_.confirm(text) != Answer::kYes) return;
  if (good("The address was not kept.", lpa::set_default_smdp_address(lpa_, *wanted)))
    dialogue_.show(wanted->empty() ? "The address is removed." : "The address is " + *wanted + ".");
}

void Menu::information() {
  const auto chip = lpa::chip_info(lpa_);
  if (!good("The eUICC cannot be read.", chip)) return;
  std::string text = "EID " + sgp22::eid_digits(chip->eid);
  if (chip->resources) text += ", " + std::to_string(chip->resources->free_nvm_octets / 1024) + " KB free";
  if (!chip->defaultDpAddress.empty()) text += ", SM-DP+ " + chip->defaultDpAddress;
  dialogue_.show(text);
}

// Section 3.3.2: confirmed twice, for nothing of it comes back.
void Menu::reset() {
  if (dialogue_.confirm("Delete all Profiles of this eUICC?") != Answer::kYes) return;
  if (dialogue_.confirm("They cannot be brought back without your operators. Delete them all?") !=
      Answer::kYes)
    return;
  lpa::MemoryResetOptions options;
  options.fieldLoadedTestProfiles = true;
  if (!good("They were not deleted.", lpa::reset_memory(lpa_, options))) return;
  dialogue_.show_warnings();
  dialogue_.show("All Profiles are deleted.");
}

}  // namespace eider::lpae
