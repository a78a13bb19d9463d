// Hundreds of cards of one store, served on one port and used at the same time over real sockets: each is its
// own, keeps what was written, and outlives the server.
#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "net/rack_server.hpp"
#include "net/tcp_card.hpp"
#include "store/card_file.hpp"
#include "store/fleet_rack.hpp"
#include "support/card_fixtures.hpp"
#include "support/command.hpp"

namespace eider::test {
namespace {
constexpr std::uint32_t kCards = 300, kThreads = 12;

std::string iccid_of(std::uint32_t n) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "8988211%011u", n);
  return std::string(digits) + etsi::luhn_digit(digits);
}
sgp22::Eid eid_of(std::uint32_t n) {
  return *eum::make_eid("89049032", n);
}

// Cards 1 to kCards, manufactured with an enabled Profile each.
void make(store::CardFleet& fleet) {
  const auto pki = make_test_pki({crypto::Curve::kP256});
  const auto signer = eum_signer(pki, crypto::Curve::kP256);
  SeededRandom random(12);
  std::vector<card::MemoryNvm> memories(kCards);
  std::vector<store::CardFleet::NewCard> cards;
  for (std::uint32_t n = 1; n <= kCards; ++n) {
    eum::CardModel model;
    auto plan = plan_of_class(iccid_of(n).c_str());
    model.preloaded.push_back(
        {plan.metadata, plan.upp, true, *sgp22::KeyIdentifier::from(signer.ci.subject_key_identifier())});
    must(
        card::manufacture(must(eum::personalise(model, eid_of(n), std::span(&signer, 1), pki_time(), random)),
                          memories[n - 1]));
    cards.push_back({eid_of(n), &memories[n - 1]});
  }
  must(fleet.add(cards));
}

// What a person would call this card's: its EID, its ICCID, and the nickname it was given.
struct Told {
  std::string eid, iccid, profiles;
};
Told ask(CardPort& card) {
  CardDriver driver(card);
  Told out;
  driver.apdu("00A40004022FE2");
  out.iccid = to_hex(driver.apdu("00B000000A").data);
  driver.open();
  out.eid = to_hex(driver.store_data("BF3E035C015A").data);
  out.profiles = to_hex(driver.store_data("BF2D00").data);
  return out;
}

struct Server {
  explicit Server(const std::filesystem::path& store) : fleet(must(store::CardFleet::open(store))) {
    must(server.start());
  }
  net::TcpCardConfig client(CardChoice card) const { return {.port = server.port(), .card = card}; }
  std::unique_ptr<store::CardFleet> fleet;
  store::FleetRack rack{*fleet};
  net::RackServer server{rack, {}};
};

void in_threads(const std::function<void(std::uint32_t card)>& work) {
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (auto n = t + 1; n <= kCards; n += kThreads) work(n);
    });
  for (auto& thread : threads) thread.join();
}
}  // namespace

TEST(Fleet, HundredsOfCardsInOneProcess) {
  Workplace dir;
  {
    make(*must(store::CardFleet::create(dir / "f")));
    Server s(dir / "f");
    std::vector<std::unique_ptr<net::TcpCard>> cards(kCards + 1);
    std::atomic<int> wrong = 0;
    // All are powered at the same time, and each gets a nickname.
    in_threads([&](std::uint32_t n) {
      cards[n] = std::make_unique<net::TcpCard>(n % 2 == 0 ? s.client(n) : s.client(eid_of(n)));
      if (!cards[n]->reset()) return void(++wrong);
      const auto told = ask(*cards[n]);
      wrong += told.eid.find(to_hex(eid_of(n))) == std::string::npos;
      wrong += told.iccid != to_hex(*sgp22::parse_iccid(iccid_of(n)));
      CardDriver driver(*cards[n]);
      sgp22::SetNicknameRequest request;
      request.iccid = *sgp22::parse_iccid(iccid_of(n));
      request.profileNickname = "card " + std::to_string(n);
      wrong +=
          driver.call<sgp22::SetNicknameResponse>(request).setNicknameResult != sgp22::SetNicknameResult::kOk;
    });
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(s.server.connections(), kCards);
    EXPECT_LT(s.fleet->commits(), s.fleet->writes());  // commits of many cards went together
    net::TcpCard second(s.client(std::uint32_t{1}));
    EXPECT_FALSE(second.reset());
    // The process ends without a word to anybody.
  }
  Server again(dir / "f");
  std::atomic<int> wrong = 0;
  in_threads([&](std::uint32_t n) {
    net::TcpCard card(again.client(n));
    if (!card.reset()) return void(++wrong);
    wrong += ask(card).profiles.find(to_hex(as_bytes("card " + std::to_string(n)))) == std::string::npos;
  });
  EXPECT_EQ(wrong, 0);
}

// A card that a server takes out of the store and brings back is the same card.
TEST(Fleet, ACardMovesBetweenStoreAndFile) {
  Workplace dir;
  const auto pki = make_test_pki({crypto::Curve::kP256});
  TestCard card(pki);
  card.driver.open();
  MiniSmdpp smdpp(pki);
  ASSERT_TRUE(success_of(Download(card.driver, smdpp, hex(kCardEid)).run(plan_of_class(kIccidA))));
  const auto eid = *sgp22::parse_eid(kCardEid);
  auto fleet = must(store::CardFleet::create(dir / "f"));
  const store::CardFleet::NewCard added{eid, &card.nvm};
  must(fleet->add({&added, 1}));
  const auto view = must(fleet->view_card(eid));
  EXPECT_EQ(view->keys(""), card.nvm.keys(""));
  for (const auto& key : card.nvm.keys("")) EXPECT_EQ(view->get(key), card.nvm.get(key)) << key;
  EXPECT_EQ(state_text(*view), state_text(card.nvm));
}

}  // namespace eider::test
