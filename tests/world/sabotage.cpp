// Proof that the laws can fail: each test puts one bug into a world and expects the judge to name it.
#include "spec/sgp22/es9plus.hpp"
#include "support/store_wrapper.hpp"
#include "world/judge.hpp"

namespace eider::world {
namespace {
using test::StoreWrapper;
using test::TransactionWrapper;

// ---- bugs of an SM-DP+ ----

template <class Bug>
Sabotage bad_store() {
  Sabotage s;
  s.store = [](smdpp::Store& inner) { return std::make_unique<StoreWrapper<Bug>>(inner); };
  return s;
}

struct ForgetsTheOutbox : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status add_outbox(smdpp::OutboxEntry&) override { return {}; }
};
TEST_F(Judge, SeesAnOutboxThatIsForgotten) {
  EXPECT_EQ(verdict(bad_store<ForgetsTheOutbox>(), 0), "outbox.one-each");
}

struct DoesNotRememberCalls : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_answered_call(const smdpp::AnsweredCall&) override { return {}; }
};
TEST_F(Judge, SeesCallsThatAreNotRemembered) {
  EXPECT_EQ(verdict(bad_store<DoesNotRememberCalls>(), 0), "order.one-call");
}

struct ForgetsWhatItProcessed : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_last_notification(const sgp22::Eid&, const sgp22::Iccid&, std::int64_t) override { return {}; }
};
TEST_F(Judge, SeesNotificationsThatAreNotCounted) {
  EXPECT_EQ(verdict(bad_store<ForgetsWhatItProcessed>(), 0), "outbox.unasked");
}

struct ProcessesOutOfOrder : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Result<std::optional<std::int64_t>> last_notification(const sgp22::Eid&, const sgp22::Iccid&) override {
    return std::optional<std::int64_t>{};
  }
};
TEST_F(Judge, SeesANotificationProcessedTwice) {
  EXPECT_EQ(verdict(bad_store<ProcessesOutOfOrder>(), 3, 400), "notification.once");
}

// Gives a package out and does not remember that it may be installed now.
struct ForgetsDeliveries : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_profile(smdpp::Profile& p) override {
    if (p.order) p.order->maybe_installed = false;
    if (p.state == smdpp::ProfileState::kDownloaded) p.state = smdpp::ProfileState::kReleased;
    return TransactionWrapper::put_profile(p);
  }
};
TEST_F(Judge, SeesAnIccidGivenOutTwice) {
  const auto law = verdict(bad_store<ForgetsDeliveries>(), 0, 50, 300);
  EXPECT_TRUE(law == "iccid.inventory" || law == "iccid.one-card") << law;
}

struct UsesCodesUp : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_profile(smdpp::Profile& p) override {
    if (p.state == smdpp::ProfileState::kReleased && p.order && p.order->download_attempts == 1) {
      p.state = smdpp::ProfileState::kError;
      p.order->end_reason = "8.8.5/6.4";
    }
    return TransactionWrapper::put_profile(p);
  }
};
TEST_F(Judge, SeesACodeUsedUpByAnAttempt) {
  EXPECT_EQ(verdict(bad_store<UsesCodesUp>(), 0), "order.used-up");
}

struct SkipsAState : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_profile(smdpp::Profile& p) override {
    if (p.state == smdpp::ProfileState::kDownloaded) p.state = smdpp::ProfileState::kInstalled;
    return TransactionWrapper::put_profile(p);
  }
};
TEST_F(Judge, SeesAProfileThatSkipsAState) {
  EXPECT_EQ(verdict(bad_store<SkipsAState>(), 0), "profile.transition");
}

struct BindsToAnother : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_profile(smdpp::Profile& p) override {
    if (p.state == smdpp::ProfileState::kDownloaded && p.order && p.order->eid) (*p.order->eid)[15] ^= 1;
    return TransactionWrapper::put_profile(p);
  }
};
TEST_F(Judge, SeesAProfileBoundToAnotherCard) {
  EXPECT_EQ(verdict(bad_store<BindsToAnother>(), 0), "iccid.one-euicc");
}

