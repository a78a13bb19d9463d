#include "roles/smdpp/bpp.hpp"

#include "channel/bsp.hpp"

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

BspKeys split_random_keys(const Secret& keys) {
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

struct Parts {
  Bytes channel;  // BF23
  Secret configure;
  ByteView metadata;
  Secret replace;               // plaintext of BF26; empty without random keys
  ByteView elements;            // plaintext of the '86' segments
  ByteView protected_elements;  // or those segments, ready
};

std::size_t wrapped(Tag tag, std::size_t content) {
  return tlv_header_size(tag, content) + content;
}

Result<Bytes> assemble(const Parts& p, BspSender& sender, const Secret& random_keys) {
  const auto first87 = channel::bsp_segments_size(BspTag::k87, p.configure.size());
  const auto all88 = channel::bsp_segments_size(BspTag::k88, p.metadata.size());
  const auto second87 = p.replace.empty() ? 0 : channel::bsp_segments_size(BspTag::k87, p.replace.size());
  const auto all86 = p.protected_elements.empty() ? channel::bsp_segments_size(BspTag::k86, p.elements.size())
                                                  : p.protected_elements.size();
  const auto content = p.channel.size() + wrapped(0xA0, first87) + wrapped(0xA1, all88) +
                       (second87 ? wrapped(0xA2, second87) : 0) + wrapped(0xA3, all86);
  Bytes out;
  out.reserve(wrapped(0xBF36, content));
  append_tlv_header(out, 0xBF36, content);
  append(out, p.channel);
  append_tlv_header(out, 0xA0, first87);
  EIDER_CHECK(sender.protect_segments(BspTag::k87, p.configure.view(), out));
  append_tlv_header(out, 0xA1, all88);
  EIDER_CHECK(sender.protect_segments(BspTag::k88, p.metadata, out));
  if (second87) {
    append_tlv_header(out, 0xA2, second87);
    EIDER_CHECK(sender.protect_segments(BspTag::k87, p.replace.view(), out));
    EIDER_CHECK(sender.replace_keys(split_random_keys(random_keys)));
  }
  append_tlv_header(out, 0xA3, all86);
  if (!p.protected_elements.empty())
    append(out, p.protected_elements);
  else
    EIDER_CHECK(sender.protect_segments(BspTag::k86, p.elements, out));
  return out;
}

Result<BoundPackage> bind(const BindRequest& request, const crypto::SigningKey& key, Random& random,
                          Secret random_keys, ByteView protected_elements) {
  const auto curve = key.public_key().curve();
  EIDER_TRY(euicc_key, crypto::PublicKey::from_point(curve, request.euicc_otpk));
  const auto one_time = crypto::PrivateKey::generate(curve, random);
  EIDER_TRY(shared, one_time.agree(euicc_key));
  EIDER_TRY(keys,
            channel::derive_bsp_keys(shared.view(), kKeyTypeAes, kKeyLength, request.host_id, request.eid));
  EIDER_TRY(sender, BspSender::make(keys));
  EIDER_TRY(isc, sign_request(request.transaction_id, request.host_id, one_time.public_key().point(),
                              request.euicc_otpk, key));
  sgp22::ConfigureISDPRequest configure;
  configure.dpProprietaryData = sgp22::DpProprietaryData{request.dp_oid, {}};
  Parts parts{der::encode(isc),  Secret(der::encode(configure)), request.metadata, {}, request.package,
              protected_elements};
  if (!random_keys.empty()) parts.replace = replace_session_keys(random_keys);
  EIDER_TRY(bpp, assemble(parts, sender, random_keys));
  return BoundPackage{std::move(bpp), std::move(random_keys)};
}

}  // namespace

Result<BoundPackage> bind_package(const BindRequest& request, const crypto::SigningKey& key, Random& random) {
  Secret random_keys;
  if (request.protection == Protection::kRandomKeys) {
    random_keys = Secret(std::size_t{48});
    random.fill(random_keys.mutable_view());
  }
  return bind(request, key, random, std::move(random_keys), {});
}

Result<BoundPackage> bind_again(const BindRequest& request, const KeptBpp& kept,
                                const crypto::SigningKey& key, Random& random) {
  EIDER_TRY(outer, read_single_tlv(kept.bpp));
  const auto elements = find_tlv(outer.value, 0xA3);
  if (!elements || kept.random_keys.size() != 48) return fail_local("the kept package cannot be bound again");
  return bind(request, key, random, kept.random_keys, elements->value);
}

Result<Bytes> renew_transaction(const KeptBpp& kept, const TransactionId& transaction_id,
                                const crypto::SigningKey& key) {
  EIDER_TRY(outer, read_single_tlv(kept.bpp));
  EIDER_TRY(first, read_tlv(outer.value));
  EIDER_TRY(old, der::decode<sgp22::InitialiseSecureChannelRequest>(first.whole, der::Rules::strict()));
  EIDER_TRY(isc,
            sign_request(transaction_id, old.controlRefTemplate.hostId, old.smdpOtpk, kept.euicc_otpk, key));
  const ByteView rest = outer.value.subspan(first.whole.size());
  return make_tlv(0xBF36, {ByteView(der::encode(isc)), rest});
}

}  // namespace eider::smdpp
