#include "pol2_text.hpp"

#include "command.hpp"

namespace eider::app::m2m {
namespace {
sgp02::Pol2Rule parse_rule(const std::string& text) {
  using A = sgp02::Pol2Action;
  using Q = sgp02::Pol2Qualification;
  static constexpr std::pair<std::string_view, A> kActions[] = {
      {"enable", A::kEnable}, {"disable", A::kDisable}, {"delete", A::kDelete}};
  static constexpr std::pair<std::string_view, Q> kQualifications[] = {{"not-allowed", Q::kNotAllowed},
                                                                       {"auto-delete", Q::kAutoDelete}};
  const auto equals = text.find('=');
  const auto head = text.substr(0, equals);
  const auto tail = equals == std::string::npos ? "" : text.substr(equals + 1);
  for (const auto& [action, a] : kActions)
    for (const auto& [qualification, q] : kQualifications)
      if (head == action && tail == qualification) return {sgp02::Pol2Subject::kProfile, a, q};
  throw CommandError{2,
                     "a rule is ACTION=QUALIFICATION: enable, disable or delete; not-allowed or "
                     "auto-delete. Not \"" +
                         text + "\""};
}
}  // namespace

sgp02::Pol2 parse_pol2(const std::vector<std::string>& rules) {
  sgp02::Pol2 out;
  for (const auto& r : rules) out.rules.push_back(parse_rule(r));
  return out;
}

}  // namespace eider::app::m2m
