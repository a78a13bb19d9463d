#include "channel/sms.hpp"

#include "spec/etsi/scp80.hpp"

namespace eider::channel {
namespace {
using etsi::InformationElement;

struct Concatenation {
  std::uint8_t identifier = 0;
  std::uint16_t reference = 0;
  std::uint8_t count = 0, number = 0;
};

// Section 9.2.3.24.1: an element with impossible numbers is ignored; of several the last one counts.
std::optional<Concatenation> concatenation(const std::vector<InformationElement>& elements) {
  std::optional<Concatenation> out;
  for (const auto& e : elements) {
    Concatenation c{e.identifier};
    const auto& d = e.data;
    if (e.identifier == etsi::kIeiConcatenation8 && d.size() == 3) {
      c.reference = d[0];
    } else if (e.identifier == etsi::kIeiConcatenation16 && d.size() == 4) {
      c.reference = static_cast<std::uint16_t>(d[0] << 8 | d[1]);
    } else {
      continue;
    }
    c.count = d[d.size() - 2];
    c.number = d.back();
    if (c.number != 0 && c.number <= c.count) out = c;
  }
  return out;
}
}  // namespace

Result<std::vector<Bytes>> segment_packet(ByteView packet, std::uint8_t identifier, std::uint8_t reference,
                                          std::size_t max_user_data) {
  constexpr std::size_t kSingle = 3, kFirst = 8, kNext = 6;  // headers with their length octet
  if (max_user_data < kFirst + 1 || max_user_data > etsi::kMaxUserData)
    return fail_local("a short message has 9 to 140 octets of user data");
  if (packet.size() <= max_user_data - kSingle)
    return std::vector<Bytes>{etsi::UserData{{{identifier, {}}}, to_bytes(packet)}.encode()};
  const std::size_t first = max_user_data - kFirst, next = max_user_data - kNext;
  const std::size_t count = 1 + (packet.size() - first + next - 1) / next;
  if (count > 255) return fail_local("the packet does not fit 255 short messages");
  std::vector<Bytes> out;
  while (!packet.empty()) {
    etsi::UserData part;
    if (out.empty()) part.elements.push_back({identifier, {}});
    part.elements.push_back(
        {etsi::kIeiConcatenation8,
         {reference, static_cast<std::uint8_t>(count), static_cast<std::uint8_t>(out.size() + 1)}});
    const auto n = std::min(packet.size(), out.empty() ? first : next);
    part.payload = to_bytes(packet.first(n));
    packet = packet.subspan(n);
    out.push_back(part.encode());
  }
  return out;
}

SmsReassembler::Collection& SmsReassembler::collection(const Collection& like) {
  for (auto& c : collections_)
    if (c.originator == like.originator && c.identifier == like.identifier && c.reference == like.reference &&
        c.parts.size() == like.parts.size())
      return c;
  if (collections_.size() == kMessages) collections_.pop_front();
  return collections_.emplace_back(like);
}

Result<std::optional<SmsReassembler::Whole>> SmsReassembler::add(const etsi::SmsAddress& originator,
                                                                 ByteView user_data) {
  EIDER_TRY(data, etsi::UserData::decode(user_data));
  const auto concat = concatenation(data.elements);
  std::erase_if(data.elements, [](const auto& e) {
    return e.identifier == etsi::kIeiConcatenation8 || e.identifier == etsi::kIeiConcatenation16;
  });
  if (!concat) return std::optional(Whole{std::move(data.elements), std::move(data.payload)});
  Collection like;
  like.originator = originator;
  like.identifier = concat->identifier;
  like.reference = concat->reference;
  like.parts.resize(concat->count);
  auto& c = collection(like);
  const auto drop = [&] { std::erase_if(collections_, [&](const auto& o) { return &o == &c; }); };
  auto& part = c.parts[concat->number - 1u];
  if (part.here && part.payload != data.payload) {
    drop();
    return fail(DecodeFault{"TP-User-Data", 0, "two different parts have the same number"});
  }
  if (!part.here) {
    c.octets += data.payload.size();
    if (concat->number == 1) c.elements = std::move(data.elements);
    part = {true, std::move(data.payload)};
  }
  if (c.octets > kMaxOctets) {
    drop();
    return fail(DecodeFault{"TP-User-Data", 0, "the message is longer than is taken"});
  }
  if (!std::ranges::all_of(c.parts, &Part::here)) return std::optional<Whole>{};
  Whole out{std::move(c.elements), {}};
  for (const auto& p : c.parts) append(out.payload, p.payload);
  drop();
  return std::optional(std::move(out));
}

}  // namespace eider::channel
