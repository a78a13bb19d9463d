// Decoding and re-encoding of the messages that a download moves: octets per second and allocations per
// message.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "base/random.hpp"
#include "spec/sgp22/es10b.hpp"
#include "spec/sgp22/es10c.hpp"

namespace {
std::atomic<std::size_t> allocations{0};
}
// Not inlined: GCC 12 would see free() beside an allocation it takes for the built-in one, and warn.
[[gnu::noinline]] void* operator new(std::size_t n) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* p = std::malloc(n ? n : 1)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

namespace {
using namespace eider;
using namespace eider::sgp22;
using Seconds = std::chrono::duration<double>;

template <class T>
void measure(const char* name, const T& message, Tag tag = 0) {
  const auto der = der::encode(message, tag);
  const int rounds = static_cast<int>(20'000'000 / (der.size() + 200));
  const auto run = [&](auto&& step) {
    for (int i = 0; i < 100; ++i) step();
    const auto before = allocations.load();
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) step();
    const Seconds took = std::chrono::steady_clock::now() - start;
    struct {
      double mb, ns, allocs;
    } out{static_cast<double>(der.size()) * rounds / took.count() / 1e6, took.count() / rounds * 1e9,
          static_cast<double>(allocations.load() - before) / rounds};
    return out;
  };
  const auto decoded = run([&] {
    auto r = der::decode<T>(der, der::Rules::strict(), tag);
    if (!r) std::abort();
  });
  const auto value = *der::decode<T>(der, der::Rules::strict(), tag);
  const auto encoded = run([&] {
    if (der::encode(value, tag).size() != der.size()) std::abort();
  });
  std::printf(
      "%-28s %6zu octets | decode %8.1f MB/s %8.0f ns %5.1f allocations | encode %8.1f MB/s %8.0f ns %5.1f "
      "allocations\n",
      name, der.size(), decoded.mb, decoded.ns, decoded.allocs, encoded.mb, encoded.ns, encoded.allocs);
}

EUICCInfo2 info2() {
  EUICCInfo2 i;
  i.profileVersion = *parse_version("2.3.1");
  i.svn = *parse_version("2.6.1");
  i.extCardResource = encode_ext_card_resource({0, 512000, 4096});
  i.uiccCapability = BitString{1, 2, 4, 6, 7, 8, 19};
  i.rspCapability = BitString{0, 3, 4, 5};
  i.euiccCiPKIdListForVerification =
      i.euiccCiPKIdListForSigning = {*KeyIdentifier::from(Bytes(20, 1)), *KeyIdentifier::from(Bytes(20, 2))};
  i.sasAcreditationNumber = "EIDER-TEST-0001";
  return i;
}

}  // namespace

int main() {
  SeededRandom random(1);
  CtxParamsForCommonAuthentication ctx{"04386-AGYFT", {}, {}};
  AuthenticateResponseOk auth;
  EuiccSigned1 signed1;
  signed1.transactionId = *TransactionId::from(random.bytes(16));
  signed1.serverAddress = "smdp.example.com";
  signed1.euiccInfo2 = info2();
  signed1.ctxParams1.value = ctx;
  auth.euiccSigned1 = der::seal(signed1);
  auth.euiccCertificate.der = make_tlv(0x30, random.bytes(560));
  auth.eumCertificate.der = make_tlv(0x30, random.bytes(640));
  measure("EUICCInfo2", info2());
  measure("AuthenticateServerResponse", AuthenticateServerResponse{auth});

  const auto segment = random.bytes(1013);
  BoundProfilePackage bpp;
  bpp.initialiseSecureChannelRequest.transactionId = signed1.transactionId;
  bpp.initialiseSecureChannelRequest.controlRefTemplate.hostId = *BoundedBytes<16>::from(Bytes(8, 0x80));
  bpp.firstSequenceOf87.push_back({ByteView(segment).first(24)});
  bpp.sequenceOf88.push_back({ByteView(segment).first(300)});
  for (int i = 0; i < 12; ++i) bpp.sequenceOf86.push_back({segment});
  measure("BoundProfilePackage", bpp);

  ProfileInfoListResponse list;
  std::vector<ProfileInfo> infos(5);
  for (auto& p : infos) {
    p.iccid = random.fixed<10>();
    p.isdpAid = *Aid::from(random.bytes(16));
    p.profileState = ProfileState::kDisabled;
    p.serviceProviderName = "Service provider";
    p.profileName = "A profile";
    p.profileClass = ProfileClass::kOperational;
  }
  list.value = infos;
  measure("ProfileInfoListResponse (5)", list);
  return 0;
}
