#include "world/foundry.hpp"

#include <stdexcept>

#include "card/manufacture.hpp"
#include "profile/builder.hpp"
#include "profile/ota_keys.hpp"
#include "profile/package_reader.hpp"
#include "roles/eum/eum.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::world {
namespace {
using crypto::CertificateRole;
using crypto::Curve;
constexpr Curve kCurves[] = {Curve::kP256, Curve::kBrainpoolP256r1};
constexpr std::size_t kServers = 2, kOperators = 2, kCardsOfCurve = 6, kPackages = 8;
constexpr std::uint32_t kRoomy = 256 * 1024;

template <class T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error("foundry: " + result.error().message());
  return *std::move(result);
}
void need(const Status& status) {
  if (!status) throw std::runtime_error("foundry: " + status.error().message());
}

const crypto::PkiItem& item(const Foundry& f, CertificateRole role, Curve curve) {
  const auto* found = crypto::find_item(f.pki, role, curve);
  if (!found) throw std::runtime_error("foundry: the PKI lacks a role");
  return *found;
}

void make_pki(Foundry& f, Random& random) {
  crypto::PkiPlan plan;
  plan.curves.assign(std::begin(kCurves), std::end(kCurves));
  plan.now = world_start() - std::chrono::hours(24);
  plan.smdp_host = "smdpp0.example.com";
  f.pki = need(crypto::build_pki(sgp22::certificate_profiles(), plan, random));
  for (const auto curve : kCurves)
    need(f.roots.add(item(f, CertificateRole::kCi, curve).certificate,
                     sgp22::certificate_profile(CertificateRole::kCi)));
}

// CERT.DPauth or CERT.DPpb of another SM-DP+ under the same CI.
std::pair<crypto::Certificate, crypto::SigningKeyPtr> issue(const Foundry& f, CertificateRole role,
                                                            Curve curve, std::size_t server, Random& random) {
  const auto& ci = item(f, CertificateRole::kCi, curve);
  const auto key = crypto::PrivateKey::generate(curve, random);
  const auto name = "Eider Test SM-DP+ " + std::to_string(server);
  crypto::CertificateRequest request{
      .subject = crypto::Name::make(
          {{crypto::attribute::kOrganization, name}, {crypto::attribute::kCommonName, name}}),
      .public_key = key.public_key(),
      .serial = crypto::random_serial(random),
      .not_before = ci.certificate.not_before(),
      .not_after = ci.certificate.not_before() + std::chrono::hours(24 * 3 * 365),
      .registered_id = der::Oid("2.999." + std::to_string(10 + server)),
      .dns_names = {},
      .permitted = {},
      .crl_distribution_points = {}};
  auto certificate = need(crypto::issue_certificate(sgp22::certificate_profile(role), request,
                                                    &ci.certificate, *crypto::make_signing_key(*ci.key)));
  return {std::move(certificate), crypto::make_signing_key(key)};
}

ServerTemplate make_server(const Foundry& f, std::size_t n, Random& random) {
  ServerTemplate server;
  server.address = "smdpp" + std::to_string(n) + ".example.com";
  for (const auto curve : kCurves) {
    if (n == 0) {
      const auto& auth = item(f, CertificateRole::kDpAuth, curve);
      const auto& pb = item(f, CertificateRole::kDpPb, curve);
      server.credentials.push_back({auth.certificate, crypto::make_signing_key(*auth.key), pb.certificate,
                                    crypto::make_signing_key(*pb.key)});
    } else {
      auto [auth, auth_key] = issue(f, CertificateRole::kDpAuth, curve, n, random);
      auto [pb, pb_key] = issue(f, CertificateRole::kDpPb, curve, n, random);
      server.credentials.push_back({std::move(auth), std::move(auth_key), std::move(pb), std::move(pb_key)});
    }
  }
  return server;
}

std::vector<eum::EumSigner> signers(const Foundry& f, CardCurves curves) {
  std::vector<eum::EumSigner> out;
  for (const auto curve : kCurves) {
    if (curves == CardCurves::kP256 && curve != Curve::kP256) continue;
    if (curves == CardCurves::kBrainpool && curve != Curve::kBrainpoolP256r1) continue;
    const auto& issuer = item(f, CertificateRole::kEum, curve);
    out.push_back({item(f, CertificateRole::kCi, curve).certificate, issuer.certificate,
                   crypto::make_signing_key(*issuer.key)});
  }
  return out;
}

