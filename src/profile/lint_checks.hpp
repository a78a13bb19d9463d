// The linter's view of a package, and its groups of rules.
#pragma once
#include "profile/installer.hpp"
#include "profile/lint.hpp"
#include "profile/package_reader.hpp"

namespace eider::profile::lint {

struct Part {
  std::size_t offset = 0;
  Bytes der;
  saip::ProfileElement element;
};
struct Package {
  std::vector<Part> parts;
  FileSystemImage image;
  std::vector<int> context;  // of each part: PIN context in force before it, or -1
  std::vector<int> made;     // of each part: the directory that it created first, or -1
  std::vector<LintFinding> findings;

  void report(std::string_view id, std::size_t part, std::string what);
  void report(std::string_view id, std::string what);  // about the whole package
  bool has_error(std::size_t part) const;
  const Part* first(Tag tag) const;
  int count(Tag tag) const;
  const ImageFile* in_adf(int adf, std::uint16_t fid) const;
};

// The rules about files, which are part of lint_rules().
std::span<const LintRule> file_rules();

void composition(Package&);
void order(Package&);
void codes(Package&);
void access_parameters(Package&);  // every FCP
void files(Package&);
void naa(Package&);
void domains(Package&);
void identity(Package&);
// What the installer refuses and no rule above has named.
void installation(Package&);

}  // namespace eider::profile::lint
