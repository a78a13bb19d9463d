// What the parts of `eider operator` share: who calls, and whom.
#pragma once
#include "m2m_node.hpp"

namespace eider::app::operator_cmd {

struct PartyOptions {
  m2m::NodeOptions node;
  std::string smdp, smsr, smsr_id, reply_to;
  bool json = false;
};

// eider operator campaign
void declare_campaign(CLI::App& sub, const std::shared_ptr<const PartyOptions>& parties);

}  // namespace eider::app::operator_cmd
