#include "crypto/xml_signature.hpp"

#include <gtest/gtest.h>

#include "codec/base64.hpp"
#include "crypto/transport_key.hpp"

namespace eider::crypto {
namespace {

using Check = VerificationFault::Check;

constexpr std::string_view kContent =
    R"(<m:Info xmlns:m="urn:m" xmlns:unused="urn:u"><m:Eid>8900</m:Eid><m:Name a="2" b="1">x &amp; y</m:Name></m:Info>)";
// The same infoset: other white space in tags, other order of attributes, other quotes.
constexpr std::string_view kSameContent =
    "<m:Info  xmlns:m='urn:m'\n><m:Eid>8900</m:Eid><m:Name b='1'   a='2'>x &#38; y</m:Name></m:Info  >";

constexpr std::string_view kRsaSignature =
    "BSE8ak+sFHcjBo9SUvG+AMSWp4S09JL9knXwFKspf/L7+O1C8YKg6jDN2m8pKwWfEfKrJn5CBjsBHORkHvT7sCGSI87CYuwwRfI2"
    "52NByt90P1mznBdks+lPgq2lsIexkUzRl/cNoYCDpVVTecKTx7ZK9k85RVLbPSaxGQbAS+fszHQ4FHmRXwM6fdm5pGPU3UvFyO+A"
    "W6eNi/9Fp5Y9By4QyzUKfoI/hhQ/IyMYiizowm8gd4BIhz+/usT4WOM5ZU9ve56608SVS+u4BPkIRnyt0gxGw5WhzTRL2b88vZQg"
    "gAC0XZSKEIU6HR61kX924T/UzjZ0oa+P0JDJj96XFVvb9qfuMo1QQvpeYC0fKwheXSnEh7XKastI3AnmHejldPuOqGQaaKf7qakE"
    "RlskiQIBMmKVQMVC7FFojZRLS9L0rRE/JoiAuG62pmEVfVczo2AspT16BauPC67E7UHGjfJ1pyLhVXxlVa6gUxs+pht+Y9sfmCoY"
    "BYsBQz9SHjaS";
constexpr std::string_view kRsaKey =
    "MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEAsHuMsoSfZ6LRYYDpNHiCNhw4EQLI3uX+F2oW1OmwQPRthK7br2VSXMen"
    "cZgm4/KuJAKjJ8yIpgvCA7vsjUyIkcqeqvjwprlJ6X2RrPk20WNG11V94pRCbwCqJ2WSG+nXLFZu+ZVFdYTX6ISlXAny4PjkjOEZ"
    "IupqFvvHtT15a8ZH5JIUmh2qUbukfWd8sj6BP5gu/zHckcgrduPVyTsFBpRmo4I/kLGAVcajGfE64QrDqhAoQ7DaLraPbeQMKRR9"
    "MHPz74ivk64/amU220eR2D1sNJEKbUQmJheoS9xmnzeCjD5PbE0uQZj3GyemvePscMMVFGumOOir2Nx02Qp9xJ2oNVbgF0I+1NcG"
    "Qj4KAL2GaMm9ClQ1NlyOkMyQwnri0I6hJBRFqVMH/h4ykNLJTW5wBSFzsLZemvPETpbsoM1GjCGUIBj2hFgdoK7qYg/EgE325fPg"
    "Rioia4LqmjkvKXkEekMLJ5BA0S6jCoTtHwQ1LduN+SYb4c3E1AiX3Lb3AgMBAAE=";

struct Signed {
  SigningKeyPtr key;
  std::string xml;
};
Signed sign(Curve curve = Curve::kP256) {
  SeededRandom random(7);
  auto key = make_signing_key(PrivateKey::generate(curve, random));
  const auto ski = key->public_key().key_identifier();
  auto xml = sign_xml(kContent, *key, {"CN=EUM", to_bytes(ski.view()), {}}, "r:EumSignature", "urn:r");
  EXPECT_TRUE(xml);
  return {key, *xml};
}
std::optional<Check> failed_check(const Fault& fault) {
  const auto* v = fault.as<VerificationFault>();
  return v ? std::optional(v->check) : std::nullopt;
}
std::string with(std::string text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  if (at != std::string::npos) text.replace(at, what.size(), by);
  return text;
}

TEST(XmlSignature, VerifiesOverTheSameInfosetOnBothCurves) {
  for (const auto curve : {Curve::kP256, Curve::kBrainpoolP256r1}) {
    const auto s = sign(curve);
    const auto signature = XmlSignature::parse(s.xml);
    ASSERT_TRUE(signature) << signature.error().message();
    EXPECT_TRUE(signature->verify(kContent, s.key->public_key()));
    EXPECT_TRUE(signature->verify(kSameContent, s.key->public_key()));
    EXPECT_EQ(signature->key_info().subject_name, "CN=EUM");
    EXPECT_EQ(signature->key_info().subject_key_identifier.size(), 20U);
  }
}

TEST(XmlSignature, ChangedContentAndAnotherKeyAreRefused) {
  const auto s = sign();
  const auto signature = XmlSignature::parse(s.xml);
  ASSERT_TRUE(signature);
  const auto changed = signature->verify(with(std::string(kContent), "8900", "8901"), s.key->public_key());
  ASSERT_FALSE(changed);
  EXPECT_EQ(failed_check(changed.error()), Check::kBinding);
  SeededRandom random(8);
  const auto other = signature->verify(kContent, PrivateKey::generate(Curve::kP256, random).public_key());
  ASSERT_FALSE(other);
  EXPECT_EQ(failed_check(other.error()), Check::kSignature);
  const auto curve =
      signature->verify(kContent, PrivateKey::generate(Curve::kBrainpoolP256r1, random).public_key());
  EXPECT_FALSE(curve);
}

// The digest of other content under the old signature, and parts that would let a message choose what is
// signed.
TEST(XmlSignature, WhatTheProfileDoesNotHaveIsRefused) {
  const auto s = sign();
  const std::string exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
  const std::pair<const char*, std::string> cases[] = {
      {"a URI", with(s.xml, "<ds:Reference>", "<ds:Reference URI=\"\">")},
      {"a URI to an identifier", with(s.xml, "<ds:Reference>", "<ds:Reference URI=\"#x\">")},
      {"no digest of SHA-256", with(s.xml, "xmlenc#sha256", "xmldsig#sha1")},
      {"SHA-1", with(s.xml, "ecdsa-sha256", "ecdsa-sha1")},
      {"HMAC", with(s.xml, "ecdsa-sha256", "hmac-sha256")},
      {"another transform", with(s.xml, "<ds:Transform Algorithm=\"" + exclusive,
                                 "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116")},
      {"two transforms",
       with(s.xml, "<ds:Transforms>", "<ds:Transforms><ds:Transform Algorithm=\"" + exclusive + "\"/>")},
      {"two references", with(s.xml, "</ds:SignedInfo>",
                              s.xml.substr(s.xml.find("<ds:Reference>"), s.xml.find("</ds:Reference>") + 15 -
                                                                             s.xml.find("<ds:Reference>")) +
                                  "</ds:SignedInfo>")},
      {"an object", with(s.xml, "</r:EumSignature>", "<ds:Object/></r:EumSignature>")},
      {"a second SignedInfo", with(s.xml, "<ds:SignatureValue>", "<ds:SignedInfo/><ds:SignatureValue>")},
      {"a document type", "<!DOCTYPE x>" + s.xml},
      {"SignedInfo of another namespace", with(s.xml, "http://www.w3.org/2000/09/xmldsig#", "urn:other")},
  };
  for (const auto& [name, xml] : cases) EXPECT_FALSE(XmlSignature::parse(xml)) << name;
}

TEST(XmlSignature, EverySingleChangeOfTheSignatureIsNoticed) {
  const auto s = sign();
  std::size_t parsed = 0;
  for (std::size_t i = 0; i < s.xml.size(); ++i) {
    auto changed = s.xml;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    // KeyInfo is not signed, and need not be: it proves nothing. Names of prefixes and white space say
    // nothing either.
    if (i > s.xml.find("<ds:KeyInfo>")) break;
    const auto signature = XmlSignature::parse(changed);
    if (!signature) continue;
    ++parsed;
    // Before it stand the element's own name and prefixes, of which the declaration on SignedInfo repeats
    // one.
    const auto root_name_only = i < s.xml.find("<ds:CanonicalizationMethod");
    EXPECT_TRUE(!signature->verify(kContent, s.key->public_key()) || root_name_only)
        << i << ": " << changed.substr(i, 10);
  }
  EXPECT_GT(parsed, 40U);
}

TEST(XmlSignature, DerInPlaceOfRAndSIsRead) {
  const auto s = sign();
  const auto begin = s.xml.find("<ds:SignatureValue>") + 19, end = s.xml.find("</ds:SignatureValue>");
  const auto raw = base64_decode(s.xml.substr(begin, end - begin));
  ASSERT_TRUE(raw && raw->size() == 64);
  const auto der = base64_encode(signature_to_der(*Signature::from(*raw)));
  const auto signature = XmlSignature::parse(s.xml.substr(0, begin) + der + s.xml.substr(end));
  ASSERT_TRUE(signature);
  EXPECT_TRUE(signature->verify(kContent, s.key->public_key()));
}

// Made with xmllint --exc-c14n and openssl dgst -sha256 -sign: neither canonical form nor signature are ours.
TEST(XmlSignature, AnRsaSignatureOfOtherToolsVerifies) {
  const std::string xml =
      "<EumSignature xmlns='http://namespaces.gsma.org/esim-messaging/3' "
      "xmlns:d='http://www.w3.org/2000/09/xmldsig#'>"
      "<ds:SignedInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><ds:CanonicalizationMethod "
      "Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'/><ds:SignatureMethod "
      "Algorithm='http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'/"
      "><ds:Reference><ds:Transforms><ds:Transform "
      "Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'/></ds:Transforms><ds:DigestMethod "
      "Algorithm='http://www.w3.org/2001/04/xmlenc#sha256'/>"
      "<ds:DigestValue>mJ9O5xPtptYa43yQHx/mrnBloQS6dt3uIOSAZQLAN+8=</ds:DigestValue></ds:Reference></"
      "ds:SignedInfo><d:SignatureValue>" +
      std::string(kRsaSignature) + "</d:SignatureValue></EumSignature>";
  const auto signature = XmlSignature::parse(xml);
  ASSERT_TRUE(signature) << signature.error().message();
  EXPECT_TRUE(signature->rsa());
  const auto spki = base64_decode(kRsaKey);
  ASSERT_TRUE(spki);
  EXPECT_TRUE(signature->verify(kContent, *spki));
  EXPECT_FALSE(signature->verify(with(std::string(kContent), "8900", "8901"), *spki));
  const auto s = sign();
  const auto other_kind = signature->verify(kContent, s.key->public_key());
  ASSERT_FALSE(other_kind);
  EXPECT_EQ(failed_check(other_kind.error()), Check::kCurve);
}

TEST(TransportKey, KeysOfAllLengthsComeBack) {
  const auto transport = hex("000102030405060708090A0B0C0D0E0F");
  for (const std::size_t size : {16, 24, 32}) {
    const Secret key(Bytes(size, 0x08));  // ends as its own padding would
    const auto wrapped = wrap_transported(key, transport);
    ASSERT_TRUE(wrapped);
    EXPECT_EQ(wrapped->size() % 16, 0U);
    const auto kcv = key_check_value(kGpKeyTypeAes, key.view());
    ASSERT_TRUE(kcv);
    const auto back = unwrap_transported(kGpKeyTypeAes, *wrapped, transport, *kcv);
    ASSERT_TRUE(back) << size;
    EXPECT_EQ(*back, key);
    const auto wrong =
        unwrap_transported(kGpKeyTypeAes, *wrapped, hex("FF0102030405060708090A0B0C0D0E0F"), *kcv);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(failed_check(wrong.error()), Check::kMac);
  }
  // A whole number of blocks gets no padding; FIPS 197 appendix B is the block.
  EXPECT_EQ(to_hex(*wrap_transported(Secret(hex("00112233445566778899AABBCCDDEEFF")), transport)),
            "69C4E0D86A7B0430D8CDB78070B4C55A");
}

TEST(TransportKey, APskIsCheckedByDigestOrNotAtAll) {
  const auto transport = hex("000102030405060708090A0B0C0D0E0F");
  const Secret psk(hex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3"));
  const auto wrapped = wrap_transported(psk, transport);
  ASSERT_TRUE(wrapped);
  const auto kcv = key_check_value(kGpKeyTypePsk, psk.view());
  ASSERT_TRUE(kcv);
  EXPECT_EQ(*unwrap_transported(kGpKeyTypePsk, *wrapped, transport, *kcv), psk);
  EXPECT_EQ(*unwrap_transported(kGpKeyTypePsk, *wrapped, transport, {}), psk);
  EXPECT_FALSE(unwrap_transported(kGpKeyTypePsk, *wrapped, transport, hex("000000")));
  EXPECT_FALSE(unwrap_transported(kGpKeyTypePsk, hex("0011"), transport, *kcv));
}

}  // namespace
}  // namespace eider::crypto
