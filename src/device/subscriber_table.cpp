#include "device/subscriber_table.hpp"

#include <algorithm>

#include "spec/etsi/numbering.hpp"

namespace eider::device {
namespace {
constexpr std::size_t kImsiLeast = 6, kImsiMost = 15, kNumberMost = 20;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}
}  // namespace

Result<SubscriberTable::Numbers> SubscriberTable::parse(std::string_view text) {
  Numbers out;
  std::size_t count = 0;
  while (!text.empty()) {
    ++count;
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#' || line == "imsi,number") continue;
    const auto comma = line.find(',');
    const auto imsi = trimmed(line.substr(0, comma));
    const auto number = comma == std::string_view::npos ? "" : trimmed(line.substr(comma + 1));
    const bool good = imsi.size() >= kImsiLeast && imsi.size() <= kImsiMost && etsi::all_digits(imsi) &&
                      !number.empty() && number.size() <= kNumberMost && etsi::all_digits(number);
    if (!good)
      return fail_local("line " + std::to_string(count) + " is no subscriber",
                        "IMSI of 6 to 15 digits, comma, number of at most 20: 001010000000001,4917000001");
    if (!out.emplace(imsi, number).second)
      return fail_local("line " + std::to_string(count) + ": this IMSI was there before",
                        "an IMSI has one number");
  }
  return out;
}

std::optional<std::string> SubscriberTable::number_of(const std::string& imsi) {
  const std::scoped_lock lock(mutex_);
  const auto at = numbers_.find(imsi);
  if (at == numbers_.end()) return std::nullopt;
  return at->second;
}

void SubscriberTable::replace(Numbers numbers) {
  const std::scoped_lock lock(mutex_);
  numbers_ = std::move(numbers);
}

}  // namespace eider::device
