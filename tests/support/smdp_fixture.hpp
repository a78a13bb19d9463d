// An SM-DP with its operator, its SM-SR and cards, all doubles but the SM-DP itself.
#pragma once
#include <deque>
#include <map>

#include "roles/smdp/memory_store.hpp"
#include "roles/smdp/smdp.hpp"
#include "spec/sgp02/soap.hpp"
#include "support/must.hpp"
#include "support/smdp_pki.hpp"
#include "support/software_isdp.hpp"

namespace eider::test {

// A stock of Profiles: ICCIDs and packages that a test put there.
struct StockDouble final : server::Inventory {
  struct Item {
    server::StockProfile profile;
    Bytes package;
    std::string order, state = "available";  // reserved, installed, deleted
  };
  std::map<std::string, Item> items;  // by ICCID
  std::vector<std::string> told;      // "installed 8900…" and the like
  std::optional<Fault> fault;

  Result<server::StockProfile> reserve(const server::Reservation& reservation) override;
  Result<Secret> package(const sgp22::Iccid& iccid) override;
  Status installed(const sgp22::Iccid& iccid, const std::string& order) override;
  Status returned(const sgp22::Iccid& iccid, const std::string& order) override;
  Status deleted(const sgp22::Iccid& iccid, const sgp22::Eid& eid) override;
};

// The SM-SR as an SM-DP sees it, with one card behind it.
struct SmsrDouble {
  SmsrDouble(const SmdpPki& pki, Random& random);
  // The response to a request of ES3.
  std::any serve(const sgp02::soap::Message& request);
  sgp02::ProfileInfo* find(const sgp02::Iccid& iccid);
  // The EUM signs what it answers for, anew.
  void sign(const SmdpPki& pki);

  SeededRandom own_random{31};
  sgp02::EntityId manager{"2.999.41"};  // the SM-SR that knows the card
  crypto::PrivateKey ecasd_key;
  SoftwareIsdp card;
  sgp02::Eis eis;
  std::vector<std::string> calls;           // names of functions, in order
  std::map<std::string, std::any> repeats;  // by FunctionCallIdentifier
  // Status of the next calls of a function, first to last; then success.
  std::map<sgp02::FunctionName, std::deque<sgp02::FunctionExecutionStatus>> fails;
  std::function<void(sgp02::es3::SendDataRequest&)> change_request;
  std::function<void(Bytes&)> change_answer;
  bool pinned = false;  // POL1 forbids deletion once a Profile is installed
  std::vector<sgp02::es3::ProfileDownloadCompletedRequest> completed;
};

struct SmdpFixture final : server::SoapPort {
  SmdpFixture();
  // A new SM-DP over the same store: what is left after a restart.
  void start();
  // Runs until nothing is due at this moment; answers of the SM-SR are delivered as they come.
  void settle();
  // The same, over the time that is waited for.
  void settle_all(int rounds = 200);

  static sgp02::Iccid iccid(int n);
  void stock(int n, std::size_t octets = 3000, const std::string& type = "prepaid",
             const std::string& owner = "2.999.31");
  // A call of the operator; its answer arrives in `answers` under the call's identifier.
  HttpReply call(std::any request, const std::string& call_identifier,
                 const sgp02::EntityId& who = sgp02::EntityId("2.999.31"), bool in_place = false);
  template <class T>
  const T* answer(const std::string& call_identifier) const {
    const auto it = answers.find(call_identifier);
    return it == answers.end() ? nullptr : std::any_cast<T>(&it->second);
  }
  sgp02::FunctionExecutionStatus outcome(const std::string& call_identifier) const;
  std::string code(
      const std::string& call_identifier) const;  // "8.1/4.8"; "ok"; "warning 8.3/4.2"; "expired"; "none"
  sgp02::es2::DownloadProfileRequest order(std::optional<int> n, bool enable = false) const;
  // The card is handed over to the second SM-SR; `told`: which says so.
  void change_smsr(bool told);
  HttpReply notify(const std::any& notification, const sgp02::EntityId& who = sgp02::EntityId("2.999.41"));
  std::optional<smdp::Profile> profile(int n);
  std::optional<smdp::IsdpKeys> keys(int n);
  std::uint64_t procedures_left();

  Result<server::SoapReply> post(const server::SoapPost& request) override;
  const Bytes& certificate(const sgp02::EntityId& id);
  std::size_t deliver_one();  // of the SM-SR's later answers

  SmdpPki pki;
  ManualClock clock;
  SeededRandom random{11};
  smdp::MemoryStore store;
  StockDouble inventory;
  SmsrDouble smsr;
  smdp::SmDpConfig config;
  std::unique_ptr<smdp::SmDp> server;
  sgp02::EntityId addressee{"2.999.21"};  // of calls
  std::map<std::string, Bytes> certificates;

  bool asynchronous = true;  // the SM-SR answers functions that touch cards later
  std::function<bool(const sgp02::soap::Message&)> reachable;  // unset: always
  std::function<bool(Bytes&)> pass_answer;  // of the SM-SR's later answers; false: it is lost
  std::deque<Bytes> later;                  // answers of the SM-SR that are on their way
  std::map<std::string, std::any> answers;  // what the operator got, by call identifier
  std::vector<std::string> answer_order;
  std::vector<sgp02::soap::Message> notifications;
  std::map<std::string, std::string> call_of_message;  // MessageID of the operator's calls
  std::vector<HttpReply> in_place_replies;
};

}  // namespace eider::test
