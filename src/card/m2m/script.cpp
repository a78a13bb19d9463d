// Scripts to the ISD-R and to its ISD-Ps (SGP.02 v4.2 sections 2.4.3, 2.5; ETSI TS 102 226 section 5.2):
// APDUs in 22, or TLVs of SCP03t without them; of definite (AA) and indefinite length (AE).
#include "card/m2m/isd_r.hpp"
#include "card/mno_sd/remote_script.hpp"
#include "codec/tlv.hpp"

namespace eider::card::m2m {
namespace {
constexpr std::uint8_t kDefinite = 0xAA, kIndefinite = 0xAE;
constexpr std::uint8_t kFirstTlv = 0x84, kLastTlv = 0x88;

struct SecuredTlvs {
  std::vector<Tlv> list;
  bool broken = false;  // what follows is no TLV
};
// The members of a script, when they are TLVs of SCP03t: one after the other from the first on.
std::optional<SecuredTlvs> secured_tlvs(ByteView script) {
  ByteView content;
  if (script.empty()) return std::nullopt;
  if (script[0] == kDefinite) {
    const auto whole = read_single_tlv(script, false);
    if (!whole) return std::nullopt;
    content = whole->value;
  } else if (script[0] == kIndefinite && script.size() >= 2 && script[1] == 0x80) {
    content = script.subspan(2);
  }
  if (content.empty() || content[0] < kFirstTlv || content[0] > kLastTlv) return std::nullopt;
  SecuredTlvs out;
  while (!content.empty() && !(script[0] == kIndefinite && content[0] == 0x00)) {
    const auto tlv = read_tlv(content, false);
    out.broken = !tlv;
    if (!tlv) break;
    out.list.push_back(*tlv);
    content = content.subspan(tlv->whole.size());
  }
  return out;
}

bool is_error(ByteView answer) {
  return answer.size() >= 2 && answer[0] == 0x9F;
}

Result<Bytes> run_tlvs(IsdR& isd_r, std::uint16_t isd_p, std::uint8_t form, const SecuredTlvs& tlvs) {
  Bytes answers;
  std::uint8_t executed = 0;
  bool failed = false;
  for (const auto& tlv : tlvs.list) {
    EIDER_TRY(answer, isd_p_tlv(isd_r, isd_p, tlv.whole));
    ++executed;
    append(answers, answer);
    failed = is_error(answer);
    if (failed) break;
  }
  if (tlvs.broken && !failed) append_tlv(answers, 0x90, Bytes{etsi::kWrongLength});
  if (form == kDefinite) return make_tlv(0xAB, {make_tlv(0x80, Bytes{executed}), answers});
  return concat({Bytes{0xAF, 0x80}, answers, Bytes{0x00, 0x00}});
}
}  // namespace

Result<Bytes> run_platform_script(IsdR& isd_r, std::optional<std::uint16_t> isd_p, ByteView script) {
  const auto target = isd_p ? isd_p : isd_r.personalised;
  if (const auto tlvs = secured_tlvs(script); tlvs && target && isd_r.state.isd_ps.contains(*target))
    return run_tlvs(isd_r, *target, script[0], *tlvs);
  const ScriptRules rules{.busy = false, .chaining = true, .needs_le = false};
  EIDER_TRY(response,
            run_script(script, rules, [&](const CommandView& c) { return run_command(isd_r, isd_p, c); }));
  return response.encode();
}

}  // namespace eider::card::m2m
