#include "channel/scenario3.hpp"

#include "codec/tlv.hpp"
#include "crypto/kdf.hpp"

namespace eider::channel::scenario3 {
namespace {
using Check = VerificationFault::Check;
constexpr Tag kTemplate = 0xA6, kScenario = 0x90, kUsage = 0x95, kAccess = 0x96, kType = 0x80, kLength = 0x81,
              kIdentifier = 0x82, kVersion = 0x83, kCounter = 0x91, kSdin = 0x45, kHost = 0x84,
              kPublicKey = 0x7F49, kSignature = 0x5F37, kChallenge = 0x85, kReceipt = 0x86;
constexpr std::uint8_t kScenario3 = 0x03;

tl::unexpected<Fault> format(std::string what) {
  return fail_verification(Check::kFormat, std::move(what));
}
void append_octet(Bytes& out, Tag tag, std::uint8_t value) {
  append_tlv(out, tag, ByteView(&value, 1));
}
void append_counted(Bytes& out, ByteView value) {
  out.push_back(static_cast<std::uint8_t>(value.size()));
  append(out, value);
}

// 91 of the lengths that the counters of SCP80 and SCP03 have.
bool is_counter(std::size_t size) {
  return size == 0 || size == 2 || size == 3 || size == 5 || size == 8;
}
Status check(const ControlReferenceTemplate& c) {
  if ((c.parameters & ~0x0F) != 0) return format("scenario #3 has four parameter bits");
  if (c.key_usage != kThreeKeys && c.key_usage != kOneKey) return format("key usage is neither 10 nor 5C");
  if (c.key_type != kAes && c.key_type != kPskTls) return format("key type is neither AES (88) nor PSK (85)");
  if (c.key_length != 16 && c.key_length != 24 && c.key_length != 32)
    return format("keys have 16, 24 or 32 octets");
  if (c.key_version == 0 || c.key_version > 0x7F || c.first_key_identifier == 0)
    return format("key version 01 to 7F, key identifier from 01");
  if (!is_counter(c.sequence_counter.size())) return format("the initial counter has 0, 2, 3, 5 or 8 octets");
  if ((c.parameters & kHostId) == 0 && (!c.host_id.empty() || !c.sdin.empty()))
    return format("HostID and SDIN without their parameter bit");
  if (c.host_id.size() > 16 || c.sdin.size() > 16) return format("HostID and SDIN have at most 16 octets");
  return {};
}
}  // namespace

Bytes ControlReferenceTemplate::encode() const {
  Bytes v;
  const std::uint8_t scenario[] = {kScenario3, parameters};
  append_tlv(v, kScenario, scenario);
  append_octet(v, kUsage, key_usage);
  if (key_access) append_octet(v, kAccess, *key_access);
  append_octet(v, kType, key_type);
  append_octet(v, kLength, key_length);
  append_octet(v, kIdentifier, first_key_identifier);
  append_octet(v, kVersion, key_version);
  append_tlv(v, kCounter, sequence_counter);
  if ((parameters & kHostId) != 0) {
    append_tlv(v, kSdin, sdin);
    append_tlv(v, kHost, host_id);
  }
  return make_tlv(kTemplate, v);
}

Result<ControlReferenceTemplate> ControlReferenceTemplate::decode(ByteView tlv) {
  EIDER_TRY(whole, read_single_tlv(tlv));
  if (whole.tag != kTemplate) return format("the control reference template is A6");
  EIDER_TRY(members, read_tlvs(whole.value));
  ControlReferenceTemplate c;
  std::vector<Tag> seen;
  const auto octet = [](const Tlv& t, std::uint8_t& to) {
    if (t.value.size() == 1) to = t.value[0];
    return t.value.size() == 1;
  };
  for (const auto& m : members) {
    if (std::ranges::find(seen, m.tag) != seen.end()) return format(tag_text(m.tag) + " twice in A6");
    seen.push_back(m.tag);
    bool right = true;
    switch (m.tag) {
      case kScenario:
        right = m.value.size() == 2 && m.value[0] == kScenario3;
        if (right) c.parameters = m.value[1];
        break;
      case kUsage:
        right = octet(m, c.key_usage);
        break;
      case kAccess:
        right = octet(m, c.key_access.emplace());
        break;
      case kType:
        right = octet(m, c.key_type);
        break;
      case kLength:
        right = octet(m, c.key_length);
        break;
      case kIdentifier:
        right = octet(m, c.first_key_identifier);
        break;
      case kVersion:
        right = octet(m, c.key_version);
        break;
      case kCounter:
        c.sequence_counter = to_bytes(m.value);
        break;
      case kSdin:
        c.sdin = to_bytes(m.value);
        break;
      case kHost:
        c.host_id = to_bytes(m.value);
        break;
      default:
        right = false;
    }
    if (!right) return format(tag_text(m.tag) + " has no place or no such value in A6");
  }
  for (const Tag needed : {kScenario, kUsage, kType, kLength, kIdentifier, kVersion})
    if (std::ranges::find(seen, needed) == seen.end()) return format(tag_text(needed) + " is missing in A6");
  EIDER_CHECK(check(c));
  return c;
}

KeySet derive(ByteView shared_secret, const ControlReferenceTemplate& crt, ByteView random,
              const DomainNames& names) {
  Bytes info = {crt.key_usage, crt.key_type, crt.key_length};
  append(info, random);
  if ((crt.parameters & kHostId) != 0) {
    append_counted(info, crt.host_id);
    append_counted(info, names.sin);
    append_counted(info, names.sdin);
  }
  const std::size_t size = crt.key_length;
  const Secret data = crypto::x963_kdf_sha256(shared_secret, info, size * (1 + crt.keys()));
  KeySet set{Secret(data.view().first(size)), {}};
  for (std::size_t i = 1; i <= crt.keys(); ++i) set.keys.emplace_back(data.view().subspan(i * size, size));
  return set;
}

Result<crypto::AesBlock> receipt(const KeySet& set, ByteView crt_tlv, ByteView random) {
  const auto dr = random.empty() ? Bytes{} : make_tlv(kChallenge, random);
  return crypto::aes_cmac(set.receipt_key.view(), {crt_tlv, dr});
}

Bytes signature_input(ByteView crt_tlv, ByteView public_key_tlv, ByteView challenge) {
  Bytes out = {0x3A, 0x02};
  append_counted(out, crt_tlv);
  append(out, public_key_tlv);
  out.push_back(0x00);  // the tag of RC has two octets here: 0085
  append(out, make_tlv(kChallenge, challenge));
  return out;
}

Initiator::Initiator(ControlReferenceTemplate crt, const crypto::PublicKey& ecasd, Random& random,
                     crypto::GpKeyForm form)
    : crt_(std::move(crt)),
      ecasd_(ecasd),
      own_(crypto::PrivateKey::generate(ecasd.curve(), random)),
      form_(form) {}

Result<Bytes> Initiator::command_data(const crypto::SigningKey& key, ByteView challenge) const {
  EIDER_CHECK(check(crt_));
  const Bytes crt = crt_.encode(), point = crypto::encode_gp_public_key(own_.public_key(), form_);
  EIDER_TRY(signature, key.sign({signature_input(crt, point, challenge)}));
  Bytes out = {0x3A, 0x02};
  append_counted(out, crt);
  append(out, point);
  append_tlv(out, kSignature, signature);
  return out;
}

Result<KeySet> Initiator::finish(ByteView answer, const DomainNames& names) const {
  EIDER_TRY(members, read_tlvs(answer));
  ByteView random, got;
  for (const auto& m : members) {
    if (m.tag == kChallenge) random = m.value;
    if (m.tag == kReceipt) got = m.value;
  }
  const bool wanted = (crt_.parameters & kDerivationRandom) != 0;
  if (got.size() != 16 || wanted != !random.empty())
    return format("the answer to key establishment is [85 DR] 86 receipt");
  EIDER_TRY(shared, own_.agree(ecasd_));
  auto set = derive(shared.view(), crt_, random, names);
  EIDER_TRY(expected, receipt(set, crt_.encode(), random));
  if (!equal_constant_time(expected, got))
    return fail_verification(Check::kMac, "the receipt of the key establishment does not fit");
  return set;
}

Result<CommandData> CommandData::decode(ByteView data, crypto::Curve otherwise) {
  if (data.size() < 3 || data[0] != 0x3A || data[1] != 0x02)
    return format("key establishment begins with DGI 3A02");
  const std::size_t size = data[2];
  if (size > 0x7F || size > data.size() - 3) return format("the length of DGI 3A02 does not fit");
  const auto crt_tlv = data.subspan(3, size);
  EIDER_TRY(crt, ControlReferenceTemplate::decode(crt_tlv));
  EIDER_TRY(members, read_tlvs(data.subspan(3 + size)));
  if (members.size() != 2 || members[0].tag != kPublicKey || members[1].tag != kSignature)
    return format("after DGI 3A02 come 7F49 and 5F37");
  EIDER_TRY(key, crypto::decode_gp_public_key(members[0].value, otherwise));
  return CommandData{crt_tlv, members[0].whole, std::move(crt), std::move(key), members[1].value};
}

Bytes encode_answer(ByteView random, const crypto::AesBlock& receipt) {
  Bytes out;
  if (!random.empty()) append_tlv(out, kChallenge, random);
  append_tlv(out, kReceipt, receipt);
  return out;
}

}  // namespace eider::channel::scenario3