// Says that it has stored and has not: every tenth write.
struct LosesWrites final : smdpp::Store {
  explicit LosesWrites(smdpp::Store& s) : inner(s) {}
  Status read(const std::function<Status(smdpp::StoreReader&)>& body) override { return inner.read(body); }
  using smdpp::Store::write;
  Status write(const std::function<Status(smdpp::StoreTransaction&)>& body,
               smdpp::Durability durability) override {
    if (++count % 10 != 0) return inner.write(body, durability);
    Status outcome;
    (void)inner.write([&](smdpp::StoreTransaction& tx) -> Status {
      outcome = body(tx);
      return fail_local("rolled back");
    });
    return outcome;
  }
  smdpp::Store& inner;
  unsigned count = 0;
};
TEST_F(Judge, SeesWritesThatAreLost) {
  Sabotage s;
  s.store = [](smdpp::Store& inner) { return std::make_unique<LosesWrites>(inner); };
  const auto law = verdict(s, 0);
  EXPECT_TRUE(law.starts_with("quiet.") || law == "notification.skipped" || law == "order.retry") << law;
}

// ---- bugs of a card ----

struct CommitsHalf : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  Status commit(const card::NvmBatch& batch) override {
    return inner.commit(without(
        batch, [](const auto& key, const auto& value) { return value && key.starts_with("notification/"); }));
  }
};
TEST_F(Judge, SeesACardThatCommitsHalf) {
  const auto law = verdict(bad_memory<CommitsHalf>(), 0);
  EXPECT_TRUE(law == "notification.one-each" || law == "notification.result") << law;
}

struct LeavesTheOldOneEnabled : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  Status commit(const card::NvmBatch& batch) override {
    const auto enables = [&] {
      for (const auto& [key, value] : batch.changes())
        if (key.starts_with("profile/") && value && record(*value).state == sgp22::ProfileState::kEnabled)
          return true;
      return false;
    }();
    return inner.commit(without(batch, [&](const auto& key, const auto& value) {
      return enables && key.starts_with("profile/") && value &&
             record(*value).state == sgp22::ProfileState::kDisabled;
    }));
  }
  static card::IsdPRecord record(const Bytes& value) { return *der::decode<card::IsdPRecord>(value); }
};
TEST_F(Judge, SeesTwoEnabledProfiles) {
  const auto law = verdict(bad_memory<LeavesTheOldOneEnabled>(), 0, 400);
  EXPECT_TRUE(law == "card.one-enabled" || law == "notification.one-each") << law;
}

// The card does not see the rules of its profiles.
struct HidesPolicy : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  std::optional<Bytes> get(std::string_view key) const override {
    auto value = inner.get(key);
    if (!value || !key.starts_with("profile/")) return value;
    auto record = *der::decode<card::IsdPRecord>(*value);
    record.metadata.profilePolicyRules.reset();
    return der::encode(record);
  }
};
TEST_F(Judge, SeesPolicyRulesOverridden) {
  const auto law = verdict(bad_memory<HidesPolicy>(), 0);
  EXPECT_TRUE(law.starts_with("policy.")) << law;
}

struct DropsUnsentNotifications : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  Status commit(const card::NvmBatch& batch) override {
    auto more = without(batch, [](const auto&, const auto&) { return false; });
    for (const auto& key : inner.keys("notification/"))
      if (inner.keys("notification/").size() > 2) more.erase(key);
    return inner.commit(more);
  }
};
TEST_F(Judge, SeesNotificationsDroppedUnsent) {
  EXPECT_EQ(verdict(bad_memory<DropsUnsentNotifications>(), 3), "notification.kept");
}

// The card does not know after a power loss that it was loading a package.
struct ForgetsWhatItLoaded : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  std::optional<Bytes> get(std::string_view key) const override {
    return key == "loading" ? std::nullopt : inner.get(key);
  }
};
TEST_F(Judge, SeesAnInterruptedInstallationThatIsForgotten) {
  EXPECT_EQ(verdict(bad_memory<ForgetsWhatItLoaded>(), 3), "card.interruption");
}

struct ForgetsUsedKeys : NvmWrapper {
  using NvmWrapper::NvmWrapper;
  Status commit(const card::NvmBatch& batch) override {
    return inner.commit(without(batch, [&](const auto& key, const auto& value) {
      if (key != "one-time-keys" || !value) return false;
      const auto before = inner.get(key);
      return before && value->size() < before->size();
    }));
  }
};
// Nobody asks for a used key again: keeping it is untidy and breaks no law.
// all.
TEST_F(Judge, DoesNotBlameAKeyThatIsKeptAndNotUsed) {
  EXPECT_EQ(verdict(bad_memory<ForgetsUsedKeys>(), 0, 20), "none");
}

