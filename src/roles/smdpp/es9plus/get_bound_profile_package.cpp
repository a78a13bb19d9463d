// ES9+.GetBoundProfilePackage, SGP.22 v2.6.1 section 5.6.2: Confirmation Code, then binding to the eUICC's
// one-time key.
#include "roles/smdpp/bpp.hpp"
#include "roles/smdpp/es9plus/functions.hpp"
#include "roles/smdpp/package.hpp"

namespace eider::smdpp::es9plus {
namespace {

using BppAnswer = es9::GetBoundProfilePackageResponse;

BppAnswer answer_of(const Session& session, Bytes bpp) {
  BppAnswer answer;
  answer.header.emplace();
  answer.transactionId = to_bytes(session.transaction_id);
  answer.boundProfilePackage = std::move(bpp);
  return answer;
}

// Signed transactionId and euiccSignature2, which covers smdpSignature2 as well.
Status verify_response(const Session& session, const Authenticated& a,
                       const sgp22::PrepareDownloadResponseOk& ok) {
  if (!(ok.euiccSigned2.value.transactionId == session.transaction_id))
    return refuse(status::kTransactionIdUnknown);
  EIDER_TRY(key, euicc_key(a));
  const Bytes signature2 = signature_tlv(a.smdp_signature2);
  if (!crypto::verify(key, {ByteView(ok.euiccSigned2.raw), ByteView(signature2)}, ok.euiccSignature2))
    return refuse(status::kEuiccSignatureInvalid);
  return {};
}

// Section 4.7: hashCc = SHA-256(SHA-256(code) || transactionId). A wrong one counts.
std::optional<FunctionStatus> check_confirmation_code(const Session& session,
                                                      const sgp22::EuiccSigned2& signed2, Order& order,
                                                      const ProfileType& type) {
  if (!order.confirmation_code_hash) return std::nullopt;
  if (order.confirmation_failures >= type.confirmation_limit)
    return status::make_status(status::kConfirmationCodeRetriesExceeded);
  if (!signed2.hashCc) return status::make_status(status::kConfirmationCodeMissing);
  const auto expected = crypto::sha256({order.confirmation_code_hash->view(), session.transaction_id.view()});
  if (equal_constant_time(expected, *signed2.hashCc)) return std::nullopt;
  ++order.confirmation_failures;
  return status::make_status(order.confirmation_failures >= type.confirmation_limit
                                 ? status::kConfirmationCodeRetriesExceeded
                                 : status::kConfirmationCodeRefused);
}

struct Material {
  Profile profile;
  ProfileType type;
  std::optional<KeptBpp> kept;
  Secret package;
};

// Everything the binding needs, in one view of the store.
Result<Material> load(Context& context, const Authenticated& a) {
  std::optional<Material> out;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(profile, reader.profile(a.iccid));
    // Cancelled meanwhile, or another eUICC was faster.
    if (!profile || !next_state(profile->state, ProfileEvent::kBppDelivered))
      return refuse(status::kBppUnavailable);
    if (profile->order->eid && !(*profile->order->eid == a.eid)) return refuse(status::kBppUnavailable);
    EIDER_TRY(type, type_of(reader, *profile));
    Material m{*std::move(profile), std::move(type), {}, {}};
    if (m.profile.state == ProfileState::kDownloaded) {
      EIDER_TRY(kept, reader.kept_bpp(a.iccid));
      m.kept = std::move(kept);
    }
    EIDER_TRY(package, load_package(reader, context.templates, m.profile));
    m.package = std::move(package);
    out = std::move(m);
    return {};
  }));
  return *std::move(out);
}

BindRequest bind_request(Context& context, const TransactionId& transaction_id, const Authenticated& a,
                         const Material& m, const sgp22::OneTimePublicKey& otpk) {
  return {transaction_id,   a.eid, otpk, context.host_id, context.oid, m.profile.metadata, m.package.view(),
          m.type.protection};
}

// Section 3.1.3: the same one-time key reuses the package; another one binds again, if the operator allows
// it. So does other content: the keys of a package are never used for a second text.
Result<BoundPackage> make_package(Context& context, const Session& session, const Authenticated& a,
                                  const Material& m, const sgp22::OneTimePublicKey& otpk) {
  const auto* credential = context.credential_of(a.server_ci);
  if (!credential) return fail_local("the certificates of this session are gone", "restart the session");
  const auto& key = *credential->pb_key;
  const auto request = bind_request(context, session.transaction_id, a, m, otpk);
  const bool same = m.kept && same_content(request, *m.kept);
  if (same && m.kept->euicc_otpk == otpk) return renew_transaction(request, *m.kept, key);
  if (m.kept && !m.type.rebinding) return refuse(status::kBppUnavailable);
  auto bound = bind_package(request, key, context.random, same ? &*m.kept : nullptr);
  if (!bound && bound.error().as<VerificationFault>())
    return refuse(status::kEuiccSignatureInvalid, {}, "euiccOtpk: " + bound.error().message());
  return bound;
}

// What follows from a refusal for the order: code failures are reported, two refusals end the order.
Status record_refused_package(StoreTransaction& tx, Context& context, Session& session, const Digest& request,
                              Profile& profile, const FunctionStatus& refusal) {
  const bool code = refusal.subject_code == status::kConfirmationCodeRefused.subject;
  if (code && !status::is(refusal, status::kConfirmationCodeMissing))
    EIDER_CHECK(report_progress(tx, context, profile, NotificationPoint::kConfirmation, &refusal));
  if (status::is(refusal, status::kConfirmationCodeRetriesExceeded) ||
      status::is(refusal, status::kBppUnavailable)) {
    if (!code) EIDER_CHECK(report_progress(tx, context, profile, NotificationPoint::kBppDownload, &refusal));
    EIDER_CHECK(fail_order(tx, context, profile, {refusal.subject_code, refusal.reason_code}));
  }
  EIDER_CHECK(tx.put_profile(profile));
  return end_session(tx, context, session, request, &refusal);
}

