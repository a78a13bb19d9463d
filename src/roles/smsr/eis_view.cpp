#include "roles/smsr/eis_view.hpp"

#include "base/log.hpp"
#include "roles/smsr/rights.hpp"
#include "spec/sgp02/eis_signature.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::smsr {
namespace {
std::optional<std::string> given(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

sgp02::ProfileInfo info_of(const Profile& p) {
  sgp02::ProfileInfo i;
  i.iccid = p.iccid;
  i.isdpAid = p.isdp_aid;
  i.mnoId = p.owner;
  i.fallbackAttribute = p.fallback;
  if (p.emergency) i.emergencyProfileAttribute = true;
  i.subscriptionAddress = {given(p.imsi), given(p.msisdn)};
  i.state = p.state == ProfileState::kEnabled    ? sgp02::ProfileState::kEnabled
            : p.state == ProfileState::kDisabled ? sgp02::ProfileState::kDisabled
                                                 : sgp02::ProfileState::kCreated;
  i.smdpId = p.smdp_id;
  i.profileType = given(p.type);
  i.allocatedMemory = p.allocated_memory;
  i.freeMemory = p.free_memory;
  i.pol2 = p.pol2;
  return i;
}

Result<sgp02::AuditTrail> trail_for(StoreReader& reader, const Caller& caller, const Eid& eid,
                                    const std::vector<sgp02::ProfileInfo>& shown) {
  EIDER_TRY(records, reader.audit_trail(eid));
  sgp02::AuditTrail out;
  for (auto& r : records) {
    const bool own = r.iccid && std::ranges::find(shown, *r.iccid, &sgp02::ProfileInfo::iccid) != shown.end();
    if (own || caller.interface == sgp02::Interface::kEs7) out.records.push_back(std::move(r));
  }
  return out;
}
}  // namespace

std::string msisdn_digits(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c >= '0' && c <= '9') out.push_back(c);
  return out;
}

Profile profile_of(const Eid& eid, const sgp02::ProfileInfo& i) {
  Profile p;
  p.eid = eid;
  p.iccid = i.iccid;
  p.isdp_aid = i.isdpAid;
  p.state = i.state == sgp02::ProfileState::kEnabled    ? ProfileState::kEnabled
            : i.state == sgp02::ProfileState::kDisabled ? ProfileState::kDisabled
                                                        : ProfileState::kCreated;
  p.owner = i.mnoId;
  p.smdp_id = i.smdpId;
  p.type = i.profileType.value_or("");
  p.fallback = i.fallbackAttribute;
  p.emergency = i.emergencyProfileAttribute.value_or(false);
  p.imsi = i.subscriptionAddress.imsi.value_or("");
  p.msisdn = msisdn_digits(i.subscriptionAddress.msisdn.value_or(""));
  p.allocated_memory = i.allocatedMemory;
  p.free_memory = i.freeMemory;
  p.pol2 = i.pol2;
  return p;
}

Result<sgp02::Eis> eis_view(StoreReader& reader, Context& context, const Caller& caller, const Eid& eid,
                            std::span<const Iccid> iccids) {
  EIDER_TRY(euicc, managed(reader, eid));
  EIDER_TRY(document, reader.document(eid));
  if (!document) return fail_local("an eUICC without its EIS");
  sgp02::Eis eis;
  eis.eumSigned = std::move(document->signed_info);
  eis.remainingMemory = euicc.remaining_memory;
  eis.availableMemoryForProfiles = euicc.available_memory;
  eis.lastAuditDate = euicc.last_audit;
  eis.smsrId = context.settings.id;
  EIDER_TRY(profiles, reader.profiles(eid));
  for (const auto& p : profiles) {
    EIDER_TRY(seen, sees(reader, caller, p));
    if (seen && (iccids.empty() || std::ranges::find(iccids, p.iccid) != iccids.end()))
      eis.profileInfos.push_back(info_of(p));
    // Where the card speaks from the next SM-SR has no other way to know.
    if (seen && caller.interface == sgp02::Interface::kEs7 && p.state == ProfileState::kEnabled &&
        p.msisdn.empty() && !eis.profileInfos.empty())
      eis.profileInfos.back().subscriptionAddress.msisdn = given(euicc.address);
  }
  if (caller.interface == sgp02::Interface::kEs3 || caller.interface == sgp02::Interface::kEs7)
    eis.isdR = std::move(document->isd_r);
  EIDER_TRY(trail, trail_for(reader, caller, eid, eis.profileInfos));
  if (!trail.records.empty()) eis.auditTrail = std::move(trail);
  if (!document->properties.properties.empty()) eis.additionalProperties = std::move(document->properties);
  return eis;
}

