// ES5: SGP.02 v4.2 section 4.1.1.
#include "spec/sgp02/es5.hpp"

#include <gtest/gtest.h>

#include "crypto/aes.hpp"
#include "spec/sgp02/store_data.hpp"
#include "spec/sgp22/aids.hpp"
#include "support/must.hpp"

namespace eider::sgp02::es5 {
namespace {
using test::must;

const Aid kIsdP = *Aid::from(sgp22::isd_p_aid(0x0010));

struct Parsed {
  Bytes octets;
  CommandView view;
  explicit Parsed(const CommandApdu& c) : octets(c.encode()), view(*parse_command(octets)) {}
  explicit Parsed(const char* text) : octets(hex(text)), view(*parse_command(octets)) {}
};

// Section 10.2 of the project's facts, and the layouts of two other implementations that agree.
TEST(Es5, CommandsHaveTheOctetsOfTheSpecification) {
  EXPECT_EQ(to_hex(CreateISDP{kIsdP, {}}.encode().encode()),
            "80E60C003F"
            "10A0000005591010FFFFFFFF8900000D00"
            "10A0000005591010FFFFFFFF8900000E00"
            "10A0000005591010FFFFFFFF8900001000"
            "0380C000"
            "06C90481020370"
            "0000");
  EXPECT_EQ(to_hex(CreateISDP{kIsdP, 0x1234}.encode().data).substr(110), "0CC90481020370EF048302123400");
  EXPECT_EQ(to_hex(encode_profile_command(FunctionId::kEnableProfile, kIsdP).encode()),
            "80E28800153A03124F10A0000005591010FFFFFFFF8900001000");
  EXPECT_EQ(to_hex(encode_profile_command(FunctionId::kDisableProfile, kIsdP).encode()),
            "80E28800153A04124F10A0000005591010FFFFFFFF8900001000");
  EXPECT_EQ(to_hex(encode_profile_command(FunctionId::kSetFallbackAttribute, kIsdP).encode()),
            "80E28800153A05124F10A0000005591010FFFFFFFF8900001000");
  EXPECT_EQ(to_hex(encode_delete_profile(kIsdP).encode()),
            "80E40040124F10A0000005591010FFFFFFFF890000100000");
  EXPECT_EQ(to_hex(encode_notification_confirmation(0x0102).encode()), "80E28900073A08044E02010200");
  const KeyRange ranges[] = {{1, 1, 3}, {0x41, 1, 2}};
  EXPECT_EQ(to_hex(encode_finalise_handover(ranges).encode()), "80E400000AF203010103F20341010200");
  EXPECT_EQ(to_hex(encode_install_for_personalization(kIsdP).encode()),
            "80E6200016000010A0000005591010FFFFFFFF890000100000000000");
  EXPECT_EQ(to_hex(encode_get_status({}).encode()), "80F24002024F0000");
  EXPECT_EQ(to_hex(encode_get_memory().encode()), "80CAFF2100");
  EXPECT_EQ(to_hex(encode_get_ecasd_data(0x7F21).encode()), "80CABF30045C027F2100");
  AddressingParameters p;
  p.sms_address = hex("912143658709");
  EXPECT_EQ(to_hex(p.encode().encode()), "80E288000D3A070AA3088106912143658709");
}

// Section 10.5 of the project's facts.
TEST(Es5, MasterDeleteHasItsToken) {
  MasterDelete m{kIsdP, hex("0102"), hex("0304"), hex("0506"), 0x07, {}};
  const auto token = must(crypto::aes_cmac(hex("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"), {m.token_input()}));
  m.token = *FixedBytes<16>::from(token);
  EXPECT_EQ(to_hex(m.encode().encode()),
            "80E40040364F10A0000005591010FFFFFFFF8900001000B61042020102450203045F200205069301079E101CA44B0E12"
            "55B0A484F036"
            "3E189A3BC300");
  const Parsed c(m.encode());
  EXPECT_EQ(to_hex(must(MasterDelete::decode(c.view)).token), to_hex(token));
  EXPECT_EQ(find_function(c.view)->id, FunctionId::kMasterDelete);
}

TEST(Es5, EachCommandIsRecognisedAndRead) {
  const auto id = [](const CommandApdu& command) {
    const Parsed c(command);
    const auto* f = find_function(c.view);
    return f ? std::optional(f->id) : std::nullopt;
  };
  EXPECT_EQ(id(CreateISDP{kIsdP, {}}.encode()), FunctionId::kCreateISDP);
  for (const auto f : {FunctionId::kEnableProfile, FunctionId::kDisableProfile,
                       FunctionId::kSetFallbackAttribute, FunctionId::kSetEmergencyProfileAttribute}) {
    EXPECT_EQ(id(encode_profile_command(f, kIsdP)), f);
    const Parsed c(encode_profile_command(f, kIsdP));
    EXPECT_EQ(to_hex(must(decode_profile_command(c.view))), to_hex(kIsdP));
  }
  EXPECT_EQ(id(encode_delete_profile(kIsdP)), FunctionId::kDeleteProfile);
  const KeyRange ranges[] = {{1, 1, 3}};
  EXPECT_EQ(id(encode_finalise_handover(ranges)), FunctionId::kFinaliseISDRhandover);
  EXPECT_EQ(must(decode_finalise_handover(Parsed(encode_finalise_handover(ranges)).view))[0], ranges[0]);
  EXPECT_EQ(id(encode_notification_confirmation(7)), FunctionId::kHandleNotificationConfirmation);
  EXPECT_EQ(must(decode_notification_confirmation(Parsed(encode_notification_confirmation(700)).view)), 700);
  EXPECT_EQ(id(encode_get_status(kIsdP)), FunctionId::kGetStatus);
  EXPECT_EQ(id(encode_get_memory()), FunctionId::kGetMemory);
  EXPECT_EQ(id(encode_get_ecasd_data(0x66)), FunctionId::kGetEcasdData);
  EXPECT_EQ(id(encode_certificate(hex("7F2100"))[0]), FunctionId::kEstablishISDRKeySet);
  EXPECT_EQ(id(encode_install_for_personalization(kIsdP)), FunctionId::kInstallForPersonalization);
  const Parsed strange("80E288000A3AFF074F05A000000559");
  EXPECT_EQ(find_function(strange.view), nullptr);
}

TEST(Es5, CreateIsdpRefusesWhatIsNoIsdP) {
  const auto good = CreateISDP{kIsdP, 4096}.encode();
  EXPECT_EQ(must(CreateISDP::decode(Parsed(good).view)).cumulative_granted_memory, 4096u);
  const auto sw = [](Bytes data) -> int {
    CommandApdu c{0x80, 0xE6, 0x0C, 0x00, std::move(data), 256};
    const Parsed p(c);
    const auto r = CreateISDP::decode(p.view);
    return r ? 0x9000 : r.error().as<StatusWord>()->sw;
  };
  EXPECT_EQ(sw(good.data), 0x9000);
  const auto changed = [&](std::size_t at) {
    Bytes d = good.data;
    d[at] ^= 0x01;
    return d;
  };
  EXPECT_EQ(sw(changed(15)), 0x6A88);  // load file
  EXPECT_EQ(sw(changed(32)), 0x6A88);  // module
  EXPECT_EQ(sw(changed(52)), 0x6A80);  // privileges
  EXPECT_EQ(sw(changed(60)), 0x6A80);  // SCP03, i = 71
  for (std::size_t n = 0; n < good.data.size(); ++n)
    EXPECT_NE(sw(Bytes(good.data.begin(), good.data.begin() + static_cast<std::ptrdiff_t>(n))), 0x9000) << n;
}

// A short message that a certified card sent, from a public log: the AID stands under 4F.
TEST(Es5, NotificationsOfTheFieldAreRead) {
  const auto n = must(Notification::decode(
      hex("E1354C10890010120123412340123456789012244D01024E0200004F10A0000005591010FFFFFFFF8900001300"
          "14083A45990057918503")));
  EXPECT_EQ(to_hex(n.eid), "89001012012341234012345678901224");
  EXPECT_EQ(n.type, NotificationType::kProfileChangeSucceeded);
  EXPECT_EQ(n.sequence_number, 0);
  EXPECT_EQ(to_hex(n.isdp_aid), "A0000005591010FFFFFFFF8900001300");
  EXPECT_EQ(to_hex(*n.imei), "3A45990057918503");
  const auto own = n.encode();
  EXPECT_EQ(to_hex(own).substr(0, 4), "E135");
  EXPECT_EQ(to_hex(must(Notification::decode(own)).encode()), to_hex(own));
  for (std::size_t i = 0; i < own.size(); ++i)
    EXPECT_FALSE(Notification::decode(ByteView(own).first(i))) << i;
}

TEST(Es5, AnswersAreRead) {
  const ProfileStatus enabled{kIsdP, 0x3F, true, 0x4000, 0x123456};
  EXPECT_EQ(to_hex(enabled.encode()),
            "E3234F10A0000005591010FFFFFFFF89000010009F70013F5301018F02400091040"
            "0123456");
  const auto read =
      must(decode_status(concat({enabled.encode(), ProfileStatus{kIsdP, 0x1F, false, {}, {}}.encode()})));
  ASSERT_EQ(read.size(), 2u);
  EXPECT_TRUE(read[0].fallback);
  EXPECT_EQ(read[0].life_cycle, 0x3F);
  EXPECT_EQ(read[0].remaining_memory, 0x123456u);
  EXPECT_FALSE(read[1].fallback);
  const auto memory = must(Memory::decode(Memory{3, 70000, 2000}.encode()));
  EXPECT_EQ(memory.applications, 3u);
  EXPECT_EQ(memory.non_volatile, 70000u);
  EXPECT_EQ(memory.volatile_octets, 2000u);
  const Aid deleted[] = {kIsdP};
  EXPECT_EQ(to_hex(encode_confirmation_answer(deleted)), "80124F10A0000005591010FFFFFFFF8900001000");
  EXPECT_EQ(must(decode_confirmation_answer(hex("8000"))).size(), 0u);
  EXPECT_EQ(must(decode_confirmation_answer(encode_confirmation_answer(deleted))).size(), 1u);
  EXPECT_FALSE(decode_confirmation_answer(hex("80034F01A0")));
}

TEST(Es5, DataGroupingsHaveLengthsInEachForm) {
  for (const std::size_t size : {0, 1, 127, 128, 255, 256, 900}) {
    const Bytes value(size, 0xAB);
    const auto data = concat({dgi_header(0x3A01, size), value});
    EXPECT_EQ(must(dgi_value(data)).size(), size);
    EXPECT_EQ(dgi_of(data), 0x3A01);
    EXPECT_FALSE(dgi_value(ByteView(data).first(data.size() - 1))) << size;
  }
  EXPECT_EQ(must(dgi_value(hex("3A01FF0001AA"))).size(), 1u);
  EXPECT_FALSE(dgi_value(hex("3A")));
  EXPECT_FALSE(dgi_value(hex("3A0183010101")));
  const auto blocks = encode_certificate(Bytes(300, 0x11));
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].p1, 0x09);
  EXPECT_EQ(blocks[1].p1, 0x89);
  EXPECT_EQ(blocks[1].p2, 1);
  EXPECT_EQ(blocks[0].data.size() + blocks[1].data.size(), 305u);
}

}  // namespace
}  // namespace eider::sgp02::es5
