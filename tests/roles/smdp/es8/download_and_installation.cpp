// ES8.DownloadAndInstallation against a card double.
#include "roles/smdp/es8/download_and_installation.hpp"

#include "roles/smdp/es8/answers.hpp"
#include "roles/smdp/es8_fixture.hpp"

namespace eider::smdp::es8 {
namespace {
using saip::PeStatusCode;
using test::must;

Bytes package_of(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i);
  return out;
}

struct Download : Es8 {
  channel::scp03::Keys keys = establish();
  DownloadAndInstallation make(ByteView package, DownloadOptions options = {}) {
    card.complete_at = package.size();
    return {isdp(), keys, 0x30, Secret(package), options, random};
  }
};

// Section 10.4 of the project's facts.
TEST_F(Es8, DownloadReproducesTheVector) {
  card.derivation_random = hex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
  ScriptedRandom scripted(concat({Bytes(32, 0x22), hex("0102030405060708")}));
  KeyEstablishment first(isdp(), ecasd_key().public_key(), pki().credential, {}, scripted);
  must(run(first));
  card.complete_at = 40;
  DownloadAndInstallation exchange(isdp(), first.keys(), 0x30, Secret(package_of(40)), {}, scripted);

  const auto init = must(exchange.next());
  EXPECT_EQ(lower(init.data), "840a30000102030405060708");
  EXPECT_EQ(init.sd_aid, isdp());
  const auto challenge = card.send_data(init.sd_aid, init.data);
  EXPECT_EQ(lower(challenge),
            "842000000000000000000000"
            "3003709217cca722dcfbe0fdfbc5be143b235c000001");
  must(exchange.answer(challenge));
  const auto data = must(exchange.next());
  EXPECT_EQ(lower(data.data),
            "8511333176b4af93d562f64dbacdf6e7df4c55"
            "86381a8aea13cfd37e7e1ca487b6c6f34ac4b7f330ccbc40c36851052c2e88a7608405123159263fa2fb274fed82de18"
            "bb59f930"
            "af5d15a68474");
  EXPECT_FALSE(data.more_to_do);
  must(exchange.answer(card.send_data(data.sd_aid, data.data)));
  EXPECT_TRUE(exchange.done());
  EXPECT_TRUE(exchange.result().installed());
}

TEST_F(Download, SegmentsAreAtMost1024OctetsAndArriveWhole) {
  for (const std::size_t size : {1u, 1006u, 1007u, 1008u, 4028u, 4029u, 12345u}) {
    card.remove(isdp());
    card.create(isdp());
    keys = establish();
    const auto package = package_of(size);
    auto exchange = make(package);
    while (!exchange.done()) {
      const auto send = must(exchange.next());
      for (const auto& t : must(read_tlvs(send.data))) EXPECT_LE(t.whole.size(), 1024u);
      must(exchange.answer(card.send_data(send.sd_aid, send.data)));
    }
    EXPECT_EQ(card.find(isdp())->package, package);
    EXPECT_EQ(card.find(isdp())->segments, (size + 1006) / 1007) << size;
    EXPECT_EQ(exchange.acknowledged(), size);
  }
}

TEST_F(Download, MoreToDoIsTrueUntilTheLastSegment) {
  for (const bool after : {false, true}) {
    auto exchange = make(package_of(3000), {.segments_per_call = 1, .more_to_do_after = after});
    std::vector<bool> more;
    while (!exchange.done()) {
      const auto send = must(exchange.next());
      more.push_back(send.more_to_do);
      must(exchange.answer(card.send_data(send.sd_aid, send.data)));
    }
    EXPECT_EQ(more, (std::vector<bool>{true, true, true, after}));
    card.remove(isdp());
    card.create(isdp());
    keys = establish();
  }
}

TEST_F(Download, OtherSegmentSizesAreKept) {
  for (const std::size_t limit : {64u, 200u, 255u, 256u, 257u, 258u, 512u, 4000u}) {
    card.remove(isdp());
    card.create(isdp());
    keys = establish();
    auto exchange = make(package_of(5000), {.segment_size = limit, .segments_per_call = 3});
    while (!exchange.done()) {
      const auto send = must(exchange.next());
      for (const auto& t : must(read_tlvs(send.data))) EXPECT_LE(t.whole.size(), limit);
      must(exchange.answer(card.send_data(send.sd_aid, send.data)));
    }
    EXPECT_EQ(card.find(isdp())->package, package_of(5000));
  }
}

TEST_F(Download, ResultsOfElementsAreCollectedAsTheyCome) {
  card.installer = [](ByteView p) {
    if (p.size() == 1007) return hex("3000");
    if (p.size() == 2014) return test::euicc_response({PeStatusCode::kOk, PeStatusCode::kLibNotSupported});
    return p.size() == 5000 ? test::euicc_response({PeStatusCode::kOk}) : Bytes{};
  };
  auto exchange = make(package_of(5000));
  must(run(exchange));
  const auto& r = exchange.result();
  ASSERT_EQ(r.elements.size(), 3u);
  EXPECT_EQ(r.elements[1].status, PeStatusCode::kLibNotSupported);
  EXPECT_TRUE(r.installed());
}

TEST_F(Download, AnAbortEndsItWithTheCardsReason) {
  card.installer = [](ByteView p) {
    return p.size() < 2014 ? Bytes{}
                           : test::euicc_response({PeStatusCode::kOk, PeStatusCode::kNotEnoughMemory}, true);
  };
  auto exchange = make(package_of(9000), {.segments_per_call = 1});
  const auto ran = run(exchange);
  ASSERT_FALSE(ran);
  ASSERT_TRUE(ran.error().as<Es10Fault>());
  EXPECT_EQ(ran.error().as<Es10Fault>()->code, 4);
  EXPECT_TRUE(exchange.result().aborted);
  EXPECT_FALSE(exchange.result().installed());
  EXPECT_EQ(card.find(isdp())->segments, 2u);  // nothing more was sent
}

// The card has ended the session by it: what follows in the same call it refuses.
TEST_F(Download, AnAbortIsHeardBeforeTheRefusalOfWhatFollows) {
  card.installer = [](ByteView) { return test::euicc_response({PeStatusCode::kLibNotSupported}, true); };
  auto exchange = make(package_of(3000));
  auto send = must(exchange.next());
  must(exchange.answer(card.send_data(send.sd_aid, send.data)));
  send = must(exchange.next());
  Bytes answers;
  const auto whole = card.send_data(send.sd_aid, send.data);
  for (const auto& t : must(read_members(whole)))
    if (answers.empty() || t.tag == 0x86) {
      append(answers, t.whole);
      if (t.tag == 0x86) break;
    }
  append(answers, hex("9F460101"));
  const auto taken = exchange.answer(answers);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().as<Es10Fault>()->function, "DownloadAndInstallation") << taken.error().message();
  EXPECT_TRUE(exchange.result().aborted);
  EXPECT_EQ(exchange.result().elements.size(), 1u);
}

