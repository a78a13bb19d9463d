// CreateISDP, MasterDelete, what an audit answers, and notifications.
#include "codec/tlv.hpp"
#include "spec/sgp02/es5.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::sgp02::es5 {
namespace {
constexpr Tag kApplicationAid = 0x4F;

tl::unexpected<Fault> incorrect_data() {
  return fail(StatusWord{kIncorrectData});
}
tl::unexpected<Fault> malformed(const char* message, const char* what) {
  return fail(DecodeFault{message, 0, what});
}
std::uint32_t number_of(ByteView octets) {
  std::uint32_t n = 0;
  for (const auto b : octets) n = n << 8 | b;
  return n;
}
// Two octets, or four where two are not enough.
Bytes octets_of(std::uint32_t n) {
  const auto octet = [&](int shift) { return static_cast<std::uint8_t>(n >> shift); };
  if (n <= 0xFFFF) return {octet(8), octet(0)};
  return {octet(24), octet(16), octet(8), octet(0)};
}

constexpr std::uint8_t kPrivileges[] = {0x80, 0xC0,
                                        0x00};  // security domain, trusted path, authorized management
constexpr std::uint8_t kScp03[] = {0xC9, 0x04, 0x81, 0x02, 0x03, 0x70};
constexpr Tag kSystemParameters = 0xEF, kGrantedMemory = 0x83;

// The next of the length-value pairs of an INSTALL.
std::optional<ByteView> field(ByteView& rest) {
  if (rest.empty() || rest[0] > rest.size() - 1) return std::nullopt;
  const auto value = rest.subspan(1, rest[0]);
  rest = rest.subspan(1 + value.size());
  return value;
}
void append_field(Bytes& out, ByteView value) {
  out.push_back(static_cast<std::uint8_t>(value.size()));
  append(out, value);
}
}  // namespace

CommandApdu CreateISDP::encode() const {
  Bytes data;
  append_field(data, sgp22::kIsdPLoadFileAid);
  append_field(data, sgp22::kIsdPModuleAid);
  append_field(data, isdp_aid);
  append_field(data, kPrivileges);
  Bytes parameters = to_bytes(kScp03);
  if (cumulative_granted_memory)
    append_tlv(parameters, kSystemParameters,
               make_tlv(kGrantedMemory, octets_of(*cumulative_granted_memory)));
  append_field(data, parameters);
  data.push_back(0x00);  // no token
  return {0x80, 0xE6, 0x0C, 0x00, std::move(data), 256};
}

Result<CreateISDP> CreateISDP::decode(const CommandView& c) {
  ByteView rest = c.data;
  const auto load_file = field(rest), module = field(rest), instance = field(rest), privileges = field(rest),
             parameters = field(rest), token = field(rest);
  if (!token || !rest.empty() || !token->empty()) return incorrect_data();
  if (!equal(*load_file, sgp22::kIsdPLoadFileAid) || !equal(*module, sgp22::kIsdPModuleAid))
    return fail(StatusWord{kNotFound});
  const auto aid = Aid::from(*instance);
  if (!aid || !equal(*privileges, kPrivileges)) return incorrect_data();
  const auto members = read_tlvs(*parameters);
  if (!members || members->empty() || !equal((*members)[0].whole, kScp03)) return incorrect_data();
  CreateISDP out{*aid, {}};
  for (const auto& m : std::span(*members).subspan(1)) {
    const auto memory = m.tag == kSystemParameters ? find_tlv(m.value, kGrantedMemory) : std::nullopt;
    if (!memory || memory->value.empty() || memory->value.size() > 4) return incorrect_data();
    out.cumulative_granted_memory = number_of(memory->value);
  }
  return out;
}

namespace {
Bytes token_data(const MasterDelete& m) {
  const std::uint8_t identifier[] = {m.token_identifier};
  Bytes control;
  append_tlv(control, 0x42, m.sd_provider_id);
  append_tlv(control, 0x45, m.sd_image_number);
  append_tlv(control, 0x5F20, m.application_provider_id);
  append_tlv(control, 0x93, identifier);
  return concat({make_tlv(kApplicationAid, m.isdp_aid), make_tlv(0xB6, control)});
}
}  // namespace

CommandApdu MasterDelete::encode() const {
  Bytes data = token_data(*this);
  append_tlv(data, 0x9E, token);
  return {0x80, 0xE4, 0x00, 0x40, std::move(data), 256};
}
Bytes MasterDelete::token_input() const {
  const auto data = token_data(*this);
  Bytes out = {0x00, 0x40, static_cast<std::uint8_t>(data.size())};
  append(out, data);
  return out;
}
Result<MasterDelete> MasterDelete::decode(const CommandView& c) {
  const auto members = read_tlvs(c.data);
  if (!members || members->size() != 3 || (*members)[0].tag != kApplicationAid || (*members)[1].tag != 0xB6 ||
      (*members)[2].tag != 0x9E)
    return incorrect_data();
  const auto aid = Aid::from((*members)[0].value);
  const auto token = FixedBytes<16>::from((*members)[2].value);
  const auto control = (*members)[1].value;
  const auto provider = find_tlv(control, 0x42), image = find_tlv(control, 0x45),
             owner = find_tlv(control, 0x5F20), identifier = find_tlv(control, 0x93);
  if (!aid || !token || !provider || !image || !owner || !identifier || identifier->value.size() != 1)
    return incorrect_data();
  MasterDelete m{
      *aid,  to_bytes(provider->value), to_bytes(image->value), to_bytes(owner->value), identifier->value[0],
      *token};
  // The token covers the members in this order and no others.
  if (m.encode().data.size() != c.data.size() || !equal(m.encode().data, c.data)) return incorrect_data();
  return m;
}

