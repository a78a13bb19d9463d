#include "card/mno_sd/remote_applications.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::card {
namespace {
// One row of the registry of a Profile (GlobalPlatform Card Specification 2.3 section 11.4.3.1).
struct Entry {
  saip::Aid aid;
  std::uint8_t state = 0;
  Bytes privileges;  // three octets; none for a load file
  std::optional<saip::Aid> load_file, domain;

  bool matches(ByteView criterion) const {
    return criterion.size() <= aid.size() && equal(criterion, aid.view().first(criterion.size()));
  }
  // P2 b2 = 1: with tags.
  Bytes encode(bool tagged) const {
    const std::uint8_t one[] = {state};
    if (!tagged) {
      Bytes out = {static_cast<std::uint8_t>(aid.size())};
      append(out, aid);
      append(out, Bytes{state, privileges.empty() ? std::uint8_t{0} : privileges[0]});
      return out;
    }
    Bytes content = concat({make_tlv(0x4F, aid), make_tlv(0x9F70, one)});
    if (!privileges.empty()) append_tlv(content, 0xC5, privileges);
    if (load_file) append_tlv(content, 0xC4, *load_file);
    if (domain) append_tlv(content, 0xCC, *domain);
    return make_tlv(0xE3, content);
  }
};

Entry entry_of(const saip::ApplicationInstance& i, const saip::Aid& mno_sd) {
  Bytes privileges = to_bytes(i.applicationPrivileges);
  privileges.resize(3);
  return {i.instanceAID, i.lifeCycleState[0], std::move(privileges), i.applicationLoadPackageAID,
          i.extraditeSecurityDomainAID.value_or(mno_sd)};
}

constexpr std::uint8_t kSelectable = 0x07, kLoaded = 0x01;

std::vector<Entry> issuer(const OtaRecords& r) {
  auto out = entry_of(r.domains[0].instance, r.domains[0].instance.instanceAID);
  out.domain.reset();
  return {out};
}
std::vector<Entry> applications(const OtaRecords& r) {
  const auto& mno_sd = r.domains[0].instance.instanceAID;
  std::vector<Entry> out;
  for (std::size_t i = 1; i < r.domains.size(); ++i) out.push_back(entry_of(r.domains[i].instance, mno_sd));
  for (const auto& m : r.managers)
    out.push_back({m.instanceAID, kSelectable, Bytes(3), std::nullopt, m.securityDomainAID.value_or(mno_sd)});
  for (const auto& a : r.applications)
    for (const auto& i : a.instanceList.value_or(std::vector<saip::ApplicationInstance>()))
      out.push_back(entry_of(i, mno_sd));
  return out;
}
std::vector<Entry> load_files(const OtaRecords& r) {
  std::vector<Entry> out;
  for (const auto& a : r.applications)
    if (a.loadBlock)
      out.push_back({a.loadBlock->loadPackageAID, kLoaded, {}, std::nullopt, a.loadBlock->securityDomainAID});
  return out;
}
}  // namespace

Answer RemoteSecurityDomain::get_status(const CommandView& c) const {
  const auto criterion = find_tlv(c.data, 0x4F);
  if (!criterion || criterion->value.size() > 16) return 0x6A80;
  if ((c.p2 & 0xFC) != 0) return 0x6A86;
  const auto& records = registry_.records();
  std::vector<Entry> all;
  switch (c.p1) {
    case 0x80:
      all = issuer(records);
      break;
    case 0x40:
      all = applications(records);
      break;
    case 0x20:
    case 0x10:
      all = load_files(records);
      break;
    default:
      return 0x6A86;
  }
  Bytes out;
  if ((c.p2 & 0x01) == 0)  // "next" finds nothing: all come at once
    for (const auto& e : all)
      if (e.matches(criterion->value)) append(out, e.encode((c.p2 & 0x02) != 0));
  return out.empty() ? Answer(0x6A88) : Answer(std::move(out));
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
    const std::uint8_t count[] = {static_cast<std::uint8_t>(applications(registry_.records()).size())};
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
  switch (chain_.add(c.p2, (c.p1 & 0x80) != 0, c.data)) {
    case StoreDataChain::Next::kMore:
      return Answer(0x9000);
    case StoreDataChain::Next::kWrongBlock:
      return Answer(0x6A86);
    case StoreDataChain::Next::kTooLong:
      return Answer(0x6700);
    case StoreDataChain::Next::kComplete:
      break;
  }
  const auto done = update_metadata(state_, profile_, chain_.take());
  if (done) return Answer(0x9000);
  const auto* sw = done.error().as<StatusWord>();
  return sw ? Result<Answer>(Answer(sw->sw)) : tl::unexpected(done.error());
}

// What the package installed stays: what is there is refused, what is not is not found.
Answer RemoteSecurityDomain::delete_content(const CommandView& c) const {
  if ((c.p2 & 0x7F) != 0 || c.p1 != 0) return 0x6A86;
  const auto aid = find_tlv(c.data, 0x4F);
  if (!aid) return 0x6A80;
  const auto& records = registry_.records();
  for (const auto& list : {issuer(records), applications(records), load_files(records)})
    for (const auto& e : list)
      if (equal(e.aid, aid->value)) return 0x6985;
  return 0x6A88;
}

Result<Answer> RemoteSecurityDomain::run(const CommandView& c) {
  if (c.cla != 0x80) return Answer(c.cla == 0x00 ? 0x6D00 : 0x6E00);
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