Result<crypto::GpCertificate> ecasd_certificate(const sgp02::EumSignedInfo& info) {
  for (const auto& set : info.ecasd.keySets)
    for (const auto& c : set.certificates) return crypto::GpCertificate::decode(c.value);
  return fail_local("the EIS has no ECASD certificate");
}

Status verify_eis(Context& context, const sgp02::Eis& eis, Time when) {
  const auto& info = eis.eumSigned.info;
  const auto eid = sgp22::eid_digits(info.eid);
  const auto* eum = context.settings.find(info.eumId);
  if (!eum || !eum->certificate || (eum->parties & sgp02::kEum) == 0)
    return refuse(code::kEisSignature, eid, "no certificate of this EUM is known");
  crypto::VerifyOptions options;  // revocation alone is no reason (facts: SGP.02 section 3.9)
  options.now = when;
  const auto chain =
      crypto::verify_certificate(*eum->certificate, sgp22::certificate_profile(crypto::CertificateRole::kEum),
                                 context.settings.roots, options);
  const auto why = [](const Fault& f) { log::warn("smsr", "EIS: " + f.message()); };
  if (!chain) {
    why(chain.error());
    return refuse(code::kEisSignature, eid, "the certificate of the EUM does not verify");
  }
  if (const auto s = sgp02::verify_eum_info(eis.eumSigned, *eum->certificate); !s) {
    why(s.error());
    return refuse(code::kEisSignature, eid, "the signature of the EUM does not verify");
  }
  const auto ecasd = ecasd_certificate(info);
  if (!ecasd) return refuse(code::kEuiccCertificateInvalid, eid, "CERT.ECASD.ECKA is missing or malformed");
  if (!ecasd->verify(eum->certificate->public_key()))
    return refuse(code::kEuiccCertificateInvalid, eid, "the EUM did not sign CERT.ECASD.ECKA");
  const auto& subject = ecasd->fields().subject;
  if (subject.size() == info.eid.size() && !equal(subject, info.eid))
    return refuse(code::kEuiccCertificateInvalid, eid, "CERT.ECASD.ECKA is of another eUICC");
  const auto today = format_time(context.now());
  if (ecasd->fields().expiration < today.substr(0, 4) + today.substr(5, 2) + today.substr(8, 2))
    return refuse(code::kEuiccCertificateExpired, eid);
  return {};
}

Status put_eis(StoreTransaction& tx, Context& context, const sgp02::Eis& eis) {
  const auto& info = eis.eumSigned.info;
  Euicc e;
  e.eid = info.eid;
  e.http = info.euiccCapabilities.httpSupport;
  e.cat_tp = info.euiccCapabilities.cattpSupport;
  e.remaining_memory = eis.remainingMemory;
  e.available_memory = eis.availableMemoryForProfiles;
  e.last_audit = eis.lastAuditDate;
  EIDER_CHECK(tx.put_euicc(e));
  EisDocument document{info.eid, eis.eumSigned, eis.isdR.value_or(sgp02::SecurityDomain{}),
                       eis.additionalProperties.value_or(sgp02::AdditionalProperties{})};
  for (auto& set : document.isd_r.keySets)
    for (auto& key : set.keys)
      for (auto& c : key.keyComponents) c.value.clear();
  EIDER_CHECK(tx.put_document(document));
  (void)context;
  for (const auto& i : eis.profileInfos) {
    EIDER_TRY(elsewhere, tx.eid_of_iccid(i.iccid));
    if (elsewhere) return refuse(code::kIccidInUse, sgp22::iccid_digits(i.iccid));
    EIDER_CHECK(tx.put_profile(profile_of(info.eid, i)));
  }
  if (eis.auditTrail)
    for (const auto& r : eis.auditTrail->records) EIDER_CHECK(tx.add_audit_record(r));
  return {};
}

}  // namespace eider::smsr