TEST_F(Download, SilenceIsNoInstallationUnlessItIsTakenForOne) {
  card.installer = [](ByteView) { return Bytes{}; };
  auto strict = make(package_of(100));
  EXPECT_FALSE(run(strict));
  card.remove(isdp());
  card.create(isdp());
  keys = establish();
  auto trusting = make(package_of(100), {.result_required = false});
  EXPECT_TRUE(run(trusting));
}

TEST_F(Download, NoKeySetAndWrongKeysAreTold) {
  card.remove(isdp());
  card.create(isdp());
  auto exchange = make(package_of(10));
  const auto ran = run(exchange);
  ASSERT_FALSE(ran);
  ASSERT_TRUE(ran.error().as<Es10Fault>());
  EXPECT_EQ(ran.error().as<Es10Fault>()->code, 3);
  establish();
  auto wrong = make(package_of(10));  // with the keys of before
  const auto again = run(wrong);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().as<VerificationFault>()->check, VerificationFault::Check::kMac);
}

// What stands between the SM-DP and the card changes, drops, repeats or reorders something.
struct Case {
  const char* name;
  int at;  // which SendData
  std::function<Bytes(Bytes, test::SoftwareIsdp&)> request, response;
};
Bytes flip(Bytes b, std::size_t i) {
  b[i] ^= 0x01;
  return b;
}
Bytes swap_first_two(ByteView data) {
  auto t = must(read_tlvs(data));
  std::swap(t[0], t[1]);
  Bytes out;
  for (const auto& m : t) append(out, m.whole);
  return out;
}
Bytes without_first(ByteView data) {
  return to_bytes(data.subspan(must(read_tlvs(data))[0].whole.size()));
}
Bytes first_twice(ByteView data) {
  return concat({must(read_tlvs(data))[0].whole, data});
}

