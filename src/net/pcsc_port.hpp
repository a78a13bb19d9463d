// A card in a real (or vpcd's virtual) reader, through PC/SC. The reader's driver does PPS when it powers the
// card, as the protocol that is asked for demands: exchange_pps() is not carried.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "device/card_port.hpp"

namespace eider::net {

// Names of the readers that pcscd knows; empty when there are none. Faults: LocalFault when pcscd does not
// run.
Result<std::vector<std::string>> list_pcsc_readers();

class PcscPort final : public CardPort {
 public:
  // The only reader whose name contains `reader` (empty: the only reader), with T=0 or T=1, for this process
  // alone. Faults: LocalFault (no pcscd, no such reader, several, in use), TransportFault (no card, mute
  // card).
  static Result<std::unique_ptr<PcscPort>> open(std::string_view reader);
  ~PcscPort() override;
  PcscPort(const PcscPort&) = delete;
  PcscPort& operator=(const PcscPort&) = delete;

  // A warm reset; a cold one when the card was taken out and put back.
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;
  const std::string& reader() const;
  bool is_t0() const;

 private:
  class Impl;
  explicit PcscPort(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The command as T=0 carries it (ISO 7816-3 section 12.2): case 1 gets P3 = 00, case 4 loses its Le (the
// response then comes by 61xx and GET RESPONSE). Faults: LocalFault on a malformed or extended-length APDU.
Result<Bytes> t0_command(ByteView apdu);

}  // namespace eider::net
