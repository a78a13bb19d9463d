// QR codes of activation codes: for a terminal and as a PNG file.
#pragma once
#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace eider::app {

// Two modules per character cell, dark on light (`colours`: whatever those of the terminal are), with the
// quiet zone that readers need. LocalFault when the text does not fit a QR code.
Result<std::string> qr_for_terminal(const std::string& text, bool colours);
// `scale` pixels per module.
Status write_qr_png(const std::string& text, const std::filesystem::path& file, int scale = 8);

}  // namespace eider::app
