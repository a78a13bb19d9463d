// What all worlds share and none changes: PKI, manufactured cards, profile packages. Made once a process,
// from a fixed seed, because making keys and certificates costs more than a run.
#pragma once
#include "card/nvm.hpp"
#include "channel/scp80.hpp"
#include "crypto/pki_builder.hpp"
#include "roles/smdpp/smdpp.hpp"
#include "spec/saip/naa.hpp"

namespace eider::world {

// When worlds begin.
Time world_start();

enum class CardCurves : std::uint8_t { kP256, kBrainpool, kBoth };
inline constexpr std::size_t kCardCurves = 3;

struct CardTemplate {
  sgp22::Eid eid;
  card::MemoryNvm memory;
  std::uint32_t octets = 0;   // for profiles
  bool rules_allowed = true;  // the RAT lets PPR1 and PPR2 in
};

struct ServerTemplate {
  std::string address;
  std::vector<smdpp::DpCredential> credentials;  // P-256, brainpoolP256r1
};

struct OperatorTemplate {
  std::string id, requester, host;
  Bytes certificate;  // client certificate, DER
};

// What an Operator and his subscriber know of one subscription.
struct Subscription {
  std::string pin1, puk1;
  saip::AkaParameter aka;
  channel::scp80::KeySet ota;
};

struct PackageTemplate {
  sgp22::Iccid iccid;
  Bytes upp;
  Bytes k;            // of the subscription: must never be seen outside
  bool test = false;  // its key is one that Test Profiles may have
  Subscription subscription;
};

// The Confirmation Code that an operator gives for an ICCID, where it gives one.
std::string confirmation_code_of(std::string_view iccid_digits);

struct Foundry {
  std::vector<crypto::PkiItem> pki;
  crypto::TrustStore roots;
  std::array<std::vector<CardTemplate>, kCardCurves> cards;
  std::vector<ServerTemplate> servers;
  std::vector<OperatorTemplate> operators;
  std::vector<std::vector<PackageTemplate>> packages;  // a list a server
  sgp22::OperatorId owner;                             // 001-01, as the packages have it

  // LocalFault and the like would be a mistake in here: throws std::runtime_error.
  static Foundry make();
  // The process's own; made at first use, safe to share between threads.
  static const Foundry& shared();
};

}  // namespace eider::world
