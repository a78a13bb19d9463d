// What the network access applications of one Profile authenticate with: keys and parameters as they were
// installed, and beside them, each a value of its own, what changes (3GPP TS 33.102 annex C.2, TS 33.220
// annex G):
//
//   aka/IIII        the applications (IIII: instance of the ISD-P)
//   aka/IIII/sNN    sequence numbers of application NN; absent: as installed
//   aka/IIII/gNN    bootstrapped key of application NN
#pragma once
#include "card/nvm.hpp"
#include "profile/installer.hpp"
#include "profile/network_authentication.hpp"

namespace eider::card::uicc {

std::string naa_key(std::uint16_t instance);
// What every changing value begins with.
std::string naa_state_prefix(std::uint16_t instance);

// As the card stores it.
struct NaaRecord {
  saip::Aid aid;
  std::uint8_t naa = 0;       // tag of the Profile Element that makes the ADF
  std::uint8_t sqnOwner = 0;  // index of the application whose sequence numbers are checked
  saip::AkaParameter parameters;
};
struct NaaRecords {
  std::vector<NaaRecord> naas;
};
// Result of a GBA_U bootstrapping.
struct GbaRecord {
  FixedBytes<16> rand;
  Secret ks;                 // CK || IK
  std::uint8_t lastNaf = 0;  // record of EF.GBANL written last; 0: none
};

// One application that can authenticate. Every call is durable before it returns; a fault means that the card
// has lost its memory, and then nothing may be answered.
class Naa {
 public:
  bool is_isim() const;
  bool is_usim() const;
  std::size_t autn_size() const { return aka_.autn_size(); }

  Result<profile::AkaResult> authenticate(const profile::AkaRand& rand, ByteView autn);
  // Ks replaces the one before.
  Result<profile::AkaResult> bootstrap(const profile::AkaRand& rand, ByteView autn);
  Result<profile::NetworkAuthentication::GsmResult> gsm(const profile::AkaRand& rand);
  // Nothing before the first bootstrapping.
  Result<std::optional<GbaRecord>> bootstrapped() const;
  Status save_gba(const GbaRecord& gba);

 private:
  friend class NaaKeys;
  Naa(profile::NetworkAuthentication aka, std::uint8_t naa, Nvm& nvm, std::string sqn_key,
      std::string gba_key)
      : aka_(std::move(aka)),
        naa_(naa),
        nvm_(&nvm),
        sqn_key_(std::move(sqn_key)),
        gba_key_(std::move(gba_key)) {}
  Result<profile::SqnState> state() const;

  profile::NetworkAuthentication aka_;
  std::uint8_t naa_;
  Nvm* nvm_;
  std::string sqn_key_, gba_key_;
};

class NaaKeys {
 public:
  static Bytes compile(const profile::ProfileFacts& facts);
  // Reads nothing yet: most sessions of a terminal do not authenticate.
  NaaKeys() = default;
  NaaKeys(Nvm& nvm, std::uint16_t instance) : nvm_(&nvm), instance_(instance) {}

  // The application with this AID; null when it has no keys. Key schedules stay until the card is reset.
  Result<Naa*> find(ByteView aid);

 private:
  Nvm* nvm_ = nullptr;
  std::uint16_t instance_ = 0;
  std::optional<NaaRecords> records_;
  std::map<std::size_t, Naa> naas_;  // by index of the record
};

}  // namespace eider::card::uicc

EIDER_DER(eider::card::uicc::NaaRecord, 0x30);
EIDER_DER(eider::card::uicc::NaaRecords, 0x30);
EIDER_DER(eider::card::uicc::GbaRecord, 0x30);
