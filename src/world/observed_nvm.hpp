// A card's memory that tells what becomes durable.
#pragma once
#include <functional>

#include "card/nvm.hpp"

namespace eider::world {

class ObservedNvm final : public card::Nvm {
 public:
  // Called after the batch took effect.
  using Observer = std::function<void(const card::NvmBatch&)>;
  // `before` is called before every write: it may take the power away.
  ObservedNvm(card::MemoryNvm& memory, std::function<void()> before, Observer observer)
      : memory_(memory), before_(std::move(before)), observer_(std::move(observer)) {}
  std::optional<Bytes> get(std::string_view key) const override { return memory_.get(key); }
  std::vector<std::string> keys(std::string_view prefix) const override { return memory_.keys(prefix); }
  Status commit(const card::NvmBatch& batch) override {
    if (memory_.powered()) before_();
    const auto commits = memory_.commits();
    auto status = memory_.commit(batch);
    if (memory_.commits() != commits) observer_(batch);
    return status;
  }

 private:
  card::MemoryNvm& memory_;
  std::function<void()> before_;
  Observer observer_;
};

}  // namespace eider::world
