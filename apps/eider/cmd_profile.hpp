// What the parts of `eider profile` share.
#pragma once
#include <CLI/CLI.hpp>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "command.hpp"

namespace eider::app::profile_command {

// Reads a package: DER, or hexadecimal text. "-" is standard input.
Bytes read_package_file(const std::string& path);
// Creates or replaces the file; "-" is standard output. Readable by its owner only: packages hold keys.
void write_file(const std::string& path, ByteView octets);
[[noreturn]] void refuse(const Fault& fault, const std::string& subject = {});

// Makes the package that a document of `eider profile export` describes.
void create_from_document(const std::string& path, const std::string& output);

void declare_inspect(CLI::App& profile);
void declare_lint(CLI::App& profile);
void declare_extract(CLI::App& profile);
void declare_personalise(CLI::App& profile);
void declare_create(CLI::App& profile);
void declare_export(CLI::App& profile);
void declare_diff(CLI::App& profile);
void declare_fit(CLI::App& profile);

}  // namespace eider::app::profile_command
