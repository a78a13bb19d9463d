// A Profile with the key data of TS 35.208 test set 1, installed and enabled, and a terminal before it.
#pragma once
#include <gtest/gtest.h>

#include "card/pki.hpp"
#include "codec/tlv.hpp"
#include "profile/elements.hpp"
#include "profile/package_reader.hpp"
#include "roles/auc/auc.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/shared_data.hpp"
#include "support/sim.hpp"

namespace eider::test::aka {

namespace pe = saip::pe;
using namespace profile::test_elements;
using Cut = card::MemoryNvm::Cut;

// 3GPP TS 35.208 test set 1; its AUTN is SQN xor AK || AMF || MAC-A.
inline constexpr char kRand[] = "23553CBE9637A89D218AE64DAE47BF35",
                      kAutn[] = "55F328B43577B9B94A9FFAC354DFAFB3";
inline constexpr char kRes[] = "A54211D5E3BA50BF", kCk[] = "B40BA9A3C58B2A05BBF0D987B21BF8CB",
                      kIk[] = "F769BCD751044604127672711C6D3441";
// TS 55.205 test set 1.
inline constexpr char kSres[] = "46F8416A", kKc[] = "EAE4BE823AF9A08B";
inline constexpr char kUsim[] = "A0000000871002", kIsim[] = "A0000000871004";

inline Bytes table(std::initializer_list<unsigned> services) {
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

inline saip::TemplateFile template_file(Tag element, std::string_view member, saip::File content) {
  return {saip::member_tag(element, member), std::move(content)};
}
inline saip::FileItem content_of(Bytes octets) {
  saip::FileItem e;
  e.value = std::move(octets);
  return e;
}
inline saip::FileItem fcp_of(std::size_t size, std::size_t record = 0) {
  saip::Fcp f;
  f.efFileSize = Bytes{static_cast<std::uint8_t>(size)};
  if (record != 0)
    f.fileDescriptor = BoundedBytes<4>::from(Bytes{0x42, 0x21, 0x00, static_cast<std::uint8_t>(record)});
  saip::FileItem e;
  e.value = std::move(f);
  return e;
}

inline Elements elements(const Settings& s) {
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

inline saip::AkaParameter parameters_of(const Settings& s = {}) {
  auto l = elements(s);
  return as<saip::AkaParameter>(l, pe::kAkaParameter);
}

inline std::string success(const auc::Vector& v, bool kc = true) {
  auto out = concat({hex("DB"), Sim::lv({v.keys.res, v.keys.ck, v.keys.ik})});
  if (kc) append(out, Sim::lv({crypto::gsm_keys(v.keys)->kc}));
  return to_hex(out);
}

}  // namespace eider::test::aka
