#include "card/euicc.hpp"

#include "card/card_os.hpp"

namespace eider::card {

struct Euicc::Impl : CardOs {
  using CardOs::CardOs;
};

Euicc::Euicc(Nvm& nvm, Random& random, const LpaeFactory& lpae)
    : impl_(std::make_unique<Impl>(nvm, random, lpae)) {}
Euicc::~Euicc() = default;
Euicc::Euicc(Euicc&&) noexcept = default;

Result<Bytes> Euicc::reset() {
  return impl_->reset();
}
Result<Bytes> Euicc::transmit(ByteView command) {
  return impl_->transmit(command);
}
Result<std::optional<Bytes>> Euicc::exchange_pps(ByteView request) {
  return impl_->exchange_pps(request);
}
void Euicc::send_proactive_command(Bytes command) {
  impl_->toolkit().send(std::move(command));
}
void Euicc::set_ota_policy(const channel::scp80::Policy& policy) {
  impl_->ota().set_policy(policy);
}
void Euicc::set_m2m_settings(const m2m::Settings& settings) {
  impl_->m2m().set_settings(settings);
}

}  // namespace eider::card
