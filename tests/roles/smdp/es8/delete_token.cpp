// Section 10.5 of the project's facts.
#include "roles/smdp/es8/delete_token.hpp"

#include "roles/smdp/es8_fixture.hpp"

namespace eider::smdp::es8 {
namespace {

TEST(DeleteToken, ReproducesTheVector) {
  const auto command = test::must(make_delete_token(isdp(), {hex("0102"), hex("0304"), hex("0506")}, 0x07,
                                                    Secret(hex("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF"))));
  EXPECT_EQ(lower(command.encode().encode()),
            "80e40040364f10a0000005591010ffffffff8900001000b61042020102450203045f200205069301079e10"
            "1ca44b0e1255b0a484f0363e189a3bc300");
}

TEST(DeleteToken, DependsOnEveryPart) {
  const Secret key(Bytes(16, 7));
  const DomainData domain{hex("01"), hex("02"), hex("03")};
  const auto token = test::must(make_delete_token(isdp(), domain, 1, key)).token;
  auto aid = isdp();
  aid[14] ^= 1;
  EXPECT_NE(test::must(make_delete_token(aid, domain, 1, key)).token, token);
  EXPECT_NE(test::must(make_delete_token(isdp(), domain, 2, key)).token, token);
  EXPECT_NE(test::must(make_delete_token(isdp(), {hex("01"), hex("02"), hex("04")}, 1, key)).token, token);
  EXPECT_NE(test::must(make_delete_token(isdp(), domain, 1, Secret(Bytes(16, 8)))).token, token);
  EXPECT_FALSE(make_delete_token(isdp(), domain, 1, Secret(Bytes(15, 8))));
}

}  // namespace
}  // namespace eider::smdp::es8
