#include "roles/lpa/procedures/chip_info.hpp"

#include "roles/lpa/es10a.hpp"
#include "roles/lpa/es10b.hpp"
#include "roles/lpa/es10c.hpp"

namespace eider::lpa {

Result<ChipInfo> chip_info(Lpa& lpa) {
  ChipInfo out;
  out.isd_r = lpa.card.isd_r();
  EIDER_TRY(eid, es10c::get_eid(lpa.card));
  out.eid = eid;
  EIDER_TRY(addresses, es10a::get_euicc_configured_addresses(lpa.card));
  out.defaultDpAddress = addresses.defaultDpAddress;
  out.rootDsAddress = addresses.rootDsAddress;
  EIDER_TRY(info1, es10b::get_euicc_info1(lpa.card));
  out.info1 = std::move(info1.value);
  EIDER_TRY(info2, es10b::get_euicc_info2(lpa.card));
  out.info2 = std::move(info2.value);
  out.resources = sgp22::parse_ext_card_resource(out.info2.extCardResource);
  // Cards before SGP.22 v2.1 have no RAT to read: they are shown without one.
  if (auto rat = es10b::get_rat(lpa.card)) {
    out.rat = *std::move(rat);
  } else if (!rat.error().refused()) {
    return tl::unexpected<Fault>(std::move(rat).error());
  }
  return out;
}

}  // namespace eider::lpa
