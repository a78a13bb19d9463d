#include "card/isd_p/installation.hpp"

#include "card/isd_p/isd_p.hpp"
#include "card/isd_r/one_time_keys.hpp"
#include "card/notifications.hpp"

namespace eider::card {
namespace {
sgp22::ProfileInstallationResultData result_data(const Installation& i, sgp22::FinalResult final_result) {
  sgp22::ProfileInstallationResultData data;
  data.transactionId = i.session.transactionId;
  data.notificationMetadata.profileManagementOperation.set(sgp22::kEventInstall);
  data.notificationMetadata.notificationAddress = i.session.serverAddress;
  if (i.metadata) data.notificationMetadata.iccid = i.metadata->iccid;
  data.smdpOid = i.session.serverOid;
  data.finalResult = std::move(final_result);
  return data;
}
}  // namespace

tl::expected<Bytes, InstallFailure> open_segment(Installation& i, channel::BspTag tag, ByteView tlv,
                                                 sgp22::BppCommandId command) {
  Bytes plain;
  if (const auto opened = i.bsp->open(tag, tlv, plain); !opened)
    return tl::unexpected(InstallFailure{
        command, static_cast<sgp22::ErrorReason>(channel::bsp_error_reason(opened.error())), {}});
  return plain;
}

Result<Bytes> finish_installation(Installation& i, Ecasd& ecasd) {
  auto& state = i.state;
  IsdPRecord record;
  record.instance = i.instance;
  record.metadata = *std::move(i.metadata);
  record.metadata.serviceSpecificDataNotStoredInEuicc.reset();
  record.dpProprietaryData = i.dpProprietaryData;
  record.ciPKId = i.session.ciPKId;
  record.memory = profile_memory(i.report->facts.memory_bytes, i.package.size(), i.metadata_octets.size());
  i.metadata = record.metadata;

  sgp22::SuccessResult success{record.aid(), i.report->sima_response};
  EIDER_TRY(result,
            add_installation_result(state, ecasd, i.session.ciPKId, result_data(i, {std::move(success)})));
  EIDER_CHECK(add_notifications(state, ecasd, record, sgp22::kEventInstall));
  state.isd_r.nextInstance = static_cast<std::uint16_t>(i.instance + 1);
  state.save_isd_r();
  state.save_profile(record);
  save_uicc(state, record.instance, *i.installer, i.report->facts, i.package);
  state.save_profile_package(record.instance, std::move(i.package));
  state.profiles[record.instance] = std::move(record);
  erase_one_time_key(state, i.session.euiccOtpk);
  state.erase_loading();
  EIDER_CHECK(state.commit());
  return result;
}

Result<Bytes> abandon_installation(Installation& i, Ecasd& ecasd, const InstallFailure& failure) {
  using Reason = sgp22::ErrorReason;
  sgp22::ErrorResult error{failure.command, failure.reason, std::nullopt};
  if (!failure.simaResponse.empty()) error.simaResponse = failure.simaResponse;
  EIDER_TRY(result,
            add_installation_result(i.state, ecasd, i.session.ciPKId, result_data(i, {std::move(error)})));
  const bool temporary = failure.reason == Reason::kInstallFailedDueToInsufficientMemoryForProfile ||
                         failure.reason == Reason::kInstallFailedDueToInterruption;
  if (!temporary) erase_one_time_key(i.state, i.session.euiccOtpk);
  i.state.erase_loading();
  EIDER_CHECK(i.state.commit());
  return result;
}

Status note_progress(Installation& i) {
  auto& known = i.state.loading;
  if (!i.command ||
      (known && known->command == *i.command && known->iccid.has_value() == i.metadata.has_value()))
    return {};
  auto& record = known.emplace();
  record.transactionId = i.session.transactionId;
  record.serverAddress = i.session.serverAddress;
  record.smdpOid = i.session.serverOid;
  record.ciPKId = i.session.ciPKId;
  record.command = *i.command;
  if (i.metadata) record.iccid = i.metadata->iccid;
  i.state.save_loading();
  return i.state.commit();
}

Status report_interruption(PersistentState& state, Ecasd& ecasd) {
  if (!state.loading) return {};
  const auto& loading = *state.loading;
  sgp22::ProfileInstallationResultData data;
  data.transactionId = loading.transactionId;
  data.notificationMetadata.profileManagementOperation.set(sgp22::kEventInstall);
  data.notificationMetadata.notificationAddress = loading.serverAddress;
  data.notificationMetadata.iccid = loading.iccid;
  data.smdpOid = loading.smdpOid;
  data.finalResult = {
      sgp22::ErrorResult{loading.command, sgp22::ErrorReason::kInstallFailedDueToInterruption, std::nullopt}};
  EIDER_CHECK(add_installation_result(state, ecasd, loading.ciPKId, std::move(data)));
  state.erase_loading();
  return state.commit();
}

}  // namespace eider::card
