// The GSMA test certificates: each accepted in its role at a time inside its validity, and refused in every
// other.
#include <gtest/gtest.h>

#include "crypto/verify.hpp"
#include "spec/sgp22/certificates.hpp"
#include "support/shared_data.hpp"

namespace eider::crypto {
namespace {
using Check = VerificationFault::Check;
using R = CertificateRole;

struct Sample {
  const char* file;
  R role;
};
const Sample kSamples[] = {
    {"CertificateIssuer/CERT_CI_ECDSA_NIST.der", R::kCi},
    {"CertificateIssuer/CERT_CI_ECDSA_BRP.der", R::kCi},
    {"EUM/CERT_EUM_ECDSA_NIST.der", R::kEum},
    {"EUM/CERT_EUM_ECDSA_BRP.der", R::kEum},
    {"eUICC/CERT_EUICC_ECDSA_NIST.der", R::kEuicc},
    {"eUICC/CERT_EUICC_ECDSA_BRP.der", R::kEuicc},
    {"DPauth/CERT_S_SM_DPauth_ECDSA_NIST.der", R::kDpAuth},
    {"DPauth/CERT_S_SM_DPauth_ECDSA_BRP.der", R::kDpAuth},
    {"DPauth/CERT_S_SM_DP2auth_ECDSA_NIST.der", R::kDpAuth},
    {"DPauth/CERT_S_SM_DP2auth_ECDSA_BRP.der", R::kDpAuth},
    {"DPpb/CERT_S_SM_DPpb_ECDSA_NIST.der", R::kDpPb},
    {"DPpb/CERT_S_SM_DPpb_ECDSA_BRP.der", R::kDpPb},
    {"DPpb/CERT_S_SM_DP2pb_ECDSA_NIST.der", R::kDpPb},
    {"DPpb/CERT_S_SM_DP2pb_ECDSA_BRP.der", R::kDpPb},
    {"DPtls/CERT_S_SM_DP_VARO_TLS_NIST.der", R::kDpTls},
    {"DPtls/CERT_S_SM_DP_VARO_TLS_BRP.der", R::kDpTls},
    {"DPtls/CERT_S_SM_DP2_TLS.der", R::kDpTls},
    {"DPtls/CERT_S_SM_DP4_TLS.der", R::kDpTls},
    {"DPtls/CERT_S_SM_DP8_TLS.der", R::kDpTls},
};

Certificate load(const std::filesystem::path& path) {
  auto c = Certificate::parse(test::read_file(path));
  if (!c) throw std::runtime_error(path.string() + ": " + c.error().message());
  return *c;
}

struct Chain {
  TrustStore roots;
  std::vector<Certificate> eums;
};

Chain load_chain(const std::filesystem::path& dir) {
  Chain chain;
  for (const char* curve : {"NIST", "BRP"}) {
    const auto ci = load(dir / ("CertificateIssuer/CERT_CI_ECDSA_" + std::string(curve) + ".der"));
    const auto added = chain.roots.add(ci, sgp22::certificate_profile(R::kCi));
    EXPECT_TRUE(added) << added.error().message();
    chain.eums.push_back(load(dir / ("EUM/CERT_EUM_ECDSA_" + std::string(curve) + ".der")));
  }
  return chain;
}

TEST(Sgp26, AcceptedInItsRoleAndRefusedInOthers) {
  EIDER_SHARED_OR_SKIP(dir, "sgp26");
  const Chain chain = load_chain(dir);
  ASSERT_EQ(chain.roots.anchors().size(), 2u);
  for (const Sample& sample : kSamples) {
    const auto cert = load(dir / sample.file);
    VerifyOptions options;
    options.now = cert.not_before() + std::chrono::hours(24 * 30);
    for (const auto& profile : sgp22::certificate_profiles()) {
      const auto result = verify_certificate(cert, profile, chain.roots, chain.eums, options);
      if (profile.role == sample.role) {
        ASSERT_TRUE(result) << sample.file << ": " << result.error().message();
        EXPECT_EQ((*result)->key.curve(), cert.public_key().curve());
      } else {
        ASSERT_FALSE(result) << sample.file << " as " << profile.title;
        const auto* fault = result.error().as<VerificationFault>();
        ASSERT_NE(fault, nullptr);
        if (!profile.policies.empty()) {
          EXPECT_EQ(fault->check, Check::kRole) << sample.file << " as " << profile.title;
        }
      }
    }
  }
}

TEST(Sgp26, ValidityIsChecked) {
  EIDER_SHARED_OR_SKIP(dir, "sgp26");
  const Chain chain = load_chain(dir);
  for (const Sample& sample : kSamples) {
    const auto cert = load(dir / sample.file);
    const auto check = [&](Time now) {
      VerifyOptions options;
      options.now = now;
      auto r =
          verify_certificate(cert, sgp22::certificate_profile(sample.role), chain.roots, chain.eums, options);
      EXPECT_FALSE(r) << sample.file;
      return r ? Check::kMac : r.error().as<VerificationFault>()->check;
    };
    EXPECT_EQ(check(cert.not_before() - Duration(1000)), Check::kNotYetValid) << sample.file;
    EXPECT_EQ(check(cert.not_after() + Duration(1000)), Check::kExpired) << sample.file;
  }
}

TEST(Sgp26, FieldsAreRead) {
  EIDER_SHARED_OR_SKIP(dir, "sgp26");
  const auto euicc = load(dir / "eUICC/CERT_EUICC_ECDSA_NIST.der");
  EXPECT_EQ(to_hex(*eid_of(euicc)), "89049032123451234512345678901235");
  EXPECT_EQ(euicc.subject().text(),
            "C=ES, O=RSP Test EUM, SERIALNUMBER=89049032123451234512345678901235, CN=Test eUICC");
  EXPECT_EQ(format_time(euicc.not_before()), "2020-04-01T09:48:58Z");
  EXPECT_EQ(format_time(euicc.not_after()), "7496-01-24T09:48:58Z");
  EXPECT_EQ(to_hex(euicc.serial()), "020000000000000001");
  EXPECT_EQ(to_hex(euicc.authority_key_identifier()), "DD3DA24D350C1CC5D0AF0965F40EC34C5EE409F1");
  const auto eum = load(dir / "EUM/CERT_EUM_ECDSA_NIST.der");
  ASSERT_TRUE(eum.name_constraints());
  EXPECT_EQ(eum.name_constraints()->permitted.at(0).text(), "O=RSP Test EUM, SERIALNUMBER=89049032");
  EXPECT_EQ(eum.basic_constraints()->path_length, 0u);
  EXPECT_EQ(to_hex(eum.public_key().key_identifier()), to_hex(eum.subject_key_identifier()));
  const auto tls = load(dir / "DPtls/CERT_S_SM_DP_VARO_TLS_NIST.der");
  EXPECT_EQ(tls.dns_names(), std::vector<std::string>{"testsmdpplus1.example.com"});
  EXPECT_EQ(tls.registered_ids().at(0).dotted(), "2.999.10");
  EXPECT_EQ(tls.extended_key_usage().size(), 2u);
  const auto ci = load(dir / "CertificateIssuer/CERT_CI_ECDSA_NIST.pem");
  EXPECT_EQ(ci.der().size(), load(dir / "CertificateIssuer/CERT_CI_ECDSA_NIST.der").der().size());
  EXPECT_EQ(to_hex(ci.subject_key_identifier()), "F54172BDF98A95D65CBEB88A38A1C11D800A85C3");
  EXPECT_EQ(ci.crl_distribution_points().size(), 2u);
}

// Every single bit of the signed part and of the signature counts.
TEST(Sgp26, EveryFlippedBitIsRefused) {
  EIDER_SHARED_OR_SKIP(dir, "sgp26");
  const Chain chain = load_chain(dir);
  const auto cert = load(dir / "DPauth/CERT_S_SM_DPauth_ECDSA_NIST.der");
  VerifyOptions options;
  options.now = cert.not_before() + std::chrono::hours(24);
  for (std::size_t bit = 0; bit < cert.der().size() * 8; ++bit) {
    Bytes changed = to_bytes(cert.der());
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1u << (bit % 8)));
    const auto parsed = Certificate::parse(changed);
    if (!parsed) continue;
    EXPECT_FALSE(verify_certificate(*parsed, sgp22::certificate_profile(R::kDpAuth), chain.roots, options))
        << bit;
  }
}

TEST(Sgp26, TrailingDataAndTruncationAreRefused) {
  EIDER_SHARED_OR_SKIP(dir, "sgp26");
  const Bytes der = test::read_file(dir / "EUM/CERT_EUM_ECDSA_BRP.der");
  EXPECT_TRUE(Certificate::parse(concat({der, Bytes(1)})).error().as<DecodeFault>());
  for (std::size_t n = 0; n < der.size(); ++n)
    EXPECT_TRUE(Certificate::parse(ByteView(der).first(n)).error().as<DecodeFault>()) << n;
}

}  // namespace
}  // namespace eider::crypto
