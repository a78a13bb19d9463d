#include "world/card_link.hpp"

#include "codec/apdu.hpp"
#include "store/torn_write.hpp"

namespace eider::world {
namespace {
constexpr std::uint8_t kStoreData = 0xE2, kGetResponse = 0xC0;
tl::unexpected<Fault> lost(bool sent, const char* why) {
  return fail(TransportFault{sent, why});
}
}  // namespace

CardLink::CardLink(std::size_t card, card::MemoryNvm& chips, card::Nvm& memory, Random& random,
                   Faults& faults, Laws& laws, Journal& journal, const TearHook& tear)
    : card_(card),
      chips_(chips),
      memory_(memory),
      random_(random),
      faults_(faults),
      laws_(laws),
      journal_(journal),
      tear_(tear),
      euicc_(std::make_unique<card::Euicc>(memory, random_)) {}

Status CardLink::power_cycle() {
  constexpr int kMostTears = 3;
  in_answer_ = false;
  for (int tears = 0;; ++tears) {
    chips_.restore_power();
    euicc_ = std::make_unique<card::Euicc>(memory_, random_);
    recovering_ = tears < kMostTears;
    auto atr = euicc_->reset();
    recovering_ = false;
    if (!chips_.powered()) continue;
    if (!atr) return fail(atr.error());
    laws_.card_woke(card_, *atr);
    return {};
  }
}

Result<Bytes> CardLink::reset() {
  if (!alive_) return lost(false, "the LPA is gone");
  if (!chips_.powered()) return lost(false, "the card has no power");
  in_answer_ = false;
  return euicc_->reset();
}

Result<std::optional<Bytes>> CardLink::exchange_pps(ByteView request) {
  if (!alive_) return lost(false, "the LPA is gone");
  if (!chips_.powered()) return lost(false, "the card has no power");
  return euicc_->exchange_pps(request);
}

// How many octets get there is drawn in thousandths of the record, whose length depends on certificates.
void CardLink::before_write() {
  const bool lost = recovering_ ? faults_.happens(FaultKind::kRecoveryTorn, 200)
                                : faults_.happens(FaultKind::kCardPowerLost, 20);
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

// Losses are drawn a command, not an APDU: how many APDUs a command takes depends on the length of signatures
// in certificates, which is no decision of this run.
void CardLink::begin_chain() {
  ++commands_;
  chain_ = {};
  in_answer_ = false;
  if (faults_.happens(FaultKind::kCommandLost, 6))
    chain_.loss = faults_.dice().chance(500) ? Loss::kFirst : Loss::kMiddle;
  else if (faults_.happens(FaultKind::kAnswerLost, 6))
    chain_.loss = Loss::kAnswer;
}

Result<Bytes> CardLink::pass(ByteView command) {
  auto response = euicc_->transmit(command);
  if (!chips_.powered()) {
    journal_.note([&] { return "card " + std::to_string(card_) + " lost its power"; });
    return lost(true, "the card lost its power");
  }
  return response;
}

void CardLink::finish_chain(ByteView response) {
  if (response.size() < 2) return;
  append(chain_.answer, response.first(response.size() - 2));
  in_answer_ = response[response.size() - 2] == 0x61;
  if (in_answer_) return;
  laws_.es10_answer(card_, chain_.object, chain_.answer);
}

Result<Bytes> CardLink::transmit(ByteView command) {
  if (!alive_) return lost(false, "the LPA is gone");
  if (!chips_.powered()) return lost(false, "the card has no power");
  const auto c = parse_command(command);
  const bool es10 = c && c->ins == kStoreData && (c->cla & 0x80) != 0;
  if (!es10) {
    auto response = pass(command);
    if (in_answer_ && c && c->ins == kGetResponse && response) {
      if (chain_.loss == Loss::kAnswer) return lost(true, "the answer was lost");
      finish_chain(*response);
    }
    return response;
  }
  if (c->p2 == 0) begin_chain();
  append(chain_.object, c->data);
  const bool last = (c->p1 & 0x80) != 0;
  const auto drop = [&](const char* what) {
    journal_.note([&] { return "card " + std::to_string(card_) + ": " + what; });
    return lost(true, what);
  };
  if (chain_.loss == Loss::kFirst && c->p2 == 0) return drop("a command was lost");
  if (chain_.loss == Loss::kMiddle && (c->p2 == 1 || (last && c->p2 == 0)))
    return drop("a part of a command was lost");
  if (last) laws_.es10_command(card_, chain_.object);
  auto response = pass(command);
  if (!response || !last) return response;
  const bool answer_follows = response->size() >= 2 && (*response)[response->size() - 2] == 0x61;
  finish_chain(*response);
  if (chain_.loss == Loss::kAnswer && !answer_follows) return drop("an answer was lost");
  return response;
}

Result<Bytes> CardLink::modem(ByteView command) {
  if (!alive_) return lost(false, "the modem is gone");
  if (!chips_.powered()) return lost(false, "the card has no power");
  ++commands_;
  if (faults_.happens(FaultKind::kCommandLost, 2)) return lost(true, "a command was lost");
  const bool answer_lost = faults_.happens(FaultKind::kAnswerLost, 3);
  laws_.sim_command(card_, command);
  auto response = pass(command);
  laws_.sim_answer(card_, command, response ? ByteView(*response) : ByteView());
  if (response && answer_lost) return lost(true, "an answer was lost");
  return response;
}

}  // namespace eider::world
