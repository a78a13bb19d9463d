#include "world/m2m/unit.hpp"

#include "spec/inspect/inspect.hpp"

namespace eider::world::m2m {
namespace {
std::unique_ptr<card::Nvm> wrapped(const Sabotage* sabotage, card::Nvm& memory) {
  return sabotage && sabotage->memory ? sabotage->memory(memory) : nullptr;
}
}  // namespace

Unit::Unit(Parts parts, const Sabotage* sabotage)
    : parts_(std::move(parts)),
      memory_(parts_.card.memory),
      observed_(
          memory_, [this] { slot_.before_write(); },
          [this](const card::NvmBatch& batch) { parts_.laws.card_committed(parts_.index, batch); }),
      sabotaged_(wrapped(sabotage, observed_)),
      random_(parts_.card_seed),
      slot_(parts_.index, memory_, sabotaged_ ? *sabotaged_ : static_cast<card::Nvm&>(observed_), random_,
            parts_.faults, parts_.laws, parts_.journal, sabotage ? sabotage->tear : TearHook()),
      air_(
          parts_.places, [this] { return number_of(modem_->imsi()).has_value(); }, parts_.faults,
          parts_.journal) {
  parts_.laws.add_card(parts_.card, memory_);
}

std::optional<std::string> Unit::number_of(const std::string& imsi) {
  if (!covered_ || parts_.subscribers.unknown.contains(imsi)) return std::nullopt;
  const auto it = parts_.subscribers.numbers.find(imsi);
  return it == parts_.subscribers.numbers.end() ? std::nullopt : std::optional(it->second);
}

void Unit::carried_out(ByteView command, ByteView) {
  parts_.journal.note([&] {
    const auto found = inspect::toolkit_message(command);
    return name() + ": " + (found ? std::string(found->kind) : "malformed");
  });
}

void Unit::power_on() {
  parts_.journal.note([&] { return name() + " is switched on"; });
  for (int attempt = 0; attempt < 20; ++attempt) {
    modem_.reset();
    if (const auto woke = slot_.power_cycle(); !woke)
      return (void)parts_.laws.require(false, "card.wakes", [&] {
        return name() + ": its card does not come back: " + woke.error().message();
      });
    device::ModemPorts ports;
    ports.bip = &air_;
    ports.listener = this;
    ports.attach = [this](const std::string& number) -> Result<std::unique_ptr<device::SmsLink>> {
      return parts_.centre.attach(number);
    };
    device::TerminalConfig config;
    config.imei = "3530000000000" + std::to_string(10 + parts_.index);
    config.imei.resize(14, '0');
    modem_ = std::make_unique<device::Modem>(slot_, parts_.clock, *this, std::move(ports), config);
    modem_->set_retry(Duration(0));
    const auto on = modem_->power_on();
    if (on) return;
    if (!parts_.laws.require(!slot_.powered(), "card.wakes",
                             [&] { return name() + ": its card is no card: " + on.error().message(); }))
      return;
  }
}

bool Unit::poll() {
  const auto done = modem_->poll();
  if (!slot_.powered()) {
    power_on();
    return true;
  }
  if (!done) {
    parts_.laws.require(false, "device.works", [&] { return name() + ": " + done.error().message(); });
    return false;
  }
  return *done > 0;
}

}  // namespace eider::world::m2m
