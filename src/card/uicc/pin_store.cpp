#include "card/uicc/pin_store.hpp"

#include <cstdio>

namespace eider::card::uicc {
namespace {
constexpr std::uint8_t kPinsVersion = 1;

void put_tries(Bytes& out, Tries t) {
  out.push_back(static_cast<std::uint8_t>(t.maximum << 4 | t.left));
}
Tries tries_of(std::uint8_t octet) {
  return {static_cast<std::uint8_t>(octet >> 4), static_cast<std::uint8_t>(octet & 0x0F)};
}
void put_value(Bytes& out, ByteView value) {
  for (std::size_t i = 0; i < kPinOctets; ++i) out.push_back(i < value.size() ? value[i] : 0xFF);
}
void put_directory(Bytes& out, int n) {  // one more than the index
  out.push_back(static_cast<std::uint8_t>((n + 1) >> 8));
  out.push_back(static_cast<std::uint8_t>(n + 1));
}

Bytes serialise(const std::vector<Puk>& puks, const std::vector<PinContext>& contexts) {
  Bytes out = {kPinsVersion, static_cast<std::uint8_t>(puks.size())};
  for (const auto& p : puks) {
    out.push_back(p.reference);
    put_tries(out, p.tries);
    put_value(out, p.value.view());
  }
  for (const auto& c : contexts) {
    put_directory(out, c.directory);
    put_directory(out, c.shared_with);
    out.push_back(static_cast<std::uint8_t>(c.pins.size()));
    for (const auto& p : c.pins) {
      out.push_back(p.reference);
      out.push_back(p.puk);
      out.push_back(p.attributes);
      put_tries(out, p.tries);
      put_value(out, p.value.view());
    }
  }
  return out;
}
}  // namespace

std::string pin_key(std::uint16_t instance) {
  char text[16];
  std::snprintf(text, sizeof text, "pins/%04x", instance);
  return text;
}

Bytes PinStore::compile(const profile::ProfileFacts& facts) {
  std::vector<Puk> puks;
  for (const auto& p : facts.puks)
    puks.push_back({p.keyReference, tries_of(p.maxNumOfAttemps_retryNumLeft), p.pukValue});
  std::vector<PinContext> contexts;
  for (const auto& set : facts.pin_sets) {
    PinContext c{set.directory, set.shared_with, {}};
    for (const auto& p : set.pins)
      c.pins.push_back({p.keyReference, p.unblockingPINReference.value_or(0), p.pinAttributes,
                        tries_of(p.maxNumOfAttemps_retryNumLeft), p.pinValue});
    contexts.push_back(std::move(c));
  }
  return serialise(puks, contexts);
}

Result<PinStore> PinStore::open(Nvm& nvm, std::uint16_t instance) {
  const auto damaged = [] { return fail_local("the PINs of a Profile are damaged"); };
  auto octets = nvm.get(pin_key(instance));
  if (!octets || octets->size() < 2 || (*octets)[0] != kPinsVersion) return damaged();
  PinStore out;
  out.nvm_ = &nvm;
  out.instance_ = instance;
  ByteView in(*octets);
  const auto take = [&](std::size_t n) {
    const auto v = in.first(n);
    in = in.subspan(n);
    return v;
  };
  const std::size_t puks = in[1];
  take(2);
  for (std::size_t i = 0; i < puks; ++i) {
    if (in.size() < 2 + kPinOctets) return damaged();
    const auto v = take(2 + kPinOctets);
    out.puks_.push_back({v[0], tries_of(v[1]), Secret(v.subspan(2))});
  }
  while (!in.empty()) {
    if (in.size() < 5) return damaged();
    const auto head = take(5);
    PinContext c{(head[0] << 8 | head[1]) - 1, (head[2] << 8 | head[3]) - 1, {}};
    for (std::size_t i = 0; i < head[4]; ++i) {
      if (in.size() < 4 + kPinOctets) return damaged();
      const auto v = take(4 + kPinOctets);
      c.pins.push_back({v[0], v[1], v[2], tries_of(v[3]), Secret(v.subspan(4))});
    }
    out.contexts_.push_back(std::move(c));
  }
  zeroise(*octets);
  return out;
}

Pin* PinStore::find(std::uint8_t reference, std::span<const int> chain) {
  const auto in_directory = [&](int directory) -> Pin* {
    for (int hops = 0; hops < 8; ++hops) {
      const auto c = std::ranges::find(contexts_, directory, &PinContext::directory);
      if (c == contexts_.end()) return nullptr;
      if (c->shared_with < 0) {
        const auto p = std::ranges::find(c->pins, reference, &Pin::reference);
        return p == c->pins.end() ? nullptr : &*p;
      }
      directory = c->shared_with;
    }
    return nullptr;
  };
  for (const int directory : chain)
    if (auto* p = in_directory(directory)) return p;
  if (reference >= 0x80) return nullptr;
  // A global PIN of a Profile of the IoT minimal kind belongs to its only ADF.
  for (const auto& c : contexts_)
    if (auto* p = in_directory(c.directory)) return p;
  return nullptr;
}

Puk* PinStore::puk(std::uint8_t reference) {
  const auto p = std::ranges::find(puks_, reference, &Puk::reference);
  return reference == 0 || p == puks_.end() ? nullptr : &*p;
}

bool PinStore::satisfied(const Pin& pin) const {
  if (pin.has(Pin::kEnabled)) return pin.verified && !pin.blocked();
  if (!pin.has(Pin::kReplaced)) return true;
  for (const auto& c : contexts_)
    for (const auto& p : c.pins)
      if (p.reference == kUniversalPin && c.directory == 0) return p.verified && !p.blocked();
  return false;
}

Status PinStore::save() {
  NvmBatch batch;
  batch.put(pin_key(instance_), serialise(puks_, contexts_));
  return nvm_->commit(batch);
}

Result<bool> PinStore::present(Tries& tries, const Secret& value, ByteView presented) {
  --tries.left;
  EIDER_CHECK(save());
  return equal_constant_time(value.view(), presented);
}

}  // namespace eider::card::uicc
