#include "spec/sgp02/eis_signature.hpp"

#include <algorithm>

#include "spec/sgp02/soap.hpp"
#include "spec/sgp02/xml_types.hpp"

namespace eider::sgp02 {
namespace {

using Check = VerificationFault::Check;
using Attributes = std::vector<std::pair<der::Oid, std::string>>;

Attributes attributes_of(const crypto::Name& name) {
  Attributes out;
  for (const auto& rdn : name.rdns())
    for (const auto& a : rdn) out.emplace_back(a.type, a.value);
  return out;
}

// Most specific first, as RFC 4514 writes names.
std::string rfc4514(const crypto::Name& name) {
  auto attributes = attributes_of(name);
  std::ranges::reverse(attributes);
  return crypto::Name::make(attributes).text();
}

Result<xml::Document> document_of(std::string_view text) {
  auto document = xml::Document::parse(as_bytes(text));
  if (!document) return fail(document.error().fault());
  return std::move(*document);
}

}  // namespace

bool names(const crypto::XmlKeyInfo& key_info, const crypto::Certificate& certificate) {
  if (!key_info.certificate.empty() && !equal(key_info.certificate, certificate.der())) return false;
  if (!key_info.subject_key_identifier.empty())
    return equal(key_info.subject_key_identifier, certificate.public_key().key_identifier().view()) ||
           (!certificate.subject_key_identifier().empty() &&
            equal(key_info.subject_key_identifier, certificate.subject_key_identifier()));
  if (key_info.subject_name.empty()) return true;
  const auto name = crypto::Name::from_text(key_info.subject_name);
  if (!name) return false;
  const auto wanted = attributes_of(certificate.subject());
  auto given = attributes_of(*name);
  if (given == wanted) return true;
  std::ranges::reverse(given);
  return given == wanted;
}

Result<crypto::XmlKeyInfo> eum_key_info(const SignedEumInfo& eum_signed) {
  EIDER_TRY(signature, crypto::XmlSignature::parse(eum_signed.signatureXml));
  return signature.key_info();
}

Result<SignedEumInfo> sign_eum_info(const EumSignedInfo& info, const crypto::Certificate& eum,
                                    const crypto::SigningKey& key) {
  if (key.public_key() != eum.public_key()) return fail_local("the key is not that of the EUM's certificate");
  xml::Writer w;
  w.open("rps:EumSignedInfo");
  w.attribute("xmlns:rps", soap::kMessageNamespace);
  xml::encode_fields(w, xml::Describe<EumSignedInfo>::value, &info, "rps:");
  w.close();
  EIDER_TRY(document, document_of(w.str()));
  SignedEumInfo out{info, {}, {}};
  EIDER_TRY(standalone, document.root().standalone());
  out.signedInfoXml = std::move(standalone);
  const auto ski = key.public_key().key_identifier();
  EIDER_TRY(signature,
            crypto::sign_xml(out.signedInfoXml, key, {rfc4514(eum.subject()), to_bytes(ski.view()), {}},
                             "rps:EumSignature", soap::kMessageNamespace));
  out.signatureXml = std::move(signature);
  return out;
}

Status verify_eum_info(const SignedEumInfo& eum_signed, const crypto::Certificate& eum) {
  if (eum_signed.signedInfoXml.empty() || eum_signed.signatureXml.empty())
    return fail_verification(Check::kFormat, "the EIS has no signature of an EUM");
  EIDER_TRY(signature, crypto::XmlSignature::parse(eum_signed.signatureXml));
  if (!names(signature.key_info(), eum))
    return fail_verification(Check::kChain, "the signature names another certificate");
  EIDER_CHECK(signature.verify(eum_signed.signedInfoXml, eum.public_key()));
  EIDER_TRY(document, document_of(eum_signed.signedInfoXml));
  const auto info = xml::decode<EumSignedInfo>(document.root(), soap::accepts_namespace);
  if (!info) return fail(info.error().fault());
  if (*info != eum_signed.info)
    return fail_verification(Check::kBinding, "the EIS has other values than the EUM signed");
  return {};
}

}  // namespace eider::sgp02
