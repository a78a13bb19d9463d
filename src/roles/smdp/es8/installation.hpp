// All that an SM-DP does with an ISD-P that was just created: keys, the means of master delete when the
// operator wants it, the Profile.
#pragma once
#include <atomic>

#include "roles/smdp/es8/download_and_installation.hpp"
#include "roles/smdp/es8/key_establishment.hpp"
#include "roles/smdp/es8/scp03_script.hpp"

namespace eider::smdp::es8 {

struct TokenKey {
  DomainData domain;
  std::uint8_t identifier = 1;
  Secret key;
};

class Installation final : public Exchange {
 public:
  Installation(const Aid& isdp, const crypto::PublicKey& ecasd, const DpCredential& credential,
               KeyEstablishmentOptions keys, std::optional<TokenKey> token, Secret package,
               DownloadOptions download, Random& random);

  bool done() const override { return download_ && download_->done(); }
  std::string_view step() const override { return now().step(); }
  Result<SendData> next() override;
  Status answer(ByteView euicc_response) override;

  // The next answer may be the last. Safe to ask from any thread.
  bool finishing() const { return finishing_; }
  // The package is on its way: the card may have installed it though its last answer is missing.
  bool downloading() const { return download_.has_value(); }
  const channel::scp03::Keys& keys() const { return establishment_.keys(); }
  std::uint8_t key_version() const { return key_version_; }
  const std::optional<TokenKey>& token() const { return token_; }
  const InstallationResult* result() const { return download_ ? &download_->result() : nullptr; }

 private:
  Exchange& now();
  const Exchange& now() const { return const_cast<Installation*>(this)->now(); }

  Aid isdp_;
  std::uint8_t key_version_;
  KeyEstablishment establishment_;
  std::optional<TokenKey> token_;
  Secret package_;
  DownloadOptions options_;
  Random& random_;
  std::optional<Scp03Script> script_;
  std::optional<DownloadAndInstallation> download_;
  std::atomic<bool> finishing_ = false;
};

}  // namespace eider::smdp::es8
