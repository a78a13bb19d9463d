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
  ByteView package;   // unprotected profile package; may be empty when `protected_elements` is given
  Protection protection = Protection::kSessionKeys;
};

struct BoundPackage {
  Bytes bpp;           // BF36
  Secret random_keys;  // with Protection::kRandomKeys
};

// Binds to the eUICC's one-time key with a new otPK.DP on the curve of `key` (SK.DPpb); otSK.DP does not
// outlive the call. kFormat / kCurve when the eUICC's key is not a point of that curve.
Result<BoundPackage> bind_package(const BindRequest& request, const crypto::SigningKey& key, Random& random);
// The same with the '86' segments of an earlier binding, octet for octet: for packages under random keys.
Result<BoundPackage> bind_again(const BindRequest& request, const KeptBpp& kept,
                                const crypto::SigningKey& key, Random& random);
// A retry with the same one-time key: only transactionId and smdpSign of the kept package change.
Result<Bytes> renew_transaction(const KeptBpp& kept, const TransactionId& transaction_id,
                                const crypto::SigningKey& key);

}  // namespace eider::smdpp
