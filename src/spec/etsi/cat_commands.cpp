// Proactive commands and envelopes: names, sections and what must be in them.
#include "spec/etsi/cat.hpp"

namespace eider::etsi::cat {
namespace {
using namespace tag;

constexpr Named kRefresh[] = {
    {0x00, "NAA initialization and full file change notification"},
    {0x01, "file change notification"},
    {0x02, "NAA initialization and file change notification"},
    {0x03, "NAA initialization"},
    {0x04, "UICC reset"},
    {0x05, "NAA application reset"},
    {0x06, "NAA session reset"},
    {0x07, "steering of roaming"},
    {0x08, "steering of roaming for I-WLAN"},
    {0x09, "eUICC profile state change"},
    {0x0A, "application update"},
};
constexpr Named kLocalInformation[] = {
    {0x00, "location information"},
    {0x01, "IMEI"},
    {0x02, "network measurement results"},
    {0x03, "date, time and time zone"},
    {0x04, "language setting"},
    {0x05, "timing advance"},
    {0x06, "access technology"},
    {0x07, "ESN"},
    {0x08, "IMEISV"},
    {0x09, "network search mode"},
    {0x0A, "charge state of the battery"},
    {0x0B, "MEID"},
    {0x0C, "WSID of the current I-WLAN connection"},
    {0x0D, "broadcast network information"},
    {0x0E, "access technologies"},
    {0x0F, "location information for several access technologies"},
    {0x10, "network measurement results for several access technologies"},
    {0x11, "CSG ID list and HNB names"},
    {0x12, "H(e)NB IP address"},
    {0x13, "list of location information of surrounding macrocells"},
    {0x1A, "supported radio access technologies"},
};
constexpr Named kTimer[] = {{0x00, "start"}, {0x01, "deactivate"}, {0x02, "get current value"}};
constexpr Named kSms[] = {{0x00, "no packing"}, {0x01, "packing by the terminal"}};
constexpr Named kSend[] = {{0x00, "store in the buffer"}, {0x01, "send immediately"}};
constexpr Named kOpen[] = {{0x00, "on demand"},
                           {0x01, "immediate"},
                           {0x02, "on demand, automatic reconnection"},
                           {0x03, "immediate, automatic reconnection"},
                           {0x05, "immediate, in background mode"},
                           {0x07, "immediate, automatic reconnection, in background mode"}};

constexpr std::uint8_t kOfPollInterval[] = {kDuration};
constexpr std::uint8_t kOfEventList[] = {kEventList};
constexpr std::uint8_t kOfShortMessage[] = {kSmsTpdu};
constexpr std::uint8_t kOfText[] = {kTextString};
constexpr std::uint8_t kOfInput[] = {kTextString, kResponseLength};
constexpr std::uint8_t kOfMenu[] = {kAlphaIdentifier, kItem};
constexpr std::uint8_t kOfItem[] = {kItem};
constexpr std::uint8_t kOfCall[] = {kAddress};
constexpr std::uint8_t kOfSs[] = {0x09};
constexpr std::uint8_t kOfUssd[] = {0x0A};
constexpr std::uint8_t kOfDtmf[] = {0x2C};
constexpr std::uint8_t kOfBrowser[] = {0x31};
constexpr std::uint8_t kOfTimer[] = {kTimerIdentifier};
constexpr std::uint8_t kOfCardApdu[] = {0x22};
constexpr std::uint8_t kOfAtCommand[] = {0x28};
constexpr std::uint8_t kOfOpen[] = {kBearerDescription, kBufferSize};
constexpr std::uint8_t kOfReceive[] = {kChannelDataLength};
constexpr std::uint8_t kOfSend[] = {kChannelData};

constexpr CommandRow kCommands[] = {
    {0x01, "REFRESH", "6.6.13", {}, kRefresh},
    {0x02, "MORE TIME", "6.6.4", {}, {}},
    {0x03, "POLL INTERVAL", "6.6.6", kOfPollInterval, {}},
    {0x04, "POLLING OFF", "6.6.14", {}, {}},
    {0x05, "SET UP EVENT LIST", "6.6.16", kOfEventList, {}},
    {0x10, "SET UP CALL", "6.6.12", kOfCall, {}},
    {0x11, "SEND SS", "TS 31.111, 6.6.10", kOfSs, {}},
    {0x12, "SEND USSD", "TS 31.111, 6.6.11", kOfUssd, {}},
    {0x13, "SEND SHORT MESSAGE", "6.6.9", kOfShortMessage, kSms},
    {0x14, "SEND DTMF", "6.6.24", kOfDtmf, {}},
    {0x15, "LAUNCH BROWSER", "6.6.26", kOfBrowser, {}},
    {0x16, "GEOGRAPHICAL LOCATION REQUEST", "TS 31.111, 6.6.36", {}, {}},
    {0x20, "PLAY TONE", "6.6.5", {}, {}},
    {0x21, "DISPLAY TEXT", "6.6.1", kOfText, {}},
    {0x22, "GET INKEY", "6.6.2", kOfText, {}},
    {0x23, "GET INPUT", "6.6.3", kOfInput, {}},
    {0x24, "SELECT ITEM", "6.6.8", kOfItem, {}},
    {0x25, "SET UP MENU", "6.6.7", kOfMenu, {}},
    {0x26, "PROVIDE LOCAL INFORMATION", "6.6.15", {}, kLocalInformation},
    {0x27, "TIMER MANAGEMENT", "6.6.21", kOfTimer, kTimer},
    {0x28, "SET UP IDLE MODE TEXT", "6.6.22", kOfText, {}},
    {0x30, "PERFORM CARD APDU", "6.6.17", kOfCardApdu, {}},
    {0x31, "POWER ON CARD", "6.6.19", {}, {}},
    {0x32, "POWER OFF CARD", "6.6.18", {}, {}},
    {0x33, "GET READER STATUS", "6.6.20", {}, {}},
    {0x34, "RUN AT COMMAND", "6.6.23", kOfAtCommand, {}},
    {0x35, "LANGUAGE NOTIFICATION", "6.6.25", {}, {}},
    {0x40, "OPEN CHANNEL", "6.6.27", kOfOpen, kOpen},
    {0x41, "CLOSE CHANNEL", "6.6.28", {}, {}},
    {0x42, "RECEIVE DATA", "6.6.29", kOfReceive, {}},
    {0x43, "SEND DATA", "6.6.30", kOfSend, kSend},
    {0x44, "GET CHANNEL STATUS", "6.6.31", {}, {}},
    {0x45, "SERVICE SEARCH", "6.6.32", {}, {}},
    {0x46, "GET SERVICE INFORMATION", "6.6.33", {}, {}},
    {0x47, "DECLARE SERVICE", "6.6.34", {}, {}},
    {0x50, "SET FRAMES", "6.6.35", {}, {}},
    {0x51, "GET FRAMES STATUS", "6.6.36", {}, {}},
    {0x60, "RETRIEVE MULTIMEDIA MESSAGE", "6.6.37", {}, {}},
    {0x61, "SUBMIT MULTIMEDIA MESSAGE", "6.6.38", {}, {}},
    {0x62, "DISPLAY MULTIMEDIA MESSAGE", "6.6.39", {}, {}},
    {0x70, "ACTIVATE", "6.6.40", {}, {}},
    {0x71, "CONTACTLESS STATE CHANGED", "6.6.41", {}, {}},
    {0x72, "COMMAND CONTAINER", "6.6.42", {}, {}},
    {0x73, "ENCAPSULATED SESSION CONTROL", "6.6.43", {}, {}},
};

constexpr std::uint8_t kOfSmsPp[] = {kDeviceIdentities, kSmsTpdu};
constexpr std::uint8_t kOfMenuSelection[] = {kDeviceIdentities, kItemIdentifier};
constexpr std::uint8_t kOfEvent[] = {kEventList, kDeviceIdentities};
constexpr std::uint8_t kOfExpiration[] = {kDeviceIdentities, kTimerIdentifier, kTimerValue};
constexpr std::uint8_t kOnlyDevices[] = {kDeviceIdentities};

constexpr EnvelopeRow kEnvelopes[] = {
    {0xD1, "SMS-PP download", "TS 31.111, 7.1.1", kOfSmsPp},
    {0xD2, "Cell Broadcast download", "TS 31.111, 7.1.2", kOnlyDevices},
    {0xD3, "menu selection", "7.2", kOfMenuSelection},
    {0xD4, "call control", "7.3.1", kOnlyDevices},
    {0xD5, "MO short message control", "TS 31.111, 7.3.2", kOnlyDevices},
    {0xD6, "event download", "7.5", kOfEvent},
    {0xD7, "timer expiration", "7.4", kOfExpiration},
    {0xD9, "USSD download", "TS 31.111, 7.6", kOnlyDevices},
    {0xDA, "MMS transfer status", "7.6", kOnlyDevices},
    {0xDB, "MMS notification download", "7.7", kOnlyDevices},
    {0xDC, "terminal applications", "7.8", {}},
    {0xDD, "geographical location reporting", "TS 31.111, 7.10", kOnlyDevices},
};
}  // namespace

std::span<const CommandRow> commands() {
  return kCommands;
}
const CommandRow* find_command(std::uint8_t type) {
  const auto* it = std::ranges::find(kCommands, type, &CommandRow::type);
  return it == std::end(kCommands) ? nullptr : it;
}
std::span<const EnvelopeRow> envelopes() {
  return kEnvelopes;
}
const EnvelopeRow* find_envelope(std::uint8_t tag) {
  const auto* it = std::ranges::find(kEnvelopes, tag, &EnvelopeRow::tag);
  return it == std::end(kEnvelopes) ? nullptr : it;
}

}  // namespace eider::etsi::cat
