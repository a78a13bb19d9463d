// What the SM-DP+ refuses on ES9+ (SGP.22 v2.6.1 section 5.6), and that it keeps its order as it was.
#include <gtest/gtest.h>

#include "tamper_bench.hpp"

namespace eider::test {
namespace {
using crypto::CertificateRole;
using Ok1 = sgp22::AuthenticateResponseOk;
using Ok2 = sgp22::PrepareDownloadResponseOk;

// A row in which profile 1 is ordered and a hook is set before the flow.
Row tamper(std::string name, std::string expected, std::function<void(Bench&)> set, std::string changes = {},
           bool both = false) {
  return {std::move(name), std::move(expected), std::move(changes),
          [set = std::move(set)](Bench& b) {
            b.add_profile(1);
            b.order();
            set(b);
            return b.flow();
          },
          both};
}
Row initiate(std::string name, std::string expected,
             std::function<void(es9::InitiateAuthenticationRequest&)> hand) {
  return tamper(std::move(name), "InitiateAuthentication " + expected,
                [hand = std::move(hand)](Bench& b) { b.hooks.initiate_request = hand; });
}
// EUICCInfo1 with a change.
Row info1(std::string name, std::string expected, std::function<void(sgp22::EUICCInfo1&)> change) {
  return initiate(std::move(name), std::move(expected), [change = std::move(change)](auto& r) {
    auto info = must(der::decode<sgp22::EUICCInfo1>(r.euiccInfo1));
    change(info);
    r.euiccInfo1 = der::encode(info);
  });
}
// Another body, type or path of one function.
Row http(std::string name, std::string function, std::string expected,
         std::function<void(std::string& path, std::string& type, std::string& body)> hand) {
  return tamper(std::move(name), function + " " + expected, [=](Bench& b) {
    b.hooks.http = [=, &b](std::string_view f, std::string& path, std::string& type, std::string& body) {
      if (f != function) return;
      b.mark();
      hand(path, type, body);
    };
  });
}
// The card's answer to AuthenticateServer, member by member, unsigned.
Row answer1(std::string name, std::string expected, std::function<void(Bench&, Ok1&)> change,
            bool both = false) {
  return tamper(
      std::move(name), "AuthenticateClient " + expected,
      [change = std::move(change)](Bench& b) {
        b.hooks.authenticate_answer = [change, &b](Bytes& bf38) {
          auto answer = must(der::decode<sgp22::AuthenticateServerResponse>(bf38));
          change(b, std::get<Ok1>(answer.value));
          bf38 = der::encode(answer);
        };
      },
      {}, both);
}
// The same, signed again with SK.EUICC.
Row signed1(std::string name, std::string expected, std::function<void(sgp22::EuiccSigned1&)> change) {
  return tamper(std::move(name), "AuthenticateClient " + expected, [change = std::move(change)](Bench& b) {
    b.hooks.authenticate_answer = [change, &b](Bytes& bf38) { bf38 = b.resign1(bf38, change); };
  });
}
Row answer2(std::string name, std::string expected, std::function<void(Bench&, Bytes&)> hand,
            std::string changes = {}, bool both = false) {
  return tamper(
      std::move(name), "GetBoundProfilePackage " + expected,
      [hand = std::move(hand)](Bench& b) {
        b.hooks.prepare_answer = [hand, &b](Bytes& bf21) { hand(b, bf21); };
      },
      std::move(changes), both);
}
void flip_member(ByteView raw, Bytes& kept) {
  kept = to_bytes(raw);
  flip(kept);
}

void initiate_rows(Rows& rows) {
  rows.push_back(info1("svn 1.0.0", "8.8.3/3.1", [](auto& i) { i.svn[0] = 1; }));
  rows.push_back(info1("svn 3.0.0", "8.8.3/3.1", [](auto& i) { i.svn[0] = 3; }));
  rows.push_back(initiate("address of another server", "8.8.1/3.8",
                          [](auto& r) { r.smdpAddress = "evil.example.com"; }));
  rows.push_back(info1("CI for signing unknown", "8.8.2/3.1", [](auto& i) {
    for (auto& id : i.euiccCiPKIdListForSigning) id = *sgp22::KeyIdentifier::from(Bytes(20, 0x55));
  }));
  rows.push_back(info1("CI for verification unknown", "8.8.4/3.7", [](auto& i) {
    for (auto& id : i.euiccCiPKIdListForVerification) id = *sgp22::KeyIdentifier::from(Bytes(20, 0x55));
  }));
  rows.push_back(
      initiate("euiccChallenge of 15 octets", "1.3.1/2.1", [](auto& r) { r.euiccChallenge.pop_back(); }));
  rows.push_back(initiate("euiccChallenge of a megabyte", "1.3.1/2.1",
                          [](auto& r) { r.euiccChallenge.resize(1 << 20); }));
  rows.push_back(initiate("EUICCInfo1 cut off", "1.3.1/2.1", [](auto& r) { r.euiccInfo1.pop_back(); }));
  rows.push_back(initiate("EUICCInfo1 with something behind it", "1.3.1/2.1",
                          [](auto& r) { r.euiccInfo1.push_back(0); }));
  rows.push_back(
      initiate("EUICCInfo1 of another type", "1.3.1/2.1", [](auto& r) { r.euiccInfo1[1] = 0x21; }));
}

void http_rows(Rows& rows) {
  const std::pair<std::string, std::string> functions[] = {
      {"InitiateAuthentication", "euiccChallenge"},
      {"AuthenticateClient", "authenticateServerResponse"},
      {"GetBoundProfilePackage", "prepareDownloadResponse"}};
  for (const auto& [f, member] : functions) {
    rows.push_back(http("body of " + f + " is no JSON", f, "HTTP 400",
                        [](auto&, auto&, auto& body) { body.pop_back(); }));
    rows.push_back(
        http("body of " + f + " is empty", f, "HTTP 400", [](auto&, auto&, auto& body) { body.clear(); }));
    rows.push_back(
        http("body of " + f + " is an array", f, "1.3.1/2.1", [](auto&, auto&, auto& body) { body = "[]"; }));
    rows.push_back(
        http("content type of " + f, f, "HTTP 415", [](auto&, auto& type, auto&) { type = "text/plain"; }));
    rows.push_back(http("a member of " + f + " is missing", f, "1.3.1/2.2",
                        [](auto&, auto&, auto& body) { body = "{}"; }));
    rows.push_back(http("base64 of " + f, f, "HTTP 400", [member](auto&, auto&, auto& body) {
      const auto key = '"' + member + "\":\"";
      body.insert(body.find(key) + key.size(), "***");
    }));
  }
  rows.push_back(http("unknown path", "InitiateAuthentication", "HTTP 404",
                      [](auto& path, auto&, auto&) { path += "2"; }));
  rows.push_back(http("JSON on the ASN.1 path", "InitiateAuthentication", "HTTP 415",
                      [](auto& path, auto&, auto&) { path = es9::kAsn1Path; }));
  rows.push_back(http("garbage on the ASN.1 path", "InitiateAuthentication", "HTTP 400",
                      [](auto& path, auto& type, auto& body) {
                        path = es9::kAsn1Path;
                        type = sgp22::kAsn1ContentType;
                        body = "\xA2\x03\x01\x02";
                      }));
}

void certificate_rows(Rows& rows) {
  rows.push_back(answer1(
      "signature of CERT.EUICC", "8.1.3/6.1",
      [](Bench&, Ok1& ok) { flip_member(ok.euiccCertificate.der, ok.euiccCertificate.der); }, true));
  rows.push_back(answer1(
      "signature of CERT.EUM", "8.1.2/6.1",
      [](Bench&, Ok1& ok) { flip_member(ok.eumCertificate.der, ok.eumCertificate.der); }, true));
  rows.push_back(answer1("CERT.EUICC of another card", "8.1/6.1", [](Bench& b, Ok1& ok) {
    ok.euiccCertificate = b.other->credential().euiccCertificate;
  }));
  rows.push_back(answer1("CERT.EUICC expired", "8.1.3/6.3", [](Bench& b, Ok1& ok) {
    ok.euiccCertificate.der = to_bytes(b.issue(CertificateRole::kEuicc, b.card->key, [&](auto&, auto& r) {
                                          r.not_after = b.clock.now() - Duration(1000);
                                        }).der());
  }));
  rows.push_back(answer1("CERT.EUICC of the wrong role", "8.1.3/6.1",
                         [](Bench&, Ok1& ok) { ok.euiccCertificate = ok.eumCertificate; }));
  rows.push_back(answer1("CERT.EUICC with another key usage", "8.1.3/6.1", [](Bench& b, Ok1& ok) {
    ok.euiccCertificate.der = to_bytes(b.issue(CertificateRole::kEuicc, b.card->key, [](auto& p, auto&) {
                                          p.key_usage = crypto::kKeyAgreement;
                                        }).der());
  }));
  rows.push_back(answer1("CERT.EUICC without certificatePolicies", "8.1.3/6.1", [](Bench& b, Ok1& ok) {
    ok.euiccCertificate.der = to_bytes(b.issue(CertificateRole::kEuicc, b.card->key, [](auto& p, auto&) {
                                          p.policies.clear(), p.policy_required = false;
                                        }).der());
  }));
  rows.push_back(answer1("EID outside the range of the EUM", "8.1.3/6.1", [](Bench& b, Ok1& ok) {
    ok.euiccCertificate.der =
        to_bytes(b.issue(CertificateRole::kEuicc, b.card->key, [](auto&, auto& r) {
                    r.subject = crypto::Name::make(
                        {{crypto::attribute::kOrganization, "Eider Test EUM"},
                         {crypto::attribute::kSerialNumber, "89049099000000000000000000000166"},
                         {crypto::attribute::kCommonName, "eUICC"}});
                  }).der());
  }));
  rows.push_back(answer1("CERT.EUM of the wrong role", "8.1.2/6.1", [](Bench& b, Ok1& ok) {
    ok.eumCertificate.der = to_bytes(b.item(CertificateRole::kDpAuth).certificate.der());
  }));
  rows.push_back(answer1("CERT.EUM of another CI with the same name", "8.11.1/3.9", [](Bench& b, Ok1& ok) {
    ok.eumCertificate.der = to_bytes(strangers().get(CertificateRole::kEum, b.curve).certificate.der());
  }));
  rows.push_back(answer1("CERT.EUM expired", "8.1.2/6.3", [](Bench& b, Ok1& ok) {
    const auto& eum = b.item(CertificateRole::kEum);
    ok.eumCertificate.der = to_bytes(b.issue(CertificateRole::kEum, *eum.key, [&](auto&, auto& r) {
                                        r.not_after = b.clock.now() - Duration(1000);
                                      }).der());
  }));
  rows.push_back(answer1("CERT.EUM is garbage", "8.1.2/6.1",
                         [](Bench&, Ok1& ok) { ok.eumCertificate.der = hex("3003020101"); }));
  rows.push_back(answer1("CERT.EUICC is garbage", "8.1.3/6.1",
                         [](Bench&, Ok1& ok) { ok.euiccCertificate.der = hex("3003020101"); }));
  rows.push_back(
      answer1("chain on another curve than euiccCiPKIdToBeUsed", "8.1.2/6.1", [](Bench& b, Ok1& ok) {
        ok.euiccCertificate = b.card->record.credentials.back().euiccCertificate;
        ok.eumCertificate = b.card->record.credentials.back().eumCertificate;
      }));
  rows.push_back(tamper("CERT.EUM revoked", "AuthenticateClient 8.1.2/6.1", [](Bench& b) {
    auto crls = b.revoked(b.item(CertificateRole::kEum).certificate);
    b.rebuild_server([crls](auto& config) { config.crls = crls; });
    b.hooks.authenticate_answer = [](Bytes&) {};
  }));
}

void client_rows(Rows& rows) {
  rows.push_back(
      answer1("euiccSignature1", "8.1/6.1", [](Bench&, Ok1& ok) { ok.euiccSignature1[63] ^= 1; }, true));
  rows.push_back(
      answer1("euiccSignature1 is all zero", "8.1/6.1", [](Bench&, Ok1& ok) { ok.euiccSignature1.fill(0); }));
  const auto unsigned1 = [&](std::string name, std::function<void(sgp22::EuiccSigned1&)> change) {
    rows.push_back(answer1(std::move(name), "8.1/6.1", [change](Bench&, Ok1& ok) {
      auto value = ok.euiccSigned1.value;
      change(value);
      ok.euiccSigned1 = der::seal(std::move(value));
    }));
  };
  unsigned1("matchingId after signing",
            [](auto& v) { std::get<0>(v.ctxParams1.value).matchingId = "OTHER"; });
  unsigned1("EUICCInfo2 after signing",
            [](auto& v) { v.euiccInfo2.rspCapability.set(sgp22::kCrlSupport, false); });
  unsigned1("deviceInfo after signing",
            [](auto& v) { std::get<0>(v.ctxParams1.value).deviceInfo.tac[0] ^= 1; });
  rows.push_back(
      signed1("serverChallenge signed by the card", "8.1/6.1", [](auto& v) { v.serverChallenge[0] ^= 1; }));
  rows.push_back(signed1("serverAddress signed by the card", "8.1/6.1",
                         [](auto& v) { v.serverAddress = "evil.example.com"; }));
  rows.push_back(
      signed1("svn of EUICCInfo2 signed by the card", "8.8.3/3.1", [](auto& v) { v.euiccInfo2.svn[1] = 2; }));
  rows.push_back(signed1("inner transactionId signed by the card", "8.10.1/3.9",
                         [](auto& v) { v.transactionId = *sgp22::TransactionId::from(Bytes(16, 7)); }));
  rows.push_back(tamper(
      "signed by another card", "AuthenticateClient 8.1/6.1",
      [](Bench& b) {
        b.hooks.authenticate_answer = [&b](Bytes& bf38) {
          bf38 = b.resign1(bf38, [](auto&) {}, b.other.get());
        };
      },
      {}, true));
  rows.push_back(tamper("outer transactionId unknown", "AuthenticateClient 8.10.1/3.9",
                        [](Bench& b) { b.hooks.client_request = [](auto& r) { r.transactionId[0] ^= 1; }; }));
  rows.push_back(tamper("outer transactionId too long", "AuthenticateClient 8.10.1/3.9", [](Bench& b) {
    b.hooks.client_request = [](auto& r) { r.transactionId.resize(32); };
  }));
  rows.push_back(tamper("BF38 cut off", "AuthenticateClient 1.3.1/2.1", [](Bench& b) {
    b.hooks.client_request = [](auto& r) { r.authenticateServerResponse.pop_back(); };
  }));
  rows.push_back(tamper("BF38 is the error form", "AuthenticateClient 8.1/6.1", [](Bench& b) {
    b.hooks.client_request = [&b](auto& r) {
      r.authenticateServerResponse = der::encode(sgp22::AuthenticateServerResponse{
          sgp22::AuthenticateResponseError{b.s.id(), sgp22::AuthenticateErrorCode::kInvalidSignature}});
    };
  }));
  rows.push_back(tamper("BF38 of another function", "AuthenticateClient 1.3.1/2.1", [](Bench& b) {
    b.hooks.client_request = [](auto& r) { r.authenticateServerResponse[1] = 0x21; };
  }));
  rows.push_back({"answer of the card in another session", "AuthenticateClient 8.10.1/3.9", "", [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    return Bench::outcome([&]() -> std::string {
                      b.initiate(*b.card);
                      b.authenticate_server(*b.card);
                      const Bytes old = b.s.authenticate;
                      b.initiate(*b.card);
                      b.mark();
                      b.s.authenticate = old;
                      b.authenticate_client();
                      return "ok";
                    });
                  }});
  rows.push_back(
      {"AuthenticateClient after the session's time", "AuthenticateClient 8.10.1/3.9", "", [](Bench& b) {
         b.add_profile(1);
         b.order();
         return Bench::outcome([&]() -> std::string {
           b.initiate(*b.card);
           b.authenticate_server(*b.card);
           b.mark();
           b.clock.advance(std::chrono::minutes(16));
           b.authenticate_client();
           return "ok";
         });
       }});
  rows.push_back(
      {"a second AuthenticateClient with other content", "AuthenticateClient 8.10.1/3.9", "", [](Bench& b) {
         b.add_profile(1);
         b.order();
         return Bench::outcome([&]() -> std::string {
           b.initiate(*b.card);
           b.authenticate_server(*b.card);
           b.authenticate_client();
           b.mark();
           b.s.authenticate = b.resign1(b.s.authenticate, [](auto&) {});
           b.authenticate_client();
           return "ok";
         });
       }});
}

void order_rows(Rows& rows) {
  const auto with_order = [](std::string name, std::string expected, std::string changes,
                             std::function<void(Bench&)> set) {
    return Row{std::move(name), "AuthenticateClient " + expected, std::move(changes),
               [set = std::move(set)](Bench& b) {
                 b.add_profile(1);
                 set(b);
                 b.hooks.authenticate_answer = [](Bytes&) {};
                 return b.flow();
               }};
  };
  rows.push_back(with_order("MatchingID unknown", "8.2.6/3.8", "", [](Bench& b) {
    b.order();
    b.matching_id = "UNKNOWN";
  }));
  rows.push_back(with_order("order bound to another EID", "8.1.1/3.8", "",
                            [](Bench& b) { b.order(1, "BOUND", "", b.other.get()); }));
  rows.push_back(with_order("no MatchingID and no order of this EID", "8.1.1/3.8", "", [](Bench& b) {
    b.order();
    b.matching_id.clear();
  }));
  rows.push_back(with_order("order not released", "8.2/1.2", "",
                            [](Bench& b) { b.order(1, "WAITING", "", nullptr, false); }));
  rows.push_back(with_order("order expired", "8.8.5/4.10", "report state:Error", [](Bench& b) {
    b.change_type([](auto& t) { t.order_lifetime = std::chrono::hours(1); });
    b.order();
    b.clock.advance(std::chrono::hours(2));
  }));
  rows.push_back(with_order("download attempts used up", "8.8.5/6.4", "report state:Error", [](Bench& b) {
    b.change_type([](auto& t) { t.download_limit = 1; });
    b.order();
    (void)Bench::outcome([&]() -> std::string {
      b.initiate(*b.card);
      b.authenticate_server(*b.card);
      b.authenticate_client();
      return "";
    });
  }));
  rows.push_back(with_order("order finished", "8.2.6/3.8", "", [](Bench& b) {
    b.order();
    if (b.flow() != "ok") throw std::runtime_error("download");
  }));
}

void bind_rows(Rows& rows) {
  rows.push_back(answer2("euiccSignature2", "8.1/6.1", [](Bench&, Bytes& bf21) { flip(bf21); }, {}, true));
  rows.push_back(answer2(
      "euiccOtpk after signing", "8.1/6.1",
      [](Bench& b, Bytes& bf21) {
        auto answer = must(der::decode<sgp22::PrepareDownloadResponse>(bf21));
        auto& ok = std::get<Ok2>(answer.value);
        auto value = ok.euiccSigned2.value;
        value.euiccOtpk = crypto::PrivateKey::generate(b.curve, b.random).public_key().point();
        ok.euiccSigned2 = der::seal(std::move(value));
        bf21 = der::encode(answer);
      },
      {}, true));
  rows.push_back(answer2(
      "euiccOtpk off the curve, signed", "8.1/6.1",
      [](Bench& b, Bytes& bf21) { bf21 = b.resign2(bf21, [](auto& v) { v.euiccOtpk[64] ^= 1; }); }, {},
      true));
  rows.push_back(answer2("euiccOtpk compressed, signed", "8.1/6.1", [](Bench& b, Bytes& bf21) {
    bf21 = b.resign2(bf21, [](auto& v) { v.euiccOtpk[0] = 0x02; });
  }));
  rows.push_back(answer2("euiccOtpk under another tag", "1.3.1/2.1", [](Bench&, Bytes& bf21) {
    const Bytes tag = hex("5F4941");
    const auto at = std::ranges::search(bf21, tag).begin();
    at[1] = 0x48;
  }));
  rows.push_back(answer2("inner transactionId, signed", "8.10.1/3.9", [](Bench& b, Bytes& bf21) {
    bf21 = b.resign2(bf21, [](auto& v) { v.transactionId = *sgp22::TransactionId::from(Bytes(16, 7)); });
  }));
  rows.push_back(answer2("BF21 signed by another card", "8.1/6.1",
                         [](Bench& b, Bytes& bf21) { bf21 = b.resign2(bf21, [](auto&) {}, b.other.get()); }));
  rows.push_back(answer2("BF21 cut off", "1.3.1/2.1", [](Bench&, Bytes& bf21) { bf21.pop_back(); }));
  rows.push_back(answer2("BF21 is the error form", "8.1/6.1", [](Bench& b, Bytes& bf21) {
    bf21 = der::encode(sgp22::PrepareDownloadResponse{
        sgp22::PrepareDownloadResponseError{b.s.id(), sgp22::DownloadErrorCode::kInvalidSignature}});
  }));
  rows.push_back(tamper("outer transactionId of GetBoundProfilePackage", "GetBoundProfilePackage 8.10.1/3.9",
                        [](Bench& b) { b.hooks.bind_request = [](auto& r) { r.transactionId[3] ^= 1; }; }));
  rows.push_back({"GetBoundProfilePackage before AuthenticateClient", "GetBoundProfilePackage 8.10.1/3.9", "",
                  [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    return Bench::outcome([&]() -> std::string {
                      b.initiate(*b.card);
                      b.authenticate_server(*b.card);
                      b.authenticate_client();
                      b.prepare(*b.card);
                      const auto old = b.s.prepare;
                      b.initiate(*b.card);
                      b.mark();
                      b.s.prepare = old;
                      b.bind();
                      return "ok";
                    });
                  }});
  rows.push_back({"a second GetBoundProfilePackage with other content", "GetBoundProfilePackage 8.10.1/3.9",
                  "", [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    return Bench::outcome([&]() -> std::string {
                      b.initiate(*b.card);
                      b.authenticate_server(*b.card);
                      b.authenticate_client();
                      b.prepare(*b.card);
                      b.bind();
                      b.mark();
                      b.s.prepare = b.resign2(b.s.prepare, [](auto&) {});
                      b.bind();
                      return "ok";
                    });
                  }});
  rows.push_back({"the order was cancelled meanwhile", "GetBoundProfilePackage 8.2/3.7", "", [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    b.hooks.bind_request = [&b](auto&) {
                      es2::CancelOrderRequest cancel;
                      cancel.iccid = sgp22::iccid_digits(b.iccid(1));
                      cancel.matchingId = b.matching_id;
                      cancel.finalProfileStatusIndicator = "Available";
                      EXPECT_EQ(b.es2(es2::kCancelOrder, cancel), "ok");
                    };
                    const auto outcome = b.flow();
                    return b.profile().state == smdpp::ProfileState::kAvailable
                               ? outcome
                               : "the cancelled Profile moved";
                  }});
  rows.back().changes = "order state:Available";
  rows.push_back({"another card was faster", "GetBoundProfilePackage 8.2/3.7",
                  "attempt delivery eid other-card:one-time-keys report state:Downloaded", [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    b.hooks.bind_request = [&b, done = false](auto&) mutable {
                      if (std::exchange(done, true)) return;
                      const auto mine = b.s;
                      (void)Bench::outcome([&]() -> std::string {
                        b.initiate(*b.other);
                        b.authenticate_server(*b.other);
                        b.authenticate_client();
                        b.prepare(*b.other);
                        b.bind();
                        return "";
                      });
                      b.s = mine;
                    };
                    return b.flow();
                  }});
}

void code_rows(Rows& rows) {
  const auto with_code = [](std::string name, std::string expected, std::string changes,
                            std::function<void(Bench&)> set) {
    return Row{std::move(name), "GetBoundProfilePackage " + expected, std::move(changes),
               [set = std::move(set)](Bench& b) {
                 b.add_profile(1);
                 b.order(1, "CODED", "1234");
                 b.hooks.prepare_answer = [](Bytes&) {};
                 set(b);
                 return b.flow();
               }};
  };
  rows.push_back(with_code("hashCc of a wrong code", "8.2.7/3.8", "code-failure report",
                           [](Bench& b) { b.entered_code = "4321"; }));
  rows.push_back(with_code("hashCc removed and signed", "8.2.7/2.2", "", [](Bench& b) {
    b.hooks.prepare_answer = [&b](Bytes& bf21) { bf21 = b.resign2(bf21, [](auto& v) { v.hashCc.reset(); }); };
  }));
  rows.push_back(with_code("hashCc after signing", "8.1/6.1", "", [](Bench& b) {
    b.entered_code = "4321";
    b.hooks.prepare_answer = [&b](Bytes& bf21) {
      auto answer = must(der::decode<sgp22::PrepareDownloadResponse>(bf21));
      auto& ok = std::get<Ok2>(answer.value);
      auto value = ok.euiccSigned2.value;
      value.hashCc = crypto::sha256({crypto::sha256(as_bytes("1234")).view(), b.s.id().view()});
      ok.euiccSigned2 = der::seal(std::move(value));
      bf21 = der::encode(answer);
    };
  }));
  rows.push_back(with_code("hashCc of another transaction", "8.2.7/3.8", "code-failure report", [](Bench& b) {
    b.hooks.prepare_answer = [&b](Bytes& bf21) {
      bf21 = b.resign2(bf21, [](auto& v) {
        v.hashCc = crypto::sha256({crypto::sha256(as_bytes("1234")).view(), Bytes(16, 1)});
      });
    };
  }));
  rows.push_back(with_code("hashCc without the inner hash", "8.2.7/3.8", "code-failure report", [](Bench& b) {
    b.hooks.prepare_answer = [&b](Bytes& bf21) {
      bf21 =
          b.resign2(bf21, [&b](auto& v) { v.hashCc = crypto::sha256({as_bytes("1234"), b.s.id().view()}); });
    };
  }));
  rows.push_back(
      with_code("the last wrong code", "8.2.7/6.4", "code-failure report state:Error", [](Bench& b) {
        b.change_type([](auto& t) { t.confirmation_limit = 1; });
        b.entered_code = "4321";
      }));
}
}  // namespace

Rows es9plus_rows() {
  Rows rows;
  initiate_rows(rows);
  http_rows(rows);
  certificate_rows(rows);
  client_rows(rows);
  order_rows(rows);
  bind_rows(rows);
  code_rows(rows);
  return rows;
}

}  // namespace eider::test
