// What the parts of `eider card` share.
#pragma once
#include <fstream>

#include "card/inspect.hpp"
#include "cmd_pki.hpp"
#include "device/card_port.hpp"

namespace eider::app::card_cmd {

// Writes every command and response with the time they took.
class TracingCard final : public CardPort {
 public:
  // Appends to the file; the card must outlive this object.
  TracingCard(CardPort& card, const std::string& file);
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;

 private:
  void line(const char* direction, ByteView octets, const std::string& note);
  CardPort& card_;
  std::ofstream out_;
};

std::string render(const card::CardView& view, std::size_t file_octets);
boost::json::object to_json(const card::CardView& view, std::size_t file_octets);

void declare_serve(CLI::App& card);
void declare_apdu(CLI::App& card);
void declare_shell(CLI::App& card);  // shell, tree

}  // namespace eider::app::card_cmd
