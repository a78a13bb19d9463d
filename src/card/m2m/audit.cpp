// eUICCCapabilityAudit (SGP.02 v4.2 section 4.1.1.5).
#include "card/m2m/isd_p.hpp"
#include "card/m2m/isd_r.hpp"

namespace eider::card::m2m {
namespace es5 = sgp02::es5;

namespace {
constexpr std::uint8_t kNext = 0x01;
constexpr std::size_t kResponseOctets = 256;
constexpr std::uint16_t kMoreData = 0x6310;

Bytes entry(const PersistentState& state, const IsdP& isd_p) {
  const auto& m = *state.m2m;
  es5::ProfileStatus status;
  status.isdp_aid = *es5::Aid::from(sgp22::isd_p_aid(isd_p.instance));
  status.life_cycle = life_cycle(state, isd_p);
  status.fallback = m.fallback == isd_p.instance;
  status.emergency = m.emergency == isd_p.instance;
  const auto profile = state.profiles.find(isd_p.instance);
  const std::uint32_t used = profile == state.profiles.end() ? 0 : profile->second.memory;
  status.granted_memory = std::max(isd_p.granted, used);
  status.remaining_memory = *status.granted_memory - used;
  return status.encode();
}

Answer give(std::vector<Bytes>& left) {
  Bytes out;
  std::size_t n = 0;
  while (n < left.size() && (n == 0 || out.size() + left[n].size() <= kResponseOctets))
    append(out, left[n++]);
  left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(n));
  return Answer(std::move(out), left.empty() ? 0x9000 : kMoreData);
}
}  // namespace

Result<Answer> get_status(IsdR& isd_r, const CommandView& c) {
  const auto criteria = read_single_tlv(c.data);
  if (!criteria || criteria->tag != 0x4F || criteria->value.size() > 16) return Answer(es5::kIncorrectData);
  if ((c.p2 & kNext) != 0) {
    if (isd_r.status_left.empty()) return Answer(es5::kConditionsNotSatisfied);
    return give(isd_r.status_left);
  }
  isd_r.status_left.clear();
  for (const auto& [instance, isd_p] : isd_r.state.isd_ps) {
    const auto aid = sgp22::isd_p_aid(instance);
    if (equal(criteria->value, ByteView(aid).first(criteria->value.size())))
      isd_r.status_left.push_back(entry(isd_r.state, isd_p));
  }
  if (isd_r.status_left.empty()) return Answer(es5::kNotFound);
  return give(isd_r.status_left);
}

Result<Answer> get_memory(IsdR& isd_r, const CommandView&) {
  const auto& state = isd_r.state;
  return Answer(es5::Memory{static_cast<std::uint32_t>(state.isd_ps.size()), free_memory(state),
                            state.personalisation.volatileMemory}
                    .encode());
}

// The ISD-R hands the question on: BF30 with what 5C asks for.
Result<Answer> get_ecasd_data(IsdR& isd_r, const CommandView& c) {
  const auto list = read_single_tlv(c.data);
  const auto tags = list && list->tag == 0x5C ? parse_tag_list(list->value) : std::nullopt;
  if (!tags || tags->empty()) return Answer(es5::kIncorrectData);
  Bytes content;
  for (const auto tag : *tags) {
    if (tag == 0x7F21) {
      append(content, isd_r.state.personalisation.m2m->ecasdCertificate);
    } else if (tag == 0x66) {
      // Card recognition data: GlobalPlatform, SCP03 with i = 70.
      append(content,
             make_tlv(0x66, make_tlv(0x73, {make_tlv(0x06, hex("2A864886FC6B01")),
                                            make_tlv(0x64, make_tlv(0x06, hex("2A864886FC6B040370")))})));
    } else {
      return Answer(es5::kNotFound);
    }
  }
  return Answer(make_tlv(0xBF30, content));
}

}  // namespace eider::card::m2m
