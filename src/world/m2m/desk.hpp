// Who asks for functions in a world: Operators, an M2M Service Provider, the EUM. Asks again, with the same
// identifier, until there is an answer.
#pragma once
#include <deque>

#include "spec/sgp02/soap.hpp"
#include "world/m2m/laws.hpp"
#include "world/m2m/soap_wire.hpp"

namespace eider::world::m2m {

struct Call {
  std::string identifier;
  const sgp02::Function* function = nullptr;
  std::any request;
  sgp02::EntityId to;
  sgp02::Eid eid;
  std::optional<sgp02::Iccid> iccid;
  Time expires{};
  std::vector<std::string> message_ids;  // one an attempt
  bool accepted = false;
  std::optional<sgp02::FunctionExecutionStatus> outcome;
  std::any response;

  bool done() const { return outcome.has_value(); }
  bool succeeded() const;
};

// "8.2.1/3.9", "ok", "warning 8.3/4.2", "expired"
std::string status_text(const sgp02::FunctionExecutionStatus& status);

class Desk final : public Host {
 public:
  struct Parts {
    const Foundry& foundry;
    const Party& self;
    std::uint64_t seed;
    ManualClock& clock;
    Network& network;
    Laws& laws;
    Journal& journal;
  };
  explicit Desk(const Parts& parts);

  const Party& self() const { return parts_.self; }
  // Sends it once.
  Call& ask(const sgp02::EntityId& to, sgp02::Interface interface, std::any request, const sgp02::Eid& eid,
            std::optional<sgp02::Iccid> iccid, Duration validity);
  // Once more, what has no answer yet.
  void ask_again(Call& call);
  std::deque<Call>& calls() { return calls_; }
  // The SM-SR that manages a card, as far as this party knows.
  const sgp02::EntityId& smsr_of(const sgp02::Eid& eid) const;
  void set_smsr(const sgp02::Eid& eid, const sgp02::EntityId& smsr) { smsrs_[eid] = smsr; }
  std::uint64_t notifications() const { return notifications_; }
  // What this party knows to be on cards.
  std::map<sgp02::Iccid, sgp02::Eid> profiles;

  bool reachable() override { return true; }
  std::optional<HttpReply> handle(const HttpPost& request, const std::string& client,
                                  ByteView certificate) override;

 private:
  void answered(Call& call, const std::string& related, const sgp02::soap::Message& answer, bool in_place);
  void learn(const Call& call);
  void notified(const sgp02::soap::Message& message);

  Parts parts_;
  SeededRandom random_;
  SoapWire wire_;
  std::deque<Call> calls_;  // never moved
  std::map<std::string, Call*> by_message_;
  std::map<sgp02::Eid, sgp02::EntityId> smsrs_;
  std::uint64_t notifications_ = 0, numbers_ = 0;
};

}  // namespace eider::world::m2m
