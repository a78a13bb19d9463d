// The EUM's signature in an EIS (SGP.02 v4.2 Annex E).
#pragma once
#include "crypto/certificate.hpp"
#include "crypto/key_store.hpp"
#include "crypto/xml_signature.hpp"
#include "spec/sgp02/eis.hpp"

namespace eider::sgp02 {

// LocalFault when the key is not that of the certificate.
Result<SignedEumInfo> sign_eum_info(const EumSignedInfo& info, const crypto::Certificate& eum,
                                    const crypto::SigningKey& key);

// The signature verifies with that certificate, KeyInfo does not name another one, and `info` is what the
// signed octets say. VerificationFault otherwise, kFormat when there is no signature. Whether the certificate
// is an EUM's is not asked here.
Status verify_eum_info(const SignedEumInfo& eum_signed, const crypto::Certificate& eum);
// Which certificate KeyInfo names, to look it up. Not verified.
Result<crypto::XmlKeyInfo> eum_key_info(const SignedEumInfo& eum_signed);
// Whether KeyInfo can mean that certificate: by key identifier, else by name in either order.
bool names(const crypto::XmlKeyInfo& key_info, const crypto::Certificate& certificate);

}  // namespace eider::sgp02
