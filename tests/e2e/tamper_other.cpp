// Notifications, cancellations, ES2+, and what the LPA itself refuses (SGP.22 v2.6.1
// sections 3.1.3.1, 5.3, 5.6.4, 5.6.5).
#include <gtest/gtest.h>

#include "roles/lpa/procedures/download.hpp"
#include "spec/sgp22/es10c.hpp"
#include "tamper_bench.hpp"

namespace eider::test {
namespace {
using crypto::CertificateRole;
using Reason = sgp22::CancelSessionReason;

// ---- notifications: always acknowledged, and believed only when they are genuine ----

// The result of an installation that the server has not heard of yet.
Row result(std::string name, std::function<Bytes(Bench&)> hand) {
  return {std::move(name), "acknowledged", "", [hand = std::move(hand)](Bench& b) {
            b.add_profile(1);
            b.order();
            const auto done = Bench::outcome([&]() -> std::string {
              b.initiate(*b.card);
              b.authenticate_server(*b.card);
              b.authenticate_client();
              b.prepare(*b.card);
              b.bind();
              b.load(*b.card);
              return "ok";
            });
            if (done != "ok") return done;
            b.mark();
            return b.notify(hand(b));
          }};
}
Bytes resign_result(Bench& b, const std::function<void(sgp22::ProfileInstallationResultData&)>& change,
                    const BenchCard* by = nullptr) {
  auto pir = must(der::decode<sgp22::ProfileInstallationResult>(b.s.result));
  auto data = pir.profileInstallationResultData.value;
  change(data);
  pir.profileInstallationResultData = der::seal(std::move(data));
  pir.euiccSignPIR = (by ? by : b.card.get())->key.sign(pir.profileInstallationResultData.raw);
  return der::encode(pir);
}

// The enable notification of an installed Profile, as the card gives it.
Bytes enable_and_retrieve(Bench& b) {
  EXPECT_EQ(b.es10_result("EnableProfile", der::encode(sgp22::EnableProfileRequest{{b.iccid(1)}, false})),
            "EnableProfile 0");
  const auto list =
      b.card->es10("RetrieveNotificationsList",
                   der::encode(sgp22::RetrieveNotificationsListRequest{
                       sgp22::NotificationSearchCriteria{sgp22::BitString{sgp22::kEventEnable}}}));
  const auto inner = must(read_single_tlv(must(read_single_tlv(list)).value));
  return to_bytes(must(read_tlv(inner.value)).whole);
}
Row event(std::string name, std::function<Bytes(Bench&, Bytes)> hand) {
  return {std::move(name), "acknowledged", "", [hand = std::move(hand)](Bench& b) {
            b.install(1);
            const auto genuine = enable_and_retrieve(b);
            b.mark();
            return b.notify(hand(b, genuine));
          }};
}
Bytes resign_event(const Bytes& genuine, const std::function<void(sgp22::NotificationMetadata&)>& change,
                   const BenchCard& by) {
  auto n = must(der::decode<sgp22::OtherSignedNotification>(genuine));
  auto m = n.tbsOtherNotification.value;
  change(m);
  n.tbsOtherNotification = der::seal(std::move(m));
  n.euiccNotificationSignature = by.key.sign(n.tbsOtherNotification.raw);
  n.euiccCertificate = by.credential().euiccCertificate;
  return der::encode(n);
}

void result_rows(Rows& rows) {
  rows.push_back(result("signature of the installation result", [](Bench& b) {
    auto r = b.s.result;
    flip(r);
    return r;
  }));
  rows.push_back(result("installation result signed by another card",
                        [](Bench& b) { return resign_result(b, [](auto&) {}, b.other.get()); }));
  rows.push_back(result("installation result turned into a failure", [](Bench& b) {
    auto pir = must(der::decode<sgp22::ProfileInstallationResult>(b.s.result));
    auto data = pir.profileInstallationResultData.value;
    data.finalResult.value =
        sgp22::ErrorResult{sgp22::BppCommandId::kLoadProfileElements, sgp22::ErrorReason::kPprNotAllowed, {}};
    pir.profileInstallationResultData = der::seal(std::move(data));
    return der::encode(pir);
  }));
  rows.push_back(result("installation result for another SM-DP+, signed", [](Bench& b) {
    return resign_result(b, [](auto& d) { d.smdpOid = der::Oid("2.999.11"); });
  }));
  rows.push_back(result("installation result of an unknown transaction, signed", [](Bench& b) {
    return resign_result(b, [](auto& d) { d.transactionId = *sgp22::TransactionId::from(Bytes(16, 3)); });
  }));
  rows.push_back(result("installation result cut off", [](Bench& b) {
    auto r = b.s.result;
    r.pop_back();
    return r;
  }));
  rows.push_back(result("notification that is none", [](Bench&) { return hex("BF2D00"); }));
  rows.push_back({"installation result once more", "acknowledged", "", [](Bench& b) {
                    b.install(1);
                    b.mark();
                    return b.notify(b.s.result);
                  }});
  rows.push_back({"failure after the success of the same transaction", "acknowledged", "", [](Bench& b) {
                    b.install(1);
                    b.mark();
                    return b.notify(resign_result(b, [](auto& d) {
                      d.finalResult.value = sgp22::ErrorResult{
                          sgp22::BppCommandId::kLoadProfileElements, sgp22::ErrorReason::kPprNotAllowed, {}};
                    }));
                  }});
}

void event_rows(Rows& rows) {
  rows.push_back(event("signature of a notification", [](Bench&, Bytes n) {
    auto parsed = must(der::decode<sgp22::OtherSignedNotification>(n));
    parsed.euiccNotificationSignature[5] ^= 1;
    return der::encode(parsed);
  }));
  rows.push_back(event("event of a notification after signing", [](Bench&, Bytes n) {
    auto parsed = must(der::decode<sgp22::OtherSignedNotification>(n));
    auto m = parsed.tbsOtherNotification.value;
    m.profileManagementOperation = sgp22::BitString{sgp22::kEventDelete};
    parsed.tbsOtherNotification = der::seal(std::move(m));
    return der::encode(parsed);
  }));
  rows.push_back(event("notification of another card about this Profile", [](Bench& b, Bytes n) {
    return resign_event(
        n, [](auto& m) { m.profileManagementOperation = sgp22::BitString{sgp22::kEventDelete}; }, *b.other);
  }));
  rows.push_back(event("notification under the chain of another CI", [](Bench& b, Bytes n) {
    auto parsed = must(der::decode<sgp22::OtherSignedNotification>(n));
    parsed.eumCertificate.der = to_bytes(strangers().get(CertificateRole::kEum, b.curve).certificate.der());
    return der::encode(parsed);
  }));
  rows.push_back(event("notification with another CERT.EUICC", [](Bench& b, Bytes n) {
    auto parsed = must(der::decode<sgp22::OtherSignedNotification>(n));
    parsed.euiccCertificate = b.other->credential().euiccCertificate;
    return der::encode(parsed);
  }));
  rows.push_back(event("notification of an ICCID that is not ours", [](Bench& b, Bytes n) {
    return resign_event(n, [&](auto& m) { m.iccid = b.iccid(5); }, *b.card);
  }));
  rows.push_back(event("notification without ICCID", [](Bench& b, Bytes n) {
    return resign_event(n, [](auto& m) { m.iccid.reset(); }, *b.card);
  }));
  rows.push_back(event("notification of two events", [](Bench& b, Bytes n) {
    return resign_event(n, [](auto& m) { m.profileManagementOperation.set(sgp22::kEventDelete); }, *b.card);
  }));
  rows.push_back(event("notification of an unknown event", [](Bench& b, Bytes n) {
    return resign_event(n, [](auto& m) { m.profileManagementOperation = sgp22::BitString{9}; }, *b.card);
  }));
  rows.push_back(event("notification cut off", [](Bench&, Bytes n) {
    n.pop_back();
    return n;
  }));
  rows.push_back({"notification once more", "acknowledged", "", [](Bench& b) {
                    b.install(1);
                    const auto n = enable_and_retrieve(b);
                    if (b.notify(n) != "acknowledged") return std::string("first");
                    b.mark();
                    return b.notify(n);
                  }});
  rows.push_back({"notification that is older than the last", "acknowledged", "", [](Bench& b) {
                    b.install(1);
                    const auto n = enable_and_retrieve(b);
                    (void)b.notify(resign_event(n, [](auto& m) { m.seqNumber += 5; }, *b.card));
                    b.mark();
                    return b.notify(n);
                  }});
  rows.push_back({"notification while CERT.EUM is revoked", "acknowledged", "", [](Bench& b) {
                    b.install(1);
                    const auto n = enable_and_retrieve(b);
                    const auto crls = b.revoked(b.item(CertificateRole::kEum).certificate);
                    b.rebuild_server([crls](auto& config) { config.crls = crls; });
                    b.mark();
                    return b.notify(n);
                  }});
  rows.push_back({"content type of HandleNotification", "HandleNotification HTTP 415", "", [](Bench& b) {
                    b.install(1);
                    const auto n = enable_and_retrieve(b);
                    b.mark();
                    b.hooks.http = [](auto, auto&, auto& type, auto&) { type = "text/html"; };
                    return b.notify(n);
                  }});
  rows.push_back({"HandleNotification is no JSON", "acknowledged", "", [](Bench& b) {
                    b.install(1);
                    const auto n = enable_and_retrieve(b);
                    b.mark();
                    b.hooks.http = [](auto, auto&, auto&, auto& body) { body.pop_back(); };
                    return b.notify(n);
                  }});
}

// ---- CancelSession at the server ----

Row cancel(std::string name, std::string expected, std::function<std::string(Bench&, Bytes bf41)> hand) {
  return {std::move(name), std::move(expected), "", [hand = std::move(hand)](Bench& b) {
            b.add_profile(1);
            b.order();
            return Bench::outcome([&]() -> std::string {
              b.initiate(*b.card);
              b.authenticate_server(*b.card);
              b.authenticate_client();
              const auto bf41 = b.cancel(*b.card, Reason::kEndUserRejection);
              b.mark();
              return hand(b, bf41);
            });
          }};
}
Bytes resign_cancel(Bench&, const Bytes& bf41,
                    const std::function<void(sgp22::EuiccCancelSessionSigned&)>& change,
                    const BenchCard& by) {
  auto answer = must(der::decode<sgp22::CancelSessionResponse>(bf41));
  auto& ok = std::get<sgp22::CancelSessionResponseOk>(answer.value);
  auto v = ok.euiccCancelSessionSigned.value;
  change(v);
  ok.euiccCancelSessionSigned = der::seal(std::move(v));
  ok.euiccCancelSessionSignature = by.key.sign(ok.euiccCancelSessionSigned.raw);
  return der::encode(answer);
}

void cancel_rows(Rows& rows) {
  const auto at = [](Bench& b, const Bytes& bf41) {
    return b.cancel_at_server(b.s.initiate.transactionId, bf41);
  };
  rows.push_back(cancel("signature of CancelSession", "CancelSession 8.1/6.1", [=](Bench& b, Bytes c) {
    flip(c);
    return at(b, c);
  }));
  rows.push_back(cancel("smdpOid of CancelSession, signed", "CancelSession 8.8/3.10", [=](Bench& b, Bytes c) {
    return at(b, resign_cancel(b, c, [](auto& v) { v.smdpOid = der::Oid("2.999.11"); }, *b.card));
  }));
  rows.push_back(cancel(
      "inner transactionId of CancelSession, signed", "CancelSession 8.10.1/3.9", [=](Bench& b, Bytes c) {
        return at(b, resign_cancel(
                         b, c, [](auto& v) { v.transactionId = *sgp22::TransactionId::from(Bytes(16, 3)); },
                         *b.card));
      }));
  rows.push_back(
      cancel("outer transactionId of CancelSession", "CancelSession 8.10.1/3.9", [](Bench& b, Bytes c) {
        auto id = b.s.initiate.transactionId;
        id[0] ^= 1;
        return b.cancel_at_server(id, c);
      }));
  rows.push_back(
      cancel("reason of CancelSession after signing", "CancelSession 8.1/6.1", [=](Bench& b, Bytes c) {
        auto answer = must(der::decode<sgp22::CancelSessionResponse>(c));
        auto& ok = std::get<sgp22::CancelSessionResponseOk>(answer.value);
        auto v = ok.euiccCancelSessionSigned.value;
        v.reason = Reason::kPprNotAllowed;
        ok.euiccCancelSessionSigned = der::seal(std::move(v));
        return at(b, der::encode(answer));
      }));
  rows.push_back(
      cancel("CancelSession signed by another card", "CancelSession 8.1/6.1",
             [=](Bench& b, Bytes c) { return at(b, resign_cancel(b, c, [](auto&) {}, *b.other)); }));
  rows.push_back(cancel("CancelSession cut off", "CancelSession 1.3.1/2.1", [=](Bench& b, Bytes c) {
    c.pop_back();
    return at(b, c);
  }));
  rows.push_back(cancel("CancelSession is the error form", "CancelSession 8.1/6.1", [=](Bench& b, Bytes) {
    return at(b,
              der::encode(sgp22::CancelSessionResponse{sgp22::CancelSessionResponseError::kUndefinedError}));
  }));
  rows.push_back({"CancelSession before AuthenticateClient", "CancelSession 8.10.1/3.9", "", [](Bench& b) {
                    b.add_profile(1);
                    b.order();
                    return Bench::outcome([&]() -> std::string {
                      b.initiate(*b.card);
                      b.authenticate_server(*b.card);
                      const auto bf41 = b.cancel(*b.card, Reason::kEndUserRejection);
                      b.mark();
                      return b.cancel_at_server(b.s.initiate.transactionId, bf41);
                    });
                  }});
  rows.push_back(
      {"AuthenticateClient after CancelSession", "AuthenticateClient 8.10.1/3.9", "", [](Bench& b) {
         b.add_profile(1);
         b.order();
         return Bench::outcome([&]() -> std::string {
           b.initiate(*b.card);
           b.authenticate_server(*b.card);
           b.authenticate_client();
           EXPECT_EQ(b.cancel_at_server(b.s.initiate.transactionId, b.cancel(*b.card, Reason::kPostponed)),
                     "ok");
           b.mark();
           b.authenticate_client();
           return "ok";
         });
       }});
}
}  // namespace

Rows notification_rows() {
  Rows rows;
  result_rows(rows);
  event_rows(rows);
  cancel_rows(rows);
  return rows;
}

// ---- ES2+ ----

namespace {
Row operation(std::string name, std::string expected, std::function<std::string(Bench&)> run) {
  return {std::move(name), std::move(expected), "", [run = std::move(run)](Bench& b) {
            b.add_profile(1);
            b.add_profile(2);
            b.order(2, "RELEASED", "", b.card.get());
            b.mark();
            return run(b);
          }};
}
std::string digits(Bench& b, int n) {
  return sgp22::iccid_digits(b.iccid(n));
}

template <class Request, class Set>
std::string ask(Bench& b, const sgp22::HttpFunction& f, std::string_view who, Set set,
                std::string requester = {}) {
  Request r;
  set(r);
  r.header.functionRequesterIdentifier = std::move(requester);
  return b.es2(f, r, who);
}
}  // namespace

Rows operator_rows() {
  Rows rows;
  const auto download = [](Bench& b, std::string_view who, auto set, std::string requester = {}) {
    return ask<es2::DownloadOrderRequest>(b, es2::kDownloadOrder, who, set, std::move(requester));
  };
  const auto confirm = [](Bench& b, std::string_view who, auto set) {
    return ask<es2::ConfirmOrderRequest>(b, es2::kConfirmOrder, who, set);
  };
  const auto release = [](Bench& b, std::string_view who, int n) {
    return ask<es2::ReleaseProfileRequest>(b, es2::kReleaseProfile, who,
                                           [&](auto& r) { r.iccid = digits(b, n); });
  };
  const auto cancel = [](Bench& b, std::string_view who, auto set) {
    return ask<es2::CancelOrderRequest>(b, es2::kCancelOrder, who, [&](auto& r) {
      r.iccid = digits(b, 2);
      r.eid = sgp22::eid_digits(b.card->eid());
      r.matchingId = "RELEASED";
      r.finalProfileStatusIndicator = "Available";
      set(r);
    });
  };
  const auto row = [&](std::string name, std::string expected, std::function<std::string(Bench&)> run) {
    rows.push_back(operation(std::move(name), std::move(expected), std::move(run)));
  };
  row("DownloadOrder of a foreign operator", "DownloadOrder 8.2.1/1.2",
      [=](Bench& b) { return download(b, "foreign", [&](auto& r) { r.iccid = digits(b, 1); }); });
  row("DownloadOrder of a foreign type", "DownloadOrder 8.2.5/1.2",
      [=](Bench& b) { return download(b, "owner", [](auto& r) { r.profileType = "theirs"; }); });
  row("ConfirmOrder of a foreign operator", "ConfirmOrder 8.2.1/1.2",
      [=](Bench& b) { return confirm(b, "foreign", [&](auto& r) { r.iccid = digits(b, 2); }); });
  row("ReleaseProfile of a foreign operator", "ReleaseProfile 8.2.1/1.2",
      [=](Bench& b) { return release(b, "foreign", 2); });
  row("CancelOrder of a foreign operator", "CancelOrder 8.2.1/1.2",
      [=](Bench& b) { return cancel(b, "foreign", [](auto&) {}); });
  row("DownloadOrder with an unknown certificate", "DownloadOrder 1.1/1.1",
      [=](Bench& b) { return download(b, "nobody", [&](auto& r) { r.iccid = digits(b, 1); }); });
  row("ReleaseProfile with an unknown certificate", "ReleaseProfile 1.1/1.1",
      [=](Bench& b) { return release(b, "nobody", 2); });
  row("requester of another operator", "DownloadOrder 1.1/1.1",
      [=](Bench& b) { return download(b, "owner", [&](auto& r) { r.iccid = digits(b, 1); }, "2.999.201"); });
  row("DownloadOrder of an unknown ICCID", "DownloadOrder 8.2.1/3.9",
      [=](Bench& b) { return download(b, "owner", [&](auto& r) { r.iccid = digits(b, 9); }); });
  row("DownloadOrder of an ICCID in use", "DownloadOrder 8.2.1/3.3",
      [=](Bench& b) { return download(b, "owner", [&](auto& r) { r.iccid = digits(b, 2); }); });
  row("DownloadOrder of an unknown type", "DownloadOrder 8.2.5/3.9",
      [=](Bench& b) { return download(b, "owner", [](auto& r) { r.profileType = "none"; }); });
  row("DownloadOrder of nothing", "DownloadOrder 8.2.5/2.3",
      [=](Bench& b) { return download(b, "owner", [](auto&) {}); });
  row("DownloadOrder with a wrong EID", "DownloadOrder 1.3.1/2.1", [=](Bench& b) {
    return download(b, "owner", [&](auto& r) {
      r.iccid = digits(b, 1);
      r.eid = std::string(32, '1');
    });
  });
  row("ConfirmOrder of a Profile that is not ordered", "ConfirmOrder 8.2.1/3.5",
      [=](Bench& b) { return confirm(b, "owner", [&](auto& r) { r.iccid = digits(b, 1); }); });
  row("ReleaseProfile of a Profile that is not ordered", "ReleaseProfile 8.2.1/3.5",
      [=](Bench& b) { return release(b, "owner", 1); });
  row("CancelOrder with another EID", "CancelOrder 8.2.1/3.10", [=](Bench& b) {
    return cancel(b, "owner", [&](auto& r) { r.eid = sgp22::eid_digits(b.other->eid()); });
  });
  row("CancelOrder without EID", "CancelOrder 8.1.1/2.2",
      [=](Bench& b) { return cancel(b, "owner", [](auto& r) { r.eid.reset(); }); });
  row("CancelOrder with another MatchingID", "CancelOrder 8.2.6/3.10",
      [=](Bench& b) { return cancel(b, "owner", [](auto& r) { r.matchingId = "OTHER"; }); });
  row("CancelOrder to an unknown state", "CancelOrder 1.3.1/2.1", [=](Bench& b) {
    return cancel(b, "owner", [](auto& r) { r.finalProfileStatusIndicator = "Released"; });
  });
  rows.push_back({"ConfirmOrder with a MatchingID in use", "ConfirmOrder 8.2.6/3.3", "", [=](Bench& b) {
                    b.add_profile(1);
                    b.add_profile(2);
                    b.order(2, "RELEASED");
                    EXPECT_EQ(download(b, "owner", [&](auto& r) { r.iccid = digits(b, 1); }), "ok");
                    b.mark();
                    return confirm(b, "owner", [&](auto& r) {
                      r.iccid = digits(b, 1);
                      r.matchingId = "RELEASED";
                    });
                  }});
  rows.push_back({"CancelOrder after the package was delivered", "CancelOrder 8.2.1/3.3", "", [=](Bench& b) {
                    b.add_profile(2);
                    b.order(2, "RELEASED", "", b.card.get());
                    EXPECT_EQ(b.flow(), "ok");
                    b.mark();
                    return cancel(b, "owner", [](auto&) {});
                  }});
  return rows;
}

// ---- the LPA ----

namespace {
class WillingUser final : public lpa::LpaUi {
 public:
  void progress(lpa::Step, std::size_t, std::size_t) override {}
  void warn(std::string_view) override {}
  lpa::Answer confirm_download(const lpa::ProfileOffer&) override { return lpa::Answer::kYes; }
  std::optional<Secret> confirmation_code(const lpa::ProfileOffer&, int) override { return std::nullopt; }
  lpa::Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest&,
                                       const sgp22::StoreMetadataRequest&) override {
    return lpa::Answer::kNo;
  }
};

// What comes back from the SM-DP+ may be changed on the way.
class Wire final : public HttpPort {
 public:
  using Hand = std::function<void(std::string_view function, HttpReply&)>;
  Wire(Bench& bench, Hand hand) : bench_(bench), hand_(std::move(hand)) {}
  Result<HttpReply> post(const HttpPost& request) override {
    const auto function = request.path.substr(request.path.rfind('/') + 1);
    auto reply = bench_.post(function, request.path, std::string(sgp22::kJsonContentType),
                             std::string(as_text(request.body)));
    hand_(function, reply);
    return reply;
  }

