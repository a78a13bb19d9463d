// Every declaration against bytes: the decoded TS.48 packages as known answers, each element re-encoded
// unchanged.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "spec/saip/profile_element.hpp"
#include "support/shared_data.hpp"

namespace eider::saip {
namespace {

const char* const kPackages[] = {"TS48v1_A.der",
                                 "TS48v2_SAIP2.3_BERTLV.der",
                                 "TS48v3_SAIP2.3_NoBERTLV.der",
                                 "TS48v4_SAIP2.1A_NoBERTLV.der",
                                 "TS48v4_SAIP2.3_BERTLV.der",
                                 "TS48v5_SAIP2.3_NoBERTLV.der"};

Bytes tlv(Tag tag, const char* content) {
  return make_tlv(tag, hex(content));
}

ProfileElement decoded(const Bytes& der) {
  auto e = decode_element(der, der::Rules::strict());
  EXPECT_TRUE(e) << e.error().message();
  return e ? *std::move(e) : ProfileElement{};
}

TEST(SaipElements, Ts48ReencodesToTheSameOctets) {
  for (const auto* name : kPackages) {
    EIDER_SHARED_OR_SKIP(path, std::string("ts48/") + name);
    const auto package = test::read_file(path);
    auto elements = read_tlvs(package);
    ASSERT_TRUE(elements) << name;
    EXPECT_GE(elements->size(), 28u);
    for (const auto& tlv : *elements) {
      auto e = decode_element(tlv.whole);
      ASSERT_TRUE(e) << name << " " << tag_text(tlv.tag) << ": " << e.error().message();
      EXPECT_EQ(e->tag(), tlv.tag);
      EXPECT_EQ(to_hex(encode_element(*e)), to_hex(tlv.whole)) << name << " " << e->name();
      EXPECT_EQ(unknown_member(*e), std::nullopt) << name << " " << e->name();
    }
  }
}

// TCA status vector: invalid-request-format at element 12, aborted.
TEST(SaipElements, EuiccResponseVector) {
  EuiccResponse r;
  r.peStatus.push_back({.status = PeStatusCode::kInvalidRequestFormat, .identification = 12});
  r.profileInstallationAborted = der::Null{};
  EXPECT_EQ(to_hex(der::encode(r)), "300CA008300680010581010C8100");
  auto back = der::decode<EuiccResponse>(der::encode(r), der::Rules::strict());
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(pe_status_name(back->peStatus[0].status), "invalid-request-format");
  EXPECT_EQ(pe_status_name(static_cast<PeStatusCode>(0x6A84)), "status word 6A84");
}

TEST(SaipElements, EndAndHeader) {
  const auto end = decoded(hex("AA07A0058000 81011F"));
  EXPECT_EQ(end.name(), "end");
  ASSERT_TRUE(end.header());
  EXPECT_TRUE(end.header()->mandated);
  EXPECT_EQ(end.header()->identification, 31);

  ProfileElement e;
  auto& h = e.value.emplace<ProfileHeader>();
  h.major_version = 3;
  h.minor_version = 3;
  h.iccid = *FixedBytes<10>::from(hex("8949017000000000015F"));
  h.eUICC_Mandatory_services.add(Service::kUsim);
  h.eUICC_Mandatory_services.add(Service::kEaka);
  h.eUICC_Mandatory_GFSTEList = {der::Oid("2.23.143.1.2.1")};
  EXPECT_EQ(to_hex(encode_element(e)),
            "A022800103810103830A8949017000000000015FA50481009D00A608060667810F010201");
  EXPECT_EQ(capability_bit(Service::kTuak256), 7);
  EXPECT_EQ(service_name(Service::kProfileBP256), "profile-b-p256");
}

TEST(SaipElements, IntegersAreSignedAndDefaultsAreLeftOut) {
  const auto pin =
      decoded(tlv(0xA2, "A0068000810200C3 A119A0173015 80020081 810839393939FFFFFFFF 82020081 830103"));
  const auto& list = std::get<std::vector<PinConfiguration>>(pin.as<PinCodes>()->pinCodes.value);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].keyReference, 129);
  EXPECT_EQ(list[0].maxNumOfAttemps_retryNumLeft, 0x33);
  EXPECT_EQ(list[0].pinAttributes, 3);
  EXPECT_EQ(pin.header()->identification, 195);
  const auto shared = decoded(tlv(0xA2, "A003810105 A104 81027FD0"));
  EXPECT_EQ(to_hex(std::get<BoundedBytes<8>>(shared.as<PinCodes>()->pinCodes.value)), "7FD0");
}

TEST(SaipElements, MilenageParameters) {
  const auto e =
      decoded(hex("A435A005800081010BA12CA12A8001018101018210465B5CE8B199B49FAA5F0A2EE238A6BC8310CD63CB71954A"
                  "9F4E48A5994E37A02BAF"));
  const auto* algo = e.as<AkaParameter>()->algoConfiguration.algo();
  ASSERT_TRUE(algo);
  EXPECT_EQ(algo->algorithmID, AlgorithmId::kMilenage);
  EXPECT_EQ(to_hex(algo->rotationConstants), "4000204060");
  EXPECT_EQ(algo->xoringConstants[79], 8);
  EXPECT_EQ(to_hex(e.as<AkaParameter>()->sqnDelta), "000010000000");
  const auto der = tlv(0xA4, "A003810102 A10EA00C 800106 810741414141414141");
  const auto mapped = decoded(der);
  ASSERT_TRUE(mapped.as<AkaParameter>()->algoConfiguration.mapping());
  EXPECT_EQ(encode_element(mapped), der);
}

