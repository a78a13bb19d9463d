// What the LPA shows and asks, through SELECT ITEM, GET INPUT, GET INKEY and DISPLAY TEXT (SGP.22 v2.6.1
// sections 5.11 and C.4, ETSI TS 102 223 section 6.4).
#pragma once
#include "device/terminal_ports.hpp"
#include "lpae/conversation.hpp"
#include "roles/lpa/lpa.hpp"

namespace eider::lpae {

class Dialogue final : public lpa::LpaUi {
 public:
  explicit Dialogue(Conversation& conversation) : conversation_(conversation) {}

  // Until the user has seen it; a long text in parts.
  void show(std::string_view text);
  // It goes by itself.
  void flash(std::string_view text);
  // kNo: also when he ended the dialogue; kNotNow: he went back.
  lpa::Answer confirm(std::string_view question);
  // Nothing: he gave up.
  std::optional<std::string> enter(const device::InputQuestion& question);
  // Index of what was chosen; a list that is too long for one command comes in parts.
  std::optional<std::size_t> choose(std::string_view title, const std::vector<std::string>& items);
  // What went wrong, why, and what helps.
  void show_fault(std::string_view what, const Fault& fault);
  // Of what has gone on since: shown, and forgotten.
  void show_warnings();

  void progress(lpa::Step step, std::size_t done, std::size_t total) override;
  void warn(std::string_view text) override { warnings_.emplace_back(text); }
  lpa::Answer confirm_download(const lpa::ProfileOffer& offer) override;
  std::optional<Secret> confirmation_code(const lpa::ProfileOffer& offer, int attempt) override;
  lpa::Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest& confirmed,
                                       const sgp22::StoreMetadataRequest& package) override;

 private:
  bool display(std::string_view part, std::uint8_t qualifier);
  Conversation& conversation_;
  std::vector<std::string> warnings_;
};

// "PLAN, Operator": as a list shows a Profile.
std::string name_of(const std::string& profile, const std::string& provider);
// One sentence or two for people: cause and remedy of a fault.
std::string explain(const Fault& fault);

}  // namespace eider::lpae
