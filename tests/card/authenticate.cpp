// AUTHENTICATE and GET IDENTITY of an installed and enabled Profile, as a terminal sends them.
#include <gtest/gtest.h>

#include "codec/tlv.hpp"
#include "crypto/gba.hpp"
#include "crypto/suci.hpp"
#include "profile/elements.hpp"
#include "profile/package_reader.hpp"
#include "roles/auc/auc.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/shared_data.hpp"
#include "support/sim.hpp"

namespace eider::test {
namespace {

namespace pe = saip::pe;
using namespace profile::test_elements;
using Cut = card::MemoryNvm::Cut;

const TestPki& pki() {
  static const TestPki p = make_test_pki({crypto::Curve::kP256});
  return p;
}

// 3GPP TS 35.208 test set 1; its AUTN is SQN xor AK || AMF || MAC-A.
constexpr char kRand[] = "23553CBE9637A89D218AE64DAE47BF35", kAutn[] = "55F328B43577B9B94A9FFAC354DFAFB3";
constexpr char kRes[] = "A54211D5E3BA50BF", kCk[] = "B40BA9A3C58B2A05BBF0D987B21BF8CB",
               kIk[] = "F769BCD751044604127672711C6D3441";
// TS 55.205 test set 1.
constexpr char kSres[] = "46F8416A", kKc[] = "EAE4BE823AF9A08B";
constexpr char kUsim[] = "A0000000871002", kIsim[] = "A0000000871004";

Bytes table(std::initializer_list<unsigned> services) {
  Bytes out(17);
  for (const auto n : services) out[(n - 1) / 8] |= static_cast<std::uint8_t>(1U << (n - 1) % 8);
  return out;
}

// A generic Profile with USIM and ISIM, key data of test set 1, GBA files, and DF.SAIP.
struct Settings {
  Bytes ust = table({27, 38, 68, 122, 123, 124, 125});
  std::uint8_t ist = 0x02;
  std::uint8_t sqn_options = 0x0E;
  bool mapped = false;  // the ISIM uses the USIM's key data
  bool pin_enabled = false;
  Bytes calc_info = hex("A0020000");
  std::optional<FixedBytes<3>> counter_max;
};

saip::TemplateFile template_file(Tag element, std::string_view member, saip::File content) {
  return {saip::member_tag(element, member), std::move(content)};
}
saip::FileItem content_of(Bytes octets) {
  saip::FileItem e;
  e.value = std::move(octets);
  return e;
}
saip::FileItem fcp_of(std::size_t size, std::size_t record = 0) {
  saip::Fcp f;
  f.efFileSize = Bytes{static_cast<std::uint8_t>(size)};
  if (record != 0)
    f.fileDescriptor = BoundedBytes<4>::from(Bytes{0x42, 0x21, 0x00, static_cast<std::uint8_t>(record)});
  saip::FileItem e;
  e.value = std::move(f);
  return e;
}

Elements elements(const Settings& s) {
  auto l = generic();
  for (int i = 0; i < 2; ++i) {
    auto& aka = as<saip::AkaParameter>(l, pe::kAkaParameter, i);
    auto& a = std::get<saip::AlgoParameter>(aka.algoConfiguration.value);
    a.key = Secret(hex("465B5CE8B199B49FAA5F0A2EE238A6BC"));
    a.opc = Secret(hex("CD63CB71954A9F4E48A5994E37A02BAF"));
    a.authCounterMax = s.counter_max;
    aka.sqnOptions = saip::octet(s.sqn_options);
    if (i == 1 && s.mapped) {
      saip::MappingParameter m;
      m.mappingOptions = saip::octet(0x06);
      m.mappingSource = *fcp(l, pe::kUsim, "adf-usim").dfName;
      aka.algoConfiguration.value = m;
    }
  }
  file(l, pe::kUsim, "ef-ust") = {fcp_of(s.ust.size()), content_of(s.ust)};
  file(l, pe::kIsim, "ef-ist") = {fcp_of(1), content_of({s.ist})};
  auto& files = tpl(l, pe::kOptUsim).files;
  files.push_back(template_file(pe::kOptUsim, "ef-gbabp", {fcp_of(60)}));
  files.push_back(template_file(pe::kOptUsim, "ef-gbanl", {fcp_of(120, 60)}));
  std::ranges::stable_sort(files, {}, &saip::TemplateFile::member);
  if (s.pin_enabled) pins(l, 0)[0].pinAttributes |= 1;
  saip::TemplatePe df;
  df.pe = pe::kDfSaip;
  df.header.identification = 900;
  df.header.mandated.emplace();
  df.templateID = *der::Oid::parse("2.23.143.1.2.14");
  saip::FileItem directory;
  directory.value.emplace<saip::Fcp>().pinStatusTemplateDO = hex("81010A");
  df.files.push_back(template_file(pe::kDfSaip, "df-df-saip", {std::move(directory)}));
  df.files.push_back(template_file(pe::kDfSaip, "ef-suci-calc-info-usim",
                                   {fcp_of(s.calc_info.size()), content_of(s.calc_info)}));
  l.insert(l.begin() + static_cast<std::ptrdiff_t>(index_of(l, pe::kDf5gs) + 1), saip::ProfileElement{df});
  return l;
}

// Installed and enabled, the terminal on the basic channel.
struct Sim {
  TestCard card;
  Terminal terminal;
  explicit Sim(const Settings& s = {}) : Sim(concat_all(encoded(elements(s)))) {}
  explicit Sim(Bytes package, sgp22::ProfileClass profile_class = sgp22::ProfileClass::kOperational,
               const eum::CardModel& model = {})
      : card(pki(), model), terminal(card.driver) {
    MiniSmdpp smdpp(pki());
    auto plan = plan_of_package(std::move(package), kIccidA);
    plan.metadata.profileClass = profile_class;
    plan.metadata.iccid = *sgp22::Iccid::from(iccid_of(plan.upp));
    iccid = plan.metadata.iccid;
    install(card, smdpp, plan);
    card.driver.call<sgp22::EnableProfileResponse>(sgp22::EnableProfileRequest{{iccid}, false});
    card.power_on();
  }
  static Bytes concat_all(const std::vector<Bytes>& parts) {
    Bytes out;
    for (const auto& p : parts) append(out, p);
    return out;
  }
  static Bytes iccid_of(ByteView package) {
    profile::FileSystemImage image;
    for (const auto& part : must(profile::read_package(package))) {
      const auto e = must(saip::decode_element(part.der));
      if (const auto* t = e.as<saip::TemplatePe>(); t && t->pe == pe::kMf)
        (void)image.apply(*t, *saip::find_template(t->templateID));
    }
    return image.body(*image.find(hex("2FE2")));
  }
  CardResponse authenticate(std::uint8_t p2, ByteView data) {
    return terminal.send(CommandApdu{0x00, 0x88, 0x00, p2, to_bytes(data), 256}.encode());
  }
  CardResponse aka(ByteView rand, ByteView autn) { return authenticate(0x81, lv({rand, autn})); }
  static Bytes lv(std::initializer_list<ByteView> values) {
    Bytes out;
    for (const auto v : values) {
      out.push_back(static_cast<std::uint8_t>(v.size()));
      append(out, v);
    }
    return out;
  }
  sgp22::Iccid iccid;
};

saip::AkaParameter parameters_of(const Settings& s = {}) {
  auto l = elements(s);
  return as<saip::AkaParameter>(l, pe::kAkaParameter);
}

std::string success(const auc::Vector& v, bool kc = true) {
  auto out = concat({hex("DB"), Sim::lv({v.keys.res, v.keys.ck, v.keys.ik})});
  if (kc) append(out, Sim::lv({crypto::gsm_keys(v.keys)->kc}));
  return to_hex(out);
}

TEST(Authenticate, AnswersTestSet1) {
  Sim sim;
  ASSERT_EQ(sim.terminal.application(kUsim), 0x9000);
  const auto r = sim.aka(hex(kRand), hex(kAutn));
  EXPECT_EQ(r.sw, 0x9000);
  EXPECT_EQ(to_hex(r.data), std::string("DB08") + kRes + "10" + kCk + "10" + kIk + "08" + kKc);
}

TEST(Authenticate, KcNeedsService27) {
  Settings s;
  s.ust = table({38});
  Sim sim(s);
  sim.terminal.application(kUsim);
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data),
            std::string("DB08") + kRes + "10" + kCk + "10" + kIk);
}

