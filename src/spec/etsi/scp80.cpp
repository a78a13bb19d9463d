#include "spec/etsi/scp80.hpp"

namespace eider::etsi {
namespace {
using S = ResponseStatus;
constexpr std::string_view kTable = "ETSI TS 102 225 section 5.2, table 5";
constexpr std::string_view kSms = "3GPP TS 31.115 section 7";

constexpr ResponseStatusRow kResponseStatuses[] = {
    {S::kOk, "PoR OK", "The packet was accepted; the data says what came of the commands", kTable, ""},
    {S::kIntegrityFailed, "RC/CC/DS failed", "The checksum is not the one of this packet under this key",
     kTable, "Check the KID key, its version, the algorithm and the length of the checksum."},
    {S::kCounterLow, "CNTR low", "The counter is not above the one that the card took last", kTable,
     "Send again with a higher counter; a repeated message was not carried out twice."},
    {S::kCounterHigh, "CNTR high", "The counter must be one higher, and it is more than that", kTable,
     "Send the counter that follows the last accepted one, or ask for \"higher\" only (SPI b5 b4)."},
    {S::kCounterBlocked, "CNTR blocked", "The card's counter has reached its end", kTable,
     "None over the air: the key set is used up and must be replaced."},
    {S::kCipheringError, "ciphering error", "The ciphered part cannot be deciphered", kTable,
     "Check the KIc key, its version, the algorithm and that the part fills whole blocks."},
    {S::kUnidentifiedSecurityError, "unidentified security error",
     "The header asks for something that this card or key set does not have", kTable,
     "Check SPI, KIc and KID against the key sets of the security domain."},
    {S::kInsufficientMemory, "insufficient memory to process incoming message",
     "The message is larger than the card takes", kTable, "Split the script into several messages."},
    {S::kMoreTimeNeeded, "this status code means more time is needed",
     "The card cannot answer within the time that the terminal gives it", kTable, "Wait for the answer."},
    {S::kTarUnknown, "TAR unknown", "No application of the enabled Profile has this TAR", kTable,
     "Check the TAR, and that the Profile which has it is enabled."},
    {S::kInsufficientSecurityLevel, "insufficient security level",
     "The SPI asks for less than the application or the card demands", kTable,
     "Raise integrity, ciphering or counter mode to the minimum security level of the application."},
    {S::kActualResponseBySubmit, "actual response data to be sent using SMS-SUBMIT",
     "The response does not fit the delivery report", kSms, "Wait for the short message."},
    {S::kActualResponseByUssd, "actual response data to be sent using a USSD message",
     "The response does not fit this answer", kSms, "Wait for the USSD message."},
};
}  // namespace

std::uint8_t Spi::first() const {
  return static_cast<std::uint8_t>(static_cast<unsigned>(integrity) | (ciphered ? 0x04u : 0u) |
                                   static_cast<unsigned>(counter) << 3);
}
std::uint8_t Spi::second() const {
  return static_cast<std::uint8_t>(static_cast<unsigned>(por) | static_cast<unsigned>(por_integrity) << 2 |
                                   (por_ciphered ? 0x10u : 0u) | (por_by_submit ? 0x20u : 0u));
}

std::optional<Spi> Spi::decode(std::uint8_t first, std::uint8_t second) {
  if ((first & 0xE0) != 0 || (second & 0xC0) != 0 || (second & 0x03) == 0x03) return std::nullopt;
  Spi out;
  out.integrity = static_cast<Integrity>(first & 0x03);
  out.ciphered = (first & 0x04) != 0;
  out.counter = static_cast<CounterMode>(first >> 3 & 0x03);
  out.por = static_cast<PorRequest>(second & 0x03);
  out.por_integrity = static_cast<Integrity>(second >> 2 & 0x03);
  out.por_ciphered = (second & 0x10) != 0;
  out.por_by_submit = (second & 0x20) != 0;
  return out;
}

bool reaches_level(const Spi& spi, std::uint8_t level) {
  return static_cast<unsigned>(spi.integrity) >= (level & 0x03u) && (spi.ciphered || (level & 0x04) == 0) &&
         static_cast<unsigned>(spi.counter) >= (level >> 3 & 0x03u);
}

std::span<const ResponseStatusRow> response_statuses() {
  return kResponseStatuses;
}
const ResponseStatusRow* find_response_status(std::uint8_t code) {
  for (const auto& row : kResponseStatuses)
    if (static_cast<std::uint8_t>(row.status) == code) return &row;
  return nullptr;
}

}  // namespace eider::etsi
