#include "profile/personalise.hpp"

#include <gtest/gtest.h>

#include "profile/builder.hpp"
#include "profile/installer.hpp"
#include "profile/package_reader.hpp"
#include "profile/subscriber_csv.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {

TEST(Identity, LuhnAndIccid) {
  EXPECT_EQ(luhn_digit("7992739871"), '3');  // the usual example of the formula
  EXPECT_TRUE(luhn_valid("79927398713"));
  EXPECT_FALSE(luhn_valid("79927398710"));
  EXPECT_EQ(Iccid::parse("894901700000000001?")->digits.size(), 19u);
  EXPECT_TRUE(luhn_valid(Iccid::parse("894901700000000001?")->digits));
  EXPECT_EQ(to_hex(Iccid::parse("8947010000123456784")->header()), "8947010000123456784F");
  EXPECT_EQ(to_hex(Iccid::parse("89000123456789012341")->file()), "98001032547698103214");  // TS.48
  EXPECT_EQ(decode_iccid_file(hex("98001032547698103214")), "89000123456789012341");
  for (const auto* wrong :
       {"", "?", "123", "8900012345678901234x", "890001234567890123412", "89000123456789012341?"})
    EXPECT_FALSE(Iccid::parse(wrong)) << wrong;
}

TEST(Identity, Imsi) {
  EXPECT_EQ(to_hex(*encode_imsi("001010123456063")), "080910101032540636");  // TS.48 v1 to v5
  EXPECT_EQ(to_hex(*encode_imsi("001010123456789")), "080910101032547698");  // v7
  EXPECT_EQ(to_hex(*encode_imsi("00101012345678")), "0801101010325476F8");
  for (const auto* digits : {"001010123456063", "00101012345678", "001011"})
    EXPECT_EQ(decode_imsi(*encode_imsi(digits)), digits);
  EXPECT_FALSE(encode_imsi("0010101234560631"));
  EXPECT_FALSE(encode_imsi("00101x"));
  EXPECT_EQ(decode_imsi(hex("FFFFFFFFFFFFFFFFFF")), "");
  EXPECT_EQ(to_hex(access_class("001010123456063")), "0008");
  EXPECT_EQ(to_hex(access_class("001010123456069")), "0200");
}

TEST(Identity, CodesNumbersAndNames) {
  EXPECT_EQ(to_hex(encode_pin("0000")->view()), "30303030FFFFFFFF");
  EXPECT_FALSE(encode_pin("123"));
  EXPECT_FALSE(encode_pin("123456789"));
  EXPECT_FALSE(encode_puk("1234567"));
  EXPECT_EQ(to_hex(encode_adm("0102030405060708")->view()), "0102030405060708");
  EXPECT_EQ(to_hex(*encode_dialling_number("", "+4915123", 14)), "0591945121F3FFFFFFFFFFFFFFFF");
  EXPECT_FALSE(encode_dialling_number("", "+49a", 14));
  EXPECT_EQ(to_hex(*encode_spn("Eider")), "014569646572FFFFFFFFFFFFFFFFFFFFFF");
  EXPECT_FALSE(encode_spn("a name that is too long"));
  EXPECT_EQ(to_hex(encode_plmn("262", "01")), "62F210");
  EXPECT_EQ(to_hex(encode_plmn("310", "260")), "130062");
}

// TS 35.208 test set 1.
TEST(Personalise, DerivesOpc) {
  const auto opc = derive_opc(Secret(hex("465b5ce8b199b49faa5f0a2ee238a6bc")),
                              Secret(hex("cdc202d5123e20f62b6d676ac72cb318")));
  ASSERT_TRUE(opc);
  EXPECT_EQ(to_hex(opc->view()), "CD63CB71954A9F4E48A5994E37A02BAF");
}

SubscriberData subscriber() {
  SubscriberData s;
  s.iccid = "894901700000000777?";
  s.imsi = "262019876543210";
  s.k = Secret(hex("465b5ce8b199b49faa5f0a2ee238a6bc"));
  s.op = Secret(hex("cdc202d5123e20f62b6d676ac72cb318"));
  s.pin1 = *encode_pin("1234");
  s.pin2 = *encode_pin("5678");
  s.puk1 = *encode_puk("11112222");
  s.puk2 = *encode_puk("33334444");
  s.adm1 = *encode_adm("87654321");
  s.spn = "Eider Test";
  return s;
}

