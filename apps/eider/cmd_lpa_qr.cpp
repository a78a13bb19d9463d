// An Activation Code from a picture of its QR code.

#include "cmd_lpa.hpp"
#include "command.hpp"
#include "input_file.hpp"
#include "qr_reader.hpp"

namespace eider::app::lpa_cli {
namespace {
[[noreturn]] void refuse(const std::string& file, const std::string& what, const std::string& remedy) {
  throw CommandError{2, file + ": " + what + "\n  remedy  " + remedy};
}
}  // namespace

std::string read_qr_code(const std::string& file) {
  const auto png = read_input(file);
  const auto found = qr_codes_in_png(as_bytes(png));
  if (!found) {
    const auto* fault = found.error().as<LocalFault>();
    refuse(file, fault ? fault->what : found.error().message(), fault ? fault->remedy : "");
  }
  const auto& codes = *found;
  if (codes.empty())
    refuse(file, "no QR code found",
           "Take the picture straight from the front, with the whole code and its white border.");
  std::string why;
  for (const auto& code : codes) {
    if (const auto parsed = lpa::parse_activation_code(code))
      return code;
    else
      why = parsed.error().message();
  }
  refuse(file, "the QR code holds no Activation Code: " + printable(why),
         "Scan the code that the operator gave.");
}

}  // namespace eider::app::lpa_cli
