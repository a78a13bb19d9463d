// What a card file holds after power was lost within a commit: for tests and simulations of cards whose
// memory is in main memory (card::MemoryNvm::tear_at), so that a tear of theirs is one of the file's octets.
#pragma once
#include "card/nvm.hpp"

namespace eider::store {

// How much of one commit reached the disk: octets of the record, which takes record_octets(), and then of the
// mark behind it. With the whole record the batch is there.
struct TornWrite {
  std::size_t octets = 0;    // from the beginning
  bool length_only = false;  // the file has its new length, and zeros where nothing was written
};
std::size_t record_octets(const card::NvmBatch& batch);

// Reads the file anew into `found`, as the next power-on does. LocalFault when it is refused: a card that a
// tear has made unreadable.
Status torn_commit(const card::MemoryNvm::Values& before, const card::NvmBatch& batch, const TornWrite& torn,
                   card::MemoryNvm::Values& found);

}  // namespace eider::store
