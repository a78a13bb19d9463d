// The functions of include/eider/lpa.h.
#include "base/log.hpp"
#include "capi/ports.hpp"
#include "capi/results.hpp"
#include "roles/lpa/procedures/default_smdp.hpp"
#include "roles/lpa/procedures/memory_reset.hpp"

namespace capi = eider::capi;
namespace lpa = eider::lpa;
using capi::fail_argument;
using capi::fail_fault;
using capi::guarded;
using capi::succeed;

struct eider_lpa {
  eider_lpa(const eider_lpa_config& config, const eider_lpa_card& host_card,
            const std::optional<eider_lpa_http>& host_http, const eider_lpa_user& host_user,
            lpa::Es10Options options, lpa::LpaSettings settings)
      : card(host_card),
        http(host_http, settings.max_http_body),
        user(host_user),
        clock(config.now, config.now_context),
        es10(card, std::move(options)),
        core{es10, http, clock, random, user, store, std::move(settings)} {}

  capi::HostCard card;
  capi::HostHttp http;
  capi::HostUser user;
  capi::HostClock clock;
  eider::SystemRandom random;
  lpa::MemoryLpaStore store;
  lpa::Es10Client es10;
  lpa::Lpa core;
  std::atomic_flag busy;
};

namespace {

thread_local eider_lpa* active = nullptr;  // whose log callback gets what is logged

int level_of(eider::log::Level level) {
  switch (level) {
    case eider::log::Level::kTrace:
    case eider::log::Level::kDebug:
      return EIDER_LPA_LOG_DEBUG;
    case eider::log::Level::kInfo:
      return EIDER_LPA_LOG_INFO;
    case eider::log::Level::kWarn:
      return EIDER_LPA_LOG_WARNING;
    default:
      return EIDER_LPA_LOG_ERROR;
  }
}

// A library writes nowhere by itself.
void to_host(eider::log::Level level, std::string_view component, std::string_view message) {
  if (active) active->user.log(level_of(level), component, message);
}

class InUse {
 public:
  explicit InUse(eider_lpa& l) : lpa_(l), mine_(!l.busy.test_and_set()) {
    if (!mine_) return;
    before_ = std::exchange(active, &lpa_);
  }
  ~InUse() {
    if (!mine_) return;
    active = before_;
    lpa_.busy.clear();
  }
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;
  explicit operator bool() const { return mine_; }

