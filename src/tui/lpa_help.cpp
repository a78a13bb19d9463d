#include "tui/lpa_help.hpp"

namespace eider::tui {

std::vector<std::string> help_lines() {
  return {
      "1 2 3 4, Tab   the pages",
      "Up Down j k    choose a row",
      "r              read the card anew",
      "Esc, Ctrl-C    stop what is under way",
      "Ctrl-L         draw the screen anew",
      "q              quit",
      "",
      "Profiles",
      "a              add one by its Activation Code, or from the default SM-DP+",
      "e d            enable, disable",
      "n              nickname",
      "x, Delete      delete",
      "Enter          everything about it",
      "Card",
      "s              default SM-DP+",
      "Discovery",
      "f              ask the SM-DS what waits for the card",
      "Enter          download it",
      "Notifications",
      "s, Enter       send all of them, this one",
      "x              remove one unsent",
      "",
      "A download that is stopped ends its session: the card signs why, the server hears it, and the same "
      "Activation "
      "Code can be used again.",
  };
}

}  // namespace eider::tui
