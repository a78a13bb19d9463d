// What hosts, cards and servers do wrong, and where an operation can be cancelled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "capi/host.hpp"

namespace eider::test {
namespace {
using testing::HasSubstr;

template <class T>
void expect_argument(T status, const char* part = "") {
  EXPECT_EQ(status, EIDER_LPA_ERR_ARGUMENT) << last_error();
  EXPECT_THAT(eider_lpa_last_error()->cause, HasSubstr(part));
  EXPECT_STRNE(eider_lpa_last_error()->remedy, "");
}
eider_lpa_status create(const eider_lpa_config* config) {
  auto* handle = reinterpret_cast<eider_lpa*>(16);
  const auto status = eider_lpa_create(config, &handle);
  if (status == EIDER_LPA_OK) {
    (void)eider_lpa_destroy(handle);
  } else {
    EXPECT_EQ(handle, nullptr);
  }
  return status;
}
// A structure as a host compiles it with a later header.
template <class T>
struct Later {
  T known;
  std::uint64_t more = 0;
  explicit Later(const T& t) : known(t) { known.struct_size = sizeof(Later); }
};
eider_lpa_status give(std::uint8_t* response, std::size_t* size, std::string_view text) {
  const auto octets = hex(text);
  std::ranges::copy(octets, response);
  *size = octets.size();
  return EIDER_LPA_OK;
}
}  // namespace

TEST(LpaLibraryArguments, NullIsRefusedEverywhere) {
  Host h;
  auto* lpa = h.lpa();
  eider_lpa_profiles* profiles = nullptr;
  eider_lpa_notifications* notifications = nullptr;
  eider_lpa_events* events = nullptr;
  const eider_lpa_chip* chip = nullptr;
  char* text = nullptr;
  expect_argument(eider_lpa_create(&h.config, nullptr), "out is NULL");
  expect_argument(create(nullptr), "eider_lpa_config is NULL");
  EXPECT_EQ(eider_lpa_destroy(nullptr), EIDER_LPA_OK);
  expect_argument(eider_lpa_open(nullptr), "lpa is NULL");
  expect_argument(eider_lpa_close(nullptr), "lpa is NULL");
  expect_argument(eider_lpa_cancel(nullptr, EIDER_LPA_NO), "lpa is NULL");
  EXPECT_EQ(eider_lpa_is_cancelled(nullptr), 0);
  expect_argument(eider_lpa_chip_info(nullptr, &chip), "lpa is NULL");
  expect_argument(eider_lpa_chip_info(lpa, nullptr), "out is NULL");
  expect_argument(eider_lpa_list(nullptr, 0, &profiles), "lpa is NULL");
  expect_argument(eider_lpa_list(lpa, 0, nullptr), "out is NULL");
  for (const auto function : {&eider_lpa_enable, &eider_lpa_disable, &eider_lpa_delete}) {
    expect_argument(function(nullptr, "1", nullptr), "lpa is NULL");
    expect_argument(function(lpa, nullptr, nullptr), "which is NULL");
    eider_lpa_outcome none{};
    expect_argument(function(lpa, "1", &none), "struct_size");
  }
  expect_argument(eider_lpa_set_nickname(nullptr, "1", "2"), "lpa is NULL");
  expect_argument(eider_lpa_set_nickname(lpa, nullptr, "2"), "which is NULL");
  expect_argument(eider_lpa_memory_reset(nullptr, 1, nullptr), "lpa is NULL");
  expect_argument(eider_lpa_default_smdp(nullptr, &text), "lpa is NULL");
  expect_argument(eider_lpa_default_smdp(lpa, nullptr), "out is NULL");
  expect_argument(eider_lpa_set_default_smdp(nullptr, "a"), "lpa is NULL");
  expect_argument(eider_lpa_activation_code_check(nullptr), "code is NULL");
  expect_argument(eider_lpa_download(lpa, nullptr, nullptr), "eider_lpa_download_request is NULL");
  eider_lpa_download_request request{};
  request.struct_size = sizeof request;
  expect_argument(eider_lpa_download(nullptr, &request, nullptr), "lpa is NULL");
  expect_argument(eider_lpa_discover(nullptr, nullptr, &events), "lpa is NULL");
  expect_argument(eider_lpa_discover(lpa, nullptr, nullptr), "out is NULL");
  expect_argument(eider_lpa_list_notifications(nullptr, &notifications), "lpa is NULL");
  expect_argument(eider_lpa_list_notifications(lpa, nullptr), "out is NULL");
  expect_argument(eider_lpa_deliver(nullptr, 0, nullptr), "lpa is NULL");
  expect_argument(eider_lpa_discard_notification(nullptr, 1), "lpa is NULL");
  expect_argument(eider_lpa_http_reply_status(nullptr, 200));
  expect_argument(eider_lpa_http_reply_header(nullptr, "a", "b"));
  expect_argument(eider_lpa_http_reply_body(nullptr, nullptr, 0));
  expect_argument(eider_lpa_http_reply_failure(nullptr, "a"));
  eider_lpa_chip_free(nullptr);
  eider_lpa_profiles_free(nullptr);
  eider_lpa_installed_free(nullptr);
  eider_lpa_events_free(nullptr);
  eider_lpa_notifications_free(nullptr);
  eider_lpa_string_free(nullptr);
  EXPECT_EQ(eider_lpa_profiles_count(nullptr), 0u);
  EXPECT_EQ(eider_lpa_profiles_at(nullptr, 0), nullptr);
  EXPECT_EQ(eider_lpa_events_at(nullptr, 0), nullptr);
  EXPECT_EQ(eider_lpa_notifications_at(nullptr, 0), nullptr);
  EXPECT_EQ(h.commands, 0);
}

TEST(LpaLibraryArguments, StructuresOfOtherVersions) {
  Host h;
  for (const std::uint32_t size : {0u, 4u, static_cast<std::uint32_t>(sizeof h.config) - 1, 70000u}) {
    auto config = h.config;
    config.struct_size = size;
    expect_argument(create(&config), "eider_lpa_config.struct_size");
    auto card = h.card_port;
    card.struct_size = size;
    config = h.config;
    config.card = &card;
    if (size < sizeof card) expect_argument(create(&config), "eider_lpa_card.struct_size");
    auto http = h.http_port;
    http.struct_size = size;
    config = h.config;
    config.http = &http;
    if (size < sizeof http) expect_argument(create(&config), "eider_lpa_http.struct_size");
    auto user = h.user_port;
    user.struct_size = size;
    config = h.config;
    config.user = &user;
    if (size < sizeof user) expect_argument(create(&config), "eider_lpa_user.struct_size");
  }
  Later<eider_lpa_config> later(h.config);
  EXPECT_EQ(create(&later.known), EIDER_LPA_OK) << last_error();
  later.more = 1;
  expect_argument(create(&later.known), "does not know");
  Later<eider_lpa_card> card(h.card_port);
  h.config.card = &card.known;
  EXPECT_EQ(create(&h.config), EIDER_LPA_OK) << last_error();
  card.more = std::uint64_t{1} << 63;
  expect_argument(create(&h.config), "does not know");
  eider_lpa_download_request request{};
  expect_argument(eider_lpa_download(nullptr, &request, nullptr), "struct_size");
}

// An outcome of a later version keeps what this library does not know.
TEST(LpaLibraryArguments, OutcomesKeepTheSizeOfTheHost) {
  Host h;
  ASSERT_EQ(h.download(h.order(1)), EIDER_LPA_OK) << last_error();
  Later<eider_lpa_outcome> later(eider_lpa_outcome{});
  later.more = 77;
  ASSERT_EQ(eider_lpa_enable(h.lpa(), h.iccid(1).c_str(), &later.known), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(later.known.struct_size, sizeof later);
  EXPECT_EQ(later.known.notifications_delivered, 1u);
  EXPECT_EQ(later.more, 77u);
}

TEST(LpaLibraryArguments, ConfigurationsThatMakeNoSense) {
  Host h;
  const auto refused = [&](const char* part, auto&& edit) {
    auto config = h.config;
    edit(config);
    expect_argument(create(&config), part);
  };
  const std::uint8_t aid[17] = {};
  refused("eider_lpa_card is NULL", [](auto& c) { c.card = nullptr; });
  refused("flags", [](auto& c) { c.flags = 1u << 31; });
  refused("block_size", [](auto& c) { c.block_size = 256; });
  refused("binding", [](auto& c) { c.binding = 2; });
  refused("imei", [](auto& c) { c.imei = "49015420323751"; });
  refused("imei", [](auto& c) { c.imei = "49015420323751X"; });
  refused("tac", [](auto& c) { c.tac = "1234567"; });
  refused("tac", [](auto& c) { c.tac = "1234567x"; });
  refused("isd_r_aid", [&](auto& c) { c.isd_r_aid = aid, c.isd_r_aid_size = 4; });
  refused("isd_r_aid", [&](auto& c) { c.isd_r_aid = aid, c.isd_r_aid_size = 17; });
  auto card = h.card_port;
  card.transmit = nullptr;
  refused("card.transmit", [&](auto& c) { c.card = &card; });
  auto http = h.http_port;
  http.post = nullptr;
  refused("http.post", [&](auto& c) { c.http = &http; });
  expect_argument(eider_lpa_cancel(h.lpa(), EIDER_LPA_YES), "answer");
  expect_argument(eider_lpa_deliver(h.lpa(), 4, nullptr), "flags");
  eider_lpa_download_request request{};
  request.struct_size = sizeof request;
  request.matching_id = "A";
  expect_argument(eider_lpa_download(h.lpa(), &request, nullptr), "without an address");
  request.activation_code = "1$a.example.com$B";
  expect_argument(eider_lpa_download(h.lpa(), &request, nullptr), "Activation Code and");
  request = {};
  request.struct_size = sizeof request;
  request.smdp_address = "https://a.example.com/x";
  EXPECT_EQ(eider_lpa_download(h.lpa(), &request, nullptr), EIDER_LPA_ERR_LOCAL);
}

// Ports are optional: what needs one says so, the rest works.
TEST(LpaLibraryHost, WithoutHttpAndUser) {
  Host h;
  h.config.http = nullptr;
  h.config.user = nullptr;
  EXPECT_EQ(h.profiles(), 0u);
  EXPECT_EQ(h.download("1$smdpp.example.com$A"), EIDER_LPA_ERR_LOCAL);
  EXPECT_THAT(eider_lpa_last_error()->cause, HasSubstr("confirm"));
  eider_lpa_events* events = nullptr;
  EXPECT_EQ(eider_lpa_discover(h.lpa(), "ds.example.com", &events), EIDER_LPA_ERR_LOCAL);
  EXPECT_EQ(events, nullptr);
  EXPECT_THAT(eider_lpa_last_error()->cause, HasSubstr("no HTTP"));
}

TEST(LpaLibraryHost, ACardThatCannotBeResetIsToldOf) {
  Host h;
  ASSERT_EQ(h.download(h.order(1)), EIDER_LPA_OK);
  Host other;
  other.card_port.context = &h;
  other.card_port.reset = nullptr;
  EXPECT_EQ(eider_lpa_enable(other.lpa(), h.iccid(1).c_str(), nullptr), EIDER_LPA_ERR_LOCAL);
  EXPECT_THAT(eider_lpa_last_error()->cause, HasSubstr("reset"));
}

// Whatever command gets no answer: a status, and the next call works again.
TEST(LpaLibraryHost, TransmitMayFailAtAnyCommand) {
  Host h;
  ASSERT_EQ(h.download(h.order(1)), EIDER_LPA_OK);
  const int before = h.commands;
  const eider_lpa_chip* chip = nullptr;
  ASSERT_EQ(eider_lpa_chip_info(h.lpa(), &chip), EIDER_LPA_OK);
  eider_lpa_chip_free(chip);
  const int needed = h.commands - before;
  ASSERT_GT(needed, 5);
  for (const eider_lpa_status failure :
       std::initializer_list<eider_lpa_status>{EIDER_LPA_ERR_NOT_REACHED, EIDER_LPA_ERR_INTERNAL, 99, -5}) {
    for (int at = 0; at < needed; ++at) {
      const int now = h.commands + at + 1;
      h.instead_of_card = [&](ByteView, std::uint8_t*, std::size_t*) -> std::optional<eider_lpa_status> {
        if (h.commands == now) return failure;
        return std::nullopt;
      };
      EXPECT_EQ(eider_lpa_chip_info(h.lpa(), &chip), EIDER_LPA_ERR_NOT_REACHED) << at;
      EXPECT_EQ(chip, nullptr);
      EXPECT_THAT(eider_lpa_last_error()->cause, HasSubstr("transmit"));
      h.instead_of_card = {};
      EXPECT_EQ(h.profiles(), 1u) << at;
    }
  }
}

TEST(LpaLibraryHost, ExceptionsOfCallbacksAreFailures) {
  Host h;
  const auto code = h.order(1);
  h.instead_of_card = [](ByteView, std::uint8_t*, std::size_t*) -> std::optional<eider_lpa_status> {
    throw std::runtime_error("card");
  };
  EXPECT_EQ(eider_lpa_open(h.lpa()), EIDER_LPA_ERR_NOT_REACHED);
  h.instead_of_card = {};
  h.instead_of_http = [](const eider_lpa_http_request&,
                         eider_lpa_http_reply*) -> std::optional<eider_lpa_status> { throw 7; };
  EXPECT_EQ(h.download(code), EIDER_LPA_ERR_NOT_REACHED);
  h.instead_of_http = {};
  h.on_confirm = [](const eider_lpa_offer&) -> eider_lpa_answer { throw std::runtime_error("user"); };
  EXPECT_EQ(h.download(code), EIDER_LPA_ERR_CANCELLED);
  EXPECT_EQ(h.state(1), smdpp::ProfileState::kReleased);
  h.on_confirm = {};
  h.on_step = [](std::int32_t) { throw std::bad_alloc(); };
  EXPECT_EQ(h.download(code), EIDER_LPA_OK) << last_error();
}

TEST(LpaLibraryCard, LengthsThatCannotBe) {
  Host h;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{EIDER_LPA_RESPONSE_MAX} + 1, SIZE_MAX}) {
    h.instead_of_card = [&](ByteView, std::uint8_t*, std::size_t* room) {
      EXPECT_EQ(*room, EIDER_LPA_RESPONSE_MAX);
      *room = size;
      return EIDER_LPA_OK;
    };
    const auto status = eider_lpa_open(h.lpa());
    EXPECT_EQ(status, size < 2 ? EIDER_LPA_ERR_MALFORMED : EIDER_LPA_ERR_NOT_REACHED) << size;
  }
  h.instead_of_card = {};
  EXPECT_EQ(h.profiles(), 0u);
}

