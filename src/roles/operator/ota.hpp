// The Operator's OTA server for one card: scripts out as secured packets in short messages, Response Packets
// in (ETSI TS 102 225, TS 102 226; 3GPP TS 31.115). The way to the card is a terminal, or a service centre.
#pragma once
#include <map>
#include <memory>

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

// The way of short messages to one card and back.
class OtaPath {
 public:
  // Response Packets: in the SMS-DELIVER-REPORT, in a short message of the card's own.
  struct Arrived {
    std::optional<Bytes> report, submit;
  };
  virtual ~OtaPath() = default;
  // User data of messages from `sender`. What the way knows of them goes into `outcome`.
  virtual Result<Arrived> carry(const std::vector<Bytes>& user_data, const etsi::SmsAddress& sender,
                                OtaOutcome& outcome) = 0;
};
class TerminalPath final : public OtaPath {
 public:
  explicit TerminalPath(device::Terminal& terminal) : terminal_(terminal) {}
  Result<Arrived> carry(const std::vector<Bytes>& user_data, const etsi::SmsAddress& sender,
                        OtaOutcome& outcome) override;

 private:
  device::Terminal& terminal_;
};
// The payload, when the header says that it is a Response Packet.
std::optional<Bytes> response_packet(const std::vector<etsi::InformationElement>& elements, Bytes payload);

class OtaServer {
 public:
  OtaServer(device::Terminal& terminal, OtaCounters& counters, OtaSettings settings)
      : own_(std::make_unique<TerminalPath>(terminal)),
        path_(*own_),
        counters_(counters),
        settings_(std::move(settings)) {}
  OtaServer(OtaPath& path, OtaCounters& counters, OtaSettings settings)
      : path_(path), counters_(counters), settings_(std::move(settings)) {}

  // VerificationFault for a response that is not the one to this message; StatusWord when the card refuses an
  // ENVELOPE.
  Result<OtaOutcome> send(const OtaMessage& message);

 private:
  Result<channel::scp80::OpenedResponse> open(ByteView packet,
                                              const channel::scp80::CommandPacket& command) const;

  std::unique_ptr<OtaPath> own_;
  OtaPath& path_;
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
// ES6 of M2M, for the MNO-SD of the enabled Profile (SGP.02 v4.2 section 4.1.2): POL1 as its octet, bits 1 to
// 3; connectivity parameters as A0, A1, A2.
std::vector<Bytes> update_pol1_script(std::uint8_t rules);
std::vector<Bytes> update_connectivity_script(ByteView parameters);

}  // namespace eider::mno
