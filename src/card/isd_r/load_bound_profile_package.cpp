#include "card/isd_r/isd_r.hpp"

namespace eider::card {

bool is_bpp_segment(Tag) {
  return false;
}
Result<Bytes> load_bound_profile_package(IsdR&, ByteView) {
  return fail_sw(0x6A88);
}

}  // namespace eider::card
