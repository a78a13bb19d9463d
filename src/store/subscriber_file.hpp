// A network's subscribers in a file of text (device/subscriber_table.hpp), which others may change at any
// time.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

#include "device/subscriber_table.hpp"

namespace eider::store {

// Who asks has what the file says now: whoever has changed it, and then makes a device attach or sends it a
// message, meets the new table. Replace the file by a rename: one that is being written may be read half.
// Asked by modems of several threads.
class SubscriberFile final : public device::Subscriptions {
 public:
  // Of a table that was taken, its subscribers; of one that was not, why. Called while the file is locked for
  // others: it must not ask.
  using Listener = std::function<void(const Result<std::size_t>&)>;

  // LocalFault: not to be read, or a line is no subscriber.
  static Result<std::unique_ptr<SubscriberFile>> open(std::filesystem::path path, Listener listener = {});
  // A table that cannot be read leaves the last one in force.
  std::optional<std::string> number_of(const std::string& imsi) override;
  // Tells the listener of a new table although nobody asks for a number.
  void look();

 private:
  // What changes with every change of a file, unless two come within one tick of the kernel's clock.
  struct Stamp {
    std::uint64_t device = 0, inode = 0;
    std::int64_t size = -1, modified_ns = 0, changed_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  struct Content {
    Stamp stamp;
    std::string text;
  };

  SubscriberFile(std::filesystem::path path, Listener listener)
      : path_(std::move(path)), listener_(std::move(listener)) {}
  Status take();
  Stamp stamp() const;
  Result<Content> read() const;

  std::filesystem::path path_;
  Listener listener_;
  std::mutex mutex_;
  Stamp seen_;
  bool settled_ = false;  // false: it may have changed since without another stamp
  device::SubscriberTable table_;
  std::string text_;
};

}  // namespace eider::store
