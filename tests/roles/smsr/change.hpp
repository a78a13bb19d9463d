// Two SM-SRs of which one hands a card over to the other. SGP.02 v4.2 section 3.8.
#pragma once
#include "roles/smsr/fixture.hpp"

namespace eider::smsr::test {

// Two SM-SRs that speak to each other; the card of the first.
struct Change {
  World one, two{kOther, false};
  bool reachable = true;
  std::vector<std::string> passed;
  std::function<void(Bytes& body)> alter;  // what becomes of a message between the two
  std::function<bool()> passes;            // whether the answer that the card has just made gets through

  Change() {
    const auto to = [this](World& target, const EntityId& from) {
      return [this, &target, from](const SoapPost& p) -> Result<SoapReply> {
        if (!p.url.starts_with("https://2.999.20") && !p.url.starts_with("https://2.999.21"))
          return SoapReply{202, {}};
        if (!reachable) return fail(TransportFault{false, "down"});
        passed.push_back(p.action.substr(p.action.rfind('/') + 1));
        auto body = p.body;
        if (alter) alter(body);
        const auto r = target.smsr->handle({body, Parties::get().certificate_of(from)});
        return SoapReply{r.status, r.body};
      };
    };
    one.soap.reply = to(two, kSmsr);
    two.soap.reply = to(one, kOther);
  }
  std::string prepare() {
    return status_of(two.call(kMno1, sgp02::Interface::kEs4,
                              sgp02::es4::PrepareSMSRChangeRequest{{{}, 3600}, one.eid, kSmsr}));
  }
  Reply change() {
    return one.call(kMno1, sgp02::Interface::kEs4, sgp02::es4::SMSRChangeRequest{{{}, 3600}, one.eid, kOther},
                    "change");
  }
  // From the announcement to the end; key establishment is long, and without HTTPS it goes by SMS.
  void go() {
    (void)prepare();
    (void)change();
    one.smsr->context().settings.most_messages = two.smsr->context().settings.most_messages = 9;
    settle();
  }
  // Short messages of both reach the one card.
  void settle() {
    for (int i = 0; i < 12; ++i)
      for (World* w : {&one, &two}) {
        w->clock.set(std::max(one.clock.now(), two.clock.now()));
        (void)w->smsr->poll();
        while (!w->sms.sent.empty()) {
          const auto m = w->sms.sent.front();
          w->sms.sent.pop_front();
          for (const auto& part : m.user_data)
            for (const auto& a : one.card.receive(part))
              if (!passes || passes()) (void)w->smsr->on_short_message(m.msisdn, a);
        }
      }
  }
  bool manages(World& w) {
    bool out = false;
    must(w.store.read([&](StoreReader& r) -> Status {
      EIDER_TRY(e, r.euicc(one.eid));
      out = e.has_value();
      return {};
    }));
    return out;
  }
};

}  // namespace eider::smsr::test
