// Rules about files: templates, access parameters, contents.
#include "profile/lint_cases.hpp"

namespace eider::profile::lint_cases {
namespace {

using saip::Fcp;

Fcp& df(Elements& l) {
  return fcp(l, pe::kDf5gs, "df-df-5gs");
}
Fcp& adf(Elements& l) {
  return fcp(l, pe::kUsim, "adf-usim");
}
Fcp& ef(Elements& l) {
  return fcp(l, pe::kDf5gs, "ef-5gauthkeys");
}
saip::ProprietaryInfo& info(Elements& l) {
  return ef(l).proprietaryEFInfo ? *ef(l).proprietaryEFInfo : ef(l).proprietaryEFInfo.emplace();
}
// The FCP of the first createFCP.
Fcp& managed(Elements& l) {
  auto& commands = as<saip::GenericFileManagement>(l, pe::kGenericFileManagement).fileManagementCMD[0];
  for (auto& c : commands)
    if (auto* found = std::get_if<Fcp>(&c.value)) return *found;
  throw std::out_of_range("createFCP");
}
void add_ef(Elements& l) {
  insert_before_end(l, gfm("8000 6213 82024121 83022F71 8B032F0601 80020010 8800", 0x70));
}
void add_adf(Elements& l) {
  insert_before_end(l, gfm("8000 621B 82027821 83027FE5 8408A000000055660001 8B032F0601 C602010A", 0x70));
}
void add_link(Elements& l) {
  insert_before_end(l, gfm("8000 6211 82024121 83022F72 8B032F0601 C7022FE2", 0x70));
}
void add_df_link(Elements& l) {
  insert_before_end(l, gfm("8000 6211 82027821 83027F66 8B032F0601 C7027F10", 0x70));
}

std::vector<Case> members() {
  return {
      {"TPL-01", [](Elements& l) { tpl(l, pe::kDf5gs).templateID = der::Oid("2.23.143.1.2.88"); }},
      {"TPL-01", [](Elements& l) { tpl(l, pe::kDf5gs).templateID = der::Oid("2.23.143.1.2.14"); }},
      {"TPP-01", [](Elements& l) { df(l).pinStatusTemplateDO.reset(); }},
      {"FCP-01", [](Elements& l) { ef(l).pinStatusTemplateDO = hex("010A"); }},
      {"FCP-02", [](Elements& l) { ef(l).dfName = *saip::Aid::from(hex("A000000151")); }},
      {"FCP-03", [](Elements& l) { df(l).shortEFID = bounded<1>("08"); }},
      {"FCP-04", [](Elements& l) { df(l).efFileSize = hex("08"); }},
      {"FCP-05", [](Elements& l) { df(l).proprietaryEFInfo.emplace(); }},
      {"FCP-06", [](Elements& l) { df(l).dfName = *saip::Aid::from(hex("A000000151")); }},
      {"FCP-07", [](Elements& l) { adf(l).shortEFID = bounded<1>("08"); }},
      {"FCP-08", [](Elements& l) { adf(l).efFileSize = hex("08"); }},
      {"FCP-09", [](Elements& l) { adf(l).proprietaryEFInfo.emplace(); }},
      {"FCP-10", [](Elements& l) { adf(l).fileID.reset(); }},
      {"FCP-11", [](Elements& l) { adf(l).dfName.reset(); }},
      {"FCP-12", [](Elements& l) { adf(l).pinStatusTemplateDO.reset(); }},
      {"FCP-13", [](Elements& l) { df(l).pinStatusTemplateDO.reset(); }},
      {"FCP-14", [](Elements& l) { df(l).pinStatusTemplateDO = hex("830101"); }},
      {"FCP-15",
       [](Elements& l) {
         insert_before_end(l, gfm("8000 6211 82027921 83022F71 8B032F0601 80020100 020105", 0x70));
       },
       [](Elements& l) { add_ef(l); }},
  };
}

std::vector<Case> coding() {
  return {
      {"FD-01", [](Elements& l) { ef(l).fileDescriptor = bounded<4>("412100"); }},
      {"FD-02", [](Elements& l) { ef(l).fileDescriptor = bounded<4>("4122"); }},
      {"FD-03", [](Elements& l) { ef(l).shortEFID = bounded<1>("29"); }},
      {"FD-04", [](Elements& l) { info(l).specialFileInformation = saip::octet(0x01); }},
      {"FD-05",
       [](Elements& l) {
         info(l).fillPattern = hex("00");
         info(l).repeatPattern = hex("01");
       }},
      {"FD-06", [](Elements& l) { info(l).fileDetails = saip::octet(0x02); }},
      {"FD-07",
       [](Elements& l) {
         info(l).maximumFileSize = hex("0100");
         info(l).fillPattern = hex("00");
       }},
      {"FD-08", [](Elements& l) { ef(l).fileDescriptor = bounded<4>("4321"); }},
      {"FD-09", [](Elements& l) { ef(l).fileDescriptor = bounded<4>("4221"); }},
      {"FD-09", [](Elements& l) { ef(l).fileDescriptor = bounded<4>("41210010"); }},
      {"FD-10", [](Elements& l) { ef(l).securityAttributesReferenced = bounded<3>("6F06"); }},
      {"FD-11", [](Elements& l) { ef(l).lcsi = saip::octet(0x02); }},
  };
}

std::vector<Case> management() {
  return {
      {"GFM-01", [](Elements& l) { managed(l).fileID.reset(); }, add_ef},
      {"GFM-02", [](Elements& l) { managed(l).securityAttributesReferenced.reset(); }, add_ef},
      {"GFM-03", [](Elements& l) { managed(l).fileDescriptor.reset(); }, add_ef},
      {"GFM-04", [](Elements& l) { managed(l).pinStatusTemplateDO.reset(); }, add_adf},
      {"GFM-05", [](Elements& l) { managed(l).efFileSize = hex("01"); }, add_adf},
      {"GFM-05", [](Elements& l) { managed(l).linkPath = bounded<8>("7F10"); }, add_adf},
      {"GFM-06", [](Elements& l) { managed(l).efFileSize = hex("0A"); }, add_link},
      {"GFM-07", [](Elements& l) { managed(l).pinStatusTemplateDO = hex("01"); }, add_ef},
      {"GFM-08", [](Elements& l) { managed(l).shortEFID = bounded<1>("08"); }, add_df_link},
  };
}

std::vector<Case> contents() {
  return {
      {"FIL-01", [](Elements& l) { set_content(file(l, pe::kUsim, "ef-acc"), "000102"); }},
      {"FIL-01",
       [](Elements& l) {
         saip::FileItem far;
         far.value.emplace<saip::FileItem::kFillFileOffset>(std::uint16_t{300});
         file(l, pe::kUsim, "ef-acc").push_back(std::move(far));
       }},
      {"FIL-02", [](Elements& l) { fcp(l, pe::kDf5gs, "ef-5gs3gppnsc").efFileSize = hex("3F"); }},
      {"FIL-03",
       [](Elements& l) { fcp(l, pe::kDf5gs, "ef-5gs3gppnsc").fileDescriptor = bounded<4>("42210000"); }},
      {"FIL-04", [](Elements& l) { managed(l).fileID = *FixedBytes<2>::from(hex("2FE2")); }, add_ef},
      {"FIL-04", [](Elements& l) { managed(l).fileID = *FixedBytes<2>::from(hex("7FFF")); }, add_ef},
      {"FIL-05", [](Elements& l) { file(l, pe::kDf5gs, "ef-suci-calc-info").clear(); }},
      {"FIL-06", [](Elements& l) { fcp(l, pe::kIsim, "adf-isim").dfName = adf(l).dfName; }},
      {"FIL-07", [](Elements& l) { insert_before_end(l, gfm("80027F99", 0x70)); }},
      {"FIL-08", [](Elements& l) { file(l, pe::kMf, "ef-iccid").clear(); }},
      {"LNK-01", [](Elements& l) { managed(l).linkPath = bounded<8>("2F99"); }, add_link},
      {"LNK-01", [](Elements& l) { managed(l).linkPath = bounded<8>("7F10"); }, add_link},
      {"SFI-01", [](Elements& l) { ef(l).shortEFID = bounded<1>("08"); }},
      {"ARR-01", [](Elements& l) { ef(l).securityAttributesReferenced = bounded<3>("6F0615"); }},
      {"ARR-01", [](Elements& l) { ef(l).securityAttributesReferenced = bounded<3>("6F0600"); }},
      {"USIM-01", [](Elements& l) { set_content(file(l, pe::kUsim, "ef-imsi"), "FFFFFFFFFFFFFFFFFF"); }},
      {"USIM-02", [](Elements& l) { drop(l, pe::kOptUsim); }},
      {"USIM-03", [](Elements& l) { set_content(file(l, pe::kUsim, "ef-ad"), "00000000"); }},
      {"USIM-04", [](Elements& l) { set_content(file(l, pe::kUsim, "ef-acc"), "0003"); }},
      {"DIR-01",
       [](Elements& l) {
         std::erase_if(file(l, pe::kMf, "ef-dir"), [](const auto& i) { return i.content(); });
       }},
      {"DIR-02", [](Elements& l) { drop(l, pe::kIsim); }},
  };
}

}  // namespace

std::vector<Case> file_cases() {
  std::vector<Case> out;
  for (auto* group : {members, coding, management, contents})
    for (auto& c : group()) out.push_back(std::move(c));
  return out;
}

}  // namespace eider::profile::lint_cases
