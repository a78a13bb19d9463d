#include "support/uicc_profile.hpp"

namespace eider::test {

saip::GenericFileManagement test_files(std::string_view path, const std::vector<TestFile>& files,
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

Bytes uicc_test_package(const char* iccid, bool pin1_enabled) {
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

const TestPki& sim_pki() {
  static const TestPki p = make_test_pki({crypto::Curve::kP256});
  return p;
}

const card::MemoryNvm& sim_memory() {
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

void Sim::power_cycle() {
  nvm.restore_power();
  must(euicc.reset());
}

std::uint16_t Sim::verify(std::string_view reference, std::string_view value) {
  return t.sw("002000" + std::string(reference) + "08" + std::string(value));
}

void Sim::open() {
  must_be(verify(), 0x9000);
  must_be(t.path("7F50").sw, 0x9000);
}

void Sim::must_be(std::uint16_t sw, std::uint16_t expected) {
  if (sw != expected) throw std::runtime_error("status word " + std::to_string(sw));
}

}  // namespace eider::test
