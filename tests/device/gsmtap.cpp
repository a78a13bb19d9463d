// Layouts: GSMTAP of libosmocore (gsmtap.h, version 2), pcap of libpcap (pcap-savefile), IPv4 of RFC 791.
#include "device/gsmtap.hpp"

#include <gtest/gtest.h>

namespace eider {
namespace {

std::string hex_of(const std::vector<Bytes>& parts) {
  std::string out;
  for (const auto& p : parts) out += (out.empty() ? "" : " ") + to_hex(p);
  return out;
}
std::string exchange(const char* command, const char* response) {
  return hex_of(tpdus_of_exchange(*from_hex(command), *from_hex(response)));
}

TEST(Gsmtap, Header) {
  EXPECT_EQ(to_hex(gsmtap_packet(GsmtapSim::kAtr, Bytes{0x3B, 0x00})),
            "02040400000000000000000001000000"
            "3B00");
}

TEST(Gsmtap, ExchangesAsT0CarriesThem) {
  EXPECT_EQ(exchange("00440000", "9000"), "00440000009000") << "case 1 has P3 00";
  EXPECT_EQ(exchange("00B0000002", "AABB9000"), "00B0000002AABB9000");
  EXPECT_EQ(exchange("00B0000076", "6982"), "00B00000006982") << "P3 is the length of what was answered";
  EXPECT_EQ(exchange("00D6000001AA", "9000"), "00D6000001AA9000");
  EXPECT_EQ(exchange("00A40004023F0000", "6112"), "00A40004023F006112") << "Le is not sent";
  EXPECT_EQ(exchange("01A40004023F0000", "62009000"), "01A40004023F006102 01C000000262009000");
  EXPECT_EQ(exchange("00D60000000100"
                     "AA",
                     "9000"),
            "")
      << "extended lengths have no form there";
  EXPECT_EQ(exchange("00B0", "9000"), "");
}

TEST(Gsmtap, CaptureFile) {
  EXPECT_EQ(to_hex(pcap_header()), "D4C3B2A1020004000000000000000000FFFF0000E4000000");
  const auto record = pcap_record(Time(std::chrono::milliseconds(1500)), Bytes{0xAA});
  EXPECT_EQ(to_hex(ByteView(record).first(16)), "0100000020A107001D0000001D000000");
  const auto packet = ByteView(record).subspan(16);
  EXPECT_EQ(to_hex(packet.subspan(20)), "1279127900090000AA");
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 20; i += 2) sum += static_cast<std::uint32_t>(packet[i] << 8 | packet[i + 1]);
  EXPECT_EQ((sum & 0xFFFF) + (sum >> 16), 0xFFFFu) << "checksum of the IPv4 header";
}

}  // namespace
}  // namespace eider
