#include "world/card_link.hpp"

#include "codec/apdu.hpp"

namespace eider::world {
namespace {
constexpr std::uint8_t kStoreData = 0xE2, kGetResponse = 0xC0;
tl::unexpected<Fault> lost(bool sent, const char* why) {
  return fail(TransportFault{sent, why});
}
}  // namespace

CardLink::CardLink(std::size_t card, card::MemoryNvm& chips, card::Nvm& memory, Random& random,
                   Faults& faults, Laws& laws, Journal& journal)
    : card_(card),
      chips_(chips),
      memory_(memory),
      random_(random),
      faults_(faults),
      laws_(laws),
      journal_(journal),
      euicc_(std::make_unique<card::Euicc>(memory, random_)) {}

Status CardLink::power_cycle() {
  chips_.restore_power();
  euicc_ = std::make_unique<card::Euicc>(memory_, random_);
  in_answer_ = false;
  if (auto atr = euicc_->reset(); !atr) return fail(atr.error());
  return {};
}

Result<Bytes> CardLink::reset() {
  if (!alive_) return lost(false, "the LPA is gone");
  if (!chips_.powered()) return lost(false, "the card has no power");
  in_answer_ = false;
  return euicc_->reset();
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
  if (faults_.happens(FaultKind::kCardPowerLost, 8)) {
    const auto when =
        faults_.dice().chance(500) ? card::MemoryNvm::Cut::kBeforeWrite : card::MemoryNvm::Cut::kAfterWrite;
    chips_.cut_power_at(1 + faults_.dice().below(2), when);
  }
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
  // What was ordered for this command does not wait for the next one.
  chips_.restore_power();
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
    chips_.restore_power();
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

}  // namespace eider::world
