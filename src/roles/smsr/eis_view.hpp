// The EIS between records and messages (SGP.02 v4.2 annex E), and who sees what of it.
#pragma once
#include "roles/smsr/context.hpp"

namespace eider::smsr {

// As the caller may see it: an SM-SR everything but secrets, an SM-DP and an Operator their own Profiles; no
// ISD-R for an Operator. `iccids` empty: all of those.
Result<sgp02::Eis> eis_view(StoreReader& reader, Context& context, const Caller& caller, const Eid& eid,
                            std::span<const Iccid> iccids = {});

// Unsigned parts that change with time stand in rows of their own.
Profile profile_of(const Eid& eid, const sgp02::ProfileInfo& info);
// Signature of the EUM, its certificate to a CI at that time, CERT.ECASD.ECKA to the EUM, EID in all of them.
Status verify_eis(Context& context, const sgp02::Eis& eis, Time when);
// CERT.ECASD.ECKA; LocalFault without one.
Result<crypto::GpCertificate> ecasd_certificate(const sgp02::EumSignedInfo& info);
// Puts the card into the registry, without key sets. 8.2.1/3.3 when an ICCID is elsewhere.
Status put_eis(StoreTransaction& tx, Context& context, const sgp02::Eis& eis);
std::string msisdn_digits(std::string_view text);

}  // namespace eider::smsr
