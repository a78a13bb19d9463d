// Every check of SGP.22 section 4.5.2.2, on both curves: the good certificate passes, each deviation is
// refused with its own fault.
#include "crypto/verify.hpp"

#include <functional>
#include <gtest/gtest.h>

#include "support/test_pki.hpp"

namespace eider::crypto {
namespace {
using Check = VerificationFault::Check;
using R = CertificateRole;
const char* const kEid = "89049032123451234512345678901235";

const CertificateProfile& row(R role) {
  return sgp22::certificate_profile(role);
}

struct World {
  test::TestPki pki;
  PkiItem euicc;
};
const World& world(Curve curve) {
  static const auto make = [](Curve c) {
    SeededRandom random(77);
    auto pki = test::make_test_pki({c});
    auto euicc = pki.euicc(kEid, random);
    return World{std::move(pki), std::move(euicc)};
  };
  static const World p256 = make(Curve::kP256), brainpool = make(Curve::kBrainpoolP256r1);
  return curve == Curve::kP256 ? p256 : brainpool;
}

VerifyOptions at(Time now) {
  VerifyOptions o;
  o.now = now;
  return o;
}
const Time kNow = test::pki_time() + std::chrono::hours(24);

class Verify : public testing::TestWithParam<Curve> {
 protected:
  const World& w = world(GetParam());
  const Certificate& cert(R role) const {
    return role == R::kEuicc ? w.euicc.certificate : w.pki.get(role).certificate;
  }
  const PrivateKey& key(R role) const { return *w.pki.get(role).key; }
  std::vector<Certificate> eum() const { return {cert(R::kEum)}; }

