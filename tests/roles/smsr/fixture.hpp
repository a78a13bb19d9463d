// An SM-SR with a card, an EUM, two Operators, an SM-DP, an M2M SP and another SM-SR; everything by hand.
#pragma once
#include <deque>
#include <gtest/gtest.h>

#include "roles/smsr/card_double.hpp"
#include "roles/smsr/memory_store.hpp"
#include "roles/smsr/smsr.hpp"
#include "spec/sgp02/soap.hpp"
#include "support/must.hpp"
#include "support/test_pki.hpp"

namespace eider::smsr::test {

using eider::test::must;

inline const EntityId kSmsr{"2.999.20"}, kOther{"2.999.21"}, kMno1{"2.999.1"}, kMno2{"2.999.2"},
    kSmdp{"2.999.10"}, kSp{"2.999.30"}, kStranger{"2.999.99"};
inline const std::string kMsisdn1 = "491700001", kMsisdn2 = "491700002", kMsisdn3 = "491700003";
Iccid iccid(int n);
Aid isdp(int n);  // 10, 11, …

struct SmsOut final : SmsPort {
  std::deque<OutgoingSms> sent;
  Status submit(const OutgoingSms& m) override {
    sent.push_back(m);
    return {};
  }
};
struct SoapOut final : SoapPort {
  std::vector<SoapPost> posts;
  std::function<Result<SoapReply>(const SoapPost&)> reply = [](const SoapPost&) {
    return SoapReply{202, {}};
  };
  Result<SoapReply> post(const SoapPost& p) override {
    posts.push_back(p);
    return reply(p);
  }
};

// The certificates of all, made once.
struct Parties {
  eider::test::TestPki pki;
  crypto::PrivateKey ecasd, sr_key;
  EntityId eum_id;
  std::map<EntityId, crypto::Certificate> tls;  // clients
  static const Parties& get();
  const Bytes& certificate_of(const EntityId& id) const;

 private:
  Parties();
  std::map<EntityId, Bytes> der_;
};

struct World {
  explicit World(const EntityId& id = kSmsr, bool registered = true);

  ManualClock clock{eider::test::pki_time()};
  SeededRandom random{5};
  MemoryStore store;
  SmsOut sms;
  SoapOut soap;
  std::unique_ptr<SmSr> smsr;
  CardDouble card;
  Eid eid;
  std::optional<EntityId> addressee;  // of calls: this SM-SR otherwise

  Settings settings(const EntityId& id) const;
  // As after a crash: the same store, nothing else.
  void restart();
  // Two Profiles: 1 enabled, of MNO 1, with the fall-back attribute; 2 disabled, of MNO 2, by the SM-DP.
  sgp02::Eis eis() const;

  // ---- Calls
  template <class T>
  Reply call(const EntityId& from, sgp02::Interface interface, T request, const std::string& id = {},
             const std::string& reply_to = "https://caller.example/") {
    if (!id.empty()) request.base.functionCallIdentifier = id;
    if (request.base.functionCallIdentifier.empty())
      request.base.functionCallIdentifier = "call-" + std::to_string(++calls_);
    return send(from, interface, request, reply_to);
  }
  Reply send(const EntityId& from, sgp02::Interface interface, const std::any& request,
             const std::string& reply_to, const EntityId* claimed = nullptr);
  Reply enable(int n, const EntityId& from = kMno2, const std::string& id = {});
  Reply disable(int n, const EntityId& from = kMno1);
  Reply remove(int n, const EntityId& from = kMno2);

  // ---- The network
  // Delivers what is under way to the card and its answers back; `times`: how often each answer arrives.
  void deliver(int times = 1);
  void from_card(const Bytes& user_data, const std::string& from = kMsisdn1);
  void later(Duration d) {
    clock.advance(d);
    must(smsr->poll());
  }

  // ---- What is to be seen
  Profile profile(int n);
  bool has(int n);
  std::size_t operations();
  CardKeys scp80(std::uint8_t version = 1);
  // Answers and notifications that were sent since the last time, decoded.
  std::vector<sgp02::soap::Message> sent();
  // "ES4-EnableProfileResponse 2.999.2 EXECUTED_SUCCESS" and the like, sorted.
  std::vector<std::string> told();

 private:
  int calls_ = 0;
};

const sgp02::FunctionExecutionStatus& status_of(const sgp02::soap::Message& m);
// "8.2.1/3.9", "ok"; of an answer in place.
std::string status_of(const Reply& reply);

}  // namespace eider::smsr::test
