#include "support/tears.hpp"

#include "card/mno_sd/ota_registry.hpp"
#include "card/persistent_state.hpp"
#include "card/uicc/naa_keys.hpp"
#include "card/uicc/pin_store.hpp"
#include "store/card_file_format.hpp"
#include "store/torn_write.hpp"

namespace eider::test {
namespace {
using card::MemoryNvm;
using card::NvmBatch;

constexpr std::size_t kMark = 12;  // octets that stand behind a record

// Octets that arrive, of so many of the record. One octet, the length of the mark that the record overwrites,
// a header and not quite one, half, all but one; all of it, with part of its own mark.
struct Place {
  const char* name;
  bool effective;
  std::size_t (*octets)(std::size_t record);
};
constexpr Place kPlaces[] = {
    {"one octet", false, [](std::size_t) { return std::size_t{1}; }},
    {"a mark", false, [](std::size_t) { return kMark; }},
    {"less than a header", false, [](std::size_t) { return store::kCardRecordHeader - 1; }},
    {"a header", false, [](std::size_t) { return store::kCardRecordHeader; }},
    {"half", false, [](std::size_t record) { return record / 2; }},
    {"all but one octet", false, [](std::size_t record) { return record - 1; }},
    {"no mark", true, [](std::size_t record) { return record; }},
    {"half a mark", true, [](std::size_t record) { return record + kMark / 2; }},
};

Tear torn(const Place& place, bool length_only) {
  return {std::string("with ") + place.name + (length_only ? " and its length" : ""), place.effective,
          [place, length_only](MemoryNvm& nvm, std::size_t write) {
            nvm.tear_at(write, [=](const MemoryNvm::Values& before, const NvmBatch& batch) {
              const auto octets = place.octets(store::record_octets(batch));
              MemoryNvm::Values found;
              must(store::torn_commit(before, batch, {octets, length_only}, found));
              return found;
            });
          }};
}

Tear whole(const char* name, MemoryNvm::Cut cut) {
  return {name, cut == MemoryNvm::Cut::kAfterWrite,
          [cut](MemoryNvm& nvm, std::size_t write) { nvm.cut_power_at(write, cut); }};
}
}  // namespace

const std::vector<Tear>& tears() {
  static const std::vector<Tear> all = [] {
    std::vector<Tear> out = {whole("before", MemoryNvm::Cut::kBeforeWrite),
                             whole("after", MemoryNvm::Cut::kAfterWrite)};
    for (const auto& place : kPlaces) out.push_back(torn(place, false));
    for (const auto& place : kPlaces)
      if (!place.effective) out.push_back(torn(place, true));
    return out;
  }();
  return all;
}

std::string memory_words(const MemoryNvm& nvm) {
  std::string out;
  for (const auto& key : nvm.keys("")) {
    auto value = *nvm.get(key);
    if (key.starts_with("notification/")) {
      const auto n = must(der::decode<card::NotificationRecord>(value));
      value = n.metadata.der;
      value.push_back(n.installationResult ? 1 : 0);
    }
    out += key + "=" + to_hex(value) + "\n";
  }
  return out;
}

namespace {
constexpr const char* kOfProfiles[] = {"profile/", "package/", "files/", "file/", "pins/", "aka/", "ota/"};

std::optional<std::uint16_t> instance_of(std::string_view key) {
  for (const std::string_view prefix : kOfProfiles)
    if (key.starts_with(prefix))
      return static_cast<std::uint16_t>(std::stoul(std::string(key.substr(prefix.size(), 4)), nullptr, 16));
  return std::nullopt;
}

Bytes without_state(const Bytes& record) {
  auto r = must(der::decode<card::IsdPRecord>(record));
  r.state = sgp22::ProfileState::kDisabled;
  return der::encode(r);
}

// "directory/reference" to the tries left; PUKs under "puk/reference".
std::map<std::string, int> tries(const MemoryNvm& memory, std::uint16_t instance) {
  MemoryNvm copy = memory;
  auto pins = must(card::uicc::PinStore::open(copy, instance));
  std::map<std::string, int> out;
  for (const auto& context : pins.contexts())
    for (const auto& pin : context.pins) {
      out[std::to_string(context.directory) + "/" + std::to_string(pin.reference)] = pin.tries.left;
      if (const auto* puk = pins.puk(pin.puk)) out["puk/" + std::to_string(pin.puk)] = puk->tries.left;
    }
  return out;
}

std::string owners(const MemoryNvm& after, const card::CardView& view) {
  std::set<std::uint16_t> there;
  for (const auto& key : after.keys("profile/")) there.insert(*instance_of(key));
  if (after.get("loading")) return "something is still being loaded";
  std::uint64_t used = 0;
  for (const auto& p : view.profiles) used += p.memory;
  if (view.free_memory != view.memory - used) return "free memory is not what the Profiles leave";
  for (const auto& key : after.keys("")) {
    const auto owner = instance_of(key);
    if (owner && !there.contains(*owner)) return key + " belongs to no Profile";
  }
  for (const auto* prefix : {"package/", "files/", "pins/", "ota/"})
    for (const auto instance : there) {
      char key[24];
      std::snprintf(key, sizeof key, "%s%04x", prefix, instance);
      if (!after.get(key)) return std::string(key) + " is missing";
    }
  return {};
}

std::string bystanders(const std::set<std::uint16_t>& touched, const MemoryNvm& before,
                       const MemoryNvm& after) {
  std::set<std::string> keys;
  for (const auto* nvm : {&before, &after})
    for (auto& key : nvm->keys("")) keys.insert(std::move(key));
  for (const auto& key : keys) {
    const auto owner = instance_of(key);
    if (!owner || touched.contains(*owner)) continue;
    const auto was = before.get(key), is = after.get(key);
    const bool state = was && is && key.starts_with("profile/") && without_state(*was) == without_state(*is);
    if (!state && was != is) return key + " has changed";
  }
  return {};
}

std::string counters(const MemoryNvm& before, const MemoryNvm& after) {
  for (const auto& key : before.keys("")) {
    const auto was = *before.get(key);
    const auto is = after.get(key);
    if (!is) continue;
    if (key.starts_with("aka/") && key.find("/s") != std::string::npos) {
      const auto a = must(profile::SqnState::decode(was)), b = must(profile::SqnState::decode(*is));
      for (std::size_t i = 0; i < a.seq.size(); ++i)
        if (b.seq[i] < a.seq[i]) return key + " went back";
    }
    if (key.starts_with("ota/") && key.size() > 8 && *is < was) return key + " went back";
  }
  return {};
}
}  // namespace

std::string MemoryLaws::broken(const MemoryNvm& before, const MemoryNvm& after) const {
  const auto view = card::inspect(after);
  if (!view) return view.error().message();
  if (const auto laws = card::check_laws(*view); !laws) return laws.error().message();
  if (auto what = owners(after, *view); !what.empty()) return what;
  if (auto what = bystanders(touched, before, after); !what.empty()) return what;
  if (auto what = counters(before, after); !what.empty()) return what;
  if (tries_come_back) return {};
  for (const auto& key : before.keys("pins/")) {
    if (!after.get(key) || before.get(key) == after.get(key)) continue;
    const auto was = tries(before, *instance_of(key)), is = tries(after, *instance_of(key));
    for (const auto& [pin, left] : was)
      if (is.at(pin) > left) return "a try of " + key + " " + pin + " came back";
  }
  return {};
}

namespace {
// Not powered on yet.
struct ColdCard {
  SeededRandom random{11};
  MemoryNvm nvm;
  card::Euicc euicc{nvm, random};
  explicit ColdCard(const MemoryNvm& memory) : nvm(memory) {}
};

struct Torn {
  const TornOperation& op;
  const MemoryNvm& base;
  MemoryNvm prepared;
  std::string before, after;
  std::set<std::string> between;
  std::vector<std::string> failures;

