#include "device/local_profile.hpp"

#include "spec/sgp22/aids.hpp"

namespace eider::device {
namespace {
constexpr std::string_view kNames[] = {"enable-test", "disable-test", "enable-emergency",
                                       "disable-emergency"};
constexpr auto kFirst = static_cast<std::uint8_t>(LocalFunction::kEnableTestProfile);

bool good(std::uint16_t sw) {
  return sw == 0x9000 || sw >> 8 == 0x91;
}
}  // namespace

std::string_view name_of(LocalFunction function) {
  return kNames[static_cast<std::uint8_t>(function) - kFirst];
}
std::optional<LocalFunction> find_local_function(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<LocalFunction>(kFirst + (found - std::begin(kNames)));
}

// On a channel of its own: whoever uses the Profile's applications is not disturbed unless the Profile
// changes.
Result<std::uint16_t> run_local_function(Terminal& terminal, LocalFunction function) {
  EIDER_TRY(opened, terminal.command({0x00, 0x70, 0x00, 0x00, {}, 1}));
  if (opened.data.size() != 1 || opened.data[0] == 0 || opened.data[0] > 3) return opened.sw;
  const auto channel = opened.data[0];
  const auto close = [&] { return terminal.command({0x00, 0x70, 0x80, channel, {}, {}}); };
  EIDER_TRY(selected, terminal.command({channel, 0xA4, 0x04, 0x00, to_bytes(sgp22::kIsdRAid), 256}));
  if (!good(selected.sw)) {
    EIDER_CHECK(close());
    return selected.sw;
  }
  EIDER_TRY(done, terminal.command({static_cast<std::uint8_t>(0x80 | channel),
                                    0xE2,
                                    0x88,
                                    0x00,
                                    {0x3A, static_cast<std::uint8_t>(function), 0x00},
                                    {}}));
  if (good(done.sw)) return std::uint16_t{0x9000};  // the channel went with the reset
  EIDER_CHECK(close());
  return done.sw;
}

}  // namespace eider::device