TEST(LpaLibraryCard, AnswersWithoutEndEnd) {
  for (const auto* answer : {"6100", "6110", "6C00", "6C10"}) {
    Host h;
    h.config.flags = 0;
    h.instead_of_card = [&](ByteView c, std::uint8_t* response,
                            std::size_t* size) -> std::optional<eider_lpa_status> {
      if (c[1] == 0x70) return give(response, size, "019000");
      if (c[1] == 0xE2 || c[1] == 0xC0) {
        std::string data(answer[1] == '1' ? std::string(512, 'A') : std::string());
        return give(response, size, data + answer);
      }
      return give(response, size, "9000");
    };
    eider_lpa_profiles* list = nullptr;
    EXPECT_EQ(eider_lpa_list(h.lpa(), 0, &list), EIDER_LPA_ERR_MALFORMED) << answer;
    EXPECT_EQ(list, nullptr);
    EXPECT_LT(h.commands, 1200);
  }
}

TEST(LpaLibraryCard, NonsenseIsMalformed) {
  for (const auto* answer :
       {"9000", "00119000", "BF2D849000", "BF2D03E384FF9000", "BF2DFF9000", "6F00", "BF3E025A009000"}) {
    Host h;
    h.instead_of_card = [&](ByteView c, std::uint8_t* response,
                            std::size_t* size) -> std::optional<eider_lpa_status> {
      if (c[1] == 0xE2) return give(response, size, answer);
      return std::nullopt;
    };
    eider_lpa_profiles* list = nullptr;
    const auto status = eider_lpa_list(h.lpa(), 1, &list);
    EXPECT_TRUE(status == EIDER_LPA_ERR_MALFORMED || status == EIDER_LPA_ERR_CARD)
        << answer << ": " << last_error();
    EXPECT_EQ(list, nullptr);
    EXPECT_NE(eider_lpa_enable(h.lpa(), "Travel", nullptr), EIDER_LPA_OK);
    EXPECT_NE(eider_lpa_deliver(h.lpa(), 0, nullptr), EIDER_LPA_OK);
  }
}

