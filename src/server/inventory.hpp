// What a server that pushes Profiles to cards takes out of the inventory that it shares with the SM-DP+: one
// stock, two deliveries. A Profile is given out once, whichever way.
#pragma once
#include "base/secret.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::server {

struct StockProfile {
  sgp22::Iccid iccid;
  std::string type;
  std::string owner;               // functionRequesterIdentifier of its operator: an OID
  std::uint8_t profile_major = 2;  // version of the Profile Package
  std::uint8_t profile_minor = 0;
  std::uint32_t size = 0;  // octets on the card, estimated; 0: unknown
  std::optional<std::string> imsi, msisdn;
};

struct Reservation {
  std::string order;  // of the one who pushes: repeated, it gets the same Profile
  std::string owner;  // OID of the operator that asks
  sgp22::Eid eid;
  std::optional<sgp22::Iccid> iccid;  // or any of `type`
  std::optional<std::string> type;
};

// Safe to use from several threads; each member is one transaction. Faults: LocalFault, and FunctionStatus
// where one is named.
class Inventory {
 public:
  virtual ~Inventory() = default;
  // FunctionStatus: 8.2.1/3.9 and 8.2.5/3.9 unknown, 8.2.1/1.2 and 8.2.5/1.2 of another operator, 8.2.1/3.3
  // taken, 8.2.5/3.7 none left, 8.2.5/3.8 the ICCID is of another type.
  virtual Result<StockProfile> reserve(const Reservation& reservation) = 0;
  // The unprotected Profile Package.
  virtual Result<Secret> package(const sgp22::Iccid& iccid) = 0;
  // It is on the card. Once more changes nothing.
  virtual Status installed(const sgp22::Iccid& iccid, const std::string& order) = 0;
  // It is on no card, and nothing of it: back into the stock. Once more changes nothing.
  virtual Status returned(const sgp22::Iccid& iccid, const std::string& order) = 0;
  // It was deleted from the card; whether it may be used again its type says.
  virtual Status deleted(const sgp22::Iccid& iccid, const sgp22::Eid& eid) = 0;
};

}  // namespace eider::server
