// A device in a world: an eUICC, an LPA and its user.
#pragma once
#include "roles/lpa/procedures/download.hpp"
#include "roles/lpa/procedures/memory_reset.hpp"
#include "world/card_link.hpp"
#include "world/foundry.hpp"
#include "world/handset.hpp"
#include "world/observed_nvm.hpp"
#include "world/server.hpp"

namespace eider::world {

// The user: mostly willing.
class PuppetUser final : public lpa::LpaUi {
 public:
  PuppetUser(std::uint64_t seed, Faults& faults, Laws& laws) : dice_(seed), faults_(faults), laws_(laws) {}
  // The Confirmation Code that this user was told; empty: none.
  void set_code(std::string code) { code_ = std::move(code); }
  void progress(lpa::Step, std::size_t, std::size_t) override {}
  void warn(std::string_view) override {}
  lpa::Answer confirm_download(const lpa::ProfileOffer& offer) override;
  std::optional<Secret> confirmation_code(const lpa::ProfileOffer& offer, int attempt) override;
  lpa::Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest&,
                                       const sgp22::StoreMetadataRequest&) override;

 private:
  Dice dice_;
  Faults& faults_;
  Laws& laws_;
  std::string code_;
};

class Device {
 public:
  struct Parts {
    const CardTemplate& card;
    std::size_t index;
    std::uint64_t card_seed, lpa_seed, user_seed, handset_seed;
    ManualClock& clock;
    Network& network;
    Faults& faults;
    Laws& laws;
    Journal& journal;
  };
  Device(const Parts& parts, const Sabotage* sabotage);

  const sgp22::Eid& eid() const { return parts_.card.eid; }
  std::size_t index() const { return parts_.index; }
  std::string name() const { return "lpa" + std::to_string(parts_.index); }
  const card::MemoryNvm& memory() const { return memory_; }
  bool busy() const { return busy_; }
  PuppetUser& user() { return user_; }
  std::uint64_t commands() const { return link_.commands(); }

  // A new LPA on the card as it is, powered again if it was not, does one thing and ends.
  Status run(const std::function<Status(lpa::Lpa&)>& what);
  // The modem on the card as it is, likewise.
  Status use_sim(NetworkCore& core, const std::function<Status(Handset&)>& what);
  // Power off and on.
  Status power_cycle();

 private:
  // HTTP of this device's LPA: ends with it, and tells the judge.
  class Port final : public HttpPort {
   public:
    explicit Port(Device& device) : device_(device) {}
    Result<HttpReply> post(const HttpPost& request) override;

   private:
    Device& device_;
  };
  bool lpa_dies();
  Status on_the_card(const std::function<Status()>& what);

  Parts parts_;
  card::MemoryNvm memory_;
  ObservedNvm observed_;
  std::unique_ptr<card::Nvm> sabotaged_;
  SeededRandom card_random_;
  std::unique_ptr<Random> bad_random_;
  CardLink link_;
  Port port_;
  SeededRandom random_;
  PuppetUser user_;
  Dice handset_dice_;
  lpa::MemoryLpaStore backoffs_;
  const Sabotage* sabotage_;
  bool busy_ = false;
};

}  // namespace eider::world
