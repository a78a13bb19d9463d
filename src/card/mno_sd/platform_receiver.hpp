// Who takes secured packets beside the enabled Profile: the ISD-R of an M2M card (card/m2m/agent.hpp).
#pragma once
#include "base/result.hpp"
#include "spec/etsi/scp80.hpp"

namespace eider::card {

// Response Packets; empty: none.
struct OtaReply {
  Bytes report;  // in the delivery report
  Bytes submit;  // in a short message of its own
};

class PlatformReceiver {
 public:
  virtual ~PlatformReceiver() = default;
  virtual bool owns(const etsi::Tar& tar) const = 0;
  virtual Result<OtaReply> receive(ByteView packet) = 0;
};

}  // namespace eider::card
