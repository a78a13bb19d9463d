#include "spec/saip/common.hpp"

using namespace eider::saip;

namespace eider::saip {
namespace {

using der::Field;

constexpr Field kPeHeader[] = {
    der::field<&PeHeader::mandated>("mandated", 0x80),
    der::field<&PeHeader::identification>("identification", 0x81).size(0, 32767),
};

struct ServiceRow {
  std::string_view name;
  int capability_bit;
  std::string_view since;
};
constexpr ServiceRow kServices[kServiceCount] = {
    {"contactless", 0, ""},
    {"usim", 1, ""},
    {"isim", 2, ""},
    {"csim", 3, ""},
    {"milenage", 4, ""},
    {"tuak128", 6, ""},
    {"cave", 5, ""},
    {"gba-usim", 10, ""},
    {"gba-isim", 11, ""},
    {"mbms", 12, ""},
    {"eap", 13, ""},
    {"javacard", 14, ""},
    {"multos", 15, ""},
    {"multiple-usim", 16, ""},
    {"multiple-isim", 17, ""},
    {"multiple-csim", 18, ""},
    {"tuak256", 7, ""},
    {"usim-test-algorithm", 8, ""},
    {"ber-tlv", 19, ""},
    {"dfLink", 20, ""},
    {"cat-tp", 21, ""},
    {"get-identity", 22, "2.3"},
    {"profile-a-x25519", 23, "2.3"},
    {"profile-b-p256", 24, "2.3"},
    {"suciCalculatorApi", 25, "3.3"},
    {"dns-resolution", 26, "3.3"},
    {"scp11ac", 27, "3.3"},
    {"scp11c-authorization-mechanism", 28, "3.3"},
    {"s16mode", 29, "3.3"},
    {"eaka", 30, "3.3"},
};

// One NULL member a bit: presence is the whole value, so all of them share one Null object.
der::Null shared_null;
constexpr std::array<Field, kServiceCount> service_fields() {
  std::array<Field, kServiceCount> out{};
  for (int i = 0; i < kServiceCount; ++i) {
    Field f{.name = kServices[i].name,
            .tag = static_cast<Tag>(0x80 + i),
            .presence = der::Presence::kOptional,
            .type = der::TypeFor<der::Null>::type()};
    f.get = [](const void* o, const Field& self) -> const void* {
      return (static_cast<const ServicesList*>(o)->bits >> (self.tag - 0x80) & 1) ? &shared_null : nullptr;
    };
    f.make = [](void* o, const Field& self) -> void* {
      static_cast<ServicesList*>(o)->bits |= std::uint32_t{1} << (self.tag - 0x80);
      return &shared_null;
    };
    f.note = kServices[i].since;
    out[static_cast<std::size_t>(i)] = f;
  }
  return out;
}
constexpr auto kServicesList = service_fields();

constexpr Field kMandatoryAid[] = {
    der::field<&MandatoryAid::aid>("aid", 0x80).size(5, 16),
    der::field<&MandatoryAid::version>("version", 0x81),
};
constexpr Field kIotOptions[] = {
    der::field<&IotOptions::pix>("pix", 0x80).size(7, 11),
};
constexpr Field kProfileHeader[] = {
    der::field<&ProfileHeader::major_version>("major-version", 0x80).size(0, 255),
    der::field<&ProfileHeader::minor_version>("minor-version", 0x81).size(0, 255),
    der::field<&ProfileHeader::profileType>("profileType", 0x82).size(1, 100),
    der::field<&ProfileHeader::iccid>("iccid", 0x83),
    der::field<&ProfileHeader::pol>("pol", 0x84).about("POL1 of SGP.02; SGP.22 ignores it"),
    der::field<&ProfileHeader::eUICC_Mandatory_services>("eUICC-Mandatory-services", 0xA5),
    der::field<&ProfileHeader::eUICC_Mandatory_GFSTEList>("eUICC-Mandatory-GFSTEList", 0xA6),
    der::field<&ProfileHeader::connectivityParameters>("connectivityParameters", 0x87),
    der::field<&ProfileHeader::eUICC_Mandatory_AIDs>("eUICC-Mandatory-AIDs", 0xA8),
    der::field<&ProfileHeader::iotOptions>("iotOptions", 0xA9).about("3.3"),
};

}  // namespace

std::string_view service_name(Service service) {
  const auto i = static_cast<std::size_t>(service);
  return i < std::size(kServices) ? kServices[i].name : "unknown";
}
int capability_bit(Service service) {
  const auto i = static_cast<std::size_t>(service);
  return i < std::size(kServices) ? kServices[i].capability_bit : -1;
}

}  // namespace eider::saip

EIDER_DER_SEQUENCE(PeHeader, kPeHeader, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(ServicesList, kServicesList, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(MandatoryAid, kMandatoryAid, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(IotOptions, kIotOptions, "SAIP PEDefinitions");
EIDER_DER_SEQUENCE(ProfileHeader, kProfileHeader, "SAIP PEDefinitions");
