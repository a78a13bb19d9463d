// The laws of the ecosystem (docs/architecture.md, section 5) as a judge who sees every durable change and
// every message, keeps his own books, and compares. He reads records, never the roles' decisions.
#pragma once
#include <map>
#include <set>
#include <string>

#include "card/persistent_state.hpp"
#include "world/journal.hpp"
#include "world/observed_store.hpp"
#include "world/sim_book.hpp"

namespace eider::world {

struct Violation {
  std::string law;  // "card.one-enabled"
  std::string what;
};

// What the judge knows of one card.
struct CardBook {
  sgp22::Eid eid;
  std::uint32_t octets = 0;
  bool rules_allowed = true;
  std::map<std::uint16_t, card::IsdPRecord> profiles;
  struct Notification {
    bool installation_result = false;
    bool success = false;  // of the installation result
    int event = 0;
    std::string address;  // lower case
    sgp22::Iccid iccid;
    sgp22::TransactionId transaction;
  };
  std::map<std::int64_t, Notification> pending;
  std::map<std::int64_t, Notification> all;  // ever made, by sequence number
  std::set<std::int64_t> acknowledged;       // an LPA has seen the acknowledgement
  std::set<std::int64_t> pushed_out;         // gave way to newer ones: the card's memory for them is bounded
  std::optional<der::BitString> memory_reset;       // promised, not yet carried out
  std::optional<std::int64_t> removing;             // the ES10 command in progress removes this one
  std::optional<sgp22::OneTimePublicKey> prepared;  // of the last PrepareDownload
  std::map<std::uint16_t, SimBook> sims;            // by instance
  std::optional<SimCommand> command;
  struct Challenge {
    Bytes data;
    bool durable = false;  // the sequence number was written before the answer
  };
  std::optional<Challenge> challenge;  // of the last AUTHENTICATE, whose answer is being fetched
  std::optional<Bytes> atr;
};

class Laws {
 public:
  Laws(Journal& journal, const Clock& clock) : journal_(journal), clock_(clock) {}

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

  // ---- cards: laws_card.cpp
  std::size_t add_card(const sgp22::Eid& eid, std::uint32_t octets, bool rules_allowed,
                       const card::Nvm& memory);
  void card_committed(std::size_t card, const card::NvmBatch& batch);
  void card_at_rest(std::size_t card, const card::Nvm& memory);
  const CardBook& card(std::size_t n) const { return cards_[n]; }
  const std::vector<CardBook>& cards() const { return cards_; }

  // ---- the enabled Profile as a SIM: laws_sim.cpp
  void card_woke(std::size_t card, ByteView atr);
  // A write was cut in its middle: what the card finds is all of it or nothing of it.
  void torn(std::size_t card, const card::MemoryNvm::Values& before, const card::NvmBatch& batch,
            const Status& readable, const card::MemoryNvm::Values& found);
  void sim_command(std::size_t card, ByteView command);
  // Empty: no answer came.
  void sim_answer(std::size_t card, ByteView command, ByteView answer);
  // What EF.ICCID says; nothing: there is no such file.
  void sim_identified(std::size_t card, const std::optional<Bytes>& iccid);
  // The terminal has written a file whole; not certain: no answer came.
  void sim_wrote(std::size_t card, const std::string& path, ByteView content, bool certain);
  void sim_read(std::size_t card, const std::string& path, ByteView content);
  // A message over the air whose proof of receipt says that it was carried out.
  void sim_carried_out(std::size_t card, std::uint64_t counter);

  // ---- SM-DP+: laws_server.cpp
  std::size_t add_server(std::string address);
  void set_type(std::size_t server, const smdpp::ProfileType& type) {
    servers_[server].types[type.name] = type;
  }
  void set_operator(std::size_t server, const smdpp::Operator& o) { servers_[server].operators[o.id] = o; }
  void store_committed(std::size_t server, const StoreChange& change);
  void user_refused(const sgp22::Iccid& iccid) { refused_by_user_.insert(iccid); }
  void user_gave_wrong_code(const sgp22::Iccid& iccid) { ++wrong_codes_[iccid]; }