 private:
  eider_lpa& lpa_;
  bool mine_;
  eider_lpa* before_ = nullptr;
};

eider_lpa_status fail_busy() {
  return capi::fail(EIDER_LPA_ERR_BUSY,
                    {"", "the handle is in use, by another thread or by the function whose callback this is",
                     "", "Wait until the other function has returned, or cancel it."});
}

// What ended because somebody said so is told as that, whatever it looked like further down.
eider_lpa_status tell(const eider_lpa& l, const eider::Fault& fault, lpa::ServerRole role) {
  const auto status = fail_fault(fault, role);
  if (!l.user.ended()) return status;
  const auto& e = capi::last_error();
  return capi::fail(EIDER_LPA_ERR_CANCELLED, {e.code, e.cause, e.clause, e.remedy});
}

// `f` on the handle alone; it returns a Status.
template <class F>
eider_lpa_status alone(eider_lpa* l, lpa::ServerRole role, F&& f) noexcept {
  return guarded([&]() -> eider_lpa_status {
    if (!l) return fail_argument("lpa is NULL");
    const InUse use(*l);
    if (!use) return fail_busy();
    l->user.begin();
    const eider::Status done = f(*l);
    return done ? succeed() : tell(*l, done.error(), role);
  });
}

eider::Status open_card(eider_lpa& l) {
  if (l.es10.is_open() && !l.card.lost()) return {};
  l.card.forget();
  return l.es10.open();
}

// The same with the card.
template <class F>
eider_lpa_status with_card(eider_lpa* l, F&& f, lpa::ServerRole role = lpa::ServerRole::kSmdpPlus) noexcept {
  return alone(l, role, [&](eider_lpa& lent) -> eider::Status {
    EIDER_CHECK(open_card(lent));
    return f(lent);
  });
}

// Is the room for an outcome, which may be none, of this library?
bool has_room(const eider_lpa_outcome* outcome) {
  if (!outcome || outcome->struct_size >= sizeof *outcome) return true;
  fail_argument("outcome.struct_size is not sizeof(eider_lpa_outcome)");
  return false;
}

void give(eider_lpa_outcome* to, const eider_lpa_outcome& from) {
  if (!to) return;
  const auto size = to->struct_size;
  *to = from;
  to->struct_size = size;
}

// `f` is given the Profile that `which` names and returns a Result<OperationResult>.
template <class F>
eider_lpa_status on_profile(eider_lpa* l, const char* which, eider_lpa_outcome* outcome, F&& f) noexcept {
  return guarded([&]() -> eider_lpa_status {
    if (!which) return fail_argument("which is NULL");
    if (!has_room(outcome)) return EIDER_LPA_ERR_ARGUMENT;
    return with_card(l, [&](eider_lpa& lent) -> eider::Status {
      EIDER_TRY(profile, lpa::find_profile(lent.core, which));
      EIDER_TRY(result, f(lent.core, profile));
      give(outcome, capi::outcome_of(result));
      return {};
    });
  });
}

std::string text(const char* t) {
  return t ? t : "";
}

bool configure(const eider_lpa_config& config, lpa::Es10Options& options, lpa::LpaSettings& settings) {
  const auto refuse = [](const char* what) {
    fail_argument(what);
    return false;
  };
  constexpr std::uint32_t kFlags =
      EIDER_LPA_ONLY_TERMINAL | EIDER_LPA_REFUSE_POLICY_RULES | EIDER_LPA_NO_TERMINAL_CAPABILITY;
  if (config.flags & ~kFlags)
    return refuse("config.flags has bits that this version of the library does not know");
  options.terminal_profile = (config.flags & EIDER_LPA_ONLY_TERMINAL) != 0;
  options.terminal_capability = (config.flags & EIDER_LPA_NO_TERMINAL_CAPABILITY) == 0;
  settings.refuse_policy_rules = (config.flags & EIDER_LPA_REFUSE_POLICY_RULES) != 0;
  if (config.block_size > 255) return refuse("config.block_size is above 255");
  if (config.block_size) options.block_size = config.block_size;
  if (config.isd_r_aid) {
    if (config.isd_r_aid_size < 5 || config.isd_r_aid_size > 16)
      return refuse("config.isd_r_aid has not 5 to 16 octets");
    options.isd_r_aids = {eider::to_bytes({config.isd_r_aid, config.isd_r_aid_size})};
  }
  if (config.binding > EIDER_LPA_BINDING_ASN1) return refuse("config.binding is none");
  settings.binding = config.binding == EIDER_LPA_BINDING_ASN1 ? lpa::Binding::kAsn1 : lpa::Binding::kJson;
  if (config.http_timeout_ms) settings.http_timeout = eider::Duration(config.http_timeout_ms);
  if (config.max_http_body) settings.max_http_body = config.max_http_body;
  if (config.tac) {
    const auto tac = eider::bcd_encode(config.tac, true);
    const auto octets = tac && std::strlen(config.tac) == 8 ? eider::FixedBytes<4>::from(*tac) : std::nullopt;
    if (!octets) return refuse("config.tac has not 8 digits");
    settings.tac = *octets;
  }
  if (config.imei) {
    settings.imei = lpa::encode_imei(config.imei);
    if (!settings.imei) return refuse("config.imei has not 15 digits");
    if (!config.tac) std::copy(settings.imei->begin(), settings.imei->begin() + 4, settings.tac.begin());
  }
  return true;
}

eider::Result<lpa::DownloadRequest> request_of(eider_lpa& l, const eider_lpa_download_request& r) {
  if (r.activation_code) {
    EIDER_TRY(code, lpa::parse_activation_code(r.activation_code));
    return lpa::download_request(code);
  }
  if (!r.smdp_address) return lpa::default_smdp_request(l.core);
  if (!lpa::is_server_address(r.smdp_address))
    return eider::fail_local(eider::as_text(eider::as_bytes(r.smdp_address)).empty()
                                 ? "the SM-DP+ address is empty"
                                 : std::string(r.smdp_address) + " is not a host name",
                             "Give the FQDN of an SM-DP+.");
  lpa::DownloadRequest out;
  out.smdpAddress = r.smdp_address;
  out.matchingId = text(r.matching_id);
  return out;
}
}  // namespace

