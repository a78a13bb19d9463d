#include "channel/record.hpp"
#include "channel/scp03.hpp"

namespace eider::channel::scp03 {
namespace {
using Check = VerificationFault::Check;
using record::kMac;
constexpr std::uint8_t kSecureClass = 0x04, kExternalAuthenticate = 0x82;
constexpr std::uint8_t kResponse = 0x80;  // first octet of the counter of a response
constexpr std::size_t kMaxShort = 255;

bool ciphers(std::uint8_t level) {
  return (level & 0x02) != 0;
}
bool ciphers_answers(std::uint8_t level) {
  return (level & 0x20) != 0;
}
bool macs_answers(std::uint8_t level) {
  return (level & 0x10) != 0;
}

// CLA INS P1 P2 and Lc as the C-MAC covers them: with the MAC's own octets counted.
Bytes covered_header(std::uint8_t cla, std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, std::size_t size) {
  return {cla, ins, p1, p2, static_cast<std::uint8_t>(size + kMac)};
}
Bytes big_endian(std::uint16_t sw) {
  return {static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)};
}
}  // namespace

Result<Session> Session::make(const Keys& keys, const Challenge& host, const Challenge& card) {
  if (keys.enc.size() != keys.mac.size()) return fail_local("the keys of an SCP03 key set have one length");
  const Bytes context = concat({host.view(), card.view()});
  const std::size_t size = keys.enc.size();
  EIDER_TRY(s_enc, derive(keys.enc.view(), Constant::kSEnc, context, size));
  EIDER_TRY(s_mac, derive(keys.mac.view(), Constant::kSMac, context, size));
  EIDER_TRY(s_rmac, derive(keys.mac.view(), Constant::kSRMac, context, size));
  EIDER_TRY(card_cryptogram, derive(s_mac.view(), Constant::kCardCryptogram, context, 8));
  EIDER_TRY(host_cryptogram, derive(s_mac.view(), Constant::kHostCryptogram, context, 8));
  EIDER_TRY(enc, crypto::Aes::make(s_enc.view()));
  EIDER_TRY(mac, crypto::Cmac::make(s_mac.view()));
  EIDER_TRY(rmac, crypto::Cmac::make(s_rmac.view()));
  return Session({std::move(enc), std::move(mac), std::move(rmac)}, *Cryptogram::from(card_cryptogram.view()),
                 *Cryptogram::from(host_cryptogram.view()));
}

Status Session::usable() const {
  if (over_) return fail_verification(Check::kMac, "the secure channel ended at an earlier error");
  if (level_ == 0) return fail_verification(Check::kMac, "the secure channel is not authenticated");
  return {};
}
tl::unexpected<Fault> Session::end(Check check, std::string what) {
  over_ = true;
  return fail_verification(check, std::move(what));
}

crypto::AesBlock Session::vector(std::uint64_t counter, std::uint8_t first) const {
  return crypto_.enc.encrypt_block(record::counter_block(counter, first));
}
Result<Bytes> Session::encipher(ByteView plain, std::uint8_t first) const {
  Bytes out = to_bytes(plain);
  out.push_back(0x80);
  out.resize((out.size() + 15) / 16 * 16);
  EIDER_CHECK(crypto_.enc.cbc_encrypt(vector(counter_, first), out));
  return out;
}
Result<Bytes> Session::decipher(ByteView enciphered, std::uint64_t counter, std::uint8_t first) {
  if (enciphered.empty() || enciphered.size() % 16 != 0)
    return end(Check::kFormat, "enciphered data are not whole blocks of 16 octets");
  Bytes out = to_bytes(enciphered);
  EIDER_CHECK(crypto_.enc.cbc_decrypt(vector(counter, first), out));
  const auto size = record::unpadded_size(out);
  if (!size) return end(Check::kMac, "padding of enciphered data is not 80 00…");
  out.resize(*size);
  return out;
}

