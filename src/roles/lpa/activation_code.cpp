#include "roles/lpa/activation_code.hpp"

#include <algorithm>

namespace eider::lpa {
namespace {
constexpr std::size_t kMaxLength = 255;
constexpr std::size_t kMaxInput = 4096;  // a link with a code in it, every character of it encoded
constexpr char kRemedy[] =
    "Copy the whole code again: LPA:1$<SM-DP+ address>$<token>, for example "
    "LPA:1$smdp.example.com$04386-AGYFT.";

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

struct Typed {
  std::string_view utf8;
  std::string_view meant;  // empty: nothing
};
// What mail, messengers, word processors and keyboards put in the place of what stood there, or between.
constexpr Typed kTyped[] = {
    // Spaces, soft hyphen, byte order mark, word joiner.
    {"\xC2\xA0", ""},
    {"\xC2\xAD", ""},
    {"\xEF\xBB\xBF", ""},
    {"\xE2\x81\x9F", ""},
    {"\xE2\x81\xA0", ""},
    {"\xE3\x80\x80", ""},
    // Hyphens and dashes.
    {"\xE2\x80\x90", "-"},
    {"\xE2\x80\x91", "-"},
    {"\xE2\x80\x92", "-"},
    {"\xE2\x80\x93", "-"},
    {"\xE2\x80\x94", "-"},
    {"\xE2\x88\x92", "-"},
    // Of full and of small width.
    {"\xEF\xBC\x84", "$"},
    {"\xEF\xB9\xA9", "$"},
    {"\xEF\xBC\x9A", ":"},
    // From a command line.
    {"\\$", "$"},
};

// U+2000 to U+200F, U+2028 to U+202F, U+2066 to U+2069: spaces, joiners, marks of direction, separators.
bool is_invisible(std::string_view text) {
  if (text.size() < 3 || text[0] != '\xE2') return false;
  const auto c = static_cast<unsigned char>(text[2]);
  if (text[1] == '\x80') return c <= 0x8F || (c >= 0xA8 && c <= 0xAF);
  return text[1] == '\x81' && c >= 0xA6 && c <= 0xA9;
}

std::string without_what_was_not_typed(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto* found =
        std::ranges::find_if(kTyped, [&](const Typed& t) { return text.starts_with(t.utf8); });
    if (found != std::end(kTyped)) {
      out += found->meant;
      text.remove_prefix(found->utf8.size());
    } else if (is_invisible(text)) {
      text.remove_prefix(3);
    } else {
      if (const char c = text[0]; c != ' ' && (c < '\t' || c > '\r')) out += c;
      text.remove_prefix(1);
    }
  }
  return out;
}

// In pairs, around all of it.
std::string_view without_quotes(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> kQuotes[] = {{"\"", "\""},
                                                                       {"'", "'"},
                                                                       {"`", "`"},
                                                                       {"<", ">"},
                                                                       {"\xE2\x80\x9C", "\xE2\x80\x9D"},
                                                                       {"\xE2\x80\x9E", "\xE2\x80\x9C"},
                                                                       {"\xE2\x80\x98", "\xE2\x80\x99"},
                                                                       {"\xC2\xAB", "\xC2\xBB"}};
  for (const auto& [left, right] : kQuotes)
    if (text.size() >= left.size() + right.size() && text.starts_with(left) && text.ends_with(right))
      return text.substr(left.size(), text.size() - left.size() - right.size());
  return text;
}

// RFC 3986 section 2.1. Nothing: a percent sign without two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto octet = i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (!octet || octet->size() != 1) return std::nullopt;
    out += static_cast<char>((*octet)[0]);
    i += 2;
  }
  return out;
}

// The links that telephones open (https://…/esim_qrcode_provisioning?carddata=LPA:1$…), and codes out of
// other links.
Result<std::string> out_of_link(std::string text) {
  const auto card_data = text.find("carddata=");
  const bool link = text.starts_with("http") && card_data != std::string::npos;
  if (link) {
    text.erase(0, card_data + 9);
    text.erase(std::min(text.find_first_of("&#"), text.size()));
  }
  if (text.find('%') == std::string::npos || (!link && text.find('$') != std::string::npos)) return text;
  auto decoded = percent_decoded(text);
  if (!decoded) return fail_local("the Activation Code is percent-encoded, and not to its end", kRemedy);
  return without_what_was_not_typed(*decoded);
}