CommandApdu encode_get_status(const std::optional<Aid>& isdp_aid) {
  return {0x80, 0xF2, 0x40, 0x02, make_tlv(kApplicationAid, isdp_aid ? isdp_aid->view() : ByteView{}), 256};
}
Bytes ProfileStatus::encode() const {
  const std::uint8_t state[] = {life_cycle},
                     properties[] = {static_cast<std::uint8_t>(fallback | emergency << 1)};
  Bytes v = make_tlv(kApplicationAid, isdp_aid);
  append_tlv(v, 0x9F70, state);
  append_tlv(v, 0x53, properties);
  if (granted_memory) append_tlv(v, 0x8F, octets_of(*granted_memory));
  if (remaining_memory) append_tlv(v, 0x91, octets_of(*remaining_memory));
  return make_tlv(0xE3, v);
}
Result<std::vector<ProfileStatus>> decode_status(ByteView answer) {
  EIDER_TRY(entries, read_tlvs(answer));
  std::vector<ProfileStatus> out;
  for (const auto& e : entries) {
    const auto aid = find_tlv(e.value, kApplicationAid), state = find_tlv(e.value, 0x9F70);
    const auto fixed = aid ? Aid::from(aid->value) : std::nullopt;
    if (e.tag != 0xE3 || !fixed || !state || state->value.empty())
      return malformed("GET STATUS", "an entry is E3 with 4F and 9F70");
    ProfileStatus s{*fixed, state->value[0], false, {}, {}};
    if (const auto p = find_tlv(e.value, 0x53); p && !p->value.empty()) {
      s.fallback = (p->value[0] & 0x01) != 0;
      s.emergency = (p->value[0] & 0x02) != 0;
    }
    if (const auto m = find_tlv(e.value, 0x8F)) s.granted_memory = number_of(m->value);
    if (const auto m = find_tlv(e.value, 0x91)) s.remaining_memory = number_of(m->value);
    out.push_back(std::move(s));
  }
  return out;
}

CommandApdu encode_get_memory() {
  return {0x80, 0xCA, 0xFF, 0x21, {}, 256};
}
Bytes Memory::encode() const {
  const std::uint8_t count[] = {static_cast<std::uint8_t>(applications)};
  return make_tlv(0xFF21, {make_tlv(0x81, count), make_tlv(0x82, octets_of(non_volatile)),
                           make_tlv(0x83, octets_of(volatile_octets))});
}
Result<Memory> Memory::decode(ByteView answer) {
  EIDER_TRY(t, read_single_tlv(answer));
  const auto count = find_tlv(t.value, 0x81), non_volatile = find_tlv(t.value, 0x82),
             rest = find_tlv(t.value, 0x83);
  if (t.tag != 0xFF21 || !non_volatile) return malformed("GET DATA FF21", "the answer is FF21 with 82");
  return Memory{count ? number_of(count->value) : 0, number_of(non_volatile->value),
                rest ? number_of(rest->value) : 0};
}
CommandApdu encode_get_ecasd_data(Tag object) {
  Bytes list;
  for (int shift = 24; shift >= 0; shift -= 8)
    if (object >> shift != 0) list.push_back(static_cast<std::uint8_t>(object >> shift));
  return {0x80, 0xCA, 0xBF, 0x30, make_tlv(0x5C, list), 256};
}

Bytes Notification::encode() const {
  const std::uint8_t kind[] = {static_cast<std::uint8_t>(type)},
                     sequence[] = {static_cast<std::uint8_t>(sequence_number >> 8),
                                   static_cast<std::uint8_t>(sequence_number)};
  Bytes v = make_tlv(0x4C, eid);
  append_tlv(v, 0x4D, kind);
  append_tlv(v, 0x4E, sequence);
  append_tlv(v, 0x2F, isdp_aid);
  if (imei) append_tlv(v, 0x14, *imei);
  if (meid) append_tlv(v, 0x6D, *meid);
  return make_tlv(0xE1, v);
}
Result<Notification> Notification::decode(ByteView tlv) {
  EIDER_TRY(whole, read_single_tlv(tlv, false));
  EIDER_TRY(members, read_tlvs(whole.value, false));
  if (whole.tag != 0xE1) return malformed("notification", "it is E1");
  Notification n;
  bool eid = false, type = false, sequence = false, aid = false;
  for (const auto& m : members) {
    switch (m.tag) {
      case 0x4C:
        if ((eid = m.value.size() == 16)) n.eid = *Eid::from(m.value);
        break;
      case 0x4D:
        if ((type = m.value.size() == 1)) n.type = static_cast<NotificationType>(m.value[0]);
        break;
      case 0x4E:
        if ((sequence = m.value.size() == 2))
          n.sequence_number = static_cast<std::uint16_t>(number_of(m.value));
        break;
      case 0x2F:
      case 0xAF:
      case 0x4F:
        if ((aid = m.value.size() == 16)) n.isdp_aid = *Aid::from(m.value);
        break;
      case 0x14:
      case 0x94:
        n.imei = to_bytes(m.value);
        break;
      case 0x6D:
      case 0xED:
        n.meid = to_bytes(m.value);
        break;
      default:
        break;
    }
  }
  if (!eid || !type || !sequence || !aid)
    return malformed("notification", "EID, type, sequence number or AID is missing");
  return n;
}

}  // namespace eider::sgp02::es5
