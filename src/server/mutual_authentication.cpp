#include "server/mutual_authentication.hpp"

#include <algorithm>

#include "codec/tlv.hpp"
#include "device/http_port.hpp"

namespace eider::server {
namespace es9 = sgp22::es9plus;
using status::refuse;

bool is_own_address(std::span<const std::string> addresses, std::string_view address) {
  for (const auto& mine : addresses) {
    if (equal_ignoring_case(address, mine)) return true;
    if (address.size() > mine.size() && address[mine.size()] == ':' &&
        equal_ignoring_case(address.substr(0, mine.size()), mine) &&
        address.find_first_not_of("0123456789", mine.size() + 1) == std::string_view::npos)
      return true;
  }
  return false;
}

sgp22::TransactionId new_transaction_id(const Clock& clock, Random& random) {
  auto octets = random.fixed<16>();
  auto ms = static_cast<std::uint64_t>(clock.now().time_since_epoch().count());
  for (std::size_t i = 6; i-- > 0; ms >>= 8) octets[i] = static_cast<std::uint8_t>(ms);
  return *sgp22::TransactionId::from(octets);
}

const AuthCredential* credential_of(std::span<const AuthCredential> credentials, ByteView ci_ski) {
  for (const auto& c : credentials)
    if (equal(c.certificate->authority_key_identifier(), ci_ski)) return &c;
  return nullptr;
}

namespace {

struct CiChoice {
  sgp22::KeyIdentifier euicc_ci;
  const AuthCredential* credential;
};

// Section 2.6.7.1: the eUICC's own order of preference decides; its chain and ours may be of different CIs.
Result<CiChoice> choose_ci(const Authenticator& self, const sgp22::EUICCInfo1& info) {
  CiChoice choice{};
  const auto& signing = info.euiccCiPKIdListForSigning;
  const auto euicc_ci =
      std::ranges::find_if(signing, [&](const auto& id) { return self.roots.find(id) != nullptr; });
  if (euicc_ci == signing.end()) return refuse(self.codes.ci_unsupported);
  choice.euicc_ci = *euicc_ci;
  for (const auto& id : info.euiccCiPKIdListForVerification)
    if ((choice.credential = credential_of(self.credentials, id)) != nullptr) return choice;
  return refuse(self.codes.certificate_unavailable);
}

}  // namespace

Result<BegunAuthentication> begin_authentication(const Authenticator& self,
                                                 const es9::InitiateAuthenticationRequest& request,
                                                 const Clock& clock, Random& random) {
  const auto euicc_challenge = sgp22::Challenge::from(request.euiccChallenge);
  if (!euicc_challenge) return refuse(status::kFormatInvalid, "euiccChallenge", "not 16 octets");
  auto info = der::decode<sgp22::EUICCInfo1>(request.euiccInfo1);
  if (!info) return refuse(status::kFormatInvalid, "euiccInfo1", info.error().message());

  // In the order of the text: SVN, address, CI of the eUICC, CI of our certificates.
  if (info->svn[0] != 2) return refuse(self.codes.svn_unsupported, sgp22::version_text(info->svn));
  if (!is_own_address(self.addresses, request.smdpAddress))
    return refuse(self.codes.address_refused, request.smdpAddress);
  EIDER_TRY(choice, choose_ci(self, *info));

  BegunAuthentication begun;
  begun.transaction_id = new_transaction_id(clock, random);
  begun.state = {*euicc_challenge, random.fixed<16>(), request.smdpAddress, choice.euicc_ci, {}, info->svn};
  begun.state.server_ci.assign(choice.credential->certificate->authority_key_identifier());

  sgp22::ServerSigned1 signed1;
  signed1.transactionId = begun.transaction_id;
  signed1.euiccChallenge = *euicc_challenge;
  signed1.serverAddress = request.smdpAddress;
  signed1.serverChallenge = begun.state.server_challenge;

  auto& answer = begun.answer;
  answer.header.emplace();
  answer.transactionId = to_bytes(begun.transaction_id);
  answer.serverSigned1 = der::encode(signed1);
  EIDER_TRY(signature, choice.credential->key->sign({ByteView(answer.serverSigned1)}));
  answer.serverSignature1 = signature_tlv(signature);
  answer.euiccCiPKIdToBeUsed = make_tlv(0x04, choice.euicc_ci);
  answer.serverCertificate = to_bytes(choice.credential->certificate->der());
  return begun;
}

Result<VerifiedEuicc> authenticate_euicc(const EuiccTrust& trust, const Challenged& challenged,
                                         const sgp22::TransactionId& transaction_id,
                                         const sgp22::AuthenticateResponseOk& response,
                                         status::Code svn_unsupported) {
  EIDER_TRY(euicc, verify_euicc(trust, response.euiccCertificate.der, response.eumCertificate.der));
  // The chain must be that of the CI which we chose: euiccCiPKIdToBeUsed.
  if (!equal(euicc.ci_ski, challenged.euicc_ci))
    return refuse(status::kEumCertificateInvalid, {}, "chain of another CI");
  if (!crypto::verify(euicc.certificate.public_key(), response.euiccSigned1.raw, response.euiccSignature1))
    return refuse(status::kEuiccSignatureInvalid);
  const auto& signed1 = response.euiccSigned1.value;
  if (!(signed1.transactionId == transaction_id)) return refuse(status::kTransactionIdUnknown);
  if (!(signed1.serverChallenge == challenged.server_challenge))
    return refuse(status::kEuiccSignatureInvalid, {}, "serverChallenge differs");
  if (!equal_ignoring_case(signed1.serverAddress, challenged.server_address))
    return refuse(status::kEuiccSignatureInvalid, {}, "serverAddress differs");
  if (!(signed1.euiccInfo2.svn == challenged.svn))  // section 3.1.2, step 16
    return refuse(svn_unsupported, {}, "SVN of EUICCInfo2 and EUICCInfo1 differ");
  return euicc;
}

std::string matching_id_of(const sgp22::EuiccSigned1& signed1) {
  return std::get<0>(signed1.ctxParams1.value).matchingId.value_or("");
}

tl::unexpected<Fault> refuse_card_error(const sgp22::AuthenticateResponseError& error) {
  return refuse(status::kEuiccSignatureInvalid, {},
                "the eUICC refused AuthenticateServer: " +
                    std::to_string(static_cast<int>(error.authenticateErrorCode)));
}

Result<sgp22::Signature> signature_of(ByteView tlv) {
  EIDER_TRY(parsed, read_single_tlv(tlv));
  const auto signature = sgp22::Signature::from(parsed.value);
  if (parsed.tag != 0x5F37 || !signature) return fail(DecodeFault{"signature", 0, "not 5F37 with 64 octets"});
  return *signature;
}

Result<es9::asn1::InitiateAuthenticationOk> to_asn1(const es9::InitiateAuthenticationResponse& r) {
  EIDER_TRY(signature, signature_of(r.serverSignature1));
  EIDER_TRY(ci, read_single_tlv(r.euiccCiPKIdToBeUsed));
  es9::asn1::InitiateAuthenticationOk ok;
  ok.transactionId = sgp22::TransactionId::from(r.transactionId).value_or(sgp22::TransactionId{});
  ok.serverSigned1.der = r.serverSigned1;
  ok.serverSignature1 = signature;
  ok.euiccCiPKIdToBeUsed.assign(ci.value);
  ok.serverCertificate.der = r.serverCertificate;
  return ok;
}

}  // namespace eider::server
