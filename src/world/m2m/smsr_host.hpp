// An SM-SR in a world: its store, the process before it, and the ways in which they fail.
#pragma once
#include "roles/smsr/smsr.hpp"
#include "world/m2m/air.hpp"
#include "world/m2m/laws.hpp"
#include "world/m2m/message_centre.hpp"
#include "world/m2m/sabotage.hpp"
#include "world/m2m/soap_wire.hpp"

namespace eider::world::m2m {

class SmsrHost final : public Host, public SmsReceiver, public SessionHost, smsr::SmsPort {
 public:
  struct Parts {
    const Foundry& foundry;
    std::size_t index;
    std::uint64_t seed;
    // Operators that hear of what happens from the SM-SR itself; others by way of the SM-DP.
    std::set<sgp02::EntityId> direct;
    ManualClock& clock;
    Network& network;
    MessageCentre& centre;
    Faults& faults;
    Journal& journal;
    Laws& laws;
  };
  SmsrHost(const Parts& parts, const Sabotage* sabotage);
  ~SmsrHost() override;

  smsr::MemoryStore& memory() { return memory_; }
  std::string name() const { return "SM-SR " + std::to_string(parts_.index); }
  bool down() const { return observed_.dead(); }
  bool idle() const { return depth_ == 0; }
  // Power off, between two messages.
  void kill();
  // Starts the process anew: everything volatile is gone.
  void restart();
  // What time has come for. True: there was something to do.
  bool poll();
  std::optional<Time> next();

  bool reachable() override { return !down(); }
  std::optional<HttpReply> handle(const HttpPost& request, const std::string& client,
                                  ByteView certificate) override;
  bool short_message(const std::string& from, ByteView user_data) override;
  std::optional<std::uint64_t> open_session() override;
  bool feed(std::uint64_t session, ByteView octets) override;
  std::optional<Bytes> output(std::uint64_t session) override;
  void close_session(std::uint64_t session) override;

 private:
  class Turn;
  void boot();
  Status submit(const smsr::OutgoingSms& message) override;
  smsr::Settings settings() const;

  Parts parts_;
  SeededRandom random_;
  SoapWire wire_;
  smsr::MemoryStore memory_;
  ObservedSmsrStore observed_;
  std::unique_ptr<smsr::Store> sabotaged_;
  smsr::Store* store_;
  std::unique_ptr<smsr::SmSr> role_;
  std::map<std::uint64_t, smsr::AdminSession> sessions_;
  std::uint64_t last_session_ = 0;
  unsigned depth_ = 0;
};

}  // namespace eider::world::m2m
