// Error numbers of the ASN.1 binding: SGP.22 v2.6.1 sections 5.6.1 to 5.6.5.
#include "spec/sgp22/es9plus_asn1.hpp"

#include <gtest/gtest.h>

#include "spec/sgp22/es9plus.hpp"

namespace eider::sgp22::es9plus::asn1 {

TEST(Es9Asn1Errors, EveryNumberOfTheModuleIsReadAsItsCodes) {
  struct Known {
    std::span<const ErrorNumber> errors;
    std::int64_t number;
    const char *subject, *reason;
  };
  using A = AuthenticateClientError;
  using B = GetBoundProfilePackageError;
  const auto n = [](auto e) { return static_cast<std::int64_t>(e); };
  for (const auto& k :
       {Known{initiate_authentication_errors(), n(InitiateAuthenticationError::kInvalidDpAddress), "8.8.1",
              "3.8"},
        Known{initiate_authentication_errors(), n(InitiateAuthenticationError::kEuiccVersionNotSupportedByDp),
              "8.8.3", "3.1"},
        Known{authenticate_client_errors(), n(A::kEumCertificateExpired), "8.1.2", "6.3"},
        Known{authenticate_client_errors(), n(A::kMatchingIdRefused), "8.2.6", "3.8"},
        Known{authenticate_client_errors(), n(A::kInsufficientMemory), "8.1", "4.8"},
        Known{get_bound_profile_package_errors(), n(B::kConfirmationCodeRefused), "8.2.7", "3.8"},
        Known{get_bound_profile_package_errors(), n(B::kInvalidTransactionId), "8.10.1", "3.9"},
        Known{cancel_session_errors(), n(CancelSessionError::kEuiccSignatureInvalid), "8.1", "6.1"}}) {
    const auto status = status_of(k.errors, k.number);
    EXPECT_EQ(status.subject_code, k.subject) << k.number;
    EXPECT_EQ(status.reason_code, k.reason) << k.number;
    EXPECT_EQ(number_of(k.errors, status), k.number);
  }
}

TEST(Es9Asn1Errors, WhatHasNoNumberIsUndefined) {
  EXPECT_EQ(number_of(cancel_session_errors(), {"8.2.6", "3.8", {}, {}}), 127);
  const auto status = status_of(cancel_session_errors(), 127);
  EXPECT_EQ(status.subject_code + "/" + status.reason_code, "8.8/4.2");
  EXPECT_NE(status.message.find("127"), std::string::npos);
}

// SGP.22 v2.6.1 sections 6.6.2.2 and 6.6.3, put together by hand.
TEST(Es9Asn1, AnActivationCodeRequestIsToldFromADownload) {
  const auto request = [](const std::string& end) {
    return der::decode<AuthenticateClientRequest>(*from_hex(end));
  };
  const auto download = request("BF3B0C8002AAAABF3805A003020101" + std::string());
  ASSERT_TRUE(download) << download.error().message();
  EXPECT_FALSE(download->useMatchingIdForAcr);
  const auto code = request("BF3B0E8002AAAABF3805A0030201010500");
  ASSERT_TRUE(code) << code.error().message();
  EXPECT_TRUE(code->useMatchingIdForAcr);
  EXPECT_EQ(to_hex(der::encode(*code)), "BF3B0E8002AAAABF3805A0030201010500");
}

TEST(Es9Asn1, TheAnswerOfAnSmDsIsAnAlternative) {
  const auto any = der::decode<RemoteProfileProvisioningResponse>(*from_hex("A206BF4003810106"));
  ASSERT_TRUE(any) << any.error().message();
  const auto* answer = std::get_if<es11::asn1::AuthenticateClientResponse>(&any->value);
  ASSERT_TRUE(answer);
  EXPECT_EQ(std::get<std::int64_t>(answer->value), 6) << "eventIdUnknown";
}

}  // namespace eider::sgp22::es9plus::asn1
