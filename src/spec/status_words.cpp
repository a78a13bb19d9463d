#include "spec/status_words.hpp"

#include <iterator>

namespace eider {
namespace {

struct Row {
  std::uint16_t sw;
  std::string_view meaning;
  std::string_view section;
  std::string_view remedy;
};

constexpr std::string_view kIso = "ISO 7816-4 section 5.6";
constexpr std::string_view kEs10 = "SGP.22 v2.6.1 section 5.7.2";
constexpr std::string_view kGp = "GlobalPlatform Card Specification section 11.1.3";
constexpr std::string_view kUicc = "ETSI TS 102 221 section 10.2";
constexpr std::string_view kVerifyPin =
    "Verify the PIN or run the authentication that the file or command needs.";

constexpr Row kRows[] = {
    {0x6200, "warning, no information; memory unchanged", kIso, ""},
    {0x6281, "part of the returned data may be corrupted", kIso, "Read again; else the memory is worn."},
    {0x6282, "end of file reached before the wanted length", kIso, "Ask for no more than the file holds."},
    {0x6283, "selected file is deactivated", kUicc, "Activate the file."},
    {0x6285, "selected file is in termination state", kUicc, "None: terminated files stay so."},
    {0x6300, "authentication failed", kGp, "Check keys, key version and the cryptogram."},
    {0x6310, "more data: repeat with the next-occurrence bit", kGp,
     "Send the command again with P2 bit 1 set."},
    {0x6400, "execution error; memory unchanged", kIso, "Repeat the command."},
    {0x6500, "execution error; memory changed", kIso, "Read the state before repeating."},
    {0x6581, "memory failure", kIso, "Try again; else the card is defective."},
    {0x6700, "wrong length", kIso, "Check Lc, Le and the length of the data."},
    {0x6881, "logical channel not supported or not open", kIso, "Open the channel with MANAGE CHANNEL."},
    {0x6882, "secure messaging not supported", kIso, "Clear the secure messaging bits of the class byte."},
    {0x6982, "security status not satisfied", kIso, kVerifyPin},
    {0x6983, "PIN or authentication method blocked", kIso, "Unblock it with the PUK."},
    {0x6984, "referenced data reversibly blocked (invalidated)", kIso, kVerifyPin},
    {0x6985,
     "conditions of use not satisfied; in ES10: a REFRESH is pending, another command came while a package "
     "loads, or no "
     "session",
     kEs10, "Finish the pending REFRESH or the package loading, or start a session with GetEUICCChallenge."},
    {0x6986, "command not allowed: no EF selected", kIso, "Select an EF first."},
    {0x6999, "application selection failed", kGp, "Check the AID and that the application is selectable."},
    {0x69E1, "POL1 of a Profile forbids it (M2M)", "SGP.02 section 4.1.1",
     "The Profile Owner must change POL1."},
    {0x6A80, "incorrect data; in ES10: the data field is not valid DER", kEs10,
     "Check the data with `eider decode`."},
    {0x6A81, "function not supported; in ES6: pprUpdateControl was set", kIso,
     "Use a function that the card has."},
    {0x6A82, "file or application not found; in ES10 case 3: no such Profile", kIso,
     "Check the AID, file identifier or ICCID."},
    {0x6A83, "record not found", kIso, "Ask for a record number within the file."},
    {0x6A84, "not enough memory", kIso, "Delete something first."},
    {0x6A86, "incorrect P1 or P2", kIso,
     "For ES10: P1 11 for more blocks, 91 for the last; P2 counts from 00."},
    {0x6A87, "Lc inconsistent with P1 and P2", kIso, "Check the length against P1 and P2."},
    {0x6A88, "referenced data not found; in ES10: unknown command tag, or a package part out of order", kEs10,
     "Check the tag, that the ISD-R is selected, and the order of the segments."},
    {0x6A89, "file exists already", kIso, "Choose another file identifier."},
    {0x6A8A, "name exists already", kIso, "Choose another name or AID."},
    {0x6B00, "wrong P1 or P2: outside the file", kIso, "Keep the offset within the file's size."},
    {0x6D00, "instruction not supported", kIso, "Check INS, and that the right application is selected."},
    {0x6E00, "class not supported", kIso, "ES10 uses class 80 to 83, or C0 to CF for channels from 4."},
    {0x6F00, "technical problem, no diagnosis", kIso, "Reset the card and repeat."},
    {0x9000, "success", kIso, ""},
    {0x9300, "busy with a proactive session (CAT)", kUicc, "Wait until the session has ended, then repeat."},
    {0x9484, "algorithm not supported", kGp, "Use an algorithm that the card has."},
    {0x9485, "invalid key check value", kGp, "Compute the check value anew."},
    {0x9850, "INCREASE cannot be performed: maximum reached", kUicc, ""},
    {0x9862, "authentication error: MAC of the network's challenge is wrong", "3GPP TS 31.102 section 7.1.2",
     "Compare K and OPc of card and network."},
    {0x9863, "security session expired", "3GPP TS 31.102 section 7.1.2", "Authenticate again."},
    {0x9864, "authentication error: security context not supported", "3GPP TS 31.102 section 7.3.1",
     "Choose another context in P2, or make its service available in the Profile's service table."},
    {0x9865, "key freshness failure", "3GPP TS 31.102 section 7.3.1", "Request a newer MBMS key."},
    {0x9866, "authentication error: no memory space available", "3GPP TS 31.102 section 7.3.1", ""},
    {0x9867, "authentication error: no memory space available in EF.MUK", "3GPP TS 31.102 section 7.3.1", ""},
};

std::string decimal(unsigned n) {
  return std::to_string(n);
}

}  // namespace

StatusWordText explain_status_word(std::uint16_t sw) {
  for (const auto& row : kRows)
    if (row.sw == sw) return {std::string(row.meaning), row.section, row.remedy, sw == 0x9000, true};
  const unsigned low = sw & 0xFF;
  switch (sw >> 8) {
    case 0x61:
      return {"success, " + decimal(low ? low : 256) + " octets of response to fetch with GET RESPONSE", kIso,
              "", true, true};
    case 0x6C:
      return {"wrong Le: exactly " + decimal(low ? low : 256) + " octets are available", kIso,
              "Repeat the command with this Le.", false, true};
    case 0x91:
      return {"success, a proactive command of " + decimal(low ? low : 256) + " octets waits for FETCH",
              kUicc, "", true, true};
    case 0x92:
      return {"success after " + decimal(low & 0x0F) + " internal retries of a write", kUicc, "",
              (low & 0xF0) == 0, true};
    case 0x63:
      if ((low & 0xF0) == 0xC0)
        return {"verification failed, " + decimal(low & 0x0F) + " tries left", kIso,
                "Enter the right PIN; it blocks at zero.", false, true};
      return {"warning, memory changed", kIso, "", false, false};
    case 0x62:
      return {"warning, memory unchanged", kIso, "", false, false};
    case 0x64:
      return {"execution error, memory unchanged", kIso, "", false, false};
    case 0x65:
      return {"execution error, memory changed", kIso, "", false, false};
    case 0x68:
      return {"function of the class byte not supported", kIso, "", false, false};
    case 0x69:
      return {"command not allowed", kIso, "", false, false};
    case 0x6A:
      return {"wrong parameters", kIso, "", false, false};
    case 0x6F:
      return {"technical problem", kIso, "Reset the card and repeat.", false, false};
    case 0x98:
      return {"security problem", kUicc, "", false, false};
    default:
      return {"no meaning known", kIso, "", false, false};
  }
}

}  // namespace eider
