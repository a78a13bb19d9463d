// Whom messages from over the air reach in one Profile: its security domains with their SCP80 keys, and its
// remote file managers, as the Profile Package declares them. On the card's memory:
//
//   ota/IIII          the applications and keys (IIII: instance of the ISD-P)
//   ota/IIII/cDDVV    counter that security domain DD accepted last with key version VV; absent: as installed
#pragma once
#include "card/nvm.hpp"
#include "channel/scp80.hpp"
#include "profile/installer.hpp"

namespace eider::card {

std::string ota_key(std::uint16_t instance);
// What every changing value begins with.
std::string ota_state_prefix(std::uint16_t instance);

// As the card stores it: the elements of the package.
struct OtaRecords {
  std::vector<saip::SecurityDomain> domains;  // the first one is the MNO-SD
  std::vector<saip::Rfm> managers;
  std::vector<saip::Application> applications;
};

// Of the field "UICC toolkit application specific parameters" (TS 102 226 section 8.2.1.3.2.2.1).
struct ToolkitAddress {
  std::uint8_t minimum_security_level = 0;
  std::vector<etsi::Tar> tars;
  static ToolkitAddress read(ByteView field);
};

class OtaRegistry {
 public:
  static Bytes compile(const profile::ProfileFacts& facts);
  // LocalFault when what the card stored is damaged.
  static Result<OtaRegistry> open(Nvm& nvm, std::uint16_t instance);

  struct Target {
    std::size_t domain = 0;              // whose keys protect the message
    const saip::Rfm* manager = nullptr;  // null: the security domain itself
    std::uint8_t minimum_security_level = 0;
  };
  // Nothing: no application has this TAR.
  std::optional<Target> find(const etsi::Tar& tar) const;
  // Keys KIc (1) and KID (2) of this version; nothing when there is neither.
  std::optional<channel::scp80::KeySet> keys(std::size_t domain, std::uint8_t version) const;

  Result<std::uint64_t> counter(std::size_t domain, std::uint8_t version) const;
  // Durable when it returns.
  Status save_counter(std::size_t domain, std::uint8_t version, std::uint64_t counter);

  const OtaRecords& records() const { return records_; }

 private:
  OtaRegistry(Nvm& nvm, std::uint16_t instance, OtaRecords records)
      : nvm_(&nvm), instance_(instance), records_(std::move(records)) {}
  std::string counter_key(std::size_t domain, std::uint8_t version) const;

  Nvm* nvm_;
  std::uint16_t instance_;
  OtaRecords records_;
};

}  // namespace eider::card

EIDER_DER(eider::card::OtaRecords, 0x30);
