// Proof that the laws of M2M worlds can fail: each test puts one bug into a world and expects the judge to
// name it.
#include "card/m2m/records.hpp"
#include "world/judge.hpp"
#include "world/m2m/smdp_transaction.hpp"
#include "world/m2m/smsr_transaction.hpp"
#include "world/m2m/world.hpp"

namespace eider::world::m2m {
namespace {

struct M2mJudge : testing::Test {
  void SetUp() override { log::set_level(log::Level::kOff); }
  void TearDown() override { log::set_level(log::Level::kWarn); }

  // Runs until a law is broken; the name of the first one that is.
  static std::string verdict(const Sabotage& sabotage, unsigned faults = 2, std::uint64_t runs = 100) {
    RunOptions options;
    options.faults = faults;
    for (options.run = 0; options.run < runs; ++options.run)
      if (const auto result = run_world(Foundry::shared(), options, &sabotage); result.violation)
        return result.violation->law;
    return "none";
  }
};

// ---- bugs of a card ----

template <class Bug>
Sabotage bad_card() {
  Sabotage s;
  s.memory = [](card::Nvm& inner) { return std::make_unique<Bug>(inner); };
  return s;
}
template <class T>
T decoded(const Bytes& value) {
  return *der::decode<T>(value);
}
// The batch with every record of this name changed.
template <class T>
card::NvmBatch edited(const card::NvmBatch& batch, std::string_view prefix,
                      const std::function<void(T&)>& edit) {
  card::NvmBatch out;
  for (const auto& [key, value] : batch.changes()) {
    if (!value) {
      out.erase(key);
    } else if (key.starts_with(prefix)) {
      auto record = decoded<T>(*value);
      edit(record);
      out.put(key, der::encode(record));
    } else {
      out.put(key, *value);
    }
  }
  return out;
}

struct DisablesNothing : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  Status commit(const card::NvmBatch& batch) override {
    return inner.commit(without(batch, [](const auto& key, const auto& value) {
      return key.starts_with("profile/") && value &&
             decoded<card::IsdPRecord>(*value).state == sgp22::ProfileState::kDisabled;
    }));
  }
};
TEST_F(M2mJudge, SeesTwoEnabledProfiles) {
  EXPECT_EQ(verdict(bad_card<DisablesNothing>(), 0), "card.one-enabled");
}

// The card does not see POL1.
struct HidesPol1 : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  std::optional<Bytes> get(std::string_view key) const override {
    auto value = inner.get(key);
    if (!value || !key.starts_with("m2m/isd-p/")) return value;
    auto record = decoded<card::m2m::IsdP>(*value);
    record.pol1 = 0;
    return der::encode(record);
  }
};
TEST_F(M2mJudge, SeesPol1Overridden) {
  const auto law = verdict(bad_card<HidesPol1>(), 3, 300);
  EXPECT_TRUE(law.starts_with("policy.pol1")) << law;
}

struct ForgetsCounters : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  std::optional<Bytes> get(std::string_view key) const override {
    return key.starts_with("m2m/counter/") ? std::nullopt : inner.get(key);
  }
};
TEST_F(M2mJudge, SeesAPacketThatIsTakenTwice) {
  EXPECT_EQ(verdict(bad_card<ForgetsCounters>(), 3), "scp80.accepted-once");
}

struct LosesTheFallBack : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  Status commit(const card::NvmBatch& batch) override {
    return inner.commit(
        edited<card::m2m::State>(batch, "m2m/state", [](card::m2m::State& s) { s.fallback.reset(); }));
  }
};
TEST_F(M2mJudge, SeesAFallBackAttributeOnNobody) {
  EXPECT_EQ(verdict(bad_card<LosesTheFallBack>(), 0), "card.fallback");
}

// Throws a Profile away that is not in use.
struct LosesAProfile : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  Status commit(const card::NvmBatch& batch) override {
    auto more = without(batch, [](const auto&, const auto&) { return false; });
    const auto keys = inner.keys("profile/");
    if (++count == 12 && keys.size() > 1) {
      const auto last = decoded<card::IsdPRecord>(*inner.get(keys.back()));
      const auto number = keys.back().substr(std::string_view("profile/").size());
      if (last.state == sgp22::ProfileState::kDisabled) {
        more.erase(keys.back());
        more.erase("m2m/isd-p/" + number);
      }
    }
    return inner.commit(more);
  }
  int count = 0;
};
TEST_F(M2mJudge, SeesAProfileThatIsLost) {
  EXPECT_EQ(verdict(bad_card<LosesAProfile>(), 0), "profile.lost");
}

