// Objects, devices, results, events and the other numbers of the Card Application Toolkit.
#include "spec/etsi/cat.hpp"

namespace eider::etsi::cat {
namespace {

constexpr ObjectRow kObjects[] = {
    {0x01, "command details", "8.6", 3, 3},
    {0x02, "device identities", "8.7", 2, 2},
    {0x03, "result", "8.12", 1, 255},
    {0x04, "duration", "8.8", 2, 2},
    {0x05, "alpha identifier", "8.2"},
    {0x06, "address", "8.1"},
    {0x07, "capability configuration parameters", "8.4"},
    {0x08, "subaddress", "8.3"},
    {0x09, "SS string, or PLMN ID", "TS 31.111, 8.14"},
    {0x0A, "USSD string", "TS 31.111, 8.17"},
    {0x0B, "SMS TPDU", "8.13", 1, 255},
    {0x0C, "Cell Broadcast page", "TS 31.111, 8.5"},
    {0x0D, "text string", "8.15"},
    {0x0E, "tone", "8.16", 1, 1},
    {0x0F, "item", "8.9"},
    {0x10, "item identifier", "8.10", 1, 1},
    {0x11, "response length", "8.11", 2, 2},
    {0x12, "file list", "8.18", 1, 255},
    {0x13, "location information", "8.19"},
    {0x14, "IMEI", "8.20", 8, 8},
    {0x15, "help request", "8.21", 0, 0},
    {0x16, "network measurement results", "8.22"},
    {0x17, "default text", "8.23"},
    {0x18, "items next action indicator", "8.24"},
    {0x19, "event list", "8.25"},
    {0x1A, "cause", "8.26"},
    {0x1B, "location status", "8.27", 1, 1},
    {0x1C, "transaction identifier", "8.28"},
    {0x1D, "BCCH channel list", "TS 31.111, 8.29"},
    {0x1E, "icon identifier", "8.31", 2, 2},
    {0x1F, "item icon identifier list", "8.32", 1, 255},
    {0x20, "card reader status", "8.33", 1, 1},
    {0x21, "card ATR", "8.34"},
    {0x22, "C-APDU", "8.35"},
    {0x23, "R-APDU", "8.36"},
    {0x24, "timer identifier", "8.37", 1, 1},
    {0x25, "timer value", "8.38", 3, 3},
    {0x26, "date-time and time zone", "8.39", 7, 7},
    {0x27, "call control requested action", "8.30"},
    {0x28, "AT command", "8.40"},
    {0x29, "AT response", "8.41"},
    {0x2A, "BC repeat indicator", "TS 31.111, 8.42"},
    {0x2B, "immediate response", "8.43", 0, 0},
    {0x2C, "DTMF string", "8.44"},
    {0x2D, "language", "8.45", 2, 2},
    {0x2E, "timing advance", "TS 31.111, 8.46"},
    {0x2F, "AID", "8.60", 5, 16},
    {0x30, "browser identity", "8.47"},
    {0x31, "URL", "8.48"},
    {0x32, "bearer", "8.49"},
    {0x33, "provisioning file reference", "8.50"},
    {0x34, "browser termination cause", "8.51"},
    {0x35, "bearer description", "8.52", 1, 255},
    {0x36, "channel data", "8.53"},
    {0x37, "channel data length", "8.54", 1, 1},
    {0x38, "channel status", "8.56", 2, 2},
    {0x39, "buffer size", "8.55", 2, 2},
    {0x3A, "card reader identifier, or REFRESH enforcement policy", "8.57, 8.103"},
    {0x3B, "file update information, or application specific refresh data", "8.107"},
    {0x3C, "UICC/terminal interface transport level", "8.59", 3, 3},
    {0x3E, "other address", "8.58"},
    {0x3F, "access technology", "8.61", 1, 255},
    {0x40, "display parameters, or DNS server address", "8.62, 8.104"},
    {0x41, "service record", "8.63"},
    {0x42, "device filter", "8.64"},
    {0x43, "service search", "8.65"},
    {0x44, "attribute information", "8.66"},
    {0x45, "service availability", "8.67"},
    {0x46, "ESN", "8.69"},
    {0x47, "network access name", "8.70", 1, 255},
    {0x48, "CDMA SMS TPDU", "8"},
    {0x49, "remote entity address", "8.68"},
    {0x4A, "I-WLAN identifier", "TS 31.111, 8"},
    {0x4B, "I-WLAN access status", "TS 31.111, 8"},
    {0x50, "text attribute", "8.72"},
    {0x51, "item text attribute list", "8.73"},
    {0x52, "PDP context activation parameters", "TS 31.111, 8.72"},
    {0x53, "contactless state request", "8"},
    {0x54, "contactless functionality state", "8.92"},
    {0x55, "CSG cell selection status", "TS 31.111, 8"},
    {0x56, "CSG ID", "TS 31.111, 8"},
    {0x57, "HNB name", "TS 31.111, 8"},
    {0x60, "MAC", "8.100"},
    {0x62, "IMEISV", "8.74", 9, 9},
    {0x63, "battery state", "8.76"},
    {0x64, "browsing status", "8.77"},
    {0x65, "network search mode", "8.75"},
    {0x66, "frame layout", "8.78"},
    {0x67, "frames information", "8.79"},
    {0x68, "frame identifier", "8.80"},
    {0x69, "UTRAN/E-UTRAN measurement qualifier", "TS 31.111, 8.73"},
    {0x6A, "multimedia message reference", "8.82"},
    {0x6B, "multimedia message identifier", "8.83"},
    {0x6C, "multimedia message transfer status", "8"},
    {0x6D, "MEID", "8.81"},
    {0x6E, "multimedia message content identifier", "8.85"},
    {0x6F, "multimedia message notification", "8"},
    {0x70, "last envelope", "8"},
    {0x71, "registry application data", "8"},
    {0x72, "PLMNwAcT list", "TS 31.111, 8.90"},
    {0x73, "routing area identification", "TS 31.111, 8.91", 6, 6},
    {0x74, "update, attach or registration type", "TS 31.111, 8.92", 1, 1},
    {0x75, "rejection cause code", "TS 31.111, 8.93", 1, 1},
    {0x76, "geographical location parameters, or IARI", "TS 31.111, 8.94"},
    {0x77, "GAD shapes, or IMPU list", "TS 31.111, 8"},
    {0x78, "NMEA sentence, or IMS status code", "TS 31.111, 8"},
    {0x79, "PLMN list", "TS 31.111, 8.97"},
    {0x7A, "broadcast network information", "8"},
    {0x7B, "ACTIVATE descriptor", "8.89"},
    {0x7C, "EPS PDN connection activation parameters", "TS 31.111, 8"},
    {0x7D, "tracking area identification", "TS 31.111, 8", 5, 6},
    {0x7E, "CSG ID list, or media type", "TS 31.111, 8, 8.132"},
};

constexpr Named kDevices[] = {
    {0x01, "keypad"},        {0x02, "display"},       {0x03, "earpiece"},      {0x10, "card reader 0"},
    {0x11, "card reader 1"}, {0x12, "card reader 2"}, {0x13, "card reader 3"}, {0x14, "card reader 4"},
    {0x15, "card reader 5"}, {0x16, "card reader 6"}, {0x17, "card reader 7"}, {0x21, "channel 1"},
    {0x22, "channel 2"},     {0x23, "channel 3"},     {0x24, "channel 4"},     {0x25, "channel 5"},
    {0x26, "channel 6"},     {0x27, "channel 7"},     {0x81, "UICC"},          {0x82, "terminal"},
    {0x83, "network"},
};

constexpr Named kResults[] = {
    {0x00, "performed successfully"},
    {0x01, "performed with partial comprehension"},
    {0x02, "performed, with missing information"},
    {0x03, "REFRESH performed with additional EFs read"},
    {0x04, "performed, but the requested icon could not be displayed"},
    {0x05, "performed, but modified by call control by NAA"},
    {0x06, "performed, limited service"},
    {0x07, "performed with modification"},
    {0x08, "REFRESH performed, but the indicated NAA was not active"},
    {0x09, "performed, tone not played"},
    {0x10, "session terminated by the user"},
    {0x11, "backward move requested by the user"},
    {0x12, "no response from the user"},
    {0x13, "help information required by the user"},
    {0x14, "USSD or SS transaction terminated by the user"},
    {0x20, "terminal currently unable to process the command"},
    {0x21, "network currently unable to process the command"},
    {0x22, "user did not accept the command"},
    {0x23, "user cleared down the call before connection or network release"},
    {0x24, "action in contradiction with the current timer state"},
    {0x25, "interaction with call control by NAA, temporary problem"},
    {0x26, "launch browser generic error"},
    {0x27, "MMS temporary problem"},
    {0x30, "beyond the terminal's capabilities"},
    {0x31, "command type not understood"},
    {0x32, "command data not understood"},
    {0x33, "command number not known"},
    {0x34, "SS return error"},
    {0x35, "SMS RP-ERROR"},
    {0x36, "required values are missing"},
    {0x37, "USSD return error"},
    {0x38, "multiple card commands error"},
    {0x39, "interaction with call control, permanent problem"},
    {0x3A, "Bearer Independent Protocol error"},
    {0x3B, "access technology unable to process the command"},
    {0x3C, "frames error"},
    {0x3D, "MMS error"},
};
constexpr Named kTerminalProblem[] = {
    {0x00, "no specific cause"},          {0x01, "screen is busy"},     {0x02, "busy on call"},
    {0x03, "busy on SS transaction"},     {0x04, "no service"},         {0x05, "access control class bar"},
    {0x06, "radio resource not granted"}, {0x07, "not in speech call"}, {0x08, "busy on USSD transaction"},
    {0x09, "busy on SEND DTMF"},          {0x0A, "no NAA active"},
};
constexpr Named kBip[] = {
    {0x00, "no specific cause"},
    {0x01, "no channel available"},
    {0x02, "channel closed"},
    {0x03, "channel identifier not valid"},
    {0x04, "requested buffer size not available"},
    {0x05, "security error"},
    {0x06, "requested transport level not available"},
    {0x07, "remote device not reachable"},
    {0x08, "service error"},
    {0x09, "service identifier unknown"},
    {0x10, "port not available"},
    {0x11, "launch parameters missing or incorrect"},
    {0x12, "application launch failed"},
};

constexpr Named kEvents[] = {
    {0x00, "MT call"},
    {0x01, "call connected"},
    {0x02, "call disconnected"},
    {0x03, "location status"},
    {0x04, "user activity"},
    {0x05, "idle screen available"},
    {0x06, "card reader status"},
    {0x07, "language selection"},
    {0x08, "browser termination"},
    {0x09, "data available"},
    {0x0A, "channel status"},
    {0x0B, "access technology change"},
    {0x0C, "display parameters changed"},
    {0x0D, "local connection"},
    {0x0E, "network search mode change"},
    {0x0F, "browsing status"},
    {0x10, "frames information change"},
    {0x11, "I-WLAN access status"},
    {0x12, "network rejection"},
    {0x13, "HCI connectivity"},
    {0x14, "access technology change (several)"},
    {0x15, "CSG cell selection"},
    {0x16, "contactless state request"},
    {0x17, "IMS registration"},
    {0x18, "incoming IMS data"},
    {0x19, "profile container"},
    {0x1B, "secured profile container"},
    {0x1C, "poll interval negotiation"},
    {0x1D, "data connection status change"},
};
constexpr Named kLocation[] = {{0x00, "normal service"}, {0x01, "limited service"}, {0x02, "no service"}};
constexpr Named kAccess[] = {
    {0x00, "GSM"},     {0x01, "TIA/EIA-553"}, {0x02, "TIA/EIA-136"}, {0x03, "UTRAN"},
    {0x04, "TETRA"},   {0x05, "TIA/EIA-95"},  {0x06, "cdma2000 1x"}, {0x07, "cdma2000 HRPD"},
    {0x08, "E-UTRAN"}, {0x09, "eHRPD"},       {0x0A, "NG-RAN"},
};
constexpr Named kBearers[] = {
    {0x01, "CSD"},
    {0x02, "packet data service"},
    {0x03, "default bearer"},
    {0x04, "local link"},
    {0x05, "Bluetooth"},
    {0x06, "IrDA"},
    {0x07, "RS232"},
    {0x08, "cdma2000 packet data service"},
    {0x09, "packet data service with extended parameters"},
    {0x0A, "I-WLAN"},
    {0x0B, "E-UTRAN or mapped UTRAN packet service"},
    {0x0C, "NG-RAN"},
    {0x10, "USB"},
};
constexpr Named kTransports[] = {
    {0x01, "UDP client, remote"}, {0x02, "TCP client, remote"}, {0x03, "TCP server"},
    {0x04, "UDP client, local"},  {0x05, "TCP client, local"},  {0x06, "direct communication channel"},
};
constexpr Named kUpdates[] = {
    {0x00, "normal location updating"},
    {0x01, "periodic location updating"},
    {0x02, "IMSI attach"},
    {0x03, "GPRS attach"},
    {0x04, "combined GPRS/IMSI attach"},
    {0x05, "RA updating"},
    {0x06, "combined RA/LA updating"},
    {0x07, "combined RA/LA updating with IMSI attach"},
    {0x08, "periodic RA updating"},
    {0x09, "EPS attach"},
    {0x0A, "combined EPS/IMSI attach"},
    {0x0B, "TA updating"},
    {0x0C, "combined TA/LA updating"},
    {0x0D, "combined TA/LA updating with IMSI attach"},
    {0x0E, "periodic TA updating"},
    {0x0F, "initial registration"},
    {0x10, "mobility registration updating"},
    {0x11, "periodic registration updating"},
};
}  // namespace

const Named* find(std::span<const Named> table, std::uint16_t value) {
  const auto it = std::ranges::find(table, value, &Named::value);
  return it == table.end() ? nullptr : &*it;
}
std::string named(std::span<const Named> table, std::uint8_t value) {
  const auto* row = find(table, value);
  return to_hex(Bytes{value}) + (row ? " " + std::string(row->name) : "");
}

std::span<const ObjectRow> objects() {
  return kObjects;
}
const ObjectRow* find_object(std::uint16_t tag) {
  const auto* it = std::ranges::find(kObjects, tag, &ObjectRow::tag);
  return it == std::end(kObjects) ? nullptr : it;
}
std::span<const Named> devices() {
  return kDevices;
}
std::span<const Named> general_results() {
  return kResults;
}
std::span<const Named> additional_information(std::uint8_t result) {
  if (result == static_cast<std::uint8_t>(GeneralResult::kTerminalUnable)) return kTerminalProblem;
  if (result == static_cast<std::uint8_t>(GeneralResult::kBipError)) return kBip;
  return {};
}
std::span<const Named> events() {
  return kEvents;
}
std::span<const Named> location_statuses() {
  return kLocation;
}
std::span<const Named> access_technologies() {
  return kAccess;
}
std::span<const Named> bearers() {
  return kBearers;
}
std::span<const Named> transports() {
  return kTransports;
}
std::span<const Named> update_types() {
  return kUpdates;
}

}  // namespace eider::etsi::cat
