// What all worlds share and none changes: PKI, manufactured cards, profile packages. Made once a process,
// from a fixed seed, because making keys and certificates costs more than a run.
#pragma once
#include "card/nvm.hpp"
#include "crypto/pki_builder.hpp"
#include "roles/smdpp/smdpp.hpp"

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

struct PackageTemplate {
  sgp22::Iccid iccid;
  Bytes upp;
  Bytes k;            // of the subscription: must never be seen outside
  bool test = false;  // its key is one that Test Profiles may have
};

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
