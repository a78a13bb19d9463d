// DNS as a card asks it. Known answers: messages of RFC 1035's form, written by hand octet by octet.
#include "channel/dns.hpp"

#include <gtest/gtest.h>

#include "support/must.hpp"

namespace eider::channel::dns {
namespace {
using test::must;

// Question smsr.example A, identifier 1234.
const char kQuestion[] = "04736D7372076578616D706C650000010001";

Bytes answer(std::string_view header, std::string_view records) {
  return hex(std::string(header) + kQuestion + std::string(records));
}

TEST(Dns, AsksOneQuestion) {
  EXPECT_EQ(to_hex(must(encode_query(0x1234, "smsr.example"))),
            std::string("123401000001000000000000") + kQuestion);
  EXPECT_EQ(to_hex(must(encode_query(0x1234, "smsr.example.", Type::kAaaa))),
            "12340100000100000000000004736D7372076578616D706C6500001C0001");
  for (const std::string& bad : {std::string(), std::string("."), std::string("a..b"), std::string(64, 'a'),
                                 std::string(".a"), std::string(254, 'a')})
    EXPECT_FALSE(encode_query(1, bad)) << bad;
}

TEST(Dns, TakesAddressesAndFollowsNames) {
  // C00C: the name of the question.
  const auto one = answer("123481800001000100000000", "C00C000100010000003C00040A000001");
  EXPECT_EQ(must(read_answer(one, 0x1234, "SMSR.example")), (std::vector<Bytes>{hex("0A000001")}));
  // CNAME to a.example, whose two addresses follow; an AAAA among them is not asked for.
  const auto chain = answer("123481800001000400000000",
                            "C00C000500010000003C00040161C011"
                            "C02A000100010000003C00040A000002"
                            "C02A001C00010000003C001000000000000000000000000000000001"
                            "C02A000100010000003C00040A000003");
  EXPECT_EQ(must(read_answer(chain, 0x1234, "smsr.example")),
            (std::vector<Bytes>{hex("0A000002"), hex("0A000003")}));
  // Somebody else's address.
  const auto other = answer("123481800001000100000000", "0162C011000100010000003C00040A000001");
  EXPECT_TRUE(must(read_answer(other, 0x1234, "smsr.example")).empty());
  // No such name.
  EXPECT_TRUE(must(read_answer(answer("123481830001000000000000", ""), 0x1234, "smsr.example")).empty());
}

TEST(Dns, WhatIsNoAnswerToTheQuestionIsRefused) {
  const auto good = answer("123481800001000100000000", "C00C000100010000003C00040A000001");
  EXPECT_FALSE(read_answer(good, 0x1235, "smsr.example"));
  EXPECT_FALSE(read_answer(good, 0x1234, "smsr.other"));
  EXPECT_FALSE(read_answer(good, 0x1234, "smsr.example", Type::kAaaa));
  EXPECT_FALSE(read_answer(answer("123401000001000100000000", "C00C000100010000003C00040A000001"), 0x1234,
                           "smsr.example"));                                                  // a question
  EXPECT_FALSE(read_answer(answer("123483800001000000000000", ""), 0x1234, "smsr.example"));  // cut off
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_FALSE(read_answer(ByteView(good).first(n), 0x1234, "smsr.example")) << n;
  // A pointer to itself, and one forward.
  for (const char* name : {"C01E", "C0FF"})
    EXPECT_FALSE(
        read_answer(answer("123481800001000100000000", std::string(name) + "000100010000003C00040A000001"),
                    0x1234, "smsr.example"));
}

}  // namespace
}  // namespace eider::channel::dns