// Of six cards of a kind one has little memory and one lets no Profile Policy Rules in.
CardTemplate make_card(const Foundry& f, CardCurves curves, std::size_t n, std::uint32_t package_octets,
                       Random& random) {
  CardTemplate out;
  out.eid = *eum::make_eid("89049032", 1000 + 100 * static_cast<std::uint64_t>(curves) + n);
  out.octets = n == 4 ? 3 * package_octets : kRoomy;
  out.rules_allowed = n != 5;
  eum::CardModel model;
  model.memory_octets = out.octets;
  if (!out.rules_allowed) model.rat.clear();
  model.default_smdp_address = f.servers.front().address;
  const auto record = need(eum::personalise(model, out.eid, signers(f, curves), world_start(), random));
  need(card::manufacture(record, out.memory));
  return out;
}

Subscription subscription_of(const profile::GenericProfileParameters& p, ByteView upp) {
  Subscription out{p.pin1, p.puk1, {}, {}};
  for (const auto& part : need(profile::read_package(upp))) {
    const auto e = need(saip::decode_element(part.der));
    if (const auto* aka = e.as<saip::AkaParameter>()) out.aka = *aka;
    if (const auto* domain = e.as<saip::SecurityDomain>())
      if (const auto keys = profile::ota_keys(*domain, 1)) out.ota = *keys;
  }
  return out;
}

// Every second one asks for its PIN.
PackageTemplate make_package(std::size_t server, std::size_t n, Random& random) {
  auto p = profile::GenericProfileParameters::random(random);
  const auto number = std::to_string(100 + 50 * server + n);
  p.iccid = "898821100000000" + number + "?";
  p.imsi = "001010000000" + number;
  p.telecom = p.five_g = false;
  p.pin1_enabled = n % 2 == 0;
  PackageTemplate out;
  out.test = n == kPackages - 1;
  if (out.test) {
    auto key = p.k.mutable_view();
    std::fill(key.begin(), key.end() - 4, std::uint8_t{0});
  }
  out.k = to_bytes(p.k.view());
  out.iccid = need(profile::Iccid::parse(p.iccid)).file();
  out.upp = profile::build_generic_profile(p);
  out.subscription = subscription_of(p, out.upp);
  return out;
}
}  // namespace

Time world_start() {
  return *parse_time("2026-06-01T08:00:00Z");
}

std::string confirmation_code_of(std::string_view iccid_digits) {
  return "1" + std::string(iccid_digits.substr(iccid_digits.size() - 7));
}

Foundry Foundry::make() {
  SeededRandom random(0x45696465);
  Foundry f;
  make_pki(f, random);
  f.owner.mccMnc = profile::encode_plmn("001", "01");
  for (std::size_t n = 0; n < kServers; ++n) f.servers.push_back(make_server(f, n, random));
  for (std::size_t n = 0; n < kOperators; ++n) {
    const auto number = std::to_string(n);
    // SM-DP+ know operators by the fingerprint of the certificate that TLS has verified.
    const auto certificate =
        n == 0 ? to_bytes(crypto::find_item(f.pki, CertificateRole::kOperatorClient)->certificate.der())
               : to_bytes(as_bytes("certificate of operator " + number));
    f.operators.push_back(
        {"operator" + number, "2.999.20" + number, "operator" + number + ".example.com", certificate});
  }
  for (std::size_t s = 0; s < kServers; ++s) {
    auto& list = f.packages.emplace_back();
    for (std::size_t n = 0; n < kPackages; ++n) list.push_back(make_package(s, n, random));
  }
  const auto octets = static_cast<std::uint32_t>(f.packages.front().front().upp.size());
  for (std::size_t c = 0; c < kCardCurves; ++c)
    for (std::size_t n = 0; n < kCardsOfCurve; ++n)
      f.cards[c].push_back(make_card(f, static_cast<CardCurves>(c), n, octets, random));
  return f;
}

const Foundry& Foundry::shared() {
  static const Foundry foundry = make();
  return foundry;
}

}  // namespace eider::world
