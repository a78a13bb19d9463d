// Non-volatile memory of a card: what survives a power loss. A port: store/card_file.hpp keeps it in a file.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::card {

// Changes that become durable together or not at all. The last change of a key wins.
class NvmBatch {
 public:
  void put(std::string key, Bytes value) { changes_[std::move(key)] = std::move(value); }
  void erase(std::string key) { changes_[std::move(key)] = std::nullopt; }
  bool empty() const { return changes_.empty(); }
  void clear() { changes_.clear(); }
  const std::map<std::string, std::optional<Bytes>, std::less<>>& changes() const { return changes_; }

 private:
  std::map<std::string, std::optional<Bytes>, std::less<>> changes_;
};

class Nvm {
 public:
  virtual ~Nvm() = default;
  virtual std::optional<Bytes> get(std::string_view key) const = 0;
  // In ascending order.
  virtual std::vector<std::string> keys(std::string_view prefix) const = 0;
  // Durable before it returns, all or nothing. After a fault it is unknown whether the batch took effect: the
  // card stays mute until the next reset, which reads everything again.
  virtual Status commit(const NvmBatch& batch) = 0;
};

// In main memory, with power losses on demand.
class MemoryNvm final : public Nvm {
 public:
  enum class Cut : std::uint8_t { kBeforeWrite, kAfterWrite };
  using Values = std::map<std::string, Bytes, std::less<>>;
  // What a power-on finds after power was lost within the write of a batch: what the medium below makes of
  // the part that reached it (store/torn_write.hpp).
  using Tear = std::function<Values(const Values& before, const NvmBatch& batch)>;

  std::optional<Bytes> get(std::string_view key) const override;
  std::vector<std::string> keys(std::string_view prefix) const override;
  Status commit(const NvmBatch& batch) override;

  // The n-th commit from now on (1: the next) loses power, before or after the batch takes effect. Every
  // further commit fails until restore_power().
  void cut_power_at(std::size_t n, Cut when) {
    countdown_ = n;
    when_ = when;
    tear_ = nullptr;
  }
  // The same, within the write.
  void tear_at(std::size_t n, Tear tear) {
    countdown_ = n;
    tear_ = std::move(tear);
  }
  void restore_power() {
    powered_ = true;
    countdown_ = 0;
  }
  bool powered() const { return powered_; }
  std::size_t commits() const { return commits_; }  // that took effect
  std::size_t size() const;                         // octets of keys and values

 private:
  Values values_;
  std::size_t countdown_ = 0, commits_ = 0;
  Cut when_ = Cut::kBeforeWrite;
  Tear tear_;
  bool powered_ = true;
};

}  // namespace eider::card
