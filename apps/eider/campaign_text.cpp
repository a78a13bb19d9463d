#include "campaign_text.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace eider::app::campaign_cli {
namespace {

[[noreturn]] void wrong(const std::string& option, const std::string& takes, const std::string& text,
                        const std::string& example) {
  throw CommandError{2, option + " takes " + takes + ", not \"" + text + "\"\n  remedy: like " + example};
}
// Digits, perhaps a point and digits; the rest stays.
std::optional<double> take_number(std::string_view& text) {
  std::size_t n = 0;
  bool point = false;
  for (; n < text.size() && ((text[n] >= '0' && text[n] <= '9') || (text[n] == '.' && !point && n > 0)); ++n)
    point = point || text[n] == '.';
  if (n == 0 || n > 12 || text[n - 1] == '.') return std::nullopt;
  double value = 0;
  std::from_chars(text.data(), text.data() + n, value);
  text.remove_prefix(n);
  return value;
}
std::optional<int> two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9')
    return std::nullopt;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}
// "22:00"
std::optional<std::uint16_t> minute_of_day(std::string_view text) {
  const auto hour = two_digits(text, 0), minute = two_digits(text, 3);
  if (text.size() != 5 || text[2] != ':' || !hour || !minute || *minute > 59 || *hour > 24)
    return std::nullopt;
  const int out = *hour * 60 + *minute;
  return out > 24 * 60 ? std::nullopt : std::optional(static_cast<std::uint16_t>(out % (24 * 60)));
}
std::string clock_text(std::uint16_t minute) {
  char out[8];
  std::snprintf(out, sizeof out, "%02u:%02u", minute / 60U, minute % 60U);
  return out;
}

}  // namespace

std::uint32_t parse_rate(const std::string& text) {
  std::string_view rest = text;
  const auto n = take_number(rest);
  double per_minute = 0;
  if (n && rest == "/s")
    per_minute = *n * 60;
  else if (n && rest == "/min")
    per_minute = *n;
  else if (n && rest == "/h")
    per_minute = *n / 60;
  else if (!n || !rest.empty() || *n != 0)
    wrong("--rate", "N/s, N/min or N/h, or 0 for no limit", text, "20/s");
  if (per_minute > 0 && per_minute < 1) wrong("--rate", "at least one a minute", text, "1/min");
  if (per_minute > 1e6)
    wrong("--rate", "at most 1,000,000 a minute", text, "0, which is as fast as they answer");
  return static_cast<std::uint32_t>(std::lround(per_minute));
}

std::uint32_t parse_seconds(const std::string& option, const std::string& text) {
  std::string_view rest = text;
  const auto n = take_number(rest);
  const double unit = rest == "" || rest == "s" ? 1
                      : rest == "m"             ? 60
                      : rest == "h"             ? 3600
                      : rest == "d"             ? 86400
                                                : 0;
  if (!n || unit == 0 || *n * unit < 1 || *n * unit > 366 * 86400.0)
    wrong(option, "a number of s, m, h or d, up to 366 days", text, "90s, 15m, 2h or 3d");
  return static_cast<std::uint32_t>(std::lround(*n * unit));
}

std::uint32_t parse_share(const std::string& text) {
  std::string_view rest = text;
  const auto n = take_number(rest);
  if (!n || (rest != "%" && !(rest.empty() && *n == 0)) || *n > 100)
    wrong("--stop-at", "a share, or 0 for never", text, "5%");
  const auto per_mille = static_cast<std::uint32_t>(std::lround(*n * 10));
  if (*n > 0 && per_mille == 0) wrong("--stop-at", "at least 0.1%", text, "5%");
  return per_mille;
}

campaign::Hours parse_hours(const std::string& text) {
  const auto dash = text.find('-');
  const auto from = minute_of_day(std::string_view(text).substr(0, dash));
  const auto to =
      dash == std::string::npos ? std::nullopt : minute_of_day(std::string_view(text).substr(dash + 1));
  if (!from || !to || *from == *to) wrong("--hours", "HH:MM-HH:MM", text, "22:00-04:00");
  return {*from, *to};
}

std::int32_t parse_offset(const std::string& text) {
  if (text == "Z" || text.empty()) return 0;
  std::string digits = text.substr(1);
  if (const auto colon = digits.find(':'); colon == 2) digits.erase(colon, 1);
  const auto hours = two_digits(digits, 0), minutes = two_digits(digits, 2);
  if ((text[0] != '+' && text[0] != '-') || digits.size() != 4 || !hours || !minutes || *hours > 14 ||
      *minutes > 59)
    wrong("--utc-offset", "+HH:MM or -HH:MM", text, "+02:00");
  return (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

Time parse_moment(const std::string& option, const std::string& text, Time now) {
  if (text == "now") return now;
  if (text.starts_with('+')) return now + std::chrono::seconds(parse_seconds(option, text.substr(1)));
  const auto t = parse_time(text);
  if (!t) wrong(option, "a time", text, "2026-03-01T22:00:00Z or +30m");
  return *t;
}

std::string rate_text(std::uint32_t per_minute) {
  if (per_minute == 0) return "as fast as they answer";
  if (per_minute % 60 == 0) return std::to_string(per_minute / 60) + " a second";
  return std::to_string(per_minute) + " a minute";
}

std::string span_text(std::uint64_t s) {
  char out[40];
  if (s < 120)
    std::snprintf(out, sizeof out, "%u s", static_cast<unsigned>(s));
  else if (s < 7200)
    std::snprintf(out, sizeof out, "%u min", static_cast<unsigned>((s + 30) / 60));
  else if (s < 172800)
    std::snprintf(out, sizeof out, "%u h %u min", static_cast<unsigned>(s / 3600),
                  static_cast<unsigned>(s / 60 % 60));
  else
    std::snprintf(out, sizeof out, "%u days", static_cast<unsigned>((s + 43200) / 86400));
  return out;
}

std::string terms_text(const campaign::Campaign& c) {
  const auto& g = c.goal;
  const auto& p = c.pace;
  std::string out = "to the ";
  out += g.type.empty() ? "Profile that the list names" : "Profile of type " + g.type;
  if (g.download) out += ", from the SM-DP where it is missing";
  if (!g.enabled_type.empty()) out += "; cards with " + g.enabled_type + " enabled";
  if (!g.having_type.empty()) out += "; cards that have " + g.having_type;
  out += "; " + rate_text(p.per_minute);
  if (p.not_before) out += ", from " + format_time(*p.not_before);
  if (p.until) out += ", until " + format_time(*p.until);
  for (const auto& h : p.hours) out += ", " + clock_text(h.from) + "-" + clock_text(h.to);
  if (!p.hours.empty()) {
    char offset[24];
    const auto minutes = static_cast<unsigned>(std::abs(p.utc_offset));
    std::snprintf(offset, sizeof offset, " UTC%c%02u:%02u", p.utc_offset < 0 ? '-' : '+', minutes / 60,
                  minutes % 60);
    out += offset;
  }
  if (p.stop_per_mille > 0) {
    char share[64];
    std::snprintf(share, sizeof share, "; stops above %g%% of %u", p.stop_per_mille / 10.0, p.stop_over);
    out += share;
  }
  return out;
}

}  // namespace eider::app::campaign_cli
