// The servers that live in a directory of their own: DIR/COMMAND.toml, DIR/COMMAND.db.
#pragma once
#include <filesystem>
#include <string>

namespace eider::app {

struct ServerKind {
  std::string name;     // "SM-SR"
  std::string command;  // "smsr"
  std::string init;     // what `eider COMMAND init` demands beside --data
  std::string settings() const { return command + ".toml"; }
  std::string database() const { return command + ".db"; }
};
inline const ServerKind kSmsr{"SM-SR", "smsr", ""};
inline const ServerKind kSmdp{"SM-DP", "smdp", ""};
inline const ServerKind kSmdpp{"SM-DP+", "smdpp", " --pki DIR --address FQDN"};
inline const ServerKind kSmds{"SM-DS", "smds", " --pki DIR --address FQDN"};

// Throws CommandError unless `file` of such a server is in the directory.
void need_server(const std::filesystem::path& dir, const ServerKind& kind, const std::string& file);

}  // namespace eider::app
