// Rules about elements, codes, keys and security domains.
#include "profile/lint_cases.hpp"

namespace eider::profile::lint_cases {
namespace {

using saip::ProfileHeader;

saip::AkaParameter& aka(Elements& l, int nth = 0) {
  return as<saip::AkaParameter>(l, pe::kAkaParameter, nth);
}
void make_tuak(Elements& l) {
  as<ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_services.add(saip::Service::kTuak128);
  algo(l).algorithmID = saip::AlgorithmId::kTuak;
  algo(l).opc = Secret(hex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAFA0A1A2A3A4A5A6A7A8A9AAABACADAEAF"));
}
void map_isim(Elements& l, const char* source) {
  auto& m = aka(l, 1).algoConfiguration.value.emplace<saip::MappingParameter>();
  m.mappingOptions = saip::octet(0x06);
  m.mappingSource = *saip::Aid::from(hex(source));
}
Secret octets(std::size_t n) {
  return Secret(Bytes(n, 0x5C));
}

std::vector<Case> composition() {
  return {
      {"PKG-01", {}, {}, [](Bytes& b) { b.pop_back(); }},
      {"PKG-02", {}, {}, [](Bytes& b) { b[3] = 0x8F; }},
      {"PKG-03", [](Elements& l) { as<saip::End>(l, pe::kEnd).unknown.push_back({hex("8F00")}); }},
      {"PKG-04", [](Elements& l) { pins(l, 0)[0].pinAttributes = 8; }},
      {"HDR-01", [](Elements& l) { drop(l, pe::kHeader); }},
      {"HDR-02", [](Elements& l) { std::swap(l[0], l[1]); }},
      {"HDR-03", [](Elements& l) { as<ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_services = {}; }},
      {"HDR-04", [](Elements& l) { as<ProfileHeader>(l, pe::kHeader).eUICC_Mandatory_GFSTEList.pop_back(); }},
      {"HDR-05", [](Elements& l) { aka(l).header.mandated.reset(); }},
      {"END-01", [](Elements& l) { drop(l, pe::kEnd); }},
      {"END-02", [](Elements& l) { std::swap(l[l.size() - 1], l[l.size() - 2]); }},
      {"PEID-01", [](Elements& l) { as<saip::Rfm>(l, pe::kRfm).header.identification = 1; }},
      {"PEID-02", {}, {}, [](Bytes& b) { b[b.size() - 3] = 0x8F; }},
      {"IOT-01", [](Elements& l) { insert_before_end(l, blank(pe::kOptIot)); }},
      {"IOT-02", set_iot_options},
      {"IOT-03", set_iot_options},
      {"ICC-01", [](Elements& l) { as<ProfileHeader>(l, pe::kHeader).iccid[4] = 0xF1; }, set_iot_options},
      {"ICC-02", [](Elements& l) { as<ProfileHeader>(l, pe::kHeader).iccid[4] = 0xF1; }},
      {"ICC-03", [](Elements& l) { set_content(file(l, pe::kMf, "ef-iccid"), "FFFFFFFFFFFFFFFFFFFF"); }},
      {"ICC-04", [](Elements& l) { set_content(file(l, pe::kMf, "ef-iccid"), "98001032547698103214"); }},
      {"ICC-05",
       [](Elements& l) {
         auto& last = as<ProfileHeader>(l, pe::kHeader).iccid[9];
         last = static_cast<std::uint8_t>(((last >> 4) + 1) % 10 << 4 | 0x0F);
       }},
  };
}

struct Pair {
  const char* id;
  Tag element, owner;
};
constexpr Pair kAfter[] = {
    {"ORD-01", pe::kOptUsim, pe::kUsim},   {"ORD-02", pe::kOptIsim, pe::kIsim},
    {"ORD-03", pe::kOptCsim, pe::kCsim},   {"ORD-04", pe::kGsmAccess, pe::kUsim},
    {"ORD-05", pe::kPhonebook, pe::kUsim}, {"ORD-06", pe::kDf5gs, pe::kUsim},
    {"ORD-07", pe::kDfSaip, pe::kUsim},    {"ORD-08", pe::kDfSnpn, pe::kUsim},
    {"ORD-09", pe::kDf5gProse, pe::kUsim}, {"ORD-10", pe::kOptIot, pe::kIot},
};
constexpr Pair kOnceInAdf[] = {
    {"SCP-01", pe::kPhonebook, pe::kUsim}, {"SCP-02", pe::kGsmAccess, pe::kUsim},
    {"SCP-03", pe::kDf5gs, pe::kUsim},     {"SCP-04", pe::kDfSaip, pe::kUsim},
    {"SCP-05", pe::kDfSnpn, pe::kUsim},    {"SCP-06", pe::kDf5gProse, pe::kUsim},
    {"SCP-07", pe::kOptUsim, pe::kUsim},   {"SCP-08", pe::kOptIsim, pe::kIsim},
    {"SCP-09", pe::kOptCsim, pe::kCsim},
};
constexpr Pair kAfterMf[] = {{"ORD-11", pe::kCd, 0},
                             {"ORD-12", pe::kTelecom, 0},
                             {"ORD-13", pe::kUsim, 0},
                             {"ORD-14", pe::kIsim, 0},
                             {"ORD-15", pe::kCsim, 0}};
constexpr Pair kOnce[] = {{"CARD-01", pe::kMf, 0},       {"CARD-02", pe::kIot, 0},
                          {"CARD-03", pe::kPukCodes, 0}, {"CARD-04", pe::kCd, 0},
                          {"CARD-05", pe::kTelecom, 0},  {"CARD-06", pe::kOptIot, 0}};

std::vector<Case> order() {
  std::vector<Case> out;
  const auto both = [](const Pair& r) {
    return [r](Elements& l) {
      ensure(l, r.owner, 0x61);
      ensure(l, r.element, 0x62);
    };
  };
  for (const auto& r : kAfter)
    out.push_back({r.id, [r](Elements& l) { move_to(l, index_of(l, r.element), 1); }, both(r)});
  for (const auto& r : kOnceInAdf) out.push_back({r.id, [r](Elements& l) { repeat(l, r.element); }, both(r)});
  for (const auto& r : kAfterMf)
    out.push_back({r.id, [](Elements& l) { move_to(l, index_of(l, pe::kMf), l.size() - 2); },
                   [r](Elements& l) { ensure(l, r.element, 0x62); }});
  for (const auto& r : kOnce)
    out.push_back(
        {r.id, [r](Elements& l) { repeat(l, r.element); }, [r](Elements& l) { ensure(l, r.element, 0x62); }});
  out.push_back({"CARD-07", [](Elements& l) {
                   insert_before_end(l, gfm("62118202782183023F008B032F0601C602010A", 0x70));
                 }});
  return out;
}

std::vector<Case> codes() {
  return {
      {"PIN-01", [](Elements& l) { pins(l, 0)[0].unblockingPINReference = 4; }},
      {"PIN-02", [](Elements& l) { pins(l, 0)[1].keyReference = 1; }},
      {"PIN-03", [](Elements& l) { pins(l, 0)[0].maxNumOfAttemps_retryNumLeft = 0x34; }},
      {"PIN-04", [](Elements& l) { pins(l, 0)[1].keyReference = 130; }},
      {"PIN-05", [](Elements& l) { pins(l, 0)[1].keyReference = 130; }},
      {"PIN-06", [](Elements& l) { pins(l, 1)[0].keyReference = 2; }},
      {"PIN-07", [](Elements& l) { repeat(l, pe::kPinCodes); }},
      {"PIN-08", [](Elements& l) { pins(l, 0)[1].keyReference = 11; }},
      {"PIN-09",
       [](Elements& l) {
         drop(l, pe::kPinCodes, 2);
         drop(l, pe::kPinCodes, 1);
       }},
      {"PUK-01", [](Elements& l) { as<saip::PukCodes>(l, pe::kPukCodes).pukCodes[1].keyReference = 1; }},
      {"PUK-02", [](Elements& l) { std::swap(l[2], l[3]); }},
  };
}

std::vector<Case> authentication() {
  return {
      {"NAA-01", [](Elements& l) { move_to(l, index_of(l, pe::kAkaParameter), 2); }},
      {"NAA-02", [](Elements& l) { move_to(l, index_of(l, pe::kCdmaParameter), 2); },
       [](Elements& l) {
         ensure(l, pe::kCsim, 0x61);
         insert_before_end(l, element(pe::kCdmaParameter, "81080102030405060708"));
       }},
      {"NAA-04", [](Elements& l) { move_to(l, index_of(l, pe::kEap), 2); },
       [](Elements& l) { ensure(l, pe::kEap, 0x62); }},
      {"AKA-01", [](Elements& l) { algo(l).key = octets(8); }},
      {"AKA-02", [](Elements& l) { algo(l).key = octets(24); }, make_tuak},
      {"AKA-03", [](Elements& l) { algo(l).opc = octets(32); }},
      {"AKA-04", [](Elements& l) { algo(l).opc = octets(16); }, make_tuak},
      {"AUTH-01", [](Elements& l) { drop(l, pe::kAkaParameter); }},
      {"AUTH-02", [](Elements& l) { algo(l).algorithmOptions = saip::octet(0); }},
      {"AUTH-03", [](Elements& l) { aka(l).sqnDelta[0] = 0x08; }},
      {"AUTH-04", [](Elements& l) { map_isim(l, "A0000000871002AA"); },
       [](Elements& l) { map_isim(l, "A0000000871002FFFFFFFF8900000100"); }},
      {"AUTH-05", [](Elements& l) { repeat(l, pe::kAkaParameter); }},
      {"AUTH-06", [](Elements& l) { algo(l).algorithmID = static_cast<saip::AlgorithmId>(9); }},
      {"KEY-01", [](Elements& l) { algo(l).key = Secret(std::size_t{16}); }},
      {"KEY-01", [](Elements& l) { algo(l).key = Secret(hex("000102030405060708090A0B0C0D0E0F")); }},
      {"KEY-01", [](Elements& l) { algo(l).algorithmID = saip::AlgorithmId::kUsimTestAlgorithm; }},
  };
}

std::vector<Case> domains() {
  using saip::octet;
  return {
      {"SD-01", [](Elements& l) { move_to(l, index_of(l, pe::kSecurityDomain), l.size() - 2); }},
      {"SD-02", [](Elements& l) { move_to(l, index_of(l, pe::kApplication), 2); },
       [](Elements& l) { insert_before_end(l, element(pe::kApplication, "")); }},
      {"SD-03", [](Elements& l) { (*domain(l).keyList)[1].keyIdentifier = octet(1); }},
      {"SD-04",
       [](Elements& l) {
         auto& c = (*domain(l).keyList)[1].keyComponents;
         c.emplace_back(c[0]);
       }},
      {"SD-05", [](Elements& l) { domain(l, 1).openPersoData.emplace(); }, add_domain},
      {"SD-06", [](Elements& l) { domain(l, 1).catTpParameters.emplace(); }, add_domain},
      {"SD-07", [](Elements& l) { drop(l, pe::kSecurityDomain); }},
      {"SD-08", [](Elements& l) { domain(l).keyList.reset(); }},
      {"SD-09", [](Elements& l) { (*domain(l).keyList)[1].keyComponents[0].keyData = octets(5); }},
      {"APP-01",
       [](Elements& l) {
         domain(l).instance.extraditeSecurityDomainAID = *saip::Aid::from(hex("A000000151"));
       }},
      {"APP-02", [](Elements& l) { domain(l).instance.lifeCycleState = octet(0x07); },
       [](Elements& l) {
         add_domain(l);
         domain(l, 1).instance.extraditeSecurityDomainAID = domain(l).instance.instanceAID;
       }},
      {"APP-03", [](Elements& l) { domain(l, 1).instance.instanceAID = domain(l).instance.instanceAID; },
       add_domain},
      {"RFM-01",
       [](Elements& l) {
         as<saip::Rfm>(l, pe::kRfm).tarList.reset();
         as<saip::Rfm>(l, pe::kRfm).instanceAID = *saip::Aid::from(hex("A000000151"));
       }},
      {"RFM-02", [](Elements& l) { move_to(l, index_of(l, pe::kRfm), 2); }},
      {"RFM-03", [](Elements& l) { as<saip::Rfm>(l, pe::kRfm).tarList->clear(); }},
      {"RFM-04",
       [](Elements& l) {
         drop(l, pe::kRfm, 1);
         drop(l, pe::kRfm);
       }},
      {"RFM-05",
       [](Elements& l) {
         as<saip::Rfm>(l, pe::kRfm, 1).adfRFMAccess->adfAID = *saip::Aid::from(hex("A000000151"));
       }},
      {"RFM-06",
       [](Elements& l) {
         (*as<saip::Rfm>(l, pe::kRfm, 1).tarList)[0] = (*as<saip::Rfm>(l, pe::kRfm).tarList)[0];
       }},
      {"SEC-01",
       [](Elements& l) {
         (*domain(l).keyList)[1].keyComponents[0].keyData = Secret(hex("112233445566778899AABBCCDDEEFF10"));
       }},
      {"SEC-02",
       [](Elements& l) { (*domain(l).keyList)[1].keyComponents[0].keyData = Secret(std::size_t{16}); }},
      {"SEC-03", [](Elements& l) { as<saip::Rfm>(l, pe::kRfm).minimumSecurityLevel = octet(2); }},
      {"SEC-03",
       [](Elements& l) {
         (*domain(l).instance.applicationParameters->uiccToolkitApplicationSpecificParametersField)[7] = 0x02;
       }},
      {"SEC-04", [](Elements& l) { as<saip::Rfm>(l, pe::kRfm).minimumSecurityLevel = octet(0); }},
  };
}

}  // namespace

std::vector<Case> package_cases() {
  std::vector<Case> out;
  for (auto* group : {composition, order, codes, authentication, domains})
    for (auto& c : group()) out.push_back(std::move(c));
  return out;
}

}  // namespace eider::profile::lint_cases
