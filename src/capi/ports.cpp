#include "capi/ports.hpp"

#include "base/text.hpp"
#include "capi/results.hpp"

namespace eider::capi {
namespace {
constexpr std::size_t kMaxHeaders = 64 * 1024;  // octets
constexpr std::size_t kMaxConfirmationCode = 256;

// A callback of the host; `failed` is what its exception counts as.
template <class T, class F>
T call(T failed, F&& f) {
  try {
    return f();
  } catch (...) {
    return failed;
  }
}
template <class F>
void call(F&& f) {
  try {
    f();
  } catch (...) {
    // Nothing to be told: progress, warnings and logs do not hold anything up.
  }
}

std::string returned(const char* callback, eider_lpa_status status) {
  return std::string("the ") + callback + " callback returned \"" + eider_lpa_status_name(status) + "\"";
}

struct Offer : eider_lpa_offer {
  explicit Offer(const lpa::ProfileOffer& o)
      : eider_lpa_offer{}, address_(printable(o.smdpAddress)), profile_(o.metadata) {
    struct_size = sizeof(eider_lpa_offer);
    confirmation_code_required = o.confirmationCodeRequired;
    policy_rule_consent_required = o.policyRuleConsentRequired;
    smdp_address = address_.c_str();
    profile = &profile_;
  }

 private:
  std::string address_;
  Profile profile_;
};

lpa::Answer answer_of(eider_lpa_answer answer) {
  switch (answer) {
    case EIDER_LPA_YES:
      return lpa::Answer::kYes;
    case EIDER_LPA_NO:
      return lpa::Answer::kNo;
    case EIDER_LPA_TIMEOUT:
      return lpa::Answer::kTimeout;
    default:  // what is no answer is no consent, and uses nothing up
      return lpa::Answer::kNotNow;
  }
}
}  // namespace

Result<Bytes> HostCard::reset() {
  const auto status =
      host_.reset ? call<eider_lpa_status>(EIDER_LPA_ERR_INTERNAL, [&] { return host_.reset(host_.context); })
                  : eider_lpa_status{EIDER_LPA_ERR_LOCAL};
  if (status == EIDER_LPA_OK) return Bytes{};
  lost_ = true;
  if (status == EIDER_LPA_ERR_LOCAL)
    return eider::fail_local("the card must be reset, and the host cannot do it",
                             "Power the card off and on, then look which Profile is enabled.");
  return eider::fail(TransportFault{true, returned("reset", status)});
}

Result<Bytes> HostCard::transmit(ByteView command) {
  Bytes response(EIDER_LPA_RESPONSE_MAX);
  std::size_t size = response.size();
  const auto status = call<eider_lpa_status>(EIDER_LPA_ERR_INTERNAL, [&] {
    return host_.transmit(host_.context, command.data(), command.size(), response.data(), &size);
  });
  if (status != EIDER_LPA_OK) {
    lost_ = true;
    return eider::fail(TransportFault{true, returned("transmit", status)});
  }
  if (size > response.size()) {
    lost_ = true;
    return eider::fail(TransportFault{true, "the transmit callback tells of a response of " +
                                                std::to_string(size) + " octets where there is room for " +
                                                std::to_string(response.size())});
  }
  response.resize(size);
  return response;
}

Result<HttpReply> HostHttp::post(const HttpPost& request) {
  if (!host_)
    return eider::fail_local("the host lends no HTTP, so no server can be reached",
                             "Set eider_lpa_config.http.");
  std::vector<eider_lpa_http_header> headers;
  for (const auto& h : request.headers) headers.push_back({h.name.c_str(), h.value.c_str()});
  std::vector<const char*> policies;
  for (const auto& p : request.server_policies) policies.push_back(p.c_str());
  eider_lpa_http_request view{};
  view.struct_size = sizeof view;
  view.timeout_ms = static_cast<std::uint32_t>(request.timeout.count());
  view.host = request.host.c_str();
  view.path = request.path.c_str();
  view.port = request.port;
  view.new_session = std::exchange(new_session_, false);
  view.header_count = static_cast<std::uint32_t>(headers.size());
  view.headers = headers.data();
  view.body = request.body.data();
  view.body_size = request.body.size();
  view.server_policies = policies.data();
  view.server_policy_count = policies.size();
  eider_lpa_http_reply taken;
  taken.max_body = max_body_;
  const auto status = call<eider_lpa_status>(EIDER_LPA_ERR_INTERNAL,
                                             [&] { return host_->post(host_->context, &view, &taken); });
  if (taken.too_large)
    return eider::fail(TransportFault{true, "the answer of " + request.host + " is above the limit of " +
                                                std::to_string(max_body_) + " octets"});
  auto why = taken.failure.empty() ? returned("post", status) : taken.failure;
  if (status == EIDER_LPA_ERR_VERIFICATION)
    return eider::fail_verification(VerificationFault::Check::kChain, std::move(why));
  if (status == EIDER_LPA_ERR_LOCAL) return eider::fail_local(std::move(why));
  if (status != EIDER_LPA_OK) return eider::fail(TransportFault{true, std::move(why)});
  if (taken.reply.status < 100 || taken.reply.status > 599)
    return eider::fail(TransportFault{true, "the post callback gave no HTTP status"});
  return std::move(taken.reply);
}

void HostUser::begin() {
  cancel_ = kNone;
  ended_ = false;
}

std::optional<lpa::Answer> HostUser::cancelled() {
  const auto answer = cancel_.load();
  if (answer == kNone) return std::nullopt;
  return answer_of(answer);
}

// While the user was asked somebody may have cancelled.
lpa::Answer HostUser::note(eider_lpa_answer answer) {
  if (const auto other = cancelled()) return *other;
  if (answer != EIDER_LPA_YES) ended_ = true;
  return answer_of(answer);
}

void HostUser::progress(lpa::Step step, std::size_t done, std::size_t total) {
  if (host_.progress)
    call([&] { host_.progress(host_.context, static_cast<std::int32_t>(step), done, total); });
}

void HostUser::warn(std::string_view text) {
  if (!host_.warn) return;
  const auto shown = printable(text);
  call([&] { host_.warn(host_.context, shown.c_str()); });
}

void HostUser::log(int level, std::string_view component, std::string_view text) {
  if (!host_.log) return;
  const auto shown = printable(text);
  const std::string name(component);
  call([&] { host_.log(host_.context, level, name.c_str(), shown.c_str()); });
}

lpa::Answer HostUser::confirm_download(const lpa::ProfileOffer& offer) {
  const Offer view(offer);
  return note(call<eider_lpa_answer>(EIDER_LPA_LATER, [&] { return host_.confirm(host_.context, &view); }));
}

lpa::Answer HostUser::confirm_changed_metadata(const sgp22::StoreMetadataRequest& confirmed,
                                               const sgp22::StoreMetadataRequest& package) {
  if (!host_.confirm_changed) return lpa::Answer::kNo;
  const Profile before(confirmed), now(package);
  return note(call<eider_lpa_answer>(EIDER_LPA_NO,
                                     [&] { return host_.confirm_changed(host_.context, &before, &now); }));
}

std::optional<Secret> HostUser::confirmation_code(const lpa::ProfileOffer& offer, int attempt) {
  ended_ = true;  // until there is a code
  if (!host_.confirmation_code) return std::nullopt;
  const Offer view(offer);
  Secret room(kMaxConfirmationCode);
  auto* octets = reinterpret_cast<char*>(room.mutable_view().data());
  std::size_t size = room.size();
  const auto status = call<eider_lpa_status>(EIDER_LPA_ERR_INTERNAL, [&] {
    return host_.confirmation_code(host_.context, &view, attempt, octets, &size);
  });
  if (status != EIDER_LPA_OK || size == 0 || size > room.size() || is_cancelled()) return std::nullopt;
  ended_ = false;
  return Secret(room.view().first(size));
}

Time HostClock::now() const {
  if (!now_) return SystemClock().now();
  return Time(Duration(call<std::int64_t>(0, [&] { return now_(context_); })));
}

}  // namespace eider::capi

