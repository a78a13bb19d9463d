// Power losses at every durable write of what changes a UICC, on a card with three Profiles: afterwards every
// value of its memory is as before or as after, and the file system of the enabled Profile can be read.
#include <functional>
#include <gtest/gtest.h>

#include "support/uicc_profile.hpp"

namespace eider::test {
namespace {
using Cut = card::MemoryNvm::Cut;
using SimOperation = std::function<void(Sim&)>;

std::string memory_text(const card::MemoryNvm& nvm) {
  std::string out;
  for (const auto& key : nvm.keys("")) out += key + "=" + to_hex(*nvm.get(key)) + "\n";
  return out;
}
// Notifications are signed at random: of a switch only the Profiles and their files are compared.
std::string files_text(const card::MemoryNvm& nvm) {
  std::string out;
  for (const auto* prefix : {"profile/", "package/", "files/", "file/", "pins/"})
    for (const auto& key : nvm.keys(prefix)) out += key + "=" + to_hex(*nvm.get(key)) + "\n";
  return out;
}

// Every file of the enabled Profile, as far as nothing has to be verified.
void expect_works(Sim& sim) {
  sim.power_cycle();
  EXPECT_EQ(sim.t.sw("00A40004023F0000"), 0x9000);
  const auto view = must(card::inspect(sim.nvm));
  must(card::check_laws(view));
  const bool enabled = std::ranges::any_of(
      view.profiles, [](const auto& p) { return p.state == sgp22::ProfileState::kEnabled; });
  EXPECT_EQ(sim.t.path("2FE2").sw, enabled ? 0x9000 : 0x6A82);
  EXPECT_EQ(sim.t.sw("00B000000A"), enabled ? 0x9000 : 0x6986);
  // Nothing is left of a Profile that is not there.
  EXPECT_EQ(sim.nvm.keys("files/").size(), view.profiles.size());
  EXPECT_EQ(sim.nvm.keys("pins/").size(), view.profiles.size());
}

// `prepare` brings the card to where `operation` begins. A state in between is allowed for PINs: a try is
// gone.
std::size_t tear(const SimOperation& prepare, const SimOperation& operation,
                 std::string (*text)(const card::MemoryNvm&), std::size_t states_between = 0) {
  Sim whole;
  prepare(whole);
  std::set<std::string> allowed = {text(whole.nvm)};
  const auto begin = whole.nvm.commits();
  operation(whole);
  const auto writes = whole.nvm.commits() - begin;
  allowed.insert(text(whole.nvm));
  EXPECT_EQ(allowed.size(), 2u) << "the operation changes nothing";
  std::set<std::string> between;
  for (std::size_t n = 1; n <= writes; ++n)
    for (const auto cut : {Cut::kBeforeWrite, Cut::kAfterWrite}) {
      Sim sim;
      prepare(sim);
      sim.nvm.cut_power_at(n, cut);
      EXPECT_THROW(operation(sim), std::runtime_error);
      sim.nvm.restore_power();
      const auto state = text(sim.nvm);
      if (!allowed.contains(state)) between.insert(state);
      expect_works(sim);
    }
  EXPECT_EQ(between.size(), states_between);
  return writes;
}
void switch_to(Sim& sim, const char* iccid) {
  sim.driver.call<sgp22::EnableProfileResponse>(
      sgp22::EnableProfileRequest{{*sgp22::parse_iccid(iccid)}, false});
}
}  // namespace

TEST(UiccCrash, Updates) {
  const auto selected = [](const char* fid) {
    return [fid](Sim& s) {
      s.open();
      Sim::must_be(s.t.sw("00A4000C02" + std::string(fid)), 0x9000);
    };
  };
  const auto sends = [](std::string command) { return [command](Sim& s) { s.t.send(command); }; };
  EXPECT_EQ(tear(selected("6F01"), sends("00D600FE04A1A2A3A4"), memory_text), 1u);
  EXPECT_EQ(tear(selected("6F02"), sends("00DC02040A01010101010101010101"), memory_text), 1u);
  EXPECT_EQ(tear(selected("6F03"), sends("00DC000303000009"), memory_text), 1u);
  EXPECT_EQ(tear(selected("6F03"), sends("8032000001FF00"), memory_text), 1u);
  EXPECT_EQ(tear(selected("6F04"), sends("80DB00800481021122"), memory_text), 1u);
  EXPECT_EQ(tear(selected("6F04"), sends("80DB0080027F21"), memory_text), 1u);
  EXPECT_EQ(tear(selected("6F05"), sends("00040000"), memory_text), 1u);
}

TEST(UiccCrash, PinCommands) {
  const auto nothing = [](Sim&) {};
  const auto sends = [](std::string command) { return [command](Sim& s) { s.t.send(command); }; };
  const std::string pin(kPin1), puk(kPuk1), fresh = "34333231FFFFFFFF";
  // Two writes: the try, then the result. In between the try is gone and nothing else has changed.
  EXPECT_EQ(tear(nothing, sends("0024000110" + pin + fresh), memory_text, 1), 2u);
  EXPECT_EQ(tear(nothing, sends("0026000108" + pin), memory_text, 1), 2u);
  EXPECT_EQ(tear(sends("0026000108" + pin), sends("0028000108" + pin), memory_text, 1), 2u);
  EXPECT_EQ(tear(nothing, sends("002C000110" + puk + fresh), memory_text, 1), 2u);
  EXPECT_EQ(tear(nothing, sends("00200001083939393939393939"), memory_text), 1u);
}

TEST(UiccCrash, SwitchesAndDeletion) {
  const auto written = [](Sim& s) {
    s.open();
    Sim::must_be(s.t.sw("00A4000C026F01"), 0x9000);
    Sim::must_be(s.t.sw("00D60000025A5B"), 0x9000);
    s.driver.open();
  };
  tear(written, [](Sim& s) { switch_to(s, kIccidB); }, files_text);
  tear(
      written,
      [](Sim& s) {
        s.driver.call<sgp22::DisableProfileResponse>(
            sgp22::DisableProfileRequest{{*sgp22::parse_iccid(kIccidA)}, false});
      },
      files_text);
  tear(
      [&](Sim& s) {
        written(s);
        switch_to(s, kIccidB);
      },
      [](Sim& s) {
        s.driver.call<sgp22::DeleteProfileResponse>(
            sgp22::DeleteProfileRequest{*sgp22::parse_iccid(kIccidA)});
      },
      files_text);
}

TEST(UiccCrash, Installation) {
  const auto plan = plan_of_package(uicc_test_package("8988211000000000068"), "8988211000000000068");
  tear([](Sim& s) { s.driver.open(); },
       [&](Sim& s) {
         MiniSmdpp smdpp(sim_pki());
         Download(s.driver, smdpp, hex(kCardEid)).run(plan);
       },
       files_text);
}

// A table that lost octets, or has others, is refused or read; never more than that.
TEST(UiccFileTable, DamageIsFound) {
  const auto good = *sim_memory().get("files/0010"), package = *sim_memory().get("package/0010");
  const auto parsed = card::uicc::FileTable::parse(good, package.size());
  ASSERT_TRUE(parsed);
  EXPECT_FALSE(card::uicc::FileTable::parse(good, 100));  // of another package
  for (std::size_t n = 0; n < good.size(); n += 7)
    EXPECT_FALSE(card::uicc::FileTable::parse(to_bytes(ByteView(good).first(n)), package.size())) << n;
  SeededRandom random(4);
  for (int i = 0; i < 3000; ++i) {
    auto bad = good;
    bad[random.below(bad.size())] = static_cast<std::uint8_t>(random.below(256));
    const auto table = card::uicc::FileTable::parse(bad, package.size());
    if (!table) continue;
    for (int f = 0; f < static_cast<int>(table->files().size()); ++f) (void)table->unpack(f, package);
  }
}

// A card file from before there was a UICC: the file system is made from the package.
TEST(UiccFileTable, IsRestoredFromThePackage) {
  auto old = sim_memory();
  card::NvmBatch batch;
  for (const auto* prefix : {"files/", "pins/"})
    for (const auto& key : old.keys(prefix)) batch.erase(key);
  must(old.commit(batch));
  Sim sim(old);
  EXPECT_EQ(sim.t.path("2FE2").sw, 0x9000);
  EXPECT_EQ(sim.t.data("00B000000A"), to_hex(*sgp22::parse_iccid(kIccidA)));
  EXPECT_EQ(sim.verify(), 0x9000);
  EXPECT_EQ(*sim.nvm.get("files/0010"), *sim_memory().get("files/0010"));
}

}  // namespace eider::test