 private:
  Bench& bench_;
  Hand hand_;
};

template <class Answer>
void rewrite(HttpReply& reply, const std::function<void(Answer&)>& change) {
  auto answer = must(json::decode<Answer>(as_text(reply.body)));
  change(answer);
  reply.body = to_bytes(as_bytes(json::encode(answer)));
}

std::string name_of(const Fault& fault) {
  if (const auto* v = fault.as<VerificationFault>())
    return v->check == VerificationFault::Check::kBinding ? "binding" : to_string(v->check);
  if (fault.as<DecodeFault>()) return "decode";
  if (fault.as<TransportFault>()) return "transport";
  if (fault.as<LocalFault>()) return "local";
  return fault.message();
}

// `function` names whose answer the hand changes.
Row wire(std::string name, std::string expected, std::string changes, std::string function,
         std::function<void(Bench&, HttpReply&)> hand,
         std::function<void(lpa::DownloadRequest&)> request = {}) {
  return {std::move(name), "LPA " + expected, std::move(changes), [=](Bench& b) {
            b.add_profile(1);
            b.order();
            Wire port(b, [&](std::string_view f, HttpReply& reply) {
              if (f != function) return;
              b.mark();
              hand(b, reply);
            });
            lpa::Es10Client card(*b.card->euicc);
            must(card.open());
            WillingUser user;
            SeededRandom random(4);
            lpa::MemoryLpaStore store;
            lpa::Lpa agent{card, port, b.clock, random, user, store, {}};
            lpa::DownloadRequest r;
            r.smdpAddress = "smdpp.example.com";
            r.matchingId = b.matching_id;
            if (request) request(r);
            const auto outcome = lpa::download_profile(agent, r);
            return outcome ? std::string("LPA ok") : "LPA " + name_of(outcome.error());
          }};
}
}  // namespace

