// What an LPA that asks by itself keeps between two asks, in one small text file.
//
//   "eider-lpa-polling 1", then a line a value: name and number (milliseconds since 1970)
//
// It holds hints, no secrets: deleting it only means that servers are asked at once.
#pragma once
#include <filesystem>

#include "base/result.hpp"
#include "roles/lpa/polling/policy.hpp"

namespace eider::store {

// A missing file is an empty book. LocalFault when it cannot be read or is not such a file.
Result<lpa::polling::Book> read_polling_book(const std::filesystem::path& path);
// Whole or not at all.
Status write_polling_book(const std::filesystem::path& path, const lpa::polling::Book& book);

}  // namespace eider::store
