// A card with an LPA of its own in a device with a user, and an SM-DP+ behind a real TLS server: between them
// nothing but the commands of the toolkit and sockets.
#pragma once
#include <deque>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "card/euicc.hpp"
#include "card/inspect.hpp"
#include "device/terminal.hpp"
#include "net/bip_sockets.hpp"
#include "net/http_server.hpp"
#include "support/smdpp_fixture.hpp"
#include "support/test_card.hpp"

namespace eider::test {

// Answers as told, in this order, and remembers what was shown. "<back>", "<end>", "<none>": the question
// ends so.
class ScriptedUser final : public device::UserPort {
 public:
  std::deque<std::string> answers;
  std::vector<std::string> shown;  // "text: ...", "confirm: ...", "enter: ...", "choose: title|item|item"

  device::UserAnswer show(const std::string& text, bool until_cleared) override;
  device::UserAnswer confirm(const std::string& question) override;
  device::UserAnswer enter(const device::InputQuestion& question) override;
  device::UserAnswer choose(const std::string& title, const std::vector<device::Choice>& choices) override;
  bool saw(std::string_view part) const;
  std::string transcript() const;

 private:
  std::string take();
};

// Links of the device: names lead to this machine, whatever port a card asks for to the server's, and a name
// server answers here.
class TestBip final : public device::BipPort {
 public:
  std::uint16_t server_port = 0;
  std::set<std::string> names = {"smdpp.example.com", "smds.example.com"};
  std::size_t sent = 0, received = 0;    // octets of TCP
  std::optional<std::size_t> cut_after;  // received octets: then the link is gone
  int links = 0;

  Result<int> open(const device::BipEndpoint& endpoint) override;
  Status send(int link, ByteView data) override;
  Result<std::optional<Bytes>> receive(int link, std::size_t most) override;
  void close(int link) override;
  void wait() const { sockets_.wait(Duration(50)); }

 private:
  static constexpr int kNameServer = 1'000'000;
  net::BipSockets sockets_;
  std::deque<Bytes> dns_;
};

struct LpaeWorld {
  smdpp::MemoryStore store;
  SmDpPlusFixture server;
  std::mutex server_mutex;
  std::vector<std::string> paths, user_agents;
  std::unique_ptr<net::HttpServer> http;

  SeededRandom random{3};
  card::MemoryNvm nvm;
  card::Euicc euicc;
  ScriptedUser user;
  TestBip bip;
  std::unique_ptr<device::Terminal> terminal;

  // `tls`: of the server, instead of the one that its PKI has. `card_pki`: whose CI the card trusts.
  explicit LpaeWorld(const TestPki* tls = nullptr,
                     crypto::CertificateRole tls_role = crypto::CertificateRole::kDpTls);
  ~LpaeWorld();

  // A device without an LPA of its own, unless `euicc_bits` say so.
  void power_on(std::uint8_t euicc_bits = 0);
  // An item of the menu, and answers; until the card is done.
  void choose(std::uint8_t item, std::deque<std::string> answers);
  void settle();
  // A Profile at the SM-DP+ whose package installs, and who is told everything.
  void add_profile(int n);
  // An order of one, as its Activation Code.
  std::string order(int n, std::optional<std::string> code = {});
  card::CardView card() { return must(card::inspect(nvm)); }
  smdpp::ProfileState state(int n) { return server.profile(n).state; }
};

inline constexpr std::uint8_t kProfilesItem = 1, kAddItem = 2, kAddressItem = 3, kInformationItem = 4,
                              kResetItem = 5;

}  // namespace eider::test
