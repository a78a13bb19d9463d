// The commands of `eider card shell`, without the terminal around them.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "device/file_tree.hpp"

namespace eider::app::card_cmd {

class Shell {
 public:
  struct Options {
    bool secrets = false;  // else keys in files are masked
  };
  Shell(CardPort& card, Options options);

  // One line; prints to standard output. False: the line asked to end. Faults of the card and of the line
  // itself are thrown as CommandError.
  bool run(const std::string& line);
  std::string prompt() const;
  // What may stand in place of the last word of `line`.
  std::vector<std::string> complete(const std::string& line) const;

  void start();  // selects the MF
  void tree();

 private:
  struct Place {
    std::string shown = "MF";      // "MF/ADF.USIM/DF.5GS"
    std::string templates = "MF";  // how the templates call it
    Bytes path;                    // FIDs below the MF, or from 7FFF on
    Bytes aid;                     // of the application; empty: below the MF
  };
  struct File {
    std::string name;
    std::uint16_t fid = 0;
    etsi::Fcp fcp;
  };
  struct Verb {
    const char* arguments;
    const char* help;
    std::function<void(const std::vector<std::string>&)> act;
  };

  void declare();
  Place up(Place place) const;
  // A directory in `place`, by name, FID or AID; nothing when it is none.
  std::optional<Place> child(const Place& place, const std::string& word);
  etsi::Fcp select(const Place& place);
  Place resolve_directory(const std::string& text);
  File select_file(const std::string& text);
  const std::vector<std::pair<std::string, Bytes>>& applications();  // of EF.DIR

  void list();
  void enter(const std::string& text);
  void print_file(const File& file, bool hex_only);
  void print_pins();
  void update(const std::vector<std::string>& words);
  void code(const std::vector<std::string>& words, const std::string& verb);
  void authenticate(const std::vector<std::string>& words);
  void apdu(const std::vector<std::string>& words);

  CardPort& port_;
  UiccClient card_;
  Options options_;
  Place here_;
  std::vector<std::pair<std::string, Bytes>> applications_;  // "ADF.USIM", AID
  bool applications_known_ = false;
  std::map<std::string, Verb> verbs_;
};

// Interactive on a terminal, with history and completion; otherwise a command a line from standard input.
int run_shell(Shell& shell);

}  // namespace eider::app::card_cmd
