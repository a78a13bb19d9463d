// ES6 of M2M: UpdatePOL1byMNO and UpdateConnectivityParametersByMNO (SGP.02 v4.2 section 4.1.2).
#include "roles/operator/ota.hpp"
#include "spec/sgp02/es5.hpp"
#include "spec/sgp02/store_data.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::mno {
namespace {
constexpr std::uint16_t kPol1Dgi = 0x3A06, kConnectivityDgi = 0x3A07;

// To the ISD-P that the MNO-SD belongs to, by the name that it has for it.
std::vector<Bytes> personalisation(std::uint16_t dgi, ByteView value) {
  const auto isd_p = *sgp02::es5::Aid::from(sgp22::kOwnIsdPAid);
  auto install = sgp02::es5::encode_install_for_personalization(isd_p);
  install.le.reset();  // a script in the compact format has none before its end
  return {install.encode(), sgp02::store_data(dgi, value, false).encode()};
}
}  // namespace

std::vector<Bytes> update_pol1_script(std::uint8_t rules) {
  return personalisation(kPol1Dgi, Bytes{0x81, 0x01, rules});
}
std::vector<Bytes> update_connectivity_script(ByteView parameters) {
  return personalisation(kConnectivityDgi, parameters);
}

}  // namespace eider::mno
