// GET STATUS: GPCS 2.3 section 11.4; AIDs, states and privileges from SGP.02 annex H, section 2.2.1.3 and
// annex C.
#include "card/gp/get_status.hpp"

#include <gtest/gtest.h>
#include <set>

#include "card/card_os.hpp"
#include "card/mno_sd/ota_registry.hpp"
#include "support/uicc_profile.hpp"

namespace eider::test {
namespace {
using card::gp::get_status;

const std::string kIsdR = "A0000005591010FFFFFFFF8900000100", kEcasd = "A0000005591010FFFFFFFF8900000200",
                  kLoadFile = "A0000005591010FFFFFFFF8900000D00",
                  kModule = "A0000005591010FFFFFFFF8900000E00";
std::string isd_p(int n) {
  return to_hex(sgp22::isd_p_aid(static_cast<std::uint16_t>(0x10 + n)));
}

const std::string kIsdREntry = "E32D4F10" + kIsdR + "9F70010FC50380DC00CC10" + kIsdR;
const std::string kEcasdEntry = "E32D4F10" + kEcasd + "9F70010FC503800000CC10" + kIsdR;
std::string isd_p_entry(int n, std::string_view state) {
  return "E33F4F10" + isd_p(n) + "9F7001" + std::string(state) + "C50380C000C410" + kLoadFile + "CC10" +
         kIsdR;
}

// Three ISD-Ps, the first one enabled; ISD-R selected on channel 1.
struct IsdRSelected : Sim {
  explicit IsdRSelected(const card::MemoryNvm& memory = sim_memory()) : Sim(memory) { driver.open(); }
  CardResponse ask(std::string_view p1p2, std::string_view data = "4F00", std::string_view channel = "81") {
    CommandApdu c;
    c.cla = hex(channel)[0];
    c.ins = 0xF2;
    c.p1 = hex(p1p2)[0];
    c.p2 = hex(p1p2)[1];
    c.data = hex(data);
    c.le = 256;
    return driver.apdu(c.encode());
  }
  std::string list(std::string_view p1p2, std::string_view data = "4F00") {
    const auto r = ask(p1p2, data);
    return r.sw == 0x9000 ? to_hex(r.data) : "status word " + std::to_string(r.sw);
  }
  std::uint16_t refusal(std::string_view p1p2, std::string_view data = "4F00") {
    const auto r = ask(p1p2, data);
    EXPECT_TRUE(r.data.empty());
    return r.sw;
  }
};

// Five ISD-Ps: with the ECASD more than one response holds.
const card::MemoryNvm& five_profiles() {
  static const card::MemoryNvm nvm = [] {
    TestCard card(sim_pki());
    MiniSmdpp smdpp(sim_pki());
    for (const auto* iccid : {kIccidA, kIccidB, kIccidTest, "8988211000000000043", "8988211000000000050"})
      install(card, smdpp, plan_of_class(iccid));
    return card.nvm;
  }();
  return nvm;
}
}  // namespace

TEST(GetStatus, ListsThePlatform) {
  IsdRSelected c;
  EXPECT_EQ(c.list("8002"), kIsdREntry);
  EXPECT_EQ(c.list("4002"), kEcasdEntry + isd_p_entry(0, "3F") + isd_p_entry(1, "1F") + isd_p_entry(2, "1F"));
  EXPECT_EQ(c.list("2002"), "E3284F10" + kLoadFile + "9F700101CC10" + kIsdR);
  EXPECT_EQ(c.list("1002"), "E33A4F10" + kLoadFile + "9F7001018410" + kModule + "CC10" + kIsdR);
}

TEST(GetStatus, FollowsTheStatesOfProfiles) {
  IsdRSelected c;
  c.driver.call<sgp22::EnableProfileResponse>(
      sgp22::EnableProfileRequest{{*sgp22::parse_iccid(kIccidB)}, false});
  EXPECT_EQ(c.list("4002"), kEcasdEntry + isd_p_entry(0, "1F") + isd_p_entry(1, "3F") + isd_p_entry(2, "1F"));
  c.driver.call<sgp22::DeleteProfileResponse>(sgp22::DeleteProfileRequest{*sgp22::parse_iccid(kIccidA)});
  EXPECT_EQ(c.list("4002"), kEcasdEntry + isd_p_entry(1, "3F") + isd_p_entry(2, "1F"));
}

TEST(GetStatus, SearchesByAidWholeOrItsBeginning) {
  IsdRSelected c;
  EXPECT_EQ(c.list("4002", "4F10" + isd_p(1)), isd_p_entry(1, "1F"));
  EXPECT_EQ(c.list("4002", "4F0FA0000005591010FFFFFFFF89000012"), isd_p_entry(2, "1F"));
  EXPECT_EQ(c.list("4002", "4F05A000000559"), c.list("4002"));
  EXPECT_EQ(c.refusal("4002", "4F10" + isd_p(3)), 0x6A88);
  EXPECT_EQ(c.refusal("4002", "4F10" + kIsdR), 0x6A88);  // not of this scope
  EXPECT_EQ(c.refusal("2002", "4F05A000000151"), 0x6A88);
  EXPECT_EQ(c.list("8002", "4F10" + isd_p(1)), kIsdREntry);  // no search there
}

TEST(GetStatus, GivesWhatTheTagListNames) {
  IsdRSelected c;
  EXPECT_EQ(c.list("4002", "4F10" + isd_p(0) + "5C039F704F"), "E3164F10" + isd_p(0) + "9F70013F");
  EXPECT_EQ(c.list("8002", "4F005C02C5CE"), "E305C50380DC00");  // what the card does not have is left out
  EXPECT_EQ(c.list("2002", "4F005C0184"), "E3128410" + kModule);
  EXPECT_EQ(c.list("4002", "4F10" + kEcasd + "5C01C4"), "E300");
  EXPECT_EQ(c.list("8002", "4F005C04C5C5C5C5"), "E305C50380DC00");
}

TEST(GetStatus, SpeaksTheFormOfBefore) {
  IsdRSelected c;
  EXPECT_EQ(c.list("8000"), "10" + kIsdR + "0F80");
  EXPECT_EQ(c.list("4000"),
            "10" + kEcasd + "0F8010" + isd_p(0) + "3F8010" + isd_p(1) + "1F8010" + isd_p(2) + "1F80");
  EXPECT_EQ(c.list("2000"), "10" + kLoadFile + "0100");
  EXPECT_EQ(c.list("1000"), "10" + kLoadFile + "01000110" + kModule);
  EXPECT_EQ(c.refusal("4000", "4F005C014F"), 0x6A80);
}

TEST(GetStatus, RefusesPrecisely) {
  IsdRSelected c;
  for (const auto* p1p2 : {"0302", "6002", "C002", "FF02", "4004", "4082"})
    EXPECT_EQ(c.refusal(p1p2), 0x6A86);
  EXPECT_EQ(c.refusal("4002", ""), 0x6A80);
  for (const auto* data : {"4F", "4F01", "5C014F", "4F009F70013F", "4F0000", "4F004F00", "4F005C019F",
                           "4F005C014F5C014F", "4F11A0000005591010FFFFFFFF890000100000"})
    EXPECT_EQ(c.refusal("4002", data), 0x6A80) << data;
}

TEST(GetStatus, AnswersTheIsdRAlone) {
  IsdRSelected c;
  EXPECT_EQ(c.ask("4002", "4F00", "80").sw, 0x6A86);  // MF: the UICC's STATUS
  EXPECT_EQ(c.ask("4002", "4F00", "82").sw, 0x6881);
  EXPECT_EQ(c.t.sw("00A4040410" + std::string(kUsim)), 0x9000);
  EXPECT_EQ(c.ask("4002", "4F00", "80").sw, 0x6A86);
  EXPECT_EQ(c.t.sw("80F2000C"), 0x9000);
  EXPECT_EQ(c.t.data("80F2000100"), "8410" + std::string(kUsim));
  EXPECT_EQ(c.t.data("81F2000100"), "8410" + kIsdR);  // STATUS of the ISD-R
  EXPECT_EQ(c.t.sw("01A4040410" + kEcasd), 0x9000);
  EXPECT_EQ(c.ask("4002").sw, 0x6982);
  EXPECT_EQ(c.t.sw("01A4040410" + kIsdR), 0x9000);
  EXPECT_EQ(c.ask("4002").sw, 0x9000);
}

// The conditions of GetProfilesInfo, which tells the same.
TEST(GetStatus, NeedsEs10cAndNoSwitchInWait) {
  IsdRSelected c;
  EXPECT_EQ(c.t.sw("80AA00000AA9088100820101830106"), 0x9000);  // no LUId
  EXPECT_EQ(c.refusal("4002"), 0x6985);
  EXPECT_EQ(c.t.sw("80AA00000AA9088100820101830107"), 0x9000);
  EXPECT_EQ(c.ask("4002").sw, 0x9000);
  EXPECT_EQ(c.t.sw(terminal_profile()), 0x9000);
  const auto r =
      c.driver.store_data(der::encode(sgp22::EnableProfileRequest{{*sgp22::parse_iccid(kIccidB)}, true}));
  ASSERT_EQ(r.sw >> 8, 0x91);
  EXPECT_EQ(c.refusal("4002"), 0x6985);
}

TEST(GetStatus, PagesOfWholeEntries) {
  IsdRSelected c(five_profiles());
  auto r = c.ask("4002");
  EXPECT_EQ(r.sw, 0x6310);
  EXPECT_EQ(to_hex(r.data), kEcasdEntry + isd_p_entry(0, "1F") + isd_p_entry(1, "1F") + isd_p_entry(2, "1F"));
  r = c.ask("4003");
  EXPECT_EQ(r.sw, 0x9000);
  EXPECT_EQ(to_hex(r.data), isd_p_entry(3, "1F") + isd_p_entry(4, "1F"));
  EXPECT_EQ(c.ask("4003").sw, 0x6985);  // that was all
  // By GET RESPONSE of a terminal that reads in small pieces the warning comes with the last one.
  const auto raw = [&](std::string_view text) {
    return must(parse_response(must(c.euicc.transmit(hex(text)))));
  };
  EXPECT_EQ(raw("81F24002024F0000").sw, 0x61F2);
  EXPECT_EQ(raw("81C00000F0").sw, 0x6102);
  EXPECT_EQ(raw("81C0000002").sw, 0x6310);
  EXPECT_EQ(raw("81F24003024F0000").sw, 0x6182);
  EXPECT_EQ(raw("81C0000082").sw, 0x9000);
  // Extended length has room for more, and the same pages.
  const auto extended = raw("81F240020000024F000000");
  EXPECT_EQ(extended.sw, 0x6310);
  EXPECT_EQ(extended.data.size(), 242u);
}

TEST(GetStatus, TheRestIsOfTheSameListOnly) {
  IsdRSelected c(five_profiles());
  EXPECT_EQ(c.ask("4003").sw, 0x6985);  // nothing was begun
  const auto again = [&] { EXPECT_EQ(c.ask("4002").sw, 0x6310); };
  again();
  EXPECT_EQ(c.ask("4001").sw, 0x6985);  // another form
  EXPECT_EQ(c.ask("4003").sw, 0x6985);  // and the list is gone
  again();
  EXPECT_EQ(c.ask("2003").sw, 0x6985);
  again();
  EXPECT_EQ(c.ask("4003", "4F05A000000559").sw, 0x6985);
  again();
  EXPECT_EQ(c.t.sw("81CA005A00"), 0x6A88);  // any other command ends it
  EXPECT_EQ(c.ask("4003").sw, 0x6985);
  again();
  EXPECT_EQ(c.t.sw("80F2000C"), 0x9000);  // but not on another channel
  EXPECT_EQ(c.ask("4003").sw, 0x9000);
  // From another channel a Profile is deleted meanwhile.
  again();
  EXPECT_EQ(c.t.sw("00A4040410" + kIsdR), 0x9000);
  const auto remove = der::encode(sgp22::DeleteProfileRequest{*sgp22::parse_iccid(kIccidA)});
  EXPECT_EQ(c.driver.apdu(CommandApdu{0x80, 0xE2, 0x91, 0, remove, 256}.encode()).sw, 0x9000);
  EXPECT_EQ(c.ask("4003").sw, 0x6985);
}

// What a Profile holds, no platform shows; its MNO-SD lists it, over the air.
TEST(GetStatus, ProfilesSeeThemselvesOnly) {
  const std::string mno_sd = "A000000151000000", package = "A0000001515350",
                    rfm = "A0000000090005FFFFFFFF89B0";
  IsdRSelected c;
  EXPECT_EQ(c.refusal("4002", "4F08" + mno_sd), 0x6A88);
  EXPECT_EQ(c.refusal("4002", "4F0D" + rfm), 0x6A88);

  card::PersistentState state(c.nvm);
  must(state.load());
  const auto registry = must(card::OtaRegistry::open(c.nvm, state.enabled_profile()->instance));
  const auto content = card::gp::profile_content(registry.records());
  card::gp::Listing listing;
  const auto list = [&](std::uint8_t p1) {
    const auto data = hex("4F00");
    const auto answer = get_status(content, listing, {0x80, 0xF2, p1, 0x02, data, 256, false});
    return answer.sw == 0x9000 ? to_hex(answer.data) : "status word " + std::to_string(answer.sw);
  };
  EXPECT_EQ(list(0x80), "E3264F08" + mno_sd + "9F70010FC50382DC00C407" + package + "CC08" + mno_sd);
  const auto instance = [&](const std::string& last) {
    return "E3254F10" + rfm + last + "9F700107C503000000CC08" + mno_sd;
  };
  EXPECT_EQ(list(0x40), instance("000000") + instance("002000"));
  EXPECT_EQ(list(0x20), "status word " + std::to_string(0x6A88));
}

TEST(GetStatus, TablesNameEachScopeAndObjectOnce) {
  std::set<std::uint8_t> scopes;
  for (const auto& s : card::gp::scopes()) EXPECT_TRUE(s.p1 > 0x02 && scopes.insert(s.p1).second);
  std::set<Tag> tags;
  for (const auto& o : card::gp::objects()) {
    EXPECT_TRUE(tags.insert(o.tag).second) << o.name;
    card::gp::Content content{
        card::gp::Kind::kApplication, hex("A0"), 7, {}, hex("A1"), {hex("A2")}, hex("A3")};
    Bytes out;
    o.write(out, content);
    EXPECT_EQ(must(read_single_tlv(out)).tag, o.tag) << o.name;
  }
}

}  // namespace eider::test
