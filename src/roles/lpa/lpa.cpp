#include "roles/lpa/lpa.hpp"

#include <algorithm>

namespace eider::lpa {
namespace {
sgp22::Version release(std::uint8_t number) {
  sgp22::Version v;
  v[0] = number;
  return v;
}
}  // namespace

std::string step_name(Step step, std::string_view server) {
  switch (step) {
    case Step::kReadCard:
      return "Read the card";
    case Step::kContactServer:
      return "Contact the " + std::string(server);
    case Step::kAuthenticateServer:
      return "Authenticate the " + std::string(server);
    case Step::kAuthenticateClient:
      return "Authenticate the eUICC";
    case Step::kConfirm:
      return "Confirm";
    case Step::kPrepareDownload:
      return "Prepare the download";
    case Step::kGetPackage:
      return "Fetch the Profile";
    case Step::kInstall:
      return "Install the Profile";
    case Step::kNotify:
      return "Send notifications";
    case Step::kEnable:
      return "Switch the Profile";
  }
  return "";
}

LocalFault cancellation(Answer answer, std::string_view what) {
  const std::string subject(what);
  switch (answer) {
    case Answer::kNo:
      return {subject + " was rejected", ""};
    case Answer::kNotNow:
      return {subject + " was postponed", "Nothing is used up: the same works again later."};
    default:
      return {subject + " was not answered in time", "Nothing is used up: the same works again."};
  }
}

LpaSettings::LpaSettings() : gsm(release(15)), utran(release(15)), eutran(release(15)), nr(release(15)) {
  crl[0] = 2, crl[1] = 6, crl[2] = 1;
}

std::optional<FixedBytes<8>> encode_imei(std::string_view digits) {
  if (digits.size() != 15) return std::nullopt;
  auto swapped = bcd_encode(digits.substr(0, 14), true);
  if (!swapped || digits[14] < '0' || digits[14] > '9') return std::nullopt;
  swapped->push_back(static_cast<std::uint8_t>((digits[14] - '0') << 4 | 0x0F));
  return FixedBytes<8>::from(*swapped);
}

std::optional<LpaStore::Backoff> MemoryLpaStore::backoff(const std::string& address) {
  const auto found = std::ranges::find(entries_, address, &std::pair<std::string, Backoff>::first);
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

Status MemoryLpaStore::set_backoff(const std::string& address, const std::optional<Backoff>& backoff) {
  std::erase_if(entries_, [&](const auto& e) { return e.first == address; });
  if (backoff) entries_.emplace_back(address, *backoff);
  return {};
}

}  // namespace eider::lpa
