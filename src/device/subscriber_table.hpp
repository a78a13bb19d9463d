// A network's subscribers as a table of text: a line each, "imsi,number", "#" for comments.
#pragma once
#include <map>
#include <mutex>

#include "device/modem.hpp"

namespace eider::device {

// May be replaced while modems of several threads look into it.
class SubscriberTable final : public Subscriptions {
 public:
  using Numbers = std::map<std::string, std::string>;

  // LocalFault names the line that is none.
  static Result<Numbers> parse(std::string_view text);
  explicit SubscriberTable(Numbers numbers = {}) : numbers_(std::move(numbers)) {}
  std::optional<std::string> number_of(const std::string& imsi) override;
  void replace(Numbers numbers);

 private:
  std::mutex mutex_;
  Numbers numbers_;
};

}  // namespace eider::device
