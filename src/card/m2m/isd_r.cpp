#include "card/m2m/isd_r.hpp"

#include "card/m2m/isd_p.hpp"
#include "spec/sgp02/store_data.hpp"

namespace eider::card::m2m {
namespace {
namespace es5 = sgp02::es5;
using Id = es5::FunctionId;
constexpr std::uint8_t kStoreDataIns = 0xE2;
constexpr std::size_t kMaxStoreData = 4096;
constexpr std::uint16_t kCertificate = 0x3A01, kKeyEstablishment = 0x3A02;

struct Handler {
  Id id;
  Result<Answer> (*run)(IsdR&, const CommandView&);
};
constexpr Handler kHandlers[] = {
    {Id::kCreateISDP, create_isd_p},
    {Id::kEnableProfile, enable_profile},
    {Id::kDisableProfile, disable_profile},
    {Id::kDeleteProfile, delete_profile},
    {Id::kMasterDelete, master_delete},
    {Id::kSetFallbackAttribute, set_fallback_attribute},
    {Id::kSetEmergencyProfileAttribute, set_emergency_profile_attribute},
    {Id::kEstablishISDRKeySet, establish_key_set},
    {Id::kFinaliseISDRhandover, finalise_handover},
    {Id::kUpdateSMSRAddressingParameters, update_addressing_parameters},
    {Id::kHandleNotificationConfirmation, handle_notification_confirmation},
    {Id::kGetStatus, get_status},
    {Id::kGetMemory, get_memory},
    {Id::kGetEcasdData, get_ecasd_data},
    {Id::kInstallForPersonalization, install_for_personalization},
};

Result<Answer> run_function(IsdR& isd_r, const CommandView& c) {
  const auto* function = es5::find_function(c);
  if (!function) return Answer(c.ins == kStoreDataIns ? 0x6A88 : 0x6D00);
  const auto* handler = std::ranges::find(kHandlers, function->id, &Handler::id);
  return handler->run(isd_r, c);
}

// SM-DPs send a certificate that fits into one block as "more follow" and go on counting: what is complete
// is carried out.
bool is_complete(ByteView data, bool last) {
  return last || (sgp02::dgi_of(data) == kCertificate && sgp02::dgi_value(data));
}

// The blocks of one STORE DATA are put together; every function is told by its first block.
Result<Answer> store_data(IsdR& isd_r, const CommandView& c) {
  if ((c.p1 & 0x60) != 0) return Answer(0x6A86);  // enciphered data
  if (isd_r.store_data.size() + c.data.size() > kMaxStoreData) {
    isd_r.store_data.clear();
    return Answer(0x6700);
  }
  append(isd_r.store_data, c.data);
  if (!is_complete(isd_r.store_data, (c.p1 & 0x80) != 0)) return Answer(0x9000);
  const Bytes data = std::exchange(isd_r.store_data, {});
  auto whole = c;
  whole.p1 |= 0x08;
  whole.data = data;
  const auto dgi = sgp02::dgi_of(data);
  if (dgi != kCertificate && dgi != kKeyEstablishment) isd_r.personalised.reset();
  return run_function(isd_r, whole);
}
}  // namespace

void IsdR::forget() {
  key_version = 0;
  personalised.reset();
  store_data.clear();
  establishment.reset();
  status_left.clear();
  session.reset();
}

Result<Answer> run_command(IsdR& isd_r, std::optional<std::uint16_t> isd_p, const CommandView& c) {
  const bool is_store_data = c.ins == kStoreDataIns && c.cla == 0x80;
  if (!is_store_data) isd_r.store_data.clear();
  if (c.ins != 0xF2) isd_r.status_left.clear();
  if (isd_p) {
    if (!isd_r.state.isd_ps.contains(*isd_p)) return Answer(es5::kNotFound);
    // Key establishment may be sent to the ISD-P itself, without an INSTALL before it.
    if (is_store_data)
      isd_r.personalised = isd_p;
    else
      return isd_p_command(isd_r, *isd_p, c);
  }
  if (c.cla != 0x80) return Answer(0x6E00);
  if (is_store_data) return store_data(isd_r, c);
  isd_r.personalised.reset();
  return run_function(isd_r, c);
}

IsdP* find_isd_p(PersistentState& state, const es5::Aid& aid) {
  for (auto& [instance, isd_p] : state.isd_ps)
    if (equal(aid, sgp22::isd_p_aid(instance))) return &isd_p;
  return nullptr;
}
IsdPRecord* profile_of(PersistentState& state, std::uint16_t instance) {
  const auto found = state.profiles.find(instance);
  return found == state.profiles.end() ? nullptr : &found->second;
}
bool is_test(const PersistentState& state, std::uint16_t instance) {
  const auto found = state.profiles.find(instance);
  return found != state.profiles.end() && found->second.metadata.profileClass == sgp22::ProfileClass::kTest;
}

void remove_isd_p(PersistentState& state, std::uint16_t instance) {
  auto& m = *state.m2m;
  if (state.profiles.contains(instance)) state.erase_profile(instance);
  state.erase_isd_p(instance);
  for (auto* attribute : {&m.emergency, &m.pinned, &m.previous})
    if (*attribute == instance) attribute->reset();
  state.save_m2m();
}

Result<Answer> refusal(const Fault& fault) {
  const auto* sw = fault.as<StatusWord>();
  return sw ? Result<Answer>(Answer(sw->sw)) : tl::unexpected(fault);
}

}  // namespace eider::card::m2m
