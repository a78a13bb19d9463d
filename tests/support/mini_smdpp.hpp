// The smallest SM-DP+ that a card accepts: signs and binds with src/channel, nothing of roles/smdpp. It can
// also do each thing wrong, which a real one cannot.
#pragma once
#include "channel/bsp.hpp"
#include "profile/builder.hpp"
#include "spec/sgp22/es8plus.hpp"
#include "support/test_card.hpp"

namespace eider::test {

struct BppPlan {
  sgp22::StoreMetadataRequest metadata;
  Bytes upp;
  bool ppk = false;                          // protect the elements with keys of their own
  std::optional<Bytes> dp_proprietary_data;  // content of B8
  bool split_metadata = false;               // two '88'
  std::size_t element_plaintext = channel::kBspMaxEncryptedPlaintext;
  // What goes wrong.
  std::uint8_t remote_op_id = 1, key_type = 0x88, key_length = 0x10;
  std::optional<Bytes> transaction_id;
  bool bad_signature = false, bad_otpk = false, bad_host_keys = false;
  std::optional<Bytes> configure_isdp, store_metadata,
      replace_session_keys;  // plaintext instead of the right one
};

class MiniSmdpp {
 public:
  explicit MiniSmdpp(const TestPki& pki, crypto::Curve curve = crypto::Curve::kP256, std::uint64_t seed = 99)
      : pki_(pki), curve_(curve), random_(seed) {}

  std::string address = "smdpp.example.com";
  crypto::CertificateRole auth_role = crypto::CertificateRole::kDpAuth;
  sgp22::TransactionId transaction_id;
  sgp22::Signature euicc_signature1;

  const crypto::PkiItem& item(crypto::CertificateRole role) const { return pki_.get(role, curve_); }
  sgp22::KeyIdentifier ci() const;
  Random& random() { return random_; }

  sgp22::AuthenticateServerRequest authenticate_request(const sgp22::Challenge& challenge);
  sgp22::PrepareDownloadRequest prepare_request(std::optional<sgp22::OneTimePublicKey> otpk = {},
                                                bool cc = false) const;
  void sign(sgp22::PrepareDownloadRequest& r) const;

  // The segments, each one STORE DATA chain (SGP.22 section 2.5.5).
  std::vector<Bytes> bind(const BppPlan& plan, const sgp22::OneTimePublicKey& euicc_otpk, ByteView eid);

 private:
  struct List {
    Tag tag;
    std::vector<Bytes> tlvs;
    Bytes content() const {
      Bytes out;
      for (const auto& t : tlvs) append(out, t);
      return out;
    }
  };
  static Bytes protect(channel::BspSender& bsp, channel::BspTag tag, ByteView plain);
  std::vector<List> lists(const BppPlan& plan, channel::BspSender& bsp);
  static std::vector<Bytes> cut(const Bytes& isc, const std::vector<List>& lists);

  const TestPki& pki_;
  crypto::Curve curve_;
  SeededRandom random_;
};

// A generic profile with this ICCID and its metadata.
BppPlan simple_plan(std::string_view iccid = "8988211000000000019", std::uint64_t seed = 5);
void add_notifications(BppPlan& plan, std::initializer_list<int> events,
                       std::string address = "smdpp.example.com");

// Each step of a download, as an LPA and a server would run it.
class Download {
 public:
  Download(CardDriver& driver, MiniSmdpp& smdpp, ByteView eid)
      : driver_(driver), smdpp_(smdpp), eid_(to_bytes(eid)) {}

  sgp22::AuthenticateServerResponse authenticate();
  sgp22::PrepareDownloadResponse prepare(std::optional<sgp22::OneTimePublicKey> otpk = {});
  // Sends segments until the result comes; nothing when it never does.
  std::optional<sgp22::ProfileInstallationResult> load(const std::vector<Bytes>& segments);
  std::vector<Bytes> bind(const BppPlan& plan) { return smdpp_.bind(plan, euicc_otpk, eid_); }
  sgp22::ProfileInstallationResult run(const BppPlan& plan);

  sgp22::OneTimePublicKey euicc_otpk;
  std::uint16_t last_sw = 0;

 private:
  CardDriver& driver_;
  MiniSmdpp& smdpp_;
  Bytes eid_;
};

const sgp22::SuccessResult* success_of(const sgp22::ProfileInstallationResult& r);
const sgp22::ErrorResult* error_of(const sgp22::ProfileInstallationResult& r);
// Installs and expects success; the AID of the ISD-P.
sgp22::Aid install(TestCard& card, MiniSmdpp& smdpp, const BppPlan& plan);

}  // namespace eider::test
