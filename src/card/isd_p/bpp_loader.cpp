#include "card/isd_p/bpp_loader.hpp"

namespace eider::card {
namespace {
using sgp22::BppCommandId;
using sgp22::ErrorReason;

// The command that a malformed structure at this place would have belonged to.
BppCommandId command_at(Tag tag) {
  switch (tag) {
    case 0xA0:
      return BppCommandId::kConfigureISDP;
    case 0xA1:
      return BppCommandId::kStoreMetadata;
    case 0xA2:
      return BppCommandId::kReplaceSessionKeys;
    case 0xA3:
      return BppCommandId::kLoadProfileElements;
    default:
      return BppCommandId::kInitialiseSecureChannel;
  }
}
}  // namespace

// Header octets are those of the server, in whatever length form it chose.
std::optional<BppLoader::Header> BppLoader::read_header(ByteView o) {
  std::size_t at = 0;
  const auto take = [&]() -> std::optional<std::uint8_t> {
    return at < o.size() ? std::optional(o[at++]) : std::nullopt;
  };
  const auto first = take();
  if (!first) return std::nullopt;
  Tag tag = *first;
  if ((tag & 0x1F) == 0x1F) {
    const auto second = take();
    if (!second || (*second & 0x80) != 0) return std::nullopt;
    tag = tag << 8 | *second;
  }
  const auto length_octet = take();
  if (!length_octet || *length_octet == 0x80 || *length_octet > 0x83) return std::nullopt;
  std::size_t length = *length_octet;
  if (length > 0x80) {
    std::size_t value = 0;
    for (std::size_t n = length & 0x7F; n > 0; --n) {
      const auto octet = take();
      if (!octet) return std::nullopt;
      value = value << 8 | *octet;
    }
    length = value;
  }
  return Header{tag, length, at};
}

namespace {
bool is_list_header(Tag tag) {
  return tag == 0xBF36 || (tag & 0xF0) == 0xA0;
}
}  // namespace

// Headers of lists and whole TLVs, up to the last octet; BF36 never stands alone.
bool BppLoader::well_formed(ByteView octets) {
  Tag tag = 0;
  do {
    const auto header = read_header(octets);
    if (!header) return false;
    tag = header->tag;
    const auto whole = header->size + (is_list_header(tag) ? 0 : header->length);
    if (octets.size() < whole) return false;
    octets = octets.subspan(whole);
  } while (!octets.empty());
  return tag != 0xBF36;
}

BppLoader::Progress BppLoader::segment(ByteView octets) {
  if (!well_formed(octets)) return Progress::kMalformed;
  do {
    const auto progress = step(octets);
    if (progress != Progress::kMore) return progress;
  } while (!octets.empty());
  return Progress::kMore;
}

BppLoader::Progress BppLoader::step(ByteView& rest) {
  const auto header = read_header(rest);
  const auto expected = [&]() -> bool {
    switch (expect_) {
      case Expect::kBpp:
        return header->tag == 0xBF36;
      case Expect::kSecureChannel:
        return header->tag == 0xBF23;
      case Expect::kA0:
        return header->tag == 0xA0;
      case Expect::k87:
      case Expect::k87Again:
        return header->tag == 0x87;
      case Expect::kA1:
        return header->tag == 0xA1;
      case Expect::k88:
        return header->tag == 0x88;
      case Expect::kA2orA3:
        return header->tag == 0xA2 || header->tag == 0xA3;
      case Expect::kA3:
        return header->tag == 0xA3;
      case Expect::k86:
        return header->tag == 0x86;
      case Expect::kNothing:
        return false;
    }
    return false;
  };
  if (!expected()) return Progress::kOutOfOrder;
  if (header->tag == 0xBF36) {
    package_left_ = header->length;
    expect_ = Expect::kSecureChannel;
    rest = rest.subspan(header->size);
    return Progress::kMore;
  }
  if (is_list_header(header->tag)) return open_list(*header, rest);

  const auto whole = header->size + header->length;
  const auto tlv = rest.first(whole);
  rest = rest.subspan(whole);
  const bool in_list = header->tag != 0xBF23;
  if (whole > package_left_ || (in_list && whole > list_left_))
    return run(InstallFailure{command_at(in_list ? 0xA3 : 0xBF23), ErrorReason::kScp03tStructureError, {}},
               Expect::kNothing);
  if (in_list) list_left_ -= whole;
  package_left_ -= whole;
  return element(tlv);
}

BppLoader::Progress BppLoader::open_list(const Header& header, ByteView& rest) {
  if (header.size + header.length > package_left_ || header.length == 0)
    return run(InstallFailure{command_at(header.tag), ErrorReason::kScp03tStructureError, {}},
               Expect::kNothing);
  rest = rest.subspan(header.size);
  package_left_ -= header.size;
  list_left_ = header.length;
  switch (header.tag) {
    case 0xA0:
      expect_ = Expect::k87;
      break;
    case 0xA1:
      expect_ = Expect::k88;
      break;
    case 0xA2:
      expect_ = Expect::k87Again;
      break;
    default:
      expect_ = Expect::k86;
      break;
  }
  return Progress::kMore;
}

BppLoader::Progress BppLoader::run(InstallStep outcome, Expect next) {
  if (outcome) {
    failure_ = std::move(outcome);
    expect_ = Expect::kNothing;
    return Progress::kFailed;
  }
  expect_ = next;
  return Progress::kMore;
}

BppLoader::Progress BppLoader::element(ByteView tlv) {
  auto& i = installation_;
  const auto one_only = [&](BppCommandId command) -> InstallStep {
    if (list_left_ == 0) return {};
    return InstallFailure{command, ErrorReason::kScp03tStructureError, {}};
  };
  switch (expect_) {
    case Expect::kSecureChannel:
      i.command = BppCommandId::kInitialiseSecureChannel;
      return run(initialise_secure_channel(i, tlv), Expect::kA0);
    case Expect::k87: {
      i.command = BppCommandId::kConfigureISDP;
      auto outcome = configure_isdp(i, tlv);
      return run(outcome ? std::move(outcome) : one_only(BppCommandId::kConfigureISDP), Expect::kA1);
    }
    case Expect::k88: {
      const bool last = list_left_ == 0;
      i.command = second_ ? BppCommandId::kStoreMetadata2 : BppCommandId::kStoreMetadata;
      auto outcome = store_metadata(i, tlv, second_, last);
      if (!outcome && second_) outcome = one_only(BppCommandId::kStoreMetadata2);
      second_ = true;
      return run(std::move(outcome), last ? Expect::kA2orA3 : Expect::k88);
    }
    case Expect::k87Again: {
      i.command = BppCommandId::kReplaceSessionKeys;
      auto outcome = replace_session_keys(i, tlv);
      return run(outcome ? std::move(outcome) : one_only(BppCommandId::kReplaceSessionKeys), Expect::kA3);
    }
    default:
      break;
  }
  i.command = BppCommandId::kLoadProfileElements;
  auto outcome = load_profile_elements(i, tlv);
  if (outcome || list_left_ != 0) return run(std::move(outcome), Expect::k86);
  if (package_left_ != 0)
    return run(InstallFailure{BppCommandId::kLoadProfileElements, ErrorReason::kScp03tStructureError, {}},
               Expect::kNothing);
  const auto progress = run(complete_profile_elements(i), Expect::kNothing);
  return progress == Progress::kFailed ? progress : Progress::kComplete;
}

}  // namespace eider::card
