// ES10b.LoadCRL when the list is longer than the card's memory for it: SGP.22 v2.6.1 sections 4.6 and 5.7.12.
#include <gtest/gtest.h>

#include "card/pki.hpp"
#include "crypto/crl.hpp"
#include "support/test_card.hpp"

namespace eider::test {
namespace {
using namespace sgp22;
using crypto::CertificateRole;

crypto::CrlRequest list(std::uint64_t number, std::vector<Bytes> serials = {}) {
  crypto::CrlRequest r;
  r.number = number;
  r.this_update = pki_time();
  r.next_update = pki_time() + std::chrono::hours(24 * 30);
  r.distribution_point = "http://ci.example.com/CRL.crl";
  for (auto& serial : serials)
    r.entries.push_back({std::move(serial), pki_time(), {}, pki_time() + std::chrono::hours(24 * 900)});
  return r;
}
std::vector<crypto::Crl> issued(const crypto::CrlRequest& r, const TestPki& by = pki()) {
  const auto& ci = by.get(CertificateRole::kCi);
  return must(crypto::issue_segmented_crl(ci.certificate, *crypto::make_signing_key(*ci.key), r));
}
LoadCRLResponse load(TestCard& card, ByteView crl) {
  return card.driver.call<LoadCRLResponse>(LoadCRLRequest{to_bytes(must(read_single_tlv(crl)).value)});
}
int code(const LoadCRLResponse& r) {
  const auto* e = std::get_if<LoadCRLResponseError>(&r.value);
  return e ? static_cast<int>(*e) : 0;
}
std::vector<Bytes> many_serials(int n) {
  std::vector<Bytes> out;
  for (int i = 0; i < n; ++i)
    out.push_back({0x10, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)});
  return out;
}
}  // namespace

TEST(CardLoadCrl, MemoryIsLimited) {
  TestCard card(pki());
  const auto segments = issued(list(1, many_serials(1100)));
  int last = 0;
  for (const auto& s : segments)
    if ((last = code(load(card, s.der()))) != 0) break;
  EXPECT_EQ(last, 3);  // notEnoughMemorySpace
}

}  // namespace eider::test
