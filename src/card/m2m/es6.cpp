#include "card/m2m/es6.hpp"

#include "spec/sgp02/store_data.hpp"

namespace eider::card::m2m {
namespace {
constexpr std::uint16_t kPol1Dgi = 0x3A06, kConnectivityDgi = 0x3A07;
constexpr std::uint8_t kAllRules = kDisablingNotAllowed | kDeletionNotAllowed | kDeletedWhenDisabled;

// 81 with one octet, or that octet alone: docs/sgp02-open-points.md.
std::optional<std::uint8_t> pol1_in(ByteView value) {
  const auto tlv = read_single_tlv(value);
  if (tlv && tlv->tag == 0x81) value = tlv->value;
  if (value.size() != 1 || (value[0] & ~kAllRules) != 0) return std::nullopt;
  return value[0];
}
// A0 to A2 and nothing else, each at most once.
bool is_connectivity(ByteView value) {
  const auto members = read_tlvs(value);
  if (!members || members->empty()) return false;
  Tag last = 0x9F;
  return std::ranges::all_of(
      *members, [&](const Tlv& m) { return m.tag > std::exchange(last, m.tag) && m.tag <= 0xA2; });
}
}  // namespace

Status update_by_mno(PersistentState& state, std::uint16_t instance, ByteView data) {
  auto& isd_p = state.isd_ps.at(instance);
  const auto value = sgp02::dgi_value(data);
  if (!value) return fail(StatusWord{0x6A80});
  switch (sgp02::dgi_of(data)) {
    case kPol1Dgi: {
      const auto pol1 = pol1_in(*value);
      if (!pol1) return fail(StatusWord{0x6A80});
      isd_p.pol1 = *pol1;
      break;
    }
    case kConnectivityDgi:
      if (!is_connectivity(*value)) return fail(StatusWord{0x6A80});
      isd_p.connectivity = to_bytes(*value);
      break;
    default:
      return fail(StatusWord{0x6A88});
  }
  state.save_isd_p(isd_p);
  return state.commit();
}

}  // namespace eider::card::m2m
