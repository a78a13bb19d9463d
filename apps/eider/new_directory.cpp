#include "new_directory.hpp"

#include <algorithm>
#include <fstream>

#include "cmd_pki.hpp"

namespace eider::app {
namespace fs = std::filesystem;

MadeFiles::~MadeFiles() {
  std::error_code ignored;  // what others have put into a directory stays, and the directory with it
  for (auto path = paths_.rbegin(); path != paths_.rend(); ++path) fs::remove(*path, ignored);
}

void MadeFiles::make_directory(const fs::path& path) {
  std::vector<fs::path> missing;
  std::error_code error;
  for (auto p = fs::absolute(path).lexically_normal(); !fs::exists(p, error) && p.has_relative_path();
       p = p.parent_path())
    missing.push_back(p);
  for (auto p = missing.rbegin(); p != missing.rend(); ++p)
    if (fs::create_directory(*p, error)) paths_.push_back(*p);
  if (!fs::is_directory(path))
    pki::refuse("cannot make the directory " + path.string() + (error ? ": " + error.message() : ""),
                "name one in a directory that you may write");
}

NewDirectory::NewDirectory(fs::path dir, const ServerKind& kind)
    : dir_(std::move(dir)), place_(dir_ / ".new"), kind_(kind) {
  for (const auto& name : {kind.settings(), kind.database()})
    if (fs::exists(dir_ / name))
      pki::refuse(dir_.string() + " already holds an " + kind.name, "choose another directory");
  if (fs::exists(dir_ / "keys"))
    pki::refuse(dir_.string() + " has keys of something else", "choose another directory");
  made_.make_directory(dir_);
  std::error_code error;
  fs::permissions(dir_, fs::perms::owner_all, error);
  if (!error) fs::remove_all(place_, error);  // of one that was killed
  if (!error) fs::create_directory(place_, error);
  if (error)
    pki::refuse("cannot write into " + dir_.string() + ": " + error.message(), "choose another directory");
}

NewDirectory::~NewDirectory() {
  std::error_code ignored;
  fs::remove_all(place_, ignored);
}

void NewDirectory::write(const std::string& name, std::string_view text) const {
  std::ofstream out(place_ / name, std::ios::binary);
  out << text;
  out.close();
  if (!out)
    pki::refuse("cannot write " + (dir_ / name).string(), "free some space, or choose another directory");
}

void NewDirectory::finish() {
  std::vector<fs::path> names;
  for (const auto& entry : fs::directory_iterator(place_)) names.push_back(entry.path().filename());
  std::ranges::sort(names, {}, [&](const fs::path& name) { return name == kind_.settings(); });
  for (const auto& name : names) {
    std::error_code error;
    fs::rename(place_ / name, dir_ / name, error);
    if (!error) continue;
    for (const auto& moved : names) {
      if (moved == name) break;
      std::error_code ignored;
      fs::remove_all(dir_ / moved, ignored);
    }
    pki::refuse("cannot make " + (dir_ / name).string() + ": " + error.message());
  }
  made_.keep();
}

}  // namespace eider::app
