#include "codec/der.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace eider::der {
namespace test {

struct Inner {
  std::int64_t number = 0;
  std::optional<std::string> text;
  std::vector<RawTlv> unknown;
};
struct Either {
  std::variant<Inner, std::uint8_t> value;
};
struct Outer {
  FixedBytes<2> id;
  BitString bits;
  std::uint8_t mode = 2;
  std::optional<Either> either;
  ListOf<Bytes, 0x86> list;
  std::optional<Null> flag;
  std::optional<Oid> oid;
};
}  // namespace test
}  // namespace eider::der

using eider::der::test::Either;
using eider::der::test::Inner;
using eider::der::test::Outer;
EIDER_DER(Inner, 0x30);
EIDER_DER(Either, 0);
EIDER_DER(Outer, 0xBF25);

namespace eider::der {
namespace test {
constexpr Field kInner[] = {field<&Inner::number>("number", 0x80),
                            field<&Inner::text>("text", 0x0C).size(0, 3)};
constexpr Field kEither[] = {alternative<&Either::value, 0>("inner", 0xA0),
                             alternative<&Either::value, 1>("code", 0x81)};
constexpr Field kOuter[] = {field<&Outer::id>("id", 0x80),
                            field<&Outer::bits>("bits", 0x81),
                            defaulted<&Outer::mode>("mode", 0x95),
                            field<&Outer::either>("either", 0xA2),
                            field<&Outer::list>("list", 0xA3),
                            field<&Outer::flag>("flag", 0x84),
                            field<&Outer::oid>("oid")};
constexpr Field kClash[] = {field<&Outer::flag>("a", 0x84), field<&Outer::oid>("b", 0x84)};
static_assert(!sequence_tags_distinct(kClash));
}  // namespace test
}  // namespace eider::der
EIDER_DER_SEQUENCE(Inner, eider::der::test::kInner, "test");
EIDER_DER_CHOICE(Either, eider::der::test::kEither, "test");
EIDER_DER_SEQUENCE(Outer, eider::der::test::kOuter, "test");

