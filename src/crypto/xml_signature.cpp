#include "crypto/xml_signature.hpp"

#include "codec/base64.hpp"
#include "codec/xml_reader.hpp"
#include "codec/xml_writer.hpp"
#include "crypto/detail/openssl.hpp"
#include "crypto/hash.hpp"

namespace eider::crypto {
namespace {

using Check = VerificationFault::Check;
using xml::Canonical;
using xml::Element;

constexpr std::string_view kSignatureNamespace = "http://www.w3.org/2000/09/xmldsig#";
constexpr std::string_view kExclusiveNamespace = "http://www.w3.org/2001/10/xml-exc-c14n#";
constexpr std::string_view kSha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
constexpr std::string_view kEcdsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
constexpr std::string_view kRsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
constexpr int kLeastRsaBits = 3072;

struct Method {
  std::string_view uri;
  Canonical form;
};
constexpr Method kMethods[] = {
    {kExclusiveNamespace, Canonical::kExclusive},
    {"http://www.w3.org/2001/10/xml-exc-c14n#WithComments", Canonical::kExclusiveWithComments},
    {"http://www.w3.org/TR/2001/REC-xml-c14n-20010315", Canonical::kInclusive},
    {"http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments", Canonical::kInclusiveWithComments},
};

tl::unexpected<Fault> refuse(const Element& at, std::string what) {
  return fail_verification(Check::kFormat, at.path() + ": " + std::move(what));
}
bool is(const Element& e, std::string_view name) {
  return e.name() == name && e.namespace_name() == kSignatureNamespace;
}

// The children, each of the given name, in order, those in brackets optional; nothing else.
Result<std::vector<std::optional<Element>>> children(const Element& parent,
                                                     std::initializer_list<std::string_view> names) {
  std::vector<std::optional<Element>> out;
  auto child = parent.first_child();
  for (auto name : names) {
    const bool optional = name.starts_with('[');
    if (optional) name = name.substr(1, name.size() - 2);
    if (child && is(*child, name)) {
      out.emplace_back(*child);
      child = child->next();
    } else if (optional) {
      out.emplace_back();
    } else {
      return refuse(parent, "there is no " + std::string(name) + " where it belongs");
    }
  }
  if (child) return refuse(*child, "the element is not taken here");
  return out;
}

Result<std::string> algorithm_of(const Element& e) {
  auto uri = e.attribute("Algorithm");
  if (!uri) return refuse(e, "there is no Algorithm");
  return std::move(*uri);
}
Result<Bytes> base64_of(const Element& e) {
  const auto text = e.text();
  auto octets = text ? base64_decode(*text) : std::nullopt;
  if (!octets || octets->empty()) return refuse(e, "no base64");
  return std::move(*octets);
}

struct CanonicalMethod {
  Canonical form = Canonical::kInclusive;
  std::vector<std::string> prefixes;
};
Result<CanonicalMethod> canonical_method(const Element& e) {
  EIDER_TRY(uri, algorithm_of(e));
  CanonicalMethod out;
  const auto* method = std::ranges::find(kMethods, uri, &Method::uri);
  if (method == std::end(kMethods)) return refuse(e, "the algorithm " + uri + " is not taken");
  out.form = method->form;
  const auto child = e.first_child();
  if (!child) return out;
  const bool exclusive = out.form == Canonical::kExclusive || out.form == Canonical::kExclusiveWithComments;
  if (!exclusive || child->name() != "InclusiveNamespaces" ||
      child->namespace_name() != kExclusiveNamespace || child->next())
    return refuse(*child, "the parameter is not taken");
  std::string list = child->attribute("PrefixList").value_or("");
  for (std::size_t at = 0; at < list.size();) {
    const auto end = std::min(list.find(' ', at), list.size());
    if (end > at) out.prefixes.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// One reference, without URI: to what the caller hands in. Without transforms that is canonical XML 1.0.
struct Reference {
  CanonicalMethod content;
  Bytes digest;
};
Result<Reference> read_reference(const Element& e) {
  if (e.attribute("URI")) return refuse(e, "a URI is not taken: the reference is to EumSignedInfo");
  EIDER_TRY(parts, children(e, {"[Transforms]", "DigestMethod", "DigestValue"}));
  Reference out;
  if (parts[0]) {
    const auto transform = parts[0]->first_child();
    if (!transform || !is(*transform, "Transform") || transform->next())
      return refuse(*parts[0], "one canonical form is taken, nothing else");
    EIDER_TRY(method, canonical_method(*transform));
    out.content = std::move(method);
  }
  EIDER_TRY(digest_method, algorithm_of(*parts[1]));
  if (digest_method != kSha256) return refuse(*parts[1], "the algorithm " + digest_method + " is not taken");
  EIDER_TRY(digest, base64_of(*parts[2]));
  if (digest.size() != 32) return refuse(*parts[2], "no SHA-256 digest");
  out.digest = std::move(digest);
  return out;
}

Result<XmlKeyInfo> read_key_info(const Element& e) {
  XmlKeyInfo out;
  for (auto data = e.first_child(); data; data = data->next()) {
    if (!is(*data, "X509Data")) continue;  // other hints are not used
    for (auto c = data->first_child(); c; c = c->next()) {
      if (is(*c, "X509SubjectName")) out.subject_name = c->text().value_or("");
      if (is(*c, "X509SKI")) {
        EIDER_TRY(ski, base64_of(*c));
        out.subject_key_identifier = std::move(ski);
      }
      if (is(*c, "X509Certificate") && out.certificate.empty()) {
        EIDER_TRY(certificate, base64_of(*c));
        out.certificate = std::move(certificate);
      }
    }
  }
  return out;
}

// The element whose children are those of ds:SignatureType.
Result<Element> signature_element(const Element& root) {
  const auto first = root.first_child();
  if (first && is(*first, "Signature")) {
    if (first->next()) return refuse(root, "more than one signature");
    return *first;
  }
  return root;
}

Status verify_ec(ByteView spki, std::string_view signed_info, ByteView signature) {
  EIDER_TRY(key, PublicKey::from_spki(spki));
  if (signature.size() == 64) return crypto::verify(key, as_bytes(signed_info), signature);
  auto raw = signature_from_der(signature);  // some write the SEQUENCE of X.509
  if (!raw) return fail_verification(Check::kSignature, "the SignatureValue has no form of ECDSA");
  return crypto::verify(key, as_bytes(signed_info), raw->view());
}

Status verify_rsa(ByteView spki, std::string_view signed_info, ByteView signature) {
  const std::uint8_t* at = spki.data();
  const detail::PkeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
    return fail_verification(Check::kCurve, "the key is none of RSA");
  if (EVP_PKEY_get_bits(key.get()) < kLeastRsaBits)
    return fail_verification(Check::kCurve, "the RSA key is too short");
  const std::unique_ptr<EVP_MD_CTX, detail::Deleter<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  detail::require(
      context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1,
      "EVP_DigestVerifyInit");
  const auto text = as_bytes(signed_info);
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), text.data(), text.size()) != 1)
    return fail_verification(Check::kSignature, "the signature does not verify");
  return {};
}

Result<xml::Document> parse_document(std::string_view text) {
  auto document = xml::Document::parse(as_bytes(text));
  if (!document) return fail(document.error().fault());
  return std::move(*document);
}

}  // namespace