  // ---- what goes over the wire: laws_wire.cpp
  void add_secret(Bytes secret) { secrets_.push_back(std::move(secret)); }
  void lpa_sent(const std::string& path, ByteView body);
  void server_answered(std::size_t server, const std::string& path, ByteView body);
  void lpa_was_acknowledged(std::size_t card, ByteView body);
  void es10_command(std::size_t card, ByteView object);
  void es10_answer(std::size_t card, ByteView object, ByteView answer);
  void operator_received(const std::string& host, const std::string& path, ByteView body);

  // ---- when nothing goes wrong any more and everything has been delivered: laws_quiet.cpp
  void quiet(std::size_t server, smdpp::StoreReader& reader);
  void quiet_cards();
  void quiet_operators();

 private:
  struct ServerBook {
    std::string address;
    std::map<std::string, smdpp::ProfileType> types;
    std::map<std::string, smdpp::Operator> operators;
    std::set<sgp22::TransactionId> transactions;
    std::map<std::pair<sgp22::Eid, sgp22::Iccid>, std::set<std::int64_t>> processed;
    std::set<sgp22::TransactionId> results;
    std::map<sgp22::TransactionId, sgp22::Iccid> delivered;  // packages handed out
    std::set<smdpp::Digest> answered;                        // calls of operators that took effect
    std::map<std::string, std::string> owed;  // functionCallIdentifier of an outbox entry, its body
  };
  struct Change;  // of one card, decoded

  bool decode_change(std::size_t card, const card::NvmBatch& batch, Change& change);
  void check_states(std::size_t card, const Change& change);
  void check_iccids(std::size_t card, const Change& change);
  void check_policy(std::size_t card, const Change& change);
  void check_notifications(std::size_t card, const Change& change);
  void check_removals(std::size_t card, const Change& change);
  void check_one_time_key(std::size_t card, const Change& change);

  void sim_committed(std::size_t card, const card::NvmBatch& batch);
  void check_codes(CardBook& book, SimBook& sim, const std::string& key, ByteView value);
  void check_sqn(CardBook& book, SimBook& sim, const std::string& key, ByteView value);
  void check_code_answer(std::size_t card, std::uint16_t sw);
  void check_authenticated(std::size_t card, ByteView answer);
  SimBook* enabled_sim(std::size_t card);
  void check_attempts(const StoreChange& change, const smdpp::Profile& before, const smdpp::Profile& after,
                      const smdpp::ProfileType& type);
  void profile_changed(std::size_t server, const StoreChange& change,
                       const StoreChange::Put<smdpp::Profile>& put);
  void order_failed(std::size_t server, const smdpp::Profile& before, const smdpp::Profile& after);
  void notification_processed(std::size_t server, const StoreChange& change, const StoreChange::Processed& n);
  bool on_any_card(const sgp22::Iccid& iccid) const;
  const CardBook* book_of(const sgp22::Eid& eid) const;
  void must_be_fresh(std::set<Bytes>& seen, ByteView value, std::string_view law);
  void look_for_secrets(ByteView octets, std::string_view where);

  Journal& journal_;
  const Clock& clock_;
  std::optional<Violation> violation_;
  std::uint64_t checks_ = 0;
  std::vector<CardBook> cards_;
  std::vector<ServerBook> servers_;
  std::set<sgp22::Iccid> refused_by_user_;
  std::map<sgp22::Iccid, std::uint32_t> wrong_codes_;  // that users gave
  std::set<sgp22::TransactionId> attempts_;            // that counted as an attempt
  std::set<int> cancel_reasons_;                       // that cards have signed
  std::set<std::pair<sgp22::Eid, sgp22::Iccid>> installed_ever_;
  std::vector<Bytes> secrets_;
  std::set<Bytes> challenges_, server_challenges_, transactions_on_wire_, consumed_keys_;
  struct KeyUse {
    Bytes owner;  // who or what the key belongs to
    bool consumed = false;
  };
  std::map<Bytes, KeyUse> euicc_keys_, smdp_keys_;
  std::map<std::string, std::map<std::string, std::string>> received_;  // by operator host: call, body
};

inline std::string event_name(int event) {
  static constexpr const char* kNames[] = {"install", "enable", "disable", "delete"};
  return event >= 0 && event < 4 ? kNames[event] : "event " + std::to_string(event);
}
std::string lower_case(std::string_view text);

}  // namespace eider::world
