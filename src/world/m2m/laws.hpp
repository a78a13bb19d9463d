// The laws of the M2M ecosystem (docs/architecture.md, section 5) as a judge who sees every durable change of
// cards and servers and every message, keeps his own books, and compares.
#pragma once
#include "card/m2m/records.hpp"
#include "card/nvm.hpp"
#include "card/records.hpp"
#include "spec/sgp02/soap.hpp"
#include "world/laws.hpp"
#include "world/m2m/foundry.hpp"
#include "world/m2m/observed_smdp.hpp"
#include "world/observed_store.hpp"

namespace eider::world::m2m {

// What the judge knows of one card.
struct CardBook {
  sgp02::Eid eid;
  std::uint32_t octets = 0;
  std::map<std::uint16_t, card::IsdPRecord> profiles;  // by instance
  std::map<std::uint16_t, card::m2m::IsdP> isd_ps;
  card::m2m::State state;
  std::map<std::uint8_t, std::uint64_t> counters;  // of SCP80, by key version
};

class Laws {
 public:
  Laws(Journal& journal, const Clock& clock, const Foundry& foundry)
      : journal_(journal), clock_(clock), foundry_(foundry) {}

  const std::optional<Violation>& violation() const { return violation_; }
  std::uint64_t checks() const { return checks_; }
  void broken(std::string law, std::string what);
  // One comparison made; reports when it fails. `what()` makes the text.
  template <class F>
  bool require(bool holds, std::string_view law, F&& what) {
    ++checks_;
    if (!holds) broken(std::string(law), what());
    return holds;
  }

  // Operators that SM-SRs tell themselves; the SM-DP hears nothing of what they do by ES4.
  // It does not want to hear of Profiles that are enabled, so neither does its SM-DP.
  void silenced(const sgp02::EntityId& owner) { silenced_.insert(owner); }
  void set_direct(std::set<sgp02::EntityId> direct) { direct_ = std::move(direct); }

  // ---- cards: laws_card.cpp
  std::size_t add_card(const CardTemplate& card, const card::MemoryNvm& memory);
  void card_committed(std::size_t card, const card::NvmBatch& batch);
  // A write was cut in its middle: what the card finds is all of it or nothing of it.
  void torn(std::size_t card, const card::MemoryNvm::Values& before, const card::NvmBatch& batch,
            const Status& readable, const card::MemoryNvm::Values& found);
  const std::vector<CardBook>& cards() const { return cards_; }
  std::uint64_t installed() const { return installed_; }

  // ---- SM-SRs: laws_smsr.cpp
  void smsr_committed(std::size_t smsr, const SmsrChange& change, smsr::StoreReader& reader);
  void smsr_sent(std::size_t smsr, const smsr::OutgoingSms& message);

  // ---- SM-DP and inventory: laws_smdp.cpp
  void smdp_committed(const SmdpChange& change);
  void stock_committed(const StoreChange& change);
  void set_type(const smdpp::ProfileType& type) { types_[type.name] = type; }

  // ---- calls and their answers: laws_calls.cpp
  struct Issued {  // a request of somebody
    std::string message_id, call, function, host;
    Time expires{};
  };
  void issued(const Issued& call);
  // A message reaches a server.
  void arrived(const std::string& host, ByteView body);
  void accepted(const std::string& message_id);  // 202
  // An answer, in place or later. `status`: what it says.
  void answered(const std::string& message_id, const std::string& answer_id, const std::string& status,
                bool in_place);

  // ---- when nothing goes wrong any more: laws_quiet.cpp
  void quiet_card(std::size_t card, const std::vector<smsr::MemoryStore*>& smsrs, smdp::MemoryStore& smdp);
  void quiet_stock(smdpp::MemoryStore& stock);
  void quiet_calls();

 private:
  struct CallBook {  // of one FunctionCallIdentifier
    Issued first;
    std::uint64_t arrivals = 0;
    bool accepted = false, in_place = false;
    std::set<std::string> answers;  // MessageIDs
    std::optional<std::string> status;
  };
  struct SmsrBook {
    std::set<sgp02::Eid> managed;
    std::set<sgp02::Eid> committed;  // given out: the receipt of an SM-SR change
    std::map<std::pair<sgp02::Eid, std::uint8_t>, smsr::CardKeys> keys;
  };

  void check_card(std::size_t card, const CardBook& book);
  void check_counters(std::size_t card, const CardBook& before, const CardBook& now,
                      const card::NvmBatch& batch);
  void check_switch(std::size_t card, const CardBook& before, const CardBook& now);
  void check_deletions(std::size_t card, const CardBook& before, const CardBook& now);
  void check_installations(std::size_t card, const CardBook& before, const CardBook& now);
  void manager_changed(std::size_t smsr, const Changed<smsr::Euicc>& change);
  void operation_changed(std::size_t smsr, const Changed<smsr::Operation>& change, smsr::StoreReader& reader);
  void check_pol2(std::size_t smsr, const smsr::Operation& operation, smsr::StoreReader& reader);
  Status quiet_eis(std::size_t card, smsr::StoreReader& reader);
  Status quiet_keys(std::size_t card, std::size_t manager, smsr::StoreReader& reader);
  void quiet_smdp(std::size_t card, std::size_t manager, smdp::MemoryStore& smdp);

  Journal& journal_;
  const Clock& clock_;
  const Foundry& foundry_;
  std::optional<Violation> violation_;
  std::uint64_t checks_ = 0, installed_ = 0;
  std::vector<CardBook> cards_;
  std::set<sgp02::EntityId> direct_, silenced_;
  std::vector<SmsrBook> smsrs_;
  std::map<std::pair<sgp02::Eid, sgp02::Aid>, bool> deletes_;  // that were begun; by master delete
  std::map<sgp02::Iccid, std::size_t> installed_on_;           // of the inventory's, by card
  std::map<sgp02::Iccid, smdpp::Profile> stock_;
  std::set<sgp02::Iccid> abandoned_;     // what became of them the SM-DP cannot know
  std::set<sgp02::Eid> moved_;           // cards that had an SM-SR change
  std::set<std::string> tokens_;         // of scripts in sessions
  std::map<Bytes, std::uint64_t> sent_;  // counters, by key set
  std::map<std::string, smdpp::ProfileType> types_;
  std::map<std::string, CallBook> calls_;
  std::map<std::string, std::string> call_of_message_;
};

std::string name_of_card(std::size_t card);

}  // namespace eider::world::m2m
