#include "card/isd_p/isd_p.hpp"
#include "card/m2m/isd_r.hpp"

namespace eider::card::m2m {
namespace es5 = sgp02::es5;

namespace {
// 0010 to FFFF stand in the AID, everything else of it is fixed.
std::optional<std::uint16_t> instance_of(const es5::Aid& aid) {
  const auto instance = static_cast<std::uint16_t>(aid[13] << 8 | aid[14]);
  if (instance < sgp22::kFirstIsdPInstance || !equal(aid, sgp22::isd_p_aid(instance))) return std::nullopt;
  return instance;
}
}  // namespace

// Section 4.1.1.1: the ISD-P is SELECTABLE, and its memory is set aside.
Result<Answer> create_isd_p(IsdR& isd_r, const CommandView& c) {
  const auto request = es5::CreateISDP::decode(c);
  if (!request) return refusal(request.error());
  auto& state = isd_r.state;
  const auto instance = instance_of(request->isdp_aid);
  if (!instance || state.isd_ps.contains(*instance)) return Answer(es5::kIncorrectData);
  const auto granted = request->cumulative_granted_memory.value_or(0);
  if (std::max(granted, profile_memory(0, 0, 0)) > free_memory(state)) return Answer(es5::kNotEnoughMemory);
  IsdP record;
  record.instance = *instance;
  record.granted = granted;
  // A confirmation that is repeated must not name it as deleted.
  if (auto& confirmed = state.m2m->confirmed;
      confirmed && std::erase(confirmed->deleted, request->isdp_aid) != 0)
    state.save_m2m();
  state.save_isd_p(record);
  state.isd_ps[*instance] = std::move(record);
  EIDER_CHECK(state.commit());
  return Answer(Bytes{0x00});
}

// Section 4.1.3.1: the following STORE DATA are for this ISD-P.
Result<Answer> install_for_personalization(IsdR& isd_r, const CommandView& c) {
  const auto aid = es5::decode_install_for_personalization(c);
  if (!aid) return refusal(aid.error());
  const auto* isd_p = find_isd_p(isd_r.state, *aid);
  if (!isd_p) return Answer(es5::kNotFound);
  isd_r.personalised = isd_p->instance;
  isd_r.established = false;
  return Answer(0x9000);
}

}  // namespace eider::card::m2m
