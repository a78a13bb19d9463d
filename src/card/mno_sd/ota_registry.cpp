#include "card/mno_sd/ota_registry.hpp"

#include <cstdio>

#include "codec/der_secret.hpp"
#include "profile/ota_keys.hpp"
#include "spec/saip/profile_element.hpp"

namespace eider::card {
namespace {
using der::field;
using etsi::Tar;

constexpr der::Field kRecords[] = {field<&OtaRecords::domains>("domains", 0xA0),
                                   field<&OtaRecords::managers>("managers", 0xA1),
                                   field<&OtaRecords::applications>("applications", 0xA2)};

// Octets 13 to 15 of an AID (ETSI TS 101 220).
std::optional<Tar> tar_of(ByteView aid) {
  return aid.size() < 15 ? std::nullopt : Tar::from(aid.subspan(12, 3));
}
}  // namespace

std::string ota_key(std::uint16_t instance) {
  char text[16];
  std::snprintf(text, sizeof text, "ota/%04x", instance);
  return text;
}
std::string ota_state_prefix(std::uint16_t instance) {
  return ota_key(instance) + "/";
}

ToolkitAddress ToolkitAddress::read(ByteView f) {
  ToolkitAddress out;
  // Priority, timers, length of menu texts, number of menu entries, two octets each; channels.
  if (f.size() < 4) return out;
  std::size_t at = 4u + 2u * f[3] + 1;
  const auto part = [&]() -> ByteView {
    if (at >= f.size() || f.size() - at - 1 < f[at]) return {};
    const auto value = f.subspan(at + 1, f[at]);
    at += 1u + f[at];
    return value;
  };
  // 01: the level is the first octet of the SPI; other forms are proprietary.
  if (const auto level = part(); level.size() >= 2 && level[0] == 0x01) out.minimum_security_level = level[1];
  const auto tars = part();
  for (std::size_t i = 0; i + 3 <= tars.size(); i += 3) out.tars.push_back(*Tar::from(tars.subspan(i, 3)));
  return out;
}

Bytes OtaRegistry::compile(const profile::ProfileFacts& facts) {
  return der::encode(OtaRecords{facts.security_domains, facts.remote_managers, facts.applications});
}

Result<OtaRegistry> OtaRegistry::open(Nvm& nvm, std::uint16_t instance) {
  const auto octets = nvm.get(ota_key(instance));
  if (!octets) return fail_local("a Profile without its security domains");
  auto records = der::decode<OtaRecords>(*octets);
  if (!records) return fail_local("the security domains of a Profile are damaged");
  return OtaRegistry(nvm, instance, *std::move(records));
}

std::optional<OtaRegistry::Target> OtaRegistry::find(const Tar& tar) const {
  for (const auto& m : records_.managers) {
    const auto own = tar_of(m.instanceAID);
    const bool here = m.tarList ? std::ranges::find(*m.tarList, tar) != m.tarList->end() : own == tar;
    if (!here) continue;
    std::size_t domain = 0;
    if (m.securityDomainAID)
      while (domain < records_.domains.size() &&
             records_.domains[domain].instance.instanceAID != *m.securityDomainAID)
        ++domain;
    if (domain < records_.domains.size()) return Target{domain, &m, m.minimumSecurityLevel[0]};
  }
  for (std::size_t i = 0; i < records_.domains.size(); ++i) {
    const auto& instance = records_.domains[i].instance;
    ToolkitAddress address;
    if (const auto& p = instance.applicationParameters; p && p->uiccToolkitApplicationSpecificParametersField)
      address = ToolkitAddress::read(*p->uiccToolkitApplicationSpecificParametersField);
    if (address.tars.empty())
      if (const auto own = tar_of(instance.instanceAID)) address.tars.push_back(*own);
    // The MNO-SD is the issuer's security domain of the Profile, whose TAR is 000000 (TS 101 220).
    if (i == 0) address.tars.emplace_back();
    if (std::ranges::find(address.tars, tar) != address.tars.end())
      return Target{i, nullptr, address.minimum_security_level};
  }
  return std::nullopt;
}

std::optional<channel::scp80::KeySet> OtaRegistry::keys(std::size_t domain, std::uint8_t version) const {
  return profile::ota_keys(records_.domains[domain], version);
}

std::string OtaRegistry::counter_key(std::size_t domain, std::uint8_t version) const {
  char text[32];
  std::snprintf(text, sizeof text, "%sc%02zx%02x", ota_state_prefix(instance_).c_str(), domain, version);
  return text;
}

Result<std::uint64_t> OtaRegistry::counter(std::size_t domain, std::uint8_t version) const {
  if (const auto octets = nvm_->get(counter_key(domain, version))) {
    if (octets->size() != 5) return fail_local("a counter of a security domain is damaged");
    std::uint64_t out = 0;
    for (const auto octet : *octets) out = out << 8 | octet;
    return out;
  }
  return profile::ota_counter_start(records_.domains[domain], version);
}

Status OtaRegistry::save_counter(std::size_t domain, std::uint8_t version, std::uint64_t counter) {
  Bytes octets;
  for (int i = 4; i >= 0; --i) octets.push_back(static_cast<std::uint8_t>(counter >> 8 * i));
  NvmBatch batch;
  batch.put(counter_key(domain, version), std::move(octets));
  return nvm_->commit(batch);
}

}  // namespace eider::card

using namespace eider::card;
EIDER_DER_SEQUENCE(eider::card::OtaRecords, kRecords, "card store");