TEST_F(Download, WhatIsTamperedWithDoesNotInstall) {
  const Case cases[] = {
      {"key version in INITIALIZE UPDATE", 0, [](Bytes b, auto&) { return flip(b, 2); }, {}},
      {"host challenge", 0, [](Bytes b, auto&) { return flip(b, 5); }, {}},
      {"card challenge", 0, {}, [](Bytes b, auto&) { return flip(b, 16); }},
      {"card cryptogram", 0, {}, [](Bytes b, auto&) { return flip(b, 24); }},
      {"key version in the answer", 0, {}, [](Bytes b, auto&) { return flip(b, 12); }},
      {"protocol in the answer", 0, {}, [](Bytes b, auto&) { return flip(b, 13); }},
      {"answer cut off", 0, {}, [](Bytes b, auto&) { return Bytes(b.begin(), b.end() - 1); }},
      {"no answer", 0, {}, [](Bytes, auto&) { return Bytes{}; }},
      {"host cryptogram", 1, [](Bytes b, auto&) { return flip(b, 4); }, {}},
      {"MAC of EXTERNAL AUTHENTICATE", 1, [](Bytes b, auto&) { return flip(b, 12); }, {}},
      {"security level", 1, [](Bytes b, auto&) { return flip(b, 2); }, {}},
      {"ciphertext of a segment", 1, [](Bytes b, auto&) { return flip(b, 40); }, {}},
      {"MAC of a segment", 1, [](Bytes b, auto&) { return flip(b, 19 + 1023); }, {}},
      {"segments change places", 2, [](Bytes b, auto&) { return swap_first_two(b); }, {}},
      {"a segment is left out", 2, [](Bytes b, auto&) { return without_first(b); }, {}},
      {"a segment comes twice", 2, [](Bytes b, auto&) { return first_twice(b); }, {}},
      {"a script is replayed",
       2,
       [](Bytes b, auto& c) {
         c.send_data(isdp(), b);
         return b;
       },
       {}},
      {"INITIALIZE UPDATE in between",
       2,
       [](Bytes b, auto& c) {
         c.send_data(isdp(), hex("840a30000102030405060708"));
         return b;
       },
       {}},
      {"to another ISD-P",
       2,
       [](Bytes b, auto& c) {
         c.remove(isdp());
         return b;
       },
       {}},
      {"authentication not acknowledged", 1, {}, [](Bytes b, auto&) { return flip(b, 1); }},
      {"authentication acknowledged alone", 1, {}, [](Bytes, auto&) { return hex("8500"); }},
      {"answers to segments missing", 2, {}, [](Bytes, auto&) { return hex("8600"); }},
      {"more answers than segments", 2, {}, [](Bytes b, auto&) { return concat({b, hex("8600")}); }},
      {"answers of another tag", 2, {}, [](Bytes, auto&) { return hex("8700870087008700"); }},
      {"R-MAC of the result", 3, {}, [](Bytes b, auto&) { return flip(b, b.size() - 1); }},
      {"ciphertext of the result", 3, {}, [](Bytes b, auto&) { return flip(b, b.size() - 12); }},
      {"the result is hidden", 3, {}, [](Bytes, auto&) { return hex("86008600"); }},
      {"the result is told of an earlier segment", 3, {}, [](Bytes b, auto&) { return swap_first_two(b); }},
      {"a MAC alone", 3, {}, [](Bytes, auto&) { return hex("860086081122334455667788"); }},
  };
  int n = 0;
  for (const auto& c : cases) {
    card.remove(isdp());
    card.create(isdp());
    keys = establish();
    auto exchange = make(package_of(10 * 1007 - 3), {.segments_per_call = 4});
    Status taken;
    for (int i = 0; taken && !exchange.done(); ++i) {
      const auto send = must(exchange.next());
      const auto request = i == c.at && c.request ? c.request(send.data, card) : send.data;
      auto answer = card.send_data(send.sd_aid, request);
      if (i == c.at && c.response) answer = c.response(std::move(answer), card);
      taken = exchange.answer(answer);
    }
    EXPECT_FALSE(taken) << c.name;
    EXPECT_FALSE(exchange.done()) << c.name;
    ++n;
  }
  EXPECT_GE(n, 29);
}

}  // namespace
}  // namespace eider::smdp::es8
