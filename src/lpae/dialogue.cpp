#include "lpae/dialogue.hpp"

#include "spec/etsi/text.hpp"
#include "spec/sgp22/result_codes.hpp"
#include "spec/sgp22/status_codes.hpp"
#include "spec/status_words.hpp"

namespace eider::lpae {
namespace {
using lpa::Answer;
constexpr std::size_t kPart = 180;    // octets of text that a command holds in either alphabet
constexpr std::size_t kItems = 200;   // octets of a list
constexpr std::uint8_t kMore = 0xFF;  // identifier of the item behind which a list goes on

cat::Object text_object(std::string_view text) {
  return {cat::tag::kTextString, true, etsi::text_string_octets(text)};
}

// The first part of a text that fits, cut at a space where there is one, never inside a character.
std::string_view take_part(std::string_view& text) {
  const auto fits = [](std::string_view part) { return etsi::text_string_octets(part).size() <= kPart; };
  std::string_view part = text;
  while (!fits(part)) {
    auto end = part.size() - 1;
    while (end > 0 && (static_cast<unsigned char>(part[end]) & 0xC0) == 0x80) --end;
    part = part.substr(0, end);
  }
  if (part.size() < text.size()) {
    const auto space = part.rfind(' ');
    if (space != std::string_view::npos && space > part.size() / 2) part = part.substr(0, space);
  }
  text.remove_prefix(part.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  return part;
}
std::string first_part(std::string_view text) {
  return std::string(take_part(text));
}

Answer answer_of(cat::GeneralResult result) {
  switch (result) {
    case cat::GeneralResult::kBackward:
      return Answer::kNotNow;
    case cat::GeneralResult::kNoResponse:
      return Answer::kTimeout;
    default:
      return Answer::kNo;
  }
}

// The remedies of LocalFault are for people at a shell: here they would lead astray.
struct Explain {
  std::string operator()(const FunctionStatus& f) const {
    const auto rows = status::find(f.subject_code, f.reason_code);
    const status::Row* row = rows.empty() ? nullptr : rows.front();
    for (const auto* each : rows)
      if (each->function.starts_with("ES9+")) row = each;
    std::string out = "The server refused (" + f.subject_code + "/" + f.reason_code + ")";
    if (row) return out + ": " + std::string(row->cause) + ". " + std::string(row->remedy);
    return f.message.empty() ? out + "." : out + ": " + f.message;
  }
  std::string operator()(const Es10Fault& f) const {
    std::string out = "The eUICC refused (" + f.function + " " + std::to_string(f.code) + ")";
    if (const auto* row = result_code::find(f.function, f.code))
      return out + ": " + std::string(row->cause) + ". " + std::string(row->remedy);
    return out + ".";
  }
  std::string operator()(const StatusWord& f) const {
    return "The eUICC refused: " + explain_status_word(f.sw).meaning + ".";
  }
  std::string operator()(const VerificationFault& f) const {
    return std::string("This server is not trusted (") + to_string(f.check) + "): " + f.what +
           ". Nothing was sent to it. Ask your operator.";
  }
  std::string operator()(const TransportFault& f) const {
    return (f.sent ? "The server gave no answer: " : "The server was not reached: ") + f.what +
           ". Check the connection and try again.";
  }
  std::string operator()(const DecodeFault& f) const {
    return "The server sent something malformed (" + f.path + "): " + f.what + ". Ask your operator.";
  }
  std::string operator()(const LocalFault& f) const {
    auto out = f.what;
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
    return out + ".";
  }
};
}  // namespace

std::string explain(const Fault& fault) {
  return std::visit(Explain{}, fault.kind());
}

std::string name_of(const std::string& profile, const std::string& provider) {
  if (profile.empty() || provider.empty()) return profile + provider;
  return profile + ", " + provider;
}

bool Dialogue::display(std::string_view part, std::uint8_t qualifier) {
  return conversation_.ask(cat::CommandType::kDisplayText, qualifier, {text_object(part)}).performed();
}

void Dialogue::show(std::string_view text) {
  while (!text.empty())
    if (!display(take_part(text), cat::kWaitForUser | cat::kHighPriority)) return;
}

void Dialogue::flash(std::string_view text) {
  display(take_part(text), cat::kHighPriority);
}

Answer Dialogue::confirm(std::string_view question) {
  // What does not fit in front of the question is shown before it.
  std::string_view rest = question;
  auto part = take_part(rest);
  while (!rest.empty()) {
    display(part, cat::kWaitForUser | cat::kHighPriority);
    part = take_part(rest);
  }
  const auto answer = conversation_.ask(cat::CommandType::kGetInkey, cat::kYesNo, {text_object(part)});
  if (!answer.performed()) return answer_of(answer.result);
  for (const auto& o : answer.objects)
    if (o.tag == cat::tag::kTextString && o.value.size() == 2 && o.value[1] == 0x01) return Answer::kYes;
  return Answer::kNo;
}

std::optional<std::string> Dialogue::enter(const device::InputQuestion& q) {
  std::uint8_t qualifier = q.digits_only ? 0 : cat::kAnyCharacter;
  if (q.hidden) qualifier |= cat::kHideInput;
  const auto limit = [](std::size_t n) { return static_cast<std::uint8_t>(std::min<std::size_t>(n, 0xFF)); };
  std::vector<cat::Object> objects = {text_object(first_part(q.text)),
                                      {cat::tag::kResponseLength, true, {limit(q.min), limit(q.max)}}};
  if (const auto proposal = etsi::text_string_octets(q.proposal);
      !q.proposal.empty() && proposal.size() + objects[0].value.size() < kPart)
    objects.push_back({cat::tag::kDefaultText, false, proposal});
  const auto answer = conversation_.ask(cat::CommandType::kGetInput, qualifier, std::move(objects));
  if (!answer.performed()) return std::nullopt;
  for (const auto& o : answer.objects)
    if (o.tag == cat::tag::kTextString) return etsi::text_string_text(o.value);
  return std::string();
}

std::optional<std::size_t> Dialogue::choose(std::string_view title, const std::vector<std::string>& items) {
  if (items.empty()) return std::nullopt;
  std::size_t first = 0;
  for (;;) {
    std::vector<cat::Object> objects = {
        {cat::tag::kAlphaIdentifier, true, etsi::alpha_octets(first_part(title))}};
    std::size_t size = objects[0].value.size(), next = first;
    for (; next < items.size() && next - first < kMore - 1; ++next) {
      auto text = etsi::alpha_octets(first_part(items[next]));
      constexpr std::size_t kMostOfItem = 60;
      if (text.size() > kMostOfItem) text.resize(text[0] == 0x80 ? kMostOfItem + 1 : kMostOfItem);
      if (size + text.size() + 3 > kItems) break;
      size += text.size() + 3;
      objects.push_back(
          {cat::tag::kItem, true, concat({Bytes{static_cast<std::uint8_t>(next - first + 1)}, text})});
    }
    const bool whole = first == 0 && next == items.size();
    if (!whole) objects.push_back({cat::tag::kItem, true, concat({Bytes{kMore}, as_bytes("More ...")})});
    const auto answer = conversation_.ask(cat::CommandType::kSelectItem, 0x00, std::move(objects));
    if (!answer.performed()) return std::nullopt;
    std::size_t chosen = 0;
    for (const auto& o : answer.objects)
      if (o.tag == cat::tag::kItemIdentifier && o.value.size() == 1) chosen = o.value[0];
    if (chosen == kMore && !whole) {
      first = next == items.size() ? 0 : next;
      continue;
    }
    if (chosen == 0 || first + chosen > next) return std::nullopt;
    return first + chosen - 1;
  }
}

void Dialogue::show_fault(std::string_view what, const Fault& fault) {
  show_warnings();
  show(std::string(what) + " " + explain(fault));
}

void Dialogue::show_warnings() {
  for (const auto& text : std::exchange(warnings_, {})) show(text);
}

// Two moments that take long are shown; the others pass.
void Dialogue::progress(lpa::Step step, std::size_t done, std::size_t) {
  if (done != 0) return;
  if (step == lpa::Step::kContactServer) flash("Connecting ...");
  if (step == lpa::Step::kGetPackage) flash("Downloading ...");
}

Answer Dialogue::confirm_download(const lpa::ProfileOffer& offer) {
  const auto& m = offer.metadata;
  std::string text =
      "Download " + name_of(m.profileName, m.serviceProviderName) + " from " + offer.smdpAddress + "?";
  if (offer.policyRuleConsentRequired && m.profilePolicyRules) {
    if (m.profilePolicyRules->test(sgp22::kPpr1)) text += " It cannot be disabled once it is enabled.";
    if (m.profilePolicyRules->test(sgp22::kPpr2)) text += " It cannot be deleted.";
  }
  return confirm(text);
}

std::optional<Secret> Dialogue::confirmation_code(const lpa::ProfileOffer&, int attempt) {
  device::InputQuestion question;
  question.text = attempt > 1 ? "That Confirmation Code was refused. Enter it again" : "Confirmation Code";
  question.min = 1;
  question.max = 64;
  question.hidden = true;
  auto text = enter(question);
  if (!text) return std::nullopt;
  Secret out(as_bytes(*text));
  std::ranges::fill(*text, '\0');
  return out;
}

Answer Dialogue::confirm_changed_metadata(const sgp22::StoreMetadataRequest& confirmed,
                                          const sgp22::StoreMetadataRequest& package) {
  return confirm("The server sends " + name_of(package.profileName, package.serviceProviderName) +
                 " instead of " + name_of(confirmed.profileName, confirmed.serviceProviderName) +
                 ". Take it?");
}

}  // namespace eider::lpae
