#include "profile/package_reader.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "profile/builder.hpp"
#include "support/shared_data.hpp"

namespace eider::profile {
namespace {

Bytes package() {
  SeededRandom random(1);
  return build_generic_profile(GenericProfileParameters::random(random));
}

TEST(PackageReader, AnyCutsGiveTheSameElements) {
  const auto whole = package();
  const auto expected = read_package(whole);
  ASSERT_TRUE(expected);
  EXPECT_GE(expected->size(), 12u);
  SeededRandom random(2);
  for (int round = 0; round < 300; ++round) {
    PackageReader reader;
    std::size_t fed = 0, n = 0;
    while (fed < whole.size()) {
      const auto piece = std::min<std::size_t>(whole.size() - fed, 1 + random.below(round < 100 ? 3 : 400));
      ASSERT_TRUE(reader.feed(ByteView(whole).subspan(fed, piece)));
      fed += piece;
      if (random.below(3) == 0) continue;  // elements may pile up
      while (auto e = reader.next()) {
        ASSERT_LT(n, expected->size());
        EXPECT_EQ(e->tag, (*expected)[n].tag);
        EXPECT_EQ(e->offset, (*expected)[n].offset);
        EXPECT_TRUE(equal(e->der, (*expected)[n].der));
        ++n;
      }
    }
    while (reader.next()) ++n;
    EXPECT_EQ(n, expected->size());
    EXPECT_FALSE(reader.pending());
    EXPECT_EQ(reader.received(), whole.size());
  }
}

// saip.md section f.1, columns "v5 off" and "v5 total".
TEST(PackageReader, Ts48Offsets) {
  EIDER_SHARED_OR_SKIP(path, "ts48/TS48v5_SAIP2.3_NoBERTLV.der");
  const auto der = test::read_file(path);
  const std::pair<std::size_t, std::size_t> known[] = {
      {0, 160},     {160, 779},   {939, 42},    {981, 78},    {1059, 535},  {1594, 36},
      {1630, 896},  {2526, 1205}, {3731, 2529}, {6260, 36},   {6296, 55},   {6351, 140},
      {6491, 295},  {6786, 68},   {6854, 1796}, {8650, 1445}, {10095, 36},  {10131, 113},
      {10244, 474}, {10718, 94},  {10812, 36},  {10848, 55},  {10903, 243}, {11146, 433},
      {11579, 361}, {11940, 36},  {11976, 58},  {12034, 58},  {12092, 62},  {12154, 9}};
  const auto elements = read_package(der);
  ASSERT_TRUE(elements);
  ASSERT_EQ(elements->size(), std::size(known));
  for (std::size_t i = 0; i < std::size(known); ++i) {
    EXPECT_EQ((*elements)[i].offset, known[i].first) << i;
    EXPECT_EQ((*elements)[i].der.size(), known[i].second) << i;
  }
}

void expect_fault(const char* input, std::size_t offset, PackageLimits limits = {}) {
  const auto der = hex(input);
  const auto whole = read_package(der, limits);
  ASSERT_FALSE(whole) << input;
  EXPECT_EQ(whole.error().as<DecodeFault>()->offset, offset) << input << " " << whole.error().message();
  PackageReader reader(limits);
  const auto s = reader.feed(der);
  if (!s) {
    EXPECT_EQ(s.error().as<DecodeFault>()->offset, offset) << input;
    EXPECT_FALSE(reader.feed({}));  // it stays faulty
  } else {
    EXPECT_TRUE(reader.pending());  // the end is missing: more could come
  }
}

TEST(PackageReader, Faults) {
  expect_fault("A000 3000", 2);      // not a context tag
  expect_fault("A000 8000", 2);      // primitive
  expect_fault("A000 A080", 3);      // indefinite
  expect_fault("A000 A0810500", 3);  // not the shortest length
  expect_fault("A000 A082007F", 3);
  expect_fault("A000 A085", 3);        // length of five octets
  expect_fault("A000 BFFFFFFF01", 2);  // tag of five octets
  expect_fault("A000 A0050000", 6);    // ends within
  expect_fault("A000 BF", 3);
  PackageLimits small;
  small.element_bytes = 6;
  expect_fault("A0050000000000", 0, small);
  expect_fault("A000 A084FFFFFFFF", 2, small);  // said before the octets come
  small = {};
  small.package_bytes = 5;
  expect_fault("A000A000A000", 5, small);
  small = {};
  small.elements = 2;
  expect_fault("A000A000A000", 4, small);
}

}  // namespace
}  // namespace eider::profile
