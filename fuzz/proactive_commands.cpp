// The card is hostile: it answers whatever the terminal sends with octets of the input. Everything must come
// to an end, and every TERMINAL RESPONSE must be one.
#include <cstdlib>

#include "device/terminal.hpp"
#include "spec/inspect/inspect.hpp"

namespace {
using namespace eider;

// The input, taken from the front: a length octet and as many octets.
class Input {
 public:
  explicit Input(ByteView octets) : octets_(octets) {}
  std::uint8_t octet() {
    if (octets_.empty()) return 0;
    const auto out = octets_[0];
    octets_ = octets_.subspan(1);
    return out;
  }
  ByteView piece() {
    const auto n = std::min<std::size_t>(octet(), octets_.size());
    const auto out = octets_.first(n);
    octets_ = octets_.subspan(n);
    return out;
  }
  bool empty() const { return octets_.empty(); }

 private:
  ByteView octets_;
};

class HostileCard final : public CardPort {
 public:
  explicit HostileCard(Input& input) : input_(input) {}
  Result<Bytes> reset() override { return to_bytes(input_.piece()); }
  Result<Bytes> transmit(ByteView apdu) override {
    const auto command = parse_command(apdu);
    if (!command) std::abort();
    if (command->ins == 0x14 && !etsi::cat::read_answer(command->data)) std::abort();
    if (input_.empty()) return Bytes{0x90, 0x00};
    // FETCH: a command and 9000; else, by the first octet, success, a proactive command, or anything.
    if (command->ins == 0x12) return concat({input_.piece(), Bytes{0x90, 0x00}});
    const auto kind = input_.octet();
    if (kind < 0x20) return to_bytes(input_.piece());
    return kind < 0x60 ? Bytes{0x90, 0x00} : Bytes{0x91, kind};
  }

 private:
  Input& input_;
};

// The network does as the input says, too.
class HostileLinks final : public device::BipPort {
 public:
  explicit HostileLinks(Input& input) : input_(input) {}
  Result<int> open(const device::BipEndpoint& endpoint) override {
    if (endpoint.address.size() != 4 && endpoint.address.size() != 16) std::abort();
    if (input_.octet() % 4 == 0) return fail(TransportFault{false, "no"});
    return 1;
  }
  Status send(int, ByteView) override {
    if (input_.octet() % 4 == 0) return fail(TransportFault{true, "gone"});
    return {};
  }
  Result<std::optional<Bytes>> receive(int, std::size_t most) override {
    const auto kind = input_.octet() % 4;
    if (kind == 0) return fail(TransportFault{true, "gone"});
    if (kind == 1) return std::optional<Bytes>();
    const auto piece = input_.piece();
    return std::optional(to_bytes(piece.first(std::min(piece.size(), most))));
  }
  void close(int) override {}

 private:
  Input& input_;
};

// And so does the user.
class HostileUser final : public device::UserPort {
 public:
  explicit HostileUser(Input& input) : input_(input) {}
  device::UserAnswer show(const std::string&, bool) override { return any(); }
  device::UserAnswer confirm(const std::string&) override { return any(); }
  device::UserAnswer enter(const device::InputQuestion&) override { return any(); }
  device::UserAnswer choose(const std::string&, const std::vector<device::Choice>&) override { return any(); }

 private:
  device::UserAnswer any() {
    const auto kind = input_.octet();
    return {static_cast<device::UserAnswer::Kind>(kind % 4), std::string(as_text(input_.piece())), kind > 99,
            kind};
  }
  Input& input_;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  HostileCard card(input);
  HostileLinks links(input);
  HostileUser user(input);
  ManualClock clock{Time{}};
  device::TerminalConfig config;
  config.capabilities.menu = true;
  config.max_commands = 40;
  device::Terminal terminal(card, clock, config, {&links, nullptr, nullptr, &user});
  (void)terminal.power_on();
  const device::Cell cell{"00101", 1, 1, device::AccessTechnology::kEutran};
  for (int i = 0; i < 8; ++i) {
    clock.advance(Duration(60'000));
    (void)terminal.set_network({static_cast<device::LocationStatus>(i % 3), cell});
    (void)terminal.network_rejects({cell, 0x09, 0x0B});
    (void)terminal.poll();
    etsi::SmsDeliver message;
    message.data_coding_scheme = 0xF6;
    (void)terminal.deliver(message);
    if (terminal.menu() && !terminal.menu()->items.empty())
      (void)terminal.select_menu_item(terminal.menu()->items[0].identifier);
    (void)terminal.take_sent();
  }
  (void)inspect::toolkit_message({data, size});
  (void)inspect::terminal_response({data, size});
  (void)inspect::terminal_profile({data, size});
  return 0;
}