using eider::capi::fail_argument;
using eider::capi::guarded;
using eider::capi::succeed;

eider_lpa_status eider_lpa_http_reply_status(eider_lpa_http_reply* reply, std::int32_t http_status) {
  return guarded([&] {
    if (!reply) return fail_argument("reply is NULL");
    if (http_status < 100 || http_status > 599)
      return fail_argument(std::to_string(http_status) + " is no HTTP status");
    reply->reply.status = http_status;
    return succeed();
  });
}

eider_lpa_status eider_lpa_http_reply_header(eider_lpa_http_reply* reply, const char* name,
                                             const char* value) {
  return guarded([&] {
    if (!reply || !name || !value) return fail_argument("reply, name or value is NULL");
    const std::size_t name_size = std::strlen(name), value_size = std::strlen(value);
    if (name_size + value_size > eider::capi::kMaxHeaders - reply->header_octets) {
      reply->too_large = true;
      return eider::capi::fail(EIDER_LPA_ERR_MALFORMED,
                               {"", "the headers of the answer are too large", "", ""});
    }
    reply->header_octets += name_size + value_size;
    reply->reply.headers.push_back({{name, name_size}, {value, value_size}});
    return succeed();
  });
}

eider_lpa_status eider_lpa_http_reply_body(eider_lpa_http_reply* reply, const std::uint8_t* data,
                                           std::size_t size) {
  return guarded([&] {
    if (!reply || (!data && size != 0)) return fail_argument("reply or data is NULL");
    auto& body = reply->reply.body;
    if (size > reply->max_body - body.size()) {
      reply->too_large = true;
      return eider::capi::fail(
          EIDER_LPA_ERR_MALFORMED,
          {"", "the answer is above the limit of " + std::to_string(reply->max_body) + " octets", "",
           "Stop receiving it."});
    }
    if (size != 0) body.insert(body.end(), data, data + size);
    return succeed();
  });
}

eider_lpa_status eider_lpa_http_reply_failure(eider_lpa_http_reply* reply, const char* text) {
  return guarded([&] {
    if (!reply || !text) return fail_argument("reply or text is NULL");
    reply->failure.assign(text, strnlen(text, 1000));
    return succeed();
  });
}
