// The file system of a package, against oracles that were computed independently (shared data) and hand-made
// cases.
#include "profile/file_system.hpp"

#include <gtest/gtest.h>
#include <sstream>

#include "profile/package_reader.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out(1);
  for (char c : line)
    if (c == ',')
      out.emplace_back();
    else if (c != '\r')
      out.back() += c;
  return out;
}

void expect_oracle(const std::filesystem::path& package, const std::filesystem::path& oracle) {
  const auto der = test::read_file(package);
  auto elements = read_package(der);
  ASSERT_TRUE(elements);
  FileSystemImage image;
  for (const auto& part : *elements) {
    auto e = saip::decode_element(part.der);
    ASSERT_TRUE(e);
    Check v;
    if (const auto* t = e->as<saip::TemplatePe>()) v = image.apply(*t, *saip::find_template(t->templateID));
    if (const auto* g = e->as<saip::GenericFileManagement>()) v = image.apply(*g);
    ASSERT_FALSE(v) << e->name() << ": " << v->why;
  }
  std::map<std::string, int> found;
  for (std::size_t i = 0; i < image.files().size(); ++i)
    found[image.path_text(static_cast<int>(i))] = static_cast<int>(i);
  const auto octets = test::read_file(oracle);
  std::istringstream lines{std::string(as_text(octets))};
  std::string line;
  std::getline(lines, line);
  std::size_t rows = 0;
  while (std::getline(lines, line)) {
    const auto c = cells(line);
    ASSERT_GE(c.size(), 19u);
    const auto it = found.find(c[0]);
    ASSERT_NE(it, found.end()) << c[0];
    const auto& f = image.files()[static_cast<std::size_t>(it->second)];
    ++rows;
    const auto text = [](auto n) { return n ? std::to_string(n) : std::string(); };
    const auto hex16 = [](std::uint16_t n) {
      const std::uint8_t b[] = {static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
      return to_hex(b);
    };
    const auto hex8 = [](std::uint8_t n) { return to_hex(ByteView(&n, 1)); };
    EXPECT_EQ(hex8(f.descriptor), c[5]) << c[0];
    if (!f.is_directory()) {
      EXPECT_EQ(text(f.records()), c[6]) << c[0];
      EXPECT_EQ(text(f.record_size), c[7]) << c[0];
      EXPECT_EQ(text(f.size), c[8]) << c[0];
      EXPECT_EQ(f.sfi ? hex8(*f.sfi) : "", c[9]) << c[0];
      EXPECT_EQ(to_hex(image.body(f)), c[18]) << c[0];
    }
    EXPECT_EQ(hex16(f.arr_fid), c[10]) << c[0];
    EXPECT_EQ(std::to_string(f.arr_record), c[11]) << c[0];
    EXPECT_EQ(hex8(f.special_information), c[12]) << c[0];
    EXPECT_EQ(to_hex(f.pin_status), c[13]) << c[0];
    EXPECT_EQ(to_hex(f.df_name), c[14]) << c[0];
    EXPECT_EQ(f.link >= 0, !c[15].empty()) << c[0];
  }
  EXPECT_EQ(rows, image.files().size());
}

TEST(FileSystem, Ts48Version3) {
  EIDER_SHARED_OR_SKIP(package, "ts48/TS48v3_SAIP2.3_NoBERTLV.der");
  EIDER_SHARED_OR_SKIP(oracle, "oracles/ts48_v3_saip2.3_nobertlv_files.csv");
  expect_oracle(package, oracle);
}
TEST(FileSystem, Ts48Version5) {
  EIDER_SHARED_OR_SKIP(package, "ts48/TS48v5_SAIP2.3_NoBERTLV.der");
  EIDER_SHARED_OR_SKIP(oracle, "oracles/ts48_v5_saip2.3_nobertlv_files.csv");
  expect_oracle(package, oracle);
}

}  // namespace
}  // namespace eider::profile
