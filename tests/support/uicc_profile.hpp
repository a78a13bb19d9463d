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

inline saip::GenericFileManagement test_files(std::string_view path, const std::vector<TestFile>& files,
                                              std::uint16_t identification) {
  saip::GenericFileManagement g;
  g.header.mandated = der::Null{};
  g.header.identification = identification;
  for (const auto& file : files) {
    auto& commands = g.fileManagementCMD.emplace_back();
    commands.emplace_back().value.emplace<saip::FileCommand::kFilePath>(*BoundedBytes<8>::from(hex(path)));
    saip::Fcp f;
    f.fileDescriptor = BoundedBytes<4>::from(hex(file.descriptor));
    f.fileID = FixedBytes<2>::from(hex(file.fid));
    f.securityAttributesReferenced = BoundedBytes<3>::from(hex(file.arr));
    if (!file.pins.empty()) {
      f.pinStatusTemplateDO = hex(file.pins);
    } else if (!file.link.empty()) {
      f.linkPath = BoundedBytes<8>::from(hex(file.link));
      f.shortEFID = BoundedBytes<1>::from(hex(file.sfi));
    } else {
      f.efFileSize = hex(file.size);
      f.shortEFID = BoundedBytes<1>::from(hex(file.sfi));
      if (file.special || !file.maximum.empty()) {
        auto& info = f.proprietaryEFInfo.emplace();
        if (file.special) info.specialFileInformation = saip::octet(*file.special);
        if (!file.maximum.empty()) info.maximumFileSize = hex(file.maximum);
      }
    }
    commands.emplace_back().value.emplace<saip::FileCommand::kCreateFcp>(std::move(f));
    if (!file.content.empty())
      commands.emplace_back().value.emplace<saip::FileCommand::kFillFileContent>(hex(file.content));
  }
  return g;
}

// Access rules of the generic profile's EF.ARRs: 5 read and update with PIN1; 7 the same and INCREASE; 9 read
// always, update and (de)activate with PIN1; 10 read always, the rest with ADM1; 12 read with PIN1, the rest
// never.
inline Bytes uicc_test_package(const char* iccid, bool pin1_enabled = true) {
  SeededRandom random(5);
  auto p = profile::GenericProfileParameters::random(random);
  p.iccid = iccid;
  p.k = Secret(hex("000102030405060708090A0B0C0D0E0F"));
  p.isim = true;
  p.pin1 = "1234";
  p.pin2 = "9876";
  p.puk1 = "12345678";
  p.puk2 = "87654321";
  p.adm1 = "55555555";
  p.pin1_enabled = pin1_enabled;
  const auto base = profile::build_generic_profile(p);
  Bytes out;
  for (const auto& part : must(profile::read_package(base))) {
    if (part.tag == saip::pe::kEnd) {
      for (const auto& g :
           {test_files("", {{.fid = "7F50", .descriptor = "7821", .arr = "2F060E", .pins = "010A"}}, 900),
            test_files(
                "7F50",
                {{"6F01", "4121", "012C", "2F0605", "08", "00010203040506070809"},
                 {"6F02", "4221000A", "32", "2F0605", "10",
                  "01AAAAAAAAAAAAAAAAAA"
                  "02BBBBBBBBBBBBBBBBBB"
                  "03AABBCCBBBBBBBBBBBB"
                  "04FFFFFFFFFFFFFFFFFF"
                  "05AACCBBFFFFFFFFFFFF"},
                 {"6F03", "46210003", "0C", "2F0607", "18", "000005000004000003000002"},
                 {.fid = "6F04",
                  .descriptor = "7921",
                  .size = "50",
                  .arr = "2F0605",
                  .sfi = "20",
                  .content = "8003AABBCC"
                             "7F2102DDEE",
                  .maximum = "0100"},
                 {"6F05", "4121", "14", "2F0609", "28", "AABB"},
                 {.fid = "6F06",
                  .descriptor = "4121",
                  .size = "04",
                  .arr = "2F0609",
                  .sfi = "30",
                  .content = "01020304",
                  .special = 0x40},
                 {"6F07", "4121", "04", "2F060C", "", "0A0B0C0D"},
                 {"6F09", "4121", "04", "2F0603", "", "0A0B0C0D"},
                 {.fid = "6F08", .descriptor = "42210001", .arr = "2F060A", .sfi = "40", .link = "7F506F02"},
                 {.fid = "5F10", .descriptor = "7821", .arr = "2F060E", .pins = "010A"}},
                901),
            test_files("7F505F10", {{"6F11", "4121", "03", "2F0605", "08", "112233"}}, 902),
            test_files("7FD0", {{"6F71", "4121", "02", "6F0608", "", "7788"}}, 903)}) {
        saip::ProfileElement e;
        e.value = g;
        append(out, saip::encode_element(e));
      }
    }
    append(out, part.der);
  }
  return out;
}

inline const TestPki& sim_pki() {
  static const TestPki p = make_test_pki({crypto::Curve::kP256});
  return p;
}

// The memory of a card on which the test Profile is enabled and two others are disabled.
inline const card::MemoryNvm& sim_memory() {
  static const card::MemoryNvm nvm = [] {
    TestCard card(sim_pki());
    MiniSmdpp smdpp(sim_pki());
    install(card, smdpp, plan_of_package(uicc_test_package(kIccidA), kIccidA));
    install(card, smdpp, plan_of_package(uicc_test_package(kIccidB, false), kIccidB));
    install(card, smdpp, plan_of_class(kIccidTest, sgp22::ProfileClass::kTest));
    card.driver.call<sgp22::EnableProfileResponse>(
        sgp22::EnableProfileRequest{{*sgp22::parse_iccid(kIccidA)}, false});
    return card.nvm;
  }();
  return nvm;
}

// Powered on, MF selected, nothing verified.
struct Sim : CardCopy {
  Terminal t{driver};
  explicit Sim(const card::MemoryNvm& memory = sim_memory()) : CardCopy(memory) { must(euicc.reset()); }
  void power_cycle() {
    nvm.restore_power();
    must(euicc.reset());
  }
  std::uint16_t verify(std::string_view reference = "01", std::string_view value = kPin1) {
    return t.sw("002000" + std::string(reference) + "08" + std::string(value));
  }
  // Selects the DF with the test files, PIN1 verified.
  void open() {
    must_be(verify(), 0x9000);
    must_be(t.path("7F50").sw, 0x9000);
  }
  static void must_be(std::uint16_t sw, std::uint16_t expected) {
    if (sw != expected) throw std::runtime_error("status word " + std::to_string(sw));
  }
};

}  // namespace eider::test
