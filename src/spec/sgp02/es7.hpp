// ES7, between two SM-SRs at a change (SGP.02 v4.2 section 5.6).
#pragma once
#include "spec/sgp02/management.hpp"

namespace eider::sgp02::es7 {

// Answered when the handover is finished, or failed.
struct HandoverEUICCRequest {
  BaseRequest base;
  Eis eis;
  bool operator==(const HandoverEUICCRequest&) const = default;
};
using HandoverEUICCResponse = SimpleResponse;

// Some write an Eis in place of the Eid: its Eid is taken.
struct AuthenticateSMSRRequest {
  BaseRequest base;
  Eid eid;
  Bytes smsrCertificate;  // CERT.SR.ECDSA, 7F21 …
  bool operator==(const AuthenticateSMSRRequest&) const = default;
};
struct AuthenticateSMSRResponse {
  BaseResponse base;
  std::optional<Bytes> randomChallenge;  // of an executed function
  std::optional<Bytes> euiccResponseData;
  bool operator==(const AuthenticateSMSRResponse&) const = default;
};

enum class EccKeyLength : std::uint8_t { kEcc256, kEcc384, kEcc512, kEcc521 };

struct CreateAdditionalKeySetRequest {
  BaseRequest base;
  Eid eid;
  std::uint8_t keyVersionNumber = 0;
  std::uint64_t initialSequenceCounter = 0;
  EccKeyLength eccKeyLength = EccKeyLength::kEcc256;
  std::uint8_t scenarioParameter = 0;
  std::optional<Bytes> hostId;
  Bytes ephemeralPublicKey;
  Bytes signature;
  bool operator==(const CreateAdditionalKeySetRequest&) const = default;
};
struct CreateAdditionalKeySetResponse {
  BaseResponse base;
  std::optional<Bytes> derivationRandom;
  std::optional<Bytes> receipt;  // of an executed function
  std::optional<Bytes> euiccResponseData;
  bool operator==(const CreateAdditionalKeySetResponse&) const = default;
};

}  // namespace eider::sgp02::es7
