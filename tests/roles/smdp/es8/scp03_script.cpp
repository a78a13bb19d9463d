// Commands to an ISD-P under SCP03, against a card double.
#include "roles/smdp/es8/scp03_script.hpp"

#include "roles/smdp/es8_fixture.hpp"

namespace eider::smdp::es8 {
namespace {
using test::must;

struct Script : Es8 {
  channel::scp03::Keys keys = establish();
  Scp03Script make(std::vector<CommandApdu> commands) {
    return {isdp(), keys, 0x30, std::move(commands), "test", false, random};
  }
};
const DomainData& domain() {
  static const DomainData value{hex("0102"), hex("0304"), hex("0506")};
  return value;
}

TEST_F(Script, LoadsDomainDataAndTheTokenKeyInOneSession) {
  const Secret token(hex("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF"));
  auto exchange = make({store_domain_data(domain()), must(put_token_key(token, 0x07, keys.dek))});
  EXPECT_EQ(must(run(exchange)), 2);
  const auto* on_card = card.find(isdp());
  EXPECT_EQ(to_hex(on_card->domain_data), "45020304420201025F20020506");
  EXPECT_EQ(to_hex(on_card->token_key), to_hex(token.view()));
  EXPECT_EQ(on_card->token_identifier, 0x07);
}

TEST_F(Script, UpdatesConnectivityParameters) {
  const auto parameters = hex("A00906079144872000000F");
  auto exchange = make({must(update_connectivity_parameters(parameters))});
  must(run(exchange));
  EXPECT_EQ(card.find(isdp())->connectivity, parameters);
  for (const char* bad : {"", "A3020102", "A0", "0601"})
    EXPECT_FALSE(update_connectivity_parameters(hex(bad))) << bad;
}

// GlobalPlatform Amendment D section 4.1.1: KVN, type, length of the field and of the key, key, check value.
TEST(Scp03Commands, PutKeyHasItsParts) {
  const auto c = must(put_token_key(Secret(Bytes(16, 0xAA)), 0x01, Secret(Bytes(16, 0xBB))));
  EXPECT_EQ(c.encode().size(), 5u + 24 + 1);
  EXPECT_EQ(to_hex(ByteView(c.encode()).first(9)), "80D800011870881110");
  const auto wrapped = must(crypto::aes_cbc_encrypt(Bytes(16, 0xBB), {}, Bytes(16, 0xAA)));
  EXPECT_EQ(to_hex(ByteView(c.data).subspan(4, 16)), to_hex(wrapped));
  const auto kcv = must(crypto::aes_cbc_encrypt(Bytes(16, 0xAA), {}, Bytes(16, 0x01)));
  EXPECT_EQ(to_hex(ByteView(c.data).last(4)), "03" + to_hex(ByteView(kcv).first(3)));
}

TEST_F(Script, RefusalsOfTheCardArePassedOn) {
  for (const char* what : {"0070", "PUT KEY"}) {
    card.refuse = {{what, 0x6A84}};
    auto exchange =
        make({store_domain_data(domain()), must(put_token_key(Secret(Bytes(16, 1)), 1, keys.dek))});
    const auto ran = run(exchange);
    ASSERT_FALSE(ran) << what;
    EXPECT_EQ(ran.error().as<StatusWord>()->sw, 0x6A84);
  }
}

TEST_F(Script, AnswersWithoutTheirMacAreNotBelieved) {
  const std::function<Bytes(Bytes)> changes[] = {
      [](Bytes b) { return Bytes(b.begin(), b.begin() + 4); },  // EXTERNAL AUTHENTICATE alone
      [](Bytes) {
        return hex(
            "23029000"
            "23029000");
      },  // no R-MAC
      [](Bytes b) {
        b[b.size() - 3] ^= 1;
        return b;
      },
      [](Bytes b) { return concat({b, hex("23029000")}); },
  };
  for (const auto& change : changes) {
    auto exchange = make({store_domain_data(domain())});
    const auto first = must(exchange.next());
    must(exchange.answer(card.send_data(first.sd_aid, first.data)));
    const auto second = must(exchange.next());
    EXPECT_FALSE(exchange.answer(change(card.send_data(second.sd_aid, second.data))));
    EXPECT_FALSE(exchange.done());
  }
}

}  // namespace
}  // namespace eider::smdp::es8