// ---- limits of an order ----

// Goes on counting where the limit of the type, 10 at most, has been reached.
struct PassesTheAttemptLimit : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_profile(smdpp::Profile& p) override {
    if (p.order && p.order->download_attempts > 0) p.order->download_attempts += 10;
    return TransactionWrapper::put_profile(p);
  }
};
TEST_F(Judge, SeesAttemptsBeyondTheLimit) {
  EXPECT_EQ(verdict(bad_store<PassesTheAttemptLimit>(), 0), "order.attempt-limit");
}

struct PassesTheCodeLimit : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_profile(smdpp::Profile& p) override {
    if (p.order && p.order->confirmation_failures > 0) p.order->confirmation_failures += 3;
    return TransactionWrapper::put_profile(p);
  }
};
TEST_F(Judge, SeesCodesBeyondTheLimit) {
  EXPECT_EQ(verdict(bad_store<PassesTheCodeLimit>(), 3, 400), "order.code-limit");
}

struct CountsDouble : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_profile(smdpp::Profile& p) override {
    if (p.state == smdpp::ProfileState::kReleased && p.order && p.order->download_attempts == 1)
      p.order->download_attempts = 2;
    return TransactionWrapper::put_profile(p);
  }
};
TEST_F(Judge, SeesAnAttemptCountedTwice) {
  EXPECT_EQ(verdict(bad_store<CountsDouble>(), 0), "order.attempt");
}

struct BurnsCodes : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_profile(smdpp::Profile& p) override {
    if (p.order && p.order->confirmation_code_hash && p.order->download_attempts > 0 &&
        p.order->confirmation_failures == 0)
      p.order->confirmation_failures = 1;
    return TransactionWrapper::put_profile(p);
  }
};
TEST_F(Judge, SeesACodeBurnedByNobody) {
  EXPECT_EQ(verdict(bad_store<BurnsCodes>(), 0), "order.wrong-code");
}

struct ForgetsFailures : TransactionWrapper {
  using TransactionWrapper::TransactionWrapper;
  Status put_profile(smdpp::Profile& p) override {
    if (p.order && p.state == smdpp::ProfileState::kDownloaded) p.order->download_attempts = 0;
    return TransactionWrapper::put_profile(p);
  }
};
TEST_F(Judge, SeesAttemptsForgotten) {
  EXPECT_EQ(verdict(bad_store<ForgetsFailures>(), 0), "order.count-back");
}

// ---- bad randomness ----

// Repeats what is 16 octets long: challenges and transaction identifiers.
struct ShortCycle final : Random {
  explicit ShortCycle(Random& r) : inner(r) {}
  void fill(std::span<std::uint8_t> out) override {
    if (out.size() != 16) return inner.fill(out);
    SeededRandom random(1 + count++ % 7);
    random.fill(out);
  }
  Random& inner;
  unsigned count = 0;
};
TEST_F(Judge, SeesRepeatedChallengesOfACard) {
  Sabotage s;
  s.card_random = [](Random& r) { return std::make_unique<ShortCycle>(r); };
  const auto law = verdict(s, 0);
  EXPECT_TRUE(law.starts_with("fresh.")) << law;
}
TEST_F(Judge, SeesRepeatedTransactionIds) {
  Sabotage s;
  s.server_random = [](Random& r) { return std::make_unique<ShortCycle>(r); };
  const auto law = verdict(s, 0);
  EXPECT_TRUE(law.starts_with("fresh.")) << law;
}

// ---- an LPA that believes anybody ----

TEST_F(Judge, SeesAnAcknowledgementThatNobodyGave) {
  Sabotage s;
  s.wire = [](const HttpPost& request, const auto& onward) -> Result<HttpReply> {
    if (request.path != sgp22::es9plus::kHandleNotification.path) return onward(request);
    HttpReply reply;
    reply.status = 204;
    return reply;
  };
  const auto law = verdict(s, 0);
  EXPECT_TRUE(law.starts_with("quiet.") || law == "order.retry") << law;
}

}  // namespace
}  // namespace eider::world