InstallReport install(ByteView package, const SubscriberData& s) {
  MetadataFacts m;
  m.iccid = Iccid::parse(s.iccid)->file();
  PackageInstaller installer({}, {}, m);
  const auto elements = read_package(package);
  for (const auto& e : *elements) installer.element(e.der);
  return installer.finish();
}

TEST(Personalise, GenericProfile) {
  SeededRandom random(4);
  auto p = GenericProfileParameters::random(random);
  p.isim = true;
  p.msisdn = "+490000";
  const auto package = build_generic_profile(p);
  auto t = ProfileTemplate::load(package);
  ASSERT_TRUE(t) << t.error().message();
  auto s = subscriber();
  s.msisdn = "+4915112345678";
  s.kic = Secret(hex("00112233445566778899AABBCCDDEEFF"));
  const auto out = t->personalise(s);
  ASSERT_TRUE(out) << out.error().message();
  const auto report = install(*out, s);
  EXPECT_EQ(report.error, InstallError::kNone) << report.why;
  EXPECT_EQ(report.facts.imsi, s.imsi);
  EXPECT_EQ(report.facts.header.iccid, Iccid::parse(s.iccid)->header());
  for (const auto& naa : report.facts.naas) {
    EXPECT_TRUE(naa.parameters.algoConfiguration.algo()->key == *s.k);
    EXPECT_EQ(to_hex(naa.parameters.algoConfiguration.algo()->opc.view()),
              "CD63CB71954A9F4E48A5994E37A02BAF");
  }
  // The same values, built from the start, are the same octets.
  p.iccid = s.iccid;
  p.imsi = s.imsi;
  p.k = *s.k;
  p.opc = *derive_opc(*s.k, *s.op);
  p.pin1 = "1234", p.pin2 = "5678", p.puk1 = "11112222", p.puk2 = "33334444", p.adm1 = "87654321";
  p.spn = *s.spn;
  p.msisdn = s.msisdn;
  p.sd_keys[0] = *s.kic;
  const auto elements = read_package(*out);
  const auto built_package = build_generic_profile(p);
  const auto built = read_package(built_package);
  ASSERT_EQ(elements->size(), built->size());
  for (std::size_t i = 0; i < built->size(); ++i) {
    const auto tag = (*built)[i].tag;
    if (tag == saip::pe::kOptUsim || tag == saip::pe::kIsim) continue;  // PLMN files stay the template's
    EXPECT_EQ(to_hex((*elements)[i].der), to_hex((*built)[i].der)) << tag_text(tag);
  }
  const auto text = std::string(as_text(*out));
  EXPECT_EQ(text.find("sip:001"), std::string::npos);
  EXPECT_NE(text.find("sip:" + s.imsi), std::string::npos);
}

TEST(Personalise, AbsentValuesStay) {
  SeededRandom random(4);
  const auto p = GenericProfileParameters::random(random);
  const auto package = build_generic_profile(p);
  auto t = ProfileTemplate::load(package);
  ASSERT_TRUE(t);
  SubscriberData s;
  s.iccid = p.iccid;
  s.imsi = p.imsi;
  EXPECT_EQ(to_hex(*t->personalise(s)), to_hex(package));
}

TEST(Personalise, Ts48ChangesOnlyWhatItMust) {
  EIDER_SHARED_OR_SKIP(path, "ts48/TS48v5_SAIP2.3_NoBERTLV.der");
  const auto package = test::read_file(path);
  auto t = ProfileTemplate::load(package);
  ASSERT_TRUE(t) << t.error().message();
  EXPECT_EQ(t->imsi(), "001010123456063");
  SubscriberData s;
  s.iccid = "89000123456789012341";
  s.imsi = "001010123456063";
  auto same = t->personalise(s);
  ASSERT_TRUE(same);
  // EF.ACC follows from the IMSI (0001 in the package), nothing else differs.
  ASSERT_EQ(same->size(), package.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < package.size(); ++i) different += package[i] != (*same)[i];
  EXPECT_EQ(different, 1u);
  s = subscriber();
  s.op.reset();
  auto out = t->personalise(s);
  ASSERT_TRUE(out) << out.error().message();
  EXPECT_EQ(install(*out, s).error, InstallError::kNone);
  EXPECT_EQ(install(*out, s).facts.imsi, s.imsi);
}

