// An installed and enabled Profile, driven as a terminal drives a SIM: on the basic channel.
#pragma once
#include "card/uicc/commands.hpp"
#include "support/card_fixtures.hpp"

namespace eider::test {

// Metadata that fits a package with a test key.
BppPlan plan_of_package(Bytes upp, const char* iccid);

// Commands of a terminal, each with the status word it ends with.
class Terminal {
 public:
  explicit Terminal(CardDriver& driver) : driver_(driver) {}
  CardResponse send(std::string_view command) { return driver_.apdu(command); }
  CardResponse send(ByteView command) { return driver_.apdu(command); }
  std::uint16_t sw(std::string_view command) { return send(command).sw; }
  std::string data(std::string_view command) { return to_hex(send(command).data); }

  // SELECT by AID, by path from the MF ("7FFF6F07").
  std::uint16_t application(std::string_view aid);
  CardResponse path(std::string_view path);
  // A member of the FCP of what `path` selects.
  std::string member(std::string_view path_text, Tag tag);
  std::string binary(std::size_t size);
  std::string record(std::size_t number, std::uint8_t length);

 private:
  CardDriver& driver_;
};

}  // namespace eider::test
