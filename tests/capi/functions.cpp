// Every function of eider/lpa.h over the emulated card and the SM-DP+, and the same by eider/lpa.hpp.
#include <eider/lpa.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capi/host.hpp"
#include "support/smds_fixture.hpp"

namespace eider::test {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

eider_lpa_outcome outcome() {
  eider_lpa_outcome out{};
  out.struct_size = sizeof out;
  return out;
}
// "iccid enabled name nickname" of each.
std::vector<std::string> texts(eider_lpa* lpa) {
  eider_lpa_profiles* list = nullptr;
  EXPECT_EQ(eider_lpa_list(lpa, 0, &list), EIDER_LPA_OK) << last_error();
  std::vector<std::string> out;
  for (std::size_t i = 0; i < eider_lpa_profiles_count(list); ++i) {
    const auto* p = eider_lpa_profiles_at(list, i);
    out.push_back(std::string(p->iccid) + (p->enabled ? " enabled " : " disabled ") + p->name + " " +
                  p->nickname);
  }
  EXPECT_EQ(eider_lpa_profiles_at(list, eider_lpa_profiles_count(list)), nullptr);
  eider_lpa_profiles_free(list);
  return out;
}
}  // namespace

TEST(LpaLibrary, TellsWhatTheCardIs) {
  Host h;
  const eider_lpa_chip* chip = nullptr;
  ASSERT_EQ(eider_lpa_chip_info(h.lpa(), &chip), EIDER_LPA_OK) << last_error();
  EXPECT_STREQ(chip->eid, kCardEid);
  EXPECT_STREQ(chip->svn, "2.6.1");
  EXPECT_STREQ(chip->isd_r_aid, "A0000005591010FFFFFFFF8900000100");
  EXPECT_STREQ(chip->default_smdp, "");
  EXPECT_STREQ(chip->root_smds, "lpa.ds.gsma.com");
  EXPECT_GT(chip->free_memory, 100000u);
  EXPECT_THAT(chip->json, HasSubstr("\"euiccCiPKIdListForVerification\":[\""));
  EXPECT_EQ(chip->struct_size, sizeof *chip);
  eider_lpa_chip_free(chip);
  EXPECT_STREQ(eider_lpa_last_error()->cause, "");
  EXPECT_EQ(h.posts, 0);
}

