#include "card/isd_p/installation.hpp"
#include "card/isd_p/isd_p.hpp"

namespace eider::card {
namespace {
constexpr auto kCommand = sgp22::BppCommandId::kLoadProfileElements;

InstallFailure failure_from(const profile::InstallReport& report, profile::InstallError fallback) {
  const auto error = report.error == profile::InstallError::kNone ? fallback : report.error;
  return {kCommand, static_cast<sgp22::ErrorReason>(error), report.sima_response};
}
}  // namespace

InstallStep load_profile_elements(Installation& i, ByteView tlv) {
  const auto plain = open_segment(i, channel::BspTag::k86, tlv, kCommand);
  if (!plain) return plain.error();
  append(i.package, *plain);
  if (!i.reader.feed(*plain))
    return failure_from(i.installer->finish(), profile::InstallError::kPeProcessingError);
  while (const auto element = i.reader.next())
    if (i.installer->element(element->der).aborted)
      return failure_from(i.installer->finish(), profile::InstallError::kPeProcessingError);
  return {};
}

InstallStep complete_profile_elements(Installation& i) {
  auto report = i.installer->finish();
  if (report.error != profile::InstallError::kNone || !i.installer->complete() || i.reader.pending())
    return failure_from(report, profile::InstallError::kPeProcessingError);
  const auto memory = profile_memory(report.facts.memory_bytes, i.package.size(), i.metadata_octets.size());
  if (memory > free_memory(i.state))
    return failure_from(report, profile::InstallError::kInsufficientMemoryForProfile);
  i.report = std::move(report);
  return {};
}

}  // namespace eider::card
