#include "roles/smdp/es8/installation.hpp"

namespace eider::smdp::es8 {

Installation::Installation(const Aid& isdp, const crypto::PublicKey& ecasd, const DpCredential& credential,
                           KeyEstablishmentOptions keys, std::optional<TokenKey> token, Secret package,
                           DownloadOptions download, Random& random)
    : isdp_(isdp),
      key_version_(keys.key_version),
      establishment_(isdp, ecasd, credential, std::move(keys), random),
      token_(std::move(token)),
      package_(std::move(package)),
      options_(download),
      random_(random) {}

Exchange& Installation::now() {
  if (download_) return *download_;
  if (script_) return *script_;
  return establishment_;
}

Result<SendData> Installation::next() {
  auto out = now().next();
  finishing_ = download_ && download_->all_sent();
  return out;
}

// Before the package: what goes wrong with the token key then leaves nothing on the card that POL1 could pin.
Status Installation::answer(ByteView euicc_response) {
  EIDER_CHECK(now().answer(euicc_response));
  if (download_ || !now().done()) return {};
  const auto& keys = establishment_.keys();
  if (token_ && !script_) {
    EIDER_TRY(put_key, put_token_key(token_->key, token_->identifier, keys.dek));
    std::vector<CommandApdu> commands = {store_domain_data(token_->domain), std::move(put_key)};
    script_.emplace(isdp_, keys, key_version_, std::move(commands), "delete token key", true, random_);
    return {};
  }
  download_.emplace(isdp_, keys, key_version_, std::move(package_), options_, random_);
  return {};
}

}  // namespace eider::smdp::es8
