// What the user can do with the LPA inside the card, item by item (SGP.22 v2.6.1 sections 3.2, 3.3 and 5.11):
// the procedures are those of src/roles/lpa.
#pragma once
#include <functional>

#include "lpae/dialogue.hpp"
#include "roles/lpa/procedures/download.hpp"

namespace eider::lpae {

enum class MenuEntry : std::uint8_t { kProfiles = 1, kAddProfile, kAddress, kInformation, kReset };
struct MenuRow {
  MenuEntry entry;
  std::string_view text;
};
// Of SET UP MENU, below this title.
std::span<const MenuRow> menu_rows();
inline constexpr std::string_view kMenuTitle = "eSIM";

class Menu {
 public:
  // `hang_up` ends the connection: before a REFRESH, which would tear it, and while the user thinks.
  Menu(lpa::Lpa& lpa, Dialogue& dialogue, std::function<void()> hang_up)
      : lpa_(lpa), dialogue_(dialogue), hang_up_(std::move(hang_up)) {}
  void run(MenuEntry entry);

 private:
  void profiles();
  void one_profile(const sgp22::ProfileInfo& profile);
  void enable(const sgp22::ProfileInfo& profile);
  void disable(const sgp22::ProfileInfo& profile);
  void remove(const sgp22::ProfileInfo& profile);
  void rename(const sgp22::ProfileInfo& profile);
  void add_profile();
  void add_by_code();
  void add_from_default();
  void add_from_events();
  void download(const lpa::DownloadRequest& request);
  void address();
  void information();
  void reset();
  template <class T>
  bool good(const char* what, const Result<T>& result);

  lpa::Lpa& lpa_;
  Dialogue& dialogue_;
  std::function<void()> hang_up_;
};

}  // namespace eider::lpae