Result<XmlSignature> XmlSignature::parse(std::string_view text) {
  EIDER_TRY(document, parse_document(text));
  EIDER_TRY(root, signature_element(document.root()));
  EIDER_TRY(parts, children(root, {"SignedInfo", "SignatureValue", "[KeyInfo]"}));
  EIDER_TRY(info, children(*parts[0], {"CanonicalizationMethod", "SignatureMethod", "Reference"}));
  EIDER_TRY(method, canonical_method(*info[0]));
  EIDER_TRY(algorithm, algorithm_of(*info[1]));
  if (algorithm != kEcdsaSha256 && algorithm != kRsaSha256)
    return refuse(*info[1], "the algorithm " + algorithm + " is not taken");
  if (info[1]->first_child()) return refuse(*info[1], "a parameter is not taken");
  EIDER_TRY(reference, read_reference(*info[2]));

  XmlSignature out;
  out.rsa_ = algorithm == kRsaSha256;
  out.content_form_ = static_cast<int>(reference.content.form);
  out.content_prefixes_ = std::move(reference.content.prefixes);
  out.digest_ = std::move(reference.digest);
  EIDER_TRY(signed_info, xml::canonical(*parts[0], method.form, method.prefixes));
  out.signed_info_ = std::move(signed_info);
  EIDER_TRY(value, base64_of(*parts[1]));
  out.signature_ = std::move(value);
  if (parts[2]) {
    EIDER_TRY(key_info, read_key_info(*parts[2]));
    out.key_info_ = std::move(key_info);
  }
  return out;
}