TEST(LpaLibraryServer, AnswersAboveTheLimitAreNotTaken) {
  Host h;
  const auto code = h.order(1);
  h.config.max_http_body = 8000;
  const Bytes part(3000, 'x');
  eider_lpa_status last = EIDER_LPA_OK;
  int taken = 0;
  h.instead_of_http = [&](const eider_lpa_http_request&, eider_lpa_http_reply* reply) {
    (void)eider_lpa_http_reply_status(reply, 200);
    for (int i = 0; i < 100; ++i) {
      last = eider_lpa_http_reply_body(reply, part.data(), part.size());
      if (last != EIDER_LPA_OK) break;
      ++taken;
    }
    return EIDER_LPA_OK;
  };
  EXPECT_EQ(h.download(code), EIDER_LPA_ERR_NOT_REACHED);
  EXPECT_THAT(eider_lpa_last_error()->cause, HasSubstr("above the limit of 8000"));
  EXPECT_EQ(last, EIDER_LPA_ERR_MALFORMED);
  EXPECT_EQ(taken, 2);
  h.instead_of_http = [&](const eider_lpa_http_request&, eider_lpa_http_reply* reply) {
    (void)eider_lpa_http_reply_status(reply, 200);
    const std::string value(5000, 'h');
    for (int i = 0; i < 100; ++i) last = eider_lpa_http_reply_header(reply, "X", value.c_str());
    return EIDER_LPA_OK;
  };
  EXPECT_EQ(h.download(code), EIDER_LPA_ERR_NOT_REACHED);
  EXPECT_EQ(last, EIDER_LPA_ERR_MALFORMED);
}

