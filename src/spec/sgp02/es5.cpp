// The table of functions, and what carries one AID or no more than a few octets.
#include "spec/sgp02/es5.hpp"

#include "codec/tlv.hpp"
#include "spec/sgp02/store_data.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::sgp02::es5 {
namespace {
using Id = FunctionId;
constexpr std::uint8_t kInstall = 0xE6, kStoreData = 0xE2, kDelete = 0xE4, kGetStatusIns = 0xF2,
                       kGetData = 0xCA;
constexpr std::uint8_t kRelatedObjects = 0x40;
constexpr Tag kAid = 0x4F, kToken = 0x9E, kKeyRange = 0xF2;

constexpr Function kFunctions[] = {
    {Id::kCreateISDP, "CreateISDP", "4.1.1.1", kInstall, 0x0C, 0xFF, 0x00, 0xFF, 0},
    {Id::kEnableProfile, "EnableProfile", "4.1.1.2", kStoreData, 0x08, 0x18, 0x00, 0x00, 0x3A03},
    {Id::kDisableProfile, "DisableProfile", "4.1.1.3", kStoreData, 0x08, 0x18, 0x00, 0x00, 0x3A04},
    {Id::kDeleteProfile, "DeleteProfile", "4.1.1.4", kDelete, 0x00, 0xFF, kRelatedObjects, 0xFF, 0},
    {Id::kMasterDelete, "MasterDelete", "4.1.1.6", kDelete, 0x00, 0xFF, kRelatedObjects, 0xFF, 0},
    {Id::kSetFallbackAttribute, "SetFallbackAttribute", "4.1.1.7", kStoreData, 0x08, 0x18, 0x00, 0x00,
     0x3A05},
    {Id::kSetEmergencyProfileAttribute, "SetEmergencyProfileAttribute", "4.1.1.13", kStoreData, 0x08, 0x18,
     0x00, 0x00, 0x3A09},
    {Id::kEstablishISDRKeySet, "EstablishISDRKeySet", "4.1.1.8", kStoreData, 0x08, 0x18, 0x00, 0x00, 0x3A01},
    {Id::kEstablishISDRKeySet, "EstablishISDRKeySet", "4.1.1.8", kStoreData, 0x08, 0x18, 0x00, 0x00, 0x3A02},
    {Id::kFinaliseISDRhandover, "FinaliseISDRhandover", "4.1.1.9", kDelete, 0x00, 0xFF, 0x00, 0xFF, 0},
    {Id::kUpdateSMSRAddressingParameters, "UpdateSMSRAddressingParameters", "4.1.1.10", kStoreData, 0x08,
     0x18, 0x00, 0x00, 0x3A07},
    {Id::kHandleNotificationConfirmation, "HandleNotificationConfirmation", "4.1.1.12", kStoreData, 0x08,
     0x18, 0x00, 0x00, 0x3A08},
    {Id::kGetStatus, "eUICCCapabilityAudit", "4.1.1.5", kGetStatusIns, 0x40, 0xFF, 0x02, 0xFE, 0},
    {Id::kGetMemory, "eUICCCapabilityAudit", "4.1.1.5", kGetData, 0xFF, 0xFF, 0x21, 0xFF, 0},
    {Id::kGetEcasdData, "eUICCCapabilityAudit", "4.1.1.5", kGetData, 0xBF, 0xFF, 0x30, 0xFF, 0},
    {Id::kInstallForPersonalization, "INSTALL [for personalization]", "4.1.3.1", kInstall, 0x20, 0xFF, 0x00,
     0xFF, 0},
};

tl::unexpected<Fault> incorrect() {
  return fail(StatusWord{kIncorrectData});
}
Result<Aid> aid_of(ByteView value) {
  const auto aid = Aid::from(value);
  if (!aid) return incorrect();
  return *aid;
}
// The one TLV that the data are.
Result<ByteView> only(ByteView data, Tag tag) {
  const auto t = read_single_tlv(data);
  if (!t || t->tag != tag) return incorrect();
  return t->value;
}
std::uint32_t number(ByteView octets) {
  std::uint32_t n = 0;
  for (const auto b : octets) n = n << 8 | b;
  return n;
}
}  // namespace

std::span<const Function> functions() {
  return kFunctions;
}
const Function* find_function(const CommandView& c) {
  for (const auto& f : kFunctions) {
    if (f.ins != c.ins || (c.p1 & f.p1_mask) != f.p1 || (c.p2 & f.p2_mask) != f.p2) continue;
    if (f.dgi != 0 && dgi_of(c.data) != f.dgi) continue;
    const bool token = find_tlv(c.data, kToken).has_value();
    if ((f.id == Id::kMasterDelete && !token) || (f.id == Id::kDeleteProfile && token)) continue;
    return &f;
  }
  return nullptr;
}
std::string_view name_of(FunctionId id) {
  for (const auto& f : kFunctions)
    if (f.id == id) return f.name;
  return {};
}

CommandApdu encode_profile_command(FunctionId id, const Aid& isdp_aid) {
  for (const auto& f : kFunctions)
    if (f.id == id) return store_data(f.dgi, make_tlv(kAid, isdp_aid), false);
  return {};
}
Result<Aid> decode_profile_command(const CommandView& c) {
  EIDER_TRY(value, dgi_value(c.data));
  EIDER_TRY(aid, only(value, kAid));
  return aid_of(aid);
}

