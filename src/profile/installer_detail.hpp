// Shared by the files that hold the installer's rules.
#pragma once
#include "profile/installer_rules.hpp"

namespace eider::profile::rules {

namespace pe = saip::pe;
using saip::PeStatusCode;
using saip::Service;

inline RuleResult ok() {
  return {};
}
inline RuleResult bad(std::string why) {
  return {bad_values(std::move(why)), false, false};
}
inline RuleResult no_feature(std::string why, std::optional<std::uint8_t> info = {}) {
  return {Violation{PeStatusCode::kFeatureNotSupported, std::move(why), info}, false, false};
}
// Elements in an order that cannot be carried out: always an abort.
inline RuleResult out_of_order(std::string why) {
  return {Violation{PeStatusCode::kInvalidRequestFormat, std::move(why), {}}, true, false};
}
inline RuleResult refuse(PeStatusCode code, std::string why) {
  return {Violation{code, std::move(why), {}}, true, false};
}
inline RuleResult from(Check violation) {
  if (!violation) return ok();
  const bool always =
      violation->code == PeStatusCode::kNotEnoughMemory || violation->code == PeStatusCode::kMemoryFailure;
  return {std::move(violation), always, false};
}

// One rule set for each kind of element that has a file of its own.
RuleResult template_features(InstallState& state, const saip::TemplatePe& element);
RuleResult generic_files(InstallState& state, const saip::GenericFileManagement& element);
RuleResult aka_parameter(InstallState& state, const saip::AkaParameter& element);
RuleResult cdma_parameter(InstallState& state, const saip::CdmaParameter& element);
RuleResult security_domain(InstallState& state, const saip::SecurityDomain& element);
RuleResult application(InstallState& state, const saip::Application& element);
RuleResult rfm(InstallState& state, const saip::Rfm& element);

}  // namespace eider::profile::rules