// ---- Errors ----
const eider_lpa_error* eider_lpa_last_error(void) {
  return &eider::capi::last_error();
}

const char* eider_lpa_status_name(eider_lpa_status status) {
  switch (status) {
    case EIDER_LPA_OK:
      return "ok";
    case EIDER_LPA_ERR_ARGUMENT:
      return "wrong argument";
    case EIDER_LPA_ERR_BUSY:
      return "busy";
    case EIDER_LPA_ERR_MEMORY:
      return "no memory";
    case EIDER_LPA_ERR_LOCAL:
      return "not possible";
    case EIDER_LPA_ERR_CARD:
      return "refused by the card";
    case EIDER_LPA_ERR_SERVER:
      return "refused by the server";
    case EIDER_LPA_ERR_VERIFICATION:
      return "not verified";
    case EIDER_LPA_ERR_MALFORMED:
      return "malformed";
    case EIDER_LPA_ERR_NOT_REACHED:
      return "not reached";
    case EIDER_LPA_ERR_CANCELLED:
      return "cancelled";
    case EIDER_LPA_ERR_INTERNAL:
      return "defect";
    default:
      return "unknown status";
  }
}

// ---- Life ----
const char* eider_lpa_version(void) {
  return EIDER_VERSION;
}

eider_lpa_status eider_lpa_create(const eider_lpa_config* config, eider_lpa** out) {
  return guarded([&]() -> eider_lpa_status {
    if (!out) return fail_argument("out is NULL");
    *out = nullptr;
    const auto c = capi::accept(config, "eider_lpa_config");
    if (!c) return EIDER_LPA_ERR_ARGUMENT;
    const auto card = capi::accept(c->card, "eider_lpa_card");
    if (!card) return EIDER_LPA_ERR_ARGUMENT;
    if (!card->transmit) return fail_argument("card.transmit is NULL");
    std::optional<eider_lpa_http> http;
    if (c->http) {
      http = capi::accept(c->http, "eider_lpa_http");
      if (!http) return EIDER_LPA_ERR_ARGUMENT;
      if (!http->post) return fail_argument("http.post is NULL");
    }
    std::optional<eider_lpa_user> user(std::in_place);
    if (c->user) user = capi::accept(c->user, "eider_lpa_user");
    if (!user) return EIDER_LPA_ERR_ARGUMENT;
    lpa::Es10Options options;
    lpa::LpaSettings settings;
    if (!configure(*c, options, settings)) return EIDER_LPA_ERR_ARGUMENT;
    eider::log::set_sink(&to_host);
    eider::log::set_level(eider::log::Level::kDebug);
    *out = new eider_lpa(*c, *card, http, *user, std::move(options), std::move(settings));
    return succeed();
  });
}

eider_lpa_status eider_lpa_destroy(eider_lpa* lpa) {
  return guarded([&]() -> eider_lpa_status {
    if (!lpa) return succeed();
    if (lpa->busy.test_and_set()) return fail_busy();
    delete lpa;
    return succeed();
  });
}

