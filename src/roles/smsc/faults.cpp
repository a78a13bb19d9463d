#include "roles/smsc/faults.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace eider::smsc {
namespace {
constexpr unsigned kMostMilliseconds = 24 * 3600 * 1000;

struct Action {
  std::string_view name;
  Chance FaultRules::* chance;
};
constexpr Action kChances[] = {
    {"lose", &FaultRules::lose},     {"duplicate", &FaultRules::duplicate}, {"reorder", &FaultRules::reorder},
    {"refuse", &FaultRules::refuse}, {"throttle", &FaultRules::throttle},   {"mute", &FaultRules::mute},
};

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (text.empty()) return out;
    out.push_back(text.substr(0, text.find_first_of(" \t\r\n")));
    text.remove_prefix(out.back().size());
  }
}

std::optional<unsigned> number(std::string_view text) {
  unsigned out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

std::optional<Chance> chance_of(const std::vector<std::string_view>& words) {
  if (words.size() == 2 && words[0] == "next") {
    const auto n = number(words[1]);
    return n ? std::optional(Chance{0, *n}) : std::nullopt;
  }
  if (words.size() != 1 || !words[0].ends_with('%')) return std::nullopt;
  const auto n = number(words[0].substr(0, words[0].size() - 1));
  return n && *n <= 100 ? std::optional(Chance{*n, 0}) : std::nullopt;
}

bool set_delay(FaultRules& rules, const std::vector<std::string_view>& words) {
  if (words.size() != 1) return false;
  const auto dash = words[0].find('-');
  const auto low = number(words[0].substr(0, dash));
  const auto high = dash == std::string_view::npos ? low : number(words[0].substr(dash + 1));
  if (!low || !high || *low > *high || *high > kMostMilliseconds) return false;
  rules.shortest_delay = Duration(*low);
  rules.longest_delay = Duration(*high);
  return true;
}

bool apply(FaultRules& rules, std::string_view action, const std::vector<std::string_view>& rest) {
  if (action == "delay") return set_delay(rules, rest);
  if (action == "hold" || action == "release" || action == "clear") {
    if (action == "clear") rules = FaultRules{};
    rules.hold = action == "hold";
    return rest.empty();
  }
  const auto* row = std::ranges::find(kChances, action, &Action::name);
  const auto chance = chance_of(rest);
  if (row == std::end(kChances) || !chance) return false;
  rules.*(row->chance) = *chance;
  return true;
}
}  // namespace

Status Faults::command(std::string_view text) {
  auto words = words_of(text);
  const auto wrong = [&] {
    return fail_local("not a fault rule: " + std::string(text),
                      "like \"lose mt 10%\", \"refuse mo next 2\", \"delay 200-900\", \"hold\", \"release\"");
  };
  if (words.empty()) return wrong();
  const auto action = words.front();
  words.erase(words.begin());
  std::optional<std::size_t> flow;
  if (!words.empty()) {
    const auto named = std::ranges::find(kFlowNames, words.front());
    if (named != kFlowNames.end()) {
      flow = static_cast<std::size_t>(named - kFlowNames.begin());
      words.erase(words.begin());
    }
  }
  auto changed = rules_;
  for (std::size_t i = 0; i < changed.size(); ++i)
    if ((!flow || *flow == i) && !apply(changed[i], action, words)) return wrong();
  rules_ = changed;
  return {};
}

bool Faults::happens(Chance& chance) {
  if (chance.next > 0) {
    --chance.next;
    return true;
  }
  return chance.percent > 0 && random_.below(100) < chance.percent;
}

Faults::Fate Faults::decide(Flow flow) {
  auto& r = rules_[static_cast<std::size_t>(flow)];
  Fate out;
  out.refuse = happens(r.refuse);
  if (!out.refuse) out.throttle = happens(r.throttle);
  if (out.refuse || out.throttle) return out;
  out.mute = happens(r.mute);
  out.lose = happens(r.lose);
  out.duplicate = happens(r.duplicate);
  out.hold = r.hold;
  if (r.longest_delay.count() > 0)
    out.delay =
        r.shortest_delay +
        Duration(random_.below(static_cast<std::uint64_t>((r.longest_delay - r.shortest_delay).count()) + 1));
  if (happens(r.reorder)) out.delay += kReorderWait;
  return out;
}

}  // namespace eider::smsc