namespace eider::der {

TEST(Der, EncodesAsX690Says) {
  Outer o;
  o.id = *FixedBytes<2>::from(hex("0102"));
  o.bits = BitString{1};
  o.either = Either{Inner{128, "äb", {}}};
  o.list = {hex("AA"), hex("")};
  o.flag = Null{};
  o.oid = Oid("2.999.10");
  const auto der = encode(o);
  EXPECT_EQ(
      to_hex(der),
      to_hex(make_tlv(
          0xBF25, hex("80020102 81020640 A20BA009 80020080 0C03C3A462 A305 8601AA 8600 8400 060388370A"))));
  auto back = decode<Outer>(der, Rules::strict());
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(encode(*back), der);
  EXPECT_EQ(back->oid->dotted(), "2.999.10");
  EXPECT_EQ(back->mode, 2);
  EXPECT_TRUE(back->bits.test(1));
}

// Offsets below count from the first octet of the outer tag; the outer header takes three octets.
TEST(Der, FaultsNamePathAndOffset) {
  const auto check = [](const char* content, const char* path, std::size_t offset) {
    auto r = decode<Outer>(make_tlv(0xBF25, hex(content)), Rules::strict());
    ASSERT_FALSE(r) << content;
    const auto* f = r.error().as<DecodeFault>();
    ASSERT_TRUE(f);
    EXPECT_EQ(f->path, path) << f->what;
    EXPECT_EQ(f->offset, offset) << f->what;
  };
  check("800101", "Outer.id", 5);                                  // size
  check("80020102", "Outer.bits", 7);                              // missing at the end
  check("80020102 A300", "Outer.bits", 7);                         // missing, a later one found
  check("80020102 8100 A300", "Outer.bits", 9);                    // no octet of unused bits
  check("80020102 81020640 950102 A300", "Outer.mode", 11);        // default written out
  check("80020102 81020640 A203830100 A300", "Outer.either", 13);  // no such alternative
  check("80020102 81020640 A300 A300", "Outer", 13);               // repeated
  check("80020102 81020640 A300 9F7F00", "Outer", 13);             // unknown
  check("80020102 81020640 A207A00580030000 01A300", "Outer.either.inner.number", 17);  // not shortest
  check("80020102 81020640 A306860100850100", "Outer.list[1]", 16);
  EXPECT_FALSE(decode<Outer>(hex("BF250A 80020102 81020640 A300 00"), Rules::strict()));  // trailing
  EXPECT_FALSE(decode<Outer>(hex("BF2580 80020102 81020640 A300 0000"), Rules::ber()));   // indefinite
  EXPECT_FALSE(decode<Outer>(hex("BF25810A 80020102 81020640 A300"), Rules::strict()));   // not minimal
  EXPECT_TRUE(decode<Outer>(hex("BF25810A 80020102 81020640 A300"), Rules::ber()));
}

TEST(Der, TolerantKeepsUnknownMembersAndReadsExplicitDefaults) {
  const auto in = make_tlv(0xBF25, hex("80020102 81020640 950102 A208A006 800105 8F0100 A300"));
  auto r = decode<Outer>(in);
  ASSERT_TRUE(r) << r.error().message();
  const auto& inner = std::get<Inner>(r->either->value);
  ASSERT_EQ(inner.unknown.size(), 1u);
  EXPECT_EQ(to_hex(inner.unknown[0].der), "8F0100");
  EXPECT_FALSE(decode<Outer>(in, Rules::strict()));
}

TEST(Der, SignedKeepsReceivedOctets) {
  const auto in = hex("3006 800105 8F0100");
  auto r = decode<Signed<Inner>>(in);
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(r->raw, in);
  EXPECT_EQ(r->value.number, 5);
  EXPECT_EQ(encode(*r), in);
}

TEST(Der, IntegersAreSignedAndShortest) {
  for (std::int64_t v : {0L, 1L, 127L, 128L, 255L, 256L, -1L, -128L, -129L, 0x7FFFFFFFFFFFFFFFL}) {
    const auto der = encode(v);
    EXPECT_EQ(*decode<std::int64_t>(der, Rules::strict()), v) << to_hex(der);
  }
  EXPECT_EQ(to_hex(encode(std::int64_t{128})), "02020080");
  EXPECT_FALSE(decode<std::int64_t>(hex("02020001")));
  EXPECT_FALSE(decode<std::uint8_t>(hex("02020100")));
}

TEST(Der, RetaggedChoiceIsWrapped) {
  Either e{std::uint8_t{5}};
  EXPECT_EQ(to_hex(encode(e, 0xBF38)), "BF3803810105");
  auto r = decode<Either>(hex("BF3803810105"), Rules::strict(), 0xBF38);
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_EQ(std::get<std::uint8_t>(r->value), 5);
}

TEST(Der, DeepNestingIsRefused) {
  Bytes in = hex("800105");
  for (int i = 0; i < 100; ++i) in = make_tlv(0x30, in);
  EXPECT_FALSE(decode<Inner>(in));
}

// Whatever is accepted re-encodes to something that is accepted again, and equal from then on.
TEST(Der, MutationsNeverBreakTheRoundTrip) {
  SeededRandom random(1);
  const auto seed = make_tlv(
      0xBF25, hex("80020102 81020640 A20BA009 80020080 0C03C3A462 A305 8601AA 8600 8400 060388370A"));
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    auto in = seed;
    for (std::uint64_t k = random.below(3) + 1; k > 0; --k)
      in[random.below(in.size())] = static_cast<std::uint8_t>(random.next());
    auto r = decode<Outer>(in);
    if (!r) continue;
    ++accepted;
    const auto once = encode(*r);
    auto again = decode<Outer>(once);
    ASSERT_TRUE(again) << to_hex(in) << "\n" << to_hex(once) << again.error().message();
    EXPECT_EQ(encode(*again), once);
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace eider::der
