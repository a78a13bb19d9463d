// ES9+.AuthenticateClient, SGP.22 v2.6.1 section 5.6.3: who is this eUICC, which order is meant, may it have
// it.
#include "roles/smdpp/es9plus/functions.hpp"
#include "roles/smdpp/verification.hpp"

namespace eider::smdpp::es9plus {
namespace {

struct Client {
  VerifiedEuicc euicc;
  sgp22::EuiccSigned1 signed1;
  std::string matching_id;
};

Result<Client> verify_client(Context& context, const Session& session,
                             const sgp22::AuthenticateResponseOk& response) {
  const auto crls = context.revocation.current();
  EIDER_TRY(euicc,
            server::authenticate_euicc(euicc_trust(context, *crls), std::get<Challenged>(session.state),
                                       session.transaction_id, response, status::kSmdpSvnUnsupported));
  const auto& signed1 = response.euiccSigned1.value;
  return Client{std::move(euicc), signed1, server::matching_id_of(signed1)};
}

bool downloadable(const Profile& p) {
  return p.state == ProfileState::kReleased || p.state == ProfileState::kDownloaded;
}
bool pending(const Profile& p) {
  return downloadable(p) || p.state == ProfileState::kLinked || p.state == ProfileState::kConfirmed;
}

// Section 3.1.3, the table of MatchingID and EID.
Result<Profile> find_order(StoreReader& reader, const Client& client) {
  if (client.matching_id.empty()) {
    EIDER_TRY(bound, reader.profiles_by_eid(client.euicc.eid, 64));
    const auto ready = std::ranges::find_if(bound, downloadable);
    if (ready != bound.end()) return *ready;
    if (std::ranges::any_of(bound, pending)) return refuse(status::kProfileNotReleased);
    return refuse(status::kEidRefused, {}, "no pending order for this eUICC");
  }
  EIDER_TRY(profile, reader.profile_by_matching_id(client.matching_id));
  if (!profile) return refuse(status::kMatchingIdRefused, client.matching_id);
  if (profile->order->eid && !(*profile->order->eid == client.euicc.eid)) return refuse(status::kEidRefused);
  if (downloadable(*profile)) return *std::move(profile);
  if (pending(*profile) || profile->state == ProfileState::kAllocated)
    return refuse(status::kProfileNotReleased);
  return refuse(status::kMatchingIdRefused, client.matching_id, "the order is finished");
}

// What the order says to one more attempt of this eUICC. Counts it.
struct Verdict {
  Profile profile;
  std::optional<FunctionStatus> refusal;
  bool terminal = false;  // the refusal ends the order
};

Verdict judge(const Context& context, const Client& client, Profile profile, const ProfileType& type) {
  Verdict v{std::move(profile), {}, true};
  auto& order = *v.profile.order;
  if (order.expires_at && *order.expires_at <= context.clock.now()) {
    v.refusal = status::make_status(status::kOrderExpired);
  } else if (order.download_attempts >= type.download_limit) {
    v.refusal = status::make_status(status::kOrderRetriesExceeded);
  } else {
    ++order.download_attempts;
    if (const auto eligible = check_eligibility(v.profile, client.signed1.euiccInfo2); !eligible) {
      v.refusal = *eligible.error().as<FunctionStatus>();
      v.terminal = type.ineligible_ends_order;
    }
  }
  return v;
}

// smdpSigned2 and its signature, which covers euiccSignature1 as well.
Result<Authenticated> accept(Context& context, const Session& session, const Client& client,
                             const Profile& profile, const std::optional<KeptBpp>& kept,
                             const sgp22::Signature& euicc_signature1) {
  const auto& challenged = std::get<Challenged>(session.state);
  const auto* credential = context.credential_of(challenged.server_ci);
  if (!credential) return fail_local("the certificates of this session are gone", "restart the session");
  sgp22::SmdpSigned2 signed2;
  signed2.transactionId = session.transaction_id;
  signed2.ccRequiredFlag = profile.order->confirmation_code_hash.has_value();
  if (kept) signed2.bppEuiccOtpk = kept->euicc_otpk;
  Authenticated a;
  a.iccid = profile.iccid;
  a.eid = client.euicc.eid;
  a.euicc_key = client.euicc.certificate.public_key();
  a.euicc_public_key = a.euicc_key->spki_der();
  a.server_ci = challenged.server_ci;
  a.smdp_signed2 = der::encode(signed2);
  const Bytes signature1 = signature_tlv(euicc_signature1);
  EIDER_TRY(signature, credential->pb_key->sign({ByteView(a.smdp_signed2), ByteView(signature1)}));
  a.smdp_signature2 = signature;
  return a;
}

Result<es9::AuthenticateClientResponse> answer_of(Context& context, const Session& session,
                                                  const Authenticated& a, const Profile& profile) {
  const auto* credential = context.credential_of(a.server_ci);
  if (!credential) return fail_local("the certificates of this session are gone", "restart the session");
  es9::AuthenticateClientResponse answer;
  answer.header.emplace();
  answer.transactionId = to_bytes(session.transaction_id);
  answer.profileMetadata = profile.metadata;
  answer.smdpSigned2 = a.smdp_signed2;
  answer.smdpSignature2 = signature_tlv(a.smdp_signature2);
  answer.smdpCertificate = to_bytes(credential->pb_certificate.der());
  return answer;
}

// The oldest sessions of an eUICC give way: a card has one session at a time.
Status make_room(StoreTransaction& tx, Context& context, const Session& session, const Eid& eid) {
  for (const auto& id : context.sessions.admit(session, eid, context.clock.now())) {
    EIDER_TRY(old, tx.session(id));
    const auto status = status::make_status(status::kTransactionIdUnknown);
    if (old) EIDER_CHECK(end_session(tx, context, *old, {}, &status));
  }
  return {};
}

Status record_refusal(StoreTransaction& tx, Context& context, Session& session, const Digest& request,
                      Verdict& v, const Eid& eid) {
  const auto& refusal = *v.refusal;
  EIDER_CHECK(report_progress(tx, context, v.profile, NotificationPoint::kEligibility, &refusal, &eid));
  if (v.terminal)
    EIDER_CHECK(fail_order(tx, context, v.profile, {refusal.subject_code, refusal.reason_code}));
  EIDER_CHECK(tx.put_profile(v.profile));
  return end_session(tx, context, session, request, &refusal);
}

// One optimistic attempt: read, decide, sign, then write if nothing moved meanwhile.
Result<es9::AuthenticateClientResponse> decide(Context& context, Session session, const Client& client,
                                               const sgp22::Signature& euicc_signature1,
                                               const Digest& request, bool& conflict, bool& recorded) {
  std::optional<Verdict> verdict;
  std::optional<KeptBpp> kept;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(profile, find_order(reader, client));
    EIDER_TRY(type, type_of(reader, profile));
    if (profile.state == ProfileState::kDownloaded) {
      EIDER_TRY(found, reader.kept_bpp(profile.iccid));
      kept = std::move(found);
    }
    verdict = judge(context, client, std::move(profile), type);
    return {};
  }));
  Session next = session;
  if (!verdict->refusal) {
    EIDER_TRY(state, accept(context, session, client, verdict->profile, kept, euicc_signature1));
    state.request = request;
    next.state = std::move(state);
  }
  EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(same_session, unchanged(tx, context, session));
    EIDER_TRY(same_profile, unchanged(tx, verdict->profile));
    conflict = !same_session || !same_profile;
    if (conflict) return {};
    if (verdict->refusal) return record_refusal(tx, context, next, request, *verdict, client.euicc.eid);
    EIDER_CHECK(make_room(tx, context, session, client.euicc.eid));
    EIDER_CHECK(report_progress(tx, context, verdict->profile, NotificationPoint::kEligibility, nullptr,
                                &client.euicc.eid));
    EIDER_CHECK(tx.put_profile(verdict->profile));
    return tx.put_session(next);
  }));
  if (conflict) return refuse(status::kTransactionIdUnknown);
  recorded = true;
  if (verdict->refusal) return fail(*verdict->refusal);
  context.sessions.keep(next);
  return answer_of(context, next, std::get<Authenticated>(next.state), verdict->profile);
}

