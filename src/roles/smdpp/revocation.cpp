#include "roles/smdpp/revocation.hpp"

#include <set>

#include "base/log.hpp"
#include "roles/smdpp/context.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::smdpp {
namespace {

using crypto::CertificateRole;

constexpr Duration kClockSkew{5 * 60 * 1000};

void add_distribution_points(std::set<std::string>& out, const crypto::Certificate& certificate) {
  for (const auto& uri : certificate.crl_distribution_points()) out.insert(uri);
}

// The configured ones, and what trusted certificates name: CIs, this server's, and EUMs that have come by.
std::set<std::string> locations(Context& context) {
  const auto& config = context.config;
  std::set<std::string> out(config.crl_policy.locations.begin(), config.crl_policy.locations.end());
  if (!config.crl_policy.distribution_points) return out;
  for (const auto& anchor : config.roots.anchors())
    if (anchor.certificate) add_distribution_points(out, *anchor.certificate);
  for (const auto& c : config.credentials) {
    add_distribution_points(out, c.auth_certificate);
    add_distribution_points(out, c.pb_certificate);
  }
  crypto::VerifyOptions options;
  options.now = context.clock.now();
  options.cache = &context.verified;
  for (const auto& eum : context.eum_certificates.all())
    if (crypto::verify_certificate(eum, sgp22::certificate_profile(CertificateRole::kEum), config.roots,
                                   options))
      add_distribution_points(out, eum);
  return out;
}

Status add_verified(crypto::CrlSet& set, const crypto::Crl& crl, const crypto::TrustStore& roots) {
  const auto* ci = roots.find(crl.authority_key_identifier());
  if (!ci)
    return fail_local("the CRL is of a CI that is not trusted, key identifier " +
                      to_hex(crl.authority_key_identifier()));
  return set.add(crl, ci->key, ci->ski);
}

void warn_of_own_revocation(const Context& context, const crypto::CrlSet& set) {
  for (const auto& c : context.config.credentials)
    for (const auto* certificate : {&c.auth_certificate, &c.pb_certificate})
      if (set.find(certificate->authority_key_identifier(), certificate->serial()))
        log::error("smdpp", "this server's certificate " + to_hex(certificate->serial()) +
                                " is revoked: eUICCs will refuse it");
}

}  // namespace

std::shared_ptr<const crypto::CrlSet> Revocation::current() const {
  const std::lock_guard lock(mutex_);
  return set_;
}

void Revocation::replace(crypto::CrlSet set) {
  auto next = std::make_shared<const crypto::CrlSet>(std::move(set));
  const std::lock_guard lock(mutex_);
  set_ = std::move(next);
}

Status Revocation::load(Context& context) {
  std::vector<StoredCrl> stored;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(all, reader.crls());
    stored = std::move(all);
    return {};
  }));
  if (stored.empty()) return {};
  crypto::CrlSet set = *current();
  for (const auto& one : stored) {
    const auto crl = crypto::Crl::parse(one.crl);
    const auto added = crl ? add_verified(set, *crl, context.config.roots) : Status(fail(crl.error()));
    if (!added) log::warn("smdpp", "a stored CRL is left out: " + added.error().message());
  }
  replace(std::move(set));
  return {};
}

bool Revocation::due(const std::string& location, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto it = due_.find(location);
  return it == due_.end() || it->second <= now;
}

Result<Time> Revocation::take(Context& context, ByteView body) {
  EIDER_TRY(crls, crypto::parse_crl_download(body));
  const auto now = context.clock.now();
  const auto& policy = context.config.crl_policy;
  crypto::CrlSet set = *current();
  std::map<Bytes, std::vector<StoredCrl>> by_issuer;
  auto again = now + policy.refresh;
  for (const auto& crl : crls) {
    if (crl.this_update() > now + kClockSkew)
      return fail_local("the CRL is of the future, " + format_time(crl.this_update()), "check the clock");
    EIDER_CHECK(add_verified(set, crl, context.config.roots));
    if (crl.next_update()) again = std::min(again, *crl.next_update());
    const auto issuer = to_bytes(crl.authority_key_identifier());
    // An older list than the one in force was ignored: it must not take its place in the store either.
    const auto* newest = set.newest(issuer);
    if (newest && crl.number() == newest->number())
      by_issuer[issuer].push_back({issuer, crl.segment(), to_bytes(crl.der()), now});
  }
  EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
    for (const auto& [issuer, list] : by_issuer) EIDER_CHECK(tx.put_crls(issuer, list));
    return {};
  }));
  warn_of_own_revocation(context, set);
  replace(std::move(set));
  return std::max(again, now + policy.retry);
}

Result<CrlRound> Revocation::refresh(Context& context, CrlSource& source) {
  CrlRound round;
  for (const auto& location : locations(context)) {
    const auto now = context.clock.now();
    if (!due(location, now)) continue;
    const auto body = source.fetch(location);
    auto again = body ? take(context, *body) : Result<Time>(fail(body.error()));
    if (!again) log::warn("smdpp", "CRL " + location + ": " + again.error().message());
    ++(again ? round.fetched : round.failed);
    const std::lock_guard lock(mutex_);
    due_[location] = again ? *again : now + context.config.crl_policy.retry;
  }
  return round;
}

Status check_crl_is_current(const Context& context, const crypto::CrlSet& crls, ByteView ci_ski) {
  if (!context.config.crl_policy.require_current) return {};
  const auto* newest = crls.newest(ci_ski);
  if (newest && (!newest->next_update() || *newest->next_update() >= context.clock.now())) return {};
  return refuse(status::kEumCertificateInvalid, {},
                std::string(newest ? "the CRL of the CI is out of date" : "there is no CRL of the CI"));
}

}  // namespace eider::smdpp
