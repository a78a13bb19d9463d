// The user of a device, in front of its dialogues: at this terminal, or lines of a file.
#pragma once
#include <boost/json.hpp>
#include <fstream>
#include <functional>

#include "device/terminal.hpp"

namespace eider::app {

class DeviceUser final : public device::UserPort {
 public:
  using Say =
      std::function<void(std::string_view event, const std::string& text, boost::json::object members)>;

  // `answers`: a file with an answer a line, or "-" for standard input. Throws CommandError 2 when it cannot
  // be read; 1 for an answer that none of what is offered fits, unless a person can be asked again.
  DeviceUser(const std::string& answers, Say say);

  device::UserAnswer show(const std::string& text, bool until_cleared) override;
  device::UserAnswer confirm(const std::string& question) override;
  device::UserAnswer enter(const device::InputQuestion& question) override;
  device::UserAnswer choose(const std::string& title, const std::vector<device::Choice>& choices) override;
  // Of the card's menu; nothing: he has had enough.
  std::optional<std::uint8_t> choose_from(const device::Menu& menu);

 private:
  // Nothing: there are no more.
  std::optional<std::string> line(bool hidden);
  // An answer that ends the question: <back>, <end>, <none>, or no more lines.
  std::optional<device::UserAnswer> ending(const std::optional<std::string>& line) const;
  void refuse(const std::string& line, const std::string& wanted) const;

  std::ifstream file_;
  bool tty_ = false;
  Say say_;
  int count_ = 0;
};

}  // namespace eider::app
