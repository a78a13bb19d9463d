// The card of the OTA tests in a file, for commands.
#pragma once
#include "store/card_file.hpp"
#include "support/ota.hpp"

namespace eider::test {

inline void write_sim_card(const std::filesystem::path& file) {
  const auto card = must(store::CardFile::create(file));
  card::NvmBatch all;
  for (const auto& key : sim_memory().keys("")) all.put(key, *sim_memory().get(key));
  must(card->commit(all));
}

}  // namespace eider::test
