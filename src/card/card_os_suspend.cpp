// SUSPEND UICC (ETSI TS 102 221 section 11.1.22): the power may go, and a terminal that shows the token finds
// the UICC as it left it.
#include "card/card_os.hpp"

namespace eider::card {
namespace {
constexpr const char* kKey = "suspended";
constexpr std::size_t kToken = 8;

void put16(Bytes& out, std::size_t n) {
  out.push_back(static_cast<std::uint8_t>(n >> 8));
  out.push_back(static_cast<std::uint8_t>(n));
}
int get16(ByteView v, std::size_t at) {
  return static_cast<std::int16_t>(v[at] << 8 | v[at + 1]);
}

// Unit (seconds, minutes, hours, days, ten days) and number; nothing for units that do not exist.
std::optional<std::uint32_t> seconds(ByteView duration) {
  constexpr std::uint32_t kUnits[] = {1, 60, 3600, 86400, 864000};
  if (duration[0] >= std::size(kUnits)) return std::nullopt;
  return kUnits[duration[0]] * duration[1];
}
constexpr std::size_t kChannelOctets = 9;
constexpr unsigned kLpaeWasActive = 0x8000;
}  // namespace

Result<Answer> CardOs::suspend_uicc(const CommandView& c) {
  if (c.p2 != 0 || c.p1 > 1) return Answer(0x6A86);
  if (current_ != 0) return Answer(0x6881);
  return c.p1 == 0 ? suspend(c) : resume(c);
}

// The longest time that the terminal may stay away is the longest that it asks for.
Result<Answer> CardOs::suspend(const CommandView& c) {
  if (c.data.size() != 4) return Answer(0x6700);
  const auto minimum = seconds(c.data.first(2)), maximum = seconds(c.data.subspan(2));
  if (!minimum || !maximum || *maximum < *minimum || *maximum == 0) return Answer(0x6A80);
  const bool loading = std::holds_alternative<LoadingBpp>(isd_r_.session);
  if (toolkit_.busy() || toolkit_.pending() || state_.isd_r.pendingSwitch || loading) return Answer(0x6985);
  EIDER_CHECK(uicc_.open());
  const auto token = random_.bytes(kToken);
  NvmBatch batch;
  batch.put(kKey, concat({token, suspended_state()}));
  EIDER_CHECK(nvm_.commit(batch));
  return Answer(concat({c.data.subspan(2), token}));
}

// Terminal profile, and in a bit above its length whether the card's LPA was active; verified PINs, a bit
// each; then for each open channel what it has selected.
Bytes CardOs::suspended_state() {
  Bytes out;
  put16(out, toolkit_.profile().size() | (lpae_active_ ? kLpaeWasActive : 0u));
  append(out, toolkit_.profile());
  std::uint32_t verified = 0, bit = 1;
  for (const auto& context : uicc_.pins().contexts())
    for (const auto& pin : context.pins) {
      verified |= pin.verified ? bit : 0;
      bit <<= 1;
    }
  put16(out, verified >> 16);
  put16(out, verified & 0xFFFF);
  for (int n = 0; n < kChannels; ++n) {
    const auto& channel = channels_[static_cast<std::size_t>(n)];
    if (!channel.open) continue;
    const auto& s = uicc_.session(n);
    out.push_back(static_cast<std::uint8_t>(n));
    out.push_back(static_cast<std::uint8_t>(channel.selected));
    out.push_back(static_cast<std::uint8_t>(s.record));
    put16(out, static_cast<std::size_t>(s.directory));
    put16(out, static_cast<std::size_t>(s.ef));
    put16(out, static_cast<std::size_t>(s.adf));
  }
  return out;
}

// False, and nothing restored, when the octets are not what suspended_state() writes for this card.
bool CardOs::restore_state(ByteView v) {
  if (v.size() < 2 || v.size() < 6u + static_cast<std::size_t>(get16(v, 0) & 0x7FFF)) return false;
  const bool lpae = (v[0] & kLpaeWasActive >> 8) != 0 && has_lpae();
  const auto profile = v.subspan(2, static_cast<std::size_t>(get16(v, 0) & 0x7FFF));
  v = v.subspan(2 + profile.size());
  const auto verified = static_cast<std::uint32_t>(v[0]) << 24 | static_cast<std::uint32_t>(v[1]) << 16 |
                        static_cast<std::uint32_t>(v[2]) << 8 | v[3];
  v = v.subspan(4);
  const int files = uicc_.present() ? uicc_.files().size() : 1;
  const auto fits = [&](int file, int least) { return file >= least && file < files; };
  if (v.size() % kChannelOctets != 0) return false;
  for (auto c = v; !c.empty(); c = c.subspan(kChannelOctets))
    if (c[0] >= kChannels || c[1] > 2 || !fits(get16(c, 3), 0) || !fits(get16(c, 5), -1) ||
        !fits(get16(c, 7), -1))
      return false;
  toolkit_.terminal_profile(profile);
  std::uint32_t bit = 1;
  for (auto& context : uicc_.pins().contexts())
    for (auto& pin : context.pins) {
      pin.verified = (verified & bit) != 0;
      bit <<= 1;
    }
  for (auto c = v; !c.empty(); c = c.subspan(kChannelOctets)) {
    auto& channel = channels_[c[0]];
    channel.open = true;
    channel.selected = static_cast<Selected>(c[1]);
    uicc_.session(c[0]) = {get16(c, 3), get16(c, 5), c[2], get16(c, 7), {}};
  }
  if (lpae) begin_lpae();
  return true;
}

Result<Answer> CardOs::resume(const CommandView& c) {
  if (c.data.size() != kToken) return Answer(0x6700);
  const auto stored = std::exchange(suspended_, std::nullopt);
  if (!stored) return Answer(0x6985);
  EIDER_CHECK(forget_suspension());
  // A token is good for one try.
  if (!equal_constant_time(ByteView(*stored).first(kToken), c.data)) return Answer(0x6982);
  EIDER_CHECK(uicc_.open());
  return Answer(restore_state(ByteView(*stored).subspan(kToken)) ? 0x9000 : 0x6985);
}

Status CardOs::forget_suspension() {
  suspended_.reset();
  NvmBatch batch;
  batch.erase(kKey);
  return nvm_.commit(batch);
}

// Only TERMINAL CAPABILITY may come before RESUME; any other command ends the suspension.
Status CardOs::note_suspension(const CommandView& c) {
  if (!suspended_ || c.ins == 0xAA || c.ins == 0x76) return {};
  return forget_suspension();
}

void CardOs::read_suspension() {
  suspended_ = nvm_.get(kKey);
  if (suspended_ && suspended_->size() < kToken + 6) suspended_.reset();
}

}  // namespace eider::card