TEST(Authenticate, GsmContextNeedsService38) {
  Sim sim;
  sim.terminal.application(kUsim);
  const auto r = sim.authenticate(0x80, hex(std::string("10") + kRand));
  EXPECT_EQ(r.sw, 0x9000);
  EXPECT_EQ(to_hex(r.data), std::string("04") + kSres + "08" + kKc);
  EXPECT_EQ(sim.authenticate(0x80, hex("0F" + std::string(kRand).substr(2))).sw, 0x6700);
  Settings s;
  s.ust = table({27});
  Sim without(s);
  without.terminal.application(kUsim);
  EXPECT_EQ(without.authenticate(0x80, hex(std::string("10") + kRand)).sw, 0x9864);
}

// AUTS as another implementation computes it for the replay of test set 1.
TEST(Authenticate, ReplayGivesAutsAlsoAfterReset) {
  Sim sim;
  sim.terminal.application(kUsim);
  ASSERT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x9000);
  for (int i = 0; i < 2; ++i) {
    const auto r = sim.aka(hex(kRand), hex(kAutn));
    EXPECT_EQ(r.sw, 0x9000);
    EXPECT_EQ(to_hex(r.data), "DC0EBA853F3C123CCF44E93596E355C6");
    sim.card.power_on();
    sim.terminal.application(kUsim);
  }
}

