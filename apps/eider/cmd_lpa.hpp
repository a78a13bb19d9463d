// What the subcommands of `eider lpa` share: options, ports, the user at the terminal, output.
#pragma once
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "modem_address.hpp"
#include "output.hpp"
#include "roles/lpa/detail/json.hpp"
#include "roles/lpa/procedures/chip_info.hpp"
#include "roles/lpa/procedures/download.hpp"

namespace CLI {
class App;
}

namespace eider::app::lpa_cli {

struct Options {
  std::string card, tcp, pcsc;  // at most one, or the modem; none: the only PC/SC reader
  bool use_pcsc = false;
  ModemChoice modem;
  std::string pki;
  std::vector<std::string> ca_files, resolve;
  bool web_roots = false, allow_private = false;
  bool json = false, yes = false;
  std::string imei, isd_r_aid, quirks, state;
  std::string binding = "json";
  std::vector<std::string> allow_classes;  // beside operational, without a user to ask
  std::optional<std::size_t> block_size;
};

// Cause, clause and remedy of a fault, for people and for programs.
struct FaultText {
  std::string cause, clause, remedy;
  int exit_code = 1;  // 1 refused or impossible, 3 not reached: worth another try
  boost::json::object json;
};
// Who was asked.
enum class Server : std::uint8_t { kSmdpPlus, kSmds };
std::string server_name(Server server);
FaultText explain(const Fault& fault, Server server = Server::kSmdpPlus);
[[noreturn]] void fail_with(FaultText text, const Options& options);
// Throws CommandError; with --json the fault is written to standard output as well.
[[noreturn]] void fail_with(const Fault& fault, const Options& options);
template <class T>
T must(Result<T> result, const Options& options) {
  if (!result) fail_with(result.error(), options);
  return *std::move(result);
}
inline void must(const Status& status, const Options& options) {
  if (!status) fail_with(status.error(), options);
}

using app::print_json;
using app::print_pairs;
using app::print_table;
using app::printable;

class TerminalUi final : public lpa::LpaUi {
 public:
  explicit TerminalUi(const Options& options);
  ~TerminalUi() override;
  void progress(lpa::Step step, std::size_t done, std::size_t total) override;
  void warn(std::string_view text) override;
  lpa::Answer confirm_download(const lpa::ProfileOffer& offer) override;
  std::optional<Secret> confirmation_code(const lpa::ProfileOffer& offer, int attempt) override;
  lpa::Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest& confirmed,
                                       const sgp22::StoreMetadataRequest& package) override;
  // Of an operation that cannot be undone; true with --yes.
  bool confirm(const std::string& question);
  void finish_line();
  // Whom the steps that come are taken with; an SM-DP+ until it is said.
  void asks(Server server) { server_ = server; }
  // Why --yes did not agree to the last offer; nothing when it did or the user was asked.
  const std::optional<FaultText>& refusal() const { return refusal_; }

 private:
  lpa::Answer ask(const std::string& question);
  const Options& options_;
  Server server_ = Server::kSmdpPlus;
  bool tty_;
  bool line_open_ = false;
  std::optional<FaultText> refusal_;
  std::optional<lpa::Step> last_;
};

// Card, network, user and memory of one command. Opens the card and the session on it.
class Session {
 public:
  explicit Session(const Options& options);
  // With another user than the one at the terminal.
  Session(const Options& options, lpa::LpaUi& user);
  ~Session();
  lpa::Lpa& lpa();
  TerminalUi& ui();
  // From any thread: does not wait any longer for the server that is being asked.
  void interrupt();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Where the times of the next tries are kept. Empty: there is no place for them.
std::filesystem::path state_path(const Options& options);
std::unique_ptr<CardPort> open_card(const Options& options);
// For a command that is the card's terminal itself: a card in a modem has one.
std::unique_ptr<CardPort> open_card_without_terminal(const Options& options);
// For the session on that card: its quirks, and who its terminal is.
lpa::Es10Options es10_options(const Options& options);
// --card, --tcp, --pcsc, those of modems, and --json of commands that work on a card without being an LPA.
void declare_card_options(CLI::App& sub, const std::shared_ptr<Options>& options);
// "host:port" to "address:port", of --resolve.
std::map<std::string, std::string> resolve_rules(const Options& options);
// DER, of --pki and --ca.
Result<std::vector<Bytes>> ci_certificates(const Options& options);
void report_deliveries(const std::vector<lpa::NotificationDelivery>& deliveries);
void declare_notifications(CLI::App& lpa, const std::shared_ptr<Options>& options);
void declare_crl(CLI::App& lpa, const std::shared_ptr<Options>& options);
void declare_daemon(CLI::App& lpa, const std::shared_ptr<Options>& options);
void declare_discover(CLI::App& lpa, const std::shared_ptr<Options>& options);
void declare_screen(CLI::App& lpa, const std::shared_ptr<Options>& options);
// The Activation Code in a PNG image; throws CommandError.
std::string read_qr_code(const std::string& file);

// JSON with the member names of the specification.
using lpa::name_of;
using lpa::names_of;
using lpa::to_json;
boost::json::object to_json(const lpa::NotificationDelivery& delivery);
boost::json::array to_json(const std::vector<lpa::NotificationDelivery>& deliveries);

// What the card says of itself, in words; the order is that of the screen.
std::vector<std::pair<std::string, std::string>> chip_pairs(const lpa::ChipInfo& chip);
// "install" of notificationInstall.
std::string event_word(const sgp22::NotificationMetadata& notification);
std::string owner_text(const sgp22::OperatorId& owner);

}  // namespace eider::app::lpa_cli
