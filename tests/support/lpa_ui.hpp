// A user who answers as told and remembers what was shown.
#pragma once
#include "roles/lpa/lpa.hpp"

namespace eider::test {

class ScriptedUi : public lpa::LpaUi {
 public:
  lpa::Answer answer = lpa::Answer::kYes, changed_answer = lpa::Answer::kNo;
  std::vector<std::string> codes;  // given one after the other
  std::vector<lpa::Step> steps;
  std::vector<std::string> warnings;
  std::vector<lpa::ProfileOffer> offers;
  int code_prompts = 0, changed_prompts = 0;
  std::optional<lpa::Step> stop_at;  // the step at which the user wants it to end
  bool stopped = false;

  std::optional<lpa::Answer> cancelled() override {
    return stopped ? std::optional(lpa::Answer::kNotNow) : std::nullopt;
  }
  void progress(lpa::Step step, std::size_t, std::size_t) override {
    stopped |= step == stop_at;
    if (steps.empty() || steps.back() != step) steps.push_back(step);
  }
  void warn(std::string_view text) override { warnings.emplace_back(text); }
  lpa::Answer confirm_download(const lpa::ProfileOffer& offer) override {
    offers.push_back(offer);
    return answer;
  }
  std::optional<Secret> confirmation_code(const lpa::ProfileOffer&, int) override {
    if (static_cast<std::size_t>(code_prompts) >= codes.size()) return std::nullopt;
    return Secret(as_bytes(codes[static_cast<std::size_t>(code_prompts++)]));
  }
  lpa::Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest&,
                                       const sgp22::StoreMetadataRequest&) override {
    ++changed_prompts;
    return changed_answer;
  }
};

}  // namespace eider::test
