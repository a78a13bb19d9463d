// ProfileElement: a package is the plain concatenation of these, in DER.
#pragma once
#include "spec/saip/naa.hpp"
#include "spec/saip/response.hpp"
#include "spec/saip/security_domain.hpp"
#include "spec/saip/template.hpp"

namespace eider::saip {

struct NonStandard {
  PeHeader header;
  der::Oid issuerID;
  Bytes content;
  Unknown unknown;
};
struct End {
  PeHeader header;
  Unknown unknown;
};
// rfu1 to rfu5: empty, they only keep the numbering.
struct Dummy {
  Tag pe = 0;
  Unknown unknown;
};

namespace pe {
constexpr Tag kHeader = 0xA0, kGenericFileManagement = 0xA1, kPinCodes = 0xA2, kPukCodes = 0xA3,
              kAkaParameter = 0xA4, kCdmaParameter = 0xA5, kSecurityDomain = 0xA6, kRfm = 0xA7,
              kApplication = 0xA8, kNonStandard = 0xA9, kEnd = 0xAA, kMf = 0xB0, kCd = 0xB1, kTelecom = 0xB2,
              kUsim = 0xB3, kOptUsim = 0xB4, kIsim = 0xB5, kOptIsim = 0xB6, kPhonebook = 0xB7,
              kGsmAccess = 0xB8, kCsim = 0xB9, kOptCsim = 0xBA, kEap = 0xBB, kDf5gs = 0xBC, kDfSaip = 0xBD,
              kDfSnpn = 0xBE, kDf5gProse = 0xBF1F, kIot = 0xBF20, kOptIot = 0xBF21;
}  // namespace pe

struct ProfileElement {
  enum Index : std::size_t {
    kHeader,
    kGenericFileManagement,
    kPinCodes,
    kPukCodes,
    kAkaParameter,
    kCdmaParameter,
    kSecurityDomain,
    kRfm,
    kApplication,
    kNonStandard,
    kEnd,
    kDummy,
    kTemplate,
    kUnknown,
  };
  std::variant<ProfileHeader, GenericFileManagement, PinCodes, PukCodes, AkaParameter, CdmaParameter,
               SecurityDomain, Rfm, Application, NonStandard, End, Dummy, TemplatePe, der::RawTlv>
      value;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&value);
  }
  template <class T>
  T* as() {
    return std::get_if<T>(&value);
  }
  Tag tag() const;
  std::string_view name() const;  // "akaParameter"; "unknown" for a tag that the module does not have
  // The PEHeader; none for the profile header, the dummies and unknown elements.
  const PeHeader* header() const;
  PeHeader* header();
};
std::string_view element_name(Tag tag);

// One element; the offset of a fault counts from its first octet.
Result<ProfileElement> decode_element(ByteView der, const der::Rules& rules = der::Rules::tolerant());
Bytes encode_element(const ProfileElement& element);

// Are there members, at any depth, that the module does not name? The path of the first one, or nothing.
std::optional<std::string> unknown_member(const ProfileElement& element);

}  // namespace eider::saip

EIDER_DER(eider::saip::NonStandard, 0x30);
EIDER_DER(eider::saip::End, 0x30);
EIDER_DER(eider::saip::Dummy, 0x30);
EIDER_DER(eider::saip::ProfileElement, 0);
