// What `init` makes: whole or not at all.
#pragma once
#include <filesystem>
#include <vector>

#include "server_kind.hpp"

namespace eider::app {

// Files and directories that go again unless keep() says that all is well.
class MadeFiles {
 public:
  MadeFiles() = default;
  ~MadeFiles();
  MadeFiles(const MadeFiles&) = delete;
  MadeFiles& operator=(const MadeFiles&) = delete;
  void add(std::filesystem::path path) { paths_.push_back(std::move(path)); }
  // With those above it that are missing. Throws CommandError.
  void make_directory(const std::filesystem::path& path);
  void keep() { paths_.clear(); }

 private:
  std::vector<std::filesystem::path> paths_;  // as they were made
};

// The files of a server are written into a directory inside DIR that nobody takes for a server, and moved
// when all are there, the settings last. Whoever leaves before takes everything along.
class NewDirectory {
 public:
  // Refuses a directory that has one of the server's files, and one that cannot be made.
  NewDirectory(std::filesystem::path dir, const ServerKind& kind);
  ~NewDirectory();
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;

  const std::filesystem::path& place() const { return place_; }
  void write(const std::string& name, std::string_view text) const;
  // Nothing in it may be open.
  void finish();

 private:
  std::filesystem::path dir_, place_;
  ServerKind kind_;
  MadeFiles made_;
};

}  // namespace eider::app
