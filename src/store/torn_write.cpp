#include "store/torn_write.hpp"

#include "store/card_file_format.hpp"

namespace eider::store {
namespace {
// Record and mark of one commit.
Bytes octets_of(const card::NvmBatch& batch, std::uint32_t sequence, std::size_t& record) {
  Bytes payload;
  for (const auto& [key, value] : batch.changes()) put_card_entry(payload, key, value);
  auto out = card_record(payload, sequence);
  record = out.size();
  append(out, card_mark(sequence));
  return out;
}
}  // namespace

std::size_t record_octets(const card::NvmBatch& batch) {
  std::size_t record = 0;
  (void)octets_of(batch, 2, record);
  return record;
}

Status torn_commit(const card::MemoryNvm::Values& before, const card::NvmBatch& batch, const TornWrite& torn,
                   card::MemoryNvm::Values& found) {
  Bytes payload;
  for (const auto& [key, value] : before) put_card_entry(payload, key, value);
  auto file = concat({as_bytes(kCardFileMagic), card_record(payload, 1)});
  const auto at = static_cast<std::ptrdiff_t>(file.size());
  append(file, card_mark(1));
  std::size_t record = 0;
  const auto written = octets_of(batch, 2, record);
  // The record takes the place of the mark before it, what is not overwritten of that is still there. The
  // mark of the record is written only when the record is durable.
  const auto n = std::min(torn.octets, written.size());
  const auto length = torn.length_only ? std::max(n, record) : n;
  file.resize(std::max(file.size(), static_cast<std::size_t>(at) + length));
  std::copy_n(written.begin(), n, file.begin() + at);
  EIDER_TRY(content, parse_card_file(file));
  found = std::move(content.values);
  return {};
}

}  // namespace eider::store
