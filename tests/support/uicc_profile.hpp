// A Profile for tests of the UICC commands: the generic one with PIN1 enabled, and a DF with one file of each
// structure. Every value that tests expect stands here or follows from the TS 102 221 section they name.
#pragma once
#include "profile/package_reader.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/sim.hpp"

namespace eider::test {

inline constexpr std::string_view kPin1 = "31323334FFFFFFFF", kPuk1 = "3132333435363738",
                                  kAdm1 = "3535353535353535", kPin2 = "39383736FFFFFFFF",
                                  kPuk2 = "3837363534333231", kUsim = "A0000000871002FFFFFFFF8900000100",
                                  kIsim = "A0000000871004FFFFFFFF8900000100";

struct TestFile {
  std::string_view fid, descriptor, size, arr;  // arr: FID and record of EF.ARR
  std::string_view sfi = "";                    // as coded: SFI << 3; empty: none
  std::string_view content = "", link = "", pins = "";
  std::optional<std::uint8_t> special;
  std::string_view maximum = "";
};

saip::GenericFileManagement test_files(std::string_view path, const std::vector<TestFile>& files,
                                       std::uint16_t identification);

// Access rules of the generic profile's EF.ARRs: 5 read and update with PIN1; 7 the same and INCREASE; 9 read
// always, update and (de)activate with PIN1; 10 read always, the rest with ADM1; 12 read with PIN1, the rest
// never.
Bytes uicc_test_package(const char* iccid, bool pin1_enabled = true);

const TestPki& sim_pki();

// The memory of a card on which the test Profile is enabled and two others are disabled.
const card::MemoryNvm& sim_memory();

// Powered on, MF selected, nothing verified.
struct Sim : CardCopy {
  Terminal t{driver};
  explicit Sim(const card::MemoryNvm& memory = sim_memory()) : CardCopy(memory) { must(euicc.reset()); }
  void power_cycle();
  std::uint16_t verify(std::string_view reference = "01", std::string_view value = kPin1);
  // Selects the DF with the test files, PIN1 verified.
  void open();
  static void must_be(std::uint16_t sw, std::uint16_t expected);
};

}  // namespace eider::test
