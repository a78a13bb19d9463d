// What the terminal asks and shows its user on behalf of the card: DISPLAY TEXT, GET INKEY, GET INPUT, SELECT
// ITEM (ETSI TS 102 223 sections 6.4.1 to 6.4.3 and 6.4.9).
#include <algorithm>

#include "device/terminal.hpp"
#include "spec/etsi/text.hpp"

namespace eider::device {
namespace {
using namespace etsi::cat;
constexpr int kTries = 3;  // to enter what fits
constexpr std::uint8_t kOctetsCoding = 0x04;

TerminalAnswer ended(const UserAnswer& answer) {
  switch (answer.kind) {
    case UserAnswer::Kind::kEnded:
      return GeneralResult::kEndedByUser;
    case UserAnswer::Kind::kBackward:
      return GeneralResult::kBackward;
    case UserAnswer::Kind::kNoResponse:
      return GeneralResult::kNoResponse;
    default:
      return {};
  }
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string text_of(const ProactiveCommand& c) {
  return etsi::text_string_text(c.find(tag::kTextString)->value);
}

// Digits are 0 to 9, * and #, and + (section 6.4.3).
bool fits(const std::string& text, const InputQuestion& q, bool ucs2) {
  const auto n = characters(text);
  if (n < q.min || n > q.max) return false;
  if (q.digits_only) return text.find_first_not_of("0123456789*#+") == std::string::npos;
  return ucs2 || etsi::gsm_octets(text).has_value();
}

// A TERMINAL RESPONSE has 255 octets, of which some are taken.
constexpr std::size_t kMostOfText = 239;

TerminalAnswer with_text(const std::string& text, bool ucs2) {
  const auto octets = etsi::gsm_octets(text);
  const auto value =
      octets && !ucs2 ? concat({Bytes{kOctetsCoding}, *octets}) : etsi::text_string_octets(text);
  if (value.size() > kMostOfText) return GeneralResult::kBeyondCapabilities;
  TerminalAnswer out;
  return out.add(tag::kTextString, true, value);
}

TerminalAnswer entered(UserPort& user, const InputQuestion& question, bool ucs2) {
  for (int i = 0; i < kTries; ++i) {
    const auto answer = user.enter(question);
    if (answer.kind != UserAnswer::Kind::kDone) return ended(answer);
    if (fits(answer.text, question, ucs2)) return with_text(answer.text, ucs2);
  }
  return GeneralResult::kNoResponse;
}
}  // namespace

TerminalAnswer Terminal::display_text(const ProactiveCommand& c) {
  return ended(ports_.user->show(text_of(c), (c.details.qualifier & kWaitForUser) != 0));
}

TerminalAnswer Terminal::get_inkey(const ProactiveCommand& c) {
  if ((c.details.qualifier & kYesNo) != 0) {
    const auto answer = ports_.user->confirm(text_of(c));
    if (answer.kind != UserAnswer::Kind::kDone) return ended(answer);
    TerminalAnswer out;
    return out.add(tag::kTextString, true, {kOctetsCoding, answer.yes ? std::uint8_t{1} : std::uint8_t{0}});
  }
  const InputQuestion question{text_of(c), {}, 1, 1, (c.details.qualifier & kAnyCharacter) == 0, false};
  return entered(*ports_.user, question, (c.details.qualifier & kUcs2Alphabet) != 0);
}

TerminalAnswer Terminal::get_input(const ProactiveCommand& c) {
  if ((c.details.qualifier & kPackedInput) != 0) return GeneralResult::kBeyondCapabilities;
  const auto& lengths = c.find(tag::kResponseLength)->value;
  InputQuestion question{text_of(c),
                         {},
                         lengths[0],
                         lengths[1],
                         (c.details.qualifier & kAnyCharacter) == 0,
                         (c.details.qualifier & kHideInput) != 0};
  if (question.max < question.min) return GeneralResult::kDataNotUnderstood;
  if (const auto* proposal = c.find(tag::kDefaultText))
    question.proposal = etsi::text_string_text(proposal->value);
  return entered(*ports_.user, question, (c.details.qualifier & kUcs2Alphabet) != 0);
}

TerminalAnswer Terminal::select_item(const ProactiveCommand& c) {
  std::vector<Choice> choices;
  for (const auto& o : c.objects) {
    if (o.tag != tag::kItem || o.value.empty()) continue;
    choices.push_back({o.value[0], etsi::alpha_text(ByteView(o.value).subspan(1))});
  }
  if (choices.empty()) return GeneralResult::kDataNotUnderstood;
  const auto* title = c.find(tag::kAlphaIdentifier);
  const auto answer = ports_.user->choose(title ? etsi::alpha_text(title->value) : std::string(), choices);
  if (answer.kind != UserAnswer::Kind::kDone) return ended(answer);
  if (std::ranges::find(choices, answer.item, &Choice::identifier) == choices.end())
    return GeneralResult::kNoResponse;
  TerminalAnswer out;
  return out.add(tag::kItemIdentifier, true, {answer.item});
}

}  // namespace eider::device
