// VERIFY, CHANGE, DISABLE, ENABLE and UNBLOCK PIN (ETSI TS 102 221 sections 9.5, 11.1.9 to 11.1.13).
#include "card/uicc/commands.hpp"

namespace eider::card::uicc {
namespace {
constexpr std::uint16_t kBlocked = 0x6983, kDisabled = 0x6984, kConditions = 0x6985, kNoReference = 0x6A88;

std::uint16_t tries_left(const Tries& tries) {
  return static_cast<std::uint16_t>(0x63C0 | tries.left);
}

// The answer to a value that was wrong: what was verified is so no longer. The one that blocks is told 63C0,
// only those after it 6983.
Answer wrong(Pin& pin) {
  pin.verified = false;
  return tries_left(pin.tries);
}

// Compares, and on success lets `change` do its part: its result and the full number of tries become durable
// together.
template <class Change>
Result<Answer> with_pin(Uicc& uicc, Pin& pin, ByteView presented, Change change) {
  EIDER_TRY(right, uicc.pins().present(pin.tries, pin.value, presented));
  if (!right) return wrong(pin);
  pin.tries.left = pin.tries.maximum;
  change();
  EIDER_CHECK(uicc.pins().save());
  return Answer(0x9000);
}
}  // namespace

Result<Answer> verify_pin(Uicc& uicc, Session& s, const CommandView& c, int) {
  auto* pin = uicc.pin(c.p2, s.directory);
  if (!pin) return Answer(kNoReference);
  if (c.data.empty()) return Answer(pin->blocked() ? kBlocked : tries_left(pin->tries));
  if (c.data.size() != kPinOctets) return Answer(0x6700);
  if (pin->blocked()) return Answer(kBlocked);
  if (!pin->has(Pin::kEnabled)) return Answer(kDisabled);
  return with_pin(uicc, *pin, c.data, [&] { pin->verified = true; });
}

Result<Answer> change_pin(Uicc& uicc, Session& s, const CommandView& c, int) {
  auto* pin = uicc.pin(c.p2, s.directory);
  if (!pin) return Answer(kNoReference);
  if (c.data.size() != 2 * kPinOctets) return Answer(0x6700);
  if (pin->blocked()) return Answer(kBlocked);
  if (!pin->has(Pin::kEnabled)) return Answer(kDisabled);
  if (!pin->has(Pin::kChangeable)) return Answer(kConditions);
  return with_pin(uicc, *pin, c.data.first(kPinOctets), [&] {
    pin->value = Secret(c.data.subspan(kPinOctets));
    pin->verified = true;
  });
}

// P1 b8: the universal PIN, named by b7 to b1, stands in for this one from now on.
Result<Answer> disable_pin(Uicc& uicc, Session& s, const CommandView& c, int) {
  auto* pin = uicc.pin(c.p2, s.directory);
  if (!pin) return Answer(kNoReference);
  if (c.data.size() != kPinOctets) return Answer(0x6700);
  const bool replace = (c.p1 & 0x80) != 0;
  if (replace) {
    const auto* other = uicc.pin(c.p1 & 0x7F, s.directory);
    if ((c.p1 & 0x7F) != kUniversalPin || !other) return Answer(kNoReference);
    if (pin == other || !other->has(Pin::kEnabled)) return Answer(kConditions);
  }
  if (pin->blocked()) return Answer(kBlocked);
  if (!pin->has(Pin::kEnabled)) return Answer(kDisabled);
  if (!pin->has(Pin::kMayBeDisabled)) return Answer(kConditions);
  return with_pin(uicc, *pin, c.data, [&] {
    pin->attributes &= static_cast<std::uint8_t>(~(Pin::kEnabled | Pin::kReplaced));
    if (replace) pin->attributes |= Pin::kReplaced;
    pin->verified = false;
  });
}

Result<Answer> enable_pin(Uicc& uicc, Session& s, const CommandView& c, int) {
  auto* pin = uicc.pin(c.p2, s.directory);
  if (!pin) return Answer(kNoReference);
  if (c.data.size() != kPinOctets) return Answer(0x6700);
  if (pin->blocked()) return Answer(kBlocked);
  if (pin->has(Pin::kEnabled) || !pin->has(Pin::kMayBeDisabled)) return Answer(kConditions);
  return with_pin(uicc, *pin, c.data, [&] {
    pin->attributes |= Pin::kEnabled;
    pin->attributes &= static_cast<std::uint8_t>(~Pin::kReplaced);
    pin->verified = true;
  });
}

Result<Answer> unblock_pin(Uicc& uicc, Session& s, const CommandView& c, int) {
  auto* pin = uicc.pin(c.p2, s.directory);
  auto* puk = pin ? uicc.pins().puk(pin->puk) : nullptr;
  if (!puk) return Answer(kNoReference);
  const bool blocked = puk->tries.left == 0;
  if (c.data.empty()) return Answer(blocked ? kBlocked : tries_left(puk->tries));
  if (c.data.size() != 2 * kPinOctets) return Answer(0x6700);
  if (blocked) return Answer(kBlocked);
  EIDER_TRY(right, uicc.pins().present(puk->tries, puk->value, c.data.first(kPinOctets)));
  if (!right) return Answer(tries_left(puk->tries));
  puk->tries.left = puk->tries.maximum;
  pin->tries.left = pin->tries.maximum;
  pin->value = Secret(c.data.subspan(kPinOctets));
  pin->attributes |= Pin::kEnabled;
  pin->attributes &= static_cast<std::uint8_t>(~Pin::kReplaced);
  pin->verified = true;
  EIDER_CHECK(uicc.pins().save());
  return Answer(0x9000);
}

}  // namespace eider::card::uicc
