#include "card/m2m/isd_r.hpp"
#include "card/m2m/profile_change.hpp"
#include "crypto/aes.hpp"

namespace eider::card::m2m {
namespace es5 = sgp02::es5;

namespace {
bool enabled(PersistentState& state, const IsdP& isd_p) {
  const auto* profile = profile_of(state, isd_p.instance);
  return profile && profile->state == sgp22::ProfileState::kEnabled;
}
// On its way in or out.
bool in_change(const PersistentState& state, std::uint16_t instance) {
  const auto& change = state.m2m->change;
  return change && (change->from == instance || change->to == instance);
}
}  // namespace

// Section 4.1.1.4.
Result<Answer> delete_profile(IsdR& isd_r, const CommandView& c) {
  const auto aid = es5::decode_delete_profile(c);
  if (!aid) return refusal(aid.error());
  auto& state = isd_r.state;
  const auto* isd_p = find_isd_p(state, *aid);
  if (!isd_p) return Answer(es5::kNotFound);
  const auto& m = *state.m2m;
  if (enabled(state, *isd_p) || m.fallback == isd_p->instance || is_test(state, isd_p->instance) ||
      in_change(state, isd_p->instance))
    return Answer(es5::kConditionsNotSatisfied);
  if ((isd_p->pol1 & kDeletionNotAllowed) != 0 || m.pinned == isd_p->instance)
    return Answer(es5::kPol1Forbids);
  if (isd_r.session && isd_r.session->instance == isd_p->instance) isd_r.session.reset();
  remove_isd_p(state, isd_p->instance);
  EIDER_CHECK(state.commit());
  return Answer(Bytes{0x00});
}

namespace {
// The ISD-P's own names, when the SM-DP has told them: DGI 0070.
bool names_fit(const IsdP& isd_p, const es5::MasterDelete& request) {
  if (!isd_p.sdData) return true;
  const auto fits = [&](Tag tag, ByteView value) {
    const auto own = find_tlv(*isd_p.sdData, tag);
    return !own || equal(own->value, value);
  };
  return fits(0x42, request.sd_provider_id) && fits(0x45, request.sd_image_number) &&
         fits(0x5F20, request.application_provider_id);
}
}  // namespace

// Section 4.1.1.6: whatever POL1 says, by the token of the SM-DP, which the ISD-P verifies.
Result<Answer> master_delete(IsdR& isd_r, const CommandView& c) {
  const auto request = es5::MasterDelete::decode(c);
  if (!request) return refusal(request.error());
  auto& state = isd_r.state;
  const auto* isd_p = find_isd_p(state, request->isdp_aid);
  if (!isd_p) return Answer(es5::kNotFound);
  const auto& m = *state.m2m;
  if (!profile_of(state, isd_p->instance) || enabled(state, *isd_p) || m.fallback == isd_p->instance ||
      is_test(state, isd_p->instance) || in_change(state, isd_p->instance))
    return Answer(es5::kConditionsNotSatisfied);
  const auto* key = find_key(isd_p->keys, es5::kTokenKeyVersion, request->token_identifier);
  if (!key) return Answer(es5::kNotFound);
  if (!names_fit(*isd_p, *request)) return Answer(es5::kIncorrectData);
  EIDER_TRY(token, crypto::aes_cmac(key->value.view(), {request->token_input()}));
  if (!equal_constant_time(token, request->token)) return Answer(0x6982);
  remove_isd_p(state, isd_p->instance);
  EIDER_CHECK(state.commit());
  return Answer(Bytes{0x00});
}

}  // namespace eider::card::m2m
