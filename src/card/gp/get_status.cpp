#include "card/gp/get_status.hpp"

#include <algorithm>

namespace eider::card::gp {
namespace {
constexpr std::size_t kResponseOctets = 256;  // an entry is never cut
constexpr std::size_t kMaxAid = 16;
constexpr std::uint8_t kNextOccurrence = 0x01, kTlvFormat = 0x02;  // P2, table 11-34

constexpr std::uint8_t kDomains =
    static_cast<std::uint8_t>(Kind::kIssuerDomain) | static_cast<std::uint8_t>(Kind::kApplication);
constexpr std::uint8_t kLoadFiles = static_cast<std::uint8_t>(Kind::kLoadFile);
constexpr std::uint8_t kAll = kDomains | kLoadFiles;

constexpr Scope kScopes[] = {
    {0x80, Kind::kIssuerDomain, false},
    {0x40, Kind::kApplication, false},
    {0x20, Kind::kLoadFile, false},
    {0x10, Kind::kLoadFile, true},
};

constexpr Object kObjects[] = {
    {0x4F, "AID", kAll, [](Bytes& out, const Content& c) { append_tlv(out, 0x4F, c.aid); }},
    {0x9F70, "Life Cycle State", kAll,
     [](Bytes& out, const Content& c) { append_tlv(out, 0x9F70, ByteView(&c.life_cycle, 1)); }},
    {0xC5, "Privileges", kDomains, [](Bytes& out, const Content& c) { append_tlv(out, 0xC5, c.privileges); }},
    {0xC4, "Application's Executable Load File AID", kDomains,
     [](Bytes& out, const Content& c) {
       if (!c.load_file.empty()) append_tlv(out, 0xC4, c.load_file);
     }},
    {0x84, "Executable Module AIDs", kLoadFiles,
     [](Bytes& out, const Content& c) {
       for (const auto& module : c.modules) append_tlv(out, 0x84, module);
     },
     true},
    {0xCC, "Associated Security Domain's AID", kAll,
     [](Bytes& out, const Content& c) { append_tlv(out, 0xCC, c.domain); }},
};

// The data field: 4F, whole or the beginning of an AID, then a tag list.
struct Criteria {
  ByteView aid;
  std::optional<std::vector<Tag>> tags;
};
// Nothing: it holds something else, which must not be passed over as if all were asked for.
std::optional<Criteria> parse_criteria(ByteView data, bool tlv_format) {
  const auto members = read_tlvs(data);
  if (!members || members->empty() || members->size() > 2) return std::nullopt;
  const auto& aid = members->front();
  if (aid.tag != 0x4F || aid.value.size() > kMaxAid) return std::nullopt;
  Criteria out{aid.value, {}};
  if (members->size() == 2) {
    const auto& list = members->back();
    if (list.tag != 0x5C || !tlv_format) return std::nullopt;
    out.tags = parse_tag_list(list.value);
    if (!out.tags) return std::nullopt;
  }
  return out;
}

bool has(const Object& object, Kind kind) {
  return (object.kinds & static_cast<std::uint8_t>(kind)) != 0;
}

// Objects come in the order of table 11-36, each once, whatever the order of the tag list.
Bytes entry_tlv(const Content& content, const Scope& scope, const Criteria& criteria) {
  Bytes members;
  for (const auto& object : kObjects) {
    const bool wanted = criteria.tags ? std::ranges::find(*criteria.tags, object.tag) != criteria.tags->end()
                                      : !object.module_scope || scope.modules;
    if (wanted && has(object, content.kind)) object.write(members, content);
  }
  return make_tlv(0xE3, members);
}

void append_counted(Bytes& out, ByteView aid) {
  out.push_back(static_cast<std::uint8_t>(aid.size()));
  append(out, aid);
}
// The form of before GPCS 2.2, which has room for one octet of privileges.
Bytes entry_plain(const Content& content, const Scope& scope) {
  Bytes out;
  append_counted(out, content.aid);
  out.push_back(content.life_cycle);
  out.push_back(content.privileges[0]);
  if (scope.modules) {
    out.push_back(static_cast<std::uint8_t>(content.modules.size()));
    for (const auto& module : content.modules) append_counted(out, module);
  }
  return out;
}

bool begins_with(ByteView aid, ByteView prefix) {
  return prefix.size() <= aid.size() && equal(prefix, aid.first(prefix.size()));
}

Answer give(Listing& listing) {
  Bytes out;
  auto& given = listing.given;
  const auto& entries = listing.entries;
  do {
    append(out, entries[given++]);
  } while (given < entries.size() && out.size() + entries[given].size() <= kResponseOctets);
  if (given < entries.size()) return Answer(std::move(out), kMoreData);
  listing = {};
  return Answer(std::move(out));
}
}  // namespace

std::span<const Scope> scopes() {
  return kScopes;
}
std::span<const Object> objects() {
  return kObjects;
}

Answer get_status(const std::vector<Content>& content, Listing& listing, const CommandView& c) {
  const auto before = std::exchange(listing, {});
  const auto* scope = std::ranges::find(kScopes, c.p1, &Scope::p1);
  if (scope == std::end(kScopes) || (c.p2 & ~(kNextOccurrence | kTlvFormat)) != 0) return 0x6A86;
  const bool tlv = (c.p2 & kTlvFormat) != 0;
  const auto criteria = parse_criteria(c.data, tlv);
  if (!criteria) return 0x6A80;
  Listing now{c.p1, tlv, to_bytes(c.data), {}, 0};
  // Of the issuer's security domain there is one, and no search.
  for (const auto& item : content)
    if (item.kind == scope->kind &&
        (item.kind == Kind::kIssuerDomain || begins_with(item.aid, criteria->aid)))
      now.entries.push_back(tlv ? entry_tlv(item, *scope, *criteria) : entry_plain(item, *scope));
  if ((c.p2 & kNextOccurrence) != 0) {
    // The rest of a list is worth something only while it is the same list.
    const bool same = before.p1 == now.p1 && before.tlv == now.tlv && before.criteria == now.criteria &&
                      before.entries == now.entries && !before.entries.empty();
    if (!same) return 0x6985;
    now.given = before.given;
  }
  if (now.entries.empty()) return 0x6A88;
  listing = std::move(now);
  return give(listing);
}

}  // namespace eider::card::gp
