// A scripted card and SM-DP+ that play a whole download without cryptography: every step can be made to fail.
#pragma once
#include <map>

#include "roles/lpa/lpa_support.hpp"
#include "roles/lpa/procedures/download.hpp"
#include "spec/sgp22/es9plus.hpp"
#include "support/lpa_ui.hpp"

namespace eider::test {

using namespace sgp22;
namespace es9 = sgp22::es9plus;

SequenceTlv some_certificate();
inline const Bytes kTransaction = hex("00112233445566778899AABBCCDDEEFF");

StoreMetadataRequest some_metadata();

Bytes notification(std::int64_t seq, int event, const std::string& address,
                   const char* iccid = "8947010000123456784");
NotificationMetadata metadata_of(const Bytes& pending);

class ScriptedCard : public FakeEuicc {
 public:
  ScriptedCard();
  // What goes wrong.
  int authenticate_error = 0, prepare_error = 0, pir_error = 0;
  int fail_segment = -1;  // index of the segment that answers fail_sw
  std::uint16_t fail_sw = 0x6A80;
  bool no_pir = false;
  std::function<std::optional<ResponseApdu>(Tag, ByteView)> override_answer;

  EUICCInfo2 info2;
  std::vector<ProfilePolicyAuthorisationRule> rat;
  std::vector<ProfileInfo> profiles;
  std::vector<Bytes> pending;
  std::vector<std::int64_t> removed;
  std::vector<CancelSessionReason> cancelled;
  std::optional<CtxParamsForCommonAuthentication> ctx;
  std::optional<FixedBytes<32>> hash_cc;
  std::string server_address;
  Challenge challenge;
  int challenges = 0;
  int segment = 0;
  int expected_segments = 6;
  bool enabled = false;

 private:
  static ResponseApdu good(Bytes data) { return {std::move(data), 0x9000}; }
  static Tag tag_of(ByteView o);

  ResponseApdu answer(ByteView o);
  ResponseApdu authenticate(ByteView o);
  ResponseApdu prepare(ByteView o);
  ResponseApdu cancel(ByteView o);
  ResponseApdu load();
  ResponseApdu list();
  ResponseApdu retrieve(ByteView o);
  ResponseApdu remove(ByteView o);
};

class ScriptedSmdp : public HttpPort {
 public:
  // By the last part of the path; each may be replaced.
  using Handler = std::function<Result<HttpReply>(const HttpPost&)>;
  std::map<std::string, Handler> handlers;
  std::vector<HttpPost> requests;
  int sessions = 0;

  std::string address = "smdp.example.com";
  std::string signed_address = "smdp.example.com";
  Bytes serverCertificate = some_certificate().der;
  StoreMetadataRequest metadata = some_metadata(), package_metadata = some_metadata();
  std::optional<Bytes> raw_package;
  bool cc_required = false;

  Result<HttpReply> post(const HttpPost& request) override;
  void new_session() override { ++sessions; }

  Result<HttpReply> normal(const HttpPost& request);
  static HttpReply json_reply(std::string body, int status = 200,
                              const char* type = "application/json;charset=UTF-8");
  static HttpReply failed(const char* subject, const char* reason);
  std::vector<std::string> functions() const;
  std::vector<CancelSessionReason> cancelled() const;
  Bytes package() const;

 private:
  Result<HttpReply> initiate(const HttpPost& request);
  Result<HttpReply> authenticate();
};

struct LpaWorld {
  ScriptedCard card;
  ScriptedSmdp server;
  ScriptedUi ui;
  ManualClock clock{Time(Duration(1700000000000))};
  SeededRandom random{1};
  lpa::MemoryLpaStore store;
  lpa::Es10Client es10{card};
  lpa::Lpa lpa{es10, server, clock, random, ui, store, {}};

  LpaWorld() { (void)es10.open(); }
  lpa::DownloadRequest request() const;
};

}  // namespace eider::test
