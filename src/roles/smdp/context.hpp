// What the functions and procedures of the SM-DP share. Internal to roles/smdp.
#pragma once
#include <map>
#include <mutex>

#include "roles/smdp/smdp.hpp"
#include "server/known_certificates.hpp"
#include "spec/sgp02/soap.hpp"

namespace eider::smdp {

using sgp02::soap::Message;

class Context {
 public:
  Context(SmDpConfig c, SmDpPorts p)
      : config(std::move(c)),
        store(p.store),
        inventory(p.inventory),
        soap(p.soap),
        clock(p.clock),
        random(p.random) {}

  const SmDpConfig config;
  Store& store;
  server::Inventory& inventory;
  server::SoapPort& soap;
  const Clock& clock;
  Random& random;

  // One change at a time: what follows is of this process alone, and gone after a restart.
  std::mutex mutex;
  // Sessions with ISD-Ps. One that is missing here means that its ISD-P cannot be finished.
  std::map<ProcedureId, std::unique_ptr<es8::Installation>> installations;
  std::map<ProcedureId, std::unique_ptr<es8::Scp03Script>> scripts;
  // HTTP responses that are held until the answer is there, by caller and MessageID.
  std::multimap<std::string, Done> held;
  std::map<ProcedureId, std::function<void(sgp02::FunctionExecutionStatus)>> listeners;

  server::KnownCertificates certificates;  // of callers
  Time purge_at{};                         // when answered calls are looked through again

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
// Runs `body` in a transaction. After a fault the sessions of `procedure` are dropped: they may have gone
// further than what is stored.
Status change(Context& cx, ProcedureId procedure, const std::function<Status(Work&)>& body);
// The same, but a power failure may undo it, and it is then done once more.
Status change_unsynced(Context& cx, const std::function<Status(Work&)>& body);

// Who sent it: `claimed` is the certificate's registeredID. FunctionStatus 1.1/6.1 otherwise.
Status check_sender(Context& cx, ByteView certificate, const EntityId& claimed);

// An ES3 call of the procedure: `body` is a request of ES3 without its base. The procedure waits for it; the
// caller stores it.
Status call_smsr(Work& w, Procedure& p, FunctionName function, std::any body);
// When the procedure's step is tried (again).
void resume_later(Work& w, Procedure& p);

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
