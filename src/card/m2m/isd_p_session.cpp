#include "card/m2m/isd_p_session.hpp"

#include "card/m2m/isd_r.hpp"
#include "spec/sgp02/store_data.hpp"

namespace eider::card::m2m {
namespace es5 = sgp02::es5;
namespace scp03 = channel::scp03;

namespace {
constexpr std::uint8_t kInitializeUpdate = 0x50, kExternalAuthenticate = 0x82, kStoreData = 0xE2,
                       kPutKey = 0xD8, kSecured = 0x84;
constexpr std::uint16_t kNames = 0x0070, kConnectivity = 0x3A07;
constexpr std::uint8_t kScp03First = 0x30, kScp03Last = 0x3F;

// The key set of this version, or with version 0 the first of SCP03.
std::optional<scp03::Keys> keys_of(const IsdP& isd_p, std::uint8_t& version) {
  if (version == 0)
    for (const auto& k : isd_p.keys)
      if (k.keyVersion >= kScp03First && k.keyVersion <= kScp03Last) {
        version = k.keyVersion;
        break;
      }
  if (version < kScp03First || version > kScp03Last) return std::nullopt;
  const auto *enc = find_key(isd_p.keys, version, 1), *mac = find_key(isd_p.keys, version, 2),
             *dek = find_key(isd_p.keys, version, 3);
  if (!enc || !mac || !dek) return std::nullopt;
  return scp03::Keys{enc->value, mac->value, dek->value};
}

// Amendment D section 6.2.2.1: the sequence counter is durable before anything is computed with it. Nothing:
// there is no such key.
Result<std::optional<scp03::InitializeUpdateAnswer>> begin(IsdR& isd_r, std::uint16_t instance,
                                                           const scp03::InitializeUpdate& request) {
  isd_r.session.reset();
  std::optional<scp03::InitializeUpdateAnswer> none;
  auto& isd_p = isd_r.state.isd_ps.at(instance);
  auto version = request.key_version;
  const auto keys = keys_of(isd_p, version);
  if (!keys || isd_p.sequence == 0xFFFFFF) return none;
  ++isd_p.sequence;
  isd_r.state.save_isd_p(isd_p);
  EIDER_CHECK(isd_r.state.commit());
  scp03::InitializeUpdateAnswer answer;
  const std::uint8_t octets[] = {static_cast<std::uint8_t>(isd_p.sequence >> 16),
                                 static_cast<std::uint8_t>(isd_p.sequence >> 8),
                                 static_cast<std::uint8_t>(isd_p.sequence)};
  answer.sequence = *scp03::Sequence::from(octets);
  answer.key_version = version;
  EIDER_TRY(challenge, scp03::card_challenge(keys->enc.view(), *answer.sequence, sgp22::isd_p_aid(instance)));
  answer.card_challenge = challenge;
  EIDER_TRY(channel, scp03::Session::make(*keys, request.host_challenge, challenge));
  answer.card_cryptogram = channel.card_cryptogram();
  isd_r.session.emplace(IsdPSession{instance, std::move(channel), false, std::nullopt, version});
  return std::optional(answer);
}

// GPCS 2.3 section 11.8 with AES keys: a key of the delete tokens, or another one of the ISD-P. The answer
// tells version and check values.
Result<Answer> put_key(IsdR& isd_r, IsdP& isd_p, const CommandApdu& c) {
  const auto& d = c.data;
  const auto identifier = static_cast<std::uint8_t>(c.p2 & 0x7F);
  // Version; type, length of the field, length of the key, the key under the DEK, check value.
  if (d.size() < 4 || d[1] != eum::kAesKey || identifier == 0) return Answer(es5::kIncorrectData);
  const std::size_t field = d[2], size = d[3];
  if (field != 1 + (size + 15) / 16 * 16 || (size != 16 && size != 24 && size != 32) ||
      d.size() != 3 + field + 4 || d[3 + field] != 3)
    return Answer(es5::kIncorrectData);
  const auto* dek = find_key(isd_p.keys, isd_r.session->key_version, 3);
  if (!dek) return Answer(es5::kNotFound);
  EIDER_TRY(plain, crypto::aes_cbc_decrypt(dek->value.view(), {}, ByteView(d).subspan(4, field - 1)));
  Secret key(ByteView(plain).first(size));
  zeroise(plain);
  EIDER_TRY(aes, crypto::Aes::make(key.view()));
  crypto::AesBlock ones;
  std::ranges::fill(ones, std::uint8_t{0x01});
  const auto check = aes.encrypt_block(ones);
  const auto kcv = ByteView(d).last(3);
  if (!equal_constant_time(check.view().first(3), kcv)) return Answer(es5::kIncorrectData);
  const auto version = d[0];
  // P1 names the version that is replaced: 00 adds one.
  const bool token = version == es5::kTokenKeyVersion;
  if (!token && (version < kScp03First || version > kScp03Last)) return Answer(es5::kIncorrectData);
  std::erase_if(isd_p.keys, [&](const auto& k) {
    return k.keyIdentifier == identifier && (k.keyVersion == version || k.keyVersion == c.p1);
  });
  isd_p.keys.push_back({version, identifier, eum::kAesKey, std::move(key)});
  isd_r.state.save_isd_p(isd_p);
  EIDER_CHECK(isd_r.state.commit());
  return Answer(concat({Bytes{version}, kcv}));
}

Result<Answer> store_data(IsdR& isd_r, IsdP& isd_p, const CommandApdu& c) {
  if ((c.p1 & 0x60) != 0) return Answer(0x6A86);
  const auto value = sgp02::dgi_value(c.data);
  if (!value || !read_tlvs(*value)) return Answer(es5::kIncorrectData);
  switch (sgp02::dgi_of(c.data)) {
    case kNames:
      isd_p.sdData = to_bytes(*value);
      break;
    case kConnectivity:
      isd_p.connectivity = to_bytes(*value);
      break;
    default:
      return Answer(es5::kNotFound);
  }
  isd_r.state.save_isd_p(isd_p);
  EIDER_CHECK(isd_r.state.commit());
  return Answer(0x9000);
}

Result<Answer> secured(IsdR& isd_r, std::uint16_t instance, const CommandView& c) {
  auto& session = isd_r.session;
  if (!session || session->instance != instance || !session->authenticated) return Answer(0x6985);
  const auto plain = session->channel.unwrap(c);
  if (!plain) {
    session.reset();
    return Answer(0x6982);
  }
  auto& isd_p = isd_r.state.isd_ps.at(instance);
  auto answer = Answer(0x6D00);
  if (plain->ins == kStoreData) {
    EIDER_TRY(done, store_data(isd_r, isd_p, *plain));
    answer = std::move(done);
  } else if (plain->ins == kPutKey) {
    EIDER_TRY(done, put_key(isd_r, isd_p, *plain));
    answer = std::move(done);
  }
  const auto wrapped = session->channel.wrap(ResponseApdu{answer.data, answer.sw});
  if (!wrapped) return Answer(0x6F00);
  return Answer(wrapped->data, wrapped->sw);
}
}  // namespace

Result<Answer> isd_p_command(IsdR& isd_r, std::uint16_t instance, const CommandView& c) {
  if (c.ins == kInitializeUpdate && c.cla == 0x80) {
    const auto challenge = scp03::Challenge::from(c.data);
    if (!challenge) return Answer(0x6700);
    EIDER_TRY(answer, begin(isd_r, instance, {c.p1, c.p2, *challenge}));
    return answer ? Answer(answer->encode()) : Answer(es5::kNotFound);
  }
  if (c.cla != kSecured) return Answer(0x6E00);
  if (c.ins != kExternalAuthenticate) return secured(isd_r, instance, c);
  auto& session = isd_r.session;
  if (!session || session->instance != instance) return Answer(0x6985);
  const auto level = session->channel.accept_apdu(c);
  if (!level || *level != scp03::kAll) {
    const bool wrong = !level;
    session.reset();
    return Answer(wrong ? 0x6300 : 0x6985);
  }
  session->authenticated = true;
  return Answer(0x9000);
}

namespace {
Bytes error(IsdR& isd_r, std::uint8_t tag, scp03::TlvError what) {
  isd_r.session.reset();
  return scp03::error_answer(tag, what);
}

// A part of the Profile Package.
Result<Bytes> install(IsdR& isd_r, std::uint16_t instance, ByteView tlv) {
  auto& session = *isd_r.session;
  const auto plain = session.channel.open(0x86, tlv);
  if (!plain) return error(isd_r, 0x86, scp03::tlv_error(plain.error()));
  if (!session.installation) {
    if (isd_r.state.profiles.contains(instance)) return error(isd_r, 0x86, scp03::TlvError::kStructure);
    session.installation.emplace(isd_r.state, instance);
  }
  if (session.installation->over()) return error(isd_r, 0x86, scp03::TlvError::kStructure);
  EIDER_TRY(response, session.installation->feed(*plain));
  return session.channel.protect_answer(0x86, response.value_or(Bytes()));
}
}  // namespace

Result<Bytes> isd_p_tlv(IsdR& isd_r, std::uint16_t instance, ByteView tlv) {
  const auto tag = tlv.empty() ? std::uint8_t{0} : tlv[0];
  auto& session = isd_r.session;
  if (tag == 0x84) {
    const auto request = scp03::InitializeUpdate::from_tlv(tlv);
    if (!request) return error(isd_r, tag, scp03::TlvError::kStructure);
    EIDER_TRY(answer, begin(isd_r, instance, *request));
    if (!answer) return error(isd_r, tag, scp03::TlvError::kNoKey);
    return make_tlv(0x84, answer->encode());
  }
  if (!session || session->instance != instance) return error(isd_r, tag, scp03::TlvError::kSecurity);
  if (tag == 0x85) {
    if (const auto done = session->channel.accept_tlv(tlv); !done)
      return error(isd_r, tag, scp03::tlv_error(done.error()));
    session->authenticated = true;
    return Bytes{0x85, 0x00};
  }
  // 87, other keys for the session, is not what SM-DPs of SGP.02 use: docs/sgp02-open-points.md.
  if (tag != 0x86 || !session->authenticated) return error(isd_r, tag, scp03::TlvError::kSecurity);
  return install(isd_r, instance, tlv);
}

}  // namespace eider::card::m2m
