// What every Profile Element shares. TCA eUICC Profile Package: Interoperable Format, versions 2.1 to 3.3.
#pragma once
#include <bit>

#include "codec/der.hpp"
#include "codec/der_secret.hpp"

namespace eider::saip {

// ApplicationIdentifier: 5 to 16 octets.
using Aid = BoundedBytes<16>;
using Unknown = std::vector<der::RawTlv>;

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

inline FixedBytes<1> octet(std::uint8_t value) {
  FixedBytes<1> out;
  out[0] = value;
  return out;
}

// `mandated`: the package fails as a whole when this element fails; without it the element is skipped with a
// warning.
struct PeHeader {
  std::optional<der::Null> mandated;
  std::uint16_t identification = 0;  // 0..32767, unique in the package
  Unknown unknown;
};

// Members of ServicesList: bit n of `bits` is the member with tag 80h + n.
enum class Service : std::uint8_t {
  kContactless,
  kUsim,
  kIsim,
  kCsim,
  kMilenage,
  kTuak128,
  kCave,
  kGbaUsim,
  kGbaIsim,
  kMbms,
  kEap,
  kJavacard,
  kMultos,
  kMultipleUsim,
  kMultipleIsim,
  kMultipleCsim,
  kTuak256,
  kUsimTestAlgorithm,
  kBerTlv,
  kDfLink,
  kCatTp,
  kGetIdentity,
  kProfileAX25519,
  kProfileBP256,
  kSuciCalculatorApi,
  kDnsResolution,
  kScp11ac,
  kScp11cAuthorizationMechanism,
  kS16mode,
  kEaka,
};
constexpr int kServiceCount = 30;
std::string_view service_name(Service service);
// The bit of EUICCInfo2.uiccCapability (SGP.22 v2.6.1 section 5.7.8) that says a card has the service.
int capability_bit(Service service);

struct ServicesList {
  std::uint32_t bits = 0;
  Unknown unknown;
  bool has(Service s) const { return (bits >> static_cast<int>(s) & 1) != 0; }
  void add(Service s) { bits |= std::uint32_t{1} << static_cast<int>(s); }
};

struct MandatoryAid {
  Aid aid;
  FixedBytes<2> version;
  Unknown unknown;
};
// Present: a profile of the IoT minimal kind; the AID of its USIM is A000000087 followed by `pix`.
struct IotOptions {
  BoundedBytes<11> pix;
  Unknown unknown;
};

struct ProfileHeader {
  std::uint8_t major_version = 0;
  std::uint8_t minor_version = 0;
  std::optional<std::string> profileType;
  FixedBytes<10> iccid;  // digits in order, F filled: not swapped as in EF.ICCID
  std::optional<Bytes> pol;
  ServicesList eUICC_Mandatory_services;
  std::vector<der::Oid> eUICC_Mandatory_GFSTEList;
  std::optional<Bytes> connectivityParameters;
  std::optional<std::vector<MandatoryAid>> eUICC_Mandatory_AIDs;
  std::optional<IotOptions> iotOptions;
  Unknown unknown;
};

}  // namespace eider::saip

EIDER_DER(eider::saip::PeHeader, 0x30);
EIDER_DER(eider::saip::ServicesList, 0x30);
EIDER_DER(eider::saip::MandatoryAid, 0x30);
EIDER_DER(eider::saip::IotOptions, 0x30);
EIDER_DER(eider::saip::ProfileHeader, 0x30);
