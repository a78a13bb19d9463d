// Locates third-party test data that is not part of the repository. Tests that need it skip without it.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "support/paths.hpp"

namespace eider::test {

// EIDER_SHARED names the folder; else `../shared` beside the source tree.
inline std::optional<std::filesystem::path> shared_data(const std::string& relative) {
  const char* env = std::getenv("EIDER_SHARED");
  const std::filesystem::path root =
      env ? std::filesystem::path(env) : std::filesystem::path(source_directory()) / ".." / "shared";
  const auto path = root / "data" / relative;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::nullopt;
  return path;
}

inline Bytes read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

}  // namespace eider::test

#define EIDER_SHARED_OR_SKIP(var, relative)                                     \
  const auto var##_found = ::eider::test::shared_data(relative);                \
  if (!var##_found) GTEST_SKIP() << "test data " << relative << " not present"; \
  const auto& var = *var##_found
