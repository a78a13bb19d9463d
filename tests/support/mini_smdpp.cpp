#include "support/mini_smdpp.hpp"

namespace eider::test {

sgp22::KeyIdentifier MiniSmdpp::ci() const {
  return *sgp22::KeyIdentifier::from(item(crypto::CertificateRole::kCi).certificate.subject_key_identifier());
}

sgp22::AuthenticateServerRequest MiniSmdpp::authenticate_request(const sgp22::Challenge& challenge) {
  transaction_id = *sgp22::TransactionId::from(random_.bytes(16));
  sgp22::AuthenticateServerRequest r;
  r.serverSigned1 =
      der::seal(sgp22::ServerSigned1{transaction_id, challenge, address, random_.fixed<16>(), {}});
  r.serverSignature1 = item(auth_role).key->sign(r.serverSigned1.raw);
  r.euiccCiPKIdToBeUsed = ci();
  r.serverCertificate.der = to_bytes(item(auth_role).certificate.der());
  sgp22::CtxParamsForCommonAuthentication ctx;
  ctx.deviceInfo.tac = *FixedBytes<4>::from(hex("53926011"));
  r.ctxParams1.value = ctx;
  return r;
}

sgp22::PrepareDownloadRequest MiniSmdpp::prepare_request(std::optional<sgp22::OneTimePublicKey> otpk,
                                                         bool cc) const {
  sgp22::PrepareDownloadRequest r;
  r.smdpSigned2 = der::seal(sgp22::SmdpSigned2{transaction_id, cc, otpk, {}});
  sign(r);
  r.smdpCertificate.der = to_bytes(item(crypto::CertificateRole::kDpPb).certificate.der());
  return r;
}

void MiniSmdpp::sign(sgp22::PrepareDownloadRequest& r) const {
  r.smdpSignature2 =
      item(crypto::CertificateRole::kDpPb).key->sign({r.smdpSigned2.raw, make_tlv(0x5F37, euicc_signature1)});
}

std::vector<Bytes> MiniSmdpp::bind(const BppPlan& plan, const sgp22::OneTimePublicKey& euicc_otpk,
                                   ByteView eid) {
  const auto otsk = crypto::PrivateKey::generate(curve_, random_);
  sgp22::InitialiseSecureChannelRequest isc;
  isc.remoteOpId = plan.remote_op_id;
  isc.transactionId =
      plan.transaction_id ? *sgp22::TransactionId::from(*plan.transaction_id) : transaction_id;
  isc.controlRefTemplate = {*FixedBytes<1>::from(Bytes{plan.key_type}),
                            *FixedBytes<1>::from(Bytes{plan.key_length}),
                            *BoundedBytes<16>::from(hex("8080808080808080"))};
  isc.smdpOtpk = otsk.public_key().point();
  if (plan.bad_otpk) isc.smdpOtpk[64] ^= 1;
  isc.smdpSign = item(crypto::CertificateRole::kDpPb).key->sign(sgp22::smdp_sign_input(isc, euicc_otpk));
  if (plan.bad_signature) isc.smdpSign[10] ^= 1;
  const auto shared = must(otsk.agree(must(crypto::PublicKey::from_point(curve_, euicc_otpk))));
  auto keys = must(channel::derive_bsp_keys(shared.view(), 0x88, 0x10, hex("8080808080808080"), eid));
  if (plan.bad_host_keys) keys.initial_mac_chaining_value[0] ^= 1;
  auto bsp = must(channel::BspSender::make(keys));
  return cut(der::encode(isc), lists(plan, bsp));
}

Bytes MiniSmdpp::protect(channel::BspSender& bsp, channel::BspTag tag, ByteView plain) {
  Bytes out;
  must(bsp.protect(tag, plain, out));
  return out;
}

std::vector<MiniSmdpp::List> MiniSmdpp::lists(const BppPlan& plan, channel::BspSender& bsp) {
  std::vector<List> out;
  const auto configure =
      plan.dp_proprietary_data ? make_tlv(0xBF24, make_tlv(0xB8, *plan.dp_proprietary_data)) : hex("BF2400");
  out.push_back({0xA0, {protect(bsp, channel::BspTag::k87, plan.configure_isdp.value_or(configure))}});
  const auto metadata = plan.store_metadata.value_or(der::encode(plan.metadata));
  const auto cut_at =
      plan.split_metadata ? metadata.size() / 2 : std::min<std::size_t>(metadata.size(), 1008);
  List a1{0xA1, {protect(bsp, channel::BspTag::k88, ByteView(metadata).first(cut_at))}};
  if (cut_at < metadata.size())
    a1.tlvs.push_back(protect(bsp, channel::BspTag::k88, ByteView(metadata).subspan(cut_at)));
  out.push_back(std::move(a1));
  if (plan.ppk) {
    sgp22::ReplaceSessionKeysRequest rsk{random_.fixed<16>(), random_.fixed<16>(), random_.fixed<16>()};
    out.push_back(
        {0xA2, {protect(bsp, channel::BspTag::k87, plan.replace_session_keys.value_or(der::encode(rsk)))}});
    must(bsp.replace_keys({*channel::AesBlock::from(rsk.initialMacChainingValue), Secret(rsk.ppkEnc.view()),
                           Secret(rsk.ppkCmac.view())}));
  }
  List a3{0xA3, {}};
  for (ByteView rest = plan.upp; !rest.empty();) {
    const auto n = std::min(plan.element_plaintext, rest.size());
    a3.tlvs.push_back(protect(bsp, channel::BspTag::k86, rest.first(n)));
    rest = rest.subspan(n);
  }
  out.push_back(std::move(a3));
  return out;
}

std::vector<Bytes> MiniSmdpp::cut(const Bytes& isc, const std::vector<List>& lists) {
  std::size_t size = isc.size();
  for (const auto& l : lists) {
    const auto content = l.content().size();
    size += tlv_header_size(l.tag, content) + content;
  }
  std::vector<Bytes> out(1);
  append_tlv_header(out[0], 0xBF36, size);
  append(out[0], isc);
  for (const auto& l : lists) {
    Bytes header;
    append_tlv_header(header, l.tag, l.content().size());
    if (l.tag == 0xA0 || l.tag == 0xA2) {
      append(header, l.tlvs[0]);
      out.push_back(header);
      continue;
    }
    out.push_back(header);
    for (const auto& t : l.tlvs) out.push_back(t);
  }
  return out;
}

BppPlan simple_plan(std::string_view iccid, std::uint64_t seed) {
  SeededRandom random(seed);
  auto parameters = profile::GenericProfileParameters::random(random);
  parameters.iccid = iccid;
  BppPlan plan;
  plan.metadata.iccid = *sgp22::parse_iccid(iccid);
  plan.metadata.serviceProviderName = "Eider";
  plan.metadata.profileName = "Generic";
  plan.upp = profile::build_generic_profile(parameters);
  return plan;
}

void add_notifications(BppPlan& plan, std::initializer_list<int> events, std::string address) {
  if (!plan.metadata.notificationConfigurationInfo) plan.metadata.notificationConfigurationInfo.emplace();
  plan.metadata.notificationConfigurationInfo->push_back({sgp22::BitString(events), std::move(address)});
}

sgp22::AuthenticateServerResponse Download::authenticate() {
  const auto challenge = driver_.call<sgp22::GetEuiccChallengeResponse>(sgp22::GetEuiccChallengeRequest{});
  auto response =
      driver_.call<sgp22::AuthenticateServerResponse>(smdpp_.authenticate_request(challenge.euiccChallenge));
  if (const auto* ok = std::get_if<sgp22::AuthenticateResponseOk>(&response.value))
    smdpp_.euicc_signature1 = ok->euiccSignature1;
  return response;
}

sgp22::PrepareDownloadResponse Download::prepare(std::optional<sgp22::OneTimePublicKey> otpk) {
  auto response = driver_.call<sgp22::PrepareDownloadResponse>(smdpp_.prepare_request(otpk));
  if (const auto* ok = std::get_if<sgp22::PrepareDownloadResponseOk>(&response.value))
    euicc_otpk = ok->euiccSigned2.value.euiccOtpk;
  return response;
}

std::optional<sgp22::ProfileInstallationResult> Download::load(const std::vector<Bytes>& segments) {
  for (const auto& s : segments) {
    const auto r = driver_.store_data(s);
    last_sw = r.sw;
    if (r.sw != 0x9000 && r.sw >> 8 != 0x91) return std::nullopt;
    if (!r.data.empty())
      return must(der::decode<sgp22::ProfileInstallationResult>(r.data, der::Rules::strict()));
  }
  return std::nullopt;
}

sgp22::ProfileInstallationResult Download::run(const BppPlan& plan) {
  authenticate();
  prepare();
  auto result = load(bind(plan));
  if (!result) throw std::runtime_error("no ProfileInstallationResult");
  return *std::move(result);
}

const sgp22::SuccessResult* success_of(const sgp22::ProfileInstallationResult& r) {
  return std::get_if<sgp22::SuccessResult>(&r.profileInstallationResultData.value.finalResult.value);
}

const sgp22::ErrorResult* error_of(const sgp22::ProfileInstallationResult& r) {
  return std::get_if<sgp22::ErrorResult>(&r.profileInstallationResultData.value.finalResult.value);
}

sgp22::Aid install(TestCard& card, MiniSmdpp& smdpp, const BppPlan& plan) {
  const auto result = Download(card.driver, smdpp, hex(kCardEid)).run(plan);
  const auto* ok = success_of(result);
  if (!ok)
    throw std::runtime_error("installation failed with reason " +
                             std::to_string(int(error_of(result)->errorReason)));
  return ok->aid;
}

}  // namespace eider::test