  Result<const TrustAnchor*> run(const Certificate& c, R role, const VerifyOptions& o = at(kNow)) const {
    return verify_certificate(c, row(role), w.pki.roots, eum(), o);
  }
  Check fault(const Result<const TrustAnchor*>& r) const {
    EXPECT_FALSE(r);
    const auto* f = r ? nullptr : r.error().as<VerificationFault>();
    EXPECT_NE(f, nullptr) << (r ? "accepted" : r.error().message());
    return f ? f->check : Check::kMac;
  }
  // What DPauth asks for, ready to be bent.
  CertificateRequest request(const PrivateKey& k) const {
    return {.subject = cert(R::kDpAuth).subject(),
            .public_key = k.public_key(),
            .serial = hex("4711"),
            .not_before = test::pki_time(),
            .not_after = test::pki_time() + std::chrono::hours(24 * 365),
            .registered_id = der::Oid("2.999.10"),
            .dns_names = {},
            .permitted = {},
            .crl_distribution_points = {}};
  }
  Certificate issue(const CertificateProfile& p, const CertificateRequest& r) const {
    auto c = issue_certificate(p, r, &cert(R::kCi), *make_signing_key(key(R::kCi)));
    if (!c) throw std::runtime_error(c.error().message());
    return *c;
  }
  // The same certificate with other octets in the signed part, signed again by the CI.
  Certificate resign(const Certificate& c, std::string_view from, std::string_view to,
                     R signer = R::kCi) const {
    Bytes tbs = to_bytes(c.tbs());
    const Bytes a = hex(from), b = hex(to);
    const auto found = std::ranges::search(tbs, a);
    if (found.empty() || a.size() != b.size()) throw std::logic_error("nothing to replace");
    std::ranges::copy(b, found.begin());
    const Bytes bits = concat({hex("00"), signature_to_der(key(signer).sign(tbs))});
    auto out =
        Certificate::parse(make_tlv(0x30, {tbs, hex("300A06082A8648CE3D040302"), make_tlv(0x03, bits)}));
    if (!out) throw std::runtime_error(out.error().message());
    return *out;
  }
};
INSTANTIATE_TEST_SUITE_P(Curves, Verify, testing::Values(Curve::kP256, Curve::kBrainpoolP256r1),
                         [](const auto& p) { return p.param == Curve::kP256 ? "P256" : "Brainpool"; });

TEST_P(Verify, IssuedCertificatesPassInTheirRoleOnly) {
  for (R role : {R::kCi, R::kEum, R::kEuicc, R::kDpAuth, R::kDpPb, R::kDpTls, R::kDsAuth, R::kDsTls})
    for (R as : {R::kCi, R::kEum, R::kEuicc, R::kDpAuth, R::kDpPb, R::kDpTls, R::kDsAuth, R::kDsTls}) {
      const auto result = run(cert(role), as);
      if (role == as) {
        EXPECT_TRUE(result) << to_string(role) << ": " << result.error().message();
      } else {
        EXPECT_EQ(fault(result), Check::kRole) << to_string(role) << " as " << to_string(as);
      }
    }
}

TEST_P(Verify, OperatorClientChainsToItsOwnRoot) {
  TrustStore roots;
  ASSERT_TRUE(roots.add(cert(R::kOperatorCa), row(R::kOperatorCa)));
  EXPECT_TRUE(verify_certificate(cert(R::kOperatorClient), row(R::kOperatorClient), roots, at(kNow)));
  EXPECT_EQ(fault(run(cert(R::kOperatorClient), R::kOperatorClient)), Check::kChain)
      << "the GSMA CI is no root for it";
  EXPECT_EQ(fault(verify_certificate(cert(R::kDpTls), row(R::kOperatorClient), roots, at(kNow))),
            Check::kRole);
}

TEST_P(Verify, Validity) {
  const Certificate& c = cert(R::kDpAuth);
  EXPECT_EQ(fault(run(c, R::kDpAuth, at(c.not_after() + Duration(1)))), Check::kExpired);
  EXPECT_EQ(fault(run(c, R::kDpAuth, at(c.not_before() - Duration(1)))), Check::kNotYetValid);
  EXPECT_TRUE(run(c, R::kDpAuth, at(c.not_after())));
  EXPECT_TRUE(run(c, R::kDpAuth, at(c.not_before())));
  EXPECT_TRUE(run(c, R::kDpAuth, VerifyOptions{})) << "a side without a clock does not check validity";
  VerifyOptions bound;
  bound.not_earlier_than = c.not_after() + Duration(1);
  EXPECT_EQ(fault(run(c, R::kDpAuth, bound)), Check::kExpired);
  bound.not_earlier_than = c.not_before() - Duration(1);
  EXPECT_TRUE(run(c, R::kDpAuth, bound)) << "a lower bound says nothing about not yet valid";
}

TEST_P(Verify, ExpiredEumMakesItsCardsExpire) {
  EXPECT_EQ(fault(run(cert(R::kEuicc), R::kEuicc, at(cert(R::kEum).not_after() + Duration(1)))),
            Check::kExpired);
}

TEST_P(Verify, BrokenChains) {
  const auto other = test::make_test_pki({GetParam()}, 99);
  EXPECT_EQ(fault(verify_certificate(cert(R::kDpAuth), row(R::kDpAuth), other.roots, at(kNow))),
            Check::kChain);
  EXPECT_EQ(fault(verify_certificate(cert(R::kCi), row(R::kCi), other.roots, at(kNow))), Check::kChain);
  EXPECT_EQ(fault(verify_certificate(cert(R::kEuicc), row(R::kEuicc), w.pki.roots, at(kNow))), Check::kChain)
      << "without the EUM certificate";
  const std::vector<Certificate> wrong_eum = {other.get(R::kEum).certificate};
  EXPECT_EQ(fault(verify_certificate(cert(R::kEuicc), row(R::kEuicc), w.pki.roots, wrong_eum, at(kNow))),
            Check::kChain);
  // An issuer name that differs from the root's subject: "Eider Test CI" with one letter changed.
  EXPECT_EQ(fault(run(resign(cert(R::kDpAuth), to_hex(as_bytes("Test CI")), to_hex(as_bytes("Test CX"))),
                      R::kDpAuth)),
            Check::kChain);
}

// The EUM's key signs, but the name is not the EUM's.
TEST_P(Verify, IssuerNameOfACard) {
  const auto name = *cert(R::kEum).subject().find(attribute::kCommonName);
  auto other = name;
  other.back() ^= 1;
  const auto card = resign(cert(R::kEuicc), to_hex(as_bytes(name)), to_hex(as_bytes(other)), R::kEum);
  EXPECT_EQ(fault(run(card, R::kEuicc)), Check::kChain);
  EXPECT_TRUE(
      run(resign(cert(R::kEuicc), to_hex(as_bytes(name)), to_hex(as_bytes(name)), R::kEum), R::kEuicc));
}

TEST_P(Verify, ForgedSignature) {
  // The right key identifier and names, another signer.
  SeededRandom random(5);
  const auto forger = PrivateKey::generate(GetParam(), random);
  const Certificate& good = cert(R::kDpAuth);
  const Bytes bits = concat({hex("00"), signature_to_der(forger.sign(good.tbs()))});
  const auto forged = *Certificate::parse(
      make_tlv(0x30, {good.tbs(), hex("300A06082A8648CE3D040302"), make_tlv(0x03, bits)}));
  EXPECT_EQ(fault(run(forged, R::kDpAuth)), Check::kSignature);
}

TEST_P(Verify, CurveNotAllowed) {
  const Curve other[] = {GetParam() == Curve::kP256 ? Curve::kBrainpoolP256r1 : Curve::kP256};
  VerifyOptions o = at(kNow);
  o.curves = other;
  EXPECT_EQ(fault(run(cert(R::kDpAuth), R::kDpAuth, o)), Check::kCurve);
  const Curve own[] = {GetParam()};
  o.curves = own;
  EXPECT_TRUE(run(cert(R::kDpAuth), R::kDpAuth, o));
}

TEST_P(Verify, CurveOfTheKeyUnknown) {
  // The named curve of the key replaced by an object identifier of the same length.
  const bool p256 = GetParam() == Curve::kP256;
  Bytes der = to_bytes(cert(R::kDpAuth).der());
  const Bytes oid = hex(p256 ? "2A8648CE3D030107" : "2B2403030208010107");
  const auto found = std::ranges::search(der, oid);
  ASSERT_FALSE(found.empty());
  *(found.end() - 1) = 0x05;
  const auto parsed = Certificate::parse(der);
  ASSERT_FALSE(parsed);
  ASSERT_TRUE(parsed.error().as<VerificationFault>()) << parsed.error().message();
  EXPECT_EQ(parsed.error().as<VerificationFault>()->check, Check::kCurve);
}

TEST_P(Verify, Revoked) {
  const auto crl_of = [&](const Certificate& revoked) {
    CrlRequest r{.entries = {{to_bytes(revoked.serial()), kNow, std::uint8_t{1}, revoked.not_after()}},
                 .number = 0,
                 .this_update = kNow,
                 .next_update = kNow + std::chrono::hours(24),
                 .distribution_point = "http://ci/crl"};
    CrlSet set;
    const auto crl = *issue_crl(cert(R::kCi), *make_signing_key(key(R::kCi)), r);
    EXPECT_TRUE(set.add(crl, cert(R::kCi).public_key(), cert(R::kCi).subject_key_identifier()));
    return set;
  };
  struct Case {
    R revoked, checked;
    bool refused;
  };
  for (const Case& c :
       {Case{R::kDpAuth, R::kDpAuth, true}, Case{R::kDpPb, R::kDpAuth, false}, Case{R::kEum, R::kEum, true},
        Case{R::kEum, R::kEuicc, true}, Case{R::kCi, R::kDpAuth, true}, Case{R::kDpTls, R::kDpTls, true}}) {
    const CrlSet crls = crl_of(cert(c.revoked));
    VerifyOptions o = at(kNow);
    o.crls = &crls;
    const auto r = run(cert(c.checked), c.checked, o);
    if (c.refused) {
      EXPECT_EQ(fault(r), Check::kRevoked) << to_string(c.revoked) << " / " << to_string(c.checked);
    } else {
      EXPECT_TRUE(r);
    }
  }
}

TEST_P(Verify, CacheStillChecksTimeAndRevocation) {
  VerifiedSignatures cache;
  VerifyOptions o = at(kNow);
  o.cache = &cache;
  ASSERT_TRUE(run(cert(R::kEum), R::kEum, o));
  ASSERT_TRUE(run(cert(R::kEum), R::kEum, o));
  o.now = cert(R::kEum).not_after() + Duration(1);
  EXPECT_EQ(fault(run(cert(R::kEum), R::kEum, o)), Check::kExpired);
  const auto other = test::make_test_pki({GetParam()}, 99);
  o.now = kNow;
  EXPECT_EQ(fault(verify_certificate(cert(R::kEum), row(R::kEum), other.roots, o)), Check::kChain);
}

// Each line bends the row by which the certificate is issued; the true row must refuse it.
TEST_P(Verify, ContentDeviations) {
  SeededRandom random(11);
  const auto k = PrivateKey::generate(GetParam(), random);
  struct Case {
    const char* what;
    Check expected;
    std::function<void(CertificateProfile&, CertificateRequest&)> bend;
  };
  const Case cases[] = {
      {"no policy", Check::kRole, [](auto& p, auto&) { p.policies.clear(); }},
      {"policy of a TLS certificate", Check::kRole,
       [](auto& p, auto&) { p.policies = {der::Oid("2.23.146.1.2.1.3")}; }},
      {"policy not critical", Check::kExtension, [](auto& p, auto&) { p.policy_critical = false; }},
      {"keyCertSign", Check::kExtension, [](auto& p, auto&) { p.key_usage = kKeyCertSign; }},
      {"keyAgreement too", Check::kExtension, [](auto& p, auto&) { p.key_usage |= kKeyAgreement; }},
      {"CA", Check::kExtension, [](auto& p, auto&) { p.ca = true; }},
      {"extended key usage", Check::kExtension,
       [](auto& p, auto&) { p.extended_key_usage = ExtendedKeyUsageRule::kTlsServer; }},
      {"no registeredID", Check::kExtension,
       [](auto& p, auto& r) { p.subject_alt_name = SubjectAltNameRule::kNone, r.registered_id.reset(); }},
      {"name constraints", Check::kExtension,
       [](auto& p, auto& r) {
         p.name_constraints = true, r.permitted = {Name::make({{attribute::kOrganization, "X"}})};
       }},
      {"subject without O", Check::kFormat,
       [](auto& p, auto& r) {
         p.subject = NameRule::kAny, r.subject = Name::make({{attribute::kCommonName, "X"}});
       }},
      {"nothing wrong", Check::kMac, [](auto&, auto&) {}},
      {"the hierarchical policy of v3", Check::kMac,
       [](auto& p, auto&) { p.policies = {der::Oid("2.23.146.1.2.1.0.0.1.1")}; }},
  };
  for (const Case& c : cases) {
    CertificateProfile p = row(R::kDpAuth);
    CertificateRequest r = request(k);
    c.bend(p, r);
    const auto result = run(issue(p, r), R::kDpAuth);
    if (c.expected == Check::kMac) {
      EXPECT_TRUE(result) << c.what << ": " << result.error().message();
    } else {
      EXPECT_EQ(fault(result), c.expected) << c.what;
    }
  }
}

// Below a CI a TLS certificate has to name its role, though one of a public CA need not.
TEST_P(Verify, TlsCertificatesOfTheCiNameTheirRole) {
  SeededRandom random(13);
  const auto k = PrivateKey::generate(GetParam(), random);
  for (const auto role : {R::kDpTls, R::kDsTls}) {
    CertificateRequest r = request(k);
    r.dns_names = {"smdpp.test"};
    CertificateProfile p = row(role);
    EXPECT_TRUE(run(issue(p, r), role));
    p.policies.clear();
    const auto nameless = issue(p, r);
    EXPECT_EQ(fault(run(nameless, role)), Check::kRole) << to_string(role);
    EXPECT_TRUE(check_profile(nameless, row(role))) << "its content alone is that of a public CA's";
    EXPECT_EQ(fault(run(issue(row(R::kM2mMnoTls), r), role)), Check::kRole) << "a party of M2M";
  }
}

TEST_P(Verify, MissingAndUnknownCriticalExtensions) {
  SeededRandom random(12);
  const auto k = PrivateKey::generate(GetParam(), random);
  // keyUsage 2.5.29.15 renamed to 2.5.29.99, which nobody knows.
  EXPECT_EQ(fault(run(resign(cert(R::kDpAuth), "0603551D0F0101FF", "0603551D630101FF"), R::kDpAuth)),
            Check::kExtension);
  CertificateProfile p = row(R::kDpAuth);
  p.extended_key_usage = ExtendedKeyUsageRule::kTlsServer;
  const auto unknown = run(resign(issue(p, request(k)), "0603551D250101FF", "0603551D630101FF"), R::kDpAuth);
  EXPECT_EQ(fault(unknown), Check::kExtension);
  EXPECT_NE(unknown.error().message().find("unknown critical extension 2.5.29.99"), std::string::npos);
  // subjectAltName is not critical: renamed it is merely missing.
  EXPECT_EQ(fault(run(resign(cert(R::kDpTls), "0603551D11", "0603551D63"), R::kDpTls)), Check::kExtension);
}

TEST_P(Verify, NoAuthorityKeyIdentifier) {
  EXPECT_EQ(fault(run(resign(cert(R::kDpAuth), "0603551D23", "0603551D63"), R::kDpAuth)), Check::kChain);
}

TEST_P(Verify, EumNeedsItsConstraints) {
  EXPECT_EQ(fault(run(resign(cert(R::kEum), "0603551D1E0101FF", "0603551D630101FF"), R::kEum)),
            Check::kExtension);
  EXPECT_EQ(fault(run(resign(cert(R::kEum), "30060101FF020100", "30060101FF020101"), R::kEum)),
            Check::kExtension)
      << "pathLenConstraint 1";
}

// SGP.22 section 4.5.2.1.0.2.
TEST_P(Verify, EumNameConstraintRule) {
  const std::string org = "Eider Test EUM";
  const auto subtree = [](const std::string& o, const std::string& iin) {
    return Name::make({{attribute::kOrganization, o}, {attribute::kSerialNumber, iin}});
  };
  SeededRandom random(13);
  const auto eum_key = PrivateKey::generate(GetParam(), random),
             card_key = PrivateKey::generate(GetParam(), random);
  struct Case {
    const char* what;
    std::vector<Name> permitted;
    Name subject;
    bool accepted;
  };
  const std::string eid = kEid;
  const Case cases[] = {
      {"plain",
       {subtree(org, "89049032")},
       Name::make({{attribute::kOrganization, org}, {attribute::kSerialNumber, eid}}),
       true},
      {"other order, more attributes",
       {subtree(org, "89049032")},
       Name::make({{attribute::kCommonName, "x"},
                   {attribute::kSerialNumber, eid},
                   {attribute::kCountry, "ES"},
                   {attribute::kOrganization, org}}),
       true},
      {"second subtree",
       {subtree("Other", "89049032"), subtree(org, "8904")},
       Name::make({{attribute::kOrganization, org}, {attribute::kSerialNumber, eid}}),
       true},
      {"another IIN",
       {subtree(org, "89049033")},
       Name::make({{attribute::kOrganization, org}, {attribute::kSerialNumber, eid}}),
       false},
      {"another organization",
       {subtree("Other", "89049032")},
       Name::make({{attribute::kOrganization, org}, {attribute::kSerialNumber, eid}}),
       false},
      {"O and IIN from different subtrees",
       {subtree(org, "89049033"), subtree("Other", "89049032")},
       Name::make({{attribute::kOrganization, org}, {attribute::kSerialNumber, eid}}),
       false},
      {"IIN in the middle only",
       {subtree(org, "1234512345")},
       Name::make({{attribute::kOrganization, org}, {attribute::kSerialNumber, eid}}),
       false},
      {"subtree without IIN",
       {Name::make({{attribute::kOrganization, org}})},
       Name::make({{attribute::kOrganization, org}, {attribute::kSerialNumber, eid}}),
       false},
      {"subtree demands a country",
       {Name::make({{attribute::kOrganization, org},
                    {attribute::kCountry, "ES"},
                    {attribute::kSerialNumber, "8904"}})},
       Name::make({{attribute::kOrganization, org}, {attribute::kSerialNumber, eid}}),
       false},
      {"the demanded country is there",
       {Name::make({{attribute::kOrganization, org},
                    {attribute::kCountry, "ES"},
                    {attribute::kSerialNumber, "8904"}})},
       Name::make(
           {{attribute::kCountry, "ES"}, {attribute::kOrganization, org}, {attribute::kSerialNumber, eid}}),
       true},
  };
  for (const Case& c : cases) {
    CertificateRequest r = request(eum_key);
    r.permitted = c.permitted;
    const Certificate eum_cert = issue(row(R::kEum), r);
    CertificateRequest card = request(card_key);
    card.subject = c.subject;
    card.registered_id.reset();
    const auto euicc = *issue_certificate(row(R::kEuicc), card, &eum_cert, *make_signing_key(eum_key));
    const std::vector<Certificate> chain = {eum_cert};
    const auto result = verify_certificate(euicc, row(R::kEuicc), w.pki.roots, chain, at(kNow));
    if (c.accepted) {
      EXPECT_TRUE(result) << c.what << ": " << result.error().message();
    } else {
      EXPECT_EQ(fault(result), Check::kNameConstraint) << c.what;
    }
  }
}

TEST_P(Verify, EuiccIssuingRespectsTheEumRange) {
  SeededRandom random(14);
  const auto outside =
      build_euicc(row(R::kEuicc), w.pki.get(R::kEum),
                  *FixedBytes<16>::from(hex("89049033123451234512345678901235")), kNow, random);
  ASSERT_FALSE(outside);
  EXPECT_EQ(outside.error().as<VerificationFault>()->check, Check::kNameConstraint);
}

TEST_P(Verify, EveryFlippedBitOfACardChainIsRefused) {
  VerifiedSignatures cache;
  VerifyOptions o = at(kNow);
  o.cache = &cache;  // the EUM is verified once; the changed certificate every time
  const Bytes good = to_bytes(cert(R::kEuicc).der());
  const std::size_t step = GetParam() == Curve::kP256 ? 1 : 7;  // brainpool is slow without assembly
  for (std::size_t bit = 0; bit < good.size() * 8; bit += step) {
    Bytes changed = good;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1u << (bit % 8)));
    const auto parsed = Certificate::parse(changed);
    if (!parsed) continue;
    EXPECT_FALSE(run(*parsed, R::kEuicc, o)) << bit;
  }
}

}  // namespace
}  // namespace eider::crypto
