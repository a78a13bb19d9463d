// What the SM-SR does at its own operator's wish, beside the functions of others. An order stands in the
// store; whichever process serves that store carries it out.
#pragma once
#include "roles/smsr/ports.hpp"

namespace eider::smsr {

struct Order {
  Eid eid;
  EntityId initiator;  // who is known by it in the audit trail; Auth 1 of section 3.10 came before
  std::string identifier;
  Time expires_at{};
};
// With the command that the SM-DP's token is in (SGP.02 v4.2 section 3.10).
Status order_master_delete(StoreTransaction& tx, const Order& order, const Iccid& iccid,
                           const sgp02::es5::MasterDelete& command, Time now);
// ES5.UpdateSMSRAddressingParameters with this SM-SR's number (section 4.1.1.10).
Status order_addressing(StoreTransaction& tx, const Order& order, Time now);
// ES5.EstablishISDRKeySet: an SCP81 key set (section 4.1.1.8).
Status order_https_keys(StoreTransaction& tx, const Order& order, Time now);
// eUICCCapabilityAudit (section 4.1.1.5). With an initiator that is the SM-SR itself its outcome warns of
// ISD-Ps that the EIS does not know: 8.3.1 / 3.9, their AIDs as identifier.
Status order_audit(StoreTransaction& tx, const Order& order, Time now);
// Of such an ISD-P: deleted, or taken into the EIS as this Profile, whose state the next audit tells.
Status order_deletion_of_unknown(StoreTransaction& tx, const Order& order, const Aid& isdp_aid, Time now);
Status adopt(StoreTransaction& tx, const Profile& profile);
// Nothing: not done yet.
Result<std::optional<Outcome>> outcome_of_order(StoreReader& reader, const EntityId& initiator,
                                                const std::string& identifier);

}  // namespace eider::smsr