  void expect(bool holds, const std::string& where, const std::string& what) {
    if (!holds) failures.push_back(op.name + ", " + where + ": " + what);
  }
  // The state as the next power-on leaves it.
  void check_state(const MemoryNvm& nvm, const std::string& where) {
    const auto words = memory_words(nvm);
    const bool at_end = words == after;
    const auto broken = MemoryLaws{op.touched, at_end}.broken(prepared, nvm);
    expect(broken.empty(), where, broken);
    if (words == before || at_end) return;
    if (!op.interruptible)
      between.insert(words);
    else
      expect(is_interruption(nvm), where, "the state of no interruption");
  }
  bool is_interruption(const MemoryNvm& nvm) const {
    const auto was = must(card::inspect(prepared)), is = must(card::inspect(nvm));
    return is.profiles.size() == was.profiles.size() && is.free_memory == was.free_memory &&
           is.notifications.size() <= was.notifications.size() + 1 &&
           is.next_sequence_number <= was.next_sequence_number + 1;
  }
  // Files of the enabled Profile and of no other; the ISD-R answers.
  void check_use(const MemoryNvm& nvm, const std::string& where) {
    Sim sim(nvm);
    const auto view = must(card::inspect(sim.nvm));
    const auto enabled =
        std::ranges::find(view.profiles, sgp22::ProfileState::kEnabled, &card::ProfileView::state);
    const bool there = enabled != view.profiles.end();
    const auto iccid = there ? to_hex(enabled->iccid) : std::string();
    expect(sim.t.path("2FE2").sw == (there ? 0x9000 : 0x6A82), where, "SELECT of EF.ICCID");
    expect(!there || sim.t.data("00B000000A") == iccid, where, "EF.ICCID");
    sim.driver.open();
    expect(sim.driver.store_data("BF2D00").sw == 0x9000, where, "GetProfilesInfo");
  }
  // Powers a card on, with every tear at every write that this makes.
  void recover(const MemoryNvm& nvm, const std::string& where) {
    ColdCard undisturbed(nvm);
    must(undisturbed.euicc.reset());
    check_state(undisturbed.nvm, where);
    check_use(undisturbed.nvm, where);
    const auto words = memory_words(undisturbed.nvm);
    const auto writes = undisturbed.nvm.commits() - nvm.commits();
    for (std::size_t n = 1; n <= writes; ++n)
      for (const auto& tear : tears()) {
        ColdCard card(nvm);
        tear.arm(card.nvm, n);
        expect(!card.euicc.reset(), where, "a power-on without power");
        card.nvm.restore_power();
        must(card.euicc.reset());
        expect(memory_words(card.nvm) == words, where, "another end when the recovery is torn " + tear.name);
      }
  }
  void run_torn(std::size_t write, const Tear& tear) {
    const auto where = "write " + std::to_string(write) + " torn " + tear.name;
    Sim sim(base);
    if (op.prepare) op.prepare(sim);
    tear.arm(sim.nvm, write);
    try {
      op.run(sim);
      expect(false, where, "an answer in spite of it");
    } catch (const std::runtime_error&) {  // the card falls silent
    }
    expect(!sim.nvm.powered() && !sim.euicc.transmit(hex("80F2000C")), where, "it is not mute");
    sim.nvm.restore_power();
    recover(sim.nvm, where);
  }
};
}  // namespace

std::vector<std::string> tear_everywhere(const TornOperation& op, const MemoryNvm& base) {
  Torn t{op, base, {}, {}, {}, {}, {}};
  Sim whole(base);
  if (op.prepare) op.prepare(whole);
  t.prepared = whole.nvm;
  t.before = memory_words(whole.nvm);
  const auto begin = whole.nvm.commits();
  op.run(whole);
  const auto writes = whole.nvm.commits() - begin;
  whole.power_cycle();  // what waits for a REFRESH is carried out
  t.after = memory_words(whole.nvm);
  t.expect(writes == op.writes, "untorn", std::to_string(writes) + " writes");
  t.expect(t.before != t.after, "untorn", "it changes nothing");
  t.check_state(whole.nvm, "untorn");
  for (std::size_t n = 1; n <= writes; ++n)
    for (const auto& tear : tears()) t.run_torn(n, tear);
  t.expect(t.between.size() == op.between, "all", std::to_string(t.between.size()) + " states in between");
  return t.failures;
}

}  // namespace eider::test
