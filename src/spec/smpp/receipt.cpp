#include "spec/smpp/receipt.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace eider::smpp {
namespace {
namespace ch = std::chrono;
constexpr std::size_t kTimeLength = 16, kShortTime = 10;
constexpr std::uint8_t kGsm = 3;
constexpr int kCentury = 2000;
constexpr auto kLongestRelative = ch::days(99);

std::string format(const char* pattern, auto... values) {
  char out[64];
  return {out, static_cast<std::size_t>(std::snprintf(out, sizeof out, pattern, values...))};
}

struct Civil {
  ch::year_month_day date;
  ch::hh_mm_ss<Duration> time;
  explicit Civil(Time t)
      : date(ch::floor<ch::days>(t)), time(ch::duration_cast<Duration>(t - ch::floor<ch::days>(t))) {}
  int year() const { return (static_cast<int>(date.year()) - kCentury) % 100; }
  unsigned month() const { return static_cast<unsigned>(date.month()); }
  unsigned day() const { return static_cast<unsigned>(date.day()); }
  int hour() const { return static_cast<int>(time.hours().count()); }
  int minute() const { return static_cast<int>(time.minutes().count()); }
  int second() const { return static_cast<int>(time.seconds().count()); }
};

// YYMMDDhhmm of the text of receipts.
std::string short_time(Time t) {
  const Civil c(t);
  return format("%02d%02u%02u%02d%02d", c.year(), c.month(), c.day(), c.hour(), c.minute());
}

std::optional<int> two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9')
    return std::nullopt;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// Pairs of digits from the front: year, month, day, hour, minute and, where there are twelve digits, second.
std::optional<Time> civil_time(std::string_view text) {
  int part[6] = {};
  const std::size_t pairs = text.size() >= 12 ? 6 : 5;
  for (std::size_t i = 0; i < pairs; ++i) {
    const auto n = two_digits(text, 2 * i);
    if (!n) return std::nullopt;
    part[i] = *n;
  }
  const ch::year_month_day date{ch::year(kCentury + part[0]), ch::month(static_cast<unsigned>(part[1])),
                                ch::day(static_cast<unsigned>(part[2]))};
  if (!date.ok() || part[3] > 23 || part[4] > 59 || part[5] > 59) return std::nullopt;
  return Time(ch::sys_days(date)) + ch::hours(part[3]) + ch::minutes(part[4]) + ch::seconds(part[5]);
}

std::optional<Time> relative_time(std::string_view text, Time now) {
  constexpr ch::seconds kUnits[] = {ch::days(365), ch::days(30),   ch::days(1),
                                    ch::hours(1),  ch::minutes(1), ch::seconds(1)};
  for (std::size_t i = 0; i < 6; ++i) {
    const auto n = two_digits(text, 2 * i);
    if (!n) return std::nullopt;
    now += kUnits[i] * *n;
  }
  return text.substr(12, 3) == "000" ? std::optional(now) : std::nullopt;
}

std::string_view after(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + key.size());
  return text.substr(0, text.find(' '));
}

std::optional<MessageState> state_of(std::string_view text) {
  for (int i = 1; i <= 8; ++i)
    if (state_text(MessageState{static_cast<std::uint8_t>(i)}) == text)
      return MessageState{static_cast<std::uint8_t>(i)};
  return std::nullopt;
}
}  // namespace

void Receipt::write(Pdu& pdu) const {
  auto& sm = std::get<ShortMessage>(pdu.body);
  sm.esm_class = static_cast<std::uint8_t>((sm.esm_class & ~esm::kTypeMask & ~esm::kUdhi) | esm::kReceipt);
  const std::string text =
      "id:" + message_id + " sub:001 dlvrd:" + (state == MessageState::kDelivered ? "001" : "000") +
      " submit date:" + short_time(submitted) + " done date:" + short_time(done) +
      " stat:" + std::string(state_text(state)) + format(" err:%03u text:", unsigned{network_error} % 1000u);
  sm.short_message = to_bytes(as_bytes(text));
  pdu.add_text(tag::kReceiptedMessageId, message_id);
  pdu.add(tag::kMessageState, Bytes{static_cast<std::uint8_t>(state)});
  if (network_error != 0)
    pdu.add(tag::kNetworkErrorCode, Bytes{kGsm, static_cast<std::uint8_t>(network_error >> 8),
                                          static_cast<std::uint8_t>(network_error)});
}

std::optional<Receipt> Receipt::read(const Pdu& pdu) {
  const auto* sm = pdu.as<ShortMessage>();
  if (!sm || (sm->esm_class & esm::kTypeMask) != esm::kReceipt) return std::nullopt;
  const auto text = as_text(message_octets(pdu));
  Receipt out;
  out.message_id = pdu.text(tag::kReceiptedMessageId).value_or(std::string(after(text, "id:")));
  const auto number = pdu.number(tag::kMessageState);
  const auto state = number && *number <= 8 ? MessageState{static_cast<std::uint8_t>(*number)}
                                            : state_of(after(text, "stat:"));
  if (!state || state_text(*state).empty() || out.message_id.empty()) return std::nullopt;
  out.state = *state;
  for (const auto& [key, time] : {std::pair("submit date:", &out.submitted), {"done date:", &out.done}})
    if (const auto digits = after(text, key); digits.size() >= kShortTime)
      *time = civil_time(digits).value_or(Time());
  if (const auto* code = pdu.find(tag::kNetworkErrorCode)) {
    out.network_error = static_cast<std::uint16_t>(code->value[1] << 8 | code->value[2]);
  } else if (const auto err = after(text, "err:"); !err.empty()) {
    std::from_chars(err.data(), err.data() + err.size(), out.network_error);
  }
  return out;
}

Result<std::optional<Time>> parse_time(std::string_view text, Time now) {
  if (text.empty()) return std::nullopt;
  const auto malformed = [] { return fail(DecodeFault{"time", 0, "is not YYMMDDhhmmsstnnp"}); };
  if (text.size() != kTimeLength) return malformed();
  std::optional<Time> out;
  if (text.back() == 'R') {
    out = relative_time(text, now);
  } else if (const auto quarters = two_digits(text, 13); quarters && *quarters <= 48 && text[12] >= '0' &&
                                                         text[12] <= '9' &&
                                                         (text.back() == '+' || text.back() == '-')) {
    out = civil_time(text);
    // nn quarters of an hour that local time is ahead of (+) or behind UTC.
    if (out)
      *out += Duration((text[12] - '0') * 100) - ch::minutes(15 * *quarters * (text.back() == '+' ? 1 : -1));
  }
  if (!out) return malformed();
  return out;
}

std::string format_absolute(Time time) {
  const Civil c(time);
  const auto tenths = static_cast<int>(c.time.subseconds().count() / 100);
  return format("%02d%02u%02u%02d%02d%02d%d00+", c.year(), c.month(), c.day(), c.hour(), c.minute(),
                c.second(), tenths);
}

std::string format_relative(Duration duration) {
  const auto seconds =
      std::clamp(ch::ceil<ch::seconds>(duration), ch::seconds(0), ch::seconds(kLongestRelative));
  const auto days = ch::duration_cast<ch::days>(seconds);
  const ch::hh_mm_ss time(seconds - days);
  return format("0000%02d%02d%02d%02d000R", static_cast<int>(days.count()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
}

}  // namespace eider::smpp
