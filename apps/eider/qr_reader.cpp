#include "qr_reader.hpp"

#include <memory>
#include <png.h>
#include <zbar.h>

namespace eider::app {
namespace {
using namespace zbar;  // NOLINT: the C library wraps itself so

struct Picture {
  unsigned width = 0, height = 0;
  std::vector<std::uint8_t> gray;
};

Result<Picture> read_png(ByteView png) {
  constexpr unsigned kMaxSide = 8192;
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, png.data(), png.size()))
    return fail_local(image.message, "Give a PNG file: save or convert the picture as PNG.");
  if (image.width > kMaxSide || image.height > kMaxSide) {
    png_image_free(&image);
    return fail_local("larger than 8192 pixels", "Cut the picture to the QR code.");
  }
  image.format = PNG_FORMAT_GRAY;
  Picture out{image.width, image.height, std::vector<std::uint8_t>(PNG_IMAGE_SIZE(image))};
  const png_color white{255, 255, 255};  // behind what is transparent
  if (!png_image_finish_read(&image, &white, out.gray.data(), 0, nullptr))
    return fail_local(image.message, "The file is damaged: get it again.");
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

Result<std::vector<std::string>> qr_codes_in_png(ByteView png) {
  EIDER_TRY(picture, read_png(png));
  return qr_codes_in(picture.width, picture.height, std::move(picture.gray));
}

std::vector<std::string> qr_codes_in(unsigned width, unsigned height, std::vector<std::uint8_t> gray) {
  const Picture picture{width, height, std::move(gray)};
  auto codes = decode(picture);
  if (codes.empty()) codes = decode(enlarge(picture));
  return codes;
}

}  // namespace eider::app
