// From a template package and a subscriber's data to that subscriber's package.
#pragma once
#include "profile/identity.hpp"
#include "spec/saip/profile_element.hpp"

namespace eider::profile {

// What is absent stays as the template has it. Codes are in the coding of encode_pin() and its like.
struct SubscriberData {
  std::string iccid;  // 18 to 20 digits, a final '?' for the check digit
  std::string imsi;
  std::optional<Secret> k;
  std::optional<Secret> opc;  // OPc, or TOPc for TUAK
  std::optional<Secret> op;   // MILENAGE only, with k: OPc is derived
  std::optional<Secret> pin1, pin2, puk1, puk2, adm1;
  std::optional<std::string> msisdn;
  std::optional<std::string> spn;
  std::optional<Secret> kic, kid, kik;  // keys 1, 2, 3 of the MNO-SD, in every version that the template has
};

// OPc = OP xor AES[K](OP) (TS 35.206 section 4.1).
Result<Secret> derive_opc(const Secret& k, const Secret& op);

// A package decoded once, for any number of subscribers; personalise() may run in several threads at a time.
class ProfileTemplate {
 public:
  // Refused: a package without PE-MF and one PE-USIM, or one that does not decode.
  static Result<ProfileTemplate> load(ByteView package);

  // Changes header iccid, EF.ICCID, EF.IMSI, EF.ACC, EF.SPN, EF.MSISDN, the IMSI where it stands as text in
  // EF.IMPI and EF.IMPU, codes and keys; every other element keeps its octets. LocalFault names what does not
  // fit.
  Result<Bytes> personalise(const SubscriberData& subscriber) const;
  std::size_t size() const { return package_.size(); }
  const std::string& imsi() const { return imsi_; }

 private:
  struct Member {
    Tag tag = 0;
    std::size_t begin = 0, end = 0;  // in package_
  };
  struct Part {
    std::size_t begin = 0, end = 0;  // in package_
    saip::ProfileElement element;
    std::vector<Member> members;  // of a template element: only those that change are encoded again
  };
  Bytes package_;
  std::vector<Part> parts_;
  std::string imsi_;
  std::size_t msisdn_record_ = 0;  // octets; 0: the template has no EF.MSISDN
  std::size_t spn_size_ = 17;
  friend class SubscriberEditor;
};

}  // namespace eider::profile
