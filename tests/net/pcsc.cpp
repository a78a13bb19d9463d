#include <gtest/gtest.h>

#include "net/pcsc_port.hpp"

namespace eider::net {
namespace {

// ISO 7816-3 section 12.2: how the four cases of a short command APDU travel with T=0.
TEST(T0Command, FourCases) {
  EXPECT_EQ(t0_command(hex("00A40400")).value(), hex("00A4040000"));
  EXPECT_EQ(t0_command(hex("00C0000010")).value(), hex("00C0000010"));
  EXPECT_EQ(t0_command(hex("00A4040002AABB")).value(), hex("00A4040002AABB"));
  EXPECT_EQ(t0_command(hex("00A4040002AABB00")).value(), hex("00A4040002AABB"));
}

TEST(T0Command, Refuses) {
  for (const char* bad :
       {"00A404", "00A4040002AA", "00A4040001AABBCC", "00E2910000000100", "00E29100000000"}) {
    EXPECT_FALSE(t0_command(hex(bad))) << bad;
  }
}

}  // namespace
}  // namespace eider::net
