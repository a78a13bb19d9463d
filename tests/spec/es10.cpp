// Octets from SGP.22 and from captured cards; see the vectors in section 12 of the project's fact sheet on
// SGP.22.
#include <gtest/gtest.h>

#include "spec/sgp22/es10b.hpp"
#include "spec/sgp22/es10c.hpp"

namespace eider::sgp22 {
namespace {
template <class T>
T parsed(const char* text) {
  const auto in = hex(text);
  auto r = der::decode<T>(in, der::Rules::strict());
  EXPECT_TRUE(r) << text << ": " << r.error().message();
  EXPECT_EQ(to_hex(der::encode(*r)), to_hex(in));
  return *r;
}
const char kTestEid[] = "89049032123451234512345678901235";
}  // namespace

TEST(Es10, IdentifiersHaveTheirSpecifiedCoding) {
  EXPECT_TRUE(eid_check_digits_valid(kTestEid));
  EXPECT_FALSE(eid_check_digits_valid("89049032123451234512345678901236"));
  EXPECT_EQ(eid_with_check_digits("890490321234512345123456789012"), kTestEid);
  EXPECT_EQ(to_hex(*parse_iccid("8947010000123456784F")), "987410000021436587F4");
  EXPECT_EQ(iccid_digits(*parse_iccid("8947010000123456784")), "8947010000123456784");
  EXPECT_EQ(to_hex(*parse_iccid("894701000012345678")), "987410000021436587FF");
  EXPECT_FALSE(parse_iccid("89470100001234567"));
  EXPECT_FALSE(parse_iccid("8947010000123456784F12"));
}

TEST(Es10, ListNotificationFilterHasOneBit) {
  EXPECT_TRUE(
      parsed<ListNotificationRequest>("BF280481020780").profileManagementOperation->test(kEventInstall));
}
TEST(Es10, SearchCriteriaAreExplicitlyTagged) {
  auto r = parsed<RetrieveNotificationsListRequest>("BF2B05A003800105");
  EXPECT_EQ(std::get<std::int64_t>(r.searchCriteria->value), 5);
  EXPECT_FALSE(der::decode<RetrieveNotificationsListRequest>(hex("BF2B03800105"), der::Rules::strict()));
}
TEST(Es10, EnableProfileByIccid) {
  auto r = parsed<EnableProfileRequest>("BF3111A00C5A0A989209012143658709F58101FF");
  EXPECT_TRUE(r.refreshFlag);
  EXPECT_TRUE(std::holds_alternative<Iccid>(r.profileIdentifier.value));
}
TEST(Es10, DeleteProfileIsAPlainChoice) {
  auto r = parsed<DeleteProfileRequest>("BF330C5A0A989209012143658709F5");
  EXPECT_TRUE(std::holds_alternative<Iccid>(r.value));
}
TEST(Es10, MemoryResetSelectsEverything) {
  auto r = parsed<EuiccMemoryResetRequest>("BF3404820205E0");
  EXPECT_TRUE(r.resetOptions.test(kDeleteOperationalProfiles));
  EXPECT_TRUE(r.resetOptions.test(kResetDefaultSmdpAddress));
}
TEST(Es10, SequenceNumbersAbove127TakeTwoOctets) {
  EXPECT_EQ(to_hex(der::encode(NotificationSentRequest{128})), "BF300480020080");
  parsed<NotificationSentRequest>("BF3003800105");
}
TEST(Es10, ProfileInfoListRequestForms) {
  parsed<ProfileInfoListRequest>("BF2D00");
  parsed<ProfileInfoListRequest>("BF2D055C035A9F70");
  auto r = parsed<ProfileInfoListRequest>(
      "BF2D24A0124F10A0000005591010FFFFFFFF89000010005C0E5A4F9F70909192939495B6B7B899");
  EXPECT_EQ(std::get<Aid>(r.searchCriteria->value).size(), 16u);
}
TEST(Es10, CardInfo1OfARealCard) {
  auto r = parsed<EUICCInfo1>(
      "BF20358203020300A916041481370F5125D0B1D408D4C3B232E6D25E795BEBFBAA16041481370F5125D0B1D408D4C3B232E6D2"
      "5E795BEBFB");
  EXPECT_EQ(version_text(r.svn), "2.3.0");
  EXPECT_EQ(r.euiccCiPKIdListForSigning.size(), 1u);
}
TEST(Es10, CancelSession) {
  EXPECT_EQ(parsed<CancelSessionRequest>("BF411580100123456789ABCDEF0123456789ABCDEF810100").reason,
            CancelSessionReason::kEndUserRejection);
}
TEST(Es10, GetEidRequest) {
  EXPECT_EQ(to_hex(parsed<GetEuiccDataRequest>("BF3E035C015A").tagList), "5A");
}
TEST(Es10, EmptyRatAndEmptyLists) {
  parsed<GetRatResponse>("BF4302A000");
  parsed<ProfileInfoListResponse>("BF2D02A000");
  parsed<ListNotificationResponse>("BF2802A000");
}

// Section 5.5.1: what is signed has no BF23 header and ends with the eUICC's one-time key.
TEST(Es8, SmdpSignInput) {
  InitialiseSecureChannelRequest r;
  r.transactionId = *TransactionId::from(hex("AABB"));
  r.controlRefTemplate = {*FixedBytes<1>::from(hex("88")), *FixedBytes<1>::from(hex("10")),
                          *BoundedBytes<16>::from(hex("8080"))};
  const auto in = smdp_sign_input(r, OneTimePublicKey{});
  const auto whole = der::encode(r);
  const auto signature_size = 3 + 64;
  const auto members = read_single_tlv(whole)->value;
  EXPECT_TRUE(equal(ByteView(in).first(members.size() - signature_size),
                    members.first(members.size() - signature_size)));
  EXPECT_EQ(to_hex(ByteView(in).subspan(in.size() - 68, 3)), "5F4941");
}

TEST(Types, MetadataLeavesOutTheDefaultClass) {
  StoreMetadataRequest m;
  m.iccid = *parse_iccid("8947010000123456784");
  m.serviceProviderName = "S";
  m.profileName = "P";
  EXPECT_EQ(to_hex(der::encode(m)), "BF25125A0A987410000021436587F4910153920150");
  m.profileClass = ProfileClass::kTest;
  m.profilePolicyRules = BitString{kPpr1, kPpr2};
  EXPECT_EQ(to_hex(der::encode(m)), "BF25195A0A987410000021436587F491015392015095010099020560");
}

TEST(Types, ExtCardResource) {
  const auto v = encode_ext_card_resource({0, 100000, 2048});
  EXPECT_EQ(to_hex(v),
            "810100"
            "820301"
            "86A0"
            "83020800");
  EXPECT_EQ(parse_ext_card_resource(v)->free_nvm_octets, 100000u);
  EXPECT_FALSE(parse_ext_card_resource(hex("810100")));
}

}  // namespace eider::sgp22
