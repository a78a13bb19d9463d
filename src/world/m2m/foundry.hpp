// What all M2M worlds share and none changes: PKI, cards with their EIS, packages. Made once a process, from
// a fixed seed.
#pragma once
#include "card/nvm.hpp"
#include "crypto/pki_builder.hpp"
#include "spec/sgp02/eis.hpp"

namespace eider::world::m2m {

struct Party {
  sgp02::EntityId id;
  std::string host, name;
  Bytes certificate;  // of TLS, DER
  std::string url() const { return "https://" + host + "/"; }
};

struct CardTemplate {
  sgp02::Eid eid;
  card::MemoryNvm memory;
  sgp02::Eis eis;  // as the EUM registers it at the first SM-SR
  std::uint32_t octets = 0;
  std::size_t keys = 0;  // of the ISD-R
};

// A subscription that some Profile has.
struct Subscription {
  std::string imsi, number;
};

struct PackageTemplate {
  sgp02::Iccid iccid;
  Bytes upp;
  std::uint8_t pol1 = 0;
  Subscription subscription;
};

struct SmSrTemplate {
  Party party;
  std::string number;  // for cards
  Bytes address;       // of its sessions, IPv4
  std::uint16_t port = 8443;
  crypto::GpCertificate certificate;  // CERT.SR.ECDSA
  crypto::SigningKeyPtr key;
};

inline constexpr std::size_t kOperators = 2, kSmSrs = 2;

// A5 for cards: the SM-SR by HTTPS.
Bytes addressing_of(const SmSrTemplate& smsr);

struct Foundry {
  crypto::TrustStore roots;
  crypto::Certificate eum_certificate;
  Secret transport_key;       // of EUM and SM-SRs
  Party eum, smdp, provider;  // provider: an M2M SP
  std::vector<Party> operators;
  std::vector<SmSrTemplate> smsrs;
  crypto::GpCertificate dp_certificate;
  crypto::SigningKeyPtr dp_key;
  std::vector<CardTemplate> cards;
  // By operator: in the inventory; and of the bootstrap Profiles, which are of the first operator.
  std::vector<std::vector<PackageTemplate>> packages;
  std::vector<PackageTemplate> bootstraps;

  const Party* find(const sgp02::EntityId& id) const;

  // LocalFault and the like would be a mistake in here: throws std::runtime_error.
  static Foundry make();
  static const Foundry& shared();
};

}  // namespace eider::world::m2m
