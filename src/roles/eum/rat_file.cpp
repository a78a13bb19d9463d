#include <boost/json.hpp>

#include "roles/eum/eum.hpp"

namespace eider::eum {
namespace {
namespace bj = boost::json;

tl::unexpected<Fault> bad(std::string what) {
  return fail_local("the RAT file " + std::move(what),
                    R"(a rule looks like {"pprIds": ["ppr1"], "allowedOperators": [)"
                    R"({"mccMnc": "26202F"}], "consentRequired": true})");
}

// "26202F" or "EEEEEE": MCC digits 1 to 3, MNC digits 1 to 3, to the order of TS 24.008.
std::optional<FixedBytes<3>> parse_mcc_mnc(std::string_view text) {
  if (text.size() != 6) return std::nullopt;
  std::uint8_t d[6];
  for (std::size_t i = 0; i < 6; ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9')
      d[i] = static_cast<std::uint8_t>(c - '0');
    else if (c == 'E' || c == 'e')
      d[i] = 0xE;
    else if ((c == 'F' || c == 'f') && i == 5)
      d[i] = 0xF;
    else
      return std::nullopt;
  }
  FixedBytes<3> out;
  out[0] = static_cast<std::uint8_t>(d[1] << 4 | d[0]);
  out[1] = static_cast<std::uint8_t>(d[5] << 4 | d[2]);
  out[2] = static_cast<std::uint8_t>(d[4] << 4 | d[3]);
  return out;
}

Result<std::optional<Bytes>> parse_gid(const bj::object& o, const char* name) {
  const auto* value = o.if_contains(name);
  if (!value) return std::optional<Bytes>();
  auto octets = value->is_string() ? from_hex(std::string_view(value->get_string())) : std::nullopt;
  if (!octets) return bad(std::string("has a ") + name + " that is not hexadecimal");
  return octets;
}

Result<sgp22::OperatorId> parse_operator(const bj::value& value) {
  if (!value.is_object()) return bad("has an allowed operator that is not an object");
  const auto& o = value.get_object();
  const auto* mcc_mnc = o.if_contains("mccMnc");
  const auto coded =
      mcc_mnc && mcc_mnc->is_string() ? parse_mcc_mnc(std::string_view(mcc_mnc->get_string())) : std::nullopt;
  if (!coded) return bad("has an operator without a mccMnc of six digits");
  EIDER_TRY(gid1, parse_gid(o, "gid1"));
  EIDER_TRY(gid2, parse_gid(o, "gid2"));
  return sgp22::OperatorId{*coded, gid1, gid2};
}

Result<sgp22::ProfilePolicyAuthorisationRule> parse_rule(const bj::value& value) {
  if (!value.is_object()) return bad("has a rule that is not an object");
  const auto& o = value.get_object();
  const auto *ids = o.if_contains("pprIds"), *operators = o.if_contains("allowedOperators"),
             *consent = o.if_contains("consentRequired");
  if (!ids || !ids->is_array() || !operators || !operators->is_array())
    return bad("has a rule without the lists pprIds and allowedOperators");
  sgp22::ProfilePolicyAuthorisationRule rule;
  for (const auto& id : ids->get_array()) {
    const std::string_view name = id.is_string() ? std::string_view(id.get_string()) : std::string_view();
    if (name == "ppr1")
      rule.pprIds.set(sgp22::kPpr1);
    else if (name == "ppr2")
      rule.pprIds.set(sgp22::kPpr2);
    else
      return bad("names a rule other than ppr1 and ppr2");
  }
  for (const auto& entry : operators->get_array()) {
    EIDER_TRY(parsed, parse_operator(entry));
    rule.allowedOperators.push_back(std::move(parsed));
  }
  if (consent && !consent->is_bool()) return bad("has a consentRequired that is neither true nor false");
  if (consent && consent->get_bool()) rule.pprFlags.set(0);
  return rule;
}
}  // namespace

Result<std::vector<sgp22::ProfilePolicyAuthorisationRule>> parse_rat(std::string_view json) {
  boost::system::error_code error;
  const auto root = bj::parse(json, error);
  if (error || !root.is_array()) return bad("is not a JSON array of rules");
  std::vector<sgp22::ProfilePolicyAuthorisationRule> rat;
  for (const auto& value : root.get_array()) {
    EIDER_TRY(rule, parse_rule(value));
    rat.push_back(std::move(rule));
  }
  return rat;
}

}  // namespace eider::eum
