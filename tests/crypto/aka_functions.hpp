// What a test set says of all functions of an algorithm.
#pragma once
#include <gtest/gtest.h>

#include "crypto/aka.hpp"

namespace eider::crypto {

// `Set`: rand, sqn, amf and the results f1 to f5_star, in hex.
template <class Set>
void expect_functions(const AkaAlgorithm& aka, const Set& set) {
  const auto rand = *AkaRand::from(hex(set.rand));
  const auto sqn = *FixedBytes<6>::from(hex(set.sqn));
  const auto amf = *AkaAmf::from(hex(set.amf));
  EXPECT_EQ(to_hex(aka.f1(rand, sqn, amf)), set.f1);
  EXPECT_EQ(to_hex(aka.f1_star(rand, sqn, amf)), set.f1_star);
  const auto keys = aka.f2345(rand);
  EXPECT_EQ(to_hex(keys.res), set.f2);
  EXPECT_EQ(to_hex(keys.ck), set.f3);
  EXPECT_EQ(to_hex(keys.ik), set.f4);
  EXPECT_EQ(to_hex(keys.ak), set.f5);
  EXPECT_EQ(to_hex(aka.f5_star(rand)), set.f5_star);
}

}  // namespace eider::crypto
