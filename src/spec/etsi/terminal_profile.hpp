// TERMINAL PROFILE: what a terminal can do, a bit each (ETSI TS 102 223 section 5.2, 3GPP TS 31.111 section
// 5.2).
#pragma once
#include <span>

#include "base/bytes.hpp"

namespace eider::etsi {

// Octets and bits count from 1, as the specifications write them.
struct ProfileBit {
  std::uint8_t octet, bit;
  bool operator==(const ProfileBit&) const = default;
};

namespace profile_bit {
constexpr ProfileBit kProfileDownload{1, 1}, kSmsPpDownload{1, 2}, kMenuSelection{1, 4},
    kSmsPpSupported{1, 5}, kTimerExpiration{1, 6}, kCommandResult{2, 1}, kUcs2Entry{2, 6}, kUcs2Display{2, 7},
    kDisplayText{3, 1}, kGetInkey{3, 2}, kGetInput{3, 3}, kSelectItem{4, 1}, kBinaryChoice{8, 4},
    kMoreTime{3, 4}, kPollInterval{3, 6}, kPollingOff{3, 7}, kRefresh{3, 8}, kSendShortMessage{4, 2},
    kSetUpMenu{4, 6}, kProvideLocation{4, 7}, kSetUpEventList{5, 1}, kEventLocationStatus{5, 5},
    kEventDataAvailable{6, 3}, kEventChannelStatus{6, 4}, kEventAccessTechnology{6, 5}, kTimerStartStop{8, 1},
    kTimerGet{8, 2}, kProvideDateTime{8, 3}, kProvideAccessTechnology{9, 8}, kOpenChannel{12, 1},
    kCloseChannel{12, 2}, kReceiveData{12, 3}, kSendData{12, 4}, kGetChannelStatus{12, 5},
    kPacketBearer{13, 2}, kNoDisplay{14, 6}, kNoKeypad{14, 7}, kTcpRemote{17, 1}, kUdpRemote{17, 2},
    kEutranBearer{17, 7}, kProvideImeisv{18, 7}, kEventRejectionGeran{25, 5}, kEventRejectionEutran{25, 7},
    kSteeringOfRoaming{30, 4}, kProfileStateChange{34, 6};
}  // namespace profile_bit

class TerminalProfile {
 public:
  TerminalProfile() = default;
  explicit TerminalProfile(ByteView octets) : octets_(to_bytes(octets)) {}
  TerminalProfile& set(ProfileBit bit);
  // Channels of the Bearer Independent Protocol, up to 7 (octet 13, bits 6 to 8).
  TerminalProfile& set_channels(std::uint8_t channels);
  bool has(ProfileBit bit) const;
  std::uint8_t channels() const;
  // Up to the last octet with a bit in it.
  const Bytes& octets() const { return octets_; }

 private:
  std::uint8_t& octet(std::uint8_t number);
  Bytes octets_;
};

struct ProfileBitRow {
  ProfileBit bit;
  std::string_view name;
};
std::span<const ProfileBitRow> profile_bits();

}  // namespace eider::etsi
