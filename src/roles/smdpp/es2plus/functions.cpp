#include "roles/smdpp/es2plus/functions.hpp"

namespace eider::smdpp::es2plus {
namespace {

// Text with its length, so that no two sequences of texts give the same octets.
void append(Bytes& out, std::string_view text) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(text.size() >> shift));
  out.insert(out.end(), text.begin(), text.end());
}

// The content is what was understood of the body: a retry may order or escape its members differently.
template <class Request>
Call identify_call(const Operator& caller, const sgp22::HttpFunction& function, const Request& request) {
  Call call{caller, {}, crypto::sha256(as_bytes(json::encode(request)))};
  if (request.header.functionCallIdentifier.empty()) return call;
  Bytes identity;
  append(identity, caller.id);
  append(identity, request.header.functionRequesterIdentifier);
  append(identity, function.name);
  append(identity, request.header.functionCallIdentifier);
  call.key = crypto::sha256(identity);
  return call;
}

Result<std::optional<AnsweredCall>> find_answer(Context& context, StoreReader& reader, const Call& call) {
  if (!call.key) return std::optional<AnsweredCall>{};
  EIDER_TRY(known, reader.answered_call(*call.key));
  if (known && known->answered_at + context.config.limits.answered_call_lifetime < context.clock.now())
    known.reset();
  return known;
}

// The answer that the call was given before; 1.6/3.3 when its identifier belongs to another one.
Result<std::optional<Bytes>> answer_before(Context& context, const Call& call,
                                           const std::string& identifier) {
  std::optional<Bytes> answer;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(known, find_answer(context, reader, call));
    if (!known) return {};
    if (!(known->request == call.request)) return refuse(status::kFunctionCallInUse, identifier);
    answer = std::move(known->answer);
    return {};
  }));
  return answer;
}

template <auto Handler, class Request, const sgp22::HttpFunction& kFunction>
Result<Bytes> json_call(Context& context, const Operator& caller, std::string_view body) {
  EIDER_TRY(request, json::decode<Request>(body));
  if (request.header.functionRequesterIdentifier != caller.requester_identifier)
    return refuse(status::kRequesterUnknown, request.header.functionRequesterIdentifier);
  const auto call = identify_call(caller, kFunction, request);
  const auto& identifier = request.header.functionCallIdentifier;
  EIDER_TRY(before, answer_before(context, call, identifier));
  if (before) return *std::move(before);
  auto answer = Handler(context, call, request);
  if (answer) return to_bytes(as_bytes(json::encode(*answer)));
  // A repeat that ran at the same time may have got ahead, or the store may have kept what it could not tell.
  auto meanwhile = answer_before(context, call, identifier);
  if (meanwhile && *meanwhile) return **std::move(meanwhile);
  return fail(std::move(answer).error());
}

constexpr Function kFunctions[] = {
    {es2::kDownloadOrder, json_call<download_order, es2::DownloadOrderRequest, es2::kDownloadOrder>},
    {es2::kConfirmOrder, json_call<confirm_order, es2::ConfirmOrderRequest, es2::kConfirmOrder>},
    {es2::kCancelOrder, json_call<cancel_order, es2::CancelOrderRequest, es2::kCancelOrder>},
    {es2::kReleaseProfile, json_call<release_profile, es2::ReleaseProfileRequest, es2::kReleaseProfile>},
};

}  // namespace

std::span<const Function> functions() {
  return kFunctions;
}

Result<Operator> identify(Context& context, ByteView client_certificate) {
  if (client_certificate.empty()) return refuse(status::kRequesterUnknown);
  const auto fingerprint = crypto::sha256(client_certificate);
  std::optional<Operator> found;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(caller, reader.operator_by_certificate(fingerprint));
    found = std::move(caller);
    return {};
  }));
  if (!found) return refuse(status::kRequesterUnknown, to_hex(fingerprint));
  return *std::move(found);
}

Status remember(Context& context, StoreTransaction& tx, const Call& call, std::string_view answer) {
  if (!call.key) return {};
  EIDER_TRY(known, find_answer(context, tx, call));
  if (known) return fail_local("the call was answered in the meantime");
  const auto& limits = context.config.limits;
  const auto now = context.clock.now();
  EIDER_CHECK(
      tx.put_answered_call({*call.key, call.caller.id, call.request, to_bytes(as_bytes(answer)), now}));
  return tx.purge_answered_calls(call.caller.id, now - limits.answered_call_lifetime,
                                 limits.answered_calls_per_operator, 4);
}

