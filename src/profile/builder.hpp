// A profile package of our own making, for demonstrations and tests: MF, telecom, USIM, keys, MNO-SD, RFM.
#pragma once
#include "base/random.hpp"
#include "profile/identity.hpp"
#include "spec/saip/profile_element.hpp"

namespace eider::profile {

struct GenericProfileParameters {
  std::string profile_type = "Eider generic profile";
  std::string iccid = "8988211000000000001?";  // 18 to 20 digits; '?' computes the check digit
  std::string imsi = "001010000000001";
  int mnc_length = 2;
  saip::AlgorithmId algorithm = saip::AlgorithmId::kMilenage;
  Secret k = Secret(std::size_t{16});
  Secret opc = Secret(std::size_t{16});  // TUAK: TOPc of 32 octets
  std::string pin1 = "0000", pin2 = "0000", puk1 = "00000000", puk2 = "00000000", adm1 = "00000000";
  bool pin1_enabled = false;
  std::string spn = "Eider";
  std::optional<std::string> msisdn;
  std::optional<Bytes> gid1, gid2;
  // Keys of the MNO-SD, AES: KIc, KID, KIK of version 01.
  std::array<Secret, 3> sd_keys = {Secret(std::size_t{16}), Secret(std::size_t{16}), Secret(std::size_t{16})};
  bool telecom = true;  // DF.TELECOM with a phone book
  bool five_g = true;   // DF.5GS, SUCI by the ME with the null scheme
  bool isim = false;    // with the USIM's key data
  bool rfm = true;
  std::size_t ballast = 0;  // octets in an extra EF 2F50, for packages of a wanted size; at most 32767

  // Every key and code random, ICCID and IMSI in test ranges (898821, 001-01).
  static GenericProfileParameters random(Random& random);
};

// What cannot be built, in words for the person who chose the parameters.
Status validate(const GenericProfileParameters& parameters);
// Throws std::invalid_argument when validate() refuses.
Bytes build_generic_profile(const GenericProfileParameters& parameters);

}  // namespace eider::profile
