// Whatever is sent to a card, in whatever order, with the power going at any time: it never crashes, and the
// laws hold.
#include <gtest/gtest.h>

#include "card/pki.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/card_fixtures.hpp"

namespace eider::test {
namespace {
using namespace sgp22;

const card::MemoryNvm& fresh_card() {
  static const card::MemoryNvm nvm = [] {
    TestCard card(pki());
    MiniSmdpp smdpp(pki());
    install(card, smdpp, plan_of_class(kIccidA));
    install(card, smdpp, plan_of_class(kIccidB));
    install(card, smdpp, plan_of_class(kIccidTest, ProfileClass::kTest));
    return card.nvm;
  }();
  return nvm;
}

struct Chaos {
  CardCopy card;
  SeededRandom random;
  MiniSmdpp smdpp{pki()};
  std::vector<Bytes> segments;  // of a package that is being loaded
  std::int64_t highest = 0;
  explicit Chaos(std::uint64_t seed) : card(fresh_card(), seed), random(seed) {}

  Bytes iccid() {
    const char* all[] = {kIccidA, kIccidB, kIccidTest, "8988211000000000068"};
    return to_bytes(*parse_iccid(all[random.below(4)]));
  }
  Bytes command() {
    const bool flag = random.below(2) != 0;
    const auto id = *Iccid::from(iccid());
    switch (random.below(16)) {
      case 0:
      case 1:
        return der::encode(EnableProfileRequest{{id}, flag});
      case 2:
        return der::encode(DisableProfileRequest{{id}, flag});
      case 3:
        return random.below(6) == 0 ? der::encode(DeleteProfileRequest{id}) : hex("BF2D00");
      case 4:
        return random.below(12) == 0
                   ? der::encode(EuiccMemoryResetRequest{{static_cast<int>(random.below(3))}})
                   : hex("BF2800");
      case 5:
        return der::encode(SetNicknameRequest{id, flag ? "n" : ""});
      case 6:
        return der::encode(NotificationSentRequest{static_cast<std::int64_t>(random.below(40))});
      case 7:
        return hex("BF2B00");
      case 8:
        return hex("BF2200");
      case 9:
        return hex("BF2E00");
      case 10:
        return der::encode(smdpp.authenticate_request(random.fixed<16>()));
      case 11:
        return der::encode(CancelSessionRequest{
            smdpp.transaction_id.empty() ? *TransactionId::from(Bytes(16)) : smdpp.transaction_id,
            CancelSessionReason::kTimeout});
      case 12:
        return hex("BF3C00");
      case 13:
        return segments.empty() ? random.bytes(random.below(40)) : segments[random.below(segments.size())];
      case 14:
        return hex("A1820123");
      default:
        return hex("BF4300");
    }
  }
  void mutate(Bytes& b) {
    for (auto n = random.below(3) + 1; n > 0 && !b.empty(); --n) {
      const auto at = static_cast<std::ptrdiff_t>(random.below(b.size()));
      switch (random.below(3)) {
        case 0:
          b[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1u << random.below(8));
          break;
        case 1:
          b.erase(b.begin() + at);
          break;
        default:
          b.insert(b.begin() + at, static_cast<std::uint8_t>(random.below(256)));
      }
    }
  }
  void step() {
    switch (random.below(24)) {
      case 0:
        power_cycle();
        return;
      case 1:
        send(hex(random.below(2) != 0 ? "8010000003000080" : "8010000000"));
        return;
      case 2:
        send(hex("8012000000"));
        return;
      case 3:
        send(hex(random.below(2) != 0 ? "801400000C810301010482028281830100"
                                      : "801400000C810301010482028281830120"));
        return;
      case 4:
        card.nvm.cut_power_at(random.below(3) + 1, random.below(2) != 0 ? card::MemoryNvm::Cut::kAfterWrite
                                                                        : card::MemoryNvm::Cut::kBeforeWrite);
        return;
      case 5: {
        auto raw = random.bytes(random.below(30));
        if (!raw.empty() && random.below(2) != 0) raw[0] = 0x81;
        send(raw);
        return;
      }
      case 6:
        download();
        return;
      default:
        break;
    }
    auto c = command();
    if (random.below(4) == 0) mutate(c);
    attempt([&] { card.driver.store_data(c, random.below(255) + 1); });
  }
  void download() {
    const char* all[] = {kIccidA, kIccidB, "8988211000000000068"};
    attempt([&] {
      Download d(card.driver, smdpp, hex(kCardEid));
      d.authenticate();
      d.prepare();
      segments = d.bind(plan_of_class(all[random.below(3)]));
      if (random.below(3) == 0) segments.resize(random.below(segments.size()) + 1);
      if (random.below(3) == 0) mutate(segments[random.below(segments.size())]);
      d.load(segments);
    });
  }
  void send(const Bytes& raw) {
    attempt([&] { (void)card.driver.apdu(raw); });
  }
  // A card that lost its power is silent; the terminal resets it.
  template <class F>
  void attempt(F f) {
    try {
      f();
    } catch (const std::runtime_error&) {
    }
    if (!card.nvm.powered()) power_cycle();
  }
  void power_cycle() {
    card.nvm.restore_power();
    ASSERT_TRUE(card.euicc.reset());
    attempt([&] { card.driver.open(); });
  }
  void check() {
    const auto view = card::inspect(card.nvm);
    ASSERT_TRUE(view) << view.error().message();
    const auto laws = card::check_laws(*view);
    ASSERT_TRUE(laws) << laws.error().message();
    ASSERT_GE(view->next_sequence_number, highest);  // numbers are never used twice
    highest = view->next_sequence_number;
    for (const auto& p : view->profiles) ASSERT_TRUE(card::profile_package(card.nvm, p.iccid));
  }
};
}  // namespace

TEST(CardProperties, LawsHoldUnderAnySequence) {
  int installed = 0, enabled = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Chaos chaos(seed);
    for (int i = 0; i < 200; ++i) {
      chaos.step();
      chaos.check();
      if (testing::Test::HasFatalFailure()) {
        ADD_FAILURE() << "seed " << seed << " step " << i;
        return;
      }
    }
    const auto view = must(card::inspect(chaos.card.nvm));
    for (const auto& p : view.profiles) {
      installed += p.iccid == *parse_iccid("8988211000000000068");
      enabled += p.state == ProfileState::kEnabled;
    }
  }
  // The sequences reach what they are meant to reach.
  EXPECT_GT(installed, 0);
  EXPECT_GT(enabled, 0);
}

}  // namespace eider::test
