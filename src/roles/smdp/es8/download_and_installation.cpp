#include "roles/smdp/es8/download_and_installation.hpp"

#include "roles/smdp/es8/answers.hpp"

namespace eider::smdp::es8 {
namespace {
namespace scp03 = channel::scp03;
using Check = VerificationFault::Check;
constexpr std::uint8_t kInitializeUpdate = 0x84, kSegment = 0x86;
constexpr std::size_t kMac = 8, kBlock = 16;

// What fits into one 86 of `size` octets: header, whole blocks with at least one octet of padding, MAC.
std::size_t payload_of(std::size_t size) {
  const std::size_t enciphered = (size - 1 - (size > 0x101 ? 3 : 2) - kMac) / kBlock * kBlock;
  return std::max(enciphered, kBlock) - 1;
}
// Octets of a TLV that has begun; nothing while its header is not whole.
std::optional<std::size_t> tlv_size(ByteView begun) {
  if (begun.size() < 2) return std::nullopt;
  std::size_t size = begun[1], header = 2;
  if (size > 0x80) {
    header += size & 0x7F;
    if (header > 5 || begun.size() < header) return std::nullopt;
    size = 0;
    for (std::size_t i = 2; i < header; ++i) size = size << 8 | begun[i];
  }
  return header + size;
}
}  // namespace

DownloadAndInstallation::DownloadAndInstallation(const Aid& isdp, const scp03::Keys& keys,
                                                 std::uint8_t key_version, Secret package,
                                                 DownloadOptions options, Random& random)
    : isdp_(isdp), keys_(keys), package_(std::move(package)), options_(options) {
  init_ = {key_version, 0, random.fixed<8>()};
  options_.segment_size = std::clamp<std::size_t>(options_.segment_size, 64, 65535);
  options_.segments_per_call = std::max<std::size_t>(options_.segments_per_call, 1);
}

std::string_view DownloadAndInstallation::step() const {
  switch (step_) {
    case Step::kInitialize:
      return "DownloadAndInstallation, INITIALIZE UPDATE";
    case Step::kAuthenticate:
      return "DownloadAndInstallation, EXTERNAL AUTHENTICATE";
    case Step::kSegments:
      return "DownloadAndInstallation, segments";
    case Step::kDone:
      break;
  }
  return "DownloadAndInstallation, done";
}

Status DownloadAndInstallation::append_segments(Bytes& out) {
  const auto payload = payload_of(options_.segment_size);
  waiting_.clear();
  while (sent_ < package_.size() && waiting_.size() < options_.segments_per_call) {
    const auto part = package_.view().subspan(sent_, std::min(payload, package_.size() - sent_));
    EIDER_TRY(tlv, session_->protect(kSegment, part));
    append(out, tlv);
    waiting_.push_back(session_->answer_state());
    sent_ += part.size();
  }
  return {};
}

Result<SendData> DownloadAndInstallation::next() {
  SendData out{isdp_, {}, true};
  switch (step_) {
    case Step::kInitialize:
      out.data = init_.tlv();
      return out;
    case Step::kAuthenticate: {
      EIDER_TRY(tlv, session_->authenticate_tlv());
      out.data = std::move(tlv);
      EIDER_CHECK(append_segments(out.data));
      break;
    }
    case Step::kSegments:
      EIDER_CHECK(append_segments(out.data));
      break;
    case Step::kDone:
      return fail_local("the package is with the card");
  }
  if (sent_ == package_.size()) out.more_to_do = options_.more_to_do_after;
  return out;
}

Status DownloadAndInstallation::take_challenge(ByteView euicc_response) {
  EIDER_TRY(answers, read_scp03t_answers(euicc_response));
  if (answers.size() != 1)
    return fail_verification(Check::kFormat, "one answer to INITIALIZE UPDATE is expected");
  EIDER_TRY(tlv, read_single_tlv(answers[0], false));
  if (tlv.tag != kInitializeUpdate)
    return fail_verification(Check::kFormat, "the answer to INITIALIZE UPDATE is 84");
  EIDER_TRY(update, scp03::InitializeUpdateAnswer::decode(tlv.value));
  if (update.key_version != init_.key_version)
    return fail_verification(Check::kBinding, "the card opened the channel with another key set");
  EIDER_TRY(session, scp03::Session::make(keys_, init_.host_challenge, update.card_challenge));
  if (!equal_constant_time(session.card_cryptogram(), update.card_cryptogram))
    return fail_verification(Check::kMac,
                             "the card's cryptogram is wrong: it does not hold the keys of this ISD-P");
  session_.emplace(std::move(session));
  step_ = Step::kAuthenticate;
  return {};
}

Status DownloadAndInstallation::take_result(ByteView plain) {
  append(pending_, plain);
  while (!pending_.empty()) {
    const auto size = tlv_size(pending_);
    if (!size || *size > pending_.size()) return {};
    const auto whole = ByteView(pending_).first(*size);
    if (!equal(whole, hex("3000"))) {  // nothing to say yet
      EIDER_TRY(response, der::decode<saip::EuiccResponse>(whole, der::Rules::ber()));
      append(result_.response, whole);
      for (auto& element : response.peStatus) result_.elements.push_back(std::move(element));
      result_.aborted = result_.aborted || response.profileInstallationAborted;
      if (response.statusMessage) result_.message = *response.statusMessage;
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(*size));
  }
  return {};
}

// An abort, or silence where a result is due.
Status DownloadAndInstallation::conclude() const {
  if (result_.aborted) {
    const auto at = std::ranges::find_if(
        result_.elements, [](const saip::PeStatus& e) { return e.status != saip::PeStatusCode::kOk; });
    const auto code = at == result_.elements.end() ? saip::PeStatusCode::kBadValues : at->status;
    return fail(Es10Fault{"DownloadAndInstallation", static_cast<int>(code), saip::pe_status_name(code)});
  }
  if (acknowledged_ < package_.size()) return {};
  if (!pending_.empty())
    return fail_verification(Check::kFormat, "the card's result of the installation is cut off");
  if (result_.response.empty() && options_.result_required)
    return fail_verification(Check::kFormat, "the card gave no result of the installation");
  return {};
}

Status DownloadAndInstallation::take_segments(ByteView euicc_response) {
  std::optional<Fault> refused;
  auto answers = read_scp03t_answers(euicc_response, &refused);
  if (!answers) return fail(std::move(answers).error());
  if (refused && answers->empty()) return fail(*std::move(refused));
  std::size_t at = 0;
  if (step_ == Step::kAuthenticate) {
    if (answers->empty() || !equal((*answers)[0], hex("8500")))
      return fail_verification(Check::kFormat, "the answer to EXTERNAL AUTHENTICATE is 85 00");
    at = 1;
    step_ = Step::kSegments;
  }
  const auto got = answers->size() - at;
  // Fewer only when the card stopped: at an abort the last one says so.
  if (got > waiting_.size()) return fail_verification(Check::kFormat, "more answers than segments");
  for (std::size_t i = 0; i < got; ++i) {
    EIDER_TRY(plain, session_->open_answer(kSegment, (*answers)[at + i], waiting_[i]));
    EIDER_CHECK(take_result(plain));
  }
  if (got == waiting_.size()) acknowledged_ = sent_;
  EIDER_CHECK(conclude());
  if (refused) return fail(*std::move(refused));
  if (got != waiting_.size())
    return fail_verification(Check::kFormat, "segments were left without an answer");
  if (acknowledged_ == package_.size()) step_ = Step::kDone;
  return {};
}

Status DownloadAndInstallation::answer(ByteView euicc_response) {
  switch (step_) {
    case Step::kInitialize:
      return take_challenge(euicc_response);
    case Step::kAuthenticate:
    case Step::kSegments:
      return take_segments(euicc_response);
    case Step::kDone:
      break;
  }
  return fail_local("the package is with the card");
}

}  // namespace eider::smdp::es8
