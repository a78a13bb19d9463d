#include "roles/smdpp/bpp.hpp"

#include "channel/bsp.hpp"
#include "crypto/hash.hpp"

namespace eider::smdpp {
namespace {
using channel::BspKeys;
using channel::BspSender;
using channel::BspTag;

constexpr std::uint8_t kKeyTypeAes = 0x88, kKeyLength = 0x10;

Result<sgp22::InitialiseSecureChannelRequest> sign_request(const TransactionId& transaction_id,
                                                           const BoundedBytes<16>& host_id,
                                                           const sgp22::OneTimePublicKey& smdp_otpk,
                                                           const sgp22::OneTimePublicKey& euicc_otpk,
                                                           const crypto::SigningKey& key) {
  sgp22::InitialiseSecureChannelRequest r;
  r.transactionId = transaction_id;
  r.controlRefTemplate.keyType[0] = kKeyTypeAes;
  r.controlRefTemplate.keyLen[0] = kKeyLength;
  r.controlRefTemplate.hostId = host_id;
  r.smdpOtpk = smdp_otpk;
  const Bytes input = sgp22::smdp_sign_input(r, euicc_otpk);
  EIDER_TRY(signature, key.sign({ByteView(input)}));
  r.smdpSign = signature;
  return r;
}

// Initial MAC chaining value, encryption key, MAC key.
Secret join_keys(const BspKeys& keys) {
  Secret out(std::size_t{48});
  const auto v = out.mutable_view();
  std::ranges::copy(keys.initial_mac_chaining_value, v.begin());
  std::ranges::copy(keys.s_enc.view(), v.begin() + 16);
  std::ranges::copy(keys.s_mac.view(), v.begin() + 32);
  return out;
}
BspKeys split_keys(const Secret& keys) {
  const auto v = keys.view();
  return {*channel::AesBlock::from(v.first(16)), Secret(v.subspan(16, 16)), Secret(v.subspan(32, 16))};
}

// The '87' of ReplaceSessionKeys as plaintext.
Secret replace_session_keys(const Secret& keys) {
  sgp22::ReplaceSessionKeysRequest r;
  const auto v = keys.view();
  std::copy_n(v.begin(), 16, r.initialMacChainingValue.begin());
  std::copy_n(v.begin() + 16, 16, r.ppkEnc.begin());
  std::copy_n(v.begin() + 32, 16, r.ppkCmac.begin());
  Secret out(der::encode(r));
  zeroise(r.ppkEnc);
  zeroise(r.ppkCmac);
  return out;
}

std::size_t wrapped(Tag tag, std::size_t content) {
  return tlv_header_size(tag, content) + content;
}

Digest content_digest(const BindRequest& request) {
  return crypto::sha256({request.metadata, request.package});
}

// Everything but the random choices: the same input gives the same octets.
Result<Bytes> assemble(const BindRequest& request, const KeptBpp& kept) {
  sgp22::ConfigureISDPRequest configure;
  configure.dpProprietaryData = sgp22::DpProprietaryData{request.dp_oid, {}};
  const Bytes isdp = der::encode(configure);
  const Secret replace = kept.random_keys.empty() ? Secret() : replace_session_keys(kept.random_keys);
  const auto first87 = channel::bsp_segments_size(BspTag::k87, isdp.size());
  const auto all88 = channel::bsp_segments_size(BspTag::k88, request.metadata.size());
  const auto second87 = replace.empty() ? 0 : channel::bsp_segments_size(BspTag::k87, replace.size());
  const auto all86 = channel::bsp_segments_size(BspTag::k86, request.package.size());
  const auto content = kept.secure_channel.size() + wrapped(0xA0, first87) + wrapped(0xA1, all88) +
                       (second87 ? wrapped(0xA2, second87) : 0) + wrapped(0xA3, all86);
  EIDER_TRY(sender, BspSender::make(split_keys(kept.session_keys)));
  Bytes out;
  out.reserve(wrapped(0xBF36, content));
  append_tlv_header(out, 0xBF36, content);
  append(out, kept.secure_channel);
  append_tlv_header(out, 0xA0, first87);
  EIDER_CHECK(sender.protect_segments(BspTag::k87, isdp, out));
  append_tlv_header(out, 0xA1, all88);
  EIDER_CHECK(sender.protect_segments(BspTag::k88, request.metadata, out));
  if (second87) {
    append_tlv_header(out, 0xA2, second87);
    EIDER_CHECK(sender.protect_segments(BspTag::k87, replace.view(), out));
    EIDER_CHECK(sender.replace_keys(split_keys(kept.random_keys)));
  }
  append_tlv_header(out, 0xA3, all86);
  EIDER_CHECK(sender.protect_segments(BspTag::k86, request.package, out));
  return out;
}

Result<BoundPackage> finish(const BindRequest& request, KeptBpp kept) {
  EIDER_TRY(bpp, assemble(request, kept));
  return BoundPackage{std::move(bpp), std::move(kept)};
}

Secret make_random_keys(Random& random) {
  Secret keys(std::size_t{48});
  random.fill(keys.mutable_view());
  return keys;
}

}  // namespace

bool same_content(const BindRequest& request, const KeptBpp& kept) {
  return content_digest(request) == kept.content;
}

Result<BoundPackage> bind_package(const BindRequest& request, const crypto::SigningKey& key, Random& random,
                                  const KeptBpp* kept) {
  const auto curve = key.public_key().curve();
  EIDER_TRY(euicc_key, crypto::PublicKey::from_point(curve, request.euicc_otpk));
  const auto one_time = crypto::PrivateKey::generate(curve, random);
  EIDER_TRY(shared, one_time.agree(euicc_key));
  EIDER_TRY(keys,
            channel::derive_bsp_keys(shared.view(), kKeyTypeAes, kKeyLength, request.host_id, request.eid));
  EIDER_TRY(channel, sign_request(request.transaction_id, request.host_id, one_time.public_key().point(),
                                  request.euicc_otpk, key));
  KeptBpp next{{}, request.transaction_id, request.euicc_otpk, der::encode(channel), join_keys(keys),
               {}, content_digest(request)};
  if (kept && !kept->random_keys.empty())
    next.random_keys = kept->random_keys;
  else if (request.protection == Protection::kRandomKeys)
    next.random_keys = make_random_keys(random);
  return finish(request, std::move(next));
}

Result<Bytes> send_again(const BindRequest& request, const KeptBpp& kept) {
  return assemble(request, kept);
}

Result<BoundPackage> renew_transaction(const BindRequest& request, const KeptBpp& kept,
                                       const crypto::SigningKey& key) {
  EIDER_TRY(old,
            der::decode<sgp22::InitialiseSecureChannelRequest>(kept.secure_channel, der::Rules::strict()));
  EIDER_TRY(channel, sign_request(request.transaction_id, old.controlRefTemplate.hostId, old.smdpOtpk,
                                  kept.euicc_otpk, key));
  KeptBpp next = kept;
  next.transaction_id = request.transaction_id;
  next.secure_channel = der::encode(channel);
  return finish(request, std::move(next));
}

}  // namespace eider::smdpp
