// AUTHENTICATE of the TS.48 packages, downloaded and enabled.
#include "card/authenticate_fixture.hpp"

namespace eider::test::aka {
namespace {

std::vector<Bytes> split_package(ByteView package) {
  std::vector<Bytes> out;
  for (const auto& part : must(profile::read_package(package))) out.push_back(to_bytes(part.der));
  return out;
}

// As they are, with the algorithm of test USIMs: values of TS 34.108 section 8.1.2 computed by the
// authentication centre, whose functions have known answers of their own.
TEST(AuthenticateTs48, EveryPackageAuthenticates) {
  EIDER_SHARED_OR_SKIP(folder, "ts48");
  std::size_t packages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".der") continue;
    SCOPED_TRACE(entry.path().filename().string());
    eum::CardModel model;
    model.java_card = true;
    const auto package = read_file(entry.path());
    Sim sim(package, sgp22::ProfileClass::kTest, model);
    saip::AkaParameter p;
    for (const auto& der : split_package(package)) {
      const auto e = must(saip::decode_element(der));
      if (const auto* aka = e.as<saip::AkaParameter>(); aka && p.algoConfiguration.mapping()) p = *aka;
    }
    ASSERT_EQ(p.algoConfiguration.algo()->algorithmID, saip::AlgorithmId::kUsimTestAlgorithm);
    SeededRandom random(4);
    auto network = *auc::AuthenticationCentre::make(p, random);
    ASSERT_EQ(sim.terminal.application(kUsim), 0x9000);
    sim.terminal.sw("002000010831313131FFFFFFFF");
    for (int i = 0; i < 3; ++i) {
      const auto v = network.next();
      EXPECT_EQ(to_hex(sim.aka(v.rand, v.autn).data), success(v));
    }
    const auto v = network.next(*crypto::AkaAmf::from(hex("FFFF")));
    const auto r = sim.aka(v.rand, v.autn);
    ASSERT_EQ(to_hex(r.data).substr(0, 4), "DC0E");
    EXPECT_EQ(must(network.resynchronise(v.rand, ByteView(r.data).subspan(2))), v.sqn);
    ++packages;
  }
  EXPECT_GE(packages, 6U);
}

// The same packages with MILENAGE in the place of the test algorithm.
TEST(AuthenticateTs48, WithMilenageReplaysResynchronise) {
  EIDER_SHARED_OR_SKIP(file, "ts48/TS48v5_SAIP2.3_NoBERTLV.der");
  Bytes package;
  const auto p = parameters_of({});
  for (const auto& der : split_package(read_file(file))) {
    auto e = must(saip::decode_element(der));
    if (auto* aka = e.as<saip::AkaParameter>(); aka && aka->algoConfiguration.algo()) {
      aka->algoConfiguration = p.algoConfiguration;
    }
    if (auto* header = e.as<saip::ProfileHeader>())
      header->eUICC_Mandatory_services.add(saip::Service::kMilenage);
    append(package, saip::encode_element(e));
  }
  eum::CardModel model;
  model.java_card = true;
  Sim sim(package, sgp22::ProfileClass::kOperational, model);
  SeededRandom random(5);
  auto network = *auc::AuthenticationCentre::make(p, random);
  ASSERT_EQ(sim.terminal.application(kUsim), 0x9000);
  sim.terminal.sw("002000010831313131FFFFFFFF");
  const auto v = network.next();
  EXPECT_EQ(to_hex(sim.aka(v.rand, v.autn).data), success(v));
  auto fresh = *auc::AuthenticationCentre::make(p, random);
  const auto again = fresh.next();
  const auto r = sim.aka(again.rand, again.autn);
  ASSERT_EQ(to_hex(r.data).substr(0, 4), "DC0E");
  EXPECT_EQ(must(fresh.resynchronise(again.rand, ByteView(r.data).subspan(2))), v.sqn);
  const auto next = fresh.next();
  EXPECT_EQ(to_hex(sim.aka(next.rand, next.autn).data), success(next));
}

}  // namespace
}  // namespace eider::test::aka
