// Every operation of a card with three Profiles, torn at and within every write that it makes, and torn again
// while it recovers: the laws of support/tears.hpp hold each time.
#include "support/tears.hpp"

#include <gtest/gtest.h>

#include "roles/auc/auc.hpp"
#include "support/ota.hpp"

namespace eider::test {
namespace {
using namespace sgp22;
using Step = std::function<void(Sim&)>;

constexpr std::uint16_t kDomainA = 0x10, kDomainB = 0x11, kTestProfile = 0x12, kNewDomain = 0x13;
const std::string kPin(kPin1), kPuk(kPuk1), kFresh = "34333231FFFFFFFF";

void expect_laws(const TornOperation& op) {
  for (const auto& failure : tear_everywhere(op)) ADD_FAILURE() << failure;
}
Step sends(std::string command) {
  return [command](Sim& s) { s.t.send(command); };
}
Step selects(std::string fid) {
  return [fid](Sim& s) {
    s.open();
    Sim::must_be(s.t.sw("00A4000C02" + fid), 0x9000);
  };
}
Step opens() {
  return [](Sim& s) { s.driver.open(); };
}
template <class Response, class Request>
Step calls(Request request) {
  return [request](Sim& s) { s.driver.call<Response>(request); };
}
Step downloads(const BppPlan& plan) {
  return [plan](Sim& s) {
    MiniSmdpp smdpp(sim_pki());
    Download(s.driver, smdpp, hex(kCardEid)).run(plan);
  };
}
BppPlan new_profile() {
  return plan_of_package(uicc_test_package("8988211000000000068"), "8988211000000000068");
}
Iccid iccid(const char* digits) {
  return *parse_iccid(digits);
}
}  // namespace

TEST(CardTears, Install) {
  // The one-time key; InitialiseSecureChannel, ConfigureISDP, StoreMetadata, LoadProfileElements; the
  // Profile.
  expect_laws({"install", opens(), downloads(new_profile()), {kNewDomain}, 6, 0, true});
}
TEST(CardTears, InstallThatFails) {
  auto plan = new_profile();
  plan.upp.resize(plan.upp.size() / 2);
  expect_laws({"failed install", opens(), downloads(plan), {}, 6, 0, true});
}

TEST(CardTears, Switches) {
  using Enable = EnableProfileResponse;
  expect_laws({"enable B", opens(), calls<Enable>(EnableProfileRequest{{iccid(kIccidB)}, false}), {}, 1});
  expect_laws({"enable the Test Profile",
               opens(),
               calls<Enable>(EnableProfileRequest{{iccid(kIccidTest)}, false}),
               {},
               1});
  expect_laws({"disable A",
               opens(),
               calls<DisableProfileResponse>(DisableProfileRequest{{iccid(kIccidA)}, false}),
               {},
               1});
}

// Section 5.7.16: two writes, the wish and the switch; in between it is carried out at the next power-on.
TEST(CardTears, SwitchWithRefresh) {
  const Step prepare = [](Sim& s) {
    s.driver.open();
    s.driver.apdu(terminal_profile());
  };
  const Step finish = [](Sim& s) {
    s.driver.apdu("801200000B");
    s.driver.apdu("801400000C810301010482028281830100");
  };
  expect_laws({"enable B with REFRESH",
               prepare,
               [&](Sim& s) {
                 s.driver.call<EnableProfileResponse>(EnableProfileRequest{{iccid(kIccidB)}, true});
                 finish(s);
               },
               {},
               2});
  expect_laws({"disable A with REFRESH",
               prepare,
               [&](Sim& s) {
                 s.driver.call<DisableProfileResponse>(DisableProfileRequest{{iccid(kIccidA)}, true});
                 finish(s);
               },
               {},
               2});
}

// A Profile that was used: files written, tries lost, sequence numbers and counters of its own.
TEST(CardTears, Delete) {
  const Step prepare = [](Sim& s) {
    s.open();
    Sim::must_be(s.t.sw("00A4000C026F01"), 0x9000);
    Sim::must_be(s.t.sw("00D60000025A5B"), 0x9000);
    Sim::must_be(s.t.sw("0020000A083131313131313131"), 0x63C9);
    s.driver.open();
    s.driver.call<EnableProfileResponse>(EnableProfileRequest{{iccid(kIccidB)}, false});
  };
  expect_laws({"delete A",
               prepare,
               calls<DeleteProfileResponse>(DeleteProfileRequest{iccid(kIccidA)}),
               {kDomainA},
               1});
}

TEST(CardTears, MemoryReset) {
  expect_laws({"memory reset",
               opens(),
               calls<EuiccMemoryResetResponse>(EuiccMemoryResetRequest{{0, 1, 2}}),
               {kDomainA, kDomainB, kTestProfile},
               2});
}

TEST(CardTears, MetadataAndNotifications) {
  expect_laws({"nickname",
               opens(),
               calls<SetNicknameResponse>(SetNicknameRequest{iccid(kIccidB), "Work"}),
               {kDomainB},
               1});
  expect_laws(
      {"notification removed", opens(), calls<NotificationSentResponse>(NotificationSentRequest{1}), {}, 1});
  expect_laws({"default address",
               opens(),
               calls<SetDefaultDpAddressResponse>(SetDefaultDpAddressRequest{"smdpp.example.com"}),
               {},
               1});
}

// Two writes each: the try, then the result. In between the try is gone and nothing else has changed.
TEST(CardTears, Pins) {
  expect_laws({"change PIN", {}, sends("0024000110" + kPin + kFresh), {kDomainA}, 2, 1});
  expect_laws({"disable PIN", {}, sends("0026000108" + kPin), {kDomainA}, 2, 1});
  expect_laws({"enable PIN", sends("0026000108" + kPin), sends("0028000108" + kPin), {kDomainA}, 2, 1});
  expect_laws({"unblock PIN", {}, sends("002C000110" + kPuk + kFresh), {kDomainA}, 2, 1});
  expect_laws({"wrong PIN", {}, sends("00200001083939393939393939"), {kDomainA}, 1});
  expect_laws({"wrong PUK", {}, sends("002C0001103939393939393939" + kFresh), {kDomainA}, 1});
  // After a wrong one the right one gives back what was lost.
  expect_laws({"right PIN after a wrong one",
               sends("00200001083939393939393939"),
               sends("0020000108" + kPin),
               {kDomainA},
               2,
               1});
}

TEST(CardTears, Files) {
  expect_laws({"UPDATE BINARY", selects("6F01"), sends("00D600FE04A1A2A3A4"), {kDomainA}, 1});
  expect_laws({"UPDATE RECORD", selects("6F02"), sends("00DC02040A01010101010101010101"), {kDomainA}, 1});
  expect_laws({"UPDATE RECORD, cyclic", selects("6F03"), sends("00DC000303000009"), {kDomainA}, 1});
  expect_laws({"INCREASE", selects("6F03"), sends("8032000001FF00"), {kDomainA}, 1});
  expect_laws({"SET DATA", selects("6F04"), sends("80DB00800481021122"), {kDomainA}, 1});
  expect_laws({"SET DATA that deletes", selects("6F04"), sends("80DB0080027F21"), {kDomainA}, 1});
  expect_laws({"DEACTIVATE", selects("6F05"), sends("00040000"), {kDomainA}, 1});
  expect_laws({"ACTIVATE",
               [](Sim& s) {
                 selects("6F05")(s);
                 Sim::must_be(s.t.sw("00040000"), 0x9000);
               },
               sends("00440000"),
               {kDomainA},
               1});
}

namespace {
saip::AkaParameter aka_of(const Bytes& package) {
  std::optional<saip::AkaParameter> out;
  edit_package(package, [&](saip::ProfileElement& e) {
    if (const auto* aka = e.as<saip::AkaParameter>(); aka && !out) out = *aka;
  });
  return *out;
}
std::string challenge(const auc::Vector& v) {
  return "0088008122"
         "10" +
         to_hex(v.rand) + "10" + to_hex(v.autn) + "00";
}
}  // namespace

TEST(CardTears, Authenticate) {
  SeededRandom random(3);
  auto network = must(auc::AuthenticationCentre::make(aka_of(uicc_test_package(kIccidA)), random));
  const auto first = network.next(), second = network.next();
  const auto ready = [&](Sim& s) {
    Sim::must_be(s.verify(), 0x9000);
    Sim::must_be(s.t.application(kUsim), 0x9000);
  };
  expect_laws({"first AUTHENTICATE", ready, sends(challenge(first)), {kDomainA}, 1});
  expect_laws({"next AUTHENTICATE",
               [&](Sim& s) {
                 ready(s);
                 Sim::must_be(s.t.sw(challenge(first)), 0x9000);
               },
               sends(challenge(second)),
               {kDomainA},
               1});
}

TEST(CardTears, OverTheAir) {
  OtaCard server;
  const auto message = [&](std::string_view tar, ByteView script) {
    return [parts = envelopes(server.sealed(tar, script, kUsualSpi, 1))](Sim& s) {
      for (const auto& e : parts) (void)s.t.send(e);
    };
  };
  // The counter, then the file: in between the message is used up and has no effect.
  expect_laws({"INCREASE over the air",
               {},
               message("B00000", hex("00A4080C047F506F038032000003000001")),
               {kDomainA},
               2,
               1});
  // A script of two commands makes a write of each, one after the other.
  expect_laws({"two UPDATEs over the air",
               {},
               message("B00000", hex("00A4080C047F506F0100D6000002A1A200D6000402B1B2")),
               {kDomainA},
               3,
               2});
  UpdateMetadataRequest request;
  request.serviceProviderName = "Other";
  const auto script = must(
      etsi::encode_script(mno::update_metadata_script(der::encode(request)), etsi::ScriptFormat::kCompact));
  expect_laws({"UpdateMetadata", {}, message("B20100", script), {kDomainA}, 2, 1});
}

// What SUSPEND UICC leaves is there whole or not at all, and a token that was shown is gone.
TEST(CardTears, Suspension) {
  expect_laws({"SUSPEND UICC", sends(terminal_profile()), sends("8076000004000A02020A"), {}, 1});
  expect_laws({"RESUME UICC",
               [](Sim& s) {
                 s.t.send(terminal_profile());
                 s.t.send("8076000004000A02020A");
                 s.power_cycle();
               },
               [](Sim& s) {
                 const auto suspended = s.nvm.get("suspended").value();
                 s.t.send("8076010008" + to_hex(ByteView(suspended).first(8)));
               },
               {},
               1});
}

// The laws see what they are for: one bug each, in a copy of the memory.
TEST(CardTears, TheLawsSeeBrokenMemory) {
  const auto& good = sim_memory();
  const auto edited = [&](auto edit) {
    auto bad = good;
    card::NvmBatch batch;
    edit(batch);
    must(bad.commit(batch));
    return MemoryLaws{}.broken(good, bad);
  };
  EXPECT_EQ(MemoryLaws{}.broken(good, good), "");
  EXPECT_EQ(edited([](auto& b) { b.put("file/0077/0001/0000", hex("00")); }),
            "file/0077/0001/0000 belongs to no Profile");
  EXPECT_EQ(edited([](auto& b) { b.put("file/0011/0001/0000", hex("00")); }),
            "file/0011/0001/0000 has changed");
  EXPECT_EQ(edited([](auto& b) { b.erase("pins/0012"); }), "pins/0012 is missing");
  EXPECT_NE(edited([&](auto& b) {
              auto record = must(der::decode<card::IsdPRecord>(*good.get("profile/0011")));
              record.state = ProfileState::kEnabled;
              b.put("profile/0011", der::encode(record));
            }),
            "");
  // A try that came back, and one that went.
  Sim sim;
  sim.t.send("00200001083939393939393939");
  EXPECT_EQ(MemoryLaws{{kDomainA}}.broken(good, sim.nvm), "");
  EXPECT_EQ(MemoryLaws{{kDomainA}}.broken(sim.nvm, good), "a try of pins/0010 0/1 came back");
  // A counter and a sequence number that went back.
  for (const auto* key : {"ota/0010/c0001", "aka/0010/s00"}) {
    profile::SqnState high, low;
    high.seq[0] = 7;
    low.seq[0] = 6;
    const bool ota = key[0] == 'o';
    auto before = good, after = good;
    card::NvmBatch one, two;
    one.put(key, ota ? hex("0000000007") : high.encode());
    two.put(key, ota ? hex("0000000006") : low.encode());
    must(before.commit(one));
    must(after.commit(two));
    EXPECT_EQ(MemoryLaws{{kDomainA}}.broken(before, after), std::string(key) + " went back");
  }
}

}  // namespace eider::test
