// The signature of an EUM over EumSignedInfo (SGP.02 v4.2 Annex E; XML Signature 1.1): one reference without
// URI, to the element that the protocol says, canonical XML, SHA-256. What is signed is always handed in by
// the caller, so that a message cannot choose it.
#pragma once
#include <string>

#include "crypto/key_store.hpp"

namespace eider::crypto {

// Who signed, as KeyInfo claims it: finds the certificate, proves nothing.
struct XmlKeyInfo {
  std::string subject_name;  // as it stands there
  Bytes subject_key_identifier;
  Bytes certificate;  // DER
};

class XmlSignature {
 public:
  // A ds:Signature, an element of its type (EumSignature), or an element around one ds:Signature. DecodeFault
  // for another form; VerificationFault kFormat for what XML Signature has and this profile has not: URIs,
  // several references, other transforms than canonical forms, objects, other algorithms than SHA-256 with
  // ECDSA or RSA.
  static Result<XmlSignature> parse(std::string_view xml);

  const XmlKeyInfo& key_info() const { return key_info_; }
  bool rsa() const { return rsa_; }
  // Of the document's root element. `spki`: SubjectPublicKeyInfo of an EC key of 256 bits, or of an RSA key
  // of 3072 bits or more. kBinding: the content has another digest; kSignature: the key did not sign; kCurve:
  // the key is of another kind.
  Status verify(std::string_view content, ByteView spki) const;
  Status verify(std::string_view content, const PublicKey& key) const {
    return verify(content, key.spki_der());
  }

 private:
  XmlSignature() = default;

  XmlKeyInfo key_info_;
  bool rsa_ = false;
  int content_form_ = 0;  // xml::Canonical
  std::vector<std::string> content_prefixes_;
  std::string signed_info_;  // canonical
  Bytes digest_, signature_;
};

// An element `name` ("rps:EumSignature", whose prefix stands for `namespace_name`) of type ds:SignatureType
// over the root of `content`: exclusive canonical form, ECDSA with SHA-256, r || s.
Result<std::string> sign_xml(std::string_view content, const SigningKey& key, const XmlKeyInfo& key_info,
                             std::string_view name, std::string_view namespace_name);

}  // namespace eider::crypto
