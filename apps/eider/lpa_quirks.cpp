#include "lpa_quirks.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <toml++/toml.h>

namespace eider::app {
namespace {
constexpr std::int64_t kLeastBlock = 6, kMostBlock = 255;
constexpr std::uintmax_t kMaxFile = 1024 * 1024;

tl::unexpected<Fault> quirk_fault(const std::string& name, const toml::node* where, const std::string& what) {
  const auto line = where ? ":" + std::to_string(where->source().begin.line) : std::string();
  return fail_local(name + line + ": " + what, "`eider lpa --help` has an example.");
}

Result<std::optional<std::size_t>> block_size_of(const std::string& name, const toml::table& table) {
  const auto* node = table.get("block_size");
  if (!node) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < kLeastBlock || *value > kMostBlock)
    return quirk_fault(name, node, "block_size is a number from 6 to 255");
  return static_cast<std::size_t>(*value);
}

Status only_known(const std::string& name, const toml::table& table,
                  std::initializer_list<std::string_view> known) {
  for (const auto& [key, node] : table)
    if (std::ranges::find(known, key.str()) == known.end())
      return quirk_fault(name, &node, "\"" + std::string(key.str()) + "\" is not known");
  return {};
}

Result<lpa::CardQuirk> card_of(const std::string& name, const toml::node& node) {
  const auto* table = node.as_table();
  if (!table) return quirk_fault(name, &node, "card is a table: [[card]]");
  EIDER_CHECK(only_known(name, *table, {"name", "isd_r_aid", "block_size"}));
  lpa::CardQuirk out;
  out.name = (*table)["name"].value_or(std::string());
  const auto aid = from_hex((*table)["isd_r_aid"].value_or(std::string()));
  if (!aid || aid->size() < 5 || aid->size() > 16)
    return quirk_fault(name, &node, "isd_r_aid is 5 to 16 octets in hexadecimal");
  out.isd_r_aid = *aid;
  EIDER_TRY(block, block_size_of(name, *table));
  out.block_size = block;
  return out;
}
}  // namespace

Result<LpaQuirks> read_quirks(std::string_view text, const std::string& name) {
  toml::table table;
  try {
    table = toml::parse(text, name);
  } catch (const toml::parse_error& e) {
    return fail_local(
        name + ":" + std::to_string(e.source().begin.line) + ": " + std::string(e.description()),
        "`eider lpa --help` has an example.");
  }
  EIDER_CHECK(only_known(name, table, {"block_size", "card"}));
  LpaQuirks out;
  EIDER_TRY(block, block_size_of(name, table));
  out.block_size = block;
  const auto* cards = table.get("card");
  if (!cards) return out;
  const auto* list = cards->as_array();
  if (!list) return quirk_fault(name, cards, "card is a list of tables: [[card]]");
  for (const auto& node : *list) {
    EIDER_TRY(card, card_of(name, node));
    out.cards.push_back(std::move(card));
  }
  return out;
}

std::filesystem::path quirks_path() {
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config && *config == '/')
    return std::filesystem::path(config) / "eider" / "lpa.toml";
  if (const char* home = std::getenv("HOME"); home && *home == '/')
    return std::filesystem::path(home) / ".config" / "eider" / "lpa.toml";
  return {};
}

Result<LpaQuirks> load_quirks(const std::filesystem::path& file) {
  const auto path = file.empty() ? quirks_path() : file;
  std::error_code error;
  if (file.empty() && (path.empty() || !std::filesystem::exists(path, error))) return LpaQuirks();
  if (std::filesystem::is_regular_file(path, error) && std::filesystem::file_size(path, error) > kMaxFile)
    return fail_local(path.string() + " is too large for a list of cards");
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in)
    return fail_local(path.string() + " cannot be read",
                      "Give the file that --quirks names, or leave it out.");
  return read_quirks(text.str(), path.string());
}

}  // namespace eider::app
