// What the card refuses of a Bound Profile Package (SGP.22 v2.6.1 sections 2.5 and 5.5): a
// ProfileInstallationResult names command and reason, and no Profile is there.
#include <gtest/gtest.h>

#include "tamper_bench.hpp"

namespace eider::test {
namespace {
// A failed installation leaves its result, the number that it took, and no one-time key.
constexpr char kFailed[] = "card:notification card:one-time-keys card:settings";
// A temporary one keeps the key for another try.
constexpr char kTemporary[] = "card:notification card:settings";
using Channel = sgp22::InitialiseSecureChannelRequest;

Row package(std::string name, std::string expected, std::function<void(Bench&, Bytes&)> hand,
            bool both = false, std::string changes = kFailed) {
  return {std::move(name), std::move(expected), std::move(changes),
          [hand = std::move(hand)](Bench& b) {
            b.add_profile(1);
            b.order();
            b.hooks.package = [hand, &b](Bytes& bpp) { hand(b, bpp); };
            return b.flow();
          },
          both};
}
Row channel_row(std::string name, std::string expected, std::function<void(Bench&, Channel&)> change,
                bool both = false) {
  return package(
      std::move(name), std::move(expected),
      [change = std::move(change)](Bench& b, Bytes& bpp) {
        bpp = b.resign_channel(bpp, [&](Channel& c) { change(b, c); });
      },
      both);
}
Row segments(std::string name, std::string expected, std::function<void(std::vector<Bytes>&)> hand,
             std::string changes = kFailed, bool both = false) {
  return {std::move(name), std::move(expected), std::move(changes),
          [hand = std::move(hand)](Bench& b) {
            b.add_profile(1);
            b.order();
            b.hooks.segments = [hand](std::vector<Bytes>& s) {
              if (s.size() < 8) throw std::runtime_error("the package has too few segments for the table");
              hand(s);
            };
            return b.flow();
          },
          both};
}
Row insider(std::string name, std::string expected,
            std::function<void(Bench&, smdpp::BindRequest&, Bytes& metadata, Bytes& upp)> change,
            std::string changes = kFailed) {
  return package(
      std::move(name), std::move(expected),
      [change = std::move(change)](Bench& b, Bytes& bpp) {
        Bytes metadata, upp;
        bpp = b.insider_package([&](smdpp::BindRequest& r) {
          metadata = to_bytes(r.metadata), upp = to_bytes(r.package);
          change(b, r, metadata, upp);
          r.metadata = metadata, r.package = upp;
        });
      },
      false, std::move(changes));
}
Row metadata(std::string name, std::string expected,
             std::function<void(sgp22::StoreMetadataRequest&)> change) {
  return insider(std::move(name), std::move(expected),
                 [change = std::move(change)](Bench&, auto&, Bytes& octets, Bytes&) {
                   auto m = must(der::decode<sgp22::StoreMetadataRequest>(octets));
                   change(m);
                   octets = der::encode(m);
                 });
}

void channel_rows(Rows& rows) {
  rows.push_back(package(
      "smdpSign", "PIR 0/2",
      [](Bench&, Bytes& bpp) {
        const Bytes tag = hex("5F3740");
        std::ranges::search(bpp, tag).begin()[10] ^= 1;
      },
      true));
  rows.push_back(package("transactionId of the package", "PIR 0/2", [](Bench& b, Bytes& bpp) {
    std::ranges::search(bpp, b.s.id().view()).begin()[0] ^= 1;
  }));
  rows.push_back(channel_row("transactionId of the package, signed", "PIR 0/3", [](Bench&, Channel& c) {
    c.transactionId = *sgp22::TransactionId::from(Bytes(16, 1));
  }));
  rows.push_back(
      channel_row("remoteOpId 2, signed", "PIR 0/5", [](Bench&, Channel& c) { c.remoteOpId = 2; }));
  rows.push_back(channel_row("keyType 80, signed", "PIR 0/4",
                             [](Bench&, Channel& c) { c.controlRefTemplate.keyType[0] = 0x80; }));
  rows.push_back(channel_row("keyLen 32, signed", "PIR 0/4",
                             [](Bench&, Channel& c) { c.controlRefTemplate.keyLen[0] = 0x20; }));
  rows.push_back(channel_row(
      "smdpOtpk off the curve, signed", "PIR 0/1", [](Bench&, Channel& c) { c.smdpOtpk[64] ^= 1; }, true));
  rows.push_back(channel_row("smdpOtpk compressed, signed", "PIR 0/1",
                             [](Bench&, Channel& c) { c.smdpOtpk[0] = 0x03; }));
  rows.push_back(channel_row(
      "smdpOtpk of another pair, signed", "PIR 1/8",
      [](Bench& b, Channel& c) {
        c.smdpOtpk = crypto::PrivateKey::generate(b.curve, b.random).public_key().point();
      },
      true));
  rows.push_back(channel_row("hostId, signed", "PIR 1/8", [](Bench&, Channel& c) {
    c.controlRefTemplate.hostId = *BoundedBytes<16>::from(hex("8081"));
  }));
  rows.push_back(package("smdpOtpk under another tag", "PIR 0/1", [](Bench&, Bytes& bpp) {
    const Bytes tag = hex("5F4941");
    std::ranges::search(bpp, tag).begin()[1] = 0x48;
  }));
  rows.push_back(package("smdpSign by CERT.DPauth", "PIR 0/2", [](Bench& b, Bytes& bpp) {
    const auto outer = must(read_single_tlv(bpp));
    const auto first = must(read_tlv(outer.value));
    auto c = must(der::decode<Channel>(first.whole));
    const auto prepared = must(der::decode<sgp22::PrepareDownloadResponse>(b.s.prepare));
    const auto& otpk =
        std::get<sgp22::PrepareDownloadResponseOk>(prepared.value).euiccSigned2.value.euiccOtpk;
    c.smdpSign = b.item(crypto::CertificateRole::kDpAuth).key->sign(sgp22::smdp_sign_input(c, otpk));
    bpp = make_tlv(0xBF36, {ByteView(der::encode(c)), outer.value.subspan(first.whole.size())});
  }));
  rows.push_back({"package of an older session for the same one-time key", "PIR 0/3", kFailed, [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    return Bench::outcome([&]() -> std::string {
                      for (int round = 0; round < 2; ++round) {
                        const Bytes old = b.s.package;
                        b.initiate(*b.card);
                        b.authenticate_server(*b.card);
                        b.authenticate_client();
                        b.prepare(*b.card);
                        b.bind();
                        if (round == 0) continue;
                        b.mark();
                        b.s.package = old;
                      }
                      b.load(*b.card);
                      return "ok";
                    });
                  }});
  rows.push_back({"package that was made for another card", "PIR 0/2", kFailed, [](Bench& b) {
                    b.add_profile(1);
                    b.add_profile(2);
                    b.order(2, "SECOND");
                    (void)Bench::outcome([&]() -> std::string {
                      b.initiate(*b.other);
                      b.authenticate_server(*b.other);
                      b.authenticate_client();
                      b.prepare(*b.other);
                      b.bind();
                      return "";
                    });
                    const Bytes theirs = b.s.package;
                    b.order();
                    b.hooks.package = [&](Bytes& bpp) { bpp = theirs; };
                    return b.flow();
                  }});
  rows.push_back(
      {"package that was installed, once more", "LoadBoundProfilePackage SW 6985", "", [](Bench& b) {
         b.install(1);
         b.mark();
         return Bench::outcome([&]() -> std::string {
           b.load(*b.card);
           return "ok";
         });
       }});
  rows.push_back({"package after a reset of the card", "LoadBoundProfilePackage SW 6985", "", [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    b.hooks.package = [&b](Bytes&) { b.card->power_on(); };
                    return b.flow();
                  }});
  rows.push_back({"package after the session was cancelled", "LoadBoundProfilePackage SW 6985",
                  "card:one-time-keys", [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    b.hooks.package = [&b](Bytes&) {
                      (void)b.cancel(*b.card, sgp22::CancelSessionReason::kEndUserRejection);
                    };
                    return b.flow();
                  }});
}

// The session waits for the right segment; what it would take to report an interruption is noted.
constexpr const char* kGoesOn = "card:loading";

// Segments: BF36+BF23, A0+87, A1, 88, A3, 86, 86, …
void protection_rows(Rows& rows) {
  rows.push_back(segments("MAC of ConfigureISDP", "PIR 1/8", [](auto& s) { flip(s[1]); }, kFailed, true));
  rows.push_back(segments("ciphertext of ConfigureISDP", "PIR 1/8", [](auto& s) { flip(s[1], 12); }));
  rows.push_back(segments("MAC of StoreMetadata", "PIR 2/8", [](auto& s) { flip(s[3]); }, kFailed, true));
  rows.push_back(segments("metadata in clear", "PIR 2/8", [](auto& s) { flip(s[3], 30); }));
  rows.push_back(segments("MAC of the first element", "PIR 5/8", [](auto& s) { flip(s[5]); }, kFailed, true));
  rows.push_back(segments("ciphertext of the first element", "PIR 5/8", [](auto& s) { flip(s[5], 20); }));
  rows.push_back(
      segments("MAC of the last element", "PIR 5/8", [](auto& s) { flip(s.back()); }, kFailed, true));
  rows.push_back(segments("ciphertext of the last element", "PIR 5/8", [](auto& s) { flip(s.back(), 20); }));
  rows.push_back(segments("an element left out", "PIR 5/8", [](auto& s) { s.erase(s.begin() + 5); }));
  rows.push_back(segments("an element twice", "PIR 5/8", [](auto& s) { s.insert(s.begin() + 6, s[5]); }));
  rows.push_back(segments("two elements swapped", "PIR 5/8", [](auto& s) { std::swap(s[5], s[6]); }));
  rows.push_back(segments(
      "the last element left out", "LoadBoundProfilePackage waits for more", [](auto& s) { s.pop_back(); },
      kGoesOn));
  rows.push_back(segments(
      "metadata left out", "LoadBoundProfilePackage SW 6A88", [](auto& s) { s.erase(s.begin() + 3); },
      kGoesOn));
  rows.push_back(segments(
      "metadata twice", "LoadBoundProfilePackage SW 6A88", [](auto& s) { s.insert(s.begin() + 4, s[3]); },
      kGoesOn));
  rows.push_back(segments(
      "ConfigureISDP left out", "LoadBoundProfilePackage SW 6A88", [](auto& s) { s.erase(s.begin() + 1); },
      kGoesOn));
  rows.push_back(segments(
      "ConfigureISDP after StoreMetadata", "LoadBoundProfilePackage SW 6A88",
      [](auto& s) { std::rotate(s.begin() + 1, s.begin() + 2, s.begin() + 4); }, kGoesOn));
  rows.push_back(segments(
      "an element as '87'", "LoadBoundProfilePackage SW 6A88", [](auto& s) { s[5][0] = 0x87; }, kGoesOn));
  rows.push_back(segments(
      "metadata as '86'", "LoadBoundProfilePackage SW 6A88", [](auto& s) { s[3][0] = 0x86; }, kGoesOn));
  rows.push_back(segments(
      "an element cut off", "LoadBoundProfilePackage SW 6A80", [](auto& s) { s[5].pop_back(); }, kGoesOn));
  rows.push_back(segments(
      "the first segment cut off", "LoadBoundProfilePackage SW 6A80", [](auto& s) { s[0].pop_back(); }, ""));
  rows.push_back(segments(
      "a header of indefinite length", "LoadBoundProfilePackage SW 6A80", [](auto& s) { s[4] = hex("A380"); },
      kGoesOn));
  rows.push_back(segments("BF36 is shorter than its content", "PIR 5/7",
                          [](auto& s) { s[0][4] = static_cast<std::uint8_t>(s[0][4] - 1); }));
  rows.push_back(
      segments("A3 is longer than the package", "PIR 5/7", [](auto& s) { s[4] = hex("A38300FFFF"); }));
  rows.push_back(segments("A3 is empty", "PIR 5/7", [](auto& s) { s[4] = hex("A300"); }));
  rows.push_back(
      segments("an element shorter than its MAC", "PIR 5/7", [](auto& s) { s[5] = hex("860400000000"); }));
  rows.push_back(segments("metadata shorter than its MAC", "PIR 2/7", [](auto& s) {
    s[2] = hex("A106");
    s[3] = hex("880400000000");
  }));
  rows.push_back(segments(
      "something else in between", "LoadBoundProfilePackage SW 6985",
      [](auto& s) { s.insert(s.begin() + 5, hex("BF2D00")); }, kGoesOn));
  rows.push_back({"MAC of ReplaceSessionKeys", "PIR 4/8", kFailed,
                  [](Bench& b) {
                    b.change_type([](auto& t) { t.protection = smdpp::Protection::kRandomKeys; });
                    b.add_profile(1);
                    b.order();
                    b.hooks.segments = [](std::vector<Bytes>& s) {
                      if (s[4][0] != 0xA2)
                        throw std::runtime_error("no ReplaceSessionKeys where it was expected");
                      flip(s[4]);
                    };
                    return b.flow();
                  },
                  true});
  rows.push_back({"ReplaceSessionKeys left out", "PIR 5/8", kFailed, [](Bench& b) {
                    b.change_type([](auto& t) { t.protection = smdpp::Protection::kRandomKeys; });
                    b.add_profile(1);
                    b.order();
                    b.hooks.segments = [](std::vector<Bytes>& s) { s.erase(s.begin() + 4); };
                    return b.flow();
                  }});
}

void content_rows(Rows& rows) {
  rows.push_back(
      metadata("ICCID of the metadata is not EF.ICCID", "PIR 5/13", [](auto& m) { m.iccid[9] ^= 0x01; }));
  rows.push_back(metadata("owner of the metadata is not EF.IMSI's", "PIR 5/13",
                          [](auto& m) { m.profileOwner->mccMnc = profile::encode_plmn("001", "02"); }));
  rows.push_back(metadata("GID1 of the owner is not in the profile", "PIR 5/13",
                          [](auto& m) { m.profileOwner->gid1 = hex("01"); }));
  rows.push_back(metadata("a Test Profile with the key of a subscription", "PIR 5/14",
                          [](auto& m) { m.profileClass = sgp22::ProfileClass::kTest; }));
  rows.push_back(
      metadata("a wildcard as the owner", "PIR 2/1", [](auto& m) { m.profileOwner->mccMnc[0] = 0xEE; }));
  rows.push_back(metadata("an icon without its type", "PIR 2/1", [](auto& m) { m.icon = Bytes(10, 1); }));
  rows.push_back(metadata("a rule without an owner", "PIR 2/15", [](auto& m) {
    m.profileOwner.reset();
    m.profilePolicyRules = sgp22::BitString{sgp22::kPpr2};
  }));
  rows.push_back(metadata("a rule of a later version", "PIR 2/15",
                          [](auto& m) { m.profilePolicyRules = sgp22::BitString{3}; }));
  rows.push_back(insider("metadata are garbage", "PIR 2/1",
                         [](Bench&, auto&, Bytes& m, Bytes&) { m = hex("BF2503020101"); }));
  rows.push_back(
      insider("metadata cut off", "PIR 2/1", [](Bench&, auto&, Bytes& m, Bytes&) { m.pop_back(); }));
  rows.push_back(insider("package without its end", "PIR 5/12",
                         [](Bench&, auto&, Bytes&, Bytes& upp) { upp.resize(upp.size() - 10); }));
  rows.push_back(insider("package without its header", "PIR 5/12", [](Bench&, auto&, Bytes&, Bytes& upp) {
    upp.erase(upp.begin(),
              upp.begin() + static_cast<std::ptrdiff_t>(must(read_tlv(upp, false)).whole.size()));
  }));
  rows.push_back(insider("package is garbage", "PIR 5/12",
                         [](Bench&, auto&, Bytes&, Bytes& upp) { upp.assign(upp.size(), 0xA0); }));
  rows.push_back(insider("package with something behind its end", "PIR 5/12",
                         [](Bench&, auto&, Bytes&, Bytes& upp) { append(upp, hex("A003800101")); }));
  rows.push_back({"a rule that the RAT does not allow", "PIR 2/15", kFailed, [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    b.hooks.package = [&b](Bytes& bpp) {
                      auto m = b.metadata(1);
                      m.profilePolicyRules = sgp22::BitString{sgp22::kPpr1};
                      const auto octets = der::encode(m);
                      bpp = b.insider_package([&](smdpp::BindRequest& r) { r.metadata = octets; });
                    };
                    return b.flow();
                  }});
  rows.back().options.model.rat.clear();
  rows.push_back({"PPR1 beside another Profile", "PIR 2/15", kFailed, [](Bench& b) {
                    b.install(2);
                    b.add_profile(1);
                    b.order();
                    b.hooks.package = [&b](Bytes& bpp) {
                      auto m = b.metadata(1);
                      m.profilePolicyRules = sgp22::BitString{sgp22::kPpr1};
                      const auto octets = der::encode(m);
                      bpp = b.insider_package([&](smdpp::BindRequest& r) { r.metadata = octets; });
                    };
                    return b.flow();
                  }});
  rows.push_back({"an ICCID that is installed already", "PIR 2/9", kFailed, [](Bench& b) {
                    b.install(2);
                    b.add_profile(1);
                    b.order();
                    b.hooks.package = [&b](Bytes& bpp) {
                      const auto octets = der::encode(b.metadata(2));
                      bpp = b.insider_package([&](smdpp::BindRequest& r) { r.metadata = octets; });
                    };
                    return b.flow();
                  }});
  rows.push_back({"a Profile that does not fit", "PIR 5/10", kTemporary, [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    b.hooks.package = [](Bytes&) {};
                    return b.flow();
                  }});
  rows.back().options.model.memory_octets = 4096;
  rows.push_back({"a Test Profile on a card that takes none", "PIR 2/6", kFailed, [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    b.hooks.package = [&b](Bytes& bpp) {
                      auto m = b.metadata(1);
                      m.profileClass = sgp22::ProfileClass::kTest;
                      const auto octets = der::encode(m);
                      bpp = b.insider_package([&](smdpp::BindRequest& r) { r.metadata = octets; });
                    };
                    return b.flow();
                  }});
  rows.back().options.model.test_profiles = false;
}

// What the SM-DP+ itself does not hand out.
void eligibility_rows(Rows& rows) {
  const auto ineligible = [](std::string name, std::string expected,
                             std::function<void(sgp22::StoreMetadataRequest&)> change,
                             std::function<void(eum::CardModel&)> model) {
    Row row{std::move(name), "AuthenticateClient " + expected, "attempt report state:Error",
            [change](Bench& b) {
              b.add_profile(1, change);
              b.order();
              b.hooks.authenticate_answer = [](Bytes&) {};
              return b.flow();
            }};
    model(row.options.model);
    return row;
  };
  rows.push_back(ineligible(
      "a rule that the eUICC forbids", "8.2.5/4.3",
      [](auto& m) { m.profilePolicyRules = sgp22::BitString{sgp22::kPpr2}; },
      [](auto& c) { c.rat.clear(); }));
  rows.push_back(ineligible(
      "a Test Profile for an eUICC that takes none", "8.2.5/4.3",
      [](auto& m) { m.profileClass = sgp22::ProfileClass::kTest; },
      [](auto& c) { c.test_profiles = false; }));
  rows.push_back(ineligible(
      "an eUICC without room", "8.2.5/4.3", [](auto&) {}, [](auto& c) { c.memory_octets = 2048; }));
}
}  // namespace

Rows package_rows() {
  Rows rows;
  channel_rows(rows);
  protection_rows(rows);
  content_rows(rows);
  eligibility_rows(rows);
  return rows;
}

}  // namespace eider::test
