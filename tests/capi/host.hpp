// A host of the C interface: the emulated card and the SM-DP+ in this process behind callbacks that can do
// everything wrong.
#pragma once
#include <eider/lpa.h>

#include "profile/builder.hpp"
#include "support/smdpp_fixture.hpp"
#include "support/test_card.hpp"

namespace eider::test {

inline constexpr char kHostAddress[] = "smdpp.example.com";

struct Host {
  explicit Host(const eum::CardModel& model = {});
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // The handle; made with what the members below say when it is first asked for.
  eider_lpa* lpa();
  // A Profile that installs and whose every event is reported.
  void add_profile(int n);
  // The same, released; its Activation Code.
  std::string order(int n, std::optional<std::string> code = {});
  eider_lpa_status download(const std::string& activation_code, bool enable = false,
                            const eider_lpa_installed** out = nullptr,
                            const char* confirmation_code = nullptr);
  std::string iccid(int n) const { return sgp22::iccid_digits(SmDpPlusFixture::iccid(n)); }
  smdpp::ProfileState state(int n) { return server.profile(n).state; }
  std::size_t pending();
  std::size_t profiles();

  smdpp::MemoryStore store;
  SmDpPlusFixture server;
  TestCard card;
  SeededRandom random{11};

  // The structures as they are given to eider_lpa_create.
  eider_lpa_card card_port{};
  eider_lpa_http http_port{};
  eider_lpa_user user_port{};
  eider_lpa_config config{};

  // What the callbacks do instead of their work, if it returns a status or a reply was given.
  std::function<std::optional<eider_lpa_status>(ByteView command, std::uint8_t* response, std::size_t* size)>
      instead_of_card;
  std::function<std::optional<eider_lpa_status>(const eider_lpa_http_request&, eider_lpa_http_reply*)>
      instead_of_http;
  std::function<void(std::int32_t step)> on_step;
  std::function<eider_lpa_answer(const eider_lpa_offer&)> on_confirm;
  bool offline = false;
  std::vector<std::string> codes;
  // Other servers, by host.
  std::map<std::string, std::function<HttpReply(const eider_lpa_http_request&)>> others;

  // What the callbacks saw.
  int commands = 0, posts = 0, sessions = 0, resets = 0, prompts = 0;
  std::vector<std::int32_t> steps;
  std::vector<std::string> warnings, logs, offers;
  std::vector<std::string> policies;  // of the last request

 private:
  eider_lpa* handle_ = nullptr;
};

// The last error of this thread: "4 cause".
std::string last_error();

}  // namespace eider::test
