#include "card/nvm.hpp"

namespace eider::card {

std::optional<Bytes> MemoryNvm::get(std::string_view key) const {
  const auto it = values_.find(key);
  if (it == values_.end()) return std::nullopt;
  return it->second;
}

std::vector<std::string> MemoryNvm::keys(std::string_view prefix) const {
  std::vector<std::string> out;
  for (auto it = values_.lower_bound(prefix); it != values_.end() && it->first.starts_with(prefix); ++it)
    out.push_back(it->first);
  return out;
}

Status MemoryNvm::commit(const NvmBatch& batch) {
  if (!powered_) return fail_local("the card has no power");
  const bool cut = countdown_ != 0 && --countdown_ == 0;
  if (cut) powered_ = false;
  if (cut && tear_) {
    auto found = std::exchange(tear_, nullptr)(values_, batch);
    if (found != values_) ++commits_;
    values_ = std::move(found);
    return fail_local("power was lost within the write");
  }
  if (cut && when_ == Cut::kBeforeWrite) return fail_local("power was lost before the write");
  for (const auto& [key, value] : batch.changes()) {
    if (value) {
      values_[key] = *value;
    } else {
      values_.erase(key);
    }
  }
  ++commits_;
  if (cut) return fail_local("power was lost after the write");
  return {};
}

std::size_t MemoryNvm::size() const {
  std::size_t n = 0;
  for (const auto& [key, value] : values_) n += key.size() + value.size();
  return n;
}

}  // namespace eider::card
