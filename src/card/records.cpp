#include "card/records.hpp"

#include "codec/der_secret.hpp"

namespace eider::card {
namespace {
using der::Field;
using der::field;

constexpr Field kDomain[] = {field<&SecurityDomainRecord::aid>("aid", 0x4F),
                             field<&SecurityDomainRecord::lifeCycle>("lifeCycle", 0x9F70)};
constexpr Field kSwitch[] = {field<&PendingSwitch::disable>("disable", 0x80),
                             field<&PendingSwitch::enable>("enable", 0x81),
                             field<&PendingSwitch::previousOperational>("previousOperational", 0x82)};
constexpr Field kIsdR[] = {field<&IsdRRecord::defaultDpAddress>("defaultDpAddress", 0x80),
                           field<&IsdRRecord::nextSequenceNumber>("nextSequenceNumber", 0x81),
                           field<&IsdRRecord::nextInstance>("nextInstance", 0x82),
                           field<&IsdRRecord::previousOperational>("previousOperational", 0x83),
                           field<&IsdRRecord::pendingSwitch>("pendingSwitch", 0xA4),
                           field<&IsdRRecord::pendingMemoryReset>("pendingMemoryReset", 0x85)};
constexpr Field kIsdP[] = {field<&IsdPRecord::instance>("instance", 0x80),
                           field<&IsdPRecord::state>("state", 0x81),
                           field<&IsdPRecord::metadata>("metadata"),
                           field<&IsdPRecord::nickname>("nickname", 0x82),
                           field<&IsdPRecord::dpProprietaryData>("dpProprietaryData", 0x83),
                           field<&IsdPRecord::ciPKId>("ciPKId", 0x84),
                           field<&IsdPRecord::preloaded>("preloaded", 0x85),
                           field<&IsdPRecord::memory>("memory", 0x86)};
constexpr Field kNotification[] = {field<&NotificationRecord::installationResult>("installationResult", 0x80),
                                   der::explicit_field<&NotificationRecord::metadata>("metadata", 0xA1),
                                   der::explicit_field<&NotificationRecord::signedPart>("signedPart", 0xA2),
                                   field<&NotificationRecord::signature>("signature", 0x83),
                                   field<&NotificationRecord::ciPKId>("ciPKId", 0x84)};
constexpr Field kOneTime[] = {field<&OneTimeKeyRecord::smdpOid>("smdpOid", 0x80),
                              field<&OneTimeKeyRecord::privateKey>("privateKey", 0x82),
                              field<&OneTimeKeyRecord::publicKey>("publicKey", 0x83)};
constexpr Field kOneTimeList[] = {field<&OneTimeKeyRecords::keys>("keys", 0xA0)};
constexpr Field kLoading[] = {field<&LoadingRecord::transactionId>("transactionId", 0x80),
                              field<&LoadingRecord::serverAddress>("serverAddress", 0x81),
                              field<&LoadingRecord::smdpOid>("smdpOid", 0x82),
                              field<&LoadingRecord::ciPKId>("ciPKId", 0x83),
                              field<&LoadingRecord::command>("command", 0x84),
                              field<&LoadingRecord::iccid>("iccid", 0x85)};
constexpr Field kRevoked[] = {field<&RevokedRecord::serialNumber>("serialNumber", 0x80),
                              field<&RevokedRecord::expires>("expires", 0x81)};
constexpr Field kCrl[] = {
    field<&CrlRecord::issuer>("issuer", 0x80), field<&CrlRecord::number>("number", 0x81),
    field<&CrlRecord::segments>("segments", 0x82), field<&CrlRecord::processed>("processed", 0xA3),
    field<&CrlRecord::revoked>("revoked", 0xA4)};
constexpr Field kCrls[] = {field<&CrlRecords::time>("time", 0x80), field<&CrlRecords::lists>("lists", 0xA1)};
}  // namespace
}  // namespace eider::card

using namespace eider::card;
EIDER_DER_SEQUENCE(eider::card::SecurityDomainRecord, kDomain, "card store");
EIDER_DER_SEQUENCE(eider::card::PendingSwitch, kSwitch, "card store");
EIDER_DER_SEQUENCE(eider::card::IsdRRecord, kIsdR, "card store");
EIDER_DER_SEQUENCE(eider::card::IsdPRecord, kIsdP, "card store");
EIDER_DER_SEQUENCE(eider::card::NotificationRecord, kNotification, "card store");
EIDER_DER_SEQUENCE(eider::card::OneTimeKeyRecord, kOneTime, "card store");
EIDER_DER_SEQUENCE(eider::card::OneTimeKeyRecords, kOneTimeList, "card store");
EIDER_DER_SEQUENCE(eider::card::LoadingRecord, kLoading, "card store");
EIDER_DER_SEQUENCE(eider::card::RevokedRecord, kRevoked, "card store");
EIDER_DER_SEQUENCE(eider::card::CrlRecord, kCrl, "card store");
EIDER_DER_SEQUENCE(eider::card::CrlRecords, kCrls, "card store");
