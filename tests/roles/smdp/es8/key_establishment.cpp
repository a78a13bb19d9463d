// ES8.EstablishISDPKeySet against a card double.
#include "roles/smdp/es8/key_establishment.hpp"

#include "codec/tlv.hpp"
#include "roles/smdp/es8/answers.hpp"
#include "roles/smdp/es8_fixture.hpp"

namespace eider::smdp::es8 {
namespace {
using test::must;

// Section 10.3 of the project's facts, computed there in Python.
TEST_F(Es8, KeyEstablishmentReproducesTheVector) {
  ScriptedRandom scripted(Bytes(32, 0x22));
  card.challenge = hex("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf");
  card.derivation_random = hex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
  KeyEstablishment exchange(isdp(), ecasd_key().public_key(), pki().credential, {}, scripted);

  const auto first = must(exchange.next());
  EXPECT_EQ(lower(first.data).substr(0, 2 * 30),
            "221c80e6200016000010a0000005591010ffffffff890000100000000000");
  EXPECT_EQ(lower(must(read_tlvs(first.data))[1].value).substr(0, 8), "80e20900");
  EXPECT_TRUE(first.more_to_do);
  EXPECT_TRUE(equal(first.sd_aid, sgp22::kIsdRAid));
  must(exchange.answer(card.send_data(first.sd_aid, first.data)));

  const auto second = must(exchange.next());
  const auto commands = must(read_tlvs(second.data));
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(lower(commands[0].value).substr(0, 2 * 31 + 4),
            "80e28901a63a0217a6159002030b95011080018881011082010183013091007f49");
  const auto answer = card.send_data(second.sd_aid, second.data);
  EXPECT_EQ(lower(answer),
            "23268510a0a1a2a3a4a5a6a7a8a9aaabacadaeaf861094dadcbb9148ae8d43299faf17a389fa9000");
  must(exchange.answer(answer));
  ASSERT_TRUE(exchange.done());
  EXPECT_EQ(lower(exchange.keys().enc.view()), "8bad195bcf10ed3176dfeee129bf8d0f");
  EXPECT_EQ(lower(exchange.keys().mac.view()), "cb973bbc5b6487a92512ce318e9610ba");
  EXPECT_EQ(lower(exchange.keys().dek.view()), "57f861815844ce74ce53a249d5dab69e");
}

TEST_F(Es8, BothFormsOfKeysAndParametersGiveTheKeysOfTheCard) {
  for (const std::uint8_t parameters : {0x08, 0x09, 0x0A, 0x0B}) {
    for (const bool to_isd_r : {true, false}) {
      KeyEstablishmentOptions options;
      options.parameters = parameters;
      options.to_isd_r = to_isd_r;
      options.key_version = 0x31;
      if (!to_isd_r) options.key_form = crypto::GpKeyForm::kBarePoint;
      KeyEstablishment exchange(isdp(), ecasd_key().public_key(), pki().credential, options, random);
      EXPECT_EQ(must(run(exchange)), 2);
      EXPECT_EQ(card.find(isdp())->keys->mac, exchange.keys().mac);
      EXPECT_EQ(card.find(isdp())->key_version, 0x31);
    }
  }
}

TEST_F(Es8, ACertificateOfManyBlocksGoesInOneScript) {
  const DpCredential large{pki().dp([](auto& f) {
                             f.serial_number = f.ca_identifier = f.subject = f.image_number = Bytes(16, 0x5A);
                             f.effective = "20250101";
                           }),
                           pki().credential.key};
  ASSERT_GT(large.certificate.octets().size(), 255u);
  KeyEstablishment exchange(isdp(), ecasd_key().public_key(), large, {}, random);
  EXPECT_EQ(must(run(exchange)), 2);
}

TEST_F(Es8, AnswersComeInTemplatesOrBare) {
  const auto wrap = [](int form, Bytes answers) {
    if (form == 0) return answers;
    const auto counted = concat({hex("800102"), answers});
    if (form == 1) return make_tlv(0xAB, counted);
    if (form == 2) return concat({hex("AF80"), counted, hex("0000")});
    return to_bytes(must(read_tlvs(answers)).back().value);  // the last R-APDU alone
  };
  for (int form = 0; form < 4; ++form) {
    KeyEstablishment exchange(isdp(), ecasd_key().public_key(), pki().credential, {}, random);
    while (!exchange.done()) {
      const auto send = must(exchange.next());
      must(exchange.answer(wrap(form, card.send_data(send.sd_aid, send.data))));
    }
    EXPECT_EQ(card.find(isdp())->keys->enc, exchange.keys().enc) << form;
  }
}

TEST_F(Es8, KeyEstablishmentPassesTheCardsRefusalOn) {
  for (const char* where : {"INSTALL", "3A01", "3A02"}) {
    card.refuse = {{where, 0x6985}};
    KeyEstablishment exchange(isdp(), ecasd_key().public_key(), pki().credential, {}, random);
    const auto ran = run(exchange);
    ASSERT_FALSE(ran) << where;
    ASSERT_TRUE(ran.error().as<StatusWord>()) << ran.error().message();
    EXPECT_EQ(ran.error().as<StatusWord>()->sw, 0x6985);
  }
}

TEST_F(Es8, KeyEstablishmentBelievesTheRightReceiptOnly) {
  const auto answer_with = [&](const std::function<Bytes(Bytes)>& change, int at) {
    KeyEstablishment exchange(isdp(), ecasd_key().public_key(), pki().credential, {}, random);
    for (int i = 0;; ++i) {
      const auto send = must(exchange.next());
      auto answer = card.send_data(send.sd_aid, send.data);
      if (i == at) answer = change(answer);
      const auto taken = exchange.answer(answer);
      if (!taken || exchange.done()) return taken;
    }
  };
  const auto flip = [](std::size_t from_end) {
    return [from_end](Bytes b) {
      b[b.size() - from_end] ^= 0x40;
      return b;
    };
  };
  EXPECT_TRUE(answer_with([](Bytes b) { return b; }, 1));
  EXPECT_FALSE(answer_with(flip(3), 1));   // receipt
  EXPECT_FALSE(answer_with(flip(30), 1));  // derivation random
  EXPECT_FALSE(answer_with(flip(3), 0));   // challenge: the card's own signature check fails
  EXPECT_FALSE(answer_with([](Bytes) { return hex("230485008600"); }, 1));
  EXPECT_FALSE(answer_with([](Bytes) { return hex("23029000"); }, 0));
  EXPECT_FALSE(answer_with([](Bytes) { return Bytes{}; }, 0));
  EXPECT_FALSE(answer_with([](Bytes) { return hex("900101"); }, 0));
}

TEST_F(Es8, AnotherEcasdKeyGivesNoReceiptThatFits) {
  SeededRandom other(77);
  test::SoftwareIsdp stranger(crypto::PrivateKey::generate(crypto::Curve::kP256, other),
                              pki().ci_key.public_key(), other);
  stranger.create(isdp());
  KeyEstablishment exchange(isdp(), ecasd_key().public_key(), pki().credential, {}, random);
  Status taken;
  while (taken && !exchange.done()) {
    const auto send = must(exchange.next());
    taken = exchange.answer(stranger.send_data(send.sd_aid, send.data));
  }
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().as<VerificationFault>()->check, VerificationFault::Check::kMac);
}

}  // namespace
}  // namespace eider::smdp::es8
