// What an LPA needs around it: the card, the network, the user, time, and a little memory.
#pragma once
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "device/http_port.hpp"
#include "roles/lpa/es10_client.hpp"

namespace eider::lpa {

// Steps of a download in their order (SGP.22 v2.6.1 section 3.1.3); the last two follow other operations as
// well.
enum class Step : std::uint8_t {
  kReadCard,
  kContactServer,
  kAuthenticateServer,
  kAuthenticateClient,
  kConfirm,
  kPrepareDownload,
  kGetPackage,
  kInstall,
  kNotify,
  kEnable,
};
// `server`: whom the step is taken with.
std::string step_name(Step step, std::string_view server = "SM-DP+");
inline constexpr int kStepCount = 10;

// How ES9+ messages are written; the LPA chooses (SGP.22 v2.6.1 sections 6.5 and 6.6).
enum class Binding : std::uint8_t { kJson, kAsn1 };

enum class Answer : std::uint8_t { kYes, kNo, kNotNow, kTimeout };

// What the user is asked about before a Profile is downloaded.
struct ProfileOffer {
  std::string smdpAddress;
  sgp22::StoreMetadataRequest metadata;
  bool confirmationCodeRequired = false;
  bool policyRuleConsentRequired = false;  // the RAT wants the user to agree to the Profile Policy Rules
};

// The user, through whatever shows things to him.
class LpaUi {
 public:
  virtual ~LpaUi() = default;
  // `done` of `total` units of this step; 0 of 0 when it begins.
  virtual void progress(Step step, std::size_t done, std::size_t total) = 0;
  virtual void warn(std::string_view text) = 0;
  // Strong Confirmation of the download, with the rules the user agrees to when policyRuleConsentRequired.
  virtual Answer confirm_download(const ProfileOffer& offer) = 0;
  // Nothing: the user gave up. `attempt` counts from 1, above 1 after a code that was refused.
  virtual std::optional<Secret> confirmation_code(const ProfileOffer& offer, int attempt) = 0;
  // The package holds other metadata than was confirmed.
  virtual Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest& confirmed,
                                          const sgp22::StoreMetadataRequest& package) = 0;
  // The user, or the device, wants no more of the operation: looked at between its steps and between the
  // segments of a package. kNo, kNotNow or kTimeout is the reason, which ends a session on both sides (SGP.22
  // v2.6.1 section 5.7.14); nothing: go on. Once given it stays. Called on the thread of the procedure.
  virtual std::optional<Answer> cancelled() { return std::nullopt; }
};

// Retry bookkeeping a server address. The card itself is the durable store of notifications.
class LpaStore {
 public:
  struct Backoff {
    int failures = 0;
    Time next_attempt{};
  };
  virtual ~LpaStore() = default;
  virtual std::optional<Backoff> backoff(const std::string& address) = 0;
  virtual Status set_backoff(const std::string& address, const std::optional<Backoff>& backoff) = 0;
};

class MemoryLpaStore final : public LpaStore {
 public:
  std::optional<Backoff> backoff(const std::string& address) override;
  Status set_backoff(const std::string& address, const std::optional<Backoff>& backoff) override;

 private:
  std::vector<std::pair<std::string, Backoff>> entries_;
};

// The fault of an operation that was cancelled where there was no session yet; `what` with its article.
LocalFault cancellation(Answer answer, std::string_view what);

struct LpaSettings {
  FixedBytes<4> tac = *FixedBytes<4>::from(std::array<std::uint8_t, 4>{0x53, 0x92, 0x60, 0x11});
  std::optional<FixedBytes<8>> imei;
  // Releases sent to every card; those of 5G only to cards with deviceInfoExtensibilitySupport.
  sgp22::Version gsm, utran, eutran, nr;
  sgp22::Version crl;  // of SGP.22, up to which this LPA brings CRLs to cards that take them
  // Section 3.1.3 (v2.5 on): an LPA may refuse Profile Policy Rules on a removable card.
  bool refuse_policy_rules = false;
  Duration first_retry{60000};
  Duration longest_retry{24 * 3600 * 1000};
  int confirmation_code_attempts = 3;
  Binding binding = Binding::kJson;
  std::string user_agent = "gsma-rsp-lpad";  // section 6.2; of an LPA in the card: gsma-rsp-lpae
  // What a device can do only itself knows: an LPA in the card says nothing of it (section 4.2).
  bool device_capabilities = true;
  std::size_t max_http_body = 4 * 1024 * 1024;
  Duration http_timeout{60000};

  LpaSettings();
};

// IMEI as SGP.22 section 4.2 codes it: the check digit in the high nibble of the last octet.
std::optional<FixedBytes<8>> encode_imei(std::string_view digits);

// Everything by reference: the caller owns it and keeps it alive.
struct Lpa {
  Es10Client& card;
  HttpPort& http;
  const Clock& clock;
  Random& random;
  LpaUi& ui;
  LpaStore& store;
  LpaSettings settings;
};

}  // namespace eider::lpa
