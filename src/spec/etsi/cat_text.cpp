// What the objects of toolkit commands say, in words.
#include "spec/etsi/cat.hpp"

namespace eider::etsi::cat {
namespace {

std::string hex_of(ByteView v) {
  return to_hex(v);
}
std::string number(unsigned n) {
  return std::to_string(n);
}
unsigned word(ByteView v, std::size_t at) {
  return static_cast<unsigned>(v[at] << 8 | v[at + 1]);
}
std::string printable(ByteView v) {
  const bool plain = std::ranges::all_of(v, [](std::uint8_t c) { return c >= 0x20 && c < 0x7F; });
  return plain ? "\"" + std::string(as_text(v)) + "\"" : hex_of(v);
}
// Two digits of swapped BCD.
unsigned digits(std::uint8_t octet) {
  return (octet & 0x0Fu) * 10 + (octet >> 4);
}
std::string two(unsigned n) {
  return (n < 10 ? "0" : "") + number(n);
}

std::string command_details(ByteView v) {
  if (v.size() != 3) return hex_of(v);
  const auto* row = find_command(v[1]);
  std::string out =
      "number " + number(v[0]) + ", " + (row ? std::string(row->name) : hex_of(v.subspan(1, 1)));
  out += ", qualifier " + hex_of(v.subspan(2, 1));
  const auto* q = row ? find(row->qualifiers, v[2]) : nullptr;
  return q ? out + " " + std::string(q->name) : out;
}

std::string device_identities(ByteView v) {
  if (v.size() != 2) return hex_of(v);
  return named(devices(), v[0]) + " to " + named(devices(), v[1]);
}

std::string result(ByteView v) {
  if (v.empty()) return {};
  auto out = named(general_results(), v[0]);
  if (v.size() == 1) return out;
  const auto names = additional_information(v[0]);
  return out + ", " + (names.empty() || v.size() != 2 ? hex_of(v.subspan(1)) : named(names, v[1]));
}

std::string duration(ByteView v) {
  if (v.size() != 2 || v[0] > 2) return hex_of(v);
  constexpr std::string_view kUnits[] = {" min", " s", " tenths of a second"};
  return number(v[1]) + std::string(kUnits[v[0]]);
}

// TS 102 223 section 8.15: 8-bit data in the default alphabet is shown, which agrees with ASCII for letters
// and digits.
std::string text_string(ByteView v) {
  if (v.empty()) return "empty";
  const auto coding = hex_of(v.first(1));
  return "coding " + coding + ", " + ((v[0] & 0x0C) == 0x04 ? printable(v.subspan(1)) : hex_of(v.subspan(1)));
}

std::string item(ByteView v) {
  return v.empty() ? "none" : number(v[0]) + " " + printable(v.subspan(1));
}

std::string event_list(ByteView v) {
  std::string out;
  for (const auto e : v) out += (out.empty() ? "" : ", ") + named(events(), e);
  return out.empty() ? "none" : out;
}

std::string plmn(ByteView v) {
  return bcd_decode(Bytes{v[0], static_cast<std::uint8_t>(v[1] | 0xF0)}, true).value_or(hex_of(v.first(2))) +
         "-" + number(v[2] & 0x0F) + number(v[2] >> 4) + (v[1] >> 4 == 0x0F ? "" : number(v[1] >> 4));
}
std::string location(ByteView v) {
  if (v.size() < 5) return hex_of(v);
  return "PLMN " + plmn(v) + ", area and cell " + hex_of(v.subspan(3));
}

std::string timer_value(ByteView v) {
  if (v.size() != 3) return hex_of(v);
  return two(digits(v[0])) + ":" + two(digits(v[1])) + ":" + two(digits(v[2]));
}

std::string date_time(ByteView v) {
  if (v.size() != 7) return hex_of(v);
  std::string out = "20" + two(digits(v[0])) + "-" + two(digits(v[1])) + "-" + two(digits(v[2])) + " " +
                    timer_value(v.subspan(3, 3));
  return out + (v[6] == 0xFF ? ", time zone unknown" : ", time zone " + hex_of(v.subspan(6)));
}

std::string identity(ByteView v) {
  return v.empty() ? "" : number(v[0] >> 4) + bcd_decode(v.subspan(1), true).value_or(hex_of(v.subspan(1)));
}

std::string channel_status(ByteView v) {
  if (v.size() != 2) return hex_of(v);
  return "channel " + number(v[0] & 0x07) + ((v[0] & 0x80) != 0 ? ", link established" : ", no link") +
         (v[1] == 0x05 ? ", link dropped"
          : v[1] == 0  ? ""
                       : ", " + hex_of(v.subspan(1)));
}

std::string transport(ByteView v) {
  return v.size() != 3 ? hex_of(v) : named(transports(), v[0]) + ", port " + number(word(v, 1));
}

std::string other_address(ByteView v) {
  if (v.empty()) return "dynamic";
  if (v[0] == 0x21 && v.size() == 5)
    return number(v[1]) + "." + number(v[2]) + "." + number(v[3]) + "." + number(v[4]);
  return (v[0] == 0x57 ? "IPv6 " : "type " + hex_of(v.first(1)) + " ") + hex_of(v.subspan(1));
}

// TS 23.003 section 9: labels with their lengths in front.
std::string access_name(ByteView v) {
  std::string out;
  for (std::size_t at = 0; at < v.size();) {
    const std::size_t n = v[at];
    if (v.size() - at - 1 < n) return hex_of(v);
    out += (out.empty() ? "" : ".") + std::string(as_text(v.subspan(at + 1, n)));
    at += 1 + n;
  }
  return printable(as_bytes(out));
}

std::string first_named(std::span<const Named> table, ByteView v) {
  if (v.empty()) return {};
  return named(table, v[0]) + (v.size() > 1 ? ", " + hex_of(v.subspan(1)) : "");
}
}  // namespace

std::string object_text(std::uint16_t t, ByteView v) {
  switch (t) {
    case tag::kCommandDetails:
      return command_details(v);
    case tag::kDeviceIdentities:
      return device_identities(v);
    case tag::kResult:
      return result(v);
    case tag::kDuration:
      return duration(v);
    case tag::kAlphaIdentifier:
      return printable(v);
    case tag::kTextString:
      return text_string(v);
    case tag::kItem:
      return item(v);
    case tag::kEventList:
      return event_list(v);
    case tag::kLocationInformation:
    case tag::kTrackingArea:
      return location(v);
    case tag::kLocationStatus:
      return first_named(location_statuses(), v);
    case tag::kImei:
    case tag::kImeisv:
      return identity(v);
    case tag::kTimerValue:
      return timer_value(v);
    case tag::kDateTime:
      return date_time(v);
    case tag::kBearerDescription:
      return first_named(bearers(), v);
    case tag::kChannelStatus:
      return channel_status(v);
    case tag::kBufferSize:
      return v.size() == 2 ? number(word(v, 0)) + " octets" : hex_of(v);
    case tag::kChannelDataLength:
      return v.size() == 1 ? number(v[0]) + (v[0] == 0xFF ? " octets or more" : " octets") : hex_of(v);
    case tag::kTransportLevel:
      return transport(v);
    case tag::kOtherAddress:
      return other_address(v);
    case tag::kNetworkAccessName:
      return access_name(v);
    case tag::kAccessTechnology:
      return first_named(access_technologies(), v);
    case tag::kUpdateType:
      return first_named(update_types(), v);
    default:
      return hex_of(v);
  }
}

}  // namespace eider::etsi::cat