TEST(LpaLibraryServer, AnswersThatAreNone) {
  Host h;
  const auto code = h.order(1);
  struct Case {
    int status;
    const char *type, *body;
    eider_lpa_status expected;
  };
  for (
      const Case& c :
      {Case{0, "", "", EIDER_LPA_ERR_NOT_REACHED}, Case{302, "text/html", "", EIDER_LPA_ERR_NOT_REACHED},
       Case{200, "text/html", "<html>", EIDER_LPA_ERR_NOT_REACHED},
       Case{200, "application/json", "{", EIDER_LPA_ERR_MALFORMED},
       Case{200, "application/json", "{}", EIDER_LPA_ERR_MALFORMED},
       Case{
           200, "application/json",
           R"({"header":{"functionExecutionStatus":{"status":"Failed","statusCodeData":{"subjectCode":"8.8.1","reasonCode":"3.8"}}}})",
           EIDER_LPA_ERR_SERVER}}) {
    h.instead_of_http = [&](const eider_lpa_http_request&, eider_lpa_http_reply* reply) {
      if (c.status) (void)eider_lpa_http_reply_status(reply, c.status);
      (void)eider_lpa_http_reply_header(reply, "Content-Type", c.type);
      return eider_lpa_http_reply_body(reply, reinterpret_cast<const std::uint8_t*>(c.body),
                                       std::strlen(c.body));
    };
    EXPECT_EQ(h.download(code), c.expected) << c.status << c.body << ": " << last_error();
  }
  h.instead_of_http = [](const eider_lpa_http_request&, eider_lpa_http_reply* reply) {
    EXPECT_EQ(eider_lpa_http_reply_status(reply, 99), EIDER_LPA_ERR_ARGUMENT);
    EXPECT_EQ(eider_lpa_http_reply_status(reply, 600), EIDER_LPA_ERR_ARGUMENT);
    (void)eider_lpa_http_reply_failure(reply, "issuer unknown\x1b[2J");
    return EIDER_LPA_ERR_VERIFICATION;
  };
  EXPECT_EQ(h.download(code), EIDER_LPA_ERR_VERIFICATION);
  EXPECT_THAT(eider_lpa_last_error()->cause, HasSubstr("issuer unknown?[2J"));
  h.instead_of_http = {};
  EXPECT_EQ(h.download(code), EIDER_LPA_OK) << last_error();
}

