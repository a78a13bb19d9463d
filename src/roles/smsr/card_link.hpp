// ES5 on its way: scripts (ETSI TS 102 226), SCP80 as SGP.02 v4.2 section 2.4.3 demands it, short messages,
// and back. Pure functions: keys and counters come from the store.
#pragma once
#include "channel/scp80.hpp"
#include "channel/sms.hpp"
#include "codec/apdu.hpp"
#include "roles/smsr/records.hpp"

namespace eider::smsr {

// What a security domain is to do: TLVs 22 with C-APDUs, or 84, 85, 86 of SCP03t.
struct Script {
  Aid target;  // the ISD-R, or an ISD-P for SCP03t
  Bytes content;

  static Script of(std::span<const CommandApdu> commands, const Aid& target);
  static Script of(const CommandApdu& command);  // for the ISD-R
  Bytes in_sms() const;                          // AA
  Bytes in_session() const;                      // AE
};
const Aid& isd_r_aid();
etsi::Tar tar_of(const Aid& aid);  // section 2.2.3: in octets 13 to 15

// What the card said to a script.
struct CardAnswer {
  Bytes content;                        // its TLVs, without the number of commands: EuiccResponseData
  std::vector<ResponseApdu> responses;  // in order, of TLVs 23
  bool bad_format = false;              // 90: the card could not read the script

  // Of the last command; 0 without one.
  std::uint16_t sw() const { return responses.empty() ? std::uint16_t{0} : responses.back().sw; }
  bool ok() const { return !bad_format && sw() == 0x9000; }
  // DecodeFault when it is neither AB nor AF.
  static Result<CardAnswer> decode(ByteView octets);
};

// SPI 16 39; `push`: SPI 16 00, a message that asks for no answer.
etsi::Spi command_spi(bool push);
// nullopt without keys KIc (01) and KID (02).
std::optional<channel::scp80::KeySet> scp80_keys(const CardKeys& keys);

// The user data of the messages of one Command Packet. The counter must be durable before they are sent.
Result<std::vector<Bytes>> seal_messages(const CardKeys& keys, const etsi::Tar& tar, std::uint64_t counter,
                                         ByteView data, bool push);
// How many messages a script takes, without keys.
std::size_t messages_needed(std::size_t script_octets);

// The Response Packet to a Command Packet of ours. As channel::scp80::open_response.
Result<channel::scp80::OpenedResponse> open_answer(ByteView packet, const CardKeys& keys);

// A notification of the card (section 4.1.1.11): a packet of the command form behind the header of a response
// or of a command, with a checksum, without counter and cipher. Some cards have the header in the checksum.
struct SealedNotification {
  sgp02::es5::Notification notification;
  Bytes packet;
  std::uint8_t key_version = 0;
  // kMac when the key set did not make it.
  Status verify(const CardKeys& keys) const;
};
// Nothing: it is no notification.
std::optional<SealedNotification> read_notification(ByteView packet);

}  // namespace eider::smsr
