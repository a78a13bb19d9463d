// The Operator's OTA server for one card: scripts out as secured packets in short messages, Response Packets
// in (ETSI TS 102 225, TS 102 226; 3GPP TS 31.115). The way to the card is a terminal; an SMSC takes its
// place later.
#pragma once
#include <map>

#include "channel/scp80.hpp"
#include "device/terminal.hpp"
#include "spec/etsi/remote_apdu.hpp"

namespace eider::mno {

// Counters of messages that went out, by a name for the key set of one card.
class OtaCounters {
 public:
  virtual ~OtaCounters() = default;
  // Higher than every one before, from 1 on, and at least `lowest`. Durable before it returns: a counter that
  // was given out twice is a message that the card refuses, or a replay that it takes.
  virtual Result<std::uint64_t> next(const std::string& key_set, std::uint64_t lowest = 1) = 0;
};
class MemoryOtaCounters final : public OtaCounters {
 public:
  Result<std::uint64_t> next(const std::string& key_set, std::uint64_t lowest) override;
  // The one given out last; 0: none.
  std::uint64_t last(const std::string& key_set) const;

 private:
  std::map<std::string, std::uint64_t> last_;
};

struct OtaSettings {
  channel::scp80::KeySet keys;
  std::string key_set_name;  // for the counters: unique among cards and key versions
  etsi::SmsAddress sender{0x91, "12345"};
  channel::scp80::Policy policy;
};
struct OtaMessage {
  etsi::Tar tar;
  etsi::Spi spi;
  Bytes script;
  std::uint64_t lowest_counter = 1;
};
struct OtaOutcome {
  std::uint64_t counter = 0;
  Bytes packet;                                            // the Command Packet
  std::size_t messages = 0;                                // that carried it
  std::uint16_t sw = 0;                                    // of the last ENVELOPE
  std::optional<channel::scp80::OpenedResponse> response;  // nothing: none came
  bool by_submit = false;  // the response came in a short message of the card's
  std::optional<etsi::ScriptResponse> script;
};

class OtaServer {
 public:
  OtaServer(device::Terminal& terminal, OtaCounters& counters, OtaSettings settings)
      : terminal_(terminal), counters_(counters), settings_(std::move(settings)) {}

  // VerificationFault for a response that is not the one to this message; StatusWord when the card refuses an
  // ENVELOPE.
  Result<OtaOutcome> send(const OtaMessage& message);

 private:
  struct Arrived;
  Result<Arrived> deliver(ByteView packet, OtaOutcome& outcome);
  Result<channel::scp80::OpenedResponse> open(ByteView packet,
                                              const channel::scp80::CommandPacket& command) const;

  device::Terminal& terminal_;
  OtaCounters& counters_;
  OtaSettings settings_;
};

// A script that reads or writes one transparent file or record: SELECT by path (2F E2 or 7F FF 6F 07), then
// the command.
std::vector<Bytes> read_binary_script(ByteView path, std::uint16_t offset, std::uint8_t length);
std::vector<Bytes> update_binary_script(ByteView path, std::uint16_t offset, ByteView data);
std::vector<Bytes> read_record_script(ByteView path, std::uint8_t record, std::uint8_t length);
std::vector<Bytes> update_record_script(ByteView path, std::uint8_t record, ByteView data);
// ES6.UpdateMetadata (SGP.22 v2.6.1 section 5.4.1) for the MNO-SD; `request` is BF2A.
std::vector<Bytes> update_metadata_script(ByteView request);

}  // namespace eider::mno