eider_lpa_status eider_lpa_open(eider_lpa* lpa) {
  return with_card(lpa, [](eider_lpa&) { return eider::Status{}; });
}

eider_lpa_status eider_lpa_close(eider_lpa* lpa) {
  return alone(lpa, lpa::ServerRole::kSmdpPlus, [](eider_lpa& l) -> eider::Status {
    l.es10.close();
    l.card.forget();
    return {};
  });
}

eider_lpa_status eider_lpa_cancel(eider_lpa* lpa, eider_lpa_answer answer) {
  return guarded([&]() -> eider_lpa_status {
    if (!lpa) return fail_argument("lpa is NULL");
    if (answer != EIDER_LPA_NO && answer != EIDER_LPA_LATER && answer != EIDER_LPA_TIMEOUT)
      return fail_argument("answer is none of EIDER_LPA_NO, EIDER_LPA_LATER and EIDER_LPA_TIMEOUT");
    lpa->user.cancel(answer);  // what runs next begins anew
    return succeed();
  });
}

std::int32_t eider_lpa_is_cancelled(const eider_lpa* lpa) {
  return lpa && lpa->user.is_cancelled();
}

// ---- The card ----
eider_lpa_status eider_lpa_chip_info(eider_lpa* lpa, const eider_lpa_chip** out) {
  if (!out) return guarded([] { return fail_argument("out is NULL"); });
  *out = nullptr;
  return with_card(lpa, [&](eider_lpa& l) -> eider::Status {
    EIDER_TRY(info, lpa::chip_info(l.core));
    *out = new capi::Chip(info);
    return {};
  });
}

void eider_lpa_chip_free(const eider_lpa_chip* chip) {
  delete static_cast<const capi::Chip*>(chip);
}

eider_lpa_status eider_lpa_list(eider_lpa* lpa, std::int32_t with_icons, eider_lpa_profiles** out) {
  if (!out) return guarded([] { return fail_argument("out is NULL"); });
  *out = nullptr;
  return with_card(lpa, [&](eider_lpa& l) -> eider::Status {
    EIDER_TRY(profiles, lpa::list_profiles(l.core, with_icons != 0));
    auto list = std::make_unique<eider_lpa_profiles>();
    for (const auto& p : profiles) list->items.emplace_back(p);
    *out = list.release();
    return {};
  });
}

std::size_t eider_lpa_profiles_count(const eider_lpa_profiles* profiles) {
  return profiles ? profiles->items.size() : 0;
}
const eider_lpa_profile* eider_lpa_profiles_at(const eider_lpa_profiles* profiles, std::size_t index) {
  return index < eider_lpa_profiles_count(profiles) ? &profiles->items[index] : nullptr;
}
void eider_lpa_profiles_free(eider_lpa_profiles* profiles) {
  delete profiles;
}

eider_lpa_status eider_lpa_enable(eider_lpa* lpa, const char* which, eider_lpa_outcome* outcome) {
  return on_profile(lpa, which, outcome, &lpa::enable_profile);
}
eider_lpa_status eider_lpa_disable(eider_lpa* lpa, const char* which, eider_lpa_outcome* outcome) {
  return on_profile(lpa, which, outcome, &lpa::disable_profile);
}
eider_lpa_status eider_lpa_delete(eider_lpa* lpa, const char* which, eider_lpa_outcome* outcome) {
  return on_profile(lpa, which, outcome, &lpa::delete_profile);
}

eider_lpa_status eider_lpa_set_nickname(eider_lpa* lpa, const char* which, const char* nickname) {
  if (!which) return guarded([] { return fail_argument("which is NULL"); });
  return with_card(lpa, [&](eider_lpa& l) -> eider::Status {
    EIDER_TRY(profile, lpa::find_profile(l.core, which));
    return lpa::set_nickname(l.core, profile, text(nickname));
  });
}