Status XmlSignature::verify(std::string_view content, ByteView spki) const {
  EIDER_TRY(document, parse_document(content));
  EIDER_TRY(canonical, xml::canonical(document, static_cast<Canonical>(content_form_), content_prefixes_));
  if (!equal(sha256(as_bytes(canonical)).view(), digest_))
    return fail_verification(Check::kBinding, "the signed content was changed: its digest is another one");
  return rsa_ ? verify_rsa(spki, signed_info_, signature_) : verify_ec(spki, signed_info_, signature_);
}

Result<std::string> sign_xml(std::string_view content, const SigningKey& key, const XmlKeyInfo& key_info,
                             std::string_view name, std::string_view namespace_name) {
  EIDER_TRY(document, parse_document(content));
  EIDER_TRY(canonical, xml::canonical(document, Canonical::kExclusive));
  const auto method = [](xml::Writer& w, std::string_view element, std::string_view uri) {
    w.open(element);
    w.attribute("Algorithm", uri);
    w.close();
  };
  xml::Writer info;
  info.open("ds:SignedInfo");
  info.attribute("xmlns:ds", kSignatureNamespace);
  method(info, "ds:CanonicalizationMethod", kExclusiveNamespace);
  method(info, "ds:SignatureMethod", kEcdsaSha256);
  info.open("ds:Reference");
  info.open("ds:Transforms");
  method(info, "ds:Transform", kExclusiveNamespace);
  info.close();
  method(info, "ds:DigestMethod", kSha256);
  info.leaf("ds:DigestValue", base64_encode(sha256(as_bytes(canonical)).view()));
  info.close();
  info.close();
  EIDER_TRY(info_document, parse_document(info.str()));
  EIDER_TRY(signed_info, xml::canonical(info_document, Canonical::kExclusive));
  EIDER_TRY(signature, key.sign({as_bytes(signed_info)}));

  xml::Writer out;
  out.open(name);
  const auto colon = name.find(':');
  out.attribute(colon == std::string_view::npos ? "xmlns" : "xmlns:" + std::string(name.substr(0, colon)),
                namespace_name);
  out.attribute("xmlns:ds", kSignatureNamespace);
  out.raw(signed_info);
  out.leaf("ds:SignatureValue", base64_encode(signature.view()));
  out.open("ds:KeyInfo");
  out.open("ds:X509Data");
  if (!key_info.subject_name.empty()) out.leaf("ds:X509SubjectName", key_info.subject_name);
  if (!key_info.subject_key_identifier.empty())
    out.leaf("ds:X509SKI", base64_encode(key_info.subject_key_identifier));
  if (!key_info.certificate.empty()) out.leaf("ds:X509Certificate", base64_encode(key_info.certificate));
  out.close();
  out.close();
  out.close();
  return out.take();
}

}  // namespace eider::crypto