Result<std::optional<Eid>> read_eid(const std::optional<std::string>& text) {
  if (!text || text->empty()) return std::optional<Eid>{};
  EIDER_TRY(eid, server::read_eid(*text));
  return std::optional(eid);
}

Result<Profile> own_profile(StoreReader& reader, const Operator& caller, const Iccid& iccid) {
  EIDER_TRY(profile, reader.profile(iccid));
  if (!profile) return refuse(status::kIccidUnknown, sgp22::iccid_digits(iccid));
  if (profile->owner != caller.id) return refuse(status::kIccidNotAllowed, sgp22::iccid_digits(iccid));
  return *std::move(profile);
}

Status advance(Profile& profile, ProfileEvent event, Time now) {
  const auto before = profile.state;
  if (apply(profile, event, now)) return {};
  return refuse(status::kIccidInvalidTransition, sgp22::iccid_digits(profile.iccid),
                "the Profile is " + std::string(to_string(before)));
}

namespace {

Result<OutboxEntry> prepare_undo(Context& context, const Order& order) {
  OutboxEntry undo;
  undo.key = "event:" + *order.matching_id;
  undo.kind = OutboxKind::kDeleteEvent;
  undo.target = order.smds_address;
  undo.body = sgp22::eid_digits(*order.eid) + ' ' + *order.matching_id;
  undo.created_at = context.clock.now();
  undo.not_before = undo.created_at + std::chrono::minutes(10);
  EIDER_CHECK(context.store.write([&](StoreTransaction& tx) { return tx.add_outbox(undo); }));
  return undo;
}

// An order that expires while nobody asks for it: its event goes then, whatever else happens. A key of its
// own, so that no deletion before it has to wait.
Status schedule_expiry(StoreTransaction& tx, const OutboxEntry& undo, const Order& order) {
  if (!order.expires_at) return {};
  OutboxEntry entry = undo;
  entry.id = 0;
  entry.key = "event-expiry:" + *order.matching_id;
  entry.not_before = *order.expires_at;
  return tx.add_outbox(entry);
}

// What ES12 answered, in the codes of ES2+.
tl::unexpected<Fault> registration_failed(const Fault& fault, const std::string& smds) {
  return refuse(fault.as<FunctionStatus>() ? status::kSmdsExecutionError : status::kSmdsInaccessible, smds,
                fault.message());
}

}  // namespace

Status release(Context& context, const Profile& before,
               const std::function<Status(StoreTransaction&, Profile&)>& commit) {
  Profile profile = before;
  auto& order = *profile.order;
  std::optional<OutboxEntry> undo;
  if (!order.smds_address.empty()) {
    if (!context.smds) return refuse(status::kSmdsInaccessible, order.smds_address);
    EIDER_TRY(entry, prepare_undo(context, order));
    undo = std::move(entry);
    const auto registered = context.smds->register_event(
        order.smds_address, *order.eid, context.config.addresses.front(), *order.matching_id);
    if (!registered) {
      // Refused means not registered; after any other failure the undo entry stays, for it may have been.
      if (registered.error().as<FunctionStatus>())
        EIDER_CHECK(context.store.write([&](StoreTransaction& tx) { return tx.remove_outbox(undo->id); }));
      return registration_failed(registered.error(), order.smds_address);
    }
    order.event_registered = true;
  }
  return context.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(same, unchanged(tx, before));
    if (!same)
      return refuse(status::kIccidInUse, sgp22::iccid_digits(before.iccid), "changed by another request");
    if (undo) {
      EIDER_CHECK(tx.remove_outbox(undo->id));
      EIDER_CHECK(schedule_expiry(tx, *undo, *profile.order));
    }
    return commit(tx, profile);
  });
}

std::string new_matching_id(Random& random) {
  // No I, L, O, U: a code is read aloud and typed.
  static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto bytes = random.fixed<20>();
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i && i % 5 == 0) out += '-';
    out += kAlphabet[bytes[i] & 31];
  }
  return out;
}

}  // namespace eider::smdpp::es2plus
