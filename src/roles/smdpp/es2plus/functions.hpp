// The functions of ES2+ (Operator to SM-DP+), one file each: SGP.22 v2.6.1 section 5.3.
#pragma once
#include "roles/smdpp/context.hpp"
#include "spec/sgp22/es2plus.hpp"

namespace eider::smdpp::es2plus {

namespace es2 = sgp22::es2plus;

// The operator that the client certificate belongs to; 1.1/1.1 when there is none.
Result<Operator> identify(Context&, ByteView client_certificate);

// One call of an authenticated operator.
struct Call {
  const Operator& caller;
  std::optional<Digest> key;  // of operator, function and the header's identifiers; nothing: it names no call
  Digest request;             // of its content
};

// Each takes effect and remembers its answer in one transaction.
Result<es2::DownloadOrderResponse> download_order(Context&, const Call&, const es2::DownloadOrderRequest&);
Result<es2::ConfirmOrderResponse> confirm_order(Context&, const Call&, const es2::ConfirmOrderRequest&);
Result<es2::CancelOrderResponse> cancel_order(Context&, const Call&, const es2::CancelOrderRequest&);
Result<es2::ReleaseProfileResponse> release_profile(Context&, const Call&, const es2::ReleaseProfileRequest&);

struct Function {
  const sgp22::HttpFunction& http;
  Result<Bytes> (*json)(Context&, const Operator& caller, std::string_view body);
};
std::span<const Function> functions();

// ---- shared by the files of this folder ----
// The last step of the transaction in which a call takes effect. LocalFault, which undoes the effect, when
// the same call was answered in the meantime.
Status remember(Context& context, StoreTransaction& tx, const Call& call, std::string_view answer);
template <class Response>
Status remember(Context& context, StoreTransaction& tx, const Call& call, const Response& answer) {
  return remember(context, tx, call, std::string_view(json::encode(answer)));
}
// 1.3.1/2.1 unless it is an ICCID; unless it is an EID or absent.
using server::read_iccid;
Result<std::optional<Eid>> read_eid(const std::optional<std::string>& text);
// The caller's own Profile: 8.2.1/3.9 unknown, 8.2.1/1.2 of another operator.
Result<Profile> own_profile(StoreReader& reader, const Operator& caller, const Iccid& iccid);
// Applies the event, or 8.2.1/3.5.
Status advance(Profile& profile, ProfileEvent event, Time now);

// Makes the Profile Released by way of `commit`. Before that, the event is registered at the SM-DS if the
// order names one: 8.9/5.1, 8.9/4.2. An outbox entry undoes the registration if this server stops half-way.
Status release(Context& context, const Profile& profile,
               const std::function<Status(StoreTransaction&, Profile&)>& commit);

// 20 characters of 5 random bits in four groups.
std::string new_matching_id(Random& random);

}  // namespace eider::smdpp::es2plus