TEST(Authenticate, WrongMacIs9862) {
  Sim sim;
  sim.terminal.application(kUsim);
  auto autn = hex(kAutn);
  autn.back() ^= 1;
  const auto r = sim.aka(hex(kRand), autn);
  EXPECT_EQ(r.sw, 0x9862);
  EXPECT_TRUE(r.data.empty());
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DB") << "nothing was used up";
}

TEST(Authenticate, NeedsTheApplicationAndItsDirectory) {
  Sim sim;
  EXPECT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x6985) << "no application";
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.terminal.path("7FFF5FC0").sw, 0x9000);
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DB")
      << "a directory below the ADF will do";
  EXPECT_EQ(sim.terminal.sw("00A40004023F00"), 0x9000);
  EXPECT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x6985) << "the MF is current";
}

TEST(Authenticate, NeedsTheApplicationPin) {
  Settings s;
  s.pin_enabled = true;
  Sim sim(s);
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x6982);
  EXPECT_EQ(sim.authenticate(0x80, hex(std::string("10") + kRand)).sw, 0x6982);
  EXPECT_EQ(sim.terminal.sw("8078000100"), 0x6982);
  auto l = elements(s);
  const auto pin = pins(l, 0)[0];
  ASSERT_EQ(
      sim.terminal
          .send(CommandApdu{0x00, 0x20, 0x00, pin.keyReference, to_bytes(pin.pinValue.view()), {}}.encode())
          .sw,
      0x9000);
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DB");
}

TEST(Authenticate, RefusesPrecisely) {
  Sim sim;
  sim.terminal.application(kUsim);
  const auto data = Sim::lv({hex(kRand), hex(kAutn)});
  for (const std::uint8_t p2 : {0x00, 0x01, 0x83, 0x85, 0x86, 0x87, 0x88, 0xC1})
    EXPECT_EQ(sim.authenticate(p2, data).sw, 0x6A86) << int(p2);
  EXPECT_EQ(sim.authenticate(0x82, hex("04000000010101")).sw, 0x9864) << "VGCS and VBS";
  EXPECT_EQ(sim.terminal.sw("00880181"
                            "2210" +
                            std::string(kRand) + "10" + kAutn + "00"),
            0x6A86);
  EXPECT_EQ(sim.terminal.sw("80880081"
                            "2210" +
                            std::string(kRand) + "10" + kAutn + "00"),
            0x6E00);
  EXPECT_EQ(sim.terminal.sw("0088008100"), 0x6700) << "no data";
  for (const auto& bad :
       {hex(std::string("10") + kRand), concat({data, hex("00")}), Sim::lv({hex(kRand), hex(kAutn), {}}),
        Sim::lv({hex(kRand), ByteView(hex(kAutn)).first(15)}),
        Sim::lv({ByteView(data).first(15), hex(kAutn)})})
    EXPECT_EQ(sim.authenticate(0x81, bad).sw, 0x6700);
  // MBMS and local keys come with the odd instruction.
  for (const char* odd : {"00898085025300"
                          "00",
                          "00898086025300"
                          "00"})
    EXPECT_EQ(sim.terminal.sw(odd), 0x9864);
  EXPECT_EQ(sim.terminal.sw("0089808102530000"), 0x6A86);
  EXPECT_EQ(to_hex(sim.authenticate(0x81, data).data).substr(0, 2), "DB") << "nothing was used up";
}