bool strip_prefix(std::string_view& text, std::string_view upper_case) {
  if (text.size() < upper_case.size()) return false;
  for (std::size_t i = 0; i < upper_case.size(); ++i) {
    const char c = text[i];
    if ((c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c) != upper_case[i]) return false;
  }
  text.remove_prefix(upper_case.size());
  return true;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find('$');
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

Status check_token(std::string_view token) {
  // Section 4.1.1 allows 0-9 A-Z and '-'; live codes hold more, so only what cannot travel is refused.
  const bool printable = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7F; });
  if (!printable)
    return fail_local("the token of the Activation Code holds a character that is not printable ASCII",
                      kRemedy);
  return {};
}

Result<std::optional<sgp22::Oid>> parse_oid(std::string_view text) {
  if (text.empty()) return std::optional<sgp22::Oid>{};
  auto oid = sgp22::Oid::parse(text);
  if (oid) return oid;
  if (text == "1")
    return fail_local("the fourth field of the Activation Code must be the SM-DP+ OID, but it is 1",
                      "If a Confirmation Code is meant, the code ends in $$1: the OID field stays empty.");
  return fail_local(
      "the SM-DP+ OID in the Activation Code, " + std::string(text) + ", is not an object identifier",
      kRemedy);
}

Result<bool> parse_flag(std::string_view text) {
  if (text.empty() || text == "0") return false;
  if (text == "1") return true;
  return fail_local(
      "the Confirmation Code Required Flag of the Activation Code must be 1 or absent, but it is " +
          std::string(text),
      kRemedy);
}
}  // namespace

bool is_server_address(std::string_view text) {
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    const auto port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 ||
        !std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; }))
      return false;
    const int number = std::stoi(std::string(port));
    if (number == 0 || number > 65535) return false;
    text = text.substr(0, colon);
  }
  if (text.empty() || text.size() > 253) return false;
  if (text.back() == '.') text.remove_suffix(1);
  std::size_t label = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == '.') {
      if (label == 0 || label > 63 || text[i - 1] == '-' || text[i - label] == '-') return false;
      label = 0;
    } else if (is_alnum(text[i]) || text[i] == '-') {
      ++label;
    } else {
      return false;
    }
  }
  return true;
}

Result<ActivationCode> parse_activation_code(std::string_view input) {
  EIDER_TRY(cleaned,
            out_of_link(std::string(without_quotes(without_what_was_not_typed(input.substr(0, kMaxInput))))));
  std::string_view text = without_quotes(cleaned);
  if (text.empty()) return fail_local("the Activation Code is empty", kRemedy);
  if (strip_prefix(text, "LPA:")) strip_prefix(text, "//");
  if (strip_prefix(text, "EID:"))
    return fail_local("this is the EID of an eUICC, not an Activation Code",
                      "Scan the code that the operator gave, not the one on the card or device.");
  if (text.size() > kMaxLength)
    return fail_local(
        "the Activation Code has " + std::to_string(text.size()) + " characters, more than the allowed 255",
        kRemedy);
  const auto parts = split(text);
  if (parts.size() == 1) return fail_local("the Activation Code has no $ between its fields", kRemedy);
  if (parts[0] != "1")
    return fail_local(
        "the Activation Code has format \"" + std::string(parts[0]) + "\", and only format 1 exists",
        kRemedy);
  if (parts[1].empty()) return fail_local("the Activation Code names no SM-DP+ address", kRemedy);
  if (!is_server_address(parts[1]))
    return fail_local(
        "the SM-DP+ address in the Activation Code, " + std::string(parts[1]) + ", is not a host name",
        kRemedy);
  if (parts.size() < 3)
    return fail_local("the Activation Code ends after the SM-DP+ address: the token is missing", kRemedy);
  ActivationCode code;
  code.smdpAddress = parts[1];
  EIDER_CHECK(check_token(parts[2]));
  code.matchingId = parts[2];
  if (parts.size() > 3) {
    EIDER_TRY(oid, parse_oid(parts[3]));
    code.smdpOid = std::move(oid);
  }
  if (parts.size() > 4) {
    EIDER_TRY(flag, parse_flag(parts[4]));
    code.confirmationCodeRequired = flag;
  }
  return code;
}

std::string format_activation_code(const ActivationCode& code, bool lpa_prefix) {
  std::string out = (lpa_prefix ? "LPA:1$" : "1$") + code.smdpAddress + "$" + code.matchingId;
  if (code.smdpOid) out += "$" + code.smdpOid->dotted();
  if (code.confirmationCodeRequired) out += code.smdpOid ? "$1" : "$$1";
  return out;
}

}  // namespace eider::lpa
