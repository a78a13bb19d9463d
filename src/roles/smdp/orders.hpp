// What the SM-DP does at its own operator's wish, beside the functions of ES2. An order stands in the store;
// whichever process serves that store carries it out.
#pragma once
#include "roles/smdp/ports.hpp"

namespace eider::smdp {

// ES8.UpdateConnectivityParameters of a Profile whose keys are kept (SGP.02 v4.2 section 4.1.3.4). Of
// `call_identifier` the owner has no other call.
struct ConnectivityOrder {
  EntityId owner;
  std::string call_identifier;
  Iccid iccid;
  Bytes parameters;
  Time expires_at{};
};
Result<Procedure> order_connectivity_update(StoreTransaction& tx, const ConnectivityOrder& order, Time now);
// Nothing: not done yet.
Result<std::optional<sgp02::FunctionExecutionStatus>> outcome_of_order(StoreReader& reader,
                                                                       const EntityId& owner,
                                                                       const std::string& call_identifier);

// For the SM-SR that manages the card, if the Profile's owner does not refuse (section 3.10).
Result<sgp02::es5::MasterDelete> delete_token(StoreReader& reader, const EntityId& smsr, const Iccid& iccid);

struct OwnedProfile {
  Profile profile;
  IsdpKeys keys;
};
// FunctionStatus: unknown, another operator's, or its keys are not kept.
Result<OwnedProfile> owned_profile(StoreReader& reader, const EntityId& owner, const Iccid& iccid);

}  // namespace eider::smdp
