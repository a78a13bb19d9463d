// The two sides of an SM-SR change (SGP.02 v4.2 section 3.8).
#pragma once
#include "roles/smsr/peer_calls.hpp"
#include "roles/smsr/procedures/procedure.hpp"

namespace eider::smsr {

// SM-SR1: the answer to HandoverEUICC.
Status handover_answered(StoreTransaction& tx, Context& context, Operation& operation,
                         const sgp02::BaseResponse& base);
// SM-SR2: RC, then the receipt have come.
Status challenge_arrived(StoreTransaction& tx, Context& context, Operation& operation, ByteView challenge);
Status receipt_arrived(StoreTransaction& tx, Context& context, Operation& operation, ByteView random,
                       ByteView receipt);
Result<sgp02::es7::CreateAdditionalKeySetRequest> key_set_request(StoreReader& reader, Context& context,
                                                                  const Operation& operation,
                                                                  ByteView challenge);
// The EIS that HandoverEUICC brought, from the envelope that the operation keeps.
Result<sgp02::Eis> eis_of(const Operation& operation);

// What was random once is the same after a restart.
class Remembered final : public Random {
 public:
  explicit Remembered(const Secret& octets) : octets_(octets) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& b : out) b = octets_.view()[at_++ % octets_.size()];
  }

 private:
  const Secret& octets_;
  std::size_t at_ = 0;
};
// Key sets of the ISD-R, as the EIS names them: one that we made, and one of which nobody knows whether the
// card has it, so that the next one takes another version, and the next SM-SR has it deleted.
Status list_key_set(StoreTransaction& tx, const CardKeys& keys);
Status suspect_key_set(StoreTransaction& tx, const Eid& eid, std::uint8_t version);

// A step of SM-SR2 is over, after the last one the change.
Status finalised(StoreTransaction& tx, Context& context, const Operation& step, bool ok);

// Same CRT on both sides: what SM-SR2 signs SM-SR1 sends.
Bytes control_reference_template(const sgp02::es7::CreateAdditionalKeySetRequest& request, ByteView sdin);

}  // namespace eider::smsr
