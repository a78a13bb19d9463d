// What the card refuses of an SM-DP+ before a package comes (SGP.22 v2.6.1 sections 5.7.5, 5.7.12 to 5.7.14)
// and of its own LPA, and that its memory stays as it was.
#include <gtest/gtest.h>

#include "spec/sgp22/es10c.hpp"
#include "tamper_bench.hpp"

namespace eider::test {
namespace {
using crypto::CertificateRole;
using Initiate = es9::InitiateAuthenticationResponse;
using Client = es9::AuthenticateClientResponse;

Row server(std::string name, std::string expected, std::function<void(Bench&, Initiate&)> hand,
           bool both = false) {
  return {std::move(name), "AuthenticateServer " + expected, "",
          [hand = std::move(hand)](Bench& b) {
            b.add_profile(1);
            b.order();
            b.hooks.initiate_answer = [hand, &b](Initiate& r) { hand(b, r); };
            return b.flow();
          },
          both};
}
// serverSigned1 with a change, and no new signature.
Row unsigned1(std::string name, std::function<void(sgp22::ServerSigned1&)> change) {
  return server(std::move(name), "2", [change = std::move(change)](Bench&, Initiate& r) {
    auto v = must(der::decode<sgp22::ServerSigned1>(r.serverSigned1));
    change(v);
    r.serverSigned1 = der::encode(v);
  });
}
// Signed by whoever has the key of that certificate.
void sign_as(Initiate& r, const crypto::Certificate& certificate, const crypto::PrivateKey& key) {
  r.serverCertificate = to_bytes(certificate.der());
  r.serverSignature1 = make_tlv(0x5F37, key.sign(r.serverSigned1));
}
Row identity(std::string name, std::string expected, CertificateRole role,
             const TestPki& (*whose)() = nullptr) {
  return server(std::move(name), std::move(expected), [=](Bench& b, Initiate& r) {
    const auto& item = (whose ? whose() : b.pki).get(role, b.curve);
    sign_as(r, item.certificate, *item.key);
  });
}
using Change = std::function<void(Bench&, crypto::CertificateProfile&, crypto::CertificateRequest&)>;
// A CERT.DPauth that the CI really signed, with a change.
Row issued(std::string name, std::string expected, Change change,
           CertificateRole role = CertificateRole::kDpAuth) {
  return server(std::move(name), std::move(expected), [=](Bench& b, Initiate& r) {
    const auto key = crypto::PrivateKey::generate(b.curve, b.random);
    sign_as(r, b.issue(role, key, [&](auto& p, auto& q) { change(b, p, q); }), key);
  });
}
// The octets of the curve in SubjectPublicKeyInfo become those of a curve that nobody has.
Bytes of_unknown_curve(ByteView der, crypto::Curve curve) {
  Bytes out = to_bytes(der);
  const Bytes oid =
      curve == crypto::Curve::kP256 ? hex("06082A8648CE3D030107") : hex("06092B2403030208010107");
  const auto found = std::ranges::search(out, oid);
  found.begin()[static_cast<std::ptrdiff_t>(oid.size()) - 1] = 0x03;
  return out;
}

void authenticate_rows(Rows& rows) {
  rows.push_back(
      server("serverSignature1", "2", [](Bench&, Initiate& r) { flip(r.serverSignature1); }, true));
  rows.push_back(unsigned1("transactionId of serverSigned1",
                           [](auto& v) { v.transactionId = *sgp22::TransactionId::from(Bytes(16, 1)); }));
  rows.push_back(
      unsigned1("serverAddress of serverSigned1", [](auto& v) { v.serverAddress = "evil.example.com"; }));
  rows.push_back(unsigned1("serverChallenge of serverSigned1", [](auto& v) { v.serverChallenge[0] ^= 1; }));
  rows.push_back(unsigned1("euiccChallenge of serverSigned1", [](auto& v) { v.euiccChallenge[0] ^= 1; }));
  rows.push_back(server(
      "euiccChallenge of another session, signed", "6",
      [](Bench& b, Initiate& r) {
        auto v = must(der::decode<sgp22::ServerSigned1>(r.serverSigned1));
        v.euiccChallenge[0] ^= 1;
        r.serverSigned1 = der::encode(v);
        r.serverSignature1 = make_tlv(0x5F37, b.item(CertificateRole::kDpAuth).key->sign(r.serverSigned1));
      },
      true));
  rows.push_back(server("answer to an older challenge", "6",
                        [](Bench& b, Initiate&) { (void)b.card->es10("GetEUICCChallenge", hex("BF2E00")); }));
  rows.push_back(
      server("euiccCiPKIdToBeUsed unknown", "7", [](Bench&, Initiate& r) { flip(r.euiccCiPKIdToBeUsed); }));
  rows.push_back(identity("CERT.DPpb in place of CERT.DPauth", "5", CertificateRole::kDpPb));
  rows.push_back(identity("CERT.DP.TLS in place of CERT.DPauth", "5", CertificateRole::kDpTls));
  rows.push_back(identity("CERT.EUM in place of CERT.DPauth", "5", CertificateRole::kEum));
  // It names no issuer: no key of a CI can be found for it.
  rows.push_back(identity("CERT.CI in place of CERT.DPauth", "7", CertificateRole::kCi));
  rows.push_back(
      identity("CERT.DPauth of another CI with the same name", "7", CertificateRole::kDpAuth, &strangers));
  rows.push_back(
      server("signature of CERT.DPauth", "1", [](Bench&, Initiate& r) { flip(r.serverCertificate); }, true));
  rows.push_back(server("CERT.DPauth is garbage", "1",
                        [](Bench&, Initiate& r) { r.serverCertificate = hex("3003020101"); }));
  rows.push_back(server("CERT.DPauth with something behind it", "SW 6A80",
                        [](Bench&, Initiate& r) { r.serverCertificate.push_back(0x00); }));
  rows.push_back(server(
      "CERT.DPauth on a curve that no card has", "3",
      [](Bench& b, Initiate& r) { r.serverCertificate = of_unknown_curve(r.serverCertificate, b.curve); },
      true));
  rows.push_back(issued("CERT.DPauth without key usage digitalSignature", "1",
                        [](Bench&, auto& p, auto&) { p.key_usage = crypto::kKeyAgreement; }));
  rows.push_back(issued("CERT.DPauth without subjectAltName", "1", [](Bench&, auto& p, auto& q) {
    p.subject_alt_name = crypto::SubjectAltNameRule::kNone;
    q.registered_id.reset();
  }));
  rows.push_back(issued("CERT.DPauth without certificatePolicies", "5", [](Bench&, auto& p, auto&) {
    p.policies.clear();
    p.policy_required = false;
  }));
  rows.push_back(issued("certificatePolicies of CERT.DPauth not critical", "1",
                        [](Bench&, auto& p, auto&) { p.policy_critical = false; }));
  rows.push_back(issued("CERT.DPauth is a CA", "1", [](Bench&, auto& p, auto&) { p.ca = true; }));
  rows.push_back(server(
      "CERT.DPauth revoked by a CRL on the card", "1",
      [](Bench& b, Initiate&) {
        EXPECT_EQ(
            b.es10_result("LoadCRL", b.load_crl_command(b.crl(b.item(CertificateRole::kDpAuth).certificate))),
            "ok");
      },
      true));
  rows.back().changes = "card:crls";
  rows.push_back(issued("CERT.DPauth expired before the card's last CRL", "1", [](Bench& b, auto&, auto& q) {
    EXPECT_EQ(
        b.es10_result("LoadCRL", b.load_crl_command(b.crl(b.item(CertificateRole::kDpTls).certificate))),
        "ok");
    q.not_after = b.clock.now() - std::chrono::hours(1);
  }));
  rows.back().changes = "card:crls";
  rows.push_back(server("CERT.CI itself revoked", "1", [](Bench& b, Initiate&) {
    EXPECT_EQ(b.es10_result("LoadCRL", b.load_crl_command(b.crl(b.item(CertificateRole::kCi).certificate))),
              "ok");
  }));
  rows.back().changes = "card:crls";
}

void command_rows(Rows& rows) {
  const auto command = [](std::string name, std::string expected, std::function<void(Bytes&)> hand) {
    return Row{std::move(name), "AuthenticateServer " + expected, "", [hand = std::move(hand)](Bench& b) {
                 b.add_profile(1);
                 b.order();
                 b.hooks.authenticate_command = hand;
                 return b.flow();
               }};
  };
  rows.push_back(command("AuthenticateServer cut off", "SW 6A80", [](Bytes& c) { c.pop_back(); }));
  rows.push_back(
      command("AuthenticateServer with something behind it", "SW 6A80", [](Bytes& c) { c.push_back(0); }));
  rows.push_back(command("AuthenticateServer without its signature", "SW 6A80",
                         [](Bytes& c) { c = hex("BF38023000"); }));
  rows.push_back(command("an ES10 function that is none", "SW 6A88", [](Bytes& c) { c = hex("BF7E00"); }));
  rows.push_back({"AuthenticateServer twice with one challenge", "AuthenticateServer 4", "", [](Bench& b) {
                    return Bench::outcome([&]() -> std::string {
                      b.initiate(*b.card);
                      b.authenticate_server(*b.card);
                      b.mark();
                      b.authenticate_server(*b.card);
                      return "ok";
                    });
                  }});
  rows.push_back({"AuthenticateServer again after a refusal", "AuthenticateServer 4", "", [](Bench& b) {
                    return Bench::outcome([&]() -> std::string {
                      b.initiate(*b.card);
                      b.mark();
                      const auto good = b.s.initiate;
                      flip(b.s.initiate.serverSignature1);
                      if (Bench::outcome([&] {
                            b.authenticate_server(*b.card);
                            return std::string("ok");
                          }) != "AuthenticateServer 2")
                        return "first";
                      b.s.initiate = good;
                      b.authenticate_server(*b.card);
                      return "ok";
                    });
                  }});
  rows.push_back({"AuthenticateServer after a reset of the card", "AuthenticateServer 4", "", [](Bench& b) {
                    return Bench::outcome([&]() -> std::string {
                      b.initiate(*b.card);
                      b.mark();
                      b.card->power_on();
                      b.authenticate_server(*b.card);
                      return "ok";
                    });
                  }});
}

Row download(std::string name, std::string expected, std::function<void(Bench&, Client&)> hand,
             bool both = false) {
  return {std::move(name), "PrepareDownload " + expected, "",
          [hand = std::move(hand)](Bench& b) {
            b.add_profile(1);
            b.order(1, "TAMPER-1", "1234");
            b.hooks.client_answer = [hand, &b](Client& r) { hand(b, r); };
            return b.flow();
          },
          both};
}
void sign_as(Bench& b, Client& r, const crypto::Certificate& certificate, const crypto::PrivateKey& key) {
  const auto answer = must(der::decode<sgp22::AuthenticateServerResponse>(b.s.authenticate));
  const auto& signature1 = std::get<sgp22::AuthenticateResponseOk>(answer.value).euiccSignature1;
  r.smdpCertificate = to_bytes(certificate.der());
  r.smdpSignature2 = make_tlv(0x5F37, key.sign({r.smdpSigned2, make_tlv(0x5F37, signature1)}));
}
Row unsigned2(std::string name, std::string expected, std::function<void(sgp22::SmdpSigned2&)> change) {
  return download(std::move(name), std::move(expected), [change = std::move(change)](Bench&, Client& r) {
    auto v = must(der::decode<sgp22::SmdpSigned2>(r.smdpSigned2));
    change(v);
    r.smdpSigned2 = der::encode(v);
  });
}

void prepare_rows(Rows& rows) {
  rows.push_back(download("smdpSignature2", "2", [](Bench&, Client& r) { flip(r.smdpSignature2); }, true));
  rows.push_back(unsigned2("ccRequiredFlag", "2", [](auto& v) { v.ccRequiredFlag = false; }));
  rows.push_back(
      unsigned2("bppEuiccOtpk slipped in", "2", [](auto& v) { v.bppEuiccOtpk.emplace().fill(4); }));
  rows.push_back(unsigned2("transactionId of smdpSigned2", "5",
                           [](auto& v) { v.transactionId = *sgp22::TransactionId::from(Bytes(16, 1)); }));
  rows.push_back(download(
      "smdpSignature2 without euiccSignature1", "2",
      [](Bench& b, Client& r) { r.smdpSignature2 = make_tlv(0x5F37, b.pb_key().sign(r.smdpSigned2)); },
      true));
  rows.push_back(
      download("signature of CERT.DPpb", "1", [](Bench&, Client& r) { flip(r.smdpCertificate); }, true));
  rows.push_back(download("CERT.DPauth in place of CERT.DPpb", "1", [](Bench& b, Client& r) {
    const auto& auth = b.item(CertificateRole::kDpAuth);
    sign_as(b, r, auth.certificate, *auth.key);
  }));
  rows.push_back(download(
      "CERT.DPpb of another SM-DP+", "1",
      [](Bench& b, Client& r) {
        const auto key = crypto::PrivateKey::generate(b.curve, b.random);
        sign_as(b, r,
                b.issue(CertificateRole::kDpPb, key,
                        [](auto&, auto& q) { q.registered_id = der::Oid("2.999.11"); }),
                key);
      },
      true));
  rows.push_back(download("CERT.DPpb of this SM-DP+ under another CI", "1", [](Bench& b, Client& r) {
    const auto& pb = b.pki.get(CertificateRole::kDpPb, b.other_curve);
    sign_as(b, r, pb.certificate, *pb.key);
  }));
  rows.push_back(download("CERT.DPpb of an unknown CI", "1", [](Bench& b, Client& r) {
    const auto& pb = strangers().get(CertificateRole::kDpPb, b.curve);
    sign_as(b, r, pb.certificate, *pb.key);
  }));
  rows.push_back(download("CERT.DPpb on a curve that no card has", "3", [](Bench& b, Client& r) {
    r.smdpCertificate = of_unknown_curve(r.smdpCertificate, b.curve);
  }));
  rows.push_back(download("CERT.DPpb revoked by a CRL on the card", "1", [](Bench& b, Client&) {
    EXPECT_EQ(b.es10_result("LoadCRL", b.load_crl_command(b.crl(b.item(CertificateRole::kDpPb).certificate))),
              "ok");
  }));
  rows.back().changes = "card:crls";
  rows.push_back({"Confirmation Code not entered", "PrepareDownload 127", "", [](Bench& b) {
                    b.add_profile(1);
                    b.order(1, "TAMPER-1", "1234");
                    b.entered_code = "";
                    b.hooks.client_answer = [](Client&) {};
                    return b.flow();
                  }});
  rows.push_back({"PrepareDownload cut off", "PrepareDownload SW 6A80", "", [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    b.hooks.prepare_command = [](Bytes& c) { c.pop_back(); };
                    return b.flow();
                  }});
  rows.push_back({"PrepareDownload without AuthenticateServer", "PrepareDownload 4", "", [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    b.hooks.client_answer = [&b](Client&) { b.card->power_on(); };
                    return b.flow();
                  }});
  rows.push_back(
      {"PrepareDownload with the answer of an older session", "PrepareDownload 5", "", [](Bench& b) {
         b.add_profile(1);
         b.order();
         return Bench::outcome([&]() -> std::string {
           b.initiate(*b.card);
           b.authenticate_server(*b.card);
           b.authenticate_client();
           const auto old = b.s.client;
           b.initiate(*b.card);
           b.authenticate_server(*b.card);
           b.mark();
           b.s.client = old;
           b.prepare(*b.card);
           return "ok";
         });
       }});
  rows.push_back({"an SM-DS that goes on to PrepareDownload", "PrepareDownload 4", "", [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    b.hooks.initiate_answer = [&b](Initiate& r) {
                      const auto& ds = b.item(CertificateRole::kDsAuth);
                      sign_as(r, ds.certificate, *ds.key);
                    };
                    b.hooks.authenticate_answer = [](Bytes&) {};
                    return b.flow();
                  }});
  // The SM-DP+ cannot tell: the eUICC signs no role of its peer. Its attempt is counted, and the card stops
  // here.
  rows.back().changes = "attempt report";
}

void local_rows(Rows& rows) {
  const auto local = [](std::string name, std::string expected, std::function<std::string(Bench&)> run) {
    return Row{std::move(name), std::move(expected), "", std::move(run)};
  };
  const auto crl_row = [&](std::string name, std::string expected, std::function<Bytes(Bench&)> make,
                           std::string changes = {}) {
    rows.push_back(local(std::move(name), std::move(expected), [make = std::move(make)](Bench& b) {
      b.mark();
      return b.es10_result("LoadCRL", make(b));
    }));
    rows.back().changes = std::move(changes);
  };
  crl_row("CRL with another signature", "LoadCRL 1", [](Bench& b) {
    auto list = b.crl(b.item(CertificateRole::kDpAuth).certificate);
    flip(list);
    return b.load_crl_command(list);
  });
  crl_row("CRL of an unknown CI", "LoadCRL 4", [](Bench& b) {
    const auto& ci = strangers().get(CertificateRole::kCi, b.curve);
    crypto::CrlRequest request;
    request.number = 1;
    request.this_update = b.clock.now();
    request.next_update = b.clock.now() + std::chrono::hours(24);
    request.distribution_point = "http://ci.example.com/CRL.crl";
    const auto list = must(crypto::issue_crl(ci.certificate, *crypto::make_signing_key(*ci.key), request));
    return b.load_crl_command(list.der());
  });
  crl_row("CRL is garbage", "LoadCRL 2", [](Bench& b) { return b.load_crl_command(hex("3003020101")); });
  rows.push_back(local("CRL older than the last", "LoadCRL 5", [](Bench& b) {
    const auto& certificate = b.item(CertificateRole::kDpTls).certificate;
    EXPECT_EQ(b.es10_result("LoadCRL", b.load_crl_command(b.crl(certificate, 5))), "ok");
    b.mark();
    return b.es10_result("LoadCRL", b.load_crl_command(b.crl(certificate, 4)));
  }));
  const auto profile_row = [&](std::string name, std::string expected, std::function<std::string(Bench&)> run,
                               std::optional<sgp22::BitString> rules = {}) {
    rows.push_back(local(std::move(name), std::move(expected), [run = std::move(run), rules](Bench& b) {
      b.add_profile(1, [&](auto& m) { m.profilePolicyRules = rules; });
      b.order();
      EXPECT_EQ(b.flow(), "ok");
      return run(b);
    }));
  };
  const auto enable = [](Bench& b, int n) {
    return b.es10_result("EnableProfile", der::encode(sgp22::EnableProfileRequest{{b.iccid(n)}, false}));
  };
  const auto disable = [](Bench& b, int n) {
    return b.es10_result("DisableProfile", der::encode(sgp22::DisableProfileRequest{{b.iccid(n)}, false}));
  };
  const auto erase = [](Bench& b, int n) {
    return b.es10_result("DeleteProfile", der::encode(sgp22::DeleteProfileRequest{b.iccid(n)}));
  };
  profile_row("EnableProfile of an ICCID that is not there", "EnableProfile 1", [=](Bench& b) {
    b.mark();
    return enable(b, 2);
  });
  profile_row("DisableProfile of a disabled Profile", "DisableProfile 2", [=](Bench& b) {
    b.mark();
    return disable(b, 1);
  });
  profile_row("DeleteProfile of an ICCID that is not there", "DeleteProfile 1", [=](Bench& b) {
    b.mark();
    return erase(b, 2);
  });
  profile_row("DeleteProfile of the enabled Profile", "DeleteProfile 2", [=](Bench& b) {
    EXPECT_EQ(enable(b, 1), "EnableProfile 0");
    b.mark();
    return erase(b, 1);
  });
  profile_row("EnableProfile of the enabled Profile", "EnableProfile 2", [=](Bench& b) {
    EXPECT_EQ(enable(b, 1), "EnableProfile 0");
    b.mark();
    return enable(b, 1);
  });
  profile_row(
      "DisableProfile against PPR1", "DisableProfile 3",
      [=](Bench& b) {
        EXPECT_EQ(enable(b, 1), "EnableProfile 0");
        b.mark();
        return disable(b, 1);
      },
      sgp22::BitString{sgp22::kPpr1});
  profile_row(
      "DeleteProfile against PPR2", "DeleteProfile 3",
      [=](Bench& b) {
        b.mark();
        return erase(b, 1);
      },
      sgp22::BitString{sgp22::kPpr2});
  profile_row(
      "EnableProfile against PPR1 of another", "EnableProfile 3",
      [=](Bench& b) {
        EXPECT_EQ(enable(b, 1), "EnableProfile 0");
        b.install(2);
        b.mark();
        return enable(b, 2);
      },
      sgp22::BitString{sgp22::kPpr1});
  profile_row("SetNickname of an ICCID that is not there", "SetNickname 1", [](Bench& b) {
    b.mark();
    return b.es10_result("SetNickname", der::encode(sgp22::SetNicknameRequest{b.iccid(2), "mine"}));
  });
  profile_row("SetNickname of 300 characters", "SetNickname SW 6A80", [](Bench& b) {
    b.mark();
    return b.es10_result("SetNickname",
                         der::encode(sgp22::SetNicknameRequest{b.iccid(1), std::string(300, 'x')}));
  });
  profile_row("RemoveNotificationFromList of a number that is not there", "RemoveNotificationFromList 1",
              [](Bench& b) {
                b.mark();
                return b.es10_result("RemoveNotificationFromList",
                                     der::encode(sgp22::NotificationSentRequest{99}));
              });
  rows.push_back(local("memory reset with nothing to delete", "eUICCMemoryReset 1", [](Bench& b) {
    b.mark();
    return b.es10_result("eUICCMemoryReset",
                         der::encode(sgp22::EuiccMemoryResetRequest{{sgp22::kDeleteOperationalProfiles}}));
  }));
  rows.push_back(local("ES10 CancelSession of another transaction", "CancelSession 5", [](Bench& b) {
    b.add_profile(1);
    b.order();
    return Bench::outcome([&]() -> std::string {
      b.initiate(*b.card);
      b.authenticate_server(*b.card);
      b.mark();
      return b.es10_result("CancelSession",
                           der::encode(sgp22::CancelSessionRequest{*sgp22::TransactionId::from(Bytes(16, 9)),
                                                                   sgp22::CancelSessionReason::kPostponed}));
    });
  }));
  rows.push_back(local("ES10 CancelSession without a session", "CancelSession 5", [](Bench& b) {
    b.mark();
    return b.es10_result("CancelSession",
                         der::encode(sgp22::CancelSessionRequest{*sgp22::TransactionId::from(Bytes(16, 9)),
                                                                 sgp22::CancelSessionReason::kPostponed}));
  }));
}
}  // namespace

Rows card_rows() {
  Rows rows;
  authenticate_rows(rows);
  command_rows(rows);
  prepare_rows(rows);
  local_rows(rows);
  return rows;
}

}  // namespace eider::test
