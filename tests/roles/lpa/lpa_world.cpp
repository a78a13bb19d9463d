#include "roles/lpa/lpa_world.hpp"

namespace eider::test {

SequenceTlv some_certificate() {
  return SequenceTlv{hex("3003020101")};
}

StoreMetadataRequest some_metadata() {
  StoreMetadataRequest m;
  m.iccid = *parse_iccid("8947010000123456784");
  m.serviceProviderName = "Eider Mobile";
  m.profileName = "Test plan";
  return m;
}

Bytes notification(std::int64_t seq, int event, const std::string& address, const char* iccid) {
  OtherSignedNotification n;
  n.tbsOtherNotification =
      der::seal(NotificationMetadata{seq, BitString{event}, address, parse_iccid(iccid)});
  n.euiccCertificate = some_certificate();
  n.eumCertificate = some_certificate();
  return der::encode(n);
}

NotificationMetadata metadata_of(const Bytes& pending) {
  const auto p = der::decode<PendingNotification>(pending);
  if (const auto* o = std::get_if<OtherSignedNotification>(&p->value)) return o->tbsOtherNotification.value;
  return std::get<ProfileInstallationResult>(p->value)
      .profileInstallationResultData.value.notificationMetadata;
}

ScriptedCard::ScriptedCard() : FakeEuicc([this](ByteView o) { return answer(o); }) {
  info2.rspCapability = BitString{kAdditionalProfile, kDeviceInfoExtensibilitySupport};
  info2.extCardResource = encode_ext_card_resource({0, 100000, 2000});
}

Tag ScriptedCard::tag_of(ByteView o) {
  return o.size() > 1 && (o[0] & 0x1F) == 0x1F ? static_cast<Tag>(o[0] << 8 | o[1]) : o.empty() ? 0 : o[0];
}

ResponseApdu ScriptedCard::answer(ByteView o) {
  const Tag tag = tag_of(o);
  if (override_answer)
    if (auto r = override_answer(tag, o)) return *r;
  switch (tag) {
    case 0xBF20:
      return good(der::encode(EUICCInfo1{info2.svn, {}, {}, {}}));
    case 0xBF22:
      return good(der::encode(info2));
    case 0xBF2E:
      challenge.fill(static_cast<std::uint8_t>(++challenges));
      return good(der::encode(GetEuiccChallengeResponse{challenge}));
    case 0xBF38:
      return authenticate(o);
    case 0xBF21:
      return prepare(o);
    case 0xBF41:
      return cancel(o);
    case 0xBF43:
      return good(der::encode(GetRatResponse{{rat}}));
    case 0xBF2D:
      return good(der::encode(ProfileInfoListResponse{{profiles}}));
    case 0xBF28:
      return list();
    case 0xBF2B:
      return retrieve(o);
    case 0xBF30:
      return remove(o);
    case 0xBF31:
      enabled = true;
      for (auto& p : profiles) p.profileState = ProfileState::kEnabled;
      return good(hex("BF3103800100"));
    case 0xBF36:
      segment = 0;
      [[fallthrough]];
    case 0xA0:
    case 0xA1:
    case 0xA2:
    case 0xA3:
    case 0x86:
    case 0x87:
    case 0x88:
      return load();
    default:
      return {{}, 0x6A88};
  }
}

ResponseApdu ScriptedCard::authenticate(ByteView o) {
  const auto r = der::decode<AuthenticateServerRequest>(o);
  if (!r) return {{}, 0x6A80};
  ctx = std::get<0>(r->ctxParams1.value);
  server_address = r->serverSigned1.value.serverAddress;
  const auto tx = r->serverSigned1.value.transactionId;
  if (authenticate_error)
    return good(der::encode(AuthenticateServerResponse{
        AuthenticateResponseError{tx, static_cast<AuthenticateErrorCode>(authenticate_error)}}));
  AuthenticateResponseOk ok;
  ok.euiccSigned1 = der::seal(EuiccSigned1{tx, server_address, {}, info2, r->ctxParams1, {}});
  ok.euiccCertificate = ok.eumCertificate = some_certificate();
  return good(der::encode(AuthenticateServerResponse{std::move(ok)}));
}

ResponseApdu ScriptedCard::prepare(ByteView o) {
  const auto r = der::decode<PrepareDownloadRequest>(o);
  if (!r) return {{}, 0x6A80};
  hash_cc = r->hashCc;
  const auto tx = r->smdpSigned2.value.transactionId;
  if (prepare_error)
    return good(der::encode(PrepareDownloadResponse{
        PrepareDownloadResponseError{tx, static_cast<DownloadErrorCode>(prepare_error)}}));
  PrepareDownloadResponseOk ok;
  ok.euiccSigned2 = der::seal(EuiccSigned2{tx, {}, r->hashCc, {}});
  return good(der::encode(PrepareDownloadResponse{std::move(ok)}));
}

ResponseApdu ScriptedCard::cancel(ByteView o) {
  const auto r = der::decode<CancelSessionRequest>(o);
  cancelled.push_back(r->reason);
  CancelSessionResponseOk ok;
  ok.euiccCancelSessionSigned =
      der::seal(EuiccCancelSessionSigned{r->transactionId, Oid("2.999.10"), r->reason, {}});
  return good(der::encode(CancelSessionResponse{std::move(ok)}));
}

ResponseApdu ScriptedCard::load() {
  const int now = segment++;
  if (now == fail_segment) return {{}, fail_sw};
  if (now + 1 < expected_segments && !(pir_error && now == 3)) return good({});
  if (no_pir) return good({});
  ProfileInstallationResultData data;
  data.transactionId = *TransactionId::from(kTransaction);
  data.notificationMetadata = {7, BitString{kEventInstall}, server_address, some_metadata().iccid};
  data.smdpOid = Oid("2.999.10");
  if (pir_error)
    data.finalResult.value =
        ErrorResult{BppCommandId::kStoreMetadata, static_cast<ErrorReason>(pir_error), {}};
  else
    data.finalResult.value = SuccessResult{*Aid::from(hex("A0000005591010FFFFFFFF8900001000")), hex("3000")};
  ProfileInstallationResult result{der::seal(std::move(data)), {}};
  pending.push_back(der::encode(result));
  ProfileInfo p;
  p.iccid = some_metadata().iccid;
  p.profileState = ProfileState::kDisabled;
  if (!pir_error) profiles.push_back(p);
  return good(pending.back());
}

ResponseApdu ScriptedCard::list() {
  std::vector<NotificationMetadata> out;
  for (const auto& p : pending) out.push_back(metadata_of(p));
  return good(der::encode(ListNotificationResponse{out}));
}

ResponseApdu ScriptedCard::retrieve(ByteView o) {
  const auto r = der::decode<RetrieveNotificationsListRequest>(o);
  const auto seq = std::get<std::int64_t>(r->searchCriteria->value);
  Bytes found;
  for (const auto& p : pending)
    if (metadata_of(p).seqNumber == seq) found = p;
  return good(make_tlv(0xBF2B, make_tlv(0xA0, found)));
}

ResponseApdu ScriptedCard::remove(ByteView o) {
  const auto r = der::decode<NotificationSentRequest>(o);
  const auto before = pending.size();
  std::erase_if(pending, [&](const Bytes& p) { return metadata_of(p).seqNumber == r->seqNumber; });
  removed.push_back(r->seqNumber);
  return good(before == pending.size() ? hex("BF3003800101") : hex("BF3003800100"));
}

Result<HttpReply> ScriptedSmdp::post(const HttpPost& request) {
  requests.push_back(request);
  const auto function = request.path.substr(request.path.rfind('/') + 1);
  if (const auto h = handlers.find(function); h != handlers.end()) return h->second(request);
  return normal(request);
}

Result<HttpReply> ScriptedSmdp::normal(const HttpPost& request) {
  const auto function = request.path.substr(request.path.rfind('/') + 1);
  if (function == "initiateAuthentication") return initiate(request);
  if (function == "authenticateClient") return authenticate();
  if (function == "getBoundProfilePackage")
    return json_reply(
        json::encode(es9::GetBoundProfilePackageResponse{ResponseHeader{}, kTransaction, package()}));
  if (function == "cancelSession") return json_reply(json::encode(EmptyResponse{ResponseHeader{}}));
  return HttpReply{204, {}, {}};
}

HttpReply ScriptedSmdp::json_reply(std::string body, int status, const char* type) {
  return {status, {{"Content-Type", type}}, to_bytes(as_bytes(body))};
}

HttpReply ScriptedSmdp::failed(const char* subject, const char* reason) {
  return json_reply(json::encode(EmptyResponse{ResponseHeader::failed({subject, reason, "", "no"})}));
}

std::vector<std::string> ScriptedSmdp::functions() const {
  std::vector<std::string> out;
  for (const auto& r : requests) out.push_back(r.path.substr(r.path.rfind('/') + 1));
  return out;
}

std::vector<CancelSessionReason> ScriptedSmdp::cancelled() const {
  std::vector<CancelSessionReason> out;
  for (const auto& r : requests) {
    if (!r.path.ends_with("cancelSession")) continue;
    const auto q = json::decode<es9::CancelSessionRequest>(as_text(r.body));
    const auto c = der::decode<CancelSessionResponse>(q->cancelSessionResponse);
    out.push_back(std::get<CancelSessionResponseOk>(c->value).euiccCancelSessionSigned.value.reason);
  }
  return out;
}

Bytes ScriptedSmdp::package() const {
  if (raw_package) return *raw_package;
  InitialiseSecureChannelRequest isc;
  isc.transactionId = *TransactionId::from(kTransaction);
  isc.controlRefTemplate = {*FixedBytes<1>::from(hex("88")), *FixedBytes<1>::from(hex("10")),
                            *BoundedBytes<16>::from(hex("8080"))};
  const Bytes record88 = make_tlv(0x88, {der::encode(package_metadata), Bytes(8, 0xAA)});
  return make_tlv(0xBF36, {der::encode(isc), make_tlv(0xA0, make_tlv(0x87, Bytes(24, 1))),
                           make_tlv(0xA1, record88), make_tlv(0xA3, make_tlv(0x86, Bytes(300, 2)))});
}

Result<HttpReply> ScriptedSmdp::initiate(const HttpPost& request) {
  const auto q = json::decode<es9::InitiateAuthenticationRequest>(as_text(request.body));
  ServerSigned1 s;
  s.transactionId = *TransactionId::from(kTransaction);
  s.euiccChallenge = *Challenge::from(q->euiccChallenge);
  s.serverAddress = signed_address;
  return json_reply(json::encode(es9::InitiateAuthenticationResponse{
      ResponseHeader{}, kTransaction, der::encode(s), make_tlv(0x5F37, Bytes(64, 3)),
      make_tlv(0x04, Bytes(20, 4)), serverCertificate}));
}

Result<HttpReply> ScriptedSmdp::authenticate() {
  SmdpSigned2 s;
  s.transactionId = *TransactionId::from(kTransaction);
  s.ccRequiredFlag = cc_required;
  return json_reply(json::encode(
      es9::AuthenticateClientResponse{ResponseHeader{}, kTransaction, der::encode(metadata), der::encode(s),
                                      make_tlv(0x5F37, Bytes(64, 5)), some_certificate().der}));
}

lpa::DownloadRequest LpaWorld::request() const {
  lpa::DownloadRequest r;
  r.smdpAddress = server.address;
  r.matchingId = "MATCH-1";
  return r;
}

}  // namespace eider::test