Result<CommandApdu> Session::authenticate_apdu(Level level) {
  CommandApdu c{0x84, kExternalAuthenticate, level, 0x00, to_bytes(host_cryptogram_.view()), {}};
  chaining_ =
      crypto_.mac.mac({chaining_.view(), covered_header(c.cla, c.ins, c.p1, c.p2, c.data.size()), c.data});
  append(c.data, chaining_.view().first(kMac));
  level_ = level;
  return c;
}
Result<Level> Session::accept_apdu(const CommandView& c) {
  if (level_ != 0 || over_)
    return end(Check::kMac, "EXTERNAL AUTHENTICATE without an INITIALIZE UPDATE before it");
  if ((c.cla & kSecureClass) == 0 || c.ins != kExternalAuthenticate || c.p2 != 0 || !is_level(c.p1) ||
      c.data.size() != 2 * kMac)
    return end(Check::kFormat, "no EXTERNAL AUTHENTICATE of SCP03");
  const auto mac =
      crypto_.mac.mac({chaining_.view(), covered_header(c.cla, c.ins, c.p1, c.p2, 8), c.data.first(8)});
  const bool right = equal_constant_time(mac.view().first(kMac), c.data.last(kMac));
  if (!equal_constant_time(host_cryptogram_.view(), c.data.first(8)) || !right)
    return end(Check::kMac, "the host's cryptogram or the MAC on it is wrong");
  chaining_ = mac;
  level_ = c.p1;
  return static_cast<Level>(c.p1);
}
Result<Bytes> Session::authenticate_tlv() {
  Bytes out = {0x85, 1 + 2 * kMac, kAll};
  append(out, host_cryptogram_.view());
  chaining_ = crypto_.mac.mac({chaining_.view(), out});
  append(out, chaining_.view().first(kMac));
  level_ = kAll;
  return out;
}
Status Session::accept_tlv(ByteView tlv) {
  if (level_ != 0 || over_)
    return end(Check::kMac, "EXTERNAL AUTHENTICATE without an INITIALIZE UPDATE before it");
  if (record::header_size(0x85, tlv) != 2 || tlv.size() != 3 + 2 * kMac || tlv[2] != kAll)
    return end(Check::kFormat, "no EXTERNAL AUTHENTICATE of SCP03t at level 33");
  const auto mac = crypto_.mac.mac({chaining_.view(), tlv.first(3 + 8)});
  const bool right = equal_constant_time(mac.view().first(kMac), tlv.last(kMac));
  if (!equal_constant_time(host_cryptogram_.view(), tlv.subspan(3, 8)) || !right)
    return end(Check::kMac, "the host's cryptogram or the MAC on it is wrong");
  chaining_ = mac;
  level_ = kAll;
  return {};
}

Result<CommandApdu> Session::wrap(const CommandApdu& plain) {
  EIDER_CHECK(usable());
  CommandApdu c = plain;
  c.cla |= kSecureClass;
  ++counter_;
  if (ciphers(level_) && !c.data.empty()) {
    EIDER_TRY(enciphered, encipher(plain.data, 0));
    c.data = std::move(enciphered);
  }
  if (c.data.size() + kMac > kMaxShort)
    return fail_local("a command of SCP03 takes at most 255 octets with its MAC");
  chaining_ =
      crypto_.mac.mac({chaining_.view(), covered_header(c.cla, c.ins, c.p1, c.p2, c.data.size()), c.data});
  append(c.data, chaining_.view().first(kMac));
  return c;
}
Result<CommandApdu> Session::unwrap(const CommandView& c) {
  EIDER_CHECK(usable());
  if ((c.cla & kSecureClass) == 0 || c.data.size() < kMac)
    return end(Check::kFormat, "a command without secure messaging within a secure channel");
  const auto data = c.data.first(c.data.size() - kMac);
  const auto mac =
      crypto_.mac.mac({chaining_.view(), covered_header(c.cla, c.ins, c.p1, c.p2, data.size()), data});
  if (!equal_constant_time(mac.view().first(kMac), c.data.last(kMac)))
    return end(Check::kMac, "MAC of a command does not match");
  chaining_ = mac;
  ++counter_;
  CommandApdu plain{
      static_cast<std::uint8_t>(c.cla & ~kSecureClass), c.ins, c.p1, c.p2, to_bytes(data), c.le, c.extended};
  if (ciphers(level_) && !data.empty()) {
    EIDER_TRY(deciphered, decipher(data, counter_, 0));
    plain.data = std::move(deciphered);
  }
  return plain;
}

