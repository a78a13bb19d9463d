#include "channel/scp80.hpp"

#include "channel/scp80_security.hpp"

namespace eider::channel::scp80 {
namespace {
using etsi::Integrity;
using etsi::ResponseStatus;
using Check = VerificationFault::Check;

// Octets of a command: CPL, then CHL, SPI, KIc, KID and TAR; of CNTR and PCNTR. CHL counts what follows it up
// to the checksum.
constexpr std::size_t kCommandClear = 10, kCounter = 6, kChl = 13;
// Of a response: RPL, RHL, TAR; CNTR, PCNTR and the status; RHL without a checksum.
constexpr std::size_t kResponseClear = 6, kResponseCounter = 7, kRhl = 10;
constexpr std::size_t kMaxPacket = 0xFFFF;

Bytes two_octets(std::size_t n) {
  return {static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
}
std::size_t length_of(ByteView packet) {
  return static_cast<std::size_t>(packet[0]) << 8 | packet[1];
}
Bytes counter_octets(std::uint64_t counter) {
  Bytes out;
  for (int i = 4; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(counter >> 8 * i));
  return out;
}
std::uint64_t counter_of(ByteView octets) {
  std::uint64_t out = 0;
  for (const auto octet : octets.first(5)) out = out << 8 | octet;
  return out;
}

tl::unexpected<Fault> refused_here(const Refusal& why) {
  return why.status == ResponseStatus::kInsufficientSecurityLevel
             ? fail_local("the protection is weaker than the policy allows",
                          "Use AES or triple DES and a cryptographic checksum.")
             : fail_local("the key set cannot give the protection that is asked for",
                          "Check version, algorithm and length of KIc and KID.");
}

// `clear` || checked part, with the checksum put in after `counter`, ciphered from the counter on.
Result<Bytes> protect(const Suite& suite, ByteView before, ByteView clear, ByteView counter, ByteView data) {
  EIDER_TRY(checksum, suite.compute(concat({before, clear, counter, data})));
  Bytes rest = concat({counter, checksum, data});
  if (suite.kic) {
    EIDER_TRY(enciphered, suite.encipher(rest));
    rest = std::move(enciphered);
  }
  return concat({clear, rest});
}
}  // namespace

Result<CommandHeader> read_command_header(ByteView packet) {
  if (packet.size() < kCommandClear + kCounter || length_of(packet) != packet.size() - 2)
    return fail(DecodeFault{"Command Packet", 0, "CPL is not the length of the packet"});
  CommandHeader out;
  out.spi_octets = *FixedBytes<2>::from(packet.subspan(3, 2));
  out.spi = etsi::Spi::decode(packet[3], packet[4]);
  out.kic = etsi::KeyUse::decode(packet[5]);
  out.kid = etsi::KeyUse::decode(packet[6]);
  out.tar = *etsi::Tar::from(packet.subspan(7, 3));
  return out;
}

Result<Bytes> seal_command(const CommandPacket& c, const KeySet& keys, const Policy& policy) {
  if (c.counter > etsi::kCounterMax) return fail_local("a counter has 40 bits");
  const auto suite = Suite::make(c.spi.integrity, c.spi.ciphered, c.kic, c.kid, keys, policy);
  if (!suite) return refused_here(suite.error());
  const std::size_t padding = suite->padding(kCounter + suite->checksum + c.data.size());
  Bytes data = c.data;
  data.resize(data.size() + padding);
  const std::size_t size = kCommandClear - 2 + kCounter + suite->checksum + data.size();
  if (size > kMaxPacket) return fail_local("a secured packet has at most 65535 octets");
  Bytes clear = two_octets(size);
  append(clear, Bytes{static_cast<std::uint8_t>(kChl + suite->checksum), c.spi.first(), c.spi.second(),
                      c.kic.octet(), c.kid.octet()});
  append(clear, c.tar);
  Bytes counter = counter_octets(c.counter);
  counter.push_back(static_cast<std::uint8_t>(padding));
  return protect(*suite, {}, clear, counter, data);
}

tl::expected<CommandPacket, Refusal> open_command(ByteView packet, const KeySet& keys, const Policy& policy) {
  const auto refuse = [](ResponseStatus status) { return tl::unexpected(Refusal{status}); };
  const auto header = read_command_header(packet);
  if (!header || !header->spi) return refuse(ResponseStatus::kUnidentifiedSecurityError);
  const auto& spi = *header->spi;
  const auto suite = Suite::make(spi.integrity, spi.ciphered, header->kic, header->kid, keys, policy);
  if (!suite) return tl::unexpected(suite.error());
  if (packet[2] != kChl + suite->checksum) return refuse(ResponseStatus::kUnidentifiedSecurityError);
  const auto clear = packet.first(kCommandClear);
  Bytes rest = to_bytes(packet.subspan(kCommandClear));
  if (rest.size() % suite->block != 0) return refuse(ResponseStatus::kCipheringError);
  if (suite->kic) {
    auto plain = suite->decipher(rest);
    if (!plain) return refuse(ResponseStatus::kCipheringError);
    rest = *std::move(plain);
  }
  if (rest.size() < kCounter + suite->checksum) return refuse(ResponseStatus::kUnidentifiedSecurityError);
  const auto counter = ByteView(rest).first(kCounter);
  const auto checksum = ByteView(rest).subspan(kCounter, suite->checksum);
  const auto data = ByteView(rest).subspan(kCounter + suite->checksum);
  const auto expected = suite->compute(concat({clear, counter, data}));
  if (!expected || !equal_constant_time(*expected, checksum)) return refuse(ResponseStatus::kIntegrityFailed);
  // Only now: an answer that depends on deciphered octets before the checksum holds would be an oracle.
  const std::size_t padding = counter[5];
  if (padding >= suite->block || padding > data.size())
    return refuse(ResponseStatus::kUnidentifiedSecurityError);
  return CommandPacket{spi,         header->kic,         header->kid,
                       header->tar, counter_of(counter), to_bytes(data.first(data.size() - padding))};
}

std::optional<ResponseStatus> check_counter(etsi::CounterMode mode, std::uint64_t counter,
                                            std::uint64_t last) {
  if (!counter_is_checked(mode)) return std::nullopt;
  if (last >= etsi::kCounterMax) return ResponseStatus::kCounterBlocked;
  if (counter <= last) return ResponseStatus::kCounterLow;
  if (mode == etsi::CounterMode::kOneHigher && counter != last + 1) return ResponseStatus::kCounterHigh;
  return std::nullopt;
}

namespace {
// What the response may lack is the sender's wish, not the receiver's risk: no policy on "none".
tl::expected<Suite, Refusal> response_suite(const ResponseProtection& p, const KeySet& keys, Policy policy) {
  policy.no_integrity = true;
  return Suite::make(p.integrity, p.ciphered, p.kic, p.kid, keys, policy);
}
Bytes response_clear(const etsi::Tar& tar, std::size_t checksum, std::size_t data) {
  Bytes out = two_octets(kResponseClear - 2 + kResponseCounter + checksum + data);
  out.push_back(static_cast<std::uint8_t>(kRhl + checksum));
  append(out, tar);
  return out;
}
}  // namespace

Result<Bytes> seal_response(const ResponsePacket& r, const ResponseProtection& protection, const KeySet& keys,
                            const Policy& policy) {
  const auto suite = response_suite(protection, keys, policy);
  if (!suite) return refused_here(suite.error());
  const std::size_t padding = suite->padding(kResponseCounter + suite->checksum + r.data.size());
  Bytes data = r.data;
  data.resize(data.size() + padding);
  if (kResponseClear + kResponseCounter + suite->checksum + data.size() > kMaxPacket)
    return fail_local("a secured packet has at most 65535 octets");
  Bytes counter = counter_octets(r.counter);
  append(counter, Bytes{static_cast<std::uint8_t>(padding), static_cast<std::uint8_t>(r.status)});
  return protect(*suite, etsi::kResponseHeader, response_clear(r.tar, suite->checksum, data.size()), counter,
                 data);
}

Bytes plain_response(const etsi::Tar& tar, ResponseStatus status) {
  Bytes out = response_clear(tar, 0, 0);
  append(out, Bytes{0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(status)});
  return out;
}

namespace {
Result<ResponsePacket> open_checked(ByteView packet, const Suite& suite) {
  Bytes rest = to_bytes(packet.subspan(kResponseClear));
  if (packet[2] != kRhl + suite.checksum || rest.size() % suite.block != 0)
    return fail_verification(Check::kBinding, "the response is not protected as the command asked");
  if (suite.kic) {
    EIDER_TRY(plain, suite.decipher(rest));
    rest = std::move(plain);
  }
  if (rest.size() < kResponseCounter + suite.checksum)
    return fail(DecodeFault{"Response Packet", 0, "ends before its data"});
  const auto counter = ByteView(rest).first(kResponseCounter);
  const auto checksum = ByteView(rest).subspan(kResponseCounter, suite.checksum);
  const auto data = ByteView(rest).subspan(kResponseCounter + suite.checksum);
  EIDER_TRY(expected,
            suite.compute(concat({etsi::kResponseHeader, packet.first(kResponseClear), counter, data})));
  if (!equal_constant_time(expected, checksum))
    return fail_verification(Check::kMac, "the checksum of the response does not match");
  const std::size_t padding = counter[5];
  if (padding >= suite.block || padding > data.size())
    return fail(DecodeFault{"Response Packet", kResponseClear, "PCNTR is more than the padding can be"});
  return ResponsePacket{*etsi::Tar::from(packet.subspan(3, 3)), counter_of(counter),
                        static_cast<ResponseStatus>(counter[6]), to_bytes(data.first(data.size() - padding))};
}

// What plain_response() writes: refusals before anything was authenticated.
bool is_plain(ByteView packet) {
  return packet.size() == kResponseClear + kResponseCounter && packet[2] == kRhl && packet.back() != 0;
}
}  // namespace

Result<OpenedResponse> open_response(ByteView packet, const ResponseProtection& protection,
                                     const KeySet& keys, const Policy& policy) {
  if (packet.size() < kResponseClear + kResponseCounter || length_of(packet) != packet.size() - 2)
    return fail(DecodeFault{"Response Packet", 0, "RPL is not the length of the packet"});
  const auto suite = response_suite(protection, keys, policy);
  if (!suite) return refused_here(suite.error());
  const bool bare = is_plain(packet) && (suite->kic || suite->checksum != 0);
  EIDER_TRY(out, open_checked(packet, bare ? Suite{} : *suite));
  return OpenedResponse{std::move(out), !bare};
}

}  // namespace eider::channel::scp80