// Whatever request gets no answer, the same code works the next time, or the Profile is there already.
TEST(LpaLibraryServer, PostsMayFailAtAnyRequest) {
  for (int at = 1; at <= 4; ++at) {
    Host h;
    const auto code = h.order(1);
    h.instead_of_http = [&](const eider_lpa_http_request&,
                            eider_lpa_http_reply*) -> std::optional<eider_lpa_status> {
      if (h.posts == at) return EIDER_LPA_ERR_NOT_REACHED;
      return std::nullopt;
    };
    const auto status = h.download(code);
    EXPECT_EQ(status, at < 4 ? EIDER_LPA_ERR_NOT_REACHED : EIDER_LPA_OK) << at << last_error();
    if (status != EIDER_LPA_OK) {
      EXPECT_EQ(h.download(code), EIDER_LPA_OK) << at << last_error();
    }
    EXPECT_EQ(eider_lpa_deliver(h.lpa(), 0, nullptr), EIDER_LPA_OK);
    EXPECT_EQ(h.pending(), 0u);
    EXPECT_EQ(h.state(1), smdpp::ProfileState::kInstalled);
  }
}

// At the beginning of each step, from its own callback: the order stays, and the same code works again.
class LpaLibraryCancelled : public testing::TestWithParam<int> {};
TEST_P(LpaLibraryCancelled, LeavesTheOrderOpen) {
  Host h;
  const auto code = h.order(1, "4321");
  h.codes = {"4321"};
  int noticed = 0;
  h.on_step = [&](std::int32_t step) {
    if (step != GetParam()) return;
    EXPECT_EQ(eider_lpa_is_cancelled(h.lpa()), 0);
    EXPECT_EQ(eider_lpa_cancel(h.lpa(), EIDER_LPA_LATER), EIDER_LPA_OK);
    noticed = eider_lpa_is_cancelled(h.lpa());
  };
  const auto status = h.download(code);
  EXPECT_EQ(noticed, 1);
  h.on_step = {};
  if (GetParam() <= EIDER_LPA_STEP_INSTALL) {
    EXPECT_EQ(status, EIDER_LPA_ERR_CANCELLED) << last_error();
    EXPECT_THAT(eider_lpa_last_error()->cause, HasSubstr("postponed"));
    EXPECT_EQ(h.profiles(), 0u);
    EXPECT_EQ(h.pending(), 0u);
    ASSERT_EQ(h.download(code), EIDER_LPA_OK) << last_error();
  } else {
    EXPECT_EQ(status, EIDER_LPA_OK) << last_error();
    EXPECT_EQ(eider_lpa_deliver(h.lpa(), 0, nullptr), EIDER_LPA_OK);
  }
  EXPECT_EQ(h.profiles(), 1u);
  EXPECT_EQ(h.pending(), 0u);
  EXPECT_EQ(h.state(1), smdpp::ProfileState::kInstalled);
  EXPECT_TRUE(h.warnings.empty()) << h.warnings.front();
}
INSTANTIATE_TEST_SUITE_P(EveryStep, LpaLibraryCancelled,
                         testing::Range(int{EIDER_LPA_STEP_READ_CARD}, int{EIDER_LPA_STEP_NOTIFY} + 1));

