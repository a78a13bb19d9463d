#include "card/notifications.hpp"

#include <set>

namespace eider::card {
namespace {
// Keeps at most the capacity of that kind: the lowest sequence numbers go first.
void store(PersistentState& state, std::int64_t number, NotificationRecord record) {
  const bool kind = record.installationResult;
  state.notifications[number] = std::move(record);
  state.save_notification(number);
  std::vector<std::int64_t> same;
  for (const auto& [n, r] : state.notifications)
    if (r.installationResult == kind) same.push_back(n);
  for (std::size_t i = 0; same.size() - i > kNotificationCapacity; ++i) state.erase_notification(same[i]);
}

std::int64_t take_number(PersistentState& state) {
  const auto n = state.isd_r.nextSequenceNumber++;
  state.save_isd_r();
  return n;
}

std::string lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}
}  // namespace

bool matches(const sgp22::NotificationMetadata& metadata, const der::BitString& events) {
  for (int bit = 0; bit < 128; ++bit)
    if (metadata.profileManagementOperation.test(bit) && events.test(bit)) return true;
  return false;
}

Status add_notifications(PersistentState& state, Ecasd& ecasd, const IsdPRecord& profile,
                         sgp22::NotificationEvent event) {
  if (!profile.metadata.notificationConfigurationInfo) return {};
  std::set<std::string> done;  // one notification per recipient, however often it is listed
  for (const auto& entry : *profile.metadata.notificationConfigurationInfo) {
    if (!entry.profileManagementOperations.test(event) ||
        !done.insert(lower(entry.notificationAddress)).second)
      continue;
    sgp22::NotificationMetadata metadata;
    metadata.seqNumber = take_number(state);
    metadata.profileManagementOperation.set(event);
    metadata.notificationAddress = entry.notificationAddress;
    metadata.iccid = profile.metadata.iccid;
    NotificationRecord record;
    record.metadata.der = der::encode(metadata);
    record.signedPart = record.metadata;
    record.ciPKId = profile.ciPKId;
    EIDER_TRY(signature, ecasd.sign(profile.ciPKId, {record.signedPart.der}));
    record.signature = signature;
    store(state, metadata.seqNumber, std::move(record));
  }
  return {};
}

Result<Bytes> add_installation_result(PersistentState& state, Ecasd& ecasd, const KeyIdentifier& ci_pk_id,
                                      sgp22::ProfileInstallationResultData data) {
  data.notificationMetadata.seqNumber = take_number(state);
  NotificationRecord record;
  record.installationResult = true;
  record.metadata.der = der::encode(data.notificationMetadata);
  record.ciPKId = ci_pk_id;
  const Bytes tbs = der::encode(data);
  EIDER_TRY(signature, ecasd.sign(ci_pk_id, {tbs}));
  record.signature = signature;
  Bytes result = make_tlv(0xBF37, {tbs, make_tlv(0x5F37, signature)});
  record.signedPart.der = result;
  store(state, data.notificationMetadata.seqNumber, std::move(record));
  return result;
}

Result<Bytes> pending_notification(const Ecasd& ecasd, const NotificationRecord& record) {
  if (record.installationResult) return record.signedPart.der;
  const auto* credential = ecasd.credential(record.ciPKId);
  if (!credential) return fail_local("the card has no credentials of this CI");
  return make_tlv(0x30, {record.signedPart.der, make_tlv(0x5F37, record.signature),
                         credential->euiccCertificate.der, credential->eumCertificate.der});
}

}  // namespace eider::card