TEST(LpaLibrary, DownloadsManagesAndDeletes) {
  Host h;
  const auto code = h.order(1);
  const eider_lpa_installed* installed = nullptr;
  ASSERT_EQ(h.download(code, false, &installed), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(installed->profile->iccid, h.iccid(1));
  EXPECT_THAT(installed->profile->isdp_aid, StartsWith("A0000005591010"));
  EXPECT_EQ(installed->enable_status, EIDER_LPA_OK);
  EXPECT_EQ(installed->outcome->notifications_delivered, 2u);  // the installation result is one
  EXPECT_EQ(installed->outcome->notifications_waiting, 0u);
  eider_lpa_installed_free(installed);
  ASSERT_EQ(h.offers.size(), 1u);
  EXPECT_THAT(h.offers[0], StartsWith(std::string(kHostAddress) + " " + h.iccid(1) + " "));
  EXPECT_THAT(h.steps, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(h.warnings, IsEmpty());
  EXPECT_EQ(h.state(1), smdpp::ProfileState::kInstalled);
  EXPECT_EQ(h.sessions, 2);  // the download, and the notification
  EXPECT_THAT(h.policies, ElementsAre("2.23.146.1.2.1.3", "2.23.146.1.2.1.0.0.1.0"));

  auto result = outcome();
  ASSERT_EQ(eider_lpa_enable(h.lpa(), h.iccid(1).c_str(), &result), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(result.card_reset, 1);
  EXPECT_EQ(result.notifications_delivered, 1u);
  ASSERT_EQ(eider_lpa_set_nickname(h.lpa(), h.iccid(1).c_str(), "Travel"), EIDER_LPA_OK) << last_error();
  const auto now = texts(h.lpa());
  ASSERT_EQ(now.size(), 1u);
  EXPECT_THAT(now[0], StartsWith(h.iccid(1) + " enabled"));
  EXPECT_THAT(now[0], HasSubstr(" Travel"));
  EXPECT_EQ(eider_lpa_delete(h.lpa(), "Travel", nullptr), EIDER_LPA_ERR_CARD);
  EXPECT_STREQ(eider_lpa_last_error()->code, "DeleteProfile profileNotInDisabledState(2)");
  EXPECT_STRNE(eider_lpa_last_error()->clause, "");
  EXPECT_STRNE(eider_lpa_last_error()->remedy, "");
  ASSERT_EQ(eider_lpa_disable(h.lpa(), "Travel", &result), EIDER_LPA_OK) << last_error();
  ASSERT_EQ(eider_lpa_set_nickname(h.lpa(), "Travel", nullptr), EIDER_LPA_OK) << last_error();
  ASSERT_EQ(eider_lpa_delete(h.lpa(), h.iccid(1).c_str(), &result), EIDER_LPA_OK) << last_error();
  EXPECT_THAT(texts(h.lpa()), IsEmpty());
  EXPECT_EQ(h.server.profile(1).on_card, smdpp::OnCardState::kDeleted);
  EXPECT_FALSE(h.logs.empty());
}

TEST(LpaLibrary, EnablesWhatItInstalls) {
  Host h;
  const eider_lpa_installed* installed = nullptr;
  ASSERT_EQ(h.download(h.order(1), true, &installed), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(installed->profile->enabled, 1);
  EXPECT_EQ(installed->outcome->card_reset, 1);
  EXPECT_EQ(installed->outcome->notifications_delivered, 3u);
  EXPECT_GE(h.resets, 1);
  eider_lpa_installed_free(installed);
}

TEST(LpaLibrary, TellsWhyAnInstalledProfileWasNotEnabled) {
  Host h;
  ASSERT_EQ(h.download(h.order(1), true), EIDER_LPA_OK);
  const auto code = h.order(2);
  h.on_step = [&](std::int32_t step) {
    if (step != EIDER_LPA_STEP_ENABLE) return;
    h.instead_of_card = [](ByteView, std::uint8_t*, std::size_t*) { return EIDER_LPA_ERR_NOT_REACHED; };
  };
  const eider_lpa_installed* installed = nullptr;
  ASSERT_EQ(h.download(code, true, &installed), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(installed->enable_status, EIDER_LPA_ERR_NOT_REACHED);
  EXPECT_EQ(installed->profile->enabled, 0);
  EXPECT_EQ(eider_lpa_last_error()->status, EIDER_LPA_ERR_NOT_REACHED);
  eider_lpa_installed_free(installed);
  h.instead_of_card = {};
  EXPECT_EQ(h.profiles(), 2u);
}

TEST(LpaLibrary, AsksForConfirmationCodes) {
  Host h;
  const auto code = h.order(1, "4321");
  EXPECT_EQ(h.download(code), EIDER_LPA_ERR_CANCELLED);  // the user has none
  EXPECT_EQ(h.state(1), smdpp::ProfileState::kReleased);
  h.codes = {"1111", "4321"};
  ASSERT_EQ(h.download(code), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(h.prompts, 3);
  ASSERT_EQ(h.download(h.order(2, "77"), false, nullptr, "77"), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(h.download(h.order(3, "77"), false, nullptr, "78"), EIDER_LPA_ERR_SERVER);
  EXPECT_STREQ(eider_lpa_last_error()->code, "8.2.7/3.8");
  EXPECT_EQ(h.prompts, 3);
}

TEST(LpaLibrary, TheAnswerOfTheUserReachesTheOrder) {
  Host h;
  const auto code = h.order(1);
  for (const eider_lpa_answer answer :
       std::initializer_list<eider_lpa_answer>{EIDER_LPA_LATER, EIDER_LPA_TIMEOUT, 77}) {
    h.on_confirm = [&](const eider_lpa_offer&) { return answer; };
    EXPECT_EQ(h.download(code), EIDER_LPA_ERR_CANCELLED) << answer;
    EXPECT_EQ(h.state(1), smdpp::ProfileState::kReleased) << answer;
  }
  h.on_confirm = [](const eider_lpa_offer&) { return EIDER_LPA_NO; };
  EXPECT_EQ(h.download(code), EIDER_LPA_ERR_CANCELLED);
  EXPECT_EQ(h.state(1), smdpp::ProfileState::kError);
  EXPECT_EQ(h.profiles(), 0u);
}

TEST(LpaLibrary, DefaultSmdpIsKeptAndAsked) {
  Host h;
  char* address = nullptr;
  ASSERT_EQ(eider_lpa_default_smdp(h.lpa(), &address), EIDER_LPA_OK);
  EXPECT_STREQ(address, "");
  eider_lpa_string_free(address);
  eider_lpa_download_request request{};
  request.struct_size = sizeof request;
  EXPECT_EQ(eider_lpa_download(h.lpa(), &request, nullptr), EIDER_LPA_ERR_LOCAL);
  EXPECT_EQ(eider_lpa_set_default_smdp(h.lpa(), "https://x"), EIDER_LPA_ERR_LOCAL);
  ASSERT_EQ(eider_lpa_set_default_smdp(h.lpa(), kHostAddress), EIDER_LPA_OK) << last_error();
  ASSERT_EQ(eider_lpa_default_smdp(h.lpa(), &address), EIDER_LPA_OK);
  EXPECT_STREQ(address, kHostAddress);
  eider_lpa_string_free(address);
  h.add_profile(2);
  (void)h.server.release(2, kCardEid, {}, "");
  ASSERT_EQ(eider_lpa_download(h.lpa(), &request, nullptr), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(h.state(2), smdpp::ProfileState::kInstalled);
  ASSERT_EQ(eider_lpa_set_default_smdp(h.lpa(), nullptr), EIDER_LPA_OK);
  EXPECT_EQ(eider_lpa_download(h.lpa(), &request, nullptr), EIDER_LPA_ERR_LOCAL);
}

TEST(LpaLibrary, NotificationsWaitForAServer) {
  Host h;
  ASSERT_EQ(h.download(h.order(1)), EIDER_LPA_OK) << last_error();
  h.offline = true;
  auto result = outcome();
  ASSERT_EQ(eider_lpa_enable(h.lpa(), h.iccid(1).c_str(), &result), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(result.notifications_waiting, 1u);
  EXPECT_EQ(h.warnings.size(), 1u);
  ASSERT_EQ(eider_lpa_disable(h.lpa(), h.iccid(1).c_str(), &result), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(result.notifications_waiting, 2u);

  eider_lpa_notifications* list = nullptr;
  ASSERT_EQ(eider_lpa_list_notifications(h.lpa(), &list), EIDER_LPA_OK);
  ASSERT_EQ(eider_lpa_notifications_count(list), 2u);
  const auto* first = eider_lpa_notifications_at(list, 0);
  EXPECT_EQ(first->event, EIDER_LPA_EVENT_ENABLE);
  EXPECT_EQ(eider_lpa_notifications_at(list, 1)->event, EIDER_LPA_EVENT_DISABLE);
  EXPECT_EQ(first->iccid, h.iccid(1));
  EXPECT_STREQ(first->address, kHostAddress);
  EXPECT_EQ(first->state, EIDER_LPA_WAITING);
  const auto number = first->number;
  eider_lpa_notifications_free(list);

  h.offline = false;
  ASSERT_EQ(eider_lpa_deliver(h.lpa(), EIDER_LPA_DELIVER_DUE, &list),
            EIDER_LPA_OK);  // it failed twice: not yet
  EXPECT_EQ(eider_lpa_notifications_at(list, 0)->state, EIDER_LPA_WAITING);
  eider_lpa_notifications_free(list);
  h.server.clock.advance(std::chrono::hours(1));
  ASSERT_EQ(eider_lpa_deliver(h.lpa(), EIDER_LPA_DELIVER_DUE | EIDER_LPA_DELIVER_KEEP, &list), EIDER_LPA_OK);
  EXPECT_EQ(eider_lpa_notifications_at(list, 0)->state, EIDER_LPA_DELIVERED);
  eider_lpa_notifications_free(list);
  EXPECT_EQ(h.pending(), 2u);
  EXPECT_EQ(eider_lpa_discard_notification(h.lpa(), number), EIDER_LPA_OK);
  EXPECT_EQ(h.pending(), 1u);
  ASSERT_EQ(eider_lpa_deliver(h.lpa(), 0, nullptr), EIDER_LPA_OK);
  EXPECT_EQ(h.pending(), 0u);
}

TEST(LpaLibrary, AFailedNotificationSaysWhy) {
  Host h;
  ASSERT_EQ(h.download(h.order(1)), EIDER_LPA_OK);
  h.offline = true;
  ASSERT_EQ(eider_lpa_enable(h.lpa(), h.iccid(1).c_str(), nullptr), EIDER_LPA_OK);
  eider_lpa_notifications* list = nullptr;
  ASSERT_EQ(eider_lpa_deliver(h.lpa(), 0, &list), EIDER_LPA_OK);
  ASSERT_EQ(eider_lpa_notifications_count(list), 1u);
  EXPECT_EQ(eider_lpa_notifications_at(list, 0)->state, EIDER_LPA_FAILED);
  EXPECT_EQ(eider_lpa_notifications_at(list, 0)->status, EIDER_LPA_ERR_NOT_REACHED);
  EXPECT_THAT(eider_lpa_notifications_at(list, 0)->cause, HasSubstr("not reached"));
  eider_lpa_notifications_free(list);
}

TEST(LpaLibrary, MemoryReset) {
  Host h;
  ASSERT_EQ(h.download(h.order(1)), EIDER_LPA_OK);
  ASSERT_EQ(h.download(h.order(2)), EIDER_LPA_OK);
  EXPECT_EQ(eider_lpa_memory_reset(h.lpa(), 0, nullptr), EIDER_LPA_ERR_ARGUMENT);
  EXPECT_EQ(eider_lpa_memory_reset(h.lpa(), 8, nullptr), EIDER_LPA_ERR_ARGUMENT);
  auto result = outcome();
  ASSERT_EQ(eider_lpa_memory_reset(h.lpa(), EIDER_LPA_RESET_OPERATIONAL, &result), EIDER_LPA_OK)
      << last_error();
  EXPECT_EQ(result.notifications_delivered, 2u);
  EXPECT_EQ(h.profiles(), 0u);
  EXPECT_EQ(eider_lpa_memory_reset(h.lpa(), EIDER_LPA_RESET_OPERATIONAL, &result), EIDER_LPA_ERR_CARD);
  EXPECT_THAT(eider_lpa_last_error()->code, HasSubstr("nothingToDelete"));
}

TEST(LpaLibrary, DiscoversAtAnSmDsAndDownloads) {
  Host h;
  SmDsFixture smds;
  h.others[smds.address] = [&](const eider_lpa_http_request& r) {
    return smds.post_es11(r.path, as_text({r.body, r.body_size}));
  };
  eider_lpa_events* events = nullptr;
  ASSERT_EQ(eider_lpa_discover(h.lpa(), smds.address.c_str(), &events), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(eider_lpa_events_count(events), 0u);
  eider_lpa_events_free(events);
  h.add_profile(2);
  const auto matching_id = h.server.release(2, kCardEid);
  auto request = smds.request(matching_id);
  request.eid = kCardEid;
  request.rspServerAddress = kHostAddress;
  ASSERT_EQ(smds.register_event(request), "ok");
  ASSERT_EQ(eider_lpa_discover(h.lpa(), smds.address.c_str(), &events), EIDER_LPA_OK) << last_error();
  ASSERT_EQ(eider_lpa_events_count(events), 1u);
  const auto* event = eider_lpa_events_at(events, 0);
  EXPECT_EQ(event->status, EIDER_LPA_OK) << event->cause;
  EXPECT_EQ(event->event_id, matching_id);
  eider_lpa_download_request download{};
  download.struct_size = sizeof download;
  download.smdp_address = event->address;
  download.matching_id = event->event_id;
  EXPECT_EQ(eider_lpa_download(h.lpa(), &download, nullptr), EIDER_LPA_OK) << last_error();
  eider_lpa_events_free(events);
  EXPECT_EQ(h.state(2), smdpp::ProfileState::kInstalled);

  request = smds.request("E-2");
  request.eid = kCardEid;
  request.rspServerAddress = "gone.example.com";
  ASSERT_EQ(smds.register_event(request), "ok");
  ASSERT_EQ(eider_lpa_discover(h.lpa(), smds.address.c_str(), &events), EIDER_LPA_OK) << last_error();
  bool told = false;
  for (std::size_t i = 0; i < eider_lpa_events_count(events); ++i)
    if (std::string(eider_lpa_events_at(events, i)->address) == "gone.example.com") {
      told = eider_lpa_events_at(events, i)->status == EIDER_LPA_ERR_NOT_REACHED;
      EXPECT_THAT(eider_lpa_events_at(events, i)->cause, HasSubstr("no such host"));
    }
  EXPECT_TRUE(told);
  eider_lpa_events_free(events);
  EXPECT_EQ(eider_lpa_discover(h.lpa(), nullptr, &events),
            EIDER_LPA_ERR_NOT_REACHED);  // the Root of the card
}

TEST(LpaLibrary, ActivationCodesAreCheckedWithoutACard) {
  EXPECT_EQ(eider_lpa_activation_code_check("LPA:1$smdp.example.com$A"), EIDER_LPA_OK);
  EXPECT_EQ(eider_lpa_activation_code_check(" lpa:1$smdp.example.com$A\n"), EIDER_LPA_OK);
  EXPECT_EQ(eider_lpa_activation_code_check("2$smdp.example.com$A"), EIDER_LPA_ERR_LOCAL);
  EXPECT_STRNE(eider_lpa_last_error()->remedy, "");
  Host h;
  EXPECT_EQ(h.download("nonsense"), EIDER_LPA_ERR_LOCAL);
  EXPECT_EQ(h.commands, 0);
}

TEST(LpaLibrary, OpensTheChannelOnceAndGivesItBack) {
  Host h;
  ASSERT_EQ(eider_lpa_open(h.lpa()), EIDER_LPA_OK);
  const int opened = h.commands;
  ASSERT_EQ(eider_lpa_open(h.lpa()), EIDER_LPA_OK);
  EXPECT_EQ(h.commands, opened);
  ASSERT_EQ(eider_lpa_close(h.lpa()), EIDER_LPA_OK);
  EXPECT_EQ(h.commands, opened + 1);
  ASSERT_EQ(eider_lpa_close(h.lpa()), EIDER_LPA_OK);
  EXPECT_EQ(h.commands, opened + 1);
  must(h.card.euicc.reset());
  EXPECT_EQ(h.profiles(), 0u);
}

TEST(LpaLibrary, WorksInTheAsn1BindingWithAnImei) {
  Host h;
  h.config.binding = EIDER_LPA_BINDING_ASN1;
  h.config.imei = "490154203237518";
  h.config.block_size = 255;
  ASSERT_EQ(h.download(h.order(1)), EIDER_LPA_OK) << last_error();
  EXPECT_EQ(h.state(1), smdpp::ProfileState::kInstalled);
}

TEST(LpaLibrary, NamesItsStatusAndVersion) {
  EXPECT_STREQ(eider_lpa_status_name(EIDER_LPA_OK), "ok");
  EXPECT_STREQ(eider_lpa_status_name(12), "unknown status");
  EXPECT_STREQ(eider_lpa_status_name(-1), "unknown status");
  for (eider_lpa_status s = EIDER_LPA_OK; s <= EIDER_LPA_ERR_INTERNAL; ++s)
    EXPECT_STRNE(eider_lpa_status_name(s), "unknown status") << s;
  EXPECT_THAT(eider_lpa_version(), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

namespace {
struct CppHost final : sdk::Card, sdk::Http, sdk::User {
  Host& h;
  explicit CppHost(Host& host) : h(host) {}
  std::optional<std::vector<std::uint8_t>> transmit(std::span<const std::uint8_t> command) override {
    auto answer = h.card.euicc.transmit(command);
    if (!answer) return std::nullopt;
    return *std::move(answer);
  }
  eider_lpa_status reset() override {
    return h.card.euicc.reset() ? EIDER_LPA_OK : EIDER_LPA_ERR_NOT_REACHED;
  }
  eider_lpa_status post(const eider_lpa_http_request& request, sdk::HttpReply& reply) override {
    const auto answer =
        h.server.post(request.path, as_text({request.body, request.body_size}), "application/json");
    reply.status(answer.status);
    for (const auto& header : answer.headers) reply.header(header.name, header.value);
    return reply.body(answer.body) ? EIDER_LPA_OK : EIDER_LPA_ERR_NOT_REACHED;
  }
  eider_lpa_answer confirm(const eider_lpa_offer& offer) override {
    h.offers.emplace_back(offer.profile->iccid);
    return EIDER_LPA_YES;
  }
  std::optional<std::string> confirmation_code(const eider_lpa_offer&, int) override { return "4321"; }
};
}  // namespace

TEST(LpaLibraryCpp, DownloadsManagesAndDeletes) {
  Host h;
  CppHost host(h);
  sdk::Config config;
  config.card(host).http(host).user(host).raw().flags = EIDER_LPA_ONLY_TERMINAL;
  auto lpa = sdk::Lpa::create(config);
  ASSERT_TRUE(lpa) << lpa.error().text();
  const auto chip = lpa->chip_info();
  ASSERT_TRUE(chip) << chip.error().text();
  EXPECT_STREQ((*chip)->eid, kCardEid);
  sdk::Download request;
  request.activation_code = h.order(1, "4321");
  request.enable = true;
  const auto installed = lpa->download(request);
  ASSERT_TRUE(installed) << installed.error().text();
  EXPECT_EQ((*installed)->profile->iccid, h.iccid(1));
  EXPECT_THAT(h.offers, ElementsAre(h.iccid(1)));
  ASSERT_TRUE(lpa->set_nickname(h.iccid(1), "Travel"));
  const auto list = lpa->list();
  ASSERT_TRUE(list);
  std::vector<std::string> nicknames;
  for (const eider_lpa_profile& p : *list) nicknames.emplace_back(p.nickname);
  EXPECT_THAT(nicknames, ElementsAre("Travel"));
  const auto refused = lpa->remove("Travel");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, EIDER_LPA_ERR_CARD);
  EXPECT_THAT(refused.error().text(), HasSubstr("\n  remedy  "));
  const auto disabled = lpa->disable("Travel");
  ASSERT_TRUE(disabled);
  EXPECT_EQ(disabled->notifications_delivered, 1u);
  ASSERT_TRUE(lpa->enable("Travel"));
  EXPECT_EQ(*lpa->default_smdp(), "");
  ASSERT_TRUE(lpa->set_default_smdp(kHostAddress));
  EXPECT_EQ(*lpa->default_smdp(), kHostAddress);
  EXPECT_TRUE(lpa->notifications()->empty());
  EXPECT_TRUE(lpa->deliver()->empty());
  EXPECT_TRUE(lpa->memory_reset(EIDER_LPA_RESET_OPERATIONAL));
  EXPECT_TRUE(lpa->list()->empty());
  EXPECT_TRUE(lpa->close());
  sdk::Config none;
  const auto without = sdk::Lpa::create(none);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().status, EIDER_LPA_ERR_ARGUMENT);
}

}  // namespace eider::test
