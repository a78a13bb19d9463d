// Worlds with a bug in them, and the judge who has to name it.
#pragma once
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "card/records.hpp"
#include "world/runner.hpp"

namespace eider::world {

struct Judge : testing::Test {
  void SetUp() override { log::set_level(log::Level::kOff); }
  void TearDown() override { log::set_level(log::Level::kWarn); }

  // Runs until the law is broken; the name of the first one that is.
  static std::string verdict(const Sabotage& sabotage, unsigned faults = 2, std::uint64_t runs = 200,
                             unsigned steps = 30) {
    RunOptions options;
    options.faults = faults;
    options.steps = steps;
    options.sabotage = &sabotage;
    for (options.run = 0; options.run < runs; ++options.run)
      if (const auto result = run_world(Foundry::shared(), options); result.violation)
        return result.violation->law;
    return "none";
  }
};

struct NvmWrapper : card::Nvm {
  explicit NvmWrapper(card::Nvm& m) : inner(m) {}
  std::optional<Bytes> get(std::string_view key) const override { return inner.get(key); }
  std::vector<std::string> keys(std::string_view prefix) const override { return inner.keys(prefix); }
  Status commit(const card::NvmBatch& batch) override { return inner.commit(batch); }
  card::Nvm& inner;
};
template <class Bug>
Sabotage bad_memory() {
  Sabotage s;
  s.memory = [](card::Nvm& inner) { return std::make_unique<Bug>(inner); };
  return s;
}
// The batch without the changes that `drop` names.
inline card::NvmBatch without(
    const card::NvmBatch& batch,
    const std::function<bool(const std::string&, const std::optional<Bytes>&)>& drop) {
  card::NvmBatch out;
  for (const auto& [key, value] : batch.changes()) {
    if (drop(key, value)) continue;
    value ? out.put(key, *value) : out.erase(key);
  }
  return out;
}

}  // namespace eider::world
