#include "codec/atr.hpp"

namespace eider {
namespace {
constexpr std::uint8_t kDirect = 0x3B, kInverse = 0x3F, kDefaultSpeed = 0x11, kGlobal = 15;
constexpr std::size_t kMaxRounds = 8;  // of at most 32 octets
constexpr std::uint8_t kPpss = 0xFF, kPps1Present = 0x10;

tl::unexpected<Fault> malformed(const char* path, std::size_t offset, const char* what) {
  return fail(DecodeFault{path, offset, what});
}

std::uint8_t exclusive_or(ByteView octets) {
  unsigned out = 0;
  for (const auto o : octets) out ^= o;
  return static_cast<std::uint8_t>(out);
}

// Takes interface octets until a TD says that no more come. Returns where the historical octets begin.
Result<std::size_t> read_rounds(ByteView in, Atr& out) {
  std::size_t at = 2;
  unsigned present = in[1] >> 4;
  while (present != 0) {
    if (out.rounds.size() == kMaxRounds) return malformed("ATR", at, "more interface octets than fit");
    auto& round = out.rounds.emplace_back();
    std::optional<std::uint8_t>* const members[] = {&round.ta, &round.tb, &round.tc, &round.td};
    for (unsigned i = 0; i < 4; ++i) {
      if ((present >> i & 1) == 0) continue;
      if (at == in.size()) return malformed("ATR", at, "ends in the interface octets");
      *members[i] = in[at++];
    }
    present = round.td ? *round.td >> 4 : 0u;
    if (round.td && (*round.td & 0x0F) != kGlobal) out.protocols.push_back(*round.td & 0x0F);
  }
  return at;
}
}  // namespace

std::uint8_t Atr::speed() const {
  return rounds.empty() ? kDefaultSpeed : rounds[0].ta.value_or(kDefaultSpeed);
}

std::optional<std::uint8_t> Atr::clock_stop_and_class() const {
  for (std::size_t i = 1; i < rounds.size(); ++i)
    if (rounds[i - 1].td && (*rounds[i - 1].td & 0x0F) == kGlobal && rounds[i].ta) return rounds[i].ta;
  return std::nullopt;
}

Result<Atr> parse_atr(ByteView in) {
  if (in.size() < 2) return malformed("ATR", in.size(), "too short");
  if (in[0] != kDirect && in[0] != kInverse) return malformed("ATR", 0, "TS is neither 3B nor 3F");
  Atr out;
  out.inverse_convention = in[0] == kInverse;
  EIDER_TRY(at, read_rounds(in, out));
  if (out.protocols.empty()) out.protocols.push_back(0);
  const std::size_t historical = in[1] & 0x0F;
  if (in.size() - at < historical) return malformed("ATR", in.size(), "ends in the historical octets");
  out.historical = to_bytes(in.subspan(at, historical));
  at += historical;
  // Section 8.2.5: there is no TCK when only T=0 is indicated.
  const bool only_t0 = out.rounds.empty() || std::ranges::all_of(out.rounds, [](const Atr::Round& r) {
                         return !r.td || (*r.td & 0x0F) == 0;
                       });
  out.has_check = !only_t0;
  if (in.size() - at != (out.has_check ? 1u : 0u))
    return malformed("ATR", at,
                     out.has_check && at == in.size() ? "there is no TCK" : "octets behind its end");
  if (out.has_check && exclusive_or(in.subspan(1)) != 0) return malformed("ATR", at, "TCK is wrong");
  return out;
}

Speed speed_of(std::uint8_t ta1) {
  constexpr unsigned kF[] = {372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048, 0, 0};
  constexpr unsigned kD[] = {0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0};
  return {kF[ta1 >> 4], kD[ta1 & 0x0F]};
}

Bytes Pps::encode() const {
  Bytes out = {kPpss, static_cast<std::uint8_t>(protocol | (speed ? kPps1Present : 0))};
  if (speed) out.push_back(*speed);
  out.push_back(exclusive_or(out));
  return out;
}

std::optional<Pps> choose_pps(const Atr& atr, unsigned fastest) {
  if (atr.specific_mode()) return std::nullopt;
  Pps out;
  out.protocol = atr.protocols.front();
  const auto offered = speed_of(atr.speed());
  if (atr.speed() != kDefaultSpeed && offered.f != 0 && offered.d != 0 && offered.d <= fastest)
    out.speed = atr.speed();
  // Without PPS the first protocol goes on at the default speed.
  if (!out.speed) return std::nullopt;
  return out;
}

namespace {
// The parts of a PPS message of either side (section 9.2): PPSS, PPS0, what PPS0 announces, PCK.
struct PpsOctets {
  Pps pps;
  bool others = false;  // PPS2 or PPS3
};
Result<PpsOctets> read_pps(const char* path, ByteView in) {
  if (in.size() < 3 || in[0] != kPpss) return malformed(path, 0, "does not begin with FF");
  const bool pps2 = (in[1] & 0x20) != 0, pps3 = (in[1] & 0x40) != 0;
  PpsOctets out{{static_cast<std::uint8_t>(in[1] & 0x0F), std::nullopt}, pps2 || pps3};
  if ((in[1] & kPps1Present) != 0) out.pps.speed = in[2];
  if (in.size() != 3u + (out.pps.speed ? 1 : 0) + (pps2 ? 1 : 0) + (pps3 ? 1 : 0))
    return malformed(path, in.size(), "its length is not the one that PPS0 says");
  if (exclusive_or(in) != 0) return malformed(path, in.size() - 1, "PCK is wrong");
  return out;
}
}  // namespace

Result<Pps> parse_pps_request(ByteView request) {
  EIDER_TRY(out, read_pps("PPS request", request));
  return out.pps;
}

std::optional<Pps> answer_pps(const Atr& atr, const Pps& request) {
  if (atr.specific_mode() || std::ranges::find(atr.protocols, request.protocol) == atr.protocols.end())
    return std::nullopt;
  if (!request.speed || *request.speed == kDefaultSpeed) return request;
  const auto asked = speed_of(*request.speed), offered = speed_of(atr.speed());
  const bool reachable = asked.d != 0 && asked.f != 0 && asked.f == offered.f && asked.d <= offered.d;
  return reachable ? request : Pps{request.protocol, std::nullopt};
}

Result<Pps> check_pps_response(const Pps& request, ByteView response) {
  EIDER_TRY(r, read_pps("PPS response", response));
  using Check = VerificationFault::Check;
  if (r.pps.protocol != request.protocol) return fail_verification(Check::kBinding, "PPS: another protocol");
  if (r.others) return fail_verification(Check::kBinding, "PPS: an octet that was not sent");
  if (r.pps.speed && r.pps.speed != request.speed)
    return fail_verification(Check::kBinding, "PPS: another speed");
  return r.pps;
}

}  // namespace eider
