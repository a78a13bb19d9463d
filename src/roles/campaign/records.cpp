#include "roles/campaign/records.hpp"

#include <charconv>

namespace eider::campaign {
namespace {

constexpr std::string_view kWantedNames[] = {"draft", "run", "paused", "cancelled"};
constexpr std::string_view kStateNames[] = {"waiting", "in flight", "done",     "skipped",
                                            "failed",  "held",      "cancelled"};
constexpr std::string_view kActionNames[] = {"look", "enable", "download"};
constexpr std::string_view kOutcomeNames[] = {"executed", "warning",     "refused",
                                              "expired",  "not reached", "unknown"};

struct ReasonRow {
  std::string_view name;
  std::string_view text;
};
constexpr ReasonRow kReasonRows[] = {
    {"", ""},
    {"moved", "the Profile was enabled"},
    {"already-there", "the Profile was enabled before"},
    {"found-there", "the Profile is enabled, though no answer said so"},
    {"not-selected", "the card is none of those that the campaign is for"},
    {"no-such-profile", "the card has no such Profile"},
    {"several-profiles", "the card has several Profiles of the type: name the ICCID"},
    {"not-installed", "the Profile is not installed completely"},
    {"enable-forbidden", "POL2 does not let the Profile be enabled"},
    {"disable-forbidden", "POL2 does not let the present Profile be disabled"},
    {"no-right", "the Profile is another Operator's, who gave no authorisation (PLMA)"},
    {"emergency", "the Profile has the emergency attribute: the device alone enables it"},
    {"refused", "the function was refused"},
    {"too-often", "it did not work, however often it was tried"},
    {"no-answer", "no answer came, however often it was sent"},
    {"cancelled", "the campaign was cancelled before its turn"},
};

std::optional<std::uint32_t> parse_number(std::string_view& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end == text.data() || (text.front() == '0' && end != text.data() + 1))
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

std::string call_identifier(const Campaign& campaign, std::uint32_t seq, std::uint32_t call) {
  return campaign.tag + "-" + std::to_string(seq) + "-" + std::to_string(call);
}

std::optional<CallName> parse_call_identifier(const Campaign& campaign, std::string_view text) {
  if (!text.starts_with(campaign.tag)) return std::nullopt;
  text.remove_prefix(campaign.tag.size());
  CallName out;
  for (auto* number : {&out.seq, &out.call}) {
    if (!text.starts_with('-')) return std::nullopt;
    text.remove_prefix(1);
    const auto value = parse_number(text);
    if (!value) return std::nullopt;
    *number = *value;
  }
  return text.empty() ? std::optional(out) : std::nullopt;
}

std::string_view to_string(Wanted value) {
  return kWantedNames[static_cast<std::size_t>(value)];
}
std::string_view to_string(CardState value) {
  return kStateNames[static_cast<std::size_t>(value)];
}
std::string_view to_string(Action value) {
  return kActionNames[static_cast<std::size_t>(value)];
}
std::string_view to_string(Reason value) {
  return kReasonRows[static_cast<std::size_t>(value)].name;
}
std::string_view to_string(Outcome value) {
  return kOutcomeNames[static_cast<std::size_t>(value)];
}
std::optional<CardState> parse_card_state(std::string_view text) {
  for (std::size_t i = 0; i < kCardStates; ++i)
    if (kStateNames[i] == text || (text == "in-flight" && i == 1)) return static_cast<CardState>(i);
  return std::nullopt;
}
std::string_view explain(Reason reason) {
  return kReasonRows[static_cast<std::size_t>(reason)].text;
}
std::vector<std::string_view> explain_notes(std::uint8_t notes) {
  std::vector<std::string_view> out;
  if ((notes & kDeletesPresent) != 0) out.emplace_back("the present Profile is deleted by its POL2");
  if ((notes & kPresentUnseen) != 0)
    out.emplace_back("the present Profile is another party's, its POL2 is not shown");
  if ((notes & kTargetFallback) != 0) out.emplace_back("the target has the fall-back attribute");
  return out;
}

}  // namespace eider::campaign
