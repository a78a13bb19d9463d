// The notification of a card in a short message: form of the captured one in section 3.9 of the project's
// facts on SGP.02, whose key nobody knows.
#include "channel/scp80_notification.hpp"

#include <gtest/gtest.h>

#include "crypto/aes.hpp"
#include "support/must.hpp"

namespace eider::channel::scp80 {
namespace {
using test::must;
const char kE1[] =
    "E1354C10890010120123412340123456789012244D01024E020000"
    "4F10A0000005591010FFFFFFFF890000130014083A45990057918503";

KeySet keys() {
  return {1, Key{true, Secret(hex("000102030405060708090A0B0C0D0E0F")), 8},
          Key{true, Secret(hex("101112131415161718191A1B1C1D1E1F")), 8}};
}

TEST(Scp80Notification, HasTheFormOfTheCapturedOne) {
  const auto packet = must(seal_notification(hex(kE1), keys()));
  EXPECT_EQ(to_hex(ByteView(packet).first(16)), "004D1502001212000001000000000000");
  EXPECT_EQ(to_hex(ByteView(packet).subspan(24)), kE1);
  EXPECT_EQ(notification_key_version(packet), 1);
  EXPECT_EQ(to_hex(must(open_notification(packet, keys()))), kE1);
  const auto captured = hex("004D150200101200000100000000000045AAB54EB13D7749" + std::string(kE1));
  EXPECT_TRUE(is_notification(captured));
  EXPECT_FALSE(open_notification(captured, keys()));
}

TEST(Scp80Notification, ReadsACheckSumWithoutTheHeaderToo) {
  auto packet = must(seal_notification(hex(kE1), keys()));
  const auto cc = must(
      crypto::aes_cmac(keys().kid->value.view(), {ByteView(packet).first(16), ByteView(packet).subspan(24)}));
  std::copy_n(cc.begin(), 8, packet.begin() + 16);
  EXPECT_EQ(to_hex(must(open_notification(packet, keys()))), kE1);
}

TEST(Scp80Notification, AnyOtherOctetIsRefused) {
  const auto packet = must(seal_notification(hex(kE1), keys()));
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    auto bad = packet;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_FALSE(open_notification(bad, keys())) << bit;
  }
  for (std::size_t n = 0; n < packet.size(); ++n)
    EXPECT_FALSE(open_notification(ByteView(packet).first(n), keys()));
}

}  // namespace
}  // namespace eider::channel::scp80
