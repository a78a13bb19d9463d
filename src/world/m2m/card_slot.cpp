#include "world/m2m/card_slot.hpp"

#include "store/torn_write.hpp"

namespace eider::world::m2m {
namespace {
tl::unexpected<Fault> dark(bool sent) {
  return fail(TransportFault{sent, "the card has no power"});
}
}  // namespace

CardSlot::CardSlot(std::size_t card, card::MemoryNvm& chips, card::Nvm& memory, Random& random,
                   Faults& faults, Laws& laws, Journal& journal, const TearHook& tear)
    : card_(card),
      chips_(chips),
      memory_(memory),
      random_(random),
      faults_(faults),
      laws_(laws),
      journal_(journal),
      tear_(tear),
      euicc_(std::make_unique<card::Euicc>(memory, random)) {}

Status CardSlot::power_cycle() {
  constexpr int kMostTears = 3;
  for (int tears = 0;; ++tears) {
    chips_.restore_power();
    euicc_ = std::make_unique<card::Euicc>(memory_, random_);
    recovering_ = tears < kMostTears;
    auto atr = euicc_->reset();
    recovering_ = false;
    if (!chips_.powered()) continue;
    if (!atr) return fail(atr.error());
    return {};
  }
}

Result<Bytes> CardSlot::reset() {
  if (!chips_.powered()) return dark(false);
  auto atr = euicc_->reset();
  if (!chips_.powered()) return dark(true);
  return atr;
}

Result<std::optional<Bytes>> CardSlot::exchange_pps(ByteView request) {
  if (!chips_.powered()) return dark(false);
  return euicc_->exchange_pps(request);
}

Result<Bytes> CardSlot::transmit(ByteView command) {
  if (!chips_.powered()) return dark(false);
  ++commands_;
  auto response = euicc_->transmit(command);
  if (chips_.powered()) return response;
  journal_.note([&] { return "card " + std::to_string(card_) + " lost its power"; });
  return dark(true);
}

void CardSlot::before_write() {
  const bool lost = recovering_ ? faults_.happens(FaultKind::kRecoveryTorn, 200)
                                : faults_.happens(FaultKind::kCardPowerLost, 12);
  if (!lost) return;
  auto& dice = faults_.dice();
  const auto how = dice.below(5);
  if (how == 0) return chips_.cut_power_at(1, card::MemoryNvm::Cut::kBeforeWrite);
  if (how == 1) return chips_.cut_power_at(1, card::MemoryNvm::Cut::kAfterWrite);
  const auto thousandths = dice.below(1000);
  const bool length_only = dice.chance(300);
  faults_.count(FaultKind::kWriteTorn);
  chips_.tear_at(1, [=, this](const card::MemoryNvm::Values& before, const card::NvmBatch& batch) {
    card::MemoryNvm::Values found;
    Status readable;
    if (tear_)
      found = tear_(before, batch);
    else
      readable = store::torn_commit(before, batch,
                                    {store::record_octets(batch) * thousandths / 1000, length_only}, found);
    laws_.torn(card_, before, batch, readable, found);
    return found;
  });
}

}  // namespace eider::world::m2m