TEST(Authenticate, StopsAtAuthCounterMax) {
  Settings s;
  s.counter_max = *FixedBytes<3>::from(hex("000002"));
  Sim sim(s);
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.aka(hex(kRand), Bytes(16)).sw, 0x9862);
  sim.card.power_on();
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x9000);
  EXPECT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x6985);
}

// TS 31.103 section 7.1: IMS AKA.
TEST(Authenticate, ImsContext) {
  Sim sim;
  ASSERT_EQ(sim.terminal.application(kIsim), 0x9000);
  const auto r = sim.aka(hex(kRand), hex(kAutn));
  EXPECT_EQ(to_hex(r.data), std::string("DB08") + kRes + "10" + kCk + "10" + kIk) << "without Kc";
  EXPECT_EQ(sim.authenticate(0x80, hex(std::string("10") + kRand)).sw, 0x6A86);
  EXPECT_EQ(sim.authenticate(0x82, hex("0100")).sw, 0x9864) << "HTTP digest";
  // Keys of its own: the USIM has not seen this SQN.
  sim.terminal.application(kUsim);
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DB");
}

TEST(Authenticate, MappedApplicationsShareTheirSequenceNumbers) {
  Settings s;
  s.mapped = true;
  Sim sim(s);
  sim.terminal.application(kUsim);
  ASSERT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DB");
  sim.terminal.application(kIsim);
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DC");
}

TEST(Authenticate, NetworkResynchronises) {
  Settings s;
  s.sqn_options = 0x02;
  Sim sim(s);
  SeededRandom random(1);
  auto network = *auc::AuthenticationCentre::make(parameters_of(s), random);
  sim.terminal.application(kUsim);
  for (int i = 0; i < 40; ++i) {
    const auto v = network.next();
    EXPECT_EQ(to_hex(sim.aka(v.rand, v.autn).data), success(v));
  }
  // A network that has lost its counter.
  auto fresh = *auc::AuthenticationCentre::make(parameters_of(s), random);
  auto v = fresh.next();
  const auto r = sim.aka(v.rand, v.autn);
  ASSERT_EQ(to_hex(r.data).substr(0, 4), "DC0E");
  EXPECT_EQ(must(fresh.resynchronise(v.rand, ByteView(r.data).subspan(2))), network.sqn());
  v = fresh.next();
  EXPECT_EQ(to_hex(sim.aka(v.rand, v.autn).data), success(v));
}

// The SQN is durable before the answer leaves the card, whatever happens to the power.
TEST(Authenticate, NoTearLetsAReplayIn) {
  Settings s;
  s.sqn_options = 0x02;
  Sim sim(s);
  SeededRandom random(2);
  auto network = *auc::AuthenticationCentre::make(parameters_of(s), random);
  sim.terminal.application(kUsim);
  std::vector<auc::Vector> answered;
  for (int i = 0; i < 3; ++i) {
    answered.push_back(network.next());
    ASSERT_EQ(to_hex(sim.aka(answered.back().rand, answered.back().autn).data), success(answered.back()));
  }
  const auto base = sim.card.nvm;
  for (const bool gba : {false, true}) {
    const auto v = gba ? network.next_bootstrapping() : network.next();
    const auto data = Sim::lv({v.rand, v.autn});
    const auto command = CommandApdu{0x00,
                                     0x88,
                                     0x00,
                                     static_cast<std::uint8_t>(gba ? 0x84 : 0x81),
                                     gba ? concat({hex("DD"), data}) : data,
                                     256}
                             .encode();
    const auto run = [&](CardCopy& c) {
      Terminal t(c.driver);
      t.application(kUsim);
      return t.send(command);
    };
    CardCopy whole(base);
    const auto before = whole.nvm.commits();
    ASSERT_EQ(to_hex(run(whole).data).substr(0, 2), "DB");
    const auto writes = whole.nvm.commits() - before;
    EXPECT_EQ(writes, gba ? 2U : 1U);
    for (std::size_t n = 1; n <= writes; ++n) {
      for (const auto cut : {Cut::kBeforeWrite, Cut::kAfterWrite}) {
        CardCopy card(base);
        card.nvm.cut_power_at(n, cut);
        EXPECT_THROW(run(card), std::runtime_error) << "no answer without the write";
        card.nvm.restore_power();
        must(card.euicc.reset());
        const bool written = n > 1 || cut == Cut::kAfterWrite;
        EXPECT_EQ(to_hex(run(card).data).substr(0, 2), written ? "DC" : "DB");
        EXPECT_EQ(to_hex(run(card).data).substr(0, 2), "DC");
        Terminal t(card.driver);
        for (const auto& old : answered)
          EXPECT_EQ(
              to_hex(t.send(CommandApdu{0x00, 0x88, 0x00, 0x81, Sim::lv({old.rand, old.autn}), 256}.encode())
                         .data)
                  .substr(0, 2),
              "DC");
      }
    }
  }
}