TEST(LpaLibraryCancel, ARejectionReachesTheOrderOnceTheServerKnowsTheCard) {
  for (const int at : {EIDER_LPA_STEP_CONFIRM, EIDER_LPA_STEP_PREPARE_DOWNLOAD, EIDER_LPA_STEP_GET_PACKAGE}) {
    Host h;
    const auto code = h.order(1);
    h.on_step = [&](std::int32_t step) {
      if (step == at) (void)eider_lpa_cancel(h.lpa(), EIDER_LPA_NO);
    };
    EXPECT_EQ(h.download(code), EIDER_LPA_ERR_CANCELLED) << at;
    EXPECT_EQ(h.state(1), smdpp::ProfileState::kError) << at;
    EXPECT_EQ(h.server.profile(1).order->end_reason, "8.8.5/3.8") << at;
  }
}

TEST(LpaLibraryCancel, FromAnotherThreadWhileTheNetworkWaits) {
  Host h;
  const auto code = h.order(1);
  h.instead_of_http = [&](const eider_lpa_http_request&,
                          eider_lpa_http_reply*) -> std::optional<eider_lpa_status> {
    if (h.posts != 2) return std::nullopt;
    while (!eider_lpa_is_cancelled(h.lpa())) std::this_thread::yield();
    return EIDER_LPA_ERR_NOT_REACHED;
  };
  auto* lpa = h.lpa();
  std::atomic<bool> stop = false;
  std::thread other([&] {
    while (!stop) {  // what is cancelled before it begins is not cancelled
      (void)eider_lpa_cancel(lpa, EIDER_LPA_TIMEOUT);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  EXPECT_EQ(h.download(code), EIDER_LPA_ERR_CANCELLED) << last_error();
  stop = true;
  other.join();
  h.instead_of_http = {};
  EXPECT_EQ(h.download(code), EIDER_LPA_OK) << last_error();
}

TEST(LpaLibraryCancel, DiscoveryAndDeliveryStop) {
  Host h;
  ASSERT_EQ(h.download(h.order(1)), EIDER_LPA_OK);
  h.offline = true;
  ASSERT_EQ(eider_lpa_enable(h.lpa(), h.iccid(1).c_str(), nullptr), EIDER_LPA_OK);
  h.offline = false;
  h.steps.clear();
  h.on_step = [&](std::int32_t) { (void)eider_lpa_cancel(h.lpa(), EIDER_LPA_LATER); };
  const int posts = h.posts;
  eider_lpa_notifications* list = nullptr;
  ASSERT_EQ(eider_lpa_deliver(h.lpa(), 0, &list), EIDER_LPA_OK);
  EXPECT_EQ(eider_lpa_notifications_at(list, 0)->state, EIDER_LPA_WAITING);
  eider_lpa_notifications_free(list);
  EXPECT_EQ(h.posts, posts);
  h.steps.clear();
  eider_lpa_events* events = nullptr;
  EXPECT_EQ(eider_lpa_discover(h.lpa(), kHostAddress, &events), EIDER_LPA_ERR_CANCELLED) << last_error();
  EXPECT_EQ(events, nullptr);
  h.on_step = {};
  ASSERT_EQ(eider_lpa_deliver(h.lpa(), 0, nullptr), EIDER_LPA_OK);
  EXPECT_EQ(h.pending(), 0u);
}

TEST(LpaLibraryThreads, AHandleInUseIsBusy) {
  Host h;
  const auto code = h.order(1);
  int busy = 0;
  h.on_confirm = [&](const eider_lpa_offer&) {
    eider_lpa_profiles* list = nullptr;
    busy += eider_lpa_list(h.lpa(), 0, &list) == EIDER_LPA_ERR_BUSY;
    busy += eider_lpa_destroy(h.lpa()) == EIDER_LPA_ERR_BUSY;
    std::thread([&] { busy += eider_lpa_open(h.lpa()) == EIDER_LPA_ERR_BUSY; }).join();
    busy += eider_lpa_activation_code_check("1$a.example.com$") == EIDER_LPA_OK;
    return EIDER_LPA_YES;
  };
  ASSERT_EQ(h.download(code), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(busy, 4);
}

TEST(LpaLibraryThreads, EachHasItsOwnLastError) {
  Host h;
  EXPECT_EQ(eider_lpa_enable(h.lpa(), "nobody", nullptr), EIDER_LPA_ERR_LOCAL);
  std::thread([] {
    EXPECT_EQ(eider_lpa_last_error()->status, EIDER_LPA_OK);
    EXPECT_EQ(eider_lpa_activation_code_check(nullptr), EIDER_LPA_ERR_ARGUMENT);
  }).join();
  EXPECT_EQ(last_error(), "4 the card has no Profile nobody");
  EXPECT_STREQ(eider_lpa_last_error()->code, "");
}

// Handles on different threads share nothing.
TEST(LpaLibraryThreads, HandlesAreIndependent) {
  Host a, b;
  const auto code_a = a.order(1), code_b = b.order(2);
  eider_lpa_status status_b = -1;
  std::thread other([&] { status_b = b.download(code_b); });
  EXPECT_EQ(a.download(code_a), EIDER_LPA_OK) << last_error();
  other.join();
  EXPECT_EQ(status_b, EIDER_LPA_OK);
  EXPECT_TRUE(std::ranges::any_of(a.logs, [](const auto& l) { return l.find("ES9+") != std::string::npos; }));
  EXPECT_TRUE(std::ranges::any_of(b.logs, [](const auto& l) { return l.find("ES9+") != std::string::npos; }));
}

}  // namespace eider::test