struct CountsNoNotifications : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  Status commit(const card::NvmBatch& batch) override {
    return inner.commit(
        edited<card::m2m::State>(batch, "m2m/state", [](card::m2m::State& s) { s.nextNotification = 0; }));
  }
};
TEST_F(M2mJudge, SeesNotificationsWithoutNumbers) {
  EXPECT_EQ(verdict(bad_card<CountsNoNotifications>(), 0), "notification.number");
}

TEST_F(M2mJudge, SeesATornWriteTakenInPart) {
  Sabotage s;
  s.tear = [](const card::MemoryNvm::Values& before, const card::NvmBatch& batch) {
    auto found = before;
    const auto& [key, value] = *batch.changes().begin();
    if (value)
      found[key] = *value;
    else
      found.erase(key);
    return found;
  };
  EXPECT_EQ(verdict(s, 3), "card.torn");
}

// ---- bugs of an SM-SR ----

template <class Bug>
Sabotage bad_smsr() {
  Sabotage s;
  s.smsr = [](smsr::Store& inner) { return std::make_unique<smsr_store::Wrapped<Bug>>(inner); };
  return s;
}

struct CountsNotOn : smsr_store::Transaction {
  using Transaction::Transaction;
  Status put_key_set(const smsr::CardKeys& keys) override {
    auto same = keys;
    EIDER_TRY(before, inner_.key_set(keys.eid, keys.version));
    if (before) same.counter = before->counter;
    return inner_.put_key_set(same);
  }
};
TEST_F(M2mJudge, SeesACounterThatIsUsedTwice) {
  const auto law = verdict(bad_smsr<CountsNotOn>(), 0);
  EXPECT_TRUE(law == "scp80.durable" || law == "scp80.counter-reused") << law;
}

struct HidesPol2 : smsr_store::Transaction {
  using Transaction::Transaction;
  Result<std::optional<smsr::Profile>> profile(const smsr::Eid& eid, const smsr::Iccid& iccid) override {
    EIDER_TRY(p, inner_.profile(eid, iccid));
    if (p) p->pol2 = {};
    return p;
  }
  Result<std::vector<smsr::Profile>> profiles(const smsr::Eid& eid) override {
    EIDER_TRY(all, inner_.profiles(eid));
    for (auto& p : all) p.pol2 = {};
    return all;
  }
};
TEST_F(M2mJudge, SeesPol2Overridden) {
  EXPECT_EQ(verdict(bad_smsr<HidesPol2>(), 0, 300), "policy.pol2");
}

struct ForgetsItsAnswers : smsr_store::Transaction {
  using Transaction::Transaction;
  Status add_outbox(smsr::OutboxEntry& e) override {
    return e.kind == smsr::OutboxKind::kReply ? Status{} : inner_.add_outbox(e);
  }
};
TEST_F(M2mJudge, SeesACallWithoutAnAnswer) {
  EXPECT_EQ(verdict(bad_smsr<ForgetsItsAnswers>(), 0), "call.answered");
}

struct DoesNotRememberCallsOfM2m : smsr_store::Transaction {
  using Transaction::Transaction;
  Status put_answered_call(const smsr::AnsweredCall&) override { return {}; }
};
TEST_F(M2mJudge, SeesACallThatIsCarriedOutTwice) {
  // Already the EUM hears that its card is there when it asks again.
  const auto law = verdict(bad_smsr<DoesNotRememberCallsOfM2m>(), 3, 300);
  EXPECT_TRUE(law == "call.one-answer" || law == "setup.registered") << law;
}

struct KeepsWhatIsDeleted : smsr_store::Transaction {
  using Transaction::Transaction;
  Status remove_profile(const smsr::Eid&, const smsr::Iccid&) override { return {}; }
};
TEST_F(M2mJudge, SeesAnEisThatIsNotTheCard) {
  EXPECT_EQ(verdict(bad_smsr<KeepsWhatIsDeleted>(), 0), "quiet.eis");
}

struct DoesNotNoteTheFallBack : smsr_store::Transaction {
  using Transaction::Transaction;
  Status put_profile(const smsr::Profile& p) override {
    EIDER_TRY(before, inner_.profile(p.eid, p.iccid));
    auto same = p;
    if (before) same.fallback = before->fallback;
    return inner_.put_profile(same);
  }
};
TEST_F(M2mJudge, SeesAFallBackAttributeElsewhere) {
  EXPECT_EQ(verdict(bad_smsr<DoesNotNoteTheFallBack>(), 0), "quiet.fallback");
}

struct KeepsWhatItGaveAway : smsr_store::Transaction {
  using Transaction::Transaction;
  Status remove_euicc(const smsr::Eid&) override { return {}; }
};
TEST_F(M2mJudge, SeesACardWithTwoManagers) {
  EXPECT_EQ(verdict(bad_smsr<KeepsWhatItGaveAway>(), 0, 300), "quiet.manager");
}

