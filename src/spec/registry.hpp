// Every message that Eider declares, by name and by tag: what lets a tool go from octets to their
// declaration.
#pragma once
#include "codec/json_binding.hpp"
#include "codec/printer.hpp"

namespace eider::registry {

// A DER type. Request and response of an ES10 function share a tag, so a tag may have several.
struct Entry {
  std::string_view name;       // "EnableProfileRequest", "ES9+.CancelSessionRequest": unique
  std::string_view interface;  // "ES10c"
  const der::Type* type;
  Status (*check)(ByteView der, const der::Rules&);            // decodes into the struct, and forgets it
  Result<Bytes> (*reencode)(ByteView der, const der::Rules&);  // decodes and writes again
};
std::span<const Entry> entries();
const Entry* find(std::string_view name);  // without regard to case
std::vector<const Entry*> by_tag(Tag tag);

// A JSON message.
struct JsonEntry {
  std::string_view name;
  std::string_view interface;
  std::string_view path;  // of the function; empty for objects inside messages
  const json::Object* object;
  Result<std::string> (*reencode)(std::string_view text);
};
std::span<const JsonEntry> json_entries();
const JsonEntry* find_json(std::string_view name);

// How the octets fit a type: not at all, or only leniently.
struct Match {
  const Entry* entry = nullptr;
  der::Node tree;
  std::optional<Fault> strict;    // why strict DER rules refuse it
  std::optional<Fault> tolerant;  // why even the lenient rules refuse it
};
Match match(const Entry& entry, ByteView der);
// The candidate by tag that fits: strictly; else leniently with the fewest unknown members; else the one
// whose first error comes last. Nothing when no type has the tag or `der` is not one TLV.
std::optional<Match> best_match(ByteView der);

// What the messages' members mean: ICCID, EID, versions, AIDs, certificates, nested messages.
const der::PrintHooks& hooks();
// "ISD-R", "ADF.USIM"; empty for an AID without a name.
std::string_view aid_name(ByteView aid);
// "template df-5gs v2", "id-rspRole-dp-auth"; empty for an OID without a name.
std::string_view oid_name(const der::Oid& oid);

}  // namespace eider::registry
