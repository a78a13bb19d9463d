// Cards that deviate, as a file says: eider/lpa.toml of the user's configuration, or one that is named.
#pragma once
#include <filesystem>

#include "base/result.hpp"
#include "roles/lpa/quirks.hpp"

namespace eider::app {

struct LpaQuirks {
  std::vector<lpa::CardQuirk> cards;      // in the file's order
  std::optional<std::size_t> block_size;  // of every card
};

// LocalFault: it is no TOML, names something that is not known, or says of a card what cannot be.
Result<LpaQuirks> read_quirks(std::string_view text, const std::string& name);
// `file` empty: that of the user, when there is one.
Result<LpaQuirks> load_quirks(const std::filesystem::path& file);
// eider/lpa.toml in $XDG_CONFIG_HOME or ~/.config; empty: there is no such place.
std::filesystem::path quirks_path();

inline constexpr const char* kQuirksHelp =
    R"(Cards that deviate (~/.config/eider/lpa.toml, or --quirks FILE); they are tried first:
  block_size = 60                                  # octets of STORE DATA, of every card
  [[card]]
  name = "Example"
  isd_r_aid = "A0000005591010FFFFFFFF8900000177"
  block_size = 100                                 # of this one)";

}  // namespace eider::app
