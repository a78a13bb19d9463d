#include "profile/builder.hpp"

#include <stdexcept>

namespace eider::profile {
namespace {

namespace pe = saip::pe;

template <std::size_t N>
BoundedBytes<N> bounded(ByteView v) {
  return BoundedBytes<N>::from(v).value();
}

// Access rules 1 to 14 of the templates, in this order in each EF.ARR (TS 102 221 section 9.2.4).
constexpr std::string_view kAccessRules[] = {
    "8001019000800102A406830101950108800158A40683010A950108",
    "800101A40683010195010880015AA40683010A950108",
    "80015BA40683010A950108",
    "800101900080011A9700800140A40683010A950108",
    "800103A406830101950108800158A40683010A950108",
    "800111A40683010195010880014AA40683010A950108",
    "800103A406830101950108800158A40683010A950108840132A406830101950108",
    "800101A406830101950108800102A406830181950108800158A40683010A950108",
    "800101900080011AA406830101950108800140A40683010A950108",
    "800101900080015AA40683010A950108",
    "8001019000800118A40683010A9501088001429700",
    "800101A40683010195010880015A9700",
    "800113A406830101950108800148A40683010A950108",
    "80015EA40683010A950108",
};
constexpr std::uint8_t kArrRecord = 40;
constexpr std::string_view kUsimAid = "A0000000871002FFFFFFFF8900000100";
constexpr std::string_view kIsimAid = "A0000000871004FFFFFFFF8900000100";
constexpr std::uint8_t kDirRecord = 38;

saip::FileItem fcp_item(saip::Fcp fcp) {
  saip::FileItem i;
  i.value.emplace<saip::FileItem::kFileDescriptor>(std::move(fcp));
  return i;
}
saip::FileItem content_item(Bytes content) {
  saip::FileItem i;
  i.value.emplace<saip::FileItem::kFillFileContent>(std::move(content));
  return i;
}
saip::FileItem offset_item(std::size_t n) {
  saip::FileItem i;
  i.value.emplace<saip::FileItem::kFillFileOffset>(static_cast<std::uint16_t>(n));
  return i;
}
saip::File content(Bytes v) {
  return {content_item(std::move(v))};
}
saip::Fcp sized(std::size_t size) {
  saip::Fcp f;
  f.efFileSize = size > 0xFF ? Bytes{static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)}
                             : Bytes{static_cast<std::uint8_t>(size)};
  return f;
}
saip::Fcp records(std::size_t count, std::uint8_t length) {
  auto f = sized(count * length);
  f.fileDescriptor = bounded<4>(std::array<std::uint8_t, 4>{0x42, 0x21, 0x00, length});
  return f;
}
saip::Fcp directory(std::string_view pins) {
  saip::Fcp f;
  f.pinStatusTemplateDO = hex(pins);
  return f;
}
// Contents at the beginning of each record, the rest FF.
saip::File record_file(std::size_t count, std::uint8_t length, const std::vector<Bytes>& contents) {
  saip::File out{fcp_item(records(count, length))};
  std::size_t gap = 0;
  for (const auto& c : contents) {
    if (gap) out.push_back(offset_item(gap));
    gap = length - c.size();
    out.push_back(content_item(c));
  }
  return out;
}
saip::File access_rules() {
  std::vector<Bytes> list;
  for (const auto r : kAccessRules) list.push_back(hex(r));
  return record_file(std::size(kAccessRules), kArrRecord, list);
}
saip::File transparent(Bytes v) {
  return {fcp_item(sized(v.size())), content_item(std::move(v))};
}

class Package {
 public:
  explicit Package(const GenericProfileParameters& p) : p_(p), iccid_(Iccid::parse(p.iccid).value()) {}
  Bytes build();

 private:
  const GenericProfileParameters& p_;
  Iccid iccid_;
  Bytes out_;
  std::uint16_t next_ = 1;

  void add(const saip::ProfileElement& e) { append(out_, saip::encode_element(e)); }
  template <class T>
  void add_element(T element) {
    element.header.mandated = der::Null{};
    element.header.identification = next_++;
    saip::ProfileElement e;
    e.value = std::move(element);
    add(e);
  }
  // Members by name, in module order.
  void add_template(Tag tag, std::string_view oid,
                    std::vector<std::pair<std::string_view, saip::File>> files) {
    saip::TemplatePe t;
    t.pe = tag;
    t.templateID = der::Oid(oid);
    for (auto& [name, file] : files) t.files.push_back({saip::member_tag(tag, name), std::move(file)});
    std::ranges::sort(t.files, {}, &saip::TemplateFile::member);
    add_element(std::move(t));
  }
  std::string_view mcc() const { return std::string_view(p_.imsi).substr(0, 3); }
  std::string_view mnc() const {
    return std::string_view(p_.imsi).substr(3, static_cast<std::size_t>(p_.mnc_length));
  }

