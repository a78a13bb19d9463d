#include "support/test_pki.hpp"

namespace eider::test {

Time pki_time() {
  return *parse_time("2026-06-01T00:00:00Z");
}

const crypto::PkiItem& TestPki::get(crypto::CertificateRole role, std::optional<crypto::Curve> curve) const {
  const auto* item = crypto::find_item(items, role, curve);
  if (item == nullptr) throw std::logic_error("the test PKI lacks a role");
  return *item;
}

crypto::PkiItem TestPki::euicc(std::string_view eid, Random& random,
                               std::optional<crypto::Curve> curve) const {
  auto item = crypto::build_euicc(sgp22::certificate_profile(crypto::CertificateRole::kEuicc),
                                  get(crypto::CertificateRole::kEum, curve), *FixedBytes<16>::from(hex(eid)),
                                  pki_time(), random);
  if (!item) throw std::runtime_error(item.error().message());
  return *std::move(item);
}

TestPki make_test_pki(std::vector<crypto::Curve> curves, std::uint64_t seed,
                      const std::function<void(crypto::PkiPlan&)>& edit) {
  SeededRandom random(seed);
  crypto::PkiPlan plan;
  plan.curves = std::move(curves);
  plan.now = pki_time();
  if (edit) edit(plan);
  auto items = crypto::build_pki(sgp22::certificate_profiles(), plan, random);
  if (!items) throw std::runtime_error(items.error().message());
  TestPki pki{*std::move(items), {}};
  for (const auto& item : pki.items)
    if (item.role == crypto::CertificateRole::kCi)
      if (auto added = pki.roots.add(item.certificate, sgp22::certificate_profile(item.role)); !added)
        throw std::runtime_error(added.error().message());
  return pki;
}

}  // namespace eider::test
