// Files of key stores. Included by this folder's .cpp files only.
#pragma once
#include <filesystem>
#include <string_view>
#include <sys/types.h>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace eider::crypto::detail {

// No path, no hidden file.
bool good_key_name(std::string_view name);
// LocalFault when it exists already.
Status write_new_file(const std::filesystem::path& path, ByteView content, mode_t mode);
Result<Secret> read_secret_file(const std::filesystem::path& path);

}  // namespace eider::crypto::detail
