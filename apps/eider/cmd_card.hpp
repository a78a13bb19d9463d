// What the parts of `eider card` share.
#pragma once
#include <fstream>

#include "card/inspect.hpp"
#include "cmd_pki.hpp"
#include "device/card_port.hpp"
#include "device/gsmtap.hpp"
#include "net/gsmtap_sender.hpp"

namespace eider::app::card_cmd {

// Where a card's session is written down; each empty when not wanted.
struct TraceOptions {
  std::string file;    // text, appended
  std::string pcap;    // capture file, begun anew
  std::string gsmtap;  // HOST[:PORT]
  bool any() const { return !file.empty() || !pcap.empty() || !gsmtap.empty(); }
  // For one of `count` cards: each of several has files of its own, FILE.0, FILE.1, …
  TraceOptions of(std::size_t index, std::size_t count) const;
  void declare(CLI::App& command);
};

// Writes down every command and response.
class TracingCard final : public CardPort {
 public:
  // The card must outlive this object.
  TracingCard(CardPort& card, const TraceOptions& options);
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;
  Result<std::optional<Bytes>> exchange_pps(ByteView request) override;

 private:
  void line(const char* direction, ByteView octets, const std::string& note);
  void packet(GsmtapSim kind, ByteView payload);
  CardPort& card_;
  std::ofstream out_, pcap_;
  std::unique_ptr<net::GsmtapSender> sender_;
};

// Without octets of a file: the card is in a store.
// What a file tells beside the card in it.
struct FileFacts {
  std::size_t octets = 0;
  std::uint64_t writes = 0;
};
std::string render(const card::CardView& view, const std::optional<FileFacts>& file);
boost::json::object to_json(const card::CardView& view, const std::optional<FileFacts>& file);

// SIGINT and SIGTERM end the command. Block them before threads start, so that only the main one gets them.
void block_interrupts();
void wait_for_interrupt();

void declare_serve(CLI::App& card);
void declare_fleet(CLI::App& card);
void declare_fleet_serve(CLI::App& fleet);
void declare_apdu(CLI::App& card);
void declare_shell(CLI::App& card);  // shell, tree

}  // namespace eider::app::card_cmd
