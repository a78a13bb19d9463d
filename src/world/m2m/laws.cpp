#include "world/m2m/laws.hpp"

namespace eider::world::m2m {

void Laws::broken(std::string law, std::string what) {
  journal_.note([&] { return "LAW BROKEN  " + law + ": " + what; });
  if (!violation_) violation_ = Violation{std::move(law), std::move(what)};
}

std::string name_of_card(std::size_t card) {
  return "card " + std::to_string(card);
}

void Laws::torn(std::size_t card, const card::MemoryNvm::Values& before, const card::NvmBatch& batch,
                const Status& readable, const card::MemoryNvm::Values& found) {
  if (!require(readable.has_value(), "card.openable", [&] {
        return name_of_card(card) + " cannot be opened after a torn write: " + readable.error().message();
      }))
    return;
  auto after = before;
  for (const auto& [key, value] : batch.changes()) {
    if (value)
      after[key] = *value;
    else
      after.erase(key);
  }
  require(found == before || found == after, "card.torn",
          [&] { return name_of_card(card) + " took a torn write in part"; });
}

}  // namespace eider::world::m2m