Rows lpa_rows() {
  Rows rows;
  const auto metadata = [&](std::string name, std::string changes,
                            std::function<void(sgp22::StoreMetadataRequest&)> change) {
    rows.push_back(wire(std::move(name), "binding", std::move(changes), "authenticateClient",
                        [change = std::move(change)](Bench&, HttpReply& reply) {
                          rewrite<es9::AuthenticateClientResponse>(reply, [&](auto& a) {
                            auto m = must(der::decode<sgp22::StoreMetadataRequest>(a.profileMetadata));
                            change(m);
                            a.profileMetadata = der::encode(m);
                          });
                        }));
  };
  // The order ends: the card has signed metadataMismatch or pprNotAllowed, and the operator hears of it.
  const std::string ended = "card:one-time-keys delivery eid report state:Error";
  metadata("name shown to the user", ended, [](auto& m) { m.profileName = "Another"; });
  metadata("provider shown to the user", ended, [](auto& m) { m.serviceProviderName = "Another"; });
  metadata("class shown to the user", ended,
           [](auto& m) { m.profileClass = sgp22::ProfileClass::kProvisioning; });
  metadata("owner shown to the user", ended,
           [](auto& m) { m.profileOwner->mccMnc = profile::encode_plmn("001", "02"); });
  metadata("recipient of notifications", ended, [](auto& m) {
    m.notificationConfigurationInfo->front().notificationAddress = "evil.example.com";
  });
  metadata("rules shown to the user", ended,
           [](auto& m) { m.profilePolicyRules = sgp22::BitString{sgp22::kPpr2}; });
  rows.push_back(wire("transactionId of the server's answer", "binding", "", "initiateAuthentication",
                      [](Bench&, HttpReply& reply) {
                        rewrite<es9::InitiateAuthenticationResponse>(
                            reply, [](auto& a) { a.transactionId[0] ^= 1; });
                      }));
  rows.push_back(wire("challenge of the server's answer", "binding", "", "initiateAuthentication",
                      [](Bench&, HttpReply& reply) {
                        rewrite<es9::InitiateAuthenticationResponse>(reply, [](auto& a) {
                          auto v = must(der::decode<sgp22::ServerSigned1>(a.serverSigned1));
                          v.euiccChallenge[0] ^= 1;
                          a.serverSigned1 = der::encode(v);
                        });
                      }));
  rows.push_back(wire("name of the server in its answer", "binding", "", "initiateAuthentication",
                      [](Bench&, HttpReply& reply) {
                        rewrite<es9::InitiateAuthenticationResponse>(reply, [](auto& a) {
                          auto v = must(der::decode<sgp22::ServerSigned1>(a.serverSigned1));
                          v.serverAddress = "evil.example.com";
                          a.serverSigned1 = der::encode(v);
                        });
                      }));
  rows.push_back(wire(
      "another SM-DP+ than the Activation Code names", "binding", "", "initiateAuthentication",
      [](Bench&, HttpReply&) {}, [](auto& r) { r.smdpOid = der::Oid("2.999.11"); }));
  rows.push_back(wire("smdpSigned2 of another transaction", "binding", "report state:Error",
                      "authenticateClient", [](Bench&, HttpReply& reply) {
                        rewrite<es9::AuthenticateClientResponse>(reply, [](auto& a) {
                          auto v = must(der::decode<sgp22::SmdpSigned2>(a.smdpSigned2));
                          v.transactionId = *sgp22::TransactionId::from(Bytes(16, 1));
                          a.smdpSigned2 = der::encode(v);
                        });
                      }));
  rows.push_back(wire("package without its structure", "decode", "card:one-time-keys report state:Error",
                      "getBoundProfilePackage", [](Bench&, HttpReply& reply) {
                        rewrite<es9::GetBoundProfilePackageResponse>(reply, [](auto& a) {
                          a.boundProfilePackage.resize(a.boundProfilePackage.size() / 2);
                        });
                      }));
  rows.push_back(wire("an answer in HTML", "transport", "", "initiateAuthentication",
                      [](Bench&, HttpReply& reply) { reply.headers = {{"Content-Type", "text/html"}}; }));
  return rows;
}

}  // namespace eider::test
