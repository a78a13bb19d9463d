// Something that is done with a card by one or more ES3.SendData, each waiting for the answer of the one
// before. No I/O: whoever runs it sends what `next` gives and hands `answer` what came back.
#pragma once
#include "spec/sgp02/es5.hpp"

namespace eider::smdp::es8 {

using sgp02::es5::Aid;

struct SendData {
  Aid sd_aid;
  Bytes data;
  bool more_to_do = true;  // the SM-SR is to keep its session with the card open
};

class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual bool done() const = 0;
  // Of the step that `next` gives, for logs and operators: "INITIALIZE UPDATE".
  virtual std::string_view step() const = 0;
  // Called once for each step, while not done.
  virtual Result<SendData> next() = 0;
  // EuiccResponseData. After a fault the exchange is over: StatusWord and Es10Fault ("SCP03t") are the card's
  // refusals, VerificationFault what the card sent and must not be believed.
  virtual Status answer(ByteView euicc_response) = 0;
};

}  // namespace eider::smdp::es8
