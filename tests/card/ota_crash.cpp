// Power losses at every durable write of a message from over the air: it has its effect once or not at all,
// and no tear lets it be replayed.
#include <gtest/gtest.h>

#include "support/ota.hpp"

namespace eider::test {
namespace {
using Cut = card::MemoryNvm::Cut;

// Sends a packet, whatever the power does.
void try_to_send(OtaCard& card, ByteView packet) {
  try {
    for (const auto& e : envelopes(packet)) (void)card.t.send(e);
  } catch (const std::runtime_error&) {
  }
}
std::uint32_t value(OtaCard& card) {
  EXPECT_EQ(card.verify(), 0x9000);
  EXPECT_EQ(card.t.path("7F506F03").sw, 0x9000);
  const auto octets = hex(card.t.record(1, 3));
  return octets[0] * 65536u + octets[1] * 256u + octets[2];
}
}  // namespace

TEST(OtaCrash, AMessageHasItsEffectOnceOrNotAtAll) {
  const auto script = hex("00A4080C047F506F038032000003000001");
  std::size_t writes = 0;
  {
    OtaCard card;
    const auto packet = card.sealed("B00000", script, kUsualSpi, 1);
    const auto begin = card.nvm.commits();
    EXPECT_EQ(card.status_of(packet), "00");
    writes = card.nvm.commits() - begin;
  }
  EXPECT_EQ(writes, 2u);  // the counter, the file
  for (std::size_t n = 1; n <= writes; ++n)
    for (const auto cut : {Cut::kBeforeWrite, Cut::kAfterWrite}) {
      OtaCard card;
      const auto packet = card.sealed("B00000", script, kUsualSpi, 1);
      card.nvm.cut_power_at(n, cut);
      try_to_send(card, packet);
      card.power_cycle();
      const auto after = value(card);
      EXPECT_EQ(after, n == 2 && cut == Cut::kAfterWrite ? 6u : 5u);
      // The counter tells whether it was taken; a repetition never makes two of one.
      const bool taken = n == 2 || cut == Cut::kAfterWrite;
      EXPECT_EQ(card.status_of(packet), taken ? "02" : "00");
      EXPECT_EQ(value(card), taken ? after : 6u);
      EXPECT_EQ(card.status_of(card.sealed("B00000", script, kUsualSpi, 2)), "00");
      EXPECT_EQ(value(card), taken ? after + 1 : 7u);
    }
}

TEST(OtaCrash, UpdateMetadataIsWholeOrNotThere) {
  sgp22::UpdateMetadataRequest request;
  request.serviceProviderName = "Other";
  request.profileName = "Plan B";
  const auto script = must(
      etsi::encode_script(mno::update_metadata_script(der::encode(request)), etsi::ScriptFormat::kCompact));
  for (std::size_t n = 1; n <= 2; ++n)
    for (const auto cut : {Cut::kBeforeWrite, Cut::kAfterWrite}) {
      OtaCard card;
      const auto before = state_text(card.nvm);
      const auto packet = card.sealed("B20100", script, kUsualSpi, 1);
      card.nvm.cut_power_at(n, cut);
      try_to_send(card, packet);
      card.power_cycle();
      const bool done = n == 2 && cut == Cut::kAfterWrite;
      EXPECT_EQ(state_text(card.nvm) == before, !done);
      EXPECT_EQ(card.status_of(card.sealed("B20100", script, kUsualSpi, 2)), "00");
      EXPECT_NE(state_text(card.nvm), before);
    }
}

// Half a message is forgotten with the power.
TEST(OtaCrash, SegmentsDoNotSurviveAReset) {
  OtaCard card;
  Bytes script = hex("00A4080C047F506F038032000003000001");
  append(script, hex("00A4080C047F506F0100D6000080"));
  append(script, Bytes(128, 0xEE));
  const auto parts = envelopes(card.sealed("B00000", script, kUsualSpi, 1));
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(card.t.send(parts[0]).sw, 0x9000);
  card.power_cycle();
  EXPECT_TRUE(card.t.send(parts[1]).data.empty());
  EXPECT_EQ(value(card), 5u);
  EXPECT_FALSE(card.t.send(parts[0]).data.empty());  // now both are here
  EXPECT_EQ(value(card), 6u);
}

// A card file of a version that did not keep security domains gets them from the package.
TEST(OtaRegistry, IsRestoredFromThePackage) {
  auto old = sim_memory();
  card::NvmBatch batch;
  for (const auto& key : old.keys("ota/")) batch.erase(key);
  must(old.commit(batch));
  OtaCard card(old);
  EXPECT_EQ(card.script("B00000", "00A4000C023F00"), "019000");
  EXPECT_EQ(card.nvm.get("ota/0010"), sim_memory().get("ota/0010"));
}

TEST(OtaRegistry, GoesWithItsProfile) {
  OtaCard card;
  EXPECT_EQ(card.script("B00000", "00A4000C023F00"), "019000");
  EXPECT_EQ(card.nvm.keys("ota/0010").size(), 2u);  // and a counter
  card.driver.open();
  card.driver.call<sgp22::DisableProfileResponse>(
      sgp22::DisableProfileRequest{{*sgp22::parse_iccid(kIccidA)}, false});
  card.driver.call<sgp22::DeleteProfileResponse>(sgp22::DeleteProfileRequest{*sgp22::parse_iccid(kIccidA)});
  EXPECT_TRUE(card.nvm.keys("ota/0010").empty());
}

TEST(OtaRegistry, DamageIsFound) {
  OtaCard card;
  card::NvmBatch batch;
  batch.put("ota/0010", hex("3003AAAAAA"));
  must(card.nvm.commit(batch));
  EXPECT_THROW(card.t.send(envelopes(card.sealed("B00000", {}, kUsualSpi, 1))[0]), std::runtime_error);
}

}  // namespace eider::test
