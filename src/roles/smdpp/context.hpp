// What the functions of the SM-DP+ share. Internal to roles/smdpp.
#pragma once
#include "roles/smdpp/package.hpp"
#include "roles/smdpp/revocation.hpp"
#include "roles/smdpp/session_table.hpp"
#include "roles/smdpp/smdpp.hpp"
#include "server/mutual_authentication.hpp"
#include "spec/sgp22/json_header.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::smdpp {

class Context {
 public:
  Context(SmDpPlusConfig c, SmDpPlusPorts p)
      : config(std::move(c)),
        store(p.store),
        clock(p.clock),
        random(p.random),
        smds(p.smds),
        sessions(config.limits.sessions_per_peer, config.limits.sessions_per_eid) {}

  const SmDpPlusConfig config;
  Store& store;
  const Clock& clock;
  Random& random;
  SmdsPort* smds;
  SessionTable sessions;
  sgp22::Oid oid;
  BoundedBytes<16> host_id;
  crypto::VerifiedSignatures verified;
  Revocation revocation{config.crls};
  server::CertificateCache eum_certificates;
  TemplateCache templates;

  const DpCredential* credential_of(ByteView ci_ski) const;
};

using status::refuse;

// The Digest of what a client sent: a repeat of it gets the same answer.
Digest digest_of(ByteView request);

// Ends the session inside `tx`; `status` is what a repeat of the call will be told (nothing: success).
Status end_session(StoreTransaction& tx, Context& context, Session& session, const Digest& request,
                   const FunctionStatus* status);
// What an ended session answers to a call: the same as before for the same request, else 8.10.1/3.9.
Status repeat_of_end(const Ended& ended, const Digest& request);

// Applies the event and counts nothing else. False: illegal in this state, nothing changed.
bool apply(Profile& profile, ProfileEvent event, Time now);
// The order is over: Error, the reason kept, kept packages dropped, the SM-DS event deleted.
Status fail_order(StoreTransaction& tx, Context& context, Profile& profile, const status::Code& code);
// The SM-DS event of the order, if one is registered, will be deleted.
Status withdraw_event(StoreTransaction& tx, Context& context, Profile& profile);

// ES2+.HandleDownloadProgressInfo by way of the outbox; `failure` nothing: success.
enum class NotificationPoint : int {
  kEligibility = 1,
  kConfirmation = 2,
  kBppDownload = 3,
  kBppInstallation = 4
};
Status report_progress(StoreTransaction& tx, Context& context, const Profile& profile,
                       NotificationPoint point, const FunctionStatus* failure, const Eid* eid = nullptr,
                       ByteView result_data = {});
// ES2+.HandleNotification: what happened to the Profile on the card. Bilateral points: 100 + event bit.
Status report_notification(StoreTransaction& tx, Context& context, const Profile& profile, const Eid& eid,
                           int event);

// The profile type, or the defaults when it is not configured.
Result<ProfileType> type_of(StoreReader& reader, const Profile& profile);

// True when the profile and session that `body` decided on are still the stored ones.
// A session that has changed is forgotten, so that the next attempt reads it.
Result<bool> unchanged(StoreTransaction& tx, Context& context, const Session& session);
Result<bool> unchanged(StoreTransaction& tx, const Profile& profile);

// Runs an optimistic step until no other request came in between. `step` sets `conflict` for another try.
template <class T, class F>
Result<T> settle(F&& step) {
  for (int i = 0; i < 16; ++i) {
    bool conflict = false;
    Result<T> result = step(conflict);
    if (!conflict) return result;
  }
  return fail_local("too many concurrent requests for one Profile", "try again");
}

}  // namespace eider::smdpp
