// An Activation Code from a picture of its QR code: libpng reads, zbar decodes.
#include <cstdio>
#include <png.h>
#include <zbar.h>

#include "cmd_lpa.hpp"
#include "command.hpp"

namespace eider::app::lpa_cli {
namespace {
using namespace zbar;  // NOLINT: the C library wraps itself so

struct Picture {
  unsigned width = 0, height = 0;
  std::vector<std::uint8_t> gray;
};

[[noreturn]] void refuse(const std::string& file, const std::string& what, const std::string& remedy) {
  throw CommandError{2, file + ": " + what + "\n  remedy  " + remedy};
}

Picture read_png(const std::string& file) {
  constexpr unsigned kMaxSide = 8192;
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file(&image, file.c_str()))
    refuse(file, image.message, "Give a PNG file: save or convert the picture as PNG.");
  if (image.width > kMaxSide || image.height > kMaxSide) {
    png_image_free(&image);
    refuse(file, "larger than 8192 pixels", "Cut the picture to the QR code.");
  }
  image.format = PNG_FORMAT_GRAY;
  Picture out{image.width, image.height, std::vector<std::uint8_t>(PNG_IMAGE_SIZE(image))};
  const png_color white{255, 255, 255};  // behind what is transparent
  if (!png_image_finish_read(&image, &white, out.gray.data(), 0, nullptr))
    refuse(file, image.message, "The file is damaged: get it again.");
  return out;
}

// Small codes have modules of one pixel and no quiet zone, which zbar does not read.
Picture enlarge(const Picture& in) {
  const unsigned side = std::max(in.width, in.height);
  const unsigned factor = side < 600 ? 600 / std::max(1u, side) + 1 : 1, border = 32;
  Picture out{in.width * factor + 2 * border, in.height * factor + 2 * border, {}};
  out.gray.assign(std::size_t{out.width} * out.height, 255);
  for (unsigned y = 0; y < in.height * factor; ++y)
    for (unsigned x = 0; x < in.width * factor; ++x)
      out.gray[std::size_t{y + border} * out.width + x + border] =
          in.gray[std::size_t{y / factor} * in.width + x / factor];
  return out;
}

std::vector<std::string> decode(const Picture& picture) {
  const std::unique_ptr<zbar_image_scanner_t, decltype(&zbar_image_scanner_destroy)> scanner(
      zbar_image_scanner_create(), &zbar_image_scanner_destroy);
  zbar_image_scanner_set_config(scanner.get(), ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
  zbar_image_scanner_set_config(scanner.get(), ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
  const std::unique_ptr<zbar_image_t, decltype(&zbar_image_destroy)> image(zbar_image_create(),
                                                                           &zbar_image_destroy);
  zbar_image_set_format(image.get(), zbar_fourcc('Y', '8', '0', '0'));
  zbar_image_set_size(image.get(), picture.width, picture.height);
  zbar_image_set_data(image.get(), picture.gray.data(), picture.gray.size(), nullptr);
  zbar_scan_image(scanner.get(), image.get());
  std::vector<std::string> out;
  for (const auto* s = zbar_image_first_symbol(image.get()); s; s = zbar_symbol_next(s))
    out.emplace_back(zbar_symbol_get_data(s), zbar_symbol_get_data_length(s));
  return out;
}
}  // namespace

std::string read_qr_code(const std::string& file) {
  const auto picture = read_png(file);
  auto codes = decode(picture);
  if (codes.empty()) codes = decode(enlarge(picture));
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
