// The same for the laws of the enabled Profile as a SIM, and of torn writes: one bug each in what the card
// works on.
#include "card/uicc/pin_store.hpp"
#include "world/judge.hpp"

namespace eider::world {
namespace {
// A batch as the bug lets it through.
template <class Edit>
Sabotage edits(Edit edit) {
  struct Bug : NvmWrapper {
    Bug(card::Nvm& m, Edit e) : NvmWrapper(m), change(e) {}
    Status commit(const card::NvmBatch& batch) override {
      card::NvmBatch out;
      for (const auto& [key, value] : batch.changes()) {
        auto mine = value;
        if (!change(inner, key, mine)) continue;
        mine ? out.put(key, *mine) : out.erase(key);
      }
      return out.empty() ? Status() : inner.commit(out);
    }
    Edit change;
  };
  Sabotage s;
  s.memory = [edit](card::Nvm& inner) { return std::make_unique<Bug>(inner, edit); };
  return s;
}
using Value = std::optional<Bytes>;
bool is_state(const std::string& key, std::string_view prefix, char kind) {
  return key.starts_with(prefix) && key.size() > prefix.size() + 5 && key[prefix.size() + 5] == kind;
}
}  // namespace

// A wrong PIN costs nothing: the comparison is answered, the try is not written.
TEST_F(Judge, SeesATryThatIsNotTaken) {
  const auto s = edits([](card::Nvm& memory, const std::string& key, Value& value) {
    const auto before = memory.get(key);
    if (!key.starts_with("pins/") || !value || !before) return true;
    // The octets of tries differ and nothing else does: fewer are left.
    std::size_t differences = 0;
    for (std::size_t i = 0; i < std::min(before->size(), value->size()); ++i)
      differences += (*before)[i] != (*value)[i] && (*before)[i] > (*value)[i];
    return differences != 1;
  });
  const auto law = verdict(s, 3, 400);
  EXPECT_TRUE(law == "pin.try-taken" || law == "pin.tries") << law;
}

// Every write of the card gives all tries back.
TEST_F(Judge, SeesTriesThatComeBack) {
  struct GivesBack : NvmWrapper {
    using NvmWrapper::NvmWrapper;
    Status commit(const card::NvmBatch& batch) override {
      auto more = without(batch, [](const auto&, const auto&) { return false; });
      for (const auto& key : inner.keys("pins/")) {
        if (batch.changes().contains(key)) continue;
        const auto first = originals.emplace(key, *inner.get(key)).first->second;
        if (inner.get(key) != first) more.put(key, first);
      }
      return inner.commit(more);
    }
    std::map<std::string, Bytes> originals;
  };
  const auto law = verdict(bad_memory<GivesBack>(), 3, 400, 60);
  EXPECT_TRUE(law == "pin.tries" || law == "pin.changed") << law;
}

TEST_F(Judge, SeesSequenceNumbersThatAreForgotten) {
  const auto s =
      edits([](card::Nvm&, const std::string& key, Value&) { return !is_state(key, "aka/", 's'); });
  EXPECT_EQ(verdict(s, 0), "aka.durable");
}

TEST_F(Judge, SeesSequenceNumbersThatGoBack) {
  const auto s = edits([](card::Nvm& memory, const std::string& key, Value& value) {
    if (!is_state(key, "aka/", 's') || !value) return true;
    auto state = *profile::SqnState::decode(*value);
    if (const auto before = memory.get(key)) {
      const auto old = *profile::SqnState::decode(*before);
      for (std::size_t i = 0; i < old.seq.size(); ++i)
        if (old.seq[i] > 0 && old.seq[i] == state.seq[i]) --state.seq[i];
    }
    value = state.encode();
    return true;
  });
  EXPECT_EQ(verdict(s, 0), "aka.sqn");
}

TEST_F(Judge, SeesAVectorAcceptedTwice) {
  // Kept, and read as if nothing had been accepted.
  struct Forgets : NvmWrapper {
    using NvmWrapper::NvmWrapper;
    std::optional<Bytes> get(std::string_view key) const override {
      return is_state(std::string(key), "aka/", 's') ? std::nullopt : inner.get(key);
    }
  };
  const auto law = verdict(bad_memory<Forgets>(), 3, 400);
  EXPECT_TRUE(law == "aka.once" || law == "aka.sqn") << law;
}

TEST_F(Judge, SeesCountersThatAreForgotten) {
  const auto s =
      edits([](card::Nvm&, const std::string& key, Value&) { return !is_state(key, "ota/", 'c'); });
  EXPECT_EQ(verdict(s, 3, 600, 60), "ota.once");
}

TEST_F(Judge, SeesCountersThatStandStill) {
  struct Forgets : NvmWrapper {
    using NvmWrapper::NvmWrapper;
    std::optional<Bytes> get(std::string_view key) const override {
      return is_state(std::string(key), "ota/", 'c') ? std::nullopt : inner.get(key);
    }
  };
  EXPECT_EQ(verdict(bad_memory<Forgets>(), 3, 600, 60), "ota.counter");
}

// The second half of a page is what it was.
TEST_F(Judge, SeesHalfAFileWritten) {
  const auto s = edits([](card::Nvm&, const std::string& key, Value& value) {
    if (!key.starts_with("file/") || !value || value->size() < 2) return true;
    for (auto i = value->size() / 2; i < value->size(); ++i) (*value)[i] = 0xFF;
    return true;
  });
  EXPECT_EQ(verdict(s, 0), "file.whole");
}

TEST_F(Judge, SeesFilesLeftBehind) {
  const auto s = edits([](card::Nvm&, const std::string& key, Value& value) {
    return value || !(key.starts_with("file/") || key.starts_with("pins/"));
  });
  EXPECT_EQ(verdict(s, 0), "card.leak");
}

// The files that are reached are those of the first Profile, whichever is enabled.
TEST_F(Judge, SeesTheFilesOfAnotherProfile) {
  struct ShowsTheFirst : NvmWrapper {
    using NvmWrapper::NvmWrapper;
    std::optional<Bytes> get(std::string_view key) const override {
      for (const std::string_view prefix : {"files/", "package/"}) {
        if (!key.starts_with(prefix)) continue;
        const auto all = inner.keys(prefix);
        if (!all.empty()) return inner.get(all.front());
      }
      return inner.get(key);
    }
  };
  EXPECT_EQ(verdict(bad_memory<ShowsTheFirst>(), 0), "sim.enabled");
}

// Half a batch is there after a tear.
TEST_F(Judge, SeesATornWriteTakenInPart) {
  Sabotage s;
  s.tear = [](const card::MemoryNvm::Values& before, const card::NvmBatch& batch) {
    auto after = before;
    std::size_t n = 0;
    for (const auto& [key, value] : batch.changes())
      if (value && n++ % 2 == 0) after[key] = *value;
    return after;
  };
  EXPECT_EQ(verdict(s, 3), "card.torn");
}

}  // namespace eider::world
