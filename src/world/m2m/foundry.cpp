#include "world/m2m/foundry.hpp"

#include <stdexcept>

#include "card/manufacture.hpp"
#include "channel/scp81_trigger.hpp"
#include "codec/tlv.hpp"
#include "profile/builder.hpp"
#include "profile/package_reader.hpp"
#include "roles/eum/m2m.hpp"
#include "spec/sgp22/certificates.hpp"
#include "world/foundry.hpp"

namespace eider::world::m2m {
namespace {
using crypto::CertificateRole;
using sgp02::EntityId;
constexpr std::size_t kCards = 8, kStock = 8;
constexpr std::uint32_t kOctets = 192 * 1024;

template <class T>
T made(Result<T> result) {
  if (!result) throw std::runtime_error("M2M foundry: " + result.error().message());
  return *std::move(result);
}
void made(const Status& status) {
  if (!status) throw std::runtime_error("M2M foundry: " + status.error().message());
}

struct Issuers {
  crypto::PkiItem ci, eum;
};

Party make_party(const Issuers& issuers, const EntityId& id, const std::string& name, Random& random) {
  const auto& ci = issuers.ci.certificate;
  const auto key = crypto::PrivateKey::generate(crypto::Curve::kP256, random);
  crypto::CertificateRequest request{
      .subject = crypto::Name::make(
          {{crypto::attribute::kOrganization, "Eider Test"}, {crypto::attribute::kCommonName, name}}),
      .public_key = key.public_key(),
      .serial = crypto::random_serial(random),
      .not_before = ci.not_before(),
      .not_after = ci.not_before() + std::chrono::hours(24 * 3 * 365),
      .registered_id = id,
      .dns_names = {},
      .permitted = {},
      .crl_distribution_points = {"http://ci.example.com/CRL.crl"}};
  const auto certificate =
      made(crypto::issue_certificate(sgp22::certificate_profile(CertificateRole::kDpAuth), request, &ci,
                                     *crypto::make_signing_key(*issuers.ci.key)));
  return {id, name + ".example.com", name, to_bytes(certificate.der())};
}

// The generic Profile without what an M2M device has no use for; POL1 and a service centre in its header.
PackageTemplate make_package(std::uint64_t number, std::uint8_t pol1, Random& random) {
  auto p = profile::GenericProfileParameters::random(random);
  const auto digits = std::to_string(1000 + number);
  p.iccid = "89882120000000" + digits + "?";
  p.imsi = "00101200000" + digits;
  p.telecom = p.five_g = p.rfm = false;
  PackageTemplate out;
  out.pol1 = pol1;
  out.subscription = {p.imsi, "4917600" + digits};
  out.iccid = made(profile::Iccid::parse(p.iccid)).file();
  const auto whole = profile::build_generic_profile(p);
  for (const auto& part : made(profile::read_package(whole))) {
    auto element = made(saip::decode_element(part.der));
    if (auto* header = element.as<saip::ProfileHeader>()) {
      if (pol1 != 0) header->pol = Bytes{pol1};
      header->connectivityParameters =
          make_tlv(0xA0, make_tlv(0x06, made(eum::encode_sms_address("4917699999999"))));
    }
    append(out.upp, saip::encode_element(element));
  }
  return out;
}

// What a card leaves the factory with: where its SM-SR is by SMS, and mostly also by HTTPS.
eum::M2mModel make_model(const Foundry& f, std::size_t n) {
  const auto& smsr = f.smsrs.front();
  eum::M2mModel m2m;
  m2m.sms_address = smsr.number;
  m2m.sin = hex("0102");
  m2m.sdin = hex("0304");
  if (n % 4 != 3) m2m.other_addressing = addressing_of(smsr);
  m2m.profiles.push_back({f.bootstraps[n].upp, true, true, false, false, {}});
  if (n % 2 == 1) m2m.profiles.push_back({f.bootstraps[kCards + n].upp, false, false, false, false, {}});
  return m2m;
}

CardTemplate make_card(const Foundry& f, const Issuers& issuers, std::size_t n, Random& random) {
  CardTemplate out;
  out.eid = *eum::make_eid("89049032", 7000 + n);
  out.octets = kOctets;
  eum::CardModel model;
  model.memory_octets = kOctets;
  const eum::EumSigner signers[] = {
      {issuers.ci.certificate, issuers.eum.certificate, crypto::make_signing_key(*issuers.eum.key)}};
  const auto card =
      made(eum::personalise_m2m(model, make_model(f, n), out.eid, signers, world_start(), random));
  made(card::manufacture(card.personalisation, out.memory));
  out.keys = card.personalisation.m2m->isdRKeys.size();
  auto plan = eum::eis_plan(card, f.eum.id, f.smsrs.front().party.id, f.operators.front().id,
                            world_start() - std::chrono::hours(1));
  for (auto& info : plan.profiles)
    for (const auto& p : f.bootstraps)
      if (p.iccid == info.iccid) info.subscriptionAddress = {p.subscription.imsi, p.subscription.number};
  out.eis = made(eum::make_eis(plan, f.eum_certificate, *crypto::make_signing_key(*issuers.eum.key),
                               f.transport_key.view()));
  return out;
}

SmSrTemplate make_smsr(const Issuers& issuers, std::size_t n, Random& random) {
  const auto id = EntityId("2.999." + std::to_string(20 + n));
  auto item = made(crypto::build_gp_certificate(
      crypto::GpCertificateKind::kSmSr, id.content(), issuers.ci.certificate,
      *crypto::make_signing_key(*issuers.ci.key), "ci", world_start(), 3 * 365, random));
  return {make_party(issuers, id, "smsr" + std::to_string(n), random),
          "49176555000" + std::to_string(n),
          Bytes{10, 0, 0, static_cast<std::uint8_t>(1 + n)},
          8443,
          std::move(item.certificate),
          crypto::make_signing_key(*item.key)};
}

// POL1: mostly none; disabling or deletion not allowed, deletion when disabled, and together.
constexpr std::uint8_t kPol1[kStock] = {0, 0, 4, 1, 0, 2, 6, 3};

void make_packages(Foundry& f, Random& random) {
  for (std::size_t n = 0; n < 2 * kCards; ++n)
    f.bootstraps.push_back(make_package(n, n == kCards + 1 ? 2 : n == kCards + 5 ? 4 : 0, random));
  for (std::size_t o = 0; o < kOperators; ++o) {
    auto& list = f.packages.emplace_back();
    for (std::size_t n = 0; n < kStock; ++n)
      list.push_back(make_package(100 * (o + 1) + n, kPol1[n], random));
  }
}
}  // namespace

Bytes addressing_of(const SmSrTemplate& smsr) {
  channel::scp81::Trigger t;
  t.connection = channel::scp81::ConnectionParameters{hex("03"), 1400, {}, smsr.port, smsr.address};
  t.retry = channel::scp81::RetryPolicy{2, 60};
  t.post = channel::scp81::PostParameters{smsr.party.host, {}, "/gsma/adminagent"};
  // 81 { 83 { what A5 has } }
  const auto whole = t.encode();
  return make_tlv(0xA5, made(read_single_tlv(made(read_single_tlv(whole, false)).value, false)).value);
}

const Party* Foundry::find(const EntityId& id) const {
  for (const auto* p : {&eum, &smdp, &provider})
    if (p->id == id) return p;
  for (const auto& p : operators)
    if (p.id == id) return &p;
  for (const auto& p : smsrs)
    if (p.party.id == id) return &p.party;
  return nullptr;
}

Foundry Foundry::make() {
  SeededRandom random(0x4D324D);
  crypto::PkiPlan plan;
  plan.now = world_start() - std::chrono::hours(24);
  const auto items = made(crypto::build_pki(sgp22::certificate_profiles(), plan, random));
  const auto* ci = crypto::find_item(items, CertificateRole::kCi);
  const auto* eum = crypto::find_item(items, CertificateRole::kEum);
  if (!ci || !eum) throw std::runtime_error("M2M foundry: the PKI lacks a role");
  const Issuers issuers{*ci, *eum};
  auto dp = made(crypto::build_gp_certificate(
      crypto::GpCertificateKind::kSmDp, EntityId("2.999.10").content(), ci->certificate,
      *crypto::make_signing_key(*ci->key), "ci", world_start(), 3 * 365, random));
  Foundry f{{},
            eum->certificate,
            Secret(random.bytes(16)),
            make_party(issuers, eum->certificate.registered_ids().front(), "eum", random),
            make_party(issuers, EntityId("2.999.10"), "smdp", random),
            make_party(issuers, EntityId("2.999.40"), "provider", random),
            {},
            {},
            std::move(dp.certificate),
            crypto::make_signing_key(*dp.key),
            {},
            {},
            {}};
  made(f.roots.add(ci->certificate, sgp22::certificate_profile(CertificateRole::kCi)));
  for (std::size_t n = 0; n < kOperators; ++n)
    f.operators.push_back(make_party(issuers, EntityId("2.999." + std::to_string(31 + n)),
                                     "operator" + std::to_string(n), random));
  for (std::size_t n = 0; n < kSmSrs; ++n) f.smsrs.push_back(make_smsr(issuers, n, random));
  make_packages(f, random);
  for (std::size_t n = 0; n < kCards; ++n) f.cards.push_back(make_card(f, issuers, n, random));
  return f;
}

const Foundry& Foundry::shared() {
  static const Foundry foundry = make();
  return foundry;
}

}  // namespace eider::world::m2m
