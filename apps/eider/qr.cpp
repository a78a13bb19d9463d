#include "qr.hpp"

#include <cstdio>
#include <memory>
#include <png.h>
#include <qrencode.h>
#include <vector>

namespace eider::app {
namespace {
constexpr int kQuietZone = 4;  // modules, ISO/IEC 18004

using Code = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

Result<Code> encode(const std::string& text) {
  Code code(QRcode_encodeString(text.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), &QRcode_free);
  if (!code) return fail_local("the text does not fit a QR code");
  return code;
}
bool dark(const QRcode& code, int x, int y) {
  if (x < 0 || y < 0 || x >= code.width || y >= code.width) return false;
  return (code.data[y * code.width + x] & 1) != 0;
}
}  // namespace

Result<std::string> qr_for_terminal(const std::string& text, bool colours) {
  EIDER_TRY(code, encode(text));
  std::string out;
  const int end = code->width + 2;
  for (int y = -2; y < end; y += 2) {
    if (colours) out += "\033[30;107m";  // black on bright white, whatever the terminal's colours
    for (int x = -2; x < end; ++x) {
      const bool top = dark(*code, x, y), bottom = dark(*code, x, y + 1);
      out += top && bottom ? "█" : top ? "▀" : bottom ? "▄" : " ";
    }
    out += colours ? "\033[0m\n" : "\n";
  }
  return out;
}

Status write_qr_png(const std::string& text, const std::filesystem::path& file, int scale) {
  EIDER_TRY(code, encode(text));
  const int size = (code->width + 2 * kQuietZone) * scale;
  std::vector<png_byte> pixels(static_cast<std::size_t>(size) * static_cast<std::size_t>(size), 255);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      if (dark(*code, x / scale - kQuietZone, y / scale - kQuietZone))
        pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(size) + static_cast<std::size_t>(x)] =
            0;
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = static_cast<png_uint_32>(size);
  image.format = PNG_FORMAT_GRAY;
  if (!png_image_write_to_file(&image, file.c_str(), 0, pixels.data(), 0, nullptr))
    return fail_local("cannot write " + file.string() + ": " + image.message);
  return {};
}

}  // namespace eider::app
