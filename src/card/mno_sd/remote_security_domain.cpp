#include <algorithm>

#include "card/m2m/es6.hpp"
#include "card/mno_sd/remote_applications.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::card {
Answer RemoteSecurityDomain::get_status(const CommandView& c) {
  return gp::get_status(gp::profile_content(registry_.records()), listing_, c);
}

namespace {
// GPCS 2.3 section 11.3.3.1: identifier, version, then type and length of each component.
Bytes key_information(const saip::SecurityDomain& d) {
  Bytes out;
  for (const auto& k : d.keyList.value_or(std::vector<saip::KeyObject>())) {
    Bytes one = {k.keyIdentifier[0], k.keyVersionNumber[0]};
    for (const auto& component : k.keyComponents) {
      append(one, component.keyType);
      one.push_back(static_cast<std::uint8_t>(component.keyData.size()));
    }
    append_tlv(out, 0xC0, one);
  }
  return make_tlv(0xE0, out);
}

// STORE DATA content of the package: DGI 0070 has data objects by their tags.
std::optional<Bytes> personal_object(const saip::SecurityDomain& d, Tag tag) {
  for (const auto& dgi : d.sdPersoData.value_or(std::vector<Bytes>())) {
    if (dgi.size() < 3 || dgi[0] != 0x00 || dgi[1] != 0x70) continue;
    const bool longer = dgi[2] == 0xFF && dgi.size() >= 5;
    const auto found = find_tlv(ByteView(dgi).subspan(longer ? 5 : 3), tag);
    if (found) return to_bytes(found->whole);
  }
  return std::nullopt;
}
}  // namespace

Answer RemoteSecurityDomain::get_data(const CommandView& c) const {
  const auto tag = static_cast<Tag>(c.p1 << 8 | c.p2);
  const auto& domain = registry_.records().domains[domain_];
  if (tag == 0x00E0) return Answer(key_information(domain));
  if (tag == 0xFF21) {  // extended card resources: applications, free octets of both memories
    const auto free = free_memory(state_);
    const Bytes octets = {static_cast<std::uint8_t>(free >> 24), static_cast<std::uint8_t>(free >> 16),
                          static_cast<std::uint8_t>(free >> 8), static_cast<std::uint8_t>(free)};
    const auto content = gp::profile_content(registry_.records());
    const std::uint8_t count[] = {
        static_cast<std::uint8_t>(std::ranges::count(content, gp::Kind::kApplication, &gp::Content::kind))};
    return Answer(make_tlv(0xFF21, {make_tlv(0x81, count), make_tlv(0x82, octets), make_tlv(0x83, octets)}));
  }
  if (auto object = personal_object(domain, tag)) return Answer(*std::move(object));
  return 0x6A88;
}

// SGP.22 annex F: the ISD-P of the Profile itself is addressed by a reserved AID; its own one means the same.
bool RemoteSecurityDomain::is_own_isd_p(ByteView aid) const {
  return equal(aid, sgp22::kOwnIsdPAid) || equal(aid, profile_.aid());
}

// GPCS 2.3 section 11.5: for personalization, and nothing else.
Answer RemoteSecurityDomain::install(const CommandView& c) {
  isd_p_addressed_ = false;
  chain_.clear();
  if (c.p1 != 0x20 || c.p2 != 0x00) return 0x6A86;
  // Two empty fields, the AID, three more.
  const auto& d = c.data;
  if (d.size() < 6 || d[0] != 0 || d[1] != 0 || d.size() != 6u + d[2]) return 0x6A80;
  if (!std::ranges::all_of(d.last(3), [](std::uint8_t octet) { return octet == 0; })) return 0x6A80;
  // TS 102 226 has this done by the security domain that holds the privilege: in a Profile the MNO-SD.
  if (domain_ != 0) return 0x6985;
  if (!is_own_isd_p(d.subspan(3, d[2]))) return 0x6A88;
  isd_p_addressed_ = true;
  return 0x9000;
}

Result<Answer> RemoteSecurityDomain::store_data(const CommandView& c) {
  if (!isd_p_addressed_) return Answer(0x6985);
  if ((c.p1 & 0x60) != 0) return Answer(0x6A86);  // encrypted data
  if (const auto next = chain_.add(c.p2, (c.p1 & 0x80) != 0, c.data); next != StoreDataChain::Next::kComplete)
    return Answer(StoreDataChain::status_word(next));
  const auto data = chain_.take();
  const auto done = state_.m2m_active() ? m2m::update_by_mno(state_, profile_.instance, data)
                                        : update_metadata(state_, profile_, data);
  if (done) return Answer(0x9000);
  const auto* sw = done.error().as<StatusWord>();
  return sw ? Result<Answer>(Answer(sw->sw)) : tl::unexpected(done.error());
}

// What the package installed stays: what is there is refused, what is not is not found.
Answer RemoteSecurityDomain::delete_content(const CommandView& c) const {
  if ((c.p2 & 0x7F) != 0 || c.p1 != 0) return 0x6A86;
  const auto aid = find_tlv(c.data, 0x4F);
  if (!aid) return 0x6A80;
  for (const auto& item : gp::profile_content(registry_.records()))
    if (equal(item.aid, aid->value)) return 0x6985;
  return 0x6A88;
}

Result<Answer> RemoteSecurityDomain::run(const CommandView& c) {
  if (c.cla != 0x80) return Answer(c.cla == 0x00 ? 0x6D00 : 0x6E00);
  if (c.ins != 0xF2) listing_ = {};
  switch (c.ins) {
    case 0xF2:
      return get_status(c);
    case 0xCA:
      return get_data(c);
    case 0xE6:
      return install(c);
    case 0xE2:
      return store_data(c);
    case 0xE4:
      return delete_content(c);
    default:  // PUT KEY, SET STATUS, LOAD
      return Answer(0x6D00);
  }
}

}  // namespace eider::card