// A repeat of a call that was already answered gets that answer, and counts nothing.
Result<es9::AuthenticateClientResponse> repeat(Context& context, const Session& session,
                                               const Digest& request) {
  if (const auto* ended = std::get_if<Ended>(&session.state)) {
    EIDER_CHECK(repeat_of_end(*ended, request));
    return refuse(status::kTransactionIdUnknown);
  }
  const auto* a = std::get_if<Authenticated>(&session.state);
  if (!a || !(a->request == request)) return refuse(status::kTransactionIdUnknown);
  std::optional<Profile> profile;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(found, reader.profile(a->iccid));
    profile = std::move(found);
    return {};
  }));
  if (!profile) return refuse(status::kTransactionIdUnknown);
  return answer_of(context, session, *a, *profile);
}

}  // namespace

Result<es9::AuthenticateClientResponse> authenticate_client(Context& context, const Call&,
                                                            const es9::AuthenticateClientRequest& request) {
  auto response = der::decode<sgp22::AuthenticateServerResponse>(request.authenticateServerResponse);
  if (!response)
    return refuse(status::kFormatInvalid, "authenticateServerResponse", response.error().message());
  const auto digest = digest_of(request.authenticateServerResponse);
  return settle<es9::AuthenticateClientResponse>(
      [&](bool& conflict) -> Result<es9::AuthenticateClientResponse> {
        EIDER_TRY(session, load_session(context, request.transactionId, kInChallenged));
        if (!legal(session, kInChallenged)) return repeat(context, session, digest);
        const auto refused = [&](Fault fault) -> Result<es9::AuthenticateClientResponse> {
          return fail(refuse_session(context, session, digest, std::move(fault), conflict));
        };
        const auto* ok = std::get_if<sgp22::AuthenticateResponseOk>(&response->value);
        if (!ok)
          return refused(
              server::refuse_card_error(std::get<sgp22::AuthenticateResponseError>(response->value)).value());
        auto client = verify_client(context, session, *ok);
        if (!client) return refused(std::move(client).error());
        bool recorded = false;
        auto answer = decide(context, session, *client, ok->euiccSignature1, digest, conflict, recorded);
        // A refusal that touches no order (unknown MatchingID and the like) ends the session as well.
        if (!answer && !conflict && !recorded) return refused(std::move(answer).error());
        return answer;
      });
}

}  // namespace eider::smdpp::es9plus
