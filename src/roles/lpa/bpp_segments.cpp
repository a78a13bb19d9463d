#include "roles/lpa/bpp_segments.hpp"

namespace eider::lpa {
namespace {
constexpr std::size_t kMacSize = 8;

tl::unexpected<Fault> bad(ByteView package, const std::uint8_t* at, std::string what) {
  return fail(
      DecodeFault{"BoundProfilePackage", static_cast<std::size_t>(at - package.data()), std::move(what)});
}

ByteView span_of(const std::uint8_t* from, ByteView last) {
  return {from, static_cast<std::size_t>(last.data() + last.size() - from)};
}
}  // namespace

Result<BppSegments> segment_bound_profile_package(ByteView package) {
  EIDER_TRY(bpp, read_single_tlv(package, false));
  if (bpp.tag != 0xBF36) return bad(package, package.data(), "tag " + tag_text(bpp.tag) + " instead of BF36");
  EIDER_TRY(parts, read_tlvs(bpp.value, false));
  BppSegments out;
  std::size_t next = 0;
  const auto take = [&](Tag tag) -> const Tlv* {
    return next < parts.size() && parts[next].tag == tag ? &parts[next++] : nullptr;
  };
  const auto end = [&] {
    return next < parts.size() ? parts[next].whole.data() : package.data() + package.size();
  };

  const Tlv* secure_channel = take(0xBF23);
  if (!secure_channel) return bad(package, bpp.value.data(), "InitialiseSecureChannel (BF23) missing");
  out.segments.push_back(span_of(package.data(), secure_channel->whole));

  // A sequence whose header travels with the first record (A0, A2), or alone (A1, A3).
  const auto add = [&](const Tlv& sequence, Tag record, bool header_alone) -> Result<std::vector<Tlv>> {
    EIDER_TRY(records, read_tlvs(sequence.value, false));
    if (records.empty())
      return bad(package, sequence.whole.data(), "sequence " + tag_text(sequence.tag) + " is empty");
    if (header_alone) out.segments.push_back(sequence.whole.first(sequence.header_size()));
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (records[i].tag != record)
        return bad(package, records[i].whole.data(),
                   "tag " + tag_text(records[i].tag) + " in sequence " + tag_text(sequence.tag));
      out.segments.push_back(i == 0 && !header_alone ? span_of(sequence.whole.data(), records[i].whole)
                                                     : records[i].whole);
    }
    return records;
  };
  const Tlv* configure = take(0xA0);
  if (!configure) return bad(package, end(), "firstSequenceOf87 (A0) missing");
  EIDER_CHECK(add(*configure, 0x87, false));
  const Tlv* metadata = take(0xA1);
  if (!metadata) return bad(package, end(), "sequenceOf88 (A1) missing");
  EIDER_TRY(records, add(*metadata, 0x88, true));
  for (const auto& record : records) {
    if (record.value.size() < kMacSize)
      return bad(package, record.whole.data(), "'88' record shorter than its MAC");
    append(out.metadata, record.value.first(record.value.size() - kMacSize));
  }
  if (const Tlv* keys = take(0xA2)) EIDER_CHECK(add(*keys, 0x87, false));
  const Tlv* profile = take(0xA3);
  if (!profile) return bad(package, end(), "sequenceOf86 (A3) missing");
  EIDER_CHECK(add(*profile, 0x86, true));
  if (next != parts.size())
    return bad(package, parts[next].whole.data(),
               "tag " + tag_text(parts[next].tag) + " after the last sequence");
  return out;
}

}  // namespace eider::lpa