// Gives the card away before the other one has it.
struct GivesAwayTooEarly : smsr_store::Transaction {
  using Transaction::Transaction;
  Status add_operation(smsr::Operation& o) override {
    if (o.kind == smsr::OperationKind::kHandover) EIDER_CHECK(inner_.remove_euicc(o.eid));
    return inner_.add_operation(o);
  }
};
TEST_F(M2mJudge, SeesACardWithoutAManager) {
  EXPECT_EQ(verdict(bad_smsr<GivesAwayTooEarly>(), 0, 300), "handover.manager");
}

struct SaysEverythingAgain : smsr_store::Transaction {
  using Transaction::Transaction;
  Status put_operation(const smsr::Operation& o) override {
    auto same = o;
    if (!o.token.empty()) same.token = "the same";
    return inner_.put_operation(same);
  }
};
TEST_F(M2mJudge, SeesATokenOfASessionUsedTwice) {
  EXPECT_EQ(verdict(bad_smsr<SaysEverythingAgain>(), 0), "scp81.token");
}

struct ForgetsNotifications : smsr_store::Transaction {
  using Transaction::Transaction;
  Result<std::optional<smsr::Euicc>> euicc(const smsr::Eid& eid) override {
    EIDER_TRY(e, inner_.euicc(eid));
    if (e) e->last_notification.reset();
    return e;
  }
};
TEST_F(M2mJudge, SeesANotificationThatIsTakenTwice) {
  const auto law = verdict(bad_smsr<ForgetsNotifications>(), 3, 300);
  EXPECT_EQ(law, "notification.once");
}

// ---- bugs of the SM-DP and its inventory ----

struct ForgetsWhatItInstalled : smdp_store::Transaction {
  using Transaction::Transaction;
  Status put_profile(const smdp::Profile&) override { return {}; }
};
TEST_F(M2mJudge, SeesAProfileThatTheSmDpForgot) {
  Sabotage s;
  s.smdp = [](smdp::Store& inner) {
    return std::make_unique<smdp_store::Wrapped<ForgetsWhatItInstalled>>(inner);
  };
  EXPECT_EQ(verdict(s, 0), "quiet.smdp");
}

struct BadInventory : server::Inventory {
  explicit BadInventory(server::Inventory& i) : inner(i) {}
  Result<server::StockProfile> reserve(const server::Reservation& r) override { return inner.reserve(r); }
  Result<Secret> package(const sgp22::Iccid& iccid) override { return inner.package(iccid); }
  Status installed(const sgp22::Iccid& iccid, const std::string& order) override {
    return inner.installed(iccid, order);
  }
  Status returned(const sgp22::Iccid& iccid, const std::string& order) override {
    return inner.returned(iccid, order);
  }
  Status deleted(const sgp22::Iccid& iccid, const sgp22::Eid& eid) override {
    return inner.deleted(iccid, eid);
  }
  server::Inventory& inner;
};
template <class Bug>
Sabotage bad_inventory() {
  Sabotage s;
  s.inventory = [](server::Inventory& inner) { return std::make_unique<Bug>(inner); };
  return s;
}

struct GivesTheSame : BadInventory {
  using BadInventory::BadInventory;
  Result<server::StockProfile> reserve(const server::Reservation& r) override {
    auto given = inner.reserve(r);
    if (!given) return given;
    if (!first) first = *given;
    return *first;
  }
  std::optional<server::StockProfile> first;
};
TEST_F(M2mJudge, SeesAProfileThatIsGivenOutTwice) {
  const auto law = verdict(bad_inventory<GivesTheSame>(), 0);
  EXPECT_TRUE(law.starts_with("stock.") || law == "iccid.one-card" || law == "quiet.stock") << law;
}

struct TakesNothingBack : BadInventory {
  using BadInventory::BadInventory;
  Status returned(const sgp22::Iccid&, const std::string&) override { return {}; }
};
TEST_F(M2mJudge, SeesStockThatIsBurned) {
  EXPECT_EQ(verdict(bad_inventory<TakesNothingBack>(), 0), "stock.burned");
}

struct TakesBackWhatIsInstalled : BadInventory {
  using BadInventory::BadInventory;
  Status installed(const sgp22::Iccid& iccid, const std::string& order) override {
    return inner.returned(iccid, order);
  }
};
TEST_F(M2mJudge, SeesStockThatIsOnACard) {
  EXPECT_EQ(verdict(bad_inventory<TakesBackWhatIsInstalled>(), 0), "stock.on-card");
}

}  // namespace
}  // namespace eider::world::m2m