Status record_delivery(StoreTransaction& tx, Context& context, Session& session, const Authenticated& a,
                       const Digest& request, Profile& profile, const KeptBpp& kept) {
  const auto now = context.clock.now();
  apply(profile, ProfileEvent::kBppDelivered, now);
  auto& order = *profile.order;
  order.eid = a.eid;
  ++order.deliveries;
  order.maybe_installed = true;
  EIDER_CHECK(tx.put_profile(profile));
  EIDER_CHECK(tx.put_kept_bpp(kept));
  EIDER_CHECK(tx.put_delivery({session.transaction_id, a.iccid, a.eid, a.euicc_public_key, false, now}));
  EIDER_CHECK(report_progress(tx, context, profile, NotificationPoint::kBppDownload, nullptr));
  session.state = Bound{a, request};
  return tx.put_session(session);
}

// One optimistic attempt.
Result<BppAnswer> bind_once(Context& context, const Session& session, const Authenticated& a,
                            const sgp22::EuiccSigned2& signed2, const Digest& request, bool& conflict,
                            bool& recorded) {
  EIDER_TRY(material, load(context, a));
  auto& profile = material.profile;
  auto refusal = check_confirmation_code(session, signed2, *profile.order, material.type);
  std::optional<BoundPackage> bound;
  if (!refusal) {
    auto made = make_package(context, session, a, material, signed2.euiccOtpk);
    if (made) {
      bound = *std::move(made);
      bound->kept.iccid = a.iccid;
    } else if (const auto* status = made.error().as<FunctionStatus>()) {
      refusal = *status;
    } else {
      return fail(std::move(made).error());
    }
  }
  Session next = session;
  EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(same_session, unchanged(tx, context, session));
    EIDER_TRY(same_profile, unchanged(tx, profile));
    conflict = !same_session || !same_profile;
    if (conflict) return {};
    if (refusal) return record_refused_package(tx, context, next, request, profile, *refusal);
    return record_delivery(tx, context, next, a, request, profile, bound->kept);
  }));
  recorded = !conflict;
  if (conflict || refusal)
    return fail(refusal ? *refusal : status::make_status(status::kTransactionIdUnknown));
  context.sessions.keep(next);
  return answer_of(session, std::move(bound->bpp));
}

Result<BppAnswer> repeat_package(Context& context, const Session& session, const Digest& request) {
  if (const auto* ended = std::get_if<Ended>(&session.state)) {
    EIDER_CHECK(repeat_of_end(*ended, request));
    return refuse(status::kTransactionIdUnknown);
  }
  const auto* bound = std::get_if<Bound>(&session.state);
  if (!bound || !(bound->request == request)) return refuse(status::kTransactionIdUnknown);
  const auto& a = bound->authenticated;
  std::optional<Material> m;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(profile, reader.profile(a.iccid));
    EIDER_TRY(kept, reader.kept_bpp(a.iccid));
    if (!profile || !kept || !(kept->transaction_id == session.transaction_id)) return {};
    EIDER_TRY(package, load_package(reader, context.templates, *profile));
    m = Material{*std::move(profile), {}, std::move(kept), std::move(package)};
    return {};
  }));
  if (!m) return refuse(status::kTransactionIdUnknown);
  const auto again = bind_request(context, session.transaction_id, a, *m, m->kept->euicc_otpk);
  if (!same_content(again, *m->kept)) return refuse(status::kTransactionIdUnknown);
  EIDER_TRY(bpp, send_again(again, *m->kept));
  return answer_of(session, std::move(bpp));
}

}  // namespace

Result<BppAnswer> get_bound_profile_package(Context& context, const Call&,
                                            const es9::GetBoundProfilePackageRequest& request) {
  auto response = der::decode<sgp22::PrepareDownloadResponse>(request.prepareDownloadResponse);
  if (!response) return refuse(status::kFormatInvalid, "prepareDownloadResponse", response.error().message());
  const auto digest = digest_of(request.prepareDownloadResponse);
  return settle<BppAnswer>([&](bool& conflict) -> Result<BppAnswer> {
    EIDER_TRY(session, load_session(context, request.transactionId, kInAuthenticated));
    if (!legal(session, kInAuthenticated)) return repeat_package(context, session, digest);
    const auto a = std::get<Authenticated>(session.state);
    const auto refused = [&](Fault fault) -> Result<BppAnswer> {
      return fail(refuse_session(context, session, digest, std::move(fault), conflict));
    };
    const auto* ok = std::get_if<sgp22::PrepareDownloadResponseOk>(&response->value);
    if (!ok) {
      const auto code = std::get<sgp22::PrepareDownloadResponseError>(response->value).downloadErrorCode;
      return refused(status::make_status(
          status::kEuiccSignatureInvalid, {},
          "the eUICC refused PrepareDownload: " + std::to_string(static_cast<int>(code))));
    }
    if (auto verified = verify_response(session, a, *ok); !verified)
      return refused(std::move(verified).error());
    bool recorded = false;
    auto answer = bind_once(context, session, a, ok->euiccSigned2.value, digest, conflict, recorded);
    if (!answer && !conflict && !recorded) return refused(std::move(answer).error());
    return answer;
  });
}

}  // namespace eider::smdpp::es9plus
