// The settings of a server: COMMAND.toml in the directory that `eider COMMAND init` makes.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <toml++/toml.h>
#include <vector>

#include "base/clock.hpp"
#include "server_kind.hpp"

namespace eider::app {

// A table of the file, and how to speak of it. What is missing has the value that the caller says; what is of
// another type is refused with CommandError 1.
class SettingsTable {
 public:
  SettingsTable(toml::table table, const ServerKind& kind, std::filesystem::path file)
      : table_(std::move(table)), kind_(&kind), file_(std::move(file)) {}

  // `path`: "pki", "limits.session_seconds".
  std::string text(const char* path, std::string otherwise = {}) const;
  // Not below `least`.
  std::int64_t number(const char* path, std::int64_t otherwise, std::int64_t least = 0) const;
  unsigned workers(unsigned otherwise) const;
  std::uint16_t port(const char* path, std::uint16_t otherwise) const;
  Duration seconds(const char* path, Duration otherwise) const;
  bool flag(const char* path, bool otherwise) const;
  std::vector<std::string> list(const char* path) const;
  std::map<std::string, std::string> pairs(const char* path) const;
  std::vector<SettingsTable> tables(const char* path) const;

  // Refuses a member that is none of these.
  void check_names(std::initializer_list<std::string_view> known) const;
  [[noreturn]] void refuse(const std::string& what, const std::string& remedy = {}) const;
  const std::filesystem::path& file() const { return file_; }

 private:
  template <class T>
  T value(const char* path, T otherwise, const char* what) const;
  toml::table table_;
  const ServerKind* kind_;
  std::filesystem::path file_;
};

// Refuses a directory that init did not make, a file that is no TOML, and a setting that is none of `known`.
SettingsTable read_settings_file(const std::filesystem::path& dir, const ServerKind& kind,
                                 std::initializer_list<std::string_view> known);

// The template with a TOML string in the place of each "@NAME@", in quotation marks or not.
using TemplateValues = std::vector<std::pair<std::string_view, std::string>>;
std::string fill_template(std::string_view text, const TemplateValues& values);
// "key" = "value", and a line feed.
std::string toml_line(const std::string& key, const std::string& value);

}  // namespace eider::app
