// A card and the memory that belongs to it, as whoever only talks to it holds it.
#pragma once
#include "card/euicc.hpp"

namespace eider::card {

class StoredCard final : public CardPort {
 public:
  explicit StoredCard(std::unique_ptr<Nvm> memory, const LpaeFactory& lpae = {})
      : memory_(std::move(memory)), euicc_(*memory_, random_, lpae) {}
  Result<Bytes> reset() override { return euicc_.reset(); }
  Result<Bytes> transmit(ByteView command) override { return euicc_.transmit(command); }
  Result<std::optional<Bytes>> exchange_pps(ByteView request) override {
    return euicc_.exchange_pps(request);
  }
  void set_m2m_settings(const m2m::Settings& settings) { euicc_.set_m2m_settings(settings); }

 private:
  std::unique_ptr<Nvm> memory_;
  SystemRandom random_;
  Euicc euicc_;
};

}  // namespace eider::card
