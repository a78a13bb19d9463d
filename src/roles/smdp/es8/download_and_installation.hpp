// ES8.DownloadAndInstallation: a Profile Package over SCP03t, SGP.02 v4.2 sections 4.1.3.2 and 4.1.3.3.
#pragma once
#include "base/random.hpp"
#include "channel/scp03.hpp"
#include "roles/smdp/es8/exchange.hpp"
#include "spec/saip/response.hpp"

namespace eider::smdp::es8 {

struct DownloadOptions {
  std::size_t segment_size = 1024;     // of a whole 86, with tag, length and MAC
  std::size_t segments_per_call = 16;  // of one SendData: each takes two messages between the servers
  bool more_to_do_after = false;       // in the last SendData
  // Without a result in the last answer the Profile counts as not installed: an empty answer has no MAC, so
  // whoever stands between could have taken a refusal away.
  bool result_required = true;
};

// What the card said about the package.
struct InstallationResult {
  Bytes response;  // EUICCResponse as it came, one after another
  std::vector<saip::PeStatus> elements;
  bool aborted = false;
  std::string message;
  // Every element that it names is installed, or may be missing, and it went to the end.
  bool installed() const { return !aborted && !response.empty(); }
};

class DownloadAndInstallation final : public Exchange {
 public:
  DownloadAndInstallation(const Aid& isdp, const channel::scp03::Keys& keys, std::uint8_t key_version,
                          Secret package, DownloadOptions options, Random& random);

  bool done() const override { return step_ == Step::kDone; }
  std::string_view step() const override;
  Result<SendData> next() override;
  // Es10Fault "DownloadAndInstallation" with the card's PEStatus when it aborted; `result` then has the rest.
  Status answer(ByteView euicc_response) override;

  bool all_sent() const { return sent_ == package_.size(); }
  // So far; whole once done.
  const InstallationResult& result() const { return result_; }
  // Octets of the package that the card has acknowledged.
  std::size_t acknowledged() const { return acknowledged_; }

 private:
  enum class Step : std::uint8_t { kInitialize, kAuthenticate, kSegments, kDone };
  Status take_challenge(ByteView euicc_response);
  Status take_segments(ByteView euicc_response);
  Status append_segments(Bytes& out);
  Status take_result(ByteView plain);
  Status conclude() const;

  Aid isdp_;
  channel::scp03::Keys keys_;
  channel::scp03::InitializeUpdate init_;
  Secret package_;
  DownloadOptions options_;
  std::optional<channel::scp03::Session> session_;
  Step step_ = Step::kInitialize;
  std::size_t sent_ = 0, acknowledged_ = 0;
  std::vector<channel::scp03::Session::AnswerState> waiting_;  // of each 86 that is on its way
  Bytes pending_;                                              // of an EUICCResponse that has begun
  InstallationResult result_;
};

}  // namespace eider::smdp::es8
