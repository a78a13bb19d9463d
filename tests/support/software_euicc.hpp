// The eUICC's side of a download as a server sees it: signs and checks as SGP.22 section 3.1 demands,
// installs nothing.
#pragma once
#include "channel/bsp.hpp"
#include "spec/sgp22/es10b.hpp"
#include "spec/sgp22/es9plus.hpp"
#include "support/test_pki.hpp"

namespace eider::test {

class SoftwareEuicc {
 public:
  SoftwareEuicc(const TestPki& pki, std::string_view eid_digits, std::uint64_t seed,
                crypto::Curve curve = crypto::Curve::kP256);

  static sgp22::Version version(std::uint8_t a, std::uint8_t b, std::uint8_t c);

  sgp22::es9plus::InitiateAuthenticationRequest initiate(std::string address);

  // BF38. Throws when the server's answer is not what a card would take.
  Bytes authenticate_server(const sgp22::es9plus::InitiateAuthenticationResponse& r,
                            std::optional<std::string> matching_id);

  // BF21. A new one-time key, unless `keep_otpk` and the server still has a package for the last one.
  Bytes prepare_download(const sgp22::es9plus::AuthenticateClientResponse& r,
                         std::optional<std::string> code);

  struct Opened {
    Bytes configure, metadata, replace, package;
  };
  // Opens the package as LoadBoundProfilePackage does; throws on anything a card would refuse.
  Opened open(ByteView bpp) const;

  Bytes success(const sgp22::Iccid& iccid);
  Bytes failure(const sgp22::Iccid& iccid, sgp22::ErrorReason reason,
                sgp22::BppCommandId command = sgp22::BppCommandId::kLoadProfileElements);
  Bytes cancel(sgp22::CancelSessionReason reason);
  Bytes notification(const sgp22::Iccid& iccid, int event, std::optional<std::int64_t> sequence = {});

  const sgp22::Eid& eid() const { return eid_; }
  std::string eid_digits() const { return sgp22::eid_digits(eid_); }
  const sgp22::TransactionId& transaction_id() const { return transaction_id_; }
  const crypto::PrivateKey& key() const { return *item_.key; }

  sgp22::EUICCInfo2 info2;
  sgp22::Oid smdp_oid{"2.999.10"};
  bool keep_otpk = true;
  bool cc_required = false;
  std::optional<sgp22::OneTimePublicKey> offered_otpk;
  std::function<void(sgp22::EuiccSigned1&)> tamper_signed1;         // before signing
  std::function<void(sgp22::AuthenticateResponseOk&)> tamper_auth;  // after signing
  std::function<void(sgp22::EuiccSigned2&)> tamper_signed2;
  std::function<void(sgp22::PrepareDownloadResponseOk&)> tamper_prepare;
  std::function<void(sgp22::CancelSessionResponseOk&)> tamper_cancel;
  std::function<void(sgp22::ProfileInstallationResult&)> tamper_result;

 private:
  template <class T>
  static T take(Result<T> r) {
    if (!r) throw std::runtime_error(r.error().message());
    return *std::move(r);
  }
  static void require(bool condition, const char* what);
  static Bytes signature(ByteView tlv) { return to_bytes(take(read_single_tlv(tlv)).value); }

  Bytes result(const sgp22::Iccid& iccid,
               std::variant<sgp22::SuccessResult, sgp22::ErrorResult> final_result);

  SeededRandom random_;
  sgp22::Eid eid_;
  crypto::PkiItem item_;
  crypto::Certificate eum_;
  Bytes ci_ski_;
  sgp22::Challenge challenge_;
  sgp22::TransactionId transaction_id_;
  std::string server_address_;
  sgp22::Signature signature1_;
  std::optional<crypto::PublicKey> pb_key_;
  std::optional<crypto::PrivateKey> one_time_;
  std::int64_t sequence_ = 0;
};

}  // namespace eider::test