// The two members with tag A0 of PE-RFM, and its three 4F and two 04, go by position.
TEST(SaipElements, RfmMembersGoByPosition) {
  const auto der = tlv(0xA7,
                       "A00381011C 4F10A0000005591010000000000000000002 A0050403B00140 810102 040100 040100"
                       "300D 8005A000000000 8101FF 8201FF");
  auto e = decode_element(der);
  ASSERT_TRUE(e) << e.error().message();
  const auto& rfm = *e->as<Rfm>();
  EXPECT_FALSE(rfm.securityDomainAID);
  ASSERT_TRUE(rfm.tarList);
  EXPECT_EQ(to_hex((*rfm.tarList)[0]), "B00140");
  EXPECT_EQ(to_hex(rfm.uiccAdminAccessDomain), "00");
  ASSERT_TRUE(rfm.adfRFMAccess);
  EXPECT_EQ(encode_element(*e), der);
}

// File and FileManagement name the same things with different tags.
TEST(SaipElements, FilesAndFileManagement) {
  const auto gfm =
      tlv(0xA1, "A003810117 A11F301D 8000 6212 82044221001C 83026F3A 8B032F0605 880108 02020100 810101");
  auto e = decode_element(gfm);
  ASSERT_TRUE(e) << e.error().message();
  const auto& commands = e->as<GenericFileManagement>()->fileManagementCMD[0];
  ASSERT_EQ(commands.size(), 4u);
  EXPECT_TRUE(commands[0].path()->empty());
  EXPECT_EQ(to_hex(*commands[1].fcp()->fileID), "6F3A");
  EXPECT_EQ(*commands[2].offset(), 256);
  EXPECT_EQ(to_hex(*commands[3].content()), "01");
  EXPECT_EQ(encode_element(*e), gfm);

  const auto saip = tlv(0xBD, "A0058000810101 810667810F01020E A20CA10A 83035FD000 8B032F0601");
  EXPECT_FALSE(decode_element(saip));  // FileID of three octets
}

TEST(SaipElements, UnknownMembersAreKeptAndNamed) {
  const auto later = hex("AA0AA0058000810101990101");
  auto e = decode_element(later);
  ASSERT_TRUE(e);
  EXPECT_EQ(unknown_member(*e), "end.99");
  EXPECT_EQ(encode_element(*e), later);
  EXPECT_FALSE(decode_element(later, der::Rules::strict()));
  const auto file = tlv(0xBD, "A003810101 810667810F01020E A205 8000 9D0100");
  auto t = decode_element(file);
  ASSERT_TRUE(t) << t.error().message();
  EXPECT_EQ(unknown_member(*t), "df-saip.df-df-saip[1].unknown");
  EXPECT_EQ(encode_element(*t), file);
  auto newer = decode_element(hex("BF22020500"));
  ASSERT_TRUE(newer);
  EXPECT_EQ(newer->name(), "unknown");
  EXPECT_EQ(newer->tag(), 0xBF22u);
}

TEST(SaipElements, TemplatesAreConsistent) {
  for (const auto& info : templates()) {
    ASSERT_TRUE(template_element(info.pe)) << info.name;
    EXPECT_EQ(find_template(der::Oid(info.oid)), &info);
  }
  for (const auto& row : template_rows()) {
    EXPECT_TRUE(template_member(row.pe, row.member)) << row.name;
    EXPECT_TRUE(from_hex(row.prefix) && from_hex(row.fill) && from_hex(row.suffix) && from_hex(row.fixed))
        << row.name;
  }
  const auto* usim = find_template(der::Oid("2.23.143.1.2.4"));
  const auto* imsi = template_row(*usim, member_tag(pe::kUsim, "ef-imsi"));
  ASSERT_TRUE(imsi);
  EXPECT_EQ(imsi->fid, 0x6F07);
  EXPECT_EQ(imsi->file_size, 9);
  EXPECT_EQ(
      template_row(*find_template(der::Oid("2.23.143.1.2.4.2")), member_tag(pe::kUsim, "ef-ust"))->file_size,
      17);
  EXPECT_EQ(find_template(der::Oid("2.23.143.1.2.99")), nullptr);
}

// Whatever is accepted re-encodes to something that is accepted again, and equal from then on.
TEST(SaipElements, MutationsNeverBreakTheRoundTrip) {
  SeededRandom random(7);
  const Bytes seeds[] = {
      tlv(0xA1, "A003810117 A11F301D 8000 6212 82044221001C 83026F3A 8B032F0605 880108 02020100 810101"),
      tlv(0xA2, "A0068000810200C3 A119A0173015 80020081 810839393939FFFFFFFF 82020081 830103"),
      tlv(0xBD, "A0058000810101 810667810F01020E A205 8000 830100")};
  int accepted = 0;
  for (int i = 0; i < 30000; ++i) {
    auto in = seeds[random.below(std::size(seeds))];
    for (auto k = random.below(3) + 1; k > 0; --k)
      in[random.below(in.size())] = static_cast<std::uint8_t>(random.next());
    auto e = decode_element(in);
    if (!e) continue;
    ++accepted;
    const auto once = encode_element(*e);
    auto again = decode_element(once);
    ASSERT_TRUE(again) << to_hex(in) << " " << to_hex(once) << again.error().message();
    EXPECT_EQ(encode_element(*again), once);
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace eider::saip