TEST(Authenticate, KeysGoWithTheProfile) {
  Sim sim;
  sim.terminal.application(kUsim);
  ASSERT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x9000);
  EXPECT_FALSE(sim.card.nvm.keys("aka/").empty());
  sim.card.driver.call<sgp22::DisableProfileResponse>(sgp22::DisableProfileRequest{{sim.iccid}, false});
  sim.card.power_on();
  EXPECT_NE(sim.terminal.application(kUsim), 0x9000);
  EXPECT_NE(sim.aka(hex(kRand), hex(kAutn)).sw, 0x9000);
  sim.card.driver.call<sgp22::DeleteProfileResponse>(sgp22::DeleteProfileRequest{{sim.iccid}});
  EXPECT_TRUE(sim.card.nvm.keys("aka/").empty());
}

// ---- GBA (TS 33.220 section 5.3.2, TS 31.102 section 7.1)

TEST(AuthenticateGba, BootstrapsAndDerives) {
  Settings s;
  s.sqn_options = 0x02;
  Sim sim(s);
  SeededRandom random(3);
  auto network = *auc::AuthenticationCentre::make(parameters_of(s), random);
  sim.terminal.application(kUsim);
  const auto naf = concat({as_bytes("naf.example.org"), hex("0100000002")});
  const auto impi = as_bytes("001010000000001@ims.mnc001.mcc001.3gppnetwork.org");
  const auto derivation = concat({hex("DE"), Sim::lv({naf, impi})});
  EXPECT_EQ(sim.authenticate(0x84, derivation).sw, 0x6985) << "nothing is bootstrapped";

  const auto v = network.next_bootstrapping();
  EXPECT_EQ(sim.aka(v.rand, v.autn).sw, 0x9862) << "no AUTN of an ordinary authentication";
  const auto bootstrapping = concat({hex("DD"), Sim::lv({v.rand, v.autn})});
  auto r = sim.authenticate(0x84, bootstrapping);
  EXPECT_EQ(to_hex(r.data), to_hex(concat({hex("DB"), Sim::lv({v.keys.res})}))) << "RES alone: Ks stays";
  EXPECT_EQ(to_hex(sim.authenticate(0x84, bootstrapping).data).substr(0, 4), "DC0E");
  ASSERT_EQ(sim.terminal.path("7FFF6FD6").sw, 0x9000);
  EXPECT_EQ(sim.terminal.binary(18), "10" + to_hex(v.rand) + "00");

  // The terminal adds B-TID and lifetime.
  const auto b_tid = as_bytes("RAND@bsf");
  sim.terminal.send(CommandApdu{0x00, 0xD6, 0x00, 0x11, Sim::lv({b_tid, hex("00000E10")}), {}}.encode());
  sim.card.power_on();
  sim.terminal.application(kUsim);
  r = sim.authenticate(0x84, derivation);
  const auto ks = concat({v.keys.ck, v.keys.ik});
  EXPECT_EQ(to_hex(r.data), "DB20" + to_hex(crypto::gba_ks_ext_naf(ks, v.rand, impi, naf).view()));
  ASSERT_EQ(sim.terminal.path("7FFF6FDA").sw, 0x9000);
  auto entry = concat({make_tlv(0x80, naf), make_tlv(0x81, b_tid)});
  entry.resize(60, 0xFF);
  EXPECT_EQ(sim.terminal.record(1, 60), to_hex(entry));
  // The same NAF keeps its record, another takes the next, a third the one after that written last.
  sim.authenticate(0x84, derivation);
  EXPECT_EQ(sim.terminal.record(2, 60), to_hex(Bytes(60, 0xFF)));
  for (const char* name : {"b.example.org", "c.example.org"})
    EXPECT_EQ(sim.authenticate(0x84, concat({hex("DE"), Sim::lv({as_bytes(name), impi})})).sw, 0x9000);
  EXPECT_EQ(sim.terminal.record(1, 60).substr(4, 26), to_hex(as_bytes("c.example.org")));
  EXPECT_EQ(sim.terminal.record(2, 60).substr(4, 26), to_hex(as_bytes("b.example.org")));
  EXPECT_EQ(sim.authenticate(0x84, concat({hex("DE"), Sim::lv({Bytes(60, 'n'), impi})})).sw, 0x9866);
}

