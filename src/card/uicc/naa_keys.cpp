#include "card/uicc/naa_keys.hpp"

#include <cstdio>

#include "codec/der_secret.hpp"
#include "spec/saip/profile_element.hpp"

namespace eider::card::uicc {
namespace {

using der::field;
using profile::AkaVerdict;
using profile::SqnState;

constexpr der::Field kNaa[] = {field<&NaaRecord::aid>("aid", 0x4F), field<&NaaRecord::naa>("naa", 0x80),
                               field<&NaaRecord::sqnOwner>("sqnOwner", 0x81),
                               field<&NaaRecord::parameters>("parameters", 0xA2)};
constexpr der::Field kNaas[] = {field<&NaaRecords::naas>("naas", 0xA0)};
constexpr der::Field kGba[] = {field<&GbaRecord::rand>("rand", 0x80), field<&GbaRecord::ks>("ks", 0x81),
                               field<&GbaRecord::lastNaf>("lastNaf", 0x82)};

std::string state_key(std::uint16_t instance, char kind, std::size_t naa) {
  char text[24];
  std::snprintf(text, sizeof text, "%s%c%02x", naa_state_prefix(instance).c_str(), kind,
                static_cast<unsigned>(naa & 0xFF));
  return text;
}

}  // namespace

std::string naa_key(std::uint16_t instance) {
  char text[16];
  std::snprintf(text, sizeof text, "aka/%04x", instance);
  return text;
}

std::string naa_state_prefix(std::uint16_t instance) {
  return naa_key(instance) + "/";
}

bool Naa::is_usim() const {
  return naa_ == saip::pe::kUsim;
}
bool Naa::is_isim() const {
  return naa_ == saip::pe::kIsim;
}

Result<SqnState> Naa::state() const {
  const auto octets = nvm_->get(sqn_key_);
  if (!octets) return aka_.initial_state();
  auto state = SqnState::decode(*octets);
  if (!state) return fail_local("the sequence numbers of an application are damaged");
  return state;
}

Result<profile::AkaResult> Naa::authenticate(const profile::AkaRand& rand, ByteView autn) {
  EIDER_TRY(state, this->state());
  auto result = aka_.authenticate(state, rand, autn);
  if (result.state_changed) {
    NvmBatch batch;
    batch.put(sqn_key_, state.encode());
    EIDER_CHECK(nvm_->commit(batch));
  }
  return result;
}

Result<profile::AkaResult> Naa::bootstrap(const profile::AkaRand& rand, ByteView autn) {
  EIDER_TRY(state, this->state());
  auto result = aka_.bootstrap(state, rand, autn);
  NvmBatch batch;
  if (result.state_changed) batch.put(sqn_key_, state.encode());
  if (result.verdict == AkaVerdict::kAccepted) {
    EIDER_TRY(before, bootstrapped());
    const GbaRecord gba{rand, Secret(concat({result.keys.ck, result.keys.ik})),
                        before ? before->lastNaf : std::uint8_t{0}};
    batch.put(gba_key_, der::encode(gba));
  }
  if (!batch.empty()) EIDER_CHECK(nvm_->commit(batch));
  return result;
}

Result<profile::NetworkAuthentication::GsmResult> Naa::gsm(const profile::AkaRand& rand) {
  EIDER_TRY(state, this->state());
  auto result = aka_.gsm(state, rand);
  if (result.state_changed) {
    NvmBatch batch;
    batch.put(sqn_key_, state.encode());
    EIDER_CHECK(nvm_->commit(batch));
  }
  return result;
}

Result<std::optional<GbaRecord>> Naa::bootstrapped() const {
  const auto octets = nvm_->get(gba_key_);
  if (!octets) return std::optional<GbaRecord>{};
  auto gba = der::decode<GbaRecord>(*octets, der::Rules::strict());
  if (!gba) return fail_local("the bootstrapped key of an application is damaged");
  return std::optional(*std::move(gba));
}

Status Naa::save_gba(const GbaRecord& gba) {
  NvmBatch batch;
  batch.put(gba_key_, der::encode(gba));
  return nvm_->commit(batch);
}

Bytes NaaKeys::compile(const profile::ProfileFacts& facts) {
  NaaRecords out;
  for (const auto& naa : facts.naas) {
    const auto owner = std::ranges::find(facts.naas, naa.sqn_owner, &profile::NaaAuthentication::aid);
    out.naas.push_back({naa.aid, static_cast<std::uint8_t>(naa.naa),
                        static_cast<std::uint8_t>(owner - facts.naas.begin()), naa.parameters});
  }
  return der::encode(out);
}

Result<Naa*> NaaKeys::find(ByteView aid) {
  if (!records_) {
    const auto octets = nvm_ ? nvm_->get(naa_key(instance_)) : std::nullopt;
    if (!octets) return nullptr;
    auto records = der::decode<NaaRecords>(*octets, der::Rules::strict());
    if (!records) return fail_local("the keys of a Profile are damaged");
    records_ = *std::move(records);
  }
  const auto& list = records_->naas;
  const auto it = std::ranges::find_if(list, [&](const auto& r) { return equal(r.aid, aid); });
  if (it == list.end()) return nullptr;
  const auto index = static_cast<std::size_t>(it - list.begin());
  if (const auto known = naas_.find(index); known != naas_.end()) return &known->second;
  EIDER_TRY(aka, profile::NetworkAuthentication::make(it->parameters));
  Naa naa(std::move(aka), it->naa, *nvm_, state_key(instance_, 's', it->sqnOwner),
          state_key(instance_, 'g', index));
  return &naas_.emplace(index, std::move(naa)).first->second;
}

}  // namespace eider::card::uicc

using namespace eider::card::uicc;
EIDER_DER_SEQUENCE(eider::card::uicc::NaaRecord, kNaa, "card store");
EIDER_DER_SEQUENCE(eider::card::uicc::NaaRecords, kNaas, "card store");
EIDER_DER_SEQUENCE(eider::card::uicc::GbaRecord, kGba, "card store");