CommandApdu encode_delete_profile(const Aid& isdp_aid) {
  return {0x80, kDelete, 0x00, kRelatedObjects, make_tlv(kAid, isdp_aid), 256};
}
Result<Aid> decode_delete_profile(const CommandView& c) {
  EIDER_TRY(aid, only(c.data, kAid));
  return aid_of(aid);
}

std::vector<CommandApdu> encode_certificate(ByteView certificate) {
  return encode_store_data(concat({dgi_header(0x3A01, certificate.size()), certificate}), true);
}
std::vector<CommandApdu> encode_store_data(ByteView data, bool response_expected, std::uint8_t first_block) {
  constexpr std::size_t kBlock = 255;
  std::vector<CommandApdu> out;
  for (std::size_t at = 0; at < data.size() || out.empty(); at += kBlock) {
    const auto part = data.subspan(at, std::min(kBlock, data.size() - at));
    const bool last = at + part.size() == data.size();
    const auto p1 =
        static_cast<std::uint8_t>((last ? 0x80 : 0x00) | 0x08 | (response_expected ? 0x01 : 0x00));
    CommandApdu c{0x80,           kStoreData, p1, static_cast<std::uint8_t>(first_block + out.size()),
                  to_bytes(part), {}};
    if (response_expected) c.le = 256;
    out.push_back(std::move(c));
  }
  return out;
}
CommandApdu encode_install_for_personalization(const Aid& isdp_aid) {
  Bytes data = {0x00, 0x00, static_cast<std::uint8_t>(isdp_aid.size())};
  append(data, isdp_aid);
  append(data, hex("000000"));
  return {0x80, kInstall, 0x20, 0x00, std::move(data), 256};
}
Result<Aid> decode_install_for_personalization(const CommandView& c) {
  if (c.data.size() != 22 || c.data[0] != 0 || c.data[1] != 0 || c.data[2] != 16 ||
      number(c.data.last(3)) != 0)
    return incorrect();
  return aid_of(c.data.subspan(3, 16));
}

CommandApdu encode_finalise_handover(std::span<const KeyRange> ranges) {
  CommandApdu c{0x80, kDelete, 0x00, 0x00, {}, 256};
  for (const auto& r : ranges) {
    const std::uint8_t value[] = {r.key_version, r.first_identifier, r.last_identifier};
    append_tlv(c.data, kKeyRange, value);
  }
  return c;
}
Result<std::vector<KeyRange>> decode_finalise_handover(const CommandView& c) {
  const auto members = read_tlvs(c.data);
  if (!members || members->empty()) return incorrect();
  std::vector<KeyRange> out;
  for (const auto& m : *members) {
    if (m.tag != kKeyRange || m.value.size() != 3 || m.value[1] > m.value[2]) return incorrect();
    out.push_back({m.value[0], m.value[1], m.value[2]});
  }
  return out;
}

CommandApdu AddressingParameters::encode() const {
  Bytes value;
  if (sms_address) append_tlv(value, 0xA3, make_tlv(0x81, *sms_address));
  append(value, others);
  return store_data(0x3A07, value, false);
}
Result<AddressingParameters> AddressingParameters::decode(const CommandView& c) {
  EIDER_TRY(value, dgi_value(c.data));
  const auto members = read_tlvs(value);
  if (!members || members->empty()) return incorrect();
  AddressingParameters p;
  for (const auto& m : *members) {
    if (m.tag == 0xA3) {
      const auto address = find_tlv(m.value, 0x81);
      if (!address || address->value.size() < 2 || address->value.size() > 12) return incorrect();
      p.sms_address = to_bytes(address->value);
    } else if (m.tag >= 0xA4 && m.tag <= 0xA6) {
      append(p.others, m.whole);
    } else {
      return incorrect();
    }
  }
  return p;
}

CommandApdu encode_notification_confirmation(std::uint16_t n) {
  const std::uint8_t value[] = {static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
  return store_data(0x3A08, make_tlv(0x4E, value), true);
}
Result<std::uint16_t> decode_notification_confirmation(const CommandView& c) {
  EIDER_TRY(value, dgi_value(c.data));
  EIDER_TRY(n, only(value, 0x4E));
  if (n.size() != 2) return incorrect();
  return static_cast<std::uint16_t>(number(n));
}
Bytes encode_confirmation_answer(std::span<const Aid> deleted) {
  Bytes value;
  for (const auto& aid : deleted) append_tlv(value, kAid, aid);
  return make_tlv(0x80, value);
}
Result<std::vector<Aid>> decode_confirmation_answer(ByteView answer) {
  if (answer.empty()) return std::vector<Aid>{};
  EIDER_TRY(t, read_single_tlv(answer));
  EIDER_TRY(members, read_tlvs(t.value));
  std::vector<Aid> out;
  for (const auto& m : members) {
    if (t.tag != 0x80 || m.tag != kAid || m.value.size() != 16)
      return fail(DecodeFault{"HandleNotificationConfirmation", 0, "the answer is 80 with AIDs under 4F"});
    out.push_back(*Aid::from(m.value));
  }
  return out;
}

}  // namespace eider::sgp02::es5