  void header();
  void mf();
  void codes();
  void telecom();
  void usim();
  void opt_usim();
  void local_pin(const std::string& pin);
  void aka();
  void five_g();
  void isim();
  void ballast();
  void security_domain();
  void rfm();
  Bytes service_table() const;
};

Bytes dir_entry(std::string_view aid, std::string_view label) {
  return make_tlv(0x61, {make_tlv(0x4F, hex(aid)), make_tlv(0x50, as_bytes(label))});
}

void Package::header() {
  saip::ProfileHeader h;
  h.major_version = 2;
  h.minor_version = 3;
  h.profileType = p_.profile_type;
  h.iccid = iccid_.header();
  auto& services = h.eUICC_Mandatory_services;
  services.add(saip::Service::kUsim);
  if (p_.isim) services.add(saip::Service::kIsim);
  switch (p_.algorithm) {
    case saip::AlgorithmId::kMilenage:
      services.add(saip::Service::kMilenage);
      break;
    case saip::AlgorithmId::kTuak:
      services.add(p_.k.size() == 16 ? saip::Service::kTuak128 : saip::Service::kTuak256);
      break;
    case saip::AlgorithmId::kUsimTestAlgorithm:
      services.add(saip::Service::kUsimTestAlgorithm);
      break;
  }
  for (const auto& [wanted, suffix] : {std::pair{true, ".1"},
                                       {p_.telecom, ".3"},
                                       {true, ".4"},
                                       {true, ".5"},
                                       {p_.isim, ".8"},
                                       {p_.five_g, ".13"}})
    if (wanted) h.eUICC_Mandatory_GFSTEList.emplace_back(std::string("2.23.143.1.2") + suffix);
  saip::ProfileElement e;
  e.value = std::move(h);
  add(e);
}

void Package::mf() {
  std::vector<Bytes> dir{dir_entry(kUsimAid, "USIM")};
  if (p_.isim) dir.push_back(dir_entry(kIsimAid, "ISIM"));
  add_template(pe::kMf, "2.23.143.1.2.1",
               {{"mf", {fcp_item(directory("010A"))}},
                {"ef-pl", content(hex("656E"))},
                {"ef-iccid", content(to_bytes(iccid_.file()))},
                {"ef-dir", record_file(2, kDirRecord, dir)},
                {"ef-arr", access_rules()},
                {"ef-umpc", content(hex("3C3C000000"))}});
}

void Package::codes() {
  saip::PukCodes puks;
  puks.pukCodes.resize(2);
  puks.pukCodes[0].keyReference = 1;
  puks.pukCodes[0].pukValue = encode_puk(p_.puk1).value();
  puks.pukCodes[1].keyReference = 129;
  puks.pukCodes[1].pukValue = encode_puk(p_.puk2).value();
  add_element(std::move(puks));

  saip::PinCodes pins;
  std::vector<saip::PinConfiguration> list(2);
  list[0].keyReference = 1;
  list[0].pinValue = encode_pin(p_.pin1).value();
  list[0].unblockingPINReference = 1;
  list[0].pinAttributes = p_.pin1_enabled ? 7 : 6;
  list[1].keyReference = 10;
  list[1].pinValue = encode_adm(p_.adm1).value();
  list[1].pinAttributes = 3;
  list[1].maxNumOfAttemps_retryNumLeft = 0xAA;
  pins.pinCodes.value = std::move(list);
  add_element(std::move(pins));
}

void Package::telecom() {
  auto adn = records(20, 28);
  adn.fileID = *FixedBytes<2>::from(hex("4F3A"));
  adn.shortEFID = bounded<1>(hex("50"));
  add_template(pe::kTelecom, "2.23.143.1.2.3",
               {{"df-telecom", {fcp_item(directory("010A"))}},
                {"df-phonebook", {fcp_item(directory("010A"))}},
                {"ef-pbr", record_file(1, 16, {hex("A805C0034F3A0A")})},
                {"ef-adn", {fcp_item(std::move(adn))}}});
}

// EF.UST (TS 31.102 section 4.2.8): the services whose files are there.
Bytes Package::service_table() const {
  Bytes ust(17);
  const auto set = [&](int n) {
    ust[static_cast<std::size_t>(n - 1) / 8] |= static_cast<std::uint8_t>(1 << (n - 1) % 8);
  };
  // SMS, SMSP, SPN, PLMNwAcT, data download by SMS-PP, "shall be set", HPLMNwAcT, EHPLMN, EPS mobility.
  for (const int n : {10, 12, 19, 20, 28, 33, 43, 71, 85}) set(n);
  if (p_.telecom) set(1);
  if (p_.gid1) set(17);
  if (p_.gid2) set(18);
  if (p_.msisdn) set(21);
  if (p_.five_g)
    for (const int n : {122, 123, 124}) set(n);
  return ust;
}

void Package::usim() {
  auto adf = directory("81010A");
  adf.fileID = *FixedBytes<2>::from(hex("7FD0"));
  adf.dfName = bounded<16>(hex(kUsimAid));
  const auto ecc = concat({hex("11F2FF"), as_bytes("Emergency"), hex("00")});
  add_template(pe::kUsim, "2.23.143.1.2.4",
               {{"adf-usim", {fcp_item(std::move(adf))}},
                {"ef-imsi", content(to_bytes(encode_imsi(p_.imsi).value()))},
                {"ef-arr", access_rules()},
                {"ef-ust", transparent(service_table())},
                {"ef-spn", content(encode_spn(p_.spn).value())},
                {"ef-est", content(hex("00"))},
                {"ef-acc", content(to_bytes(access_class(p_.imsi)))},
                {"ef-ad", content(Bytes{0x00, 0x00, 0x00, static_cast<std::uint8_t>(p_.mnc_length)})},
                {"ef-ecc", record_file(1, static_cast<std::uint8_t>(ecc.size()), {ecc})}});
}

void Package::opt_usim() {
  const auto plmn = encode_plmn(mcc(), mnc());
  std::vector<std::pair<std::string_view, saip::File>> files{
      {"ef-li", transparent(hex("656EFFFFFFFF"))},
      {"ef-plmnwact", {fcp_item(sized(40))}},
      {"ef-hplmnwact", transparent(concat({plmn, hex("4808"), plmn, hex("8080")}))},
      {"ef-ehplmn", transparent(to_bytes(plmn))}};
  if (p_.msisdn)
    files.push_back({"ef-msisdn", record_file(1, 28, {encode_dialling_number("", *p_.msisdn, 28).value()})});
  if (p_.gid1) files.push_back({"ef-gid1", transparent(*p_.gid1)});
  if (p_.gid2) files.push_back({"ef-gid2", transparent(*p_.gid2)});
  add_template(pe::kOptUsim, "2.23.143.1.2.5", std::move(files));
}

void Package::local_pin(const std::string& pin) {
  saip::PinCodes pins;
  std::vector<saip::PinConfiguration> list(1);
  list[0].keyReference = 129;
  list[0].pinValue = encode_pin(pin).value();
  list[0].unblockingPINReference = 129;
  list[0].pinAttributes = 3;
  pins.pinCodes.value = std::move(list);
  add_element(std::move(pins));
}

void Package::aka() {
  saip::AkaParameter aka;
  auto& algo = aka.algoConfiguration.value.emplace<saip::AlgoParameter>();
  algo.algorithmID = p_.algorithm;
  algo.algorithmOptions = saip::octet(p_.algorithm == saip::AlgorithmId::kUsimTestAlgorithm ? 0x02 : 0x01);
  algo.key = p_.k;
  algo.opc = p_.opc;
  add_element(std::move(aka));
}

void Package::five_g() {
  auto suci = sized(64);
  suci.proprietaryEFInfo.emplace().fillPattern = hex("A0020000FF");
  add_template(pe::kDf5gs, "2.23.143.1.2.13",
               {{"df-df-5gs", {fcp_item(directory("81010A"))}},
                {"ef-5gs3gpploci", {}},
                {"ef-5gsn3gpploci", {}},
                {"ef-5gs3gppnsc", {fcp_item(records(1, 62))}},
                {"ef-5gsn3gppnsc", {fcp_item(records(1, 62))}},
                {"ef-5gauthkeys", {fcp_item(sized(110))}},
                {"ef-uac-aic", content(hex("00000000"))},
                {"ef-suci-calc-info", {fcp_item(std::move(suci))}},
                {"ef-routing-indicator", content(hex("F0FFFFFF"))}});
}

void Package::isim() {
  auto adf = directory("81010A");
  adf.fileID = *FixedBytes<2>::from(hex("7FB0"));
  adf.dfName = bounded<16>(hex(kIsimAid));
  const auto domain = "ims.mnc" + std::string(mnc().size() == 2 ? "0" : "") + std::string(mnc()) + ".mcc" +
                      std::string(mcc()) + ".3gppnetwork.org";
  const auto text = [](const std::string& s) { return make_tlv(0x80, as_bytes(s)); };
  const auto impu = text("sip:" + p_.imsi + "@" + domain);
  add_template(pe::kIsim, "2.23.143.1.2.8",
               {{"adf-isim", {fcp_item(std::move(adf))}},
                {"ef-impi", transparent(text(p_.imsi + "@" + domain))},
                {"ef-impu", record_file(1, static_cast<std::uint8_t>(impu.size()), {impu})},
                {"ef-domain", transparent(text(domain))},
                {"ef-ist", transparent(hex("00"))},
                {"ef-ad", content(hex("000000"))},
                {"ef-arr", access_rules()}});
}

void Package::ballast() {
  auto f = sized(p_.ballast);
  f.fileDescriptor = bounded<4>(hex("4121"));
  f.fileID = *FixedBytes<2>::from(hex("2F50"));
  f.securityAttributesReferenced = bounded<3>(hex("2F060A"));
  f.shortEFID.emplace();
  Bytes octets(p_.ballast);
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(i);
  saip::GenericFileManagement g;
  auto& commands = g.fileManagementCMD.emplace_back();
  commands.resize(3);
  commands[0].value.emplace<saip::FileCommand::kFilePath>();
  commands[1].value.emplace<saip::FileCommand::kCreateFcp>(std::move(f));
  commands[2].value.emplace<saip::FileCommand::kFillFileContent>(std::move(octets));
  add_element(std::move(g));
}

void Package::security_domain() {
  saip::SecurityDomain sd;
  auto& i = sd.instance;
  i.applicationLoadPackageAID = bounded<16>(hex("A0000001515350"));
  i.classAID = bounded<16>(hex("A000000151535041"));
  i.instanceAID = bounded<16>(hex("A000000151000000"));
  i.applicationPrivileges = bounded<3>(hex("82DC00"));
  i.lifeCycleState = saip::octet(0x0F);
  i.applicationSpecificParametersC9 = hex("810280008201F0");
  // Toolkit: TAR B20100, messages must be enciphered, authenticated and counted (TS 102 225 SPI 16).
  i.applicationParameters.emplace().uiccToolkitApplicationSpecificParametersField =
      hex("010000000002011603B2010000");
  auto& keys = sd.keyList.emplace();
  for (std::uint8_t n = 0; n < 3; ++n) {
    saip::KeyObject k;
    constexpr std::uint8_t kUsage[] = {0x18, 0x14, 0x48};
    k.keyUsageQualifier = bounded<2>(ByteView(&kUsage[n], 1));
    k.keyIdentifier = saip::octet(static_cast<std::uint8_t>(n + 1));
    k.keyVersionNumber = saip::octet(0x01);
    auto& c = k.keyComponents.emplace_back();
    c.keyType = bounded<2>(hex("88"));
    c.keyData = p_.sd_keys[n];
    keys.push_back(std::move(k));
  }
  add_element(std::move(sd));
}

void Package::rfm() {
  for (const bool usim : {false, true}) {
    saip::Rfm r;
    r.instanceAID =
        bounded<16>(hex(usim ? "A0000000090005FFFFFFFF89B0002000" : "A0000000090005FFFFFFFF89B0000000"));
    r.tarList.emplace().push_back(*FixedBytes<3>::from(hex(usim ? "B00020" : "B00000")));
    r.minimumSecurityLevel = saip::octet(0x16);
    r.uiccAccessDomain = hex("00");
    r.uiccAdminAccessDomain = hex("00");
    if (usim) r.adfRFMAccess = saip::AdfRfmAccess{bounded<16>(hex(kUsimAid)), hex("00"), hex("00"), {}};
    add_element(std::move(r));
  }
}

Bytes Package::build() {
  header();
  mf();
  codes();
  if (p_.telecom) telecom();
  usim();
  opt_usim();
  local_pin(p_.pin2);
  aka();
  if (p_.five_g) five_g();
  if (p_.isim) {
    isim();
    local_pin(p_.pin2);
    aka();
  }
  if (p_.ballast) ballast();
  security_domain();
  if (p_.rfm) rfm();
  add_element(saip::End{});
  return std::move(out_);
}

}  // namespace

Bytes build_generic_profile(const GenericProfileParameters& parameters) {
  if (auto s = validate(parameters); !s) throw std::invalid_argument(s.error().message());
  return Package(parameters).build();
}

}  // namespace eider::profile
