#include "settings_file.hpp"

#include <algorithm>
#include <sstream>

#include "cmd_pki.hpp"

namespace eider::app {

void need_server(const std::filesystem::path& dir, const ServerKind& kind, const std::string& file) {
  if (!std::filesystem::exists(dir / file))
    pki::refuse("no " + kind.name + " in " + dir.string(),
                "make one: eider " + kind.command + " init --data " + dir.string() + kind.init);
}

SettingsTable read_settings_file(const std::filesystem::path& dir, const ServerKind& kind,
                                 std::initializer_list<std::string_view> known) {
  need_server(dir, kind, kind.settings());
  const auto file = dir / kind.settings();
  try {
    SettingsTable out(toml::parse_file(file.string()), kind, file);
    out.check_names(known);
    return out;
  } catch (const toml::parse_error& e) {
    std::ostringstream where;
    where << e.source().begin.line << ": " << e.description();
    pki::refuse(file.string() + ":" + where.str(),
                "correct the file; eider " + kind.command + " init in another directory writes a whole one");
  }
}

void SettingsTable::refuse(const std::string& what, const std::string& remedy) const {
  pki::refuse(file_.string() + ": " + what, remedy);
}

void SettingsTable::check_names(std::initializer_list<std::string_view> known) const {
  for (const auto& [key, value] : table_)
    if (std::ranges::find(known, key.str()) == known.end())
      refuse("unknown setting \"" + std::string(key.str()) + "\"",
             "eider " + kind_->command + " init writes all of them");
}

template <class T>
T SettingsTable::value(const char* path, T otherwise, const char* what) const {
  const auto node = table_.at_path(path);
  if (!node) return otherwise;
  auto found = node.template value<T>();
  if (!found) refuse(std::string(path) + " is " + what);
  return *std::move(found);
}

std::string SettingsTable::text(const char* path, std::string otherwise) const {
  return value<std::string>(path, std::move(otherwise), "a text, in quotation marks");
}
std::int64_t SettingsTable::number(const char* path, std::int64_t otherwise, std::int64_t least) const {
  const auto n = value<std::int64_t>(path, otherwise, "a number");
  if (n < least) refuse(std::string(path) + " must be at least " + std::to_string(least));
  return n;
}
unsigned SettingsTable::workers(unsigned otherwise) const {
  constexpr std::int64_t kMost = 4096;
  const auto n = number("workers", otherwise, 1);
  if (n > kMost) refuse("workers must be at most " + std::to_string(kMost));
  return static_cast<unsigned>(n);
}
std::uint16_t SettingsTable::port(const char* path, std::uint16_t otherwise) const {
  const auto n = number(path, otherwise);
  if (n > 65535) refuse(std::string(path) + " must be at most 65535");
  return static_cast<std::uint16_t>(n);
}
Duration SettingsTable::seconds(const char* path, Duration otherwise) const {
  constexpr std::int64_t kLongest = 100LL * 366 * 86400;
  const auto standard = std::chrono::duration_cast<std::chrono::seconds>(otherwise).count();
  const auto n = number(path, standard, 1);
  if (n > kLongest) refuse(std::string(path) + " is more than a hundred years");
  return n == standard ? otherwise : Duration(std::chrono::seconds(n));
}
bool SettingsTable::flag(const char* path, bool otherwise) const {
  return value<bool>(path, otherwise, "true or false");
}

std::vector<std::string> SettingsTable::list(const char* path) const {
  std::vector<std::string> out;
  const auto node = table_.at_path(path);
  if (!node) return out;
  const auto* array = node.as_array();
  if (!array) refuse(std::string(path) + " is a list of texts");
  for (const auto& v : *array) {
    auto text = v.value<std::string>();
    if (!text) refuse(std::string(path) + " is a list of texts");
    out.push_back(*std::move(text));
  }
  return out;
}

std::map<std::string, std::string> SettingsTable::pairs(const char* path) const {
  std::map<std::string, std::string> out;
  const auto node = table_.at_path(path);
  if (!node) return out;
  const auto* table = node.as_table();
  if (!table) refuse(std::string(path) + " is a table");
  for (const auto& [key, value] : *table) {
    auto text = value.value<std::string>();
    if (!text) refuse(std::string(path) + "." + std::string(key.str()) + " is a text, in quotation marks");
    out[std::string(key.str())] = *std::move(text);
  }
  return out;
}

std::vector<SettingsTable> SettingsTable::tables(const char* path) const {
  std::vector<SettingsTable> out;
  const auto node = table_.at_path(path);
  if (!node) return out;
  const auto* array = node.as_array();
  if (!array) refuse(std::string(path) + " is written [[" + path + "]]");
  for (const auto& item : *array) {
    const auto* table = item.as_table();
    if (!table) refuse(std::string(path) + " is written [[" + path + "]]");
    out.emplace_back(*table, *kind_, file_);
  }
  return out;
}

namespace {
std::string in_quotes(const std::string& text) {
  using F = toml::format_flags;
  constexpr auto kFlags =
      toml::toml_formatter::default_flags & ~(F::allow_literal_strings | F::allow_multi_line_strings);
  const toml::value<std::string> value(text);
  std::ostringstream out;
  out << toml::toml_formatter(value, kFlags);
  return out.str();
}
}  // namespace

std::string fill_template(std::string_view text, const TemplateValues& values) {
  std::string out(text);
  for (const auto& [name, value] : values) {
    const auto quoted = "\"" + std::string(name) + "\"";
    const auto replace = [&](const std::string& what, const std::string& by) {
      for (auto at = out.find(what); at != std::string::npos; at = out.find(what, at + by.size()))
        out.replace(at, what.size(), by);
    };
    replace(quoted, in_quotes(value));
    replace(std::string(name), value);
  }
  return out;
}

std::string toml_line(const std::string& key, const std::string& value) {
  return in_quotes(key) + " = " + in_quotes(value) + "\n";
}

}  // namespace eider::app