// Amendment D section 6.2.5: errors travel in the clear and without MAC.
Result<ResponseApdu> Session::wrap(const ResponseApdu& plain) {
  EIDER_CHECK(usable());
  const auto sw1 = plain.sw >> 8;
  if (!macs_answers(level_) || (plain.sw != 0x9000 && sw1 != 0x62 && sw1 != 0x63)) return plain;
  ResponseApdu r = plain;
  if (ciphers_answers(level_) && !r.data.empty()) {
    EIDER_TRY(enciphered, encipher(plain.data, kResponse));
    r.data = std::move(enciphered);
  }
  const auto mac = crypto_.rmac.mac({chaining_.view(), r.data, big_endian(r.sw)});
  append(r.data, mac.view().first(kMac));
  return r;
}
Result<ResponseApdu> Session::unwrap(const ResponseApdu& r) {
  return unwrap(r, answer_state());
}
Result<ResponseApdu> Session::unwrap(const ResponseApdu& r, const AnswerState& state) {
  EIDER_CHECK(usable());
  const auto sw1 = r.sw >> 8;
  if (!macs_answers(level_) || (r.data.empty() && r.sw != 0x9000 && sw1 != 0x62 && sw1 != 0x63)) return r;
  if (r.data.size() < kMac) return end(Check::kFormat, "a response without its MAC");
  const auto data = ByteView(r.data).first(r.data.size() - kMac);
  const auto mac = crypto_.rmac.mac({state.chaining.view(), data, big_endian(r.sw)});
  if (!equal_constant_time(mac.view().first(kMac), ByteView(r.data).last(kMac)))
    return end(Check::kMac, "MAC of a response does not match");
  ResponseApdu plain{to_bytes(data), r.sw};
  if (ciphers_answers(level_) && !data.empty()) {
    EIDER_TRY(deciphered, decipher(data, state.counter, kResponse));
    plain.data = std::move(deciphered);
  }
  return plain;
}

Result<Bytes> Session::protect(std::uint8_t tag, ByteView plain) {
  EIDER_CHECK(usable());
  ++counter_;
  EIDER_TRY(enciphered, encipher(plain, 0));
  std::uint8_t header[4];
  const auto size = record::put_header(header, tag, enciphered.size() + kMac);
  Bytes out = concat({ByteView(header, size), enciphered});
  chaining_ = crypto_.mac.mac({chaining_.view(), out});
  append(out, chaining_.view().first(kMac));
  return out;
}
Result<Bytes> Session::open(std::uint8_t tag, ByteView tlv) {
  EIDER_CHECK(usable());
  const auto header = record::header_size(tag, tlv);
  if (header == 0 || tlv.size() < header + kMac)
    return end(Check::kFormat, "not one TLV of the expected tag");
  const auto covered = tlv.first(tlv.size() - kMac);
  const auto mac = crypto_.mac.mac({chaining_.view(), covered});
  if (!equal_constant_time(mac.view().first(kMac), tlv.last(kMac)))
    return end(Check::kMac, "MAC of a record does not match");
  chaining_ = mac;
  ++counter_;
  return decipher(covered.subspan(header), counter_, 0);
}

Result<Bytes> Session::protect_answer(std::uint8_t tag, ByteView plain) {
  EIDER_CHECK(usable());
  if (plain.empty()) return Bytes{tag, 0x00};
  EIDER_TRY(enciphered, encipher(plain, kResponse));
  std::uint8_t header[4];
  const auto size = record::put_header(header, tag, enciphered.size() + kMac);
  Bytes out = concat({ByteView(header, size), enciphered});
  append(out, crypto_.rmac.mac({chaining_.view(), out}).view().first(kMac));
  return out;
}
Result<Bytes> Session::open_answer(std::uint8_t tag, ByteView tlv) {
  return open_answer(tag, tlv, answer_state());
}
Result<Bytes> Session::open_answer(std::uint8_t tag, ByteView tlv, const AnswerState& state) {
  EIDER_CHECK(usable());
  const auto header = record::header_size(tag, tlv);
  if (header == 0) return end(Check::kFormat, "not one TLV of the expected tag");
  if (tlv.size() == header) return Bytes{};
  if (tlv.size() < header + kMac) return end(Check::kFormat, "an answer without its MAC");
  const auto covered = tlv.first(tlv.size() - kMac);
  const auto mac = crypto_.rmac.mac({state.chaining.view(), covered});
  if (!equal_constant_time(mac.view().first(kMac), tlv.last(kMac)))
    return end(Check::kMac, "MAC of an answer does not match");
  return decipher(covered.subspan(header), state.counter, kResponse);
}

}  // namespace eider::channel::scp03
