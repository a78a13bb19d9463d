// Says what some octets or some text are, without being told: the work of `eider decode`.
#pragma once
#include "base/result.hpp"
#include "codec/printer.hpp"

namespace eider::inspect {

struct Fact {
  std::string label;
  std::string value;
};
struct Finding {
  std::string kind;  // "ES10c EnableProfileRequest", "certificate", "STORE DATA command"
  std::vector<Fact> facts;
  std::vector<der::Node> trees;
  std::vector<Finding> parts;
  std::string error;  // what does not fit; `error_offset` counts from the start of this finding's octets
  std::size_t error_offset = 0;

  void add(std::string label, std::string value) { facts.push_back({std::move(label), std::move(value)}); }
};

// `as` forces a reading: a name of the registry, or apdu, response, certificate, crl, package, tlv,
// terminal-response, terminal-profile.
// LocalFault for another word. Otherwise the octets decide.
Result<Finding> octets(ByteView in, std::string_view as = {});
// Hexadecimal, base64, PEM, JSON, SOAP, an APDU log (a line each), an ICCID, an EID, a status word.
// LocalFault when it is none of them.
Result<Finding> text(std::string_view in, std::string_view as = {});
// The content of a file: text when every octet is printable, else octets.
Result<Finding> file(ByteView in, std::string_view as = {});
// Hexadecimal (also with 0x, colons and spaces) or base64; nothing when it is neither.
std::optional<Bytes> octets_from_text(std::string_view in);
// The words besides the registry's names that `as` takes.
std::span<const std::string_view> kinds();

const Finding* first_error(const Finding& finding);
std::string to_text(const Finding& finding, bool full = false);
std::string to_json(const Finding& finding);

// ---- The readers behind it ----
Finding message(ByteView tlv);                            // one TLV of the registry, else untyped
Finding message_as(std::string_view name, ByteView tlv);  // `name` is in the registry
Finding package(ByteView elements);                       // concatenated ProfileElements
Finding tlv(ByteView in);                                 // untyped
std::optional<Finding> certificate(ByteView der_or_pem);  // nothing when it is none
std::optional<Finding> revocation_list(ByteView der_or_pem);
std::optional<Finding> command(ByteView apdu);
std::optional<Finding> response(ByteView apdu);
struct Instruction {
  std::uint8_t ins;
  std::string_view name;
};
std::span<const Instruction> instructions();  // that traces name; those of the card are among them
Finding status_word(std::uint16_t sw);
std::optional<Finding> toolkit_message(ByteView tlv);     // a proactive command or an envelope
std::optional<Finding> terminal_response(ByteView data);  // of the command
Finding terminal_profile(ByteView data);
std::optional<Finding> apdu_log(std::string_view lines);  // nothing unless every line is an APDU
std::optional<Finding> json(std::string_view text);       // nothing unless it is a JSON object
std::optional<Finding> soap(std::string_view text);       // nothing unless it is a SOAP envelope
std::optional<Finding> iccid(std::string_view digits);
std::optional<Finding> eid(std::string_view digits);

}  // namespace eider::inspect
