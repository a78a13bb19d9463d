// How types that the servers of M2M share lie in rows. Internal to src/store.
#pragma once
#include "spec/sgp02/eis.hpp"
#include "store/der_rows.hpp"

EIDER_DER(eider::sgp02::StatusCodeData, 0x30);
EIDER_DER(eider::sgp02::FunctionExecutionStatus, 0x30);
EIDER_DER(eider::sgp02::EuiccCapabilities, 0x30);
EIDER_DER(eider::sgp02::KeyComponent, 0x30);
EIDER_DER(eider::sgp02::Key, 0x30);
EIDER_DER(eider::sgp02::Certificate, 0x30);
EIDER_DER(eider::sgp02::KeySet, 0x30);
EIDER_DER(eider::sgp02::SecurityDomain, 0x30);
EIDER_DER(eider::sgp02::EumSignedInfo, 0x30);
EIDER_DER(eider::sgp02::SignedEumInfo, 0x30);
EIDER_DER(eider::sgp02::Pol2Rule, 0x30);
EIDER_DER(eider::sgp02::Pol2, 0x30);
EIDER_DER(eider::sgp02::AuditTrailRecord, 0x30);  // without its EID: that is the row's
EIDER_DER(eider::sgp02::AdditionalProperty, 0x30);
EIDER_DER(eider::sgp02::AdditionalProperties, 0x30);
EIDER_DER(eider::sgp02::Plma, 0x30);
EIDER_DER(eider::sgp02::Onc, 0x30);