eider_lpa_status eider_lpa_memory_reset(eider_lpa* lpa, std::uint32_t what, eider_lpa_outcome* outcome) {
  return guarded([&]() -> eider_lpa_status {
    constexpr std::uint32_t kAll =
        EIDER_LPA_RESET_OPERATIONAL | EIDER_LPA_RESET_TEST | EIDER_LPA_RESET_DEFAULT_SMDP;
    if (what == 0 || (what & ~kAll)) return fail_argument("what names nothing, or bits that are not known");
    if (!has_room(outcome)) return EIDER_LPA_ERR_ARGUMENT;
    return with_card(lpa, [&](eider_lpa& l) -> eider::Status {
      EIDER_TRY(result, lpa::reset_memory(l.core, {(what & EIDER_LPA_RESET_OPERATIONAL) != 0,
                                                   (what & EIDER_LPA_RESET_TEST) != 0,
                                                   (what & EIDER_LPA_RESET_DEFAULT_SMDP) != 0}));
      give(outcome, capi::outcome_of(result));
      return {};
    });
  });
}

eider_lpa_status eider_lpa_default_smdp(eider_lpa* lpa, char** out) {
  if (!out) return guarded([] { return fail_argument("out is NULL"); });
  *out = nullptr;
  return with_card(lpa, [&](eider_lpa& l) -> eider::Status {
    EIDER_TRY(address, lpa::default_smdp_address(l.core));
    auto* copy = new char[address.size() + 1];
    std::memcpy(copy, address.c_str(), address.size() + 1);
    *out = copy;
    return {};
  });
}

void eider_lpa_string_free(char* string) {
  delete[] string;
}

eider_lpa_status eider_lpa_set_default_smdp(eider_lpa* lpa, const char* address) {
  return with_card(lpa, [&](eider_lpa& l) { return lpa::set_default_smdp_address(l.core, text(address)); });
}

// ---- Download ----
eider_lpa_status eider_lpa_activation_code_check(const char* code) {
  return guarded([&]() -> eider_lpa_status {
    if (!code) return fail_argument("code is NULL");
    const auto parsed = lpa::parse_activation_code(code);
    return parsed ? succeed() : fail_fault(parsed.error());
  });
}

eider_lpa_status eider_lpa_download(eider_lpa* lpa, const eider_lpa_download_request* request,
                                    const eider_lpa_installed** out) {
  return guarded([&]() -> eider_lpa_status {
    if (out) *out = nullptr;
    const auto r = capi::accept(request, "eider_lpa_download_request");
    if (!r) return EIDER_LPA_ERR_ARGUMENT;
    if (r->activation_code && (r->smdp_address || r->matching_id))
      return fail_argument("request names an Activation Code and an address or a MatchingID");
    if (r->matching_id && !r->smdp_address)
      return fail_argument("request has a MatchingID without an address");
    if (lpa && !lpa->user.can_confirm())
      return capi::fail(EIDER_LPA_ERR_LOCAL, {"", "nobody can agree to the download: user.confirm is NULL",
                                              "SGP.22 v2.6.1 section 3.1.3",
                                              "Set the callback, and have it show the Profile to a person."});
    if (r->activation_code)  // before the card is touched
      if (const auto code = lpa::parse_activation_code(r->activation_code); !code)
        return fail_fault(code.error());
    std::optional<eider::Fault> not_enabled;
    const auto status = with_card(lpa, [&](eider_lpa& l) -> eider::Status {
      EIDER_TRY(order, request_of(l, *r));
      order.enable = r->enable != 0;
      if (r->confirmation_code && *r->confirmation_code)
        order.confirmationCode = eider::Secret(eider::as_bytes(r->confirmation_code));
      EIDER_TRY(result, lpa::download_profile(l.core, order));
      not_enabled = result.enableFault;
      if (!out) return {};
      auto installed = std::make_unique<capi::Installed>(result);
      if (not_enabled) installed->enable_status = capi::status_of(*not_enabled);
      *out = installed.release();
      return {};
    });
    if (status == EIDER_LPA_OK && not_enabled) fail_fault(*not_enabled);  // the text of enable_status
    return status;
  });
}

