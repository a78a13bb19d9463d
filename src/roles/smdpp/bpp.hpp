// The Bound Profile Package: SGP.22 v2.6.1 sections 2.5.3, 2.5.4, 3.1.3 and annex G.
#pragma once
#include "crypto/key_store.hpp"
#include "roles/smdpp/records.hpp"
#include "spec/sgp22/es8plus.hpp"

namespace eider::smdpp {

struct BindRequest {
  TransactionId transaction_id;
  Eid eid;
  sgp22::OneTimePublicKey euicc_otpk;
  BoundedBytes<16> host_id;
  sgp22::Oid dp_oid;
  ByteView metadata;  // StoreMetadata, BF25
  ByteView package;   // unprotected profile package
  Protection protection = Protection::kSessionKeys;
};

struct BoundPackage {
  Bytes bpp;     // BF36
  KeptBpp kept;  // makes it again; without ICCID
};

// Binds to the eUICC's one-time key with a new otPK.DP on the curve of `key` (SK.DPpb); otSK.DP does not
// outlive the call. kFormat / kCurve when the eUICC's key is not a point of that curve. With `kept` of an
// earlier binding of the same content under random keys, its '86' segments stay, octet for octet.
Result<BoundPackage> bind_package(const BindRequest& request, const crypto::SigningKey& key, Random& random,
                                  const KeptBpp* kept = nullptr);
// Whether `kept` was made of this metadata and package.
bool same_content(const BindRequest& request, const KeptBpp& kept);
// The package as it was sent.
Result<Bytes> send_again(const BindRequest& request, const KeptBpp& kept);
// A retry with the same one-time key: only transactionId and smdpSign of the package change.
Result<BoundPackage> renew_transaction(const BindRequest& request, const KeptBpp& kept,
                                       const crypto::SigningKey& key);

}  // namespace eider::smdpp
