// What the functions and procedures of the SM-DP share. Internal to roles/smdp.
#pragma once
#include <map>
#include <mutex>

#include "roles/smdp/smdp.hpp"
#include "server/known_certificates.hpp"
#include "spec/sgp02/soap.hpp"

namespace eider::smdp {

using sgp02::soap::Message;

// By procedure. Safe to use from several threads.
template <class T>
class Shelf {
 public:
  void put(ProcedureId id, T value) {
    const std::lock_guard lock(mutex_);
    items_.insert_or_assign(id, std::move(value));
  }
  // T{} when there is none.
  T find(ProcedureId id) const {
    const std::lock_guard lock(mutex_);
    const auto it = items_.find(id);
    return it == items_.end() ? T{} : it->second;
  }
  T take(ProcedureId id) {
    const std::lock_guard lock(mutex_);
    auto item = items_.extract(id);
    return item ? std::move(item.mapped()) : T{};
  }
  void erase(ProcedureId id) { take(id); }

 private:
  mutable std::mutex mutex_;
  std::map<ProcedureId, T> items_;
};

// HTTP responses that are held until the answer is there, by caller and MessageID. Safe to use from several
// threads.
class HeldReplies {
 public:
  // The number by which it can be dropped.
  std::uint64_t hold(std::string key, Done done) {
    const std::lock_guard lock(mutex_);
    held_.emplace(std::move(key), Reply{++last_, std::move(done)});
    return last_;
  }
  // False: it was taken before.
  bool drop(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return std::erase_if(held_, [&](const auto& item) { return item.second.number == number; }) != 0;
  }
  std::vector<Done> take(const std::string& key) {
    const std::lock_guard lock(mutex_);
    std::vector<Done> out;
    const auto [first, last] = held_.equal_range(key);
    for (auto it = first; it != last; ++it) out.push_back(std::move(it->second.done));
    held_.erase(first, last);
    return out;
  }

 private:
  struct Reply {
    std::uint64_t number = 0;
    Done done;
  };
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::multimap<std::string, Reply> held_;
};

class Context {
 public:
  Context(SmDpConfig c, SmDpPorts p)
      : config(std::move(c)),
        store(p.store),
        inventory(p.inventory),
        soap(p.soap),
        clock(p.clock),
        random(p.random),
        observer(p.observer) {}

  const SmDpConfig config;
  Store& store;
  server::Inventory& inventory;
  server::SoapPort& soap;
  const Clock& clock;
  Random& random;
  server::FunctionObserver* const observer;

  // What follows is of this process alone, and gone after a restart. Transactions come from several threads
  // and are committed together; their bodies run one after the other.
  // Sessions with ISD-Ps. One that is missing here means that its ISD-P cannot be finished.
  Shelf<std::shared_ptr<es8::Installation>> installations;
  Shelf<std::shared_ptr<es8::Scp03Script>> scripts;
  Shelf<std::function<void(sgp02::FunctionExecutionStatus)>> listeners;
  HeldReplies held;

  server::KnownCertificates certificates;  // of callers
  Time purge_at{};                         // when answered calls are looked through again; of run() alone

  std::string unique();
  const es8::DpCredential* credential_of(ByteView ci) const;
};

// One change of the store with what follows from it outside. What `after` holds runs once it is committed.
struct Work {
  StoreTransaction& tx;
  Context& cx;
  Time now;
  std::vector<std::function<void()>> after;
};
enum class Synced : std::uint8_t {
  kYes,
  kNo,  // a power failure may undo it, and it is then done once more
};
// Runs `body` in a transaction. After a fault the sessions of `procedure` are dropped: they may have gone
// further than what is stored.
Status change(Context& cx, ProcedureId procedure, const std::function<Status(Work&)>& body,
              Synced synced = Synced::kYes);

// Who sent it: `claimed` is the certificate's registeredID. FunctionStatus 1.1/6.1 otherwise.
Status check_sender(Context& cx, ByteView certificate, const EntityId& claimed);

// An ES3 call of the procedure: `body` is a request of ES3 without its base. The procedure waits for it; the
// caller stores it.
Status call_smsr(Work& w, Procedure& p, FunctionName function, std::any body);
// When the procedure's step is tried (again).
void resume_later(Work& w, Procedure& p);

server::Validity validity_of(const Context& cx, const sgp02::BaseRequest& base);
// The first request of a call, decoded.
Result<Message> request_of(const Procedure& p);
// The call is answered: kept for repeats, given to all who wait. `response`: of the function on ES2. Once
// more does nothing.
Status answer(Work& w, Procedure& p, const std::any& response);
Status answer(Work& w, Procedure& p, const sgp02::FunctionExecutionStatus& status);
std::string held_key(const sgp02::MessageHeader& request);
// An answer in the place where one who waits looks for it.
Status deliver(Work& w, const sgp02::MessageHeader& request, const sgp02::Function& function,
               const std::any& response);
// To the owner of a Profile: ES2.Handle…Notification. `key`: the same for the same.
Status notify(Work& w, const EntityId& owner, const std::any& notification);
// The procedure is over but for what the inventory is to be told.
Status conclude(Work& w, Procedure& p);

// A busy SM-SR or card, one that was not reached: worth another try.
bool is_passing(const sgp02::FunctionExecutionStatus& status);
bool executed(const sgp02::FunctionExecutionStatus& status);
sgp02::FunctionExecutionStatus status_of(const Message& response);
std::string iccid_text(const Iccid& iccid);

const sgp02::Function& row(sgp02::Interface interface, FunctionName id);
HttpReply soap_reply(int status, std::string_view action, std::string body);

}  // namespace eider::smdp
