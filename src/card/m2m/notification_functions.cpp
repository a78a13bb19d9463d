// UpdateSMSRAddressingParameters and HandleNotificationConfirmation (SGP.02 v4.2
// sections 4.1.1.10, 4.1.1.12).
#include "card/m2m/isd_r.hpp"
#include "card/m2m/profile_change.hpp"

namespace eider::card::m2m {
namespace es5 = sgp02::es5;

Result<Answer> update_addressing_parameters(IsdR& isd_r, const CommandView& c) {
  auto parameters = es5::AddressingParameters::decode(c);
  if (!parameters) return refusal(parameters.error());
  auto& m = *isd_r.state.m2m;
  // What the command does not name stays.
  if (parameters->sms_address) m.smsAddress = std::move(parameters->sms_address);
  if (!parameters->others.empty()) {
    Bytes others = std::move(parameters->others);
    const auto given = read_tlvs(others),
               kept = read_tlvs(m.otherAddressing ? ByteView(*m.otherAddressing) : ByteView());
    Bytes merged = others;
    if (given && kept)
      for (const auto& old : *kept)
        if (std::ranges::find(*given, old.tag, &Tlv::tag) == given->end()) append(merged, old.whole);
    m.otherAddressing = std::move(merged);
  }
  isd_r.state.save_m2m();
  EIDER_CHECK(isd_r.state.commit());
  return Answer(0x9000);
}

Result<Answer> handle_notification_confirmation(IsdR& isd_r, const CommandView& c) {
  const auto sequence = es5::decode_notification_confirmation(c);
  if (!sequence) return refusal(sequence.error());
  EIDER_TRY(deleted, confirm(isd_r.state, *sequence));
  if (!deleted) return Answer(es5::kNotFound);
  return Answer(es5::encode_confirmation_answer(*deleted));
}

}  // namespace eider::card::m2m