void eider_lpa_installed_free(const eider_lpa_installed* installed) {
  delete static_cast<const capi::Installed*>(installed);
}

// ---- Discovery ----
eider_lpa_status eider_lpa_discover(eider_lpa* lpa, const char* smds_address, eider_lpa_events** out) {
  if (!out) return guarded([] { return fail_argument("out is NULL"); });
  *out = nullptr;
  return with_card(
      lpa,
      [&](eider_lpa& l) -> eider::Status {
        EIDER_TRY(found, lpa::discover(l.core, text(smds_address)));
        if (const auto why = l.user.cancelled())  // half a list is none
          return eider::fail(lpa::cancellation(*why, "the discovery"));
        auto list = std::make_unique<eider_lpa_events>();
        for (const auto& e : found.events) list->items.emplace_back(e);
        for (const auto& e : found.unreached) list->items.emplace_back(e);
        *out = list.release();
        return {};
      },
      lpa::ServerRole::kSmds);
}

std::size_t eider_lpa_events_count(const eider_lpa_events* events) {
  return events ? events->items.size() : 0;
}
const eider_lpa_event* eider_lpa_events_at(const eider_lpa_events* events, std::size_t index) {
  return index < eider_lpa_events_count(events) ? &events->items[index] : nullptr;
}
void eider_lpa_events_free(eider_lpa_events* events) {
  delete events;
}

// ---- Notifications ----
eider_lpa_status eider_lpa_list_notifications(eider_lpa* lpa, eider_lpa_notifications** out) {
  if (!out) return guarded([] { return fail_argument("out is NULL"); });
  *out = nullptr;
  return with_card(lpa, [&](eider_lpa& l) -> eider::Status {
    EIDER_TRY(all, lpa::list_notifications(l.core));
    auto list = std::make_unique<eider_lpa_notifications>();
    for (const auto& n : all) list->items.emplace_back(n);
    *out = list.release();
    return {};
  });
}

eider_lpa_status eider_lpa_deliver(eider_lpa* lpa, std::uint32_t flags, eider_lpa_notifications** out) {
  return guarded([&]() -> eider_lpa_status {
    if (out) *out = nullptr;
    if (flags & ~std::uint32_t{EIDER_LPA_DELIVER_DUE | EIDER_LPA_DELIVER_KEEP})
      return fail_argument("flags has bits that are not known");
    return with_card(lpa, [&](eider_lpa& l) -> eider::Status {
      EIDER_TRY(all,
                lpa::deliver_notifications(l.core, {.only = {},
                                                    .ignore_backoff = (flags & EIDER_LPA_DELIVER_DUE) == 0,
                                                    .keep = (flags & EIDER_LPA_DELIVER_KEEP) != 0}));
      if (!out) return {};
      auto list = std::make_unique<eider_lpa_notifications>();
      for (const auto& n : all) list->items.emplace_back(n);
      *out = list.release();
      return {};
    });
  });
}

eider_lpa_status eider_lpa_discard_notification(eider_lpa* lpa, std::int64_t number) {
  return with_card(lpa, [&](eider_lpa& l) { return lpa::discard_notification(l.core, number); });
}

std::size_t eider_lpa_notifications_count(const eider_lpa_notifications* notifications) {
  return notifications ? notifications->items.size() : 0;
}
const eider_lpa_notification* eider_lpa_notifications_at(const eider_lpa_notifications* notifications,
                                                         std::size_t index) {
  return index < eider_lpa_notifications_count(notifications) ? &notifications->items[index] : nullptr;
}
void eider_lpa_notifications_free(eider_lpa_notifications* notifications) {
  delete notifications;
}
