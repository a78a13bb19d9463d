// MBIM 1.0 sections 9.1 to 9.4 and QMUX: octets as libmbim and libqmi write them, and what is no message.
#include <gtest/gtest.h>

#include "channel/mbim.hpp"
#include "channel/qmi.hpp"

namespace eider {
namespace {

// Each octet apart.
template <class Reader>
auto fed_slowly(Reader& reader, ByteView octets) {
  auto last = reader.feed({});
  for (const auto octet : octets) {
    last = reader.feed(ByteView(&octet, 1));
    if (!last || !last->empty()) break;
  }
  return last;
}
}  // namespace

TEST(MbimFrames, KnownOctets) {
  // Open Channel of the low-level access, as libmbim 1.28 writes it: AID, P2, group.
  const Bytes frame =
      hex("03000000 50000000 02000000 01000000 00000000 C2F6588EF0374BC98665F4D44BD09367 02000000 01000000 "
          "20000000"
          "10000000 10000000 00000000 01000000 A0000005591010FFFFFFFF8900000100");
  mbim::Reader reader;
  const auto messages = fed_slowly(reader, frame);
  ASSERT_TRUE(messages) << messages.error().message();
  ASSERT_EQ(messages->size(), 1u);
  const auto& message = (*messages)[0];
  EXPECT_EQ(message.type, mbim::Type::kCommand);
  EXPECT_EQ(message.transaction, 2u);
  const auto command = mbim::read_command(message.body);
  ASSERT_TRUE(command);
  EXPECT_EQ(command->service, mbim::kUiccLowLevelAccess);
  EXPECT_EQ(command->cid, 2u);
  EXPECT_TRUE(command->set);
  mbim::InformationReader in(command->information);
  const auto aid = in.counted_octets();
  ASSERT_TRUE(aid);
  EXPECT_EQ(to_hex(*aid), "A0000005591010FFFFFFFF8900000100");
  EXPECT_EQ(in.number(), 0u);
  EXPECT_EQ(in.number(), 1u);
  EXPECT_EQ(mbim::InformationWriter().counted_octets(*aid).number(0).number(1).finish(),
            command->information);
  EXPECT_EQ(mbim::encode(message, 4096)[0], frame);
}

TEST(MbimFrames, LongMessagesAreFragmentsOfTheLengthThatIsAsked) {
  const mbim::Message message{mbim::Type::kCommandDone, 7, Bytes(1000, 0x5A)};
  const auto frames = mbim::encode(message, 64);
  EXPECT_EQ(frames.size(), (1000 + 43) / 44u);
  mbim::Reader reader;
  std::vector<mbim::Message> out;
  for (const auto& f : frames) {
    EXPECT_LE(f.size(), 64u);
    const auto messages = reader.feed(f);
    ASSERT_TRUE(messages);
    out.insert(out.end(), messages->begin(), messages->end());
  }
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].body, message.body);
}

TEST(MbimFrames, WhatIsNoMessageIsRefused) {
  const auto refused = [](std::string_view octets) { return !mbim::Reader().feed(hex(octets)); };
  EXPECT_TRUE(refused("03000000 04000000 00000000"));                    // shorter than its header
  EXPECT_TRUE(refused("03000000 FFFFFFFF 00000000"));                    // longer than any
  EXPECT_TRUE(refused("03000000 0C000000 00000000"));                    // no fragment header
  EXPECT_TRUE(refused("03000000 14000000 00000000 00000000 00000000"));  // of no fragments
  EXPECT_TRUE(refused("03000000 14000000 00000000 02000000 01000000"));  // begins with the second
  EXPECT_FALSE(mbim::read_command(Bytes(27, 0)));
  Bytes command(28, 0);
  command[24] = 1;  // an information buffer that is not there
  EXPECT_FALSE(mbim::read_command(command));
  const Bytes beyond = hex("08000000 08000000 00000000"), far = hex("01000000 FFFFFFFF"), half = hex("0100");
  EXPECT_FALSE(mbim::InformationReader(beyond).counted_octets());
  EXPECT_FALSE(mbim::InformationReader(far).counted_octets());
  EXPECT_FALSE(mbim::InformationReader(half).number());
}

TEST(QmiFrames, KnownOctets) {
  // Allocate CID of the UIM service, as libqmi 1.32 writes it.
  const Bytes frame = hex("01 0F00 00 00 00 00 01 2200 0400 01 0100 0B");
  qmi::Reader reader;
  const auto messages = fed_slowly(reader, frame);
  ASSERT_TRUE(messages) << messages.error().message();
  ASSERT_EQ(messages->size(), 1u);
  const auto& message = (*messages)[0];
  EXPECT_EQ(message.service, qmi::kControl);
  EXPECT_EQ(message.id, 0x0022);
  EXPECT_EQ(message.transaction, 1);
  EXPECT_EQ(message.octet(0x01), qmi::kUim);
  EXPECT_EQ(qmi::encode(message), frame);
  auto response = qmi::response_to(message, qmi::Error::kNone);
  response.tlvs[0x01] = hex("0B05");
  EXPECT_EQ(to_hex(qmi::encode(response)),
            "0117008000000101220"
            "00C0001020"
            "00B05020400"
            "00000000");
}

TEST(QmiFrames, CountedOctets) {
  qmi::Message m;
  m.service = qmi::kUim;
  m.put_counted(0x10, 1, hex("A0000005"));
  m.put_counted(0x02, 2, hex("80F2000000"));
  EXPECT_EQ(to_hex(m.tlvs[0x10]), "04A0000005");
  EXPECT_EQ(to_hex(m.tlvs[0x02]), "050080F2000000");
  EXPECT_EQ(m.counted(0x10, 1), hex("A0000005"));
  EXPECT_EQ(m.counted(0x02, 2), hex("80F2000000"));
  EXPECT_EQ(m.counted(0x02, 1), std::nullopt);
  EXPECT_EQ(m.counted(0x33, 1), std::nullopt);
  EXPECT_EQ(m.octet(0x10), std::nullopt);
}

TEST(QmiFrames, WhatIsNoMessageIsRefused) {
  const auto refused = [](std::string_view octets) { return !qmi::Reader().feed(hex(octets)); };
  EXPECT_TRUE(refused("02 0500 00 00 00"));                          // no marker
  EXPECT_TRUE(refused("01 0400 00 00 00"));                          // shorter than its header
  EXPECT_TRUE(refused("01 0500 00 00 00"));                          // no message
  EXPECT_TRUE(refused("01 0B00 00 00 00 00 01 2200 0100"));          // another length than its frame
  EXPECT_TRUE(refused("01 0E00 00 00 00 00 01 2200 0300 01 0100"));  // a TLV beyond it
  EXPECT_TRUE(refused("01 0C00 00 00 00 00 01 2200 0100 01"));       // half a TLV
}

}  // namespace eider