TEST(Personalise, Refusals) {
  SeededRandom random(4);
  const auto t = ProfileTemplate::load(build_generic_profile(GenericProfileParameters::random(random)));
  ASSERT_TRUE(t);
  const auto refused = [&](auto edit) {
    auto s = subscriber();
    edit(s);
    auto r = t->personalise(s);
    return !r && r.error().template as<LocalFault>();
  };
  EXPECT_TRUE(refused([](SubscriberData& s) { s.iccid = "1"; }));
  EXPECT_TRUE(refused([](SubscriberData& s) { s.imsi = "1"; }));
  EXPECT_TRUE(refused([](SubscriberData& s) { s.k = Secret(std::size_t{32}); }));
  EXPECT_TRUE(refused([](SubscriberData& s) { s.opc = Secret(std::size_t{32}); }));
  EXPECT_TRUE(refused([](SubscriberData& s) { s.msisdn = "+49"; }));  // the template has no EF.MSISDN
  EXPECT_TRUE(refused([](SubscriberData& s) { s.kid = Secret(std::size_t{24}); }));
  EXPECT_TRUE(refused([](SubscriberData& s) { s.spn = "a name that is too long"; }));
  EXPECT_FALSE(ProfileTemplate::load(hex("A000")));
  EXPECT_FALSE(ProfileTemplate::load(hex("AA07A005800081011F")));
}

TEST(SubscriberCsv, ReadsRows) {
  const std::string text =
      "\xEF\xBB\xBFICCID, imsi ,Ki,OPc,spn,pin1\r\n"
      "\r\n"
      "8949017000000007770,262019876543210,465b5ce8b199b49faa5f0a2ee238a6bc,cd63cb71954a9f4e48a5994e37a02baf,"
      "\"Eider, \"\"x\"\"\",\r\n"
      "\"894901700000000778?\",262019876543211,465b5ce8b199b49faa5f0a2ee238a6bc,"
      "cd63cb71954a9f4e48a5994e37a02baf,\"Eider & x\",1234";
  auto csv = SubscriberCsv::open(text);
  ASSERT_TRUE(csv) << csv.error().message();
  auto first = csv->next();
  ASSERT_FALSE(first);  // a comma and quotes are no characters of a service provider name
  EXPECT_TRUE(first.error().message().starts_with("line 3, column 5: spn: 'Eider, \"x\"'"))
      << first.error().message();
  auto second = csv->next();
  ASSERT_TRUE(second) << second.error().message();
  ASSERT_TRUE(*second);
  EXPECT_EQ(csv->line(), 4u);
  EXPECT_EQ((*second)->spn, "Eider & x");
  EXPECT_TRUE((*second)->pin1);
  EXPECT_FALSE((*second)->pin2);
  auto last = csv->next();
  ASSERT_TRUE(last);
  EXPECT_FALSE(*last);
}

TEST(SubscriberCsv, FaultsNameLineAndColumn) {
  const auto fault = [](const std::string& text) -> std::string {
    auto csv = SubscriberCsv::open(text);
    if (!csv) return csv.error().as<LocalFault>()->what;
    auto row = csv->next();
    return row ? "" : row.error().as<LocalFault>()->what;
  };
  EXPECT_EQ(fault(""), "the file is empty");
  EXPECT_EQ(fault("iccid,imsi,kii\n"), "line 1, column 3: unknown column 'kii'");
  EXPECT_EQ(fault("iccid,imsi,k,ki\n"), "line 1, column 4: column 'k' twice");
  EXPECT_EQ(fault("iccid,k\n"), "line 1: there is no column 'imsi'");
  EXPECT_EQ(fault("iccid,imsi\n\n1\n"), "line 3: 1 fields instead of 2");
  EXPECT_EQ(fault("iccid,imsi\n1,2\n"), "line 2, column 1: iccid: '1' is no ICCID");
  EXPECT_EQ(fault("iccid,imsi\n,2\n"), "line 2, column 1: iccid: '' is no ICCID");
  const std::string good = "iccid,imsi,k,opc,op\n894901700000000778?,262019876543211,";
  EXPECT_EQ(fault(good + "00,,\n"), "line 2, column 3: k: 1 octets instead of 16 or 32");
  EXPECT_EQ(fault(good + "0g,,\n"), "line 2, column 3: k: not hexadecimal, or an odd number of digits");
  EXPECT_EQ(fault(good + "000102030405060708090A0B0C0D0E0F,,\n"), "line 2: a key without OPc or OP");
  EXPECT_EQ(fault(good + "\"00\"x,,\n"), "line 2, column 3: text behind the closing quote");
  EXPECT_EQ(fault(good + "\"00,,\n"), "line 2, column 3: the quote is not closed");
}

}  // namespace
}  // namespace eider::profile
