#include "support/software_euicc.hpp"

namespace eider::test {

SoftwareEuicc::SoftwareEuicc(const TestPki& pki, std::string_view eid_digits, std::uint64_t seed,
                             crypto::Curve curve)
    : random_(seed),
      eid_(*sgp22::Eid::from(hex(eid_digits))),
      item_(pki.euicc(eid_digits, random_, curve)),
      eum_(pki.get(crypto::CertificateRole::kEum, curve).certificate),
      ci_ski_(to_bytes(pki.get(crypto::CertificateRole::kCi, curve).certificate.subject_key_identifier())) {
  info2.profileVersion = version(2, 3, 1);
  info2.svn = version(2, 6, 1);
  info2.euiccFirmwareVer = version(1, 0, 0);
  info2.extCardResource = sgp22::encode_ext_card_resource({0, 500000, 20000});
  for (int bit : {1, 2, 4, 6, 14}) info2.uiccCapability.set(bit);
  info2.rspCapability = {sgp22::kAdditionalProfile, sgp22::kTestProfileSupport};
  info2.euiccCiPKIdListForVerification = {*sgp22::KeyIdentifier::from(ci_ski_)};
  info2.euiccCiPKIdListForSigning = info2.euiccCiPKIdListForVerification;
  info2.ppVersion = version(1, 0, 0);
  info2.sasAcreditationNumber = "EIDER-TEST";
}

sgp22::Version SoftwareEuicc::version(std::uint8_t a, std::uint8_t b, std::uint8_t c) {
  sgp22::Version v;
  v[0] = a, v[1] = b, v[2] = c;
  return v;
}

sgp22::es9plus::InitiateAuthenticationRequest SoftwareEuicc::initiate(std::string address) {
  challenge_ = random_.fixed<16>();
  sgp22::EUICCInfo1 info1{
      info2.svn, info2.euiccCiPKIdListForVerification, info2.euiccCiPKIdListForSigning, {}};
  return {to_bytes(challenge_), der::encode(info1), std::move(address)};
}

Bytes SoftwareEuicc::authenticate_server(const sgp22::es9plus::InitiateAuthenticationResponse& r,
                                         std::optional<std::string> matching_id) {
  const auto certificate = take(crypto::Certificate::parse(r.serverCertificate));
  require(
      crypto::verify(certificate.public_key(), r.serverSigned1, signature(r.serverSignature1)).has_value(),
      "serverSignature1");
  const auto signed1 = take(der::decode<sgp22::ServerSigned1>(r.serverSigned1, der::Rules::strict()));
  require(signed1.euiccChallenge == challenge_, "euiccChallenge");
  transaction_id_ = signed1.transactionId;
  server_address_ = signed1.serverAddress;
  sgp22::EuiccSigned1 out;
  out.transactionId = transaction_id_;
  out.serverAddress = server_address_;
  out.serverChallenge = signed1.serverChallenge;
  out.euiccInfo2 = info2;
  sgp22::CtxParamsForCommonAuthentication context;
  context.matchingId = std::move(matching_id);
  context.deviceInfo.tac = *FixedBytes<4>::from(hex("53926011"));
  out.ctxParams1.value = std::move(context);
  if (tamper_signed1) tamper_signed1(out);
  sgp22::AuthenticateResponseOk ok;
  ok.euiccSigned1 = der::seal(std::move(out));
  signature1_ = item_.key->sign(ok.euiccSigned1.raw);
  ok.euiccSignature1 = signature1_;
  ok.euiccCertificate.der = to_bytes(item_.certificate.der());
  ok.eumCertificate.der = to_bytes(eum_.der());
  if (tamper_auth) tamper_auth(ok);
  return der::encode(sgp22::AuthenticateServerResponse{std::move(ok)});
}

Bytes SoftwareEuicc::prepare_download(const sgp22::es9plus::AuthenticateClientResponse& r,
                                      std::optional<std::string> code) {
  const auto certificate = take(crypto::Certificate::parse(r.smdpCertificate));
  const Bytes own = make_tlv(0x5F37, signature1_.view());
  require(crypto::verify(certificate.public_key(), {ByteView(r.smdpSigned2), ByteView(own)},
                         signature(r.smdpSignature2))
              .has_value(),
          "smdpSignature2");
  pb_key_ = certificate.public_key();
  const auto signed2 = take(der::decode<sgp22::SmdpSigned2>(r.smdpSigned2, der::Rules::strict()));
  require(signed2.transactionId == transaction_id_, "transactionId");
  cc_required = signed2.ccRequiredFlag;
  offered_otpk = signed2.bppEuiccOtpk;
  const bool reuse =
      keep_otpk && one_time_ && offered_otpk && *offered_otpk == one_time_->public_key().point();
  if (!reuse) one_time_ = crypto::PrivateKey::generate(certificate.public_key().curve(), random_);
  sgp22::EuiccSigned2 out;
  out.transactionId = transaction_id_;
  out.euiccOtpk = one_time_->public_key().point();
  if (code) {
    const auto hash = crypto::sha256(as_bytes(*code));
    out.hashCc = crypto::sha256({hash.view(), transaction_id_.view()});
  }
  if (tamper_signed2) tamper_signed2(out);
  sgp22::PrepareDownloadResponseOk ok;
  ok.euiccSigned2 = der::seal(std::move(out));
  ok.euiccSignature2 = item_.key->sign({ByteView(ok.euiccSigned2.raw), ByteView(r.smdpSignature2)});
  if (tamper_prepare) tamper_prepare(ok);
  return der::encode(sgp22::PrepareDownloadResponse{std::move(ok)});
}

SoftwareEuicc::Opened SoftwareEuicc::open(ByteView bpp) const {
  const auto parsed = take(der::decode<sgp22::BoundProfilePackage>(bpp, der::Rules::strict()));
  const auto& isc = parsed.initialiseSecureChannelRequest;
  require(isc.transactionId == transaction_id_, "BF23 transactionId");
  require(crypto::verify(*pb_key_, sgp22::smdp_sign_input(isc, one_time_->public_key().point()), isc.smdpSign)
              .has_value(),
          "smdpSign");
  const auto server = take(crypto::PublicKey::from_point(one_time_->curve(), isc.smdpOtpk));
  const auto shared = take(one_time_->agree(server));
  const auto& crt = isc.controlRefTemplate;
  auto receiver = take(channel::BspReceiver::make(
      take(channel::derive_bsp_keys(shared.view(), crt.keyType[0], crt.keyLen[0], crt.hostId, eid_))));
  Opened out;
  const auto read = [&](channel::BspTag tag, const auto& segments, Bytes& to) {
    for (const auto& s : segments) {
      const Bytes whole = make_tlv(static_cast<Tag>(tag), s.bytes);
      require(whole.size() <= channel::kBspMaxTlv, "segment size");
      require(receiver.open(tag, whole, to).has_value(), "segment");
    }
  };
  read(channel::BspTag::k87, parsed.firstSequenceOf87, out.configure);
  read(channel::BspTag::k88, parsed.sequenceOf88, out.metadata);
  if (parsed.secondSequenceOf87) {
    read(channel::BspTag::k87, *parsed.secondSequenceOf87, out.replace);
    const auto keys = take(der::decode<sgp22::ReplaceSessionKeysRequest>(out.replace, der::Rules::strict()));
    require(receiver
                .replace_keys(
                    {keys.initialMacChainingValue, Secret(keys.ppkEnc.view()), Secret(keys.ppkCmac.view())})
                .has_value(),
            "ReplaceSessionKeys");
  }
  read(channel::BspTag::k86, parsed.sequenceOf86, out.package);
  return out;
}

Bytes SoftwareEuicc::success(const sgp22::Iccid& iccid) {
  return result(iccid, sgp22::SuccessResult{*sgp22::Aid::from(hex("A0000005591010FFFFFFFF8900001000")),
                                            hex("3007A0053003800100")});
}

Bytes SoftwareEuicc::failure(const sgp22::Iccid& iccid, sgp22::ErrorReason reason,
                             sgp22::BppCommandId command) {
  return result(iccid, sgp22::ErrorResult{command, reason, {}});
}

Bytes SoftwareEuicc::cancel(sgp22::CancelSessionReason reason) {
  sgp22::CancelSessionResponseOk ok;
  sgp22::EuiccCancelSessionSigned out{transaction_id_, smdp_oid, reason, {}};
  ok.euiccCancelSessionSigned = der::seal(std::move(out));
  ok.euiccCancelSessionSignature = item_.key->sign(ok.euiccCancelSessionSigned.raw);
  if (tamper_cancel) tamper_cancel(ok);
  return der::encode(sgp22::CancelSessionResponse{std::move(ok)});
}

Bytes SoftwareEuicc::notification(const sgp22::Iccid& iccid, int event,
                                  std::optional<std::int64_t> sequence) {
  sgp22::OtherSignedNotification n;
  sgp22::NotificationMetadata m{sequence.value_or(++sequence_), {}, server_address_, iccid};
  m.profileManagementOperation.set(event);
  n.tbsOtherNotification = der::seal(std::move(m));
  n.euiccNotificationSignature = item_.key->sign(n.tbsOtherNotification.raw);
  n.euiccCertificate.der = to_bytes(item_.certificate.der());
  n.eumCertificate.der = to_bytes(eum_.der());
  return der::encode(sgp22::PendingNotification{std::move(n)});
}

void SoftwareEuicc::require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(std::string("the card refuses: ") + what);
}

Bytes SoftwareEuicc::result(const sgp22::Iccid& iccid,
                            std::variant<sgp22::SuccessResult, sgp22::ErrorResult> final_result) {
  sgp22::ProfileInstallationResult r;
  sgp22::ProfileInstallationResultData d;
  d.transactionId = transaction_id_;
  d.notificationMetadata = {++sequence_, {sgp22::kEventInstall}, server_address_, iccid};
  d.smdpOid = smdp_oid;
  d.finalResult.value = std::move(final_result);
  r.profileInstallationResultData = der::seal(std::move(d));
  r.euiccSignPIR = item_.key->sign(r.profileInstallationResultData.raw);
  if (tamper_result) tamper_result(r);
  return der::encode(sgp22::PendingNotification{std::move(r)});
}

}  // namespace eider::test
