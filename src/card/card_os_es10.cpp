#include "card/card_os.hpp"

namespace eider::card {
namespace {
// The forms without response data exist for three functions; their result becomes a status word
// (section 5.7.16).
std::uint16_t result_as_status_word(Tag tag, ByteView response) {
  const auto outer = read_single_tlv(response);
  const auto result = outer ? find_tlv(outer->value, 0x80) : std::nullopt;
  if (!result || result->value.size() != 1) return 0x6F00;
  switch (result->value[0]) {
    case 0:
      return 0x9000;
    case 1:
      return 0x6A82;
    case 5:
      return tag == 0xBF33 ? 0x6F00 : 0x9300;
    case 127:
      return 0x6F00;
    default:
      return 0x6985;
  }
}
}  // namespace

Result<Answer> CardOs::es10(ByteView command, bool case4, Caller caller) {
  const auto enabled = [&](Interface i) { return caller == Caller::kInside || interface_enabled(i); };
  const auto tag = read_tag(command);
  if (!tag) return Answer(0x6A80);
  if (is_bpp_segment(*tag)) {
    if (!enabled(Interface::kEs10b)) return Answer(0x6985);
    EIDER_TRY(result, load_bound_profile_package(isd_r_, command));
    return Answer(std::move(result));
  }
  if (!read_single_tlv(command)) return Answer(0x6A80);
  const auto* function = find_function(*tag);
  if (!function) return Answer(0x6A88);
  const bool short_form = *tag == 0xBF31 || *tag == 0xBF32 || *tag == 0xBF33;
  if (!case4 && !short_form) return Answer(0x6A86);
  if (!enabled(function->interface)) return Answer(0x6985);
  if ((function->states & state_of(isd_r_.session)) == 0) return Answer(0x6985);
  const bool waiting = state_.isd_r.pendingSwitch || toolkit_.refresh_outstanding();
  if (!function->during_refresh && waiting) return Answer(0x6985);
  EIDER_TRY(response, function->run(isd_r_, command));
  return case4 ? Answer(std::move(response)) : Answer(result_as_status_word(*tag, response));
}

}  // namespace eider::card