TEST(AuthenticateGba, RefusesPrecisely) {
  Sim sim;
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.authenticate(0x84, hex("DF00")).sw, 0x6A80);
  EXPECT_EQ(sim.authenticate(0x84, hex("DD00")).sw, 0x6700);
  EXPECT_EQ(sim.authenticate(0x84, hex("DE0000")).sw, 0x6700);
  Settings s;
  s.ust = table({27, 38});
  s.ist = 0;
  Sim without(s);
  for (const char* aid : {kUsim, kIsim}) {
    without.terminal.application(aid);
    EXPECT_EQ(without.authenticate(0x84, hex("DD00")).sw, 0x9864);
  }
}

// ---- GET IDENTITY (TS 31.102 section 7.5)

constexpr char kHomeNetworkKey[] = "0272DA71976234CE833A6907425867B82E074D44EF907DFB4B3E21C1C2256EBCD1";
constexpr char kHomeNetworkPrivate[] = "F1AB1074477EBCC7F554EA1C5FC368B1616730155E0041AC447D6301975FECDA";

TEST(GetIdentity, NullScheme) {
  Sim sim;
  EXPECT_EQ(sim.terminal.sw("8078000100"), 0x6985) << "no application";
  sim.terminal.application(kUsim);
  // IMSI 001-01-0000000001.
  EXPECT_EQ(sim.terminal.data("8078000100"),
            "A10D"
            "0100F110F0FF0000"
            "0000000010");
}

TEST(GetIdentity, ProfileBReachesTheHomeNetwork) {
  Settings s;
  s.calc_info = hex(std::string("A0040201"
                                "0000"
                                "A126"
                                "80011B"
                                "8121") +
                    kHomeNetworkKey);
  Sim sim(s);
  sim.terminal.application(kUsim);
  std::string before;
  for (int i = 0; i < 2; ++i) {
    const auto r = sim.terminal.send("8078000100");
    ASSERT_EQ(r.sw, 0x9000);
    ASSERT_EQ(to_hex(ByteView(r.data).first(10)),
              "A136"
              "0100F110F0FF021B");
    const auto msin = crypto::suci_deconceal(crypto::SuciScheme::kProfileB, Secret(hex(kHomeNetworkPrivate)),
                                             ByteView(r.data).subspan(10));
    EXPECT_EQ(to_hex(*msin), "0000000010");
    EXPECT_NE(to_hex(r.data), before) << "each is fresh";
    before = to_hex(r.data);
  }
}

TEST(GetIdentity, RefusesPrecisely) {
  Settings s;
  s.ust = table({124});
  Sim without(s);
  without.terminal.application(kUsim);
  EXPECT_EQ(without.terminal.sw("8078000100"), 0x6985) << "service 125 is off";
  Sim sim;
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.terminal.sw("8078000200"), 0x6A81) << "SUCI for NSWO";
  EXPECT_EQ(sim.terminal.sw("8078000000"), 0x6A86);
  EXPECT_EQ(sim.terminal.sw("8078010100"), 0x6A86);
  EXPECT_EQ(sim.terminal.sw("0078000100"), 0x6E00);
  sim.terminal.application(kIsim);
  EXPECT_EQ(sim.terminal.sw("8078000100"), 0x6985) << "an ISIM has no SUPI";
  s.ust = table({124, 125});
  s.calc_info = hex("A0020101");  // names a key that is not there
  Sim broken(s);
  broken.terminal.application(kUsim);
  EXPECT_EQ(broken.terminal.sw("8078000100"), 0x6A88);
}

// ---- TS.48, downloaded and enabled

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
}  // namespace eider::test
