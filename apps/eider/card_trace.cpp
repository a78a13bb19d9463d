// The session of a card, written down as text, as a capture file and to Wireshark.
#include <CLI/CLI.hpp>

#include "base/clock.hpp"
#include "cmd_card.hpp"

namespace eider::app::card_cmd {
using pki::need;
using pki::refuse;

TracingCard::TracingCard(CardPort& card, const TraceOptions& options) : card_(card) {
  if (!options.file.empty()) {
    out_.open(options.file, std::ios::app);
    if (!out_) refuse("cannot write " + options.file);
  }
  if (!options.pcap.empty()) {
    pcap_.open(options.pcap, std::ios::binary | std::ios::trunc);
    pcap_ << as_text(pcap_header()) << std::flush;
    if (!pcap_) refuse("cannot write " + options.pcap);
  }
  if (!options.gsmtap.empty()) sender_ = need(net::GsmtapSender::open(options.gsmtap));
}

void TraceOptions::declare(CLI::App& command) {
  command.add_option("--trace", file, "Append every APDU to this file; it holds everything in clear")
      ->type_name("FILE");
  command.add_option("--pcap", pcap, "Write a capture for Wireshark (GSMTAP); it holds everything in clear")
      ->type_name("FILE");
  command.add_option("--gsmtap", gsmtap, "Send every APDU to Wireshark there; port 4729 unless given")
      ->type_name("HOST[:PORT]");
}

TraceOptions TraceOptions::of(std::size_t index, std::size_t count) const {
  auto own = *this;
  if (count > 1) {
    const auto suffix = "." + std::to_string(index);
    if (!own.file.empty()) own.file += suffix;
    if (!own.pcap.empty()) own.pcap += suffix;
  }
  return own;
}

void TracingCard::packet(GsmtapSim kind, ByteView payload) {
  if (!pcap_.is_open() && !sender_) return;
  const auto gsmtap = gsmtap_packet(kind, payload);
  if (sender_) sender_->send(gsmtap);
  if (pcap_.is_open()) pcap_ << as_text(pcap_record(SystemClock().now(), gsmtap)) << std::flush;
}

void TracingCard::line(const char* direction, ByteView octets, const std::string& note) {
  if (!out_.is_open()) return;
  out_ << format_time(SystemClock().now()) << ' ' << direction << ' ' << to_hex(octets) << note << '\n'
       << std::flush;
}

Result<Bytes> TracingCard::reset() {
  auto r = card_.reset();
  if (r) {
    line("ATR", *r, "");
    packet(GsmtapSim::kAtr, *r);
  } else {
    line("ATR", {}, r.error().message());
  }
  return r;
}

Result<Bytes> TracingCard::transmit(ByteView command) {
  line("C", command, "");
  const auto start = std::chrono::steady_clock::now();
  auto r = card_.transmit(command);
  const auto us =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start).count();
  line("R", r ? ByteView(*r) : ByteView(),
       (r ? std::string() : r.error().message()) + "  (" + std::to_string(us) + " us)");
  if (r)
    for (const auto& tpdu : tpdus_of_exchange(command, *r)) packet(GsmtapSim::kApdu, tpdu);
  return r;
}

Result<std::optional<Bytes>> TracingCard::exchange_pps(ByteView request) {
  auto r = card_.exchange_pps(request);
  if (r && !*r) return r;
  line("PPS", request, "");
  line("PPS", r ? ByteView(**r) : ByteView(), r ? std::string() : r.error().message());
  return r;
}

}  // namespace eider::app::card_cmd
